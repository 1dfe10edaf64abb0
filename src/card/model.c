#include "config.h"

#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/paths.h"
#include "card/model.h"
#include "card/record.h"

/* One file of the folder. */
struct model_entry {
	char		*id;		/* its name without ".conf" */
	char		*name, *source, *driver, *module, *limit_source, *aid,
			*pin_ref, *space, *key_directory, *cert_directory,
			*public_directory, *token_info;
	bool		 sure;
	long		 places, limit, pin_tries;
	struct conf_list atrs;
};

struct model_table {
	struct model_entry	*entries;
	size_t			 n;
};

#define KEY(k, t, field, ...) { .section = "model", .key = k, \
	.type = SETTING_##t, .offset = offsetof(struct model_entry, field), \
	__VA_ARGS__ }

static const struct setting keys[] = {
	KEY("name", TEXT, name, .def = "", .hi = 80,
	    .meaning = "what the card is called"),
	KEY("atr", TEXTS, atrs, .def = "", .hi = 120,
	    .meaning = "its ATR in hex, a dot for a digit that may be any"),
	KEY("source", TEXT, source, .def = "", .hi = 160,
	    .meaning = "where this is known from"),
	KEY("sure", BOOL, sure, .def = "no",
	    .meaning = "whether the source can be relied on"),
	KEY("driver", TEXT, driver, .def = "", .hi = 32,
	    .meaning = "the OpenSC driver that these ATRs are for"),
	KEY("module", TEXT, module, .def = "", .hi = 80,
	    .meaning = "pattern of the preferred module's file name"),
	KEY("places", NUMBER, places, .def = "0", .lo = 0, .hi = 1000,
	    .meaning = "key containers or certificates it has room for"),
	KEY("issuer-limit", NUMBER, limit, .def = "0", .lo = 0, .hi = 1000,
	    .meaning = "qualified certificates its issuer puts on one card"),
	KEY("issuer-limit-source", TEXT, limit_source, .def = "", .hi = 160,
	    .meaning = "where that is known from"),
	KEY("aid", TEXT, aid, .def = "", .hi = 48,
	    .meaning = "application to select before asking the card"),
	KEY("pin-reference", TEXT, pin_ref, .def = "", .hi = 2,
	    .meaning = "PIN whose counter VERIFY without data tells, in hex"),
	KEY("pin-tries", NUMBER, pin_tries, .def = "0", .lo = 0, .hi = 15,
	    .meaning = "tries of a fresh PIN; 0: not known"),
	KEY("key-directory", TEXT, key_directory, .def = "", .hi = 32,
	    .meaning = "path of EF(PrKDF) if it is read without a PIN"),
	KEY("certificate-directory", TEXT, cert_directory, .def = "", .hi = 32,
	    .meaning = "path of EF(CDF)"),
	KEY("public-key-directory", TEXT, public_directory, .def = "",
	    .hi = 32, .meaning = "path of EF(PuKDF)"),
	KEY("token-info", TEXT, token_info, .def = "", .hi = 32,
	    .meaning = "path of EF(TokenInfo) if every writing changes it"),
	KEY("space", WORD, space, .def = "none", .words = "none pkcs15 cardos",
	    .meaning = "how it tells its free memory"),
};

#define NKEYS	(sizeof(keys) / sizeof(keys[0]))

/* --- loading ------------------------------------------------------------- */

static void
check_hex(char **value, size_t max, const char *path,
    struct conf_problems *problems)
{
	uint8_t bytes[MODEL_AID_MAX];

	if ((*value)[0] == '\0' || atr_parse(*value, bytes, NULL, max) > 0)
		return;
	conf_problems_add(problems, path, 0,
	    _("%s is not hex, or is too long"), *value);
	card_set(value, "");
}

static void
check_entry(struct model_entry *e, const char *path,
    struct conf_problems *problems)
{
	uint8_t bytes[CARD_ATR_MAX], mask[CARD_ATR_MAX];
	size_t kept = 0;

