/* What several checks say or ask of the facts. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answers/checks.h"
#include "answers/codes.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cert/issued.h"

/* --- no card --------------------------------------------------------------- */

static bool
has_reader(const struct card_world *w)
{
	for (size_t i = 0; i < w->ncards; i++)
		if (w->cards[i]->reader[0] != '\0')
			return true;
	return false;
}

/* Why a world shows no card: the error that says so, or NULL where none does. */
static const struct err *
why_none(const struct card_world *w)
{
	if (w->helper_err.code != ERR_NONE)
		return &w->helper_err;
	return w->pcsc == PCSC_GONE && w->pcsc_err.code != ERR_NONE ?
	    &w->pcsc_err : NULL;
}

static void
say_err(struct answer *a, const char *reason, const struct err *err)
{
	char text[SAFE_TEXT_MAX];

	answer_says(a, ANSWER_CANNOT_TELL, reason, "%s",
	    err_sentence(err, text, sizeof text));
	if (err_next(err, text, sizeof text)[0] != '\0')
		answer_next(a, ACTION_NONE, NULL, "%s", text);
	answer_next(a, ACTION_CHAIN, "card-read-error",
	    _("Go through it step by step: reader, service, card, software, PIN."));
}

static void
say_no_card(const struct card_world *w, struct answer *a)
{
	const struct err *err = why_none(w);

	if (err != NULL)
		say_err(a, "card-service", err);
	else if (w->pcsc == PCSC_STARTING)
		answer_says(a, ANSWER_CANNOT_TELL, "card-service-starting",
		    _("The card service has not answered yet; wait a moment."));
	else if (!has_reader(w)) {
		answer_says(a, ANSWER_CANNOT_TELL, "no-reader",
		    _("No card reader is connected, so this answer is a general one."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Plug a reader in and put the card into it."));
	} else {
		answer_says(a, ANSWER_CANNOT_TELL, "no-card",
		    _("There is no card in the reader, so this answer is a general one."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Put the card in; the answer comes by itself."));
	}
}

bool
check_no_card(const struct answer_facts *f, struct answer *a)
{
	const struct card *card = f->card;

	if (card == NULL && (!(f->had & NEED_CARD) || f->world == NULL))
		answer_says(a, ANSWER_CANNOT_TELL, "not-looked",
		    _("No card was looked at, so this answer is a general one."));
	else if (card == NULL)
		say_no_card(f->world, a);
	else if (card->state == CARD_READING)
		answer_says(a, ANSWER_CANNOT_TELL, "reading",
		    _("The card is still being read; wait a moment."));
	else if (card->state == CARD_FAILED && card->ncerts == 0)
		say_err(a, "card-failed", &card->err);
	else
		return false;
	return true;
}

/* --- a card of which a part was not read ----------------------------------------- */

bool
check_all_read(const struct card *card)
{
	return card->state == CARD_READY && !card->cut && card->nproblems == 0;
}

const struct err *
check_unread_err(const struct card *card)
{
	return card->state == CARD_FAILED ? &card->err :
	    card->nproblems > 0 ? &card->problems[0] : NULL;
}

void
check_say_unread(const struct card *card, struct answer *a)
{
	const struct err *err = check_unread_err(card);
	char text[512];

	if (err != NULL)
		answer_why(a, "%s", err_sentence(err, text, sizeof text));
	answer_next(a, ACTION_CHAIN, "card-read-error",
	    _("Go through it step by step: reader, service, card, software, PIN."));
}

/* --- certificates ------------------------------------------------------------- */

const struct card_cert *
check_cert(const struct answer_facts *f)
{
	if (f->card == NULL || f->cert >= f->card->ncerts ||
	    f->card->certs[f->cert].cert == NULL)
		return NULL;
	return &f->card->certs[f->cert];
}

bool
check_is_own(const struct card_cert *c)
{
	return c->cert != NULL && !c->cert->is_ca;
}

void
check_say_no_cert(const struct answer_facts *f, struct answer *a)
{
	if (!check_all_read(f->card)) {
		answer_says(a, ANSWER_CANNOT_TELL, "card-unread",
		    _("No certificate of a holder was seen on this card, but not all of it could be read, so whether there is one cannot be told."));
		check_say_unread(f->card, a);
		return;
	}
	answer_says(a, ANSWER_NO, "no-certificate",
	    _("There is no certificate of a holder on this card, so nothing can be signed with it."));
	answer_badge(a, _("no certificate"));
	if (f->card->capacity.orphan_keys > 0)
		answer_next(a, ACTION_ANSWER, "csr",
		    _("A key on it waits for its certificate: see what comes next."));
	else
		answer_next(a, ACTION_ANSWER, "obtain",
		    _("See how to get a certificate."));
}

char *
check_cert_words(const struct cert *c, int64_t now, char *buf, size_t size)
{
	char purpose[96], day[32];
	bool early = now < c->not_before, late = now > c->not_after;

	cert_list_purpose(c, purpose, sizeof purpose);
	if (c->odd & ODD_DATES) {
		(void)snprintf(buf, size, "%s", purpose);
		return buf;
	}
	clock_day(early ? c->not_before : c->not_after, day, sizeof day);
	(void)snprintf(buf, size, early ? _("%s, valid only from %s") :
	    late ? _("%s, expired on %s") : _("%s, valid until %s"), purpose,
	    day);
	return buf;
}

static bool
has_letters(const char *label, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((label[i] & 0x80) != 0)
			return true;
	return false;
}

static bool
is_coded(const char *label, size_t n)
{
	return n > 4 && strncasecmp(label, "xn--", 4) == 0;
}

bool
check_may_be_same_mail(const char *one, const char *two)
{
	const char *a = strrchr(one, '@'), *b = strrchr(two, '@');
	bool differ = false;

	if (a == NULL || b == NULL || a - one != b - two ||
	    strncasecmp(one, two, (size_t)(a - one)) != 0)
		return false;
	do {
		size_t na = strcspn(++a, "."), nb = strcspn(++b, ".");

		if (na != nb || strncasecmp(a, b, na) != 0) {
			bool la = has_letters(a, na), lb = has_letters(b, nb);

			/* Two that are coded differ. */
			if (!(la && (lb || is_coded(b, nb))) &&
			    !(lb && is_coded(a, na)))
				return false;
			differ = true;
		}
		a += na;
		b += nb;
	} while (*a != '\0' && *b != '\0');
	return differ && *a == *b;
}

const char *
check_hash(const uint8_t sha256[32], char buf[CHECK_HASH_HEX])
{
	return text_hex(sha256, 32, 0, buf, CHECK_HASH_HEX);
}

void
check_validity(const struct answer_facts *f, const struct cert *c,
    struct validity_view *v)
{
	const struct authority *a = f->authorities != NULL ?
	    cert_authority(c, f->authorities, NULL) : f->authority;

	if (f->conf != NULL)
		cert_validity_by(c, f->now, f->conf, a, v);
	else
		cert_validity(c, f->now, 0, -1, v);
}

bool
check_same_number(const uint8_t *a, size_t na, const struct cert *c)
{
	for (; na > 1 && *a == 0; a++)
		na--;
	return na == c->serial_len && memcmp(a, c->serial, na) == 0;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* One person, and for the same firm and mailbox, as far as both say. */
static bool
same_holder(const struct cert *a, const struct cert *b)
{
	const char *mail = cert_email(a), *other = cert_email(b);
	bool ids = a->person.value != NULL && b->person.value != NULL &&
	    a->person.kind == b->person.kind &&
	    strcmp(a->person.country, b->person.country) == 0;

	if (!same_text(a->subject.org, b->subject.org) ||
	    (mail != NULL && other != NULL && strcasecmp(mail, other) != 0))
		return false;
	return ids ? strcmp(a->person.value, b->person.value) == 0 :
	    same_text(a->subject.cn, b->subject.cn);
}

bool
check_replaces(const struct card_cert *c, const struct card_cert *old,
    int64_t now)
{
	char mine[96], other[96];

	return check_is_own(c) && c->key != KEY_MISSING &&
	    !(c->cert->odd & ODD_DATES) && now <= c->cert->not_after &&
	    c->cert->not_after > old->cert->not_after &&
	    c->cert->not_before > old->cert->not_before &&
	    same_holder(c->cert, old->cert) &&
	    strcmp(cert_list_purpose(c->cert, other, sizeof other),
	    cert_list_purpose(old->cert, mine, sizeof mine)) == 0;
}

const struct card_cert *
check_replacement(const struct answer_facts *f, const struct card_cert *old)
{
	const struct card_cert *best = NULL;

	for (size_t i = 0; i < f->card->ncerts; i++) {
		const struct card_cert *c = &f->card->certs[i];

		if (check_replaces(c, best != NULL ? best : old, f->now) &&
		    check_status(f, c) != STATUS_REVOKED)
			best = c;
	}
	return best;
}

/* What the order in question renews, where that lies on the card. */
static const struct card_cert *
renewed_one(const struct answer_facts *f)
{
	const struct order *o = f->order != NULL ? &f->order->order : NULL;

	for (size_t i = 0; o != NULL && o->renews_len > 0 &&
	    f->card != NULL && i < f->card->ncerts; i++)
		if (check_is_own(&f->card->certs[i]) &&
		    check_same_number(o->renews, o->renews_len,
		    f->card->certs[i].cert))
			return &f->card->certs[i];
	return NULL;
}

const struct card_cert *
check_ending(const struct answer_facts *f)
{
	const struct card_cert *best = renewed_one(f);
	struct validity_view v;

	if (f->cert_named || f->card == NULL)
		return check_cert(f);
	if (best != NULL)
		return best;
	for (size_t i = 0; i < f->card->ncerts; i++) {
		const struct card_cert *c = &f->card->certs[i];

		if (!check_is_own(c) || c->key == KEY_MISSING ||
		    check_replacement(f, c) != NULL)
			continue;
		check_validity(f, c->cert, &v);
		if (v.state == VALID_ENDING && (best == NULL ||
		    c->cert->not_after < best->cert->not_after))
			best = c;
	}
	/* One that is valid today may have its successor on the card already. */
	if (best == NULL && check_cert(f) != NULL)
		best = check_replacement(f, check_cert(f));
	return best != NULL ? best : check_cert(f);
}

bool
check_keys_seen(const struct card *card)
{
	for (size_t i = 0; i < card->ntokens; i++)
		if (card->tokens[i].pin.set && !card->tokens[i].pin.verified)
			return false;
	return true;
}

/* --- where its issuers lead to --------------------------------------------------- */

static enum verdict
breaks_at(const struct trust_report *r, const struct cert *c, char *buf,
    size_t size)
{
	const struct code *code = code_by_number(CODE_X509,
	    (unsigned long)r->why);
	const char *why = code != NULL ? _(code->happened) : "";

	if (r->depth > 0)
		(void)snprintf(buf, size,
		    _("the chain breaks at the certificate of %s. %s"),
		    r->name, why);
	else
		(void)snprintf(buf, size,
		    _("the chain breaks at the certificate itself; it names %s as its issuer. %s"),
		    cert_issuer_name(c), why);
	return trust_lacks(r) ? VERDICT_MAYBE : VERDICT_NO;
}

enum verdict
check_trust(const struct answer_facts *f, const struct card_cert *c, char *buf,
    size_t size)
{
	const struct answer_trust *t = f->trusts != NULL ?
	    &f->trusts[c - f->card->certs] : NULL;
	const char *issuer = cert_issuer_name(c->cert);

	if (t == NULL || !t->looked) {
		(void)snprintf(buf, size,
		    _("%s issued it; that was not verified"), issuer);
		return VERDICT_UNKNOWN;
	}
	if (t->report.why == 0) {
		(void)snprintf(buf, size,
		    _("%s issued it; verified up to %s, which is trusted here. Other programs go by their own lists"),
		    issuer, t->report.name);
		return VERDICT_YES;
	}
	if (strcmp(c->cert->subject.line, c->cert->issuer.line) == 0) {
		(void)snprintf(buf, size, "%s",
		    _("it signed itself; no program trusts it unless told to"));
		return VERDICT_MAYBE;
	}
	if (!t->report.configured) {
		(void)snprintf(buf, size,
		    _("%s is named as its issuer; no certificate of that authority is set up here, so it could not be verified"),
		    issuer);
		return VERDICT_MAYBE;
	}
	return breaks_at(&t->report, c->cert, buf, size);
}

/* --- the order beside the card -------------------------------------------------- */

bool
check_order_means(const struct answer_facts *f, struct order_meaning *m)
{
	const char *numbers[CARD_TOKENS_MAX + 1];
	const struct cert *certs[CARD_CERTS_MAX];
	const struct card *card = f->card;
	struct order_card oc = { .numbers = numbers, .certs = certs };

	if (f->order == NULL)
		return false;
	/* What was not read lacks nothing. */
	if (card == NULL || card->state != CARD_READY) {
		order_mean(&f->order->order, NULL, f->order->authority, f->now,
		    m);
		return true;
	}
	if (card->number[0] != '\0')
		numbers[oc.nnumbers++] = card->number;
	for (size_t i = 0; i < card->ntokens && i < CARD_TOKENS_MAX; i++)
		if (card->tokens[i].serial[0] != '\0')
			numbers[oc.nnumbers++] = card->tokens[i].serial;
	for (size_t i = 0; i < card->ncerts && i < CARD_CERTS_MAX; i++)
		if (card->certs[i].cert != NULL)
			certs[oc.ncerts++] = card->certs[i].cert;
	oc.room = check_room(card);
	oc.part = !check_all_read(card);
	order_mean(&f->order->order, &oc, f->order->authority, f->now, m);
	return true;
}
