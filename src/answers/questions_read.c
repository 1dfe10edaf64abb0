/*
 * The list of questions out of its files: ours, the authorities', the counter's
 * own.  Each is laid over what was read before, key by key; only when all were
 * read is it known what is whole.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/placing.h"
#include "answers/questions.h"
#include "base/i18n.h"
#include "base/inifile.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/text.h"

#define HEADINGS_MAX	32
#define KEYS_MAX	16	/* of one section */
#define SHOWN		40	/* columns of a value quoted in a complaint */

struct heading {
	char	 id[QUESTION_ID_MAX + 1];
	char	*name[TONGUES];
	long	 place;
	int	 seen[KEYS_MAX];	/* in the present file: line of a key */
};

/* A question as far as it was read. */
struct draft {
	struct question	 q;
	char		*heading;	/* its id */
	const struct heading *under;	/* found at last */
	size_t		 nth;		/* as they came */
	char		*file;		/* where it was first spoken of */
	int		 line;
	int		 seen[KEYS_MAX];
};

struct loading {
	struct heading	 headings[HEADINGS_MAX];
	size_t		 nheadings;
	struct draft	 drafts[QUESTIONS_MAX];
	size_t		 ndrafts;
	const char	*authority;	/* whose file is being read; "" nobody's */
	bool		 full;		/* complained about already */
	struct conf_problems *problems;
};

static const struct setting heading_keys[] = {
#define HEADING(k, t, field, d, low, high, m) { .section = "heading", \
	.key = k, .type = SETTING_##t, .def = d, .lo = low, .hi = high, \
	.offset = offsetof(struct heading, field), .meaning = m },
#include "answers/questions.def"
};
#define NHEADING_KEYS	(sizeof(heading_keys) / sizeof(heading_keys[0]))

static const struct setting question_keys[] = {
#define QUESTION(k, t, field, d, low, high, m) { .section = "question", \
	.key = k, .type = SETTING_##t, .def = d, .lo = low, .hi = high, \
	.offset = offsetof(struct draft, field), .meaning = m },
#include "answers/questions.def"
};
#define NQUESTION_KEYS	(sizeof(question_keys) / sizeof(question_keys[0]))

_Static_assert(NHEADING_KEYS <= KEYS_MAX && NQUESTION_KEYS <= KEYS_MAX,
    "a section has no more keys than are watched");

/* The kinds of section, for the manual's check. */
const struct question_section question_sections[] = {
	{ "heading", heading_keys, NHEADING_KEYS },
	{ "question", question_keys, NQUESTION_KEYS },
};
const size_t nquestion_sections =
    sizeof(question_sections) / sizeof(question_sections[0]);

/* Ids of the checks; NULL at the end. */
static const char *const check_ids[] = {
#define CHECK(function, id, wants, must)	id,
#include "answers/checks.def"
#undef CHECK
	NULL
};

/* --- sections ------------------------------------------------------------- */

/* The id of a "question ID" or "heading ID"; NULL for any other. */
static const char *
id_of(const char *name, size_t len, const char *kind, size_t *idlen)
{
	size_t	 n = strlen(kind), i;

	if (len < n + 2 || strncmp(name, kind, n) != 0 || name[n] != ' ')
		return NULL;
	name += n + 1;
	*idlen = len - n - 1;
	if (*idlen > QUESTION_ID_MAX)
		return NULL;
	for (i = 0; i < *idlen; i++)
		if (!islower((unsigned char)name[i]) &&
		    !isdigit((unsigned char)name[i]) && name[i] != '-')
			return NULL;
	return name;
}

static bool
known_section(void *arg, const char *name, size_t len)
{
	size_t	 n;

	(void)arg;
	return id_of(name, len, "heading", &n) != NULL ||
	    id_of(name, len, "question", &n) != NULL;
}

static void
complain_full(struct loading *l, const struct inifile *ini)
{
	if (!l->full)
		inifile_complain(ini, "%s",
		    _("there are too many questions; the rest is left out"));
	l->full = true;
}

