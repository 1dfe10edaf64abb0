#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/fitting.h"
#include "ui/ordering.h"
#include "ui/orderpage.h"
#include "ui/page.h"
#include "ui/renewkeep.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_AGAIN, ACT_FORM, ACT_RESEND, ACT_COLLECT, ACT_RENEW,
	ACT_QUESTION, ACT_NETWORK };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"), .spare = 2,
	  .help = N_("Go back to where you were."),
	  .modes = IN_KIOSK },
	{ .ch = 'a', .action = ACT_AGAIN, .label = N_("Ask again"),
	  .help = N_("Ask the service again where it stands."),
	  .modes = IN_KIOSK },
	{ .ch = 'f', .action = ACT_FORM, .label = N_("PDF form"),
	  .help = N_("The order's form, to save or print.") },
	{ .ch = 'r', .action = ACT_RESEND, .label = N_("Send link again"),
	  .help = N_("Have the link sent again, to the address in the order "
	  "and no other.") },
	{ .ch = 'c', .action = ACT_COLLECT, .label = N_("Collect"),
	  .help = N_("Put the certificate on the card.") },
	{ .ch = 'c', .action = ACT_RENEW, .label = N_("Make request"),
	  .help = N_("Have the card make the key and the request that this "
	  "order waits for.") },
	{ .key = UK_F4, .action = ACT_QUESTION, .label = N_("Question"),
	  .help = N_("Write a question about this order to the authority."),
	  .modes = IN_KIOSK },
	{ .ch = 'n', .action = ACT_NETWORK, .label = N_("Network"), .spare = 1,
	  .help = N_("Look at the way to the service, step by step.") },
};

struct view {
	struct desk		*desk;
	struct page		 page;
	struct order_found	 found;
	unsigned		 work;		/* under way, or 0 */
	bool			 sending;
	struct err		 err;
	bool			 gone;		/* nobody knows it any more */
	char			 said[512];	/* what came of sending */
	bool			 good;
	int64_t			 out;		/* it waits still, or 0 */
	unsigned		 look;		/* at that, or 0 */
	bool			 begun;		/* here is a renewal by it */
	struct service_ticket	 ticket;
};

static void
found_renewal(struct panel *p, struct renewkeep *w)
{
	struct view *v = p->state;

	v->ticket.id = 0;
	v->begun = w->id != 0;
}

/* It may have been begun here by the number of an order that names nothing. */
static void
find_renewal(struct panel *p)
{
	struct view *v = p->state;
	struct renewkeep *w;

	if (desk_service(v->desk) == NULL || v->ticket.id != 0 ||
	    v->found.order.renews_len > 0)
		return;
	w = renewkeep_new(p, renewkeep_of_order, found_renewal);
	w->text = mem_strdup(v->found.order.number);
	w->authority = v->found.authority;
	v->ticket = renewkeep_ask(w);
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	v->desk = p->desk;
	orderpage_copy(&v->found, arg);
	find_renewal(p);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	/* What is to be sent goes on; what was only asked for does not. */
	if (v->work != 0 && !v->sending)
		orderwork_cancel(p->desk, v->work);
	orderwork_cancel(p->desk, v->look);
	if (desk_service(v->desk) != NULL)
		service_cancel(desk_service(v->desk), &v->ticket);
	order_clear(&v->found.order);
}

/* --- asking again ------------------------------------------------------------ */

/* It was asked: what is still shown is no memory for want of an answer. */
static void
forget(struct view *v)
{
	v->gone = true;
	v->found.kept = false;
	(void)err_set(&v->err, ERR_ORDER_UNKNOWN, v->found.order.number, NULL);
}

static void
came_back(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->err = w->err.code != ERR_NONE ? w->err : w->answer.err;
	if (w->answer.n == 0) {
		if (v->err.code == ERR_NONE)
			forget(v);
		return;
	}
	v->gone = false;
	order_clear(&v->found.order);
	orderpage_copy(&v->found, &w->answer.v[0]);
}

static void
ask_again(struct panel *p)
{
	struct view *v = p->state;
	struct orderwork *w = orderwork_new(p, orderwork_look, came_back);

	/* Another's of the same number is another order. */
	w->queries[0].authority = v->found.authority;
	w->queries[0].by = ORDER_BY_NUMBER;
	snprintf(w->queries[0].value, sizeof w->queries[0].value, "%s",
	    v->found.order.number);
	w->nqueries = 1;
	v->sending = false;
	v->work = orderwork_post(w);
}

/* --- links --------------------------------------------------------------------------- */

/* What a link can be sent for, as the order stands: the one the person needs. */
static const char *
resendable(const struct order *o)
{
	switch (o->state) {
	case ORDER_CONFIRMED:
		return "request";
	case ORDER_READY:
	case ORDER_ISSUED:
		return "collect";
	default:
		return NULL;
	}
}

static void
say_sent(struct panel *p, const struct order_out *out)
{
	struct view *v = p->state;

	orderpage_out(out, v->said, sizeof v->said);
	v->good = out->state == ORDER_OUT_DONE;
	v->out = out->state == ORDER_OUT_WAITING ? out->id : 0;
	if (v->good && v->work == 0)
		ask_again(p);
}

static void
sent(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->sending = false;
	v->err = w->err;
	if (w->err.code == ERR_NONE)
		say_sent(p, &w->out);
}

