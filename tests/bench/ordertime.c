/*
 * An order looked up again and again by one handle: microseconds of the first,
 * of each of the others (the median), and by how many kilobytes the program and
 * its okienko-net grew from the hundredth to the last.
 *
 * usage: ordertime CONF NUMBER HELPER TIMES
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/mem.h"
#include "order/service.h"

#define WARM	100	/* look-ups until nothing more is set up */

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Resident kilobytes of a process; 0 where that is not told. */
static long
kilobytes(pid_t pid)
{
	char path[64], line[128];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		(void)sscanf(line, "VmRSS: %ld", &kb);
	if (f != NULL)
		fclose(f);
	return kb;
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
look(struct order_service *s, const struct order_query *q)
{
	struct order_answer answer;
	struct err err = ERR_INIT;

	if (order_look(s, q, NULL, &answer, &err) == -1 || answer.n != 1 ||
	    answer.v[0].kept)
		panic("%s: no answer: %s %s", q->value,
		    err_id(answer.err.code), answer.err.detail);
	order_answer_clear(&answer);
}

int
main(int argc, char **argv)
{
	struct conf conf;
	struct authorities as;
	struct err err = ERR_INIT;
	struct order_query q = { .by = ORDER_BY_NUMBER };
	struct net_options o = { .allow = &conf.net_allow };
	struct order_service *s;
	struct net *net;
	int64_t *us;
	long before = 0;
	int n;

	if (argc != 5 || (n = atoi(argv[4])) <= WARM)
		panic("usage: ordertime CONF NUMBER HELPER TIMES (over %d)",
		    WARM);
	if (conf_load(&conf, argv[1], NULL, &err) == -1 ||
	    authorities_load(&as, argv[1], NULL, &err) == -1)
		panic("%s: %s", argv[1], err.detail);
	snprintf(q.value, sizeof q.value, "%s", argv[2]);
	o.helper = argv[3];
	net = net_new(&o);
	s = order_service_new(net, NULL, &as);
	us = mem_array((size_t)n, sizeof *us);
	for (int i = 0; i < n; i++) {
		int64_t began = now_us();

		if (i == WARM)
			before = kilobytes(getpid()) +
			    kilobytes(net_pid(net));
		look(s, &q);
		us[i] = now_us() - began;
	}
	printf("%lld ", (long long)us[0]);
	qsort(us + 1, (size_t)n - 1, sizeof *us, by_value);
	printf("%lld %ld\n", (long long)us[n / 2], kilobytes(getpid()) +
	    kilobytes(net_pid(net)) - before);
	free(us);
	order_service_free(s);
	net_free(net);
	authorities_clear(&as);
	conf_clear(&conf);
	return 0;
}
