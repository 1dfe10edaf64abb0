/*
 * A set that may be asked whether it can hold something: "no" is certain, "yes"
 * is to be looked up.  Its memory is bounded whatever it is filled with; what
 * grows is the share of needless looking up.  One thread.
 */
#ifndef REGISTRY_BLOOM_H
#define REGISTRY_BLOOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#define BLOOM_BYTES_MAX	((size_t)2 << 20)

struct bloom;

struct bloom	*bloom_new(int64_t expected);
void		 bloom_free(struct bloom *);		/* NULL is fine */

/* After the last bloom_add settle it, once: then it may be asked, or kept. */
void		 bloom_add(struct bloom *, const uint8_t *, size_t);
void		 bloom_settle(struct bloom *);
size_t		 bloom_count(const struct bloom *);	/* added in all */

/* Or each at once, by hash: it may be asked meanwhile, and is not to be kept. */
void		 bloom_add_now(struct bloom *, uint64_t hash);

/*
 * Ask by hash, of up to 64 together: bit i of the answer is the i-th's.  Memory
 * takes longer than all the rest, and is waited for once.
 */
#define BLOOM_TOGETHER	64

uint64_t	 bloom_may_hold(const struct bloom *, const uint64_t *hashes,
		    size_t n);

/*
 * What a settled one is kept as, borrowed; and one of as many such bytes, which
 * are put into it by and by.  That may be added to and must then be settled
 * again.  NULL or -1 when there cannot be so many.
 */
struct span	 bloom_bytes(const struct bloom *);
struct bloom	*bloom_kept(int64_t bytes, int64_t count);
int		 bloom_put(struct bloom *, size_t at, struct span bytes);

/* --- hashes ----------------------------------------------------------------- */

#define BLOOM_GOLDEN	UINT64_C(0x9e3779b97f4a7c15)	/* 2^64 / golden ratio */

/* Fewer than eight bytes as a word; some of them twice. */
static inline uint64_t
bloom_short(const uint8_t *p, size_t len)
{
	uint32_t first, last;

	if (len < sizeof first)
		return len == 0 ? 0 : p[0] | (uint64_t)p[len / 2] << 8 |
		    (uint64_t)p[len - 1] << 16;
	memcpy(&first, p, sizeof first);
	memcpy(&last, p + len - sizeof last, sizeof last);
	return first | (uint64_t)last << 32;
}

/* Multiplying spreads low bits upwards, shifting brings high ones down. */
static inline uint64_t
bloom_mix(uint64_t h)
{
	h *= BLOOM_GOLDEN;
	return h ^ h >> 29;
}

/*
 * Serial numbers are random or count up, so their last bytes tell them apart.
 * Whole words, the last of which may have some bytes of the one before it.
 */
static inline uint64_t
bloom_hash(const uint8_t *p, size_t len)
{
	uint64_t h = len, word;

	if (len >= sizeof word) {
		for (size_t at = 0; at + sizeof word < len; at += sizeof word) {
			memcpy(&word, p + at, sizeof word);
			h = bloom_mix(h ^ word);
		}
		memcpy(&word, p + len - sizeof word, sizeof word);
	} else
		word = bloom_short(p, len);
	return bloom_mix(bloom_mix(h ^ word));
}

#endif