/* The heading of that name, begun if need be; NULL: there are too many. */
static struct heading *
heading_named(struct loading *l, const char *id, const struct inifile *ini)
{
	struct heading	*h;
	size_t		 i;

	for (i = 0; i < l->nheadings; i++)
		if (strcmp(l->headings[i].id, id) == 0)
			return &l->headings[i];
	if (ini == NULL)
		return NULL;
	if (l->nheadings == HEADINGS_MAX) {
		complain_full(l, ini);
		return NULL;
	}
	h = &l->headings[l->nheadings++];
	settings_init(heading_keys, NHEADING_KEYS, h);
	snprintf(h->id, sizeof(h->id), "%s", id);
	return h;
}

static struct draft *
draft_named(struct loading *l, const char *id, const struct inifile *ini)
{
	struct draft	*d;
	size_t		 i;

	for (i = 0; i < l->ndrafts; i++)
		if (strcmp(l->drafts[i].q.id, id) == 0)
			return &l->drafts[i];
	if (l->ndrafts == QUESTIONS_MAX) {
		complain_full(l, ini);
		return NULL;
	}
	d = &l->drafts[l->ndrafts];
	settings_init(question_keys, NQUESTION_KEYS, d);
	d->q.id = mem_strdup(id);
	d->q.authority = mem_strdup(l->authority);
	d->nth = l->ndrafts++;
	d->file = mem_strdup(ini->path);
	d->line = ini->line;
	return d;
}

/* --- keys ----------------------------------------------------------------- */

static const struct setting *
key_named(const struct setting *keys, size_t n, const char *key)
{
	size_t	 i;

	for (i = 0; i < n; i++)
		if (strcmp(keys[i].key, key) == 0)
			return &keys[i];
	return NULL;
}

/* What stands in the field already, and the line that goes on with it. */
static char *
gone_on(const struct setting *s, const void *record, bool gap,
    const char *value)
{
	const char	*had = *(char *const *)(const void *)
			    ((const char *)record + s->offset);

	if (had[0] == '\0')
		return mem_strdup(value);
	return mem_printf("%s%s%s", had, gap ? "\n\n" : " ", value);
}

static void
take(const struct inifile *ini, const struct setting *s, void *record,
    int *seen, const char *value)
{
	struct safe_text	 safe;
	const char		*wrong;
	char			*whole = NULL;

	if (ini->more && (*seen <= 0 || s->type != SETTING_TEXT)) {
		if (*seen > 0)
			inifile_complain(ini, _("%s takes one line only"),
			    s->key);
		return;
	}
	if (!ini->more && *seen != 0) {
		inifile_complain(ini,
		    _("%s stands already in line %d; that one counts"), s->key,
		    abs(*seen));
		*seen = -abs(*seen);	/* nor does what goes on with it */
		return;
	}
	if (ini->more)
		whole = gone_on(s, record, ini->gap, value);
	wrong = setting_take(s, whole != NULL ? whole : value, record);
	*seen = wrong != NULL ? -ini->line : ini->more ? *seen : ini->line;
	if (wrong != NULL) {
		text_safe_str(&safe, value, SHOWN);
		inifile_complain(ini, _("%s = %s: %s"), s->key, safe.s,
		    _(wrong));
	}
	free(whole);
}

/* What an authority wrote of a question is its word from then on. */
static void
sign(struct loading *l, struct draft *d, const char *key)
{
	if (strncmp(key, "asked.", 6) != 0 && strncmp(key, "general.", 8) != 0)
		return;
	if (strcmp(d->q.authority, l->authority) == 0)
		return;
	free(d->q.authority);
	d->q.authority = mem_strdup(l->authority);
}

static void
no_such_key(const struct inifile *ini, const char *section, const char *key)
{
	struct safe_text	 safe;

	text_safe_str(&safe, key, SHOWN);
	if (!ini->more)
		inifile_complain(ini, _("there is no key %s in [%s]"), safe.s,
		    section);
}