	for (size_t i = 0; i < e->atrs.n; i++) {
		if (atr_parse(e->atrs.v[i], bytes, mask, sizeof(bytes)) > 0) {
			e->atrs.v[kept++] = e->atrs.v[i];
			continue;
		}
		conf_problems_add(problems, path, 0,
		    _("%s is not an ATR"), e->atrs.v[i]);
		free(e->atrs.v[i]);
	}
	e->atrs.n = kept;
	check_hex(&e->aid, MODEL_AID_MAX, path, problems);
	check_hex(&e->pin_ref, 1, path, problems);
	check_hex(&e->key_directory, MODEL_AID_MAX, path, problems);
	check_hex(&e->cert_directory, MODEL_AID_MAX, path, problems);
	check_hex(&e->public_directory, MODEL_AID_MAX, path, problems);
	check_hex(&e->token_info, LENS_PATH_MAX, path, problems);
}

static char *
file_id(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return mem_strndup(name, strlen(name) - strlen(".conf"));
}

static void
load_file(struct model_table *t, const char *path,
    struct conf_problems *problems)
{
	struct model_entry *e;
	struct err err = ERR_INIT;

	t->entries = mem_grow(t->entries, t->n + 1, sizeof(*t->entries));
	e = &t->entries[t->n++];
	memset(e, 0, sizeof(*e));
	e->id = file_id(path);
	settings_init(keys, NKEYS, e);
	if (settings_read(keys, NKEYS, e, path, problems, &err) == -1 &&
	    err.code != ERR_CONFIG)
		conf_problems_add(problems, path, 0, _("cannot be read"));
	check_entry(e, path, problems);
}

int
model_table_load(const char *folder, struct model_table **out,
    struct conf_problems *problems, struct err *err)
{
	char *pattern;
	glob_t found;
	int rc;

	*out = NULL;
	if (folder == NULL)
		folder = paths_models();
	pattern = mem_printf("%s/*.conf", folder);
	rc = glob(pattern, GLOB_ERR, NULL, &found);
	free(pattern);
	if (rc != 0)
		return err_set(err, ERR_NO_FILE, folder, "no card models");
	*out = mem_alloc(sizeof(**out));
	for (size_t i = 0; i < found.gl_pathc && i < MODELS_MAX; i++)
		load_file(*out, found.gl_pathv[i], problems);
	globfree(&found);
	return 0;
}

void
model_table_free(struct model_table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n; i++) {
		settings_clear(keys, NKEYS, &t->entries[i]);
		free(t->entries[i].id);
	}
	free(t->entries);
	free(t);
}

/*
 * Read-only data of the program, in effect: the same for every card of every
 * reader, and too dear to read at each insertion.
 */
const struct model_table *
model_table(void)
{
	static const struct model_table empty;
	static struct model_table *table;
	struct conf_problems problems = { NULL, 0 };
	struct err err = ERR_INIT;

	if (table != NULL)
		return table;
	if (model_table_load(NULL, &table, &problems, &err) == -1) {
		log_err("reading the card models", &err);
		return &empty;
	}
	for (size_t i = 0; i < problems.n; i++)
		log_warn("%s:%d: %s", problems.v[i].file, problems.v[i].line,
		    problems.v[i].text);
	conf_problems_clear(&problems);
	return table;
}

/* --- looking up ---------------------------------------------------------- */

/* Bits of the pattern that had to be the same; 0: no match. */
static int
match(const char *pattern, const uint8_t *atr, size_t len)
{
	uint8_t want[CARD_ATR_MAX], mask[CARD_ATR_MAX];
	int bits = 0;

	if (atr_parse(pattern, want, mask, sizeof(want)) != len)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if ((atr[i] & mask[i]) != (want[i] & mask[i]))
			return 0;
		bits += __builtin_popcount(mask[i]);
	}
	return bits;
}

static const struct model_entry *
find(const struct model_table *t, const uint8_t *atr, size_t len)
{
	const struct model_entry *best = NULL;
	int best_bits = 0;

	if (len == 0 || len > CARD_ATR_MAX)
		return NULL;
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < t->entries[i].atrs.n; j++) {
			int bits = match(t->entries[i].atrs.v[j], atr, len);

			if (bits > best_bits) {
				best = &t->entries[i];
				best_bits = bits;
			}
		}
	return best;
}

int
model_find_in(const struct model_table *t, const uint8_t *atr, size_t len,
    struct card_model *m)
{
	const struct model_entry *e = find(t, atr, len);

