/* One line of text, and all that it is taken for. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "registry/query.h"
#include "registry/sound.h"

#define CODES	(FIND_ORDER | FIND_CARD)

/* Made-up numbers with the check digits they should have. */
static const struct {
	const char	*line;
	unsigned	 kinds;
} lines[] = {
	{ "", 0 },
	{ "   ", 0 },
	{ "0A3F22", FIND_SERIAL | CODES },
	{ "0a:3f:22:9b", FIND_SERIAL | CODES },
	{ "0x0A3F 229B", FIND_SERIAL | CODES },
	{ "SN: 0A 3F 22", FIND_SERIAL },
	{ "Numer seryjny: 0A3F", FIND_SERIAL },
	{ "0A\xc2\xa0" "3F\xe2\x80\x93" "22\r\n9B", FIND_SERIAL | CODES },
	{ "44051401359", FIND_SERIAL | FIND_PESEL | CODES },
	{ "PESEL 440514 01359", FIND_PESEL },
	{ "PNOPL-44051401359", FIND_PESEL },
	{ "123-456-32-18", FIND_SERIAL | FIND_NIP | CODES },
	{ "PL1234563218", FIND_NIP | FIND_DOCUMENT | CODES },
	{ "NIP: 1234563218", FIND_NIP },
	{ "Jan@Przyklad.PL", FIND_EMAIL },
	{ "mailto:jan@przyklad.pl", FIND_EMAIL },
	{ "Jan Kowalski <jan@przyklad.pl>", FIND_EMAIL | FIND_NAME },
	{ "ABC123456", FIND_DOCUMENT | CODES | FIND_SERIAL },
	{ "XYZ123456", FIND_DOCUMENT | CODES },
	{ "PASDE-C01X00T47", FIND_DOCUMENT | CODES },
	{ "ZAM/2025/001234", CODES | FIND_DOCUMENT },
	{ "Jan Kowalski", FIND_NAME },
	{ "kowalski 2025", FIND_NAME },
	{ "Adda", FIND_NAME | FIND_SERIAL },
	{ "Zofia", FIND_NAME },
	{ "J. Kowalski", FIND_NAME },
	{ "JK", FIND_NAME },
	{ "17", FIND_SERIAL },
	{ "Numer seryjny certyfikatu: 1311768467284833366", FIND_SERIAL },
	{ "Serial number (hex): 1234567890123456", FIND_SERIAL },
	{ "certyfikat nr 1311768467284833366", FIND_SERIAL },
	{ "numer PESEL: 44051401359", FIND_PESEL },
	{ "karta nr 6375 0001", FIND_CARD },
	{ "NIP firmy 1234563218", FIND_NIP },
	{ "PESEL 44051401359 Jan", FIND_PESEL },
	{ "Kowalski PESEL 44051401359", FIND_PESEL | FIND_NAME },
	{ "44051401359 Kowalski", FIND_SERIAL | FIND_PESEL | CODES |
	    FIND_NAME },
	{ "Zakłady NIP 1234563218", FIND_NIP | FIND_NAME },
	{ "PESEL Jan Kowalski 2025", FIND_NAME },
	{ "\xe2\x80\xa6" "C755 FB9D", FIND_SERIAL | CODES },
	{ "x", 0 },
	{ "%_'\"; DROP TABLE cert; --", FIND_NAME },
};

static void
test_kinds(void **state)
{
	struct query q;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		query_parse(&q, lines[i].line);
		if (q.kinds != lines[i].kinds)
			fail_msg("\"%s\": 0x%x, not 0x%x", lines[i].line,
			    q.kinds, lines[i].kinds);
	}
}

/* A number among words, when the line as it is leads nowhere. */
static void
test_apart(void **state)
{
	static const struct {
		const char	*line;
		unsigned	 kinds;
		size_t		 nhex, nwords;
	} apart[] = {
		{ "Serial Number: 4660 (0x1234)", FIND_SERIAL, 4, 0 },
		{ "serial number 00A1 B2C3 in decimal 10597059",
		    FIND_SERIAL, 8, 0 },
		{ "Wierzbicki FE01", FIND_SERIAL | CODES | FIND_NAME, 4, 1 },
		{ "Wach, Ada (nr seryjny FE01)", FIND_SERIAL | FIND_NAME, 4,
		    2 },
		{ "zam 2025 005678", FIND_SERIAL | CODES | FIND_NAME, 10, 1 },
		{ "\"DEADBEEFCAFE01\";", FIND_SERIAL | CODES, 14, 0 },
		{ "PESEL 44051401359 Zolc", FIND_PESEL | FIND_NAME, 0, 1 },
		{ "(44051401359)", FIND_SERIAL | FIND_PESEL | CODES, 11, 0 },
		{ "Kowalski 2025", 0, 0, 0 },
		{ ": 0A3F, 229B,", 0, 0, 0 },
		{ "Kowalski 17", 0, 0, 0 },
		{ "0A3F 229B", 0, 0, 0 },
		{ "Zofia", 0, 0, 0 },
		{ "", 0, 0, 0 },
	};
	struct query q;

	(void)state;
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
		if (query_parse_apart(&q, apart[i].line) !=
		    (apart[i].kinds != 0) || q.kinds != apart[i].kinds ||
		    q.hex.n != apart[i].nhex || q.nwords != apart[i].nwords ||
		    q.notes != 0)
			fail_msg("\"%s\": 0x%x, %zu, %zu, notes 0x%x",
			    apart[i].line, q.kinds, q.hex.n, q.nwords,
			    q.notes);
	}
}

