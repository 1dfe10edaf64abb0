#include "config.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jstring.h"
#include "base/mem.h"
#include "registry/forget.h"
#include "registry/inside.h"
#include "registry/orders.h"
#include "registry/orderrow.h"
#include "registry/scrub.h"

#define DAY	INT64_C(86400)

void
orders_row_clear(struct orders_row *row)
{
	free(row->authority);
	free(row->number);
	free(row->json);
	free(row->etag);
	memset(row, 0, sizeof *row);
}

/* --- keys -------------------------------------------------------------------- */

static const enum ident_kind kinds[] = {
	[ORDERS_BY_EMAIL] = IDENT_EMAIL,
	[ORDERS_BY_NIP] = IDENT_NIP,
	[ORDERS_BY_PESEL] = IDENT_PESEL,
	[ORDERS_BY_CARD] = IDENT_OTHER,
	[ORDERS_BY_SERIAL] = IDENT_OTHER,
};

/* Letters and figures in upper case; of a serial number no zeros in front. */
static void
normal_code(const struct orders_key *key, char out[static IDENT_TEXT_MAX])
{
	bool serial = key->by == ORDERS_BY_SERIAL;
	size_t n = (size_t)snprintf(out, IDENT_TEXT_MAX, "%s",
	    serial ? "order serial " : "order card "), start = n;

	for (const char *s = key->value; *s != '\0' &&
	    n + 1 < IDENT_TEXT_MAX; s++) {
		if (isalnum((unsigned char)*s) &&
		    !(serial && *s == '0' && n == start))
			out[n++] = (char)toupper((unsigned char)*s);
	}
	out[n] = '\0';
}

bool
orderrow_hash(struct registry *reg, const struct orders_key *key,
    int64_t *hash)
{
	char normal[IDENT_TEXT_MAX];
	struct ident_hash h;

	if (kinds[key->by] == IDENT_OTHER)
		normal_code(key, normal);
	else if (ident_normal(kinds[key->by], key->value, normal) == -1)
		return false;
	inside_hash(reg, kinds[key->by], normal, &h);
	explicit_bzero(normal, sizeof normal);
	*hash = ident_row_key(&h);
	return true;
}

/* --- what is written ------------------------------------------------------------ */

/* Members that may name somebody, if a service does not mask as it should. */
static const char *const told[] = { "reason", "name", "organization",
	"issuer", "email" };

static bool
is_told(const char *key)
{
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		if (strcmp(told[i], key) == 0)
			return true;
	}
	return false;
}

static void
scrub_json(json_t *j)
{
	json_t *value;
	const char *key;
	size_t i;
	char *text;

	json_array_foreach(j, i, value)
		scrub_json(value);
	json_object_foreach(j, key, value) {
		/* What the service has masked stays as it masked it. */
		if (!json_is_string(value) || !is_told(key) ||
		    strstr(json_string_value(value), "**") != NULL) {
			scrub_json(value);
			continue;
		}
		text = scrub_text(json_string_value(value), NULL, 0);
		json_object_set_new(j, key, jstring(text));
		free(text);
	}
}

/* "id" is of a person only in "whom"; a link has one too. */
static char *
scrubbed(const char *json, struct err *err)
{
	json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, NULL), *id, *whom;
	char *text;

	if (!json_is_object(o)) {
		json_decref(o);
		(void)err_set(err, ERR_BAD_DATA, NULL, "no order in JSON");
		return NULL;
	}
	scrub_json(o);
	whom = json_object_get(o, "whom");
	id = json_object_get(whom, "id");
	if (json_is_string(id) &&
	    strstr(json_string_value(id), "**") == NULL) {
		text = scrub_text(json_string_value(id), NULL, 0);
		json_object_set_new(whom, "id", jstring(text));
		free(text);
	}
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (text != NULL && strlen(text) <= ORDERS_JSON_MAX)
		return text;
	free(text);
	(void)err_set(err, ERR_TOO_BIG, NULL, "an order");
	return NULL;
}

static int
put_keys(struct registry *reg, int64_t id, const struct orders_key *keys,
    size_t n, struct err *err)
{
	int64_t hash;

	for (size_t i = 0; i < n; i++) {
		if (orderrow_hash(reg, &keys[i], &hash) && sql_run(reg->sql,
		    "INSERT OR IGNORE INTO order_key (hash, id, kind)"
		    " VALUES (?, ?, ?)", err, "iii", hash, id,
		    (int64_t)keys[i].by) == -1)
			return -1;
	}
	return 0;
}

/* 1 when it was found by the PESEL of somebody who was erased. */
static int
is_erased(struct registry *reg, const struct orders_key *keys, size_t n,
    struct err *err)
{
	struct ident_hash whom;
	int64_t hash;
	int has = 0;

	for (size_t i = 0; has == 0 && i < n; i++) {
		if (keys[i].by != ORDERS_BY_PESEL ||
		    !orderrow_hash(reg, &keys[i], &hash))
			continue;
		tombs_of_key(hash, &whom);
		has = tombs_has(reg, TOMB_ERASED, &whom, err);
	}
	return has;
}

