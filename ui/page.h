/*
 * A page of text that scrolls: headings, fields with labels, folded sentences.
 * Its owner says everything on it again for each frame; the page keeps only the
 * line it is read at.  UI thread only.
 */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include <stdbool.h>

#include "ui/draw.h"
#include "ui/input.h"

struct page {
	/*
	 * The line being read, where the terminal's cursor stands: the arrows
	 * move it by one whether or not the text has to move for that, so that
	 * a braille display can be led over every line.
	 */
	int		at;
	int		top;		/* first line shown, in this frame */
	int		lines;		/* said so far, or in the last frame */
	struct rect	r;		/* where, in this frame */
	int		label_cols;
	/* Beside a picture in the upper right corner, lines are shorter. */
	int		picture_rows, picture_cols;
};

typedef void page_fn(struct page *, void *arg);

/* Has content say everything and shows what is in sight. */
void	page_draw(struct page *, const struct rect *, bool focused, page_fn *,
	    void *arg);

/* Arrows, page keys, Home, End and the wheel. */
bool	page_input(struct page *, const struct input *);

/* --- inside content ---------------------------------------------------- */

/* Leave room in the upper right corner; say it first.  It scrolls along. */
void	page_picture(struct page *, int rows, int cols);

/* Columns of the present line. */
int	page_width(const struct page *);

/* Columns that labels take from now on. */
void	page_labels(struct page *, int cols);

void	page_gap(struct page *);
void	page_heading(struct page *, const char *);
void	page_text(struct page *, enum style, const char *);

/* A label and its value, folded beside it; nothing at all for "" or NULL. */
void	page_field(struct page *, const char *label, enum style, const char *);

/* A sign, a name and a sentence folded beside them. */
void	page_item(struct page *, const char *sign, enum style, const char *name,
	    int name_cols, const char *sentence);

/* A sign and a sentence folded beside it, each in its own style. */
void	page_marked(struct page *, const char *sign, enum style,
	    enum style text, const char *sentence);

/* Take n lines for a picture; the row of r where it begins (may be outside). */
int	page_take(struct page *, int n);

#endif
