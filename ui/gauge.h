/*
 * How full something is, as a bar with words beside it that say what it counts.  UI thread only.
 */
#ifndef UI_GAUGE_H
#define UI_GAUGE_H

#include "ui/draw.h"

/* used of total, on one row of the rectangle; total is more than 0. */
void	gauge_draw(const struct rect *, int row, int64_t used, int64_t total,
	    const char *words);

#endif
