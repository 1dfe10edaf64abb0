/*
 * The journal: a chain that shows whatever is done to it by hand, keeps to its
 * order when the clock does not, and says nobody's name.
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
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "tests/unit/regtest.h"

int64_t	__wrap_clock_now(void);

static int64_t now = REGTEST_NOW;

int64_t
__wrap_clock_now(void)
{
	return now;
}

static void
add(struct registry *reg, enum journal_action action, const char *why)
{
	struct ident_hash whom = { { 1, 2, 3 } };
	struct journal_entry e = { .action = action, .whom = &whom,
	    .why = why, .what = "rows=1" };
	struct err err = ERR_INIT;

	if (journal_add(reg, &e, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

/* A registry with five entries: its creation and four more. */
static void
fill(struct regtest *t)
{
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);

	add(reg, JOURNAL_ACCESS, "wniosek z 3 maja");
	add(reg, JOURNAL_RESTRICT, NULL);
	add(reg, JOURNAL_UNRESTRICT, "cofnięto");
	add(reg, JOURNAL_ERASE, "wniosek 2");
	registry_close(reg);
}

/* 0 when the chain holds, else the entry that is told to be bad. */
static int64_t
checked(struct regtest *t)
{
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	struct err err = ERR_INIT;
	int64_t bad = 0;

	if (journal_check(reg, &bad, &err) == -1)
		assert_int_equal(err.code, ERR_REGISTRY_JOURNAL);
	else
		assert_int_equal(bad, 0);
	registry_close(reg);
	return bad;
}

static int
take(int64_t seq, const struct journal_entry *e, void *arg)
{
	int64_t *expected = arg;

	assert_int_equal(seq, *expected);
	(*expected)--;
	assert_string_equal(e->account, "kasia");
	assert_string_equal(e->point, "punkt 1");
	if (seq == 5) {
		assert_int_equal(e->action, JOURNAL_ERASE);
		assert_string_equal(e->why, "wniosek 2");
		assert_string_equal(e->what, "rows=1");
		assert_int_equal(e->whom->b[2], 3);
		assert_int_equal(e->at, REGTEST_NOW);
	}
	if (seq == 1) {
		assert_int_equal(e->action, JOURNAL_CREATED);
		assert_null(e->whom);
	}
	return seq == 2;
}

static void
tells_newest_first(void **state)
{
	struct registry *reg;
	struct err err = ERR_INIT;
	int64_t expected = 5;

	fill(*state);
	reg = regtest_open(*state, REGISTRY_READ);
	assert_int_equal(journal_each(reg, 100, take, &expected, &err), 0);
	assert_int_equal(expected, 1);	/* take ended it at 2 */
	expected = 5;
	assert_int_equal(journal_each(reg, 1, take, &expected, &err), 0);
	assert_int_equal(expected, 4);
	registry_close(reg);
}

static void
is_append_only(void **state)
{
	struct regtest *t = *state;

	fill(t);
	regtest_refuses(t->file, "UPDATE journal SET why = 'x' WHERE seq = 2");
	regtest_refuses(t->file, "DELETE FROM journal WHERE seq = 5");
	regtest_refuses(t->file, "INSERT OR REPLACE INTO journal SELECT * FROM"
	    " journal WHERE seq = 5");
	regtest_refuses(t->file, "INSERT OR REPLACE INTO journal SELECT 9, at,"
	    " origin, action, whom, why, what, hash FROM journal"
	    " WHERE seq = 2");
	assert_int_equal(checked(t), 0);
}

#define NO_TRIGGERS "DROP TRIGGER journal_stays; DROP TRIGGER journal_keeps;" \
	"DROP TRIGGER journal_grows;"

