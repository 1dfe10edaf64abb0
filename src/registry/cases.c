/*
 * Cases, written.  Each function is one transaction: the events, the row that
 * sums them up and the journal's entry are there together or not at all.
 */
#include "config.h"

#include <sys/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/caserow.h"
#include "registry/journal.h"
#include "registry/store.h"

/* --- what both opening and going on do ----------------------------------------- */

static int
put_event(struct registry *reg, int64_t id, int64_t seq,
    const struct case_event *e, const struct record *r, struct err *err)
{
	char *text = caserow_text(e->data, r != NULL ? r->idents : NULL,
	    r != NULL ? r->nidents : 0, err);
	int64_t origin;
	int rc = -1;

	if (text == NULL)
		return -1;
	if (inside_origin(reg, &origin, err) == 0)
		rc = sql_run(reg->sql, "INSERT INTO case_event (case_id, seq,"
		    " at, origin, kind, data) VALUES (?, ?, ?, ?, ?, ?)", err,
		    "iiiitt", id, seq, e->at, origin, e->kind, text);
	free(text);
	return rc;
}

/* A certificate's entry: by its hash, and the case's number. */
static int
note(struct registry *reg, enum journal_action action, const struct record *r,
    const char *number, struct err *err)
{
	struct journal_entry e = { .action = action };
	struct ident_hash whom;
	char what[64];

	inside_cert_hash(reg, &r->issuer, r->serial, r->serial_len, &whom);
	snprintf(what, sizeof what, "case=%s", number);
	e.whom = &whom;
	e.what = what;
	return journal_add(reg, &e, err);
}

/* --- opening --------------------------------------------------------------------- */

int
caserow_make_uid(char uid[static CASES_UID_LEN + 1], struct err *err)
{
	uint8_t bytes[CASES_UID_LEN / 2];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return err_errno(err, ERR_IO, "getrandom");
	text_hex(bytes, sizeof bytes, 0, uid, CASES_UID_LEN + 1);
	return 0;
}

/*
 * The next number of a year.  It is counted apart from the cases, so that one
 * that went with its certificate does not give its number to another.
 */
static int
next_number(struct registry *reg, int64_t year, int64_t *n, struct err *err)
{
	char name[32];

	snprintf(name, sizeof name, "cases %d", (int)year);
	if (sql_run(reg->sql, "INSERT INTO meta VALUES (?1, 1 + (SELECT"
	    " coalesce(max(n), 0) FROM cases WHERE year = ?2)) ON CONFLICT"
	    " (name) DO UPDATE SET value = max(value + 1, excluded.value)", err,
	    "ti", name, year) == -1)
		return -1;
	return sql_int(reg->sql, "SELECT value FROM meta WHERE name = ?", n,
	    err, "t", name) == 1 ? 0 : -1;
}

static int
insert(struct registry *reg, const struct record *r, const char *action,
    const struct case_event *e, const struct case_summary *sum, int64_t *id,
    struct err *err)
{
	char uid[CASES_UID_LEN + 1], number[32];
	int64_t year = date_local(e->at).year, n, stamp;

	if (caserow_make_uid(uid, err) == -1 ||
	    next_number(reg, year, &n, err) == -1 ||
	    registry_stamp(reg, &stamp, err) == -1 ||
	    sql_run(reg->sql, "INSERT INTO cases (uid, year, n, cert, action,"
	    " state, open, due, deadline, opened_at, lease_until, changed)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", err, "tiiittiiiii",
	    uid, year, n, r->id, action, sum->state, (int64_t)sum->open,
	    sum->due, sum->deadline, e->at, stamp) == -1)
		return -1;
	*id = sqlite3_last_insert_rowid(sql_handle(reg->sql));
	caserow_number(year, n, number, sizeof number);
	if (put_event(reg, *id, 1, e, r, err) == -1)
		return -1;
	return note(reg, JOURNAL_CASE_OPENED, r, number, err);
}

/* The certificate's row: there, or made. */
int
caserow_cert(struct registry *reg, struct record *r, struct err *err)
{
	char hex[2 * CERT_SERIAL_MAX + 1];
	struct record there;
	enum store_did did;

	if (r->id != 0) {
		if (store_get_row(reg, r->id, &there, err) == -1)
			return -1;
		record_clear(&there);
		return 0;
	}
	if (store_cert(reg, r, &did, err) == -1)
		return -1;
	if (did == STORE_ERASED)
		return err_set(err, ERR_ERASED, text_hex(r->serial,
		    r->serial_len, 0, hex, sizeof hex), NULL);
	return 0;
}

static int
open_case(struct registry *reg, struct record *r, const char *action,
    const struct case_event *e, const struct case_summary *sum, int64_t *id,
    bool *existing, struct err *err)
{
	int rc;

	if (caserow_cert(reg, r, err) == -1)
		return -1;
	rc = caserow_open_of(reg, r->id, id, NULL, 0, err);
	*existing = rc == 1;
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	return insert(reg, r, action, e, sum, id, err);
}

int
cases_open(struct registry *reg, struct record *r, const char *action,
    const struct case_event *e, const struct case_summary *sum, int64_t *id,
    bool *existing, struct err *err)
{
	int64_t before = r->id;

	if (registry_begin(reg, err) == -1)
		return -1;
	if (open_case(reg, r, action, e, sum, id, existing, err) == -1) {
		registry_rollback(reg);
		r->id = before;
		return -1;
	}
	if (registry_commit(reg, err) == 0)
		return 0;
	r->id = before;
	return -1;
}

