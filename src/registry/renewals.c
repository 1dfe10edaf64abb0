/*
 * Renewals, written.  Each function is one transaction, or part of its caller's:
 * events, the row that sums them up, sealed parts and the journal's entry are
 * there together or not at all.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "registry/journal.h"
#include "registry/renewalrow.h"
#include "registry/seal.h"

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
		rc = sql_run(reg->sql, "INSERT INTO renewal_event (renewal, seq,"
		    " at, origin, kind, data) VALUES (?, ?, ?, ?, ?, ?)", err,
		    "iiiitt", id, seq, e->at, origin, e->kind, text);
	free(text);
	return rc;
}

/* A certificate's entry: by its hash, and the renewal's number. */
static int
note(struct registry *reg, enum journal_action action, const struct record *r,
    const char *number, struct err *err)
{
	struct journal_entry e = { .action = action };
	struct ident_hash whom;
	char what[64];

	inside_cert_hash(reg, &r->issuer, r->serial, r->serial_len, &whom);
	snprintf(what, sizeof what, "renewal=%s", number);
	e.whom = &whom;
	e.what = what;
	return journal_add(reg, &e, err);
}

static int
settle(struct registry *reg, int rc, struct err *err)
{
	if (rc == 0)
		return registry_commit(reg, err);
	registry_rollback(reg);
	return -1;
}

/* --- opening --------------------------------------------------------------------- */

/* Counted apart, as the numbers of cases are. */
static int
next_number(struct registry *reg, int64_t year, int64_t *n, struct err *err)
{
	char name[32];

	snprintf(name, sizeof name, "renewals %d", (int)year);
	if (sql_run(reg->sql, "INSERT INTO meta VALUES (?1, 1 + (SELECT"
	    " coalesce(max(n), 0) FROM renewals WHERE year = ?2)) ON CONFLICT"
	    " (name) DO UPDATE SET value = max(value + 1, excluded.value)", err,
	    "ti", name, year) == -1)
		return -1;
	return sql_int(reg->sql, "SELECT value FROM meta WHERE name = ?", n,
	    err, "t", name) == 1 ? 0 : -1;
}

static const char *
or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static int
insert(struct registry *reg, const struct record *r, const char *order,
    const char *token, const struct case_event *e,
    const struct renewal_summary *sum, int64_t *id, struct err *err)
{
	char uid[CASES_UID_LEN + 1], number[32];
	int64_t year = date_local(e->at).year, n, stamp;

	if (caserow_make_uid(uid, err) == -1 ||
	    next_number(reg, year, &n, err) == -1 ||
	    registry_stamp(reg, &stamp, err) == -1 ||
	    sql_run(reg->sql, "INSERT INTO renewals (uid, year, n, cert, state,"
	    " open, due, for_order, token, opened_at, lease_until, changed)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", err, "tiiitiittii",
	    uid, year, n, r->id, sum->state, (int64_t)sum->open, sum->due,
	    or_null(order), or_null(token), e->at, stamp) == -1)
		return -1;
	*id = sqlite3_last_insert_rowid(sql_handle(reg->sql));
	renewalrow_number(year, n, number, sizeof number);
	if (put_event(reg, *id, 1, e, r, err) == -1)
		return -1;
	return note(reg, JOURNAL_RENEWAL_OPENED, r, number, err);
}

static int
open_renewal(struct registry *reg, struct record *r, const char *order,
    const char *token, const struct case_event *e,
    const struct renewal_summary *sum, int64_t *id, bool *existing,
    struct err *err)
{
	int rc;

	if (caserow_cert(reg, r, err) == -1)
		return -1;
	rc = renewals_of(reg, r->id, id, err);
	*existing = rc == 1;
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	return insert(reg, r, order, token, e, sum, id, err);
}

int
renewals_open(struct registry *reg, struct record *r, const char *order,
    const char *token, const struct case_event *e,
    const struct renewal_summary *sum, int64_t *id, bool *existing,
    struct err *err)
{
	int64_t before = r->id;
	int rc;

	if (registry_begin(reg, err) == -1)
		return -1;
	rc = settle(reg, open_renewal(reg, r, order, token, e, sum, id,
	    existing, err), err);
	if (rc == -1)
		r->id = before;
	return rc;
}

/* --- going on ---------------------------------------------------------------------- */

static int
put_summary(struct registry *reg, int64_t id, const struct renewal_summary *sum,
    struct err *err)
{
	int64_t stamp;

	if (registry_stamp(reg, &stamp, err) == -1)
		return -1;
	return sql_run(reg->sql, "UPDATE renewals SET state = ?2, open = ?3,"
	    " due = ?4, changed = ?5 WHERE id = ?1", err, "itiii", id,
	    sum->state, (int64_t)sum->open, sum->due, stamp);
}

/* It has ended: what was kept to go on with is not needed any more. */
static int
close_it(struct registry *reg, const struct renewal_row *row,
    const struct renewal_summary *sum, struct err *err)
{
	if (sql_run(reg->sql, "DELETE FROM renewal_part WHERE renewal = ?", err,
	    "i", row->id) == -1)
		return -1;
	return note(reg, strcmp(sum->state, RENEWALS_STOPPED) == 0 ?
	    JOURNAL_RENEWAL_STOPPED : JOURNAL_RENEWAL_DONE, &row->cert,
	    row->number, err);
}

