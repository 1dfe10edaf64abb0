/* Checks of renewal, requests and lost cards: a situation a line. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/answerrig.h"

/* --- renewal ------------------------------------------------------------------------ */

#define ENDS(name, days) \
	static void \
	name(struct answerrig *r) \
	{ \
		rig_dates(r, rig_cert(r, "qualified", KEY_PRIVATE), -300, \
		    days); \
	}
ENDS(ends_in_20, 20)
ENDS(ends_in_200, 200)
ENDS(ends_in_5, 5)
ENDS(ended_3_ago, -3)
ENDS(ended_today, 0)

static void
renew_pin_locked(struct answerrig *r)
{
	ends_in_20(r);
	r->card->tokens[0].pin.locked = true;
	r->card->tokens[0].pin.verified = false;
}

static void
renew_no_room(struct answerrig *r)
{
	ends_in_20(r);
	r->card->model.max_certs = 1;
}

static void
renew_read_only(struct answerrig *r)
{
	ends_in_20(r);
	r->card->tokens[0].read_only = true;
}

#define ORDERS "[orders]\nurl = https://orders.example.org/v1\n"

static void
renew_no_order(struct answerrig *r)
{
	rig_authority(r, ORDERS);
	ends_in_20(r);
	rig_no_order(r);
}

static void
renew_order(struct answerrig *r)
{
	rig_authority(r, ORDERS);
	ends_in_20(r);
	rig_order(r, ORDER_CONFIRMED)->takes_request = true;
}

static void
renew_order_early(struct answerrig *r)
{
	rig_authority(r, ORDERS);
	ends_in_20(r);
	rig_order(r, ORDER_PLACED);
}

static void
renew_other_card(struct answerrig *r)
{
	struct order *o;

	rig_authority(r, ORDERS);
	ends_in_20(r);
	o = rig_order(r, ORDER_CONFIRMED);
	o->takes_request = true;
	o->card = strdup("9999");
}

static void
expired_beside_valid(struct answerrig *r)
{
	rig_cert(r, "qualified-expired", KEY_PRIVATE);
	rig_cert(r, "qualified", KEY_PRIVATE);
}

/* Two for the same: the expired one has been replaced, and is not meant. */
static void
replaced(struct answerrig *r)
{
	size_t old = rig_cert(r, "qualified", KEY_PRIVATE);

	rig_dates(r, old, -800, -100);
	rig_dates(r, rig_cert(r, "qualified", KEY_PRIVATE), -100, 600);
	r->facts.cert = 1;
}

/* It expired, and what is valid on the card is for something else. */
static void
expired_not_replaced(struct answerrig *r)
{
	rig_cert(r, "email", KEY_PRIVATE);
	rig_dates(r, 0, -100, 600);
	rig_cert(r, "qualified-expired", KEY_PRIVATE);
}

/* Nobody named one: what ends soon is meant, not the one that signs with effect. */
static void
mail_ends_soon(struct answerrig *r)
{
	ends_in_200(r);
	rig_dates(r, rig_cert(r, "email", KEY_PRIVATE), -300, 12);
}

/* The new one is on the card already: renewed is what ends next, if anything. */
static void
renewed(struct answerrig *r)
{
	size_t new;

	ends_in_20(r);
	new = rig_cert(r, "qualified", KEY_PRIVATE);
	rig_dates(r, new, -3, 700);
	r->facts.cert = new;
}

/* It begins where the old one ends. */
static void
renewed_later(struct answerrig *r)
{
	renewed(r);
	rig_dates(r, 1, 20, 700);
	r->facts.cert = 0;
}

static void
renewed_elsewhere(struct answerrig *r)
{
	ends_in_20(r);
	rig_dates(r, rig_cert(r, "qualified", KEY_MISSING), -3, 700);
}

static void
named_one(struct answerrig *r)
{
	mail_ends_soon(r);
	r->facts.cert_named = true;
}

static void
named_expired(struct answerrig *r)
{
	expired_beside_valid(r);
	r->facts.cert_named = true;
}

static void
not_qualified(struct answerrig *r)
{
	rig_dates(r, rig_cert(r, "email", KEY_PRIVATE), -300, 100);
}

