/* What goes by age, and addresses that go with the last who named them. */
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

#include "base/clock.h"
#include "base/mem.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/store.h"
#include "tests/unit/regtest.h"

#define DAY	INT64_C(86400)

/* Three who are valid, and one whose time is not known. */
static struct registry *
fill(struct regtest *t)
{
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);

	regtest_put(reg, 1, "Ewa", NULL, "ewa@example.org");
	regtest_put(reg, 2, "Anna Sama", NULL, NULL);
	regtest_put(reg, 3, "Jan Nowak", NULL, "biuro@example.org");
	regtest_put(reg, 4, "Ewa Żółć", NULL, NULL);
	return reg;
}

static struct privacy_person
with_row(int64_t row)
{
	return (struct privacy_person){ .row = row };
}

static size_t
hits(struct regtest *t, const char *text)
{
	return regtest_grep(t, text, strlen(text), NULL);
}

/* --- retention ---------------------------------------------------------------------- */

static void
forgets_what_is_old(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct privacy_person who = with_row(3);
	struct err err = ERR_INIT;
	int64_t n, bad;
	unsigned i;

	assert_int_equal(registry_begin(reg, &err), 0);
	for (i = 0; i < 900; i++)
		regtest_put(reg, 1000 + i, "Stary Wpis", NULL, NULL);
	assert_int_equal(registry_commit(reg, &err), 0);
	regtest_sql(t->file, "UPDATE cert SET not_after = 1000 WHERE id <> 4;"
	    "UPDATE cert SET not_after = NULL WHERE id = 1");
	assert_int_equal(privacy_restrict(reg, &who, true, "spór", NULL, &err),
	    0);
	assert_int_equal(privacy_retain(reg, 30, 1000 + 30 * 86400, false, &n,
	    &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(privacy_retain(reg, 30, 1001 + 30 * 86400, true, &n,
	    &err), 0);
	assert_int_equal(n, 901);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    904);
	assert_int_equal(privacy_retain(reg, 30, 1001 + 30 * 86400, false, &n,
	    &err), 0);
	assert_int_equal(n, 901);
	/* No date, restricted, still good. */
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT sum(1 << id) FROM cert"), 1 << 1 | 1 << 3 | 1 << 4);
	assert_int_equal(hits(t, "anna"), 0);
	assert_int_equal(journal_check(reg, &bad, &err), 0);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	registry_close(reg);
	assert_int_equal(regtest_sql_int(t->file, "SELECT sum(substr(what, 6))"
	    " FROM journal WHERE action = 11"), 901);
}

static enum err_code
doubt(struct registry *reg, int64_t now)
{
	struct err err = ERR_INIT;
	int rc = privacy_retain_doubt(reg, 30, now, &err);

	assert_int_equal(rc, err.code == ERR_NONE ? 0 : -1);
	return err.code;
}

/* What only a wrong clock would make go by itself. */
static void
doubts_the_clock(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	int64_t now = clock_now(), n;
	struct err err = ERR_INIT;
	unsigned i;

	assert_int_equal(doubt(reg, now), ERR_NONE);
	assert_int_equal(doubt(reg, now + 399 * DAY), ERR_NONE);
	assert_int_equal(doubt(reg, now + 401 * DAY), ERR_RETENTION_HELD);

	/* Few may go whole, a tenth of many, and more once it has begun. */
	regtest_sql(t->file, "UPDATE cert SET not_after = 1000");
	assert_int_equal(doubt(reg, now), ERR_NONE);
	assert_int_equal(registry_begin(reg, &err), 0);
	for (i = 0; i < 106; i++)
		regtest_put(reg, 1000 + i, "Nowy Wpis", NULL, NULL);
	assert_int_equal(registry_commit(reg, &err), 0);
	regtest_sql(t->file, "UPDATE cert SET not_after = NULL WHERE id > 11;"
	    "UPDATE cert SET not_after = 1000 WHERE id <= 11");
	assert_int_equal(doubt(reg, now), ERR_NONE);
	regtest_sql(t->file, "UPDATE cert SET not_after = 1000 WHERE id <= 40");
	assert_int_equal(doubt(reg, now), ERR_RETENTION_HELD);
	regtest_sql(t->file, "UPDATE cert SET not_after = 999 - 30 * 86400"
	    " WHERE id = 1");
	assert_int_equal(privacy_retain(reg, 30, 1000, false, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(doubt(reg, now), ERR_NONE);
	assert_int_equal(doubt(reg, now + 8 * DAY), ERR_RETENTION_HELD);
	registry_close(reg);
}

/* --- addresses ------------------------------------------------------------------ */

/* An address of hers alone, and one that an earlier version left behind. */
static void
put_addresses(struct regtest *t, struct registry *reg, int64_t not_after)
{
	struct err err = ERR_INIT;
	struct record r;

	regtest_record(&r, 50, "Wanda Urlowska", NULL, NULL);
	r.not_after = not_after;
	free(r.ocsp);
	free(r.cdp);
	r.ocsp = mem_strdup("http://ocsp.test/wanda-urlowska");
	r.cdp = mem_strdup("http://crl.test/urlowska.crl");
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	record_clear(&r);
	regtest_sql(t->file, "INSERT INTO source (ocsp, cdp) VALUES"
	    " ('http://ocsp.test/dawna-zofia', '');"
	    "INSERT INTO fetched VALUES ('http://crl.test/urlowska.crl', '',"
	    " 0, 0, 0, '', zeroblob(32)), ('http://crl.test/wspolna.crl', '',"
	    " 0, 0, 0, '', zeroblob(32))");
	assert_true(hits(t, "urlowska") > 0);
	assert_true(hits(t, "dawna-zofia") > 0);
}

static void
no_addresses_are_left(struct regtest *t, struct registry *reg)
{
	struct err err = ERR_INIT;

	assert_int_equal(hits(t, "urlowska"), 0);
	assert_int_equal(hits(t, "dawna-zofia"), 0);
	/* The handle remembers no row that has gone. */
	put_addresses(t, reg, INT64_C(4000000000));
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
}

static void
forgets_where_to_ask(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct privacy_person wanda;
	struct err err = ERR_INIT;
	int64_t n;

	put_addresses(t, reg, 1000);
	wanda = with_row(regtest_sql_int(t->file, "SELECT max(id) FROM cert"));
	assert_int_equal(privacy_erase(reg, &wanda, "x", &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(hits(t, "urlowska"), 0);
	assert_int_equal(hits(t, "dawna-zofia"), 0);
	registry_close(reg);
}

static void
forgets_where_to_ask_by_age(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct err err = ERR_INIT;
	int64_t n;

	put_addresses(t, reg, 1000);
	assert_int_equal(privacy_retain(reg, 1, 1000 + 2 * 86400, false, &n,
	    &err), 0);
	assert_int_equal(n, 1);
	assert_true(hits(t, "wspolna") > 0);
	regtest_sql(t->file, "DELETE FROM fetched");
	no_addresses_are_left(t, reg);
	/* Left behind while no certificate goes. */
	regtest_sql(t->file, "UPDATE cert SET source = NULL;"
	    "INSERT INTO meta VALUES ('unsourced', 1)");
	assert_int_equal(privacy_retain(reg, 1, 1000 + 2 * 86400, false, &n,
	    &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(hits(t, "wanda-"), 0);
	registry_close(reg);
}

/* Once its certificate names another, and nobody goes. */
static void
forgets_where_was_asked_before(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct err err = ERR_INIT;
	struct record r;
	int64_t n;

	put_addresses(t, reg, INT64_C(4000000000));
	assert_int_equal(privacy_retain(reg, 1, 1000, false, &n, &err), 0);
	assert_true(hits(t, "wanda-") > 0);
	regtest_record(&r, 50, "Wanda Urlowska", NULL, NULL);
	r.not_after = INT64_C(4000000000);
	free(r.ocsp);
	free(r.cdp);
	r.ocsp = mem_strdup("http://ocsp.test/");
	r.cdp = mem_strdup("http://crl.test/ca.crl");
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	record_clear(&r);
	assert_int_equal(privacy_retain(reg, 1, 1000, false, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(hits(t, "wanda-"), 0);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(forgets_what_is_old),
		TEST(doubts_the_clock),
		TEST(forgets_where_to_ask),
		TEST(forgets_where_to_ask_by_age),
		TEST(forgets_where_was_asked_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
