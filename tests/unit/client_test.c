/*
 * The desk's door against helpers that misbehave: each costs one sentence and
 * is started again, each request is answered once, and the desk goes on.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <poll.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/mem.h"
#include "card/client.h"
#include "card/pending.h"

#define DEADLINE_MS	20000

struct desk {
	struct loop		*loop;
	struct card_client	*client;
	int			 signal_fd;
	int			 changes;
	enum err_code		 seen;		/* the first complaint */
	int			 greetings;	/* times it settled anew */
	bool			 was_settled;
	int			 answers;
	enum err_code		 answer;
};

static void
changed(void *arg)
{
	struct desk *d = arg;
	const struct card_world *w = card_client_world(d->client);

	d->changes++;
	if (d->seen == ERR_NONE)
		d->seen = w->helper_err.code;
	if (w->settled && !d->was_settled)
		d->greetings++;
	d->was_settled = w->settled;
}

static void
answered(const struct err *err, void *arg)
{
	struct desk *d = arg;

	d->answers++;
	d->answer = err->code;
}

static void
on_signal(int fd, short revents, void *arg)
{
	struct desk *d = arg;
	struct signalfd_siginfo info;

	(void)revents;
	while (read(fd, &info, sizeof(info)) == sizeof(info))
		card_client_sigchld(d->client);
}

/* Only who is waited for in vain need be waited for briefly. */
static int
hurry(const char *way)
{
	if (strcmp(way, "deaf") == 0)
		return 60;
	return strcmp(way, "silent") == 0 || strcmp(way, "stops") == 0 ? 10 : 1;
}

static void
desk_start(struct desk *d, const char *way)
{
	static char helper[4096];
	struct card_client_options o = { .helper = helper, .conf = way,
		.hurry = hurry(way) };
	const char *dir = getenv("abs_top_builddir");
	sigset_t set;

	(void)snprintf(helper, sizeof(helper), "%s/tests/bin/badhelper",
	    dir != NULL ? dir : ".");
	*d = (struct desk){ .loop = loop_new() };
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	d->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	d->client = card_client_new(d->loop, &o, changed, d);
	loop_fd(d->loop, d->signal_fd, POLLIN, on_signal, d);
}

static void
desk_end(struct desk *d)
{
	card_client_free(d->client);
	loop_free(d->loop);
	(void)close(d->signal_fd);
}

/* Run until the condition holds; a test that waits in vain fails. */
#define RUN_UNTIL(d, condition) do { \
	int64_t until = clock_mono_ms() + DEADLINE_MS; \
	while (!(condition) && clock_mono_ms() < until) \
		loop_once((d)->loop, 100); \
	assert_true(condition); \
} while (0)

/* --- helpers that misbehave ----------------------------------------------- */

static void
test_each_breach_has_its_sentence(void **state)
{
	static const struct { const char *way; enum err_code code; } cases[] = {
		{ "silent", ERR_HELPER_STUCK },
		{ "stranger", ERR_HELPER_TALK },
		{ "garbage", ERR_HELPER_TALK },
		{ "rude", ERR_HELPER_TALK },
		{ "half", ERR_HELPER_DIED },
		{ "endless", ERR_HELPER_TALK },
		{ "damaged", ERR_HELPER_TALK },
		{ "secret", ERR_HELPER_TALK },
		{ "dies", ERR_HELPER_DIED },
		{ "crashes", ERR_HELPER_DIED },
		{ "stops", ERR_HELPER_STUCK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct desk d;

		desk_start(&d, cases[i].way);
		RUN_UNTIL(&d, d.seen != ERR_NONE);
		if (d.seen != cases[i].code)
			print_error("%s: %s\n", cases[i].way, err_id(d.seen));
		assert_int_equal(d.seen, cases[i].code);
		assert_int_equal(card_client_world(d.client)->ncards, 0);
		desk_end(&d);
	}
}

/* The signal is known only when the process has been waited for. */
static void
test_signal_is_told(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d, "crashes");
	RUN_UNTIL(&d, card_client_world(d.client)->helper_err.raw == SIGABRT);
	desk_end(&d);
}

