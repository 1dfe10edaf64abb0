/*
 * Fragments of serial numbers: what the pass finds is what a slow search over
 * the digits as text finds, at each alignment and place; the pass of every
 * processor finds what the quickest does.
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

#include "base/mem.h"
#include "base/text.h"
#include "cert/cert.h"
#include "registry/serials.h"
#include "registry/serials_scan.h"

#define ROWS	70000		/* more than one chunk */
#define DIGITS	(2 * CERT_SERIAL_MAX + 1)

struct bed {
	struct serials	*ser;
	char		(*text)[DIGITS];	/* of row i + 1 */
	uint64_t	 random;
};

static unsigned
roll(struct bed *bed, unsigned n)
{
	bed->random = bed->random * UINT64_C(6364136223846793005) + 1442695041;
	return (unsigned)(bed->random >> 33) % n;
}

static int
set_up(void **state)
{
	struct bed *bed = mem_alloc(sizeof *bed);
	uint8_t number[CERT_SERIAL_MAX];

	bed->ser = serials_new();
	bed->text = mem_array(ROWS, sizeof *bed->text);
	for (int64_t row = 1; row <= ROWS; row++) {
		/* Mostly long ones, some short, one in a thousand too long. */
		size_t len = row % 1000 == 0 ? 21 + roll(bed, 40) :
		    row % 50 == 0 ? 1 + roll(bed, 4) : 14 + roll(bed, 7);

		for (size_t i = 0; i < len; i++)
			number[i] = (uint8_t)roll(bed, 256);
		number[0] |= 1;
		serials_add(bed->ser, row, number, len);
		text_hex(number, len, 0, bed->text[row - 1], DIGITS);
	}
	*state = bed;
	return 0;
}

static int
tear_down(void **state)
{
	struct bed *bed = *state;

	serials_free(bed->ser);
	free(bed->text);
	free(bed);
	return 0;
}

