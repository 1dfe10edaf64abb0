/* Opening hours: what is read, what is refused, and when it changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/hours.h"

/*
 * Poland's rule in full, so that no time zone files are needed: one hour ahead,
 * two from the last Sunday of March at 2:00 to the last one of October at 3:00.
 */
#define WARSAW	"CET-1CEST,M3.5.0,M10.5.0/3"

#define OFFICE	"Mon-Fri 08:00-18:00; Sat 09:00-13:00"
#define ALWAYS	"daily 00:00-24:00 holidays"

static void
test_right(void **state)
{
	static const struct {
		const char	*text;
		size_t		 n;
		unsigned	 days;	/* of the last part, and so on */
		int		 from, to;
		bool		 holidays;
	} t[] = {
		{ "", 0, 0, 0, 0, false },
		{ "Mon-Fri 08:00-18:00", 1, 0x1f, 480, 1080, false },
		{ OFFICE, 2, 0x20, 540, 780, false },
		{ ALWAYS, 1, 0x7f, 0, 1440, true },
		{ "  sat-MON 8:05-9:00 ; ", 1, 0x61, 485, 540, false },
		{ "Mon, Wed-Thu,Sun 00:00-00:01", 1, 0x4d, 0, 1, false },
		{ "Sun 23:59-24:00 Holidays;", 1, 0x40, 1439, 1440, true },
	};
	struct hours	 h;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_null(hours_parse(t[i].text, &h));
		assert_int_equal(h.n, t[i].n);
		if (h.n == 0)
			continue;
		assert_int_equal(h.v[h.n - 1].days, t[i].days);
		assert_int_equal(h.v[h.n - 1].from, t[i].from);
		assert_int_equal(h.v[h.n - 1].to, t[i].to);
		assert_int_equal(h.v[h.n - 1].holidays, t[i].holidays);
	}
}

static void
test_wrong(void **state)
{
	static const struct {
		const char	*text, *part;
	} t[] = {
		{ "always", "days" },
		{ "08:00-18:00", "days" },
		{ "Monday 08:00-18:00", "days" },
		{ "Mon-Fry 08:00-18:00", "days" },
		{ "Mon-Wed-Fri 08:00-18:00", "times" },
		{ "Mon- 08:00-18:00", "days" },
		{ "Mon, 08:00-18:00", "days" },
		{ ";", "days" },
		{ "Mon-Fri", "times" },
		{ "Mon-Fri 8-18", "times" },
		{ "Mon 08:00", "times" },
		{ "Mon 08:00-", "times" },
		{ "Mon 08:00-18:000", "times" },
		{ "Mon 008:00-18:00", "times" },
		{ "Mon 08:60-18:00", "times" },
		{ "Mon 08:00-24:01", "times" },
		{ "Mon 08:00-99:00", "times" },
		{ "Mon :00-18:00", "times" },
		{ "Mon 08:0-18:00", "times" },
		{ "Mon 18:00-18:00", "before" },
		{ "Mon 22:00-06:00", "before" },
		{ "Mon 08:00-18:00 Tue 08:00-18:00", "semicolon" },
		{ "Mon 08:00-18:00 holiday", "semicolon" },
		{ "Mon 8:00-9:00;Mon 8:00-9:00;Mon 8:00-9:00;Mon 8:00-9:00;"
		    "Mon 8:00-9:00;Mon 8:00-9:00;Mon 8:00-9:00;Mon 8:00-9:00;"
		    "Mon 8:00-9:00;Mon 8:00-9:00;Mon 8:00-9:00;Mon 8:00-9:00;"
		    "Mon 8:00-9:00;Mon 8:00-9:00;Mon 8:00-9:00;Mon 8:00-9:00;"
		    "Mon 8:00-9:00", "many" },
	};
	struct hours	 h;
	const char	*wrong;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		wrong = hours_parse(t[i].text, &h);
		if (wrong == NULL || strstr(wrong, t[i].part) == NULL)
			fail_msg("\"%s\": %s", t[i].text,
			    wrong != NULL ? wrong : "taken");
	}
}

/* "2026-11-27 08:00+1": a wall clock's time and its hours ahead of UTC. */
static int64_t
at(const char *s)
{
	struct tm	 tm = { 0 };
	int		 ahead;

	if (s == NULL)
		return 0;
	assert_int_equal(sscanf(s, "%d-%d-%d %d:%d%d", &tm.tm_year, &tm.tm_mon,
	    &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &ahead), 6);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return timegm(&tm) - ahead * 3600;
}

