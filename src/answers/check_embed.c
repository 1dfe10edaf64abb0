/*
 * Whether a certificate that is ready can be put on the card while the old one is
 * still valid: its key has to be there, and room; the old one does no harm.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/checks_order.h"
#include "base/clock.h"
#include "base/i18n.h"

struct embed {
	const struct card_cert *old;	/* or NULL */
	const struct order *order;	/* or NULL */
	struct order_meaning means;	/* of it */
	const struct card_cert *there;	/* the new one, on the card already */
	size_t		 waiting;	/* keys without a certificate */
	bool		 seen;		/* all keys could be seen */
	enum check_place place;		/* where it would be put */
	bool		 room;
};

/* --- finding out ---------------------------------------------------------------- */

/* What the order says was issued, on the card. */
static const struct card_cert *
issued_one(const struct card *card, const struct order *o)
{
	for (size_t i = 0; o->issued_len > 0 && i < card->ncerts; i++)
		if (check_is_own(&card->certs[i]) &&
		    check_same_number(o->issued, o->issued_len,
		    card->certs[i].cert))
			return &card->certs[i];
	return NULL;
}

static bool
has_room(const struct card *card)
{
	const struct capacity *c = &card->capacity;

	if (c->bytes_by != KNOWN_NOT && c->free_bytes >= 0 &&
	    c->free_bytes < CHECK_CERT_BYTES)
		return false;
	return check_room(card) != 0;
}

/* Some of the card may be written to, if not where the key is. */
static bool
has_open(const struct card *card)
{
	for (size_t i = 0; i < card->ntokens; i++)
		if (!card->tokens[i].read_only)
			return true;
	return false;
}

static void
find_out(const struct answer_facts *f, struct embed *e)
{
	const struct card *card = f->card;

	*e = (struct embed){ .old = check_cert(f),
	    .seen = check_keys_seen(card) };
	if (check_order_means(f, &e->means)) {
		e->order = &f->order->order;
		e->there = issued_one(card, e->order);
	}
	for (size_t i = 0; i < card->nkeys; i++)
		e->waiting += card->keys[i].cert == -1;
	e->place = check_place(card);
	e->room = has_room(card);
}

/* --- what was looked at ------------------------------------------------------------- */

static const enum order_mismatch misfits[] = {
	ORDER_OTHER_CARD, ORDER_OTHER_HOLDER, ORDER_OTHER_SERIAL,
};

static void
look_at_order(const struct answer_facts *f, const struct embed *e,
    struct answer *a)
{
	const struct order *o = e->order;
	char day[32];

	if (o == NULL) {
		check_saw_no_order(f, a);
		return;
	}
	answer_saw(a, o->state == ORDER_READY || o->state == ORDER_COLLECTED ?
	    VERDICT_YES : o->state == ORDER_STATE_UNKNOWN ? VERDICT_UNKNOWN :
	    VERDICT_NO, _("order"), "%s: %s", o->number,
	    order_state_word(o));
	for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++)
		if (e->means.mismatch & misfits[i])
			answer_saw(a, VERDICT_NO, _("its card"), "%s",
			    order_mismatch_words(misfits[i]));
	if (o->issued_from != 0)
		answer_saw(a, o->issued_from > f->now ? VERDICT_MAYBE :
		    VERDICT_YES, _("the new one counts from"), "%s",
		    clock_day(o->issued_from, day, sizeof day));
}

static void
look(const struct answer_facts *f, const struct embed *e, struct answer *a)
{
	const struct capacity *c = &f->card->capacity;
	char words[CHECK_WORDS];

	if (e->old != NULL)
		answer_saw(a, VERDICT_YES, _("the present one"), "%s",
		    check_cert_words(e->old->cert, f->now, words,
		    sizeof words));
	look_at_order(f, e, a);
	if (e->waiting > 0)
		answer_saw(a, VERDICT_YES, _("key of the new one"),
		    P_("%zu key waits for a certificate",
		    "%zu keys wait for a certificate", e->waiting),
		    e->waiting);
	else
		answer_saw(a, e->seen && check_all_read(f->card) ?
		    VERDICT_NO : VERDICT_UNKNOWN,
		    _("key of the new one"), !e->seen ?
		    _("can be seen only with the PIN") :
		    !check_all_read(f->card) ?
		    _("not seen, but not all of the card could be read") :
		    _("no key on the card waits for a certificate"));
	if (c->bytes_by != KNOWN_NOT && c->free_bytes >= 0)
		answer_saw(a, e->room ? VERDICT_YES : VERDICT_NO, _("room"),
		    _("%lld bytes are free, about %d are needed"),
		    (long long)c->free_bytes, CHECK_CERT_BYTES);
	else
		answer_saw(a, e->waiting > 0 ? VERDICT_YES : !e->room ?
		    VERDICT_NO : VERDICT_UNKNOWN, _("room"), e->waiting > 0 ?
		    _("the key has its place already; the card does not tell how much is free") :
		    _("the card does not tell how much is free"));
	answer_saw(a, e->place == CHECK_PLACE_OPEN ? VERDICT_YES : VERDICT_NO,
	    _("writing"), "%s", e->place == CHECK_PLACE_LOCKED ?
	    _("the PIN is locked") : e->place == CHECK_PLACE_OPEN ?
	    _("the card software may write to the card") :
	    has_open(f->card) ?
	    _("the card software may only read the part of the card where the key is") :
	    _("the card software may only read the card"));
}

