/*
 * A revocation case from its first sending: what an answer or its loss means,
 * what proves it and what does not, and when a suspension ends.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/casetest.h"

#define NOW	REGTEST_NOW
#define DAY	INT64_C(86400)
#define OCTOBER	(NOW - 33 * DAY)	/* 2026-10-20 14:00 in Warsaw */
#define OTHER_TRANSACTION	"FF112233445566778899AABBCCDDEEFF"

/* --- sending ------------------------------------------------------------------------------- */

struct sent {
	enum case_result result;
	enum err_code	 code;
};

/* Sends and is answered, as often as there are results; the view then. */
static void
send_all(struct registry *reg, unsigned n, const struct sent *sent, size_t len,
    struct case_view *v)
{
	int64_t id = casetest_in(reg, n, CASE_QUEUED);
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < len; i++) {
		assert_int_equal(case_sending(reg, id, "cmp",
		    CASETEST_TRANSACTION, NOW + 3, &err), 0);
		assert_int_equal(casetest_result(reg, id, sent[i].result,
		    sent[i].code, &err), 0);
	}
	casetest_view(reg, id, v);
}

static void
judges_answers(void **state)
{
	static const struct {
		struct sent	 sent[3];
		size_t		 n;
		enum case_state	 state;
		bool		 already, keeps;
		int		 tries;
	} all[] = {
		{ { { RESULT_ACCEPTED, 0 } }, 1, CASE_ACCEPTED, false, false, 1 },
		{ { { RESULT_WITH_MODS, 0 } }, 1, CASE_ACCEPTED, false, false,
		    1 },
		{ { { RESULT_WAITING, 0 } }, 1, CASE_SENT, false, true, 1 },
		{ { { RESULT_WAITING, 0 }, { RESULT_ACCEPTED, 0 } }, 2,
		    CASE_ACCEPTED, false, false, 2 },
		/* Done before us, and done by us while its answer was lost. */
		{ { { RESULT_ALREADY, 0 } }, 1, CASE_ACCEPTED, true, false, 1 },
		{ { { RESULT_FAILED, ERR_NET_CUT }, { RESULT_ALREADY, 0 } }, 2,
		    CASE_ACCEPTED, false, false, 2 },
		/* Nothing had gone out, so that it was not us. */
		{ { { RESULT_FAILED, ERR_NET_CONNECT }, { RESULT_ALREADY, 0 } },
		    2, CASE_ACCEPTED, true, false, 2 },
		{ { { RESULT_FAILED, ERR_NET_CONNECT } }, 1, CASE_QUEUED, false,
		    false, 1 },
		{ { { RESULT_FAILED, ERR_NET_TIMEOUT } }, 1, CASE_SENT, false,
		    true, 1 },
		/* One that may have arrived stays so, whatever comes after it. */
		{ { { RESULT_FAILED, ERR_NET_TIMEOUT },
		    { RESULT_FAILED, ERR_NET_NAME } }, 2, CASE_SENT, false,
		    true, 2 },
		{ { { RESULT_UNKNOWN, ERR_CHANNEL_CERT } }, 1, CASE_REFUSED,
		    false, false, 1 },
		{ { { RESULT_REFUSED, ERR_CHANNEL_AUTH } }, 1, CASE_REFUSED,
		    false, false, 1 },
		/* A "no" is to what was sent before. */
		{ { { RESULT_REFUSED, ERR_CHANNEL_AUTH }, { RESULT_WAITING,
		    0 } }, 2, CASE_SENT, false, true, 2 },
		{ { { RESULT_WAITING, 0 }, { RESULT_FAILED, ERR_NET_CONNECT } },
		    2, CASE_SENT, false, true, 2 },
	};
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	unsigned i;

	for (i = 0; i < sizeof all / sizeof *all; i++) {
		struct case_view v;

		send_all(reg, i, all[i].sent, all[i].n, &v);
		if (v.state != all[i].state || v.already != all[i].already ||
		    (v.transaction[0] != '\0') != all[i].keeps ||
		    v.tries != all[i].tries)
			fail_msg("%u: %s already %d, %s, %d", i,
			    case_state_id(v.state), v.already, v.transaction,
			    v.tries);
		/* Never proved by what a channel says, and the clock runs on. */
		assert_int_equal(v.proved_by, -1);
		assert_int_equal(v.deadline, NOW + DAY);
		assert_int_equal(v.refused, v.state == CASE_REFUSED);
		assert_int_equal(v.waits, v.state == CASE_SENT &&
		    (all[i].sent[0].result == RESULT_WAITING ||
		    all[i].sent[all[i].n - 1].result == RESULT_WAITING));
		assert_int_equal(v.last_err.code,
		    all[i].sent[all[i].n - 1].code);
		case_view_clear(&v);
	}
	registry_close(reg);
}

