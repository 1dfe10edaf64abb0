/*
 * usage: cputime RUNS COMMAND...
 *
 * Run a command, its output thrown away, and print the least processor time it
 * took in milliseconds and its peak memory in KiB.
 */
#include "config.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static double
ms_of(const struct timeval *t)
{
	return 1e3 * (double)t->tv_sec + (double)t->tv_usec / 1e3;
}

/* Processor milliseconds, or below nought when it failed. */
static double
run_once(char **argv, long *peak)
{
	posix_spawn_file_actions_t quiet;
	struct rusage usage;
	int status, rc;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&quiet, STDOUT_FILENO, STDERR_FILENO);
	rc = posix_spawnp(&pid, argv[0], &quiet, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&quiet);
	if (rc != 0 || wait4(pid, &status, 0, &usage) != pid || status != 0)
		return -1;
	if (usage.ru_maxrss > *peak)
		*peak = usage.ru_maxrss;
	return ms_of(&usage.ru_utime) + ms_of(&usage.ru_stime);
}

int
main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0;
	double best = -1;
	long peak = 0;

	for (int i = 0; i < runs; i++) {
		double ms = run_once(argv + 2, &peak);

		if (ms < 0) {
			fprintf(stderr, "cputime: %s failed\n", argv[2]);
			return 1;
		}
		best = best < 0 || ms < best ? ms : best;
	}
	printf("%.1f %ld\n", best, peak);
	return 0;
}
