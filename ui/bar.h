/*
 * The key bar: names and labels out of key tables, and what was clicked in it.
 * UI thread only.
 */
#ifndef UI_BAR_H
#define UI_BAR_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw.h"
#include "ui/keys.h"

#define BAR_MAX	24

struct bar {
	const struct key_binding *keys[BAR_MAX];
	struct rect		  at[BAR_MAX];
	size_t			  n;
};

/* A table of keys, and which of them do something now (can NULL: all). */
struct bar_keys {
	const struct key_binding *keys;
	size_t			  n;
	keys_can_fn		 *can;
	const void		 *arg;
};

/*
 * Draw the labelled keys of own, then those of the desk.  Where there is no
 * room for all, those that can be spared go, the desk's first; at last own's
 * from their end.
 */
void	bar_draw(struct bar *, const struct rect *, const struct bar_keys *own,
	    const struct bar_keys *desk);

/* The binding that was clicked; NULL for none. */
const struct key_binding *bar_hit(const struct bar *, int y, int x);

#endif
