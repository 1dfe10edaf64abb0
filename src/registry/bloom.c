#include "config.h"

#include "registry/bloom.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BITS_EACH	16	/* with four of them: one needless look in 400 */
#define BYTES_MIN	64

/* All bits of one element lie in one line of the processor's cache. */
struct bloom {
	uint64_t	(*lines)[8];
	uint64_t	 mask;		/* of the line's number */
};

struct bloom *
bloom_new(int64_t expected)
{
	struct bloom *b = mem_alloc(sizeof *b);
	size_t bytes = BYTES_MIN;

	while (bytes < BLOOM_BYTES_MAX &&
	    (int64_t)bytes * 8 < expected * BITS_EACH)
		bytes *= 2;
	b->lines = mem_alloc(bytes);
	b->mask = bytes / sizeof *b->lines - 1;
	return b;
}

void
bloom_free(struct bloom *b)
{
	if (b != NULL)
		free(b->lines);
	free(b);
}

/*
 * Serial numbers are random or count up, so their last bytes tell them apart;
 * multiplying spreads them over all bits (the odd constant is 2^64 divided by
 * the golden ratio).
 */
static uint64_t
hash(const uint8_t *p, size_t len)
{
	uint64_t h = len, word;

	while (len > 0) {
		size_t n = len < sizeof word ? len : sizeof word;

		word = 0;
		memcpy(&word, p, n);
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
		p += n;
		len -= n;
	}
	h *= UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

void
bloom_add(struct bloom *b, const uint8_t *p, size_t len)
{
	uint64_t h = hash(p, len), *line = b->lines[h >> 36 & b->mask];

	for (int i = 0; i < 4; i++, h >>= 9)
		line[h >> 6 & 7] |= UINT64_C(1) << (h & 63);
}

bool
bloom_may_hold(const struct bloom *b, const uint8_t *p, size_t len)
{
	uint64_t h = hash(p, len);
	const uint64_t *line = b->lines[h >> 36 & b->mask];

	for (int i = 0; i < 4; i++, h >>= 9) {
		if ((line[h >> 6 & 7] & UINT64_C(1) << (h & 63)) == 0)
			return false;
	}
	return true;
}
