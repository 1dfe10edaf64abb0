#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "registry/identrow.h"
#include "registry/inside.h"
#include "registry/pending.h"

/* --- bytes of a row ----------------------------------------------------------- */

static void
put_hash(uint8_t out[static IDENTROW_LEN], int64_t hash)
{
	uint64_t u = (uint64_t)hash;

	for (int i = IDENTROW_LEN - 1; i >= 0; i--, u >>= 8)
		out[i] = (uint8_t)u;
}

static int64_t
get_hash(const uint8_t in[static IDENTROW_LEN])
{
	uint64_t u = 0;

	for (int i = 0; i < IDENTROW_LEN; i++)
		u = u << 8 | in[i];
	return (int64_t)u;
}

size_t
identrow_bytes(const struct identrow *ids,
    uint8_t out[static IDENTROW_MAX * IDENTROW_LEN])
{
	for (size_t i = 0; i < ids->n; i++)
		put_hash(out + i * IDENTROW_LEN, ids->hash[i]);
	return ids->n * IDENTROW_LEN;
}

/* A column of the file, which somebody may have changed: what is there of it. */
static void
read_bytes(sqlite3_stmt *st, int column, struct identrow *ids)
{
	const uint8_t *p = sqlite3_column_blob(st, column);
	size_t n = (size_t)sqlite3_column_bytes(st, column) / IDENTROW_LEN;

	ids->n = p == NULL ? 0 : n < IDENTROW_MAX ? n : IDENTROW_MAX;
	for (size_t i = 0; i < ids->n; i++)
		ids->hash[i] = get_hash(p + i * IDENTROW_LEN);
}

/* Whether it is new and there was room for it. */
static bool
add(struct identrow *ids, int64_t hash, uint8_t kind)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->hash[i] == hash)
			return false;
	if (ids->n == IDENTROW_MAX)
		return false;
	ids->hash[ids->n] = hash;
	ids->kind[ids->n++] = kind;
	return true;
}

/* --- of a record ---------------------------------------------------------------- */

static void
add_normal(struct registry *reg, struct identrow *ids, enum ident_kind kind,
    const char *normal)
{
	struct ident_hash hash;

	inside_hash(reg, kind, normal, &hash);
	(void)add(ids, ident_row_key(&hash), (uint8_t)kind);
}

void
identrow_of(struct registry *reg, const struct record *r, struct identrow *ids)
{
	char normal[IDENT_TEXT_MAX] = "", whole[IDENT_TEXT_MAX] = "";
	enum ident_kind kind;

	ids->n = 0;
	for (size_t i = 0; i < r->nidents; i++) {
		if (!ident_kind_of(&r->idents[i], &kind) ||
		    ident_normal(kind, r->idents[i].value, normal) == -1)
			continue;
		add_normal(reg, ids, kind, normal);
		if (kind == IDENT_EMAIL && ident_normal(IDENT_MAILBOX, normal,
		    whole) == 0 && strcmp(normal, whole) != 0)
			add_normal(reg, ids, IDENT_MAILBOX, whole);
	}
	explicit_bzero(normal, sizeof normal);
	explicit_bzero(whole, sizeof whole);
}

/* --- in the file ---------------------------------------------------------------- */

int
identrow_get(struct registry *reg, int64_t cert, struct identrow *ids,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT idents FROM cert"
	    " WHERE id = ?", err, "i", cert);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	ids->n = 0;
	if (rc != 1)
		return rc;
	read_bytes(st, 0, ids);
	sqlite3_reset(st);
	return 0;
}

int
identrow_put(struct registry *reg, int64_t cert, const struct identrow *ids,
    struct err *err)
{
	for (size_t i = 0; i < ids->n; i++)
		if (pending_ident(reg, ids->hash[i], ids->kind[i], cert,
		    err) == -1)
			return -1;
	return 0;
}