static void
expect_bytes(const char *line, const char *bytes, size_t len)
{
	uint8_t out[CERT_SERIAL_MAX];
	struct query q;

	query_parse(&q, line);
	assert_int_equal(query_bytes(&q.hex, out), len);
	assert_memory_equal(out, bytes, len);
}

static void
expect_decimal(const char *line, const char *bytes, size_t len)
{
	struct query q;

	query_parse(&q, line);
	assert_int_equal(q.ndecimal, len);
	assert_memory_equal(q.decimal, bytes, len);
}

/* One number, however it is written. */
static void
test_serial_forms(void **state)
{
	static const char n[] = "\x0a\x3f\x22\x9b";

	(void)state;
	expect_bytes("0A3F229B", n, 4);
	expect_bytes("a3f229b", n, 4);
	expect_bytes("00:00:0a:3f:22:9b", n, 4);
	expect_bytes("0x0a3f229b", n, 4);
	expect_bytes("0x0A, 0x3F, 0x22, 0x9B", n, 4);
	expect_bytes("0A3F\n 229B", n, 4);
	expect_bytes("S/N 0A3F229B", n, 4);
	expect_decimal("171909787", n, 4);
	expect_decimal("000 171 909 787", n, 4);
	expect_decimal("18446744073709551616", "\1\0\0\0\0\0\0\0\0", 9);
	expect_decimal("0x17", "", 0);
	expect_decimal("1a", "", 0);
}

