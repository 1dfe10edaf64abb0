/*
 * News of a running job: all of them, in their order, on the loop's thread,
 * never after the job's end; and none that nobody took is lost hold of.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/relay.h"
#include "base/worker.h"

#define NEWS	1000

struct news {
	struct relay_item	 item;
	int			 number;
};

struct telling {
	struct job	 job;
	struct loop	*loop;
	struct relay	*relay;
	pthread_t	 own;		/* the loop's thread */
	int		 came;
	bool		 ended;
};

static void
put(struct relay *r, int number)
{
	struct news *n = mem_alloc(sizeof *n);

	n->number = number;
	relay_put(r, &n->item);
}

static void
take(struct relay_item *item, void *arg)
{
	struct telling *t = arg;

	assert_true(pthread_equal(pthread_self(), t->own));
	assert_false(t->ended);
	assert_int_equal(((struct news *)item)->number, t->came++);
}

static void
run(struct job *j)
{
	for (int i = 0; i < NEWS; i++)
		put(((struct telling *)j)->relay, i);
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
	assert_int_equal(t.came, NEWS);
	worker_free(w);
	relay_free(t.relay);
	loop_free(t.loop);
}

/* Nobody waits for it: memory tools see what is left. */
static void
not_taken(void **state)
{
	struct telling t = { .own = pthread_self() };
	struct loop *loop = loop_new();
	struct relay *r = relay_new(loop, take, &t);

	(void)state;
	put(r, 0);
	put(r, 1);
	relay_free(r);
	relay_free(NULL);
	loop_free(loop);
	assert_int_equal(t.came, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order_before_the_end),
		cmocka_unit_test(not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
