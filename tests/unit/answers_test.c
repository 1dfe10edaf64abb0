/* Checks by the card: a situation a line, and what is answered. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "answers/gather.h"
#include "base/text.h"
#include "tests/unit/answerrig.h"


struct situation {
	const char	*what, *check;
	void		(*make)(struct answerrig *);
	enum answer_verdict verdict;
	const char	*reason;
	enum answer_action offers;	/* ACTION_COUNT: no matter */
};

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

static void
service_down(struct answerrig *r)
{
	rig_no_reader(r);
	r->world.pcsc = PCSC_GONE;
	err_set(&r->world.pcsc_err, ERR_PCSC_DOWN, "/run/pcscd", NULL);
}

/* --- email ------------------------------------------------------------------------ */

#define ONE(name, profile, state) \
	static void \
	name(struct answerrig *r) \
	{ \
		rig_cert(r, profile, state); \
	}
ONE(mail_fits, "email", KEY_PRIVATE)
ONE(mail_qualified, "qualified", KEY_PRIVATE)
ONE(mail_commitment, "email-commitment", KEY_PRIVATE)
ONE(mail_any, "email-any", KEY_PRIVATE)
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
with_status(struct answerrig *r, const char *profile, enum record_status s)
{
	rig_cert(r, profile, KEY_PRIVATE);
	r->status.status = s;
	r->status.ocsp.answered = true;
	r->status.at = MAKE_NOW;
	r->facts.status = &r->status;
	r->facts.had |= NEED_STATUS;
}

static void
mail_revoked(struct answerrig *r)
{
	with_status(r, "email", STATUS_REVOKED);
}

static void
mail_suspended(struct answerrig *r)
{
	with_status(r, "email", STATUS_SUSPENDED);
}

