/*
 * A look at the file that is given up at its very end leaves nothing open: the
 * next one sees what has been written since.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "registry/cases.h"
#include "registry/find.h"
#include "registry/inside.h"
#include "registry/store.h"
#include "tests/unit/regtest.h"

#define NOW	REGTEST_NOW

/* Somebody who gives up just as the end of a transaction begins to run. */
struct late {
	sqlite3		*db;
	sqlite3_vfs	*vfs;		/* asked for the time there */
	bool		 armed, done;
};

/* SQLite hands no argument on with that question. */
static struct late *late;
static int (*real_time)(sqlite3_vfs *, sqlite3_int64 *);

/* Told of each statement as it is prepared. */
static int
see_statement(void *arg, int what, const char *how, const char *b,
    const char *c, const char *d)
{
	struct late *l = arg;

	(void)b;
	(void)c;
	(void)d;
	l->armed = !l->done && ((what == SQLITE_SAVEPOINT &&
	    strcmp(how, "RELEASE") == 0) || (what == SQLITE_TRANSACTION &&
	    strcmp(how, "ROLLBACK") == 0));
	return SQLITE_OK;
}

static int
tell_time(sqlite3_vfs *vfs, sqlite3_int64 *now)
{
	if (late->armed) {
		late->armed = false;
		late->done = true;
		sqlite3_interrupt(late->db);
	}
	return real_time(vfs, now);
}

static int
measured(unsigned what, void *arg, void *st, void *ns)
{
	(void)what;
	(void)arg;
	(void)st;
	(void)ns;
	return 0;
}

/* With its statements timed, SQLite asks for the time as one begins to run. */
static struct registry *
open_late(void **state, struct late *l)
{
	struct registry *reg;

	memset(l, 0, sizeof *l);
	late = l;
	reg = regtest_open(*state, REGISTRY_WRITE);
	l->db = sql_handle(reg->sql);
	assert_int_equal(sqlite3_file_control(l->db, "main",
	    SQLITE_FCNTL_VFS_POINTER, &l->vfs), SQLITE_OK);
	/* A test that failed has left ours there. */
	if (l->vfs->xCurrentTimeInt64 != tell_time)
		real_time = l->vfs->xCurrentTimeInt64;
	l->vfs->xCurrentTimeInt64 = tell_time;
	sqlite3_set_authorizer(l->db, see_statement, l);
	sqlite3_trace_v2(l->db, SQLITE_TRACE_PROFILE, measured, l);
	return reg;
}

static void
close_late(struct registry *reg, struct late *l)
{
	registry_close(reg);
	l->vfs->xCurrentTimeInt64 = real_time;
}

static int64_t
open_case(struct registry *reg, struct record *r, struct case_summary *sum)
{
	struct case_event e = { .at = NOW, .kind = "opened" };
	struct err err = ERR_INIT;
	bool existing;
	int64_t id;

	if (cases_open(reg, r, "revoke", &e, sum, &id, &existing, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	return id;
}

static void
a_case_is_seen_to_go_on(void **state)
{
	struct registry *writer = regtest_open(*state, REGISTRY_CREATE);
	struct late l;
	struct registry *reader = open_late(state, &l);
	struct case_summary sum = { .state = "draft", .open = true };
	const struct case_event e = { .at = NOW, .kind = "note" };
	struct err err = ERR_INIT;
	struct case_row row;
	struct record r;
	int64_t id;

	regtest_record(&r, 1, "Ewa Łęcka", NULL, NULL);
	id = open_case(writer, &r, &sum);
	(void)cases_get(reader, id, &row, &err);
	case_row_clear(&row);
	assert_true(l.done);

	err_clear(&err);
	assert_int_equal(cases_append(writer, id, 1, &e, 1, &sum, &err), 0);
	assert_int_equal(cases_get(reader, id, &row, &err), 0);
	assert_int_equal(row.nevents, 2);
	case_row_clear(&row);
	record_clear(&r);
	close_late(reader, &l);
	registry_close(writer);
}

static size_t
found(struct finder *f, struct registry *reg)
{
	const struct find_options o = { .max = 10, .now = NOW };
	struct find_answer *a = NULL;
	struct err err = ERR_INIT;
	size_t n;

	assert_int_equal(finder_load(f, reg, NULL, &err), 0);
	if (finder_ask(f, reg, "Kowalski", &o, &a, &err) == -1)
		return 0;
	n = a->nhits;
	find_answer_free(a);
	return n;
}

static void
a_search_finds_what_came(void **state)
{
	struct registry *writer = regtest_open(*state, REGISTRY_CREATE);
	struct late l;
	struct registry *reader = open_late(state, &l);
	struct finder *f = finder_new();
	struct err err = ERR_INIT;
	struct record r;

	regtest_record(&r, 1, "Jan Kowalski", NULL, NULL);
	assert_int_equal(store_cert(writer, &r, NULL, &err), 0);
	record_clear(&r);
	(void)found(f, reader);
	assert_true(l.done);
	regtest_record(&r, 2, "Ewa Kowalski", NULL, NULL);
	assert_int_equal(store_cert(writer, &r, NULL, &err), 0);
	record_clear(&r);
	assert_int_equal(found(f, reader), 2);
	finder_free(f);
	close_late(reader, &l);
	registry_close(writer);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_case_is_seen_to_go_on),
		TEST(a_search_finds_what_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
