/*
 * A line of names of which one is chosen; it remembers where it drew each, so
 * that a click can be told.  UI thread only.
 */
#ifndef UI_TABS_H
#define UI_TABS_H

#include <stddef.h>

#include "ui/draw.h"

#define TABS_MAX	24

struct tabs {
	struct rect	at[TABS_MAX];
	size_t		n;
};

/* Starts anew; then each name in turn, the chosen one marked. */
void	tabs_begin(struct tabs *);
void	tabs_add(struct tabs *, const struct rect *line, const char *name,
	    int chosen);

/* Which one is at a place of the screen; -1 for none. */
int	tabs_hit(const struct tabs *, int y, int x);

#endif
