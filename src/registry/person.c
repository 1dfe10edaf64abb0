#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/identrow.h"
#include "registry/inside.h"
#include "registry/person.h"
#include "registry/store.h"

/* Numbers, each once; few. */
struct set {
	int64_t	*v;
	size_t	 n;
};

struct search {
	struct registry	*reg;
	struct person	*p;
	struct set	 seeds;		/* rows that were named */
	struct set	 rows;		/* rows that are the person's */
	struct set	 own;		/* keys of identifiers that are one person's */
	bool		 by_mail;
};

/* True when it is new; false also when there are too many. */
static bool
set_add(struct set *set, int64_t value)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (set->v[i] == value)
			return false;
	if (set->n == PERSON_ROWS_MAX)
		return false;
	if (set->v == NULL)
		set->v = mem_array(PERSON_ROWS_MAX, sizeof *set->v);
	set->v[set->n++] = value;
	return true;
}

static bool
set_has(const struct set *set, int64_t value)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (set->v[i] == value)
			return true;
	return false;
}

/* --- steps ------------------------------------------------------------------ */

static int
add_rows_of(struct search *s, int64_t key, struct set *to, struct err *err)
{
	sqlite3_stmt *st = sql_bind(s->reg->sql, "SELECT cert FROM ident"
	    " WHERE hash = ?", err, "i", key);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(s->reg->sql, st, err)) == 1)
		(void)set_add(to, sqlite3_column_int64(st, 0));
	return rc;
}

/* A row's identifiers: those that are one person's alone, or the others. */
static int
add_idents_of(struct search *s, int64_t row, bool own, struct set *to,
    struct err *err)
{
	struct identrow ids;
	int64_t kind;
	int rc;

	if (identrow_get(s->reg, row, &ids, err) == -1)
		return -1;
	for (size_t i = 0; i < ids.n; i++) {
		rc = sql_int(s->reg->sql, "SELECT kind FROM ident"
		    " WHERE hash = ? AND cert = ?", &kind, err, "ii",
		    ids.hash[i], row);
		if (rc == -1)
			return -1;
		if (rc == 1 && kind >= 0 && kind < IDENT_KIND_COUNT &&
		    tombs_is_person((enum ident_kind)kind) == own)
			(void)set_add(to, ids.hash[i]);
	}
	return 0;
}

/* From one identifier to its rows, to their identifiers, until nothing is new. */
static int
close_over(struct search *s, struct err *err)
{
	size_t row = 0, key = 0;

	while (key < s->own.n) {
		if (add_rows_of(s, s->own.v[key++], &s->rows, err) == -1)
			return -1;
		for (; row < s->rows.n; row++)
			if (add_idents_of(s, s->rows.v[row], true, &s->own,
			    err) == -1)
				return -1;
	}
	return 0;
}

/* The holder's name folded, the caller's. */
static int
folded_name(struct search *s, int64_t row, char **out, struct err *err)
{
	sqlite3_stmt *st = sql_bind(s->reg->sql, "SELECT holder FROM cert"
	    " WHERE id = ?", err, "i", row);
	const char *holder;
	int rc = st == NULL ? -1 : sql_step(s->reg->sql, st, err);

	*out = NULL;
	if (rc != 1)
		return rc == -1 ? -1 : err_set(err, ERR_NOT_FOUND, NULL,
		    "row %lld", (long long)row);
	holder = (const char *)sqlite3_column_text(st, 0);
	*out = mem_alloc(2 * RECORD_TEXT_MAX);
	text_fold(holder != NULL ? holder : "", *out, 2 * RECORD_TEXT_MAX);
	sqlite3_reset(st);
	return 0;
}

/* 1 when a row has the name of one that is the person's already. */
static int
has_a_name_of(struct search *s, int64_t row, struct err *err)
{
	char *name, *other;
	size_t i;
	int rc = 0;

	if (folded_name(s, row, &name, err) == -1)
		return -1;
	for (i = 0; rc == 0 && i < s->rows.n; i++) {
		if (folded_name(s, s->rows.v[i], &other, err) == -1)
			rc = -1;
		else if (strcmp(name, other) == 0)
			rc = 1;
		free(other);
	}
	free(name);
	return rc;
}

static int
ambiguous(struct search *s, struct err *err)
{
	return err_set(err, ERR_PERSON_AMBIGUOUS, s->p->by, "%zu rows",
	    s->seeds.n);
}

/* Nobody's own number among them: an address of one name, or a firm. */
static int
take_weak_seeds(struct search *s, struct err *err)
{
	size_t i;
	int rc;

	(void)set_add(&s->rows, s->seeds.v[0]);
	for (i = 1; i < s->seeds.n; i++) {
		rc = s->by_mail ? has_a_name_of(s, s->seeds.v[i], err) : 1;
		if (rc == 0)
			return ambiguous(s, err);
		if (rc == -1)
			return -1;
		(void)set_add(&s->rows, s->seeds.v[i]);
	}
	return 0;
}

