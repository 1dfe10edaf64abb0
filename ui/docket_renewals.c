/* Renewals of certificates as a docket. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "registry/renewals.h"
#include "renewal/renewal.h"
#include "ui/desk.h"
#include "ui/docket.h"
#include "ui/recwords.h"
#include "ui/renewpage.h"
#include "ui/span.h"
#include "ui/views.h"

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

/* --- reading ------------------------------------------------------------- */

static int
state_from_id(const char *id)
{
	int i = 0;

	while (i < RENEWAL_STATES &&
	    strcmp(renewal_state_id((enum renewal_state)i), id) != 0)
		i++;
	return i;
}

static int
add(const struct renewal_row *from, void *docket)
{
	struct docket *d = docket;
	struct docket_row *r;

	r = docket_add(d, from, from->id, from->number, &from->cert,
	    from->order);
	r->due = from->sum.due;
	r->begun = from->opened_at;
	r->state = state_from_id(from->sum.state);
	return 0;
}

static int
read_renewals(struct registry *reg, bool all, int64_t max, struct docket *d,
    struct err *err)
{
	return renewals_each(reg, all, max, add, d, err);
}

/* --- words and drawing ----------------------------------------------------- */

static const char *
state_word(const struct docket_row *r, const char *unknown)
{
	return r->state < RENEWAL_STATES ?
	    renewal_state_name((enum renewal_state)r->state) : unknown;
}

static const char *
line(const struct docket_row *r, int64_t now, char *buf, size_t size)
{
	char when[32] = "";

	if (r->due != 0)
		span_moment(r->due, now, when, sizeof when);
	snprintf(buf, size, "%s  %s  %s  %s%s%s", r->number, r->holder,
	    r->serial, state_word(r, "?"), r->due != 0 ? ", " : "", when);
	return buf;
}

static const char *
cell(const void *row, size_t col, int64_t now, char *buf, size_t size)
{
	const struct docket_row *r = row;

	switch ((enum column)col) {
	case COL_NUMBER:
		return r->number;
	case COL_HOLDER:
		return r->holder;
	case COL_SERIAL:
		return r->serial;
	case COL_ORDER:
		return r->other;
	case COL_BEGUN:
		return recwords_day(r->begun, buf, size);
	case COL_STATE:
		return state_word(r, "");
	case COL_NEXT:
		return docket_next(r, now, buf, size);
	case COL_COUNT:
		break;
	}
	return "";
}

static enum style
cell_style(const void *row, size_t col, int64_t now, bool second)
{
	const struct docket_row *r = row;

	(void)now;
	(void)second;
	switch ((enum column)col) {
	case COL_HOLDER:
		return STYLE_STRONG;
	case COL_STATE:
		return renewpage_style((enum renewal_state)r->state);
	case COL_BEGUN:
	case COL_NEXT:
		return STYLE_DIM;
	default:
		return STYLE_TEXT;
	}
}

static const struct rowcols rows = { columns, COL_COUNT, cell, cell_style };

static void
open_renewal(struct desk *d, int64_t id)
{
	desk_open_top(d, &view_renewal_ops, &(struct renewal_of){ .id = id });
}

const struct docket_kind docket_renewals = {
	.name = "renewals",
	.never = N_("There has been no renewal here."),
	.no_open = N_("No renewal is open."),
	.how = N_("F7 on a certificate of a card begins one: in the list on the "
	    "desk or on its page."),
	.others = N_("There are more. With its card in a reader, F7 on a "
	    "certificate shows its open renewal."),
	.columns = &rows,
	.read = read_renewals,
	.open = open_renewal,
	.line = line,
};
