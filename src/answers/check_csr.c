/*
 * A request that somebody made in a program of the issuer's: whether it is right,
 * whose key it is for, what comes next; and what "registering" can mean.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/checks_order.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "cert/keykind.h"

/* Where the key of the file is. */
enum where { WHERE_WAITING, WHERE_WITH_CERT, WHERE_WITH_OTHER, WHERE_UNSEEN,
	WHERE_UNREAD, WHERE_ELSEWHERE, WHERE_NO_CARD };

struct found {
	enum where	 where;
	const struct card_cert *cert;	/* of that key, on the card; NULL */
	bool		 it;		/* of the file, or out of the request */
};

/* That a key is not seen says where it is only if all of the card was read. */
static enum where
where_unless_seen(const struct card *card)
{
	if (card->state != CARD_READY)
		return WHERE_UNREAD;
	if (!check_keys_seen(card))
		return WHERE_UNSEEN;
	return check_all_read(card) ? WHERE_ELSEWHERE : WHERE_UNREAD;
}

/* The order says of it that this is what was issued. */
static bool
is_of_order(const struct answer_facts *f, const struct cert *c)
{
	const struct order *o = f->order != NULL ? &f->order->order : NULL;

	return o != NULL && o->issued_len > 0 &&
	    check_same_number(o->issued, o->issued_len, c);
}

/* One on the same key may be older than the request, which has no date. */
static bool
may_be_out_of_it(const struct answer_facts *f, const struct cert *c)
{
	const struct order *o = f->order != NULL ? &f->order->order : NULL;

	if (c->odd & ODD_DATES || f->now > c->not_after)
		return false;
	if (o == NULL || o->state == ORDER_STATE_UNKNOWN)
		return true;
	if (o->issued_len > 0)
		return is_of_order(f, c);
	return o->state >= ORDER_COLLECTED && (o->renews_len == 0 ||
	    !check_same_number(o->renews, o->renews_len, c));
}

/* The certificate of that key, the one itself before others, then the latest. */
static void
find_cert(const struct answer_facts *f, const uint8_t spki[32],
    const struct cert *itself, struct found *out)
{
	bool here = false;

	for (size_t i = 0; i < f->card->ncerts; i++) {
		const struct card_cert *c = &f->card->certs[i];
		bool it;

		if (!check_is_own(c) || c->key == KEY_MISSING ||
		    memcmp(c->cert->spki_sha256, spki, 32) != 0)
			continue;
		here |= c->key == KEY_PRIVATE ||
		    check_key(f->card, c) == CHECK_KEY_HERE;
		it = itself != NULL ? memcmp(c->sha256, itself->sha256, 32) ==
		    0 : may_be_out_of_it(f, c->cert);
		if (out->cert == NULL || it > out->it || (it == out->it &&
		    c->cert->not_before > out->cert->cert->not_before)) {
			out->cert = c;
			out->it = it;
		}
	}
	if (here && out->it)
		out->where = WHERE_WITH_CERT;
	else if (here && out->where != WHERE_WAITING)
		out->where = WHERE_WITH_OTHER;
	else if (out->cert != NULL && out->where == WHERE_ELSEWHERE)
		out->where = WHERE_UNSEEN;
}

/* itself: the certificate of the file; NULL: a request's is looked for. */
static void
find_key(const struct answer_facts *f, const uint8_t spki[32],
    const struct cert *itself, struct found *out)
{
	const struct card *card = f->card;

	*out = (struct found){ .where = WHERE_NO_CARD };
	if (card == NULL || card->state == CARD_READING ||
	    card->state == CARD_ABSENT)
		return;
	out->where = where_unless_seen(card);
	for (size_t i = 0; i < card->nkeys; i++)
		if (card->keys[i].has_spki && card->keys[i].cert == -1 &&
		    memcmp(card->keys[i].spki_sha256, spki, 32) == 0)
			out->where = WHERE_WAITING;
	find_cert(f, spki, itself, out);
}

/* --- what was looked at ------------------------------------------------------------ */

