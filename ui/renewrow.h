/*
 * Renewals as rows of a list; two lines where the screen is narrow.  UI thread
 * only, but for the copying.
 */
#ifndef UI_RENEWROW_H
#define UI_RENEWROW_H

#include "renewal/renewal.h"
#include "ui/draw.h"

/* What a list shows of one; copied out of what renewals_each lends. */
struct renewrow {
	int64_t		 id, due, opened;
	char		 number[16];
	enum renewal_state state;	/* RENEWAL_STATES: none that we know */
	char		*holder, *order;	/* or "" */
	char		 serial[64];	/* its end */
};

struct renewrows {
	struct renewrow	*v;
	size_t		 n;
};

int	renewrows_add(const struct renewal_row *, void *renewrows);
void	renewrows_clear(struct renewrows *);

enum renewal_state renewrow_state(const char *id);
enum style	 renewrow_style(enum renewal_state);

/* Names of the columns on the first row; false where they have none. */
bool	renewrow_header(const struct rect *);
void	renewrow_draw(const struct renewrow *, int64_t now,
	    const struct rect *, enum style, bool selected);

#endif
