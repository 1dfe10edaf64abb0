/*
 * The rows of the certificates panel, put in the order in which they matter:
 * what can be used now, what not yet or no more, authorities, keys that wait
 * for a certificate.  Pure; UI thread only.
 */
#ifndef UI_CERTROW_H
#define UI_CERTROW_H

#include <stdbool.h>
#include <stddef.h>

#include "card/card.h"
#include "ui/setup.h"

struct certrow {
	bool		 is_key;	/* a key without a certificate */
	size_t		 index;		/* into card->certs or card->keys */
	int		 rank;
	int64_t		 until;
};

/* Rows of a card in a new array (free it); NULL card: none. */
struct certrow	*certrow_make(const struct card *, int64_t now, size_t *n);

/* A row's validity by the times of its authority or the desk; false where there is none. */
bool		 certrow_validity(const struct card *, const struct certrow *,
		    const struct setup *, int64_t now, struct validity_view *);

#endif
