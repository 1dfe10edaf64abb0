#include "config.h"

#include "ui/diagnosing.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/relay.h"
#include "base/worker.h"

/* A step on its way from the thread to the loop. */
struct news {
	struct relay_item	 item;
	struct diagnosing_of	 of;
	diagnosing_fn		*fn;
	void			*arg;
	struct diag_result	 step;
};

struct diagnosing {
	struct worker		*worker;
	struct relay		*relay;
	struct net		*net;		/* the thread's */
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
	struct news *n = mem_alloc(sizeof *n);

	n->of = l->of;
	n->fn = l->fn;
	n->arg = l->arg;
	n->step = *step;
	relay_put(l->diagnosing->relay, &n->item);
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

static void
tell(struct relay_item *item, void *arg)
{
	const struct err none = ERR_INIT;
	struct news *n = (struct news *)item;

	(void)arg;
	n->fn(n->arg, &n->of, &n->step, &none);
}

static void
done(struct job *j)
{
	struct look *l = (struct look *)j;

	relay_take(l->diagnosing->relay);
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
	const struct net_options o = setup_way(setup);

	d->relay = relay_new(loop, tell, d);
	d->net = net_new(&o);
	d->worker = worker_new(loop);
	return d;
}

void
diagnosing_free(struct diagnosing *d)
{
	if (d == NULL)
		return;
	worker_free(d->worker);
	relay_free(d->relay);
	net_free(d->net);
	free(d);
}
