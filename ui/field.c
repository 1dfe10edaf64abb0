#include "config.h"

#include "ui/field.h"

#include <string.h>

void
field_set(struct field *f, const char *s)
{
	size_t n = text_cut(s, sizeof(f->text) - 1);

	memcpy(f->text, s, n);
	f->text[n] = '\0';
	f->at = n;
}

/* The byte where the character before or after the cursor begins. */
static size_t
before(const struct field *f)
{
	size_t i = f->at;

	while (i > 0 && ((unsigned char)f->text[--i] & 0xc0) == 0x80)
		;
	return i;
}

static size_t
after(const struct field *f)
{
	size_t i = f->at;

	if (f->text[i] != '\0')
		i++;
	while (((unsigned char)f->text[i] & 0xc0) == 0x80)
		i++;
	return i;
}

static void
cut(struct field *f, size_t from, size_t to)
{
	memmove(f->text + from, f->text + to, strlen(f->text + to) + 1);
	f->at = from;
}

static bool
insert(struct field *f, uint32_t ch)
{
	char bytes[4];
	size_t n = text_encode(ch, bytes), len = strlen(f->text);

	/* A key that types nothing printable is not ours. */
	if (n == 0 || text_flags(bytes, n) != 0)
		return false;
	if (len + n >= sizeof(f->text))
		return true;
	memmove(f->text + f->at + n, f->text + f->at, len - f->at + 1);
	memcpy(f->text + f->at, bytes, n);
	f->at += n;
	return true;
}

bool
field_input(struct field *f, const struct input *in)
{
	if (in->kind == INPUT_CHAR)
		return insert(f, in->ch);
	/* What was pasted from several lines is one line here. */
	if (in->kind == INPUT_BREAK)
		return f->at == 0 || f->text[f->at - 1] == ' ' ||
		    insert(f, ' ');
	if (in->kind != INPUT_KEY)
		return false;
	switch (in->key) {
	case UK_LEFT:
		f->at = before(f);
		return true;
	case UK_RIGHT:
		f->at = after(f);
		return true;
	case UK_HOME:
		f->at = 0;
		return true;
	case UK_END:
		f->at = strlen(f->text);
		return true;
	case UK_BACKSPACE:
		cut(f, before(f), f->at);
		return true;
	case UK_DELETE:
		cut(f, f->at, after(f));
		return true;
	case UK_KILL_LINE:
		cut(f, 0, strlen(f->text));
		return true;
	default:
		return false;
	}
}

void
field_draw(const struct field *f, const struct rect *r, int row, int col,
    int width, bool focused)
{
	char head[FIELD_MAX];
	const char *start = f->text;
	int columns;

	if (width <= 0 || width > r->w - col)
		width = r->w - col;
	if (width <= 1)
		return;
	/* Scroll so that the cursor stays inside, a character at a time. */
	for (;;) {
		size_t n = f->at - (size_t)(start - f->text);

		memcpy(head, start, n);
		head[n] = '\0';
		columns = draw_width(head);
		if (columns < width)
			break;
		start++;
		while (((unsigned char)*start & 0xc0) == 0x80)
			start++;
	}
	draw_fill(r, row, col, width, STYLE_FIELD);
	draw_text(r, row, col, width, STYLE_FIELD, start);
	if (focused)
		draw_cursor(r, row, col + columns);
}
