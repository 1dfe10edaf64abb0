#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/before.h"
#include "ui/recwords.h"

/* Where the certificates panel has them too, so that nothing jumps. */
#define MARK_COLS	2
#define USE_COLS	21
#define UNTIL_COLS	14
#define STATE_COLS	17
#define HOLDER_MIN	14

static void
draw_row(const struct record *r, int64_t now, const struct rect *at, int row)
{
	int holder = at->w - MARK_COLS - USE_COLS - UNTIL_COLS - STATE_COLS;
	int col = MARK_COLS;
	char day[32], buf[128];

	if (holder < HOLDER_MIN) {
		draw_textf(at, row, col, 0, STYLE_DIM, "%s  %s",
		    recwords_day(r->not_after, day, sizeof day), r->holder);
		return;
	}
	draw_text(at, row, col, USE_COLS - 1, STYLE_DIM, recwords_use(r));
	col += USE_COLS;
	draw_text(at, row, col, holder - 1, STYLE_DIM, r->holder);
	col += holder;
	draw_textf(at, row, col, UNTIL_COLS - 1, STYLE_DIM, _("to %s"),
	    recwords_day(r->not_after, day, sizeof day));
	col += UNTIL_COLS;
	draw_text(at, row, col, STATE_COLS, STYLE_DIM,
	    recwords_state_brief(r, now, buf, sizeof buf));
}

void
before_draw(const struct remembered *b, int64_t now, const struct rect *r)
{
	char day[32], text[256];
	int row = 0;

	/* The days here are read like news otherwise. */
	snprintf(text, sizeof text, _("as of %s; the card is being read..."),
	    recwords_day(b->as_of, day, sizeof day));
	row += draw_paragraph(r, row, 0, r->h, STYLE_TEXT, text);
	for (size_t i = 0; i < b->ncerts && row < r->h; i++, row++)
		draw_row(&b->certs[i], now, r, row);
}
