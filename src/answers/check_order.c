/* What people ask of an order: is it confirmed, its form, how one comes by it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/checks_order.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

/* --- "no confirmed order" ------------------------------------------------------ */

/* What comes behind a request: the page looks for one before it. */
static void
say_further(const struct check_order *c, struct answer *a)
{
	char text[480];
	bool ready = c->o->state == ORDER_READY;

	order_stands(c->o, &c->m, text, sizeof text);
	if (c->o->state == ORDER_COLLECTED) {
		answer_says(a, ANSWER_NO, "done", "%s", text);
		answer_why(a, _("The page looks for an order that still waits for a request, and this one is done."));
	} else {
		answer_says(a, ready ? ANSWER_YES : ANSWER_NO,
		    ready ? "ready" : "already-requested", "%s", text);
		answer_why(a, _("The request was made already; the page looks for an order that still waits for one."));
	}
	if (ready)
		answer_next(a, ACTION_COLLECT, c->o->number,
		    _("Collect the certificate onto the card here."));
	answer_next(a, ACTION_ORDER, c->o->number,
	    _("Look where the order stands."));
}

static void
say_confirmed(const struct check_order *c, struct answer *a)
{
	answer_says(a, ANSWER_YES, "confirmed",
	    _("Order %s is confirmed; the request can be made here."),
	    c->o->number);
	answer_why(a, (c->m.mismatch & ORDER_CANNOT_TELL) != 0 ?
	    _("Whether it is for the card in the reader cannot be told; the page also says this for another card or another person.") :
	    _("It is for the card in the reader. If the page still says otherwise, it may have been asked with another card."));
	answer_next(a, ACTION_COLLECT, c->o->number,
	    _("Make the request here, with the card in the reader."));
	answer_next(a, ACTION_ORDER, c->o->number,
	    _("Look at the order beside the card."));
}

void
check_no_order(const struct answer_facts *f, struct answer *a)
{
	struct check_order c;

	if (!check_order_of(f, a, &c))
		return;
	answer_badge(a, "%s", order_state_word(c.o));
	check_saw_order(f, &c, a);
	if (check_order_over(&c, a))
		return;
	/* That it is not confirmed is what was asked; the card comes after that. */
	if (c.o->state < ORDER_CONFIRMED)
		check_say_waits(&c, a);
	else if (c.o->state > ORDER_CONFIRMED && c.o->state != ORDER_READY)
		say_further(&c, a);
	else if (check_order_misfits(&c, a) ||
	    check_order_unwritable(f, &c, a))
		return;
	else if (c.o->state == ORDER_READY)
		say_further(&c, a);
	else
		say_confirmed(&c, a);
}

/* --- the form was not saved -------------------------------------------------------- */

static void
say_form(const struct answer_facts *f, const struct check_order *c,
    struct answer *a)
{
	bool kept = f->order->kept;

	answer_says(a, kept ? ANSWER_NOT_YET : ANSWER_YES,
	    kept ? "not-asked" : "form", kept ?
	    _("Order %s has a form, but the service cannot be reached to fetch it now.") :
	    _("The form of order %s can be fetched here, shown and taken along."),
	    c->o->number);
	if (c->o->nmissing > 0)
		check_why_next(c, a);
	answer_next(a, ACTION_FORM, c->o->number,
	    _("Show the form, to take it along."));
	if (kept)
		answer_next(a, ACTION_NETWORK, NULL,
		    _("Look at the way to the service, step by step."));
}

static void
say_no_form(const struct check_order *c, struct answer *a)
{
	if (c->o->summary) {
		answer_says(a, ANSWER_CANNOT_TELL, "summary",
		    _("The service tells this desk no more of order %s than its state, so whether it has a form is not known."),
		    c->o->number);
		answer_next(a, ACTION_FORM, c->o->number,
		    _("Try to fetch the form."));
	} else
		answer_says(a, ANSWER_NO, "no-form",
		    _("The service has no form for order %s."), c->o->number);
	answer_next(a, ACTION_NONE, NULL,
	    _("Look for it in the mail that confirmed the order and among the downloaded files."));
	answer_next(a, ACTION_QUESTION, NULL,
	    _("Ask the authority to send it again."));
}

void
check_form_not_saved(const struct answer_facts *f, struct answer *a)
{
	struct check_order c;

	if (!check_order_of(f, a, &c))
		return;
	check_saw_order(f, &c, a);
	if (check_order_over(&c, a))
		return;
	if (c.o->form && !c.o->summary)
		answer_saw(a, VERDICT_YES, _("form"), "%s",
		    _("the service has it"));
	if (c.o->state == ORDER_COLLECTED && c.o->form) {
		answer_says(a, ANSWER_YES, "form-done",
		    _("Order %s is done, so its form is no longer needed; it can still be fetched."),
		    c.o->number);
		answer_next(a, ACTION_FORM, c.o->number,
		    _("Show the form, to take it along."));
	} else if (c.o->form)
		say_form(f, &c, a);
	else
		say_no_form(&c, a);
}

/* --- how to obtain one ---------------------------------------------------------------- */