static void
mail_good(struct answerrig *r)
{
	with_status(r, "email", STATUS_GOOD);
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
tax_revoked(struct answerrig *r)
{
	with_status(r, "qualified", STATUS_REVOKED);
}

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

static void
not_qualified(struct answerrig *r)
{
	rig_dates(r, rig_cert(r, "email", KEY_PRIVATE), -300, 100);
}

static void
revoked_20(struct answerrig *r)
{
	with_status(r, "qualified", STATUS_REVOKED);
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

/* --- the table ------------------------------------------------------------------ */

static const struct situation situations[] = {
	{ "issuer's limit leaves one", "capacity", room_by_issuer,
	  ANSWER_YES, "room", ACTION_CARD },
	{ "issuer's limit reached", "capacity", full_by_issuer,
	  ANSWER_NO, "full", ACTION_NONE },
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
	{ "still being read", "capacity", card_reading,
	  ANSWER_CANNOT_TELL, "reading", ACTION_COUNT },
	{ "mute", "capacity", card_failed,
	  ANSWER_CANNOT_TELL, "card-failed", ACTION_CHAIN },
	{ "no card", "capacity", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },
	{ "no reader", "capacity", rig_no_reader,
	  ANSWER_CANNOT_TELL, "no-reader", ACTION_NONE },
	{ "no service", "capacity", service_down,
	  ANSWER_CANNOT_TELL, "card-service", ACTION_CHAIN },
	{ "not looked", "capacity", rig_not_looked,
	  ANSWER_CANNOT_TELL, "not-looked", ACTION_COUNT },

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
	{ "suspended", "email", mail_suspended,
	  ANSWER_NO, "suspended", ACTION_CERT },
	{ "key elsewhere", "email", mail_no_key,
	  ANSWER_NO, "key-missing", ACTION_NONE },
	{ "other address", "email", mail_other_address,
	  ANSWER_NO, "other-address", ACTION_NONE },
	{ "PIN locked", "email", mail_pin_locked,
	  ANSWER_NO, "pin-locked", ACTION_NONE },
	{ "PIN not given", "email", mail_pin_not_given,
	  ANSWER_YES, "fits", ACTION_PIN },
	{ "another does it", "email", mail_another,
	  ANSWER_YES, "fits", ACTION_CHAIN },
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
	{ "expired", "platnik", tax_expired,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "revoked", "platnik", tax_revoked,
	  ANSWER_NO, "revoked", ACTION_ANSWER },
	{ "only an authority's", "platnik", only_ca,
	  ANSWER_NO, "no-certificate", ACTION_ANSWER },
	{ "no card", "platnik", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

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
	{ "key elsewhere", "renew", mail_no_key,
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
	{ "only a key", "renew", only_key,
	  ANSWER_NO, "no-certificate", ACTION_ANSWER },
	{ "no card", "renew", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

	{ "three days ago", "expired-online", ended_3_ago,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "on its last day", "expired-online", ended_today,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "valid", "expired-online", ends_in_20,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "another is valid", "expired-online", expired_beside_valid,
	  ANSWER_NO, "expired", ACTION_CERT },
	{ "not qualified", "expired-online", not_qualified,
	  ANSWER_YES, "still-valid", ACTION_QUESTION },
	{ "revoked", "expired-online", revoked_20,
	  ANSWER_NO, "revoked", ACTION_ANSWER },
	{ "not yet", "expired-online", mail_not_yet,
	  ANSWER_NOT_YET, "not-yet-valid", ACTION_CERT },
	{ "dates", "expired-online", mail_dates,
	  ANSWER_NO, "dates-bad", ACTION_QUESTION },
	{ "no card", "expired-online", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

	{ "there is time", "when-to-start", ends_in_200,
	  ANSWER_NOT_YET, "early", ACTION_NONE },
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
	{ "behind Christmas", "when-to-start", ends_behind_christmas,
	  ANSWER_NOT_YET, "early", ACTION_NONE },
	{ "expired", "when-to-start", ended_3_ago,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "dates", "when-to-start", mail_dates,
	  ANSWER_NO, "dates-bad", ACTION_QUESTION },
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
	  ANSWER_NO, "other-card", ACTION_NONE },
	{ "done already", "embed-while-valid", embed_done,
	  ANSWER_YES, "done", ACTION_CERT },
	{ "no room", "embed-while-valid", embed_no_room,
	  ANSWER_NO, "no-room", ACTION_ANSWER },
	{ "PIN not given", "embed-while-valid", embed_unseen,
	  ANSWER_CANNOT_TELL, "key-unseen", ACTION_PIN },
	{ "no key", "embed-while-valid", tax_fits,
	  ANSWER_NO, "no-key", ACTION_NONE },
	{ "read only", "embed-while-valid", embed_read_only,
	  ANSWER_NO, "read-only", ACTION_NONE },
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
	{ "no card", "csr", csr_no_card,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_REQUEST },
	{ "changed", "csr", csr_changed,
	  ANSWER_NO, "signature-wrong", ACTION_REQUEST },
	{ "weak", "csr", csr_weak,
	  ANSWER_NO, "weak", ACTION_REQUEST },
	{ "the certificate itself", "csr", csr_is_cert,
	  ANSWER_YES, "certificate-fits", ACTION_COLLECT },
	{ "a certificate of another card", "csr", csr_cert_elsewhere,
	  ANSWER_NO, "other-card", ACTION_NONE },
	{ "no file", "csr", csr_nothing,
	  ANSWER_CANNOT_TELL, "no-file", ACTION_REQUEST },
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

/* Whatever it says is whole: sentences end, nothing is cut or left unfilled. */
static void
assert_well_said(const struct answer *a)
{
	assert_true(a->says[0] != '\0' && a->reason[0] != '\0');
	assert_int_equal(a->says[strlen(a->says) - 1], '.');
	if (a->why[0] != '\0')
		assert_int_equal(a->why[strlen(a->why) - 1], '.');
	assert_true(strlen(a->says) < sizeof a->says - 4);
	assert_true(strlen(a->why) < sizeof a->why - 4);
	for (size_t i = 0; i < a->nlooked; i++) {
		assert_true(a->looked[i].what[0] != '\0');
		assert_true(a->looked[i].saw[0] != '\0');
		assert_true(strlen(a->looked[i].saw) <
		    sizeof a->looked[i].saw - 4);
	}
	for (size_t i = 0; i < a->nsteps; i++)
		assert_int_equal(a->steps[i].words[strlen(a->steps[i].words) - 1],
		    '.');
}

static void
test_situations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof situations / sizeof *situations; i++) {
		const struct situation *s = &situations[i];
		struct answerrig r;
		struct answer a;

		print_message("# %s: %s\n", s->check, s->what);
		rig_up(&r);
		s->make(&r);
		rig_ask(&r, s->check, &a);
		assert_string_equal(a.reason, s->reason);
		assert_int_equal(a.verdict, s->verdict);
		if (s->offers != ACTION_COUNT)
			assert_true(rig_offers(&a, s->offers));
		assert_well_said(&a);
		assert_int_equal(!!(a.lacked & NEED_CARD),
		    r.facts.card == NULL && check_by_id(s->check)->must &
		    NEED_CARD);
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
	answer_badge(&a, "żółć i coś jeszcze");
	assert_int_equal(a.nlooked, ANSWER_LOOKED_MAX);
	assert_int_equal(a.nsteps, ANSWER_STEPS_MAX);
	assert_int_equal(strlen(a.says), sizeof a.says - 1);
	assert_null(strchr(a.why, '\x1b'));
	assert_int_equal(text_flags(a.badge, strlen(a.badge)), 0);
	assert_string_equal(a.badge, "żółć i coś jesz…");
}

static void
test_json(void **state)
{
	struct answerrig r;
	struct answer a;
	json_t *j;

	(void)state;
	rig_up(&r);
	room_by_issuer(&r);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_situations),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
