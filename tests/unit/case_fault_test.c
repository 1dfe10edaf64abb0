/*
 * A whole life of a case on a machine that is switched off at each write in
 * turn, and on a disk that is full at each write in turn: it goes on where it
 * stood, and the authority is asked for one thing once.
 */
#include "config.h"

#include <sys/wait.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "registry/keep.h"
#include "tests/unit/casetest.h"
#include "tests/unit/faultvfs.h"

#define NOW		REGTEST_NOW
#define POINTS_MAX	3000
#define TRANSACTION_LEN	32

/* --- an authority that remembers --------------------------------------------------- */

/*
 * What came in, a line each.  The same request again changes nothing and is
 * answered so; another one for the same certificate is a second effect.
 */
static enum case_result
ask_authority(const struct regtest *t, const char *transaction)
{
	FILE *f = fopen(regtest_path(t, "authority"), "a+");
	char line[64];
	bool there = false;

	assert_non_null(f);
	rewind(f);
	while (fgets(line, sizeof line, f) != NULL)
		there |= strncmp(line, transaction, TRANSACTION_LEN) == 0;
	if (!there)
		fprintf(f, "%s\n", transaction);
	assert_int_equal(fclose(f), 0);
	return there ? RESULT_ALREADY : RESULT_ACCEPTED;
}

static size_t
effects(const struct regtest *t)
{
	FILE *f = fopen(regtest_path(t, "authority"), "r");
	char line[64];
	size_t n = 0;

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		n++;
	if (f != NULL)
		fclose(f);
	return n;
}

/* --- a life, step by step ------------------------------------------------------------- */

struct life {
	const struct regtest	*t;
	struct registry		*reg;
	bool			 by_machine;
	unsigned		 tries;	/* for a transaction that nobody had before */
};

static int
take_id(const struct case_row *row, void *arg)
{
	*(int64_t *)arg = row->id;
	return 0;
}

/* The one case there is, or 0. */
static int64_t
case_there(struct registry *reg)
{
	struct err err = ERR_INIT;
	int64_t id = 0;

	assert_int_equal(cases_each(reg, true, 9, take_id, &id, &err), 0);
	return id;
}

static int
begin(struct life *l, struct err *err)
{
	struct record r;
	bool existing;
	int64_t id;
	int rc;

	regtest_record(&r, 1, "Ewa Łęcka", "44051401359", NULL);
	rc = case_begin(l->reg, &r, CASE_REVOKE, NOW, &id, &existing, err);
	record_clear(&r);
	return rc;
}

static int
draft(struct life *l, int64_t id, const struct case_view *v, struct err *err)
{
	struct case_answers a = { .who = WHO_HOLDER, .proof = PROOF_DOCUMENT,
	    .reason = REASON_LOST };

	if (v->who == -1)
		return case_answer(l->reg, id, &a, NOW, err);
	return case_confirm(l->reg, id, "0001", NULL, NOW, err);
}

static int
tell(struct life *l, int64_t id, struct err *err)
{
	struct case_told t = { .channel = "form", .outcome = -1 };

	return case_told(l->reg, id, &t, NOW, err);
}

/* With the transaction that stands there, else with one of our own. */
static int
send_it(struct life *l, int64_t id, const struct case_view *v, struct err *err)
{
	char transaction[TRANSACTION_LEN + 1];

	if (v->state == CASE_SENT)
		snprintf(transaction, sizeof transaction, "%s", v->transaction);
	else
		snprintf(transaction, sizeof transaction, "%016lX%016X",
		    (unsigned long)getpid(), l->tries++);
	if (case_sending(l->reg, id, "cmp", transaction, NOW, err) == -1)
		return -1;
	return casetest_result(l->reg, id, ask_authority(l->t, transaction),
	    ERR_NONE, err);
}

/* The next thing to do; 1 when the case is closed, 0, -1. */
static int
step(struct life *l, struct err *err)
{
	int64_t id = case_there(l->reg);
	struct case_view v;
	int rc = -1;

	if (id == 0)
		return begin(l, err);
	casetest_view(l->reg, id, &v);
	switch (v.state) {
	case CASE_DRAFT:
		rc = draft(l, id, &v, err);
		break;
	case CASE_QUEUED:
	case CASE_SENT:
		rc = l->by_machine ? send_it(l, id, &v, err) :
		    tell(l, id, err);
		break;
	case CASE_ON_PAPER:
	case CASE_ACCEPTED:
		rc = casetest_status(l->reg, id, STATUS_REVOKED, NOW, err);
		break;
	case CASE_PUBLISHED:
		rc = case_close(l->reg, id, NOW, err);
		break;
	case CASE_CLOSED:
		rc = 1;
		break;
	case CASE_REFUSED:
	case CASE_WITHDRAWN:
	case CASE_STATES:
		fail_msg("state %d", v.state);
	}
	case_view_clear(&v);
	return rc;
}

