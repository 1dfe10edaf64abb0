/*
 * Leases of whoever was killed bind nobody; those of whoever lives, or may live on
 * another machine, do.
 */
#include "config.h"

#include <sys/wait.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/holder.h"
#include "registry/cases.h"
#include "registry/leases.h"
#include "registry/outbox.h"
#include "tests/unit/regtest.h"

#define NOW	REGTEST_NOW

static int64_t
open_case(struct registry *reg)
{
	struct case_summary sum = { .state = "queued", .open = true,
	    .due = NOW };
	struct case_event e = { .at = NOW, .kind = "opened" };
	struct err err = ERR_INIT;
	struct record r;
	bool existing;
	int64_t id;

	regtest_record(&r, 1, "Ewa Łęcka", NULL, NULL);
	if (cases_open(reg, &r, "revoke", &e, &sum, &id, &existing,
	    &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	record_clear(&r);
	return id;
}

static bool
lease(struct registry *reg, int64_t id, const char *by, int64_t now,
    int64_t until)
{
	struct err err = ERR_INIT;
	bool got;

	if (cases_lease(reg, id, by, now, until, &got, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	return got;
}

/* The name of a process that has ended, as it gave it itself. */
static void
name_of_gone(char name[static HOLDER_MAX])
{
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		holder_name(name, "test");
		_exit(write(fds[1], name, HOLDER_MAX) != HOLDER_MAX);
	}
	assert_int_equal(read(fds[0], name, HOLDER_MAX), HOLDER_MAX);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fds[0]);
	close(fds[1]);
}

/* Who was killed while he sent keeps nobody waiting; who lives, or may, does. */
static void
the_dead_let_go(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = open_case(reg), ids[2];
	char gone[HOLDER_MAX], here[HOLDER_MAX], far[HOLDER_MAX + 8];
	struct err err = ERR_INIT;
	size_t n;

	name_of_gone(gone);
	holder_name(here, "test");
	snprintf(far, sizeof far, "far-%s", gone);
	assert_true(holder_gone(gone));
	assert_false(holder_gone(here));
	assert_false(holder_gone(far));
	assert_false(holder_gone("a"));
	assert_false(holder_gone(""));

	assert_true(lease(reg, id, gone, NOW, NOW + 120));
	assert_false(lease(reg, id, "b", NOW + 1, NOW + 120));
	assert_int_equal(leases_sweep(reg, &err), 0);
	assert_int_equal(cases_due(reg, "b", NOW + 1, ids, 2, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_true(lease(reg, id, here, NOW + 1, NOW + 120));
	assert_int_equal(leases_sweep(reg, &err), 0);
	assert_false(lease(reg, id, "b", NOW + 2, NOW + 120));
	assert_int_equal(cases_release(reg, id, here, &err), 0);
	assert_true(lease(reg, id, far, NOW + 2, NOW + 120));
	assert_int_equal(leases_sweep(reg, &err), 0);
	assert_false(lease(reg, id, "b", NOW + 3, NOW + 120));
	registry_close(reg);
}

static void
also_of_what_is_to_be_sent(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	const struct outbox_row row = { .kind = "resend", .authority = (char[]){ "office" },
	    .number = (char[]){ "ZP00000000" },
	    .what = (char[]){ "collect" } };
	char gone[HOLDER_MAX];
	struct err err = ERR_INIT;
	int64_t id;
	bool got;

	name_of_gone(gone);
	assert_int_equal(outbox_put(reg, &row, span_of(NULL, 0), NOW, &id,
	    &err), 0);
	assert_int_equal(outbox_lease(reg, id, gone, NOW, NOW + 60, &got,
	    &err), 0);
	assert_true(got);
	assert_int_equal(leases_sweep(reg, &err), 0);
	assert_int_equal(outbox_lease(reg, id, "b", NOW + 1, NOW + 60, &got,
	    &err), 0);
	assert_true(got);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_dead_let_go),
		TEST(also_of_what_is_to_be_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
