/* Links of an authority's mails that do nothing: what is pasted, the order, the way. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/checks_order.h"
#include "base/i18n.h"
#include "base/text.h"

/* --- a link that was pasted -------------------------------------------------------- */

/* Whoever wrote that mail may want a PIN or a password: before all else. */
#define DANGERS	(LINK_OTHER_HOST | LINK_LOOKALIKE | LINK_CODED)

static const enum link_fault faults[] = { LINK_BROKEN_LINES, LINK_REWRITTEN,
	LINK_ENTITIES, LINK_TRAILING, LINK_CUT, LINK_OTHER_HOST, LINK_NOT_HTTPS,
	LINK_LOOKALIKE, LINK_CODED };

#define MENDED	(LINK_BROKEN_LINES | LINK_REWRITTEN | LINK_ENTITIES | \
	LINK_TRAILING)

static const struct link *
pasted(const struct answer_facts *f)
{
	return f->file != NULL ? f->file->link : NULL;
}

static void
see_link(const struct link *l, struct answer *a)
{
	answer_saw(a, l->faults & DANGERS ? VERDICT_NO : VERDICT_YES,
	    _("link leads to"), "%s", l->host);
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		if (l->faults & faults[i])
			answer_saw(a, faults[i] & MENDED ? VERDICT_MAYBE :
			    VERDICT_NO, _("link"), "%s",
			    link_fault_words(faults[i]));
	}
}

/* True, and the answer says so, where nobody should open it. */
static bool
say_danger(const struct link *l, struct answer *a)
{
	enum link_fault worst = l->faults & LINK_LOOKALIKE ? LINK_LOOKALIKE :
	    l->faults & LINK_CODED ? LINK_CODED : LINK_OTHER_HOST;

	if ((l->faults & DANGERS) == 0 || l->opaque)
		return false;
	answer_says(a, ANSWER_NO, worst == LINK_OTHER_HOST ? "other-host" :
	    "lookalike",
	    _("Do not open this link: it leads to %s, which is no authority's that this desk knows."),
	    l->host);
	answer_why(a, "%s", link_fault_words(worst));
	answer_next(a, ACTION_NONE, NULL,
	    _("Give no PIN and no password there; ask the authority whether the mail is its own."));
	answer_next(a, ACTION_ORDER, "",
	    _("Look the order up here instead: no link is needed for that."));
	return true;
}

/* What is left to say of a link where no order is at hand. */
static void
say_link(const struct link *l, struct answer *a)
{
	if (l->opaque)
		answer_says(a, ANSWER_CANNOT_TELL, "opaque",
		    _("A mail filter (%s) hides where this link leads, so nothing can be told from it."),
		    l->filter != NULL ? l->filter : "?");
	else if (l->faults & LINK_CUT)
		answer_says(a, ANSWER_NO, "cut",
		    _("This link is cut short; it cannot work."));
	else if (l->faults & MENDED)
		answer_says(a, ANSWER_YES, "rejoined",
		    _("The link was damaged on its way and has been put together again."));
	else
		answer_says(a, ANSWER_YES, "whole",
		    _("The link is whole and leads to an authority that this desk knows."));
	if (l->faults & LINK_CUT)
		answer_next(a, ACTION_LINK, NULL,
		    _("Copy it from the mail once more, from http to its end, over all its lines."));
	else
		answer_next(a, ACTION_LINK, NULL,
		    _("Show the whole link and what it is for."));
	answer_next(a, ACTION_ORDER, "",
	    _("Look the order up here: then no link is needed."));
}

/* True where the answer is whole with what was pasted. */
static bool
answer_by_link(const struct answer_facts *f, const struct check_order *c,
    struct answer *a)
{
	const struct link *l = pasted(f);

	if (l == NULL)
		return false;
	see_link(l, a);
	if (say_danger(l, a))
		return true;
	if (c->o != NULL)
		return false;
	say_link(l, a);
	(void)check_saw_broken_way(f, a);
	return true;
}

/* Something was pasted, and no link is in it. */
static void
see_no_link(const struct answer_facts *f, struct answer *a)
{
	if (f->file != NULL && f->file->link == NULL)
		answer_saw(a, VERDICT_NO, _("link"), "%s",
		    _("there is no link in what was given"));
}

/* Without an order and without a link: what can be done all the same. */
static void
say_nothing_at_hand(const struct answer_facts *f, struct answer *a)
{
	struct check_order none;

	(void)check_order_of(f, a, &none);
	see_no_link(f, a);
	answer_next(a, ACTION_LINK, NULL,
	    _("Paste the link from the mail: it is put together and looked at, never opened."));
	(void)check_saw_broken_way(f, a);
}

