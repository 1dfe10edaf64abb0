/*
 * usage: importtime REGISTRY PATH [ISSUER]
 *
 * Import as the program does it, in a process of its own.  Prints seconds,
 * processor seconds, records, changed and peak KiB.
 */
#include "config.h"

#include <sys/resource.h>
#include <stdio.h>
#include <time.h>

#include "registry/import.h"

static double
clock_s(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct import_options o = { .kind = IMPORT_AUTO };
	struct registry_options where = { .bulk = true };
	double wall = clock_s(CLOCK_MONOTONIC);
	struct import_progress p = { 0 };
	struct err err = ERR_INIT;
	struct rusage usage;
	struct registry *reg;
	char said[512];

	if (argc < 3) {
		fputs("usage: importtime REGISTRY PATH [ISSUER]\n", stderr);
		return 2;
	}
	where.path = argv[1];
	o.issuer = argc > 3 ? argv[3] : NULL;
	import_alone(&o);
	if (registry_open(&reg, REGISTRY_CREATE, &where, &err) == -1 ||
	    import_run(reg, argv[2], &o, &p, &err) == -1) {
		fprintf(stderr, "importtime: %s %s\n", err_sentence(&err, said,
		    sizeof said), err.detail);
		return 1;
	}
	registry_close(reg);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("%.3f %.3f %lld %lld %ld\n", clock_s(CLOCK_MONOTONIC) - wall,
	    clock_s(CLOCK_PROCESS_CPUTIME_ID), (long long)p.records,
	    (long long)(p.added + p.changed), usage.ru_maxrss);
	return 0;
}
