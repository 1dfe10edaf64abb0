/*
 * The registry's pages from one connection to another, and what a copy of it
 * has to be before it is trusted; for keep.c.  One thread at a time.
 */
#ifndef REGISTRY_COPY_H
#define REGISTRY_COPY_H

#include "registry/inside.h"
#include "registry/keep.h"

/*
 * All pages, as of one moment of the source.  -1: ERR_CANCELLED when progress
 * says so; ERR_REGISTRY_BUSY when either cannot be had.  The target is as it
 * was then, if it is a database; a fresh file is to be thrown away.
 */
int	copy_pages(struct sql *to, struct sql *from, keep_progress_fn *, void *,
	    struct err *);

/*
 * The same over what is there.  Nobody else can write to the target from before
 * held is called until all pages are in; its -1 ends it with nothing written.
 */
int	copy_over(struct sql *to, struct sql *from,
	    int (*held)(void *arg, struct err *), void *arg, struct err *);

/* SQLite's own check of the whole file; -1 and ERR_REGISTRY_BROKEN. */
int	copy_sound(struct sql *, struct err *);

/* A registry of this key, of a version that is known here. */
int	copy_ours(struct sql *, const struct ident_key *, struct err *);

/*
 * The path without links in its folder, since SQLite refuses those; the
 * caller's, NULL and err when there is no such folder.
 */
char	*copy_path(const char *file, struct err *);

#endif
