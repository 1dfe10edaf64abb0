/* Rounds for a program with a loop: a thread, a registry and a way out of its
 * own, which sleep until a case is due. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/holder.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/worker.h"
#include "revocation/officer.h"
#include "revocation/officer_card.h"
#include "revocation/rounds.h"

/* Whose key is on a card, by its certificate. */
struct officer_at {
	const struct authority	*authority;
	uint8_t			 cert[32];
};

/* Only the handle and the hurry are looked at by two threads. */
struct rounds {
	struct loop			*loop;
	struct worker			*worker;
	char				*path, *point;
	char				 by[HOLDER_MAX];
	struct net			*net;		/* the thread's */
	_Atomic(struct registry *)	 handle;	/* the thread's */
	const struct authorities	*authorities;
	struct officer_at		 officers[AUTHORITIES_MAX];
	size_t				 nofficers;
	void				(*changed)(void *);
	void				*arg;
	struct rounds_view		 view;
	unsigned			 timer;		/* of the next pass */
	unsigned			 running;	/* jobs that are not back */
	bool				 waiting, again; /* a pass over all */
	atomic_bool			 hurry;		/* which then gives way */
	int64_t				 unused;	/* whose password was; or 0 */
	bool				 known;		/* how many are open */
};

struct passing {
	struct job		 job;
	struct rounds		*rounds;
	int64_t			 only;
	struct secret		*password;
	char			*password_ref;
	struct officer_card	*card;
	/* what came of it */
	struct cases_count	 count;
	int64_t			 now, next;
	bool			 moved;
	struct err		 err;
};

static void	post(struct rounds *, int64_t only, struct secret *,
		    const char *ref, struct officer_card *);

/* --- on the thread ----------------------------------------------------------- */

static int
open_registry(struct rounds *r, struct err *err)
{
	const struct registry_options o = { .path = r->path,
	    .point = r->point };
	struct registry *reg = NULL;

	if (atomic_load(&r->handle) != NULL)
		return 0;
	if (registry_open(&reg, REGISTRY_WRITE, &o, err) == -1)
		return -1;
	atomic_store(&r->handle, reg);
	return 0;
}

static void
note_move(int64_t id, void *arg)
{
	struct passing *p = arg;

	(void)id;
	p->moved = true;
}

static void
run(struct job *j)
{
	struct passing *p = (struct passing *)j;
	struct rounds *r = p->rounds;
	const struct rounds_options o = { .authorities = r->authorities,
	    .by = r->by, .only = p->only, .password = p->password,
	    .password_ref = p->password_ref, .signer = p->card != NULL ?
	    officer_card_signer(p->card, &j->cancel, OFFICER_CARD_MS) : NULL,
	    .cancel = &j->cancel, .yield = p->only == 0 ? &r->hurry : NULL,
	    .changed = note_move, .arg = p };
	struct registry *reg;

	p->now = clock_now();
	if (open_registry(r, &p->err) == -1)
		return;
	reg = atomic_load(&r->handle);
	if (rounds_run(reg, r->net, &o, p->now, &p->next, &p->err) == 0)
		(void)cases_count(reg, &p->count, &p->err);
	/* A process is not kept for what comes much later, or never. */
	if (p->next == 0 || p->next - p->now > NET_IDLE_MS / 1000)
		net_rest(r->net);
}

static void
stop(struct job *j)
{
	struct passing *p = (struct passing *)j;
	struct registry *reg = atomic_load(&p->rounds->handle);

	if (p->only == 0)
		atomic_store(&p->rounds->hurry, true);
	if (reg != NULL)
		registry_interrupt(reg);
	if (p->card != NULL)
		officer_card_shake(p->card);
}

/* --- on the loop's ------------------------------------------------------------- */

static void
wake(void *arg)
{
	struct rounds *r = arg;

	r->timer = 0;
	rounds_look(r);
}

/* With nothing open there is no timer, and nothing ever wakes. */
static void
sleep_until(struct rounds *r, int64_t next)
{
	int64_t now = clock_now();

	loop_timer_cancel(r->loop, r->timer);
	r->timer = next == 0 ? 0 : loop_timer(r->loop, next > now &&
	    next <= now + CASES_DUE_MAX ? (next - now) * 1000 : 0, wake, r);
}

static bool
same_count(const struct cases_count *a, const struct cases_count *b)
{
	return a->open == b->open && a->deadline == b->deadline &&
	    a->due == b->due;
}

/* A registry that nobody has made yet has no cases. */
static void
take(struct rounds *r, const struct passing *p)
{
	struct cases_count none = { 0 };
	int64_t open = r->view.count.open;

	/* The one that it is about alone: the next pass is as it was. */
	if (p->only != 0 && p->err.code == ERR_CASE_MOVED) {
		r->unused = p->only;
		return;
	}
	r->view.err = p->err;
	if (p->err.code == ERR_NONE) {
		r->view.count = p->count;
		r->known = true;
		sleep_until(r, p->only != 0 ? p->count.due : p->next);
		return;
	}
	if (p->err.code == ERR_NO_REGISTRY) {
		err_clear(&r->view.err);
		r->view.count = none;
		r->known = true;
		sleep_until(r, 0);
		return;
	}
	log_err("cases", &p->err);
	sleep_until(r, open != 0 || !r->known ? p->now + ROUNDS_LEASE : 0);
}

