/*
 * What was on a card when it was last seen here, shown while it is being read.
 * UI thread only.
 */
#ifndef UI_BEFORE_H
#define UI_BEFORE_H

#include "registry/remembered.h"
#include "ui/draw.h"

void	before_draw(const struct remembered *, int64_t now,
	    const struct rect *);

#endif
