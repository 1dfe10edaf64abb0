#include "config.h"

#include "ui/textbox.h"

#include <string.h>

#include "base/text.h"

static size_t
before(const struct textbox *b, size_t i)
{
	while (i > 0 && ((unsigned char)b->text[--i] & 0xc0) == 0x80)
		;
	return i;
}

static size_t
after(const struct textbox *b, size_t i)
{
	if (b->text[i] != '\0')
		i++;
	while (((unsigned char)b->text[i] & 0xc0) == 0x80)
		i++;
	return i;
}

static void
cut(struct textbox *b, size_t from, size_t to)
{
	memmove(b->text + from, b->text + to, strlen(b->text + to) + 1);
	b->at = from;
}

static bool
insert(struct textbox *b, const char *bytes, size_t n)
{
	size_t len = strlen(b->text);

	if (len + n >= sizeof b->text)
		return true;
	memmove(b->text + b->at + n, b->text + b->at, len - b->at + 1);
	memcpy(b->text + b->at, bytes, n);
	b->at += n;
	return true;
}

void
textbox_break(struct textbox *b)
{
	insert(b, "\n", 1);
}

/* --- folding ---------------------------------------------------------------- */

/* The character here, and its columns; its length in bytes, 0 at the end. */
static size_t
character(const struct textbox *b, size_t i, uint32_t *cp, int *cols)
{
	size_t n = text_decode(b->text + i, strnlen(b->text + i, 4), cp);

	*cols = n > 0 ? text_width(*cp) : 1;
	if (n == 0)
		*cp = 0;
	return n > 0 || b->text[i] == '\0' ? n : 1;
}

/*
 * Where the line of a folded text that begins here ends, and the next begins.
 * Each line takes a character at least, however narrow the box.
 */
static size_t
line_end(const struct textbox *b, size_t from, size_t *next)
{
	size_t i = from, space = 0, n;
	int cols = 0, wide;
	uint32_t cp;

	for (; b->text[i] != '\0' && b->text[i] != '\n'; i += n) {
		n = character(b, i, &cp, &wide);
		cols += wide;
		if (cols > b->width && i > from)
			return *next = space > 0 ? space : i;
		if (cp == ' ')
			space = i + n;
	}
	*next = i + (b->text[i] == '\n');
	return i;
}

/* The line that this place is in, and where it begins. */
static int
line_of(const struct textbox *b, size_t at, size_t *from)
{
	size_t start = 0, next;
	int line = 0;

	for (;;) {
		size_t end = line_end(b, start, &next);

		if (at < next || b->text[end] == '\0') {
			*from = start;
			return line;
		}
		start = next;
		line++;
	}
}

/* Up to so many columns on in a line, but not onto the next one. */
static size_t
at_column(const struct textbox *b, size_t from, int col)
{
	size_t i = from, next, n, end = line_end(b, from, &next);
	uint32_t cp;
	int wide;

	/* A folded line's end is already where the next one begins. */
	if (end == next && b->text[end] != '\0')
		end = before(b, end);
	for (; i < end; i += n) {
		n = character(b, i, &cp, &wide);
		if (wide > col)
			break;
		col -= wide;
	}
	return i;
}

static void
move_line(struct textbox *b, int by)
{
	size_t from, next, start = 0, n;
	int line, wide, col = 0;
	uint32_t cp;

	if (b->width <= 0)
		return;
	line = line_of(b, b->at, &from) + by;
	for (size_t i = from; i < b->at; i += n) {
		n = character(b, i, &cp, &wide);
		col += wide;
	}
	if (line < 0) {
		b->at = 0;
		return;
	}
	for (int i = 0; i < line; i++) {
		size_t end = line_end(b, start, &next);

		if (b->text[end] == '\0') {
			b->at = end;
			return;
		}
		start = next;
	}
	b->at = at_column(b, start, col);
}

/* --- keys -------------------------------------------------------------------- */

bool
textbox_input(struct textbox *b, const struct input *in)
{
	char bytes[4];
	size_t n;

	if (in->kind == INPUT_BREAK)
		return insert(b, in->ch == '\t' ? " " : "\n", 1);
	if (in->kind == INPUT_CHAR) {
		n = text_encode(in->ch, bytes);
		/* A key that types nothing printable is not ours. */
		return n > 0 && in->ch >= 0x20 &&
		    text_flags(bytes, n) == 0 && insert(b, bytes, n);
	}
	if (in->kind != INPUT_KEY)
		return false;
	switch (in->key) {
	case UK_LEFT:
		b->at = before(b, b->at);
		return true;
	case UK_RIGHT:
		b->at = after(b, b->at);
		return true;
	case UK_UP:
	case UK_DOWN:
		move_line(b, in->key == UK_UP ? -1 : 1);
		return true;
	case UK_HOME:
		while (b->at > 0 && b->text[b->at - 1] != '\n')
			b->at--;
		return true;
	case UK_END:
		b->at += strcspn(b->text + b->at, "\n");
		return true;
	case UK_BACKSPACE:
		cut(b, before(b, b->at), b->at);
		return true;
	case UK_DELETE:
		cut(b, b->at, after(b, b->at));
		return true;
	default:
		return false;
	}
}

/* --- drawing ------------------------------------------------------------------ */

void
textbox_draw(struct textbox *b, const struct rect *r, bool focused)
{
	size_t start = 0, from, next;
	int at;

	b->width = r->w - 1;
	if (b->width < 2 || r->h < 1)
		return;
	at = line_of(b, b->at, &from);
	if (at < b->top)
		b->top = at;
	if (at >= b->top + r->h)
		b->top = at - r->h + 1;
	for (int line = 0; ; line++) {
		size_t end = line_end(b, start, &next);
		char text[1024];
		size_t n = end - start < sizeof text ? end - start :
		    sizeof text - 1;

		if (line >= b->top && line < b->top + r->h) {
			draw_fill(r, line - b->top, 0, 0, STYLE_FIELD);
			memcpy(text, b->text + start, n);
			text[n] = '\0';
			draw_text(r, line - b->top, 0, 0, STYLE_FIELD, text);
		}
		if (b->text[end] == '\0')
			break;
		start = next;
	}
	if (focused) {
		char head[1024];
		size_t n = b->at - from < sizeof head ? b->at - from :
		    sizeof head - 1;

		memcpy(head, b->text + from, n);
		head[n] = '\0';
		draw_cursor(r, at - b->top, draw_width(head));
	}
}
