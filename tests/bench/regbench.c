/*
 * usage: regbench FILE ROWS FILLERS SEED PART...
 *
 * What the registry costs, beside bare SQLite on the same file and floors of the
 * machine.  Part fill makes FILE of the made-up population first; the others
 * want it made.  Figures are printed, never asserted.
 */
#include "config.h"

#include "tests/bench/regbench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

static const struct {
	const char	*name;
	void		(*run)(struct bench *);
} parts[] = {
	{ "case", bench_case },
	{ "durable", bench_durable },
	{ "exact", bench_exact },
	{ "export", bench_export },
	{ "fill", bench_fill },
	{ "more", bench_more },
	{ "names", bench_names },
	{ "queries", bench_queries },
	{ "recall", bench_recall },
	{ "serial", bench_serial },
	{ "sizes", bench_sizes },
};

static double
clock_us(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

double
bench_wall(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

double
bench_now(void)
{
	static int by_cpu = -1;		/* asked once: getenv would be timed */
	const char *clock;

	if (by_cpu == -1) {
		clock = getenv("BENCH_CLOCK");
		by_cpu = clock != NULL && strcmp(clock, "cpu") == 0;
	}
	return by_cpu ? bench_cpu() : bench_wall();
}

double
bench_cpu(void)
{
	return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

long
bench_rss_kib(void)
{
	long pages = 0, rss = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f != NULL) {
		if (fscanf(f, "%ld %ld", &pages, &rss) != 2)
			rss = 0;
		(void)fclose(f);
	}
	return rss * (sysconf(_SC_PAGESIZE) / 1024);
}

void
samples_add(struct samples *s, double v)
{
	if (s->n == s->room) {
		s->room = s->room == 0 ? 256 : 2 * s->room;
		s->v = mem_grow(s->v, s->room, sizeof *s->v);
	}
	s->v[s->n++] = v;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
samples_at(struct samples *s, double percent)
{
	if (s->n == 0)
		return 0;
	qsort(s->v, s->n, sizeof *s->v, by_value);
	return s->v[(size_t)((double)(s->n - 1) * percent / 100)];
}

void
samples_free(struct samples *s)
{
	free(s->v);
	memset(s, 0, sizeof *s);
}

void
bench_row(const char *name, struct samples *ours, const char *peer,
    struct samples *theirs)
{
	printf("%-30s %9.1f %9.1f us", name, samples_at(ours, 50),
	    samples_at(ours, 99));
	if (theirs != NULL && theirs->n > 0)
		printf("   %-26s %9.1f %9.1f us %8.2fx", peer,
		    samples_at(theirs, 50), samples_at(theirs, 99),
		    samples_at(ours, 50) / samples_at(theirs, 50));
	putchar('\n');
	(void)fflush(stdout);
	samples_free(ours);
	if (theirs != NULL)
		samples_free(theirs);
}

_Noreturn void
bench_fail(const char *what, const struct err *err)
{
	char said[512];

	fprintf(stderr, "regbench: %s: %s %s\n", what,
	    err != NULL ? err_sentence(err, said, sizeof said) : "",
	    err != NULL ? err->detail : "");
	exit(1);
}

/* The key file's 64 hex digits, for the peer that is asked by hash. */
static void
read_key(struct bench *b)
{
	char *path = mem_printf("%s.key", b->file), byte[3] = "";
	FILE *f = fopen(path, "r");

	for (size_t i = 0; f != NULL && i < sizeof b->key.b; i++) {
		if (fread(byte, 1, 2, f) != 2)
			bench_fail(path, NULL);
		b->key.b[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	if (f == NULL)
		bench_fail(path, NULL);
	(void)fclose(f);
	free(path);
}

void
bench_open(struct bench *b)
{
	const struct registry_options o = { .path = b->file };
	struct err err = ERR_INIT;

	if (b->reg != NULL)
		return;
	if (registry_open(&b->reg, REGISTRY_READ, &o, &err) == -1)
		bench_fail(b->file, &err);
	if (sqlite3_open_v2(b->file, &b->bare, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK)
		bench_fail(sqlite3_errmsg(b->bare), NULL);
	read_key(b);
}

void
bench_load(struct bench *b)
{
	struct err err = ERR_INIT;

	if (b->finder != NULL)
		return;
	b->finder = finder_new();
	if (finder_load(b->finder, b->reg, NULL, &err) == -1)
		bench_fail("finder_load", &err);
}

sqlite3_stmt *
bench_prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		bench_fail(sqlite3_errmsg(db), NULL);
	return st;
}

static void
run(struct bench *b, const char *name)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strcmp(parts[i].name, name) == 0) {
			parts[i].run(b);
			return;
		}
	bench_fail(name, NULL);
}

int
main(int argc, char **argv)
{
	struct bench b = { 0 };

	if (argc < 6) {
		fputs("usage: regbench FILE ROWS FILLERS SEED PART...\n", stderr);
		return 2;
	}
	b.file = argv[1];
	b.rows = strtoull(argv[2], NULL, 10);
	b.fillers = strtoull(argv[3], NULL, 10);
	b.seed = strtoull(argv[4], NULL, 10);
	b.pop = pop_new(b.seed);
	for (int i = 5; i < argc; i++)
		run(&b, argv[i]);
	finder_free(b.finder);
	registry_close(b.reg);
	sqlite3_close_v2(b.bare);
	pop_free(b.pop);
	return 0;
}