/* --- going on ---------------------------------------------------------------------- */

static int
put_summary(struct registry *reg, int64_t id, const struct case_summary *sum,
    struct err *err)
{
	int64_t stamp;

	if (registry_stamp(reg, &stamp, err) == -1)
		return -1;
	return sql_run(reg->sql, "UPDATE cases SET state = ?2, open = ?3,"
	    " due = ?4, deadline = ?5, changed = ?6,"
	    " action = coalesce(nullif(?7, ''), action) WHERE id = ?1", err,
	    "itiiiit", id, sum->state, (int64_t)sum->open, sum->due,
	    sum->deadline, stamp, sum->action);
}

static int
append(struct registry *reg, int64_t id, int64_t after,
    const struct case_event *events, size_t n, const struct case_summary *sum,
    struct err *err)
{
	struct case_row row;
	int64_t there, i;
	int rc = -1;

	if (caserow_get(reg, id, &row, err) == -1)
		return -1;
	if (sql_int(reg->sql, "SELECT coalesce(max(seq), 0) FROM case_event"
	    " WHERE case_id = ?", &there, err, "i", id) == -1)
		goto out;
	if (there != after) {
		(void)err_set(err, ERR_CASE_MOVED, row.number,
		    "%lld events, not %lld", (long long)there,
		    (long long)after);
		goto out;
	}
	if (after + (int64_t)n > CASES_EVENTS_MAX) {
		(void)err_set(err, ERR_TOO_BIG, row.number, "%d events",
		    CASES_EVENTS_MAX);
		goto out;
	}
	for (i = 0; i < (int64_t)n; i++)
		if (put_event(reg, id, after + i + 1, &events[i], NULL,
		    err) == -1)
			goto out;
	rc = put_summary(reg, id, sum, err);
	if (rc == 0 && row.sum.open && !sum->open)
		rc = note(reg, strcmp(sum->state, CASES_WITHDRAWN) == 0 ?
		    JOURNAL_CASE_WITHDRAWN : JOURNAL_CASE_CLOSED, &row.cert,
		    row.number, err);
out:
	case_row_clear(&row);
	return rc;
}

int
cases_append(struct registry *reg, int64_t id, int64_t after,
    const struct case_event *events, size_t n, const struct case_summary *sum,
    struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	if (append(reg, id, after, events, n, sum, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* --- leases ------------------------------------------------------------------------- */

static int
lease(struct registry *reg, int64_t id, const char *by, int64_t now,
    int64_t until, bool *got, struct err *err)
{
	char what[24];
	int64_t one;
	int rc = sql_int(reg->sql, "SELECT 1 FROM cases WHERE id = ?", &one,
	    err, "i", id);

	snprintf(what, sizeof what, "%lld", (long long)id);
	if (rc != 1)
		return rc == -1 ? -1 : err_set(err, ERR_NO_CASE, what, NULL);
	if (until > now + CASES_LEASE_MAX)
		until = now + CASES_LEASE_MAX;
	if (sql_run(reg->sql, "UPDATE cases SET lease_by = ?2, lease_until = ?4"
	    " WHERE id = ?1 AND (lease_by IS NULL OR lease_by = ?2"
	    " OR lease_until <= ?3 OR lease_until > ?3 + ?5)", err, "itiii", id,
	    by, now, until, (int64_t)CASES_LEASE_MAX) == -1)
		return -1;
	*got = sqlite3_changes(sql_handle(reg->sql)) == 1;
	return 0;
}

int
cases_lease(struct registry *reg, int64_t id, const char *by, int64_t now,
    int64_t until, bool *got, struct err *err)
{
	*got = false;
	if (registry_begin(reg, err) == -1)
		return -1;
	if (lease(reg, id, by, now, until, got, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	if (registry_commit(reg, err) == 0)
		return 0;
	*got = false;
	return -1;
}

/* The end of a transaction of one statement, which came to rc. */
static int
settle(struct registry *reg, int rc, struct err *err)
{
	if (rc == 0)
		return registry_commit(reg, err);
	registry_rollback(reg);
	return -1;
}

int
cases_release(struct registry *reg, int64_t id, const char *by,
    struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	return settle(reg, sql_run(reg->sql, "UPDATE cases SET lease_by = NULL,"
	    " lease_until = 0 WHERE id = ? AND lease_by = ?", err, "it", id,
	    by), err);
}

int
cases_put_off(struct registry *reg, int64_t id, int64_t due, struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	return settle(reg, sql_run(reg->sql, "UPDATE cases SET due = ?"
	    " WHERE id = ?", err, "ii", due, id), err);
}

int
cases_due(struct registry *reg, const char *by, int64_t now, int64_t *ids,
    size_t max, size_t *n, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id FROM cases"
	    " WHERE open = 1 AND due <> 0 AND (due <= ?1 OR due > ?1 + ?5)"
	    " AND (lease_by IS NULL"
	    " OR lease_by = ?2 OR lease_until <= ?1 OR lease_until > ?1 + ?3)"
	    " ORDER BY state <> 'queued', due, id LIMIT ?4", err, "itiii", now,
	    by, (int64_t)CASES_LEASE_MAX, (int64_t)max,
	    (int64_t)CASES_DUE_MAX);
	int rc;

	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1 && *n < max)
		ids[(*n)++] = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc == -1 ? -1 : 0;
}
