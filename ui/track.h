/*
 * Where a row of steps stands, as dots with names.  UI thread only.
 */
#ifndef UI_TRACK_H
#define UI_TRACK_H

#include "ui/draw.h"

/* On one row; those before at are done, at is being done; names are msgids. */
void	track_draw(const struct rect *, int row, const char *const *names,
	    size_t n, size_t at);

#endif