/* --- "I click and nothing happens" ---------------------------------------------------- */

static void
say_request(const struct answer_facts *f, const struct check_order *c,
    struct answer *a)
{
	answer_says(a, ANSWER_YES, "here",
	    _("The link is not needed: the request for order %s can be made here."),
	    c->o->number);
	answer_why(a, _("The page behind such a link often wants a certain system, browser or add-on; this desk does it without them."));
	answer_next(a, ACTION_COLLECT, c->o->number,
	    _("Make the request here, with the card in the reader."));
	check_saw_link(f, c, check_order_link(c, "request"), a);
}

static void
say_requested(const struct check_order *c, struct answer *a)
{
	char text[480];
	bool ready = c->o->state == ORDER_READY,
	    done = c->o->state == ORDER_COLLECTED;

	answer_says(a, ready ? ANSWER_YES : ANSWER_NO, ready ? "ready" :
	    done ? "done" : "already-requested", "%s",
	    order_stands(c->o, &c->m, text, sizeof text));
	if (!done)
		answer_why(a, _("The request was made already, so that link has nothing left to do."));
	if (ready)
		answer_next(a, ACTION_COLLECT, c->o->number,
		    _("Collect the certificate onto the card here."));
	answer_next(a, ACTION_ORDER, c->o->number,
	    _("Look where the order stands."));
}

/* Now something is done with its card: another one will not do. */
static bool
wants_card(const struct order *o)
{
	return o->state == ORDER_CONFIRMED || o->state == ORDER_READY;
}

static void
say_whose_turn(const struct answer_facts *f, const struct check_order *c,
    struct answer *a)
{
	if (c->o->state > ORDER_CONFIRMED)
		say_requested(c, a);
	else
		say_request(f, c, a);
}

/* The order in question, looked at; false: there is nothing more to say of it. */
static bool
under_way(const struct answer_facts *f, struct check_order *c,
    struct answer *a)
{
	(void)check_order_quiet(f, c);
	if (answer_by_link(f, c, a))
		return false;
	if (c->o == NULL) {
		say_nothing_at_hand(f, a);
		return false;
	}
	answer_badge(a, "%s", order_state_word(c->o));
	check_saw_order(f, c, a);
	return !check_order_over(c, a);
}

void
check_request_link(const struct answer_facts *f, struct answer *a)
{
	struct check_order c;

	if (!under_way(f, &c, a))
		return;
	if (c.o->state == ORDER_PLACED)
		check_say_waits(&c, a);
	else if (!wants_card(c.o) || (!check_order_misfits(&c, a) &&
	    !check_order_unwritable(f, &c, a)))
		say_whose_turn(f, &c, a);
	check_wants_way(f, a);
}

/* --- "the links in the mail are dead" ----------------------------------------------------- */

static void
say_collect(const struct answer_facts *f, const struct check_order *c,
    struct answer *a)
{
	answer_says(a, ANSWER_YES, "ready",
	    _("No link is needed: the certificate of order %s can be put on the card here."),
	    c->o->number);
	check_why_next(c, a);
	answer_next(a, ACTION_COLLECT, c->o->number,
	    _("Collect the certificate onto the card here."));
	check_saw_link(f, c, check_order_link(c, "collect"), a);
}

static void
say_collected(const struct check_order *c, struct answer *a)
{
	char text[480];

	answer_says(a, ANSWER_NO, "done", "%s",
	    order_stands(c->o, &c->m, text, sizeof text));
	answer_why(a, _("A link works until the certificate is on the card."));
	answer_next(a, ACTION_CARD, NULL,
	    _("Look at the card: the certificate should be on it."));
	answer_next(a, ACTION_ORDER, c->o->number, _("Look at the order."));
}

void
check_dead_links(const struct answer_facts *f, struct answer *a)
{
	struct check_order c;

	if (!under_way(f, &c, a))
		return;
	if (c.o->state == ORDER_COLLECTED)
		say_collected(&c, a);
	else if (c.o->state != ORDER_READY && (!wants_card(c.o) ||
	    !check_order_unwritable(f, &c, a)))
		check_say_waits(&c, a);
	else if (c.o->state == ORDER_READY && !check_order_misfits(&c, a) &&
	    !check_order_unwritable(f, &c, a))
		say_collect(f, &c, a);
	check_wants_way(f, a);
}
