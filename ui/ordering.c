#include "config.h"

#include "ui/ordering.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "order/clause.h"
#include "ui/askout.h"
#include "ui/desk.h"
#include "ui/pageout.h"
#include "ui/views.h"

#define AGAIN_MIN_MS	1000	/* between two rounds of sending */
#define AGAIN_MAX_MS	3600000
#define BUSY_WAIT	60	/* seconds; until a registry is tried again */
/* For what is put on disk at the end: another desk's write, and then some. */
#define FINISH_MS	(REGISTRY_BUSY_MS + 1000)

struct ordering {
	const struct setup	*setup;
	struct loop		*loop;
	struct worker		*worker;
	void			(*sent)(void *);
	void			*arg;
	unsigned		 timer;		/* of the next round, or 0 */
	atomic_bool		 leaving;	/* put on disk, do not send */
	/* The thread's own. */
	const char		*path;
	struct net		*net;
	struct registry		*registry;
	struct err		 unopened;	/* why it could not be opened */
	struct order_service	*service;
};

/* Sending what waits; nobody is told but the desk. */
struct round {
	struct job		 job;
	struct ordering		*ordering;
	int64_t			 next;
};

static void	 begin_round(struct ordering *);

/* --- the thread ------------------------------------------------------------ */

/* What is learnt is remembered, where there is a registry to do it in. */
static struct order_service *
service_of(struct ordering *o)
{
	const char *point = o->setup->conf->point;
	const struct registry_options options = { .path = o->path,
	    .point = point[0] != '\0' ? point : NULL };
	bool keeps = setup_keeps(o->setup);

	if (o->service != NULL && (o->registry != NULL || !keeps))
		return o->service;
	/* One may have been made since, a full disk have room again. */
	err_clear(&o->unopened);
	if (keeps && registry_open(&o->registry, o->setup->conf->remember ?
	    REGISTRY_CREATE : REGISTRY_WRITE, &options, &o->unopened) == -1)
		o->registry = NULL;
	if (o->service != NULL && o->registry == NULL)
		return o->service;
	order_service_free(o->service);
	o->service = order_service_new(o->net, o->registry,
	    o->setup->authorities);
	return o->service;
}

static void
work_run(struct job *j)
{
	struct orderwork *w = (struct orderwork *)j;
	struct order_service *s = service_of(w->ordering);

	w->act(w, s, w->ordering->registry, &w->err);
	/* There is no screen any more to tell it on. */
	if (w->err.code != ERR_NONE && atomic_load(&w->ordering->leaving))
		log_err("leaving: an order's work", &w->err);
}

static void
round_run(struct job *j)
{
	struct round *r = (struct round *)j;
	struct order_service *s = service_of(r->ordering);
	struct err err = ERR_INIT;

	if (r->ordering->registry != NULL)
		(void)order_send(s, 0, &j->cancel, &r->next, &err);
	else if (r->ordering->unopened.code != ERR_NONE &&
	    r->ordering->unopened.code != ERR_NO_REGISTRY)
		r->next = clock_now() + BUSY_WAIT;
}

/* Where nobody knows it, the likeliest meaning's answer tells why. */
int
orderwork_look(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	(void)reg;
	for (size_t i = 0; i < w->nqueries; i++) {
		struct order_answer a = { .n = 0 };

		if (order_look(s, &w->queries[i], &w->job.cancel, &a,
		    err) == -1) {
			order_answer_clear(&a);
			return -1;
		}
		if (i == 0 || order_answer_rather(&w->answer, &a)) {
			order_answer_clear(&w->answer);
			w->answer = a;
		} else {
			order_answer_clear(&a);
		}
		/* The next kind would only hide what is known of this one. */
		if (w->answer.n > 0 || w->answer.nnear > 0 ||
		    w->answer.why != ORDER_WHY_UNKNOWN)
			break;
	}
	return 0;
}

static int
orderwork_form(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	(void)reg;
	return order_form(s, w->authority, w->number, &w->job.cancel, &w->page,
	    err);
}