static int
put(struct registry *reg, const struct orders_row *row, const char *json,
    const struct orders_key *keys, size_t nkeys, int64_t now, struct err *err)
{
	int64_t id, gone;
	int erased = is_erased(reg, keys, nkeys, err);

	if (erased != 0)
		return erased == 1 ? 0 : -1;
	if (sql_run(reg->sql, "INSERT INTO orders (authority, number, json,"
	    " etag, as_of, asked) VALUES (?, ?, ?, ?, ?, ?)"
	    " ON CONFLICT (authority, number) DO UPDATE SET"
	    " json = excluded.json, etag = excluded.etag,"
	    " as_of = excluded.as_of, asked = excluded.asked"
	    " WHERE excluded.as_of >= as_of", err, "ttttii", row->authority,
	    row->number, json, row->etag != NULL ? row->etag : "", row->as_of,
	    now) == -1 ||
	    sql_int(reg->sql, "SELECT id FROM orders WHERE authority = ?"
	    " AND number = ?", &id, err, "tt", row->authority,
	    row->number) != 1 ||
	    put_keys(reg, id, keys, nkeys, err) == -1)
		return -1;
	return orderrow_old(reg, now, &gone, err);
}

int
orders_put(struct registry *reg, const struct orders_row *row,
    const struct orders_key *keys, size_t nkeys, int64_t now, struct err *err)
{
	char *json = scrubbed(row->json, err);
	int rc = json == NULL ? -1 : registry_begin(reg, err);

	if (rc == 0 && put(reg, row, json, keys, nkeys, now, err) == -1) {
		registry_rollback(reg);
		rc = -1;
	} else if (rc == 0)
		rc = registry_commit(reg, err);
	free(json);
	return rc;
}

/* One statement in a transaction of its own. */
static int
alone(struct registry *reg, const char *sql, int64_t at, const char *authority,
    const char *number, struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	if (sql_run(reg->sql, sql, err, "itt", at, authority, number) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

int
orders_confirm(struct registry *reg, const char *authority,
    const char *number, int64_t now, struct err *err)
{
	return alone(reg, "UPDATE orders SET as_of = ?1, asked = ?1"
	    " WHERE authority = ?2 AND number = ?3", now, authority, number,
	    err);
}

int
orders_forget(struct registry *reg, const char *authority,
    const char *number, struct err *err)
{
	return alone(reg, "DELETE FROM orders WHERE id > ?1 AND"
	    " authority = ?2 AND number = ?3", 0, authority, number, err);
}

/* --- what is read ------------------------------------------------------------------ */

#define COLUMNS	"authority, number, json, etag, as_of"

static void
read_row(sqlite3_stmt *st, struct orders_row *row)
{
	row->authority = sql_text(st, 0);
	row->number = sql_text(st, 1);
	row->json = sql_text(st, 2);
	row->etag = sql_text(st, 3);
	row->as_of = sqlite3_column_int64(st, 4);
}

int
orders_get(struct registry *reg, const char *authority, const char *number,
    struct orders_row *row, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " COLUMNS " FROM orders"
	    " WHERE authority = ? AND number = ?", err, "tt", authority,
	    number);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	memset(row, 0, sizeof *row);
	if (rc != 1)
		return rc;
	read_row(st, row);
	sqlite3_reset(st);
	return 1;
}

int
orderrow_each(struct registry *reg, int64_t hash, unsigned kinds_wanted,
    orders_fn *fn, void *arg, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " COLUMNS " FROM orders"
	    " WHERE id IN (SELECT id FROM order_key WHERE hash = ?1"
	    " AND (?2 >> kind) & 1) ORDER BY as_of DESC, number LIMIT ?3",
	    err, "iii", hash, (int64_t)kinds_wanted, (int64_t)ORDERS_FOUND);
	int rc, stop = 0;

	if (st == NULL)
		return -1;
	while (!stop && (rc = sql_step(reg->sql, st, err)) != 0) {
		struct orders_row row;

		if (rc == -1)
			return -1;
		read_row(st, &row);
		stop = fn(&row, arg) != 0;
		orders_row_clear(&row);
	}
	sqlite3_reset(st);
	return 0;
}

int
orders_each(struct registry *reg, const struct orders_key *key, orders_fn *fn,
    void *arg, struct err *err)
{
	int64_t hash;

	return !orderrow_hash(reg, key, &hash) ? 0 :
	    orderrow_each(reg, hash, 1u << key->by, fn, arg, err);
}

/* --- what goes --------------------------------------------------------------------- */

int
orderrow_old(struct registry *reg, int64_t now, int64_t *n, struct err *err)
{
	if (sql_run(reg->sql, "DELETE FROM orders WHERE asked < ?", err, "i",
	    now - ORDERS_DAYS * DAY) == -1)
		return -1;
	*n = sqlite3_changes(sql_handle(reg->sql));
	return *n > 0 ? forget_mark(reg, err) : 0;
}

int
orders_retain(struct registry *reg, int64_t now, bool dry, int64_t *n,
    struct err *err)
{
	int64_t ignored;

	n = n != NULL ? n : &ignored;
	*n = 0;
	if (dry)
		return sql_int(reg->sql, "SELECT count(*) FROM orders"
		    " WHERE asked < ?", n, err, "i",
		    now - ORDERS_DAYS * DAY) == -1 ? -1 : 0;
	if (registry_begin(reg, err) == -1)
		return -1;
	if (orderrow_old(reg, now, n, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}
