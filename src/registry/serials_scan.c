#include "config.h"

#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "base/cpu.h"
#include "registry/serials_scan.h"

#define AHEAD	4096	/* bytes; need not be there */

typedef uint8_t lane __attribute__((vector_size(16)));
typedef uint64_t wide __attribute__((vector_size(16)));

/*
 * A place is what three neighbouring bytes are to be.  Of a short pattern they
 * are an even, an odd and an even one, or the other way round; of a long one
 * they are even ones.  Which digits are in each, high half and low; -1: any.
 */
static const int8_t short_digits[SCAN_PLACES][SCAN_TESTS][2] = {
	{ { 0, 1 }, { 2, 3 }, { -1, -1 } },
	{ { -1, 0 }, { 1, 2 }, { 3, -1 } },
	{ { 0, 1 }, { 2, 3 }, { -1, -1 } },
	{ { -1, 0 }, { 1, 2 }, { 3, -1 } },
};

static const int8_t long_digits[SCAN_PLACES][SCAN_TESTS][2] = {
	{ { 0, 1 }, { 4, 5 }, { -1, -1 } },
	{ { -1, 0 }, { 3, 4 }, { 7, -1 } },
	{ { 2, 3 }, { 6, 7 }, { -1, -1 } },
	{ { 1, 2 }, { 5, 6 }, { -1, -1 } },
};

int
scan_digit(const struct scan_pattern *pattern, size_t place)
{
	static const int behind[SCAN_PLACES] = { 0, 1, -2, -1 };

	return pattern->n == SCAN_LONG ? behind[place] : (int)place;
}

void
scan_prepare(struct scan_pattern *p)
{
	const int8_t (*digits)[SCAN_TESTS][2] = p->n == SCAN_LONG ?
	    long_digits : short_digits;

	memset(p->places, 0, sizeof p->places);
	p->alike = false;
	for (size_t i = 0; i < p->n; i++)
		p->alike |= p->mask[i] != 0xf;
	for (size_t i = 0; i < SCAN_PLACES * SCAN_TESTS * 2; i++) {
		size_t test = i / 2 % SCAN_TESTS, k = i / 2 / SCAN_TESTS;
		int d = digits[k][test][i % 2], up = i % 2 ? 0 : 4;

		if (d < 0)
			continue;
		p->places[k].bits[test] |= (uint8_t)(p->mask[d] << up);
		p->places[k].want[test] |=
		    (uint8_t)((p->digit[d] & p->mask[d]) << up);
	}
}

bool
scan_long_tells(const struct scan_pattern *pattern)
{
	const struct scan_place *p = pattern->places;

	for (size_t i = 0; i < SCAN_PLACES; i++)
		if ((p[i].want[0] | p[i].want[1] | p[i].want[2]) == 0)
			return false;
	return true;
}

/* The planes in which a place's first and third byte, and its second, are. */
static void
planes_of(const struct scan_planes *in, size_t n, size_t place,
    const uint8_t **a, const uint8_t **b)
{
	bool late = n == SCAN_SHORT && place >= SCAN_PLACES / 2;

	*a = late ? in->odd : in->even;
	*b = n == SCAN_LONG || late ? in->even : in->odd;
	/* The one behind it in the same plane, but for an odd one after an even. */
	*b += n == SCAN_LONG || late;
}

static uint64_t
find_bits(const uint8_t *a, const uint8_t *b, size_t third,
    const struct scan_place *p)
{
	uint64_t found = 0;

	for (size_t i = 0; i < SCAN_BLOCK; i++) {
		if ((a[i] & p->bits[0]) == p->want[0] &&
		    (b[i] & p->bits[1]) == p->want[1] &&
		    (a[i + third] & p->bits[2]) == p->want[2])
			found |= UINT64_C(1) << i;
	}
	return found;
}

/*
 * In the compiler's own vectors, of the size that every processor of the kind
 * has: what is wider it would take apart into single bytes.
 */
static bool
any_found(const uint8_t *a, const uint8_t *b, size_t third,
    const struct scan_place *p)
{
	wide any = { 0 };

	for (size_t at = 0; at < SCAN_BLOCK; at += sizeof(lane)) {
		lane x, y, z;

		memcpy(&x, a + at, sizeof x);
		memcpy(&y, b + at, sizeof y);
		memcpy(&z, a + at + third, sizeof z);
		any |= (wide)(((x & p->bits[0]) == p->want[0]) &
		    ((y & p->bits[1]) == p->want[1]) &
		    ((z & p->bits[2]) == p->want[2]));
	}
	return (any[0] | any[1]) != 0;
}