static void
sends_the_same_again(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = casetest_in(reg, 1, CASE_SENT);
	struct err err = ERR_INIT;
	struct case_view v;

	/* Killed here: it comes again by itself, with this transaction. */
	casetest_view(reg, id, &v);
	assert_string_equal(v.transaction, CASETEST_TRANSACTION);
	assert_true(v.next_try > NOW);
	case_view_clear(&v);
	assert_int_equal(case_sending(reg, id, "cmp", OTHER_TRANSACTION, NOW,
	    &err), -1);
	assert_int_equal(err.code, ERR_CASE_STATE);
	err_clear(&err);
	assert_int_equal(case_sending(reg, id, "cmp", CASETEST_TRANSACTION,
	    NOW, &err), 0);
	/* Refused, and mended: another request. */
	assert_int_equal(casetest_result(reg, id, RESULT_REFUSED,
	    ERR_CHANNEL_AUTH, &err), 0);
	assert_int_equal(case_sending(reg, id, "cmp", OTHER_TRANSACTION, NOW,
	    &err), 0);
	assert_int_equal(case_sending(reg, id, "cmp", "1234", NOW, &err), -1);
	assert_int_equal(err.code, ERR_BAD_DATA);
	err_clear(&err);
	assert_int_equal(case_sending(reg, id, "cmp",
	    "zz112233445566778899AABBCCDDEEFF", NOW, &err), -1);
	registry_close(reg);
}

/* Not by itself now: no password at hand, say. */
static void
rests_when_it_cannot_be_sent(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = casetest_in(reg, 1, CASE_QUEUED);
	struct err why = ERR_INIT, err = ERR_INIT;
	struct case_view v;

	(void)err_set(&why, ERR_PASSWORD_NEEDED, "cmp", NULL);
	assert_int_equal(case_not_sent(reg, id, &why, 0, NOW + 9, &err), 0);
	casetest_view(reg, id, &v);
	assert_int_equal(v.asked_at, 0);
	assert_int_equal(v.state, CASE_QUEUED);
	assert_int_equal(v.next_try, 0);
	assert_int_equal(v.last_err.code, ERR_PASSWORD_NEEDED);
	case_view_clear(&v);
	registry_close(reg);
}

/* --- proof ------------------------------------------------------------------------------------ */

static void
is_proved_by_what_was_asked_for_alone(void **state)
{
	static const struct {
		enum case_action	 action;
		enum record_status	 status;
		int64_t			 this_update;
		enum case_state		 from, to;
	} all[] = {
		{ CASE_REVOKE, STATUS_GOOD, 50, CASE_ACCEPTED, CASE_ACCEPTED },
		{ CASE_REVOKE, STATUS_UNKNOWN, 50, CASE_ACCEPTED,
		    CASE_ACCEPTED },
		{ CASE_REVOKE, STATUS_SUSPENDED, 50, CASE_ACCEPTED,
		    CASE_ACCEPTED },
		{ CASE_REVOKE, STATUS_REVOKED, 50, CASE_ACCEPTED,
		    CASE_PUBLISHED },
		/* Before anything was sent: it was revoked already. */
		{ CASE_REVOKE, STATUS_REVOKED, -500, CASE_QUEUED,
		    CASE_PUBLISHED },
		{ CASE_SUSPEND, STATUS_GOOD, 50, CASE_ACCEPTED, CASE_ACCEPTED },
		{ CASE_SUSPEND, STATUS_SUSPENDED, 50, CASE_ACCEPTED,
		    CASE_PUBLISHED },
		{ CASE_SUSPEND, STATUS_REVOKED, 50, CASE_ACCEPTED,
		    CASE_REFUSED },
		{ CASE_LIFT, STATUS_SUSPENDED, 50, CASE_ACCEPTED,
		    CASE_ACCEPTED },
		/* Answered at NOW + 4; what is older is from before. */
		{ CASE_LIFT, STATUS_GOOD, 3, CASE_ACCEPTED, CASE_ACCEPTED },
		{ CASE_LIFT, STATUS_GOOD, 4, CASE_ACCEPTED, CASE_PUBLISHED },
		{ CASE_LIFT, STATUS_GOOD, 50, CASE_QUEUED, CASE_QUEUED },
		{ CASE_LIFT, STATUS_REVOKED, 50, CASE_ACCEPTED, CASE_REFUSED },
	};
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	unsigned i;

	for (i = 0; i < sizeof all / sizeof *all; i++) {
		int64_t id = casetest_begin(reg, i, all[i].action);
		struct err err = ERR_INIT;
		struct case_view v;
		bool proved;

		casetest_answer(reg, id);
		casetest_confirm(reg, id, i);
		if (all[i].from == CASE_ACCEPTED) {
			assert_int_equal(case_sending(reg, id, "cmp",
			    CASETEST_TRANSACTION, NOW + 3, &err), 0);
			assert_int_equal(casetest_result(reg, id,
			    RESULT_ACCEPTED, ERR_NONE, &err), 0);
		}
		assert_int_equal(casetest_status(reg, id, all[i].status,
		    NOW + all[i].this_update, &err), 0);
		casetest_view(reg, id, &v);
		if (v.state != all[i].to)
			fail_msg("%u: %s", i, case_state_id(v.state));
		proved = v.state == CASE_PUBLISHED;
		assert_int_equal(v.proved_by, proved ? HOW_OCSP : -1);
		assert_int_equal(v.deadline, proved ? 0 : NOW + DAY);
		assert_int_equal(strlen(v.proof_hash), proved ? 64 : 0);
		assert_int_equal(v.status, all[i].status);
		assert_false(v.refused);	/* whatever it shows */
		case_view_clear(&v);
	}
	registry_close(reg);
}

