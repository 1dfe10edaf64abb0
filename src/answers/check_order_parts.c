/* What several checks say of an order. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/checks_order.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

bool
check_order_quiet(const struct answer_facts *f, struct check_order *out)
{
	*out = (struct check_order){ .o = NULL };
	if (!check_order_means(f, &out->m))
		return false;
	out->o = &f->order->order;
	return true;
}

/* --- no order --------------------------------------------------------------------- */

static void
ask_for_number(struct answer *a, const char *words)
{
	answer_next(a, ACTION_ORDER, "", "%s", words);
}

/* At a kiosk nobody looks for others' orders. */
static void
ask_for_order(const struct answer_facts *f, struct answer *a)
{
	ask_for_number(a, f->kiosk ?
	    _("Type the order's number, as it stands in the mail or on the form.") :
	    _("Type the order's number, the e-mail address or the NIP it was placed with."));
}

static void
say_not_typed(const struct answer_facts *f, struct answer *a)
{
	answer_says(a, ANSWER_CANNOT_TELL, "no-order-typed",
	    _("No order was looked up, so this answer is a general one."));
	ask_for_order(f, a);
}

static void
say_number_only(const struct answer_facts *f, struct answer *a)
{
	answer_says(a, ANSWER_CANNOT_TELL, "number-only",
	    _("Here an order is looked up by its number alone, so no service was asked."));
	ask_for_order(f, a);
}

static void
say_misread(const struct order_answer *all, struct answer *a)
{
	answer_says(a, ANSWER_NO, "misread",
	    _("No service knows this order, and its check digit says that the number was misread."));
	for (size_t i = 0; i < all->nnear && i < 2; i++)
		answer_next(a, ACTION_ORDER, all->near[i],
		    _("It may be order %s: look that up."), all->near[i]);
	ask_for_number(a, _("Type the number again, letter by letter, as it stands in the mail."));
}

static void
say_unknown(const struct answer_facts *f, struct answer *a)
{
	const struct order_answer *all = f->orders;

	answer_says(a, ANSWER_NO, "unknown",
	    _("No order like this is known to any service that this desk asks."));
	answer_why(a, "%s", f->kiosk ?
	    _("It may have been misread, or placed at another authority.") :
	    _("It may have been misread, placed with another address, or placed at another authority."));
	for (size_t i = 0; i < all->nnear && i < 2; i++)
		answer_next(a, ACTION_ORDER, all->near[i],
		    _("It may be order %s: look that up."), all->near[i]);
	ask_for_number(a, f->kiosk ?
	    _("Compare the number with the mail or the form, letter by letter.") :
	    _("Compare the number with the mail; or look by the e-mail address or the NIP it was placed with."));
	answer_next(a, ACTION_QUESTION, NULL,
	    _("If it is right, ask the authority."));
}

static bool
is_proxys(enum err_code code)
{
	return code == ERR_NET_PROXY || code == ERR_NET_PROXY_LOGIN ||
	    code == ERR_NET_PROXY_REFUSED || code == ERR_NET_PROXY_TICKET;
}

static void
say_not_asked(const struct err *err, struct answer *a)
{
	char text[512];

	answer_says(a, ANSWER_CANNOT_TELL, "not-asked",
	    _("The order service could not be asked."));
	if (err->code != ERR_NONE) {
		answer_why(a, "%s", err_sentence(err, text, sizeof text));
		answer_saw(a, VERDICT_NO, _("order service"), "%s", text);
	}
	if (err->code == ERR_NET_PROXY_LOGIN ||
	    err->code == ERR_NET_PROXY_REFUSED)
		answer_next(a, ACTION_PROXY, NULL,
		    _("Give the user name and password for the proxy."));
	answer_next(a, is_proxys(err->code) ? ACTION_CHAIN : ACTION_NETWORK,
	    is_proxys(err->code) ? "proxy-407" : NULL,
	    _("Look at the way to the service, step by step."));
}

static void
say_no_service(struct answer *a)
{
	answer_says(a, ANSWER_CANNOT_TELL, "no-service",
	    _("No order service is set up at this desk, so this answer is a general one."));
	answer_next(a, ACTION_NONE, NULL,
	    _("Ask the authority by telephone or on its web page, with the order's number at hand."));
}

