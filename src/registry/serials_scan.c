#include "config.h"

#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "registry/serials_scan.h"

#define AHEAD	4096	/* bytes; need not be there */

typedef uint8_t lane __attribute__((vector_size(16)));
typedef uint64_t wide __attribute__((vector_size(16)));

/* The pattern as bytes to compare with, at both alignments. */
struct bytes {
	uint8_t	even[2], even_mask[2], odd[3], odd_mask[3];
};

static void
prepare(struct bytes *b, const struct scan_pattern *p)
{
	const uint8_t *d = p->digit, *m = p->mask;
	size_t i;

	*b = (struct bytes){
		.even_mask = { (uint8_t)(m[0] << 4 | m[1]),
		    (uint8_t)(m[2] << 4 | m[3]) },
		.odd_mask = { m[0], (uint8_t)(m[1] << 4 | m[2]),
		    (uint8_t)(m[3] << 4) },
		.even = { (uint8_t)(d[0] << 4 | d[1]),
		    (uint8_t)(d[2] << 4 | d[3]) },
		.odd = { d[0], (uint8_t)(d[1] << 4 | d[2]),
		    (uint8_t)(d[3] << 4) },
	};
	for (i = 0; i < sizeof b->even; i++)
		b->even[i] &= b->even_mask[i];
	for (i = 0; i < sizeof b->odd; i++)
		b->odd[i] &= b->odd_mask[i];
}

void
scan_places(const uint8_t *p, const struct scan_pattern *pattern,
    uint64_t *high, uint64_t *low)
{
	struct bytes b;
	size_t i;

	prepare(&b, pattern);
	*high = *low = 0;
	for (i = 0; i < SCAN_BLOCK; i++, p++) {
		if ((p[0] & b.even_mask[0]) == b.even[0] &&
		    (p[1] & b.even_mask[1]) == b.even[1])
			*high |= UINT64_C(1) << i;
		if ((p[0] & b.odd_mask[0]) == b.odd[0] &&
		    (p[1] & b.odd_mask[1]) == b.odd[1] &&
		    (p[2] & b.odd_mask[2]) == b.odd[2])
			*low |= UINT64_C(1) << i;
	}
}

/*
 * In the compiler's own vectors, of the size that every processor of the kind
 * has: what is wider it would take apart into single bytes.
 */
size_t
scan_portable(const uint8_t *p, size_t start, size_t nblocks,
    const struct scan_pattern *pattern)
{
	struct bytes b;
	size_t i, at;

	prepare(&b, pattern);
	for (i = start; i < nblocks; i++) {
		wide any = { 0 };

		for (at = 0; at < SCAN_BLOCK; at += sizeof(lane)) {
			const uint8_t *q = p + i * SCAN_BLOCK + at;
			lane x, y, z;

			memcpy(&x, q, sizeof x);
			memcpy(&y, q + 1, sizeof y);
			memcpy(&z, q + 2, sizeof z);
			any |= (wide)((((x & b.even_mask[0]) == b.even[0]) &
			    ((y & b.even_mask[1]) == b.even[1])) |
			    (((x & b.odd_mask[0]) == b.odd[0]) &
			    ((y & b.odd_mask[1]) == b.odd[1]) &
			    ((z & b.odd_mask[2]) == b.odd[2])));
		}
		if ((any[0] | any[1]) != 0)
			return i;
	}
	return nblocks;
}

#ifdef __x86_64__
/* The bytes of b that the pattern may begin in, as ones. */
static inline __attribute__((always_inline, target("avx2"))) __m256i
begins(const uint8_t *q, const __m256i *v)
{
	__m256i x = _mm256_loadu_si256((const __m256i *)(const void *)q);
	__m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(q + 1));
	__m256i z = _mm256_loadu_si256((const __m256i *)(const void *)(q + 2));
	__m256i even, odd;

	even = _mm256_and_si256(
	    _mm256_cmpeq_epi8(_mm256_and_si256(x, v[0]), v[1]),
	    _mm256_cmpeq_epi8(_mm256_and_si256(y, v[2]), v[3]));
	odd = _mm256_and_si256(
	    _mm256_cmpeq_epi8(_mm256_and_si256(x, v[4]), v[5]),
	    _mm256_cmpeq_epi8(_mm256_and_si256(y, v[6]), v[7]));
	odd = _mm256_and_si256(odd,
	    _mm256_cmpeq_epi8(_mm256_and_si256(z, v[8]), v[9]));
	return _mm256_or_si256(even, odd);
}

static __attribute__((target("avx2"))) size_t
scan_avx2(const uint8_t *p, size_t start, size_t nblocks,
    const struct scan_pattern *pattern)
{
	struct bytes b;
	__m256i v[10];
	size_t i;

	prepare(&b, pattern);
	for (i = 0; i < 2; i++) {
		v[2 * i] = _mm256_set1_epi8((char)b.even_mask[i]);
		v[2 * i + 1] = _mm256_set1_epi8((char)b.even[i]);
	}
	for (i = 0; i < 3; i++) {
		v[2 * i + 4] = _mm256_set1_epi8((char)b.odd_mask[i]);
		v[2 * i + 5] = _mm256_set1_epi8((char)b.odd[i]);
	}
	for (i = start; i < nblocks; i++) {
		const uint8_t *q = p + i * SCAN_BLOCK;
		__m256i any;

		/* The processor's own fetching ends at each page's end. */
		_mm_prefetch((const char *)q + AHEAD, _MM_HINT_T0);
		any = _mm256_or_si256(begins(q, v),
		    begins(q + SCAN_BLOCK / 2, v));

		if (!_mm256_testz_si256(any, any))
			return i;
	}
	return nblocks;
}
#endif

scan_fn *
scan_best(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return scan_avx2;
#endif
	return scan_portable;
}
