/* Cases, read: one, all of them, how many; and by what people say. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/caserow.h"

#define UID_MIN	8	/* digits of a uid that name a case */

int
caserow_get(struct registry *reg, int64_t id, struct case_row *row,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " CASEROW_COLUMNS
	    CASEROW_FROM " WHERE cases.id = ?", err, "i", id);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	char what[24];

	memset(row, 0, sizeof *row);
	record_init(&row->cert);
	if (rc == -1)
		return -1;
	if (rc == 0) {
		snprintf(what, sizeof what, "%lld", (long long)id);
		return err_set(err, ERR_NO_CASE, what, NULL);
	}
	caserow_read(st, row);
	sqlite3_reset(st);
	return 0;
}

/* Row and events of one moment, while others write. */
int
cases_get(struct registry *reg, int64_t id, struct case_row *row,
    struct err *err)
{
	int rc;

	memset(row, 0, sizeof *row);
	record_init(&row->cert);
	if (sql_exec(reg->sql, "SAVEPOINT cases_get", err) == -1)
		return -1;
	rc = caserow_get(reg, id, row, err);
	if (rc == 0)
		rc = caserow_events(reg, id, &row->events, &row->nevents, err);
	sql_end(reg->sql, "RELEASE cases_get");
	if (rc == -1)
		case_row_clear(row);
	return rc;
}

int
cases_of(struct registry *reg, int64_t cert, int64_t *id, struct err *err)
{
	return caserow_open_of(reg, cert, id, NULL, 0, err);
}

/* --- by what people say ----------------------------------------------------------- */

bool
caserow_is_number(const char *s, int64_t *year, int64_t *n)
{
	char *end;

	if (!isdigit((unsigned char)*s) || strlen(s) > 15)
		return false;
	*year = strtoll(s, &end, 10);
	if (*end != '/' || !isdigit((unsigned char)end[1]))
		return false;
	*n = strtoll(end + 1, &end, 10);
	return *end == '\0';
}

bool
caserow_is_uid(const char *name, char from[static CASES_UID_LEN + 1])
{
	size_t i, len = strlen(name);

	if (len < UID_MIN || len > CASES_UID_LEN)
		return false;
	for (i = 0; i <= len; i++)
		from[i] = (char)toupper((unsigned char)name[i]);
	return from[strspn(from, "0123456789ABCDEF")] == '\0';
}

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
	st = sql_bind(reg->sql, "SELECT id FROM cases WHERE uid >= ?"
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
cases_find(struct registry *reg, const char *name, int64_t *id,
    struct err *err)
{
	int64_t year, n;
	int rc = caserow_is_number(name, &year, &n) ? sql_int(reg->sql,
	    "SELECT id FROM cases WHERE year = ? AND n = ?", id, err, "ii",
	    year, n) : by_uid(reg, name, id, err);

	if (rc == 0)
		return err_set(err, ERR_NO_CASE, name, NULL);
	return rc == -1 ? -1 : 0;
}

/* --- all of them ------------------------------------------------------------------ */

int
cases_each(struct registry *reg, bool closed_too, int64_t max, cases_fn *fn,
    void *arg, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " CASEROW_COLUMNS
	    CASEROW_FROM " WHERE open = 1 OR ?1 ORDER BY open DESC,"
	    " open = 0 OR due = 0, iif(open, due, -cases.changed),"
	    " deadline = 0, deadline, cases.id LIMIT ?2", err, "ii",
	    (int64_t)closed_too, max);
	struct case_row row;
	int rc, stop;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		caserow_read(st, &row);
		stop = fn(&row, arg);
		case_row_clear(&row);
		if (stop != 0) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}

int
cases_opened(struct registry *reg, int64_t from, int64_t *n, struct err *err)
{
	return sql_int(reg->sql, "SELECT count(*) FROM cases JOIN case_event"
	    " ON case_id = cases.id AND seq = 1 WHERE opened_at >= ?1 AND"
	    " origin = (SELECT id FROM origin WHERE point = ?2 AND"
	    " account = ?3)", n, err, "itt", from, reg->point,
	    reg->account) == 1 ? 0 : -1;
}

int
cases_count(struct registry *reg, struct cases_count *count, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT count(*),"
	    " coalesce(min(nullif(deadline, 0)), 0),"
	    " coalesce(min(nullif(due, 0)), 0) FROM cases WHERE open = 1", err,
	    "");
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	memset(count, 0, sizeof *count);
	if (rc != 1)
		return -1;
	count->open = sqlite3_column_int64(st, 0);
	count->deadline = sqlite3_column_int64(st, 1);
	count->due = sqlite3_column_int64(st, 2);
	sqlite3_reset(st);
	return 0;
}
