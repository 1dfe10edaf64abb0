/*
 * One line that can be edited.  A barcode reader is a keyboard that ends with
 * Enter, so nothing here may be slow or ask back.  UI thread only.
 */
#ifndef UI_FIELD_H
#define UI_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw.h"
#include "ui/input.h"

#define FIELD_MAX	1025	/* bytes, the final NUL included */

struct field {
	char	text[FIELD_MAX];	/* UTF-8 */
	size_t	at;			/* byte where the next character goes */
};

void	field_set(struct field *, const char *);

/* True if the input changed the text or moved in it. */
bool	field_input(struct field *, const struct input *);

/* Draws it in width columns from col on; puts the cursor there if focused. */
void	field_draw(const struct field *, const struct rect *, int row, int col,
	    int width, bool focused);

#endif
