/*
 * Rows of a list whose columns stand on two lines where the screen is narrow, on
 * one where it is wide.  UI thread only.
 */
#ifndef UI_ROWCOLS_H
#define UI_ROWCOLS_H

#include <stdint.h>

#include "ui/draw.h"

#define ROWCOLS_ONE_LINE	140	/* from this width on a row is one line */
#define ROWCOLS_MAX		12
#define ROWCOLS_CELL		512	/* bytes of a cell's text */

/*
 * In their order, on which of two lines, and from which width on; one of each
 * line has no width of its own and takes what is left.
 */
struct rowcol {
	const char	*title;		/* msgid */
	int		 width, from, line;
};

/* A kind of row; columns are known by their place in the table. */
struct rowcols {
	const struct rowcol *v;
	size_t		 n;		/* at most ROWCOLS_MAX */
	/* What stands in it: static, the row's, or in buf. */
	const char	*(*cell)(const void *row, size_t col, int64_t now,
			    char *buf, size_t);
	/* Its look where the row is not selected; second: of two lines. */
	enum style	 (*style)(const void *row, size_t col, int64_t now,
			    bool second);
};

/* Lines that a row takes in so many columns. */
int	rowcols_lines(int cols);
/* Names of the columns on the first row; false where they have none. */
bool	rowcols_header(const struct rowcols *, const struct rect *);
void	rowcols_draw(const struct rowcols *, const void *row, int64_t now,
	    const struct rect *, enum style, bool selected);

#endif
