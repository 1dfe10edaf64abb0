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

#include "base/buf.h"

#define BLOOM_BYTES_MAX	((size_t)2 << 20)

struct bloom;

struct bloom	*bloom_new(int64_t expected);
void		 bloom_free(struct bloom *);		/* NULL is fine */

/* After the last bloom_add settle it, once: then it may be asked, or kept. */
void		 bloom_add(struct bloom *, const uint8_t *, size_t);
void		 bloom_settle(struct bloom *);
size_t		 bloom_count(const struct bloom *);	/* added in all */

/*
 * Ask by hash.  Fetch some time before asking, and ask for others meanwhile:
 * memory takes longer than all the rest.
 */
uint64_t	 bloom_hash(const uint8_t *, size_t);
void		 bloom_fetch(const struct bloom *, uint64_t hash);
bool		 bloom_may_hold(const struct bloom *, uint64_t hash);

/*
 * What a settled one is kept as, borrowed; and one of such bytes, which may be
 * added to and must then be settled again.  NULL when they cannot be one's.
 */
struct span	 bloom_bytes(const struct bloom *);
struct bloom	*bloom_of_bytes(struct span, size_t count);

#endif
