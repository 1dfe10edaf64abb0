#include "config.h"

#include <sys/stat.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/paths.h"

/* The folder of the running program, without a final slash; "" if unknown. */
static const char *
own_folder(void)
{
	static char dir[PATH_MAX];
	ssize_t n;
	char *slash;

	if (dir[0] != '\0')
		return dir;
	n = readlink("/proc/self/exe", dir, sizeof dir - 1);
	if (n <= 0)
		return "";
	dir[n] = '\0';
	slash = strrchr(dir, '/');
	if (slash == NULL)
		return "";
	*slash = '\0';
	return dir;
}

static bool
is_there(const char *path, bool folder)
{
	struct stat st;

	return access(path, R_OK) == 0 && stat(path, &st) == 0 &&
	    S_ISDIR(st.st_mode) == folder;
}

/* Beside the program if it is there, else the installed one; kept for good. */
static const char *
choose(char **kept, const char *beside, bool folder, const char *installed)
{
	if (*kept == NULL) {
		*kept = mem_printf("%s/%s", own_folder(), beside);
		if (own_folder()[0] == '\0' || !is_there(*kept, folder)) {
			free(*kept);
			*kept = mem_strdup(installed);
		}
	}
	return *kept;
}

static const char *
choose_file(char **kept, const char *beside, const char *installed)
{
	return choose(kept, beside, false, installed);
}

static const char *
choose_folder(char **kept, const char *beside, const char *installed)
{
	return choose(kept, beside, true, installed);
}

const char *
paths_card_helper(void)
{
	static char *kept;

	return choose_file(&kept, "okienko-card", PKGLIBEXECDIR "/okienko-card");
}

const char *
paths_card_lens(void)
{
	static char *kept;

	return choose_file(&kept, "okienko-lens.so",
	    PKGLIBEXECDIR "/okienko-lens.so");
}

const char *
paths_extract_helper(void)
{
	static char *kept;

	return choose_file(&kept, "okienko-extract",
	    PKGLIBEXECDIR "/okienko-extract");
}

const char *
paths_net_helper(void)
{
	static char *kept;

	return choose_file(&kept, "okienko-net", PKGLIBEXECDIR "/okienko-net");
}

const char *
paths_print_helper(void)
{
	static char *kept;

	return choose_file(&kept, "okienko-print", PKGLIBEXECDIR "/okienko-print");
}

const char *
paths_locale(void)
{
	static char *kept;

	/* Beside an okienko in /usr/bin lies locale(1). */
	return choose_folder(&kept, "locale", LOCALEDIR);
}

const char *
paths_models(void)
{
	static char *kept;

	return choose_folder(&kept, "models", PKGDATADIR "/models");
}

const char *
paths_questions(void)
{
	static char *kept;

	return choose_file(&kept, "questions.conf", PKGDATADIR "/questions.conf");
}

const char *
paths_conf(void)
{
	return SYSCONFDIR "/okienko/okienko.conf";
}

/* The home of this account; "" where it has none. */
static const char *
home_folder(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if ((home == NULL || home[0] != '/') &&
	    (pw = getpwuid(geteuid())) != NULL)
		home = pw->pw_dir;
	return home != NULL && home[0] == '/' ? home : "";
}

const char *
paths_registry(void)
{
	static char *kept;
	const char *data = getenv("XDG_DATA_HOME");

	if (kept != NULL)
		return kept;
	if (access(LOCALSTATEDIR "/lib/okienko", W_OK) == 0)
		kept = mem_strdup(LOCALSTATEDIR "/lib/okienko/registry.db");
	else if (data != NULL && data[0] == '/')
		kept = mem_printf("%s/okienko/registry.db", data);
	else
		kept = mem_printf("%s/.local/share/okienko/registry.db",
		    home_folder());
	return kept;
}

/* Ours alone: a real folder, owned by us, closed to everyone else. */
static int
is_private(const char *dir)
{
	struct stat st;

	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

/* The folder, made if it is not there; NULL unless it is ours alone. */
static char *
private_folder(char *dir)
{
	if ((mkdir(dir, 0700) == 0 || errno == EEXIST) && is_private(dir))
		return dir;
	free(dir);
	return NULL;
}

const char *
paths_cache(void)
{
	static char *kept;
	const char *base = getenv("XDG_CACHE_HOME");
	char *parent;

	if (kept != NULL)
		return kept;
	if (access(LOCALSTATEDIR "/cache/okienko", W_OK) == 0)
		return kept = mem_strdup(LOCALSTATEDIR "/cache/okienko");
	parent = base != NULL && base[0] == '/' ? mem_strdup(base) :
	    mem_printf("%s/.cache", home_folder());
	(void)mkdir(parent, 0700);
	kept = private_folder(mem_printf("%s/okienko", parent));
	free(parent);
	return kept;
}

const char *
paths_session(void)
{
	static char *kept;
	char *registry;

	if (kept != NULL)
		return kept;
	registry = mem_strdup(paths_registry());
	(void)file_folders(registry);
	kept = private_folder(mem_printf("%.*s/files-%lu",
	    (int)(strrchr(registry, '/') - registry), registry,
	    (unsigned long)geteuid()));
	free(registry);
	return kept;
}

const char *
paths_card_service(void)
{
	static const char path[] = "/run/okienko-card";
	struct stat st;

	return lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    st.st_uid == 0 && access(path, R_OK | W_OK) == 0 ? path : NULL;
}

const char *
paths_forwarded_pcsc(void)
{
	static char *kept;
	const char *base = getenv("XDG_RUNTIME_DIR");

	if (kept == NULL)
		kept = base != NULL && base[0] == '/' && is_private(base) ?
		    mem_printf("%s/okienko-pcscd", base) :
		    mem_printf("/run/user/%lu/okienko-pcscd",
		    (unsigned long)geteuid());
	return kept;
}

static bool runtime_is_fresh;

/*
 * Always the same one for a user, so that what a killed process left there is
 * found and swept by the next; a fresh one only where somebody took its name.
 */
const char *
paths_runtime(void)
{
	static char *kept;
	const char *base = getenv("XDG_RUNTIME_DIR");

	if (kept != NULL)
		return kept;
	if (base != NULL && base[0] == '/' && is_private(base))
		kept = private_folder(mem_printf("%s/okienko", base));
	if (kept == NULL)
		kept = private_folder(mem_printf("/tmp/okienko-%lu",
		    (unsigned long)geteuid()));
	if (kept == NULL) {
		kept = mem_strdup("/tmp/okienko-XXXXXX");
		runtime_is_fresh = mkdtemp(kept) != NULL;
		if (!runtime_is_fresh) {
			free(kept);
			kept = NULL;
		}
	}
	return kept;
}

void
paths_runtime_leave(void)
{
	if (runtime_is_fresh)
		(void)rmdir(paths_runtime());
}
