/*
 * What revocation lists are matched by: the filter, the one that is kept in the
 * registry, and a list of which more is known than can be set aside.
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

#include "base/mem.h"
#include "registry/import.h"
#include "registry/keep.h"
#include "registry/known.h"
#include "registry/privacy.h"
#include "registry/store.h"
#include "tests/unit/regtest.h"

#define MANY	5000		/* rows: more than are read anew each time */
#define KEPT	"SELECT count(*) FROM meta WHERE name GLOB 'known *'"
#define PARTS	KEPT " AND name GLOB 'known * *'"

/* --- the filter -------------------------------------------------------------- */

static void
number(uint8_t out[static 16], unsigned n)
{
	memset(out, 0x5e, 16);
	out[13] = (uint8_t)(n >> 16);
	out[14] = (uint8_t)(n >> 8);
	out[15] = (uint8_t)n;
}

static bool
holds(const struct bloom *b, unsigned n)
{
	uint8_t serial[16];
	uint64_t hash;

	number(serial, n);
	hash = bloom_hash(serial, sizeof serial);
	return bloom_may_hold(b, &hash, 1) == 1;
}

static void
add(struct bloom *b, unsigned from, unsigned to)
{
	uint8_t serial[16];

	for (unsigned n = from; n < to; n++) {
		number(serial, n);
		bloom_add(b, serial, sizeof serial);
	}
}

static unsigned
count(const struct bloom *b, unsigned from, unsigned to)
{
	unsigned held = 0;

	for (unsigned n = from; n < to; n++)
		held += holds(b, n);
	return held;
}

/* Nothing that was added is denied, however small it is made. */
static void
test_filter(void **state)
{
	struct bloom *b = bloom_new(1000000), *again;

	(void)state;
	add(b, 0, 7000);
	bloom_settle(b);
	assert_int_equal(bloom_count(b), 7000);
	assert_int_equal(bloom_bytes(b).len, 16384);
	assert_int_equal(count(b, 0, 7000), 7000);
	assert_in_range(count(b, 100000, 200000), 0, 500);
	again = bloom_kept(16384, 7000);
	assert_int_equal(bloom_put(again, 0, span_of(bloom_bytes(b).p, 9999)),
	    0);
	assert_int_equal(bloom_put(again, 9999, span_of(bloom_bytes(b).p + 9999,
	    16384 - 9999)), 0);
	assert_int_equal(bloom_put(again, 16384, span_of("", 1)), -1);
	assert_int_equal(bloom_put(again, 16385, span_of("", 0)), -1);
	add(again, 7000, 7021);
	bloom_settle(again);
	assert_int_equal(bloom_count(again), 7021);
	assert_int_equal(count(again, 0, 7021), 7021);
	assert_in_range(count(again, 100000, 200000), 0, 500);
	bloom_free(again);
	assert_null(bloom_kept(16383, 1));
	assert_null(bloom_kept(32, 1));
	assert_null(bloom_kept(1 << 22, 1));
	bloom_free(b);
}

/* --- the one that is kept ------------------------------------------------------- */

static void
put_rows(struct registry *reg, unsigned from, unsigned to)
{
	struct err err = ERR_INIT;

	assert_int_equal(registry_begin(reg, &err), 0);
	for (unsigned n = from; n < to; n++)
		assert_int_not_equal(regtest_put(reg, n, "Ewa", NULL, NULL), 0);
	assert_int_equal(registry_commit(reg, &err), 0);
}

/* How many of the first n are held; the same number behind them nearly not. */
static unsigned
held(struct registry *reg, unsigned n)
{
	struct err err = ERR_INIT;
	struct bloom *known;
	unsigned found;

	assert_int_equal(known_load(reg, 1, &known, &err), 0);
	found = count(known, 0, n);
	assert_in_range(count(known, n, 2 * n), 0, n / 100);
	bloom_free(known);
	return found;
}

