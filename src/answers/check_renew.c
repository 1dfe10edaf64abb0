/*
 * Renewal on line: what keeps it from being done here and now (the preflight of
 * a renewal says), and what becomes of a certificate that has expired.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/checks_order.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "cert/issued.h"
#include "renewal/renewal.h"
#include "renewal/way.h"

/* --- what can be done about a check that stops it ------------------------------ */

static const struct {
	const char	*reason, *badge;
	enum answer_verdict verdict;
	enum answer_action action;
	const char	*arg;
} stops[PREFLIGHT_COUNT] = {
	[PREFLIGHT_CERT] = { "certificate", N_("cannot renew"), ANSWER_NO,
	    ACTION_ANSWER, "expired-online" },
	[PREFLIGHT_ORDER] = { "order", N_("order needed"), ANSWER_NOT_YET,
	    ACTION_ORDER, "" },
	[PREFLIGHT_CARD] = { "other-card", N_("other card"), ANSWER_NO,
	    ACTION_ORDER, "" },
	[PREFLIGHT_WAY] = { "way", N_("not from here"), ANSWER_NO,
	    ACTION_QUESTION, "" },
	[PREFLIGHT_ROOM] = { "room", N_("no room"), ANSWER_NO,
	    ACTION_ANSWER, "capacity" },
	[PREFLIGHT_TOKEN] = { "token", N_("not with this card"), ANSWER_NO,
	    ACTION_NONE, "" },
	[PREFLIGHT_PIN] = { "pin", N_("PIN locked"), ANSWER_NO,
	    ACTION_CHAIN, "card-read-error" },
	[PREFLIGHT_NETWORK] = { "network", N_("no network"), ANSWER_NO,
	    ACTION_NETWORK, "" },
	[PREFLIGHT_CLOCK] = { "clock", N_("wrong clock"), ANSWER_NO,
	    ACTION_NONE, "" },
};

/* Why no order is at hand: what asking said, or that nobody knows it. */
static const struct err *
order_err(const struct answer_facts *f, struct err *unknown)
{
	if (f->orders == NULL || f->order != NULL)
		return NULL;
	if (f->orders->err.code != ERR_NONE)
		return &f->orders->err;
	if (f->orders->n > 1 || f->orders->why == ORDER_WHY_NUMBER_ONLY)
		return NULL;
	err_set(unknown, ERR_ORDER_UNKNOWN, "", NULL);
	return unknown;
}

/*
 * Another certificate than the one in question may be another authority's; of
 * none known here, the order tells whose it is.
 */
static const struct authority *
authority_of(const struct answer_facts *f, const struct card_cert *c)
{
	const struct authority *a;

	if (c == check_cert(f) || f->authorities == NULL)
		return f->authority;
	a = cert_authority(c->cert, f->authorities, NULL);
	return a == NULL && f->order != NULL ? f->order->authority : a;
}

/* The key that a certificate which is ready can be put beside; NULL. */
static const struct card_key *
waiting_key(const struct answer_facts *f)
{
	const struct order *o = f->order != NULL ? &f->order->order : NULL;

	if (o == NULL || o->state != ORDER_READY || o->takes_request)
		return NULL;
	for (size_t i = 0; i < f->card->nkeys; i++)
		if (f->card->keys[i].cert == -1 && f->card->keys[i].has_spki)
			return &f->card->keys[i];
	return NULL;
}

/* As far as its length tells: other curves are as long. */
static enum key_kind
kind_of_key(const struct card_key *k)
{
	int kind = KEY_KIND_NONE + 1;

	while (kind < KEY_KINDS &&
	    (key_kind_type((enum key_kind)kind) != k->type ||
	    key_kind_bits((enum key_kind)kind) != k->bits))
		kind++;
	return kind < KEY_KINDS ? (enum key_kind)kind : KEY_KIND_NONE;
}

static void
look_ahead(const struct answer_facts *f, const struct card_cert *c,
    struct preflight *p)
{
	struct err unknown = ERR_INIT;
	const struct card_key *waiting = waiting_key(f);
	const struct preflight_facts pf = {
		.card = f->card, .cert = (size_t)(c - f->card->certs),
		.authority = authority_of(f, c), .conf = f->conf,
		.order = f->order != NULL ? &f->order->order : NULL,
		.order_err = order_err(f, &unknown), .waiting = waiting,
		.way = waiting != NULL ? way_order.id : NULL,
		.key = waiting != NULL ? kind_of_key(waiting) :
		    KEY_KIND_NONE,
		.net_asked = f->order != NULL && !f->order->kept,
		.net_err = f->net_err.code != ERR_NONE ? &f->net_err : NULL,
		.now = f->now,
	};

