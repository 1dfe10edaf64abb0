#include "config.h"

#include "registry/bulk.h"
#include "registry/putoff.h"
#include "registry/schema.h"

/*
 * Rows that are indexed or packed in a second or two, which other desks wait for
 * (REGISTRY_BUSY_MS); a larger registry gets its indexes on the way.
 */
#define ROWS_MAX	2000000

/* In one order with less between them, and what is there afterwards is dense. */
static const char *const packed[] = {
	"CREATE TABLE ident_new (hash INTEGER NOT NULL, cert INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, PRIMARY KEY (hash, cert)) STRICT,"
	" WITHOUT ROWID; INSERT INTO ident_new SELECT * FROM ident;"
	"DROP TABLE ident; ALTER TABLE ident_new RENAME TO ident",

	"CREATE TABLE name_ix_new (a INTEGER NOT NULL, b INTEGER NOT NULL,"
	" cert INTEGER NOT NULL, PRIMARY KEY (a, b, cert)) STRICT,"
	" WITHOUT ROWID; INSERT INTO name_ix_new SELECT * FROM name_ix;"
	"DROP TABLE name_ix; ALTER TABLE name_ix_new RENAME TO name_ix",

	"REINDEX cert_serial",

	/* Made again with those that are put off, if it was wanted meanwhile. */
	"DROP INDEX IF EXISTS card_code",
};

static int
in_transaction(struct registry *reg, const char *sql, struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	if (sql_exec(reg->sql, sql, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* 1, 0 when an index is not there, -1. */
static int
has_index(struct registry *reg, const char *name, struct err *err)
{
	int64_t one;

	return sql_int(reg->sql, "SELECT 1 FROM sqlite_schema"
	    " WHERE type = 'index' AND name = ?", &one, err, "t", name);
}

/* What was begun and cut short goes on without indexes. */
int
bulk_begin(struct registry *reg, struct err *err)
{
	int64_t one, any = 0;
	int rc;

	if (registry_begin(reg, err) == -1)
		return -1;
	rc = sql_int(reg->sql, "SELECT 1 FROM cert LIMIT 1", &one, err, "");
	if (rc == 0 && sql_int(reg->sql, "SELECT EXISTS (SELECT 1 FROM token)",
	    &any, err, "") == -1)
		rc = -1;
	if (rc == 0 && any == 0)
		putoff_fresh(reg);
	for (size_t i = 0; rc == 0 && i < schema_nlate; i++)
		rc = sql_exec(reg->sql, schema_late[i].drop, err);
	if (rc == 1)
		rc = has_index(reg, schema_late[schema_nlate - 1].name, err);
	if (rc == -1) {
		registry_rollback(reg);
		return -1;
	}
	if (registry_commit(reg, err) == -1)
		return -1;
	reg->late = rc == 0;
	return 0;
}

int
bulk_codes(struct registry *reg, struct err *err)
{
	if (!reg->late || reg->coded)
		return 0;
	if (sql_exec(reg->sql, schema_late[SCHEMA_LATE_CODES].make, err) == -1)
		return -1;
	reg->coded = true;
	return 0;
}

int
bulk_indexes(struct registry *reg, struct err *err)
{
	int rc;

	for (size_t i = 0; i < schema_nlate; i++) {
		rc = has_index(reg, schema_late[i].name, err);
		if (rc == 0)
			rc = in_transaction(reg, schema_late[i].make, err);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* Pages that a packing leaves are the next one's, and then the indexes'. */
int
registry_settle(struct registry *reg, struct err *err)
{
	int64_t rows;

	if (!reg->late)
		return 0;
	reg->late = false;
	if (sql_int(reg->sql, "SELECT coalesce(max(id), 0) FROM cert", &rows,
	    err, "") == -1)
		return -1;
	for (size_t i = 0; rows <= ROWS_MAX && rows > 0 &&
	    i < sizeof packed / sizeof *packed; i++)
		if (in_transaction(reg, packed[i], err) == -1)
			return -1;
	return bulk_indexes(reg, err);
}

void
bulk_grown(struct registry *reg, int64_t last_row)
{
	struct err ignored = ERR_INIT;

	/* Whoever opens it next tries again. */
	if (reg->late && last_row > ROWS_MAX) {
		reg->late = false;
		(void)bulk_indexes(reg, &ignored);
	}
}
