/* Names as people type them: each rule does what it is called, and no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "tests/bench/corrupt.h"

#define ROWS	20000
#define QUERIES	1600

struct bed {
	struct pop		*pop;
	struct corrupt_query	*q;
};

static int
set_up(void **state)
{
	struct bed *bed = mem_alloc(sizeof *bed);

	bed->pop = pop_new(1);
	bed->q = mem_array(QUERIES, sizeof *bed->q);
	for (size_t j = 0; j < QUERIES; j++)
		corrupt_make(bed->pop, ROWS, 11, j, &bed->q[j]);
	corrupt_census(bed->pop, ROWS, bed->q, QUERIES);
	*state = bed;
	return 0;
}

static int
tear_down(void **state)
{
	struct bed *bed = *state;

	pop_free(bed->pop);
	free(bed->q);
	free(bed);
	return 0;
}

static void
folded(const char *s, char *buf)
{
	(void)text_fold(s, buf, POP_TEXT);
}

/* Whether the line, folded, is the name that was meant, in either order. */
static bool
same_words(const struct corrupt_query *q)
{
	char line[POP_TEXT], name[POP_TEXT], both[2 * POP_TEXT];

	folded(q->line, line);
	snprintf(both, sizeof both, "%s %s", q->given, q->surname);
	folded(both, name);
	if (strcmp(line, name) == 0)
		return true;
	snprintf(both, sizeof both, "%s %s", q->surname, q->given);
	folded(both, name);
	return strcmp(line, name) == 0;
}

static void
each_rule_is_kept(void **state)
{
	struct bed *bed = *state;
	size_t kept[CORRUPT_RULES] = { 0 };

	for (size_t j = 0; j < QUERIES; j++)
		kept[bed->q[j].rule] += same_words(&bed->q[j]);
	assert_int_equal(kept[CORRUPT_PLAIN], QUERIES / CORRUPT_RULES);
	assert_int_equal(kept[CORRUPT_SWAPPED], QUERIES / CORRUPT_RULES);
	assert_int_equal(kept[CORRUPT_CASE], QUERIES / CORRUPT_RULES);
	assert_int_equal(kept[CORRUPT_HALF], QUERIES / CORRUPT_RULES);
	assert_int_equal(kept[CORRUPT_INITIAL], 0);
	/* Some slips fold away: the key beside ł may be the l of it. */
	assert_true(kept[CORRUPT_TYPO] < QUERIES / CORRUPT_RULES / 20);
	assert_true(kept[CORRUPT_TYPOS] < QUERIES / CORRUPT_RULES / 20);
	/* ó for u, folded, is o for u: the words differ. */
	assert_true(kept[CORRUPT_SOUND] < QUERIES / CORRUPT_RULES / 20);
}

static void
what_was_meant_fits(void **state)
{
	struct bed *bed = *state;
	struct pop_row row;
	size_t others = 0;

	for (size_t j = 0; j < QUERIES; j++) {
		pop_row(bed->pop, bed->q[j].row, &row);
		assert_true(corrupt_fits(&bed->q[j], row.holder));
		pop_row(bed->pop, (bed->q[j].row + ROWS / 2) % ROWS, &row);
		others += corrupt_fits(&bed->q[j], row.holder);
	}
	assert_true(others < QUERIES / 50);
}

/* The census against a look at every row, for a few queries. */
static void
the_census_counts_persons(void **state)
{
	struct bed *bed = *state;
	size_t unique = 0, wrong = 0;

	for (size_t j = 0; j < 80; j++) {
		const struct corrupt_query *q = &bed->q[j];
		struct pop_row row;
		bool alone = true;

		for (uint64_t i = 0; i < ROWS && alone; i++) {
			pop_row(bed->pop, i, &row);
			row.second[0] = '\0';
			snprintf(row.holder, sizeof row.holder, "%s %s",
			    row.given, row.surname);
			alone = row.person == q->person ||
			    !corrupt_fits(q, row.holder);
		}
		unique += alone;
		/* The whole of one name may be the half of another's. */
		wrong += alone && !q->unique;
	}
	assert_true(unique > 20);
	assert_int_equal(wrong, 0);
}

static void
a_seed_makes_the_same_again(void **state)
{
	struct bed *bed = *state;
	struct corrupt_query q;
	size_t same = 0;

	for (size_t j = 0; j < 200; j++) {
		corrupt_make(bed->pop, ROWS, 11, j, &q);
		assert_string_equal(q.line, bed->q[j].line);
		corrupt_make(bed->pop, ROWS, 12, j, &q);
		same += strcmp(q.line, bed->q[j].line) == 0;
	}
	assert_true(same < 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_is_kept),
		cmocka_unit_test(what_was_meant_fits),
		cmocka_unit_test(the_census_counts_persons),
		cmocka_unit_test(a_seed_makes_the_same_again),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
