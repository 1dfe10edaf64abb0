/*
 * The errors that a screen shows, for F11: what has to be mended first stands
 * first.  UI thread only.
 */
#ifndef UI_TROUBLE_H
#define UI_TROUBLE_H

#include "card/card.h"
#include "revocation/status.h"

#define TROUBLES_MAX	8	/* more than one reads through */

struct troubles {
	struct err	 v[TROUBLES_MAX];
	size_t		 n;
};

/* NULL, none, and one that is there already are left out. */
void	trouble_add(struct troubles *, const struct err *);

/* Of cards and what is needed to read them; card may be NULL. */
void	trouble_of_cards(struct troubles *, const struct card_world *,
	    const struct card *);

/* Of a question about a certificate's status that had no answer. */
void	trouble_of_status(struct troubles *, const struct status_report *);

#endif
