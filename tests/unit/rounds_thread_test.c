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
	assert_int_equal(0, calls);		/* nor is anything told */
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

/* What cannot be opened at the start may hold cases: it is tried again. */
static void
test_broken(void **state)
{
	const struct net_options net = { .helper = "/nonexistent" };
	struct rig *g = *state;
	struct loop *loop = loop_new();
	struct rounds *r;
	int calls = 0;

	r = rounds_new(loop, g->folder, "test", &net, &rig_authorities,
	    count_call, &calls);
	wait_until_idle(loop, r);
	assert_int_not_equal(ERR_NONE, rounds_view(r)->err.code);
	assert_int_equal(1, here.timers);
	rounds_free(r);
	loop_free(loop);
}

/* Another desk has the case: whoever typed the password is told so, once. */
static void
test_unused(void **state)
{
	const struct net_options net = { .helper = "/nonexistent" };
	struct rig *g = *state;
	struct err err = ERR_INIT;
	struct loop *loop = loop_new();
	struct rounds *r;
	int calls = 0, timers;
	bool got;

	g->now = clock_now();
	start_case(g);
	assert_int_equal(0, cases_lease(g->reg, g->id, "another desk", g->now,
	    g->now + ROUNDS_LEASE, &got, &err));
	r = rounds_new(loop, g->path, "test", &net, &rig_authorities,
	    count_call, &calls);
	wait_until_idle(loop, r);
	assert_false(rounds_take_unused(r, g->id));
	timers = here.timers;
	rounds_kick(r, g->id, secret_new(), "ref");
	wait_until_idle(loop, r);
	assert_int_equal(ERR_NONE, rounds_view(r)->err.code);
	assert_int_equal(timers, here.timers);
	assert_true(rounds_take_unused(r, g->id));
	assert_false(rounds_take_unused(r, g->id));
	assert_int_equal(0, office->sends);
	rounds_free(r);
	loop_free(loop);
}

static void
wait_for_more(struct loop *loop, const int *count, int than)
{
	int64_t end = clock_mono_ms() + DEADLINE;

	while (*(const volatile int *)count <= than) {
		assert_true(clock_mono_ms() < end);
		loop_once(loop, 10);
	}
}

/*
 * Servers that say nothing keep no request waiting, whether somebody's password
 * came with it or not.
 */
static void
test_urgent(void **state)
{
	const struct net_options net = { .helper = "/nonexistent" };
	struct rig *g = *state;
	struct loop *loop = loop_new();
	struct rounds *r;
	int calls = 0, questions = 0;

	g->now = clock_now() - 3600;
	for (uint8_t i = 0; i < 3; i++)
		start_numbered(g, i);
	pass(g);
	assert_int_equal(3, office->sends);
	atomic_store(&here.silent, true);
	g->now = clock_now();
	r = rounds_new(loop, g->path, "test", &net, &rig_authorities,
	    count_call, &calls);
	for (uint8_t i = 0; i < 2; i++) {
		wait_for_more(loop, &office->questions, questions);
		questions = office->questions;
		start_numbered(g, (uint8_t)(0x12 + i));
		if (i == 0)
			rounds_kick(r, 0, NULL, NULL);
		else
			rounds_kick(r, g->id, secret_new(), "ref");
		wait_for_more(loop, &office->sends, 3 + i);
	}
	atomic_store(&here.silent, false);
	office->done = office->published = true;
	rounds_kick(r, 0, NULL, NULL);
	wait_until_idle(loop, r);
	assert_int_equal(5, office->sends);
	rounds_free(r);
	loop_free(loop);
}

/* --- with the officer's card ------------------------------------------------ */

/* In place of the desk's door to cards. */
static struct {
	struct card		 card;
	struct card_cert	 cert;
	struct token		 token;
	struct card_world	 world;
	bool			 sleeps;
	int			 asked;
	card_signed_fn		*fn;
	void			*arg;
} desk;

const struct card_world *
card_client_world(const struct card_client *c)
{
	(void)c;
	return &desk.world;
}

/* Nothing is changed here. */
void
card_client_change(struct card_client *c, const char *reader,
    const struct token *token, const struct card_change *change,
    struct secret *secret, card_change_fn *fn, void *arg)
{
	(void)c, (void)reader, (void)token, (void)change, (void)secret;
	(void)fn, (void)arg;
	fail();
}

void
card_client_sign(struct card_client *c, const char *reader,
    const struct token *token, const char *key, const struct card_digest *d,
    struct secret *secret, card_signed_fn *fn, void *arg)
{
	const struct card_signature s = { .len = 1 };
	struct err err = ERR_INIT;

	(void)c, (void)reader, (void)token, (void)key, (void)d;
	assert_string_equal("1234", secret_peek(secret));
	secret_free(secret);
	desk.asked++;
	desk.fn = fn;
	desk.arg = arg;
	if (!desk.sleeps)
		fn(&err, &s, arg);
}

static void
insert_card(void)
{
	memset(&desk, 0, sizeof desk);
	desk.token = (struct token){ .module = (char *)"m", .serial =
	    (char *)"1" };
	desk.cert = (struct card_cert){ .id = (char *)"01", .tokens = 1 };
	desk.card = (struct card){ .reader = (char *)"R",
	    .tokens = &desk.token, .ntokens = 1, .certs = &desk.cert,
	    .ncerts = 1 };
	desk.world.cards[0] = &desk.card;
	desk.world.ncards = 1;
}

static void
kick_with_card(struct rounds *r, const struct rig *g)
{
	struct secret *pin = secret_new();

	assert_int_equal(0, secret_add(pin, "1234", 4));
	rounds_kick_card(r, g->id, NULL, "R", &desk.token, pin);
}

static void
test_card(void **state)
{
	const struct net_options net = { .helper = "/nonexistent" };
	struct rig *g = *state;
	struct loop *loop = loop_new();
	const struct card_signature s = { .len = 1 };
	struct err err = ERR_INIT;
	int64_t end = clock_mono_ms() + DEADLINE;
	struct rounds *r;
	int calls = 0;

	insert_card();
	here.wants_card = true;
	g->now = clock_now();
	start_case(g);
	r = rounds_new(loop, g->path, "test", &net, &rig_authorities,
	    count_call, &calls);
	wait_until_idle(loop, r);
	look(g);
	assert_int_equal(ERR_OFFICER_CARD, g->view.last_err.code);
	/* The desk ends while the card is at it. */
	desk.sleeps = true;
	kick_with_card(r, g);
	while (desk.asked == 0 && clock_mono_ms() < end)
		loop_once(loop, 1000);
	rounds_free(r);
	desk.fn(&err, &s, desk.arg);
	look(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_CANCELLED, g->view.last_err.code);
	assert_int_equal(0, office->sends);
	/* The next day. */
	desk.sleeps = false;
	r = rounds_new(loop, g->path, "test", &net, &rig_authorities,
	    count_call, &calls);
	kick_with_card(r, g);
	wait_until_idle(loop, r);
	look(g);
	assert_int_equal(CASE_ACCEPTED, g->view.state);
	assert_int_equal(1, office->sends);
	assert_int_equal(2, desk.asked);
	rounds_free(r);
	loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(test_thread),
		RIG_TEST(test_broken),
		RIG_TEST(test_unused),
		RIG_TEST(test_urgent),
		RIG_TEST(test_card),
	};

	return cmocka_run_group_tests(tests, rounds_start, NULL);
}