static void
look_at_request(const struct cert_request *r, struct answer *a)
{
	static const struct {
		enum verdict	 mark;
		const char	*words;
	} proofs[] = {
		[SIGNATURE_RIGHT] = { VERDICT_YES,
		    N_("right: whoever made it has the key") },
		[SIGNATURE_WRONG] = { VERDICT_NO,
		    N_("wrong: it was changed, or made by another key") },
		[SIGNATURE_UNKNOWN] = { VERDICT_UNKNOWN,
		    N_("of a kind that cannot be checked here") },
	};

	answer_saw(a, proofs[r->proof].mark, _("its signature"), "%s",
	    _(proofs[r->proof].words));
	if (r->key_type == KEY_RSA)
		answer_saw(a, r->weak ? VERDICT_NO : VERDICT_YES, _("key"),
		    "RSA %u, %s", r->key_bits, r->signature_alg);
	else
		answer_saw(a, r->weak ? VERDICT_NO : VERDICT_YES, _("key"),
		    "%s, %s", r->key_curve != NULL ? r->key_curve :
		    _("another kind"), r->signature_alg);
	if (r->subject.nattrs > 0)
		answer_saw(a, VERDICT_YES, _("name in it"), P_("%zu part",
		    "%zu parts", r->subject.nattrs), r->subject.nattrs);
	else
		answer_saw(a, VERDICT_MAYBE, _("name in it"),
		    _("none; the authority takes it from the order"));
}

static void
look_at_key(const struct found *k, struct answer *a)
{
	static const struct {
		enum verdict	 mark;
		const char	*words;
	} keys[] = {
		[WHERE_WAITING] = { VERDICT_YES,
		    N_("on this card, waiting for its certificate") },
		[WHERE_WITH_CERT] = { VERDICT_YES,
		    N_("on this card, with its certificate") },
		[WHERE_WITH_OTHER] = { VERDICT_YES,
		    N_("on this card, with another certificate") },
		[WHERE_UNSEEN] = { VERDICT_UNKNOWN,
		    N_("can be seen only with the PIN") },
		[WHERE_UNREAD] = { VERDICT_UNKNOWN,
		    N_("not seen, but not all of the card could be read") },
		[WHERE_ELSEWHERE] = { VERDICT_NO, N_("not on this card") },
		[WHERE_NO_CARD] = { VERDICT_UNKNOWN,
		    N_("no card that could be looked at") },
	};

	answer_saw(a, keys[k->where].mark, _("its key"), "%s",
	    _(keys[k->where].words));
}

static void
look_at_order(const struct answer_facts *f, struct answer *a)
{
	if (f->order != NULL)
		answer_saw(a, f->order->order.state >= ORDER_CANCELLED ?
		    VERDICT_NO : VERDICT_YES, _("order"), "%s: %s",
		    f->order->order.number,
		    order_state_word(&f->order->order));
	else
		check_saw_no_order(f, a);
}

/* --- what comes next ------------------------------------------------------------------ */

/* The word means three things; each has a way of its own. */
static void
say_register(const struct card_cert *c, struct answer *a)
{
	char hash[CHECK_HASH_HEX];

	answer_why(a, "%s",
	    _("\"Registering\" can mean three things: making the certificate known to this computer, to one program such as Płatnik, or to the authority's account of the order."));
	if (c != NULL)
		answer_next(a, ACTION_REGISTER, check_hash(c->sha256, hash),
		    _("Make it known to the programs of this computer."));
	answer_next(a, ACTION_NONE, NULL,
	    _("In a program such as Płatnik choose it in that program's own settings; to the authority the desk tells it when it collects."));
}

/* The desk puts a certificate only beside a key that has none. */
static void
say_by_issuer(const struct card_cert *other, struct answer *a)
{
	char hash[CHECK_HASH_HEX];

	answer_next(a, ACTION_NONE, NULL,
	    _("Put it on the card with the issuer's own program: its key has another certificate there, and from here one is put only beside a key that has none."));
	answer_next(a, ACTION_CERT, check_hash(other->sha256, hash),
	    _("Look at the one that is there."));
}

