/* Where a certificate stands, and the last safe day to renew it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "cert/cert.h"

/* Noon or any other time of a local day in Poland, written as UTC. */
static int64_t
at(const char *rfc3339)
{
	int64_t t;

	assert_int_equal(clock_parse_rfc3339(rfc3339, &t), 0);
	return t;
}

static const struct {
	const char	*now;
	enum validity	 state;
	int		 days_left;
	const char	*word;
	bool		 renewable;
} stands[] = {
	/* Valid from 2025-03-14 01:00 to 2027-03-14 13:00, local. */
	{ "2025-03-13T23:59:59Z", VALID_NOT_YET, 730, "not yet valid", false },
	{ "2025-03-14T00:00:00Z", VALID_NOW, 730, "valid", true },
	{ "2027-02-11T12:00:00Z", VALID_NOW, 31, "valid", true },
	{ "2027-02-11T22:59:59Z", VALID_NOW, 31, "valid", true },
	{ "2027-02-11T23:00:00Z", VALID_ENDING, 30, "30 days left", true },
	{ "2027-03-13T12:00:00Z", VALID_ENDING, 1, "1 day left", true },
	{ "2027-03-14T12:00:00Z", VALID_ENDING, 0, "ends today", true },
	{ "2027-03-14T12:00:01Z", VALID_EXPIRED, 0, "expired", false },
	{ "2027-03-15T12:00:00Z", VALID_EXPIRED, -1, "expired", false },
};

static void
test_states(void **state)
{
	struct cert c = { 0 };
	struct validity_view v;
	char word[64];

	(void)state;
	c.not_before = at("2025-03-14T00:00:00Z");
	c.not_after = at("2027-03-14T12:00:00Z");
	for (size_t i = 0; i < sizeof(stands) / sizeof(stands[0]); i++) {
		cert_validity(&c, at(stands[i].now), 0, -1, &v);
		assert_int_equal(v.state, stands[i].state);
		assert_int_equal(v.days_left, stands[i].days_left);
		assert_string_equal(validity_word(&v, word, sizeof(word)),
		    stands[i].word);
		assert_int_equal(v.renewable, stands[i].renewable);
		assert_int_equal(date_cmp(v.renew_from,
		    (struct date){ 2027, 2, 12 }), 0);
		assert_int_equal(date_cmp(v.last_safe,
		    (struct date){ 2027, 3, 1 }), 0);
	}
	c.odd = ODD_DATES;
	cert_validity(&c, at("2026-01-01T00:00:00Z"), 0, -1, &v);
	assert_int_equal(v.state, VALID_BAD_DATES);
	assert_false(v.renewable);
	assert_string_equal(validity_id(v.state), "bad-dates");
}

/* Reckoned by hand with a calendar. */
static const struct {
	const char	*end;
	int		 working_days;
	struct date	 last_safe;
} safe_days[] = {
	{ "2026-04-10T10:00:00Z", 5, { 2026, 4, 2 } },	/* Easter Monday 6.4. */
	{ "2026-01-02T10:00:00Z", 5, { 2025, 12, 22 } },/* 24.12. is one in 2025 */
	{ "2025-01-02T10:00:00Z", 5, { 2024, 12, 23 } },/* and none in 2024 */
	{ "2026-05-05T10:00:00Z", 3, { 2026, 4, 29 } },	/* 1.5. a Friday */
	{ "2027-05-05T10:00:00Z", 2, { 2027, 4, 30 } },	/* 3.5. a Monday */
	{ "2026-06-08T10:00:00Z", 2, { 2026, 6, 3 } },	/* Corpus Christi 4.6. */
	{ "2027-03-14T10:00:00Z", 10, { 2027, 3, 1 } },	/* ends on a Sunday */
	/* An authority that needs none: the last day itself. */
	{ "2027-03-14T10:00:00Z", 0, { 2027, 3, 14 } },
	/* Half past midnight of the 15th, local time. */
	{ "2027-03-14T23:30:00Z", 1, { 2027, 3, 12 } },
	{ "2026-11-12T10:00:00Z", 1, { 2026, 11, 10 } },
};

static void
test_last_safe_day(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(safe_days) / sizeof(safe_days[0]); i++) {
		struct cert c = { .not_after = at(safe_days[i].end) };
		struct validity_view v;

		c.not_before = c.not_after - 86400 * 365;
		cert_validity(&c, c.not_before, 14, safe_days[i].working_days,
		    &v);
		assert_int_equal(date_cmp(v.last_safe, safe_days[i].last_safe),
		    0);
	}
}

static void
test_year_9999(void **state)
{
	struct cert c = { .not_after = at("9999-12-31T23:59:59Z") };
	struct validity_view v;

	(void)state;
	cert_validity(&c, at("2026-11-22T12:00:00Z"), 0, -1, &v);
	assert_int_equal(v.state, VALID_NOW);
	assert_true(v.days_left > 2900000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_last_safe_day),
		cmocka_unit_test(test_year_9999),
	};

	/* Poland's rule written out, so that no time zone data is needed. */
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
