/*
 * A file of ours in front of one of SQLite's, in the same memory: what is asked
 * of it and needs nothing of ours is handed on.
 */
#ifndef REGISTRY_FRONT_H
#define REGISTRY_FRONT_H

#include <sqlite3.h>

/* What such a file begins with; base is what SQLite sees. */
struct front {
	sqlite3_file	 base;
	sqlite3_file	*real;
};

#define FRONT_REAL(f)	(((struct front *)(f))->real)
#define FRONT_CALL(f)	(FRONT_REAL(f)->pMethods)

int	front_read(sqlite3_file *, void *, int n, sqlite3_int64 at);
int	front_truncate(sqlite3_file *, sqlite3_int64 size);
int	front_sync(sqlite3_file *, int flags);
int	front_size(sqlite3_file *, sqlite3_int64 *);
int	front_lock(sqlite3_file *, int level);
int	front_unlock(sqlite3_file *, int level);
int	front_check_lock(sqlite3_file *, int *);
int	front_control(sqlite3_file *, int op, void *);
int	front_sector(sqlite3_file *);
int	front_traits(sqlite3_file *);

#endif
