/*
 * Which token of a card somebody means, by what it is: where it stands in the
 * card's list changes when one more module has its say.  UI thread only.
 */
#ifndef UI_TOKENNAME_H
#define UI_TOKENNAME_H

#include "card/card.h"

struct token_name {
	char		*module, *label, *serial;
	uint64_t	 slot;
};

/* Over whatever stood there; zeroed at first. */
void			 token_name_set(struct token_name *,
			    const struct token *);
void			 token_name_clear(struct token_name *);

/* NULL where no token, or another one, is there now; the card may be NULL. */
const struct token	*token_named(const struct token_name *,
			    const struct card *);

/* Why it is not there any more: the token alone, or all of the card (NULL). */
void			 token_gone(const struct card *, const char *reader,
			    struct err *);

#endif
