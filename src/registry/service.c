#include "config.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/paths.h"
#include "registry/privacy.h"
#include "registry/service.h"

/*
 * What is to go by rule goes at most a day late.  By the wall's clock, looked at
 * every hour: a machine that sleeps does not count its timers' hours.
 */
#define HOUR		INT64_C(3600)
#define RETAIN_EVERY	(23 * HOUR)	/* an hour may pass before it is seen */

/* A load that failed is tried again: another desk was writing, or the like. */
#define LOAD_AGAIN_MS	(60 * 1000)

/* For what is being kept at the end: another desk's write, and then some. */
#define FINISH_MS	(REGISTRY_BUSY_MS + 1000)

/* Only worker and handle are looked at by two threads. */
struct lane {
	struct service			*service;
	struct worker			*worker;
	_Atomic(struct registry *)	 handle;	/* opened by the first request */
	struct finder			*finder;
	bool				 filled;	/* finder has been loaded once */
	bool				 writes;
};

struct service {
	struct loop		*loop;
	char			*path, *point;
	enum registry_mode	 mode;
	int			 retain_days;
	void			(*changed)(void *);
	void			*arg;
	struct lane		 lanes[SERVICE_LANES];
	struct service_view	 view;
	unsigned		 timer;		/* looks whether retention is due */
	int64_t			 retained_at;	/* when it was last begun; 0: it is due */
	bool			 beginning;	/* begin is under way */
	bool			 loading;	/* or done, or to be tried again */
	unsigned		 again;		/* when load is to be tried again */
};

/* --- on a lane's thread --------------------------------------------------- */

/* A registry that may only be read can still be searched. */
static int
open_handle(struct lane *l, struct err *err)
{
	const struct service *s = l->service;
	const struct registry_options o = { .path = s->path,
	    .point = s->point };
	enum registry_mode mode = l->writes ? s->mode : REGISTRY_WRITE;
	struct registry *reg = NULL;
	struct err first = ERR_INIT;

	if (registry_open(&reg, mode, &o, &first) == -1 &&
	    (l->writes || first.code != ERR_READ_ONLY ||
	    registry_open(&reg, REGISTRY_READ, &o, &first) == -1)) {
		*err = first;
		return -1;
	}
	atomic_store(&l->handle, reg);
	return 0;
}

static void
run(struct job *j)
{
	struct request *r = (struct request *)j;
	struct lane *l = r->lane;
	struct service_hand hand = { .cancel = &j->cancel };

	if (atomic_load(&l->handle) == NULL && open_handle(l, &r->err) == -1)
		return;
	hand.registry = atomic_load(&l->handle);
	hand.finder = l->finder;
	if (l->filled && finder_load(l->finder, hand.registry, hand.cancel,
	    &r->err) == -1)
		return;
	(void)r->run(r, &hand, &r->err);
	/* Only who searches asks for the same pages again and again. */
	if (l != &l->service->lanes[SERVICE_LOOK])
		registry_rest(hand.registry);
}

static void
stop(struct job *j)
{
	struct lane *l = ((struct request *)j)->lane;
	struct registry *reg = atomic_load(&l->handle);

	if (reg != NULL)
		registry_interrupt(reg);
}

/* --- on the loop's thread ------------------------------------------------- */

static void
tell(struct service *s)
{
	s->changed(s->arg);
}

static int	 begin(struct request *, const struct service_hand *,
		    struct err *);
static void	 begun(struct request *);
static void	 chore_free(struct request *);
static void	 refreshed(struct request *);
static void	 chore(struct service *, enum service_lane,
		    int (*)(struct request *, const struct service_hand *,
		    struct err *), void (*)(struct request *),
		    struct finder *);

/*
 * Whoever could open it shows that what failed at the start need not fail now;
 * but for searching, a registry that may only be read is open enough.
 */
static bool
may_begin(const struct service *s, const struct request *r)
{
	const struct lane *l = r->lane;

	return s->view.state == SERVICE_FAILED && !s->beginning &&
	    r->err.code == ERR_NONE && r->free != chore_free &&
	    (l->writes || s->view.err.code != ERR_READ_ONLY);
}

