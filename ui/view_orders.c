#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/list.h"
#include "ui/orderpage.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_OPEN, ACT_FIND, ACT_DONE, ACT_ALL };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_OPEN, .label = N_("Open"),
	  .help = N_("Open the order."),
	  .modes = IN_KIOSK },
	{ .ch = '/', .action = ACT_FIND, .label = N_("Find"),
	  .help = N_("Show only the orders whose line has what is typed.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were."),
	  .modes = IN_KIOSK },
	LIST_FIND_KEYS(ACT_DONE, ACT_ALL),
};

struct view {
	struct list		 list;
	struct order_found	*v;
	size_t			 n;
	bool			 more;
};

/* "2026-11-03 ready to collect · AB-12345678 · e-mail, 12 months · J** K***" */
static const char *
words(const struct order *o, char *buf, size_t size)
{
	char line[256];

	orderpage_headline(o, line, sizeof line);
	snprintf(buf, size, "%s%s%s", line, o->name != NULL ? " " : "",
	    o->name != NULL ? o->name : "");
	return buf;
}

static const char *
text_of(void *arg, size_t row, char *buf, size_t size)
{
	const struct order *o = &((struct view *)arg)->v[row].order;
	char line[400];

	snprintf(buf, size, "%s %s", words(o, line, sizeof line),
	    order_state_word(o));
	return buf;
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct order_answer *a = arg;
	struct view *v = p->state;

	v->v = mem_array(a->n, sizeof *v->v);
	v->n = a->n;
	v->more = a->more;
	for (size_t i = 0; i < a->n; i++)
		orderpage_copy(&v->v[i], &a->v[i]);
	list_init(&v->list, text_of, v);
	v->list.lines = 2;
	list_update(&v->list, v->n);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	list_clear(&v->list);
	for (size_t i = 0; i < v->n; i++)
		order_clear(&v->v[i].order);
	free(v->v);
}

static void
draw_row(void *arg, size_t row, const struct rect *line, enum style style,
    bool selected)
{
	const struct order *o = &((struct view *)arg)->v[row].order;
	char buf[400], day[32];
	int64_t since = o->nsteps > 0 ? o->steps[o->nsteps - 1].at : 0;

	draw_textf(line, 0, 0, 0, style, "%s %s", selected ?
	    draw_glyph(GLYPH_SELECTED) : " ", words(o, buf, sizeof buf));
	draw_textf(line, 1, 4, 0, selected ? style : orderpage_style(o),
	    since != 0 ? "%s, %s" : "%s", order_state_word(o),
	    since != 0 ? clock_day(since, day, sizeof day) : "");
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	struct rect rest = *r;

	if (v->more) {
		int used = draw_paragraph(r, 0, 0, 2, STYLE_WARN, _("There are "
		    "more; the service shows the latest."));

		rest.y += used;
		rest.h -= used;
	}
	list_draw(&v->list, &rest, focused, draw_row, v);
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	snprintf(buf, size, "%zu", ((struct view *)p->state)->n);
	return buf;
}

static void
open_selected(struct panel *p)
{
	struct view *v = p->state;
	size_t row;

	if (list_selected(&v->list, &row))
		desk_open(p->desk, &view_order_ops, &v->v[row]);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	bool open = false;

	if (!list_input(&v->list, in, &open))
		return UI_IGNORED;
	if (open)
		open_selected(p);
	return UI_HANDLED;
}

/* What is typed while finding is the field's, and Esc ends that first. */
static bool
can(struct panel *p, int action)
{
	const struct list *l = &((struct view *)p->state)->list;

	switch (action) {
	case ACT_DONE:
		return l->finding;
	case ACT_ALL:
		return l->finding || list_narrowed(l);
	case ACT_BACK:
		return !l->finding && !list_narrowed(l);
	default:
		return !l->finding;
	}
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
	case ACT_FIND:
		list_find(&v->list);
		break;
	}
	return UI_HANDLED;
}

const struct panel_ops view_orders_ops = {
	.name = "orders",
	.title = N_("Orders"),
	.about = N_("Orders of one person, organisation or card, the latest "
	    "first."),
	.place = PLACE_FULL,
	.modes = IN_KIOSK,
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
};
