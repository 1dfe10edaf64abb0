#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "registry/service.h"
#include "revocation/case.h"
#include "ui/caserow.h"
#include "ui/desk.h"
#include "ui/list.h"
#include "ui/rowcols.h"
#include "ui/views.h"

#define CASES_WANTED	500

enum { ACT_BACK = 1, ACT_OPEN, ACT_FILTER };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_OPEN, .label = N_("Open"),
	  .help = N_("Open the case.") },
	{ .key = UK_TAB, .action = ACT_FILTER, .label = N_("Open/all"),
	  .help = N_("Show the open ones only, or those that ended too.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were.") },
};

struct view {
	struct desk		*desk;
	struct list		 list;
	struct caserows		 rows;
	bool			 all, got;
	bool			 open_it;	/* Enter came before the rows */
	int64_t			 selected;	/* its case, kept while rows move */
	struct err		 err;
	struct service_ticket	 ticket;
};

/* --- getting them -------------------------------------------------------- */

struct get {
	struct request	 request;
	struct desk	*desk;
	unsigned	 panel;
	bool		 all;
	struct caserows	 rows;
};

static void	 open_selected(struct panel *);

static int
get_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct get *g = (struct get *)r;

	return cases_each(hand->registry, g->all, CASES_WANTED, caserows_add,
	    &g->rows, err);
}

static void
get_done(struct request *r)
{
	struct get *g = (struct get *)r;
	struct panel *p = desk_find_panel(g->desk, g->panel);
	struct view *v;

	if (p == NULL)
		return;
	v = p->state;
	v->ticket.id = 0;
	v->err = r->err;
	v->got = true;
	caserows_clear(&v->rows);
	v->rows = g->rows;
	g->rows = (struct caserows){ 0 };
	list_update(&v->list, v->rows.n);
	for (size_t i = 0; i < v->rows.n; i++)
		if (v->rows.v[i].id == v->selected)
			list_select(&v->list, i);
	if (v->open_it)
		open_selected(p);
}

static void
get_free(struct request *r)
{
	struct get *g = (struct get *)r;

	caserows_clear(&g->rows);
	free(g);
}

static void
get(struct panel *p)
{
	struct view *v = p->state;
	struct get *g;

	if (desk_service(p->desk) == NULL)
		return;
	g = mem_alloc(sizeof *g);
	g->request.run = get_run;
	g->request.done = get_done;
	g->request.free = get_free;
	g->desk = p->desk;
	g->panel = p->id;
	g->all = v->all;
	service_cancel(desk_service(p->desk), &v->ticket);
	v->ticket = service_ask(desk_service(p->desk), SERVICE_LOOK,
	    &g->request);
}

static const char *
text_of(void *arg, size_t row, char *buf, size_t size)
{
	const struct caserow *c = &((struct view *)arg)->rows.v[row];

	snprintf(buf, size, "%s %s %s", c->number, c->holder, c->serial);
	return buf;
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	(void)arg;
	v->desk = p->desk;
	list_init(&v->list, text_of, v);
	get(p);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) != NULL)
		service_cancel(desk_service(p->desk), &v->ticket);
	list_clear(&v->list);
	caserows_clear(&v->rows);
}

/* --- drawing ------------------------------------------------------------- */

static void
draw_row(void *arg, size_t row, const struct rect *line, enum style style,
    bool selected)
{
	struct view *v = arg;

	caserow_draw(&v->rows.v[row], desk_now(v->desk), line, style, selected);
}

static void
draw_nothing(const struct view *v, const struct rect *r)
{
	char text[512];
	int row = 0;

	if (v->err.code != ERR_NONE && v->err.code != ERR_NO_REGISTRY) {
		row += draw_paragraph(r, row, 0, r->h - row, STYLE_BAD,
		    err_sentence(&v->err, text, sizeof text));
		draw_paragraph(r, row, 0, r->h - row, STYLE_TEXT,
		    err_next(&v->err, text, sizeof text));
		return;
	}
	if (!v->got)
		return;
	row += draw_paragraph(r, row, 0, r->h, STYLE_STRONG, v->all ?
	    _("There has been no case here.") : _("No case is open."));
	draw_paragraph(r, row + 1, 0, r->h - row - 1, STYLE_TEXT, _("F5 on a "
	    "certificate begins one: on the card, on its page, or found by F3; "
	    "with none selected, issuer and serial number can be typed."));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	struct rect rest = *r;

	if (v->rows.n == 0) {
		draw_nothing(v, r);
		return;
	}
	v->list.lines = rowcols_lines(r->w);
	if (caserow_header(r)) {
		rest.y++;
		rest.h--;
	}
	list_draw(&v->list, &rest, focused, draw_row, v);
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	snprintf(buf, size, v->all ? _("all: %zu") : _("open: %zu"), v->rows.n);
	return buf;
}

/* --- keys ---------------------------------------------------------------- */

static void
open_selected(struct panel *p)
{
	struct view *v = p->state;
	size_t row;

	v->open_it = !v->got;
	if (!list_selected(&v->list, &row))
		return;
	v->selected = v->rows.v[row].id;
	desk_open_top(p->desk, &view_case_ops, &v->selected);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	bool open = false;
	size_t row;

	if (!list_input(&v->list, in, &open))
		return UI_IGNORED;
	if (list_selected(&v->list, &row))
		v->selected = v->rows.v[row].id;
	if (open)
		open_selected(p);
	return UI_HANDLED;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_OPEN:
		open_selected(p);
		break;
	case ACT_FILTER:
		v->all = !v->all;
		get(p);
		break;
	}
	return UI_HANDLED;
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	return action != ACT_OPEN || !v->got || v->rows.n > 0;
}

static const struct err *
problem(struct panel *p)
{
	const struct view *v = p->state;

	return v->err.code != ERR_NO_REGISTRY ? &v->err : NULL;
}

const struct panel_ops view_cases_ops = {
	.name = "cases",
	.title = N_("Cases"),
	.about = N_("Revocations, suspensions and their ends: what is due first "
	    "stands on top."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.corner = corner,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
	.kept = get,
	.problem = problem,
};
