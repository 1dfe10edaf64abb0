/* What is looked at before anything is written: a function a check. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cert/issued.h"
#include "renewal/renewal_inside.h"
#include "renewal/way.h"

#define CLOCK_MAYBE	300	/* seconds two clocks may differ unsaid */
#define CLOCK_NO	3600	/* and by which dates cannot be judged any more */
#define WAYS_MAX	8

/* What the checks find out for those after them. */
struct look {
	const struct preflight_facts *f;
	const struct card_cert	*c;	/* NULL: no certificate */
	size_t			 token;	/* index; ntokens: none */
	const struct way	*way;
	enum key_kind		 kind;
	const struct card_key	*orphan;
};

static void
say(struct preflight_check *c, enum verdict verdict, const char *next,
    const char *words, ...) __attribute__((format(printf, 4, 5)));

/* next: a msgid, or NULL. */
static void
say(struct preflight_check *c, enum verdict verdict, const char *next,
    const char *words, ...)
{
	va_list ap;

	c->verdict = verdict;
	va_start(ap, words);
	(void)vsnprintf(c->words, sizeof c->words, words, ap);
	va_end(ap);
	c->words[text_cut(c->words, sizeof c->words - 1)] = '\0';
	snprintf(c->next, sizeof c->next, "%s", next != NULL ? _(next) : "");
	c->next[text_cut(c->next, sizeof c->next - 1)] = '\0';
}

static void
say_err(struct preflight_check *c, enum verdict verdict, const struct err *e)
{
	c->verdict = verdict;
	(void)err_sentence(e, c->words, sizeof c->words);
	(void)err_next(e, c->next, sizeof c->next);
}

/* --- the certificate -------------------------------------------------------------- */

static void
check_dates(const struct cert *cert, const struct preflight_facts *f,
    struct preflight_check *c)
{
	static const struct conf usual = { .renew_days = RENEW_OPEN_DAYS,
	    .working_days = RENEW_WORKING_DAYS };
	struct validity_view v;
	char until[32], from[32];

	cert_validity_by(cert, f->now, f->conf != NULL ? f->conf : &usual,
	    f->authority, &v);
	clock_day(cert->not_after, until, sizeof until);
	if (v.state == VALID_EXPIRED && f->waiting != NULL)
		say(c, VERDICT_MAYBE, NULL,
		    _("The certificate ended on %s; the new one has been issued already."),
		    until);
	else if (v.state == VALID_EXPIRED)
		say(c, VERDICT_NO, N_("Order a new one; the holder's identity has to be checked in person."),
		    _("The certificate ended on %s; what has ended can usually not be renewed on line."),
		    until);
	else if (v.state == VALID_NOT_YET)
		say(c, VERDICT_NO, NULL,
		    _("The certificate is valid only from %s."),
		    clock_day(cert->not_before, from, sizeof from));
	else if (v.state == VALID_BAD_DATES)
		say(c, VERDICT_NO, N_("Ask the authority."),
		    _("The dates of the certificate cannot be."));
	else if (date_cmp(date_local(f->now), v.last_safe) > 0)
		say(c, VERDICT_MAYBE, N_("Do it now; if the authority does not issue in time, a new certificate has to be ordered."),
		    _("The certificate ends on %s, and the authority may need longer than that."),
		    until);
	else if (date_cmp(date_local(f->now), v.renew_from) < 0)
		say(c, VERDICT_MAYBE, N_("Ask whether the new one would count from today."),
		    _("The certificate is valid until %s; it is early to renew it."),
		    until);
	else
		say(c, VERDICT_YES, NULL,
		    _("The certificate is valid until %s."), until);
}

static void
check_cert(struct look *l, struct preflight_check *c)
{
	if (l->c == NULL)
		say(c, VERDICT_NO, N_("Choose a certificate that can be read."),
		    _("There is no certificate to renew."));
	else if (l->c->cert->is_ca)
		say(c, VERDICT_NO, N_("Choose the holder's certificate."),
		    _("This is a certificate of an authority."));
	else if (l->c->key == KEY_MISSING)
		say(c, VERDICT_NO, N_("Put in the card that the certificate was issued on."),
		    _("The key of this certificate is not on the card."));
	else
		check_dates(l->c->cert, l->f, c);
}

/* --- the order ----------------------------------------------------------------------- */

/* For which certificate, is not known. */
static bool
key_waits(const struct card *card)
{
	for (size_t i = 0; i < card->nkeys; i++)
		if (card->keys[i].cert == -1 && card->keys[i].has_spki)
			return true;
	return false;
}

