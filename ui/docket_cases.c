/* Cases of revocation as a docket. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "registry/cases.h"
#include "revocation/case.h"
#include "ui/casepage.h"
#include "ui/desk.h"
#include "ui/docket.h"
#include "ui/span.h"
#include "ui/views.h"

#define DAY		86400

enum column { COL_NUMBER, COL_ACTION, COL_HOLDER, COL_SERIAL, COL_ISSUER,
	COL_STATE, COL_CLOCK, COL_NEXT, COL_COUNT };

static const struct rowcol columns[COL_COUNT] = {
	[COL_NUMBER] = { N_("case"), 11, 0, 0 },
	[COL_ACTION] = { N_("what"), 22, 60, 0 },
	[COL_HOLDER] = { N_("holder"), 0, 0, 0 },
	[COL_SERIAL] = { N_("serial"), 12, 50, 0 },
	[COL_ISSUER] = { N_("issuer"), 20, 100, 0 },
	[COL_STATE] = { N_("state"), 0, 0, 1 },
	[COL_CLOCK] = { N_("clock"), 20, 40, 1 },
	[COL_NEXT] = { N_("next"), 18, 60, 1 },
};

/* --- reading ------------------------------------------------------------- */

static int
state_from_id(const char *id)
{
	int i = 0;

	while (i < CASE_STATES &&
	    strcmp(case_state_id((enum case_state)i), id) != 0)
		i++;
	return i;
}

static int
add(const struct case_row *from, void *docket)
{
	struct docket *d = docket;
	int action = case_action_from_id(from->action);
	struct docket_row *r;

	r = docket_add(d, from, from->id, from->number, &from->cert,
	    from->cert.issuer.shown);
	r->due = from->sum.due;
	r->begun = from->opened_at;
	r->action = action < 0 ? CASE_ACTIONS : action;
	r->state = state_from_id(from->sum.state);
	r->deadline = from->sum.deadline;
	return 0;
}

/* Of what is with people the row does not say how: its events do. */
static bool
is_form(struct registry *reg, int64_t id)
{
	struct err ignored = ERR_INIT;
	struct case_row row;
	struct case_view v;
	bool is = false;

	if (cases_get(reg, id, &row, &ignored) == -1)
		return false;
	if (case_view(&row, NULL, &v, &ignored) == 0) {
		is = v.state == CASE_ON_PAPER && case_only_form(&v);
		case_view_clear(&v);
	}
	case_row_clear(&row);
	return is;
}

static int
read_cases(struct registry *reg, bool all, int64_t max, struct docket *d,
    struct err *err)
{
	if (cases_each(reg, all, max, add, d, err) == -1)
		return -1;
	for (size_t i = 0; i < d->n; i++)
		d->v[i].form = d->v[i].state == CASE_ON_PAPER &&
		    is_form(reg, d->v[i].id);
	return 0;
}

/* --- words --------------------------------------------------------------- */

static const char *
action_word(const struct docket_row *c, const char *unknown)
{
	return c->action < CASE_ACTIONS ?
	    case_action_name((enum case_action)c->action) : unknown;
}

static const char *
state_word(const struct docket_row *c, const char *unknown)
{
	if (c->form)
		return _("a form was made");
	return c->state < CASE_STATES ?
	    case_state_name((enum case_state)c->state) : unknown;
}

static const char *
whose(const struct docket_row *c)
{
	return c->holder[0] != '\0' ? c->holder : c->other;
}

/* "18 h 42 min left"; "" when no clock runs. */
static const char *
left(const struct docket_row *c, int64_t now, char *buf, size_t size)
{
	const struct case_view v = { .action = (enum case_action)c->action,
	    .state = (enum case_state)c->state, .deadline = c->deadline };
	char span[48];

	buf[0] = '\0';
	if (c->deadline == 0)
		return buf;
	/* Hours of days nobody can count. */
	if (c->deadline - now < 2 * DAY)
		return case_clock(&v, now, buf, size);
	snprintf(buf, size, _("%s left"), span_words(c->deadline - now, span,
	    sizeof span));
	return buf;
}

static const char *
line(const struct docket_row *c, int64_t now, char *buf, size_t size)
{
	char clock[128];

	snprintf(buf, size, "%s  %s  %s  %s  %s%s%s", c->number,
	    action_word(c, "?"), whose(c), c->serial, state_word(c, "?"),
	    c->deadline != 0 ? ", " : "", left(c, now, clock, sizeof clock));
	return buf;
}

/* --- drawing ------------------------------------------------------------- */

static const char *
cell(const void *row, size_t col, int64_t now, char *buf, size_t size)
{
	const struct docket_row *c = row;

	switch ((enum column)col) {
	case COL_NUMBER:
		return c->number;
	case COL_ACTION:
		return action_word(c, "");
	case COL_HOLDER:
		return whose(c);
	case COL_SERIAL:
		return c->serial;
	case COL_ISSUER:
		return c->other;
	case COL_STATE:
		return state_word(c, "");
	case COL_CLOCK:
		return left(c, now, buf, size);
	case COL_NEXT:
		return docket_next(c, now, buf, size);
	case COL_COUNT:
		break;
	}
	return "";
}

static enum style
cell_style(const void *row, size_t col, int64_t now, bool second)
{
	const struct docket_row *c = row;

	(void)second;
	switch ((enum column)col) {
	case COL_HOLDER:
		return STYLE_STRONG;
	case COL_STATE:
		return casepage_style((enum case_state)c->state);
	case COL_CLOCK:
		return c->deadline - now < SPAN_NEAR ? STYLE_BAD : STYLE_TEXT;
	case COL_NEXT:
	case COL_ISSUER:
		return STYLE_DIM;
	default:
		return STYLE_TEXT;
	}
}

static const struct rowcols rows = { columns, COL_COUNT, cell, cell_style };

static void
open_case(struct desk *d, int64_t id)
{
	desk_open_top(d, &view_case_ops, &id);
}

const struct docket_kind docket_cases = {
	.name = "cases",
	.never = N_("There has been no case here."),
	.no_open = N_("No case is open."),
	.how = N_("F5 on a certificate begins one: on the card, on its page, or "
	    "found by F3; with none selected, issuer and serial number can be "
	    "typed."),
	.others = N_("There are more. F5 on a certificate, found by F3, shows "
	    "its open case; okienko case shows any by its number."),
	.columns = &rows,
	.read = read_cases,
	.open = open_case,
	.line = line,
};
