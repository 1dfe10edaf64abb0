#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/casepage.h"
#include "ui/caserow.h"
#include "ui/recwords.h"
#include "ui/rowcols.h"
#include "ui/span.h"

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

/* --- copies -------------------------------------------------------------- */

enum case_state
caserow_state(const char *id)
{
	int i = 0;

	while (i < CASE_STATES &&
	    strcmp(case_state_id((enum case_state)i), id) != 0)
		i++;
	return (enum case_state)i;
}

int
caserows_add(const struct case_row *from, void *arg)
{
	struct caserows *rows = arg;
	struct caserow *r;
	int action = case_action_from_id(from->action);

	rows->v = mem_grow(rows->v, rows->n + 1, sizeof *rows->v);
	r = &rows->v[rows->n++];
	*r = (struct caserow){ .id = from->id, .due = from->sum.due,
	    .action = action < 0 ? CASE_ACTIONS : (enum case_action)action,
	    .state = caserow_state(from->sum.state),
	    .deadline = from->sum.deadline, .changed = from->changed };
	snprintf(r->number, sizeof r->number, "%s", from->number);
	r->holder = mem_strdup(from->cert.holder != NULL ?
	    from->cert.holder : "");
	r->issuer = mem_strdup(from->cert.issuer.shown != NULL ?
	    from->cert.issuer.shown : "");
	recwords_serial_end(&from->cert, r->serial, sizeof r->serial);
	return 0;
}

void
caserows_clear(struct caserows *rows)
{
	while (rows->n > 0) {
		struct caserow *r = &rows->v[--rows->n];

		free(r->holder);
		free(r->issuer);
	}
	free(rows->v);
	rows->v = NULL;
}

/* --- drawing ------------------------------------------------------------- */

const char *
caserow_clock(const struct caserow *c, int64_t now, char *buf, size_t size)
{
	const struct case_view v = { .action = c->action, .state = c->state,
	    .deadline = c->deadline };

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
cell(const void *row, size_t col, int64_t now, char *buf, size_t size)
{
	const struct caserow *c = row;
	char when[32];

	switch ((enum column)col) {
	case COL_NUMBER:
		return c->number;
	case COL_ACTION:
		return c->action < CASE_ACTIONS ? case_action_name(c->action) :
		    "";
	case COL_HOLDER:
		return c->holder[0] != '\0' ? c->holder : c->issuer;
	case COL_SERIAL:
		return c->serial;
	case COL_ISSUER:
		return c->issuer;
	case COL_STATE:
		return c->state < CASE_STATES ? case_state_name(c->state) : "";
	case COL_CLOCK:
		return caserow_clock(c, now, buf, size);
	case COL_NEXT:
		if (c->due == 0)
			return "";
		snprintf(buf, size, _("next %s"), c->due <= now ? _("now") :
		    span_moment(c->due, now, when, sizeof when));
		return buf;
	case COL_COUNT:
		break;
	}
	return "";
}

static enum style
cell_style(const void *row, size_t col, int64_t now, bool second)
{
	const struct caserow *c = row;

	(void)second;
	switch ((enum column)col) {
	case COL_HOLDER:
		return STYLE_STRONG;
	case COL_STATE:
		return casepage_style(c->state);
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

bool
caserow_header(const struct rect *r)
{
	return rowcols_header(&rows, r);
}

void
caserow_draw(const struct caserow *c, int64_t now, const struct rect *at,
    enum style style, bool selected)
{
	rowcols_draw(&rows, c, now, at, style, selected);
}
