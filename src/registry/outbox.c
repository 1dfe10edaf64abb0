#include "config.h"

#include <sys/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/forget.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/outbox.h"
#include "registry/scrub.h"
#include "registry/seal.h"

#define DAY	INT64_C(86400)

void
outbox_row_clear(struct outbox_row *row)
{
	free(row->authority);
	free(row->number);
	free(row->what);
	free(row->reference);
	free(row->email);
	memset(row, 0, sizeof *row);
}

/* --- in ---------------------------------------------------------------------- */

int
outbox_key(char key[static OUTBOX_KEY_LEN + 1], struct err *err)
{
	uint8_t bytes[OUTBOX_KEY_LEN / 2];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return err_errno(err, ERR_IO, "getrandom");
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(key + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

static int
note(struct registry *reg, enum journal_action action, int64_t id,
    const char *kind, struct err *err)
{
	struct journal_entry e = { .action = action };
	char what[64];

	snprintf(what, sizeof what, "outbox=%lld %s", (long long)id, kind);
	e.what = what;
	return journal_add(reg, &e, err);
}

/* Whom a question is answered to, as far as that names a person. */
static int64_t
whom_of(struct registry *reg, const char *contact)
{
	static const enum ident_kind kinds[] = { IDENT_EMAIL, IDENT_PHONE };
	char normal[IDENT_TEXT_MAX];
	struct ident_hash hash;

	for (size_t i = 0; contact != NULL && i < 2; i++) {
		if (ident_normal(kinds[i], contact, normal) == -1)
			continue;
		inside_hash(reg, kinds[i], normal, &hash);
		explicit_bzero(normal, sizeof normal);
		return ident_row_key(&hash);
	}
	return 0;
}

static int
put(struct registry *reg, const struct outbox_row *row, const char *key,
    struct span sealed, int64_t now, int64_t *id, struct err *err)
{
	int64_t origin;

	if (inside_origin(reg, &origin, err) == -1 ||
	    sql_run(reg->sql, "INSERT INTO outbox (key, kind, authority,"
	    " number, what, body, whom, origin, at, next)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), ?8, ?9, ?9)", err,
	    "tttttbiii", key, row->kind, row->authority, row->number,
	    row->what, (const void *)sealed.p, sealed.len,
	    whom_of(reg, row->email), origin, now) == -1)
		return -1;
	*id = sqlite3_last_insert_rowid(sql_handle(reg->sql));
	return note(reg, JOURNAL_OUTBOX, *id, row->kind, err);
}

static int
key_of(const struct outbox_row *row, char key[static OUTBOX_KEY_LEN + 1],
    struct err *err)
{
	if (row->key[0] == '\0')
		return outbox_key(key, err);
	memcpy(key, row->key, OUTBOX_KEY_LEN + 1);
	return 0;
}

int
outbox_put(struct registry *reg, const struct outbox_row *row,
    struct span body, int64_t now, int64_t *id, struct err *err)
{
	char key[OUTBOX_KEY_LEN + 1];
	struct buf sealed;
	int rc = -1;

	buf_init(&sealed, OUTBOX_BODY_MAX + SEAL_MORE);
	if (key_of(row, key, err) == -1 ||
	    seal_shut(reg, key, body, &sealed, err) == -1 ||
	    registry_begin(reg, err) == -1)
		goto out;
	if (put(reg, row, key, span_of(sealed.data, sealed.len), now, id,
	    err) == -1)
		registry_rollback(reg);
	else
		rc = registry_commit(reg, err);
out:
	buf_clear(&sealed);
	return rc;
}

int
outbox_note(struct registry *reg, const struct outbox_row *row, int64_t now,
    int64_t *id, struct err *err)
{
	char key[OUTBOX_KEY_LEN + 1];

	if (key_of(row, key, err) == -1 || registry_begin(reg, err) == -1)
		return -1;
	if (put(reg, row, key, span_of(NULL, 0), now, id, err) == -1 ||
	    sql_run(reg->sql, "UPDATE outbox SET state = 1, body = NULL,"
	    " tried = at, next = 0 WHERE id = ?", err, "i", *id) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* --- out ---------------------------------------------------------------------- */

#define COLUMNS	"id, kind, key, authority, number, what, state, at, tried," \
	" next, tries, reference, email, answer_by, err, err_origin, err_raw," \
	" err_what"

static void
copy(char *out, size_t size, const void *text)
{
	snprintf(out, size, "%s", text != NULL ? (const char *)text : "");
}

static void
read_row(sqlite3_stmt *st, struct outbox_row *row)
{
	const char *err = (const char *)sqlite3_column_text(st, 14);

	memset(row, 0, sizeof *row);
	row->id = sqlite3_column_int64(st, 0);
	copy(row->kind, sizeof row->kind, sqlite3_column_text(st, 1));
	copy(row->key, sizeof row->key, sqlite3_column_text(st, 2));
	row->authority = sql_text(st, 3);
	row->number = sql_text(st, 4);
	row->what = sql_text(st, 5);
	row->state = (enum outbox_state)sqlite3_column_int(st, 6);
	row->at = sqlite3_column_int64(st, 7);
	row->tried = sqlite3_column_int64(st, 8);
	row->next = sqlite3_column_int64(st, 9);
	row->tries = sqlite3_column_int(st, 10);
	row->reference = sql_text(st, 11);
	row->email = sql_text(st, 12);
	row->answer_by = sqlite3_column_int64(st, 13);
	if (err == NULL)
		return;
	row->err.code = err_from_id(err);
	row->err.origin = err_origin_from_name(
	    (const char *)sqlite3_column_text(st, 15));
	row->err.raw = (unsigned long)sqlite3_column_int64(st, 16);
	copy(row->err.what, sizeof row->err.what, sqlite3_column_text(st, 17));
}

static int
none(int64_t id, struct err *err)
{
	char what[24];

	snprintf(what, sizeof what, "%lld", (long long)id);
	return err_set(err, ERR_NOT_FOUND, what, NULL);
}

int
outbox_find(struct registry *reg, const struct outbox_row *row, int64_t *id,
    struct err *err)
{
	return sql_int(reg->sql, "SELECT id FROM outbox WHERE state = 0"
	    " AND kind = ?1 AND authority = ?2 AND number IS ?3 AND what IS ?4"
	    " ORDER BY id LIMIT 1", id, err, "tttt", row->kind, row->authority,
	    row->number, row->what);
}

int
outbox_get(struct registry *reg, int64_t id, struct outbox_row *row,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " COLUMNS " FROM outbox"
	    " WHERE id = ?", err, "i", id);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	memset(row, 0, sizeof *row);
	if (rc != 1)
		return rc == -1 ? -1 : none(id, err);
	read_row(st, row);
	sqlite3_reset(st);
	return 0;
}

int
outbox_body(struct registry *reg, int64_t id, struct buf *out,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT key, body FROM outbox"
	    " WHERE id = ?", err, "i", id);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	const void *body;

	out->len = 0;
	if (rc != 1)
		return rc == -1 ? -1 : none(id, err);
	body = sqlite3_column_blob(st, 1);
	rc = body == NULL ? 0 : seal_open(reg,
	    (const char *)sqlite3_column_text(st, 0), span_of(body,
	    (size_t)sqlite3_column_bytes(st, 1)), out, err);
	sqlite3_reset(st);
	return rc;
}

int
outbox_each(struct registry *reg, bool done_too, outbox_fn *fn, void *arg,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " COLUMNS " FROM outbox"
	    " WHERE state = 0 OR ?1 ORDER BY state <> 0,"
	    " CASE state WHEN 0 THEN next ELSE -tried END, id", err, "i",
	    (int64_t)done_too);
	int rc = 0, stop = 0;

	if (st == NULL)
		return -1;
	while (!stop && (rc = sql_step(reg->sql, st, err)) == 1) {
		struct outbox_row row;

		read_row(st, &row);
		stop = fn(&row, arg) != 0;
		outbox_row_clear(&row);
	}
	sqlite3_reset(st);
	return rc == -1 ? -1 : 0;
}

/* --- leases ---------------------------------------------------------------------- */

/* Due only behind this: put off by a clock that ran ahead. */
#define AHEAD	(OUTBOX_LATER_MAX + 3600)

/* Another's lease that still binds: ?1 now, ?2 by, ?3 the longest. */
#define FREE	"(lease_by IS NULL OR lease_by = ?2 OR lease_until <= ?1" \
	" OR lease_until > ?1 + ?3)"

int
outbox_due(struct registry *reg, const char *by, int64_t now, int64_t *ids,
    size_t max, size_t *n, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id FROM outbox"
	    " WHERE state = 0 AND (next <= ?1 OR next > ?1 + ?5) AND " FREE
	    " ORDER BY next, id LIMIT ?4", err, "itiii", now, by,
	    (int64_t)OUTBOX_LEASE_MAX, (int64_t)max, (int64_t)AHEAD);
	int rc;

	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1 && *n < max)
		ids[(*n)++] = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc == -1 ? -1 : 0;
}

