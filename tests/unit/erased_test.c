/*
 * Who was erased does not come back: not with a card that is inserted again, and
 * not by a row that shows itself to be theirs when the certificate comes.
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

#include "registry/forget.h"
#include "registry/import.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/remembered.h"
#include "registry/store.h"
#include "tests/unit/certmake.h"
#include "tests/unit/regtest.h"

#define EWA	"44051401359"	/* of profile "qualified" */

static void
erase_ewa(struct registry *reg)
{
	const struct privacy_person ewa = { .identifier = EWA };
	struct err err = ERR_INIT;

	if (privacy_erase(reg, &ewa, "x", NULL, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

static struct cert *
cert_named(const char *profile)
{
	struct err err = ERR_INIT;
	struct cert *c;
	size_t len;
	uint8_t *der = make_cert(make_profile(profile), &len);

	assert_int_equal(cert_parse(der, len, &c, &err), 0);
	free(der);
	return c;
}

/* As a list has it that knows no PESEL. */
static enum store_did
list(struct registry *reg, const char *profile)
{
	struct cert *c = cert_named(profile);
	struct err err = ERR_INIT;
	enum store_did did;
	struct record r;
	size_t n;

	record_of_cert(&r, c, HOW_IMPORT_TEXT, REGTEST_NOW);
	n = r.nidents;
	r.nidents = 0;
	assert_int_equal(store_cert(reg, &r, &did, &err), 0);
	r.nidents = n;
	record_clear(&r);
	cert_free(c);
	return did;
}

static void
put_card(struct registry *reg, const char *const *profiles, size_t n)
{
	struct seen_token token = { "TOKEN-1", "BRZECZYSZCZ EWA" };
	struct cert *certs[2];
	struct seen_card seen = { .tokens = &token, .ntokens = 1,
	    .number = "NR-EWY-1", .model = "KARTA EWY",
	    .certs = (const struct cert *const *)certs, .ncerts = n,
	    .whole = true };
	struct seen_change change;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < n; i++)
		certs[i] = cert_named(profiles[i]);
	if (remembered_put(reg, &seen, REGTEST_NOW, &change, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	while (n > 0)
		cert_free(certs[--n]);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
}

/* Rows of card, model and token. */
static void
cards_are(struct regtest *t, int64_t n)
{
	const struct regtest_fact facts[] = {
		{ "SELECT count(*) FROM card", n },
		{ "SELECT count(*) FROM model", n },
		{ "SELECT count(*) FROM token", n },
	};

	regtest_facts(t->file, facts, 3);
}

static size_t
hits(struct regtest *t, const char *text)
{
	return regtest_grep(t, text, strlen(text), NULL);
}

/* Whose a card is, its label says. */
static void
a_card_brings_nothing_back(void **state)
{
	static const char *const hers[] = { "qualified", "server" };
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;

	/* Labelled before anything was on it: an erasure does not reach that. */
	put_card(reg, hers, 0);
	assert_true(hits(t, "BRZECZYSZCZ") > 0);
	regtest_put(reg, 1, "Ewa", EWA, NULL);
	erase_ewa(reg);
	for (int i = 0; i < 2; i++) {
		put_card(reg, hers, 1);
		assert_int_equal(forget_settle(reg, true, &err), 0);
		cards_are(t, 0);
		assert_int_equal(hits(t, "BRZECZYSZCZ") + hits(t, "KARTA EWY") +
		    hits(t, "NR-EWY-1"), 0);
	}
	/* Somebody else's certificate keeps the card, without its label. */
	put_card(reg, hers, 2);
	cards_are(t, 1);
	assert_int_equal(hits(t, "BRZECZYSZCZ"), 0);
	assert_true(hits(t, "NR-EWY-1") > 0);
	registry_close(reg);
}

static void
by_card(struct regtest *t, struct registry *reg)
{
	static const char *const hers[] = { "qualified" };

	(void)t;
	put_card(reg, hers, 1);
}

static void
by_file(struct regtest *t, struct registry *reg)
{
	const char *path = regtest_path(t, "one.cer");
	struct import_options o = { .kind = IMPORT_CERTS };
	struct import_progress p;
	struct err err = ERR_INIT;
	size_t len;
	uint8_t *der = make_cert(make_profile("qualified"), &len);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(der, 1, len, f), len);
	fclose(f);
	free(der);
	if (import_run(reg, path, &o, &p, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

/* Within a transaction of others', with rows that wait to be written. */
static void
by_record(struct regtest *t, struct registry *reg)
{
	struct cert *c = cert_named("qualified");
	struct err err = ERR_INIT;
	enum store_did did;
	struct record r;

	(void)t;
	record_of_cert(&r, c, HOW_IMPORT, REGTEST_NOW);
	assert_int_equal(registry_begin(reg, &err), 0);
	regtest_put(reg, 2, "Jan", NULL, NULL);
	assert_int_equal(store_cert(reg, &r, &did, &err), 0);
	assert_int_equal(did, STORE_ERASED);
	assert_int_equal(r.id, 0);
	assert_int_equal(registry_commit(reg, &err), 0);
	record_clear(&r);
	cert_free(c);
}

/* A list had it without a number, so an erasure did not reach it. */
static void
goes_when_it_shows_whose_it_is(void **state)
{
	static void (*const ways[])(struct regtest *, struct registry *) = {
		by_card, by_file, by_record };
	static const char again[] = "SELECT count(*) FROM journal"
	    " WHERE what LIKE 'again:%'";
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;

	regtest_put(reg, 1, "Ewa", EWA, NULL);
	erase_ewa(reg);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		assert_int_equal(list(reg, "qualified"), STORE_NEW);
		ways[i](t, reg);
		assert_int_equal(forget_settle(reg, true, &err), 0);
		assert_int_equal(regtest_sql_int(t->file,
		    "SELECT count(*) FROM cert WHERE holder <> 'Jan'"), 0);
		assert_int_equal(regtest_sql_int(t->file, again),
		    (int64_t)i + 1);
		assert_int_equal(hits(t, "lecka"), 0);
		/* Nor does the list bring it again. */
		assert_int_equal(list(reg, "qualified"), STORE_ERASED);
		/* Later on a check misses what is taken out below. */
		if (i == 0)
			assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
		/* Hers stays; the certificate's own goes, for the next way. */
		regtest_sql(t->file, "DELETE FROM tomb"
		    " WHERE substr(hash, 9) <> x'0000000000000000'");
	}
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_card_brings_nothing_back),
		TEST(goes_when_it_shows_whose_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
