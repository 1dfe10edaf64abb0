/* Checks by the card: a situation a line, and what is answered. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/x509_vfy.h>

#include "answers/chain.h"
#include "answers/gather.h"
#include "base/mem.h"
#include "base/text.h"
#include "card/record.h"
#include "tests/unit/answerrig.h"


/* --- capacity ------------------------------------------------------------------ */

static void
three_with_limit(struct answerrig *r, int limit)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	rig_cert(r, "qualified-full", KEY_PRIVATE);
	rig_cert(r, "ca", KEY_NOT_SEEN);
	r->card->model.issuer_limit = limit;
	r->card->model.issuer_limit_by = KNOWN_CONFIG;
}

static void
room_by_issuer(struct answerrig *r)
{
	three_with_limit(r, 3);
}

static void
full_by_issuer(struct answerrig *r)
{
	three_with_limit(r, 2);
}

static void
room_by_places(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	r->card->model.max_certs = 15;
}

static void
room_by_memory(struct answerrig *r)
{
	rig_cert(r, "email", KEY_PRIVATE);
	r->card->tokens[0].free_public = 9000;
	r->card->tokens[0].total_public = 60000;
}

static void
full_with_expired(struct answerrig *r)
{
	rig_cert(r, "qualified-expired", KEY_PRIVATE);
	rig_cert(r, "qualified", KEY_PRIVATE);
	r->card->model.max_certs = 2;
}

static void
room_not_known(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
}

static void
orphan_key(struct answerrig *r)
{
	rig_key(r);
	r->card->model.max_certs = 3;
}

static void
pin_not_given(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_NOT_SEEN);
	r->card->tokens[0].pin.verified = false;
	r->card->model.max_certs = 3;
}

static void
read_only(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	r->card->tokens[0].read_only = true;
}

/* One card, two tokens: the qualified one may only be read from here. */
static void
two_tokens(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	card_set(&rig_token(r, true)->label, "Jan Kowalski (QSCD)");
	r->card->model.max_certs = 3;
}

static void
card_reading(struct answerrig *r)
{
	r->card->state = CARD_READING;
}

static void
card_failed(struct answerrig *r)
{
	r->card->state = CARD_FAILED;
	err_set(&r->card->err, ERR_CARD_MUTE, "Reader 00 00", NULL);
}

/* What the order renews is not on a card that could not be read: nor is anything. */
static void
failed_renewing(struct answerrig *r)
{
	struct order *o;

	card_failed(r);
	o = rig_order(r, ORDER_CONFIRMED);
	o->renews[0] = 0x77;
	o->renews_len = 1;
}

static void
service_down(struct answerrig *r)
{
	rig_no_reader(r);
	r->world.pcsc = PCSC_GONE;
	err_set(&r->world.pcsc_err, ERR_PCSC_DOWN, "/run/pcscd", NULL);
}

/* The key that waits is on a token that may only be read here. */
static void
stick(struct answerrig *r)
{
	r->card->tokens[0].makes = TOKEN_TELLS;
	rig_token(r, true);
	r->card->keys[r->card->nkeys - 1].tokens = 2;
}

static void
key_waits(struct answerrig *r)
{
	rig_module(r, MODULE_READY, ERR_NONE);
	rig_cert(r, "qualified", KEY_PRIVATE);
	r->card->tokens[0].makes = TOKEN_TELLS;
	rig_key(r);
}

static void
key_waits_full(struct answerrig *r)
{
	key_waits(r);
	r->card->model.max_certs = 2;
}

/* What it renews has expired since; what it has is ready all the same. */
static void
ready_late(struct answerrig *r)
{
	key_waits(r);
	rig_dates(r, 0, -300, -1);
	rig_order(r, ORDER_READY)->renews_until = MAKE_NOW - 1;
}

static void
key_stuck(struct answerrig *r)
{
	key_waits(r);
	stick(r);
}

static void
key_locked(struct answerrig *r)
{
	key_waits(r);
	r->card->tokens[0].pin.locked = true;
	rig_order(r, ORDER_CONFIRMED);
}

/* --- email ------------------------------------------------------------------------ */

