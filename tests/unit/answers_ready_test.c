/* Checks of what is ready: a certificate to be put on the card, a request. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/answerrig.h"

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
embed_strange(struct answerrig *r)
{
	embed_key_waits(r);
	rig_order(r, ORDER_STATE_UNKNOWN);
}

static void
embed_strange_no_key(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	rig_order(r, ORDER_STATE_UNKNOWN);
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
embed_expired(struct answerrig *r)
{
	rig_dates(r, rig_cert(r, "qualified", KEY_PRIVATE), -300, -3);
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

/* The old certificate of a key says nothing of a request on the same key. */
static void
csr_expired(struct answerrig *r)
{
	size_t at = rig_cert(r, "email", KEY_PRIVATE);

	rig_dates(r, at, -900, -3);
	rig_request(r, at);
}

static void
csr_expired_ready(struct answerrig *r)
{
	csr_expired(r);
	rig_order(r, ORDER_READY);
}

static void
csr_renews(struct answerrig *r)
{
	csr_issued(r);
	rig_order(r, ORDER_REQUEST_MADE);
}

static void
csr_collected(struct answerrig *r)
{
	const struct cert *c;
	struct order *o;

	csr_issued(r);
	c = r->card->certs[0].cert;
	o = rig_order(r, ORDER_COLLECTED);
	memcpy(o->issued, c->serial, c->serial_len);
	o->issued_len = c->serial_len;
}

static void
csr_wrong_card(struct answerrig *r)
{
	rig_request(r, rig_cert(r, "email", KEY_MISSING));
}

static void
csr_issued_unseen(struct answerrig *r)
{
	rig_request(r, rig_cert(r, "email", KEY_NOT_SEEN));
	r->card->tokens[0].pin.verified = false;
}

static void
csr_issued_public(struct answerrig *r)
{
	rig_request(r, rig_cert(r, "email", KEY_PUBLIC));
	r->card->tokens[0].pin.verified = false;
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
csr_cert_issued(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	rig_file_cert(r, "qualified");
}

static void
csr_cert_same_key(struct answerrig *r)
{
	csr_cert_issued(r);
	r->card->certs[0].sha256[0] ^= 1;
}

static void
csr_cert_wrong_card(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_MISSING);
	rig_file_cert(r, "qualified");
}

static void
csr_cert_unseen(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_NOT_SEEN);
	rig_file_cert(r, "qualified");
	r->card->tokens[0].pin.verified = false;
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

static void
csr_other_file(struct answerrig *r)
{
	rig_file_bad(r);
}

/* --- a card of which a part was not read ---------------------------------------------------- */

static void
half_read(struct answerrig *r)
{
	err_set(&r->card->problems[r->card->nproblems++], ERR_MODULE_CRASHED,
	    "some-pkcs11.so", NULL);
}

static void
cut(struct answerrig *r)
{
	r->card->cut = true;
}

static void
cut_with_software(struct answerrig *r)
{
	rig_module(r, MODULE_READY, ERR_NONE);
	cut(r);
}

/* What the order renews may be in the other part. */
static void
half_read_renews(struct answerrig *r)
{
	embed_other_serial(r);
	half_read(r);
}

#define HALF_READ(check) \
	{ "some of the card cannot be read", check, half_read, \
	  ANSWER_CANNOT_TELL, "card-unread", ACTION_CHAIN }, \
	{ "there is more on the card", check, cut, \
	  ANSWER_CANNOT_TELL, "card-unread", ACTION_CHAIN }

/* --- the table -------------------------------------------------------------------- */

ONE(qualified, "qualified", KEY_PRIVATE)

