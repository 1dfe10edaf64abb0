#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/hitrow.h"
#include "ui/recwords.h"
#include "ui/rowcols.h"

enum column { COL_HOLDER, COL_ID, COL_USE, COL_UNTIL, COL_ISSUER, COL_SERIAL,
	COL_STATE, COL_WHERE, COL_CARD, COL_COUNT };

static const struct rowcol columns[COL_COUNT] = {
	[COL_HOLDER] = { N_("holder"), 0, 0, 0 },
	[COL_ID] = { N_("identifier"), 19, 56, 0 },
	[COL_USE] = { N_("use"), 21, 72, 0 },
	[COL_UNTIL] = { N_("until"), 14, 0, 0 },
	[COL_ISSUER] = { N_("issuer"), 0, 40, 1 },
	[COL_SERIAL] = { N_("serial"), 12, 50, 1 },
	[COL_STATE] = { N_("state"), REC_STATE_COLS, 0, 1 },
	[COL_WHERE] = { N_("seen at"), 12, 66, 1 },
	[COL_CARD] = { N_("card"), 20, ROWCOLS_ONE_LINE + 20, 1 },
};

bool
hitrow_shows_card(int cols)
{
	return columns[COL_CARD].from <= cols;
}

static const char *
cell(const void *row, size_t col, int64_t now, char *buf, size_t size)
{
	const struct record *r = row;
	char day[32];

	switch ((enum column)col) {
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

static enum style
cell_style(const void *row, size_t col, int64_t now, bool second)
{
	if (col == COL_STATE)
		return hitrow_style(row, now);
	return col == COL_HOLDER ? STYLE_STRONG : second ? STYLE_DIM :
	    STYLE_TEXT;
}

static const struct rowcols rows = { columns, COL_COUNT, cell, cell_style };

bool
hitrow_header(const struct rect *r)
{
	return rowcols_header(&rows, r);
}

void
hitrow_draw(const struct record *r, int64_t now, const struct rect *at,
    enum style style, bool selected)
{
	rowcols_draw(&rows, r, now, at, style, selected);
}