static void
take_key(void *arg, const struct inifile *ini, const char *section,
    const char *key, const char *value)
{
	struct loading		*l = arg;
	const struct setting	*s;
	struct heading		*h;
	struct draft		*d;
	const char		*id;
	size_t			 n, len = strlen(section);

	if ((id = id_of(section, len, "heading", &n)) != NULL) {
		s = key_named(heading_keys, NHEADING_KEYS, key);
		if (s == NULL)
			no_such_key(ini, section, key);
		else if ((h = heading_named(l, id, ini)) != NULL)
			take(ini, s, h, &h->seen[s - heading_keys], value);
	} else if ((id = id_of(section, len, "question", &n)) != NULL) {
		s = key_named(question_keys, NQUESTION_KEYS, key);
		if (s == NULL)
			no_such_key(ini, section, key);
		else if ((d = draft_named(l, id, ini)) != NULL) {
			take(ini, s, d, &d->seen[s - question_keys], value);
			sign(l, d, key);
		}
	}
}

/* --- files ---------------------------------------------------------------- */

/* One file over what was read; authority: whose it is, "" nobody's. */
static int
read_over(struct loading *l, const char *path, const char *authority,
    bool must, struct err *err)
{
	struct inifile	 ini = { .path = path, .problems = l->problems,
			    .section = known_section, .key = take_key,
			    .arg = l, .goes_on = true };
	struct err	 why = ERR_INIT;
	size_t		 i;

	for (i = 0; i < l->nheadings; i++)
		memset(l->headings[i].seen, 0, sizeof(l->headings[i].seen));
	for (i = 0; i < l->ndrafts; i++)
		memset(l->drafts[i].seen, 0, sizeof(l->drafts[i].seen));
	l->authority = authority;
	if (inifile_read(&ini, &why) == 0 ||
	    (why.code == ERR_NO_FILE && !must))
		return 0;
	if (why.code != ERR_CONFIG)
		conf_problems_add(l->problems, path, 0, "%s",
		    _("the file cannot be read"));
	if (err->code == ERR_NONE)
		*err = why;
	return -1;
}

static int
read_all(struct loading *l, const char *conf, const struct authorities *all,
    struct err *err)
{
	const char	*slash;
	char		*own;
	size_t		 i;
	int		 rc;

	rc = read_over(l, paths_questions(), "", true, err);
	for (i = 0; all != NULL && i < all->n; i++)
		if (all->v[i].answers_file[0] != '\0' && read_over(l,
		    all->v[i].answers_file, all->v[i].id, true, err) == -1)
			rc = -1;
	if (conf == NULL)
		conf = paths_conf();
	slash = strrchr(conf, '/');
	own = mem_printf("%.*s" QUESTIONS_OWN,
	    slash != NULL ? (int)(slash - conf) + 1 : 0, conf);
	if (read_over(l, own, "", false, err) == -1)
		rc = -1;
	free(own);
	return rc;
}

/* --- what is whole -------------------------------------------------------- */

static bool
known_check(const char *id)
{
	size_t	 i;

	for (i = 0; check_ids[i] != NULL; i++)
		if (strcmp(check_ids[i], id) == 0)
			return true;
	return id[0] == '\0';
}

/* A name in braces that nothing stands for would take its sentence away. */
static bool
odd_place(struct loading *l, const struct draft *d)
{
	char	 name[SHOWN];
	size_t	 t;

	for (t = 0; t < TONGUES; t++)
		if (placing_unknown(d->q.general[t], name, sizeof(name))) {
			conf_problems_add(l->problems, d->file, d->line,
			    _("question %s: nothing is known as {%s}"),
			    d->q.id, name);
			return true;
		}
	return false;
}

