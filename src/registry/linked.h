/*
 * A certificate's row read without joining the few rows that very many point to:
 * issuers, origins, sources and models of cards are remembered by a handle until
 * the file changes.  One thread.
 */
#ifndef REGISTRY_LINKED_H
#define REGISTRY_LINKED_H

#include "registry/inside.h"
#include "registry/record.h"

/*
 * As row_read of that row: 1, 0 when there is none, -1.  Not within a transaction
 * that writes: what it wrote may be taken back.
 */
int	 linked_read(struct registry *, int64_t row, struct record *,
	    struct err *);

void	 linked_free(struct linked *);		/* NULL is fine */

#endif
