/*
 * Of the errors that a screen shows, the one that F11 is about: what has to be
 * mended first.  Borrowed from what is looked at; NULL for none.  UI thread only.
 */
#ifndef UI_TROUBLE_H
#define UI_TROUBLE_H

#include "card/card.h"
#include "revocation/status.h"

/* The first that is one. */
const struct err	*trouble_first(const struct err *const *, size_t n);

/* Of cards and what is needed to read them; card may be NULL. */
const struct err	*trouble_of_cards(const struct card_world *,
			    const struct card *);

/* Of a question about a certificate's status that had no answer. */
const struct err	*trouble_of_status(const struct status_report *);

#endif