/* What was written changes the figures that are shown. */
static void
done(struct job *j)
{
	struct request *r = (struct request *)j;
	struct lane *l = r->lane;

	if (j->late) {
		err_clear(&r->err);
		err_set(&r->err, ERR_TIMEOUT, l->service->path, NULL);
	}
	if (r->done != NULL)
		r->done(r);
	if (l->writes && r->free != chore_free)
		chore(l->service, SERVICE_BULK, begin, refreshed, NULL);
	if (may_begin(l->service, r)) {
		l->service->beginning = true;
		chore(l->service, SERVICE_KEEP, begin, begun, NULL);
	}
	tell(l->service);
}

static void
finish(struct job *j)
{
	struct request *r = (struct request *)j;

	r->free(r);
}

struct service_ticket
service_ask(struct service *s, enum service_lane lane, struct request *r)
{
	r->job = (struct job){ .run = run, .done = done, .free = finish,
	    .stop = stop, .chore = r->free == chore_free,
	    .deadline_ms = r->deadline_ms };
	r->lane = &s->lanes[lane];
	return (struct service_ticket){ lane,
	    worker_post(s->lanes[lane].worker, &r->job) };
}

void
service_cancel(struct service *s, struct service_ticket *t)
{
	if (t->id != 0)
		worker_cancel(s->lanes[t->lane].worker, t->id);
	t->id = 0;
}

const struct service_view *
service_view(const struct service *s)
{
	return &s->view;
}

/* --- what is done without being asked -------------------------------------- */

struct chore {
	struct request		 request;
	struct service		*service;
	struct registry_info	 info;
	struct finder		*finder;
	int64_t			 removed;
	bool			 anew;
};

static void
chore_free(struct request *r)
{
	struct chore *c = (struct chore *)r;

	finder_free(c->finder);
	free(c);
}

static void
chore(struct service *s, enum service_lane lane,
    int (*work)(struct request *, const struct service_hand *, struct err *),
    void (*after)(struct request *), struct finder *finder)
{
	struct chore *c = mem_alloc(sizeof *c);

	c->request.run = work;
	c->request.done = after;
	c->request.free = chore_free;
	c->service = s;
	c->finder = finder;
	service_ask(s, lane, &c->request);
}

static int
retain(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct chore *c = (struct chore *)r;

	int64_t now = clock_now();

	if (privacy_retain_doubt(hand->registry, c->service->retain_days, now,
	    err) == -1)
		return -1;
	return privacy_retain(hand->registry, c->service->retain_days, now,
	    false, &c->removed, err);
}

static void
retained(struct request *r)
{
	struct chore *c = (struct chore *)r;

	c->service->view.retain_err = r->err;
	if (r->err.code != ERR_NONE) {
		log_err("retention", &r->err);
		/* A clock that is doubted is so the next hour too. */
		if (r->err.code != ERR_RETENTION_HELD)
			c->service->retained_at = 0;
	}
	/* What has gone has gone, also where cleaning up behind it failed. */
	c->service->view.retained += c->removed;
	if (c->removed > 0)
		chore(c->service, SERVICE_BULK, begin, refreshed, NULL);
}

/* A clock that was set back says nothing of how long it has been. */
static void
retain_daily(void *arg)
{
	struct service *s = arg;
	int64_t now = clock_now();

	if (now >= s->retained_at + RETAIN_EVERY || now < s->retained_at) {
		s->retained_at = now;
		chore(s, SERVICE_KEEP, retain, retained, NULL);
	}
	s->timer = loop_timer(s->loop, HOUR * 1000, retain_daily, s);
}

/* The filled finder takes the place of the empty one, on the asking thread. */
static int
install(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct chore *c = (struct chore *)r;
	struct lane *l = r->lane;

	(void)hand;
	(void)err;
	finder_free(l->finder);
	l->finder = c->finder;
	c->finder = NULL;
	l->filled = true;
	return 0;
}

