#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/timeline.h"

#define LABEL_COLS	10	/* "2027-03-14" */

/* The line reaches to today, even where that lies outside the validity. */
static int64_t
first(const struct timeline *t)
{
	return t->today < t->from ? t->today : t->from;
}

static int64_t
last(const struct timeline *t)
{
	return t->today > t->to ? t->today : t->to;
}

int
timeline_column(const struct timeline *t, int width, int64_t day)
{
	int64_t span = last(t) - first(t);
	double at;

	if (span <= 0 || width < 2)
		return 0;
	at = (double)(day - first(t)) / (double)span * (width - 1) + 0.5;
	if (at < 0)
		return 0;
	return at > width - 1 ? width - 1 : (int)at;
}

static void
day_text(int64_t day, char *buf, size_t size)
{
	struct date d = date_from_days(day);

	snprintf(buf, size, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static void
draw_labels(const struct rect *r, int row, int width, const struct timeline *t)
{
	int a = timeline_column(t, width, t->from);
	int b = timeline_column(t, width, t->to);
	int free_from, right = b - LABEL_COLS + 1;
	struct date end = date_from_days(t->to);
	char text[32];

	if (right < a + LABEL_COLS + 1)
		right = a + LABEL_COLS + 1;
	day_text(t->from, text, sizeof(text));
	draw_text(r, row, a, width - a, STYLE_DIM, text);
	day_text(t->to, text, sizeof(text));
	draw_text(r, row, right, width - right, STYLE_STRONG, text);
	free_from = a + LABEL_COLS + 1;
	for (int y = date_from_days(t->from).year + 1; y <= end.year; y++) {
		int at = timeline_column(t, width,
		    date_to_days((struct date){ y, 1, 1 }));

		if (at - 1 < free_from || at + 4 > right)
			continue;
		draw_textf(r, row, at - 1, 4, STYLE_DIM, "%d", y);
		free_from = at + 4;
	}
}

static void
draw_line(const struct rect *r, int row, int width, const struct timeline *t)
{
	int a = timeline_column(t, width, t->from);
	int b = timeline_column(t, width, t->to);
	int window = timeline_column(t, width, t->renew_from);
	int years = date_from_days(t->to).year;

	for (int i = a + 1; i < b; i++)
		draw_text(r, row, i, 1, STYLE_TEXT, draw_glyph(GLYPH_LINE));
	for (int y = date_from_days(t->from).year + 1; y <= years; y++) {
		int at = timeline_column(t, width,
		    date_to_days((struct date){ y, 1, 1 }));

		if (at > a && at < b)
			draw_text(r, row, at, 1, STYLE_TEXT,
			    draw_glyph(GLYPH_LINE_MARK));
	}
	for (int i = window; i < b && t->renew_from < t->to; i++)
		draw_text(r, row, i, 1, STYLE_WARN, draw_glyph(GLYPH_WINDOW));
	draw_text(r, row, a, 1, STYLE_TEXT, draw_glyph(GLYPH_LINE_START));
	draw_text(r, row, b, 1, STYLE_TEXT, draw_glyph(GLYPH_LINE_END));
}

void
timeline_draw(const struct rect *r, int row, int width,
    const struct timeline *t)
{
	int at = timeline_column(t, width, t->today), label;
	const char *today = _("today");

	/* Hundreds of years would be drawn as nothing but year marks. */
	if (width < 2 * LABEL_COLS + 2 || last(t) - first(t) > 366L * 200)
		return;
	draw_labels(r, row, width, t);
	draw_line(r, row + 1, width, t);
	draw_text(r, row + 1, at, 1, STYLE_STRONG, draw_glyph(GLYPH_TODAY));
	label = at - draw_width(today) / 2;
	if (label + draw_width(today) > width)
		label = width - draw_width(today);
	draw_text(r, row + 2, label < 0 ? 0 : label, 0, STYLE_STRONG, today);
}
