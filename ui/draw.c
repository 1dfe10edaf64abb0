#include "config.h"

#include "ui/draw.h"
#include "ui/term.h"

#include <langinfo.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <curses.h>

/* Cells of the longest line that is ever drawn. */
#define LINE_MAX_CELLS	512

/* A text as this terminal will show it. */
struct line {
	wchar_t	cells[LINE_MAX_CELLS + 1];
	int	n;
	int	width;
};

static const struct { const char *full, *plain; } glyphs[GLYPH_COUNT] = {
	[GLYPH_YES] =		{ "✓", "[x]" },
	[GLYPH_NO] =		{ "✗", "[ ]" },
	[GLYPH_MAYBE] =		{ "~", "[~]" },
	[GLYPH_UNKNOWN] =	{ "?", "[?]" },
	[GLYPH_CARD] =		{ "●", "*" },
	[GLYPH_NO_CARD] =	{ "○", "o" },
	[GLYPH_SELECTED] =	{ "▸", ">" },
	[GLYPH_FULL] =		{ "█", "#" },
	[GLYPH_EMPTY] =		{ "░", "." },
	[GLYPH_LINE] =		{ "─", "-" },
	[GLYPH_LINE_START] =	{ "├", "|" },
	[GLYPH_LINE_MARK] =	{ "┼", "+" },
	[GLYPH_LINE_END] =	{ "┤", "|" },
	[GLYPH_TODAY] =		{ "●", "*" },
	[GLYPH_WINDOW] =	{ "■", "=" },
	[GLYPH_DOT] =		{ "●", "*" },
	[GLYPH_DOT_HALF] =	{ "◐", "%" },
	[GLYPH_DOT_HOLLOW] =	{ "○", "o" },
	[GLYPH_UP] =		{ "↑", "^" },
	[GLYPH_DOWN] =		{ "↓", "v" },
	[GLYPH_BULLET] =	{ "·", "-" },
};

/*
 * What is drawn goes to newscr, the screen as it shall be, which is held against
 * curscr, as it is, when the frame ends.  By stdscr it would be copied once more,
 * and a large screen's third copy is a third of a megabyte.
 */

/* Static as the screen is: where the cursor rests after the frame. */
static int cursor_y, cursor_x;

struct rect
rect_inside(struct rect r)
{
	struct rect in = { r.y + 1, r.x + 1, r.h - 2, r.w - 2 };

	if (in.h < 0)
		in.h = 0;
	if (in.w < 0)
		in.w = 0;
	return in;
}

bool
rect_has(const struct rect *r, int y, int x)
{
	return y >= r->y && y < r->y + r->h && x >= r->x && x < r->x + r->w;
}

void
draw_begin(void)
{
	cursor_y = cursor_x = 0;
	werase(newscr);
}

void
draw_end(void)
{
	wmove(newscr, cursor_y, cursor_x);
	term_update();
}

struct rect
draw_screen(void)
{
	return (struct rect){ 0, 0, LINES, COLS };
}

bool
draw_can(uint32_t cp)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state;
	const char *charset;

	if (cp < 0x7f)
		return cp >= 0x20;
	charset = nl_langinfo(CODESET);
	/* glibc's "C" passes some bytes through; the terminal may not. */
	if (strcmp(charset, "ANSI_X3.4-1968") == 0)
		return false;
	memset(&state, 0, sizeof(state));
	if (wcrtomb(bytes, (wchar_t)cp, &state) == (size_t)-1)
		return false;
	return wcwidth((wchar_t)cp) >= 0 && term_has(cp);
}

/*
 * Those that stand side by side have one look: a lone "~" among "[x]" would
 * puzzle, or a "[x]" for yes beside a cross for no.  The one that the most
 * terminals lack decides for all.
 */
static uint32_t
decides(enum glyph g)
{
	switch (g) {
	case GLYPH_YES:
	case GLYPH_NO:
	case GLYPH_MAYBE:
	case GLYPH_UNKNOWN:
		return 0x2713;
	case GLYPH_CARD:
	case GLYPH_NO_CARD:
	case GLYPH_DOT:
	case GLYPH_DOT_HALF:
	case GLYPH_DOT_HOLLOW:
		return 0x25d0;
	default:
		return ' ';
	}
}

const char *
draw_glyph(enum glyph g)
{
	uint32_t cp;

	if (text_decode(glyphs[g].full, strlen(glyphs[g].full), &cp) == 0 ||
	    !draw_can(cp) || !draw_can(decides(g)))
		return glyphs[g].plain;
	return glyphs[g].full;
}

