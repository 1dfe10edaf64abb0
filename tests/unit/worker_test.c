/*
 * Jobs on a worker: their order, results, cancelling before, while and after
 * they run, deadlines, and the end of the worker with work left.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/worker.h"

#define DEADLINE	20000	/* ms that any wait here may take */

struct rig {
	struct loop	*loop;
	struct worker	*worker;
	char		 log[64];	/* a letter each: what was called */
	size_t		 len;
	pthread_t	 thread;	/* of the last done */
	struct trial	*held;		/* the job that waits to be let go */
};

struct trial {
	struct job	 job;
	struct rig	*rig;
	char		 name;
	int		 result;
	pthread_t	 ran;
	atomic_bool	 begun, go;	/* hold: it waits for go or cancel */
	bool		 hold, stopped;
	bool		*stop_seen;
};

static void
note(struct rig *r, char c)
{
	assert_true(r->len < sizeof r->log - 1);
	r->log[r->len++] = c;
	r->log[r->len] = '\0';
}

static void
run(struct job *j)
{
	struct trial *t = (struct trial *)j;

	t->ran = pthread_self();
	atomic_store(&t->begun, true);
	while (t->hold && !atomic_load(&t->go) && !atomic_load(&j->cancel))
		sched_yield();
	t->result = t->name + 1;
}

static void
done(struct job *j)
{
	struct trial *t = (struct trial *)j;

	t->rig->thread = pthread_self();
	assert_int_equal(pthread_equal(t->ran, pthread_self()), 0);
	if (!j->late)
		assert_int_equal(t->result, t->name + 1);
	note(t->rig, j->late ? 'L' : t->name);
}

static void
finish(struct job *j)
{
	struct trial *t = (struct trial *)j;

	note(t->rig, '.');
	if (t->stop_seen != NULL)
		*t->stop_seen = t->stopped;
	if (t->rig->held == t)
		t->rig->held = NULL;
	free(t);
}

static void
stopped(struct job *j)
{
	((struct trial *)j)->stopped = true;
}

static struct trial *
trial(struct rig *r, char name, bool hold)
{
	struct trial *t = mem_alloc(sizeof *t);

	t->job = (struct job){ .run = run, .done = done, .free = finish,
	    .stop = stopped };
	t->rig = r;
	t->name = name;
	t->hold = hold;
	if (hold)
		r->held = t;
	return t;
}

static int
set_up(void **state)
{
	struct rig *r = mem_alloc(sizeof *r);

	r->loop = loop_new();
	r->worker = worker_new(r->loop);
	*state = r;
	return 0;
}

static int
tear_down(void **state)
{
	struct rig *r = *state;

	worker_free(r->worker);
	loop_free(r->loop);
	free(r);
	return 0;
}

/* Turn the loop until so many letters have been written. */
static void
until(struct rig *r, size_t len)
{
	int64_t end = clock_mono_ms() + DEADLINE;

	while (r->len < len && clock_mono_ms() < end)
		loop_once(r->loop, 100);
	assert_int_equal(r->len, len);
}

static void
until_begun(struct trial *t)
{
	int64_t end = clock_mono_ms() + DEADLINE;

	while (!atomic_load(&t->begun) && clock_mono_ms() < end)
		sched_yield();
	assert_true(atomic_load(&t->begun));
}

static void
in_order(void **state)
{
	struct rig *r = *state;

	for (char c = 'a'; c <= 'e'; c++)
		assert_int_not_equal(worker_post(r->worker,
		    &trial(r, c, false)->job), 0);
	until(r, 10);
	assert_string_equal(r->log, "a.b.c.d.e.");
	assert_true(pthread_equal(r->thread, pthread_self()));
}

static void
cancelled_waiting(void **state)
{
	struct rig *r = *state;
	struct trial *a = trial(r, 'a', true);
	unsigned b;

	worker_post(r->worker, &a->job);
	b = worker_post(r->worker, &trial(r, 'b', false)->job);
	worker_post(r->worker, &trial(r, 'c', false)->job);
	worker_cancel(r->worker, b);
	assert_string_equal(r->log, ".");	/* freed at once, never run */
	atomic_store(&a->go, true);
	until(r, 5);
	assert_string_equal(r->log, ".a.c.");
	worker_cancel(r->worker, b);
	worker_cancel(r->worker, 0);
	assert_string_equal(r->log, ".a.c.");
}

static void
cancelled_running(void **state)
{
	struct rig *r = *state;
	struct trial *a = trial(r, 'a', true);
	bool stop_seen = false;
	unsigned id;

	a->stop_seen = &stop_seen;
	id = worker_post(r->worker, &a->job);
	until_begun(a);
	worker_cancel(r->worker, id);
	worker_post(r->worker, &trial(r, 'b', false)->job);
	until(r, 3);
	assert_string_equal(r->log, ".b.");	/* a is freed unseen */
	assert_true(stop_seen);
}

