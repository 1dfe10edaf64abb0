#include "config.h"

#include "ui/diagnosing.h"

#include <sys/eventfd.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/worker.h"

/* A step on its way from the thread to the loop. */
struct news {
	struct news		*next;
	struct diagnosing_of	 of;
	diagnosing_fn		*fn;
	void			*arg;
	struct diag_result	 step;
};

struct diagnosing {
	struct loop		*loop;
	struct worker		*worker;
	struct net		*net;		/* the thread's */
	int			 fd;		/* eventfd: there is news */
	pthread_mutex_t		 lock;		/* of what follows */
	struct news		*first, **last;
};

struct look {
	struct job		 job;
	struct diagnosing	*diagnosing;
	struct diag_about	 about;
	struct diagnosing_of	 of;
	diagnosing_fn		*fn;
	void			*arg;
	struct err		 err;
};

/* --- the thread ---------------------------------------------------------- */

static void
on_step(const struct diag_result *step, void *arg)
{
	struct look *l = arg;
	struct diagnosing *d = l->diagnosing;
	struct news *n = mem_alloc(sizeof *n);
	const uint64_t one = 1;

	n->of = l->of;
	n->fn = l->fn;
	n->arg = l->arg;
	n->step = *step;
	pthread_mutex_lock(&d->lock);
	*d->last = n;
	d->last = &n->next;
	pthread_mutex_unlock(&d->lock);
	/* It can fail only where so many wait that the loop is awake anyway. */
	if (write(d->fd, &one, sizeof one) == -1 && errno != EAGAIN)
		panic("okienko: eventfd: %s", strerror(errno));
}

static void
run(struct job *j)
{
	struct look *l = (struct look *)j;
	struct diag_report report;

	net_diagnose(l->diagnosing->net, &l->about, &j->cancel, on_step, l,
	    &report, &l->err);
	net_rest(l->diagnosing->net);
}

/* --- the loop's ---------------------------------------------------------- */

static struct news *
take_news(struct diagnosing *d)
{
	struct news *n;

	pthread_mutex_lock(&d->lock);
	n = d->first;
	d->first = NULL;
	d->last = &d->first;
	pthread_mutex_unlock(&d->lock);
	return n;
}

static void
tell(struct diagnosing *d)
{
	const struct err none = ERR_INIT;
	struct news *next;

	for (struct news *n = take_news(d); n != NULL; n = next) {
		next = n->next;
		n->fn(n->arg, &n->of, &n->step, &none);
		free(n);
	}
}

static void
on_news(int fd, short revents, void *arg)
{
	uint64_t n;

	(void)revents;
	if (read(fd, &n, sizeof n) == sizeof n)
		tell(arg);
}

/* The end comes by another descriptor than the steps: never before them. */
static void
done(struct job *j)
{
	struct look *l = (struct look *)j;

	tell(l->diagnosing);
	l->fn(l->arg, &l->of, NULL, &l->err);
}

static void
free_look(struct job *j)
{
	free(j);
}

unsigned
diagnosing_ask(struct diagnosing *d, const struct diag_about *about,
    const struct diagnosing_of *of, diagnosing_fn *fn, void *arg)
{
	struct look *l = mem_alloc(sizeof *l);

	l->job = (struct job){ .run = run, .done = done, .free = free_look };
	l->diagnosing = d;
	l->about = *about;
	l->of = *of;
	l->fn = fn;
	l->arg = arg;
	return worker_post(d->worker, &l->job);
}

void
diagnosing_cancel(struct diagnosing *d, unsigned id)
{
	worker_cancel(d->worker, id);
}

struct diagnosing *
diagnosing_new(struct loop *loop, const struct setup *setup)
{
	struct diagnosing *d = mem_alloc(sizeof *d);
	const struct net_options o = setup_network(setup->conf, setup->login);

	d->loop = loop;
	d->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->fd == -1)
		panic("okienko: eventfd: %s", strerror(errno));
	pthread_mutex_init(&d->lock, NULL);
	d->last = &d->first;
	d->net = net_new(&o);
	d->worker = worker_new(loop);
	loop_fd(loop, d->fd, POLLIN, on_news, d);
	return d;
}

void
diagnosing_free(struct diagnosing *d)
{
	struct news *next;

	if (d == NULL)
		return;
	worker_free(d->worker);
	loop_fd_remove(d->loop, d->fd);
	close(d->fd);
	for (struct news *n = d->first; n != NULL; n = next) {
		next = n->next;
		free(n);
	}
	pthread_mutex_destroy(&d->lock);
	net_free(d->net);
	free(d);
}