static void
check_order(struct look *l, struct preflight_check *c)
{
	const struct order *o = l->f->order;
	bool needed = l->way != NULL && strcmp(l->way->id, "order") == 0;

	if (o == NULL && l->f->order_err != NULL)
		say_err(c, needed ? VERDICT_NO : VERDICT_UNKNOWN,
		    l->f->order_err);
	else if (o == NULL)
		say(c, needed ? VERDICT_NO : VERDICT_YES,
		    needed ? N_("Type the number of the order.") : NULL, "%s",
		    needed ? _("No order is known for this renewal.") :
		    _("No order is needed for this."));
	else if (l->f->waiting != NULL)
		say(c, VERDICT_YES, NULL,
		    _("Order %s has the certificate for a key that waits on the card; it is fetched and put beside it."),
		    o->number);
	else if (o->takes_request)
		say(c, VERDICT_YES, NULL, _("Order %s takes a request."),
		    o->number);
	else if (o->state >= ORDER_COLLECTED)
		say(c, VERDICT_NO, N_("Place a new order."),
		    _("Order %s: %s."), o->number, order_state_word(o));
	else if (o->state >= ORDER_ISSUED && l->f->order_err != NULL)
		say_err(c, VERDICT_NO, l->f->order_err);
	else if (o->state == ORDER_ISSUED && !l->f->compared &&
	    key_waits(l->f->card))
		say(c, VERDICT_NO, N_("Look at the order: it says by when."),
		    _("The certificate of order %s is issued and will be ready to collect; a key on this card waits for one."),
		    o->number);
	else if (o->state >= ORDER_ISSUED)
		say(c, VERDICT_NO, N_("No key on this card waits for its certificate: collect it where the request was made, or have its link sent again."),
		    _("Order %s: %s."), o->number, order_state_word(o));
	else
		say(c, VERDICT_NO, N_("Look at the order: it says what is missing and who has to act."),
		    _("Order %s takes no request yet: %s."), o->number,
		    order_state_word(o));
}

static bool
renews_other(const struct order *o, const struct cert *cert)
{
	size_t pad = 0;

	if (o->renews_len == 0)
		return false;
	while (pad + 1 < o->renews_len && o->renews[pad] == 0)
		pad++;
	return o->renews_len - pad != cert->serial_len ||
	    memcmp(o->renews + pad, cert->serial, cert->serial_len) != 0;
}

/* What the order says of card and holder, against those that are here. */
static unsigned
mismatches(const struct look *l)
{
	const char *numbers[CARD_TOKENS_MAX + 1];
	const struct cert *certs[1] = { l->c->cert };
	struct order_card oc = { .numbers = numbers, .certs = certs,
	    .ncerts = 1, .room = -1 };
	const struct card *card = l->f->card;
	struct order_meaning m;
	size_t i;

	for (i = 0; i < card->ntokens; i++)
		if (card->tokens[i].serial != NULL)
			numbers[oc.nnumbers++] = card->tokens[i].serial;
	if (card->number != NULL && card->number[0] != '\0')
		numbers[oc.nnumbers++] = card->number;
	order_mean(l->f->order, &oc, l->f->authority, l->f->now, &m);
	return m.mismatch;
}

static void
check_card(struct look *l, struct preflight_check *c)
{
	static const enum order_mismatch stops[] = {
		ORDER_OTHER_CARD, ORDER_OTHER_HOLDER, ORDER_OTHER_SERIAL,
	};
	unsigned found;
	size_t i;

	if (l->f->order == NULL || l->c == NULL) {
		say(c, VERDICT_UNKNOWN, NULL,
		    _("No order names a card or a holder."));
		return;
	}
	found = mismatches(l);
	if (renews_other(l->f->order, l->c->cert))
		found |= ORDER_OTHER_SERIAL;
	for (i = 0; i < sizeof stops / sizeof *stops; i++)
		if (found & stops[i]) {
			say(c, VERDICT_NO, N_("Put in the card that the order is for, or take the order for this card."),
			    "%s", order_mismatch_words(stops[i]));
			return;
		}
	if (found & ORDER_CANNOT_TELL)
		say(c, VERDICT_UNKNOWN, NULL,
		    _("The order does not say for which card it is."));
	else
		say(c, VERDICT_YES, NULL,
		    _("The order is for this card and this holder."));
}

/* --- how it goes ----------------------------------------------------------------------- */

/*
 * The one asked for; else what the authority prefers.  Without an order its order
 * service has nothing to take a request for.
 */