/* --- the verdict -------------------------------------------------------------------- */

static bool
waits_with(const struct card *card, const uint8_t spki[32])
{
	for (size_t i = 0; i < card->nkeys; i++)
		if (card->keys[i].cert == -1 && card->keys[i].has_spki &&
		    memcmp(card->keys[i].spki_sha256, spki, 32) == 0)
			return true;
	return false;
}

static void
say_which_card(const struct order *o, struct answer *a)
{
	answer_next(a, ACTION_NONE, NULL,
	    _("Put in the card on which its request was made."));
	answer_next(a, ACTION_ORDER, o->number,
	    _("Look at the order: it says which card it is for."));
}

static bool
say_order_bars(const struct embed *e, struct answer *a)
{
	const struct order *o = e->order;

	if (o == NULL)
		return false;
	if (o->state >= ORDER_CANCELLED) {
		answer_says(a, ANSWER_NO, "order-ended",
		    _("The order has ended, so there is no certificate to put on the card: %s."),
		    order_state_word(o));
		answer_next(a, ACTION_ORDER, o->number,
		    _("Look at the order: it says why."));
	} else if (e->means.mismatch & (ORDER_OTHER_CARD |
	    ORDER_OTHER_HOLDER)) {
		answer_says(a, ANSWER_NO, "other-card",
		    _("The new certificate belongs on another card than the one in the reader."));
		say_which_card(o, a);
	} else if (e->means.mismatch & ORDER_OTHER_SERIAL) {
		answer_says(a, ANSWER_NO, "other-serial",
		    _("The order renews a certificate that is not on this card, so the new one belongs elsewhere."));
		say_which_card(o, a);
	} else if (o->state < ORDER_READY && o->state != ORDER_STATE_UNKNOWN) {
		answer_says(a, ANSWER_NOT_YET, "not-ready",
		    _("The new certificate is not ready yet: %s."),
		    order_state_word(o));
		answer_next(a, ACTION_ORDER, o->number,
		    _("Look at the order: it says who has to act, and by when."));
	} else
		return false;
	return true;
}

/* The way from here on a card that has nothing for the new one. */
static void
say_renew(const struct answer_facts *f, const struct embed *e, struct answer *a)
{
	char hash[CHECK_HASH_HEX];

	if (e->old != NULL && check_bar(f, e->old) == BAR_NONE)
		answer_next(a, ACTION_RENEW, check_hash(e->old->sha256, hash),
		    _("Renew it here: key, request and certificate then stay on this card."));
	else
		answer_next(a, ACTION_ORDER, "",
		    _("Look at the order: it says which card it is for."));
}