int
identrow_add(struct registry *reg, int64_t cert, const struct identrow *ids,
    struct err *err)
{
	uint8_t bytes[IDENTROW_MAX * IDENTROW_LEN];
	struct identrow row;
	size_t before;

	if (ids->n == 0)
		return 0;
	if (identrow_get(reg, cert, &row, err) == -1)
		return -1;
	before = row.n;
	for (size_t i = 0; i < ids->n; i++)
		if (add(&row, ids->hash[i], ids->kind[i]) && pending_ident(reg,
		    ids->hash[i], ids->kind[i], cert, err) == -1)
			return -1;
	if (row.n == before)
		return 0;
	return sql_run(reg->sql, "UPDATE cert SET idents = ?1 WHERE id = ?2",
	    err, "bi", (const void *)bytes, identrow_bytes(&row, bytes), cert);
}

int
identrow_drop(struct registry *reg, int64_t cert, struct err *err)
{
	struct identrow row;

	if (pending_write(reg, err) == -1 ||
	    identrow_get(reg, cert, &row, err) == -1)
		return -1;
	for (size_t i = 0; i < row.n; i++)
		if (sql_run(reg->sql, "DELETE FROM ident WHERE hash = ?"
		    " AND cert = ?", err, "ii", row.hash[i], cert) == -1)
			return -1;
	return 0;
}

/* --- all of them ----------------------------------------------------------------- */

/* Of one certificate: those that both have. */
static int
count_both(struct registry *reg, int64_t cert, const struct identrow *row,
    int64_t *both, struct err *err)
{
	int64_t one;
	int rc;

	for (size_t i = 0; i < row->n; i++) {
		rc = sql_int(reg->sql, "SELECT 1 FROM ident WHERE hash = ?"
		    " AND cert = ?", &one, err, "ii", row->hash[i], cert);
		if (rc == -1)
			return -1;
		*both += rc == 1;
	}
	return 0;
}

int
identrow_check(struct registry *reg, int64_t *wrong, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id, idents FROM cert"
	    " WHERE idents IS NOT NULL", err, "");
	int64_t all, both = 0, before;
	struct identrow row;
	int rc;

	*wrong = 0;
	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		read_bytes(st, 1, &row);
		before = both;
		if (count_both(reg, sqlite3_column_int64(st, 0), &row, &both,
		    err) == -1) {
			rc = -1;
			break;
		}
		*wrong += both - before != (int64_t)row.n;
	}
	sqlite3_reset(st);
	if (rc == -1 || sql_int(reg->sql, "SELECT count(*) FROM ident", &all,
	    err, "") == -1)
		return -1;
	/* The table has some that no row names. */
	if (all > both)
		*wrong += all - both;
	return 0;
}

/* What was gathered of one certificate. */
static int
fill_one(struct sql *sql, int64_t cert, const struct identrow *ids,
    struct err *err)
{
	uint8_t bytes[IDENTROW_MAX * IDENTROW_LEN];

	return ids->n == 0 ? 0 : sql_run(sql, "UPDATE cert SET idents = ?1"
	    " WHERE id = ?2", err, "bi", (const void *)bytes,
	    identrow_bytes(ids, bytes), cert);
}

int
identrow_fill(struct sql *sql, struct err *err)
{
	sqlite3_stmt *st = sql_bind(sql, "SELECT cert, hash FROM ident"
	    " ORDER BY cert", err, "");
	struct identrow ids = { .n = 0 };
	int64_t cert = 0;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(sql, st, err)) == 1) {
		if (sqlite3_column_int64(st, 0) != cert) {
			if (fill_one(sql, cert, &ids, err) == -1) {
				sqlite3_reset(st);
				return -1;
			}
			cert = sqlite3_column_int64(st, 0);
			ids.n = 0;
		}
		(void)add(&ids, sqlite3_column_int64(st, 1), 0);
	}
	return rc == -1 ? -1 : fill_one(sql, cert, &ids, err);
}
