/* base/text: nothing that could move, hide or recolour gets past it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unictype.h>
#include <cmocka.h>

#include "base/text.h"

#define FFFD "\xef\xbf\xbd"

static const char *
safe(const char *s, int width)
{
	static struct safe_text t;

	text_safe_str(&t, s, width);
	return t.s;
}

static void
test_plain_text_is_kept(void **state)
{
	static const char s[] = "Zażółć gęślą jaźń — ĄĆĘŁŃÓŚŹŻ, 100 %";
	struct safe_text t;

	(void)state;
	text_safe_str(&t, s, 0);
	assert_string_equal(t.s, s);
	assert_int_equal(t.flags, 0);
	assert_int_equal(t.width, 36);
	text_safe_str(&t, NULL, 0);
	assert_string_equal(t.s, "");
}

/* All of Unicode: what comes out holds no control, format or unassigned one. */
static void
test_every_code_point(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		struct safe_text t;
		char in[5] = "a";
		size_t n = text_encode(c, in + 1);
		uint32_t out;

		if (n == 0)
			continue;
		text_safe(&t, in, n + 1, 0);
		for (size_t i = 0; i < t.len; ) {
			size_t k = text_decode(t.s + i, t.len - i, &out);

			assert_true(k > 0);
			assert_true(out >= 0x20 && out != 0x7f);
			assert_false(uc_is_general_category_withtable(out,
			    UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf |
			    UC_CATEGORY_MASK_Cs | UC_CATEGORY_MASK_Co |
			    UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Zl |
			    UC_CATEGORY_MASK_Zp));
			i += k;
		}
	}
}

static void
test_hostile(void **state)
{
	static const struct {
		const char *in, *out;
		unsigned flags;
	} rows[] = {
		{ "a\033[31mb", "a" FFFD "[31mb", TEXT_HIDDEN },
		{ "a\xc2\x9b" "2Jb", "a" FFFD "2Jb", TEXT_HIDDEN },
		{ "a\xe2\x80\xae" "b", "a" FFFD "b", TEXT_HIDDEN },
		{ "a\xe2\x81\xa6" "b", "a" FFFD "b", TEXT_HIDDEN },
		{ "a\xe2\x80\x8b" "b", "a" FFFD "b", TEXT_HIDDEN },
		{ "a\xef\xbb\xbf" "b", "a" FFFD "b", TEXT_HIDDEN },
		{ "a\xf3\xa0\x80\xa1", "a" FFFD, TEXT_HIDDEN },
		{ "a\xfe\xff", "a" FFFD FFFD, TEXT_INVALID },
		{ "a\xc5", "a" FFFD, TEXT_INVALID },
		{ "\xc0\xaf", FFFD FFFD, TEXT_INVALID },
		{ "\xed\xa0\x80", FFFD FFFD FFFD, TEXT_INVALID },
		{ "\xf5\x80\x80\x80", FFFD FFFD FFFD FFFD, TEXT_INVALID },
		{ "a\nb\tc", "a b c", 0 },
		{ "a\xcc\x81\xcc\x82\xcc\x83", "a\xcc\x81\xcc\x82", TEXT_HIDDEN },
		{ "\xcc\x81" "a", "a", TEXT_HIDDEN },
		{ "a\xe2\x80\xa8" "b", "a" FFFD "b", TEXT_HIDDEN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct safe_text t;

		text_safe_str(&t, rows[i].in, 0);
		assert_string_equal(t.s, rows[i].out);
		assert_int_equal(t.flags, rows[i].flags);
	}
}

static void
test_width_is_bounded(void **state)
{
	static char big[20000];
	struct safe_text t;

	(void)state;
	assert_string_equal(safe("Żółć-Łęcka", 5), "Żółć…");
	assert_string_equal(safe("Żółć", 4), "Żółć");
	assert_string_equal(safe("ab", 1), "…");
	assert_string_equal(safe("漢字", 3), "漢…");
	assert_string_equal(safe("漢字", 4), "漢字");
	memset(big, 'x', sizeof big - 1);
	text_safe(&t, big, sizeof big - 1, 0);
	assert_true(t.len <= SAFE_TEXT_MAX);
	assert_true(t.flags & TEXT_CUT);
	for (size_t i = 0; i + 2 < sizeof big; i += 2)
		memcpy(big + i, "\xc5\xbc", 2);
	for (int w = 1; w < 3000; w += 7) {
		text_safe(&t, big, sizeof big - 2, w);
		assert_true(t.width <= w && t.len <= SAFE_TEXT_MAX);
		assert_int_equal(strlen(t.s), t.len);
	}
}

static void
test_mixed_scripts(void **state)
{
	static const char mixed[] = "\xd0\x9a\xd0\xbewalski";	/* Cyrillic Ko */

	(void)state;
	assert_int_equal(text_flags(mixed, strlen(mixed)), TEXT_MIXED);
	assert_int_equal(text_flags("Żółć-Łęcka", strlen("Żółć-Łęcka")), 0);
	assert_int_equal(text_flags("Jan Иван", strlen("Jan Иван")), 0);
}

static void
test_fold(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "Łukasz ŻÓŁĆ-Łęcka", "lukasz zolc lecka" },
		{ "  Straße,  Ærø! ", "strasse aero" },
		{ "ŚWIĘTOSŁAW", "swietoslaw" },
		{ "a\xcc\x81", "a" },
		{ "\xff\xff", "" },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		text_fold(rows[i].in, buf, sizeof buf);
		assert_string_equal(buf, rows[i].out);
	}
	assert_int_equal(text_fold("abcdef", buf, 4), 3);
	assert_string_equal(buf, "abc");
	assert_true(text_find("Ewa Żółć-Łęcka", "zolc"));
	assert_false(text_find("Ewa", "ewan"));
	assert_true(text_find("x", ""));
}