static bool
say_card_bars(const struct answer_facts *f, const struct embed *e,
    struct answer *a)
{
	if (e->waiting == 0 && e->seen && !check_all_read(f->card)) {
		answer_says(a, ANSWER_CANNOT_TELL, "card-unread",
		    _("No key that waits for a certificate was seen on this card, but not all of it could be read, so whether the new one belongs on it cannot be told."));
		check_say_unread(f->card, a);
	} else if (e->waiting == 0 && e->seen) {
		answer_says(a, ANSWER_NO, "no-key",
		    _("No key on this card waits for a certificate; the new one works only on the card where its request was made."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Put in that card; if there is none, have the request made again."));
		say_renew(f, e, a);
	} else if (e->place == CHECK_PLACE_READ_ONLY) {
		answer_says(a, ANSWER_NO, "read-only", "%s",
		    has_open(f->card) ?
		    _("The card software here may only read the part of this card where the key waits, so its certificate cannot be put beside it from here.") :
		    _("The card software here may only read this card, so nothing can be put on it from here."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Use the issuer's own program for it."));
		answer_next(a, ACTION_CHAIN, "client-does-not-start",
		    _("Look at what stands between the card and the desk, link by link."));
	} else if (e->place == CHECK_PLACE_LOCKED) {
		answer_says(a, ANSWER_NO, "pin-locked",
		    _("The PIN is locked, so nothing can be put on this card now."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Unlock the PIN with the PUK in the issuer's program; if that is locked too, only a new card helps."));
		answer_next(a, ACTION_CHAIN, "card-read-error",
		    _("Look at what stands between the card and the desk, link by link."));
	} else if (!e->room) {
		answer_says(a, ANSWER_NO, "no-room",
		    _("There is no room on the card for the new certificate."));
		answer_next(a, ACTION_ANSWER, "capacity",
		    _("See what takes the room, and what could be removed."));
	} else if (e->waiting == 0) {
		answer_says(a, ANSWER_CANNOT_TELL, "key-unseen",
		    _("It can if the key of the new certificate is on this card; without the PIN that is not seen."));
		answer_next(a, ACTION_PIN, NULL,
		    _("Give the PIN, so that its key can be seen."));
	} else
		return false;
	return true;
}

/* Room and key are there, but whether there is anything to be put is not known. */
static bool
say_unknown(const struct order *o, struct answer *a)
{
	if (o == NULL || o->state != ORDER_STATE_UNKNOWN)
		return false;
	answer_says(a, ANSWER_CANNOT_TELL, "unknown-state",
	    _("There is a place for it on the card, but the order is in a state that is not known here, so whether the certificate is ready cannot be told."));
	answer_next(a, ACTION_ORDER, o->number,
	    _("Look at the order: it says what comes next."));
	return true;
}

static void
say_fits(const struct answer_facts *f, const struct embed *e, struct answer *a)
{
	const struct order *o = e->order;
	char day[32];

	if (o != NULL && o->issued_from > f->now)
		answer_says(a, ANSWER_YES, "later",
		    _("The new certificate can be put on the card now, beside the old one; it counts only from %s, so sign with the old one until then."),
		    clock_day(o->issued_from, day, sizeof day));
	else
		answer_says(a, ANSWER_YES, "fits",
		    _("The new certificate can be put on the card now, beside the old one; both then work, each until its end."));
	answer_badge(a, _("can be put on"));
	if (o != NULL)
		answer_next(a, ACTION_COLLECT, o->number,
		    _("Collect it: it is put beside its key and tried out."));
	else
		answer_next(a, ACTION_ORDER, "",
		    _("Type the order's number: the certificate is fetched and put beside its key here."));
}

/* Whether the new one has the key of another that is on the card. */
static enum verdict
shares_key(const struct card *card, const struct embed *e)
{
	enum verdict shared = VERDICT_UNKNOWN;

	for (size_t i = 0; i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];

		if (!check_is_own(c) || c == e->there)
			continue;
		if (e->there != NULL ? memcmp(c->cert->spki_sha256,
		    e->there->cert->spki_sha256, 32) == 0 :
		    waits_with(card, c->cert->spki_sha256))
			return VERDICT_YES;
		shared = VERDICT_NO;
	}
	return e->there != NULL || check_key_waits(card) ? shared :
	    VERDICT_UNKNOWN;
}

static void
say_keys(const struct card *card, const struct embed *e, struct answer *a)
{
	enum verdict shared = shares_key(card, e);

	if (shared == VERDICT_YES)
		answer_why(a, "%s",
		    _("The new one has the same key as another certificate on the card: whoever removes that one with its key takes the key from the new one too."));
	else if (shared == VERDICT_NO)
		answer_why(a, "%s",
		    _("The new one has a key of its own, so it takes nothing from the old."));
}

void
check_embed_while_valid(const struct answer_facts *f, struct answer *a)
{
	char hash[CHECK_HASH_HEX];
	struct embed e;

	if (check_no_card(f, a))
		return;
	find_out(f, &e);
	look(f, &e, a);
	if (e.there != NULL) {
		answer_says(a, ANSWER_YES, "done",
		    _("The new certificate is on the card already."));
		answer_badge(a, _("on the card"));
		answer_next(a, ACTION_CERT, check_hash(e.there->sha256, hash),
		    _("Look at it."));
	} else if (!say_order_bars(&e, a) && !say_card_bars(f, &e, a) &&
	    !say_unknown(e.order, a))
		say_fits(f, &e, a);
	if (a->verdict != ANSWER_YES)
		return;
	say_keys(f->card, &e, a);
	answer_next(a, ACTION_NONE, NULL,
	    _("Keep the old one until the new one has signed something, and for good if anything was encrypted for it."));
}
