/*
 * A renewal run with an authority that loses answers, refuses, waits, or issues
 * what it should not: nothing wrong is written to the card, and what is put right
 * goes on.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/renewrig.h"
#include "tests/unit/runtest.h"

#define W	(rig_get())

static void
one_request_though_the_answer_is_lost(void **state)
{
	struct ran r;
	int64_t id;

	rig_setup();
	W->fault = RIG_ANSWER_LOST;
	id = begin(*state, "order", KEY_KIND_P256, false);
	r = run_here(*state, id);
	assert_int_equal(r.end, RENEWAL_END_FAILED);
	assert_int_equal(r.err.code, ERR_NET_TIMEOUT);
	assert_true(r.next > clock_now());
	goes_to_its_end(*state, id);
	assert_int_equal(W->sendings, 2);
	is_renewed(*state, id, true);
}

/* Its turn comes again, though its card is away when it has come. */
static void
is_sent_again_once_its_card_is_there(void **state)
{
	struct regtest *t = *state;
	struct renewal_view v;
	struct ran r;
	int64_t id;

	rig_setup();
	W->by_old = true;
	W->fault = RIG_NO_NETWORK;
	id = begin(t, "order", KEY_KIND_P256, false);
	assert_int_equal(run_here(t, id).end, RENEWAL_END_FAILED);
	W->fault = RIG_WELL;
	W->absent = true;
	for (int i = 0; i < 2; i++) {
		r = run_alone(t, id);
		assert_int_equal(r.end, RENEWAL_END_CARD);
		assert_true(r.next > clock_now());
		assert_int_equal(regtest_sql_int(t->file,
		    "SELECT due FROM renewals"), r.next);
		view_of(t, id, &v);
		assert_int_equal(v.next_try, r.next);
		renewal_view_clear(&v);
	}
	/* Whoever comes to it is not what puts it off. */
	assert_int_equal(run_here(t, id).next, 0);
	assert_int_equal(regtest_sql_int(t->file, "SELECT due FROM renewals"),
	    r.next);
	W->absent = false;
	assert_int_equal(run_alone(t, id).end, RENEWAL_END_WAIT);
	goes_to_its_end(t, id);
	is_renewed(t, id, true);
}

/* What may have reached the authority is told apart from what cannot have. */
static void
says_what_the_authority_may_have(void **state)
{
	static const struct {
		enum rig_fault	 fault;
		enum renewal_end end;
		const char	*says;
	} all[] = {
		{ RIG_UNSIGNED, RENEWAL_END_CARD, "could not be sent yet" },
		{ RIG_DOWN, RENEWAL_END_FAILED, "could not be sent yet" },
		{ RIG_NONSENSE, RENEWAL_END_FAILED, "answered cannot be used" },
		{ RIG_UNCONFIRMED, RENEWAL_END_FAILED, "not confirmed yet" },
		{ RIG_NO_NETWORK, RENEWAL_END_FAILED, "counts once" },
		/* One of them may have got there. */
		{ RIG_DOWN, RENEWAL_END_FAILED, "counts once" },
		{ RIG_WRONG_KEY, RENEWAL_END_FAILED, "tell the authority" },
	};
	struct renewal_view v;
	char words[512];
	int64_t id;

	rig_setup();
	id = begin(*state, "order", KEY_KIND_P256, false);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		W->fault = all[i].fault;
		assert_int_equal(run_here(*state, id).end, all[i].end);
		view_of(*state, id, &v);
		assert_non_null(strstr(renewal_sentence(&v, clock_now(), words,
		    sizeof words), all[i].says));
		if (all[i].fault == RIG_NO_NETWORK) {
			snprintf(v.plan.way, sizeof v.plan.way, "est");
			assert_null(strstr(renewal_sentence(&v, clock_now(),
			    words, sizeof words), "once"));
		}
		renewal_view_clear(&v);
	}
	W->fault = RIG_WELL;
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

