/* Names as people type them: how soon, and whether they are found. */
#include "config.h"

#include "tests/bench/regbench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/bench/corrupt.h"

#define QUERIES		1000
#define FIRST_ROWS	10	/* looked at by a person */

/* Where the answer stands: 0 first; nhits when it is not among them. */
static size_t
place_of(const struct find_answer *a, const struct corrupt_query *q)
{
	for (size_t i = 0; i < a->nhits; i++)
		if (corrupt_fits(q, a->hits[i].cert.holder))
			return i;
	return SIZE_MAX;
}

static size_t
ask(struct bench *b, const struct corrupt_query *q, double *took)
{
	const struct find_options o = { .now = POP_NOW };
	struct err err = ERR_INIT;
	struct find_answer *a;
	double start = bench_now();
	size_t place;

	if (finder_ask(b->finder, b->reg, q->line, &o, &a, &err) == -1)
		bench_fail(q->line, &err);
	*took = bench_now() - start;
	place = place_of(a, q);
	find_answer_free(a);
	return place;
}

static struct corrupt_query *
make_queries(const struct bench *b, uint64_t seed)
{
	struct corrupt_query *q = mem_array(QUERIES, sizeof *q);

	for (size_t j = 0; j < QUERIES; j++)
		corrupt_make(b->pop, b->rows, seed, j, &q[j]);
	return q;
}

void
bench_names(struct bench *b)
{
	struct corrupt_query *q = make_queries(b, 21);
	char name[64];

	bench_open(b);
	bench_load(b);
	for (int rule = 0; rule < CORRUPT_RULES; rule++) {
		struct samples ours = { 0 };
		size_t asked = 0, found = 0;
		double took;

		for (size_t j = 0; j < QUERIES; j++) {
			if (q[j].rule != (enum corrupt_rule)rule)
				continue;
			asked++;
			found += ask(b, &q[j], &took) < FIRST_ROWS;
			samples_add(&ours, took);
		}
		snprintf(name, sizeof name, "name, %s, %.1f %%",
		    corrupt_id((enum corrupt_rule)rule),
		    100.0 * (double)found / (double)asked);
		bench_row(name, &ours, NULL, NULL);
	}
	free(q);
}

/*
 * The promise: in the first ten, 98 of 100; and first, 90 of 100 where nobody
 * else could have been meant.
 */
static void
recall(struct bench *b, uint64_t seed)
{
	struct corrupt_query *q = make_queries(b, seed);
	size_t ten = 0, first = 0, unique = 0;
	double took;

	corrupt_census(b->pop, b->rows, q, QUERIES);
	for (size_t j = 0; j < QUERIES; j++) {
		size_t place = ask(b, &q[j], &took);

		ten += place < FIRST_ROWS;
		unique += q[j].unique;
		first += q[j].unique && place == 0;
	}
	printf("seed %llu: of %d queries %.1f %% in the first ten; of %zu that "
	    "mean one person %.1f %% first\n", (unsigned long long)seed,
	    QUERIES, 100.0 * (double)ten / QUERIES, unique,
	    100.0 * (double)first / (double)(unique ? unique : 1));
	free(q);
}

void
bench_recall(struct bench *b)
{
	bench_open(b);
	bench_load(b);
	recall(b, 11);
	recall(b, 12);
}

/* The same queries for another program: "rule|line|given|surname". */
void
bench_queries(struct bench *b)
{
	struct corrupt_query *q = make_queries(b, 21);

	for (size_t j = 0; j < QUERIES; j++)
		printf("%s|%s|%s|%s\n", corrupt_id(q[j].rule), q[j].line,
		    q[j].given, q[j].surname);
	free(q);
}

/* And the same rows: "serial|holder|pesel|email|order|card". */
void
bench_export(struct bench *b)
{
	struct pop_row row;

	for (uint64_t i = 0; i < b->rows + b->fillers; i++) {
		if (i < b->rows)
			pop_row(b->pop, i, &row);
		else
			pop_filler(b->pop, i - b->rows, &row);
		for (size_t k = 0; k < row.serial_len; k++)
			printf("%02X", row.serial[k]);
		printf("|%s|%s|%s|%s|%s\n", row.holder, row.pesel, row.email,
		    row.order, row.card_number);
	}
}
