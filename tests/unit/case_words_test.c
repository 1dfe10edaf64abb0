/*
 * The words of a case: one sentence for each way in which it can stand, its
 * clock, a line for each event, ids for programs.
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

#include "revocation/channel.h"
#include "tests/unit/casetest.h"

#define NOW	REGTEST_NOW	/* 13:00 in Warsaw */
#define DAY	INT64_C(86400)

static void
counts_down(void **state)
{
	static const struct {
		int64_t		 at;
		const char	*words;
	} all[] = {
		{ 0, "24 h 0 min left" }, { 5 * 3600 + 18 * 60, "18 h 42 min left" },
		{ DAY - 60, "1 min left" }, { DAY, "0 min left" },
		{ DAY + 60, "overdue by 1 min" }, { DAY + 7300, "overdue by 2 h" },
	};
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct case_view v;
	char text[64];
	size_t i;

	casetest_view(reg, casetest_in(reg, 1, CASE_SENT), &v);
	for (i = 0; i < sizeof all / sizeof *all; i++)
		assert_string_equal(case_clock(&v, NOW + all[i].at, text,
		    sizeof text), all[i].words);
	case_view_clear(&v);
	casetest_view(reg, casetest_in(reg, 2, CASE_PUBLISHED), &v);
	assert_string_equal(case_clock(&v, NOW, text, sizeof text), "");
	case_view_clear(&v);
	registry_close(reg);
}

static void
has_a_sentence_for_each_state(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	char text[512], small[8], told[CASE_STATES][512];
	int i, j;

	for (i = 0; i < CASE_STATES; i++) {
		struct case_view v;

		casetest_view(reg, casetest_in(reg, (unsigned)i,
		    (enum case_state)i), &v);
		case_sentence(&v, NOW + 300, text, sizeof text);
		snprintf(told[i], sizeof told[i], "%s", text);
		assert_true(strlen(text) > 10);
		assert_int_equal(text[strlen(text) - 1], '.');
		assert_null(strchr(text, '%'));
		for (j = 0; j < i; j++)
			assert_string_not_equal(told[i], told[j]);
		assert_true(strlen(case_sentence(&v, NOW, small,
		    sizeof small)) < sizeof small);
		assert_true(strlen(case_state_name((enum case_state)i)) > 3);
		case_view_clear(&v);
	}
	registry_close(reg);
}