static void
say_several(const struct order_answer *all, struct answer *a)
{
	answer_says(a, ANSWER_CANNOT_TELL, "several",
	    P_("That names %zu order; choose one.",
	    "That names %zu orders; choose one.", all->n), all->n);
	for (size_t i = 0; i < all->n && i < ANSWER_STEPS_MAX - 1; i++)
		answer_next(a, ACTION_ORDER, all->v[i].order.number,
		    _("Order %s: %s."), all->v[i].order.number,
		    order_state_word(&all->v[i].order));
	ask_for_number(a, _("Type the order's number."));
}

/* That nobody knows it, or that there are several, somebody looked to say. */
static bool
was_looked_up(const struct order_answer *all)
{
	return all != NULL && (all->n > 0 ||
	    all->why == ORDER_WHY_CHECK_DIGIT ||
	    all->why == ORDER_WHY_UNKNOWN);
}

bool
check_order_of(const struct answer_facts *f, struct answer *a,
    struct check_order *out)
{
	if (check_order_quiet(f, out))
		return true;
	if (!was_looked_up(f->orders))
		a->lacked |= NEED_ORDER;
	if (f->orders == NULL) {
		say_not_typed(f, a);
		return false;
	}
	if (f->orders->n > 0) {
		say_several(f->orders, a);
		return false;
	}
	switch (f->orders->why) {
	case ORDER_WHY_NO_SERVICE:
		say_no_service(a);
		break;
	case ORDER_WHY_CHECK_DIGIT:
		say_misread(f->orders, a);
		break;
	case ORDER_WHY_NOT_ASKED:
		say_not_asked(&f->orders->err, a);
		break;
	case ORDER_WHY_NUMBER_ONLY:
		say_number_only(f, a);
		break;
	case ORDER_WHY_FOUND:
	case ORDER_WHY_UNKNOWN:
		say_unknown(f, a);
		break;
	}
	return false;
}

static const char *
no_order_words(const struct order_answer *all)
{
	if (all == NULL)
		return _("none was typed, so its state is not known");
	if (all->n > 1)
		return _("what was typed names several; which is meant is not known");
	switch (all->why) {
	case ORDER_WHY_NO_SERVICE:
		return _("no order service is set up, so its state is not known");
	case ORDER_WHY_NOT_ASKED:
		return _("the order service could not be asked, so its state is not known");
	case ORDER_WHY_NUMBER_ONLY:
		return _("it is looked up by its number alone, and that was not typed");
	case ORDER_WHY_CHECK_DIGIT:
	case ORDER_WHY_FOUND:
	case ORDER_WHY_UNKNOWN:
		break;
	}
	return _("the one that was typed is not known");
}

void
check_saw_no_order(const struct answer_facts *f, struct answer *a)
{
	answer_saw(a, VERDICT_UNKNOWN, _("order"), "%s",
	    no_order_words(f->orders));
}

/* --- an order ------------------------------------------------------------------------ */

void
check_saw_order(const struct answer_facts *f, const struct check_order *c,
    struct answer *a)
{
	char text[480], day[40];

	if (c->m.since != 0)
		answer_saw(a, VERDICT_YES, _("order"), _("%s, %s since %s"),
		    c->o->number, order_state_word(c->o),
		    clock_day(c->m.since, day, sizeof day));
	else
		answer_saw(a, VERDICT_YES, _("order"), "%s, %s", c->o->number,
		    order_state_word(c->o));
	if (f->order->kept)
		answer_saw(a, VERDICT_MAYBE, _("order service"),
		    _("not reached now; this is what it said on %s"),
		    clock_local(f->order->as_of, day, sizeof day));
	for (size_t i = 0; i < c->o->nmissing && i < 6; i++)
		answer_saw(a, VERDICT_NO, _("still missing"), "%s",
		    order_missing_words(&c->o->missing[i], text,
		    sizeof text));
}

void
check_why_next(const struct check_order *c, struct answer *a)
{
	char text[480];

	order_next(c->o, &c->m, NULL, text, sizeof text);
	if (text[0] != '\0')
		answer_why(a, "%s", text);
}