static const struct way *
choose_way(const struct preflight_facts *f)
{
	const struct way *all[WAYS_MAX];
	size_t n = ways_of(f->authority, all, WAYS_MAX), i;

	for (i = 0; i < n; i++) {
		if (f->way != NULL && strcmp(f->way, all[i]->id) != 0)
			continue;
		if (f->way == NULL && f->order == NULL &&
		    strcmp(all[i]->id, "order") == 0 && n > 1 &&
		    f->order_err == NULL)
			continue;
		return all[i];
	}
	return NULL;
}

static bool
is_of(unsigned kinds, enum key_kind kind)
{
	return (kinds & 1u << kind) != 0;
}

static enum key_kind
first_of(unsigned kinds)
{
	int kind = KEY_KIND_NONE + 1;

	while (kind + 1 < KEY_KINDS && !is_of(kinds, (enum key_kind)kind))
		kind++;
	return (enum key_kind)kind;
}

/* All, where the card does not tell. */
static unsigned
makes(const struct look *l)
{
	const struct card *card = l->f->card;

	return l->token < card->ntokens && card->tokens[l->token].makes != 0 ?
	    card->tokens[l->token].makes : ~0u;
}

/*
 * The kind of key: asked for, else as the order, the authority, the old one; of
 * those that the order takes one that the card makes.
 */
static enum key_kind
choose_kind(const struct look *l, const struct cert *old)
{
	const struct preflight_facts *f = l->f;
	unsigned takes = f->order != NULL ? f->order->key_kinds : 0;
	enum key_kind kind = f->key;

	if (kind != KEY_KIND_NONE)
		return kind;
	if (f->authority != NULL && f->authority->renewal_key != NULL)
		kind = key_kind_from_id(f->authority->renewal_key);
	if (kind == KEY_KIND_NONE && old != NULL)
		kind = key_kind_of(old);
	/* Of a kind that is made no more. */
	if (kind == KEY_KIND_NONE)
		kind = old != NULL && old->key_type == KEY_EC ?
		    KEY_KIND_P256 : KEY_KIND_RSA2048;
	if (takes == 0 || is_of(takes & makes(l), kind))
		return kind;
	if ((takes & makes(l)) != 0)
		return first_of(takes & makes(l));
	return is_of(takes, kind) ? kind : first_of(takes);
}

static void
check_way(struct look *l, struct preflight_check *c)
{
	unsigned takes = l->f->order != NULL ? l->f->order->key_kinds : 0;

	if (l->way == NULL)
		say(c, VERDICT_NO, N_("Choose another way: okienko renew --help."),
		    _("The authority does not take requests this way."));
	else if (l->f->waiting != NULL)
		say(c, VERDICT_YES, NULL,
		    _("The certificate comes %s; key: %s."), _(l->way->name),
		    key_kind_name(l->kind));
	else if (takes != 0 && (takes & (1u << l->kind)) == 0)
		say(c, VERDICT_NO, N_("Choose another kind of key."),
		    _("The order takes no key of the kind %s."),
		    key_kind_name(l->kind));
	else
		say(c, VERDICT_YES, NULL, _("The request goes %s; key: %s."),
		    _(l->way->name), key_kind_name(l->kind));
}

/* --- the card ------------------------------------------------------------------------------ */

const struct card_key *
renewal_orphan(const struct card *card, size_t token, enum key_kind kind)
{
	size_t i;

	for (i = 0; i < card->nkeys; i++) {
		const struct card_key *k = &card->keys[i];

		if (k->cert == -1 && k->has_spki && k->id[0] != '\0' &&
		    k->tokens & (1u << token) &&
		    k->type == key_kind_type(kind) &&
		    k->bits == key_kind_bits(kind) &&
		    strlen(k->id) < sizeof ((struct renewal_view *)0)->new_key)
			return k;
	}
	return NULL;
}

static void
check_room(struct look *l, struct preflight_check *c)
{
	const struct capacity *cap = &l->f->card->capacity;
	int room = card_room(l->f->card), n = cap->more > 0 ? cap->more : room;

	if (l->orphan != NULL)
		say(c, VERDICT_YES, NULL,
		    _("A key of an earlier attempt is on the card without a certificate: it is used, and no other made."));
	else if (room == 0 && cap->rule != CAPACITY_READ_ONLY)
		say(c, VERDICT_NO, N_("Look under Capacity what can be removed, or use a new card."),
		    _("There is no room for another certificate on the card."));
	else if (cap->more == 0 && cap->rule == CAPACITY_ISSUER &&
	    l->c != NULL && l->c->cert->qc.compliance)
		say(c, VERDICT_MAYBE, N_("Ask the issuer whether it puts another certificate on this card."),
		    _("The issuer's limit is reached: %d of %d qualified certificates are on the card."),
		    cap->used, cap->places);
	else if (room < 0)
		say(c, VERDICT_UNKNOWN, NULL,
		    _("Whether there is room on the card, the card does not tell."));
	else
		say(c, VERDICT_YES, NULL, P_("There is room for %d more certificate.",
		    "There is room for %d more certificates.", n), n);
}

