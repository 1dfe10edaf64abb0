#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "order/link.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/fitting.h"
#include "ui/ordering.h"
#include "ui/orderpage.h"
#include "ui/views.h"

enum { ACT_ASK = 1, ACT_OPEN, ACT_CLEAR, ACT_CANCEL, ACT_QUESTION,
	ACT_NETWORK, ACT_BACK };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ASK, .label = N_("Ask"),
	  .help = N_("Ask where the order stands: by its number, an e-mail "
	  "address, a NIP; or look at a link or a mail that was pasted."),
	  .modes = IN_KIOSK },
	{ .key = UK_ENTER, .action = ACT_OPEN, .label = N_("Open"),
	  .help = N_("Everything about the order: its form, its links, what is "
	  "missing."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_CANCEL, .label = N_("Stop"),
	  .help = N_("Stop asking."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_CLEAR, .label = N_("Clear"),
	  .help = N_("Take the answer away, for the next person."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were."),
	  .modes = ONLY_KIOSK },
	{ .key = UK_F4, .action = ACT_QUESTION, .label = N_("Question"),
	  .help = N_("Write a question to the authority.") },
	{ .key = UK_F2, .action = ACT_NETWORK, .label = N_("Network"),
	  .help = N_("No answer could be had: look at the way to the services, "
	  "step by step.") },
};

/* What the words about an order take where there is little room. */
#define ROWS_OF_WORDS	4

struct order_panel {
	struct field	 field;
	char		*pasted;	/* all of it, lines and all, or NULL */
	size_t		 npasted;
	unsigned	 asking;	/* its work, or 0 */
	bool		 open_it;	/* Enter came before the answer */
	bool		 have;
	char		 asked[256];	/* what the answer is to */
	struct order_answer answer;
};

static bool
is_set_up(const struct panel *p)
{
	return order_services(desk_setup(p->desk)->authorities) > 0;
}

/*
 * At a kiosk nobody looks for other people's orders: there is what is found by
 * the number in hand, and no other number is offered.
 */
static bool
by_number_alone(const struct panel *p)
{
	return desk_setup(p->desk)->mode == MODE_KIOSK;
}

static void
drop_pasted(struct order_panel *o)
{
	if (o->pasted != NULL)
		explicit_bzero(o->pasted, o->npasted);
	free(o->pasted);
	o->pasted = NULL;
	o->npasted = 0;
}

static void
drop_answer(struct order_panel *o)
{
	order_answer_clear(&o->answer);
	explicit_bzero(o->asked, sizeof o->asked);
	o->have = false;
}

/* The next person's question is about nothing that was asked before. */
static void
forget_answer(struct panel *p)
{
	drop_answer(p->state);
	desk_order_is(p->desk, NULL);
}

/* --- asking ------------------------------------------------------------------ */

static void
came_back(struct panel *p, struct orderwork *w)
{
	struct order_panel *o = p->state;

	o->asking = 0;
	drop_answer(o);
	o->answer = w->answer;
	w->answer = (struct order_answer){ .v = NULL };
	if (by_number_alone(p))
		o->answer.nnear = 0;
	if (w->err.code != ERR_NONE) {
		o->answer.why = ORDER_WHY_NOT_ASKED;
		o->answer.err = w->err;
	}
	snprintf(o->asked, sizeof o->asked, "%s", w->queries[0].value);
	o->have = true;
	desk_order_is(p->desk, o->answer.n == 1 ? o->answer.v[0].order.number :
	    o->asked);
	/* Over what somebody does meanwhile it would take the keys. */
	if (o->answer.n > 1 && desk_top(p->desk) == p)
		desk_open(p->desk, &view_orders_ops, &o->answer);
	else if (o->open_it && o->answer.n == 1 && desk_top(p->desk) == p)
		desk_open(p->desk, &view_order_ops, &o->answer.v[0]);
	o->open_it = false;
}

static void
stop_asking(struct panel *p)
{
	struct order_panel *o = p->state;

	if (o->asking != 0)
		orderwork_cancel(p->desk, o->asking);
	o->asking = 0;
	o->open_it = false;
}

/* All of a paste where its lines count; a part of a line is a part of the field. */
static const char *
line_of(const struct order_panel *o)
{
	return o->pasted != NULL && (strchr(o->pasted, '\n') != NULL ||
	    strstr(o->pasted, "://") != NULL) ? o->pasted : o->field.text;
}

/* What was pasted from a mail has lines, or a link in it. */
static bool
open_link(struct panel *p)
{
	struct order_panel *o = p->state;
	const char *text = line_of(o);

	if (strstr(text, "://") == NULL)
		return false;
	desk_open(p->desk, &view_link_ops, text);
	drop_pasted(o);
	field_set(&o->field, "");
	return true;
}

static void
ask(struct panel *p)
{
	struct order_panel *o = p->state;
	const char *line = line_of(o);
	struct orderwork *w;

	if (!is_set_up(p)) {
		desk_message(p->desk, N_("Order"),
		    N_("This desk cannot ask about orders: no order service is "
		    "set up. Ask the issuer by telephone or on its web page."));
		return;
	}
	if (!by_number_alone(p) && open_link(p))
		return;
	w = orderwork_new(p, orderwork_look, came_back);
	w->nqueries = order_query_read(line, desk_setup(p->desk)->authorities,
	    w->queries, sizeof w->queries / sizeof w->queries[0]);
	drop_pasted(o);
	if (by_number_alone(p))
		w->nqueries = order_query_numbers(w->queries, w->nqueries);
	if (w->nqueries == 0) {
		w->job.free(&w->job);
		desk_message(p->desk, N_("Order"), by_number_alone(p) ?
		    N_("That is no order number. Type it as it stands in the "
		    "mail or on the form.") :
		    N_("That is no order number, e-mail address, NIP, PESEL or "
		    "card number. Type it as it stands in the mail or on the "
		    "form."));
		return;
	}
	drop_answer(o);
	snprintf(o->asked, sizeof o->asked, "%s", w->queries[0].value);
	o->asking = orderwork_post(w);
}

/* --- drawing -------------------------------------------------------------------- */

static void
draw_found(struct panel *p, const struct order_found *f, const struct rect *r)
{
	const struct order *o = &f->order;
	struct order_beside beside;
	struct order_meaning m;
	char buf[1024];
	int row = 1;

	order_mean(o, orderpage_beside(desk_card(p->desk), &beside),
	    f->authority, desk_now(p->desk), &m);
	if (p->ops->title_now == NULL)
		draw_text(r, row++, 0, 0, STYLE_TEXT,
		    orderpage_headline(o, buf, sizeof buf));
	if (orderpage_doubt(f, buf, sizeof buf)[0] != '\0')
		row += draw_paragraph(r, row, 0, r->h - row, STYLE_WARN, buf);
	/* The next step, which ends with the day, needs the rows more. */
	if (r->h > ROWS_OF_WORDS + row && o->state != ORDER_STATE_UNKNOWN)
		orderpage_track(r, row++, o);
	row += draw_paragraph(r, row, 0, r->h - row, orderpage_style(o),
	    order_stands(o, &m, buf, sizeof buf));
	for (unsigned bit = 1; bit < ORDER_CANNOT_TELL && row < r->h; bit <<= 1)
		if (m.mismatch & bit)
			row += draw_paragraph(r, row, 0, r->h - row, STYLE_BAD,
			    order_mismatch_words((enum order_mismatch)bit));
	if (row < r->h)
		draw_paragraph(r, row, 0, r->h - row, STYLE_TEXT,
		    order_next(o, &m, !by_number_alone(p) &&
		    orderpage_makes(f, desk_card(p->desk)) ?
		    "Enter, c" : NULL, buf, sizeof buf));
}

static const char *
try_words(struct panel *p, char *buf, size_t size)
{
	const struct order_panel *o = p->state;

	if (!by_number_alone(p) || (o->answer.why != ORDER_WHY_UNKNOWN &&
	    o->answer.why != ORDER_WHY_CHECK_DIGIT))
		return orderpage_try(&o->answer, buf, size);
	return _("Compare the number with the mail or the form, letter by "
	    "letter.");
}

static void
draw_nothing(struct panel *p, const struct rect *r)
{
	const struct order_panel *o = p->state;
	char buf[512];
	int row = 1;

	row += draw_paragraph(r, row, 0, r->h - row, o->answer.why ==
	    ORDER_WHY_NOT_ASKED ? STYLE_BAD : STYLE_WARN,
	    orderpage_why(&o->answer, o->asked, buf, sizeof buf));
	draw_paragraph(r, row, 0, r->h - row, STYLE_TEXT,
	    try_words(p, buf, sizeof buf));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct order_panel *o = p->state;
	char text[160];
	int used = draw_textf(r, 0, 0, r->w / 2, STYLE_TEXT, "%s ",
	    by_number_alone(p) ? _("order number:") :
	    _("number, e-mail or NIP:"));

	field_draw(&o->field, r, 0, used, r->w - used > 40 ? 40 : 0, focused);
	if (o->asking != 0) {
		snprintf(text, sizeof text, _("Asking about %s..."), o->asked);
		draw_paragraph(r, 1, 0, r->h - 1, STYLE_STRONG, text);
	} else if (o->have && o->answer.n == 1) {
		draw_found(p, &o->answer.v[0], r);
	} else if (o->have && o->answer.n > 1) {
		snprintf(text, sizeof text, _("%zu orders for %s."),
		    o->answer.n, o->asked);
		draw_paragraph(r, 1, 0, r->h - 1, STYLE_STRONG, text);
	} else if (o->have) {
		draw_nothing(p, r);
	} else {
		draw_paragraph(r, 1, 0, r->h - 1, STYLE_DIM, by_number_alone(p) ?
		    _("Type or scan the number in the mail or on the form, "
		    "then press Enter.") : is_set_up(p) ?
		    _("Type or scan it, or paste the mail or its link.") :
		    _("No order service is set up yet. A barcode reader works "
		    "like a keyboard."));
	}
}

/* --- keys --------------------------------------------------------------------------- */

/* A paste is kept with its lines: a link is broken over them. */
static void
keep_pasted(struct order_panel *o, const struct input *in)
{
	char bytes[4];
	size_t n = 1;

	if (in->kind == INPUT_BREAK)
		bytes[0] = '\n';
	else
		n = text_encode(in->ch, bytes);
	if (o->pasted == NULL)
		o->pasted = mem_alloc(LINK_TEXT_MAX + 1);
	if (o->npasted + n > LINK_TEXT_MAX)
		return;
	memcpy(o->pasted + o->npasted, bytes, n);
	o->npasted += n;
	o->pasted[o->npasted] = '\0';
}

/*
 * The first letter after a question is of another: a barcode reader waits for no
 * answer.  True where there was one.
 */
static bool
begin_anew(struct panel *p)
{
	struct order_panel *o = p->state;

	if (!o->have && o->asking == 0)
		return false;
	stop_asking(p);
	forget_answer(p);
	field_set(&o->field, "");
	return true;
}

/* What is corrected is to be asked about; the answer was not to that. */
static void
correct(struct panel *p)
{
	struct order_panel *o = p->state;

	if (!o->have && o->asking == 0)
		return;
	stop_asking(p);
	forget_answer(p);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct order_panel *o = p->state;
	struct field before = o->field;

	if (in->pasted && (in->kind == INPUT_CHAR || in->kind == INPUT_BREAK)) {
		if (begin_anew(p))
			drop_pasted(o);
		keep_pasted(o, in);
		field_input(&o->field, in);
		return UI_HANDLED;
	}
	if (o->asking != 0 && in->kind == INPUT_KEY && in->key == UK_ENTER) {
		o->open_it = true;
		return UI_HANDLED;
	}
	if (!field_input(&o->field, in))
		return UI_IGNORED;
	/* It is another question now; what it was pasted with no longer counts. */
	drop_pasted(o);
	if (in->kind == INPUT_CHAR && begin_anew(p))
		field_input(&o->field, in);
	else if (in->kind == INPUT_KEY && (before.at != o->field.at ||
	    strcmp(before.text, o->field.text) != 0))
		correct(p);
	return UI_HANDLED;
}

/* Somebody does, if only on paper. */
static bool
takes_questions(struct panel *p)
{
	const struct authorities *all = desk_setup(p->desk)->authorities;

	for (size_t i = 0; i < all->n; i++)
		if (order_takes_questions(&all->v[i]))
			return true;
	return false;
}

static bool
can(struct panel *p, int action)
{
	const struct order_panel *o = p->state;

	switch (action) {
	case ACT_ASK:
		return o->asking == 0 && !(o->have && o->answer.n > 0);
	case ACT_OPEN:
		return o->asking == 0 && o->have && o->answer.n > 0;
	case ACT_CANCEL:
		return o->asking != 0;
	case ACT_CLEAR:
		return o->asking == 0 && (o->have || o->field.text[0] != '\0');
	case ACT_BACK:
		return !can(p, ACT_CANCEL) && !can(p, ACT_CLEAR);
	case ACT_QUESTION:
		return takes_questions(p);
	case ACT_NETWORK:
		return o->have && o->answer.err.code != ERR_NONE;
	}
	return true;
}

static unsigned
act(struct panel *p, int action)
{
	struct order_panel *o = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_ASK:
		if (o->field.text[strspn(o->field.text, " ")] != '\0' ||
		    !is_set_up(p))
			ask(p);
		break;
	case ACT_OPEN:
		if (o->answer.n > 1)
			desk_open(p->desk, &view_orders_ops, &o->answer);
		else
			desk_open(p->desk, &view_order_ops, &o->answer.v[0]);
		break;
	case ACT_CANCEL:
		stop_asking(p);
		break;
	case ACT_CLEAR:
		drop_pasted(o);
		forget_answer(p);
		field_set(&o->field, "");
		break;
	case ACT_QUESTION:
		view_question_open(p->desk, NULL);
		break;
	case ACT_NETWORK:
		desk_open(p->desk, &view_network_ops, &(struct network_of){
		    .authority = NULL });
		break;
	}
	return UI_HANDLED;
}

void
panel_order_line(struct panel *p, const char *line)
{
	struct order_panel *o = p->state;

	drop_pasted(o);
	field_set(&o->field, line);
}

/* What came by a paste may be a link, which opens an order by itself. */
static bool
stands(struct panel *p, char *buf, size_t size)
{
	const struct order_panel *o = p->state;

	snprintf(buf, size, "%s", o->field.text);
	return buf[strspn(buf, " ")] != '\0' && strstr(buf, "://") == NULL &&
	    (o->pasted == NULL || strchr(o->pasted, '\n') == NULL);
}

static void
close_panel(struct panel *p)
{
	struct order_panel *o = p->state;

	drop_pasted(o);
	order_answer_clear(&o->answer);
	explicit_bzero(o, sizeof *o);
}

static const char *
question(struct panel *p)
{
	const struct order_panel *o = p->state;

	return o->have ? fitting_answer(&o->answer) : NULL;
}

static const struct err *
problem(struct panel *p)
{
	const struct order_panel *o = p->state;

	return o->have && o->answer.n == 0 ? &o->answer.err : NULL;
}

/* Which order that is stands in the frame: its rows are for what is to be done. */
static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	const struct order_panel *o = p->state;
	char line[256];

	if (o->asking != 0 || !o->have || o->answer.n != 1)
		return _(p->ops->title);
	snprintf(buf, size, "%s %s", _(p->ops->title),
	    orderpage_headline(&o->answer.v[0].order, line, sizeof line));
	return buf;
}

const struct panel_ops panel_order_ops = {
	.name = "order",
	.title = N_("Order"),
	.about = N_("Where an order stands, by its number, an e-mail address "
	    "or a NIP. A number typed or scanned anywhere on the desk goes "
	    "here."),
	.place = PLACE_PANEL,
	.size = sizeof(struct order_panel),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.close = close_panel,
	.title_now = title_now,
	.draw = draw,
	.question = question,
	.input = input,
	.act = act,
	.can = can,
	.stands = stands,
	.problem = problem,
};

/* The same alone on the screen of a kiosk. */
const struct panel_ops view_myorder_ops = {
	.name = "myorder",
	.title = N_("Where is my order?"),
	.about = N_("Where an order stands, by the number in the mail or on the "
	    "form."),
	.place = PLACE_FULL,
	.modes = ONLY_KIOSK,
	.size = sizeof(struct order_panel),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.close = close_panel,
	.draw = draw,
	.question = question,
	.input = input,
	.act = act,
	.can = can,
	.problem = problem,
};