/* Whatever is done by whoever can write the file but has no key. */
static const struct {
	const char	*sql;
	int64_t		 bad;
} deeds[] = {
	{ "UPDATE journal SET why = 'x' WHERE seq = 2", 2 },
	{ "UPDATE journal SET why = NULL WHERE seq = 4", 4 },
	{ "UPDATE journal SET why = '' WHERE seq = 3", 3 },
	{ "UPDATE journal SET what = 'rows=2' WHERE seq = 5", 5 },
	{ "UPDATE journal SET whom = x'00' WHERE seq = 2", 2 },
	{ "UPDATE journal SET action = 3 WHERE seq = 1", 1 },
	{ "UPDATE journal SET at = at + 1 WHERE seq = 5", 5 },
	{ "UPDATE journal SET hash = zeroblob(32) WHERE seq = 4", 4 },
	{ "UPDATE origin SET account = 'basia'", 1 },
	{ "UPDATE origin SET point = point || account, account = ''", 1 },
	{ "DELETE FROM journal WHERE seq = 3", 3 },
	{ "DELETE FROM journal WHERE seq = 1", 1 },
	{ "DELETE FROM journal WHERE seq = 5", 5 },
	{ "DELETE FROM journal WHERE seq > 1", 2 },
	{ "DELETE FROM journal", 1 },
	{ "DELETE FROM journal; DELETE FROM meta WHERE name = 'journal'", 1 },
	{ "DELETE FROM meta WHERE name = 'journal'", 6 },
	{ "DELETE FROM journal WHERE seq = 5; UPDATE meta SET value ="
	    " x'0000000000000004' || (SELECT hash FROM journal WHERE seq = 4)"
	    " || substr(value, 41) WHERE name = 'journal'", 5 },
	{ "UPDATE journal SET seq = 9 WHERE seq = 5", 5 },
	{ "INSERT INTO journal SELECT 6, at, origin, action, whom, why, what,"
	    " zeroblob(32) FROM journal WHERE seq = 5", 6 },
};

static void
shows_what_was_done(void **state)
{
	size_t i;

	for (i = 0; i < sizeof deeds / sizeof *deeds; i++) {
		void *own;
		struct regtest *t;
		char sql[1024];

		(void)state;
		assert_int_equal(regtest_setup(&own), 0);
		t = own;
		fill(t);
		assert_int_equal(checked(t), 0);
		snprintf(sql, sizeof sql, NO_TRIGGERS "%s", deeds[i].sql);
		regtest_sql(t->file, sql);
		if (checked(t) != deeds[i].bad)
			fail_msg("%s", deeds[i].sql);
		regtest_teardown(&own);
	}
}

/* Going on after the tail was cut, or the head forged, does not heal it. */
static void
is_not_healed(void **state)
{
	static const char *const cuts[] = {
		NO_TRIGGERS "DELETE FROM journal WHERE seq = 5",
		NO_TRIGGERS "DELETE FROM journal WHERE seq = 5;"
		    "DELETE FROM meta WHERE name = 'journal'",
		NO_TRIGGERS "DELETE FROM journal;"
		    "DELETE FROM meta WHERE name = 'journal'",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		void *own;
		struct regtest *t;
		struct registry *reg;

		assert_int_equal(regtest_setup(&own), 0);
		t = own;
		fill(t);
		regtest_sql(t->file, cuts[i]);
		reg = regtest_open(t, REGISTRY_WRITE);
		add(reg, JOURNAL_BACKUP, NULL);
		add(reg, JOURNAL_BACKUP, NULL);
		registry_close(reg);
		if (checked(t) == 0)
			fail_msg("%s", cuts[i]);
		regtest_teardown(&own);
	}
}

static void
keeps_order_when_the_clock_does_not(void **state)
{
	struct regtest *t = *state;
	struct registry *reg;

	fill(t);
	now = REGTEST_NOW - 86400;
	reg = regtest_open(t, REGISTRY_WRITE);
	add(reg, JOURNAL_IMPORT, NULL);
	registry_close(reg);
	now = REGTEST_NOW;
	assert_int_equal(checked(t), 0);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT at FROM journal ORDER BY seq DESC"), REGTEST_NOW);
}

