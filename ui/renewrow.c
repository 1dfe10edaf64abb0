#include "config.h"

#include "ui/renewrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/recwords.h"
#include "ui/rowcols.h"
#include "ui/span.h"

enum column { COL_NUMBER, COL_HOLDER, COL_SERIAL, COL_ORDER, COL_BEGUN,
	COL_STATE, COL_NEXT, COL_COUNT };

static const struct rowcol columns[COL_COUNT] = {
	[COL_NUMBER] = { N_("renewal"), 12, 0, 0 },
	[COL_HOLDER] = { N_("holder"), 0, 0, 0 },
	[COL_SERIAL] = { N_("serial"), 12, 50, 0 },
	[COL_ORDER] = { N_("order"), 14, 70, 0 },
	[COL_BEGUN] = { N_("begun"), 12, 100, 0 },
	[COL_STATE] = { N_("state"), 0, 0, 1 },
	[COL_NEXT] = { N_("next"), 18, 60, 1 },
};

enum renewal_state
renewrow_state(const char *id)
{
	int i = 0;

	while (i < RENEWAL_STATES &&
	    strcmp(renewal_state_id((enum renewal_state)i), id) != 0)
		i++;
	return (enum renewal_state)i;
}

enum style
renewrow_style(enum renewal_state state)
{
	switch (state) {
	case RENEWAL_DONE:
		return STYLE_GOOD;
	case RENEWAL_STOPPED:
		return STYLE_DIM;
	default:
		return STYLE_WARN;
	}
}

int
renewrows_add(const struct renewal_row *from, void *arg)
{
	struct renewrows *rows = arg;
	struct renewrow *r;

	rows->v = mem_grow(rows->v, rows->n + 1, sizeof *rows->v);
	r = &rows->v[rows->n++];
	*r = (struct renewrow){ .id = from->id, .due = from->sum.due,
	    .opened = from->opened_at,
	    .state = renewrow_state(from->sum.state) };
	snprintf(r->number, sizeof r->number, "%s", from->number);
	r->holder = mem_strdup(from->cert.holder != NULL ?
	    from->cert.holder : "");
	r->order = mem_strdup(from->order != NULL ? from->order : "");
	recwords_serial_end(&from->cert, r->serial, sizeof r->serial);
	return 0;
}

void
renewrows_clear(struct renewrows *rows)
{
	while (rows->n > 0) {
		struct renewrow *r = &rows->v[--rows->n];

		free(r->holder);
		free(r->order);
	}
	free(rows->v);
	rows->v = NULL;
}

static const char *
cell(const void *row, size_t col, int64_t now, char *buf, size_t size)
{
	const struct renewrow *r = row;
	char when[32];

	switch ((enum column)col) {
	case COL_NUMBER:
		return r->number;
	case COL_HOLDER:
		return r->holder;
	case COL_SERIAL:
		return r->serial;
	case COL_ORDER:
		return r->order;
	case COL_BEGUN:
		return recwords_day(r->opened, buf, size);
	case COL_STATE:
		return r->state < RENEWAL_STATES ?
		    renewal_state_name(r->state) : "";
	case COL_NEXT:
		if (r->due == 0)
			return "";
		snprintf(buf, size, _("next %s"), r->due <= now ? _("now") :
		    span_moment(r->due, now, when, sizeof when));
		return buf;
	case COL_COUNT:
		break;
	}
	return "";
}

static enum style
cell_style(const void *row, size_t col, int64_t now, bool second)
{
	const struct renewrow *r = row;

	(void)now;
	(void)second;
	switch ((enum column)col) {
	case COL_HOLDER:
		return STYLE_STRONG;
	case COL_STATE:
		return renewrow_style(r->state);
	case COL_BEGUN:
	case COL_NEXT:
		return STYLE_DIM;
	default:
		return STYLE_TEXT;
	}
}

static const struct rowcols rows = { columns, COL_COUNT, cell, cell_style };

bool
renewrow_header(const struct rect *r)
{
	return rowcols_header(&rows, r);
}

void
renewrow_draw(const struct renewrow *r, int64_t now, const struct rect *at,
    enum style style, bool selected)
{
	rowcols_draw(&rows, r, now, at, style, selected);
}
