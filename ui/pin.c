#include "config.h"

#include <string.h>

#include "base/text.h"
#include "ui/pin.h"

#define PIN_DOTS	12

void
pin_field_init(struct pin_field *f)
{
	f->secret = secret_new();
	f->strokes = 0;
}

void
pin_field_clear(struct pin_field *f)
{
	secret_free(f->secret);
	f->secret = NULL;
}

struct secret *
pin_field_take(struct pin_field *f)
{
	struct secret *s = f->secret;

	pin_field_init(f);
	return s;
}

bool
pin_field_input(struct pin_field *f, const struct input *in)
{
	char bytes[4];
	size_t n;

	if (in->kind == INPUT_CHAR) {
		n = text_encode(in->ch, bytes);
		if (secret_add(f->secret, bytes, n) == 0)
			f->strokes++;
		explicit_bzero(bytes, sizeof(bytes));
		return true;
	}
	if (in->kind != INPUT_KEY)
		return false;
	if (in->key == UK_BACKSPACE) {
		secret_backspace(f->secret);
		f->strokes++;
		return true;
	}
	if (in->key == UK_KILL_LINE) {
		secret_wipe(f->secret);
		return true;
	}
	return false;
}

/*
 * Always the same number of dots, so that nobody counts them; they turn over at
 * every key, so that whoever types sees that it was taken.
 */
void
pin_field_draw(const struct pin_field *f, const struct rect *r, int row,
    int col, bool focused)
{
	bool any = secret_len(f->secret) > 0;

	draw_fill(r, row, col, PIN_DOTS + 2, STYLE_FIELD);
	for (int i = 0; i < PIN_DOTS && any; i++)
		draw_text(r, row, col + 1 + i, 1, STYLE_FIELD,
		    draw_glyph(((unsigned)i + f->strokes) % 2 == 0 ?
		    GLYPH_DOT : GLYPH_DOT_HOLLOW));
	if (focused)
		draw_cursor(r, row, any ? col + 1 + PIN_DOTS : col + 1);
}
