#include "config.h"

#include <sys/stat.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "launch/names.h"

#define ZONE_MAX	64
#define FOLDER_MAX	1024

#define LETTERS		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS		"0123456789"

static const char *const terminals[] = {
#define TERMINAL(name) name,
#include "base/terms.def"
#undef TERMINAL
};

/* Ours are two languages; what else a locale does is to draw characters. */
static const char *const locales[] = {
	"C", "C.UTF-8", "C.utf8", "POSIX", "en_GB.UTF-8", "en_GB.utf8",
	"en_IE.UTF-8", "en_IE.utf8", "en_US.UTF-8", "en_US.utf8", "pl",
	"pl_PL", "pl_PL.ISO-8859-2", "pl_PL.UTF-8", "pl_PL.iso88592",
	"pl_PL.utf8",
};

static bool
is_listed(const char *value, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(value, list[i]) == 0)
			return true;
	return false;
}

static bool
is_terminal(const char *value)
{
	return is_listed(value, terminals,
	    sizeof terminals / sizeof *terminals);
}

static bool
is_locale(const char *value)
{
	return is_listed(value, locales, sizeof locales / sizeof *locales);
}

/* Of these characters alone, and no way up. */
static bool
is_made_of(const char *value, const char *characters, size_t max)
{
	size_t n = strnlen(value, max + 1);

	return n > 0 && n <= max && strspn(value, characters) == n &&
	    strstr(value, "..") == NULL;
}

/* A zone's name or a rule; never a file by its path. */
static bool
is_zone(const char *value)
{
	return value[0] != '/' &&
	    is_made_of(value, LETTERS DIGITS "<>+-,./_", ZONE_MAX);
}

/* One that is there, and that nobody but root and we could have put there. */
static bool
is_folder(const char *value)
{
	struct stat st;

	return value[0] == '/' &&
	    is_made_of(value, LETTERS DIGITS "+-./:@_", FOLDER_MAX) &&
	    stat(value, &st) == 0 && S_ISDIR(st.st_mode) &&
	    (st.st_uid == 0 || st.st_uid == geteuid());
}

/* Of the service manager: a path, or a name that is no file. */
static bool
is_socket(const char *value)
{
	const size_t max = sizeof ((struct sockaddr_un *)0)->sun_path - 1;

	return (value[0] == '/' || value[0] == '@') && value[1] != '\0' &&
	    is_made_of(value, LETTERS DIGITS "+-./:@_", max);
}

static const struct name {
	const char	*name;
	bool		(*ok)(const char *);
	const char	*instead;	/* of a value that is not */
} allowed[] = {
	{ "TERM",			is_terminal,	NULL },
	{ "LANG",			is_locale,	"LANG=C.UTF-8" },
	{ "LC_ALL",			is_locale,	NULL },
	{ "TZ",				is_zone,	NULL },
	{ "HOME",			is_folder,	NULL },
	{ "NOTIFY_SOCKET",		is_socket,	NULL },
	{ "CREDENTIALS_DIRECTORY",	is_folder,	NULL },
};
_Static_assert(sizeof allowed / sizeof *allowed + 1 == NAMES_MAX,
    "these, and the mode");

#ifdef SANITIZED
/* A build that is tested with: what its sanitizers are told goes on as well. */
static const char *const told[] = {
	"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"
};
#endif

/* "NAME=value" as it stands there first, or NULL. */
static const char *
find(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; env != NULL && *env != NULL; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env;
	return NULL;
}

bool
names_take(struct names *to, const char *mode, char *const *env)
{
	size_t n = 0;

	to->v[n++] = mode;
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
		const char *s = find(env, allowed[i].name);

		if (s == NULL || !allowed[i].ok(s + strlen(allowed[i].name) + 1))
			s = allowed[i].instead;
		if (s != NULL)
			to->v[n++] = s;
	}
#ifdef SANITIZED
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if ((to->v[n] = find(env, told[i])) != NULL)
			n++;
#endif
	to->v[n] = NULL;
	return find((char *const *)to->v, "TERM") != NULL;
}

/* LC_ALL before LANG, as gettext(3) has it. */
bool
names_polish(const struct names *names)
{
	char *const *v = (char *const *)names->v;
	const char *s = find(v, "LC_ALL");

	if (s == NULL)
		s = find(v, "LANG");
	return s != NULL && strncmp(strchr(s, '=') + 1, "pl", 2) == 0;
}
