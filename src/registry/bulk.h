/*
 * The first filling of a registry.  While it is empty, a handle opened for bulk
 * puts off the indexes that only a search needs; they are made at the end, each
 * in one pass and with full pages, and what was written in small pieces is
 * packed.  Whoever opens the registry for writing meanwhile, or after the filling
 * was cut short, makes the indexes: until then a search is slower, never wrong.
 */
#ifndef REGISTRY_BULK_H
#define REGISTRY_BULK_H

#include "registry/inside.h"

/* Put them off, if there is nothing in it yet. */
int	bulk_begin(struct registry *, struct err *);

/*
 * Before a card is looked for by its number, within a transaction: without the
 * index each would be a pass over all of them.
 */
int	bulk_codes(struct registry *, struct err *);

/* Make those that are not there. */
int	bulk_indexes(struct registry *, struct err *);

/* After a commit: make them while others wait no longer than they do. */
void	bulk_grown(struct registry *, int64_t last_row);

#endif
