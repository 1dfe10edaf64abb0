/*
 * A remembered certificate as rows of a list: two lines where the screen is
 * narrow, else one with columns.  UI thread only.
 */
#ifndef UI_HITROW_H
#define UI_HITROW_H

#include "registry/record.h"
#include "ui/draw.h"

/* Whether the card's model stands in its row, or has to be said elsewhere. */
bool	hitrow_shows_card(int cols);

/* Names of the columns on the first row; false where they have none. */
bool	hitrow_header(const struct rect *);

void	hitrow_draw(const struct record *, int64_t now, const struct rect *line,
	    enum style, bool selected);

/* The look of its state. */
enum style	 hitrow_style(const struct record *, int64_t now);

#endif
