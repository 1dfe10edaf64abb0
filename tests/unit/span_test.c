/*
 * Moments as people type them, and the questions of a revocation: what comes
 * next, what may be chosen, for which authority.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "registry/record.h"
#include "ui/revoke.h"
#include "ui/span.h"

#define NOW	INT64_C(1795348800)	/* 2026-11-22 12:00:00 UTC */

static void
test_parse(void **state)
{
	static const struct {
		const char	*text;
		int64_t		 ago;	/* from NOW; -1: no such text */
	} cases[] = {
		{ "2026-11-22 09:30", 9000 }, { "9:30", 9000 },
		{ " 09.30 ", 9000 }, { "today 9:30", 9000 },
		{ "dziś 9:30", 9000 }, { "2026-11-22", 43200 },
		{ "yesterday", 43200 + 86400 }, { "wczoraj 12:00", 86400 },
		{ "2024-02-29", 86400 * INT64_C(997) + 43200 },
		{ "2026-11-31 10:00", -1 }, { "2026-02-29", -1 },
		{ "2026-13-01", -1 }, { "24:00", -1 }, { "9:60", -1 },
		{ "13:00", -1 }, { "2027-01-01", -1 }, { "9", -1 },
		{ "soon", -1 }, { "2026-11-22 09:30:15", -1 },
		{ "22222-01-01", -1 }, { "today 2026-11-22", -1 },
		{ "99999999999999999999:1", -1 }, { "\xff", -1 },
	};
	struct err err;
	int64_t at;

	(void)state;
	assert_int_equal(span_parse("", NOW, &at, &(struct err)ERR_INIT), 0);
	assert_int_equal(at, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int rc;

		err = (struct err)ERR_INIT;
		rc = span_parse(cases[i].text, NOW, &at, &err);
		if (rc != (cases[i].ago < 0 ? -1 : 0) ||
		    (rc == 0 && NOW - at != cases[i].ago))
			fail_msg("%s: %d, %lld ago", cases[i].text, rc,
			    (long long)(NOW - at));
	}
}

/* What is shown is what can be typed. */
static void
test_there_and_back(void **state)
{
	char text[32];
	int64_t at;

	(void)state;
	assert_string_equal(span_minute(NOW - 9000, text, sizeof text),
	    "2026-11-22 09:30");
	assert_int_equal(span_parse(text, NOW, &at, &(struct err)ERR_INIT), 0);
	assert_int_equal(at, NOW - 9000);
}

static void
test_words(void **state)
{
	char text[32];

	(void)state;
	assert_string_equal(span_words(59, text, sizeof text), "1 min");
	assert_string_equal(span_words(3600, text, sizeof text), "1 h");
	assert_string_equal(span_words(-7300, text, sizeof text), "2 h");
	assert_string_equal(span_words(2 * 86400, text, sizeof text), "2 d");
	assert_string_equal(span_moment(NOW, NOW, text, sizeof text), "12:00");
	assert_string_equal(span_moment(NOW - 86400, NOW, text, sizeof text),
	    "21.11 12:00");
	assert_string_equal(span_moment(NOW - 400 * INT64_C(86400), NOW, text,
	    sizeof text), "2025-10-18");
}

/* --- the questions ------------------------------------------------------------ */

static struct authority
authority(const char *suspension, const char *without_proof)
{
	return (struct authority){ .suspension = (char *)(uintptr_t)suspension,
	    .without_proof = (char *)(uintptr_t)without_proof };
}

/* The values that can be chosen, as one number in their order. */
static long
chosen(enum revoke_stage stage, const struct revoke_about *a)
{
	struct revoke_choice c[REVOKE_CHOICES];
	size_t n = revoke_choices(stage, a, c);
	long all = 0;

	for (size_t i = 0; i < n; i++)
		all = all * 10 + c[i].value + 1;
	return all;
}

static void
test_actions(void **state)
{
	struct authority plain = authority("", ""), never = authority("no", ""),
	    careful = authority("yes", "suspend");
	struct record r;
	struct revoke_about a = { .cert = &r, .now = NOW };

	(void)state;
	record_init(&r);
	assert_int_equal(chosen(REVOKE_WHAT, &a), 123);
	a.authority = &plain;
	assert_int_equal(chosen(REVOKE_WHAT, &a), 123);
	a.authority = &never;
	assert_int_equal(chosen(REVOKE_WHAT, &a), 1);
	a.authority = &careful;
	assert_int_equal(chosen(REVOKE_WHAT, &a), 213);
	r.status = STATUS_SUSPENDED;
	assert_int_equal(chosen(REVOKE_WHAT, &a), 31);
}

static void
test_order(void **state)
{
	struct authority plain = authority("", ""),
	    careful = authority("yes", "suspend"), none = authority("no", "refuse");
	struct record r;
	struct case_view v = { .action = CASE_REVOKE, .who = -1, .proof = -1,
	    .reason = -1 };
	struct revoke_about a = { .cert = &r, .now = NOW };

	(void)state;
	record_init(&r);
	assert_int_equal(revoke_open(&a), REVOKE_WHAT);
	a.view = &v;
	a.authority = &plain;
	assert_int_equal(revoke_open(&a), REVOKE_WHO);
	v.who = WHO_HOLDER;
	assert_int_equal(revoke_open(&a), REVOKE_PROOF);
	v.proof = PROOF_DOCUMENT;
	assert_int_equal(revoke_next(REVOKE_PROOF, &a), REVOKE_WHY);
	assert_int_equal(revoke_back(REVOKE_WHY, &a), REVOKE_PROOF);
	v.proof = PROOF_NONE;
	assert_int_equal(revoke_next(REVOKE_PROOF, &a), REVOKE_INSTEAD);
	assert_int_equal(revoke_back(REVOKE_WHY, &a), REVOKE_INSTEAD);
	assert_int_equal(chosen(REVOKE_INSTEAD, &a), 123);
	a.authority = &careful;
	assert_int_equal(chosen(REVOKE_INSTEAD, &a), 12);
	a.authority = &none;
	assert_int_equal(chosen(REVOKE_INSTEAD, &a), 2);
	v.action = CASE_SUSPEND;
	assert_int_equal(revoke_next(REVOKE_PROOF, &a), REVOKE_WHY);
	v.reason = REASON_LOST;
	assert_int_equal(revoke_open(&a), REVOKE_WHEN);
	assert_int_equal(revoke_next(REVOKE_WHEN, &a), REVOKE_SURE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_order),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
