/*
 * One read of one card, as token.c and its objects' half share it.  Module
 * processes only.
 */
#ifndef CARD_READING_H
#define CARD_READING_H

#include "card/token.h"

struct reading {
	const struct p11	*p11;
	struct card		*card;
	const CK_SLOT_ID	*verified;
	token_report_fn		*report;
	void			*arg;
	int64_t			 reported;	/* monotonic ms */
};

/* Show what there is so far. */
void	reading_report(struct reading *);

/*
 * A certificate that is known by its bytes alone: a new entry, if they are one
 * that is not there yet.
 */
void	reading_whole_cert(struct card *, const uint8_t *der, size_t len);

/* All certificates and keys of card->tokens[token]. */
int	reading_objects(struct reading *, unsigned token, struct err *);

#endif
