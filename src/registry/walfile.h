/*
 * The write-ahead log is written in as few pieces as can be.  SQLite hands over
 * each page by itself and its header apart, and each is a system call and a
 * search in the kernel's page cache; a card that nobody has seen is some twenty
 * pages.  Where every commit ends with a sync of the log, nothing of it is
 * anybody's before that, so all of it waits until then and is one write.  Where
 * it does not, a header waits for its page and nothing for more.  Whatever else
 * is asked of the file is asked when what waits has been written.
 */
#ifndef REGISTRY_WALFILE_H
#define REGISTRY_WALFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

/* Bytes of an sqlite3_file of ours, before those of the file behind it. */
size_t	walfile_size(void);

/* What a log has of the database that it is of, which outlives it. */
struct walfile_of {
	bool		 synced;	/* after each commit: PRAGMA synchronous = FULL */
	sqlite3_file	*log;		/* while it is open */
};

/* Open a log through that VFS, whose file is behind ours in the same memory. */
int	walfile_open(sqlite3_vfs *, const char *name, sqlite3_file *, int flags,
	    int *out, struct walfile_of *);

/*
 * Before the lock to write is given up: what waits still was undone, and the next
 * who writes puts what is his there.
 */
void	walfile_drop(struct walfile_of *);

#endif