int
outbox_next(struct registry *reg, const char *by, int64_t now, int64_t *next,
    struct err *err)
{
	*next = 0;
	return sql_int(reg->sql, "SELECT coalesce(min(CASE WHEN " FREE
	    " THEN soon ELSE max(soon, lease_until) END), 0) FROM (SELECT *,"
	    " iif(next > ?1 + ?4, ?1, next) AS soon FROM outbox"
	    " WHERE state = 0)", next, err, "itii", now, by,
	    (int64_t)OUTBOX_LEASE_MAX, (int64_t)AHEAD) == -1 ? -1 : 0;
}

/* One statement's transaction is over: *changed rows. */
static int
end(struct registry *reg, int rc, int64_t *changed, struct err *err)
{
	*changed = sqlite3_changes(sql_handle(reg->sql));
	if (rc == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

int
outbox_lease(struct registry *reg, int64_t id, const char *by, int64_t now,
    int64_t until, bool *got, struct err *err)
{
	int64_t changed = 0;
	int rc;

	*got = false;
	if (until > now + OUTBOX_LEASE_MAX)
		until = now + OUTBOX_LEASE_MAX;
	if (registry_begin(reg, err) == -1)
		return -1;
	rc = sql_run(reg->sql, "UPDATE outbox SET lease_by = ?2,"
	    " lease_until = ?4 WHERE id = ?5 AND state = 0 AND " FREE, err,
	    "itiii", now, by, (int64_t)OUTBOX_LEASE_MAX, until, id);
	if (end(reg, rc, &changed, err) == -1)
		return -1;
	*got = changed == 1;
	return 0;
}

/* --- how it went -------------------------------------------------------------------- */

int
outbox_failed(struct registry *reg, int64_t id, int64_t now, int64_t next,
    const struct err *why, struct err *err)
{
	int64_t changed;

	if (registry_begin(reg, err) == -1)
		return -1;
	return end(reg, sql_run(reg->sql, "UPDATE outbox SET tried = ?2,"
	    " next = ?3, tries = tries + 1, err = ?4, err_origin = ?5,"
	    " err_raw = ?6, err_what = ?7, lease_by = NULL, lease_until = 0"
	    " WHERE id = ?1 AND state = 0", err, "iiittit", id, now, next,
	    err_id(why->code), err_origin_name(why->origin),
	    (int64_t)why->raw, why->what), &changed, err);
}

int
outbox_later(struct registry *reg, int64_t id, int64_t next, struct err *err)
{
	int64_t changed;

	if (registry_begin(reg, err) == -1)
		return -1;
	return end(reg, sql_run(reg->sql, "UPDATE outbox SET next = ?2,"
	    " lease_by = NULL, lease_until = 0 WHERE id = ?1 AND state = 0",
	    err, "ii", id, next), &changed, err);
}

static int
end_row(struct registry *reg, const struct outbox_row *row, int64_t now,
    struct err *err)
{
	bool well = row->err.code == ERR_NONE;
	/* A service may not mask it as it should. */
	char *email = scrub_text(row->email, NULL, 0);
	int rc;

	rc = sql_run(reg->sql, "UPDATE outbox SET tried = ?2, next = 0,"
	    " tries = tries + 1, state = ?3, reference = ?4, answer_by = ?5,"
	    " email = ?6, err = ?7, err_origin = ?8, err_raw = ?9,"
	    " err_what = ?10, body = NULL, lease_by = NULL, lease_until = 0"
	    " WHERE id = ?1 AND state = 0", err, "iiititttit", row->id, now,
	    (int64_t)row->state, row->reference, row->answer_by, email,
	    well ? NULL : err_id(row->err.code),
	    well ? NULL : err_origin_name(row->err.origin),
	    (int64_t)row->err.raw, well ? NULL : row->err.what);
	free(email);
	return rc == -1 ? -1 : forget_mark(reg, err);
}

int
outbox_end(struct registry *reg, const struct outbox_row *row, int64_t now,
    struct err *err)
{
	struct err ignored = ERR_INIT;

	if (registry_begin(reg, err) == -1)
		return -1;
	if (end_row(reg, row, now, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	if (registry_commit(reg, err) == -1)
		return -1;
	/* The log still has the sealed text; whoever can empties it. */
	if (reg->depth == 0)
		(void)forget_settle(reg, false, &ignored);
	return 0;
}

int
outbox_drop(struct registry *reg, int64_t id, int64_t now, struct err *err)
{
	int64_t changed;

	if (registry_begin(reg, err) == -1)
		return -1;
	if (sql_run(reg->sql, "DELETE FROM outbox WHERE id = ?2 AND state = 0"
	    " AND (lease_by IS NULL OR lease_until <= ?1"
	    " OR lease_until > ?1 + ?3)", err, "iii", now, id,
	    (int64_t)OUTBOX_LEASE_MAX) == -1)
		goto fail;
	changed = sqlite3_changes(sql_handle(reg->sql));
	if (changed == 1 && (note(reg, JOURNAL_OUTBOX, id, "given-up",
	    err) == -1 || forget_mark(reg, err) == -1))
		goto fail;
	return registry_commit(reg, err) == -1 ? -1 : changed == 1;
fail:
	registry_rollback(reg);
	return -1;
}

int
outbox_retain(struct registry *reg, int64_t now, bool dry, int64_t *n,
    struct err *err)
{
	int64_t ignored, limit = now - OUTBOX_DAYS * DAY;
	int64_t waiting = now - OUTBOX_WAIT_DAYS * DAY;

	n = n != NULL ? n : &ignored;
	*n = 0;
	if (dry)
		return sql_int(reg->sql, "SELECT count(*) FROM outbox"
		    " WHERE state <> 0 AND tried < ?", n, err, "i",
		    limit) == -1 ? -1 : 0;
	if (registry_begin(reg, err) == -1)
		return -1;
	if (sql_run(reg->sql, "UPDATE outbox SET state = 2, body = NULL,"
	    " next = 0, tried = ?1, err = NULL, err_what = NULL"
	    " WHERE state = 0 AND at < ?2"
	    " AND (lease_by IS NULL OR lease_until <= ?1"
	    " OR lease_until > ?1 + ?3)", err, "iii", now, waiting,
	    (int64_t)OUTBOX_LEASE_MAX) == -1 || (sqlite3_changes(
	    sql_handle(reg->sql)) > 0 && forget_mark(reg, err) == -1)) {
		registry_rollback(reg);
		return -1;
	}
	return end(reg, sql_run(reg->sql, "DELETE FROM outbox"
	    " WHERE state <> 0 AND tried < ?", err, "i", limit), n, err);
}
