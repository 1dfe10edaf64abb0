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

/* Where the line of a folded text that begins here ends, and the next begins. */
static size_t
line_end(const struct textbox *b, size_t from, size_t *next)
{
	size_t i = from, space = 0;
	int cols = 0;

	for (;;) {
		uint32_t cp;
		size_t n;

		if (b->text[i] == '\0' || b->text[i] == '\n') {
			*next = i + (b->text[i] == '\n');
			return i;
		}
		n = text_decode(b->text + i, strlen(b->text + i), &cp);
		if (n == 0)
			n = 1;
		cols += text_width(cp);
		if (cols > b->width) {
			*next = space > 0 ? space : i;
			return *next;
		}
		i += n;
		if (cp == ' ')
			space = i;
	}
}

/* The line that the cursor stands in, where it begins, and how many there are. */
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

static void
move_line(struct textbox *b, int by)
{
	size_t from, next, start = 0;
	int line, col = 0;

	if (b->width <= 0)
		return;
	line = line_of(b, b->at, &from) + by;
	for (size_t i = from; i < b->at; i = after(b, i))
		col++;
	if (line < 0) {
		b->at = 0;
		return;
	}
	for (int i = 0; i < line; i++) {
		size_t end = line_end(b, start, &next);

		if (b->text[end] == '\0') {
			b->at = strlen(b->text);
			return;
		}
		start = next;
	}
	b->at = start;
	for (size_t end = line_end(b, start, &next); col > 0 && b->at < end;
	    col--)
		b->at = after(b, b->at);
}

/* --- keys -------------------------------------------------------------------- */

bool
textbox_input(struct textbox *b, const struct input *in)
{
	char bytes[4];
	size_t n;

	if (in->kind == INPUT_BREAK)
		return insert(b, "\n", 1);
	if (in->kind == INPUT_CHAR) {
		n = text_encode(in->ch, bytes);
		/* A key that types nothing printable is not ours. */
		return n > 0 && text_flags(bytes, n) == 0 &&
		    insert(b, bytes, n);
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
