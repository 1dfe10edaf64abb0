/*
 * Keeping the file itself: integrity, backup, restore.
 */
#ifndef REGISTRY_KEEP_H
#define REGISTRY_KEEP_H

#include <jansson.h>

#include "base/err.h"
#include "registry/registry.h"

/* One finding of a check; what: "integrity", "foreign-keys", "index", "journal". */
typedef void	 keep_finding_fn(const char *what, bool good, const char *detail,
		    void *arg);

/*
 * All of it: SQLite's own integrity check, foreign keys, every index of ours
 * against its table, indexes and triggers against those of a new file, tombstones
 * against the side file, the journal's chain.  0 when everything is good; -1 and
 * ERR_REGISTRY_BROKEN or ERR_REGISTRY_JOURNAL after all findings were told.
 */
int	keep_check(struct registry *, keep_finding_fn *, void *arg, struct err *);

/* Progress of long work: done of total (0: not known); nonzero return cancels. */
typedef int	 keep_progress_fn(int64_t done, int64_t total, void *arg);

/*
 * A copy while others write, checked before it takes its name; 0600.  A file of
 * that name is not overwritten: ERR_EXISTS; a FILE.part that somebody left who
 * was killed goes.  The key goes along only if asked
 * for, into FILE.key; without it there is no copy either then.  The journal has
 * an entry before there is a file.
 */
int	keep_backup(struct registry *, const char *file, bool with_key,
	    keep_progress_fn *, void *arg, struct err *);

/*
 * Put a backup in the registry's place.  It is looked at first: sound, of a
 * version known here, made with the same key.  A registry that can be opened is
 * itself backed up beside it, with the day in its name, and then written over in
 * one transaction, so that other desks go on, but wait to write until all of it
 * is done; one that is broken is moved aside
 * under such a name: other desks have to be started again then.  What was erased
 * or restricted since is so again.  Entries of the journal that the backup does
 * not have are added to it out of the copy (journal_bring); those of a broken
 * one, and of a restore that was killed before it came to that, are in the copy
 * alone.  kept: the copy's path, the caller's to free, or NULL if there was
 * nothing; may be NULL.
 * -1: as registry_open of the backup.
 */
int	keep_restore(const struct registry_options *, const char *file,
	    char **kept, struct err *);

/*
 * Names of the copies that restores left beside the registry at path, an array.
 * No erasure and no rule reaches them: they are somebody's to delete.
 */
json_t	*keep_copies(const char *path);

#endif
