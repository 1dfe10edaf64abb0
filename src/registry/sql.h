/*
 * One SQLite connection with its prepared statements; the only thing in this
 * room that knows sqlite3.h's own errors.  Statements are found again by the
 * address of their text, so texts are string literals.  One thread at a time.
 */
#ifndef REGISTRY_SQL_H
#define REGISTRY_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SQL_STATEMENTS_MAX	320	/* more than there are texts */

struct sql;

/* flags are sqlite3_open_v2's; vfs NULL: wipe.h's. */
int	 sql_open(struct sql **, const char *path, int flags, const char *vfs,
	    struct err *);
void	 sql_close(struct sql *);		/* NULL is fine */
sqlite3	*sql_handle(const struct sql *);
const char *sql_path(const struct sql *);

/*
 * What is still to be written is written before anything is asked or changed by
 * any of the calls below; but sql_end undoes it.  Whoever knows what waits may
 * hold it off, and gets back what was before.
 */
void	 sql_before(struct sql *, int (*write)(void *arg, struct err *),
	    void *arg);
bool	 sql_hold(struct sql *, bool held);

/* Any number of statements without a result. */
int	 sql_exec(struct sql *, const char *text, struct err *);

/*
 * A statement ready to step, its parameters bound by a letter each: i int64_t,
 * t const char * (NULL: NULL), b const void * + size_t, n NULL.  Values are
 * borrowed until the statement is used again.  NULL and err if it cannot be.
 */
sqlite3_stmt *sql_bind(struct sql *, const char *text, struct err *,
	    const char *types, ...);

/* 1: a row; 0: done, and reset; -1: err is set, and reset. */
int	 sql_step(struct sql *, sqlite3_stmt *, struct err *);

/* sql_bind and step to the end: 0 or -1.  Any rows are passed over. */
int	 sql_run(struct sql *, const char *text, struct err *, const char *types,
	    ...);

/* The first column of the first row; 1 with *out, 0 when there is none, -1. */
int	 sql_int(struct sql *, const char *text, int64_t *out, struct err *,
	    const char *types, ...);

/* A column as text of the caller's, NULL for NULL. */
char	*sql_text(sqlite3_stmt *, int column);

/* Turn the connection's last failure into ours; always -1. */
int	 sql_fail(struct sql *, int rc, struct err *);

/*
 * The end of a savepoint or of a transaction that only reads.  An interrupt that
 * comes as late as this is not for it: left open, it would show the file as it
 * was at that moment to everybody who looks after.
 */
void	 sql_end(struct sql *, const char *text);

/* Whatever transaction is still open is rolled back. */
void	 sql_rest(struct sql *);

/* Release what statements hold, so that the file can be closed or emptied. */
void	 sql_reset(struct sql *);

#endif
