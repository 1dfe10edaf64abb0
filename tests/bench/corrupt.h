/*
 * What people make of a name when they type it from memory, from the telephone
 * or in a hurry: by rules, from a seed, over the made-up population.  Search is
 * measured with it; the rules know nothing of how search works.  Any thread; no
 * state.
 */
#ifndef TESTS_BENCH_CORRUPT_H
#define TESTS_BENCH_CORRUPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/bench/population.h"

enum corrupt_rule {
	CORRUPT_PLAIN,		/* no diacritics, lower case */
	CORRUPT_TYPO,		/* one: a neighbour's key, a letter more or less, two swapped */
	CORRUPT_TYPOS,		/* two of them */
	CORRUPT_SWAPPED,	/* surname first, and carelessly typed */
	CORRUPT_SOUND,		/* rz for ż, ó for u, ch for h, om for ą ... */
	CORRUPT_INITIAL,	/* the given name's first letter alone */
	CORRUPT_HALF,		/* half of a double-barrelled surname */
	CORRUPT_CASE,		/* odd capitals, blanks, no hyphen */
	CORRUPT_RULES
};

struct corrupt_query {
	enum corrupt_rule rule;
	uint64_t	 row;		/* of the population, that was meant */
	uint64_t	 person;
	char		 given[48];	/* what was meant, as it is spelt */
	char		 surname[96];	/* the half that was meant, of a double one */
	char		 line[POP_TEXT];
	bool		 unique;	/* corrupt_census: only one person is meant */
	uint64_t	 key;		/* corrupt_census's own */
};

/* The j-th query of a seed about one of the first rows of the population. */
void	 corrupt_make(const struct pop *, uint64_t rows, uint64_t seed,
	    uint64_t j, struct corrupt_query *);

/* Find out for which of n queries only one person could have been meant. */
void	 corrupt_census(const struct pop *, uint64_t rows,
	    struct corrupt_query *, size_t n);

/* Whether a holder's name is one that was meant. */
bool	 corrupt_fits(const struct corrupt_query *, const char *holder);

const char *corrupt_id(enum corrupt_rule);	/* "typo" */

#endif
