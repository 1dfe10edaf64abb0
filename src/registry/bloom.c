#include "config.h"

#include "registry/bloom.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BITS_EACH	16	/* with eight of them: one needless look in 1,000 */
#define BYTES_MIN	64
#define WAITING		16	/* a power of two */

/*
 * All bits of one element lie in one line of the processor's cache.  Lines are
 * far apart, so they are fetched ahead: what is added waits until the line of
 * the first of those that wait has come.
 */
struct bloom {
	uint64_t	(*lines)[8];
	uint64_t	 mask;		/* of the line's number */
	uint64_t	 waiting[WAITING];
	size_t		 n, fresh;	/* added in all, and since it was settled */
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
 * Which four bits of a line, from the low 36 of a hash.  All four are looked at,
 * since any of them may be the first that is missing: guessing which costs the
 * processor more than looking.
 */
static inline bool
has_four(const uint64_t *line, uint64_t h)
{
	return (line[h >> 6 & 7] >> (h & 63) &
	    line[h >> 15 & 7] >> (h >> 9 & 63) &
	    line[h >> 24 & 7] >> (h >> 18 & 63) &
	    line[h >> 33 & 7] >> (h >> 27 & 63) & 1) != 0;
}

static void
set_four(uint64_t *line, uint64_t h)
{
	for (int i = 0; i < 4; i++, h >>= 9)
		line[h >> 6 & 7] |= UINT64_C(1) << (h & 63);
}

/* Four more bits, that the first four say nothing of. */
static inline uint64_t
again(uint64_t h)
{
	return h * BLOOM_GOLDEN >> 28;
}

static void
set_bits(struct bloom *b, uint64_t h)
{
	uint64_t *line = b->lines[h >> 36 & b->mask];

	set_four(line, h);
	set_four(line, again(h));
}

void
bloom_add_now(struct bloom *b, uint64_t hash)
{
	set_bits(b, hash);
}

void
bloom_add(struct bloom *b, const uint8_t *p, size_t len)
{
	uint64_t h = bloom_hash(p, len);
	size_t at = b->fresh++ % WAITING;

	b->n++;
	if (b->fresh > WAITING)
		set_bits(b, b->waiting[at]);
	b->waiting[at] = h;
	__builtin_prefetch(b->lines[h >> 36 & b->mask], 1);
}

/*
 * The number of a line is the low bits of a hash, so a set in half the room is
 * both halves laid over each other.
 */
static void
halve(struct bloom *b)
{
	size_t half = (b->mask + 1) / 2;

	for (size_t i = 0; i < half; i++) {
		for (size_t k = 0; k < 8; k++)
			b->lines[i][k] |= b->lines[half + i][k];
	}
	b->mask = half - 1;
}

void
bloom_settle(struct bloom *b)
{
	size_t waiting = b->fresh < WAITING ? b->fresh : WAITING;

	for (size_t i = 0; i < waiting; i++)
		set_bits(b, b->waiting[i]);
	b->fresh = 0;
	while (b->mask > 0 && (b->mask + 1) / 2 * sizeof *b->lines * 8 >=
	    b->n * BITS_EACH)
		halve(b);
	b->lines = mem_grow(b->lines, b->mask + 1, sizeof *b->lines);
}

size_t
bloom_count(const struct bloom *b)
{
	return b->n;
}

struct span
bloom_bytes(const struct bloom *b)
{
	return span_of((const uint8_t *)b->lines, (b->mask + 1) *
	    sizeof *b->lines);
}

struct bloom *
bloom_kept(int64_t bytes, int64_t count)
{
	struct bloom *b;

	if (bytes < BYTES_MIN || bytes > (int64_t)BLOOM_BYTES_MAX ||
	    (bytes & (bytes - 1)) != 0 || count < 0)
		return NULL;
	b = mem_alloc(sizeof *b);
	b->lines = mem_alloc((size_t)bytes);
	b->mask = (size_t)bytes / sizeof *b->lines - 1;
	b->n = (size_t)count;
	return b;
}

int
bloom_put(struct bloom *b, size_t at, struct span bytes)
{
	size_t size = bloom_bytes(b).len;

	if (at > size || bytes.len > size - at)
		return -1;
	if (bytes.len > 0)
		memcpy((uint8_t *)b->lines + at, bytes.p, bytes.len);
	return 0;
}

uint64_t
bloom_may_hold(const struct bloom *b, const uint64_t *hashes, size_t n)
{
	uint64_t may = 0;

	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(b->lines[hashes[i] >> 36 & b->mask], 0);
	for (size_t i = 0; i < n; i++) {
		uint64_t h = hashes[i];
		const uint64_t *line = b->lines[h >> 36 & b->mask];

		if (has_four(line, h) && has_four(line, again(h)))
			may |= UINT64_C(1) << i;
	}
	return may;
}