/* Finished, but the loop has not come to it: its result is freed unseen too. */
static void
cancelled_finished(void **state)
{
	struct rig *r = *state;
	struct trial *b = trial(r, 'b', true);
	unsigned a = worker_post(r->worker, &trial(r, 'a', false)->job);

	worker_post(r->worker, &b->job);
	until_begun(b);
	worker_cancel(r->worker, a);
	assert_string_equal(r->log, ".");
	atomic_store(&b->go, true);
	until(r, 3);
	assert_string_equal(r->log, ".b.");
}

static void
late_running(void **state)
{
	struct rig *r = *state;
	struct trial *a = trial(r, 'a', true);

	a->job.deadline_ms = 20;
	worker_post(r->worker, &a->job);
	until(r, 2);
	assert_string_equal(r->log, "L.");
}

/* It is not even begun, and yet its owner hears of it. */
static void
late_waiting(void **state)
{
	struct rig *r = *state;
	struct trial *a = trial(r, 'a', true), *b = trial(r, 'b', false);
	int64_t end = clock_mono_ms() + DEADLINE;

	b->job.deadline_ms = 1;
	b->ran = a->ran;
	worker_post(r->worker, &a->job);
	worker_post(r->worker, &b->job);
	while (!b->job.late && clock_mono_ms() < end)
		loop_once(r->loop, 100);
	assert_false(atomic_load(&b->begun));
	atomic_store(&a->go, true);
	until(r, 4);
	assert_string_equal(r->log, "a.L.");
}

/* The worker ends while a job runs and others wait: all are freed. */
static void
ended(void **state)
{
	struct rig *r = *state;
	struct trial *a = trial(r, 'a', true);

	worker_post(r->worker, &a->job);
	worker_post(r->worker, &trial(r, 'b', false)->job);
	until_begun(a);
	worker_free(r->worker);
	r->worker = NULL;
	assert_string_equal(r->log, "..");
}

/* Before its end what is counted on runs; chores do not, and no done is called. */
static void
finished(void **state)
{
	struct rig *r = *state;
	struct trial *a = trial(r, 'a', true), *b = trial(r, 'b', false);
	struct trial *chore = trial(r, 'c', false);

	chore->job.chore = true;
	worker_post(r->worker, &a->job);
	worker_post(r->worker, &chore->job);
	worker_post(r->worker, &b->job);
	until_begun(a);
	assert_false(worker_finish(r->worker, 1));
	assert_string_equal(r->log, ".");	/* the chore */
	assert_false(a->stopped);
	atomic_store(&a->go, true);
	assert_true(worker_finish(r->worker, DEADLINE));
	assert_int_equal(a->result, 'a' + 1);
	assert_int_equal(b->result, 'b' + 1);
	worker_free(r->worker);
	r->worker = NULL;
	assert_string_equal(r->log, "...");
}

/* Nor is a chore waited for that runs. */
static void
finished_chore(void **state)
{
	struct rig *r = *state;
	struct trial *a = trial(r, 'a', true), *b = trial(r, 'b', false);

	a->job.chore = true;
	worker_post(r->worker, &a->job);
	worker_post(r->worker, &b->job);
	until_begun(a);
	assert_true(worker_finish(r->worker, DEADLINE));
	assert_true(a->stopped);
	assert_int_equal(b->result, 'b' + 1);
}

static void
post_another(struct job *j)
{
	struct trial *t = (struct trial *)j;

	note(t->rig, t->name);
	if (t->name < 'd') {
		struct trial *next = trial(t->rig, (char)(t->name + 1), false);

		next->job.done = post_another;
		worker_post(t->rig->worker, &next->job);
	}
}

static void
posted_by_done(void **state)
{
	struct rig *r = *state;
	struct trial *a = trial(r, 'a', false);

	a->job.done = post_another;
	worker_post(r->worker, &a->job);
	until(r, 8);
	assert_string_equal(r->log, "a.b.c.d.");
}

static void
many(void **state)
{
	struct rig *r = *state;
	unsigned last = 0;

	/* As keys typed fast do: each cancels the one before. */
	for (int i = 0; i < 2000; i++) {
		worker_cancel(r->worker, last);
		last = worker_post(r->worker, &trial(r, 'a', false)->job);
		r->len = 0;
		loop_once(r->loop, 0);
	}
	worker_cancel(r->worker, last);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(in_order), TEST(cancelled_waiting), TEST(cancelled_running),
		TEST(cancelled_finished), TEST(late_running), TEST(late_waiting),
		TEST(ended), TEST(finished), TEST(finished_chore),
		TEST(posted_by_done), TEST(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
