/*
 * What a full-screen program costs its terminal: time and bytes to the first
 * frame and per key press, and its peak memory.
 *
 * usage: ptytime COLS ROWS RUNS KEY COMMAND [ARG...]
 * KEY is D (arrow down and up in turn), T (a letter and its taking back), E
 * (Enter, and Escape, which does not count) or a character.  PTYTIME_FIRST is
 * typed before.  Prints one line of numbers, medians: first frame ms, first frame
 * bytes, settled ms, settled bytes, key ms, key 95th percentile ms, key bytes,
 * peak KiB.
 * The first frame is complete when the word of PTYTIME_LAST has come, which stands
 * on its last line (if it does not come, it is when all had settled); without that,
 * at FRAME_QUIET ms without a byte, into which what is told next may fall.  Settled
 * is SETTLE_QUIET ms without one.  TERM and locale are the caller's.
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/wait.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FRAME_QUIET	5
#define SETTLE_QUIET	400
#define KEY_QUIET	60
#define FRAME_LIMIT	8000	/* ms waited for a first byte at the start */
#define KEY_LIMIT	500	/* and after a key, which may do nothing */
#define KEYS		20	/* presses a run; the first two not counted */
#define RUNS_MAX	51

struct samples {
	double	v[RUNS_MAX * KEYS];
	int	n;
};

struct terminal {
	int	fd;
	pid_t	pid;
	bool	application_keys;	/* the program asked for ESC O A */
	const char *awaited;		/* a word that ends the wait, or NULL */
};

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
sample(struct samples *s, double v)
{
	if (s->n < (int)(sizeof s->v / sizeof *s->v))
		s->v[s->n++] = v;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
percentile(struct samples *s, int p)
{
	if (s->n == 0)
		return -1;
	qsort(s->v, (size_t)s->n, sizeof *s->v, by_value);
	return s->v[(s->n - 1) * p / 100];
}

/* Answer the questions a program may ask its terminal before it draws. */
static void
answer(struct terminal *t, const char *b, size_t n)
{
	const char *say = NULL;

	if (memmem(b, n, "\033[?1h", 5))
		t->application_keys = true;
	if (memmem(b, n, "\033[c", 3) || memmem(b, n, "\033[0c", 4))
		say = "\033[?1;2c";
	else if (memmem(b, n, "\033[6n", 4))
		say = "\033[1;1R";
	if (say && write(t->fd, say, strlen(say)) == -1)
		perror("ptytime: write");
}

/*
 * Read until nothing came for quiet ms after the first byte, or the awaited word
 * came.  Returns the bytes; *last is when the last one came, from start on.
 */
static long
settle(struct terminal *t, double start, double quiet, double limit,
    double *last)
{
	char b[65536];
	long total = 0;

	*last = -1;
	for (;;) {
		double at = now() - start;
		double wait = *last < 0 ? limit - at : quiet - (at - *last);
		struct pollfd p = { .fd = t->fd, .events = POLLIN };
		ssize_t n;

		if (wait <= 0 || poll(&p, 1, (int)wait + 1) <= 0)
			break;
		n = read(t->fd, b, sizeof b);
		if (n <= 0)
			break;
		*last = now() - start;
		total += n;
		answer(t, b, (size_t)n);
		if (t->awaited != NULL && memmem(b, (size_t)n, t->awaited,
		    strlen(t->awaited)) != NULL)
			break;
	}
	return total;
}

static double
peak_kib(pid_t pid)
{
	char path[64], line[256];
	double kib = -1;
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return -1;
	while (fgets(line, sizeof line, f))
		if (sscanf(line, "VmHWM: %lf", &kib) == 1)
			break;
	(void)fclose(f);
	return kib;
}

static void
press(struct terminal *t, const char *key, int i)
{
	const char *k = key;

	if (strcmp(key, "D") == 0)
		k = i % 2 == 0 ? t->application_keys ? "\033OB" : "\033[B" :
		    t->application_keys ? "\033OA" : "\033[A";
	if (strcmp(key, "T") == 0)
		k = i % 2 == 0 ? "i" : "\177";
	if (strcmp(key, "E") == 0)
		k = i % 2 == 0 ? "\r" : "\033";
	if (write(t->fd, k, strlen(k)) == -1)
		perror("ptytime: write");
}

struct figures {
	struct samples	frame, frame_bytes, settled, settled_bytes;
	struct samples	key, key_bytes, peak;
};

static void
measure(struct terminal *t, double start, const char *key, struct figures *f)
{
	const char *typed = getenv("PTYTIME_FIRST");
	double last, settled, second;
	long first, rest;

	t->awaited = getenv("PTYTIME_LAST");
	first = settle(t, start, t->awaited != NULL ? SETTLE_QUIET : FRAME_QUIET,
	    FRAME_LIMIT, &last);
	t->awaited = NULL;
	sample(&f->frame, last);
	sample(&f->frame_bytes, (double)first);
	second = now();
	rest = settle(t, second, SETTLE_QUIET, SETTLE_QUIET, &settled);
	sample(&f->settled, rest > 0 ? second - start + settled : last);
	sample(&f->settled_bytes, (double)(first + rest));
	if (typed != NULL) {
		press(t, typed, 0);
		(void)settle(t, now(), SETTLE_QUIET, FRAME_LIMIT, &last);
	}
	for (int i = 0; i < KEYS; i++) {
		double at = now();
		long n;

		press(t, key, i);
		n = settle(t, at, KEY_QUIET, KEY_LIMIT, &last);
		if (n > 0 && i >= 2 && (i % 2 == 0 || strcmp(key, "E") != 0)) {
			sample(&f->key, last);
			sample(&f->key_bytes, (double)n);
		}
	}
	sample(&f->peak, peak_kib(t->pid));
}

int
main(int argc, char **argv)
{
	static struct figures f;
	struct winsize size = { 0 };
	int runs;

	if (argc < 6) {
		fputs("usage: ptytime COLS ROWS RUNS KEY COMMAND [ARG...]\n", stderr);
		return 2;
	}
	size.ws_col = (unsigned short)atoi(argv[1]);
	size.ws_row = (unsigned short)atoi(argv[2]);
	runs = atoi(argv[3]) < RUNS_MAX ? atoi(argv[3]) : RUNS_MAX;
	for (int r = 0; r < runs; r++) {
		struct terminal t = { 0 };
		double start = now();

		t.pid = forkpty(&t.fd, NULL, NULL, &size);
		if (t.pid == 0) {
			(void)execvp(argv[5], argv + 5);
			_exit(127);
		}
		measure(&t, start, argv[4], &f);
		(void)kill(t.pid, SIGTERM);
		(void)close(t.fd);
		(void)waitpid(t.pid, NULL, 0);
	}
	printf("%.2f %.0f %.2f %.0f %.3f %.3f %.0f %.0f\n",
	    percentile(&f.frame, 50), percentile(&f.frame_bytes, 50),
	    percentile(&f.settled, 50), percentile(&f.settled_bytes, 50),
	    percentile(&f.key, 50), percentile(&f.key, 95),
	    percentile(&f.key_bytes, 50), percentile(&f.peak, 50));
	return 0;
}
