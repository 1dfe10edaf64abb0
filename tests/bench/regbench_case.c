/* From a misspelt name to a case that the disk holds. */
#include "config.h"

#include "tests/bench/regbench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "revocation/case.h"
#include "tests/bench/corrupt.h"

#define CASES		200
#define LAST_DIGITS	4

/* What a person does, each on the disk before the screen moves on. */
enum { STEP_FIND, STEP_BEGIN, STEP_REPLY, STEP_DIGITS, STEPS };

static const char *const steps[STEPS] = {
	[STEP_FIND]	= "case: a misspelt name",
	[STEP_BEGIN]	= "case: begun, on disk",
	[STEP_REPLY]	= "case: all answers, on disk",
	[STEP_DIGITS]	= "case: confirmed, on disk",
};

/* The answer's first: whoever that is, a case of theirs is as good as any. */
static bool
found(struct bench *b, const char *line, struct find_answer **a)
{
	const struct find_options o = { .now = POP_NOW };
	struct err err = ERR_INIT;

	if (finder_ask(b->finder, b->reg, line, &o, a, &err) == -1)
		bench_fail(line, &err);
	return (*a)->nhits > 0;
}

static const char *
last_digits(const struct record *r, char *hex, size_t size)
{
	size_t n;

	text_hex(r->serial, r->serial_len, 0, hex, size);
	n = strlen(hex);
	return n > LAST_DIGITS ? hex + n - LAST_DIGITS : hex;
}

/* One case: false if its certificate has one already. */
static bool
one_case(struct registry *reg, struct record *r, int64_t now, double *cpu)
{
	const struct case_answers all = { .who = WHO_HOLDER,
	    .proof = PROOF_DOCUMENT, .reason = REASON_LOST,
	    .lost_at = now - 7200, .note = "w tramwaju" };
	struct err err = ERR_INIT;
	char hex[2 * CERT_SERIAL_MAX + 1];
	const char *last = last_digits(r, hex, sizeof hex);
	double at = bench_cpu();
	bool existing;
	int64_t id;

	if (case_begin(reg, r, CASE_REVOKE, now, &id, &existing, &err) == -1)
		bench_fail("case_begin", &err);
	if (existing)
		return false;
	cpu[STEP_BEGIN] = bench_cpu() - at;
	at = bench_cpu();
	if (case_answer(reg, id, &all, now + 1, &err) == -1)
		bench_fail("case_answer", &err);
	cpu[STEP_REPLY] = bench_cpu() - at;
	at = bench_cpu();
	if (case_confirm(reg, id, last, NULL, now + 2, &err) == -1)
		bench_fail("case_confirm", &err);
	cpu[STEP_DIGITS] = bench_cpu() - at;
	return true;
}

/* Tried in turn with the floor: a disk is not always as quick. */
static size_t
run_cases(struct bench *b, struct registry *reg, struct block *block,
    struct samples *ours, struct samples *floor)
{
	struct corrupt_query q;
	size_t made = 0;

	for (size_t i = 0; made < CASES && i < 4 * CASES; i++) {
		struct find_answer *a;
		double cpu[STEPS] = { 0 }, at;
		bool once;

		corrupt_make(b->pop, b->rows, 33, i, &q);
		at = bench_cpu();
		once = found(b, q.line, &a);
		cpu[STEP_FIND] = bench_cpu() - at;
		once = once && one_case(reg, &a->hits[0].cert,
		    POP_NOW + (int64_t)i, cpu);
		find_answer_free(a);
		if (!once)
			continue;
		made++;
		samples_add(floor, bench_block(block));
		for (int s = 0; s < STEPS; s++)
			samples_add(&ours[s], cpu[s]);
	}
	return made;
}

void
bench_case(struct bench *b)
{
	const struct registry_options o = { .path = b->file };
	struct samples ours[STEPS] = { 0 }, floor = { 0 };
	struct block block;
	struct err err = ERR_INIT;
	struct registry *reg;

	bench_open(b);
	bench_load(b);
	bench_block_open(&block, b->file);
	if (registry_open(&reg, REGISTRY_WRITE, &o, &err) == -1)
		bench_fail(b->file, &err);
	if (run_cases(b, reg, &block, ours, &floor) < CASES)
		bench_fail("too few certificates for that many cases", NULL);
	printf("of the processor's time; the disk's beside it\n");
	for (int s = 0; s < STEPS; s++) {
		struct samples copy = { 0 };

		for (size_t i = 0; i < floor.n; i++)
			samples_add(&copy, floor.v[i]);
		bench_row(steps[s], &ours[s], "4 KiB and fdatasync", &copy);
	}
	samples_free(&floor);
	registry_close(reg);
	bench_block_close(&block);
}