ONE(mail_fits, "email", KEY_PRIVATE)
ONE(mail_qualified, "qualified", KEY_PRIVATE)
ONE(mail_commitment, "email-commitment", KEY_PRIVATE)
ONE(mail_any, "email-any", KEY_PRIVATE)
ONE(mail_old_mark, "email-netscape-server", KEY_PRIVATE)
ONE(mail_other_use, "email-wrong-eku", KEY_PRIVATE)
ONE(mail_encryption, "email-encryption-only", KEY_PRIVATE)
ONE(mail_expired, "email-expired", KEY_PRIVATE)
ONE(mail_not_yet, "qualified-not-yet", KEY_PRIVATE)
ONE(mail_no_key, "email", KEY_MISSING)
ONE(mail_dates, "date-reversed", KEY_PRIVATE)
ONE(mail_critical, "qualified-critical", KEY_PRIVATE)
ONE(only_ca, "ca", KEY_NOT_SEEN)

static void
mail_right_address(struct answerrig *r)
{
	rig_cert(r, "email", KEY_PRIVATE);
	r->facts.email = "ewa@EXAMPLE.org";
}

static void
mail_other_address(struct answerrig *r)
{
	rig_cert(r, "email", KEY_PRIVATE);
	r->facts.email = "jan@example.org";
}

/* Of the e-mail certificate, its address moved to another domain. */
static void
mail_in(struct answerrig *r, const char *domain, const char *from)
{
	struct cert *c;
	char *at;

	rig_cert(r, "email", KEY_PRIVATE);
	c = r->card->certs[0].cert;
	for (size_t i = 0; i < c->nsan; i++)
		if (c->san[i].kind == SAN_EMAIL) {
			free(c->san[i].value);
			c->san[i].value = mem_printf("jan@%s", domain);
		}
	for (size_t i = 0; i < c->subject.nattrs; i++)
		if ((at = strchr(c->subject.attrs[i].value, '@')) != NULL)
			*at = 'a';
	r->facts.email = from;
}

static void
mail_coded(struct answerrig *r)
{
	mail_in(r, "poczta.xn--w-uga1v8h.pl", "Jan@poczta.żółw.pl");
}

static void
mail_letters(struct answerrig *r)
{
	mail_in(r, "ŻÓŁW.pl", "jan@xn--w-uga1v8h.pl");
}

static void
mail_other_coded(struct answerrig *r)
{
	mail_in(r, "xn--w-uga1v8h.pl", "jan@xn--d-uga0v8h.pl");
}

static void
mail_coded_elsewhere(struct answerrig *r)
{
	mail_in(r, "xn--w-uga1v8h.pl", "jan@żółw.eu");
}

static void
mail_pin_locked(struct answerrig *r)
{
	rig_cert(r, "email", KEY_NOT_SEEN);
	r->card->tokens[0].pin.verified = false;
	r->card->tokens[0].pin.locked = true;
}

static void
mail_pin_not_given(struct answerrig *r)
{
	rig_cert(r, "email", KEY_NOT_SEEN);
	r->card->tokens[0].pin.verified = false;
	r->card->tokens[0].pin.tries = 3;
}

/* The qualified one is asked about, another one does better. */
static void
mail_another(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	rig_cert(r, "email", KEY_PRIVATE);
}

static void
mail_revoked(struct answerrig *r)
{
	rig_status(r, "email", STATUS_REVOKED);
}

/* What is known of the one in question says nothing of the other. */
static void
mail_revoked_beside(struct answerrig *r)
{
	rig_status(r, "qualified", STATUS_REVOKED);
	rig_cert(r, "email", KEY_PRIVATE);
}

static void
mail_suspended(struct answerrig *r)
{
	rig_status(r, "email", STATUS_SUSPENDED);
}

static void
mail_good(struct answerrig *r)
{
	rig_status(r, "email", STATUS_GOOD);
}

static void
only_key(struct answerrig *r)
{
	rig_key(r);
}

/* --- Płatnik and e-Deklaracje ------------------------------------------------------- */

ONE(tax_fits, "qualified", KEY_PRIVATE)
ONE(tax_old, "qualified-old", KEY_PRIVATE)
ONE(tax_nip, "qualified-nip", KEY_PRIVATE)
ONE(tax_passport, "qualified-passport", KEY_PRIVATE)
ONE(tax_wrong_pesel, "qualified-wrong-pesel", KEY_PRIVATE)
ONE(tax_no_number, "qualified-no-number", KEY_PRIVATE)
ONE(tax_seal, "seal", KEY_PRIVATE)
ONE(tax_usage, "qualified-wrong-usage", KEY_PRIVATE)
ONE(tax_expired, "qualified-expired", KEY_PRIVATE)

