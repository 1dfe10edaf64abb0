/*
 * The pass itself: four neighbouring hex digits, at either alignment, in a run
 * of bytes.  Any thread; no state.
 */
#ifndef REGISTRY_SERIALS_SCAN_H
#define REGISTRY_SERIALS_SCAN_H

#include <stddef.h>
#include <stdint.h>

#define SCAN_BLOCK	64
#define SCAN_PAD	64	/* bytes behind the last block that may be read */

/* Each digit with the bits of it that count: 0xf, or less for look-alikes. */
struct scan_pattern {
	uint8_t	digit[4], mask[4];
};

/*
 * The number of the first block, from start on, with a byte where the pattern
 * may begin (in its high or low half); nblocks if there is none.
 */
typedef size_t	 scan_fn(const uint8_t *, size_t start, size_t nblocks,
		    const struct scan_pattern *);

/* The quickest that this processor can do, and the one that any can. */
scan_fn	*scan_best(void);
scan_fn	 scan_portable;

/* In which bytes of a block it begins, in the high and in the low half. */
void	 scan_places(const uint8_t *block, const struct scan_pattern *,
	    uint64_t *high, uint64_t *low);

#endif
