/* Checks say no more than is known, and what is only a rule as that. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/x509_vfy.h>

#include "answers/chain.h"
#include "card/record.h"
#include "renewal/renewal.h"
#include "tests/unit/answerrig.h"

/* Its authority renews on line. */
#define BY_EST "[renewal]\nway = est\n[est]\nurl = https://ca.example.org/est\n"

/* --- room ------------------------------------------------------------------------ */

static void
limit(struct answerrig *r, int most, enum known_by by)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	rig_cert(r, "qualified-full", KEY_PRIVATE);
	r->card->model.issuer_limit = most;
	r->card->model.issuer_limit_by = by;
}

/* The card tells nothing of its memory. */
static void
limit_configured(struct answerrig *r)
{
	limit(r, 3, KNOWN_CONFIG);
}

/* What resellers say of a model. */
static void
limit_unsure(struct answerrig *r)
{
	limit(r, 3, KNOWN_TABLE);
}

static void
limit_unsure_reached(struct answerrig *r)
{
	limit(r, 2, KNOWN_TABLE);
}

static void
limit_and_memory(struct answerrig *r)
{
	limit(r, 3, KNOWN_TABLE);
	r->card->tokens[0].free_public = 30000;
}

static void
limit_and_full(struct answerrig *r)
{
	limit(r, 3, KNOWN_TABLE);
	r->card->tokens[0].free_public = 300;
}

static void
places(struct answerrig *r)
{
	rig_cert(r, "qualified", KEY_PRIVATE);
	r->card->model.max_certs = 15;
	r->card->model.sure = true;
}

static void
places_unsure(struct answerrig *r)
{
	places(r);
	r->card->model.sure = false;
}

static void
places_unseen(struct answerrig *r)
{
	places(r);
	r->card->tokens[0].pin.verified = false;
}

static void
places_full(struct answerrig *r)
{
	places(r);
	r->card->model.max_certs = 1;
	r->card->model.sure = false;
}

static const struct room {
	void		(*make)(struct answerrig *);
	enum answer_verdict verdict;
	const char	*reason, *says;
} rooms[] = {
	{ limit_configured, ANSWER_CANNOT_TELL, "limit-only",
	  "The issuer puts at most 3 " },
	{ limit_unsure, ANSWER_CANNOT_TELL, "limit-only",
	  "By a source that is not sure, the issuer puts at most 3 " },
	{ limit_unsure_reached, ANSWER_CANNOT_TELL, "limit-reached",
	  "By a source that is not sure, the issuer's limit is reached" },
	{ limit_and_memory, ANSWER_YES, "room",
	  "By a source that is not sure, there is room on this card for 1 " },
	{ limit_and_full, ANSWER_NO, "full",
	  "No further certificate fits " },
	{ places, ANSWER_YES, "room",
	  "There is room on this card for 14 " },
	{ places_unsure, ANSWER_YES, "room",
	  "By a source that is not sure, there is room on this card for 14 " },
	{ places_unseen, ANSWER_YES, "room",
	  "There is room on this card for at most 14 " },
	{ places_full, ANSWER_NO, "full",
	  "By a source that is not sure, no further certificate fits " },
};

static void
test_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		rooms[i].make(&r);
		rig_ask_both(&r, "capacity", &a);
		if (strncmp(a.says, rooms[i].says, strlen(rooms[i].says)) != 0)
			fail_msg("%s: %s", rooms[i].says, a.says);
		assert_string_equal(a.reason, rooms[i].reason);
		assert_int_equal(a.verdict, rooms[i].verdict);
		rig_down(&r);
	}
}

/* The limit is the issuer's to keep, and of qualified ones alone. */
static void
test_issuers_limit(void **state)
{
	static const struct {
		const char	*profile;
		enum verdict	 mark;
	} limits[] = { { "qualified", VERDICT_MAYBE },
		{ "email", VERDICT_UNKNOWN } };

	(void)state;
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		const struct answer_look *l;
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		rig_authority(&r, BY_EST);
		rig_dates(&r, rig_cert(&r, limits[i].profile, KEY_PRIVATE),
		    -300, 20);
		limit(&r, 1, KNOWN_TABLE);
		r.facts.cert_named = true;
		rig_ask_both(&r, "renew", &a);
		assert_string_equal(a.reason, "now");
		l = rig_look(&a, preflight_name(PREFLIGHT_ROOM));
		assert_non_null(l);
		assert_int_equal(l->mark, limits[i].mark);
		rig_down(&r);
	}
}

