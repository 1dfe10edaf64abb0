/*
 * An order in words: where it stands, what is next, who has to act, by when.
 * Whole sentences; what a service said that is not known here is quoted.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "order/order_inside.h"

#define DAY_TEXT	32
#define LIST_TEXT	512

static const char *const state_names[ORDER_STATES] = {
	[ORDER_STATE_UNKNOWN] = N_("unknown state"),
	[ORDER_PLACED] = N_("placed"),
	[ORDER_CONFIRMED] = N_("confirmed"),
	[ORDER_REQUEST_MADE] = N_("request made"),
	[ORDER_VERIFIED] = N_("verified"),
	[ORDER_ISSUED] = N_("issued"),
	[ORDER_READY] = N_("to be collected"),
	[ORDER_COLLECTED] = N_("collected"),
	[ORDER_CANCELLED] = N_("cancelled"),
	[ORDER_EXPIRED] = N_("lapsed"),
	[ORDER_REJECTED] = N_("rejected"),
};

const char *
order_state_name(enum order_state s)
{
	return s >= 0 && s < ORDER_STATES ? _(state_names[s]) : "";
}

const char *
order_state_word(const struct order *o)
{
	return order_state_name(o->state);
}

/* --- putting together ------------------------------------------------------------ */

/* Add a sentence in which one %s stands, or none; a space parts it from others. */
static void
say(char *buf, size_t size, const char *sentence, const char *what)
{
	size_t n = strlen(buf);
	const char *at = strstr(sentence, "%s"), *gap = n > 0 ? " " : "";

	if (n + 1 >= size)
		return;
	if (at == NULL)
		snprintf(buf + n, size - n, "%s%s", gap, sentence);
	else
		snprintf(buf + n, size - n, "%s%.*s%s%s", gap,
		    (int)(at - sentence), sentence, what, at + 2);
	buf[text_cut(buf, size - 1)] = '\0';
}

/* The sentence for a day that is known, or that for one that is not. */
static void
say_day(char *buf, size_t size, int64_t at, const char *with,
    const char *without)
{
	char day[DAY_TEXT];

	if (at != 0)
		say(buf, size, _(with), clock_day(at, day, sizeof day));
	else
		say(buf, size, _(without), "");
}

static void
empty(char *buf, size_t size)
{
	if (size > 0)
		buf[0] = '\0';
}

/* --- what is ordered --------------------------------------------------------------- */

static const struct {
	const char	*id, *qualified, *plain;
} kinds[] = {
	{ "signature", N_("qualified signature certificate"),
	    N_("signature certificate") },
	{ "seal", N_("qualified seal certificate"), N_("seal certificate") },
	{ "email", N_("qualified e-mail certificate"),
	    N_("e-mail certificate") },
	{ "logon", N_("qualified log-on certificate"),
	    N_("log-on certificate") },
	{ "encryption", N_("qualified encryption certificate"),
	    N_("encryption certificate") },
	{ "website", N_("qualified website certificate"),
	    N_("website certificate") },
};

char *
order_kind_words(const struct order *o, char *buf, size_t size)
{
	char term[64] = "", unknown[ORDER_WORD_MAX + 64];
	const char *kind = NULL;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i].id, o->kind) == 0)
			kind = o->qualified ? _(kinds[i].qualified) :
			    _(kinds[i].plain);
	}
	if (kind == NULL) {
		empty(unknown, sizeof unknown);
		say(unknown, sizeof unknown, o->qualified ?
		    _("qualified certificate of a kind not known here: %s") :
		    _("certificate of a kind not known here: %s"), o->kind);
		kind = unknown;
	}
	if (o->months > 0 && o->months % 12 == 0)
		snprintf(term, sizeof term, P_("%d year", "%d years",
		    o->months / 12), o->months / 12);
	else if (o->months > 0)
		snprintf(term, sizeof term, P_("%d month", "%d months",
		    o->months), o->months);
	snprintf(buf, size, "%s%s%s", kind, term[0] != '\0' ? ", " : "", term);
	buf[text_cut(buf, size - 1)] = '\0';
	return buf;
}

/* --- what lacks -------------------------------------------------------------------- */

static const struct {
	const char	*id, *name;
} papers[] = {
	{ "form", N_("the signed order form") },
	{ "contract", N_("the signed contract") },
	{ "identity", N_("proof of identity") },
	{ "representation", N_("a power of attorney or an extract from a register") },
	{ "payment", N_("the payment") },
	{ "original", N_("the papers in the original") },
	{ "photograph", N_("a photograph") },
};

