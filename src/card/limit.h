/*
 * The issuer's own limit: how many certificates an authority puts on one card,
 * which the card cannot tell, taken from the authority's settings.
 */
#ifndef CARD_LIMIT_H
#define CARD_LIMIT_H

#include "base/authority.h"
#include "card/card.h"

/*
 * Give the card the limit of the authority whose certificates are on it: of the
 * strictest, where there are several.  What the table of models said is
 * replaced, because a counter's settings are looked up more often than ours.
 */
void	limit_apply(struct card *, const struct authorities *);

#endif