/* What a sentence turns on, and a piece of it that says so. */
static void
says_what_it_waits_for(void **state)
{
	const struct {
		struct case_view v;
		const char	*piece;
	} all[] = {
		{ { .state = CASE_DRAFT, .who = -1 }, "Questions are still" },
		{ { .state = CASE_DRAFT, .proof = -1 }, "Questions are still" },
		{ { .state = CASE_DRAFT, .reason = -1 },
		    "Questions are still" },
		{ { .state = CASE_DRAFT, .reason = -1,
		    .action = CASE_SUSPEND }, "All answers are there" },
		{ { .state = CASE_DRAFT, .action = CASE_LIFT },
		    "not known here" },
		{ { .state = CASE_DRAFT, .action = CASE_LIFT,
		    .status_before = STATUS_SUSPENDED },
		    "All answers are there" },
		{ { .state = CASE_QUEUED }, "Nothing is sent by itself" },
		{ { .state = CASE_QUEUED, .last_err = { .code =
		    ERR_OFFICER_CARD } }, "waits for somebody at the desk" },
		{ { .state = CASE_QUEUED, .next_try = NOW }, "being sent" },
		{ { .state = CASE_QUEUED, .next_try = NOW + 60,
		    .last_err.code = ERR_NET_NAME }, "tried again at 13:01." },
		{ { .state = CASE_QUEUED, .next_try = NOW + DAY,
		    .last_err.code = ERR_NET_NAME },
		    "tried again at 2026-11-23 13:00." },
		{ { .state = CASE_SENT, .next_try = NOW + 60 },
		    "has not answered yet" },
		{ { .state = CASE_SENT, .next_try = NOW + 60,
		    .last_err.code = ERR_NET_CUT }, "asked again at 13:01" },
		{ { .state = CASE_ON_PAPER, .channel = "form", .told = true,
		    .form = true, .sent = NOW, .told_at = NOW },
		    "counts once the authority has it" },
		{ { .state = CASE_ON_PAPER, .channel = "pigeon" },
		    "told (pigeon)" },
		{ { .state = CASE_ACCEPTED }, "does not show it yet" },
		{ { .state = CASE_ACCEPTED, .already = true },
		    "done before" },
		{ { .state = CASE_ACCEPTED, .good_until = NOW + 120 },
		    "believed until 13:02" },
		{ { .state = CASE_PUBLISHED, .sent = NOW }, "is revoked:" },
		{ { .state = CASE_PUBLISHED }, "revoked already" },
		{ { .state = CASE_PUBLISHED, .action = CASE_SUSPEND },
		    "is suspended:" },
		{ { .state = CASE_PUBLISHED, .action = CASE_SUSPEND,
		    .hold_ends = NOW + 7 * DAY }, "after 2026-11-29" },
		{ { .state = CASE_PUBLISHED, .action = CASE_LIFT },
		    "valid again" },
		{ { .state = CASE_REFUSED }, "choose another way" },
		{ { .state = CASE_REFUSED, .last_err = {
		    .code = ERR_CHANNEL_CERT, .what = "ca.example.org" } },
		    "no: ca.example.org knows no such certificate" },
		{ { .state = CASE_REFUSED, .action = CASE_LIFT,
		    .status = STATUS_REVOKED }, "neither suspended nor" },
		{ { .state = CASE_WITHDRAWN }, "nothing was done" },
		{ { .state = CASE_WITHDRAWN, .sent = NOW }, "may still act" },
		{ { .state = CASE_WITHDRAWN, .told = true, .form = true },
		    "if the form reaches" },
		{ { .state = CASE_WITHDRAWN, .sent = NOW, .told = true,
		    .form = true }, "the authority has the request" },
		{ { .state = CASE_CLOSED, .closed = NOW }, "closed on 13:00" },
	};
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof all / sizeof *all; i++)
		if (strstr(case_sentence(&all[i].v, NOW, text, sizeof text),
		    all[i].piece) == NULL)
			fail_msg("%zu: %s", i, text);
}

/* A form that was saved has not left the room, whatever else is done then. */
static void
makes_a_form_and_sends_nothing(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct case_told t = { .channel = "form", .outcome = -1 };
	int64_t id = casetest_in(reg, 1, CASE_QUEUED);
	struct err err = ERR_INIT;
	struct case_row row;
	char *text;

	assert_int_equal(case_told(reg, id, &t, NOW + 5, &err), 0);
	for (int withdrawn = 0; withdrawn < 2; withdrawn++) {
		struct case_view v;

		if (withdrawn)
			assert_int_equal(case_withdraw(reg, id, "x", NOW + 6,
			    &err), 0);
		assert_int_equal(cases_get(reg, id, &row, &err), 0);
		assert_int_equal(case_view(&row, NULL, &v, &err), 0);
		assert_true(case_only_form(&v));
		text = receipt_text(&row, &v, NULL, NULL);
		assert_non_null(strstr(text, "Form made"));
		assert_null(strstr(text, "Sent to the authority"));
		assert_non_null(strstr(text, withdrawn ?
		    "if it reaches" : "counts once"));
		free(text);
		case_view_clear(&v);
		case_row_clear(&row);
	}
	registry_close(reg);
}

/* Who was told by telephone knows of it, whatever is printed afterwards. */
static void
tells_of_a_call_before_a_form(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct case_told call = { .channel = "telephone", .whom = "Anna",
	    .outcome = -1 };
	struct case_told form = { .channel = "form", .outcome = -1 };
	int64_t id = casetest_in(reg, 1, CASE_QUEUED);
	struct err err = ERR_INIT;
	struct case_row row;
	struct case_view v;

	assert_int_equal(case_told(reg, id, &call, NOW + 5, &err), 0);
	assert_int_equal(case_told(reg, id, &form, NOW + 6, &err), 0);
	assert_int_equal(cases_get(reg, id, &row, &err), 0);
	assert_int_equal(case_view(&row, NULL, &v, &err), 0);
	assert_true(v.told);
	assert_false(case_only_form(&v));
	case_view_clear(&v);
	case_row_clear(&row);
	registry_close(reg);
}