static const char *
paper_name(const struct order_item *item)
{
	for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
		if (strcmp(papers[i].id, item->what) == 0)
			return _(papers[i].name);
	}
	return item->what;
}

char *
order_missing_words(const struct order_item *item, char *buf, size_t size)
{
	char day[DAY_TEXT], since[64] = "";

	if (item->at != 0)
		say(since, sizeof since, _("since %s"),
		    clock_day(item->at, day, sizeof day));
	snprintf(buf, size, since[0] != '\0' ? "%s (%s)" : "%s%s",
	    paper_name(item), since);
	buf[text_cut(buf, size - 1)] = '\0';
	return buf;
}

static const char *
all_missing(const struct order *o, char buf[static LIST_TEXT])
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < o->nmissing && n < LIST_TEXT - 1; i++) {
		snprintf(buf + n, LIST_TEXT - n, "%s%s", i > 0 ? ", " : "",
		    paper_name(&o->missing[i]));
		n = strlen(buf);
	}
	buf[text_cut(buf, LIST_TEXT - 1)] = '\0';
	return buf;
}

/* --- where it stands ---------------------------------------------------------------- */

static const struct {
	const char	*with, *without;
} stands[ORDER_STATES] = {
	[ORDER_PLACED] = {
	    N_("The order was placed on %s and is not confirmed yet."),
	    N_("The order was placed and is not confirmed yet.") },
	[ORDER_CONFIRMED] = { N_("The order was confirmed on %s."),
	    N_("The order is confirmed.") },
	[ORDER_REQUEST_MADE] = {
	    N_("The certificate was requested on %s; the authority has not checked the request yet."),
	    N_("The certificate is requested; the authority has not checked the request yet.") },
	[ORDER_VERIFIED] = {
	    N_("The authority checked the request on %s; the certificate is not issued yet."),
	    N_("The authority has checked the request; the certificate is not issued yet.") },
	[ORDER_ISSUED] = {
	    N_("The certificate was issued on %s; it cannot be collected yet."),
	    N_("The certificate is issued; it cannot be collected yet.") },
	[ORDER_READY] = {
	    N_("The certificate has been waiting to be collected since %s."),
	    N_("The certificate is waiting to be collected.") },
	[ORDER_COLLECTED] = {
	    N_("The order is done: the certificate was collected on %s."),
	    N_("The order is done: the certificate was collected.") },
	[ORDER_CANCELLED] = { N_("The order was cancelled on %s."),
	    N_("The order was cancelled.") },
	[ORDER_EXPIRED] = {
	    N_("The order lapsed on %s: it was not completed in time."),
	    N_("The order has lapsed: it was not completed in time.") },
	[ORDER_REJECTED] = { N_("The authority rejected the order on %s."),
	    N_("The authority rejected the order.") },
};

/* The reason given with the state it is in; NULL. */
static const char *
reason_of(const struct order *o)
{
	for (size_t i = o->nsteps; i > 0; i--) {
		if (strcmp(o->steps[i - 1].word, o->state_word) == 0)
			return o->steps[i - 1].reason;
	}
	return NULL;
}

char *
order_stands(const struct order *o, const struct order_meaning *m, char *buf,
    size_t size)
{
	char list[LIST_TEXT];
	const char *reason = reason_of(o);

	empty(buf, size);
	if (o->state == ORDER_STATE_UNKNOWN)
		say(buf, size, _("The service says \"%s\", a state that is not known here."),
		    o->state_word);
	else
		say_day(buf, size, m->since, stands[o->state].with,
		    stands[o->state].without);
	if (o->nmissing > 0 && o->state < ORDER_COLLECTED)
		say(buf, size, _("Still missing: %s."), all_missing(o, list));
	if (reason != NULL)
		say(buf, size, _("Reason given: %s"), reason);
	return buf;
}

/* --- what is next -------------------------------------------------------------------- */

static const char *const nexts[ORDER_STATES] = {
	[ORDER_STATE_UNKNOWN] = N_("Ask the authority what that means."),
	[ORDER_PLACED] = N_("It is the authority's turn: it confirms the order."),
	[ORDER_CONFIRMED] = N_("It is the person's turn: the certificate has to be requested, by the link that the authority mailed."),
	[ORDER_REQUEST_MADE] = N_("It is the authority's turn: it checks the request and issues the certificate."),
	[ORDER_VERIFIED] = N_("It is the authority's turn: it issues the certificate."),
	[ORDER_ISSUED] = N_("It is the authority's turn: it makes the certificate ready and sends word."),
	[ORDER_READY] = N_("It is the person's turn: the certificate has to be collected onto the card."),
	[ORDER_COLLECTED] = N_("Nothing is left to be done."),
	[ORDER_CANCELLED] = N_("Nothing more comes of it; whoever still wants a certificate places a new order."),
	[ORDER_EXPIRED] = N_("Nothing more comes of it; whoever still wants a certificate places a new order."),
	[ORDER_REJECTED] = N_("Ask the authority if the reason is not clear; a new order may be possible."),
};