static size_t
scan_portable(const struct scan_planes *in, size_t *next, size_t nblocks,
    const struct scan_pattern *pattern,
    struct scan_found found[static SCAN_FOUND])
{
	size_t n = 0, i;

	size_t third = pattern->n == SCAN_LONG ? 2 : 1;
	const uint8_t *a[SCAN_PLACES], *b[SCAN_PLACES];
	const struct scan_place *p = pattern->places;

	for (size_t k = 0; k < SCAN_PLACES; k++)
		planes_of(in, pattern->n, k, &a[k], &b[k]);
	for (i = *next; i < nblocks && n < SCAN_FOUND; i++) {
		size_t at = i * SCAN_BLOCK;
		bool any = false;

		for (size_t k = 0; k < SCAN_PLACES; k++)
			any |= any_found(a[k] + at, b[k] + at, third, &p[k]);
		if (!any)
			continue;
		found[n].block = i;
		for (size_t k = 0; k < SCAN_PLACES; k++)
			found[n].places[k] = find_bits(a[k] + at, b[k] + at,
			    third, &p[k]);
		n++;
	}
	*next = i;
	return n;
}

#ifdef __x86_64__
#define AVX2	inline __attribute__((always_inline, target("avx2")))

struct place256 {
	__m256i	want[SCAN_TESTS], bits[SCAN_TESTS];
};

