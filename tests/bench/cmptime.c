/*
 * usage: cmptime CONF CERTIFICATE HELPER RUNS
 *
 * Suspend a certificate by CMP and lift that again, RUNS times each; print the
 * milliseconds of the first request, which starts okienko-net, and the median of
 * the others.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cert/file.h"
#include "revocation/channel.h"

#define RUNS_MAX	1000

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e3 * (double)t.tv_sec + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
send_once(struct channel_job *job, const char *transaction)
{
	struct case_result_of r;
	double start = now_ms();
	char text[512];

	job->transaction = transaction;
	job->now = clock_now();
	channel_by_id("cmp")->send(job, &r);
	if (r.result != RESULT_ACCEPTED)
		panic("cmptime: %s", err_sentence(&r.err, text, sizeof text));
	return now_ms() - start;
}

static void
run(struct channel_job *job, struct case_view *view, long runs)
{
	double *took = mem_array((size_t)runs * 2, sizeof *took);
	char transaction[33];

	for (long i = 0; i < 2 * runs; i++) {
		view->action = i % 2 == 0 ? CASE_SUSPEND : CASE_LIFT;
		snprintf(transaction, sizeof transaction, "%016lx%016lx",
		    (unsigned long)clock_now(), (unsigned long)i);
		took[i] = send_once(job, transaction);
	}
	printf("%.1f", took[0]);
	qsort(took + 1, (size_t)(2 * runs - 1), sizeof *took, by_size);
	printf(" %.1f\n", took[runs]);
	free(took);
}

int
main(int argc, char **argv)
{
	struct case_view view = { .reason = REASON_LOST };
	struct case_row row = { .id = 1 };
	struct channel_job job = { .row = &row, .view = &view };
	struct net_options no = { .helper = argc > 3 ? argv[3] : NULL };
	struct authorities all;
	struct cert_list list;
	struct err err = ERR_INIT;
	long runs = argc == 5 ? strtol(argv[4], NULL, 10) : 0;

	if (runs < 1 || runs > RUNS_MAX) {
		fprintf(stderr, "usage: cmptime CONF CERTIFICATE HELPER RUNS\n");
		return 2;
	}
	if (authorities_load(&all, argv[1], NULL, &err) == -1 ||
	    cert_file_read(argv[2], NULL, &list, &err) == -1)
		return 1;
	record_of_cert(&row.cert, list.certs[0], HOW_IMPORT, clock_now());
	job.authority = channel_authority(&all, &row.cert.issuer);
	if (job.authority == NULL)
		return 1;
	job.net = net_new(&no);
	run(&job, &view, runs);
	net_free(job.net);
	record_clear(&row.cert);
	cert_list_clear(&list);
	authorities_clear(&all);
	return 0;
}
