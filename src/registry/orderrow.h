/*
 * What the files of this room share of remembered orders, for the rights of a
 * person and for retention.  Within a transaction where something is written.
 */
#ifndef REGISTRY_ORDERROW_H
#define REGISTRY_ORDERROW_H

#include "registry/orders.h"
#include "registry/person.h"

/* What an order is found by; false for what cannot be of that kind. */
bool	orderrow_hash(struct registry *, const struct orders_key *,
	    int64_t *hash);

/* Of these kinds (1 << ORDERS_BY_...) with that hash. */
int	orderrow_each(struct registry *, int64_t hash, unsigned kinds,
	    orders_fn *, void *arg, struct err *);

/* Too old ones go. */
int	orderrow_old(struct registry *, int64_t now, int64_t *n, struct err *);

/* Hashes that a person's orders and questions are reached by; the caller frees. */
int	orderrow_person(struct registry *, const struct person *,
	    int64_t **hashes, size_t *n, struct err *);

/* "orders" and "questions" of a person, for access and export. */
json_t	*orderrow_json(struct registry *, const struct person *, struct err *);
json_t	*orderrow_questions(struct registry *, const struct person *,
	    struct err *);

/*
 * All that a person is reached by, gone; *n grows by the rows.  By what they are
 * found in a backup goes to the person's names.
 */
int	orderrow_erase(struct registry *, struct person *, int64_t *n,
	    struct err *);
/* The same by one hash, which a tombstone names; what was asked until then. */
int	orderrow_erase_hash(struct registry *, int64_t hash, int64_t until,
	    int64_t *n, struct err *);

#endif
