#include "config.h"

#include "ui/renewing.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/holder.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/worker.h"
#include "ui/desk.h"
#include "ui/renewtalk.h"

#define AGAIN_MIN_MS	1000	/* between two questions to an authority */
#define AGAIN_MAX_MS	3600000
#define AGAIN_BROKEN	60	/* seconds until a registry is tried again */
#define DUE_MAX		100	/* renewals of one round */

struct running;

struct renewing {
	const struct setup	*setup;
	struct loop		*loop;
	struct card_client	*client;
	void			(*changed)(void *);
	void			*arg;
	struct worker		*worker;
	struct renewtalk	*talk;
	struct renewing_view	 view;
	_Atomic(int64_t)	 open;		/* the thread counts them */
	struct running		*run;		/* not back yet, or NULL */
	struct renewwork	*works;		/* likewise */
	int64_t			 attended;	/* 0: nobody looks */
	unsigned		 attendant;	/* panel */
	bool			 gone;		/* a question was, with its card */
	unsigned		 timer;		/* of the next round, or 0 */
	/* The thread's own. */
	const char		*path;
	char			 by[HOLDER_MAX];
	struct net		*net;
	struct registry		*registry;
	struct order_service	*orders;
};

/* One renewal, or (id 0) each that the authority is to be asked about. */
struct running {
	struct job		 job;
	struct renewing		*renewing;
	struct card_hand	*hand;
	int64_t			 id;
	struct buf		 brought;
	enum renewal_end	 end;
	int64_t			 next;		/* 0: nothing by itself */
	struct err		 err;
};

static void	 post(struct renewing *, int64_t id, struct buf *brought);

/* --- on the thread --------------------------------------------------------------- */

/*
 * Where there is none it is made only for what has to be on disk first; orders
 * are asked about without one too.
 */
static int
open_registry(struct renewing *r, bool make, struct err *err)
{
	const char *point = r->setup->conf->point;
	const struct registry_options options = { .path = r->path,
	    .point = point[0] != '\0' ? point : NULL };
	struct registry *reg = NULL;
	int rc = 0;

	if (r->registry == NULL && (rc = registry_open(&reg, make ?
	    REGISTRY_CREATE : REGISTRY_WRITE, &options, err)) == 0) {
		r->registry = reg;
		order_service_free(r->orders);
		r->orders = NULL;
	}
	if (r->orders == NULL)
		r->orders = order_service_new(r->net, r->registry,
		    r->setup->authorities);
	return rc;
}

static struct renewal_run
tools(struct renewing *r, struct card_hand *hand, const atomic_bool *cancel)
{
	return (struct renewal_run){ .registry = r->registry, .net = r->net,
	    .orders = r->orders, .authorities = r->setup->authorities,
	    .conf = r->setup->conf,
	    .hand = hand, .people = renewtalk_people(r->talk), .by = r->by,
	    .cancel = cancel };
}

/* For the first line; what cannot be counted has other errors to tell. */
static void
count(struct renewing *r)
{
	struct err err = ERR_INIT;
	int64_t open = 0;

	if (r->registry != NULL && renewals_count(r->registry, &open, &err) ==
	    -1)
		log_err("renewals", &err);
	else
		atomic_store(&r->open, open);
}

/* Those whose turn it is, out of what the registry lends. */
struct due {
	int64_t	 id[DUE_MAX], now, next;
	size_t	 n;
};

static int
note_due(const struct renewal_row *row, void *arg)
{
	struct due *d = arg;
	int64_t at = row->sum.due;

	if (at == 0 || d->n == DUE_MAX)
		return 0;
	if (renewal_is_due(&row->sum, d->now))
		d->id[d->n++] = row->id;
	else if (d->next == 0 || at < d->next)
		d->next = at;
	return 0;
}

/* What goes wrong with one is that one's, and stands in it. */
static void
run_due(struct running *w, struct renewal_run *run)
{
	struct due d = { .now = clock_now() };

	if (renewals_each(run->registry, false, DUE_MAX, note_due, &d,
	    &w->err) == -1)
		return;
	for (size_t i = 0; i < d.n && !atomic_load(run->cancel); i++) {
		struct err err = ERR_INIT;
		enum renewal_end end;
		int64_t next = 0;

		if (renewal_run(run, d.id[i], &end, &next, &err) == -1) {
			log_err("renewal", &err);
			next = clock_now() + AGAIN_BROKEN;
		}
		if (next != 0 && (d.next == 0 || next < d.next))
			d.next = next;
	}
	w->next = d.next;
}

static void
run_job(struct job *j)
{
	struct running *w = (struct running *)j;
	struct renewing *r = w->renewing;
	struct renewal_run run;

	w->end = RENEWAL_END_FAILED;
	if (open_registry(r, w->id != 0, &w->err) == -1) {
		/* Before the first one there is nothing that could be due. */
		if (w->id == 0 && w->err.code == ERR_NO_REGISTRY)
			err_clear(&w->err);
		return;
	}
	run = tools(r, w->hand, &j->cancel);
	run.brought = span_of(w->brought.data, w->brought.len);
	run.alone = w->id == 0;
	renewtalk_begin(r->talk, w->id, &j->cancel);
	if (w->id == 0)
		run_due(w, &run);
	else if (renewal_run(&run, w->id, &w->end, &w->next, &w->err) == -1)
		w->end = RENEWAL_END_FAILED;
	renewtalk_end(r->talk);
	count(r);
	net_rest(r->net);
}

