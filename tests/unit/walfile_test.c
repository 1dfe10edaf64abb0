/*
 * The log is written in few pieces, and nothing of a transaction is told to
 * anybody before it is there.
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
#include <sqlite3.h>

#include "registry/wipe.h"
#include "tests/unit/faultvfs.h"
#include "tests/unit/regtest.h"

#define ROWS	"60"	/* each nearly a page */

static sqlite3 *
open_through(const char *file, const char *vfs)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE, vfs), SQLITE_OK);
	return db;
}

static void
execute(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t
number(sqlite3 *db, const char *sql, int column)
{
	sqlite3_stmt *st;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, column);
	sqlite3_finalize(st);
	return n;
}

/* Through the system's VFS, which knows nothing of what waits in ours. */
static int64_t
seen_by_others(const char *file, const char *sql)
{
	sqlite3 *db = open_through(file, "fault");
	int64_t n = number(db, sql, 0);

	sqlite3_close(db);
	return n;
}

static sqlite3 *
filled(const char *file, const char *synchronous)
{
	sqlite3 *db = open_through(file, wipe_vfs());
	char *pragma = sqlite3_mprintf("PRAGMA synchronous = %s", synchronous);

	execute(db, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL");
	execute(db, pragma);
	sqlite3_free(pragma);
	execute(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, text TEXT);"
	    "WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i"
	    " WHERE x < " ROWS ") INSERT INTO t SELECT x, 0,"
	    " hex(randomblob(1700)) FROM i;"
	    "PRAGMA wal_checkpoint(TRUNCATE)");
	return db;
}

