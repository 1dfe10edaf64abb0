/*
 * A list with a cursor, scrolling and finding, free of what its rows hold: the
 * owner says how many there are, what to find in them, and draws each.
 * Selection is by place; an owner whose rows move keeps hold of its row by
 * calling list_select.  UI thread only.
 */
#ifndef UI_LIST_H
#define UI_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw.h"
#include "ui/field.h"
#include "ui/input.h"

/* Appends the text that a row is found by. */
typedef const char *list_text_fn(void *arg, size_t row, char *buf, size_t size);

/* Draws one row; style is what its plain text should have. */
typedef void list_row_fn(void *arg, size_t row, const struct rect *line,
    enum style style, bool selected);

/*
 * Columns of the bar on the selected row.  On a wide screen it ends there: two
 * rows of 200 columns drawn again would cost half a kilobyte a key.
 */
#define LIST_BAR	78

struct list {
	size_t		 n;		/* rows there are */
	size_t		*shown;		/* those that match, in order */
	size_t		 nshown;
	size_t		 at;		/* index into shown */
	size_t		 top;		/* first one on the screen */
	int		 lines;		/* of one row; 1 unless its owner says */
	size_t		 page;		/* rows that fitted when last drawn */
	int		 y;		/* screen row of the first, when last drawn */
	bool		 finding;	/* the find field has the keys */
	struct field	 find;
	list_text_fn	*text;
	void		*arg;
};

void	list_init(struct list *, list_text_fn *, void *arg);
void	list_clear(struct list *);

/* There are n rows now, or their texts changed. */
void	list_update(struct list *, size_t n);

/* The row under the cursor; false when nothing is shown. */
bool	list_selected(const struct list *, size_t *row);
void	list_select(struct list *, size_t row);

/*
 * For the bar: what Enter and Esc do in the find field.  The list takes them
 * itself; its owner's can says when they are named.
 */
#define LIST_FIND_KEYS(done, all) \
	{ .key = UK_ENTER, .action = (done), .label = N_("Done") }, \
	{ .key = UK_ESC, .action = (all), .label = N_("Show all") }

/* Begin finding; Esc ends it and shows all again. */
void	list_find(struct list *);
bool	list_narrowed(const struct list *);

/*
 * True if the input was the list's.  *open is set when a row was clicked that
 * was selected already.
 */
bool	list_input(struct list *, const struct input *, bool *open);

/* Draws the rows, and the find field on the last line while it is in use. */
void	list_draw(struct list *, const struct rect *, bool focused, list_row_fn *,
	    void *arg);

#endif