static void
test_changes(void **state)
{
	static const struct {
		const char	*hours, *now;
		bool		 open;
		const char	*changes;
	} t[] = {
		/* an ordinary Friday, its edges and its weekend */
		{ OFFICE, "2026-11-27 07:59+1", false, "2026-11-27 08:00+1" },
		{ OFFICE, "2026-11-27 08:00+1", true, "2026-11-27 18:00+1" },
		{ OFFICE, "2026-11-27 17:59+1", true, "2026-11-27 18:00+1" },
		{ OFFICE, "2026-11-27 18:00+1", false, "2026-11-28 09:00+1" },
		{ OFFICE, "2026-11-28 13:00+1", false, "2026-11-30 08:00+1" },
		/* Christmas: Thursday and Friday are holidays, as is the 26th */
		{ OFFICE, "2026-12-23 18:00+1", false, "2026-12-28 08:00+1" },
		{ OFFICE, "2026-12-24 12:00+1", false, "2026-12-28 08:00+1" },
		{ "Mon-Fri 08:00-18:00 holidays", "2026-12-24 12:00+1", true,
		    "2026-12-24 18:00+1" },
		/* 24 December became a holiday in 2025 */
		{ OFFICE, "2024-12-24 12:00+1", true, "2024-12-24 18:00+1" },
		/* Easter Monday, Corpus Christi, 11 November, 6 January */
		{ OFFICE, "2026-04-04 13:00+2", false, "2026-04-07 08:00+2" },
		{ OFFICE, "2026-06-03 18:00+2", false, "2026-06-05 08:00+2" },
		{ OFFICE, "2026-11-10 18:00+1", false, "2026-11-12 08:00+1" },
		{ OFFICE, "2026-01-05 18:00+1", false, "2026-01-07 08:00+1" },
		/* round the clock, but for holidays; two of them in a row */
		{ "daily 00:00-24:00", "2026-12-23 12:00+1", true,
		    "2026-12-24 00:00+1" },
		{ "daily 00:00-24:00", "2026-12-24 00:00+1", false,
		    "2026-12-27 00:00+1" },
		{ ALWAYS, "2026-12-24 00:00+1", true, NULL },
		/* a night in two parts is one opening */
		{ "daily 20:00-24:00; daily 00:00-06:00", "2026-11-27 21:00+1",
		    true, "2026-11-28 06:00+1" },
		/* a Friday that is a holiday twice running */
		{ "Fri 09:00-10:00", "2026-12-18 10:00+1", false,
		    "2027-01-08 09:00+1" },
		/* summer time begins: Sunday has no 2:00 to 3:00 */
		{ "Sun 08:00-12:00", "2026-03-28 12:00+1", false,
		    "2026-03-29 08:00+2" },
		{ "Sun 01:00-02:30", "2026-03-29 01:30+1", true,
		    "2026-03-29 03:00+2" },
		{ "Sun 02:30-04:00", "2026-03-29 01:30+1", false,
		    "2026-03-29 03:00+2" },
		{ "Sun 02:10-02:50", "2026-03-28 12:00+1", false,
		    "2026-04-12 02:10+2" },
		/* summer time ends: Sunday has 2:00 to 3:00 twice */
		{ "Sun 08:00-12:00", "2026-10-25 00:00+2", false,
		    "2026-10-25 08:00+1" },
		{ "Sun 01:00-02:30", "2026-10-25 01:30+2", true,
		    "2026-10-25 02:30+2" },
		{ "Sun 01:00-02:30", "2026-10-25 02:45+2", false,
		    "2026-10-25 02:00+1" },
		{ "Sun 01:00-02:30", "2026-10-25 02:10+1", true,
		    "2026-10-25 02:30+1" },
		{ "Sat 00:00-24:00", "2026-10-24 12:00+2", true,
		    "2026-10-25 00:00+2" },
		/* years change, and leap days are there */
		{ OFFICE, "2027-12-31 18:00+1", false, "2028-01-03 08:00+1" },
		{ "Tue 12:00-13:00", "2028-02-28 12:00+1", false,
		    "2028-02-29 12:00+1" },
	};
	struct hours	 h;
	size_t		 i;
	int64_t		 changes;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_null(hours_parse(t[i].hours, &h));
		changes = hours_change(&h, at(t[i].now));
		if (hours_open(&h, at(t[i].now)) != t[i].open ||
		    changes != at(t[i].changes))
			fail_msg("%s at %s: changes at %lld, not %s", t[i].hours,
			    t[i].now, (long long)changes,
			    t[i].changes != NULL ? t[i].changes : "never");
	}
}

/* Minute by minute over both changes of the clock: no change is missed. */
static void
test_every_minute(void **state)
{
	static const char *const	 days[] = { "2026-03-28 22:00+1",
	    "2026-10-24 22:00+2" };
	struct hours			 h;
	int64_t				 t, end, changes;
	bool				 open;
	size_t				 i;

	(void)state;
	assert_null(hours_parse("Sun 00:30-02:15; Sun 02:20-02:40;"
	    "Sun 02:50-03:10", &h));
	for (i = 0; i < 2; i++) {
		end = at(days[i]) + 8 * 3600;
		changes = hours_change(&h, at(days[i]));
		open = hours_open(&h, at(days[i]));
		for (t = at(days[i]); t < end; t += 60) {
			if (hours_open(&h, t) != open) {
				assert_true(t == changes);
				open = !open;
				changes = hours_change(&h, t);
			}
		}
		assert_false(open);
	}
}

static void
test_text(void **state)
{
	static const struct {
		const char	*from, *to;
	} t[] = {
		{ "", "" },
		{ "mon-fri 8:00-18:00;sat 9:00-13:00",
		    "Mon-Fri 08:00-18:00; Sat 09:00-13:00" },
		{ "Sat-Mon,Wed 8:00-9:05", "Mon, Wed, Sat-Sun 08:00-09:05" },
		{ "Mon-Sun 00:00-24:00 holidays",
		    "daily 00:00-24:00 (holidays too)" },
	};
	struct hours	 h;
	char		*text;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_null(hours_parse(t[i].from, &h));
		text = hours_text(&h);
		assert_string_equal(text, t[i].to);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_every_minute),
		cmocka_unit_test(test_text),
	};

	setenv("TZ", WARSAW, 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