static const struct {
	enum order_mismatch bit;
	const char	*reason;	/* NULL: worth a look, no obstacle */
} misfits[] = {
	{ ORDER_OTHER_CARD, "other-card" },
	{ ORDER_OTHER_HOLDER, "other-holder" },
	{ ORDER_OTHER_SERIAL, "other-serial" },
	{ ORDER_NO_ROOM, "no-room" },
	{ ORDER_RENEWED_EXPIRED, "renewed-expired" },
};

bool
check_order_misfits(const struct check_order *c, struct answer *a)
{
	const char *reason = NULL;

	for (size_t i = 0; i < sizeof misfits / sizeof misfits[0]; i++) {
		if ((c->m.mismatch & misfits[i].bit) == 0)
			continue;
		answer_saw(a, VERDICT_NO, _("beside the card"), "%s",
		    order_mismatch_words(misfits[i].bit));
		if (reason != NULL)
			continue;
		reason = misfits[i].reason;
		answer_says(a, ANSWER_NO, reason, "%s",
		    order_mismatch_words(misfits[i].bit));
	}
	if (reason == NULL)
		return false;
	if ((c->m.mismatch & (ORDER_OTHER_CARD | ORDER_OTHER_HOLDER |
	    ORDER_OTHER_SERIAL)) != 0)
		answer_next(a, ACTION_NONE, NULL,
		    _("Put in the card that the order was placed for."));
	if ((c->m.mismatch & ORDER_NO_ROOM) != 0)
		answer_next(a, ACTION_ANSWER, "capacity",
		    _("See what can be removed from the card."));
	answer_next(a, ACTION_ORDER, c->o->number,
	    _("Look at the order beside the card."));
	return true;
}

