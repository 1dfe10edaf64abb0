#include "config.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "card/pending.h"

#define PENDING_MAX	64

struct request {
	uint64_t	 id;		/* 0: free */
	int64_t		 due;		/* clock_mono_ms */
	int64_t		 ms;		/* what it was given */
	struct err	 err;		/* the answer when due; none: too late */
	card_answer_fn	*fn;		/* one of the three */
	card_signed_fn	*tell;
	card_change_fn	*show;
	void		*arg;
};

struct pending {
	struct loop	*loop;
	void		(*late)(void *);
	void		*arg;
	unsigned	 timer;		/* the next that is due */
	uint64_t	 last_id;
	struct request	 v[PENDING_MAX];
};

static void due(void *);

static void
arm(struct pending *p)
{
	int64_t now = clock_mono_ms(), first = INT64_MAX;

	for (size_t i = 0; i < PENDING_MAX; i++)
		if (p->v[i].id != 0 && p->v[i].due < first)
			first = p->v[i].due;
	loop_timer_cancel(p->loop, p->timer);
	p->timer = first == INT64_MAX ? 0 : loop_timer(p->loop,
	    first > now ? first - now : 0, due, p);
}

/* The slot is free before the callback, which may ask for more. */
static void
answer(struct request *q, const struct err *err, const struct proto_answer *a)
{
	static const struct card_signature none = { .len = 0 };
	static const struct card_changed nothing = { .der.len = 0 };
	struct request done = *q;
	struct err why = *err;
	bool good = a != NULL && why.code == ERR_NONE;

	q->id = 0;
	if (done.fn != NULL) {
		done.fn(err, done.arg);
		return;
	}
	if (done.show != NULL) {
		done.show(&why, good ? &a->changed : &nothing, done.arg);
		return;
	}
	if (why.code == ERR_NONE && (a == NULL || a->signature.len == 0))
		(void)err_set(&why, ERR_HELPER_TALK, NULL, "no signature");
	done.tell(&why, why.code == ERR_NONE ? &a->signature : &none,
	    done.arg);
}

/*
 * It may stand behind one that is given longer, as while a card makes a key: a
 * module is asked one thing at a time.  Its own time begins after that one's.
 */
static bool
stands_behind(const struct pending *p, struct request *q, int64_t now)
{
	int64_t last = now;

	for (size_t i = 0; i < PENDING_MAX; i++)
		if (p->v[i].id != 0 && p->v[i].ms > q->ms &&
		    p->v[i].due > last)
			last = p->v[i].due;
	if (last == now || q->err.code != ERR_NONE)
		return false;
	q->due = last + q->ms;
	return true;
}

static void
due(void *arg)
{
	struct pending *p = arg;
	int64_t now = clock_mono_ms();
	bool late = false;

	p->timer = 0;
	for (size_t i = 0; i < PENDING_MAX; i++) {
		struct err err = p->v[i].err;

		if (p->v[i].id == 0 || p->v[i].due > now ||
		    stands_behind(p, &p->v[i], now))
			continue;
		late = late || err.code == ERR_NONE;
		(void)err_set(&err, ERR_TIMEOUT, "okienko-card", NULL);
		answer(&p->v[i], &err, NULL);
	}
	arm(p);
	if (late)
		p->late(p->arg);
}

struct pending *
pending_new(struct loop *loop, void (*late)(void *), void *arg)
{
	struct pending *p = mem_alloc(sizeof(*p));

	p->loop = loop;
	p->late = late;
	p->arg = arg;
	return p;
}

void
pending_free(struct pending *p, const struct err *err)
{
	for (size_t i = 0; i < PENDING_MAX; i++)
		if (p->v[i].id != 0)
			answer(&p->v[i], err, NULL);
	loop_timer_cancel(p->loop, p->timer);
	free(p);
}

static uint64_t
add(struct pending *p, int64_t ms, const struct request *like)
{
	struct request *q = &p->v[0];
	struct err err = ERR_INIT;

	for (size_t i = 0; i < PENDING_MAX && q->id != 0; i++)
		if (p->v[i].id < q->id)
			q = &p->v[i];
	if (q->id != 0) {
		(void)err_set(&err, ERR_CANCELLED, "okienko-card",
		    "too many requests");
		answer(q, &err, NULL);
	}
	*q = *like;
	q->id = ++p->last_id;
	q->ms = ms;
	q->due = clock_mono_ms() + ms;
	arm(p);
	return q->id;
}

uint64_t
pending_add(struct pending *p, int64_t ms, card_answer_fn *fn, void *arg)
{
	return add(p, ms, &(struct request){ .fn = fn, .arg = arg });
}

uint64_t
pending_add_sign(struct pending *p, int64_t ms, card_signed_fn *fn, void *arg)
{
	return add(p, ms, &(struct request){ .tell = fn, .arg = arg });
}

uint64_t
pending_add_change(struct pending *p, int64_t ms, card_change_fn *fn, void *arg)
{
	return add(p, ms, &(struct request){ .show = fn, .arg = arg });
}

void
pending_answer(struct pending *p, const struct proto_answer *a)
{
	for (size_t i = 0; a->id != 0 && i < PENDING_MAX; i++)
		if (p->v[i].id == a->id) {
			answer(&p->v[i], &a->err, a);
			arm(p);
			return;
		}
}

void
pending_fail(struct pending *p, const struct err *err)
{
	for (size_t i = 0; i < PENDING_MAX; i++)
		if (p->v[i].id != 0) {
			p->v[i].due = 0;
			if (p->v[i].err.code == ERR_NONE)
				p->v[i].err = *err;
		}
	arm(p);
}