	memset(m, 0, sizeof(*m));
	card_set(&m->id, e != NULL ? e->id : NULL);
	card_set(&m->name, e != NULL ? e->name : NULL);
	card_set(&m->source, e != NULL ? e->source : NULL);
	card_set(&m->module, e != NULL ? e->module : NULL);
	card_set(&m->driver, e != NULL ? e->driver : NULL);
	card_set(&m->issuer_limit_source, e != NULL ? e->limit_source : NULL);
	if (e == NULL)
		return 0;
	m->max_certs = (int)e->places;
	m->issuer_limit = (int)e->limit;
	m->issuer_limit_by = e->limit > 0 ? KNOWN_TABLE : KNOWN_NOT;
	m->sure = e->sure;
	return 1;
}

int
model_find(const uint8_t *atr, size_t len, struct card_model *m)
{
	return model_find_in(model_table(), atr, len, m);
}

void
model_clear(struct card_model *m)
{
	free(m->id);
	free(m->name);
	free(m->source);
	free(m->module);
	free(m->driver);
	free(m->issuer_limit_source);
	memset(m, 0, sizeof(*m));
}

static enum model_space
space_of(const char *word)
{
	if (strcmp(word, "pkcs15") == 0)
		return MODEL_SPACE_PKCS15;
	return strcmp(word, "cardos") == 0 ? MODEL_SPACE_CARDOS :
	    MODEL_SPACE_NONE;
}

int
model_find_probe(const struct model_table *t, const uint8_t *atr, size_t len,
    struct model_probe *p)
{
	const struct model_entry *e = find(t, atr, len);

	memset(p, 0, sizeof(*p));
	if (e == NULL)
		return 0;
	p->aid_len = atr_parse(e->aid, p->aid, NULL, sizeof(p->aid));
	p->has_pin = atr_parse(e->pin_ref, &p->pin_ref, NULL, 1) == 1;
	p->key_directory = e->key_directory;
	p->cert_directory = e->cert_directory;
	p->pin_tries = e->pin_tries > 0 ? (int)e->pin_tries : -1;
	p->space = space_of(e->space);
	return 1;
}

bool
model_prefers(const struct card_model *m, const char *module)
{
	return m->module != NULL && m->module[0] != '\0' &&
	    fnmatch(m->module, module, 0) == 0;
}

static void
colons(const uint8_t *bytes, size_t len, char out[3 * CARD_ATR_MAX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[3 * i] = digits[bytes[i] >> 4];
		out[3 * i + 1] = digits[bytes[i] & 0xf];
		out[3 * i + 2] = i + 1 < len ? ':' : '\0';
	}
}

void
model_each_driver(const struct model_table *t, model_driver_fn *fn, void *arg)
{
	uint8_t atr[CARD_ATR_MAX], mask[CARD_ATR_MAX];
	char atr_text[3 * CARD_ATR_MAX], mask_text[3 * CARD_ATR_MAX];

	for (size_t i = 0; i < t->n; i++) {
		const struct model_entry *e = &t->entries[i];

		for (size_t j = 0; e->driver[0] != '\0' && j < e->atrs.n; j++) {
			size_t n = atr_parse(e->atrs.v[j], atr, mask,
			    sizeof(atr));

			colons(atr, n, atr_text);
			colons(mask, n, mask_text);
			fn(atr_text, mask_text, e->driver, arg);
		}
	}
}

static bool
lens_path(const char *hex, struct lens_path *p)
{
	p->len = atr_parse(hex, p->bytes, NULL, sizeof(p->bytes));
	return p->len > 0;
}

size_t
model_lens_rules(const struct model_table *t, struct lens_rule *rules,
    size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n && n < max; i++) {
		const struct model_entry *e = &t->entries[i];
		const char *const directories[] = { e->key_directory,
		    e->public_directory, e->cert_directory };
		struct lens_rule *r = &rules[n];

		memset(r, 0, sizeof(*r));
		r->aid_len = atr_parse(e->aid, r->aid, NULL, sizeof(r->aid));
		for (size_t j = 0; j < LENS_DIRECTORIES_MAX; j++)
			if (lens_path(directories[j],
			    &r->directories[r->ndirectories]))
				r->ndirectories++;
		r->keys = e->key_directory[0] != '\0' ? 0 : -1;
		if (r->aid_len > 0 && lens_path(e->token_info, &r->token_info))
			n++;
	}
	return n;
}
