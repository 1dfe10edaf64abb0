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

/* Of very many that are as good the newest stay, and a better one before them. */
static void
test_newest_first(void **state)
{
	struct serials *ser = serials_new();
	struct serials_hit hits[3];
	uint8_t d[] = { 0xa, 0xb, 0xc, 0xd };
	struct serials_query q = { .digits = d, .n = 4 };
	bool more;

	(void)state;
	for (int64_t row = 1; row <= ROWS; row++)
		serials_add(ser, row, row == 7 ?
		    (const uint8_t *)"\xab\xcd\x22\x33" :
		    (const uint8_t *)"\x11\xab\xcd\x22", 4);
	assert_int_equal(serials_find(ser, &q, hits, 3, &more), 3);
	assert_true(more);
	assert_int_equal(hits[0].row, 7);
	assert_int_equal(hits[1].row, ROWS);
	assert_int_equal(hits[2].row, ROWS - 1);
	assert_true(serials_have_length(ser, 4));
	assert_false(serials_have_length(ser, 5));
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

#define BLOCKS	64

/* The digit of two planes that lie as numbers do, from digit 0 of the block. */
static uint8_t
plane_digit(const struct scan_planes *in, size_t digit)
{
	const uint8_t *plane = digit % 4 < 2 ? in->even : in->odd;

	return digit % 2 ? plane[digit / 4] & 15 : plane[digit / 4] >> 4;
}

/* Whether a place of a block is one where all that is looked at is as it is. */
static bool
is_place(const struct scan_planes *in, size_t digit,
    const struct scan_pattern *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->n == SCAN_LONG && (digit + i) % 4 >= 2)
			continue;
		if ((plane_digit(in, digit + i) & p->mask[i]) !=
		    (p->digit[i] & p->mask[i]))
			return false;
	}
	return true;
}

/* The places of a block, one digit after the other; false: there are none. */
static bool
slow_scan(const struct scan_planes *in, size_t block,
    const struct scan_pattern *p, struct scan_found *found)
{
	bool any = false;

	*found = (struct scan_found){ .block = block };
	for (size_t k = 0; k < SCAN_BLOCK * SCAN_PLACES; k++) {
		size_t place = k % SCAN_PLACES, at = k / SCAN_PLACES;
		/* No first block: what is behind a digit is there. */
		size_t digit = (block * SCAN_BLOCK + at) * 4 +
		    (size_t)scan_digit(p, place);

		if (!is_place(in, digit, p))
			continue;
		found->places[place] |= UINT64_C(1) << at;
		any = true;
	}
	return any;
}

/* Each of those that one pass finds, and no others, in their order. */
static void
check_pass(const struct scan_planes *in, const struct scan_pattern *p,
    scan_fn *scan)
{
	struct scan_found found[SCAN_FOUND], slow;
	size_t at = 1, block = 1, n;

	while ((n = scan(in, &at, BLOCKS, p, found)) > 0)
		for (size_t i = 0; i < n; i++) {
			while (!slow_scan(in, block++, p, &slow))
				assert_true(block < BLOCKS);
			assert_memory_equal(&found[i], &slow, sizeof slow);
		}
	for (; block < BLOCKS; block++)
		assert_false(slow_scan(in, block, p, &slow));
}

/* Whatever processor this runs on, all passes that it can do are tried. */
static void
test_passes_agree(void **state)
{
	struct bed *bed = *state;
	uint8_t even[BLOCKS * SCAN_BLOCK + SCAN_PAD], odd[sizeof even];
	const struct scan_planes in = { even, odd };

	for (size_t i = 0; i < sizeof even; i++) {
		even[i] = (uint8_t)(roll(bed, 4) * 0x10 + roll(bed, 4));
		odd[i] = (uint8_t)(roll(bed, 4) * 0x10 + roll(bed, 4));
	}
	for (unsigned k = 0; k < 128; k++) {
		struct scan_pattern p = { .n = k % 2 ? SCAN_LONG : SCAN_SHORT };

		for (size_t i = 0; i < p.n; i++) {
			p.digit[i] = (uint8_t)roll(bed, k % 5 == 0 ? 5 : 4);
			p.mask[i] = roll(bed, 9) == 0 ? 12 : 15;
		}
		for (size_t i = 0; k % 3 == 0 && i < p.n; i++)
			p.mask[i] = 15;
		scan_prepare(&p);
		for (size_t rank = 0; scan_can(rank) != NULL; rank++)
			check_pass(&in, &p, scan_can(rank));
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
		cmocka_unit_test(test_newest_first),
		cmocka_unit_test(test_look_alike),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_passes_agree),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
