/*
 * News of a running job: all of them, in their order, on the loop's thread,
 * never after the job's end; and none that nobody took is lost hold of.
 */
#include "config.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/relay.h"
#include "base/worker.h"

#define TELLERS	4	/* threads at once */
#define NEWS	1000

struct news {
	struct relay_item	 item;
	int			 who, number;
};

struct telling {
	struct job	 job;
	struct loop	*loop;
	struct relay	*relay;
	pthread_t	 own;		/* the loop's thread */
	int		 came[TELLERS];
	bool		 ended;
};

struct teller {
	struct relay	*relay;
	int		 who;
};

static void
put(struct relay *r, int who, int number)
{
	struct news *n = mem_alloc(sizeof *n);

	n->who = who;
	n->number = number;
	relay_put(r, &n->item);
}

static void
take(struct relay_item *item, void *arg)
{
	const struct news *n = (const struct news *)item;
	struct telling *t = arg;

	assert_true(pthread_equal(pthread_self(), t->own));
	assert_false(t->ended);
	assert_int_equal(n->number, t->came[n->who]++);
}

static void *
tell(void *arg)
{
	const struct teller *t = arg;

	for (int i = 0; i < NEWS; i++)
		put(t->relay, t->who, i);
	return NULL;
}

static void
run(struct job *j)
{
	struct teller all[TELLERS];
	pthread_t threads[TELLERS];

	for (int i = 0; i < TELLERS; i++) {
		all[i] = (struct teller){ ((struct telling *)j)->relay, i };
		if (pthread_create(&threads[i], NULL, tell, &all[i]) != 0)
			abort();
	}
	for (int i = 0; i < TELLERS; i++)
		pthread_join(threads[i], NULL);
}

static void
done(struct job *j)
{
	struct telling *t = (struct telling *)j;

	relay_take(t->relay);
	t->ended = true;
	loop_stop(t->loop);
}

static void
nothing(struct job *j)
{
	(void)j;
}

static void
in_order_before_the_end(void **state)
{
	struct telling t = { .job = { .run = run, .done = done,
	    .free = nothing }, .own = pthread_self() };
	struct worker *w;

	(void)state;
	t.loop = loop_new();
	/* The worker's end is seen first, unless who ends looks at the news. */
	w = worker_new(t.loop);
	t.relay = relay_new(t.loop, take, &t);
	worker_post(w, &t.job);
	loop_run(t.loop);
	assert_true(t.ended);
	for (int i = 0; i < TELLERS; i++)
		assert_int_equal(t.came[i], NEWS);
	worker_free(w);
	relay_free(t.relay);
	loop_free(t.loop);
}

/* --- one in the other's way -------------------------------------------------- */

/*
 * By chance two threads are seldom at the same few instructions: so one is stopped
 * there, holding the lock or having just let it go, until the other was there too.
 */
enum stop { NOWHERE, BEFORE_LOCK, AFTER_LOCK, AFTER_UNLOCK };

struct actor {
	pthread_t	 thread;
	struct relay	*relay;
	bool		 puts;		/* else takes */
	enum stop	 stop;
	sem_t		 there, go;	/* it has stopped, or ended */
	bool		 ended;
};

static _Thread_local struct actor *self;

int	__real_pthread_mutex_lock(pthread_mutex_t *);
int	__real_pthread_mutex_unlock(pthread_mutex_t *);
int	__wrap_pthread_mutex_lock(pthread_mutex_t *);
int	__wrap_pthread_mutex_unlock(pthread_mutex_t *);

static void
stop_at(enum stop stop)
{
	if (self == NULL || self->stop != stop)
		return;
	self->stop = NOWHERE;
	sem_post(&self->there);
	sem_wait(&self->go);
}

int
__wrap_pthread_mutex_lock(pthread_mutex_t *m)
{
	int rc;

	stop_at(BEFORE_LOCK);
	rc = __real_pthread_mutex_lock(m);
	stop_at(AFTER_LOCK);
	return rc;
}

int
__wrap_pthread_mutex_unlock(pthread_mutex_t *m)
{
	int rc = __real_pthread_mutex_unlock(m);

	stop_at(AFTER_UNLOCK);
	return rc;
}

static void *
act(void *arg)
{
	struct actor *a = arg;

	self = a;
	if (a->puts)
		put(a->relay, 0, 1);
	else
		relay_take(a->relay);
	a->ended = true;
	sem_post(&a->there);
	return NULL;
}

static void
begin(struct actor *a, struct relay *r, bool puts, enum stop stop)
{
	*a = (struct actor){ .relay = r, .puts = puts, .stop = stop };
	assert_int_equal(sem_init(&a->there, 0, 0), 0);
	assert_int_equal(sem_init(&a->go, 0, 0), 0);
	assert_int_equal(pthread_create(&a->thread, NULL, act, a), 0);
	sem_wait(&a->there);
	/* It came by where it has to lock. */
	assert_false(a->ended);
}

static void
end(struct actor *a)
{
	sem_post(&a->go);
	pthread_join(a->thread, NULL);
	sem_destroy(&a->there);
	sem_destroy(&a->go);
}

/* News are taken on whichever thread takes them here. */
static void
count(struct relay_item *item, void *arg)
{
	int *came = arg;

	assert_int_equal(((struct news *)item)->number, (*came)++);
}

/* 0 lies there, 1 is put by the one or the other, 2 afterwards: all come. */
static void
in_each_others_way(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		bool puts = i % 2 == 0;
		struct loop *loop = loop_new();
		struct actor a, b;
		int came = 0;
		struct relay *r = relay_new(loop, count, &came);

		put(r, 0, 0);
		begin(&a, r, puts, i < 2 ? AFTER_LOCK : AFTER_UNLOCK);
		/* While one holds the lock the other comes to it, and waits. */
		begin(&b, r, !puts, i < 2 ? BEFORE_LOCK : AFTER_UNLOCK);
		if (i < 2)
			sem_post(&b.go);
		end(&a);
		end(&b);
		put(r, 0, 2);
		relay_take(r);
		assert_int_equal(came, 3);
		relay_free(r);
		loop_free(loop);
	}
}

/* Nobody waits for it: memory tools see what is left. */
static void
not_taken(void **state)
{
	struct telling t = { .own = pthread_self() };
	struct loop *loop = loop_new();
	struct relay *r = relay_new(loop, take, &t);

	(void)state;
	put(r, 0, 0);
	put(r, 0, 1);
	relay_free(r);
	relay_free(NULL);
	loop_free(loop);
	assert_int_equal(t.came[0], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order_before_the_end),
		cmocka_unit_test(in_each_others_way),
		cmocka_unit_test(not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