static void
check_token(struct look *l, struct preflight_check *c)
{
	const struct card *card = l->f->card;

	if (l->token >= card->ntokens)
		say(c, VERDICT_NO, N_("Take the card out and put it back."),
		    _("Where on the card the certificate lies is not known."));
	else if (card->tokens[l->token].serial == NULL ||
	    card->tokens[l->token].serial[0] == '\0')
		say(c, VERDICT_NO, N_("Write it with the issuer's own program."),
		    _("The card has no number by which it could be known again."));
	else if (card->tokens[l->token].read_only)
		say(c, VERDICT_NO, N_("Write it with the issuer's own program."),
		    _("The card software lets nobody write to this part of the card."));
	else if (l->orphan == NULL && makes(l) == TOKEN_TELLS)
		say(c, VERDICT_NO, N_("Write it with the issuer's own program."),
		    _("The card software makes no keys on this card."));
	else if (l->orphan != NULL)
		say(c, VERDICT_YES, NULL,
		    _("The card may be written to; the key is on it already."));
	else if (is_of(makes(l), l->kind))
		say(c, VERDICT_YES, NULL,
		    _("The card may be written to; the key is made on it."));
	else if (l->f->order != NULL && l->f->order->key_kinds != 0 &&
	    (l->f->order->key_kinds & makes(l)) == 0)
		say(c, VERDICT_NO, N_("Ask the authority which other key it takes, or renew on another card."),
		    _("The card makes no key of a kind that the order takes."));
	else
		say(c, VERDICT_NO, N_("Choose another kind of key."),
		    _("The card makes no key of the kind %s."),
		    key_kind_name(l->kind));
}

static void
check_pin(struct look *l, struct preflight_check *c)
{
	const struct pin *p = l->token < l->f->card->ntokens ?
	    &l->f->card->tokens[l->token].pin : NULL;

	if (p == NULL)
		say(c, VERDICT_UNKNOWN, NULL, _("The PIN cannot be judged."));
	else if (p->locked || p->tries == 0)
		say(c, VERDICT_NO, N_("Unlock it with the PUK in the issuer's program, or ask the issuer."),
		    _("The PIN is locked."));
	else if (!p->set)
		say(c, VERDICT_NO, N_("Set it in the issuer's program first."),
		    _("No PIN has been set on the card."));
	else if (pin_is_last(p))
		say(c, VERDICT_MAYBE, N_("Type the PIN only if the holder is sure of it."),
		    _("The PIN has one try left: a wrong one locks the card."));
	else if (p->tries > 1)
		say(c, VERDICT_YES, NULL, P_("The PIN has %d try left.",
		    "The PIN has %d tries left.", p->tries), p->tries);
	else
		say(c, VERDICT_YES, NULL, _("The PIN is set and not locked."));
}

/* --- the way there --------------------------------------------------------------------------- */

static void
check_network(struct look *l, struct preflight_check *c)
{
	if (l->way != NULL && !l->way->machine)
		say(c, VERDICT_YES, NULL,
		    _("Nothing is sent from here: the request is saved to a file."));
	else if (l->f->net_err != NULL) {
		say_err(c, VERDICT_MAYBE, l->f->net_err);
		snprintf(c->next, sizeof c->next, "%s",
		    _("The request can be made now; it is sent when the service answers."));
	} else if (!l->f->net_asked)
		say(c, VERDICT_UNKNOWN, NULL,
		    _("The service was not asked yet."));
	else
		say(c, VERDICT_YES, NULL, _("The service answers."));
}

static void
check_clock(struct look *l, struct preflight_check *c)
{
	int64_t off = l->f->now - l->f->server_time;

	if (off < 0)
		off = -off;
	if (l->f->server_time == 0)
		say(c, VERDICT_UNKNOWN, NULL,
		    _("There is no other clock to compare with."));
	else if (off <= CLOCK_MAYBE)
		say(c, VERDICT_YES, NULL, _("The clock is right."));
	else
		say(c, off > CLOCK_NO ? VERDICT_NO : VERDICT_MAYBE,
		    N_("Set the clock of this machine: timedatectl set-ntp true."),
		    _("The clock of this machine and that of the service differ by %" PRId64 " min."),
		    off / 60);
}

