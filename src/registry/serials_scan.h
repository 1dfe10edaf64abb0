/*
 * The pass itself: neighbouring hex digits at any place of numbers that lie in
 * two planes, their even bytes in one and their odd ones in the other.  Four
 * digits are looked for in both; of eight, the even bytes hold four wherever
 * they begin, so half of the memory is read.  Any thread; no state.
 */
#ifndef REGISTRY_SERIALS_SCAN_H
#define REGISTRY_SERIALS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCAN_BLOCK	64	/* bytes of a plane */
#define SCAN_PAD	128	/* bytes behind the last block that may be read */
#define SCAN_SHORT	4	/* digits of a pattern, */
#define SCAN_LONG	8	/* or of one that only the even plane is asked for */
#define SCAN_PLACES	4	/* a number's digits lie in the planes by fours */

#define SCAN_TESTS	3	/* bytes that a pattern may cover */

/* Each digit with the bits of it that count: 0xf, or less for look-alikes. */
struct scan_pattern {
	uint8_t	digit[SCAN_LONG], mask[SCAN_LONG];
	size_t	n;		/* SCAN_SHORT or SCAN_LONG */
	/* scan_prepare's: what bytes are to be, and which bits of them */
	struct scan_place {
		uint8_t	want[SCAN_TESTS], bits[SCAN_TESTS];
	} places[SCAN_PLACES];
	bool	alike;		/* any mask is less */
};

void	 scan_prepare(struct scan_pattern *);

struct scan_planes {
	const uint8_t	*even, *odd;
};

/*
 * Where in a block the pattern may begin: bit i of places[p] is for its first
 * digit scan_digit(pattern, p) behind digit 4 * i of the block.
 */
struct scan_found {
	size_t		block;
	uint64_t	places[SCAN_PLACES];
};

#define SCAN_FOUND	16	/* blocks at once */

/*
 * The next blocks, from *at up to nblocks, where the pattern may begin: their
 * number; 0 when there are none left.  *at is where to go on.
 */
typedef size_t	 scan_fn(const struct scan_planes *, size_t *at,
		    size_t nblocks, const struct scan_pattern *,
		    struct scan_found found[static SCAN_FOUND]);

/* Those that this processor can do, the quickest first (rank 0); then NULL. */
scan_fn	*scan_can(size_t rank);

int	 scan_digit(const struct scan_pattern *, size_t place);

/*
 * Whether the even plane tells enough of a long pattern: not if it is all
 * zeros there, of which there are many before short numbers.
 */
bool	 scan_long_tells(const struct scan_pattern *);

#endif
