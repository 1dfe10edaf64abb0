/*
 * Building and copying the records of card.h within their bounds.  Internal to
 * src/card; no state; any thread.
 */
#ifndef CARD_RECORD_H
#define CARD_RECORD_H

#include "card/card.h"

/*
 * A new entry at the end, zeroed, its strings empty; NULL when the record is
 * full, and card->cut says so from then on.  Earlier pointers into the same
 * array are no longer valid.
 */
struct token		*card_add_token(struct card *);
struct card_cert	*card_add_cert(struct card *);
struct card_key		*card_add_key(struct card *);

/* Note an error that concerns part of the card; the first ones are kept. */
void	card_add_problem(struct card *, const struct err *);

/* Whole copies into entries that card_add_* made. */
void	token_copy(struct token *, const struct token *);
void	card_cert_copy(struct card_cert *, const struct card_cert *);
void	card_key_copy(struct card_key *, const struct card_key *);

/* Free what is in it; the entry itself is the card's. */
void	token_clear(struct token *);

/* Free what is in them and leave them as card_new would: nothing read yet. */
void	card_drop_objects(struct card *);

/* Replace a string; NULL counts as "". */
void	card_set(char **, const char *);

#endif
