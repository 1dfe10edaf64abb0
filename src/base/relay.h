/*
 * News from a worker's thread while its job still runs: carried over to the
 * loop's thread one after another, in the order they were put.  relay_put is
 * for any thread, the rest the loop's.
 */
#ifndef BASE_RELAY_H
#define BASE_RELAY_H

#include "base/loop.h"

struct relay;

/* The first member of whatever the news are; from mem_alloc. */
struct relay_item {
	struct relay_item	*next;
};

/* The item is free()d when it returns. */
typedef void	 relay_fn(struct relay_item *, void *arg);

struct relay	*relay_new(struct loop *, relay_fn *, void *arg);
/* What nobody has taken is free()d; NULL is fine. */
void		 relay_free(struct relay *);

/* Takes the item over. */
void		 relay_put(struct relay *, struct relay_item *);

/*
 * Take what has come until now.  A job's end comes by another way than its
 * news: who must not see it before them calls this first.
 */
void		 relay_take(struct relay *);

#endif
