/*
 * Where a PIN is typed: characters go straight into a struct secret, and the
 * field shows neither them nor how many they are.  UI thread only.
 */
#ifndef UI_PIN_H
#define UI_PIN_H

#include <stdbool.h>

#include "base/secret.h"
#include "ui/draw.h"
#include "ui/input.h"

struct pin_field {
	struct secret	*secret;
	unsigned	 strokes;	/* turns the dots over at every key */
};

void		 pin_field_init(struct pin_field *);
void		 pin_field_clear(struct pin_field *);	/* wipes and frees */

bool		 pin_field_input(struct pin_field *, const struct input *);
void		 pin_field_draw(const struct pin_field *, const struct rect *,
		    int row, int col, bool focused);

/* The secret, now the caller's; the field is empty again. */
struct secret	*pin_field_take(struct pin_field *);

#endif
