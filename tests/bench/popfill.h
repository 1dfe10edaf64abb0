/*
 * A registry filled with the made-up population through the functions that
 * everything else uses.  One thread.
 */
#ifndef TESTS_BENCH_POPFILL_H
#define TESTS_BENCH_POPFILL_H

#include "registry/registry.h"
#include "tests/bench/population.h"

struct popfill {
	uint64_t	 rows;		/* of the population, from its first */
	uint64_t	 fillers;	/* rows more, each with a surname of its own */
	double		 seconds, cpu;	/* out: spent in the registry alone */
	double		 making;	/* out: seconds, of rows */
};

/* Row by row; 0, or -1 with what the registry said. */
int	popfill(struct registry *, const struct pop *, struct popfill *,
	    struct err *);

#endif
