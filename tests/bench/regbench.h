/*
 * What regbench's parts share: a registry filled with the made-up population, a
 * finder over it, and bare SQLite on the same file beside it.  Times are wall
 * clock, or of the processor with BENCH_CLOCK=cpu for a machine that does other
 * things meanwhile; what waits for the disk is always wall clock.  One thread.
 */
#ifndef TESTS_BENCH_REGBENCH_H
#define TESTS_BENCH_REGBENCH_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/find.h"
#include "registry/ident.h"
#include "registry/registry.h"
#include "tests/bench/population.h"

struct bench {
	const char	*file;
	uint64_t	 rows, fillers, seed;
	struct pop	*pop;
	/* bench_open's: */
	struct registry	*reg;
	struct finder	*finder;
	sqlite3		*bare;
	struct ident_key key;
};

/* The floor of all that is durable: a file's blocks, and one of them written. */
struct block {
	char	*path;
	int	 fd;
	size_t	 turn;
};

/* Microseconds, each of one try. */
struct samples {
	double	*v;
	size_t	 n, room;
};

double	 bench_now(void);			/* microseconds, by BENCH_CLOCK */
double	 bench_wall(void);
double	 bench_cpu(void);			/* of this process, microseconds */
long	 bench_rss_kib(void);
void	 samples_add(struct samples *, double);
double	 samples_at(struct samples *, double percent);
void	 samples_free(struct samples *);

/* Beside that file; 4 KiB over what is there, and on the disk: microseconds. */
void	 bench_block_open(struct block *, const char *file);
double	 bench_block(struct block *);
void	 bench_block_close(struct block *);

/* "name  ours p50 p99  peer p50 p99  ratio of the medians". */
void	 bench_row(const char *name, struct samples *ours, const char *peer,
	    struct samples *theirs);

void	 bench_open(struct bench *);		/* says why and ends, if it cannot */
void	 bench_load(struct bench *);		/* the finder's memory */
_Noreturn void	 bench_fail(const char *what, const struct err *);
sqlite3_stmt	*bench_prepare(sqlite3 *, const char *sql);

/* The parts; each prints its lines. */
void	 bench_case(struct bench *);
void	 bench_fill(struct bench *);
void	 bench_more(struct bench *);		/* the fillers, behind the rows */
void	 bench_exact(struct bench *);
void	 bench_serial(struct bench *);
void	 bench_names(struct bench *);
void	 bench_recall(struct bench *);
void	 bench_queries(struct bench *);		/* for other programs to answer */
void	 bench_export(struct bench *);
void	 bench_durable(struct bench *);
void	 bench_sizes(struct bench *);

#endif