/* Nor does a link of a chain break by it. */
static void
test_limit_in_a_chain(void **state)
{
	struct chain_report report;
	struct answerrig r;
	size_t seen = 0;

	(void)state;
	rig_up(&r);
	rig_module(&r, MODULE_READY, ERR_NONE);
	card_set(&r.card->tokens[0].module, "some-pkcs11.so");
	limit_unsure_reached(&r);
	capacity_reckon(r.card, r.facts.now);
	chain_look(CHAIN_CLIENT, &r.facts, &report);
	for (size_t i = 0; i < report.n; i++)
		if (strcmp(report.v[i].link, "room") == 0) {
			assert_int_equal(report.v[i].health, HEALTH_UNKNOWN);
			seen++;
		}
	assert_int_equal(seen, 1);
	chain_report_clear(&report);
	rig_down(&r);
}

/* --- what would not do either ------------------------------------------------------ */

/* With the PIN, or tomorrow, it would do no better: that is said first. */
static void
test_unfit_behind_a_bar(void **state)
{
	static const struct {
		const char	*profile, *check, *reason;
		const char	*email;
		int		 why;		/* of its chain */
		bool		 early;		/* instead of locked */
	} bars[] = {
		{ "email", "email", "pin-locked", NULL, 0, false },
		{ "email-wrong-eku", "email", "extended-key-usage", NULL, 0,
		  false },
		{ "email-wrong-eku", "email", "extended-key-usage", NULL, 0,
		  true },
		{ "email-encryption-only", "email", "key-usage", NULL, 0,
		  false },
		{ "email", "email", "other-address", "ktos@poczta.example", 0,
		  false },
		{ "email", "email", "chain", NULL,
		  X509_V_ERR_CERT_SIGNATURE_FAILURE, false },
		{ "email", "email", "not-yet-valid", NULL, 0, true },
		{ "qualified", "email", "pin-locked", NULL, 0, false },
		{ "qualified", "platnik", "pin-locked", NULL, 0, false },
		{ "qualified", "platnik", "not-yet-valid", NULL, 0, true },
		{ "seal", "platnik", "not-a-signature", NULL, 0, false },
		{ "seal", "platnik", "not-a-signature", NULL, 0, true },
		{ "qualified-wrong-usage", "platnik", "not-qualified", NULL, 0,
		  false },
		{ "qualified", "platnik", "chain", NULL,
		  X509_V_ERR_CERT_SIGNATURE_FAILURE, false },
		{ "qualified-critical", "platnik", "pin-locked", NULL, 0,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		rig_cert(&r, bars[i].profile, bars[i].early ? KEY_PRIVATE :
		    KEY_NOT_SEEN);
		if (bars[i].early)
			rig_dates(&r, 0, 3, 300);
		r.card->tokens[0].pin.verified = bars[i].early;
		r.card->tokens[0].pin.locked = !bars[i].early;
		r.facts.email = bars[i].email;
		if (bars[i].why != 0)
			rig_trust(&r, 0, bars[i].why);
		rig_ask_both(&r, bars[i].check, &a);
		if (strcmp(a.reason, bars[i].reason) != 0)
			fail_msg("%s, %s: %s", bars[i].check,
			    bars[i].profile, a.reason);
		assert_null(strstr(a.says, "would do"));
		rig_down(&r);
	}
}

/* Nor would it with the suspension lifted, or on the card with its key. */
static void
test_unfit_for_now(void **state)
{
	static const struct {
		const char	*profile, *check, *suspended, *missing;
		const char	*email;
		int		 why;
	} unfit[] = {
		{ "email", "email", "suspended", "key-missing", NULL, 0 },
		{ "email-wrong-eku", "email", "extended-key-usage",
		  "extended-key-usage", NULL, 0 },
		{ "email", "email", "other-address", "other-address",
		  "ktos@poczta.example", 0 },
		{ "qualified", "platnik", "suspended", "key-missing", NULL, 0 },
		{ "seal", "platnik", "not-a-signature", "not-a-signature",
		  NULL, 0 },
		{ "qualified", "platnik", "chain", "chain", NULL,
		  X509_V_ERR_CERT_SIGNATURE_FAILURE },
	};

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof unfit / sizeof *unfit); i++) {
		const char *reason = i % 2 != 0 ? unfit[i / 2].missing :
		    unfit[i / 2].suspended;
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		if (i % 2 != 0)
			rig_cert(&r, unfit[i / 2].profile, KEY_MISSING);
		else
			rig_status(&r, unfit[i / 2].profile, STATUS_SUSPENDED);
		r.facts.email = unfit[i / 2].email;
		if (unfit[i / 2].why != 0)
			rig_trust(&r, 0, unfit[i / 2].why);
		rig_ask_both(&r, unfit[i / 2].check, &a);
		if (strcmp(a.reason, reason) != 0)
			fail_msg("%s, %s: %s", unfit[i / 2].check,
			    unfit[i / 2].profile, a.reason);
		rig_down(&r);
	}
}