/* Seeds are one person's, or it cannot be said whose. */
static int
judge_seeds(struct search *s, struct err *err)
{
	struct set keys = { 0 };
	size_t i, j, before;
	int rc = -1;

	for (i = 0; i < s->seeds.n; i++) {
		before = keys.n;
		if (add_idents_of(s, s->seeds.v[i], true, &keys, err) == -1)
			goto out;
		if (s->own.n == 0 && keys.n > before) {
			(void)set_add(&s->own, keys.v[before]);
			if (close_over(s, err) == -1)
				goto out;
		}
	}
	if (keys.n == 0) {
		rc = take_weak_seeds(s, err);
		goto out;
	}
	for (j = 0; j < keys.n; j++)
		if (!set_has(&s->own, keys.v[j])) {
			rc = ambiguous(s, err);
			goto out;
		}
	for (i = 0; i < s->seeds.n; i++) {
		if (set_has(&s->rows, s->seeds.v[i]))
			continue;
		rc = has_a_name_of(s, s->seeds.v[i], err);
		if (rc == -1)
			goto out;
		if (rc == 1)
			(void)set_add(&s->rows, s->seeds.v[i]);
		else
			s->p->left_out++;
	}
	rc = 0;
out:
	free(keys.v);
	return rc;
}

/* --- by what was typed ------------------------------------------------------- */

/* "PNOPL-44051401359" is what is behind the dash. */
static const char *
without_scheme(const char *s)
{
	size_t i;

	for (i = 0; i < 5; i++)
		if (!isupper((unsigned char)s[i]))
			return s;
	return s[5] == '-' && s[6] != '\0' ? s + 6 : s;
}

/* Whether a line may be of a kind at all; PESEL and NIP mind their length. */
static bool
may_be(enum ident_kind kind, const char *typed)
{
	bool mail = strchr(typed, '@') != NULL;

	return mail == (kind == IDENT_EMAIL || kind == IDENT_MAILBOX);
}

static void
add_name(struct person *p, const struct ident_hash *hash, enum tomb_of of)
{
	p->names = mem_grow(p->names, p->nnames + 1, sizeof *p->names);
	p->names[p->nnames].hash = *hash;
	p->names[p->nnames++].of = of;
}

/* One kind that the line may be; rows that have it become seeds. */
static int
try_kind(struct search *s, enum ident_kind kind, const char *typed,
    struct err *err)
{
	char normal[IDENT_TEXT_MAX];
	struct ident_hash hash;
	size_t before = s->seeds.n;
	int64_t key;

	if (!may_be(kind, typed) || ident_normal(kind, typed, normal) == -1)
		return 0;
	inside_hash(s->reg, kind, normal, &hash);
	explicit_bzero(normal, sizeof normal);
	key = ident_row_key(&hash);
	s->p->typed[s->p->ntyped++] = key;
	if (add_rows_of(s, key, &s->seeds, err) == -1)
		return -1;
	if (s->seeds.n > before || s->p->by == NULL)
		s->p->by = ident_kind_id(kind);
	tombs_of_key(key, &hash);
	if (tombs_is_person(kind)) {
		add_name(s->p, &hash, TOMB_OF_PERSON);
		if (s->seeds.n > before)
			(void)set_add(&s->own, key);
	}
	if (s->p->nnames == 0 || s->seeds.n > before)
		s->p->whom = hash;
	s->by_mail |= kind == IDENT_EMAIL;
	return 0;
}

static int
by_identifier(struct search *s, const char *typed, struct err *err)
{
	unsigned kind;

	typed = without_scheme(typed);
	for (kind = 0; kind < IDENT_KIND_COUNT; kind++)
		if (try_kind(s, (enum ident_kind)kind, typed, err) == -1)
			return -1;
	if (s->seeds.n == 0)
		return 0;
	if (s->own.n > 0 && close_over(s, err) == -1)
		return -1;
	return judge_seeds(s, err);
}

/* --- by a row ---------------------------------------------------------------- */

/* Nothing of their own: rows of the same name that share an address or number. */
static int
by_weak_idents(struct search *s, int64_t row, struct err *err)
{
	struct set keys = { 0 };
	size_t i;
	int rc = add_idents_of(s, row, false, &keys, err);

	(void)set_add(&s->rows, row);
	for (i = 0; rc == 0 && i < keys.n; i++)
		rc = add_rows_of(s, keys.v[i], &s->seeds, err);
	free(keys.v);
	for (i = 0; rc == 0 && i < s->seeds.n; i++) {
		struct set own = { 0 };

		rc = add_idents_of(s, s->seeds.v[i], true, &own, err);
		/* With a number of its own it may be a namesake's. */
		if (rc == 0 && own.n == 0)
			rc = has_a_name_of(s, s->seeds.v[i], err);
		free(own.v);
		if (rc == 1)
			(void)set_add(&s->rows, s->seeds.v[i]);
		rc = rc == -1 ? -1 : 0;
	}
	return rc;
}

