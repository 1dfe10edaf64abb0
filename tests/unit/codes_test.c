/*
 * answers/codes: each entry is whole, numbers that are not listed lead to what
 * they are one of, and errors of ours to whose turn it is.  That no code of the
 * libraries is missing tests/codes_test.sh proves.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "answers/codes.h"

/* Questions that have a check; "" stands for none. */
static const char *const questions[] = { "",
#define CHECK(function, id, wants, must) id,
#include "answers/checks.def"
#undef CHECK
};

static void
assert_question(const char *name, const char *id)
{
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
		if (strcmp(questions[i], id) == 0)
			return;
	fail_msg("%s: there is no question %s", name, id);
}

static void
assert_sentence(const char *name, const char *s)
{
	size_t n = strlen(s);

	/* A command's name has no capital. */
	if (n < 8 || s[n - 1] != '.' || ((s[0] < 'A' || s[0] > 'Z') &&
	    strncmp(s, "okienko ", 8) != 0))
		fail_msg("%s: no sentence: %s", name, s);
	assert_null(strchr(s, '%'));
}

static void
test_entries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ncodes; i++) {
		const struct code *c = &codes[i];

		assert_sentence(c->name, c->happened);
		if (c->todo[0] != '\0')
			assert_sentence(c->name, c->todo);
		assert_question(c->name, c->answer);
		/* Whoever's turn it is has to be told what to do. */
		if (c->todo[0] == '\0' && c->turn != TURN_NOBODY &&
		    c->turn != TURN_DESK)
			fail_msg("%s: nothing to do", c->name);
		if (c->todo[0] != '\0' && c->turn == TURN_NOBODY)
			fail_msg("%s: nobody's turn", c->name);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(codes[k].name, c->name);
	}
}

static void
test_found_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ncodes; i++)
		assert_ptr_equal(code_by_name(codes[i].name), &codes[i]);
}

/* PC/SC alone has two names for one number. */
static void
test_found_by_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < ncodes; i++) {
		const struct code *c = code_by_number(codes[i].family,
		    codes[i].number);

		assert_non_null(c);
		if (c != &codes[i])
			assert_string_equal(codes[i].name, "SCARD_E_UNEXPECTED");
	}
}

/* The status words that ISO/IEC 7816-4:2020 gives a meaning to. */
static void
test_status_words(void **state)
{
	static const unsigned words[] = { 0x9000, 0x6110, 0x6200, 0x6281,
		0x6282, 0x6283, 0x6284, 0x6285, 0x6286, 0x6300, 0x6381,
		0x63c0, 0x63cf, 0x6400, 0x6401, 0x6500, 0x6581, 0x6600,
		0x6700, 0x6800, 0x6881, 0x6882, 0x6883, 0x6884, 0x6900,
		0x6981, 0x6982, 0x6983, 0x6984, 0x6985, 0x6986, 0x6987,
		0x6988, 0x6a00, 0x6a80, 0x6a81, 0x6a82, 0x6a83, 0x6a84,
		0x6a85, 0x6a86, 0x6a87, 0x6a88, 0x6a89, 0x6a8a, 0x6b00,
		0x6c04, 0x6d00, 0x6e00, 0x6f00 };
	size_t of_cards = 0;

	(void)state;
	for (size_t i = 0; i < ncodes; i++)
		of_cards += codes[i].family == CODE_SW;
	/* 63C0 and 63CF are one. */
	assert_int_equal(of_cards + 1, sizeof words / sizeof *words);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (code_by_number(CODE_SW, words[i]) == NULL)
			fail_msg("%04X", words[i]);
}

static void
assert_named(enum code_family family, unsigned long number, const char *name)
{
	const struct code *c = code_by_number(family, number);

	if (name == NULL) {
		assert_null(c);
		return;
	}
	assert_non_null(c);
	assert_string_equal(c->name, name);
}

static void
test_kinds(void **state)
{
	(void)state;
	assert_named(CODE_SW, 0x63c2, "63CX");
	assert_named(CODE_SW, 0x6110, "61XX");
	assert_named(CODE_SW, 0x6a8f, "6A00");
	assert_named(CODE_SW, 0x9f01, NULL);
	assert_named(CODE_CKR, 0x80000042UL, "CKR_VENDOR_DEFINED");
	assert_named(CODE_CKR, 0x1c3, "CKR_PIN_TOO_WEAK");
	assert_named(CODE_CKR, 0x1b8, "CKR_PIN_TOO_WEAK");
	assert_named(CODE_CKR, 0x1ff, NULL);
	assert_named(CODE_SQLITE, 10 | 200 << 8, "SQLITE_IOERR");
	assert_named(CODE_SQLITE, 99, NULL);
	assert_named(CODE_X509, 2000, NULL);
	/* PC/SC's long has its sign in front. */
	assert_named(CODE_SCARD, 0xffffffff8010001dUL, "SCARD_E_NO_SERVICE");
}