static void
test_kept(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	static const char *const spoilt[] = {
		("UPDATE meta SET value = zeroblob(16408)"
		    " WHERE name GLOB 'known *'"),
		"UPDATE meta SET value = x'00' WHERE name GLOB 'known *'",
		"UPDATE meta SET value = x'00' WHERE name = 'known 1 0003'",
		"DELETE FROM meta WHERE name = 'known 1 0003'",
		"DELETE FROM meta WHERE name = 'known 1 0008'",
		"INSERT INTO meta VALUES ('known 1 0009', x'00')",
		"UPDATE meta SET value = 1 WHERE name = 'known 1 0000'",
		"UPDATE meta SET value = NULL WHERE name = 'known 1'",
	};
	const struct privacy_person one = { .row = 17 };
	struct err err = ERR_INIT;
	struct bloom *other;

	put_rows(reg, 0, MANY);
	assert_int_equal(held(reg, MANY), MANY);
	assert_int_equal(regtest_sql_int(t->file, KEPT), 1 + 9);
	assert_int_equal(regtest_sql_int(t->file, PARTS), 9);
	/* Not the truth: it is taken as it is, and completed. */
	put_rows(reg, MANY, MANY + 100);
	assert_int_equal(held(reg, MANY + 100), MANY + 100);
	/* What is none is made anew. */
	for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
		regtest_sql(t->file, spoilt[i]);
		assert_int_equal(held(reg, MANY + 100), MANY + 100);
		assert_int_equal(regtest_sql_int(t->file, PARTS), 9);
	}
	/* Another issuer has nothing. */
	assert_int_equal(known_load(reg, 2, &other, &err), 0);
	assert_int_equal(count(other, 0, MANY), 0);
	bloom_free(other);
	/* Who goes leaves no bits behind. */
	assert_int_equal(privacy_erase(reg, &one, "wniosek", NULL, &err), 0);
	assert_int_equal(regtest_sql_int(t->file, KEPT), 0);
	registry_close(reg);
}

/* --- what cannot be there yet ---------------------------------------------------- */

static int64_t
put_with_token(struct registry *reg, unsigned n, const char *token)
{
	struct err err = ERR_INIT;
	struct record r;
	int64_t row;

	regtest_record(&r, n, "Ewa", NULL, NULL);
	r.card_token = mem_strdup(token);
	if (store_cert(reg, &r, NULL, &err) != 0)
		fail_msg("%s %s", err_id(err.code), err.detail);
	row = r.id;
	record_clear(&r);
	return row;
}

/* An empty registry is filled without looking, until somebody else writes. */
static void
test_fresh(void **state)
{
	struct regtest *t = *state;
	const struct registry_options o = { .path = t->file, .bulk = true };
	struct registry *reg, *other;
	struct err err = ERR_INIT;
	int64_t first, theirs;

	assert_int_equal(registry_open(&reg, REGISTRY_CREATE, &o, &err), 0);
	assert_int_equal(registry_begin(reg, &err), 0);
	first = put_with_token(reg, 1, "T-1");
	for (unsigned n = 2; n < 100; n++)
		(void)put_with_token(reg, n, n % 2 == 0 ? "T-1" : "T-3");
	assert_int_equal(put_with_token(reg, 1, "T-1"), first);
	assert_int_equal(registry_commit(reg, &err), 0);
	assert_int_equal(put_with_token(reg, 1, "T-1"), first);
	other = regtest_open(t, REGISTRY_WRITE);
	theirs = put_with_token(other, 200, "T-2");
	registry_close(other);
	assert_int_equal(put_with_token(reg, 200, "T-2"), theirs);
	(void)put_with_token(reg, 201, "T-2");
	registry_close(reg);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM cert"), 101);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM card"), 3);
}

/* A holder's, in a transaction of its own. */
static void
put_named(struct registry *reg, unsigned n, const char *holder)
{
	assert_int_not_equal(regtest_put(reg, n, holder, NULL, NULL), 0);
}

static void
is_counted(const struct regtest *t, const char *word, int64_t n)
{
	char sql[96];

	snprintf(sql, sizeof sql, "SELECT coalesce(max(n), 0) FROM word"
	    " WHERE word = '%s'", word);
	assert_int_equal(regtest_sql_int(t->file, sql), n);
}

/* Words are known from one batch to the next, until their rows go or change. */
static void
test_fresh_words(void **state)
{
	struct regtest *t = *state;
	const struct registry_options o = { .path = t->file, .bulk = true };
	struct registry *reg, *other;
	struct err err = ERR_INIT;

	assert_int_equal(registry_open(&reg, REGISTRY_CREATE, &o, &err), 0);
	put_named(reg, 1, "Ewa Żółć");
	put_named(reg, 2, "Ewa Kowalska");
	put_named(reg, 3, "Anna Żółć");
	is_counted(t, "ewa", 2);
	is_counted(t, "zolc", 2);
	/* Its own row goes, by another name of the same certificate. */
	put_named(reg, 2, "Ewa Nowak");
	is_counted(t, "kowalska", 0);
	put_named(reg, 4, "Maria Kowalska");
	is_counted(t, "kowalska", 1);
	/* Somebody else's doing. */
	other = regtest_open(t, REGISTRY_WRITE);
	put_named(other, 4, "Maria Nowak");
	is_counted(t, "kowalska", 0);
	put_named(other, 5, "Jan Wrona");
	registry_close(other);
	put_named(reg, 6, "Zofia Kowalska");
	put_named(reg, 7, "Zofia Wrona");
	is_counted(t, "kowalska", 1);
	is_counted(t, "wrona", 2);
	assert_int_equal(registry_settle(reg, &err), 0);
	registry_close(reg);
	reg = regtest_open(t, REGISTRY_WRITE);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	registry_close(reg);
}