/* The words for the screen are an extra: without them the form is still one. */
int
orderwork_form_read(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	struct err none = ERR_INIT;

	if (orderwork_form(w, s, reg, err) == -1)
		return -1;
	order_form_text(s, w->authority, w->number, &w->job.cancel, &w->text,
	    &none);
	return 0;
}

int
orderwork_clause(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	(void)s;
	(void)reg;
	return order_clause(w->authority, w->language, &w->text, err);
}

int
orderwork_form_save(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	return orderwork_form(w, s, reg, err) == -1 ? -1 :
	    pageout_save(w->file, &w->page, err);
}

int
orderwork_form_print(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	return orderwork_form(w, s, reg, err) == -1 ? -1 :
	    pageout_print(w->ordering->setup->conf, w->number, &w->page,
	    &w->job.cancel, err);
}

/*
 * It is on disk: what goes wrong from here on is tried again by itself, and
 * whoever leaves does not wait for a network.
 */
static int
send_now(struct orderwork *w, struct order_service *s, struct registry *reg,
    struct err *err)
{
	const atomic_bool *leaving = &w->ordering->leaving;
	struct err later = ERR_INIT;
	int64_t next;

	atomic_store(&w->kept, true);
	if (!atomic_load(leaving))
		order_send(s, w->id, leaving, &next, &later);
	return order_out_get(reg, w->id, &w->out, err);
}

static int
no_registry(const struct ordering *o, struct err *err)
{
	if (o->unopened.code == ERR_NONE)
		return err_set(err, ERR_NO_REGISTRY, o->path, NULL);
	*err = o->unopened;
	return -1;
}

int
orderwork_resend(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	if (reg == NULL)
		return no_registry(w->ordering, err);
	if (order_put_resend(reg, w->authority, w->number, w->what, &w->id,
	    err) == -1)
		return -1;
	return send_now(w, s, reg, err);
}

static struct order_question
question_of(const struct orderwork *w)
{
	return (struct order_question){ .name = w->name,
	    .contact = w->contact, .text = w->text, .clause = w->clause,
	    .language = w->language, .order = w->number,
	    .contract = w->contract, .consent = w->consent };
}

int
orderwork_question_page(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	const struct order_question q = question_of(w);
	int rc;

	(void)s;
	rc = askout(reg, w->ordering->setup->conf, w->authority, &q, w->file,
	    &w->job.cancel, &w->out, err);
	/* The page is out: it is not to be made twice. */
	if (rc == 0 || err->code == ERR_NOT_NOTED)
		atomic_store(&w->kept, true);
	return rc;
}

int
orderwork_question(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	const struct order_question q = question_of(w);

	if (!setup_keeps(w->ordering->setup))
		return order_ask_now(s, w->authority, &q, &w->tried,
		    &w->job.cancel, &w->out, err);
	if (reg == NULL)
		return no_registry(w->ordering, err);
	if (order_put_question(reg, w->authority, &q, &w->id, err) == -1)
		return -1;
	return send_now(w, s, reg, err);
}

int
orderwork_out(struct orderwork *w, struct order_service *s,
    struct registry *reg, struct err *err)
{
	(void)s;
	return reg == NULL ? no_registry(w->ordering, err) :
	    order_out_get(reg, w->id, &w->out, err);
}

/* --- the desk's ---------------------------------------------------------------- */

static void
again(void *arg)
{
	struct ordering *o = arg;

	o->timer = 0;
	begin_round(o);
}

static void
round_done(struct job *j)
{
	struct round *r = (struct round *)j;
	struct ordering *o = r->ordering;
	int64_t ms = (r->next - clock_now()) * 1000;

	o->sent(o->arg);
	if (r->next == 0)
		return;
	loop_timer_cancel(o->loop, o->timer);
	o->timer = loop_timer(o->loop, ms < AGAIN_MIN_MS ? AGAIN_MIN_MS :
	    ms > AGAIN_MAX_MS ? AGAIN_MAX_MS : ms, again, o);
}

static void
round_free(struct job *j)
{
	free(j);
}