/* From where it stands to its end. */
static void
live(struct life *l)
{
	struct err err = ERR_INIT;
	int rc;

	while ((rc = step(l, &err)) == 0)
		;
	if (rc == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

/* One case, closed, whole, and one request in effect. */
static void
is_over(const struct regtest *t, struct registry *reg, bool by_machine)
{
	struct case_view v;
	struct err err = ERR_INIT;

	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cases"),
	    1);
	assert_int_equal(effects(t), by_machine);
	casetest_view(reg, case_there(reg), &v);
	assert_int_equal(v.state, CASE_CLOSED);
	/* Whoever lost an answer does not say that somebody else did it. */
	assert_false(v.already);
	case_view_clear(&v);
	if (keep_check(reg, NULL, NULL, &err) == -1)
		fail_msg("%s", err.detail);
}

/* --- switched off --------------------------------------------------------------------------- */

/* Ended by SIGKILL at the n-th write from here; false if there were fewer. */
static bool
is_killed(const struct regtest *t, bool by_machine, int n)
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		struct life l = { .t = t, .by_machine = by_machine };

		fault_at(FAULT_KILL, n);
		l.reg = regtest_open(t, REGISTRY_WRITE);
		live(&l);
		registry_close(l.reg);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		assert_int_equal(WTERMSIG(status), SIGKILL);
	return status != 0;
}

static int
kill_at_each_write(const struct regtest *model, bool by_machine)
{
	bool killed = true;
	int n;

	for (n = 1; killed && n < POINTS_MAX; n += fault_step(FAULT_KILL)) {
		struct regtest *t = regtest_copy(model);
		struct life l = { .t = t, .by_machine = by_machine };

		killed = is_killed(t, by_machine, n);
		/* The same person starts the desk again. */
		l.reg = regtest_open(t, REGISTRY_WRITE);
		live(&l);
		is_over(t, l.reg, by_machine);
		registry_close(l.reg);
		regtest_remove(t);
	}
	fault_tried(by_machine ? "killed, by machine" : "killed, on paper", n,
	    fault_step(FAULT_KILL));
	return n;
}

static void
goes_on_after_each_kill(void **state)
{
	registry_close(regtest_open(*state, REGISTRY_CREATE));
	assert_in_range(kill_at_each_write(*state, true), 30, POINTS_MAX - 1);
	assert_in_range(kill_at_each_write(*state, false), 20, POINTS_MAX - 1);
}

/* --- full --------------------------------------------------------------------------------------- */

/* How much is written of the case. */
static size_t
written(struct registry *reg)
{
	int64_t id = case_there(reg);

	return id == 0 ? 0 : casetest_events(reg, id);
}

/* A life in which the n-th write finds the disk full; whether there was one. */
static bool
is_full_once(const struct regtest *t, int n)
{
	struct life l = { .t = t, .by_machine = true };
	struct err err = ERR_INIT;
	size_t before;
	bool hit;
	int rc;

	l.reg = regtest_open(t, REGISTRY_WRITE);
	fault_at(FAULT_FULL, n);
	do {
		before = written(l.reg);
		rc = step(&l, &err);
		if (rc == -1) {
			assert_int_equal(err.code, ERR_DISK_FULL);
			/* Nothing, or the intention before a request. */
			assert_in_range(written(l.reg), before, before + 1);
			err_clear(&err);
		}
	} while (rc != 1);
	hit = fault_hit();
	registry_close(l.reg);
	fault_at(FAULT_NONE, 0);
	l.reg = regtest_open(t, REGISTRY_WRITE);
	is_over(t, l.reg, true);
	registry_close(l.reg);
	return hit;
}

static void
says_that_the_disk_is_full(void **state)
{
	bool hit = true;
	int n;

	registry_close(regtest_open(*state, REGISTRY_CREATE));
	for (n = 1; hit && n < POINTS_MAX; n += fault_step(FAULT_FULL)) {
		struct regtest *t = regtest_copy(*state);

		hit = is_full_once(t, n);
		regtest_remove(t);
	}
	fault_tried("full", n, fault_step(FAULT_FULL));
	assert_in_range(n, 15, POINTS_MAX - 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(goes_on_after_each_kill),
		TEST(says_that_the_disk_is_full),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