static void
digits_of(const char *hex, size_t n, uint8_t *out)
{
	static const char all[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(strchr(all, hex[i]) - all);
}

static size_t
slow_count(const struct bed *bed, const char *fragment)
{
	size_t n = 0;

	for (size_t i = 0; i < ROWS; i++)
		n += strstr(bed->text[i], fragment) != NULL;
	return n;
}

/* All rows with the fragment, each once, in the right place. */
static void
check_fragment(const struct bed *bed, const char *fragment)
{
	static struct serials_hit hits[2000];
	uint8_t d[DIGITS];
	struct serials_query q = { .digits = d, .n = strlen(fragment) };
	size_t n, i;
	bool more;

	digits_of(fragment, q.n, d);
	n = serials_find(bed->ser, &q, hits, 2000, &more);
	if (more || n != slow_count(bed, fragment))
		fail_msg("%s: %zu found, %zu there", fragment, n,
		    slow_count(bed, fragment));
	for (i = 0; i < n; i++) {
		const char *text = bed->text[hits[i].row - 1];
		const char *at = strstr(text, fragment);

		assert_non_null(at);
		if (hits[i].where == SERIALS_WHOLE)
			assert_true(strcmp(text, fragment) == 0 ||
			    strcmp(text + 1, fragment) == 0);
		if (at == text && strcmp(text, fragment) != 0)
			assert_int_equal(hits[i].where, SERIALS_START);
		if (i > 0)
			assert_true(hits[i - 1].where <= hits[i].where);
	}
}

static void
test_fragments(void **state)
{
	static const size_t lengths[] = { 4, 5, 6, 7, 8, 11, 16, 27 };
	struct bed *bed = *state;
	char fragment[DIGITS];

	for (size_t k = 0; k < 10 * sizeof lengths / sizeof *lengths; k++) {
		const char *text = bed->text[roll(bed, ROWS)];
		size_t n = lengths[k % 8], total = strlen(text), from;

		if (n > total)
			continue;
		from = roll(bed, (unsigned)(total - n + 1));
		memcpy(fragment, text + from, n);
		fragment[n] = '\0';
		check_fragment(bed, fragment);
	}
	check_fragment(bed, bed->text[999]);		/* longer than 20 */
	check_fragment(bed, bed->text[49]);		/* a short one */
	check_fragment(bed, bed->text[ROWS - 1]);
}

/* Zeros before a number are not part of it. */
static void
test_zeros(void **state)
{
	struct bed *bed = *state;

	check_fragment(bed, "0000");
	check_fragment(bed, "00000");
	check_fragment(bed, "0000A");
}

static void
test_best_first(void **state)
{
	struct serials *ser = serials_new();
	struct serials_hit hits[3];
	uint8_t d[] = { 0xa, 0xb, 0xc, 0xd };
	struct serials_query q = { .digits = d, .n = 4 };
	bool more;

	(void)state;
	serials_add(ser, 1, (const uint8_t *)"\x11\xab\xcd\x22", 4);
	serials_add(ser, 2, (const uint8_t *)"\x11\x22\xab\xcd", 4);
	serials_add(ser, 3, (const uint8_t *)"\xab\xcd\x22", 3);
	serials_add(ser, 4, (const uint8_t *)"\xab\xcd", 2);
	serials_add(ser, 5, (const uint8_t *)"\x1a\xbc\xd2", 3);
	assert_int_equal(serials_find(ser, &q, hits, 3, &more), 3);
	assert_true(more);
	assert_int_equal(hits[0].row, 4);
	assert_int_equal(hits[0].where, SERIALS_WHOLE);
	assert_int_equal(hits[1].row, 3);
	assert_int_equal(hits[1].where, SERIALS_START);
	assert_int_equal(hits[2].row, 2);
	assert_int_equal(hits[2].where, SERIALS_END);
	serials_free(ser);
}

static void
test_look_alike(void **state)
{
	struct serials *ser = serials_new();
	struct serials_hit hits[4];
	uint8_t d[] = { 0x8, 0xb, 0x1, 0x8, 0x2 };
	struct serials_query q = { .digits = d, .n = 5 };
	bool more;

	(void)state;
	serials_add(ser, 1, (const uint8_t *)"\x7b\x81\xb2", 3);
	serials_add(ser, 2, (const uint8_t *)"\x79\x81\xb2", 3);
	assert_int_equal(serials_find(ser, &q, hits, 4, &more), 0);
	q.look_alike = true;
	assert_int_equal(serials_find(ser, &q, hits, 4, &more), 1);
	assert_int_equal(hits[0].row, 1);
	serials_free(ser);
}

static void
test_cancelled(void **state)
{
	struct bed *bed = *state;
	atomic_bool cancel = true;
	uint8_t d[4] = { 1, 2, 3, 4 };
	struct serials_query q = { .digits = d, .n = 4, .cancel = &cancel };
	struct serials_hit hits[4];
	bool more;

	assert_int_equal(serials_find(bed->ser, &q, hits, 4, &more), 0);
}

/* Whatever processor this runs on, both passes are tried where there are two. */
static void
test_passes_agree(void **state)
{
	struct bed *bed = *state;
	uint8_t bytes[64 * SCAN_BLOCK + SCAN_PAD];
	scan_fn *best = scan_best();

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(roll(bed, 4) * 0x11);
	for (unsigned k = 0; k < 256; k++) {
		struct scan_pattern p = {
			.digit = { k & 3, k >> 2 & 3, k >> 4 & 3, k >> 6 & 3 },
			.mask = { 15, k % 3 ? 15 : 12, 15, 15 },
		};

		for (size_t i = 0; i < 64; i++) {
			uint64_t high, low;
			size_t a = best(bytes, i, 64, &p);

			assert_int_equal(a, scan_portable(bytes, i, 64, &p));
			scan_places(bytes + i * SCAN_BLOCK, &p, &high, &low);
			assert_int_equal(a == i, (high | low) != 0);
		}
	}
}

static void
test_memory(void **state)
{
	struct serials *ser = serials_new();

	(void)state;
	for (int64_t i = 0; i < 65536; i++)
		serials_add(ser, i, (const uint8_t *)&i, sizeof i);
	assert_true(serials_bytes(ser) <= 65536 * 25);
	serials_free(ser);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_best_first),
		cmocka_unit_test(test_look_alike),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_passes_agree),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
