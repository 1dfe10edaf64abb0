/* Renewals, read: one, all of them; and by what people say. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/renewalrow.h"
#include "registry/seal.h"

/* "SELECT " RENEWAL_COLUMNS RENEWAL_FROM " WHERE ...", for read_row. */
#define RENEWAL_COLUMNS \
	ROW_COLUMNS ", renewals.id, uid, year, n, state, open, due," \
	" for_order, renewals.token, opened_at, renewals.changed," \
	" lease_by, lease_until"
#define RENEWAL_FROM \
	ROW_FROM " JOIN renewals ON renewals.cert = cert.id"

void
renewalrow_number(int64_t year, int64_t n, char *buf, size_t size)
{
	snprintf(buf, size, "R%d/%04d", (int)(year % 10000),
	    (int)(n % 10000000));
}

void
renewalrow_seal(const struct renewal_row *row, enum renewal_part part,
    char name[static RENEWALROW_SEAL_MAX])
{
	snprintf(name, RENEWALROW_SEAL_MAX, "renewal %s %d", row->uid,
	    (int)part);
}

static void
read_row(sqlite3_stmt *st, struct renewal_row *r)
{
	int c = ROW_NCOLUMNS;

	memset(r, 0, sizeof *r);
	row_read(st, &r->cert);
	r->id = sqlite3_column_int64(st, c++);
	caserow_word(st, c++, r->uid, sizeof r->uid);
	renewalrow_number(sqlite3_column_int64(st, c),
	    sqlite3_column_int64(st, c + 1), r->number, sizeof r->number);
	c += 2;
	caserow_word(st, c++, r->sum.state, sizeof r->sum.state);
	r->sum.open = sqlite3_column_int(st, c++) != 0;
	r->sum.due = sqlite3_column_int64(st, c++);
	r->order = sql_text(st, c++);
	r->token = sql_text(st, c++);
	r->opened_at = sqlite3_column_int64(st, c++);
	r->changed = sqlite3_column_int64(st, c++);
	r->lease_by = sql_text(st, c++);
	r->lease_until = sqlite3_column_int64(st, c++);
}

void
renewal_row_clear(struct renewal_row *r)
{
	size_t i;

	for (i = 0; i < r->nevents; i++)
		case_event_clear(&r->events[i]);
	free(r->events);
	free(r->order);
	free(r->token);
	free(r->lease_by);
	record_clear(&r->cert);
	memset(r, 0, sizeof *r);
}

/* --- one ---------------------------------------------------------------------------- */

int
renewalrow_get(struct registry *reg, int64_t id, struct renewal_row *row,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " RENEWAL_COLUMNS
	    RENEWAL_FROM " WHERE renewals.id = ?", err, "i", id);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	char what[24];

	memset(row, 0, sizeof *row);
	record_init(&row->cert);
	if (rc == -1)
		return -1;
	if (rc == 0) {
		snprintf(what, sizeof what, "%lld", (long long)id);
		return err_set(err, ERR_NO_RENEWAL, what, NULL);
	}
	read_row(st, row);
	sqlite3_reset(st);
	return 0;
}

static int
read_events(struct registry *reg, struct renewal_row *row, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " CASEROW_EVENT
	    " FROM renewal_event JOIN origin ON origin.id = renewal_event.origin"
	    " WHERE renewal = ? ORDER BY seq LIMIT ?", err, "ii", row->id,
	    (int64_t)RENEWALS_EVENTS_MAX);

	return caserow_read_events(reg, st, row->number, &row->events,
	    &row->nevents, err);
}

/* Row and events of one moment, while others write. */
int
renewals_get(struct registry *reg, int64_t id, struct renewal_row *row,
    struct err *err)
{
	int rc;

	memset(row, 0, sizeof *row);
	record_init(&row->cert);
	if (sql_exec(reg->sql, "SAVEPOINT renewals_get", err) == -1)
		return -1;
	rc = renewalrow_get(reg, id, row, err);
	if (rc == 0)
		rc = read_events(reg, row, err);
	sql_end(reg->sql, "RELEASE renewals_get");
	if (rc == -1)
		renewal_row_clear(row);
	return rc;
}

