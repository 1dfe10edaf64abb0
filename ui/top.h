/*
 * The first line: the program, the point, what the desk is doing, the clock;
 * and the names of cards in the tabs.  UI thread only.
 */
#ifndef UI_TOP_H
#define UI_TOP_H

#include "card/card.h"
#include "ui/draw.h"

void		 top_draw(const struct rect *, const char *point,
		    const struct card_world *, const struct card *,
		    int64_t now, bool unmasked);

/* "1 Model" or "2 Reader (empty)". */
const char	*top_card_name(const struct card *, size_t i, char *buf,
		    size_t size);

#endif