	preflight(&pf, p);
}

/* --- renew ---------------------------------------------------------------------- */

/* A file can be made for anybody; that somebody takes it, only a service says. */
static bool
is_by_machine(const struct preflight *p)
{
	const struct way *way = way_by_id(p->plan.way);

	return way != NULL && way->machine;
}

/* There are authorities that never renew any but qualified ones. */
static void
say_not_known(const struct cert *c, struct answer *a)
{
	char day[32];

	clock_day(c->not_after, day, sizeof day);
	if (c->qc.compliance) {
		answer_says(a, ANSWER_CANNOT_TELL, "request-only",
		    _("This certificate is still valid, until %s, so a request to renew it can be made here; whether its authority renews it on line is not known."),
		    day);
		answer_next(a, ACTION_QUESTION, "",
		    _("Ask the authority first whether it renews on line, and how it takes the request."));
	} else {
		answer_says(a, ANSWER_CANNOT_TELL, "not-qualified",
		    _("This certificate is still valid, until %s; whether it can be renewed on line cannot be told, since it is not a qualified one."),
		    day);
		answer_next(a, ACTION_QUESTION, "",
		    _("Ask the authority first: some renew qualified certificates only."));
	}
}

static bool
is_late(const struct answer_facts *f, const struct validity_view *v)
{
	return date_cmp(date_local(f->now), v->last_safe) > 0;
}

/* The last safe day counts whether or not it is sure that it goes. */
static void
say_days_left(const struct answer_facts *f, const struct validity_view *v,
    struct answer *a)
{
	if (is_late(f, v))
		answer_badge(a, _("renew today"));
	else if (v->state == VALID_ENDING)
		answer_badge(a, P_("%d day left", "%d days left",
		    (int)v->days_left), (int)v->days_left);
}

static void
offer_request(const struct card_cert *c, struct answer *a)
{
	char hash[CHECK_HASH_HEX];

	answer_next(a, ACTION_RENEW, check_hash(c->sha256, hash),
	    _("Make the request here: everything is checked once more before anything is written."));
}

static void
say_when(const struct answer_facts *f, const struct card_cert *c,
    struct answer *a)
{
	char safe[32], until[32];
	struct validity_view v;

	check_validity(f, c->cert, &v);
	clock_day(c->cert->not_after, until, sizeof until);
	snprintf(safe, sizeof safe, "%04d-%02d-%02d", v.last_safe.year,
	    v.last_safe.month, v.last_safe.day);
	if (is_late(f, &v)) {
		answer_says(a, ANSWER_YES, "late",
		    _("This certificate can still be renewed on line, but it ends on %s and the authority may need longer: do it today."),
		    until);
	} else if (v.state == VALID_ENDING) {
		answer_says(a, ANSWER_YES, "now",
		    _("This certificate can be renewed on line. It ends on %s; the last safe day to begin is %s."),
		    until, safe);
	} else {
		answer_says(a, ANSWER_YES, "early",
		    _("This certificate can be renewed on line already, though it is valid until %s; the last safe day to begin is %s."),
		    until, safe);
	}
	say_days_left(f, &v, a);
}

/* The first check that stops it, or NULL. */
static const struct preflight_check *
first_stop(const struct preflight *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->checks[i].verdict == VERDICT_NO)
			return &p->checks[i];
	return NULL;
}

static void
say_stop(const struct answer_facts *f, const struct preflight_check *stop,
    struct answer *a)
{
	/* Where there is one, none has to be placed, nor typed. */
	const struct order *o = stop->id == PREFLIGHT_ORDER &&
	    f->order != NULL ? &f->order->order : NULL;

	answer_says(a, stops[stop->id].verdict, stops[stop->id].reason,
	    "%s", stop->words);
	answer_badge(a, "%s", o != NULL ? order_state_word(o) :
	    _(stops[stop->id].badge));
	if (stop->next[0] != '\0')
		answer_next(a, stops[stop->id].action, o != NULL ? o->number :
		    stops[stop->id].arg, "%s", stop->next);
}

/*
 * True, and the answer says so, where the request was made already, in another
 * program maybe: the new one is ready and has only to be put beside its key.
 */
