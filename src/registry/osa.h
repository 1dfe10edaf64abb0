/*
 * Typing errors between two words: a letter more, a letter less, another letter,
 * two neighbours swapped (optimal string alignment), by bits.  Bytes are
 * letters, for words are folded.  Any thread; no state.
 */
#ifndef REGISTRY_OSA_H
#define REGISTRY_OSA_H

#include <stddef.h>
#include <stdint.h>

#define OSA_MAX	63	/* bytes of the pattern */

struct osa {
	uint64_t	in[256];	/* bit i: the byte is the pattern's i-th */
	size_t		len;
};

void	 osa_init(struct osa *, const char *pattern, size_t len);

/* Distance to the word, and to the nearest of its beginnings in *prefix. */
unsigned osa_distance(const struct osa *, const char *word, size_t len,
	    unsigned *prefix);

#endif
