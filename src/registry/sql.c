#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/sql.h"
#include "registry/wipe.h"

#define END_TRIES	100	/* interrupts come one at a time */

struct sql {
	sqlite3		*db;
	char		*path;
	/* Statements by their text's address; open addressing, never removed. */
	struct {
		const char	*text;
		sqlite3_stmt	*stmt;
	}		 kept[2 * SQL_STATEMENTS_MAX];
	size_t		 nkept;
	int		(*before)(void *, struct err *);
	void		*before_arg;
	bool		 held;
};

/* SQLite's primary codes to ours; what is not here is an I/O error. */
static const struct {
	int		 rc;
	enum err_code	 code;
} codes[] = {
	{ SQLITE_FULL, ERR_DISK_FULL },
	{ SQLITE_READONLY, ERR_READ_ONLY },
	{ SQLITE_PERM, ERR_READ_ONLY },
	{ SQLITE_BUSY, ERR_REGISTRY_BUSY },
	{ SQLITE_LOCKED, ERR_REGISTRY_BUSY },
	{ SQLITE_CORRUPT, ERR_REGISTRY_BROKEN },
	{ SQLITE_NOTADB, ERR_REGISTRY_BROKEN },
	{ SQLITE_INTERRUPT, ERR_CANCELLED },
};

int
sql_fail(struct sql *sql, int rc, struct err *err)
{
	enum err_code code = ERR_IO;
	int extended = sqlite3_extended_errcode(sql->db);
	size_t i;

	for (i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].rc == (rc & 0xff))
			code = codes[i].code;
	if ((extended & 0xff) != (rc & 0xff))
		extended = rc;
	return err_raw(err, code, ORIGIN_SQLITE, (unsigned long)extended,
	    sql->path, "%s", sqlite3_errmsg(sql->db));
}

int
sql_open(struct sql **out, const char *path, int flags, const char *vfs,
    struct err *err)
{
	struct sql *sql = mem_alloc(sizeof *sql);
	int rc;

	*out = NULL;
	sql->path = mem_strdup(path);
	rc = sqlite3_open_v2(path, &sql->db, flags | SQLITE_OPEN_NOFOLLOW |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	    vfs != NULL ? vfs : wipe_vfs());
	if (sql->db == NULL)
		panic("out of memory");
	if (rc != SQLITE_OK) {
		(void)sql_fail(sql, rc, err);
		sql_close(sql);
		return -1;
	}
	*out = sql;
	return 0;
}

void
sql_close(struct sql *sql)
{
	size_t i;

	if (sql == NULL)
		return;
	for (i = 0; i < sizeof sql->kept / sizeof *sql->kept; i++)
		sqlite3_finalize(sql->kept[i].stmt);
	sqlite3_close_v2(sql->db);
	free(sql->path);
	free(sql);
}

sqlite3 *
sql_handle(const struct sql *sql)
{
	return sql->db;
}

const char *
sql_path(const struct sql *sql)
{
	return sql->path;
}

void
sql_reset(struct sql *sql)
{
	size_t i;

	for (i = 0; i < sizeof sql->kept / sizeof *sql->kept; i++)
		if (sql->kept[i].stmt != NULL)
			sqlite3_reset(sql->kept[i].stmt);
}

void
sql_before(struct sql *sql, int (*write)(void *, struct err *), void *arg)
{
	sql->before = write;
	sql->before_arg = arg;
}

bool
sql_hold(struct sql *sql, bool held)
{
	bool was = sql->held;

	sql->held = held;
	return was;
}

static int
write_before(const struct sql *sql, struct err *err)
{
	return sql->held || sql->before == NULL ? 0 :
	    sql->before(sql->before_arg, err);
}