static void
test_other_looks(void **state)
{
	char buf[64];

	(void)state;
	assert_string_equal(text_ascii(0x142), "l");
	assert_string_equal(text_ascii(0x17b), "Z");
	for (uint32_t c = 0x20; c < 0x7f; c++)
		assert_true(text_ascii(c)[0] == (char)c && !text_ascii(c)[1]);
	assert_string_equal(text_ascii(0x6f22), "?");
	assert_string_equal(text_hex((const uint8_t *)"\x21\x29\xaf", 3, 2, buf,
	    sizeof buf), "2129 AF");
	/* Room for exactly what is written, and for one less. */
	assert_string_equal(text_hex((const uint8_t *)"\x21\x29", 2, 0, buf, 5),
	    "2129");
	assert_string_equal(text_hex((const uint8_t *)"\x21\x29", 2, 0, buf, 4),
	    "21");
	assert_string_equal(text_hex((const uint8_t *)"\x21\x29", 2, 1, buf, 6),
	    "21 29");
	assert_string_equal(text_hex((const uint8_t *)"\x21\x29", 2, 1, buf, 5),
	    "21");
	assert_string_equal(text_mask("44051401359", buf, sizeof buf),
	    "44******359");
	assert_string_equal(text_mask("ewa@example.com", buf, sizeof buf),
	    "e*****@example.com");
	assert_string_equal(text_mask("1234567", buf, sizeof buf), "*******");
	assert_string_equal(text_mask("44051401359", buf, 5), "44**");
	assert_int_equal(text_cut("a\xc5\xbc", 2), 1);
	assert_int_equal(text_cut("a\xc5\xbc", 3), 3);
}

/* Pieces of any text are shown whole, and are all of it. */
static void
test_pieces(void **state)
{
	static const char *const texts[] = { "", "short", "a word ",
		"za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87", "\xff\xbf",
		"\xe2\x80\xae", "e\xcc\x81\xcc\x81 " };
	char all[8000];

	(void)state;
	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
		size_t one = strlen(texts[k]), len = 0, n;

		while (one > 0 && len + one <= sizeof all) {
			memcpy(all + len, texts[k], one);
			len += one;
		}
		for (const char *s = all; len > 0; s += n, len -= n) {
			struct safe_text t;

			n = text_piece(s, len);
			assert_true(n > 0 && n <= len);
			text_safe(&t, s, n, 0);
			assert_int_equal(t.flags & TEXT_CUT, 0);
			/* Nothing that was whole is broken. */
			if (texts[k][0] != '\xff')
				assert_int_equal(t.flags & TEXT_INVALID, 0);
			if (n < len && texts[k][one - 1] == ' ')
				assert_int_equal(s[n - 1], ' ');
		}
	}
}

/* snprintf cuts wherever its room ends: of a character in two nothing is left. */
static void
test_cut(void **state)
{
	static const char *const all[] = { "aąb", "a€b", "a\U0001f600b", "abc" };

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		for (size_t size = 1; size <= strlen(all[i]) + 2; size++) {
			char cut[16];
			struct safe_text safe;

			text_fill(cut, size, "%s", all[i]);
			assert_true(strlen(cut) < size);
			assert_int_equal(strncmp(cut, all[i], strlen(cut)), 0);
			text_safe(&safe, cut, strlen(cut), 0);
			assert_int_equal(safe.flags, 0);
			assert_int_equal(text_cut(all[i], size - 1),
			    strlen(cut));
		}
}

/* What is put in is no format, nor is the rest of the sentence. */
static void
test_sentences(void **state)
{
	char buf[16];

	(void)state;
	text_fill(buf, sizeof buf, "5 %d at %s, %s", "%n%s");
	assert_string_equal(buf, "5 %d at %n%s, %");
	text_fill(buf, sizeof buf, "nothing", "else");
	assert_string_equal(buf, "nothing");
	text_fill(buf, 5, "a %s b", "\xc5\xbc\xc5\xbc");
	assert_string_equal(buf, "a \xc5\xbc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_text_is_kept),
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_width_is_bounded),
		cmocka_unit_test(test_mixed_scripts),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_other_looks),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
