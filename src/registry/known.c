#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "registry/inside.h"
#include "registry/known.h"

#define KEPT_FROM	4096	/* rows; fewer are read as quickly */

/*
 * In meta, as "known" and the issuer's row, with the bits behind it.  Rows are
 * numbered upwards and no number is given twice, so those behind upto are the
 * ones that it does not know; a backup that is put back brings its own.
 */
struct kept {
	uint64_t	mark;	/* how it was made, and by what sort of machine */
	int64_t		upto, count;
};

#define MARK	UINT64_C(0x6b6e6f776e2d3034)

/* --- what is kept ------------------------------------------------------------ */

/* NULL when nothing is, or nothing of use. */
static int
read_kept(struct registry *reg, int64_t issuer, int64_t last,
    struct bloom **known, int64_t *upto, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT value FROM meta"
	    " WHERE name = 'known ' || ?", err, "i", issuer);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	const uint8_t *bytes;
	struct kept kept;
	size_t len;

	*known = NULL;
	*upto = 0;
	if (rc != 1)
		return rc;
	bytes = sqlite3_column_blob(st, 0);
	len = (size_t)sqlite3_column_bytes(st, 0);
	if (len > sizeof kept) {
		memcpy(&kept, bytes, sizeof kept);
		if (kept.mark == MARK && kept.upto > 0 && kept.upto <= last &&
		    kept.count >= 0 && kept.count <= kept.upto)
			*known = bloom_of_bytes(span_of(bytes + sizeof kept,
			    len - sizeof kept), (size_t)kept.count);
	}
	if (*known != NULL)
		*upto = kept.upto;
	sqlite3_reset(st);
	return 0;
}

static int
keep(struct registry *reg, int64_t issuer, const struct bloom *known,
    int64_t upto, struct err *err)
{
	const struct kept kept = { MARK, upto, (int64_t)bloom_count(known) };
	struct span bits = bloom_bytes(known);
	struct buf all;
	int rc;

	buf_init(&all, sizeof kept + bits.len);
	(void)buf_add(&all, &kept, sizeof kept);
	(void)buf_add(&all, bits.p, bits.len);
	rc = sql_run(reg->sql, "INSERT OR REPLACE INTO meta"
	    " VALUES ('known ' || ?, ?)", err, "ib", issuer,
	    (const void *)all.data, all.len);
	buf_clear(&all);
	return rc;
}

int
known_drop(struct registry *reg, struct err *err)
{
	return sql_run(reg->sql, "DELETE FROM meta WHERE name GLOB 'known *'",
	    err, "");
}

/* --- reading the numbers -------------------------------------------------------- */

/* known_add(serial, filter): quicker inside the query than a step for each row. */
static void
take_row(sqlite3_context *context, int n, sqlite3_value **args)
{
	struct bloom *known = sqlite3_value_pointer(args[1], "bloom");

	(void)context;
	(void)n;
	if (known != NULL && sqlite3_value_type(args[0]) == SQLITE_BLOB)
		bloom_add(known, sqlite3_value_blob(args[0]),
		    (size_t)sqlite3_value_bytes(args[0]));
}

static void
take_end(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

/* Each query is one of two, with the issuer and the number of a row. */
static int
collect(struct registry *reg, const char *query, int64_t issuer, int64_t upto,
    struct bloom *known, struct err *err)
{
	sqlite3_stmt *st;
	int rc;

	sql_reset(reg->sql);
	rc = sqlite3_create_function_v2(sql_handle(reg->sql), "known_add", 2,
	    SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, NULL, take_row, take_end,
	    NULL);
	if (rc != SQLITE_OK)
		return sql_fail(reg->sql, rc, err);
	st = sql_bind(reg->sql, query, err, "ii", issuer, upto);
	if (st == NULL || sqlite3_bind_pointer(st, 3, known, "bloom", NULL) !=
	    SQLITE_OK)
		return -1;
	rc = sql_step(reg->sql, st, err);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	bloom_settle(known);
	return rc == -1 ? -1 : 0;
}

/* By the index of serial numbers, which has the issuers too. */
static const char all_of_it[] = "SELECT known_add(serial, ?3) FROM cert"
    " INDEXED BY cert_serial WHERE issuer = ?1 AND ?2 = 0";

static const char behind[] = "SELECT known_add(serial, ?3) FROM cert"
    " WHERE id > ?2 AND +issuer = ?1";

static int
make(struct registry *reg, int64_t issuer, int64_t last, struct bloom **known,
    struct err *err)
{
	*known = bloom_new(last);
	return collect(reg, all_of_it, issuer, 0, *known, err);
}

/* Within a transaction, so that nobody erases between reading and keeping. */
static int
load(struct registry *reg, int64_t issuer, struct bloom **known,
    struct err *err)
{
	int64_t last = 0, upto;

	if (sql_int(reg->sql, "SELECT max(id) FROM cert", &last, err,
	    "") == -1 || read_kept(reg, issuer, last, known, &upto, err) == -1)
		return -1;
	/* A row by its number costs some ten times one in the index. */
	if (*known != NULL && last - upto > last / 10) {
		bloom_free(*known);
		*known = NULL;
	}
	if (*known == NULL)
		upto = 0;
	if (upto == last && *known != NULL)
		return 0;
	if ((*known != NULL ? collect(reg, behind, issuer, upto, *known, err) :
	    make(reg, issuer, last, known, err)) == -1)
		return -1;
	return last - upto < KEPT_FROM ? 0 :
	    keep(reg, issuer, *known, last, err);
}

int
known_load(struct registry *reg, int64_t issuer, struct bloom **known,
    struct err *err)
{
	*known = NULL;
	if (registry_begin(reg, err) == -1)
		return -1;
	if (load(reg, issuer, known, err) == -1) {
		registry_rollback(reg);
		bloom_free(*known);
		*known = NULL;
		return -1;
	}
	return registry_commit(reg, err);
}