/* --- a lost card ------------------------------------------------------------------ */

/*
 * The clerk's own card is in the reader, of an authority that has no way: the lost
 * one is anybody's, unless it is said whose.
 */
static void
test_lost_of_another(void **state)
{
	static const struct {
		bool		 named, ordered, filed;
		const char	*reason;
	} lost[] = {
		{ false, false, false, "by-people" },
		{ true, false, false, "no-way" },
		{ false, true, false, "by-people" },
		{ false, false, true, "no-way" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		rig_authorities(&r, "[revocation]\nsuspension = no\n",
		    "[revocation]\nchannel = telephone\n"
		    "[telephone]\nnumber = 800 000 000\n");
		rig_cert(&r, "qualified", KEY_PRIVATE);
		r.facts.cert_named = lost[i].named;
		if (lost[i].ordered) {
			rig_order(&r, ORDER_COLLECTED);
			r.found.authority = &r.authorities.v[1];
		}
		if (lost[i].filed)
			rig_file_cert(&r, "qualified");
		rig_ask_both(&r, "lost-card", &a);
		assert_string_equal(a.reason, lost[i].reason);
		assert_int_equal(rig_look(&a, "Urząd Przykładowy") != NULL,
		    !lost[i].ordered);
		assert_int_equal(rig_look(&a, "Urząd Drugi") != NULL,
		    !lost[i].named && !lost[i].filed);
		rig_down(&r);
	}
}

/* Each with the telephone that answers, or counted. */
static void
test_many_authorities(void **state)
{
	struct authority many[20];
	char names[20][32], words[40];

	(void)state;
	for (size_t n = 8; n <= sizeof many / sizeof *many; n++) {
		struct authorities all = { .v = many, .n = n };
		const struct answer_look *rest;
		struct answerrig r;
		struct answer a;
		size_t shown = 0, lines = 0;

		rig_up(&r);
		rig_authority(&r, "[revocation]\nchannel = telephone\n"
		    "suspension = no\n[telephone]\nnumber = 800 000 000\n");
		for (size_t i = 0; i < n; i++) {
			many[i] = r.authorities.v[0];
			snprintf(names[i], sizeof names[i], "Urząd %zu", i);
			many[i].name = names[i];
		}
		r.facts.authorities = &all;
		rig_ask_both(&r, "lost-card", &a);
		for (size_t i = 0; i < a.nlooked; i++)
			lines += strncmp(a.looked[i].what, "Urząd", 5) == 0;
		for (size_t i = 0; i < n; i++)
			shown += rig_look(&a, names[i]) != NULL;
		assert_int_equal(lines, 3 * shown);
		rest = rig_look(&a, "authorities");
		assert_int_equal(rest != NULL, shown < n);
		snprintf(words, sizeof words, "%zu more, not shown here",
		    n - shown);
		if (rest != NULL)
			assert_string_equal(rest->saw, words);
		rig_down(&r);
	}
}

/* --- an order ------------------------------------------------------------------------ */

/* One that was asked for was looked at, though nobody knows it. */
static void
test_order_looked_up(void **state)
{
	static const struct {
		bool		 typed;
		enum order_why	 why;
		const char	*reason;
		bool		 lacked;
	} orders[] = {
		{ false, ORDER_WHY_FOUND, "no-order-typed", true },
		{ true, ORDER_WHY_NO_SERVICE, "no-service", true },
		{ true, ORDER_WHY_NOT_ASKED, "not-asked", true },
		{ true, ORDER_WHY_NUMBER_ONLY, "number-only", true },
		{ true, ORDER_WHY_UNKNOWN, "unknown", false },
		{ true, ORDER_WHY_CHECK_DIGIT, "misread", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		if (orders[i].typed)
			rig_no_order(&r);
		r.orders.why = orders[i].why;
		rig_ask_both(&r, "obtain", &a);
		assert_string_equal(a.reason, orders[i].reason);
		assert_int_equal((a.lacked & NEED_ORDER) != 0,
		    orders[i].lacked);
		rig_down(&r);
	}
}

/* --- what issuers do as a rule ------------------------------------------------------- */

/* What issuers do as a rule is said as that; of others than qualified ones, ask. */
static void
test_as_a_rule(void **state)
{
	static const char *const profiles[] = { "qualified", "email" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		rig_dates(&r, rig_cert(&r, profiles[i], KEY_PRIVATE), -300,
		    -3);
		rig_ask_both(&r, "expired-online", &a);
		assert_non_null(strstr(a.says, "usually"));
		assert_int_equal(rig_offers(&a, ACTION_QUESTION), i == 1);
		rig_ask_both(&r, "renew", &a);
		assert_non_null(strstr(rig_look(&a, preflight_name(
		    PREFLIGHT_CERT))->saw, "usually"));
		rig_dates(&r, 0, -300, 200);
		rig_ask_both(&r, "when-to-start", &a);
		assert_non_null(strstr(a.steps[a.nsteps - 1].words,
		    "counts from today"));
		rig_down(&r);
	}
}

/* Past the last safe day it is today, though its authority may not renew it. */
static void
test_last_safe_day(void **state)
{
	static const struct {
		const char	*lines, *check;
		int		 days;
		enum answer_verdict verdict;
		const char	*badge;
	} left[] = {
		{ BY_EST, "renew", 5, ANSWER_YES, "renew today" },
		{ BY_EST, "renew", 20, ANSWER_YES, "20 days left" },
		{ "", "renew", 5, ANSWER_CANNOT_TELL, "renew today" },
		{ "", "renew", 20, ANSWER_CANNOT_TELL, "20 days left" },
		{ "", "renew", 200, ANSWER_CANNOT_TELL, "" },
		{ "", "expired-online", 5, ANSWER_CANNOT_TELL, "renew today" },
		{ BY_EST, "expired-online", 5, ANSWER_YES, "renew today" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		rig_authority(&r, left[i].lines);
		rig_dates(&r, rig_cert(&r, "qualified", KEY_PRIVATE), -300,
		    left[i].days);
		rig_ask_both(&r, left[i].check, &a);
		assert_int_equal(a.verdict, left[i].verdict);
		assert_string_equal(a.badge, left[i].badge);
		rig_down(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_issuers_limit),
		cmocka_unit_test(test_limit_in_a_chain),
		cmocka_unit_test(test_unfit_behind_a_bar),
		cmocka_unit_test(test_unfit_for_now),
		cmocka_unit_test(test_lost_of_another),
		cmocka_unit_test(test_many_authorities),
		cmocka_unit_test(test_order_looked_up),
		cmocka_unit_test(test_as_a_rule),
		cmocka_unit_test(test_last_safe_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
