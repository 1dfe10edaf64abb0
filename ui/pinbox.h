/*
 * One PIN of one token, from what has to be known before it is typed to its way
 * to the card: a part of the views that ask for one.  Nothing is sent that is
 * wrong by its length, and the last try only after a word of warning.  UI thread
 * only.
 */
#ifndef UI_PINBOX_H
#define UI_PINBOX_H

#include "card/card.h"
#include "ui/pin.h"

#define PINBOX_ROWS	6	/* of every stage, without an error */

enum pinbox_stage {
	PINBOX_TYPE,
	PINBOX_LAST,		/* typed, but it is the last try: sure? */
	PINBOX_WAIT,		/* the card is asked */
	PINBOX_LOCKED		/* nothing can be done here */
};

struct pinbox {
	enum pinbox_stage stage;
	struct pin_field field;
	struct err	 err;		/* how the last try went */
};

/* For a token that may change; begin again when it is another. */
void	pinbox_begin(struct pinbox *, const struct token *);
void	pinbox_clear(struct pinbox *);	/* wipes */

/* From row on; returns the row behind what was drawn. */
int	pinbox_draw(const struct pinbox *, const struct token *,
	    const struct rect *, int row, bool focused);
/* Rows that pinbox_draw needs at the most, as it stands. */
int	pinbox_rows(const struct pinbox *, int cols);

/* Letters; true for all of them: none typed here may ever mean something else. */
bool	pinbox_input(struct pinbox *, const struct input *);

enum pinbox_got { PINBOX_NOTHING, PINBOX_SEND, PINBOX_CLOSE };
/*
 * Enter.  SEND: *pin is the caller's (NULL: the reader's pinpad), and the box
 * waits for pinbox_answer.
 */
enum pinbox_got	 pinbox_enter(struct pinbox *, const struct token *,
		    struct secret **pin);
/* What the card said; true when it was right. */
bool	pinbox_answer(struct pinbox *, const struct err *);

#endif