static void
line_add(struct line *l, uint32_t cp)
{
	int width = cp >= 0x20 && cp < 0x7f ? 1 : wcwidth((wchar_t)cp);

	if (l->n >= LINE_MAX_CELLS || width < 0)
		return;
	l->cells[l->n++] = (wchar_t)cp;
	l->width += width;
}

/* Take away from the end until it is at most width columns, less dots. */
static void
line_cut(struct line *l, int width)
{
	static const wchar_t full[] = L"…", plain[] = L"..";
	const wchar_t *dots = draw_can(L'…') ? full : plain;
	int dots_width = (int)wcslen(dots);

	if (l->width <= width)
		return;
	while (l->n > 0 && l->width > width - dots_width)
		l->width -= wcwidth(l->cells[--l->n]);
	for (; *dots != L'\0' && l->width < width; dots++)
		line_add(l, (uint32_t)*dots);
}

/* What the charset lacks becomes plain; a base loses marks it cannot wear. */
static void
line_from(struct line *l, const struct safe_text *t)
{
	size_t used;
	uint32_t cp;

	l->n = 0;
	l->width = 0;
	for (size_t i = 0; i < t->len; i += used) {
		used = text_decode(t->s + i, t->len - i, &cp);
		if (used == 0)
			break;
		if (draw_can(cp)) {
			line_add(l, cp);
			continue;
		}
		for (const char *p = text_ascii(cp); *p != '\0'; p++)
			line_add(l, (unsigned char)*p);
	}
	l->cells[l->n] = L'\0';
}

int
draw_safe(const struct rect *r, int row, int col, int width, enum style style,
    const struct safe_text *t)
{
	struct line l;

	if (width <= 0 || width > r->w - col)
		width = r->w - col;
	if (row < 0 || row >= r->h || col < 0 || width <= 0)
		return 0;
	line_from(&l, t);
	line_cut(&l, width);
	theme_apply(style);
	mvwaddnwstr(newscr, r->y + row, r->x + col, l.cells, l.n);
	theme_apply(STYLE_TEXT);
	return l.width;
}

int
draw_text(const struct rect *r, int row, int col, int width, enum style style,
    const char *s)
{
	struct safe_text t;

	text_safe_str(&t, s, 0);
	return draw_safe(r, row, col, width, style, &t);
}

int
draw_textf(const struct rect *r, int row, int col, int width, enum style style,
    const char *fmt, ...)
{
	char s[SAFE_TEXT_MAX + 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s, sizeof(s), fmt, ap);
	va_end(ap);
	return draw_text(r, row, col, width, style, s);
}

int
draw_width(const char *s)
{
	struct safe_text t;
	struct line l;

	text_safe_str(&t, s, 0);
	line_from(&l, &t);
	return l.width;
}

int
draw_text_right(const struct rect *r, int row, int margin, enum style style,
    const char *s)
{
	int width = draw_width(s), col = r->w - margin - width;

	return draw_text(r, row, col < 0 ? 0 : col, 0, style, s);
}

void
draw_fill(const struct rect *r, int row, int col, int width, enum style style)
{
	if (width <= 0 || width > r->w - col)
		width = r->w - col;
	if (row < 0 || row >= r->h || col < 0 || width <= 0)
		return;
	theme_apply(style);
	mvwhline(newscr, r->y + row, r->x + col, ' ', width);
	theme_apply(STYLE_TEXT);
}

void
draw_rule(const struct rect *r, int row, int col, struct extent of,
    enum style style, const char *s)
{
	wchar_t what[2] = { L' ', L'\0' };
	uint32_t cp;
	cchar_t cell;

	of.w = of.w < r->w - col ? of.w : r->w - col;
	of.h = of.h < r->h - row ? of.h : r->h - row;
	if (row < 0 || col < 0 || of.w <= 0 || of.h <= 0)
		return;
	if (text_decode(s, strlen(s), &cp) > 0)
		what[0] = (wchar_t)cp;
	setcchar(&cell, what, A_NORMAL, 0, NULL);
	theme_apply(style);
	if (of.w == 1)
		mvwvline_set(newscr, r->y + row, r->x + col, &cell, of.h);
	else
		for (int i = 0; i < of.h; i++)
			mvwhline_set(newscr, r->y + row + i, r->x + col, &cell,
			    of.w);
	theme_apply(STYLE_TEXT);
}

void
draw_cursor(const struct rect *r, int row, int col)
{
	if (r->h <= 0 || r->w <= 0)
		return;
	cursor_y = r->y + (row < 0 ? 0 : row >= r->h ? r->h - 1 : row);
	cursor_x = r->x + (col < 0 ? 0 : col >= r->w ? r->w - 1 : col);
}
