/*
 * Several lines that can be written and mended, folded as they are drawn.
 * UI thread only.
 */
#ifndef UI_TEXTBOX_H
#define UI_TEXTBOX_H

#include "ui/draw.h"
#include "ui/input.h"

#define TEXTBOX_MAX	4001	/* bytes, the final NUL included */

struct textbox {
	char	text[TEXTBOX_MAX];	/* UTF-8; lines end in \n */
	size_t	at;			/* byte where the next character goes */
	int	width;			/* when last drawn */
	int	top;			/* first line shown */
};

/* True if the input was the box's; Enter is its owner's but in pasted text. */
bool	textbox_input(struct textbox *, const struct input *);

/* Begin a new line. */
void	textbox_break(struct textbox *);

void	textbox_draw(struct textbox *, const struct rect *, bool focused);

#endif
