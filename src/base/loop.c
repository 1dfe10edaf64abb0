#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/mem.h"

#define LOOP_MAX	64	/* descriptors, and timers, at one time */

struct watch {
	int		 fd;	/* -1: free */
	short		 events;
	unsigned	 born;	/* round in which it was added */
	loop_fd_fn	*fn;
	void		*arg;
};

struct timer {
	unsigned	 id;	/* 0: free */
	int64_t		 due;	/* clock_mono_ms */
	loop_timer_fn	*fn;
	void		*arg;
};

struct loop {
	struct watch	 watches[LOOP_MAX];
	struct timer	 timers[LOOP_MAX];
	unsigned	 last_id;
	unsigned	 round;
	bool		 stopping;
	void		(*idle)(void *);
	void		*idle_arg;
};

struct loop *
loop_new(void)
{
	struct loop *l = mem_alloc(sizeof *l);

	for (int i = 0; i < LOOP_MAX; i++)
		l->watches[i].fd = -1;
	return l;
}

void
loop_free(struct loop *l)
{
	free(l);
}

static struct watch *
find_watch(struct loop *l, int fd)
{
	for (int i = 0; i < LOOP_MAX; i++)
		if (l->watches[i].fd == fd)
			return &l->watches[i];
	return NULL;
}

void
loop_fd(struct loop *l, int fd, short events, loop_fd_fn *fn, void *arg)
{
	struct watch *w = find_watch(l, fd);

	if (w == NULL && (w = find_watch(l, -1)) != NULL)
		w->born = l->round;
	if (w == NULL)
		panic("okienko: too many descriptors in one loop");
	w->fd = fd;
	w->events = events;
	w->fn = fn;
	w->arg = arg;
}

void
loop_fd_remove(struct loop *l, int fd)
{
	struct watch *w = fd == -1 ? NULL : find_watch(l, fd);

	if (w)
		w->fd = -1;
}

unsigned
loop_timer(struct loop *l, int64_t ms, loop_timer_fn *fn, void *arg)
{
	for (int i = 0; i < LOOP_MAX; i++) {
		struct timer *t = &l->timers[i];

		if (t->id != 0)
			continue;
		if (++l->last_id == 0)
			l->last_id = 1;
		*t = (struct timer){ l->last_id, clock_mono_ms() + ms, fn, arg };
		return t->id;
	}
	panic("okienko: too many timers in one loop");
}

void
loop_timer_cancel(struct loop *l, unsigned id)
{
	for (int i = 0; i < LOOP_MAX && id != 0; i++)
		if (l->timers[i].id == id)
			l->timers[i].id = 0;
}

void
loop_idle(struct loop *l, void (*fn)(void *), void *arg)
{
	l->idle = fn;
	l->idle_arg = arg;
}

/* Milliseconds to sleep: until the first timer, at most max (-1: no bound). */
static int
sleep_ms(const struct loop *l, int64_t max)
{
	int64_t now = clock_mono_ms(), best = max;

	for (int i = 0; i < LOOP_MAX; i++) {
		const struct timer *t = &l->timers[i];
		int64_t left = t->due > now ? t->due - now : 0;

		if (t->id != 0 && (best < 0 || left < best))
			best = left;
	}
	return best > 60000000 ? 60000000 : (int)best;
}

/* Timers that a timer sets wait for the next round, even when due at once. */
static void
run_timers(struct loop *l)
{
	int64_t now = clock_mono_ms();
	unsigned due[LOOP_MAX];
	int n = 0;

	for (int i = 0; i < LOOP_MAX; i++)
		if (l->timers[i].id != 0 && l->timers[i].due <= now)
			due[n++] = l->timers[i].id;
	for (int j = 0; j < n; j++)
		for (int i = 0; i < LOOP_MAX; i++) {
			struct timer t = l->timers[i];

			if (t.id != due[j])
				continue;
			l->timers[i].id = 0;
			t.fn(t.arg);
			break;
		}
}

static void
run_fds(struct loop *l, const struct pollfd *p, nfds_t n)
{
	for (nfds_t i = 0; i < n; i++) {
		struct watch *w;

		if (p[i].revents == 0)
			continue;
		/* Removed meanwhile, or another descriptor of the same number. */
		w = find_watch(l, p[i].fd);
		if (w == NULL || w->born == l->round)
			continue;
		w->fn(p[i].fd, p[i].revents, w->arg);
	}
}

void
loop_once(struct loop *l, int64_t ms)
{
	struct pollfd p[LOOP_MAX];
	nfds_t n = 0;
	int got;

	if (l->idle)
		l->idle(l->idle_arg);
	for (int i = 0; i < LOOP_MAX; i++)
		if (l->watches[i].fd != -1)
			p[n++] = (struct pollfd){ .fd = l->watches[i].fd,
			    .events = l->watches[i].events };
	l->round++;
	/* A stop that idle asked for is not slept over. */
	got = poll(p, n, l->stopping ? 0 : sleep_ms(l, ms));
	if (got == -1 && errno != EINTR)
		panic("okienko: poll: %s", strerror(errno));
	run_timers(l);
	if (got > 0)
		run_fds(l, p, n);
}

void
loop_run(struct loop *l)
{
	l->stopping = false;
	while (!l->stopping)
		loop_once(l, -1);
}

void
loop_stop(struct loop *l)
{
	l->stopping = true;
}