static void
revoked_20(struct answerrig *r)
{
	rig_status(r, "qualified", STATUS_REVOKED);
	rig_dates(r, 0, -300, 20);
}

/* --- when to begin: 2026-11-22 is a Sunday ---------------------------------------------- */

static void
ends_behind_christmas(struct answerrig *r)
{
	/* 2027-01-04: Christmas, New Year's Day and weekends between. */
	ends_in_200(r);
	r->card->certs[0].cert->not_after = MAKE_NOW + 43 * RIG_DAY;
}

static void
slow_authority(struct answerrig *r)
{
	rig_authority(r, "[renewal]\nworking_days = 20\n");
	ends_in_20(r);
}

/* It takes longer than the advised window is: then that does not count. */
static void
short_window(struct answerrig *r)
{
	rig_authority(r, "[renewal]\nrenew_days = 5\nworking_days = 20\n");
	ends_in_20(r);
	r->card->certs[0].cert->not_after = MAKE_NOW + 40 * RIG_DAY;
}

static void
ends_in_15(struct answerrig *r)
{
	/* Monday 7 December less ten working days is Monday 23 November. */
	ends_in_20(r);
	r->card->certs[0].cert->not_after = MAKE_NOW + 15 * RIG_DAY;
}

static void
last_day(struct answerrig *r)
{
	ends_in_15(r);
	r->facts.now += RIG_DAY;
}

/* --- a certificate that is ready ------------------------------------------------------------ */

static void
embed_key_waits(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	rig_key(r);
}

static void
embed_ready(struct answerrig *r)
{
	embed_key_waits(r);
	rig_order(r, ORDER_READY);
}

static void
embed_later(struct answerrig *r)
{
	embed_key_waits(r);
	rig_order(r, ORDER_READY)->issued_from = MAKE_NOW + 30 * RIG_DAY;
}

static void
embed_not_ready(struct answerrig *r)
{
	embed_key_waits(r);
	rig_order(r, ORDER_VERIFIED);
}

static void
embed_cancelled(struct answerrig *r)
{
	embed_key_waits(r);
	rig_order(r, ORDER_CANCELLED);
}

static void
embed_other_card(struct answerrig *r)
{
	embed_key_waits(r);
	rig_order(r, ORDER_READY)->card = strdup("9999");
}

static void
embed_other_serial(struct answerrig *r)
{
	struct order *o;

	embed_key_waits(r);
	o = rig_order(r, ORDER_READY);
	o->renews[0] = 0x77;
	o->renews_len = 1;
}

static void
embed_done(struct answerrig *r)
{
	struct order *o;
	struct cert *c;
	size_t new;

	rig_cert(r, "qualified", KEY_PRIVATE);
	new = rig_cert(r, "qualified-full", KEY_PRIVATE);
	c = r->card->certs[new].cert;
	c->serial[0] ^= 0x10;
	o = rig_order(r, ORDER_READY);
	memcpy(o->issued, c->serial, c->serial_len);
	o->issued_len = c->serial_len;
}

static void
embed_no_room(struct answerrig *r)
{
	embed_key_waits(r);
	r->card->tokens[0].free_public = 700;
	r->card->tokens[0].total_public = 60000;
}

static void
embed_unseen(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_NOT_SEEN);
	r->card->tokens[0].pin.verified = false;
}

static void
embed_read_only(struct answerrig *r)
{
	embed_key_waits(r);
	r->card->tokens[0].read_only = true;
}

/* The other token may be written to: the key is not on that one. */
static void
embed_key_read_only(struct answerrig *r)
{
	embed_key_waits(r);
	rig_token(r, true);
	r->card->keys[1].tokens = 2;
}

static void
embed_key_locked(struct answerrig *r)
{
	embed_key_waits(r);
	rig_token(r, false)->pin.locked = true;
	r->card->keys[1].tokens = 2;
}

static void
embed_other_read_only(struct answerrig *r)
{
	embed_key_waits(r);
	rig_token(r, true)->pin.locked = true;
}

static void
embed_locked(struct answerrig *r)
{
	embed_key_waits(r);
	r->card->tokens[0].pin.locked = true;
	r->card->tokens[0].pin.verified = false;
}