static bool
say_ready(const struct answer_facts *f, const struct card_cert *c,
    const struct preflight_check *stop, struct answer *a)
{
	enum check_bar bar = check_bar(f, c);
	struct check_order order;

	if (stop != NULL || waiting_key(f) == NULL ||
	    (bar != BAR_NONE && bar != BAR_EXPIRED) ||
	    !check_order_quiet(f, &order))
		return false;
	if (check_order_unwritable(f, &order, a))
		return true;
	answer_says(a, ANSWER_YES, "ready",
	    _("No request is needed any more: the certificate of order %s is ready, and a key on this card waits for one."),
	    order.o->number);
	answer_badge(a, _("ready now"));
	answer_next(a, ACTION_COLLECT, order.o->number,
	    _("Collect it: it is put beside its key and tried out."));
	return true;
}

/* Here and now, or what stands against it. */
static void
say_whether(const struct answer_facts *f, const struct card_cert *c,
    const struct preflight *p, struct answer *a)
{
	const struct preflight_check *stop = first_stop(p);
	enum check_bar bar = check_bar(f, c);
	char hash[CHECK_HASH_HEX];
	struct validity_view v;

	if (bar != BAR_NONE && bar != BAR_PIN_LOCKED)
		check_say_bar(bar, c, a);
	else if (stop != NULL)
		say_stop(f, stop, a);
	else if (!is_by_machine(p)) {
		check_validity(f, c->cert, &v);
		say_not_known(c->cert, a);
		say_days_left(f, &v, a);
		offer_request(c, a);
	} else {
		say_when(f, c, a);
		answer_next(a, ACTION_RENEW, check_hash(c->sha256, hash),
		    _("Renew it here: everything is checked once more before anything is written."));
	}
	answer_next(a, ACTION_ANSWER, "when-to-start",
	    _("See by which day it has to be begun."));
}

void
check_renew(const struct answer_facts *f, struct answer *a)
{
	const struct card_cert *c = check_ending(f);
	const struct preflight_check *stop;
	char words[CHECK_WORDS];
	struct preflight p;

	if (check_no_card(f, a))
		return;
	if (c == NULL) {
		check_say_no_cert(f, a);
		return;
	}
	answer_saw(a, VERDICT_YES, _("certificate"), "%s",
	    check_cert_words(c->cert, f->now, words, sizeof words));
	check_look_status(f, c, a);
	look_ahead(f, c, &p);
	stop = first_stop(&p);
	for (size_t i = 0; i < p.n; i++)
		answer_saw(a, p.checks[i].verdict, preflight_name(
		    p.checks[i].id), "%s", p.checks[i].words);
	if (!say_ready(f, c, stop, a))
		say_whether(f, c, &p, a);
	answer_why(a, _("This is about the certificate: %s."), words);
}

/* --- expired ---------------------------------------------------------------------- */

static long long
days_since(int64_t then, int64_t now)
{
	return (long long)(date_to_days(date_local(now)) -
	    date_to_days(date_local(then)));
}

static void
look_at_all(const struct answer_facts *f, const struct card_cert *about,
    struct answer *a)
{
	char words[CHECK_WORDS];

	for (size_t i = 0; i < f->card->ncerts; i++) {
		const struct card_cert *c = &f->card->certs[i];

		if (!check_is_own(c))
			continue;
		answer_saw(a, f->now > c->cert->not_after ||
		    c->cert->odd & ODD_DATES ? VERDICT_NO :
		    f->now < c->cert->not_before ? VERDICT_MAYBE : VERDICT_YES,
		    c == about ? _("certificate") :
		    _("another certificate"), "%s",
		    check_cert_words(c->cert, f->now, words, sizeof words));
	}
}

/* One that is valid and signs with legal effect: an order can be signed with it. */
static const struct card_cert *
valid_one(const struct answer_facts *f)
{
	for (size_t i = 0; i < f->card->ncerts; i++) {
		const struct card_cert *c = &f->card->certs[i];

		if (check_is_own(c) && cert_verdict(c->cert, PURPOSE_QSIGN,
		    f->now) == VERDICT_YES &&
		    check_bar(f, c) == BAR_NONE)
			return c;
	}
	return NULL;
}

static void
say_expired(const struct answer_facts *f, const struct card_cert *c,
    struct answer *a)
{
	long long days = days_since(c->cert->not_after, f->now);
	const struct card_cert *valid = valid_one(f);
	char day[32], hash[CHECK_HASH_HEX];

