/*
 * The first line: the program, the point, open cases and renewals, what the desk
 * is doing, the clock; and the names of cards in the tabs.  UI thread only.
 */
#ifndef UI_TOP_H
#define UI_TOP_H

#include "card/card.h"
#include "registry/cases.h"
#include "ui/draw.h"

/* What the first line tells; pointers are borrowed for the call. */
struct top {
	const char			*point;
	const struct card_world		*world;
	const struct card		*card;
	const struct cases_count	*cases;	/* NULL: not known yet */
	int64_t				 renewals;	/* open ones */
	int64_t				 now;
	bool				 unmasked;
	const char			*visit;	/* of a kiosk: how long it lasts; "" */
	bool				 soon;	/* it is nearly over */
};

void		 top_draw(const struct rect *, const struct top *);

/* "1 Model" or "2 Reader (empty)". */
const char	*top_card_name(const struct card *, size_t i, char *buf,
		    size_t size);

#endif