bool
check_order_unwritable(const struct answer_facts *f,
    const struct check_order *c, struct answer *a)
{
	const struct card *card = f->card;

	if (card == NULL || !card_is_there(card) || card->state != CARD_READY ||
	    check_writes(card, f->order) != VERDICT_NO)
		return false;
	if (check_key_stuck(card) && check_place(card) == CHECK_PLACE_LOCKED) {
		answer_saw(a, VERDICT_NO, _("card"), "%s",
		    _("the PIN is locked"));
		answer_says(a, ANSWER_NO, "pin-locked",
		    _("The PIN is locked, so nothing can be put on this card now."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Unlock the PIN with the PUK in the issuer's program; if that is locked too, only a new card helps."));
		return true;
	}
	answer_saw(a, VERDICT_NO, _("card"), "%s",
	    card->capacity.rule == CAPACITY_READ_ONLY ?
	    _("the card software lets nobody write to this card") :
	    check_key_stuck(card) ?
	    _("a key waits for its certificate on a part of the card that cannot be written to from here") :
	    _("the card software makes no key on this card that a certificate could be issued for"));
	answer_says(a, ANSWER_NO, "not-written-here",
	    _("What order %s waits for cannot be done on this card by the card software that is installed here."),
	    c->o->number);
	answer_next(a, ACTION_NONE, NULL, c->o->state == ORDER_CONFIRMED ?
	    _("Make the request by the link that the authority mailed, or with the issuer's own program.") :
	    _("Write it with the issuer's own program."));
	check_saw_link(f, c, check_order_link(c, c->o->state == ORDER_CONFIRMED ?
	    "request" : "collect"), a);
	answer_next(a, ACTION_ORDER, c->o->number,
	    _("Look at the order beside the card."));
	return true;
}

static const struct {
	const char	*reason;
	bool		 over;
} ends[ORDER_STATES] = {
	[ORDER_STATE_UNKNOWN] = { "unknown-state", true },
	[ORDER_CANCELLED] = { "cancelled", true },
	[ORDER_EXPIRED] = { "lapsed", true },
	[ORDER_REJECTED] = { "rejected", true },
};

bool
check_order_over(const struct check_order *c, struct answer *a)
{
	char text[480];

	if (!ends[c->o->state].over)
		return false;
	answer_says(a, c->o->state == ORDER_STATE_UNKNOWN ?
	    ANSWER_CANNOT_TELL : ANSWER_NO, ends[c->o->state].reason, "%s",
	    order_stands(c->o, &c->m, text, sizeof text));
	check_why_next(c, a);
	answer_next(a, ACTION_ORDER, c->o->number, _("Look at the order."));
	if (c->o->state == ORDER_CANCELLED || c->o->state == ORDER_EXPIRED)
		answer_next(a, ACTION_ANSWER, "obtain",
		    _("See how a new one is ordered."));
	answer_next(a, ACTION_QUESTION, NULL, _("Ask the authority."));
	return true;
}

static const char *const waits[ORDER_STATES] = {
	[ORDER_PLACED] = "unconfirmed",
	[ORDER_CONFIRMED] = "not-requested",
	[ORDER_REQUEST_MADE] = "requested",
	[ORDER_VERIFIED] = "requested",
	[ORDER_ISSUED] = "requested",
};

void
check_say_waits(const struct check_order *c, struct answer *a)
{
	char text[480];

	answer_says(a, ANSWER_NOT_YET, waits[c->o->state] != NULL ?
	    waits[c->o->state] : "waits", "%s",
	    order_stands(c->o, &c->m, text, sizeof text));
	check_why_next(c, a);
	if (c->o->state == ORDER_PLACED && c->o->form)
		answer_next(a, ACTION_FORM, c->o->number,
		    _("Show the order form, to print and sign it."));
	if (c->o->state == ORDER_CONFIRMED)
		answer_next(a, ACTION_COLLECT, c->o->number,
		    _("Make the request here, with the card in the reader."));
	answer_next(a, ACTION_ORDER, c->o->number,
	    _("Look where the order stands."));
	if (c->m.late)
		answer_next(a, ACTION_QUESTION, NULL,
		    _("It takes longer than it should: ask the authority."));
}

/* --- links of its mails ----------------------------------------------------------------- */

const struct order_link *
check_order_link(const struct check_order *c, const char *what)
{
	const struct order_link *found = NULL;

	for (size_t i = 0; c->o != NULL && i < c->o->nlinks; i++) {
		const struct order_link *l = &c->o->links[i];

		if (strcmp(l->what, what) == 0 &&
		    (found == NULL || l->sent >= found->sent))
			found = l;
	}
	return found;
}

static bool
works(const struct order_link *l, int64_t now)
{
	return l->state == ORDER_LINK_LIVE && (l->until == 0 || l->until >= now);
}

void
check_saw_link(const struct answer_facts *f, const struct check_order *c,
    const struct order_link *l, struct answer *a)
{
	char text[480];

	if (l == NULL)
		return;
	answer_saw(a, works(l, f->now) ? VERDICT_YES :
	    l->state == ORDER_LINK_UNKNOWN ? VERDICT_UNKNOWN : VERDICT_NO,
	    _("link in the mail"), "%s", order_link_words(l, f->now, text,
	    sizeof text));
	if (!works(l, f->now))
		answer_next(a, ACTION_RESEND, c->o->number,
		    _("Have the mail with the link sent again; it goes only to the address in the order."));
}

/* --- the way ---------------------------------------------------------------------------- */

bool
check_saw_broken_way(const struct answer_facts *f, struct answer *a)
{
	char text[512];

	for (size_t i = 0; f->net != NULL && i < DIAG_STEPS; i++) {
		const struct diag_result *r = &f->net->v[i];

		if (r->verdict != DIAG_BROKEN)
			continue;
		answer_saw(a, VERDICT_NO, diag_step_name(r->step), "%s",
		    err_sentence(&r->err, text, sizeof text));
		answer_next(a, ACTION_CHAIN, "proxy-407",
		    _("Look at the way to the service, step by step."));
		return true;
	}
	if (f->net != NULL)
		answer_saw(a, VERDICT_YES, _("the way to the service"),
		    _("nothing is broken on it"));
	return false;
}

/* What was remembered of an order cannot be acted on while nobody can be asked. */
void
check_wants_way(const struct answer_facts *f, struct answer *a)
{
	if (!check_saw_broken_way(f, a) || a->verdict != ANSWER_YES)
		return;
	answer_says(a, ANSWER_NOT_YET, "no-way",
	    _("This can be done here as soon as the way to the service is open again."));
}
