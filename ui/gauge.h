/*
 * How full something is, as a bar with words beside it that say what it counts.  UI thread only.
 */
#ifndef UI_GAUGE_H
#define UI_GAUGE_H

#include "ui/draw.h"

/*
 * used of total, on one row of the rectangle; total is more than 0.  Good until
 * it is full, or in a style of the caller's.
 */
void	gauge_draw(const struct rect *, int row, int64_t used, int64_t total,
	    const char *words);
void	gauge_draw_styled(const struct rect *, int row, int64_t used,
	    int64_t total, enum style, const char *words);

#endif