static void
done(struct job *j)
{
	struct passing *p = (struct passing *)j;
	struct rounds *r = p->rounds;
	struct rounds_view before = r->view;
	bool again = false;

	r->running--;
	if (p->only == 0) {
		again = r->again;
		r->waiting = r->again = false;
	}
	take(r, p);
	r->view.busy = r->running != 0;
	if (again)
		post(r, 0, NULL, NULL, NULL);
	if (p->moved || r->unused != 0 || before.err.code != r->view.err.code ||
	    !same_count(&before.count, &r->view.count))
		r->changed(r->arg);
}

static void
free_passing(struct job *j)
{
	struct passing *p = (struct passing *)j;

	secret_free(p->password);
	free(p->password_ref);
	officer_card_free(p->card);
	free(p);
}

static void
post(struct rounds *r, int64_t only, struct secret *password, const char *ref,
    struct officer_card *card)
{
	struct passing *p = mem_alloc(sizeof *p);

	p->job = (struct job){ .run = run, .done = done, .free = free_passing,
	    .stop = stop };
	p->rounds = r;
	p->only = only;
	p->password = password;
	p->password_ref = mem_strdup(ref);
	p->card = card;
	r->running++;
	if (only == 0)
		atomic_store(&r->hurry, false);
	r->waiting = r->waiting || only == 0;
	r->view.busy = true;
	worker_post(r->worker, &p->job);
}

/*
 * What a person has just done goes before questions that may wait for minutes,
 * and before what is past it: all are taken up anew.
 */
static void
hurry(struct rounds *r)
{
	if (!r->waiting)
		return;
	r->again = true;
	atomic_store(&r->hurry, true);
}

void
rounds_look(struct rounds *r)
{
	if (r->waiting)
		r->again = true;
	else
		post(r, 0, NULL, NULL, NULL);
}

void
rounds_kick(struct rounds *r, int64_t only, struct secret *password,
    const char *password_ref)
{
	hurry(r);
	if (only == 0 && r->waiting) {
		secret_free(password);
		return;
	}
	post(r, only, password, password_ref, NULL);
}

void
rounds_kick_card(struct rounds *r, int64_t only, struct card_client *client,
    const char *reader, const struct token *token, struct secret *pin)
{
	hurry(r);
	post(r, only, NULL, NULL, officer_card_new(r->loop, client, reader,
	    token, pin));
}

const struct card *
rounds_officer_card(const struct rounds *r, const struct authority *a,
    const struct card_world *w, const struct token **token)
{
	for (size_t i = 0; i < r->nofficers; i++)
		if (r->officers[i].authority == a)
			return officer_card_find(w, r->officers[i].cert,
			    token);
	return NULL;
}

const struct rounds_view *
rounds_view(const struct rounds *r)
{
	return &r->view;
}

bool
rounds_take_unused(struct rounds *r, int64_t id)
{
	bool is = r->unused == id;

	if (is)
		r->unused = 0;
	return is;
}

/*
 * Small files, read at the start as the configuration is.  One that cannot be
 * read now is complained of when its case is sent.
 */
static void
find_officers(struct rounds *r)
{
	for (size_t i = 0; i < r->authorities->n &&
	    r->nofficers < AUTHORITIES_MAX; i++) {
		const struct authority *a = &r->authorities->v[i];
		struct officer_at *o = &r->officers[r->nofficers];
		struct err err = ERR_INIT;

		if (!a->cmp_key_on_card)
			continue;
		o->authority = a;
		if (officer_sha256(a->cmp_certificate, o->cert, &err) == 0)
			r->nofficers++;
		else
			log_err("the officer's certificate", &err);
	}
}

struct rounds *
rounds_new(struct loop *loop, const char *registry_path, const char *point,
    const struct net_options *net, const struct authorities *authorities,
    void (*changed)(void *), void *arg)
{
	struct rounds *r = mem_alloc(sizeof *r);

	r->loop = loop;
	/* Looked up here: the usual path is made once, for one thread. */
	r->path = mem_strdup(registry_path != NULL ? registry_path :
	    paths_registry());
	r->point = mem_strdup(point);
	holder_name(r->by, "rounds");
	r->net = net_new(net);
	r->authorities = authorities;
	find_officers(r);
	r->changed = changed;
	r->arg = arg;
	r->worker = worker_new(loop);
	rounds_kick(r, 0, NULL, NULL);
	return r;
}

void
rounds_free(struct rounds *r)
{
	if (r == NULL)
		return;
	loop_timer_cancel(r->loop, r->timer);
	worker_free(r->worker);
	registry_close(atomic_load(&r->handle));
	net_free(r->net);
	free(r->path);
	free(r->point);
	free(r);
}