/* OCSP leaves the reason out: that is no "too late" for what may be the same. */
static void
waits_for_the_reason(void **state)
{
	static const struct {
		enum case_action action;
		bool		 sent;
		enum record_how	 by;
		enum case_state	 to;
	} all[] = {
		{ CASE_SUSPEND, true, HOW_OCSP, CASE_ACCEPTED },
		{ CASE_SUSPEND, true, HOW_CRL, CASE_REFUSED },
		{ CASE_SUSPEND, false, HOW_OCSP, CASE_REFUSED },
		{ CASE_LIFT, true, HOW_OCSP, CASE_ACCEPTED },
		{ CASE_LIFT, false, HOW_OCSP, CASE_QUEUED },
		{ CASE_LIFT, true, HOW_CRL, CASE_REFUSED },
		{ CASE_REVOKE, true, HOW_OCSP, CASE_PUBLISHED },
	};
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);

	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		const struct case_status s = { .by = all[i].by,
		    .status = STATUS_REVOKED, .this_update = NOW + 50,
		    .revoked_at = NOW + 5, .reason = -1, .next_ask = NOW + 300 };
		int64_t id = casetest_begin(reg, i, all[i].action);
		struct err err = ERR_INIT;

		casetest_answer(reg, id);
		casetest_confirm(reg, id, i);
		if (all[i].sent) {
			assert_int_equal(case_sending(reg, id, "cmp",
			    CASETEST_TRANSACTION, NOW + 3, &err), 0);
			assert_int_equal(casetest_result(reg, id,
			    RESULT_ACCEPTED, ERR_NONE, &err), 0);
		}
		assert_int_equal(case_status(reg, id, &s, NOW + 100, &err), 0);
		assert_int_equal(casetest_state(reg, id), all[i].to);
	}
	registry_close(reg);
}

static void
keeps_its_proof(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = casetest_in(reg, 1, CASE_ACCEPTED);
	struct err err = ERR_INIT;
	struct case_view v;
	char text[256];

	/* Until when an old "good" may live: the latest nextUpdate of one. */
	assert_int_equal(casetest_status(reg, id, STATUS_GOOD, NOW + 10, &err),
	    0);
	assert_int_equal(casetest_status(reg, id, STATUS_GOOD, NOW + 5, &err),
	    0);
	casetest_view(reg, id, &v);
	assert_int_equal(v.good_until, NOW + 3610);
	assert_int_equal(v.next_try, NOW + 300);
	assert_int_equal(v.asked_at, NOW + 100);
	case_view_clear(&v);
	assert_int_equal(casetest_status(reg, id, STATUS_REVOKED, NOW + 50,
	    &err), 0);
	/* An older answer out of a cache takes nothing back. */
	assert_int_equal(casetest_status(reg, id, STATUS_GOOD, NOW + 20, &err),
	    0);
	casetest_view(reg, id, &v);
	assert_int_equal(v.state, CASE_PUBLISHED);
	assert_int_equal(v.proved_at, NOW + 50);
	assert_int_equal(v.revoked_at, NOW + 20);
	assert_string_equal(v.proof_where, "http://ocsp.example.org/");
	assert_int_equal(strncmp(v.proof_hash, "5A0000", 6), 0);
	assert_int_equal(v.next_try, 0);
	assert_non_null(strstr(case_sentence(&v, NOW + 100, text, sizeof text),
	    "until"));
	assert_null(strstr(case_sentence(&v, NOW + 4000, text, sizeof text),
	    "until"));
	case_view_clear(&v);
	registry_close(reg);
}

