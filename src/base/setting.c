#include "config.h"

#include "base/setting.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/hours.h"
#include "base/i18n.h"
#include "base/inifile.h"
#include "base/mem.h"
#include "base/text.h"

#define SHOWN	40	/* columns of a value that is quoted in a complaint */

/* One file being read. */
struct reading {
	const struct setting	*table;
	size_t			 ntable;
	char			*record;
	int			*seen;		/* by table entry: line of the first */
};

/* --- files ------------------------------------------------------------------ */

int
conf_list_files(const struct conf_list *list, int (*fn)(const char *, void *),
    void *arg)
{
	int rc = 0;
	glob_t g;

	for (size_t i = 0; rc == 0 && i < list->n; i++) {
		if (glob(list->v[i], GLOB_NOCHECK, NULL, &g) != 0)
			continue;
		for (size_t k = 0; rc == 0 && k < g.gl_pathc &&
		    k < CONF_FILES_MAX; k++)
			rc = fn(g.gl_pathv[k], arg);
		globfree(&g);
	}
	return rc;
}

/* --- complaints ---------------------------------------------------------- */

void
conf_problems_clear(struct conf_problems *list)
{
	free(list->v);
	list->v = NULL;
	list->n = 0;
}

static void
copy_safe(char *to, size_t size, const char *from)
{
	struct safe_text	 safe;
	size_t			 len;

	text_safe_str(&safe, from, 0);
	len = text_cut(safe.s, size - 1);
	memcpy(to, safe.s, len);
	to[len] = '\0';
}

void
conf_problems_add(struct conf_problems *list, const char *file, int line,
    const char *fmt, ...)
{
	struct conf_problem	*problem;
	char			 text[512];
	va_list			 ap;

	/* A file of rubbish has one mistake, not thousands. */
	if (list->n == SETTING_PROBLEMS_MAX)
		return;
	list->v = mem_grow(list->v, list->n + 1, sizeof(*list->v));
	problem = &list->v[list->n++];
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	copy_safe(problem->file, sizeof(problem->file), file);
	copy_safe(problem->text, sizeof(problem->text), text);
	problem->line = line;
}

/* "okienko.conf:12: ..." */
int
conf_problem_err(const struct conf_problem *problem, struct err *err)
{
	char	 what[ERR_WHAT_MAX];
	int	 n;

	n = snprintf(what, sizeof(what), "%s:%d: %s", problem->file,
	    problem->line, problem->text);
	if (n >= (int)sizeof(what))
		what[text_cut(what, sizeof(what) - 1)] = '\0';
	return err_set(err, ERR_CONFIG, what, NULL);
}

/* A value from the file, fit to stand in a complaint. */
static const char *
shown(struct safe_text *safe, const char *s)
{
	text_safe_str(safe, s, SHOWN);
	return safe->s;
}

/* --- types --------------------------------------------------------------- */

/*
 * Each takes a value that is already known to be printable UTF-8 and returns
 * what is wrong with it (to be translated), or NULL and the field is set.
 */
typedef const char *take_fn(const struct setting *, const char *, void *field);