/* The link that the next step is taken with, when it cannot be used; NULL. */
static const char *
link_trouble(const struct order *o)
{
	const char *what = o->state == ORDER_CONFIRMED ? "request" :
	    o->state == ORDER_READY ? "collect" : "", *said = NULL;

	for (size_t i = 0; i < o->nlinks; i++) {
		if (strcmp(o->links[i].what, what) != 0)
			continue;
		if (o->links[i].state == ORDER_LINK_LIVE)
			return NULL;
		if (o->links[i].state == ORDER_LINK_EXPIRED)
			said = N_("The link for it no longer works: have it sent again.");
		if (o->links[i].state == ORDER_LINK_USED)
			said = N_("The link for it was used already: have it sent again if that came to nothing.");
	}
	return said;
}

static void
say_by(const struct order_meaning *m, char *buf, size_t size)
{
	char day[DAY_TEXT];

	if (m->by == 0)
		return;
	clock_day(m->by, day, sizeof day);
	if (m->by_is_estimate)
		say(buf, size, m->late ?
		    _("By working days it could be expected by %s, an estimate: ask the authority what it waits for.") :
		    _("Expected by %s; that is an estimate in working days."),
		    day);
	else
		say(buf, size, m->late ?
		    _("The day for that was %s and has passed: ask the authority whether it still counts.") :
		    _("The last day for that is %s."), day);
}

char *
order_next(const struct order *o, const struct order_meaning *m,
    const char *keys, char *buf, size_t size)
{
	const char *link;

	empty(buf, size);
	if (o->summary)
		return buf;
	if (m->turn == ORDER_TURN_DESK)
		say(buf, size, _("It is the desk's turn: only the proof of identity is missing."), "");
	else if (o->nmissing > 0 && m->turn == ORDER_TURN_PERSON)
		say(buf, size, _("It is the person's turn: the authority waits for what is missing."), "");
	else if (o->state == ORDER_CONFIRMED && keys != NULL)
		say(buf, size, _("It is the person's turn: the certificate has to be requested, here (%s) or by the link that the authority mailed."), keys);
	else
		say(buf, size, _(nexts[o->state]), "");
	if ((link = link_trouble(o)) != NULL && o->nmissing == 0)
		say(buf, size, _(link), "");
	say_by(m, buf, size);
	return buf;
}

/* --- differences, links ---------------------------------------------------------------- */

const char *
order_mismatch_words(enum order_mismatch m)
{
	switch (m) {
	case ORDER_OTHER_CARD:
		return _("The order is for another card than the one in the reader.");
	case ORDER_OTHER_HOLDER:
		return _("The order is for somebody else than the holder of this card.");
	case ORDER_OTHER_SERIAL:
		return _("The certificate that the order renews is not on this card.");
	case ORDER_NO_ROOM:
		return _("There is no room on this card for another certificate.");
	case ORDER_RENEWED_EXPIRED:
		return _("The certificate that the order renews has expired meanwhile: ask the authority whether it can still be renewed.");
	case ORDER_CANNOT_TELL:
		return _("Whether the order is for this card cannot be told: nothing in it can be compared.");
	}
	return NULL;
}

char *
order_link_words(const struct order_link *l, int64_t now, char *buf,
    size_t size)
{
	bool over = l->state == ORDER_LINK_EXPIRED ||
	    (l->state == ORDER_LINK_LIVE && l->until != 0 && l->until < now);

	empty(buf, size);
	if (strcmp(l->what, "request") == 0)
		say(buf, size, _("Link to request the certificate:"), "");
	else if (strcmp(l->what, "collect") == 0)
		say(buf, size, _("Link to collect the certificate:"), "");
	else
		say(buf, size, _("Link for \"%s\":"), l->what);
	if (over)
		say_day(buf, size, l->until < now ? l->until : 0,
		    N_("worked until %s."),
		    N_("no longer works."));
	else if (l->state == ORDER_LINK_LIVE)
		say_day(buf, size, l->until, N_("works until %s."),
		    N_("works."));
	else if (l->state == ORDER_LINK_USED)
		say(buf, size, _("was used already."), "");
	else
		say(buf, size, _("its state is not known here."), "");
	if (l->sent != 0)
		say_day(buf, size, l->sent, N_("Sent on %s."), "");
	return buf;
}