/* A year on paper: the row moves on, the case does not grow; proof is news. */
static void
does_not_fill_up_with_old_news(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = casetest_in(reg, 1, CASE_ON_PAPER);
	static struct case_event notes[1000];
	struct err why = ERR_INIT, err = ERR_INIT;
	struct case_row row;
	size_t i;

	(void)err_set(&why, ERR_NET_TIMEOUT, "http://ocsp.example.org/", NULL);
	assert_int_equal(cases_get(reg, id, &row, &err), 0);
	for (i = 0; i < 1000; i++)
		notes[i] = (struct case_event){ .at = NOW, .kind = "note" };
	assert_int_equal(cases_append(reg, id, (int64_t)row.nevents, notes,
	    1000 - row.nevents, &row.sum, &err), 0);
	case_row_clear(&row);
	/* The first of each says something, the second does not. */
	for (i = 0; i < 4; i++)
		assert_int_equal(i < 2 ? case_not_answered(reg, id, &why,
		    NOW + 700 + (int64_t)i, NOW, &err) : casetest_status(reg,
		    id, STATUS_GOOD, NOW, &err), 0);
	assert_int_equal(cases_get(reg, id, &row, &err), 0);
	assert_int_equal(row.nevents, 1002);
	assert_int_equal(row.sum.due, NOW + 300);
	case_row_clear(&row);
	assert_int_equal(casetest_status(reg, id, STATUS_REVOKED, NOW + 50,
	    &err), 0);
	assert_int_equal(casetest_state(reg, id), CASE_PUBLISHED);
	registry_close(reg);
}

/* Seven days of the calendar, from when the authority says. */
static void
knows_when_a_suspension_ends(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct authority a = { .suspension_days = 7 };
	int64_t id = casetest_begin(reg, 1, CASE_SUSPEND);
	struct case_row row;
	struct err err = ERR_INIT;
	struct case_view v;
	char text[256];

	casetest_answer(reg, id);
	assert_int_equal(case_confirm(reg, id, "0001", &a, NOW, &err), 0);
	assert_int_equal(casetest_status(reg, id, STATUS_SUSPENDED, NOW + 50,
	    &err), 0);
	assert_int_equal(cases_get(reg, id, &row, &err), 0);
	/* By what was written then, whoever is asked now. */
	assert_int_equal(case_view(&row, NULL, &v, &err), 0);
	assert_int_equal(v.hold_ends, NOW + 20 + 7 * DAY);
	assert_int_equal(row.sum.deadline, v.hold_ends);
	assert_non_null(strstr(case_sentence(&v, NOW, text, sizeof text),
	    "2026-11-29"));
	assert_string_equal(case_clock(&v, NOW, text, sizeof text),
	    "7 days left");
	case_view_clear(&v);
	case_row_clear(&row);
	/* Across the end of summer time a week is an hour longer. */
	id = casetest_begin(reg, 2, CASE_SUSPEND);
	casetest_answer(reg, id);
	assert_int_equal(case_confirm(reg, id, "0002", &a, NOW, &err), 0);
	assert_int_equal(casetest_status(reg, id, STATUS_SUSPENDED,
	    OCTOBER + 30, &err), 0);
	casetest_view(reg, id, &v);
	assert_int_equal(v.hold_ends, OCTOBER + 7 * DAY + 3600);
	case_view_clear(&v);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(judges_answers),
		TEST(sends_the_same_again),
		TEST(rests_when_it_cannot_be_sent),
		TEST(is_proved_by_what_was_asked_for_alone),
		TEST(waits_for_the_reason),
		TEST(keeps_its_proof),
		TEST(does_not_fill_up_with_old_news),
		TEST(knows_when_a_suspension_ends),
	};

	setenv("TZ", "Europe/Warsaw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
