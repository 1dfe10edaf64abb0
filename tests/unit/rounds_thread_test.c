/*
 * Rounds for a program with a loop: a thread that works when it is due, and
 * nothing at all that wakes while there is no case.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/roundsrig.h"

#define DEADLINE	20000	/* ms that any wait here may take */

unsigned	__real_loop_timer(struct loop *, int64_t, loop_timer_fn *,
		    void *);
unsigned	__wrap_loop_timer(struct loop *, int64_t, loop_timer_fn *,
		    void *);

unsigned
__wrap_loop_timer(struct loop *l, int64_t ms, loop_timer_fn *f, void *arg)
{
	here.timers++;
	return __real_loop_timer(l, ms, f, arg);
}

static void
count_call(void *arg)
{
	++*(int *)arg;
}

static void
wait_until_idle(struct loop *loop, const struct rounds *r)
{
	int64_t end = clock_mono_ms() + DEADLINE;

	while (rounds_view(r)->busy) {
		assert_true(clock_mono_ms() < end);
		loop_once(loop, 1000);
	}
}

static void
test_thread(void **state)
{
	const struct net_options net = { .helper = "/nonexistent" };
	struct rig *g = *state;
	struct loop *loop = loop_new();
	struct rounds *r;
	char nowhere[160];
	int calls = 0;

	snprintf(nowhere, sizeof nowhere, "%s/none.db", g->folder);
	r = rounds_new(loop, nowhere, "test", &net, &rig_authorities, count_call,
	    &calls);
	assert_true(rounds_view(r)->busy);
	wait_until_idle(loop, r);
	assert_int_equal(ERR_NONE, rounds_view(r)->err.code);
	assert_int_equal(0, rounds_view(r)->count.open);
	rounds_free(r);

	r = rounds_new(loop, g->path, "test", &net, &rig_authorities, count_call,
	    &calls);
	wait_until_idle(loop, r);
	assert_int_equal(0, rounds_view(r)->count.open);
	assert_int_equal(0, here.timers);	/* nothing open, nothing wakes */
	g->now = clock_now();
	start_case(g);
	calls = 0;
	rounds_kick(r, 0, NULL, NULL);
	rounds_kick(r, 0, NULL, NULL);
	wait_until_idle(loop, r);
	assert_int_equal(1, rounds_view(r)->count.open);
	assert_int_equal(1, office->sends);
	assert_true(calls > 0);
	assert_true(here.timers > 0);
	office->published = true;
	rounds_kick(r, g->id, secret_new(), "ref");
	wait_until_idle(loop, r);
	look(g);
	assert_int_equal(CASE_PUBLISHED, g->view.state);
	assert_int_equal(1, office->sends);
	rounds_free(r);
	loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(test_thread),
	};

	return cmocka_run_group_tests(tests, rounds_start, NULL);
}
