/*
 * Rows of cards, their tokens, and which certificates were on them.  Within a
 * transaction.
 */
#ifndef REGISTRY_CARDROW_H
#define REGISTRY_CARDROW_H

#include "base/err.h"
#include "registry/record.h"
#include "registry/registry.h"
#include "registry/remembered.h"

/* The card's row by any of its tokens; 1, 0 when it was never seen, -1. */
int	cardrow_find(struct registry *, const struct seen_card *, int64_t *card,
	    struct err *);

/*
 * The row of a model's name, made if need be; and out with it when no card is of
 * it any longer: what is said of models may be a person's own words.  Some card
 * of a model that many have is found at once, so that is looked for without an
 * index.
 */
int	cardrow_model(struct registry *, const char *name, int64_t *id,
	    struct err *);
int	cardrow_forget_model(struct registry *, int64_t model, struct err *);

int	cardrow_insert(struct registry *, const struct seen_card *, int64_t now,
	    int64_t *card, struct err *);
/* new: the row was inserted just now, and none of its tokens is known. */
int	cardrow_tokens(struct registry *, const struct seen_card *, int64_t card,
	    bool new, struct err *);

/* A certificate on this card now; *new when it was not on it the last time. */
int	cardrow_seen(struct registry *, int64_t card, int64_t cert, int64_t now,
	    bool *new, struct err *);

/*
 * The card that a record names by its token, else by its printed number: found,
 * or made; 0 when it names none.
 */
int	cardrow_of_record(struct registry *, const struct record *,
	    int64_t *card, struct err *);

/* A row that was inserted with this card. */
int	cardrow_first_seen(struct registry *, int64_t card,
	    const struct record *, struct err *);

/* A stored record's certificate was on this card, unless that is known. */
int	cardrow_also_seen(struct registry *, int64_t card,
	    const struct record *, struct err *);

/* The cards that a certificate was on, for a query whose ?1 it is. */
#define CARDROW_CARDS \
	"SELECT card FROM cert WHERE id = ?1 AND card IS NOT NULL UNION" \
	" SELECT card FROM seen WHERE cert = ?1 AND moved = 1"

/* That a certificate was on any card; its row goes next. */
int	cardrow_forget(struct registry *, int64_t cert, struct err *);

#endif