/* Why a question cannot stand in the list; NULL if it can. */
static const char *
lacking(const struct draft *d)
{
	if (d->q.asked[TONGUE_EN][0] == '\0' &&
	    d->q.asked[TONGUE_PL][0] == '\0')
		return N_("question %s has no asked.en or asked.pl; it is left out");
	if (d->q.general[TONGUE_EN][0] == '\0' &&
	    d->q.general[TONGUE_PL][0] == '\0')
		return N_("question %s has no general.en or general.pl; it is left out");
	if (d->under == NULL)
		return N_("question %s has no heading that there is; it is left out");
	return NULL;
}

static int
by_place(const void *a, const void *b)
{
	const struct draft	*x = a, *y = b;

	if (x->under->place != y->under->place)
		return x->under->place < y->under->place ? -1 : 1;
	if (x->under != y->under)
		return x->under < y->under ? -1 : 1;
	if (x->q.place != y->q.place)
		return x->q.place < y->q.place ? -1 : 1;
	return x->nth < y->nth ? -1 : 1;
}

static void
draft_clear(struct draft *d)
{
	settings_clear(question_keys, NQUESTION_KEYS, d);
	free(d->q.heading[TONGUE_EN]);
	free(d->q.heading[TONGUE_PL]);
	free(d->q.id);
	free(d->q.authority);
	free(d->file);
	memset(d, 0, sizeof(*d));
}

/* Leave out what is hidden or not whole; 0, or -1 where there was a mistake. */
static int
sift(struct loading *l)
{
	size_t		 i, n = 0;
	int		 rc = 0;
	const char	*why;

	for (i = 0; i < l->ndrafts; i++) {
		struct draft	*d = &l->drafts[i];

		d->under = heading_named(l, d->heading, NULL);
		why = d->q.hidden ? NULL : lacking(d);
		if (odd_place(l, d))
			rc = -1;
		if (!known_check(d->q.check)) {
			conf_problems_add(l->problems, d->file, d->line,
			    _("question %s: there is no check %s"), d->q.id,
			    d->q.check);
			d->q.check[0] = '\0';
			rc = -1;
		}
		if (why != NULL) {
			conf_problems_add(l->problems, d->file, d->line,
			    _(why), d->q.id);
			rc = -1;
		}
		if (why != NULL || d->q.hidden) {
			draft_clear(d);
			continue;
		}
		if (n < i) {
			l->drafts[n] = *d;
			memset(d, 0, sizeof(*d));
		}
		n++;
	}
	l->ndrafts = n;
	qsort(l->drafts, n, sizeof(l->drafts[0]), by_place);
	return rc;
}

/* What is left goes over to the list. */
static void
hand_over(struct loading *l, struct questions *list)
{
	size_t	 i, t;

	if (l->ndrafts > 0)
		list->v = mem_array(l->ndrafts, sizeof(*list->v));
	for (i = 0; i < l->ndrafts; i++) {
		struct draft	*d = &l->drafts[i];

		for (t = 0; t < TONGUES; t++)
			d->q.heading[t] = mem_strdup(d->under->name[t]);
		list->v[list->n++] = d->q;
		free(d->heading);
		free(d->file);
	}
	for (i = 0; i < l->nheadings; i++)
		settings_clear(heading_keys, NHEADING_KEYS, &l->headings[i]);
}

int
questions_load(struct questions *list, const char *conf,
    const struct authorities *all, struct conf_problems *problems,
    struct err *err)
{
	struct conf_problems	 own = { 0 };
	struct loading		*l = mem_alloc(sizeof(*l));
	size_t			 before;
	int			 rc;

	list->v = NULL;
	list->n = 0;
	l->problems = problems != NULL ? problems : &own;
	rc = read_all(l, conf, all, err);
	before = l->problems->n;
	if (sift(l) == -1) {
		rc = -1;
		if (err->code == ERR_NONE && l->problems->n > before)
			conf_problem_err(&l->problems->v[before], err);
	}
	hand_over(l, list);
	free(l);
	conf_problems_clear(&own);
	return rc;
}