static void
installed(struct request *r)
{
	((struct chore *)r)->service->view.loaded = true;
}

static int
load(struct request *r, const struct service_hand *hand, struct err *err)
{
	return finder_load(((struct chore *)r)->finder, hand->registry,
	    hand->cancel, err);
}

static void	 load_all(void *);

static void
loaded(struct request *r)
{
	struct chore *c = (struct chore *)r;
	struct service *s = c->service;
	struct finder *f = c->finder;

	if (r->err.code != ERR_NONE) {
		log_err("reading what search needs", &r->err);
		s->again = loop_timer(s->loop, LOAD_AGAIN_MS, load_all, s);
		return;
	}
	c->finder = NULL;
	chore(s, SERVICE_LOOK, install, installed, f);
}

static void
load_all(void *arg)
{
	struct service *s = arg;

	s->again = 0;
	s->loading = true;
	chore(s, SERVICE_BULK, load, loaded, finder_new());
}

static int
begin(struct request *r, const struct service_hand *hand, struct err *err)
{
	((struct chore *)r)->anew = registry_is_anew(hand->registry);
	return registry_info(hand->registry, &((struct chore *)r)->info, err);
}

static void
refreshed(struct request *r)
{
	struct chore *c = (struct chore *)r;

	if (r->err.code == ERR_NONE)
		c->service->view.info = c->info;
}

/* Only now can the other lanes open it: this one may have had to make it. */
static void
begun(struct request *r)
{
	struct chore *c = (struct chore *)r;
	struct service *s = c->service;

	s->beginning = false;
	s->view.anew |= c->anew;
	if (c->anew)
		log_warn("registry: made anew, though its key was there");
	s->view.err = r->err;
	s->view.info = c->info;
	s->view.state = r->err.code == ERR_NONE ? SERVICE_OPEN : SERVICE_FAILED;
	if (r->err.code != ERR_NONE)
		log_err("opening the registry", &r->err);
	else if (s->retain_days > 0)
		retain_daily(s);
	if (!s->loading && (r->err.code == ERR_NONE ||
	    r->err.code == ERR_READ_ONLY))
		load_all(s);
}

struct service *
service_new(struct loop *loop, const struct service_options *o,
    void (*changed)(void *), void *arg)
{
	struct service *s = mem_alloc(sizeof *s);

	s->loop = loop;
	/* Looked up here: the usual path is made once, for one thread. */
	s->path = mem_strdup(o->path != NULL ? o->path : paths_registry());
	s->point = mem_strdup(o->point);
	s->mode = o->mode;
	s->retain_days = o->retain_days;
	s->changed = changed;
	s->arg = arg;
	for (int i = 0; i < SERVICE_LANES; i++)
		s->lanes[i] = (struct lane){ .service = s,
		    .worker = worker_new(loop), .writes = i == SERVICE_KEEP };
	s->lanes[SERVICE_LOOK].finder = finder_new();
	s->beginning = true;
	chore(s, SERVICE_KEEP, begin, begun, NULL);
	return s;
}

void
service_free(struct service *s)
{
	if (s == NULL)
		return;
	loop_timer_cancel(s->loop, s->timer);
	loop_timer_cancel(s->loop, s->again);
	/* Whoever looked has left; what somebody confirmed is done. */
	for (int i = 0; i < SERVICE_LANES; i++)
		if (i != SERVICE_KEEP)
			worker_free(s->lanes[i].worker);
	if (!worker_finish(s->lanes[SERVICE_KEEP].worker, FINISH_MS))
		log_warn("leaving: not all was kept, the registry is busy");
	worker_free(s->lanes[SERVICE_KEEP].worker);
	for (int i = 0; i < SERVICE_LANES; i++) {
		registry_close(atomic_load(&s->lanes[i].handle));
		finder_free(s->lanes[i].finder);
	}
	free(s->path);
	free(s->point);
	free(s);
}