static size_t
characters(const char *s)
{
	size_t	 n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
replace(char **field, const char *value)
{
	free(*field);
	*field = mem_strdup(value);
}

static const char *
append(struct conf_list *list, const char *value)
{
	if (list->n == SETTING_LIST_MAX)
		return N_("it is repeated too often");
	list->v[list->n++] = mem_strdup(value);
	return NULL;
}

static const char *
take_text(const struct setting *s, const char *value, void *field)
{
	if (characters(value) > (size_t)s->hi)
		return N_("the text is too long");
	replace(field, value);
	return NULL;
}

static bool
is_word(const char *words, const char *value)
{
	size_t	 len;

	for (;;) {
		len = strcspn(words, " ");
		if (strlen(value) == len && strncmp(words, value, len) == 0)
			return true;
		if (words[len] == '\0')
			return false;
		words += len + 1;
	}
}

static const char *
take_word(const struct setting *s, const char *value, void *field)
{
	if (!is_word(s->words, value))
		return N_("it is none of the words that may stand here");
	replace(field, value);
	return NULL;
}

static const char *
take_listed_word(const struct setting *s, const char *value, void *field)
{
	const struct conf_list	*list = field;
	size_t			 i;

	if (!is_word(s->words, value))
		return N_("it is none of the words that may stand here");
	for (i = 0; i < list->n; i++)
		if (strcmp(list->v[i], value) == 0)
			return N_("it stands there already");
	return append(field, value);
}

static const char *
take_hours(const struct setting *s, const char *value, void *field)
{
	struct hours	 h;
	const char	*wrong = hours_parse(value, &h);

	return wrong != NULL ? wrong : take_text(s, value, field);
}

static const char *
take_bool(const struct setting *s, const char *value, void *field)
{
	(void)s;
	if (strcmp(value, "yes") == 0)
		*(bool *)field = true;
	else if (strcmp(value, "no") == 0)
		*(bool *)field = false;
	else
		return N_("only yes or no may stand here");
	return NULL;
}

static const char *
take_number(const struct setting *s, const char *value, void *field)
{
	char	*end;
	long	 n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (!isdigit((unsigned char)value[0]) || *end != '\0')
		return N_("it is not a whole number");
	if (errno != 0 || n < s->lo || n > s->hi)
		return N_("the number is too small or too large");
	*(long *)field = n;
	return NULL;
}

static const char *
take_date(const struct setting *s, const char *value, void *field)
{
	struct date	 d, same;
	char		 canon[16];

	(void)s;
	if (sscanf(value, "%4d-%2d-%2d", &d.year, &d.month, &d.day) != 3 ||
	    d.year < 1970 || d.month < 1 || d.month > 12 || d.day < 1 ||
	    d.day > 31)
		return N_("it is not a day like 2026-10-01");
	same = date_from_days(date_to_days(d));
	snprintf(canon, sizeof(canon), "%04d-%02d-%02d", same.year % 10000,
	    same.month, same.day);
	if (strcmp(canon, value) != 0)
		return N_("it is not a day like 2026-10-01");
	replace(field, value);
	return NULL;
}

/* A relative path would be looked for wherever the desk was started. */
static const char *
take_path(const struct setting *s, const char *value, void *field)
{
	(void)s;
	if (value[0] != '/')
		return N_("a path must begin with /");
	replace(field, value);
	return NULL;
}

static const char *
take_listed_path(const struct setting *s, const char *value, void *field)
{
	(void)s;
	if (value[0] != '/')
		return N_("a path must begin with /");
	return append(field, value);
}

static const char *
take_listed_text(const struct setting *s, const char *value, void *field)
{
	if (characters(value) > (size_t)s->hi)
		return N_("the text is too long");
	return append(field, value);
}

static const char *
take_address(const struct setting *s, const char *value, void *field)
{
	uint8_t		 ip[ADDRESS_LEN];
	unsigned	 port;

	(void)s;
	if (!address_entry(value, ip, &port))
		return N_("it is not an address like 10.0.0.7 or [fd00::7]:8080");
	return append(field, value);
}

static const char *
take_hex(const struct setting *s, const char *value, void *field)
{
	char		 hex[2 * 64 + 1];
	size_t		 n = 0;

	for (; *value != '\0'; value++) {
		if (*value == ' ' || *value == ':')
			continue;
		if (!isxdigit((unsigned char)*value))
			return N_("only hexadecimal digits may stand here");
		if (n == sizeof(hex) - 1)
			return N_("it has too few or too many digits");
		hex[n++] = (char)toupper((unsigned char)*value);
	}
	hex[n] = '\0';
	if (n % 2 != 0 || n < 2 * (size_t)s->lo || n > 2 * (size_t)s->hi)
		return N_("it has too few or too many digits");
	return append(field, hex);
}

static void
drop_string(void *field)
{
	free(*(char **)field);
	*(char **)field = NULL;
}

static void
drop_list(void *field)
{
	struct conf_list	*list = field;

	while (list->n > 0)
		free(list->v[--list->n]);
}

static const struct type {
	take_fn	*take;
	void	(*drop)(void *field);
	bool	 repeats;
} types[] = {
	[SETTING_TEXT]	 = { take_text,	drop_string, false },
	[SETTING_WORD]	 = { take_word,	drop_string, false },
	[SETTING_BOOL]	 = { take_bool,	NULL, false },
	[SETTING_NUMBER] = { take_number, NULL, false },
	[SETTING_DATE]	 = { take_date,	drop_string, false },
	[SETTING_PATH]	 = { take_path,	drop_string, false },
	[SETTING_PATHS]	 = { take_listed_path, drop_list, true },
	[SETTING_TEXTS]	 = { take_listed_text, drop_list, true },
	[SETTING_HEXES]	 = { take_hex,	drop_list, true },
	[SETTING_WORDS]	 = { take_listed_word, drop_list, true },
	[SETTING_ADDRESSES] = { take_address, drop_list, true },
	[SETTING_HOURS]	 = { take_hours, drop_string, false },
};

const char *
setting_take(const struct setting *s, const char *value, void *record)
{
	return types[s->type].take(s, value, (char *)record + s->offset);
}

/* --- records ------------------------------------------------------------- */

void
settings_init(const struct setting *table, size_t n, void *record)
{
	const struct setting	*s;
	void			*field;

	for (s = table; s < table + n; s++) {
		field = (char *)record + s->offset;
		if (types[s->type].repeats)
			memset(field, 0, sizeof(struct conf_list));
		else if (types[s->type].drop != NULL)
			*(char **)field = mem_strdup(s->def);
		else if (setting_take(s, s->def, record) != NULL)
			panic("bad default of [%s] %s", s->section, s->key);
	}
}

void
settings_clear(const struct setting *table, size_t n, void *record)
{
	const struct setting	*s;

	for (s = table; s < table + n; s++)
		if (types[s->type].drop != NULL)
			types[s->type].drop((char *)record + s->offset);
}

/* --- lines --------------------------------------------------------------- */

static bool
known_section(void *arg, const char *name, size_t len)
{
	const struct reading	*r = arg;
	const struct setting	*s;

	for (s = r->table; s < r->table + r->ntable; s++)
		if (strlen(s->section) == len &&
		    strncmp(s->section, name, len) == 0)
			return true;
	return false;
}

static void
take_key(void *arg, const struct inifile *ini, const char *section,
    const char *key, const char *value)
{
	struct reading		*r = arg;
	const struct setting	*s;
	struct safe_text	 safe;
	const char		*wrong;

	for (s = r->table; s < r->table + r->ntable; s++)
		if (strcmp(s->section, section) == 0 && strcmp(s->key, key) == 0)
			break;
	if (s == r->table + r->ntable) {
		inifile_complain(ini, _("there is no key %s in [%s]"),
		    shown(&safe, key), section);
		return;
	}
	if (r->seen[s - r->table] != 0 && !types[s->type].repeats) {
		inifile_complain(ini,
		    _("%s stands already in line %d; that one counts"),
		    s->key, r->seen[s - r->table]);
		return;
	}
	r->seen[s - r->table] = ini->line;
	wrong = s->type == SETTING_HOURS && ini->comment != NULL &&
	    hours_begin(ini->comment) ?
	    N_("what stands behind a blank and a semicolon is a comment; no blank may stand before it") :
	    setting_take(s, value, r->record);
	if (wrong != NULL)
		inifile_complain(ini, _("%s = %s: %s"), s->key,
		    shown(&safe, value), _(wrong));
}

int
settings_read(const struct setting *table, size_t n, void *record,
    const char *path, struct conf_problems *problems, struct err *err)
{
	struct reading	 r = { .table = table, .ntable = n, .record = record };
	struct inifile	 ini = { .path = path, .problems = problems,
			    .section = known_section, .key = take_key,
			    .arg = &r };
	int		 rc;

	r.seen = mem_array(n, sizeof(*r.seen));
	rc = inifile_read(&ini, err);
	free(r.seen);
	return rc;
}