int
sql_exec(struct sql *sql, const char *text, struct err *err)
{
	int rc;

	if (write_before(sql, err) == -1)
		return -1;
	rc = sqlite3_exec(sql->db, text, NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : sql_fail(sql, rc, err);
}

static sqlite3_stmt *
prepared(struct sql *sql, const char *text, struct err *err)
{
	size_t size = sizeof sql->kept / sizeof *sql->kept;
	size_t i = ((uintptr_t)text >> 2) * 2654435761u % size;
	int rc;

	while (sql->kept[i].text != NULL && sql->kept[i].text != text)
		i = (i + 1) % size;
	if (sql->kept[i].text == text)
		return sql->kept[i].stmt;
	if (sql->nkept == SQL_STATEMENTS_MAX)
		panic("more statements than SQL_STATEMENTS_MAX");
	rc = sqlite3_prepare_v3(sql->db, text, -1, SQLITE_PREPARE_PERSISTENT,
	    &sql->kept[i].stmt, NULL);
	if (rc != SQLITE_OK) {
		(void)sql_fail(sql, rc, err);
		return NULL;
	}
	sql->kept[i].text = text;
	sql->nkept++;
	return sql->kept[i].stmt;
}

void
sql_end(struct sql *sql, const char *text)
{
	struct err ignored = ERR_INIT;
	int rc = SQLITE_INTERRUPT;

	for (int i = 0; i < END_TRIES && rc == SQLITE_INTERRUPT; i++) {
		sqlite3_stmt *stmt = prepared(sql, text, &ignored);

		rc = stmt == NULL ? SQLITE_INTERRUPT : sqlite3_step(stmt);
		sqlite3_reset(stmt);
	}
}

void
sql_rest(struct sql *sql)
{
	if (sqlite3_get_autocommit(sql->db) != 0)
		return;
	/* A statement left open would keep the interrupt alive. */
	sql_reset(sql);
	sql_end(sql, "ROLLBACK");
}

static int
bind_one(sqlite3_stmt *stmt, int at, char type, va_list *ap)
{
	const void *bytes;
	const char *text;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64(stmt, at, va_arg(*ap, int64_t));
	case 't':
		text = va_arg(*ap, const char *);
		return sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
	case 'b':
		bytes = va_arg(*ap, const void *);
		return sqlite3_bind_blob64(stmt, at, bytes,
		    va_arg(*ap, size_t), SQLITE_STATIC);
	case 'n':
		return sqlite3_bind_null(stmt, at);
	default:
		panic("no such type of parameter: %c", type);
	}
}

static sqlite3_stmt *
vbind(struct sql *sql, const char *text, struct err *err, const char *types,
    va_list *ap)
{
	sqlite3_stmt *stmt;
	int i, rc;

	if (write_before(sql, err) == -1 ||
	    (stmt = prepared(sql, text, err)) == NULL)
		return NULL;
	sqlite3_reset(stmt);
	for (i = 0; types[i] != '\0'; i++) {
		rc = bind_one(stmt, i + 1, types[i], ap);
		if (rc != SQLITE_OK) {
			(void)sql_fail(sql, rc, err);
			return NULL;
		}
	}
	return stmt;
}

sqlite3_stmt *
sql_bind(struct sql *sql, const char *text, struct err *err, const char *types,
    ...)
{
	sqlite3_stmt *stmt;
	va_list ap;

	va_start(ap, types);
	stmt = vbind(sql, text, err, types, &ap);
	va_end(ap);
	return stmt;
}

int
sql_step(struct sql *sql, sqlite3_stmt *stmt, struct err *err)
{
	int rc = sqlite3_step(stmt);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE) {
		sqlite3_reset(stmt);
		return 0;
	}
	(void)sql_fail(sql, rc, err);
	sqlite3_reset(stmt);
	return -1;
}

static int
run_out(struct sql *sql, sqlite3_stmt *stmt, struct err *err)
{
	int rc;

	if (stmt == NULL)
		return -1;
	while ((rc = sql_step(sql, stmt, err)) == 1)
		;
	return rc;
}

int
sql_run(struct sql *sql, const char *text, struct err *err, const char *types,
    ...)
{
	sqlite3_stmt *stmt;
	va_list ap;

	va_start(ap, types);
	stmt = vbind(sql, text, err, types, &ap);
	va_end(ap);
	return run_out(sql, stmt, err);
}

int
sql_int(struct sql *sql, const char *text, int64_t *out, struct err *err,
    const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list ap;
	int rc;

	va_start(ap, types);
	stmt = vbind(sql, text, err, types, &ap);
	va_end(ap);
	if (stmt == NULL)
		return -1;
	rc = sql_step(sql, stmt, err);
	if (rc == 1) {
		*out = sqlite3_column_int64(stmt, 0);
		sqlite3_reset(stmt);
	}
	return rc;
}

char *
sql_text(sqlite3_stmt *stmt, int column)
{
	return mem_strdup((const char *)sqlite3_column_text(stmt, column));
}
