#include "config.h"

#include <string.h>

#include "registry/osa.h"

void
osa_init(struct osa *osa, const char *pattern, size_t len)
{
	size_t i;

	memset(osa, 0, sizeof *osa);
	osa->len = len < OSA_MAX ? len : OSA_MAX;
	for (i = 0; i < osa->len; i++)
		osa->in[(uint8_t)pattern[i]] |= UINT64_C(1) << i;
}

/*
 * Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
 * distances" (2003): columns of the table as differences, one bit a row.
 */
unsigned
osa_distance(const struct osa *osa, const char *word, size_t len,
    unsigned *prefix)
{
	uint64_t up = ~UINT64_C(0), down = 0, diagonal = 0, before = 0, last;
	unsigned score = (unsigned)osa->len, best = score;
	size_t i;

	if (osa->len == 0) {
		*prefix = 0;
		return (unsigned)len;
	}
	last = UINT64_C(1) << (osa->len - 1);
	for (i = 0; i < len; i++) {
		uint64_t in = osa->in[(uint8_t)word[i]], more, less;
		uint64_t swapped = ((~diagonal & in) << 1) & before;

		diagonal = ((((in & up) + up) ^ up) | in | down) | swapped;
		more = down | ~(diagonal | up);
		less = up & diagonal;
		score += (more & last) != 0;
		score -= (less & last) != 0;
		more = more << 1 | 1;
		up = less << 1 | ~(diagonal | more);
		down = diagonal & more;
		before = in;
		best = score < best ? score : best;
	}
	*prefix = best;
	return score;
}
