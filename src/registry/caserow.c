#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jstring.h"
#include "base/mem.h"
#include "registry/caserow.h"
#include "registry/scrub.h"

/* --- an event's object ------------------------------------------------------- */

static json_t *scrubbed(const char *key, json_t *, const struct record_ident *,
    size_t);

/* A machine's number: whole hex of 128 or 256 bits. */
static bool
is_hex(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF");

	return s[n] == '\0' && (n == 32 || n == 64);
}

/* Whole octets in hex, longer than any identifier of a person is. */
static bool
is_octets(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF");

	return s[n] == '\0' && n % 2 == 0 && n > 11 && n <= 128;
}

/* An object identifier. */
static bool
is_oid(const char *s)
{
	return s[0] >= '0' && s[0] <= '2' && s[1] == '.' &&
	    s[strspn(s, "0123456789.")] == '\0';
}

/* What is no text of anybody's, by its member's name, and kept as it is. */
static const struct {
	const char	*name;
	bool		(*is)(const char *);
} machines[] = {
	{ "transaction", is_hex }, { "sha256", is_hex }, { "nonce", is_hex },
	{ "key", is_octets }, { "serial", is_octets },
	{ "reference", is_octets }, { "eku", is_oid },
};

static bool
is_machines(const char *name, const char *s)
{
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
		if (strcmp(machines[i].name, name) == 0)
			return machines[i].is(s);
	return false;
}

/* NULL: left out. */
static json_t *
scrubbed_string(const char *key, const char *s, const struct record_ident *ids,
    size_t n)
{
	json_t *out;
	char *text;

	if (is_machines(key, s))
		return jstring(s);
	if (strcmp(key, "url") == 0)
		return strlen(s) > RECORD_TEXT_MAX ||
		    scrub_url_tells(s, ids, n) ? NULL : jstring(s);
	text = scrub_text(s, ids, n);
	scrub_cut(text);
	out = jstring(text);
	free(text);
	return out;
}

static json_t *
scrubbed_object(json_t *o, const struct record_ident *ids, size_t n)
{
	json_t *out = json_object(), *value, *kept;
	const char *key;

	json_object_foreach(o, key, value) {
		kept = scrubbed(key, value, ids, n);
		if (kept != NULL)
			json_object_set_new(out, key, kept);
	}
	return out;
}

/* A list's strings are of the list's name. */
static json_t *
scrubbed_list(const char *key, json_t *list, const struct record_ident *ids,
    size_t n)
{
	json_t *out = json_array(), *value, *kept;
	size_t i;

	json_array_foreach(list, i, value) {
		kept = scrubbed(key, value, ids, n);
		if (kept != NULL)
			json_array_append_new(out, kept);
	}
	return out;
}

static json_t *
scrubbed(const char *key, json_t *value, const struct record_ident *ids,
    size_t n)
{
	if (json_is_string(value))
		return scrubbed_string(key, json_string_value(value), ids, n);
	if (json_is_object(value))
		return scrubbed_object(value, ids, n);
	if (json_is_array(value))
		return scrubbed_list(key, value, ids, n);
	return json_incref(value);
}

char *
caserow_text(const json_t *data, const struct record_ident *ids, size_t n,
    struct err *err)
{
	json_t *o = data != NULL ? json_deep_copy(data) : json_object();
	json_t *kept = scrubbed_object(o, ids, n);
	char *text = json_dumps(kept, JSON_COMPACT | JSON_SORT_KEYS);

	json_decref(o);
	json_decref(kept);
	if (text == NULL)
		panic("okienko: an event that is no JSON");
	if (strlen(text) <= CASES_DATA_MAX)
		return text;
	free(text);
	(void)err_set(err, ERR_TOO_BIG, "event", NULL);
	return NULL;
}

json_t *
caserow_data(const char *text)
{
	json_t *o;

	if (text == NULL || strlen(text) > CASES_DATA_MAX)
		return NULL;
	o = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(o))
		return o;
	json_decref(o);
	return NULL;
}

/* --- rows --------------------------------------------------------------------- */

void
caserow_word(sqlite3_stmt *st, int column, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	snprintf(out, size, "%s", text != NULL ? text : "");
}

void
caserow_number(int64_t year, int64_t n, char *buf, size_t size)
{
	snprintf(buf, size, "%d/%04d", (int)(year % 10000),
	    (int)(n % 100000000));
}

