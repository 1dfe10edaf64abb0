/*
 * usage: popfill FILE ROWS [FILLERS [SEED]]
 *
 * Makes a registry of the made-up population: ROWS of its rows, then FILLERS
 * more with a surname each that no other has.  Prints rows a second.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/popfill.h"

int
main(int argc, char **argv)
{
	struct popfill fill = { 0 };
	struct registry_options o = { .bulk = true, .point = "bench" };
	struct err err = ERR_INIT;
	struct registry *reg;
	struct pop *p;
	char said[512];
	int rc;

	if (argc < 3) {
		fputs("usage: popfill FILE ROWS [FILLERS [SEED]]\n", stderr);
		return 2;
	}
	o.path = argv[1];
	fill.rows = strtoull(argv[2], NULL, 10);
	fill.fillers = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	p = pop_new(argc > 4 ? strtoull(argv[4], NULL, 10) : 1);
	rc = registry_open(&reg, REGISTRY_CREATE, &o, &err);
	if (rc == 0)
		rc = popfill(reg, p, &fill, &err);
	if (rc == -1)
		fprintf(stderr, "popfill: %s (%s)\n", err_sentence(&err, said,
		    sizeof said), err.detail);
	else
		printf("%.0f rows a second, %.0f of processor time\n",
		    (double)(fill.rows + fill.fillers) / fill.seconds,
		    (double)(fill.rows + fill.fillers) / fill.cpu);
	registry_close(reg);
	pop_free(p);
	return rc == 0 ? 0 : 1;
}