static void
test_no_helper(void **state)
{
	struct desk d = { .loop = loop_new() };
	struct card_client_options o = { .helper = "/no/such/helper" };

	(void)state;
	d.client = card_client_new(d.loop, &o, changed, &d);
	d.signal_fd = -1;
	RUN_UNTIL(&d, d.seen != ERR_NONE);
#ifndef UNDER_VALGRIND	/* vfork is fork there: a child cannot tell why it ended */
	assert_int_equal(d.seen, ERR_HELPER_START);
	assert_true(card_client_settled(d.client));
#endif
	card_client_free(d.client);
	loop_free(d.loop);
}

static void
test_starts_again(void **state)
{
	char file[] = "/tmp/client_test.XXXXXX", *way;
	int fd = mkstemp(file);
	struct desk d;

	(void)state;
	assert_int_not_equal(fd, -1);
	(void)close(fd);
	(void)unlink(file);
	way = mem_printf("once:%s", file);
	desk_start(&d, way);
	RUN_UNTIL(&d, card_client_settled(d.client));
	assert_int_equal(d.seen, ERR_HELPER_DIED);
	assert_int_equal(card_client_world(d.client)->helper_err.code,
	    ERR_NONE);
	assert_int_equal(card_client_world(d.client)->pcsc, PCSC_UP);
	desk_end(&d);
	(void)unlink(file);
	free(way);
}

/* One that talks without end does not keep the desk from its keys. */
static void
tick(void *arg)
{
	++*(int *)arg;
}

static void
test_flood_leaves_room(void **state)
{
	struct desk d;
	int ticks = 0;

	(void)state;
	desk_start(&d, "floods");
	RUN_UNTIL(&d, d.changes > 100);
	for (int i = 0; i < 20; i++) {
		int64_t before = clock_mono_ms();
		int had = ticks;

		(void)loop_timer(d.loop, 0, tick, &ticks);
		while (ticks == had)
			loop_once(d.loop, 100);
		assert_true(clock_mono_ms() - before < 1000);
	}
	desk_end(&d);
}

/* --- requests ------------------------------------------------------------- */

static void
test_requests_are_answered(void **state)
{
	struct token token = { .module = (char *)"m.so", .slot = 1,
		.serial = (char *)"00" };
	struct secret *pin = secret_new();
	struct desk d;

	(void)state;
	desk_start(&d, "good");
	RUN_UNTIL(&d, card_client_settled(d.client));
	assert_int_equal(secret_add(pin, "4321", 4), 0);
	card_client_login(d.client, "r", &token, pin, answered, &d);
	RUN_UNTIL(&d, d.answers == 1);
	assert_int_equal(d.answer, ERR_NONE);
	card_client_reread(d.client, "r", answered, &d);
	card_client_login(d.client, "r", &token, NULL, answered, &d);
	RUN_UNTIL(&d, d.answers == 3);
	assert_int_equal(d.answer, ERR_NONE);
	desk_end(&d);
	assert_int_equal(d.answers, 3);
}

static void
test_deaf_helper_is_ended(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d, "deaf");
	RUN_UNTIL(&d, card_client_settled(d.client));
	card_client_reread(d.client, "r", answered, &d);
	RUN_UNTIL(&d, d.answers == 1);
	assert_int_equal(d.answer, ERR_TIMEOUT);
	RUN_UNTIL(&d, d.seen == ERR_HELPER_STUCK);
	RUN_UNTIL(&d, d.greetings >= 2);	/* another one is there */
	desk_end(&d);
	assert_int_equal(d.answers, 1);
}

static void
late(void *arg)
{
	++*(int *)arg;
}

static void
shown(const struct err *err, const struct card_changed *c, void *arg)
{
	(void)c;
	answered(err, arg);
}

