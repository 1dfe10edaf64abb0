#include "tests/bench/popfill.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "registry/store.h"

/*
 * A batch goes once over every index, so a large registry wants large ones; each
 * row takes 3 KiB of memory while it waits.
 */
#define BATCH		50000
#define BATCH_LARGE	100000
#define LARGE		2000000

struct item {
	struct pop_row	row;
	struct record	r;
};

static double
now(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
put_batch(struct registry *reg, struct item *items, uint64_t n,
    struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	for (uint64_t i = 0; i < n; i++)
		if (store_cert(reg, &items[i].r, NULL, err) == -1) {
			registry_rollback(reg);
			return -1;
		}
	return registry_commit(reg, err);
}

/* Rows are made before the clock runs, so that it counts the registry alone. */
int
popfill(struct registry *reg, const struct pop *p, struct popfill *f,
    struct err *err)
{
	uint64_t all = f->rows + f->fillers;
	uint64_t size = all > LARGE ? BATCH_LARGE : BATCH;
	struct item *items = mem_array(size, sizeof *items);
	int rc = 0;

	f->seconds = f->cpu = f->making = 0;
	for (uint64_t at = 0; rc == 0 && at < all; at += size) {
		uint64_t n = all - at < size ? all - at : size;
		double start = now(CLOCK_MONOTONIC), cpu;

		for (uint64_t i = 0; i < n; i++) {
			struct item *item = &items[i];

			if (at + i < f->rows)
				pop_row(p, at + i, &item->row);
			else
				pop_filler(p, at + i - f->rows, &item->row);
			pop_record(&item->row, &item->r);
		}
		f->making += now(CLOCK_MONOTONIC) - start;
		start = now(CLOCK_MONOTONIC);
		cpu = now(CLOCK_PROCESS_CPUTIME_ID);
		rc = put_batch(reg, items, n, err);
		f->seconds += now(CLOCK_MONOTONIC) - start;
		f->cpu += now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
		for (uint64_t i = 0; i < n; i++)
			record_clear(&items[i].r);
	}
	free(items);
	if (rc == 0) {
		double start = now(CLOCK_MONOTONIC);
		double cpu = now(CLOCK_PROCESS_CPUTIME_ID);

		rc = registry_settle(reg, err);
		f->seconds += now(CLOCK_MONOTONIC) - start;
		f->cpu += now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	}
	return rc;
}
