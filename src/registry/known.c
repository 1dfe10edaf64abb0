#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "registry/inside.h"
#include "registry/known.h"

#define KEPT_FROM	4096	/* rows; fewer are read as quickly */

/*
 * In meta, as "known" and the issuer's row, and the bits behind it as rows of
 * their own, "known", the issuer's row and which part it is.  Not in one piece:
 * whoever looks for anything in meta is shown what lies beside it, and would read
 * all of a piece that does not fit into a page.
 *
 * Rows of certificates are numbered upwards and no number is given twice, so those
 * behind upto are the ones that it does not know; a backup that is put back
 * brings its own.
 */
struct kept {
	uint64_t	mark;	/* how it was made, and by what sort of machine */
	int64_t		upto, count, bytes;
};

#define MARK		UINT64_C(0x6b6e6f776e2d3035)
#define PART_BYTES	((size_t)1984)	/* two of them fill a page of 4 KiB */

/* --- what is kept ------------------------------------------------------------ */

/* Of a row of meta that has just been stepped to. */
static struct span
value_of(sqlite3_stmt *st)
{
	const uint8_t *bytes = sqlite3_column_blob(st, 0);

	return span_of(bytes, (size_t)sqlite3_column_bytes(st, 0));
}

/* 1, or 0 when nothing is kept, or nothing of use. */
static int
read_head(struct registry *reg, int64_t issuer, int64_t last,
    struct kept *kept, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT value FROM meta"
	    " WHERE name = 'known ' || ?", err, "i", issuer);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	struct span value;

	if (rc != 1)
		return rc;
	value = value_of(st);
	if (value.len == sizeof *kept)
		memcpy(kept, value.p, sizeof *kept);
	rc = value.len == sizeof *kept && kept->mark == MARK &&
	    kept->upto > 0 && kept->upto <= last && kept->count >= 0 &&
	    kept->count <= kept->upto;
	sqlite3_reset(st);
	return rc;
}

/* The parts in their order, for as long as each is as long as it must be. */
static int
read_parts(struct registry *reg, int64_t issuer, struct bloom *known,
    size_t *at, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT value FROM meta"
	    " WHERE name >= printf('known %d ', ?1) AND"
	    " name < printf('known %d!', ?1) ORDER BY name", err, "i", issuer);
	int rc = -1;

	*at = 0;
	while (st != NULL && (rc = sql_step(reg->sql, st, err)) == 1) {
		struct span part = value_of(st);

		if (*at % PART_BYTES != 0 || part.len > PART_BYTES ||
		    bloom_put(known, *at, part) != 0) {
			*at = 0;
			sqlite3_reset(st);
			return 0;
		}
		*at += part.len;
	}
	return rc;
}

/* NULL when nothing is, or nothing of use. */
static int
read_kept(struct registry *reg, int64_t issuer, int64_t last,
    struct bloom **known, int64_t *upto, struct err *err)
{
	struct kept kept;
	int rc = read_head(reg, issuer, last, &kept, err);
	size_t got;

	*known = NULL;
	*upto = 0;
	if (rc == 1)
		*known = bloom_kept(kept.bytes, kept.count);
	if (*known == NULL)
		return rc == -1 ? -1 : 0;
	rc = read_parts(reg, issuer, *known, &got, err);
	if (rc == 0 && got == bloom_bytes(*known).len) {
		*upto = kept.upto;
		return 0;
	}
	bloom_free(*known);
	*known = NULL;
	return rc;
}

static int
drop_parts(struct registry *reg, int64_t issuer, struct err *err)
{
	return sql_run(reg->sql, "DELETE FROM meta"
	    " WHERE name >= printf('known %d ', ?1) AND"
	    " name < printf('known %d!', ?1)", err, "i", issuer);
}

static int
keep(struct registry *reg, int64_t issuer, const struct bloom *known,
    int64_t upto, struct err *err)
{
	struct span bits = bloom_bytes(known), part;
	const struct kept kept = { MARK, upto, (int64_t)bloom_count(known),
	    (int64_t)bits.len };
	int rc = drop_parts(reg, issuer, err);

	for (int64_t n = 0; rc == 0 && bits.len > 0; n++) {
		(void)span_take(&bits, bits.len < PART_BYTES ? bits.len :
		    PART_BYTES, &part);
		rc = sql_run(reg->sql, "INSERT INTO meta"
		    " VALUES (printf('known %d %04d', ?, ?), ?)", err, "iib",
		    issuer, n, (const void *)part.p, part.len);
	}
	return rc != 0 ? rc : sql_run(reg->sql, "INSERT OR REPLACE INTO meta"
	    " VALUES ('known ' || ?, ?)", err, "ib", issuer,
	    (const void *)&kept, sizeof kept);
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