/* --- a request ------------------------------------------------------------------------------ */

static void
csr_waits(struct answerrig *r)
{
	rig_key(r);
	rig_request(r, SIZE_MAX);
}

static void
csr_at_authority(struct answerrig *r)
{
	csr_waits(r);
	rig_order(r, ORDER_REQUEST_MADE);
}

static void
csr_ready(struct answerrig *r)
{
	csr_waits(r);
	rig_order(r, ORDER_READY);
}

static void
csr_issued(struct answerrig *r)
{
	rig_request(r, rig_cert(r, "email", KEY_PRIVATE));
}

static void
csr_other_card(struct answerrig *r)
{
	rig_cert(r, "email", KEY_PRIVATE);
	rig_request(r, SIZE_MAX);
}

static void
csr_unseen(struct answerrig *r)
{
	rig_request(r, SIZE_MAX);
	r->card->tokens[0].pin.verified = false;
}

/* Nothing of the card could be read: that the key is not on it nobody knows. */
static void
csr_card_failed(struct answerrig *r)
{
	rig_request(r, SIZE_MAX);
	r->card->state = CARD_FAILED;
	err_set(&r->card->err, ERR_CARD_MUTE, "Reader 00 00", NULL);
}

static void
csr_cut(struct answerrig *r)
{
	csr_other_card(r);
	r->card->cut = true;
}

static void
csr_half_read(struct answerrig *r)
{
	csr_other_card(r);
	err_set(&r->card->problems[r->card->nproblems++], ERR_MODULE_CRASHED,
	    "some-pkcs11.so", NULL);
}

static void
csr_cert_card_failed(struct answerrig *r)
{
	csr_card_failed(r);
	r->file.request = NULL;
	rig_file_cert(r, "qualified");
}

static void
csr_no_card(struct answerrig *r)
{
	rig_request(r, SIZE_MAX);
	rig_pull(r);
}

static void
csr_changed(struct answerrig *r)
{
	csr_waits(r);
	r->request.proof = SIGNATURE_WRONG;
}

static void
csr_weak(struct answerrig *r)
{
	csr_waits(r);
	r->request.key_bits = 1024;
	r->request.weak = true;
}

static void
csr_is_cert(struct answerrig *r)
{
	rig_file_cert(r, "qualified");
	rig_key(r);
	memcpy(r->card->keys[0].spki_sha256, r->file_cert->spki_sha256, 32);
}

static void
csr_cert_elsewhere(struct answerrig *r)
{
	rig_file_cert(r, "qualified");
	rig_key(r);
}

static void
csr_unreadable(struct answerrig *r)
{
	rig_file_bad(r);
	r->file.bytes.len = 0;
	err_clear(&r->file.err);
	err_set(&r->file.err, ERR_NO_FILE, "letter.txt", NULL);
}

static void
csr_nothing(struct answerrig *r)
{
	rig_key(r);
}

/* --- a lost card ------------------------------------------------------------------------------ */

static void
with_registry(struct answerrig *r, size_t certs)
{
	rig_pull(r);
	r->facts.had |= NEED_REGISTRY;
	r->facts.registry = true;
	r->facts.remembered = certs;
}

static void
lost_phone(struct answerrig *r)
{
	with_registry(r, 3);
	rig_authority(r, "[revocation]\nchannel = telephone\n"
	    "suspension = yes\nsuspension_days = 7\n"
	    "[telephone]\nnumber = 800 000 000\nhours = daily 00:00-24:00 holidays\n");
}

static void
lost_closed(struct answerrig *r)
{
	with_registry(r, 3);
	rig_authority(r, "[revocation]\nchannel = telephone\nsuspension = no\n"
	    "[telephone]\nnumber = 800 000 000\nhours = Mon-Fri 08:00-18:00\n");
}

static void
lost_cmp(struct answerrig *r)
{
	with_registry(r, 3);
	rig_authority(r, "[revocation]\nchannel = cmp\n"
	    "[cmp]\nurl = https://ca.example.org/cmp\n"
	    "certificate = /etc/officer.pem\nkey = /etc/officer.key\n");
}

static void
lost_nobody(struct answerrig *r)
{
	with_registry(r, 3);
}