	answer_says(a, ANSWER_NO, "expired",
	    _("This certificate expired on %s; one that has expired can usually not be renewed on line."),
	    clock_day(c->cert->not_after, day, sizeof day));
	answer_why(a, "%s",
	    _("Renewal on line is usually signed with the old certificate, and an expired one signs nothing any more."));
	if (days == 0)
		answer_badge(a, _("expired today"));
	else
		answer_badge(a, P_("expired %d day ago",
		    "expired %d days ago", (int)days), (int)days);
	if (valid != NULL)
		answer_next(a, ACTION_CERT, check_hash(valid->sha256, hash),
		    _("Another certificate on this card is valid: the new order can be signed with it."));
	if (!c->cert->qc.compliance)
		answer_next(a, ACTION_QUESTION, "",
		    _("Ask the authority: for certificates that are not qualified it may have other rules."));
	answer_next(a, ACTION_ANSWER, "obtain",
	    _("Order a new certificate; the holder's identity is checked again."));
	answer_next(a, ACTION_NONE, NULL,
	    _("Keep the old card: what was encrypted for it can be read with it alone."));
}

/* What would keep it from being renewed is looked for before that is promised. */
static void
say_valid(const struct answer_facts *f, const struct card_cert *c,
    const struct validity_view *v, const struct preflight *p,
    struct answer *a)
{
	const struct preflight_check *stop = first_stop(p);
	char day[32], hash[CHECK_HASH_HEX];

	clock_day(c->cert->not_after, day, sizeof day);
	if (stop != NULL) {
		answer_saw(a, VERDICT_NO, preflight_name(stop->id), "%s",
		    stop->words);
		say_stop(f, stop, a);
		answer_why(a,
		    _("The certificate itself is still valid, until %s: that is no obstacle yet."),
		    day);
	} else if (!is_by_machine(p))
		say_not_known(c->cert, a);
	else
		answer_says(a, ANSWER_YES, "still-valid", v->days_left == 0 ?
		    _("This certificate is still valid, until %s, so it can be renewed on line; that usually ends with its last moment.") :
		    _("This certificate is still valid, until %s, so it can be renewed on line; afterwards it usually cannot."),
		    day);
	if (stop == NULL)
		say_days_left(f, v, a);
	if (stop == NULL && !is_by_machine(p))
		offer_request(c, a);
	else if (stop == NULL)
		answer_next(a, ACTION_RENEW, check_hash(c->sha256, hash),
		    _("Renew it here."));
	answer_next(a, ACTION_ANSWER, "when-to-start",
	    _("See by which day it has to be begun."));
}

/* The one named; else the latest to expire that nothing has replaced. */
static const struct card_cert *
expired_one(const struct answer_facts *f)
{
	const struct card_cert *best = NULL, *ending = check_ending(f);

	if (f->cert_named)
		return check_cert(f);
	for (size_t i = 0; i < f->card->ncerts; i++) {
		const struct card_cert *c = &f->card->certs[i];

		if (check_is_own(c) && !(c->cert->odd & ODD_DATES) &&
		    f->now > c->cert->not_after && check_replacement(f, c) == NULL &&
		    (best == NULL ||
		    c->cert->not_after > best->cert->not_after))
			best = c;
	}
	if (best != NULL)
		return best;
	/* One that has yet to begin says nothing of the one that is valid. */
	return ending == NULL || f->now < ending->cert->not_before ?
	    check_cert(f) : ending;
}

void
check_expired_online(const struct answer_facts *f, struct answer *a)
{
	const struct preflight_check *stop;
	const struct card_cert *c;
	struct validity_view v;
	struct preflight p;

	if (check_no_card(f, a))
		return;
	c = expired_one(f);
	if (c == NULL) {
		check_say_no_cert(f, a);
		return;
	}
	look_at_all(f, c, a);
	check_look_status(f, c, a);
	check_validity(f, c->cert, &v);
	look_ahead(f, c, &p);
	stop = first_stop(&p);
	if (say_ready(f, c, stop, a))
		return;
	if (v.state == VALID_EXPIRED)
		say_expired(f, c, a);
	else if (check_bar(f, c) != BAR_NONE)
		check_say_bar(check_bar(f, c), c, a);
	else
		say_valid(f, c, &v, &p, a);
}