static AVX2 __m256i
load(const uint8_t *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* Without look-alikes, only bytes of which a half counts have to be masked. */
static AVX2 __m256i
is(__m256i v, const struct place256 *p, size_t test, bool masked)
{
	return _mm256_cmpeq_epi8(masked ? _mm256_and_si256(v, p->bits[test]) :
	    v, p->want[test]);
}

static AVX2 __m256i
two(__m256i x, __m256i y, const struct place256 *p, bool alike)
{
	return _mm256_and_si256(is(x, p, 0, alike), is(y, p, 1, alike));
}

/*
 * Three digits of four make out all but a thirtieth of the blocks; the fourth,
 * half a byte further on, is asked for where they are met.
 */
static AVX2 __m256i
three(__m256i x, __m256i y, __m256i z, const struct place256 *p, bool alike,
    bool whole)
{
	__m256i met = _mm256_and_si256(is(x, p, 0, true), is(y, p, 1, alike));

	return whole ? _mm256_and_si256(met, is(z, p, 2, true)) : met;
}

/* Half a block: the bytes that each place is met at, as ones. */
static AVX2 void
short_half(const struct scan_planes *in, size_t at,
    const struct place256 p[static SCAN_PLACES], bool alike, bool whole,
    __m256i out[static SCAN_PLACES])
{
	__m256i e = load(in->even + at), e1 = load(in->even + at + 1);
	__m256i o = load(in->odd + at);
	__m256i o1 = whole ? load(in->odd + at + 1) : o;

	out[0] = two(e, o, &p[0], alike);
	out[1] = three(e, o, e1, &p[1], alike, whole);
	out[2] = two(o, e1, &p[2], alike);
	out[3] = three(o, e1, o1, &p[3], alike, whole);
}

static AVX2 void
long_half(const struct scan_planes *in, size_t at,
    const struct place256 p[static SCAN_PLACES], bool alike,
    __m256i out[static SCAN_PLACES])
{
	__m256i x = load(in->even + at), y = load(in->even + at + 1);
	__m256i z = load(in->even + at + 2);

	out[0] = two(x, y, &p[0], alike);
	out[1] = three(x, y, z, &p[1], alike, true);
	out[2] = two(x, y, &p[2], alike);
	out[3] = two(x, y, &p[3], alike);
}

static AVX2 void
half(const struct scan_planes *in, size_t at,
    const struct place256 p[static SCAN_PLACES], bool is_long, bool alike,
    bool whole, __m256i out[static SCAN_PLACES])
{
	if (is_long)
		long_half(in, at, p, alike, out);
	else
		short_half(in, at, p, alike, whole, out);
}

static AVX2 __m256i
any_of(const struct scan_planes *in, size_t at,
    const struct place256 p[static SCAN_PLACES], bool is_long, bool alike)
{
	__m256i out[SCAN_PLACES];

	half(in, at, p, is_long, alike, false, out);
	return _mm256_or_si256(_mm256_or_si256(out[0], out[1]),
	    _mm256_or_si256(out[2], out[3]));
}

/* Worked out again for the few blocks where there may be any: whether there is. */
static __attribute__((noinline, target("avx2"))) bool
find256(const struct scan_planes *in, size_t at, const struct place256 *p,
    bool is_long, struct scan_found *found)
{
	__m256i a[SCAN_PLACES], b[SCAN_PLACES];
	uint64_t any = 0;

	half(in, at, p, is_long, true, true, a);
	half(in, at + SCAN_BLOCK / 2, p, is_long, true, true, b);
	for (size_t k = 0; k < SCAN_PLACES; k++) {
		found->places[k] = (uint64_t)(uint32_t)
		    _mm256_movemask_epi8(b[k]) << 32 |
		    (uint32_t)_mm256_movemask_epi8(a[k]);
		any |= found->places[k];
	}
	return any != 0;
}

static AVX2 size_t
scan256(const struct scan_planes *in, size_t *next, size_t nblocks,
    const struct scan_pattern *pattern, bool is_long, bool alike,
    struct scan_found found[static SCAN_FOUND])
{
	struct place256 p[SCAN_PLACES];
	size_t n = 0, i;

	for (size_t k = 0; k < SCAN_PLACES * SCAN_TESTS; k++) {
		const struct scan_place *from = &pattern->places[k /
		    SCAN_TESTS];
		struct place256 *to = &p[k / SCAN_TESTS];

		to->want[k % SCAN_TESTS] = _mm256_set1_epi8((char)
		    from->want[k % SCAN_TESTS]);
		to->bits[k % SCAN_TESTS] = _mm256_set1_epi8((char)
		    from->bits[k % SCAN_TESTS]);
	}
	for (i = *next; i < nblocks && n < SCAN_FOUND; i++) {
		size_t at = i * SCAN_BLOCK;
		__m256i any;

		/* The processor's own fetching ends at each page's end. */
		_mm_prefetch((const char *)in->even + at + AHEAD, _MM_HINT_T0);
		if (!is_long)
			_mm_prefetch((const char *)in->odd + at + AHEAD,
			    _MM_HINT_T0);
		any = _mm256_or_si256(any_of(in, at, p, is_long, alike),
		    any_of(in, at + SCAN_BLOCK / 2, p, is_long, alike));
		if (!_mm256_testz_si256(any, any)) {
			found[n].block = i;
			n += find256(in, at, p, is_long, &found[n]);
		}
	}
	*next = i;
	return n;
}

static __attribute__((target("avx2"))) size_t
scan_avx2(const struct scan_planes *in, size_t *next, size_t nblocks,
    const struct scan_pattern *pattern,
    struct scan_found found[static SCAN_FOUND])
{
	if (pattern->alike)
		return scan256(in, next, nblocks, pattern,
		    pattern->n == SCAN_LONG, true, found);
	return pattern->n == SCAN_LONG ?
	    scan256(in, next, nblocks, pattern, true, false, found) :
	    scan256(in, next, nblocks, pattern, false, false, found);
}

/*
 * The same by sixty-four bytes: a block at once, and what is met comes as bits.
 * Each compare looks only where the one before it met.
 */
#define AVX512	inline __attribute__((always_inline, target("avx512bw")))

struct place512 {
	__m512i	want[SCAN_TESTS], bits[SCAN_TESTS];
};

static AVX512 __m512i
load512(const uint8_t *p)
{
	return _mm512_loadu_si512((const void *)p);
}

static AVX512 __mmask64
also(__mmask64 where, __m512i v, const struct place512 *p, size_t test,
    bool masked)
{
	return _mm512_mask_cmpeq_epi8_mask(where, masked ?
	    _mm512_and_si512(v, p->bits[test]) : v, p->want[test]);
}

static AVX512 __mmask64
two512(__m512i x, __m512i y, const struct place512 *p, bool alike)
{
	return also(also(~(__mmask64)0, x, p, 0, alike), y, p, 1, alike);
}

static AVX512 __mmask64
three512(__m512i x, __m512i y, __m512i z, const struct place512 *p, bool alike,
    bool whole)
{
	__mmask64 met = also(also(~(__mmask64)0, x, p, 0, true), y, p, 1, alike);

	return whole ? also(met, z, p, 2, true) : met;
}

static AVX512 void
block512(const struct scan_planes *in, size_t at,
    const struct place512 p[static SCAN_PLACES], bool is_long, bool alike,
    bool whole, __mmask64 out[static SCAN_PLACES])
{
	__m512i e = load512(in->even + at), e1 = load512(in->even + at + 1);

	if (is_long) {
		__m512i e2 = load512(in->even + at + 2);

		out[0] = two512(e, e1, &p[0], alike);
		out[1] = three512(e, e1, e2, &p[1], alike, true);
		out[2] = two512(e, e1, &p[2], alike);
		out[3] = two512(e, e1, &p[3], alike);
	} else {
		__m512i o = load512(in->odd + at);
		__m512i o1 = whole ? load512(in->odd + at + 1) : o;

		out[0] = two512(e, o, &p[0], alike);
		out[1] = three512(e, o, e1, &p[1], alike, whole);
		out[2] = two512(o, e1, &p[2], alike);
		out[3] = three512(o, e1, o1, &p[3], alike, whole);
	}
}

static __attribute__((noinline, target("avx512bw"))) bool
find512(const struct scan_planes *in, size_t at, const struct place512 *p,
    bool is_long, struct scan_found *found)
{
	__mmask64 out[SCAN_PLACES];

	block512(in, at, p, is_long, true, true, out);
	for (size_t k = 0; k < SCAN_PLACES; k++)
		found->places[k] = out[k];
	return (out[0] | out[1] | out[2] | out[3]) != 0;
}

static AVX512 size_t
scan512(const struct scan_planes *in, size_t *next, size_t nblocks,
    const struct scan_pattern *pattern, bool is_long, bool alike,
    struct scan_found found[static SCAN_FOUND])
{
	struct place512 p[SCAN_PLACES];
	size_t n = 0, i;

	for (size_t k = 0; k < SCAN_PLACES * SCAN_TESTS; k++) {
		const struct scan_place *from = &pattern->places[k /
		    SCAN_TESTS];
		struct place512 *to = &p[k / SCAN_TESTS];

		to->want[k % SCAN_TESTS] = _mm512_set1_epi8((char)
		    from->want[k % SCAN_TESTS]);
		to->bits[k % SCAN_TESTS] = _mm512_set1_epi8((char)
		    from->bits[k % SCAN_TESTS]);
	}
	for (i = *next; i < nblocks && n < SCAN_FOUND; i++) {
		size_t at = i * SCAN_BLOCK;
		__mmask64 out[SCAN_PLACES];

		_mm_prefetch((const char *)in->even + at + AHEAD, _MM_HINT_T0);
		if (!is_long)
			_mm_prefetch((const char *)in->odd + at + AHEAD,
			    _MM_HINT_T0);
		block512(in, at, p, is_long, alike, false, out);
		if ((out[0] | out[1] | out[2] | out[3]) != 0) {
			found[n].block = i;
			n += find512(in, at, p, is_long, &found[n]);
		}
	}
	*next = i;
	return n;
}

static __attribute__((target("avx512bw"))) size_t
scan_avx512(const struct scan_planes *in, size_t *next, size_t nblocks,
    const struct scan_pattern *pattern,
    struct scan_found found[static SCAN_FOUND])
{
	if (pattern->alike)
		return scan512(in, next, nblocks, pattern,
		    pattern->n == SCAN_LONG, true, found);
	return pattern->n == SCAN_LONG ?
	    scan512(in, next, nblocks, pattern, true, false, found) :
	    scan512(in, next, nblocks, pattern, false, false, found);
}
#endif

scan_fn *
scan_can(size_t rank)
{
#ifdef __x86_64__
	if (CPU_HAS_AVX512BW && rank-- == 0)
		return scan_avx512;
	if (CPU_HAS_AVX2 && rank-- == 0)
		return scan_avx2;
#endif
	return rank == 0 ? scan_portable : NULL;
}