static void
names_each_word(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < CASE_ACTIONS; i++)
		assert_int_equal(case_action_from_id(case_action_id(
		    (enum case_action)i)), i);
	for (i = 0; i < WHO_COUNT; i++)
		assert_int_equal(case_who_from_id(case_who_id(i)), i);
	for (i = 0; i < PROOF_COUNT; i++)
		assert_int_equal(case_proof_from_id(case_proof_id(i)), i);
	for (i = 0; i < REASON_COUNT; i++) {
		assert_int_equal(case_reason_from_id(case_reason_id(i)), i);
		assert_true(strlen(case_reason_name(i)) > 3);
	}
	assert_string_equal(case_who_id(-1), "");
	assert_string_equal(case_reason_name(-1), "");
	assert_string_equal(case_reason_id(REASON_COUNT), "");
	assert_int_equal(case_reason_from_id("certificateHold"), -1);
	assert_int_equal(case_reason_code(REASON_LOST), 1);
	assert_int_equal(case_reason_code(REASON_DATA_CHANGED), 3);
	assert_int_equal(case_reason_code(REASON_REPLACED), 4);
	assert_int_equal(case_reason_code(REASON_NOT_USED), 5);
	assert_int_equal(case_reason_code(REASON_RIGHTS_LOST), 9);
	assert_int_equal(case_reason_code(REASON_NOT_TOLD), -1);
}

static void
tells_its_history(void **state)
{
	static const char *const lines[] = {
		"Request received: revocation",
		"asked by: the holder, checked by: identity document, reason:"
		    " card lost or stolen, since: ",
		"Confirmed by the last digits of the serial number; the request"
		    " is complete",
		"Sending: CMP",
		"The authority refused it: https://ca.example.org/ does not"
		    " accept who asks",
		"The authority was told and said yes: telephone, Anna",
		"The status could not be asked: http://ocsp.example.org/ did"
		    " not answer in time.",
		"Asked the status service (OCSP): it is revoked",
		"note: oddzwonić",
		"Taken over: kasia",
		"Closed",
	};
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct case_told t = { .channel = "telephone", .whom = "Anna",
	    .outcome = 1 };
	int64_t id = casetest_in(reg, 1, CASE_REFUSED);
	struct err why = ERR_INIT, err = ERR_INIT;
	struct case_row row;
	char text[512], small[6];
	size_t i;

	(void)err_set(&why, ERR_NET_TIMEOUT, "http://ocsp.example.org/", NULL);
	assert_int_equal(case_told(reg, id, &t, NOW + 5, &err), 0);
	assert_int_equal(case_not_answered(reg, id, &why, 0, NOW + 6, &err), 0);
	assert_int_equal(casetest_status(reg, id, STATUS_REVOKED, NOW + 50,
	    &err), 0);
	assert_int_equal(case_note(reg, id, "oddzwonić", NOW + 101, &err), 0);
	assert_int_equal(case_take(reg, id, NOW + 102, &err), 0);
	assert_int_equal(case_close(reg, id, NOW + 103, &err), 0);
	assert_int_equal(cases_get(reg, id, &row, &err), 0);
	assert_int_equal(row.nevents, sizeof lines / sizeof *lines);
	for (i = 0; i < row.nevents; i++) {
		case_event_words(&row.events[i], text, sizeof text);
		if (strncmp(text, lines[i], strlen(lines[i])) != 0)
			fail_msg("%zu: %s", i, text);
		assert_true(strlen(case_event_words(&row.events[i], small,
		    sizeof small)) < sizeof small);
	}
	case_row_clear(&row);
	registry_close(reg);
}