void
caserow_read(sqlite3_stmt *st, struct case_row *r)
{
	int c = ROW_NCOLUMNS;

	memset(r, 0, sizeof *r);
	row_read(st, &r->cert);
	r->id = sqlite3_column_int64(st, c++);
	caserow_word(st, c++, r->uid, sizeof r->uid);
	caserow_number(sqlite3_column_int64(st, c),
	    sqlite3_column_int64(st, c + 1), r->number, sizeof r->number);
	c += 2;
	caserow_word(st, c, r->action, sizeof r->action);
	caserow_word(st, c++, r->sum.action, sizeof r->sum.action);
	caserow_word(st, c++, r->sum.state, sizeof r->sum.state);
	r->sum.open = sqlite3_column_int(st, c++) != 0;
	r->sum.due = sqlite3_column_int64(st, c++);
	r->sum.deadline = sqlite3_column_int64(st, c++);
	r->opened_at = sqlite3_column_int64(st, c++);
	r->changed = sqlite3_column_int64(st, c++);
	r->lease_by = sql_text(st, c++);
	r->lease_until = sqlite3_column_int64(st, c++);
}

void
case_event_clear(struct case_event *e)
{
	json_decref(e->data);
	free(e->point);
	free(e->account);
	memset(e, 0, sizeof *e);
}

void
case_row_clear(struct case_row *r)
{
	size_t i;

	for (i = 0; i < r->nevents; i++)
		case_event_clear(&r->events[i]);
	free(r->events);
	free(r->lease_by);
	record_clear(&r->cert);
	memset(r, 0, sizeof *r);
}

/* --- events -------------------------------------------------------------------- */

/* False when it is none that we wrote. */
static bool
read_event(sqlite3_stmt *st, struct case_event *e)
{
	memset(e, 0, sizeof *e);
	e->seq = sqlite3_column_int64(st, 0);
	e->at = sqlite3_column_int64(st, 1);
	caserow_word(st, 2, e->kind, sizeof e->kind);
	e->data = caserow_data((const char *)sqlite3_column_text(st, 3));
	e->point = sql_text(st, 4);
	e->account = sql_text(st, 5);
	return e->data != NULL;
}

int
caserow_read_events(struct registry *reg, sqlite3_stmt *st, const char *whose,
    struct case_event **out, size_t *n, struct err *err)
{
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		*out = mem_grow(*out, *n + 1, sizeof **out);
		if (!read_event(st, &(*out)[(*n)++])) {
			sqlite3_reset(st);
			return err_set(err, ERR_REGISTRY_BROKEN, reg->path,
			    "event %zu of %s", *n, whose);
		}
	}
	return rc;
}

int
caserow_events(struct registry *reg, int64_t id, struct case_event **out,
    size_t *n, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " CASEROW_EVENT
	    " FROM case_event JOIN origin ON origin.id = case_event.origin"
	    " WHERE case_id = ? ORDER BY seq LIMIT ?", err, "ii", id,
	    (int64_t)CASES_EVENTS_MAX);
	char whose[40];

	snprintf(whose, sizeof whose, "case %lld", (long long)id);
	return caserow_read_events(reg, st, whose, out, n, err);
}

/* --- in the way of an erasure ---------------------------------------------------- */

int
caserow_open_of(struct registry *reg, int64_t cert, int64_t *id, char *number,
    size_t size, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id, year, n FROM cases"
	    " WHERE cert = ? AND open = 1", err, "i", cert);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	if (rc != 1)
		return rc;
	*id = sqlite3_column_int64(st, 0);
	if (number != NULL)
		caserow_number(sqlite3_column_int64(st, 1),
		    sqlite3_column_int64(st, 2), number, size);
	sqlite3_reset(st);
	return 1;
}

int
caserow_none_open(struct registry *reg, const int64_t *certs, size_t n,
    struct err *err)
{
	char number[sizeof ((struct case_row *)0)->number];
	int64_t id;
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		rc = caserow_open_of(reg, certs[i], &id, number, sizeof number,
		    err);
		if (rc == 1)
			return err_set(err, ERR_CASE_OPEN, number, NULL);
		if (rc == -1)
			return -1;
	}
	return 0;
}
