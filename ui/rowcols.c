#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/list.h"
#include "ui/rowcols.h"

#define MARK_COLS	2

int
rowcols_lines(int cols)
{
	return cols < ROWCOLS_ONE_LINE ? 2 : 1;
}

/* Widths of a line's columns; line -1: all on one; 0 for one without room. */
static void
share(const struct rowcols *k, int w, int line, int widths[ROWCOLS_MAX])
{
	int left = w - MARK_COLS, wide = 0;

	memset(widths, 0, ROWCOLS_MAX * sizeof *widths);
	for (size_t i = 0; i < k->n; i++) {
		if ((line >= 0 && k->v[i].line != line) || k->v[i].from > w)
			continue;
		widths[i] = k->v[i].width;
		left -= widths[i];
		wide += widths[i] == 0;
	}
	for (size_t i = 0; i < k->n; i++)
		if ((line < 0 || k->v[i].line == line) &&
		    k->v[i].width == 0 && k->v[i].from <= w)
			widths[i] = left / wide;
}

bool
rowcols_header(const struct rowcols *k, const struct rect *r)
{
	int widths[ROWCOLS_MAX], col = MARK_COLS;

	if (rowcols_lines(r->w) != 1)
		return false;
	share(k, r->w, -1, widths);
	for (size_t i = 0; i < k->n; i++) {
		draw_text(r, 0, col, widths[i] - 1, STYLE_DIM,
		    _(k->v[i].title));
		col += widths[i];
	}
	return true;
}

/* The columns of one line; line -1: all of them on the only one. */
static void
draw_line(const struct rowcols *k, const void *row, int64_t now,
    const struct rect *at, int line, enum style style, bool selected)
{
	int widths[ROWCOLS_MAX], col = MARK_COLS, y = line < 0 ? 0 : line;
	char buf[ROWCOLS_CELL];

	share(k, at->w, line, widths);
	for (size_t i = 0; i < k->n; i++) {
		enum style s = style;

		if (widths[i] == 0)
			continue;
		if (selected && col + widths[i] > LIST_BAR)
			s = STYLE_TEXT;
		if (s == STYLE_TEXT)
			s = k->style(row, i, now, line == 1);
		draw_text(at, y, col, widths[i] - (col + widths[i] < at->w),
		    s, k->cell(row, i, now, buf, sizeof buf));
		col += widths[i];
	}
}

void
rowcols_draw(const struct rowcols *k, const void *row, int64_t now,
    const struct rect *at, enum style style, bool selected)
{
	if (selected)
		draw_text(at, 0, 0, 1, style, draw_glyph(GLYPH_SELECTED));
	if (at->h == 1) {
		draw_line(k, row, now, at, -1, style, selected);
		return;
	}
	draw_line(k, row, now, at, 0, style, selected);
	draw_line(k, row, now, at, 1, style, selected);
}