static bool
same_bytes(sqlite3_stmt *st, int column, const uint8_t *bytes, size_t len)
{
	return (size_t)sqlite3_column_bytes(st, column) == len &&
	    (len == 0 || memcmp(sqlite3_column_blob(st, column), bytes,
	    len) == 0);
}

/* A restore may have given the row's number to another certificate. */
static int
is_as_shown(struct search *s, const struct privacy_person *who,
    struct err *err)
{
	char hex[2 * CERT_SERIAL_MAX + 1];
	sqlite3_stmt *st;
	bool same;
	int rc;

	if (who->serial_len == 0)
		return 0;
	st = sql_bind(s->reg->sql, "SELECT serial, key FROM cert JOIN issuer"
	    " ON issuer.id = cert.issuer WHERE cert.id = ?", err, "i",
	    who->row);
	rc = st == NULL ? -1 : sql_step(s->reg->sql, st, err);
	if (rc == -1)
		return -1;
	same = rc == 1 && same_bytes(st, 0, who->serial, who->serial_len) &&
	    same_bytes(st, 1, who->key, who->key_len);
	if (rc == 1)
		sqlite3_reset(st);
	return same ? 0 : err_set(err, ERR_NOT_FOUND, text_hex(who->serial,
	    who->serial_len, 0, hex, sizeof hex), NULL);
}

static int
by_row(struct search *s, const struct privacy_person *who, struct err *err)
{
	int64_t row = who->row;
	char *name;

	s->p->by = "row";
	if (is_as_shown(s, who, err) == -1 ||
	    folded_name(s, row, &name, err) == -1)
		return -1;
	free(name);
	if (add_idents_of(s, row, true, &s->own, err) == -1)
		return -1;
	return s->own.n > 0 ? close_over(s, err) : by_weak_idents(s, row, err);
}

/* --- what is handed back ------------------------------------------------------ */

static int
add_row(struct search *s, int64_t row, struct err *err)
{
	struct person *p = s->p;
	struct ident_hash hash;
	struct record r;

	if (store_get_row(s->reg, row, &r, err) == -1)
		return -1;
	inside_cert_hash(s->reg, &r.issuer, r.serial, r.serial_len, &hash);
	add_name(p, &hash, TOMB_OF_CERT);
	p->holders[p->nrows] = mem_strdup(r.holder);
	p->rows[p->nrows++] = row;
	if (p->nrows == 1 && s->own.n == 0)
		p->whom = hash;
	record_clear(&r);
	return 0;
}

static int
hand_back(struct search *s, struct err *err)
{
	struct person *p = s->p;
	struct ident_hash hash;
	int64_t least = INT64_MAX;
	size_t i;

	if (s->rows.n == 0)
		return 0;
	p->nnames = 0;
	for (i = 0; i < s->own.n; i++) {
		tombs_of_key(s->own.v[i], &hash);
		add_name(p, &hash, TOMB_OF_PERSON);
		/* The same one however they were reached. */
		if (s->own.v[i] <= least) {
			least = s->own.v[i];
			p->whom = hash;
		}
	}
	p->rows = mem_array(s->rows.n, sizeof *p->rows);
	p->holders = mem_array(s->rows.n, sizeof *p->holders);
	for (i = 0; i < s->rows.n; i++)
		if (add_row(s, s->rows.v[i], err) == -1)
			return -1;
	return 0;
}

int
person_find(struct registry *reg, const struct privacy_person *who,
    struct person *p, struct err *err)
{
	struct search s = { .reg = reg, .p = p };
	int rc;

	memset(p, 0, sizeof *p);
	rc = who->identifier != NULL ? by_identifier(&s, who->identifier, err) :
	    by_row(&s, who, err);
	if (rc == 0 && s.rows.n == PERSON_ROWS_MAX)
		rc = ambiguous(&s, err);
	if (rc == 0)
		rc = hand_back(&s, err);
	free(s.seeds.v);
	free(s.rows.v);
	free(s.own.v);
	if (rc == -1)
		person_clear(p);
	return rc;
}

struct privacy_person
privacy_holder(const struct record *r)
{
	struct privacy_person who = { .row = r->id,
	    .key_len = r->issuer.key_len, .serial_len = r->serial_len };

	memcpy(who.key, r->issuer.key, sizeof who.key);
	memcpy(who.serial, r->serial, sizeof who.serial);
	return who;
}

void
person_clear(struct person *p)
{
	size_t i;

	for (i = 0; i < p->nrows; i++)
		free(p->holders[i]);
	free(p->holders);
	free(p->rows);
	free(p->names);
	memset(p, 0, sizeof *p);
}