/* --- all of them ------------------------------------------------------------------------------- */

static const struct {
	const char	*word, *name;
	void		(*check)(struct look *, struct preflight_check *);
} checks[PREFLIGHT_COUNT] = {
	[PREFLIGHT_CERT] = { "certificate", N_("Certificate"), check_cert },
	[PREFLIGHT_ORDER] = { "order", N_("Order"), check_order },
	[PREFLIGHT_CARD] = { "card", N_("Card of the order"), check_card },
	[PREFLIGHT_WAY] = { "way", N_("Way to the authority"), check_way },
	[PREFLIGHT_ROOM] = { "room", N_("Room"), check_room },
	[PREFLIGHT_TOKEN] = { "token", N_("Writing"), check_token },
	[PREFLIGHT_PIN] = { "pin", N_("PIN"), check_pin },
	[PREFLIGHT_NETWORK] = { "network", N_("Network"), check_network },
	[PREFLIGHT_CLOCK] = { "clock", N_("Clock"), check_clock },
};

const char *
preflight_name(enum preflight_id id)
{
	return _(checks[id].name);
}

const char *
preflight_word(enum preflight_id id)
{
	return checks[id].word;
}

/* The first token that the certificate is on and that may be written to. */
static size_t
token_of(const struct card *card, const struct card_cert *c)
{
	size_t i, any = card->ntokens;

	for (i = 0; c != NULL && i < card->ntokens; i++) {
		if ((c->tokens & (1u << i)) == 0)
			continue;
		if (!card->tokens[i].read_only)
			return i;
		if (any == card->ntokens)
			any = i;
	}
	return any;
}

static void
make_plan(const struct look *l, struct renewal_plan *p)
{
	const struct preflight_facts *f = l->f;
	const struct token *t = &f->card->tokens[l->token];
	size_t i;

	snprintf(p->authority, sizeof p->authority, "%s",
	    f->authority != NULL ? f->authority->id : "");
	snprintf(p->order, sizeof p->order, "%s",
	    f->order != NULL ? f->order->number : "");
	snprintf(p->way, sizeof p->way, "%s", l->way->id);
	snprintf(p->module, sizeof p->module, "%s", t->module);
	snprintf(p->token, sizeof p->token, "%s", t->serial);
	if (l->c->id != NULL)
		snprintf(p->old_key, sizeof p->old_key, "%s", l->c->id);
	memcpy(p->old_sha256, l->c->sha256, sizeof p->old_sha256);
	p->key = l->kind;
	p->elsewhere = f->waiting != NULL;
	/* What a request would be like does not matter where there is none. */
	if (p->elsewhere)
		return;
	p->signed_by_old = (f->order != NULL && f->order->signed_by_old) ||
	    (f->authority != NULL && f->authority->renewal_signed_by_old);
	if (f->order == NULL)
		return;
	p->ku = f->order->ku;
	for (i = 0; i < sizeof p->eku / sizeof *p->eku; i++)
		if (strlen(f->order->eku[i]) < sizeof p->eku[i])
			memcpy(p->eku[i], f->order->eku[i],
			    strlen(f->order->eku[i]) + 1);
}

void
preflight(const struct preflight_facts *f, struct preflight *p)
{
	struct look l = { .f = f };
	size_t i;

	memset(p, 0, sizeof *p);
	if (f->cert < f->card->ncerts && f->card->certs[f->cert].cert != NULL)
		l.c = &f->card->certs[f->cert];
	l.token = token_of(f->card, l.c);
	l.way = choose_way(f);
	l.kind = choose_kind(&l, l.c != NULL ? l.c->cert : NULL);
	if (f->waiting != NULL)
		l.orphan = f->waiting;
	else if (l.token < f->card->ntokens)
		l.orphan = renewal_orphan(f->card, l.token, l.kind);
	p->go = true;
	for (i = 0; i < PREFLIGHT_COUNT; i++) {
		p->checks[i].id = (enum preflight_id)i;
		checks[i].check(&l, &p->checks[i]);
		p->go &= p->checks[i].verdict != VERDICT_NO;
	}
	p->n = PREFLIGHT_COUNT;
	if (l.orphan != NULL)
		snprintf(p->orphan, sizeof p->orphan, "%s", l.orphan->id);
	if (p->go)
		make_plan(&l, &p->plan);
}