static void
test_ways_to_write(void **state)
{
	static const struct {
		const char *typed, *name;	/* NULL: none */
	} ways[] = {
		{ "ckr_pin_incorrect", "CKR_PIN_INCORRECT" },
		{ " CKR-PIN-INCORRECT ", "CKR_PIN_INCORRECT" },
		{ "pin incorrect", "CKR_PIN_INCORRECT" },
		{ "pkcs11 0xa0", "CKR_PIN_INCORRECT" },
		{ "CKR 160", "CKR_PIN_INCORRECT" },
		{ "pkcs11-160", "CKR_PIN_INCORRECT" },
		{ "ckr: 0xA0", "CKR_PIN_INCORRECT" },
		{ "SCARD-E-NO-SERVICE", "SCARD_E_NO_SERVICE" },
		{ "0x8010001D", "SCARD_E_NO_SERVICE" },
		{ "8010001d", "SCARD_E_NO_SERVICE" },
		{ "6983", "6983" },
		{ "69 83", "6983" },
		{ "0x6983", "6983" },
		{ "SW 63c3", "63CX" },
		{ "63cx", "63CX" },
		{ "curl 60", "CURLE_PEER_FAILED_VERIFICATION" },
		{ "curle: 60", "CURLE_PEER_FAILED_VERIFICATION" },
		{ "sqlite 5", "SQLITE_BUSY" },
		{ "x509 10", "X509_V_ERR_CERT_HAS_EXPIRED" },
		{ "cert has expired", "X509_V_ERR_CERT_HAS_EXPIRED" },
		{ "OK", NULL },		/* of five libraries */
		{ "0xA0", NULL },	/* of no telling which */
		{ "", NULL },
		{ "---", NULL },
		{ "pkcs11", NULL },
		{ "pkcs11 ", NULL },
		{ "pkcs11 0x", NULL },
		{ "sw 99999999999999999999999999", NULL },
		{ "\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87", NULL },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		const struct code *c = code_by_name(ways[i].typed);
		const char *want = ways[i].name, *got = c ? c->name : NULL;

		if ((want == NULL) != (got == NULL) ||
		    (want != NULL && strcmp(want, got) != 0))
			fail_msg("\"%s\": %s, not %s", ways[i].typed,
			    got ? got : "none", want ? want : "none");
	}
}

/* An entry that was forgotten is all zeros: its answer is NULL. */
static void
test_every_error_of_ours(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ERR_COUNT; i++) {
		struct err e = { .code = (enum err_code)i };

		if (answer_for_err(&e) == NULL)
			fail_msg("%s is not in errs.def", err_id(e.code));
		assert_question(err_id(e.code), answer_for_err(&e));
		assert_int_not_equal(turn_of_err(&e), TURN_UNKNOWN);
		if (e.code != ERR_NONE && e.code != ERR_CANCELLED &&
		    e.code != ERR_ERASED)
			assert_int_not_equal(turn_of_err(&e), TURN_NOBODY);
	}
}

/* The library's number decides where ours says little, and only there. */
static void
test_vague_errors(void **state)
{
	struct err full = { .code = ERR_MODULE_FAILED,
	    .origin = ORIGIN_PKCS11, .raw = 0x31 };
	struct err proxy = { .code = ERR_NET_PROXY_LOGIN,
	    .origin = ORIGIN_HTTP, .raw = 407 };
	struct err busy = { .code = ERR_REGISTRY_BROKEN,
	    .origin = ORIGIN_SQLITE, .raw = 5 };
	struct err none = { .code = ERR_MODULE_FAILED };

	(void)state;
	assert_string_equal(answer_for_err(&full), "capacity");
	assert_string_equal(answer_for_err(&none), "card-read-error");
	assert_string_equal(answer_for_err(&proxy), "proxy-407");
	assert_int_equal(turn_of_err(&busy), TURN_KEEPER);
	assert_string_equal(code_of(&full)->name, "CKR_DEVICE_MEMORY");
	assert_string_equal(code_of(&busy)->name, "SQLITE_BUSY");
	assert_null(code_of(&proxy));
	assert_null(code_of(&none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_found_by_name),
		cmocka_unit_test(test_found_by_number),
		cmocka_unit_test(test_status_words),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_ways_to_write),
		cmocka_unit_test(test_every_error_of_ours),
		cmocka_unit_test(test_vague_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
