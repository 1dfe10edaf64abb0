#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "order/link.h"
#include "ui/desk.h"
#include "ui/ordering.h"
#include "ui/orderpage.h"
#include "ui/page.h"
#include "ui/trouble.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_OPEN };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_OPEN, .label = N_("The order"),
	  .help = N_("Open the order that the link belongs to.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were.") },
};

struct view {
	struct desk		*desk;
	struct page		 page;
	struct link		 link;
	struct err		 err;		/* why there is none */
	unsigned		 work;
	struct order_answer	 answer;
	bool			 have;
};

static void
came_back(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->answer = w->answer;
	w->answer = (struct order_answer){ .v = NULL };
	if (w->err.code != ERR_NONE) {
		v->answer.why = ORDER_WHY_NOT_ASKED;
		v->answer.err = w->err;
	}
	v->have = true;
}

/* The order it is of, where the link tells: its state says whether it works. */
static void
look_up(struct panel *p)
{
	struct view *v = p->state;
	struct orderwork *w;

	if (v->link.number[0] == '\0')
		return;
	w = orderwork_new(p, orderwork_look, came_back);
	w->queries[0].by = ORDER_BY_NUMBER;
	snprintf(w->queries[0].value, sizeof w->queries[0].value, "%s",
	    v->link.number);
	w->nqueries = 1;
	v->work = orderwork_post(w);
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	v->desk = p->desk;
	if (link_read(arg, desk_setup(p->desk)->authorities, &v->link,
	    &v->err) == 0)
		look_up(p);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (v->work != 0)
		orderwork_cancel(p->desk, v->work);
	order_answer_clear(&v->answer);
	/* Whoever has the address may collect the certificate. */
	explicit_bzero(&v->link, sizeof v->link);
}

/* --- drawing ------------------------------------------------------------------- */

/* An address has no spaces to be folded at. */
static void
say_url(struct page *page, const char *url)
{
	int width = page_width(page);
	char line[256];

	if (width >= (int)sizeof line)
		width = (int)sizeof line - 1;
	for (size_t n = strlen(url); n > 0 && width > 0; ) {
		size_t take = n < (size_t)width ? n : (size_t)width;
		int row = page_take(page, 1);

		snprintf(line, sizeof line, "%.*s", (int)take, url);
		draw_text(&page->r, row, 0, 0, STYLE_STRONG, line);
		url += take;
		n -= take;
	}
}

static void
say_faults(struct page *page, const struct link *l)
{
	const unsigned bad = LINK_CUT | LINK_OTHER_HOST | LINK_NOT_HTTPS |
	    LINK_LOOKALIKE | LINK_CODED;

	for (unsigned bit = LINK_CODED; bit != 0; bit >>= 1)
		if (l->faults & bit)
			page_item(page, draw_glyph(bit & bad ? GLYPH_NO :
			    GLYPH_MAYBE), bit & bad ? STYLE_BAD : STYLE_TEXT,
			    "", 0, link_fault_words((enum link_fault)bit));
	if (l->filter != NULL)
		page_field(page, _("mail filter"), STYLE_TEXT, l->filter);
}

/* The link in the order that ends as this one does. */
static const struct order_link *
same_link(const struct order *o, const char *id)
{
	for (size_t i = 0; i < o->nlinks && id[0] != '\0'; i++)
		if (strcmp(o->links[i].id, id) == 0)
			return &o->links[i];
	return NULL;
}

static void
say_order(struct page *page, const struct view *v)
{
	const struct order_link *l;
	struct order_meaning m;
	const struct order *o;
	char buf[1024];

	if (v->work != 0) {
		page_text(page, STYLE_STRONG,
		    _("the service is being asked..."));
		return;
	}
	if (!v->have)
		return;
	if (v->answer.n == 0) {
		page_text(page, STYLE_WARN, orderpage_why(&v->answer,
		    v->link.number, buf, sizeof buf));
		page_text(page, STYLE_TEXT, orderpage_try(&v->answer, buf,
		    sizeof buf));
		return;
	}
	o = &v->answer.v[0].order;
	order_mean(o, NULL, v->answer.v[0].authority, desk_now(v->desk), &m);
	page_heading(page, orderpage_headline(o, buf, sizeof buf));
	l = same_link(o, v->link.id);
	if (l != NULL)
		page_text(page, l->state == ORDER_LINK_LIVE ? STYLE_GOOD :
		    STYLE_BAD, order_link_words(l, desk_now(v->desk), buf,
		    sizeof buf));
	page_text(page, STYLE_TEXT, order_stands(o, &m, buf, sizeof buf));
	page_text(page, STYLE_STRONG, order_next(o, &m, NULL, buf, sizeof buf));
}

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;
	const struct link *l = &v->link;
	char buf[512];

	if (v->err.code != ERR_NONE) {
		page_text(page, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));
		page_text(page, STYLE_TEXT, err_next(&v->err, buf, sizeof buf));
		return;
	}
	page_labels(page, 17);
	if (l->opaque) {
		snprintf(buf, sizeof buf, _("A mail filter (%s) has replaced "
		    "the link by one of its own and keeps the true address to "
		    "itself. Ask for the link again, to be read without that "
		    "filter, or go by the order's number."), l->filter);
		page_text(page, STYLE_WARN, buf);
		return;
	}
	if (l->authority != NULL) {
		snprintf(buf, sizeof buf, l->faults == 0 ?
		    _("This is a whole link of %s.") :
		    _("This is a link of %s."), l->authority->name);
		page_text(page, STYLE_GOOD, buf);
	}
	say_faults(page, l);
	page_gap(page);
	say_url(page, l->url);
	page_gap(page);
	page_field(page, _("host"), STYLE_TEXT, l->host);
	page_field(page, _("order"), STYLE_TEXT, l->number);
	say_order(page, v);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	page_draw(&v->page, r, focused, content, v);
}

/* --- keys ------------------------------------------------------------------------ */

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	return action != ACT_OPEN || v->answer.n > 0;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	const struct view *v = p->state;

	if (action == ACT_BACK)
		return UI_HANDLED | UI_CLOSE;
	desk_open(p->desk, &view_order_ops, &v->answer.v[0]);
	return UI_HANDLED;
}

static void
problems(struct panel *p, struct troubles *t)
{
	const struct view *v = p->state;

	trouble_add(t, &v->err);
	trouble_add(t, v->have && v->answer.n == 0 ? &v->answer.err : NULL);
}

const struct panel_ops view_link_ops = {
	.name = "link",
	.title = N_("Link from a mail"),
	.about = N_("A link that was pasted, put together again, checked and "
	    "explained; nothing here opens it."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
	.problems = problems,
};