static void
looked(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->look = 0;
	/* Unless another one is being sent by now. */
	if (w->err.code == ERR_NONE && w->id == v->out)
		say_sent(p, &w->out);
}

/* What waited may have been sent by now, and a renewal been begun. */
static void
kept(struct panel *p)
{
	struct view *v = p->state;
	struct orderwork *w;

	find_renewal(p);
	if (v->out == 0 || v->look != 0)
		return;
	w = orderwork_new(p, orderwork_out, looked);
	w->id = v->out;
	v->look = orderwork_post(w);
}

/* Asked twice: what goes out into the world is not on one key. */
static void
resend(struct panel *p, int what, const char *text)
{
	struct view *v = p->state;
	struct orderwork *w;

	(void)what;
	(void)text;
	w = orderwork_new(p, orderwork_resend, sent);
	w->authority = v->found.authority;
	w->number = mem_strdup(v->found.order.number);
	w->what = mem_strdup(resendable(&v->found.order));
	err_clear(&v->err);
	v->said[0] = '\0';
	v->out = 0;
	v->sending = true;
	v->work = orderwork_post(w);
}

static void
ask_resend(struct panel *p)
{
	const struct view *v = p->state;
	const char *email = v->found.order.email;
	char *text = mem_printf(_("A new link goes to %s; one that was sent "
	    "before may stop working. Enter sends it."), email != NULL ?
	    email : _("the address in the order"));

	desk_open(p->desk, &view_sure_ops, &(struct sure_of){
	    .title = N_("Send link again"), .text = text, .asker = p,
	    .take = resend });
	free(text);
}

/* --- keys --------------------------------------------------------------------------------- */

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;
	const struct order *o = &v->found.order;

	switch (action) {
	case ACT_AGAIN:
		return v->work == 0;
	case ACT_FORM:
		return !v->gone && o->form && v->found.authority != NULL;
	case ACT_RESEND:
		return v->work == 0 && !v->gone &&
		    v->found.authority != NULL &&
		    resendable(o) != NULL;
	case ACT_COLLECT:
		return !v->gone && (o->state == ORDER_READY ||
		    o->state == ORDER_ISSUED) &&
		    (o->renews_len > 0 || v->begun);
	case ACT_RENEW:
		return !v->gone && o->state == ORDER_CONFIRMED &&
		    o->renews_len > 0;
	case ACT_QUESTION:
		return v->found.authority != NULL &&
		    view_question_can(v->desk);
	case ACT_NETWORK:
		return v->found.authority != NULL;
	}
	return true;
}

static unsigned
act(struct panel *p, int action)
{
	const struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_AGAIN:
		ask_again(p);
		break;
	case ACT_FORM:
		desk_open(p->desk, &view_form_ops, &(struct form_of){
		    .authority = v->found.authority,
		    .number = v->found.order.number });
		break;
	case ACT_RESEND:
		ask_resend(p);
		break;
	case ACT_COLLECT:
	case ACT_RENEW:
		view_renew_order(p->desk, &v->found);
		break;
	case ACT_QUESTION:
		view_question_open(p->desk, &(struct question_of){
		    .authority = v->found.authority,
		    .number = v->found.order.number });
		break;
	case ACT_NETWORK:
		desk_open(p->desk, &view_network_ops, &(struct network_of){
		    .authority = v->found.authority });
		break;
	}
	return UI_HANDLED;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

/* --- drawing ----------------------------------------------------------------------------------- */

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;
	const struct card *card = desk_card(v->desk);
	struct order_beside beside;
	char buf[512], when[32];

	if (v->work != 0)
		page_text(page, STYLE_STRONG, v->sending ? _("being sent...") :
		    _("the service is being asked..."));
	if (v->said[0] != '\0')
		page_text(page, v->good ? STYLE_GOOD : STYLE_WARN, v->said);
	if (v->err.code != ERR_NONE && !v->found.kept) {
		page_text(page, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));
		page_text(page, STYLE_TEXT, err_next(&v->err, buf, sizeof buf));
	}
	if (v->gone) {
		snprintf(buf, sizeof buf, _("What follows is from %s."),
		    clock_local(v->found.as_of, when, sizeof when));
		page_text(page, STYLE_WARN, buf);
	}
	orderpage_say(page, &v->found, orderpage_beside(card, &beside),
	    desk_setup(v->desk)->mode != MODE_KIOSK &&
	    orderpage_makes(&v->found, card) ? "c" : NULL, desk_now(v->desk));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	page_draw(&v->page, r, focused, content, v);
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;
	char line[256];

	snprintf(buf, size, "%s %s", _(p->ops->title),
	    orderpage_headline(&v->found.order, line, sizeof line));
	return buf;
}

static const char *
question(struct panel *p)
{
	const struct view *v = p->state;

	return fitting_order(&v->found.order);
}

static const struct err *
problem(struct panel *p)
{
	const struct view *v = p->state;

	return v->found.kept ? NULL : &v->err;
}

const struct panel_ops view_order_ops = {
	.name = "oneorder",
	.title = N_("Order"),
	.about = N_("Where one order stands, who has to do what by when, what is "
	    "missing, and how it fits the card in the reader."),
	.place = PLACE_FULL,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.kept = kept,
	.title_now = title_now,
	.draw = draw,
	.question = question,
	.input = input,
	.act = act,
	.can = can,
	.problem = problem,
};
