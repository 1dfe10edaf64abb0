/*
 * The words of the made-up population, and how many there are of each kind.
 * Constant; any thread.
 */
#ifndef TESTS_BENCH_POPULATION_NAMES_H
#define TESTS_BENCH_POPULATION_NAMES_H

#include <stddef.h>

#define POP_LIST(name)							\
	extern const char *const name[];				\
	extern const size_t name##_count

POP_LIST(pop_surnames);		/* commonest first, masculine */
POP_LIST(pop_stems);
POP_LIST(pop_endings);		/* "ski/ska": of both sexes */
POP_LIST(pop_women);		/* commonest first, an age's letter before each */
POP_LIST(pop_men);
POP_LIST(pop_foreign_given);	/* a man's and a woman's in turn */
POP_LIST(pop_foreign_surnames);
POP_LIST(pop_trades);
POP_LIST(pop_legal_forms);
POP_LIST(pop_models);

#undef POP_LIST

#endif