static void
what_is_wrong_is_not_written(void **state)
{
	static const struct {
		enum rig_fault	 fault;
		enum err_code	 code;
	} all[] = {
		{ RIG_WRONG_KEY, ERR_CERT_OTHER_KEY },
		{ RIG_OTHER_HOLDER, ERR_CERT_OTHER_HOLDER },
		{ RIG_ENDED, ERR_CERT_ENDED },
		{ RIG_NO_CHAIN, ERR_CERT_NO_CHAIN },
	};
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++) {
		struct ran r;
		int64_t id;

		rig_setup();
		W->fault = all[i].fault;
		id = begin(*state, "order", KEY_KIND_P256, false);
		r = run_here(*state, id);
		assert_int_equal(r.end, RENEWAL_END_FAILED);
		assert_int_equal(r.err.code, all[i].code);
		assert_int_equal(W->certs[1].len, 0);
		/* The authority puts it right. */
		W->fault = RIG_WELL;
		goes_to_its_end(*state, id);
		is_renewed(*state, id, true);
	}
}

/* Asked by what it last said, and by nothing when it said that this cannot be. */
static void
a_reference_goes_with_its_answer(void **state)
{
	static const struct {
		enum rig_fault	 fault;
		const char	*reference;
	} all[] = {
		{ RIG_WELL, "" },
		{ RIG_PUT_ASIDE, RIG_REFERENCE },
		{ RIG_PUT_ASIDE, RIG_REFERENCE },
		{ RIG_NOT_POLLED, "" },
		{ RIG_PUT_ASIDE, RIG_REFERENCE },
	};
	struct renewal_view v;
	struct registry *reg;
	int64_t id;

	rig_setup();
	id = begin(*state, "order", KEY_KIND_P256, false);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		W->fault = all[i].fault;
		reg = regtest_open(*state, REGISTRY_WRITE);
		assert_int_equal(run_once(reg, id, span_of(NULL, 0)).end,
		    RENEWAL_END_WAIT);
		registry_close(reg);
		view_of(*state, id, &v);
		assert_string_equal(v.reference, all[i].reference);
		renewal_view_clear(&v);
	}
	W->fault = RIG_WELL;
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

static void
a_refusal_stops_it(void **state)
{
	struct renewal_view v;
	char words[512];
	struct ran r;
	int64_t id;

	rig_setup();
	W->fault = RIG_REFUSES;
	id = begin(*state, "order", KEY_KIND_P256, false);
	r = run_here(*state, id);
	assert_int_equal(r.end, RENEWAL_END_STOPPED);
	assert_int_equal(r.err.code, ERR_WAY_REFUSED);
	view_of(*state, id, &v);
	assert_non_null(strstr(renewal_sentence(&v, clock_now(), words,
	    sizeof words), "Stopped"));
	renewal_view_clear(&v);
	/* The next one uses the key that is there. */
	W->fault = RIG_WELL;
	id = begin(*state, "order", KEY_KIND_P256, false);
	goes_to_its_end(*state, id);
	is_renewed(*state, id, true);
}

/* Whether anybody was told, in the words of its history. */
static void
says_of_registering(struct regtest *t, int64_t id, const char *words)
{
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	struct err err = ERR_INIT;
	struct renewal_row row;
	char text[256] = "";

	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	for (size_t i = 0; i < row.nevents; i++)
		if (strcmp(row.events[i].kind, "registered") == 0)
			renewal_event_words(&row.events[i], text, sizeof text);
	assert_non_null(strstr(text, words));
	renewal_row_clear(&row);
	registry_close(reg);
}

/* The old one is dealt with while its holder is there. */
static void
is_told_later(void **state)
{
	struct ran r;
	int64_t id;

	rig_setup();
	W->old_answer = 1;
	W->untold = 1;
	id = begin(*state, "order", KEY_KIND_P256, false);
	{
		struct registry *reg = regtest_open(*state, REGISTRY_WRITE);

		(void)run_once(reg, id, span_of(NULL, 0));
		r = run_once(reg, id, span_of(NULL, 0));
		registry_close(reg);
	}
	assert_int_equal(r.end, RENEWAL_END_WAIT);
	assert_int_equal(rig_certs_of("01"), 0);
	W->absent = true;
	goes_to_its_end(*state, id);
	assert_int_equal(W->told, 1);
	is_renewed(*state, id, false);
	says_of_registering(*state, id, "the authority was told");
}

