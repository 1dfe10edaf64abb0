#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/hitrow.h"
#include "ui/list.h"
#include "ui/recwords.h"

#define ONE_LINE_COLS	140	/* from this width on a row is one line */
#define MARK_COLS	2

enum column { COL_HOLDER, COL_ID, COL_USE, COL_UNTIL, COL_ISSUER, COL_SERIAL,
	COL_STATE, COL_WHERE, COL_CARD, COL_COUNT };

/*
 * In their order, on which of two lines, and from which width on; one of each
 * line has no width of its own and takes what is left.
 */
static const struct {
	const char	*title;
	int		 width, from, line;
} columns[COL_COUNT] = {
	[COL_HOLDER] = { N_("holder"), 0, 0, 0 },
	[COL_ID] = { N_("identifier"), 19, 56, 0 },
	[COL_USE] = { N_("use"), 21, 72, 0 },
	[COL_UNTIL] = { N_("until"), 14, 0, 0 },
	[COL_ISSUER] = { N_("issuer"), 0, 40, 1 },
	[COL_SERIAL] = { N_("serial"), 12, 50, 1 },
	[COL_STATE] = { N_("state"), REC_STATE_COLS, 0, 1 },
	[COL_WHERE] = { N_("seen at"), 12, 66, 1 },
	[COL_CARD] = { N_("card"), 20, ONE_LINE_COLS + 20, 1 },
};

int
hitrow_lines(int cols)
{
	return cols < ONE_LINE_COLS ? 2 : 1;
}

/* Widths of a line's columns; 0 for one that has no room. */
static void
share(int w, int line, int widths[COL_COUNT])
{
	int left = w - MARK_COLS, wide = 0;

	memset(widths, 0, COL_COUNT * sizeof *widths);
	for (int i = 0; i < COL_COUNT; i++) {
		if ((line >= 0 && columns[i].line != line) ||
		    columns[i].from > w)
			continue;
		widths[i] = columns[i].width;
		left -= widths[i];
		wide += widths[i] == 0;
	}
	for (int i = 0; i < COL_COUNT; i++)
		if ((line < 0 || columns[i].line == line) &&
		    columns[i].width == 0 && columns[i].from <= w)
			widths[i] = left / wide;
}

bool
hitrow_shows_card(int cols)
{
	return columns[COL_CARD].from <= cols;
}

bool
hitrow_header(const struct rect *r)
{
	int widths[COL_COUNT], col = MARK_COLS;

	if (hitrow_lines(r->w) != 1)
		return false;
	share(r->w, -1, widths);
	for (int i = 0; i < COL_COUNT; i++) {
		draw_text(r, 0, col, widths[i] - 1, STYLE_DIM,
		    _(columns[i].title));
		col += widths[i];
	}
	return true;
}

static const char *
cell(const struct record *r, enum column col, int64_t now, char *buf,
    size_t size)
{
	char day[32];

	switch (col) {
	case COL_HOLDER:
		return r->holder != NULL ? r->holder : "";
	case COL_ID:
		return recwords_id(r, buf, size);
	case COL_USE:
		return recwords_use(r);
	case COL_UNTIL:
		snprintf(buf, size, _("to %s"),
		    recwords_day(r->not_after, day, sizeof day));
		return buf;
	case COL_ISSUER:
		return r->issuer.shown != NULL ? r->issuer.shown : "";
	case COL_SERIAL:
		return recwords_serial_end(r, buf, size);
	case COL_STATE:
		return recwords_state(r, now, buf, size);
	case COL_WHERE:
		return recwords_where(r);
	case COL_CARD:
		return r->card_model != NULL ? r->card_model : "";
	case COL_COUNT:
		break;
	}
	return "";
}

enum style
hitrow_style(const struct record *r, int64_t now)
{
	switch (rec_state(r, now)) {
	case REC_VALID:
		return r->status == STATUS_GOOD ? STYLE_GOOD : STYLE_TEXT;
	case REC_NOT_YET:
	case REC_SUSPENDED:
		return STYLE_WARN;
	case REC_NO_DATES:
		return STYLE_DIM;
	default:
		return STYLE_BAD;
	}
}

/* The columns of one line; line -1: all of them on the only one. */
static void
draw_line(const struct record *r, int64_t now, const struct rect *at, int line,
    enum style style, bool selected)
{
	int widths[COL_COUNT], col = MARK_COLS, row = line < 0 ? 0 : line;
	char buf[512];

	share(at->w, line, widths);
	for (int i = 0; i < COL_COUNT; i++) {
		enum style s = style;

		if (widths[i] == 0)
			continue;
		if (selected && col + widths[i] > LIST_BAR)
			s = STYLE_TEXT;
		if (s == STYLE_TEXT)
			s = i == COL_STATE ? hitrow_style(r, now) :
			    i == COL_HOLDER ? STYLE_STRONG :
			    line == 1 ? STYLE_DIM : STYLE_TEXT;
		draw_text(at, row, col, widths[i] - (col + widths[i] < at->w),
		    s, cell(r, (enum column)i, now, buf, sizeof buf));
		col += widths[i];
	}
}

void
hitrow_draw(const struct record *r, int64_t now, const struct rect *at,
    enum style style, bool selected)
{
	if (selected)
		draw_text(at, 0, 0, 1, style, draw_glyph(GLYPH_SELECTED));
	if (at->h == 1) {
		draw_line(r, now, at, -1, style, selected);
		return;
	}
	draw_line(r, now, at, 0, style, selected);
	draw_line(r, now, at, 1, style, selected);
}