static void
lost_empty(struct answerrig *r)
{
	with_registry(r, 0);
}

static void
lost_but_here(struct answerrig *r)
{
	lost_empty(r);
	r->card->state = CARD_READY;
	r->facts.card = r->card;
	rig_cert(r, "qualified", KEY_PRIVATE);
}

static void
lost_file(struct answerrig *r)
{
	with_registry(r, 3);
	rig_file_cert(r, "qualified");
}

static void
lost_bad_file(struct answerrig *r)
{
	with_registry(r, 0);
	rig_file_bad(r);
}

static void
lost_orders(struct answerrig *r)
{
	with_registry(r, 0);
	rig_authority(r, ORDERS);
}

/* --- the table -------------------------------------------------------------------- */

ONE(no_key, "email", KEY_MISSING)
ONE(not_yet, "qualified-not-yet", KEY_PRIVATE)
ONE(bad_dates, "date-reversed", KEY_PRIVATE)
ONE(qualified, "qualified", KEY_PRIVATE)

static const struct situation situations[] = {
	{ "in the window", "renew", ends_in_20,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "early", "renew", ends_in_200,
	  ANSWER_YES, "early", ACTION_RENEW },
	{ "late", "renew", ends_in_5,
	  ANSWER_YES, "late", ACTION_RENEW },
	{ "expired", "renew", ended_3_ago,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "revoked", "renew", revoked_20,
	  ANSWER_NO, "revoked", ACTION_ANSWER },
	{ "key elsewhere", "renew", no_key,
	  ANSWER_NO, "key-missing", ACTION_NONE },
	{ "PIN locked", "renew", renew_pin_locked,
	  ANSWER_NO, "pin", ACTION_CHAIN },
	{ "no room", "renew", renew_no_room,
	  ANSWER_NO, "room", ACTION_ANSWER },
	{ "read only", "renew", renew_read_only,
	  ANSWER_NO, "token", ACTION_NONE },
	{ "nobody knows the order", "renew", renew_no_order,
	  ANSWER_NOT_YET, "order", ACTION_ORDER },
	{ "the order takes it", "renew", renew_order,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "the order does not yet", "renew", renew_order_early,
	  ANSWER_NOT_YET, "order", ACTION_ORDER },
	{ "order for another card", "renew", renew_other_card,
	  ANSWER_NO, "other-card", ACTION_ORDER },
	{ "of two the one that ends", "renew", mail_ends_soon,
	  ANSWER_YES, "late", ACTION_RENEW },
	{ "of two the one named", "renew", named_one,
	  ANSWER_YES, "early", ACTION_RENEW },
	{ "renewed already", "renew", renewed,
	  ANSWER_YES, "early", ACTION_RENEW },
	{ "renewed from the old one's end", "renew", renewed_later,
	  ANSWER_NOT_YET, "not-yet-valid", ACTION_CERT },
	{ "the new one's key is elsewhere", "renew", renewed_elsewhere,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "only a key", "renew", csr_nothing,
	  ANSWER_NO, "no-certificate", ACTION_ANSWER },
	{ "no card", "renew", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

	{ "three days ago", "expired-online", ended_3_ago,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "on its last day", "expired-online", ended_today,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "valid", "expired-online", ends_in_20,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "replaced", "expired-online", replaced,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "not replaced", "expired-online", expired_not_replaced,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "named, another is valid", "expired-online", named_expired,
	  ANSWER_NO, "expired", ACTION_CERT },
	{ "not qualified", "expired-online", not_qualified,
	  ANSWER_YES, "still-valid", ACTION_QUESTION },
	{ "revoked", "expired-online", revoked_20,
	  ANSWER_NO, "revoked", ACTION_ANSWER },
	{ "not yet", "expired-online", not_yet,
	  ANSWER_NOT_YET, "not-yet-valid", ACTION_CERT },
	{ "dates", "expired-online", bad_dates,
	  ANSWER_NO, "dates-bad", ACTION_QUESTION },
	{ "no card", "expired-online", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

	{ "there is time", "when-to-start", ends_in_200,
	  ANSWER_NOT_YET, "early", ACTION_RENEW },
	{ "in the window", "when-to-start", ends_in_20,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "tomorrow is the last day", "when-to-start", ends_in_15,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "the last safe day", "when-to-start", last_day,
	  ANSWER_YES, "today", ACTION_RENEW },
	{ "late", "when-to-start", ends_in_5,
	  ANSWER_YES, "late", ACTION_QUESTION },
	{ "late with a slow authority", "when-to-start", slow_authority,
	  ANSWER_YES, "late", ACTION_QUESTION },
	{ "a window that is too short", "when-to-start", short_window,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "behind Christmas", "when-to-start", ends_behind_christmas,
	  ANSWER_NOT_YET, "early", ACTION_NONE },
	{ "expired", "when-to-start", ended_3_ago,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "dates", "when-to-start", bad_dates,
	  ANSWER_NO, "dates-bad", ACTION_QUESTION },
	{ "of two the one that ends", "when-to-start", mail_ends_soon,
	  ANSWER_YES, "late", ACTION_RENEW },
	{ "of two the one named", "when-to-start", named_one,
	  ANSWER_NOT_YET, "early", ACTION_NONE },
	{ "renewed already", "when-to-start", renewed,
	  ANSWER_NOT_YET, "early", ACTION_NONE },
	{ "no card", "when-to-start", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

	{ "a key waits", "embed-while-valid", embed_key_waits,
	  ANSWER_YES, "fits", ACTION_ORDER },
	{ "and the order is ready", "embed-while-valid", embed_ready,
	  ANSWER_YES, "fits", ACTION_COLLECT },
	{ "it counts later", "embed-while-valid", embed_later,
	  ANSWER_YES, "later", ACTION_COLLECT },
	{ "not ready", "embed-while-valid", embed_not_ready,
	  ANSWER_NOT_YET, "not-ready", ACTION_ORDER },
	{ "cancelled", "embed-while-valid", embed_cancelled,
	  ANSWER_NO, "order-ended", ACTION_ORDER },
	{ "another card", "embed-while-valid", embed_other_card,
	  ANSWER_NO, "other-card", ACTION_ORDER },
	{ "renews what is elsewhere", "embed-while-valid", embed_other_serial,
	  ANSWER_NO, "other-serial", ACTION_ORDER },
	{ "done already", "embed-while-valid", embed_done,
	  ANSWER_YES, "done", ACTION_CERT },
	{ "no room", "embed-while-valid", embed_no_room,
	  ANSWER_NO, "no-room", ACTION_ANSWER },
	{ "PIN not given", "embed-while-valid", embed_unseen,
	  ANSWER_CANNOT_TELL, "key-unseen", ACTION_PIN },
	{ "no key", "embed-while-valid", qualified,
	  ANSWER_NO, "no-key", ACTION_RENEW },
	{ "no key, and it has expired", "embed-while-valid", ended_3_ago,
	  ANSWER_NO, "no-key", ACTION_ORDER },
	{ "read only", "embed-while-valid", embed_read_only,
	  ANSWER_NO, "read-only", ACTION_CHAIN },
	{ "read only where the key is", "embed-while-valid",
	  embed_key_read_only, ANSWER_NO, "read-only", ACTION_CHAIN },
	{ "locked where the key is", "embed-while-valid", embed_key_locked,
	  ANSWER_NO, "pin-locked", ACTION_CHAIN },
	{ "read only and locked elsewhere", "embed-while-valid",
	  embed_other_read_only, ANSWER_YES, "fits", ACTION_ORDER },
	{ "PIN locked", "embed-while-valid", embed_locked,
	  ANSWER_NO, "pin-locked", ACTION_CHAIN },
	{ "no card", "embed-while-valid", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

	{ "its key waits", "csr", csr_waits,
	  ANSWER_NOT_YET, "to-send", ACTION_ORDER },
	{ "at the authority", "csr", csr_at_authority,
	  ANSWER_NOT_YET, "at-authority", ACTION_ORDER },
	{ "ready", "csr", csr_ready,
	  ANSWER_YES, "ready", ACTION_COLLECT },
	{ "issued", "csr", csr_issued,
	  ANSWER_YES, "issued", ACTION_REGISTER },
	{ "another card", "csr", csr_other_card,
	  ANSWER_NO, "other-card", ACTION_REQUEST },
	{ "PIN not given", "csr", csr_unseen,
	  ANSWER_CANNOT_TELL, "key-unseen", ACTION_PIN },
	{ "the card cannot be read", "csr", csr_card_failed,
	  ANSWER_CANNOT_TELL, "card-unread", ACTION_CHAIN },
	{ "there is more on it", "csr", csr_cut,
	  ANSWER_CANNOT_TELL, "card-unread", ACTION_CHAIN },
	{ "some of it cannot be read", "csr", csr_half_read,
	  ANSWER_CANNOT_TELL, "card-unread", ACTION_CHAIN },
	{ "a certificate, no card to read", "csr", csr_cert_card_failed,
	  ANSWER_CANNOT_TELL, "card-unread", ACTION_CHAIN },
	{ "no card", "csr", csr_no_card,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_REQUEST },
	{ "changed", "csr", csr_changed,
	  ANSWER_NO, "signature-wrong", ACTION_REQUEST },
	{ "weak", "csr", csr_weak,
	  ANSWER_NO, "weak", ACTION_REQUEST },
	{ "the certificate itself", "csr", csr_is_cert,
	  ANSWER_YES, "certificate-fits", ACTION_COLLECT },
	{ "a certificate of another card", "csr", csr_cert_elsewhere,
	  ANSWER_NO, "other-card", ACTION_REQUEST },
	{ "no file", "csr", csr_nothing,
	  ANSWER_CANNOT_TELL, "no-file", ACTION_REQUEST },
	{ "not there", "csr", csr_unreadable,
	  ANSWER_CANNOT_TELL, "unreadable", ACTION_REQUEST },
	{ "something else", "csr", lost_bad_file,
	  ANSWER_NO, "not-a-request", ACTION_REQUEST },

	{ "by telephone", "lost-card", lost_phone,
	  ANSWER_YES, "by-people", ACTION_REVOKE },
	{ "closed now", "lost-card", lost_closed,
	  ANSWER_YES, "by-people", ACTION_REVOKE },
	{ "from here", "lost-card", lost_cmp,
	  ANSWER_YES, "from-here", ACTION_REVOKE },
	{ "no authority", "lost-card", lost_nobody,
	  ANSWER_CANNOT_TELL, "no-way", ACTION_REVOKE },
	{ "a card in the reader", "lost-card", lost_but_here,
	  ANSWER_CANNOT_TELL, "no-way", ACTION_ANSWER },
	{ "nothing looked at", "lost-card", rig_not_looked,
	  ANSWER_CANNOT_TELL, "no-way", ACTION_REVOKE },

	{ "in the registry", "lost-serial", lost_nobody,
	  ANSWER_YES, "search", ACTION_FIND },
	{ "nothing remembered", "lost-serial", lost_empty,
	  ANSWER_CANNOT_TELL, "elsewhere", ACTION_DOCUMENT },
	{ "no registry", "lost-serial", rig_not_looked,
	  ANSWER_CANNOT_TELL, "elsewhere", ACTION_DOCUMENT },
	{ "in a file", "lost-serial", lost_file,
	  ANSWER_YES, "in-file", ACTION_REVOKE },
	{ "not in a file", "lost-serial", lost_bad_file,
	  ANSWER_CANNOT_TELL, "elsewhere", ACTION_DOCUMENT },
	{ "an order service", "lost-serial", lost_orders,
	  ANSWER_CANNOT_TELL, "elsewhere", ACTION_ORDER },
};

static void
test_situations(void **state)
{
	(void)state;
	rig_situations(situations, sizeof situations / sizeof *situations);
}

/* There nobody is searched for. */
static void
test_lost_on_a_kiosk(void **state)
{
	(void)state;
	for (int kiosk = 0; kiosk < 2; kiosk++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		lost_empty(&r);
		r.facts.kiosk = kiosk;
		rig_ask(&r, "lost-card", &a);
		assert_int_equal(a.steps[0].action, ACTION_REVOKE);
		assert_int_equal(strncmp(a.steps[0].words, "Find", 4) == 0,
		    !kiosk);
		rig_down(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_situations),
		cmocka_unit_test(test_lost_on_a_kiosk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