/* Whoever does not decide about the old one keeps nobody from being told. */
static void
is_told_without_a_decision(void **state)
{
	struct regtest *t = *state;
	struct registry *reg;
	struct ran r;
	int64_t id;

	rig_setup();
	W->old_answer = -1;
	W->untold = 2;
	id = begin(t, "order", KEY_KIND_P256, false);
	reg = regtest_open(t, REGISTRY_WRITE);
	(void)run_once(reg, id, span_of(NULL, 0));
	r = run_once(reg, id, span_of(NULL, 0));
	registry_close(reg);
	assert_int_equal(r.end, RENEWAL_END_WAIT);
	assert_int_equal(r.err.code, ERR_NET_TIMEOUT);
	assert_true(r.next > clock_now());
	assert_int_equal(regtest_sql_int(t->file, "SELECT due FROM renewals"),
	    r.next);
	W->absent = true;
	r = run_alone(t, id);
	assert_int_equal(r.end, RENEWAL_END_WAIT);
	assert_int_equal(regtest_sql_int(t->file, "SELECT due FROM renewals"),
	    r.next);
	assert_int_equal(run_alone(t, id).end, RENEWAL_END_CARD);
	assert_int_equal(W->told, 1);
	W->absent = false;
	W->old_answer = 0;
	goes_to_its_end(t, id);
	is_renewed(t, id, true);
}

static void
a_file_is_carried(void **state)
{
	struct registry *reg;
	uint8_t der[RIG_DER_MAX];
	const struct rig_make other = { .key = RIG_STRANGER, .by = RIG_CA,
	    .cn = "Ewa Przykładowa", .until = 700 };
	const struct rig_make ours = { .key = RIG_NEW, .by = RIG_CA,
	    .cn = "Ewa Przykładowa", .serial = "PNOPL-44051401359",
	    .until = 700 };
	struct ran r;
	int64_t id;

	rig_setup();
	id = begin(*state, "file", KEY_KIND_P256, false);
	reg = regtest_open(*state, REGISTRY_WRITE);
	assert_int_equal(run_once(reg, id, span_of(NULL, 0)).end,
	    RENEWAL_END_PERSON);
	r = run_once(reg, id, span_of(der, rig_make(&other, der)));
	assert_int_equal(r.end, RENEWAL_END_FAILED);
	assert_int_equal(r.err.code, ERR_CERT_OTHER_KEY);
	r = run_once(reg, id, span_of(der, rig_make(&ours, der)));
	assert_int_equal(r.end, RENEWAL_END_DONE);
	registry_close(reg);
	W->requests = 1;	/* it was carried */
	is_renewed(*state, id, true);
	assert_int_equal(W->told, 0);
	says_of_registering(*state, id, "nobody is told");
}

/* What a clock that ran ahead wrote does not wait until that is the time. */
static void
a_clock_ahead_puts_off_nothing(void **state)
{
	const int64_t now = clock_now(), days[] = { 30, 7, -1 };
	struct renewal_summary sum = { .due = 0 };

	(void)state;
	assert_false(renewal_is_due(&sum, now));
	for (size_t i = 0; i < 3; i++) {
		sum.due = now + days[i] * 86400;
		assert_int_equal(renewal_is_due(&sum, now), days[i] != 7);
	}
}

/* As long as there is room, whatever the issuer's limit. */
static void
its_chain_goes_to_the_card(void **state)
{
	static const struct {
		bool		 chain, no_more;
		enum capacity_rule rule;
		bool		 there;
	} cards[] = {
		{ false, false, CAPACITY_CONTAINERS, false },
		{ true, false, CAPACITY_CONTAINERS, true },
		{ true, true, CAPACITY_CONTAINERS, false },
		{ true, true, CAPACITY_ISSUER, true },
	};

	for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
		bool there = false;
		int64_t id;

		rig_setup();
		W->chain = cards[i].chain;
		W->no_more = cards[i].no_more;
		W->rule = cards[i].rule;
		id = begin(*state, "order", KEY_KIND_P256, false);
		goes_to_its_end(*state, id);
		for (int k = 0; k < RIG_THINGS; k++)
			there |= W->certs[k].len == W->ca_len &&
			    memcmp(W->certs[k].der, W->ca, W->ca_len) == 0;
		assert_int_equal(there, cards[i].there);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_request_though_the_answer_is_lost),
		TEST(is_sent_again_once_its_card_is_there),
		TEST(says_what_the_authority_may_have),
		TEST(what_is_wrong_is_not_written),
		TEST(a_reference_goes_with_its_answer),
		TEST(a_refusal_stops_it),
		TEST(is_told_later),
		TEST(is_told_without_a_decision),
		TEST(a_file_is_carried),
		TEST(a_clock_ahead_puts_off_nothing),
		TEST(its_chain_goes_to_the_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