static void
tax_another(struct answerrig *r)
{
	rig_cert(r, "email", KEY_PRIVATE);
	rig_cert(r, "qualified", KEY_PRIVATE);
}

static void
tax_named(struct answerrig *r)
{
	tax_another(r);
	r->facts.cert_named = true;
}

ONE(tax_critical, "qualified-critical", KEY_PRIVATE)

static void
tax_verified(struct answerrig *r)
{
	tax_fits(r);
	rig_trust(r, 0, X509_V_OK);
}

static void
tax_issuer_not_here(struct answerrig *r)
{
	tax_fits(r);
	rig_trust(r, 0, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

static void
tax_chain_breaks(struct answerrig *r)
{
	tax_fits(r);
	rig_trust(r, 0, X509_V_ERR_CERT_SIGNATURE_FAILURE);
}

/* Anybody can write into a certificate of their own that it is qualified. */
static void
self_signs(struct answerrig *r, size_t cert)
{
	struct cert *c = r->card->certs[cert].cert;

	free(c->issuer.line);
	c->issuer.line = mem_strdup(c->subject.line);
	rig_trust(r, cert, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
}

static void
tax_self_signed(struct answerrig *r)
{
	tax_fits(r);
	self_signs(r, 0);
}

/* Nor is such a one offered instead of another. */
static void
tax_another_self_signed(struct answerrig *r)
{
	tax_another(r);
	self_signs(r, 1);
}

static void
tax_revoked(struct answerrig *r)
{
	rig_status(r, "qualified", STATUS_REVOKED);
}

/* --- the table ------------------------------------------------------------------ */

static const struct situation situations[] = {
	{ "issuer's limit leaves one", "capacity", room_by_issuer,
	  ANSWER_CANNOT_TELL, "limit-only", ACTION_CARD },
	{ "issuer's limit reached", "capacity", full_by_issuer,
	  ANSWER_NO, "limit-reached", ACTION_NONE },
	{ "places of the model", "capacity", room_by_places,
	  ANSWER_YES, "room", ACTION_CARD },
	{ "free memory", "capacity", room_by_memory,
	  ANSWER_YES, "room", ACTION_CARD },
	{ "full, one expired", "capacity", full_with_expired,
	  ANSWER_NO, "full", ACTION_CARD },
	{ "nothing known", "capacity", room_not_known,
	  ANSWER_CANNOT_TELL, "not-known", ACTION_CARD },
	{ "an orphan key", "capacity", orphan_key,
	  ANSWER_YES, "room", ACTION_CARD },
	{ "PIN not given", "capacity", pin_not_given,
	  ANSWER_YES, "room", ACTION_PIN },
	{ "read only", "capacity", read_only,
	  ANSWER_NO, "read-only", ACTION_NONE },
	{ "one token of two", "capacity", two_tokens,
	  ANSWER_YES, "room", ACTION_CARD },
	{ "still being read", "capacity", card_reading,
	  ANSWER_CANNOT_TELL, "reading", ACTION_COUNT },
	{ "mute", "capacity", card_failed,
	  ANSWER_CANNOT_TELL, "card-failed", ACTION_CHAIN },
	{ "mute, beside an order", "no-order", failed_renewing,
	  ANSWER_YES, "confirmed", ACTION_COLLECT },
	{ "no card", "capacity", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },
	{ "no reader", "capacity", rig_no_reader,
	  ANSWER_CANNOT_TELL, "no-reader", ACTION_NONE },
	{ "no service", "capacity", service_down,
	  ANSWER_CANNOT_TELL, "card-service", ACTION_CHAIN },
	{ "not looked", "capacity", rig_not_looked,
	  ANSWER_CANNOT_TELL, "not-looked", ACTION_COUNT },

	{ "a key waits", "app-not-found", key_waits,
	  ANSWER_YES, "collect-here", ACTION_ORDER },
	{ "in the last place", "app-not-found", key_waits_full,
	  ANSWER_YES, "collect-here", ACTION_ORDER },
	{ "where it is read only", "app-not-found", key_stuck,
	  ANSWER_NO, "token", ACTION_NONE },

	{ "ready, the old one has expired", "dead-links", ready_late,
	  ANSWER_YES, "ready", ACTION_COLLECT },
	{ "ready, the old one has expired", "request-link", ready_late,
	  ANSWER_YES, "ready", ACTION_COLLECT },
	{ "ready, the old one has expired", "no-order", ready_late,
	  ANSWER_YES, "ready", ACTION_COLLECT },
	{ "where the PIN is locked", "no-order", key_locked,
	  ANSWER_NO, "pin-locked", ACTION_NONE },

	{ "all is right", "email", mail_fits,
	  ANSWER_YES, "fits", ACTION_CHAIN },
	{ "and the address", "email", mail_right_address,
	  ANSWER_YES, "fits", ACTION_STATUS },
	{ "and the status", "email", mail_good,
	  ANSWER_YES, "fits", ACTION_CHAIN },
	{ "qualified, no address", "email", mail_qualified,
	  ANSWER_CANNOT_TELL, "no-address", ACTION_ANSWER },
	{ "nonRepudiation alone is no bar", "email", mail_commitment,
	  ANSWER_YES, "fits", ACTION_CHAIN },
	{ "any use, none named", "email", mail_any,
	  ANSWER_CANNOT_TELL, "any-use-only", ACTION_ANSWER },
	{ "an old mark for servers", "email", mail_old_mark,
	  ANSWER_CANNOT_TELL, "netscape-type", ACTION_ANSWER },
	{ "other uses", "email", mail_other_use,
	  ANSWER_NO, "extended-key-usage", ACTION_ANSWER },
	{ "for encryption", "email", mail_encryption,
	  ANSWER_NO, "key-usage", ACTION_ANSWER },
	{ "expired", "email", mail_expired,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "not yet", "email", mail_not_yet,
	  ANSWER_NOT_YET, "not-yet-valid", ACTION_CERT },
	{ "dates", "email", mail_dates,
	  ANSWER_NO, "dates-bad", ACTION_CHAIN },
	{ "critical", "email", mail_critical,
	  ANSWER_CANNOT_TELL, "part-unread", ACTION_CHAIN },
	{ "revoked", "email", mail_revoked,
	  ANSWER_NO, "revoked", ACTION_ANSWER },
	{ "revoked, another is not", "email", mail_revoked_beside,
	  ANSWER_YES, "another-fits", ACTION_CERT },
	{ "suspended", "email", mail_suspended,
	  ANSWER_NO, "suspended", ACTION_CERT },
	{ "key elsewhere", "email", mail_no_key,
	  ANSWER_NO, "key-missing", ACTION_NONE },
	{ "other address", "email", mail_other_address,
	  ANSWER_NO, "other-address", ACTION_NONE },
	{ "its domain coded", "email", mail_coded,
	  ANSWER_CANNOT_TELL, "coded-domain", ACTION_CHAIN },
	{ "its domain in its own letters", "email", mail_letters,
	  ANSWER_CANNOT_TELL, "coded-domain", ACTION_CHAIN },
	{ "another coded domain", "email", mail_other_coded,
	  ANSWER_NO, "other-address", ACTION_NONE },
	{ "a coded one, and another", "email", mail_coded_elsewhere,
	  ANSWER_NO, "other-address", ACTION_NONE },
	{ "PIN locked", "email", mail_pin_locked,
	  ANSWER_NO, "pin-locked", ACTION_NONE },
	{ "PIN not given", "email", mail_pin_not_given,
	  ANSWER_YES, "fits", ACTION_PIN },
	{ "another does it", "email", mail_another,
	  ANSWER_YES, "another-fits", ACTION_CERT },
	{ "only an authority's", "email", only_ca,
	  ANSWER_NO, "no-certificate", ACTION_ANSWER },
	{ "only a key", "email", only_key,
	  ANSWER_NO, "no-certificate", ACTION_ANSWER },
	{ "no card", "email", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

	{ "qualified, PESEL", "platnik", tax_fits,
	  ANSWER_YES, "fits", ACTION_STATUS },
	{ "PESEL in the old form", "platnik", tax_old,
	  ANSWER_YES, "fits", ACTION_NONE },
	{ "NIP", "platnik", tax_nip,
	  ANSWER_CANNOT_TELL, "no-pesel", ACTION_NONE },
	{ "passport", "platnik", tax_passport,
	  ANSWER_CANNOT_TELL, "no-pesel", ACTION_NONE },
	{ "PESEL that cannot be", "platnik", tax_wrong_pesel,
	  ANSWER_CANNOT_TELL, "no-pesel", ACTION_NONE },
	{ "no identifier", "platnik", tax_no_number,
	  ANSWER_CANNOT_TELL, "no-pesel", ACTION_NONE },
	{ "seal", "platnik", tax_seal,
	  ANSWER_NO, "not-a-signature", ACTION_ANSWER },
	{ "not for signatures", "platnik", tax_usage,
	  ANSWER_NO, "not-qualified", ACTION_ANSWER },
	{ "not qualified", "platnik", mail_fits,
	  ANSWER_NO, "not-qualified", ACTION_ANSWER },
	{ "another is qualified", "platnik", tax_another,
	  ANSWER_YES, "fits", ACTION_NONE },
	{ "the one named is not", "platnik", tax_named,
	  ANSWER_NO, "not-qualified", ACTION_CERT },
	{ "its issuer stands behind it", "platnik", tax_verified,
	  ANSWER_YES, "fits", ACTION_STATUS },
	{ "its issuer is not known here", "platnik", tax_issuer_not_here,
	  ANSWER_YES, "fits", ACTION_STATUS },
	{ "its issuer did not sign it", "platnik", tax_chain_breaks,
	  ANSWER_NO, "chain", ACTION_ANSWER },
	{ "it signed itself", "platnik", tax_self_signed,
	  ANSWER_NO, "self-signed", ACTION_ANSWER },
	{ "another, that signed itself", "platnik", tax_another_self_signed,
	  ANSWER_NO, "not-qualified", ACTION_ANSWER },
	{ "critical", "platnik", tax_critical,
	  ANSWER_CANNOT_TELL, "part-unread", ACTION_NONE },
	{ "expired", "platnik", tax_expired,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "revoked", "platnik", tax_revoked,
	  ANSWER_NO, "revoked", ACTION_ANSWER },
	{ "only an authority's", "platnik", only_ca,
	  ANSWER_NO, "no-certificate", ACTION_ANSWER },
	{ "no card", "platnik", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },
};

static void
test_situations(void **state)
{
	(void)state;
	rig_situations(situations, sizeof situations / sizeof *situations);
}

/* Which tokens may be written to is told of each, and no label. */
static void
test_tokens(void **state)
{
	struct answerrig r;
	struct answer a;
	size_t n = 0;

	(void)state;
	rig_up(&r);
	two_tokens(&r);
	rig_ask_both(&r, "capacity", &a);
	for (size_t i = 0; i < a.nlooked; i++)
		if (strcmp(a.looked[i].what, "token") == 0) {
			assert_int_equal(a.looked[i].saw[0], n + '1');
			assert_int_equal(a.looked[i].mark, n == 0 ?
			    VERDICT_YES : VERDICT_NO);
			n++;
		}
	assert_int_equal(n, 2);
	rig_down(&r);
}

/* Whose word it is that it is a qualified one stands in the sentence. */
static void
test_own_word(void **state)
{
	static void (*const makes[])(struct answerrig *) = { tax_verified,
		tax_issuer_not_here, tax_fits };

	(void)state;
	for (size_t i = 0; i < sizeof makes / sizeof makes[0]; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		makes[i](&r);
		rig_ask_both(&r, "platnik", &a);
		assert_int_equal(strstr(a.says, "says of itself") != NULL,
		    i > 0);
		assert_non_null(rig_look(&a, "issuer"));
		rig_down(&r);
	}
}

/* Nobody to ask is not nobody who answers, and a forged answer is neither. */
static void
test_status_errs(void **state)
{
	static const enum err_code errs[] = { ERR_NO_STATUS, ERR_NO_ISSUER,
		ERR_STATUS_FORGED, ERR_STATUS_OLD, ERR_STATUS_OTHER,
		ERR_NET_TIMEOUT };
	static const char *const ids[] = { "email", "platnik" };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof errs / sizeof errs[0]; i++) {
		const struct answer_look *l;
		struct answerrig r;
		char text[512];
		struct answer a;

		rig_up(&r);
		rig_status(&r, "qualified", STATUS_UNKNOWN);
		(void)err_set(&r.status.err, errs[i / 2], "ocsp.example.org",
		    NULL);
		rig_ask_both(&r, ids[i % 2], &a);
		l = rig_look(&a, "revoked?");
		assert_non_null(l);
		assert_int_equal(l->mark, VERDICT_UNKNOWN);
		assert_string_equal(l->saw, err_sentence(&r.status.err, text,
		    sizeof text));
		rig_down(&r);
	}
}

/* --- writing -------------------------------------------------------------------- */

static void
test_bounds(void **state)
{
	char long_text[1000];
	struct answer a = { .nlooked = 0 };

	(void)state;
	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	for (int i = 0; i < 2 * ANSWER_LOOKED_MAX; i++) {
		answer_saw(&a, VERDICT_YES, "what", "%s", long_text);
		answer_next(&a, ACTION_NONE, long_text, "%s", long_text);
	}
	answer_says(&a, ANSWER_YES, "r", "%s\x1b[2J", long_text);
	answer_why(&a, "one\x1b[31m");
	answer_badge(&a, "żółć i coś jeszcze, i jeszcze");
	assert_int_equal(a.nlooked, ANSWER_LOOKED_MAX);
	assert_string_equal(a.looked[a.nlooked - 1].what, "further");
	assert_int_equal(a.nsteps, ANSWER_STEPS_MAX);
	assert_int_equal(strlen(a.says), sizeof a.says - 1);
	assert_null(strchr(a.why, '\x1b'));
	assert_int_equal(text_flags(a.badge, strlen(a.badge)), 0);
	assert_string_equal(a.badge, "żółć i coś jeszcze,…");
}

static void
test_json(void **state)
{
	struct answerrig r;
	struct answer a;
	json_t *j;

	(void)state;
	rig_up(&r);
	room_by_memory(&r);
	rig_ask(&r, "capacity", &a);
	j = answer_json(&a);
	assert_non_null(j);
	assert_string_equal(json_string_value(json_object_get(j, "verdict")),
	    "yes");
	assert_string_equal(json_string_value(json_object_get(j, "reason")),
	    "room");
	assert_int_equal(json_array_size(json_object_get(j, "lacked")), 0);
	assert_int_equal(json_array_size(json_object_get(j, "looked")),
	    a.nlooked);
	json_decref(j);
	rig_down(&r);
}

/*
 * Nothing is offered that would end at a card that its software makes no key on:
 * but with a key that waits where it can be written beside, or where the card
 * does not tell, it is.
 */
static void
test_what_a_card_cannot(void **state)
{
	static const char *const ids[] = { "no-order", "request-link",
		"dead-links", "obtain" };
	static const enum order_state states[] = { ORDER_CONFIRMED,
		ORDER_READY };
	enum { TELLS_NOT, MAKES_NONE, READ_ONLY, WAITS, STUCK, FULL, TIGHT,
		KINDS };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (int kind = 0; kind < KINDS * 2; kind++) {
			bool no = kind / 2 == MAKES_NONE ||
			    kind / 2 == READ_ONLY || kind / 2 == STUCK;
			struct answerrig r;
			struct answer a;

			rig_up(&r);
			rig_cert(&r, "qualified", KEY_PRIVATE);
			rig_order(&r, states[kind % 2]);
			if (kind / 2 != TELLS_NOT)
				r.card->tokens[0].makes = TOKEN_TELLS;
			if (kind / 2 == READ_ONLY)
				r.card->tokens[0].read_only = true;
			if (kind / 2 >= WAITS)
				rig_key(&r);
			/* The key that waits has its place already. */
			if (kind / 2 == FULL)
				r.card->model.max_certs = 2;
			if (kind / 2 == TIGHT)
				r.card->tokens[0].free_public =
				    2001;
			if (kind / 2 == STUCK)
				stick(&r);
			rig_ask_both(&r, ids[i], &a);
			assert_int_equal(rig_offers(&a, ACTION_COLLECT), !no);
			assert_int_equal(strcmp(a.reason,
			    "not-written-here") == 0, no);
			assert_int_equal(a.verdict == ANSWER_NO, no);
			rig_down(&r);
		}
}

/* Every check is whole: unique, needs nothing that it cannot use. */
static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < nchecks; i++) {
		assert_ptr_equal(check_by_id(checks[i].id), &checks[i]);
		assert_int_equal(checks[i].must & ~checks[i].wants, 0);
	}
	assert_null(check_by_id("none"));
}

/* Nor does the chain call it another address. */
static void
test_coded_domain(void **state)
{
	struct chain_report c;
	struct answerrig r;
	size_t at = 0;

	(void)state;
	rig_up(&r);
	rig_module(&r, MODULE_READY, ERR_NONE);
	mail_letters(&r);
	chain_look(CHAIN_EMAIL, &r.facts, &c);
	while (strcmp(c.v[at].link, "address") != 0)
		assert_true(++at < c.n);
	assert_int_equal(c.v[at].health, HEALTH_UNKNOWN);
	chain_report_clear(&c);
	rig_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_situations),
		cmocka_unit_test(test_coded_domain),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_own_word),
		cmocka_unit_test(test_status_errs),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_what_a_card_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