static void
begin_round(struct ordering *o)
{
	struct round *r = mem_alloc(sizeof *r);

	r->job = (struct job){ .run = round_run, .done = round_done,
	    .free = round_free, .chore = true };
	r->ordering = o;
	worker_post(o->worker, &r->job);
}

/* What somebody gave away, and holds to be on its way; a kiosk keeps nothing. */
static bool
is_given(const struct orderwork *w)
{
	return setup_keeps(w->ordering->setup) &&
	    (w->act == orderwork_question || w->act == orderwork_resend ||
	    w->act == orderwork_question_page);
}

/* Nobody stands before its page any more, and yet it was wanted. */
static void
say_lost(const struct orderwork *w)
{
	if (w->err.code != ERR_NONE && (is_given(w) ||
	    w->act == orderwork_form_save || w->act == orderwork_form_print))
		desk_tell_error(w->desk, &w->err);
}

static void
work_done(struct job *j)
{
	struct orderwork *w = (struct orderwork *)j;
	struct panel *p = desk_find_panel(w->desk, w->panel);
	struct err why = w->answer.err;	/* back takes the answer */

	desk_dirty(w->desk);
	if (p != NULL)
		w->back(p, w);
	else
		say_lost(w);
	/* A look sends nothing. */
	if (w->act == orderwork_out)
		return;
	/* Somebody asked: what the proxy wants to know is asked for at once. */
	if (p != NULL && !view_proxy_offer(w->desk, p, &w->err) &&
	    !view_proxy_offer(w->desk, p, &why))
		(void)view_proxy_offer(w->desk, p, &w->out.err);
	/* What did not get through is to be tried again later. */
	if (w->id != 0 && w->out.state == ORDER_OUT_WAITING)
		begin_round(w->ordering);
}

/* What somebody wrote is theirs: nothing of it stays in memory. */
static void
forget(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

static void
work_free(struct job *j)
{
	struct orderwork *w = (struct orderwork *)j;

	forget(w->name);
	forget(w->contact);
	forget(w->text);
	free(w->clause);
	order_answer_clear(&w->answer);
	order_out_clear(&w->out);
	buf_clear(&w->page);
	free(w->number);
	free(w->what);
	free(w->file);
	explicit_bzero(w->queries, sizeof w->queries);
	free(w);
}

struct orderwork *
orderwork_new(struct panel *p, orderwork_act_fn *act, orderwork_back_fn *back)
{
	struct orderwork *w = mem_alloc(sizeof *w);

	w->job = (struct job){ .run = work_run, .done = work_done,
	    .free = work_free };
	w->ordering = desk_ordering(p->desk);
	w->desk = p->desk;
	w->panel = p->id;
	w->act = act;
	w->back = back;
	buf_init(&w->page, ORDER_FORM_MAX);
	return w;
}

unsigned
orderwork_post(struct orderwork *w)
{
	w->job.chore = !is_given(w);
	return worker_post(w->ordering->worker, &w->job);
}

void
orderwork_cancel(struct desk *d, unsigned id)
{
	worker_cancel(desk_ordering(d)->worker, id);
}

void
ordering_kick(struct ordering *o)
{
	begin_round(o);
}

struct ordering *
ordering_new(struct loop *loop, const struct setup *setup,
    void (*sent)(void *), void *arg)
{
	struct ordering *o = mem_alloc(sizeof *o);
	const struct net_options options = setup_way(setup);

	o->setup = setup;
	o->loop = loop;
	o->sent = sent;
	o->arg = arg;
	o->path = setup_registry(setup);
	o->worker = worker_new(loop);
	o->net = net_new(&options);
	begin_round(o);
	return o;
}

void
ordering_finish(struct ordering *o)
{
	atomic_store(&o->leaving, true);
	if (!worker_finish(o->worker, FINISH_MS))
		log_warn("leaving: not all was put on disk to be sent");
}

void
ordering_free(struct ordering *o)
{
	if (o == NULL)
		return;
	ordering_finish(o);
	loop_timer_cancel(o->loop, o->timer);
	worker_free(o->worker);
	order_service_free(o->service);
	registry_close(o->registry);
	net_free(o->net);
	free(o);
}