/* A key that takes long to make holds up what is asked meanwhile. */
static void
test_what_stands_behind_is_not_late(void **state)
{
	struct desk d = { .loop = loop_new() }, slow = { .answers = 0 };
	int n = 0;
	struct pending *p = pending_new(d.loop, late, &n);
	struct proto_answer a = { .id = 0 };

	(void)state;
	(void)pending_add(p, 50, answered, &d);
	a.id = pending_add_change(p, 300, shown, &slow);
	RUN_UNTIL(&d, d.answers + slow.answers > 0);
	assert_int_equal(slow.answers, 1);	/* the change was late itself */
	assert_true(n > 0);
	RUN_UNTIL(&d, d.answers == 1);
	assert_int_equal(d.answer, ERR_TIMEOUT);
	/* Once that is answered, it is no longer held up. */
	a.id = pending_add_change(p, 60000, shown, &slow);
	(void)pending_add(p, 50, answered, &d);
	pending_answer(p, &a);
	RUN_UNTIL(&d, d.answers == 2);
	pending_free(p, &(struct err)ERR_INIT);
	loop_free(d.loop);
}

/* Asked of nobody, or of one that is closing: an answer comes all the same. */
static void
test_answers_without_helper(void **state)
{
	struct desk d;

	(void)state;
	desk_start(&d, "good");
	card_client_reread(d.client, "r", answered, &d);
	assert_int_equal(d.answers, 0);		/* not from inside the call */
	RUN_UNTIL(&d, d.answers == 1);
	assert_int_not_equal(d.answer, ERR_NONE);
	desk_end(&d);
	desk_start(&d, "deaf");
	RUN_UNTIL(&d, card_client_settled(d.client));
	for (int i = 0; i < 200; i++)
		card_client_reread(d.client, "r", answered, &d);
	desk_end(&d);
	assert_int_equal(d.answers, 200);
}

/* What a service manager does with a connection. */
static pid_t
serve(int listening, const char *helper, const char *way)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = accept(listening, NULL, NULL);

		(void)dup2(fd, 3);
		(void)execl(helper, helper, "--conf", way, (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void
test_service(void **state)
{
	const char *dir = getenv("abs_top_builddir");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct card_client_options o = { .helper = "/no/such/helper",
		.service = a.sun_path, .hurry = 10 };
	struct desk d = { .loop = loop_new(), .signal_fd = -1 };
	char helper[4096], folder[] = "/tmp/client-test.XXXXXX";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	(void)state;
	(void)snprintf(helper, sizeof(helper), "%s/tests/bin/badhelper",
	    dir != NULL ? dir : ".");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/card", folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 4), 0);
	d.client = card_client_new(d.loop, &o, changed, &d);
	pid = serve(fd, helper, "dies");
	RUN_UNTIL(&d, d.seen == ERR_HELPER_DIED);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	/* The next connection is the next process. */
	pid = serve(fd, helper, "good");
	RUN_UNTIL(&d, card_client_settled(d.client) &&
	    card_client_world(d.client)->pcsc == PCSC_UP);
	card_client_free(d.client);
	/* It leaves by itself when the desk hangs up: nobody here could end it. */
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	/* Nobody there any more. */
	(void)close(fd);
	(void)unlink(a.sun_path);
	(void)rmdir(folder);
	d.seen = ERR_NONE;
	d.client = card_client_new(d.loop, &o, changed, &d);
	RUN_UNTIL(&d, d.seen == ERR_HELPER_START);
	card_client_free(d.client);
	loop_free(d.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_breach_has_its_sentence),
		cmocka_unit_test(test_signal_is_told),
		cmocka_unit_test(test_no_helper),
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_starts_again),
		cmocka_unit_test(test_flood_leaves_room),
		cmocka_unit_test(test_requests_are_answered),
		cmocka_unit_test(test_deaf_helper_is_ended),
		cmocka_unit_test(test_what_stands_behind_is_not_late),
		cmocka_unit_test(test_answers_without_helper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
