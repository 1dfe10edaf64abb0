/* What is said on the telephone, and when somebody is there to hear it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "revocation/channel.h"
#include "tests/revocation/madecase.h"

#define WARSAW	"CET-1CEST,M3.5.0,M10.5.0/3"
#define OFFICE	"Mon-Fri 08:00-18:00; Sat 09:00-13:00"

static void
test_hours(void **state)
{
	struct phone_hours h;

	(void)state;
	/* Sunday, 2026-11-22 10:14:02: until Monday at eight */
	phone_hours(OFFICE, MADE_RECEIVED, &h);
	assert_true(h.known);
	assert_false(h.open);
	assert_int_equal(h.changes, MADE_RECEIVED + 78358);
	phone_hours(OFFICE, h.changes, &h);
	assert_true(h.open);
	phone_hours("daily 00:00-24:00 holidays", MADE_RECEIVED, &h);
	assert_true(h.known && h.open);
	assert_int_equal(h.changes, 0);
	phone_hours("", MADE_RECEIVED, &h);
	assert_false(h.known || h.open);
	phone_hours(NULL, MADE_RECEIVED, &h);
	assert_false(h.known || h.open);
	phone_hours("whenever", MADE_RECEIVED, &h);
	assert_false(h.known || h.open);
	assert_int_equal(phone_hours_check(OFFICE), 0);
	assert_int_equal(phone_hours_check("whenever"), -1);
}

static void
test_words(void **state)
{
	static const struct {
		const char	*hex, *language, *words;
	} t[] = {
		{ "012345", "pl", "zero, jeden, dwa, trzy\ncztery, pięć\n" },
		{ "67 89 ab", "pl", "sześć, siedem, osiem, dziewięć\n"
		    "A jak Adam, B jak Barbara\n" },
		{ "CDEF", "pl", "C jak Cezary, D jak Dorota, E jak Ewa, "
		    "F jak Franciszek\n" },
		{ "01234567", "en", "zero, one, two, three\n"
		    "four, five, six, seven\n" },
		{ "89ABCD", "en", "eight, nine, A as in Alfa, B as in Bravo\n"
		    "C as in Charlie, D as in Delta\n" },
		{ "EF", "en", "E as in Echo, F as in Foxtrot\n" },
		{ "", "pl", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *words = phone_serial_words(t[i].hex, t[i].language);

		assert_string_equal(words, t[i].words);
		free(words);
	}
}

static char *
script(struct made *m, const char *language)
{
	return phone_script(&m->row, &m->view, &m->authority, language);
}

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* The language is the one asked for, and the desk's own stays. */
static void
test_script(void **state)
{
	struct case_event event = { .point = "Łódź 2" };
	struct made m;
	char *text;

	(void)state;
	assert_int_equal(made_case(&m, "sent", CASE_SUSPEND), 0);
	m.row.events = &event;
	m.row.nevents = 1;
	i18n_set("en");
	text = script(&m, "pl");
	has(text, "Telefon: 000 000 000\n");
	has(text, "Godziny: pn.-pt. 08:00-18:00\n");
	has(text, "Dzień dobry, tu punkt rejestracji Łódź 2.\n");
	has(text, "Proszę o zawieszenie certyfikatu.\n");
	has(text, "Posiadacz: " MADE_HOLDER ".\n");
	has(text, "Wystawca: Urząd 1.\n");
	has(text, "    2129  dwa, jeden, dwa, dziewięć\n"
	    "    AFF2  A jak Adam, F jak Franciszek, F jak Franciszek, dwa\n"
	    "    4BF8  cztery, B jak Barbara, F jak Franciszek, osiem\n"
	    "    E36A  E jak Ewa, trzy, sześć, A jak Adam\n");
	has(text, "Stało się to 2026-11-22.\n");
	has(text, "10:14:02 CET (09:14:02 UTC)");
	has(text, "2026/0147");
	has(text, "  - imię i nazwisko posiadacza\n");
	/* looked up in 2001 */
	has(text, "! To ponad rok temu");
	free(text);
	assert_string_equal(i18n_get(), "en");
	text = script(&m, NULL);
	has(text, "I am asking you to suspend a certificate.\n");
	has(text, "    2129  two, one, two, nine\n");
	free(text);
	made_clear(&m);
}

/* What was looked up lately needs no warning; what nobody dated gets none. */
static void
test_fresh(void **state)
{
	struct made m;
	char day[16], *text;

	(void)state;
	assert_int_equal(made_case(&m, "sent", CASE_REVOKE), 0);
	free(m.authority.phone_checked_on);
	m.authority.phone_checked_on = mem_strdup(clock_day(clock_now() -
	    300 * (int64_t)86400, day, sizeof day));
	text = script(&m, "en");
	has(text, day);
	assert_null(strchr(text, '!'));
	free(text);
	m.authority.phone_checked_on[0] = '\0';
	text = script(&m, "en");
	assert_null(strstr(text, "Looked up"));
	free(text);
	made_clear(&m);
}

/* Nothing known but the number: no authority, no holder, no answer yet. */
static void
test_little(void **state)
{
	struct made m;
	char *text;

	(void)state;
	assert_int_equal(made_case(&m, "sent", CASE_LIFT), 0);
	free(m.row.cert.holder);
	m.row.cert.holder = NULL;
	m.view.who = m.view.proof = m.view.reason = -1;
	m.view.lost_at = 0;
	text = phone_script(&m.row, &m.view, NULL, "en");
	has(text, "lift the suspension");
	has(text, "E36A");
	assert_null(strstr(text, "holder"));
	assert_null(strstr(text, "reason"));
	assert_null(strstr(text, "(null)"));
	free(text);
	made_clear(&m);
}

static void
test_hostile(void **state)
{
	struct made m;
	char *text, *line, *rest;

	(void)state;
	assert_int_equal(made_case(&m, "long", CASE_REVOKE), 0);
	text = rest = script(&m, "pl");
	while ((line = strsep(&rest, "\n")) != NULL) {
		assert_int_equal(text_flags(line, strlen(line)) &
		    (TEXT_HIDDEN | TEXT_INVALID), 0);
		assert_true(strlen(line) < 600);
	}
	free(text);
	made_clear(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_little),
		cmocka_unit_test(test_hostile),
	};

	setenv("TZ", WARSAW, 1);
	tzset();
	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
