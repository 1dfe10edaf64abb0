/*
 * Where everything stands on a screen of a given size.  Pure reckoning, no
 * drawing; any thread.
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw.h"

enum panel_place { PLACE_READER, PLACE_CAPACITY, PLACE_CERTS, PLACE_ORDER,
	PLACE_COUNT };

/* From this width on a page stands beside the desk instead of over it. */
#define LAYOUT_BESIDE_COLS	150

struct layout {
	struct rect	top;			/* the first line */
	struct rect	tabs;			/* cards; h is 0 without */
	struct rect	names;			/* panels' names in single mode */
	struct rect	panels[PLACE_COUNT];	/* h is 0 where hidden */
	struct rect	view;			/* a page */
	struct rect	keys;			/* the last line */
	bool		single;			/* room for one panel at a time */
	bool		beside;			/* view is beside the panels */
};

/*
 * tabs: there are several cards.  page: a page is open that may stand beside.
 * focus: the panel to show when there is room for one.
 */
void	layout_make(struct layout *, int rows, int cols, bool tabs, bool page,
	    size_t focus);

/* A box of h by w in the middle of the screen, made to fit. */
struct rect	layout_box(int rows, int cols, int h, int w);

#endif