/* --- on the loop's ----------------------------------------------------------------- */

static void
stop_job(struct job *j)
{
	struct running *w = (struct running *)j;

	card_hand_shake(w->hand);
	renewtalk_shake(w->renewing->talk);
}

static void
wake(void *arg)
{
	struct renewing *r = arg;

	r->timer = 0;
	post(r, 0, NULL);
}

static void
sleep_until(struct renewing *r, int64_t next)
{
	int64_t ms = (next - clock_now()) * 1000;

	loop_timer_cancel(r->loop, r->timer);
	r->timer = next == 0 ? 0 : loop_timer(r->loop, ms < AGAIN_MIN_MS ?
	    AGAIN_MIN_MS : ms > AGAIN_MAX_MS ? AGAIN_MAX_MS : ms, wake, r);
}

static void
drop_question(struct renewing *r)
{
	renewtalk_question_free((struct renewing_question *)r->view.question);
	r->view.question = NULL;
}

static void
job_done(struct job *j)
{
	struct running *w = (struct running *)j;
	struct renewing *r = w->renewing;

	r->run = NULL;
	r->view.running = 0;
	r->view.open = atomic_load(&r->open);
	drop_question(r);
	if (w->id != 0) {
		r->view.last = w->id;
		r->view.end = r->gone && w->end == RENEWAL_END_PERSON ?
		    RENEWAL_END_CARD : w->end;
		r->view.next = w->next;
		r->view.err = w->err;
		/* Another may be due before it. */
		sleep_until(r, clock_now());
	} else {
		/* What cannot be read may hold some that are due. */
		if (w->err.code != ERR_NONE) {
			log_err("renewals", &w->err);
			w->next = clock_now() + AGAIN_BROKEN;
		}
		sleep_until(r, w->next);
	}
	r->changed(r->arg);
}

static void
job_free(struct job *j)
{
	struct running *w = (struct running *)j;

	if (w->renewing->run == w)
		w->renewing->run = NULL;
	card_hand_free(w->hand);
	buf_clear(&w->brought);
	free(w);
}

/* What the person asked for goes before what would have been done by itself. */
static void
post(struct renewing *r, int64_t id, struct buf *brought)
{
	struct running *w;

	if (r->run != NULL && (id == 0 || r->run->id == id)) {
		if (brought != NULL)
			buf_clear(brought);
		return;
	}
	w = mem_alloc(sizeof *w);
	w->job = (struct job){ .run = run_job, .done = job_done,
	    .free = job_free, .stop = stop_job };
	w->renewing = r;
	w->id = id;
	buf_init(&w->brought, RENEWALS_PART_MAX);
	if (brought != NULL) {
		w->brought = *brought;
		buf_init(brought, RENEWALS_PART_MAX);
	}
	w->hand = card_hand_new(r->loop, r->client, &w->job.cancel);
	if (r->run != NULL) {
		worker_cancel(r->worker, r->run->job.id);
		drop_question(r);
	}
	r->run = w;
	if (id != 0) {
		r->view.running = id;
		r->view.doing = DOING_LOOK;
		r->view.since = clock_now();
		err_clear(&r->view.err);
		r->gone = false;
	}
	worker_post(r->worker, &w->job);
}

void
renewing_go(struct renewing *r, int64_t id, struct buf *brought)
{
	post(r, id, brought);
	r->changed(r->arg);
}

void
renewing_look_again(struct renewing *r)
{
	post(r, 0, NULL);
}

static void
attend(struct renewing *r, int64_t id)
{
	r->attended = id;
	renewtalk_attend(r->talk, id);
	if (r->view.question != NULL && r->view.running != id)
		renewing_refuse(r, r->view.question->number);
}

void
renewing_attend(struct renewing *r, int64_t id, unsigned panel)
{
	r->attendant = panel;
	attend(r, id);
}

void
renewing_leave(struct renewing *r, unsigned panel)
{
	if (r->attendant == panel)
		attend(r, 0);
}

void
renewing_news(struct renewing *r)
{
	if (r->run != NULL)
		card_hand_news(r->run->hand);
	for (struct renewwork *w = r->works; w != NULL; w = w->next)
		card_hand_news(w->hand);
}

const struct renewing_view *
renewing_view(const struct renewing *r)
{
	return &r->view;
}

/* --- questions and answers ------------------------------------------------------------ */

