/*
 * A certificate's life as a line: its ends, the years, the time to renew, and
 * today.  UI thread only.
 */
#ifndef UI_TIMELINE_H
#define UI_TIMELINE_H

#include "ui/draw.h"

#define TIMELINE_ROWS	3

/* All in days since 1970; renew_from may be beyond to when there is no window. */
struct timeline {
	int64_t	from, to, renew_from, today;
};

void	timeline_draw(const struct rect *, int row, int width,
	    const struct timeline *);

/* The column of a day on a line of width columns (for the drawing and tests). */
int	timeline_column(const struct timeline *, int width, int64_t day);

#endif