static int
put_events(struct registry *reg, const struct renewal_row *row, int64_t after,
    const struct case_event *events, size_t n, struct err *err)
{
	int64_t there, i;

	if (sql_int(reg->sql, "SELECT coalesce(max(seq), 0) FROM renewal_event"
	    " WHERE renewal = ?", &there, err, "i", row->id) == -1)
		return -1;
	if (there != after)
		return err_set(err, ERR_CASE_MOVED, row->number,
		    "%lld events, not %lld", (long long)there,
		    (long long)after);
	if (after + (int64_t)n > RENEWALS_EVENTS_MAX)
		return err_set(err, ERR_TOO_BIG, row->number, "%d events",
		    RENEWALS_EVENTS_MAX);
	for (i = 0; i < (int64_t)n; i++)
		if (put_event(reg, row->id, after + i + 1, &events[i], NULL,
		    err) == -1)
			return -1;
	return 0;
}

static int
append(struct registry *reg, int64_t id, int64_t after,
    const struct case_event *events, size_t n,
    const struct renewal_summary *sum, struct err *err)
{
	struct renewal_row row;
	int rc;

	if (renewalrow_get(reg, id, &row, err) == -1)
		return -1;
	rc = put_events(reg, &row, after, events, n, err);
	if (rc == 0)
		rc = put_summary(reg, id, sum, err);
	if (rc == 0 && row.sum.open && !sum->open)
		rc = close_it(reg, &row, sum, err);
	renewal_row_clear(&row);
	return rc;
}

int
renewals_append(struct registry *reg, int64_t id, int64_t after,
    const struct case_event *events, size_t n,
    const struct renewal_summary *sum, struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	return settle(reg, append(reg, id, after, events, n, sum, err), err);
}

/* --- leases ------------------------------------------------------------------------- */

static int
lease(struct registry *reg, int64_t id, const char *by, int64_t now,
    int64_t until, bool *got, struct err *err)
{
	char what[24];
	int64_t one;
	int rc = sql_int(reg->sql, "SELECT 1 FROM renewals WHERE id = ?", &one,
	    err, "i", id);

	snprintf(what, sizeof what, "%lld", (long long)id);
	if (rc != 1)
		return rc == -1 ? -1 : err_set(err, ERR_NO_RENEWAL, what, NULL);
	if (until > now + CASES_LEASE_MAX)
		until = now + CASES_LEASE_MAX;
	if (sql_run(reg->sql, "UPDATE renewals SET lease_by = ?2,"
	    " lease_until = ?4 WHERE id = ?1 AND (lease_by IS NULL"
	    " OR lease_by = ?2 OR lease_until <= ?3"
	    " OR lease_until > ?3 + ?5)", err, "itiii", id, by, now, until,
	    (int64_t)CASES_LEASE_MAX) == -1)
		return -1;
	*got = sqlite3_changes(sql_handle(reg->sql)) == 1;
	return 0;
}

int
renewals_lease(struct registry *reg, int64_t id, const char *by, int64_t now,
    int64_t until, bool *got, struct err *err)
{
	*got = false;
	if (registry_begin(reg, err) == -1)
		return -1;
	return settle(reg, lease(reg, id, by, now, until, got, err), err);
}

int
renewals_release(struct registry *reg, int64_t id, const char *by,
    struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	return settle(reg, sql_run(reg->sql, "UPDATE renewals SET"
	    " lease_by = NULL, lease_until = 0 WHERE id = ? AND lease_by = ?",
	    err, "it", id, by), err);
}

/* --- sealed parts --------------------------------------------------------------------- */

static int
put_part(struct registry *reg, int64_t id, enum renewal_part part,
    struct span clear, struct err *err)
{
	char name[RENEWALROW_SEAL_MAX];
	struct renewal_row row;
	struct buf sealed;
	int rc;

	if (renewalrow_get(reg, id, &row, err) == -1)
		return -1;
	renewalrow_seal(&row, part, name);
	buf_init(&sealed, RENEWALS_PART_MAX + SEAL_MORE);
	rc = row.sum.open ? seal_shut(reg, name, clear, &sealed, err) :
	    err_set(err, ERR_RENEWAL_STATE, row.sum.state, NULL);
	if (rc == 0)
		rc = sql_run(reg->sql, "INSERT INTO renewal_part VALUES"
		    " (?, ?, ?) ON CONFLICT (renewal, part) DO UPDATE"
		    " SET sealed = excluded.sealed", err, "iib", id,
		    (int64_t)part, (const void *)sealed.data, sealed.len);
	buf_clear(&sealed);
	renewal_row_clear(&row);
	return rc;
}

int
renewals_put_part(struct registry *reg, int64_t id, enum renewal_part part,
    struct span clear, struct err *err)
{
	if (clear.len > RENEWALS_PART_MAX)
		return err_set(err, ERR_TOO_BIG, "renewal", "%zu bytes",
		    clear.len);
	if (registry_begin(reg, err) == -1)
		return -1;
	return settle(reg, put_part(reg, id, part, clear, err), err);
}