/* --- a list ------------------------------------------------------------------------ */

struct out {
	uint8_t	*b;
	size_t	 n;
};

static void
put(struct out *o, uint8_t tag, const void *bytes, size_t len)
{
	uint8_t head[5] = { tag, 0x83, (uint8_t)(len >> 16),
	    (uint8_t)(len >> 8), (uint8_t)len };

	o->b = mem_grow(o->b, o->n + sizeof head + len, 1);
	memcpy(o->b + o->n, head, sizeof head);
	memcpy(o->b + o->n + sizeof head, bytes, len);
	o->n += sizeof head + len;
}

static void
wrap(struct out *o, uint8_t tag)
{
	struct out in = *o;

	*o = (struct out){ 0 };
	put(o, tag, in.b, in.n);
	free(in.b);
}

/* Of C=PL: one number again and again, and one at the end. */
static void
write_list(const char *path, unsigned entries)
{
	static const uint8_t alg[] = { 0x06, 3, 0x2a, 3, 4 }, name[] = { 0x31,
	    11, 0x30, 9, 0x06, 3, 0x55, 4, 6, 0x13, 2, 'P', 'L' };
	struct out list = { 0 }, tbs = { 0 };
	uint8_t serial[16], *p;
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	list.b = mem_alloc((size_t)entries * 64);
	for (unsigned i = 0; i < entries; i++) {
		struct out e = { 0 };

		number(serial, i + 1 < entries ? 1 : 2);
		put(&e, 0x02, serial, sizeof serial);
		put(&e, 0x17, "250314091402Z", 13);
		wrap(&e, 0x30);
		p = list.b + list.n;
		memcpy(p, e.b, e.n);
		list.n += e.n;
		free(e.b);
	}
	wrap(&list, 0x30);
	put(&tbs, 0x30, alg, sizeof alg);
	put(&tbs, 0x30, name, sizeof name);
	put(&tbs, 0x17, "261122120000Z", 13);
	tbs.b = mem_grow(tbs.b, tbs.n + list.n, 1);
	memcpy(tbs.b + tbs.n, list.b, list.n);
	tbs.n += list.n;
	wrap(&tbs, 0x30);
	put(&tbs, 0x30, alg, sizeof alg);
	put(&tbs, 0x03, "\0\1", 2);
	wrap(&tbs, 0x30);
	assert_int_equal(fwrite(tbs.b, 1, tbs.n, f), tbs.n);
	assert_int_equal(fclose(f), 0);
	free(list.b);
	free(tbs.b);
}

static void
put_of_line(struct registry *reg, unsigned n)
{
	struct err err = ERR_INIT;
	struct record r;

	regtest_record(&r, n, "Ewa", NULL, NULL);
	free(r.issuer.line);
	r.issuer.line = mem_strdup("C=PL");
	record_issuer_key_of_line(&r.issuer, "C=PL");
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	record_clear(&r);
}

/* More than can be set aside are marked by a second walk; then nothing is new. */
static void
test_list(void **state)
{
	static const struct { unsigned entries; int64_t changed; } tries[] = {
		{ 40000, 2 }, { 40000, 0 }, { 10, 0 },
	};
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *path = regtest_path(t, "list");
	struct import_options o = { .kind = IMPORT_CRL };
	struct import_progress p;
	struct err err = ERR_INIT;

	put_of_line(reg, 1);
	put_of_line(reg, 2);
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		write_list(path, tries[i].entries);
		if (import_run(reg, path, &o, &p, &err) != 0)
			fail_msg("%s %s", err_id(err.code), err.detail);
		assert_int_equal(p.records, tries[i].entries);
		assert_int_equal(p.changed, tries[i].changed);
		assert_int_equal(p.same, tries[i].entries -
		    tries[i].changed);
		assert_int_equal(p.elsewhere, 0);
	}
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM cert WHERE status = 2"), 2);
	registry_close(reg);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, regtest_setup, \
	    regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filter),
		TEST(test_kept),
		TEST(test_fresh),
		TEST(test_fresh_words),
		TEST(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
