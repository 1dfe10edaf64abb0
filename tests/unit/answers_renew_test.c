/* Checks of renewal and of lost cards: a situation a line. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "renewal/renewal.h"
#include "tests/unit/answerrig.h"

/* --- renewal ------------------------------------------------------------------------ */

/* Its authority renews on line. */
#define BY_EST "[renewal]\nway = est\n[est]\nurl = https://ca.example.org/est\n"

static void
renews(struct answerrig *r)
{
	if (r->authorities.n == 0)
		rig_authority(r, BY_EST);
}

#define ENDS(name, days) \
	static void \
	name(struct answerrig *r) \
	{ \
		renews(r); \
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
renew_order_ready(struct answerrig *r)
{
	rig_authority(r, ORDERS);
	ends_in_20(r);
	rig_key(r);
	rig_order(r, ORDER_READY);
}

static void
renew_ready_expired(struct answerrig *r)
{
	renew_order_ready(r);
	rig_dates(r, 0, -300, -1);
}

static void
renew_ready_locked(struct answerrig *r)
{
	renew_order_ready(r);
	r->card->tokens[0].pin.locked = true;
	r->card->tokens[0].pin.verified = false;
}

static void
renew_ready_other_card(struct answerrig *r)
{
	renew_order_ready(r);
	r->found.order.card = strdup("9999");
}

/* The key is on another card. */
static void
renew_ready_elsewhere(struct answerrig *r)
{
	rig_authority(r, ORDERS);
	ends_in_20(r);
	rig_order(r, ORDER_READY);
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
	renews(r);
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

/* Theirs ends later, and is theirs. */
static void
beside_anothers(struct answerrig *r)
{
	struct cert *theirs;

	renewed(r);
	r->facts.cert = 0;
	theirs = r->card->certs[1].cert;
	free(theirs->person.value);
	theirs->person.value = mem_strdup("02070803628");
}

static void
beside_a_firms(struct answerrig *r)
{
	renewed(r);
	r->facts.cert = 0;
	r->card->certs[1].cert->subject.org = "Spółka Przykładowa";
}

static void
beside_older(struct answerrig *r)
{
	renewed(r);
	r->facts.cert = 0;
	rig_dates(r, 1, -900, 700);
}

static void
renewed_elsewhere(struct answerrig *r)
{
	ends_in_20(r);
	rig_dates(r, rig_cert(r, "qualified", KEY_MISSING), -3, 700);
}

static void
only_a_key(struct answerrig *r)
{
	rig_key(r);
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

/* One whose authority says itself how it takes a renewal, qualified or not. */
static void
mail_by_est(struct answerrig *r)
{
	renews(r);
	not_qualified(r);
}

static void
unknown_authority(struct answerrig *r)
{
	rig_dates(r, rig_cert(r, "qualified", KEY_PRIVATE), -300, 20);
}

/* It is known, but by what way it takes a renewal is not. */
static void
by_file_alone(struct answerrig *r)
{
	rig_authority(r, "");
	unknown_authority(r);
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
	{ "the order is ready", "renew", renew_order_ready,
	  ANSWER_YES, "ready", ACTION_COLLECT },
	{ "ready, the old one has expired", "renew", renew_ready_expired,
	  ANSWER_YES, "ready", ACTION_COLLECT },
	{ "ready, PIN locked", "renew", renew_ready_locked,
	  ANSWER_NO, "pin", ACTION_CHAIN },
	{ "ready, for another card", "renew", renew_ready_other_card,
	  ANSWER_NO, "other-card", ACTION_ORDER },
	{ "ready, the key is elsewhere", "renew", renew_ready_elsewhere,
	  ANSWER_NOT_YET, "order", ACTION_ORDER },
	{ "order for another card", "renew", renew_other_card,
	  ANSWER_NO, "other-card", ACTION_ORDER },
	{ "of two the one that ends", "renew", mail_ends_soon,
	  ANSWER_CANNOT_TELL, "not-qualified", ACTION_RENEW },
	{ "of two the one named", "renew", named_one,
	  ANSWER_YES, "early", ACTION_RENEW },
	{ "nobody knows its authority", "renew", unknown_authority,
	  ANSWER_CANNOT_TELL, "request-only", ACTION_QUESTION },
	{ "its authority names no way", "renew", by_file_alone,
	  ANSWER_CANNOT_TELL, "request-only", ACTION_RENEW },
	{ "not qualified", "renew", not_qualified,
	  ANSWER_CANNOT_TELL, "not-qualified", ACTION_QUESTION },
	{ "not qualified, by machine", "renew", mail_by_est,
	  ANSWER_YES, "early", ACTION_RENEW },
	{ "renewed already", "renew", renewed,
	  ANSWER_YES, "early", ACTION_RENEW },
	{ "renewed from the old one's end", "renew", renewed_later,
	  ANSWER_NOT_YET, "not-yet-valid", ACTION_CERT },
	{ "beside another person's", "renew", beside_anothers,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "beside one for a firm", "renew", beside_a_firms,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "beside an older one that ends later", "renew", beside_older,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "the new one's key is elsewhere", "renew", renewed_elsewhere,
	  ANSWER_YES, "now", ACTION_RENEW },
	{ "only a key", "renew", only_a_key,
	  ANSWER_NO, "no-certificate", ACTION_ANSWER },
	{ "no card", "renew", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

	{ "three days ago", "expired-online", ended_3_ago,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "on its last day", "expired-online", ended_today,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "valid", "expired-online", ends_in_20,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "renewed from its end", "expired-online", renewed_later,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "replaced", "expired-online", replaced,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "not replaced", "expired-online", expired_not_replaced,
	  ANSWER_NO, "expired", ACTION_ANSWER },
	{ "named, another is valid", "expired-online", named_expired,
	  ANSWER_NO, "expired", ACTION_CERT },
	{ "not qualified", "expired-online", not_qualified,
	  ANSWER_CANNOT_TELL, "not-qualified", ACTION_QUESTION },
	{ "not qualified, by machine", "expired-online", mail_by_est,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "nobody knows its authority", "expired-online", unknown_authority,
	  ANSWER_CANNOT_TELL, "request-only", ACTION_QUESTION },
	{ "its authority names no way", "expired-online", by_file_alone,
	  ANSWER_CANNOT_TELL, "request-only", ACTION_RENEW },
	{ "valid, no room", "expired-online", renew_no_room,
	  ANSWER_NO, "room", ACTION_ANSWER },
	{ "valid, read only", "expired-online", renew_read_only,
	  ANSWER_NO, "token", ACTION_ANSWER },
	{ "valid, nobody knows the order", "expired-online", renew_no_order,
	  ANSWER_NOT_YET, "order", ACTION_ORDER },
	{ "valid, the order takes it", "expired-online", renew_order,
	  ANSWER_YES, "still-valid", ACTION_RENEW },
	{ "valid, the order is ready", "expired-online", renew_order_ready,
	  ANSWER_YES, "ready", ACTION_COLLECT },
	{ "expired, the order is ready", "expired-online",
	  renew_ready_expired, ANSWER_YES, "ready", ACTION_COLLECT },
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
	{ "renewed from the old one's end", "when-to-start", renewed_later,
	  ANSWER_NOT_YET, "early", ACTION_CERT },
	{ "no card", "when-to-start", rig_pull,
	  ANSWER_CANNOT_TELL, "no-card", ACTION_NONE },

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

/* What is checked before a renewal goes by the desk's own times as well. */
static void
test_times(void **state)
{
	static const struct {
		long		 working, renew;
		const char	*authority;
		enum verdict	 mark;
	} times[] = {
		{ 10, 30, "", VERDICT_YES },
		{ 20, 30, "", VERDICT_MAYBE },	/* too late to be sure of it */
		{ 10, 16, "", VERDICT_MAYBE },	/* early */
		{ 20, 16, "[renewal]\nworking_days = 10\nrenew_days = 30\n",
		  VERDICT_YES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		const struct answer_look *l;
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		rig_authority(&r, times[i].authority);
		ends_in_20(&r);
		r.conf.working_days = times[i].working;
		r.conf.renew_days = times[i].renew;
		rig_ask(&r, "renew", &a);
		l = rig_look(&a, preflight_name(PREFLIGHT_CERT));
		assert_non_null(l);
		assert_int_equal(l->mark, times[i].mark);
		rig_down(&r);
	}
}

/* Behind what stops it nothing promises that it goes all the same. */
static void
test_stopped(void **state)
{
	static void (*const stopped[])(struct answerrig *) = { renew_no_room,
		renew_read_only, renew_no_order, renew_other_card };
	static const char *const ids[] = { "renew", "expired-online" };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof stopped / sizeof stopped[0]; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		stopped[i / 2](&r);
		rig_ask_both(&r, ids[i % 2], &a);
		assert_int_not_equal(a.verdict, ANSWER_YES);
		assert_false(rig_offers(&a, ACTION_RENEW));
		rig_down(&r);
	}
}

/* Of a certificate that is ready nothing says that it is not to be had here. */
static void
test_ready(void **state)
{
	struct answerrig r;
	struct answer a;

	(void)state;
	rig_up(&r);
	renew_order_ready(&r);
	rig_ask_both(&r, "renew", &a);
	for (size_t i = 0; i < a.nsteps; i++)
		assert_null(strstr(a.steps[i].words, "No key on this card"));
	for (size_t i = 0; i < a.nlooked; i++)
		assert_int_not_equal(a.looked[i].mark, VERDICT_NO);
	rig_down(&r);
	rig_up(&r);
	renew_ready_elsewhere(&r);
	rig_ask_both(&r, "renew", &a);
	assert_string_equal(a.badge, order_state_name(ORDER_READY));
	rig_down(&r);
	/* Nor of one that will be. */
	rig_up(&r);
	renew_order_ready(&r);
	r.found.order.state = ORDER_ISSUED;
	rig_ask_both(&r, "renew", &a);
	assert_string_equal(a.badge, order_state_name(ORDER_ISSUED));
	assert_non_null(strstr(a.says, "will be ready"));
	assert_string_equal(a.steps[0].arg, r.found.order.number);
	for (size_t i = 0; i < a.nsteps; i++)
		assert_null(strstr(a.steps[i].words, "No key on this card"));
	rig_down(&r);
}

/* Nothing is asked for there that is not taken. */
static void
assert_number_alone(const struct answer *a)
{
	assert_null(strstr(a->why, "address"));
	for (size_t i = 0; i < a->nsteps; i++) {
		assert_null(strstr(a->steps[i].words, "e-mail address"));
		assert_null(strstr(a->steps[i].words, "NIP"));
	}
}

static void
number_only(struct answerrig *r)
{
	rig_no_order(r);
	r->orders.why = ORDER_WHY_NUMBER_ONLY;
}

static void
test_orders_on_a_kiosk(void **state)
{
	static const struct {
		const char	*check, *reason;
		void		(*make)(struct answerrig *);
	} asked[] = {
		{ "no-order", "no-order-typed", rig_pull },
		{ "no-order", "unknown", rig_no_order },
		{ "no-order", "number-only", number_only },
		{ "obtain", "number-only", number_only },
		{ "lost-serial", "elsewhere", lost_orders },
	};

	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		asked[i].make(&r);
		r.facts.kiosk = true;
		rig_ask_both(&r, asked[i].check, &a);
		assert_string_equal(a.reason, asked[i].reason);
		assert_number_alone(&a);
		rig_down(&r);
	}
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
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_orders_on_a_kiosk),
		cmocka_unit_test(test_lost_on_a_kiosk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