/* The run said something: what it does, that it went on, what it asks. */
static void
heard(void *arg)
{
	struct renewing *r = arg;
	struct renewtalk_news n;

	renewtalk_take(r->talk, &n);
	if (n.doing != r->view.doing) {
		r->view.doing = n.doing;
		r->view.since = n.since;
	}
	if (n.question != NULL) {
		drop_question(r);
		r->view.question = n.question;
		/* Whoever could have answered has gone meanwhile. */
		if (r->attended == 0 || r->attended != r->view.running)
			renewing_refuse(r, n.question->number);
	}
	r->changed(r->arg);
}

void
renewing_pin(struct renewing *r, unsigned question, struct secret *pin)
{
	if (renewtalk_answer(r->talk, question, 1, pin))
		drop_question(r);
}

void
renewing_answer(struct renewing *r, unsigned question, bool yes)
{
	if (renewtalk_answer(r->talk, question, yes, NULL))
		drop_question(r);
}

void
renewing_refuse(struct renewing *r, unsigned question)
{
	if (renewtalk_answer(r->talk, question, -1, NULL))
		drop_question(r);
}

void
renewing_gone(struct renewing *r, unsigned question)
{
	r->gone = true;
	renewing_refuse(r, question);
}

/* --- work for panels --------------------------------------------------------------------- */

int
renewwork_look(struct renewwork *w, const struct renewal_run *run,
    struct err *err)
{
	return renewlook(run, &w->about, &w->look, err);
}

int
renewwork_begin(struct renewwork *w, const struct renewal_run *run,
    struct err *err)
{
	return renewlook_begin(run->registry, &w->look, &w->id, &w->existing,
	    err);
}

int
renewwork_export(struct renewwork *w, const struct renewal_run *run,
    struct err *err)
{
	return renewlook_export(run->hand, &w->about, w->file, err);
}

static void
work_run(struct job *j)
{
	struct renewwork *w = (struct renewwork *)j;
	struct renewal_run run;

	if (open_registry(w->renewing, w->act == renewwork_begin, &w->err) ==
	    -1 && w->err.code != ERR_NO_REGISTRY)
		return;
	err_clear(&w->err);
	run = tools(w->renewing, w->hand, &j->cancel);
	w->act(w, &run, &w->err);
	count(w->renewing);
	net_rest(w->renewing->net);
}

static void
work_stop(struct job *j)
{
	card_hand_shake(((struct renewwork *)j)->hand);
}

static void
work_done(struct job *j)
{
	struct renewwork *w = (struct renewwork *)j;
	struct panel *p = desk_find_panel(w->desk, w->panel);

	w->renewing->view.open = atomic_load(&w->renewing->open);
	desk_dirty(w->desk);
	if (p != NULL)
		w->back(p, w);
	/* Nobody looks any more, and yet it was wanted. */
	else if (w->err.code != ERR_NONE)
		desk_tell_error(w->desk, &w->err);
}

static void
work_free(struct job *j)
{
	struct renewwork *w = (struct renewwork *)j;
	struct renewwork **at = &w->renewing->works;

	while (*at != NULL && *at != w)
		at = &(*at)->next;
	if (*at == w)
		*at = w->next;
	card_hand_free(w->hand);
	renewlook_clear(&w->look);
	free(w->file);
	free(w);
}

struct renewwork *
renewwork_new(struct panel *p, renewwork_act_fn *act, renewwork_back_fn *back)
{
	struct renewwork *w = mem_alloc(sizeof *w);

	w->job = (struct job){ .run = work_run, .done = work_done,
	    .free = work_free, .stop = work_stop };
	w->renewing = desk_renewing(p->desk);
	w->desk = p->desk;
	w->panel = p->id;
	w->act = act;
	w->back = back;
	return w;
}

unsigned
renewwork_post(struct renewwork *w)
{
	struct renewing *r = w->renewing;

	w->hand = card_hand_new(r->loop, r->client, &w->job.cancel);
	w->next = r->works;
	r->works = w;
	return worker_post(r->worker, &w->job);
}

void
renewwork_cancel(struct desk *d, unsigned id)
{
	if (id != 0)
		worker_cancel(desk_renewing(d)->worker, id);
}

/* --- its life ------------------------------------------------------------------------------ */

struct renewing *
renewing_new(struct loop *loop, const struct setup *setup,
    struct card_client *client, void (*changed)(void *), void *arg)
{
	struct renewing *r = mem_alloc(sizeof *r);
	const struct net_options options = setup_way(setup);

	r->setup = setup;
	r->loop = loop;
	r->client = client;
	r->changed = changed;
	r->arg = arg;
	r->path = setup_registry(setup);
	holder_name(r->by, "renewals");
	r->talk = renewtalk_new(loop, heard, r);
	r->worker = worker_new(loop);
	r->net = net_new(&options);
	sleep_until(r, clock_now());
	return r;
}

void
renewing_free(struct renewing *r)
{
	if (r == NULL)
		return;
	loop_timer_cancel(r->loop, r->timer);
	worker_free(r->worker);
	drop_question(r);
	renewtalk_free(r->talk);
	order_service_free(r->orders);
	registry_close(r->registry);
	net_free(r->net);
	free(r);
}