static const struct {
	enum order_state state;
	const char	*what;
} steps[] = {
	{ ORDER_PLACED, N_("order placed") },
	{ ORDER_CONFIRMED, N_("papers signed and checked, order confirmed") },
	{ ORDER_REQUEST_MADE, N_("key made on the card, certificate requested") },
	{ ORDER_VERIFIED, N_("request checked") },
	{ ORDER_ISSUED, N_("certificate issued") },
	{ ORDER_READY, N_("ready to be collected") },
	{ ORDER_COLLECTED, N_("on the card") },
};

static int64_t
when(const struct order *o, enum order_state s)
{
	for (size_t i = o->nsteps; i > 0; i--) {
		if (o->steps[i - 1].state == s)
			return o->steps[i - 1].at;
	}
	return 0;
}

/* Each with its day, the next one marked, those after it open. */
static void
tick(const struct check_order *c, struct answer *a)
{
	char day[32];

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		enum order_state s = steps[i].state;
		int64_t at = when(c->o, s);

		if (s <= c->o->state && at != 0)
			answer_saw(a, VERDICT_YES, _(steps[i].what), "%s",
			    clock_day(at, day, sizeof day));
		else if (s <= c->o->state)
			answer_saw(a, VERDICT_YES, _(steps[i].what), "%s",
			    _("done"));
		else
			answer_saw(a, s == c->o->state + 1 ? VERDICT_MAYBE :
			    VERDICT_UNKNOWN, _(steps[i].what), "%s",
			    s == c->o->state + 1 ? _("this is next") :
			    _("not yet"));
	}
}

static void
say_way(struct answer *a)
{
	answer_next(a, ACTION_NONE, NULL,
	    _("Place the order at the authority: what kind, for how long, whether with a card and a reader."));
	answer_next(a, ACTION_NONE, NULL,
	    _("Sign the order form, and the contract if it is the first; for an organisation, whoever may represent it signs."));
	answer_next(a, ACTION_NONE, NULL,
	    _("The person who will be in the certificate shows an identity document; nobody can do that in their place."));
	answer_next(a, ACTION_NONE, NULL,
	    _("When the order is confirmed, make the request and collect the certificate, here if you like."));
}

void
check_obtain(const struct answer_facts *f, struct answer *a)
{
	struct check_order c;
	char text[480];

	if (!check_order_of(f, a, &c)) {
		say_way(a);
		return;
	}
	answer_badge(a, "%s", order_state_word(c.o));
	if (check_order_over(&c, a)) {
		check_saw_order(f, &c, a);
		return;
	}
	tick(&c, a);
	check_saw_order(f, &c, a);
	order_stands(c.o, &c.m, text, sizeof text);
	if ((c.o->state == ORDER_CONFIRMED || c.o->state == ORDER_READY) &&
	    check_order_unwritable(f, &c, a))
		return;
	if (c.o->state == ORDER_COLLECTED) {
		answer_says(a, ANSWER_YES, "collected", "%s", text);
		answer_next(a, ACTION_CARD, NULL, _("Look at the card."));
	} else if (c.o->state == ORDER_READY) {
		answer_says(a, ANSWER_NOT_YET, "ready", "%s", text);
		check_why_next(&c, a);
		answer_next(a, ACTION_COLLECT, c.o->number,
		    _("Collect the certificate onto the card here."));
	} else
		check_say_waits(&c, a);
}

/* --- for another person ------------------------------------------------------------------ */

static void
say_who_signs(const struct order *o, struct answer *a)
{
	if (o == NULL || o->organization != NULL)
		answer_next(a, ACTION_NONE, NULL,
		    _("For an organisation the order is signed by those who may represent it; somebody who is not in its register (KRS, CEIDG) attaches a power of attorney."));
	answer_next(a, ACTION_NONE, NULL,
	    _("The other person shows an identity document; nobody can do that in their place."));
	answer_next(a, ACTION_ANSWER, "obtain",
	    _("See the steps of an order."));
}

void
check_another_person(const struct answer_facts *f, struct answer *a)
{
	struct check_order c;

	if (!check_order_of(f, a, &c)) {
		/* Whatever came of the looking: the rule is the same. */
		answer_why(a, _("A certificate belongs to one person; each further person needs an order of their own."));
		say_who_signs(NULL, a);
		return;
	}
	check_saw_order(f, &c, a);
	if (c.o->name != NULL)
		answer_saw(a, VERDICT_YES, _("for whom"), "%s", c.o->name);
	if (c.o->organization != NULL)
		answer_saw(a, VERDICT_YES, _("organisation"), "%s",
		    c.o->organization);
	if (c.o->name != NULL)
		answer_says(a, ANSWER_NO, "one-person",
		    _("Order %s is for one person (%s); another person needs a further order."),
		    c.o->number, c.o->name);
	else
		answer_says(a, ANSWER_NO, "one-person",
		    _("Order %s is for one person; another person needs a further order."),
		    c.o->number);
	answer_why(a, _("A certificate belongs to one person; each further person needs an order of their own."));
	answer_next(a, ACTION_NONE, NULL,
	    _("Place a further order at the authority, with the other person's data."));
	say_who_signs(c.o, a);
}