int
renewals_part(struct registry *reg, int64_t id, enum renewal_part part,
    struct buf *clear, struct err *err)
{
	char name[RENEWALROW_SEAL_MAX];
	struct renewal_row row;
	sqlite3_stmt *st;
	int rc;

	if (renewalrow_get(reg, id, &row, err) == -1)
		return -1;
	renewalrow_seal(&row, part, name);
	renewal_row_clear(&row);
	st = sql_bind(reg->sql, "SELECT sealed FROM renewal_part"
	    " WHERE renewal = ? AND part = ?", err, "ii", id, (int64_t)part);
	rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	if (rc != 1)
		return rc;
	rc = seal_open(reg, name, span_of(sqlite3_column_blob(st, 0),
	    (size_t)sqlite3_column_bytes(st, 0)), clear, err);
	sqlite3_reset(st);
	return rc == -1 ? -1 : 1;
}

/* --- by what people say --------------------------------------------------------------- */

/* The one that begins so; 0 also when several do. */
static int
by_uid(struct registry *reg, const char *name, int64_t *id, struct err *err)
{
	char from[CASES_UID_LEN + 1], to[CASES_UID_LEN + 2];
	sqlite3_stmt *st;
	int rc, n = 0;

	if (!caserow_is_uid(name, from))
		return 0;
	/* "G" comes after every digit. */
	snprintf(to, sizeof to, "%sG", from);
	st = sql_bind(reg->sql, "SELECT id FROM renewals WHERE uid >= ?"
	    " AND uid < ? LIMIT 2", err, "tt", from, to);
	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		*id = sqlite3_column_int64(st, 0);
		n++;
	}
	return rc == -1 ? -1 : n == 1;
}

int
renewals_find(struct registry *reg, const char *name, int64_t *id,
    struct err *err)
{
	const char *digits = toupper((unsigned char)name[0]) == 'R' ? name + 1 :
	    name;
	int64_t year, n;
	int rc = caserow_is_number(digits, &year, &n) ? sql_int(reg->sql,
	    "SELECT id FROM renewals WHERE year = ? AND n = ?", id, err, "ii",
	    year, n) : by_uid(reg, name, id, err);

	if (rc == 0)
		return err_set(err, ERR_NO_RENEWAL, name, NULL);
	return rc == -1 ? -1 : 0;
}

int
renewals_of(struct registry *reg, int64_t cert, int64_t *id, struct err *err)
{
	return sql_int(reg->sql, "SELECT id FROM renewals WHERE cert = ?"
	    " AND open = 1", id, err, "i", cert);
}

int
renewals_of_token(struct registry *reg, const char *serial, int64_t *id,
    struct err *err)
{
	return sql_int(reg->sql, "SELECT id FROM renewals WHERE token = ?"
	    " AND open = 1 ORDER BY renewals.changed DESC LIMIT 1", id, err,
	    "t", serial);
}

/* --- all of them ------------------------------------------------------------------ */

int
renewals_each(struct registry *reg, bool closed_too, int64_t max,
    renewals_fn *fn, void *arg, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " RENEWAL_COLUMNS
	    RENEWAL_FROM " WHERE open = 1 OR ?1 ORDER BY open DESC,"
	    " open = 0 OR due = 0, iif(open, due, -renewals.changed),"
	    " renewals.id LIMIT ?2", err, "ii", (int64_t)closed_too, max);
	struct renewal_row row;
	int rc, stop;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		read_row(st, &row);
		stop = fn(&row, arg);
		renewal_row_clear(&row);
		if (stop != 0) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}

int
renewals_count(struct registry *reg, int64_t *open, struct err *err)
{
	return sql_int(reg->sql, "SELECT count(*) FROM renewals WHERE open = 1",
	    open, err, "") == -1 ? -1 : 0;
}

/* --- in the way of an erasure ---------------------------------------------------- */

int
renewalrow_none_open(struct registry *reg, const int64_t *certs, size_t n,
    struct err *err)
{
	struct renewal_row row;
	int64_t id;
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		rc = renewals_of(reg, certs[i], &id, err);
		if (rc == 0)
			continue;
		if (rc == -1 || renewalrow_get(reg, id, &row, err) == -1)
			return -1;
		(void)err_set(err, ERR_RENEWAL_OPEN, row.number, NULL);
		renewal_row_clear(&row);
		return -1;
	}
	return 0;
}