static void
test_serial_too_long(void **state)
{
	char line[400];
	struct query q;

	(void)state;
	memset(line, '7', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	query_parse(&q, line);
	assert_int_equal(q.kinds, FIND_SERIAL);
	assert_int_equal(q.hex.n, QUERY_HEX_MAX);
	assert_int_equal(q.notes, 1u << NOTE_CUT);
	line[2 * CERT_SERIAL_MAX] = '\0';
	query_parse(&q, line);
	assert_int_equal(q.hex.n, 2 * CERT_SERIAL_MAX);
	assert_int_equal(q.ndecimal, 54);	/* 128 * log2(10) / 8 */
}

static void
test_look_alike(void **state)
{
	static const uint8_t want[] = { 0, 10, 1, 15, 5, 0 };
	struct query q;

	(void)state;
	query_parse(&q, "OA1FS0");
	assert_int_equal(q.hex.n, 0);
	assert_int_equal(q.look.n, 6);
	assert_memory_equal(q.look.d, want, 6);
}

static void
test_checksums(void **state)
{
	struct query q;

	(void)state;
	query_parse(&q, "44051401359");
	assert_true(q.pesel_ok && q.notes == 0);
	query_parse(&q, "44051401358");
	assert_false(q.pesel_ok);
	assert_int_equal(q.notes, 1u << NOTE_CHECKSUM_PESEL);
	query_parse(&q, "1234563219");
	assert_false(q.nip_ok);
	assert_int_equal(q.notes, 1u << NOTE_CHECKSUM_NIP);
}

static void
expect_words(const char *line, const char *words)
{
	char got[512] = "";
	struct query q;
	size_t i;

	query_parse(&q, line);
	for (i = 0; i < q.nwords; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s",
		    i == 0 ? "" : q.words[i].joined ? "-" : " ", q.words[i].s);
	assert_string_equal(got, words);
}

static void
test_words(void **state)
{
	struct query q;

	(void)state;
	expect_words("Łukasz  ŻÓŁĆ", "lukasz zolc");
	expect_words("Anna Nowak-Kowalska", "anna nowak-kowalska");
	expect_words("dr J. Kowalski", "j kowalski");
	expect_words("mgr inż. Jan K. Nowak", "jan k nowak");
	expect_words("Przykładowa Spółka z o.o.", "przykladowa");
	expect_words("PRZYKŁADOWA SP. Z O. O.", "przykladowa");
	expect_words("Budowa Dom S.A.", "budowa dom");
	expect_words("Kowalski 14.03.2027", "kowalski");
	expect_words("Pan", "pan");
	query_parse(&q, "JK");
	assert_true(q.monogram);
	query_parse(&q, "Jan");
	assert_false(q.monogram);
}

static void
expect_date(const char *line, int y, int m, int d, int days)
{
	struct query q;
	int64_t start;

	query_parse(&q, line);
	assert_int_equal(clock_from_utc(y, m, d, 0, 0, 0, &start), 0);
	assert_int_equal(q.from, start - 2 * 60 * 60);
	assert_int_equal(q.until, start + days * INT64_C(86400));
}

static void
test_dates(void **state)
{
	struct query q;

	(void)state;
	expect_date("Kowalski 2025", 2025, 1, 1, 365);
	expect_date("kowalski 14.03.2027", 2027, 3, 14, 1);
	expect_date("2027-03-14 kowalski", 2027, 3, 14, 1);
	expect_date("kowalski, 03/2027", 2027, 3, 1, 31);
	expect_date("kowalski 12.2027 r.", 2027, 12, 1, 31);
	expect_words("Kowalsky 2025 r.", "kowalsky");
	expect_words("kowalsky 2025r", "kowalsky");
	expect_words("KOWALSKY ROK 2025", "kowalsky");
	expect_words("kowalsky z roku 2025", "kowalsky");
	expect_words("z 2025 roku, kowalsky", "kowalsky");
	expect_words("kowalsky Z. R. 2025", "kowalsky z r");
	query_parse(&q, "kowalski 31.02.2027");
	assert_int_equal(q.until, 0);
	query_parse(&q, "kowalski 1234");
	assert_int_equal(q.until, 0);
	query_parse(&q, "kowalski 17190978");
	assert_int_equal(q.until, 0);
	query_parse(&q, "kowalski 99999999999");	/* more than an int */
	assert_int_equal(q.until, 0);
}

static void
test_address(void **state)
{
	struct query q;

	(void)state;
	query_parse(&q, "  Jan.Kowalski+ZUS @ Przyklad.PL ");
	assert_string_equal(q.address, "jan.kowalski+zus@przyklad.pl");
	query_parse(&q, "Anna <anna@przyklad.pl>");
	assert_string_equal(q.address, "anna@przyklad.pl");
	expect_words("Anna <anna@przyklad.pl>", "anna");
}

static void
test_code_normal(void **state)
{
	char buf[CODE_MAX], near[CODE_MAX];
	unsigned at = 0, n = 0;
	bool zero = false, swapped = false, digit = false;

	(void)state;
	assert_int_equal(code_normal("zam/2025-0012.34", buf), 13);
	assert_string_equal(buf, "ZAM2025001234");
	while (code_near("ZO12", &at, near) != 0) {
		zero |= strcmp(near, "Z012") == 0;
		swapped |= strcmp(near, "ZO21") == 0;
		digit |= strcmp(near, "ZO17") == 0;
		assert_string_not_equal(near, "ZO12");
		n++;
	}
	assert_true(zero && swapped && digit && n < 40);
}

static void
test_notes(void **state)
{
	char line[FIND_QUERY_MAX + 10];
	struct query q;

	(void)state;
	memset(line, 'k', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	query_parse(&q, line);
	assert_true(q.notes & 1u << NOTE_CUT);
	query_parse(&q, "Kowal\xffski");
	assert_int_equal(q.notes, 1u << NOTE_INVALID);
	query_parse(&q, "x");
	assert_int_equal(q.notes, 1u << NOTE_SHORT);
	memset(line, '7', 80);
	line[0] = '#';
	line[80] = '\0';
	query_parse(&q, line);
	assert_true(q.kinds == 0 && q.notes == 0);
}

/* Written by ear, and as it is: one key. */
static void
test_sound(void **state)
{
	static const char *const same[][2] = {
		{ "zolkiewski", "rzolkiewski" }, { "gora", "gura" },
		{ "chojnacki", "hojnacki" }, { "dabrowski", "dombrowski" },
		{ "debski", "dembski" }, { "zareba", "zaremba" },
		{ "wiktor", "viktor" }, { "malinowska", "malinowski" },
		{ "nowakowna", "nowakowa" },
		{ "anna", "ana" }, { "majewski", "maiewski" },
	};
	static const char *const other[][2] = {
		{ "kowalski", "kowalczyk" }, { "nowak", "nowacki" },
		{ "jan", "anna" }, { "adam", "ewa" },
	};
	char a[SOUND_MAX], b[SOUND_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		sound_key(same[i][0], a);
		sound_key(same[i][1], b);
		if (strcmp(a, b) != 0)
			fail_msg("%s %s: %s %s", same[i][0], same[i][1], a, b);
	}
	for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
		sound_key(other[i][0], a);
		sound_key(other[i][1], b);
		assert_string_not_equal(a, b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_serial_forms),
		cmocka_unit_test(test_serial_too_long),
		cmocka_unit_test(test_look_alike),
		cmocka_unit_test(test_checksums),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_code_normal),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
