/*
 * How well names are found: a thousand queries spoilt by rules that know
 * nothing of search (tests/bench/corrupt.h), over the made-up population.  The
 * first seed was looked at while search was tuned; the second was not.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "registry/find.h"
#include "tests/bench/corrupt.h"
#include "tests/bench/popfill.h"
#include "tests/unit/regtest.h"

#define ROWS		20000
#define QUERIES		1000
#define SEED_TUNED	101
#define SEED_FRESH	20261122
#define FIRST		10

#define RECALL_GOAL	98	/* per cent of queries, among the first ten */
#define PLACE_GOAL	90	/* per cent of those that mean one person */

struct bed {
	struct regtest	*place;
	struct registry	*reg;
	struct pop	*pop;
	struct finder	*finder;
};

struct score {
	unsigned queries, found, unique, first;
};

static int
set_up(void **state)
{
	struct bed *bed = mem_alloc(sizeof *bed);
	struct popfill fill = { .rows = ROWS };
	struct err err = ERR_INIT;
	void *place;

	if (regtest_setup(&place) != 0)
		return -1;
	bed->place = place;
	bed->reg = regtest_open(bed->place, REGISTRY_CREATE);
	bed->pop = pop_new(1);
	bed->finder = finder_new();
	assert_int_equal(popfill(bed->reg, bed->pop, &fill, &err), 0);
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	*state = bed;
	return 0;
}

static int
tear_down(void **state)
{
	struct bed *bed = *state;
	void *place = bed->place;

	finder_free(bed->finder);
	pop_free(bed->pop);
	registry_close(bed->reg);
	free(bed);
	return regtest_teardown(&place);
}

static void
ask(struct bed *bed, const struct corrupt_query *q, struct score *score)
{
	struct find_options o = { .max = FIRST, .now = POP_NOW };
	struct find_answer *a;
	struct err err = ERR_INIT;
	size_t i;

	if (finder_ask(bed->finder, bed->reg, q->line, &o, &a, &err) == -1)
		fail_msg("%s: %s", q->line, err.detail);
	for (i = 0; i < a->nhits; i++)
		if (corrupt_fits(q, a->hits[i].cert.holder))
			break;
	score->queries++;
	score->found += i < a->nhits;
	score->unique += q->unique;
	score->first += q->unique && i == 0 && a->nhits > 0;
	if (getenv("FIND_QUALITY_SHOW") != NULL && (i == a->nhits ||
	    (q->unique && i > 0)))
		print_message("# %s \"%s\" meant %s %s, at %zu of %zu, first %s"
		    " (%s)\n", corrupt_id(q->rule), q->line, q->given,
		    q->surname, i, a->nhits,
		    a->nhits > 0 ? a->hits[0].cert.holder : "-",
		    a->nhits > 0 ? a->hits[0].why_arg : "-");
	find_answer_free(a);
}

static void
measure(struct bed *bed, uint64_t seed)
{
	struct corrupt_query *q = mem_array(QUERIES, sizeof *q);
	struct score by_rule[CORRUPT_RULES] = { { 0 } }, all = { 0 };
	size_t i;

	for (i = 0; i < QUERIES; i++)
		corrupt_make(bed->pop, ROWS, seed, i, &q[i]);
	corrupt_census(bed->pop, ROWS, q, QUERIES);
	for (i = 0; i < QUERIES; i++)
		ask(bed, &q[i], &by_rule[q[i].rule]);
	for (i = 0; i < CORRUPT_RULES; i++) {
		all.queries += by_rule[i].queries;
		all.found += by_rule[i].found;
		all.unique += by_rule[i].unique;
		all.first += by_rule[i].first;
		print_message("# %-8s found %3u of %3u, first %3u of %3u\n",
		    corrupt_id((enum corrupt_rule)i), by_rule[i].found,
		    by_rule[i].queries, by_rule[i].first, by_rule[i].unique);
	}
	print_message("# seed %llu: found %u of %u, first %u of %u\n",
	    (unsigned long long)seed, all.found, all.queries, all.first,
	    all.unique);
	free(q);
	assert_true(all.found * 100 >= all.queries * RECALL_GOAL);
	assert_true(all.unique > QUERIES / 4);
	assert_true(all.first * 100 >= all.unique * PLACE_GOAL);
}

static void
test_seed_of_tuning(void **state)
{
	measure(*state, SEED_TUNED);
}

static void
test_seed_not_tuned_with(void **state)
{
	measure(*state, SEED_FRESH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seed_of_tuning),
		cmocka_unit_test(test_seed_not_tuned_with),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