/* Pages in the log, after a change of them all, and how many writes it took. */
static int
change(sqlite3 *db, const char *sql, int64_t *pages)
{
	int writes;

	execute(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	fault_at(FAULT_NONE, 0);
	execute(db, sql);
	writes = fault_writes();
	*pages = number(db, "PRAGMA wal_checkpoint(PASSIVE)", 1);
	return writes;
}

static void
a_commit_is_one_write(void **state)
{
	const char *file = regtest_path(*state, "one.db");
	sqlite3 *db = filled(file, "FULL");
	int64_t pages;
	int writes = change(db, "UPDATE t SET n = 1 WHERE id <= 20", &pages);

	/* The log's own header, which is synced before, and the pages. */
	assert_true(pages >= 20);
	assert_in_range(writes, 1, 2);
	assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"), 20);
	sqlite3_close(db);
}

/* More than may wait: in several, and still all of it. */
static void
many_pages_are_a_few_writes(void **state)
{
	const char *file = regtest_path(*state, "many.db");
	sqlite3 *db = filled(file, "FULL");
	int64_t pages;
	int writes = change(db, "UPDATE t SET n = 1", &pages);

	assert_true(pages >= 60);
	assert_in_range(writes, 2, 5);
	assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"), 60);
	assert_int_equal(seen_by_others(file, "SELECT count(*) FROM"
	    " pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	sqlite3_close(db);
}

/* Without a sync nobody says when a commit ends: each page goes at once. */
static void
without_a_sync_no_page_waits(void **state)
{
	static const char *const settings[] = { "NORMAL", "OFF" };

	for (size_t i = 0; i < 2; i++) {
		char *name = sqlite3_mprintf("%s.db", settings[i]);
		const char *file = regtest_path(*state, name);
		sqlite3 *db = filled(file, settings[i]);
		int64_t pages;
		int writes = change(db, "UPDATE t SET n = 1", &pages);

		assert_true(pages >= 60);
		assert_in_range(writes, pages, pages + 1);
		assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"),
		    60);
		sqlite3_close(db);
		sqlite3_free(name);
	}
}

/* Said to an open connection, it holds from its next write on. */
static void
follows_the_setting(void **state)
{
	const char *file = regtest_path(*state, "setting.db");
	sqlite3 *db = filled(file, "FULL");
	int64_t pages;

	execute(db, "PRAGMA synchronous = NORMAL");
	execute(db, "UPDATE t SET n = 1");
	assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"), 60);
	execute(db, "PRAGMA synchronous = FULL");
	assert_in_range(change(db, "UPDATE t SET n = 2 WHERE id <= 20", &pages),
	    1, 2);
	assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"), 80);
	sqlite3_close(db);
}

/* A full disk at any of the writes: none of it is there, and it goes on. */
static void
a_full_disk_undoes_it(void **state)
{
	const char *file = regtest_path(*state, "full.db");
	sqlite3 *db = filled(file, "FULL");
	int n = 1;

	for (;; n++) {
		int rc;

		fault_at(FAULT_FULL, n);
		rc = sqlite3_exec(db, "UPDATE t SET n = n + 1", NULL, NULL,
		    NULL);
		if (!fault_hit()) {
			assert_int_equal(rc, SQLITE_OK);
			break;
		}
		assert_int_equal(rc, SQLITE_FULL);
		assert_int_equal(number(db, "SELECT sum(n) FROM t", 0), 0);
		assert_int_equal(seen_by_others(file,
		    "SELECT sum(n) FROM t"), 0);
	}
	fault_at(FAULT_NONE, 0);
	assert_true(n > 3);
	assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"), 60);
	assert_int_equal(seen_by_others(file, "SELECT count(*) FROM"
	    " pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	sqlite3_close(db);
}

/* What a small store put into the log, and was undone, is in nobody's way. */
static void
what_was_undone_is_gone(void **state)
{
	const char *file = regtest_path(*state, "undone.db");
	sqlite3 *db = filled(file, "FULL");

	execute(db, "PRAGMA cache_size = 10; BEGIN; UPDATE t SET n = 7");
	assert_int_equal(number(db, "SELECT sum(n) FROM t", 0), 420);
	assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"), 0);
	execute(db, "ROLLBACK");
	assert_int_equal(number(db, "SELECT sum(n) FROM t", 0), 0);
	execute(db, "UPDATE t SET n = 1");
	assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"), 60);
	assert_int_equal(seen_by_others(file, "SELECT count(*) FROM"
	    " pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	sqlite3_close(db);
}

/* Nor in that of another, who has the place by then. */
static void
what_was_undone_is_in_nobodys_place(void **state)
{
	const char *file = regtest_path(*state, "place.db");
	sqlite3 *one = filled(file, "FULL"), *two;

	two = open_through(file, wipe_vfs());
	execute(two, "PRAGMA synchronous = FULL");
	execute(one, "PRAGMA cache_size = 10; BEGIN;"
	    "UPDATE t SET n = 7, text = hex(randomblob(1700)) WHERE id > 10;"
	    "ROLLBACK");
	execute(two, "UPDATE t SET n = 1");
	assert_int_equal(number(one, "SELECT sum(n) FROM t", 0), 60);
	assert_int_equal(number(two, "SELECT sum(n) FROM t", 0), 60);
	sqlite3_close(one);
	assert_int_equal(seen_by_others(file, "SELECT sum(n) FROM t"), 60);
	assert_int_equal(seen_by_others(file, "SELECT count(*) FROM"
	    " pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	sqlite3_close(two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_commit_is_one_write,
		    regtest_setup, regtest_teardown),
		cmocka_unit_test_setup_teardown(many_pages_are_a_few_writes,
		    regtest_setup, regtest_teardown),
		cmocka_unit_test_setup_teardown(without_a_sync_no_page_waits,
		    regtest_setup, regtest_teardown),
		cmocka_unit_test_setup_teardown(follows_the_setting,
		    regtest_setup, regtest_teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_undoes_it,
		    regtest_setup, regtest_teardown),
		cmocka_unit_test_setup_teardown(what_was_undone_is_gone,
		    regtest_setup, regtest_teardown),
		cmocka_unit_test_setup_teardown(
		    what_was_undone_is_in_nobodys_place, regtest_setup,
		    regtest_teardown),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