static void
keeps_no_identifiers(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	char longest[4096];

	add(reg, JOURNAL_ACCESS, "wniosek 44051401359, ewa@example.org");
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	add(reg, JOURNAL_ACCESS, longest);
	registry_close(reg);
	assert_int_equal(regtest_grep(t, "44051401359", 11, NULL), 0);
	assert_int_equal(regtest_grep(t, "ewa@", 4, NULL), 0);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT length(why) FROM journal ORDER BY seq DESC"),
	    RECORD_TEXT_MAX);
	assert_int_equal(checked(t), 0);
}

static void
goes_with_its_transaction(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	int64_t bad;

	assert_int_equal(registry_begin(reg, &err), 0);
	add(reg, JOURNAL_ACCESS, NULL);
	registry_rollback(reg);
	assert_int_equal(journal_check(reg, &bad, &err), 0);
	registry_close(reg);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM journal"), 1);
}

/* --- after a restore -------------------------------------------------------------- */

static void
restore(struct regtest *t, const char *file)
{
	struct registry_options o = { .path = t->file, .account = "ola" };
	struct err err = ERR_INIT;

	if (keep_restore(&o, file, NULL, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	assert_int_equal(checked(t), 0);
}

static void
restrict_one(struct registry *reg)
{
	struct privacy_person who = { .row = 1 };
	struct err err = ERR_INIT;

	assert_int_equal(privacy_restrict(reg, &who, true, "skarga nr 5", NULL,
	    &err), 0);
}

#define BROUGHT	"FROM journal JOIN origin ON origin.id = origin WHERE" \
	" action = 8 AND why = 'skarga nr 5' AND account = 'kasia' AND" \
	" point = 'punkt 1' AND length(whom) = 16 AND what GLOB" \
	" 'brought over #4 ????????????????: rows=1*'"

/* Who did what since the backup, when and why; other desks' numbers go on. */
static void
goes_on_after_a_restore(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct err err = ERR_INIT;

	regtest_put(reg, 1, "Ewa", "44051401359", NULL);
	add(reg, JOURNAL_ACCESS, "przed kopią");
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	now = REGTEST_NOW + 60;
	restrict_one(reg);
	registry_close(reg);
	now = REGTEST_NOW + 3600;
	restore(t, copy);
	assert_int_equal(regtest_sql_int(t->file, "SELECT at - 1795348800 "
	    BROUGHT), 60);
	assert_int_equal(regtest_sql_int(t->file, "SELECT seq " BROUGHT), 4);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM journal"
	    " WHERE action = 5 AND what = 'entries=1'"), 1);
	/* Once more: what has been brought keeps its first number. */
	restore(t, copy);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) " BROUGHT),
	    1);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM journal"
	    " WHERE action = 5"), 2);
	now = REGTEST_NOW;
}

/* What was put back is put back: the entry itself is there, not twice. */
static void
brings_nothing_twice(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *before = regtest_path(t, "before");
	const char *after = regtest_path(t, "after");
	struct err err = ERR_INIT;

	regtest_put(reg, 1, "Ewa", NULL, NULL);
	assert_int_equal(keep_backup(reg, before, false, NULL, NULL, &err), 0);
	restrict_one(reg);
	assert_int_equal(keep_backup(reg, after, false, NULL, NULL, &err), 0);
	registry_close(reg);
	restore(t, before);
	restore(t, after);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM journal"
	    " WHERE action = 8"), 1);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM journal"
	    " WHERE action = 5"), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_newest_first),
		TEST(is_append_only),
		cmocka_unit_test(shows_what_was_done),
		cmocka_unit_test(is_not_healed),
		TEST(keeps_order_when_the_clock_does_not),
		TEST(keeps_no_identifiers),
		TEST(goes_with_its_transaction),
		TEST(goes_on_after_a_restore),
		TEST(brings_nothing_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
