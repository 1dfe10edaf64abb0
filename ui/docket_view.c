/* The view of a docket. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/docket_view.h"

#define ROWS_WANTED	500
#define ROWS_ROOMY	12	/* from here on a sentence takes none that matters */

enum { ACT_BACK = 1, ACT_OPEN, ACT_FILTER };

const struct key_binding docket_keys[DOCKET_KEYS] = {
	{ .key = UK_ENTER, .action = ACT_OPEN, .label = N_("Open"),
	  .help = N_("Open what is selected.") },
	{ .key = UK_TAB, .action = ACT_FILTER, .label = N_("Open/all"),
	  .help = N_("Show the open ones only, or those that ended too.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were.") },
};

/* --- getting them -------------------------------------------------------- */

struct get {
	struct request	 request;
	const struct docket_kind *kind;
	struct desk	*desk;
	unsigned	 panel;
	bool		 all;
	struct docket	 rows;
};

static void	 open_selected(struct panel *);

static int
get_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct get *g = (struct get *)r;

	return docket_read(g->kind, hand->registry, g->all, ROWS_WANTED,
	    &g->rows, err);
}

/*
 * The row under the cursor, so that it stays there when others come before it:
 * also one that nobody moved to, or that has taken the place of one that went.
 */
static void
remember(struct docket_view *v)
{
	size_t row;

	if (list_selected(&v->list, &row))
		v->selected = v->rows.v[row].id;
}

static void
get_done(struct request *r)
{
	struct get *g = (struct get *)r;
	struct panel *p = desk_find_panel(g->desk, g->panel);
	struct docket_view *v;

	if (p == NULL)
		return;
	v = p->state;
	v->ticket.id = 0;
	v->err = r->err;
	v->got = true;
	docket_clear(&v->rows);
	v->rows = g->rows;
	g->rows = (struct docket){ 0 };
	list_update(&v->list, v->rows.n);
	for (size_t i = 0; i < v->rows.n; i++)
		if (v->rows.v[i].id == v->selected)
			list_select(&v->list, i);
	remember(v);
	/* Over what somebody does meanwhile it would take the keys. */
	if (v->open_it && desk_top(p->desk) == p)
		open_selected(p);
	v->open_it = false;
}

static void
get_free(struct request *r)
{
	struct get *g = (struct get *)r;

	docket_clear(&g->rows);
	free(g);
}

void
docket_get(struct panel *p)
{
	struct docket_view *v = p->state;
	struct get *g;

	if (desk_service(p->desk) == NULL)
		return;
	g = mem_alloc(sizeof *g);
	g->request.run = get_run;
	g->request.done = get_done;
	g->request.free = get_free;
	g->kind = v->kind;
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
	const struct docket_row *c = &((struct docket_view *)arg)->rows.v[row];

	snprintf(buf, size, "%s %s %s", c->number, c->holder, c->serial);
	return buf;
}

void
docket_open(struct panel *p, const struct docket_kind *kind)
{
	struct docket_view *v = p->state;

	v->kind = kind;
	v->desk = p->desk;
	list_init(&v->list, text_of, v);
	docket_get(p);
}

void
docket_close(struct panel *p)
{
	struct docket_view *v = p->state;

	if (desk_service(p->desk) != NULL)
		service_cancel(desk_service(p->desk), &v->ticket);
	list_clear(&v->list);
	docket_clear(&v->rows);
}

/* --- drawing ------------------------------------------------------------- */

static void
draw_row(void *arg, size_t row, const struct rect *line, enum style style,
    bool selected)
{
	struct docket_view *v = arg;

	rowcols_draw(v->kind->columns, &v->rows.v[row], desk_now(v->desk), line,
	    style, selected);
}

static void
draw_nothing(const struct docket_view *v, const struct rect *r)
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
	row += draw_paragraph(r, row, 0, r->h, STYLE_STRONG,
	    _(v->all ? v->kind->never : v->kind->no_open));
	draw_paragraph(r, row + 1, 0, r->h - row - 1, STYLE_TEXT,
	    _(v->kind->how));
}

void
docket_draw(struct panel *p, const struct rect *r, bool focused)
{
	struct docket_view *v = p->state;
	struct rect rest = *r;

	if (v->rows.n == 0) {
		draw_nothing(v, r);
		return;
	}
	if (v->rows.cut && r->h >= ROWS_ROOMY) {
		int used = draw_paragraph(r, 0, 0, 3, STYLE_WARN,
		    _(v->kind->others));

		rest.y += used;
		rest.h -= used;
	}
	v->list.lines = rowcols_lines(r->w);
	if (rowcols_header(v->kind->columns, &rest)) {
		rest.y++;
		rest.h--;
	}
	list_draw(&v->list, &rest, focused, draw_row, v);
}

const char *
docket_corner(struct panel *p, char *buf, size_t size)
{
	const struct docket_view *v = p->state;

	snprintf(buf, size, v->all ? _("all: %zu") : _("open: %zu"), v->rows.n);
	if (v->rows.cut)
		snprintf(buf + strlen(buf), size - strlen(buf), "+");
	return buf;
}

/* --- keys ---------------------------------------------------------------- */

static void
open_selected(struct panel *p)
{
	struct docket_view *v = p->state;
	size_t row;

	v->open_it = !v->got;
	if (!list_selected(&v->list, &row))
		return;
	v->selected = v->rows.v[row].id;
	v->kind->open(p->desk, v->selected);
}

unsigned
docket_input(struct panel *p, const struct input *in)
{
	struct docket_view *v = p->state;
	bool open = false;

	if (!list_input(&v->list, in, &open))
		return UI_IGNORED;
	remember(v);
	if (open)
		open_selected(p);
	return UI_HANDLED;
}

unsigned
docket_act(struct panel *p, int action)
{
	struct docket_view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_OPEN:
		open_selected(p);
		break;
	case ACT_FILTER:
		v->all = !v->all;
		docket_get(p);
		break;
	}
	return UI_HANDLED;
}

bool
docket_can(struct panel *p, int action)
{
	const struct docket_view *v = p->state;

	return action != ACT_OPEN || !v->got || v->rows.n > 0;
}

/* No registry yet is no trouble: there is nothing to list. */
const struct err *
docket_problem(struct panel *p)
{
	const struct docket_view *v = p->state;

	return v->err.code != ERR_NO_REGISTRY ? &v->err : NULL;
}