static const struct situation situations[] = {
	{ "a key waits", "embed-while-valid", embed_key_waits,
	  ANSWER_YES, "fits", ACTION_ORDER },
	{ "and the order is ready", "embed-while-valid", embed_ready,
	  ANSWER_YES, "fits", ACTION_COLLECT },
	{ "in a state that nobody knows", "embed-while-valid", embed_strange,
	  ANSWER_CANNOT_TELL, "unknown-state", ACTION_ORDER },
	{ "in such a state, no key", "embed-while-valid",
	  embed_strange_no_key, ANSWER_NO, "no-key", ACTION_RENEW },
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
	{ "no key, and it has expired", "embed-while-valid", embed_expired,
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

	HALF_READ("embed-while-valid"),
	{ "nor what the order renews", "embed-while-valid", half_read_renews,
	  ANSWER_YES, "fits", ACTION_COLLECT },
	HALF_READ("email"),
	{ "there is more on the card", "card-read-error", cut_with_software,
	  ANSWER_CANNOT_TELL, "card-unread", ACTION_CHAIN },
	HALF_READ("renew"),
	HALF_READ("platnik"),
	HALF_READ("expired-online"),
	HALF_READ("when-to-start"),

	{ "its key waits", "csr", csr_waits,
	  ANSWER_NOT_YET, "to-send", ACTION_ORDER },
	{ "at the authority", "csr", csr_at_authority,
	  ANSWER_NOT_YET, "at-authority", ACTION_ORDER },
	{ "ready", "csr", csr_ready,
	  ANSWER_YES, "ready", ACTION_COLLECT },
	{ "issued", "csr", csr_issued,
	  ANSWER_YES, "issued", ACTION_REGISTER },
	{ "an expired certificate of the key", "csr", csr_expired,
	  ANSWER_NOT_YET, "to-send", ACTION_ORDER },
	{ "and the order is ready", "csr", csr_expired_ready,
	  ANSWER_YES, "ready", ACTION_CERT },
	{ "a valid one, nothing issued yet", "csr", csr_renews,
	  ANSWER_NOT_YET, "at-authority", ACTION_ORDER },
	{ "the one that was issued", "csr", csr_collected,
	  ANSWER_YES, "issued", ACTION_REGISTER },
	{ "put on the wrong card", "csr", csr_wrong_card,
	  ANSWER_NO, "other-card", ACTION_REQUEST },
	{ "issued, its key not seen", "csr", csr_issued_unseen,
	  ANSWER_CANNOT_TELL, "key-unseen", ACTION_PIN },
	{ "issued, half of its key seen", "csr", csr_issued_public,
	  ANSWER_CANNOT_TELL, "key-unseen", ACTION_PIN },
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
	{ "it is on the card", "csr", csr_cert_issued,
	  ANSWER_YES, "issued", ACTION_REGISTER },
	{ "another of its key is on the card", "csr", csr_cert_same_key,
	  ANSWER_YES, "key-has-another", ACTION_CERT },
	{ "it is on the wrong card", "csr", csr_cert_wrong_card,
	  ANSWER_NO, "other-card", ACTION_REQUEST },
	{ "it is on the card, its key not seen", "csr", csr_cert_unseen,
	  ANSWER_CANNOT_TELL, "key-unseen", ACTION_PIN },
	{ "a certificate of another card", "csr", csr_cert_elsewhere,
	  ANSWER_NO, "other-card", ACTION_REQUEST },
	{ "no file", "csr", csr_nothing,
	  ANSWER_CANNOT_TELL, "no-file", ACTION_REQUEST },
	{ "not there", "csr", csr_unreadable,
	  ANSWER_CANNOT_TELL, "unreadable", ACTION_REQUEST },
	{ "something else", "csr", csr_other_file,
	  ANSWER_NO, "not-a-request", ACTION_REQUEST },
};

static void
test_situations(void **state)
{
	(void)state;
	rig_situations(situations, sizeof situations / sizeof *situations);
}

/* Whether old and new share a key is said only where both can be seen. */
static void
test_keys(void **state)
{
	enum { DONE, DONE_OWN, WAITS, WAITS_UNSEEN, KINDS };
	static const char *const says[KINDS] = { [DONE] = "the same key",
		[DONE_OWN] = "a key of its own", [WAITS] = "a key of its own",
		[WAITS_UNSEEN] = NULL };

	(void)state;
	for (int i = 0; i < KINDS; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		if (i == DONE || i == DONE_OWN)
			embed_done(&r);
		else
			embed_key_waits(&r);
		if (i == DONE_OWN)
			r.card->certs[1].cert->spki_sha256[0] ^= 1;
		if (i == WAITS_UNSEEN)
			r.card->keys[1].has_spki = false;
		rig_ask_both(&r, "embed-while-valid", &a);
		assert_int_equal(a.verdict, ANSWER_YES);
		if (says[i] != NULL)
			assert_non_null(strstr(a.why, says[i]));
		else
			assert_string_equal(a.why, "");
		rig_down(&r);
	}
}

/* That nobody knows the order is said only where somebody was asked. */
static void
test_no_order(void **state)
{
	static const struct {
		size_t		 n;
		enum order_why	 why;
		const char	*saw;
	} found[] = {
		{ 2, ORDER_WHY_FOUND, "names several" },
		{ 0, ORDER_WHY_UNKNOWN, "typed is not known" },
		{ 0, ORDER_WHY_CHECK_DIGIT, "typed is not known" },
		{ 0, ORDER_WHY_NO_SERVICE, "no order service" },
		{ 0, ORDER_WHY_NOT_ASKED, "could not be asked" },
		{ 0, ORDER_WHY_NUMBER_ONLY, "number alone" },
	};
	static const struct {
		const char	*id;
		void		(*make)(struct answerrig *);
	} asked[] = { { "embed-while-valid", embed_key_waits },
		{ "csr", csr_waits } };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof found / sizeof *found; i++) {
		const struct answer_look *l;
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		asked[i % 2].make(&r);
		rig_no_order(&r);
		r.orders.n = found[i / 2].n;
		r.orders.why = found[i / 2].why;
		rig_ask_both(&r, asked[i % 2].id, &a);
		l = rig_look(&a, "order");
		assert_non_null(l);
		assert_int_equal(l->mark, VERDICT_UNKNOWN);
		assert_non_null(strstr(l->saw, found[i / 2].saw));
		rig_down(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_situations),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_no_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
