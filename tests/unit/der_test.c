/* The reader of DER: what it takes, what it refuses, and that it stays inside. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cert/der.h"

#define BYTES(s)	span_of((s), sizeof(s) - 1)

static void
test_elements(void **state)
{
	struct span in = BYTES("\x02\x01\x05\x30\x00\x04\x81\x02xy");
	struct span body;
	struct der el;

	(void)state;
	assert_int_equal(der_next(&in, &el), 0);
	assert_int_equal(el.tag, DER_INTEGER);
	assert_int_equal(el.body.len, 1);
	assert_int_equal(el.whole.len, 3);
	assert_int_equal(der_maybe(&in, DER_SET, &body), 0);
	assert_int_equal(der_enter(&in, DER_SET, &body), -1);
	assert_int_equal(der_enter(&in, DER_SEQUENCE, &body), 0);
	assert_int_equal(body.len, 0);
	/* A length longer than it need be is read. */
	assert_int_equal(der_enter(&in, DER_OCTET_STRING, &body), 0);
	assert_memory_equal(body.p, "xy", 2);
	assert_int_equal(in.len, 0);
	assert_int_equal(der_next(&in, &el), -1);
	assert_int_equal(der_maybe(&in, DER_SET, &body), 0);
}

static void
test_refused(void **state)
{
	static const struct {
		const char	*bytes;
		size_t		 len;
	} bad[] = {
		{ "\x30", 1 },
		{ "\x30\x01", 2 },
		{ "\x30\x80\x00\x00", 4 },		/* indefinite */
		{ "\x1f\x81\x01\x00", 4 },		/* tag 129 */
		{ "\x30\x81", 2 },
		{ "\x30\x84\xff\xff\xff\xff", 6 },
		{ "\x30\x85\x00\x00\x00\x00\x01x", 8 },
		{ "\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff", 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct span in = span_of(bad[i].bytes, bad[i].len);
		struct der el;

		assert_int_equal(der_next(&in, &el), -1);
		assert_ptr_equal(in.p, bad[i].bytes);
		assert_int_equal(in.len, bad[i].len);
	}
}

static void
test_integers(void **state)
{
	int64_t n;

	(void)state;
	assert_int_equal(der_int64(BYTES("\x00"), &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(der_int64(BYTES("\xff"), &n), 0);
	assert_int_equal(n, -1);
	assert_int_equal(der_int64(BYTES("\x00\x00\x80"), &n), 0);
	assert_int_equal(n, 128);
	assert_int_equal(der_int64(BYTES("\x7f\xff\xff\xff\xff\xff\xff\xff"),
	    &n), 0);
	assert_true(n == INT64_MAX);
	assert_int_equal(der_int64(BYTES("\x80\0\0\0\0\0\0\0"), &n), 0);
	assert_true(n == INT64_MIN);
	assert_int_equal(der_int64(BYTES("\0\x80\0\0\0\0\0\0\0"), &n), -1);
	assert_int_equal(der_int64(BYTES("\xff\x7f\0\0\0\0\0\0\0"), &n), -1);
	assert_int_equal(der_int64(BYTES("\0\0\x7f\0\0\0\0\0\0\0"), &n), 0);
	assert_int_equal(der_int64(BYTES(""), &n), -1);
}

static void
test_bits(void **state)
{
	struct span octets;
	unsigned bits;

	(void)state;
	assert_int_equal(der_bits(BYTES("\x06\xc0"), &bits), 0);
	assert_int_equal(bits, 0x3);
	assert_int_equal(der_bits(BYTES("\x07\x00\x80"), &bits), 0);
	assert_int_equal(bits, 0x100);
	assert_int_equal(der_bits(BYTES("\x00"), &bits), 0);
	assert_int_equal(bits, 0);
	assert_int_equal(der_bits(BYTES("\x01"), &bits), -1);
	assert_int_equal(der_bits(BYTES("\x08\x00"), &bits), -1);
	assert_int_equal(der_bits(BYTES(""), &bits), -1);
	assert_int_equal(der_bit_octets(BYTES("\x00zz"), &octets), 0);
	assert_int_equal(octets.len, 2);
	assert_int_equal(der_bit_octets(BYTES("\x01zz"), &octets), -1);
	assert_int_equal(der_bit_octets(BYTES(""), &octets), -1);
}

static void
test_oids(void **state)
{
	char text[DER_OID_TEXT_MAX];
	uint8_t many[100];

	(void)state;
	assert_int_equal(der_oid(BYTES("\x55\x04\x03"), text), 0);
	assert_string_equal(text, "2.5.4.3");
	assert_int_equal(der_oid(BYTES("\x88\x37\x03"), text), 0);
	assert_string_equal(text, "2.999.3");
	assert_int_equal(der_oid(BYTES("\x2a\x86\x48\x86\xf7\x0d"), text), 0);
	assert_string_equal(text, "1.2.840.113549");
	assert_int_equal(der_oid(BYTES("\x2a\x86"), text), -1);
	assert_string_equal(text, "?");
	assert_int_equal(der_oid(BYTES(""), text), -1);
	/* An arc of 70 bits, and more arcs than there is room for. */
	assert_int_equal(der_oid(BYTES(
	    "\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), text), -1);
	memset(many, 0x7f, sizeof(many));
	assert_int_equal(der_oid(span_of(many, sizeof(many)), text), -1);
	assert_string_equal(text, "?");
}

static const struct {
	uint8_t		 tag;
	const char	*text;
	int64_t		 seconds;	/* 1 where it is no time */
} times[] = {
	{ DER_UTC_TIME, "700101000000Z", 0 },
	{ DER_UTC_TIME, "491231235959Z", 2524607999 },
	{ DER_UTC_TIME, "500101000000Z", -631152000 },
	{ DER_UTC_TIME, "7001010000Z", 0 },
	{ DER_UTC_TIME, "700101010000+0100", 0 },
	{ DER_UTC_TIME, "691231233000-0030", 0 },
	{ DER_GENERAL_TIME, "19700101000000Z", 0 },
	{ DER_GENERAL_TIME, "99991231235959Z", 253402300799 },
	{ DER_GENERAL_TIME, "00000101000000Z", -62167219200 },
	{ DER_GENERAL_TIME, "00000101000000+0100", 1 },
	{ DER_GENERAL_TIME, "20240229000000Z", 1709164800 },
	{ DER_GENERAL_TIME, "20250229000000Z", 1 },
	{ DER_GENERAL_TIME, "21000229000000Z", 1 },
	{ DER_GENERAL_TIME, "19700101240000Z", 1 },
	{ DER_UTC_TIME, "701301000000Z", 1 },
	{ DER_UTC_TIME, "700101000000", 1 },
	{ DER_UTC_TIME, "700101000000Zx", 1 },
	{ DER_UTC_TIME, "70010100000Z", 1 },
	{ DER_UTC_TIME, "-00101000000Z", 1 },
	{ DER_UTC_TIME, "", 1 },
	{ DER_UTF8, "700101000000Z", 1 },
};

static void
test_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t t = 1;
		int ret = der_time(times[i].tag, span_of(times[i].text,
		    strlen(times[i].text)), &t);

		assert_int_equal(ret, times[i].seconds == 1 ? -1 : 0);
		assert_true(t == times[i].seconds);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_oids),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
