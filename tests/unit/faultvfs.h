/*
 * A disk that fails to order: SQLite's own VFS, whose n-th write, sync or
 * truncation from now on goes wrong.  For tests; one thread.
 */
#ifndef TESTS_UNIT_FAULTVFS_H
#define TESTS_UNIT_FAULTVFS_H

#include <stdbool.h>

enum fault {
	FAULT_NONE,
	FAULT_FULL,		/* SQLITE_FULL, that once */
	FAULT_BROKEN,		/* SQLITE_IOERR_*, from then on */
	FAULT_KILL		/* the process ends by SIGKILL, before it is written */
};

/* Take the place of the default VFS; before anything of SQLite is opened. */
void	fault_install(void);

void	fault_at(enum fault, int n);

/* It has happened since fault_at. */
bool	fault_hit(void);

/* Writes since fault_at, of all files. */
int	fault_writes(void);

/*
 * Loops over the writes of a deed try every one of them; with sanitizers, which
 * look for errors of memory and cost three times as much, every so many-th:
 * fewer are left out where our code goes on after a failure than where it ends.
 */
int	fault_step(enum fault);

/* Says in the test's output what was tried. */
void	fault_tried(const char *what, int last, int step);

#endif
