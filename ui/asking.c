#include "config.h"

#include "ui/asking.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/worker.h"
#include "revocation/channel.h"

struct asking {
	const struct setup	*setup;
	const char		*registry, *cache;	/* where they are */
	struct worker		*worker;
	struct net		*net;
};

struct question {
	struct job		 job;
	struct asking		*asking;
	struct status_about	 about;
	asking_done_fn		*done;
	void			*arg;
	unsigned		 panel;
	struct status_report	 report;
	struct err		 err;
};

struct asking *
asking_new(struct loop *loop, const struct setup *setup)
{
	struct asking *a = mem_alloc(sizeof *a);
	const struct net_options o = setup_way(setup);

	a->setup = setup;
	/* Looked up here: the usual paths are made once, for one thread. */
	a->registry = setup_registry(setup);
	/* A kiosk writes to no disk; the list of an issuer is nobody's data. */
	a->cache = setup_keeps(setup) ? paths_cache() : paths_runtime();
	a->worker = worker_new(loop);
	a->net = net_new(&o);
	return a;
}

void
asking_free(struct asking *a)
{
	if (a == NULL)
		return;
	worker_free(a->worker);
	net_free(a->net);
	free(a);
}

/* What is learnt is remembered, where there is a registry to do it in. */
static struct registry *
open_registry(const struct asking *a)
{
	const char *point = a->setup->conf->point;
	const struct registry_options o = { .path = a->registry,
	    .point = point[0] != '\0' ? point : NULL };
	struct registry *reg = NULL;
	struct err none = ERR_INIT;

	if (!setup_keeps(a->setup))
		return NULL;
	return registry_open(&reg, REGISTRY_WRITE, &o, &none) == 0 ? reg : NULL;
}

static void
run(struct job *j)
{
	struct question *q = (struct question *)j;
	const struct setup *s = q->asking->setup;
	const struct status_options o = {
	    .authority = channel_authority(s->authorities, &q->about.issuer),
	    .both = setup_keeps(s), .cache = q->asking->cache, .cancel = &j->cancel };
	struct registry *reg = open_registry(q->asking);

	status_ask(q->asking->net, reg, &q->about, &o, clock_now(), &q->report,
	    &q->err);
	net_rest(q->asking->net);
	registry_close(reg);
}

static void
done(struct job *j)
{
	struct question *q = (struct question *)j;

	q->done(q->arg, q->panel, &q->report, &q->err);
}

static void
free_question(struct job *j)
{
	struct question *q = (struct question *)j;

	status_report_clear(&q->report);
	status_about_clear(&q->about);
	free(q);
}

unsigned
asking_ask(struct asking *a, struct status_about *about, asking_done_fn *fn,
    void *arg, unsigned panel)
{
	struct question *q = mem_alloc(sizeof *q);

	q->job = (struct job){ .run = run, .done = done,
	    .free = free_question };
	q->asking = a;
	q->about = *about;
	*about = (struct status_about){ 0 };
	q->done = fn;
	q->arg = arg;
	q->panel = panel;
	return worker_post(a->worker, &q->job);
}

void
asking_cancel(struct asking *a, unsigned id)
{
	worker_cancel(a->worker, id);
}