/* A line of an event that need not happen in a test. */
static void
words_each_kind(void **state)
{
	static const struct {
		const char	*kind, *data, *words;
	} all[] = {
		{ "opened", "{\"action\":\"lift\",\"typed\":true}",
		    "Request received: lifting of the suspension; the"
		    " certificate was typed in, not seen" },
		{ "answered", "{}", "Nothing new was answered" },
		{ "answered", "{\"note\":\"x\"}", "note: x" },
		{ "answered", "{\"lost_at\":0}", "since: not known" },
		{ "instead", "{\"action\":\"suspend\"}",
		    "Asked for instead: suspension" },
		{ "result", "{\"result\":\"with-mods\",\"detail\":\"tylko"
		    " zawieszono\"}", "The authority accepted it with changes;"
		    " tylko zawieszono" },
		{ "told", "{\"channel\":\"form\",\"outcome\":-1,\"file\":"
		    "\"w.pdf\"}", "The form was saved, w.pdf" },
		{ "told", "{\"channel\":\"form\",\"outcome\":-1}",
		    "The form was printed" },
		{ "told", "{\"channel\":\"telephone\",\"outcome\":0}",
		    "The authority was told and said no: telephone" },
		{ "status", "{\"by\":\"crl\",\"status\":\"suspended\"}",
		    "Asked the revocation list (CRL): it is suspended" },
		{ "status", "{\"by\":\"ocsp\",\"status\":\"unknown\"}",
		    "Asked the status service (OCSP): the status service does"
		    " not know it" },
		{ "unanswered", "{}", "The status could not be asked" },
		{ "unanswered", "{\"unsent\":true}",
		    "No machine of the authority's takes it any more" },
		{ "unanswered", "{\"unsent\":true,\"err\":{\"code\":"
		    "\"CHANNEL-PASSWORD\",\"what\":\"Office\"}}",
		    "It could not be sent: Office revokes only with the"
		    " holder's revocation password, which is not kept here." },
		{ "withdrawn", "{\"why\":\"znalazła się\"}",
		    "Withdrawn: znalazła się" },
		{ "exploded", "{}", "" },
	};
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof all / sizeof *all; i++) {
		struct case_event e = { .at = NOW };

		snprintf(e.kind, sizeof e.kind, "%s", all[i].kind);
		e.data = json_loads(all[i].data, 0, NULL);
		assert_string_equal(case_event_words(&e, text, sizeof text),
		    all[i].words);
		case_event_clear(&e);
	}
}

static const char *
member(json_t *o, const char *a, const char *b)
{
	const char *s = json_string_value(json_object_get(json_object_get(o, a),
	    b));

	return s != NULL ? s : "";
}

static void
is_told_to_programs(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = casetest_in(reg, 1, CASE_CLOSED);
	struct err err = ERR_INIT;
	struct case_row row;
	struct case_view v;
	json_t *o;

	assert_int_equal(cases_get(reg, id, &row, &err), 0);
	assert_int_equal(case_view(&row, NULL, &v, &err), 0);
	o = case_json(&row, &v);
	assert_string_equal(json_string_value(json_object_get(o, "number")),
	    "2026/0001");
	assert_string_equal(json_string_value(json_object_get(o, "state")),
	    "closed");
	assert_true(json_is_false(json_object_get(o, "open")));
	assert_string_equal(member(o, "certificate", "holder"), "Ewa Łęcka");
	assert_string_equal(member(o, "answers", "reason"), "lost");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(o,
	    "answers"), "reason_code")), 1);
	assert_string_equal(member(o, "times", "received"),
	    "2026-11-22T12:00:00Z");
	assert_string_equal(member(o, "channel", "id"), "cmp");
	assert_string_equal(member(o, "proof", "by"), "ocsp");
	assert_int_equal(strlen(member(o, "proof", "sha256")), 64);
	assert_int_equal(json_array_size(json_object_get(o, "events")), 7);
	json_decref(o);
	case_view_clear(&v);
	case_row_clear(&row);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(counts_down),
		TEST(has_a_sentence_for_each_state),
		TEST(says_what_it_waits_for),
		TEST(makes_a_form_and_sends_nothing),
		TEST(tells_of_a_call_before_a_form),
		TEST(names_each_word),
		TEST(tells_its_history),
		TEST(words_each_kind),
		TEST(is_told_to_programs),
	};

	setenv("TZ", "Europe/Warsaw", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
