/*
 * What was deleted is not in the file any more: neither where it stood, nor in
 * what SQLite left behind on pages that it once moved it from.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/file.h"
#include "registry/wipe.h"
#include "tests/unit/regtest.h"

#define WORDS	12000
#define ERASED	700

/* A leaf page with two cells at its end, and rubbish in between. */
static void
make_page(uint8_t page[512], size_t at)
{
	memset(page, 'x', 512);
	page[at] = 13;
	memcpy(page + at + 1, "\0\0\0\2\1\360\0", 7);
	memcpy(page + at + 8, "\1\370\1\360", 4);
}

static void
wipes_the_gap_alone(void **state)
{
	uint8_t page[512], before[512];
	size_t i;

	(void)state;
	make_page(page, 0);
	memcpy(before, page, sizeof page);
	wipe_page(page, sizeof page, 2);
	for (i = 0; i < sizeof page; i++)
		assert_int_equal(page[i], i >= 12 && i < 0x1f0 ? 0 : before[i]);
	make_page(page, 100);
	memcpy(before, page, sizeof page);
	wipe_page(page, sizeof page, 1);
	for (i = 0; i < sizeof page; i++)
		assert_int_equal(page[i],
		    i >= 112 && i < 0x1f0 ? 0 : before[i]);
}

/* Anything that a page of that sort cannot be is left as it is. */
static void
leaves_other_pages(void **state)
{
	static const struct {
		size_t	at;
		uint8_t	value;
	} odd[] = {
		{ 0, 0 }, { 0, 1 }, { 0, 3 }, { 0, 14 },
		{ 3, 0x40 },	/* more cells than fit */
		{ 5, 0x02 },	/* content behind the page */
		{ 6, 0xf4 },	/* a cell before the content */
		{ 8, 0x7f },	/* a cell behind the page */
	};
	uint8_t page[512], before[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof odd / sizeof *odd; i++) {
		make_page(page, 0);
		page[odd[i].at] = odd[i].value;
		memcpy(before, page, sizeof page);
		wipe_page(page, sizeof page, 2);
		assert_memory_equal(page, before, sizeof page);
	}
}

static uint32_t
next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	return *seed ^= *seed << 5;
}

static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static void
each_word(sqlite3 *db, const char *sql, char words[][24], size_t n)
{
	sqlite3_stmt *st;
	size_t i;

	run(db, "BEGIN");
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	for (i = 0; i < n; i++) {
		sqlite3_bind_text(st, 1, words[i], -1, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(st), SQLITE_DONE);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	run(db, "COMMIT");
}

/* Erased words that are still in the file. */
static size_t
left_behind(const char *file, char words[][24])
{
	struct err err = ERR_INIT;
	struct buf buf;
	size_t n = 0, i;

	buf_init(&buf, 64u << 20);
	assert_int_equal(file_read(file, file, &buf, &err), 0);
	for (i = 0; i < ERASED; i++)
		n += memmem(buf.data, buf.len, words[i], 16) != NULL;
	buf_clear(&buf);
	return n;
}

/* Words in no order, so that pages split; some go, and how many are still there? */
static size_t
erase_words(const char *file, const char *vfs)
{
	static char words[WORDS][24];
	uint32_t seed = 20261122;
	size_t i;
	sqlite3 *db;

	for (i = 0; i < WORDS; i++)
		snprintf(words[i], sizeof words[i], "w%07xx%07x",
		    next(&seed) >> 4, next(&seed) >> 4);
	assert_int_equal(sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE, vfs), SQLITE_OK);
	run(db, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = OFF; PRAGMA secure_delete = ON;"
	    "CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT UNIQUE)");
	each_word(db, "INSERT INTO word (word) VALUES (?)", words, WORDS);
	run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	each_word(db, "DELETE FROM word WHERE word = ?", words, ERASED);
	run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	run(db, "PRAGMA integrity_check");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return left_behind(file, words);
}

static void
leaves_nothing_behind(void **state)
{
	struct regtest *t = *state;
	const char *ours = regtest_path(t, "ours.db");

	assert_int_equal(erase_words(ours, wipe_vfs()), 0);
	assert_int_equal(regtest_sql_int(ours,
	    "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	/* Were there nothing to wipe, the line above would say nothing. */
	if (erase_words(regtest_path(t, "plain.db"), NULL) == 0)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wipes_the_gap_alone),
		cmocka_unit_test(leaves_other_pages),
		cmocka_unit_test_setup_teardown(leaves_nothing_behind,
		    regtest_setup, regtest_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