static void
say_sent(const struct answer_facts *f, const struct found *k, struct answer *a)
{
	const struct order *o = f->order != NULL ? &f->order->order : NULL;

	if (o != NULL && o->state == ORDER_READY &&
	    k->where == WHERE_WITH_OTHER) {
		answer_says(a, ANSWER_YES, "ready",
		    _("The request is right, its key is on this card, and the certificate is ready."));
		answer_badge(a, _("ready now"));
		say_by_issuer(k->cert, a);
	} else if (o != NULL && o->state == ORDER_READY) {
		answer_says(a, ANSWER_YES, "ready",
		    _("The request is right, its key is on this card, and the certificate is ready: put it beside the key."));
		answer_badge(a, _("ready now"));
		answer_next(a, ACTION_COLLECT, o->number,
		    _("Collect it: it is put beside its key and tried out."));
	} else if (o != NULL && o->state > ORDER_CONFIRMED &&
	    o->state < ORDER_READY) {
		answer_says(a, ANSWER_NOT_YET, "at-authority",
		    _("The request is right and its key is on this card; now it is the authority's turn."));
		answer_next(a, ACTION_ORDER, o->number,
		    _("Look at the order: it says by when."));
	} else {
		answer_says(a, ANSWER_NOT_YET, "to-send",
		    k->where == WHERE_WITH_OTHER ?
		    _("The request is right, and its key is on this card beside an earlier certificate. Hand the request in with an order; it holds nothing secret, so any way will do.") :
		    _("The request is right and its key waits on this card. Hand the request in with an order; it holds nothing secret, so any way will do."));
		answer_next(a, ACTION_ORDER, o != NULL ? o->number : "",
		    o != NULL ? _("Look at the order: it says what comes next.") :
		    _("Type the order's number to see where it stands."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Do not remove the key from the card meanwhile: the certificate works with it alone."));
	}
}

static void
say_issued(const struct answer_facts *f, const struct card_cert *c,
    struct answer *a)
{
	char day[32];

	if (is_of_order(f, c->cert))
		answer_says(a, ANSWER_YES, "issued",
		    _("The certificate for this request is on the card beside its key: nothing is left to be done with the request."));
	else
		answer_says(a, ANSWER_YES, "issued",
		    _("A certificate for the key of this request is on the card beside it, valid from %s: if the request was made before that, nothing is left to be done with it."),
		    clock_day(c->cert->not_before, day, sizeof day));
	answer_badge(a, _("on the card"));
	say_register(c, a);
}

static void
say_request(const struct answer_facts *f, const struct found *k,
    struct answer *a)
{
	switch (k->where) {
	case WHERE_WITH_CERT:
		say_issued(f, k->cert, a);
		break;
	case WHERE_WITH_OTHER:
	case WHERE_WAITING:
		say_sent(f, k, a);
		say_register(NULL, a);
		break;
	case WHERE_ELSEWHERE:
		answer_says(a, ANSWER_NO, "other-card",
		    _("The request is right, but its key is not on this card; the certificate will work only where the key is."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Put in the card on which the request was made."));
		break;
	case WHERE_UNSEEN:
		answer_says(a, ANSWER_CANNOT_TELL, "key-unseen",
		    _("The request is right; whether its key is on this card is not seen without the PIN."));
		answer_next(a, ACTION_PIN, NULL,
		    _("Give the PIN, so that its key can be seen."));
		break;
	case WHERE_UNREAD:
		answer_says(a, ANSWER_CANNOT_TELL, "card-unread",
		    _("The request is right; whether its key is on this card cannot be told, since not all of the card could be read."));
		check_say_unread(f->card, a);
		break;
	case WHERE_NO_CARD:
		answer_says(a, ANSWER_CANNOT_TELL, "no-card",
		    _("The request is right; whether its key is on the card can be told once the card is in the reader."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Put in the card on which the request was made."));
		break;
	}
}

static void
look_into_request(const struct answer_facts *f, struct answer *a)
{
	const struct cert_request *r = f->file->request;
	struct found k;

	find_key(f, r->spki_sha256, NULL, &k);
	look_at_request(r, a);
	look_at_key(&k, a);
	look_at_order(f, a);
	if (r->proof == SIGNATURE_WRONG) {
		answer_says(a, ANSWER_NO, "signature-wrong",
		    _("This request was changed after it was made, or is damaged; no authority takes it."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Save it again in the program that made it, or make a new one."));
	} else if (r->weak) {
		answer_says(a, ANSWER_NO, "weak",
		    _("The key or the hash of this request is too weak; authorities refuse such ones."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Make a new request, with RSA of 2048 bits or more, or P-256, and SHA-256."));
	} else
		say_request(f, &k, a);
	answer_next(a, ACTION_REQUEST, "", _("Look at the whole request."));
}

/* --- not a request --------------------------------------------------------------------- */

/* What came back already: a certificate, for a key somewhere. */
static void
look_into_cert(const struct answer_facts *f, struct answer *a)
{
	const struct cert *c = NULL;
	char words[CHECK_WORDS];
	struct found k;

	for (size_t i = 0; i < f->file->ncerts && c == NULL; i++)
		if (!f->file->certs[i]->is_ca)
			c = f->file->certs[i];
	if (c == NULL) {
		answer_says(a, ANSWER_NO, "authority",
		    _("This is a certificate of an authority; it has no key on any person's card."));
		answer_next(a, ACTION_REQUEST, "",
		    _("Give the file that the program saved (.csr, .p10, .req, .pem): it is checked, and its key looked for on the card."));
		return;
	}
	find_key(f, c->spki_sha256, c, &k);
	answer_saw(a, VERDICT_YES, _("certificate"), "%s",
	    check_cert_words(c, f->now, words, sizeof words));
	look_at_key(&k, a);
	switch (k.where) {
	case WHERE_WAITING:
		answer_says(a, ANSWER_YES, "certificate-fits",
		    _("This is the certificate itself, and its key waits on this card: put it beside the key."));
		answer_next(a, ACTION_COLLECT, "",
		    _("Put it on the card: F7, then f and the file's name."));
		break;
	case WHERE_WITH_CERT:
		answer_says(a, ANSWER_YES, "issued",
		    _("This is the certificate itself, and it is on the card beside its key."));
		break;
	case WHERE_WITH_OTHER:
		answer_says(a, ANSWER_YES, "key-has-another",
		    _("This is the certificate itself, and its key is on this card, but beside another certificate: this one is not on the card."));
		say_by_issuer(k.cert, a);
		break;
	case WHERE_ELSEWHERE:
		answer_says(a, ANSWER_NO, "other-card",
		    _("This is the certificate itself, but its key is not on this card: here it can sign nothing."));
		answer_next(a, ACTION_NONE, NULL,
		    _("Put in the card on which the request was made."));
		answer_next(a, ACTION_REQUEST, "",
		    _("Or give the file of another one."));
		break;
	case WHERE_UNREAD:
		answer_says(a, ANSWER_CANNOT_TELL, "card-unread",
		    _("This is the certificate itself; whether its key is on the card is not seen yet."));
		check_say_unread(f->card, a);
		break;
	case WHERE_UNSEEN:
	case WHERE_NO_CARD:
		answer_says(a, ANSWER_CANNOT_TELL, k.where == WHERE_UNSEEN ?
		    "key-unseen" : "no-card", k.it ?
		    _("This is the certificate itself, and it is on this card; whether its key is there too is not seen yet.") :
		    _("This is the certificate itself; whether its key is on the card is not seen yet."));
		answer_next(a, k.where == WHERE_UNSEEN ? ACTION_PIN :
		    ACTION_NONE, NULL, k.where == WHERE_UNSEEN ?
		    _("Give the PIN, so that its key can be seen.") :
		    _("Put in the card on which the request was made."));
		break;
	}
	say_register(k.it ? k.cert : NULL, a);
}

static void
say_no_file(const struct answer_facts *f, struct answer *a)
{
	size_t waiting = 0;

	for (size_t i = 0; f->card != NULL && i < f->card->nkeys; i++)
		waiting += f->card->keys[i].cert == -1;
	if (waiting > 0)
		answer_saw(a, VERDICT_YES, _("card"),
		    P_("%zu key waits for a certificate",
		    "%zu keys wait for a certificate", waiting), waiting);
	answer_says(a, ANSWER_CANNOT_TELL, "no-file",
	    _("No request was given, so this answer is a general one."));
	answer_next(a, ACTION_REQUEST, "",
	    _("Give the file that the program saved (.csr, .p10, .req, .pem): it is checked, and its key looked for on the card."));
	say_register(NULL, a);
}

void
check_csr(const struct answer_facts *f, struct answer *a)
{
	char text[512];

	if (f->file == NULL)
		say_no_file(f, a);
	else if (f->file->request != NULL)
		look_into_request(f, a);
	else if (f->file->ncerts > 0)
		look_into_cert(f, a);
	else if (f->file->bytes.len == 0 && f->file->err.code != ERR_NONE) {
		answer_says(a, ANSWER_CANNOT_TELL, "unreadable", "%s",
		    err_sentence(&f->file->err, text, sizeof text));
		answer_next(a, ACTION_REQUEST, "",
		    _("Give the file that the program saved (.csr, .p10, .req, .pem): it is checked, and its key looked for on the card."));
	} else {
		answer_says(a, ANSWER_NO, "not-a-request",
		    _("This is neither a request nor a certificate."));
		if (f->file->err.code != ERR_NONE)
			answer_why(a, "%s", err_sentence(&f->file->err, text,
			    sizeof text));
		answer_next(a, ACTION_REQUEST, "",
		    _("Give the file that the program saved (.csr, .p10, .req, .pem): it is checked, and its key looked for on the card."));
	}
}
