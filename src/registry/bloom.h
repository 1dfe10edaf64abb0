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

#define BLOOM_BYTES_MAX	((size_t)2 << 20)

struct bloom;

struct bloom	*bloom_new(int64_t expected);
void		 bloom_free(struct bloom *);		/* NULL is fine */
void		 bloom_add(struct bloom *, const uint8_t *, size_t);
bool		 bloom_may_hold(const struct bloom *, const uint8_t *, size_t);

#endif
