/*
 * A person's rights, on the bytes of the files: who is reached and who is not,
 * what is shown, what is gone after an erasure and stays gone.
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

#include "base/mem.h"
#include "registry/forget.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/remembered.h"
#include "registry/store.h"
#include "tests/unit/regtest.h"

#define EWA	"44051401359"
#define JAN	"02070803628"

/*
 * Ewa twice, renewed with a new surname; Jan, who shares her address; a
 * namesake of hers; and somebody with an address alone.
 */
static struct registry *
fill(struct regtest *t)
{
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);

	regtest_put(reg, 1, "Ewa Brzęczyszczykiewicz", EWA, "ewa@example.org");
	regtest_put(reg, 2, "Ewa Żółć", EWA, "biuro@example.org");
	regtest_put(reg, 3, "Jan Nowak", JAN, "biuro@example.org");
	regtest_put(reg, 4, "Ewa Żółć", "00810100002", NULL);
	regtest_put(reg, 5, "Anna Sama", NULL, "anna@example.org");
	regtest_put(reg, 6, "Anna Sama", NULL, "Anna@Example.org");
	regtest_put(reg, 7, "Anna Sama", NULL, NULL);
	return reg;
}

static struct privacy_person
named(const char *identifier)
{
	return (struct privacy_person){ .identifier = identifier };
}

static struct privacy_person
with_row(int64_t row)
{
	return (struct privacy_person){ .row = row };
}

/* --- who is reached ------------------------------------------------------------- */

/* The rows that an access shows, as "1 2 ", or the error's id. */
static const char *
reach(struct registry *reg, struct privacy_person who)
{
	static char rows[128];
	struct err err = ERR_INIT;
	json_t *o, *cert;
	size_t i, n = 0;

	if (privacy_access(reg, &who, "test", &o, &err) == -1) {
		assert_null(o);
		return err_id(err.code);
	}
	rows[0] = '\0';
	json_array_foreach(json_object_get(o, "certificates"), i, cert)
		n += (size_t)snprintf(rows + n, sizeof rows - n, "%lld ",
		    (long long)json_integer_value(json_object_get(cert, "row")));
	json_decref(o);
	return rows;
}

static void
reaches_one_person(void **state)
{
	struct registry *reg = fill(*state);

	assert_string_equal(reach(reg, named(EWA)), "1 2 ");
	assert_string_equal(reach(reg, named("440514-01359")), "1 2 ");
	assert_string_equal(reach(reg, named("PNOPL-" EWA)), "1 2 ");
	assert_string_equal(reach(reg, named("EWA@example.org")), "1 2 ");
	assert_string_equal(reach(reg, with_row(2)), "1 2 ");
	assert_string_equal(reach(reg, with_row(4)), "4 ");
	/* Ewa's and Jan's: whose data would be shown to whom? */
	assert_string_equal(reach(reg, named("biuro@example.org")),
	    "PERSON-AMBIGUOUS");
	/* Nothing of their own: the address, and the name. */
	assert_string_equal(reach(reg, named("anna@example.org")), "5 6 ");
	assert_string_equal(reach(reg, with_row(6)), "6 5 ");
	assert_string_equal(reach(reg, with_row(7)), "7 ");
	assert_string_equal(reach(reg, named("nobody@example.org")),
	    "NOT-FOUND");
	assert_string_equal(reach(reg, named("")), "NOT-FOUND");
	assert_string_equal(reach(reg, with_row(99)), "NOT-FOUND");
	registry_close(reg);
}

/* An address with rows of a person and one of another name without a number. */
static void
leaves_the_doubtful_out(void **state)
{
	struct registry *reg = fill(*state);
	struct privacy_person who = named("ewa@example.org");
	struct err err = ERR_INIT;
	json_t *o;

	regtest_put(reg, 8, "Sekretariat", NULL, "ewa@example.org");
	regtest_put(reg, 9, "ewa żółć", NULL, "ewa@example.org");
	assert_int_equal(privacy_access(reg, &who, "x", &o, &err), 0);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(o,
	    "reached"), "left_out")), 1);
	assert_string_equal(json_string_value(json_object_get(json_object_get(o,
	    "reached"), "by")), "email");
	json_decref(o);
	assert_string_equal(reach(reg, who), "1 2 9 ");
	registry_close(reg);
}

static void
wants_a_reason(void **state)
{
	static const char *const none[] = { NULL, "", "  \t" };
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct privacy_person who = named(EWA);
	struct record r;
	json_t *o;
	size_t i;

	regtest_record(&r, 1, "", NULL, NULL);
	for (i = 0; i < 3; i++) {
		struct err e[6] = { ERR_INIT, ERR_INIT, ERR_INIT, ERR_INIT,
		    ERR_INIT, ERR_INIT };
		size_t k;

		privacy_access(reg, &who, none[i], &o, &e[0]);
		privacy_export(reg, &who, none[i], &o, &e[1]);
		privacy_rectify(reg, &(struct privacy_person){ .row = 1 }, "X",
		    NULL, none[i], &e[2]);
		privacy_restrict(reg, &who, true, none[i], NULL, &e[3]);
		privacy_erase(reg, &who, none[i], NULL, &e[4]);
		privacy_allow(reg, &r, none[i], &e[5]);
		for (k = 0; k < 6; k++)
			assert_int_equal(e[k].code, ERR_REASON_NEEDED);
	}
	record_clear(&r);
	registry_close(reg);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM journal"), 1);
}

/* --- what is shown --------------------------------------------------------------- */

static void
shows_all_that_is_kept(void **state)
{
	struct registry *reg = fill(*state);
	struct privacy_person who = named(EWA);
	struct err err = ERR_INIT;
	json_t *o, *cert;
	char *text;

	assert_int_equal(privacy_access(reg, &who, "art. 15", &o, &err), 0);
	assert_int_equal(json_array_size(json_object_get(o, "journal")), 0);
	json_decref(o);
	assert_int_equal(privacy_access(reg, &who, "again", &o, &err), 0);
	assert_int_equal(json_array_size(json_object_get(o, "journal")), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(
	    json_object_get(o, "journal"), 0), "why")), "art. 15");
	assert_true(json_is_false(json_object_get(o, "erased")));
	cert = json_array_get(json_object_get(o, "certificates"), 0);
	assert_string_equal(json_string_value(json_object_get(cert, "holder")),
	    "Ewa Brzęczyszczykiewicz");
	assert_string_equal(json_string_value(json_object_get(cert,
	    "not_after")), "2026-11-22T12:16:40Z");
	assert_int_equal(strlen(json_string_value(json_object_get(cert,
	    "serial"))), 32);
	/* Not even here is a number in clear, for none is kept. */
	text = json_dumps(o, 0);
	assert_null(strstr(text, EWA));
	assert_null(strstr(text, "ewa@"));
	free(text);
	json_decref(o);

	assert_int_equal(privacy_export(reg, &who, "art. 20", &o, &err), 0);
	assert_int_equal(json_array_size(json_object_get(o, "certificates")),
	    2);
	assert_null(json_object_get(o, "journal"));
	json_decref(o);
	registry_close(reg);
}

/* --- rectify --------------------------------------------------------------------- */

static void
name_is(struct registry *reg, const char *holder, const char *org)
{
	struct err err = ERR_INIT;
	struct record r;

	assert_int_equal(store_get_row(reg, 1, &r, &err), 0);
	assert_string_equal(r.holder, holder);
	assert_string_equal(r.org != NULL ? r.org : "", org);
	record_clear(&r);
}

/* Against the source that it was wrong in, but not against a better one. */
static void
keeps_a_name_put_right(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct privacy_person who = with_row(1);
	struct err err = ERR_INIT;
	struct record r, card;

	regtest_record(&r, 1, "Ewa Zółć", EWA, NULL);
	r.how = HOW_IMPORT_TEXT;
	r.org = mem_strdup("Zakład");
	regtest_record(&card, 1, "Ewa Żółć-Lis", EWA, NULL);
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	assert_int_equal(privacy_rectify(reg, &who, "Ewa Żółć", "", "x", &err),
	    0);
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	name_is(reg, "Ewa Żółć", "");
	assert_int_equal(store_cert(reg, &card, NULL, &err), 0);
	name_is(reg, "Ewa Żółć-Lis", "");
	assert_int_equal(privacy_rectify(reg, &who, "Ewa Lis", NULL, "x", &err),
	    0);
	assert_int_equal(store_cert(reg, &card, NULL, &err), 0);
	name_is(reg, "Ewa Lis", "");
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	/* It goes with the row, as all that is known of it. */
	assert_int_equal(privacy_erase(reg, &who, "x", NULL, &err), 0);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM tomb"
	    " WHERE kind = 2"), 0);
	record_clear(&card);
	record_clear(&r);
	registry_close(reg);
}

static void
puts_a_name_right(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct privacy_person who = with_row(1);
	struct err err = ERR_INIT;
	struct record r;

	assert_int_equal(privacy_rectify(reg, &who, "Ewa Grzegorzewska " EWA,
	    NULL, "nazwisko z literówką: Brzęczyszczykiewicz, ma być GRZEGORZEWSKA",
	    &err), 0);
	assert_int_equal(store_get_row(reg, 1, &r, &err), 0);
	assert_string_equal(r.holder, "Ewa Grzegorzewska ***********");
	record_clear(&r);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	/* The old name is nowhere, the reason included, nor the new in that. */
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM journal"
	    " WHERE why LIKE '%literówk%' AND why NOT LIKE '%grzegorz%'"), 1);
	assert_int_equal(regtest_grep(t, "brzeczyszcz", 11, NULL), 0);
	assert_int_equal(regtest_grep(t, "Brzęczyszcz", strlen("Brzęczyszcz"),
	    NULL), 0);
	registry_close(reg);
}

/* --- restrict -------------------------------------------------------------------- */

static int64_t
restricted(struct regtest *t)
{
	return regtest_sql_int(t->file, "SELECT sum(restricted << (id - 1))"
	    " FROM cert");
}

static void
restricts_and_lifts(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct privacy_person who = named(EWA);
	struct err err = ERR_INIT;
	int64_t n, row;

	assert_int_equal(privacy_restrict(reg, &who, true, "spór", &n, &err),
	    0);
	assert_int_equal(n, 2);
	assert_int_equal(restricted(t), 0x3);
	/* What becomes known later is restricted too; others are not. */
	row = regtest_put(reg, 20, "Ewa Żółć", EWA, NULL);
	assert_int_equal(row, 8);
	regtest_put(reg, 21, "Ewa", NULL, NULL);
	assert_int_equal(restricted(t), 0x83);
	/* And what was known without saying whose it is. */
	regtest_put(reg, 7, "Anna Sama", JAN, NULL);
	assert_int_equal(restricted(t), 0x83);
	regtest_put(reg, 21, "Ewa", EWA, NULL);
	assert_int_equal(restricted(t), 0x183);
	assert_int_equal(privacy_restrict(reg, &who, false, "zgoda", &n, &err),
	    0);
	assert_int_equal(n, 4);
	assert_int_equal(restricted(t), 0);
	regtest_put(reg, 22, "Ewa Żółć", EWA, NULL);
	assert_int_equal(restricted(t), 0);
	registry_close(reg);
}

/* --- erase ------------------------------------------------------------------------ */

/* A card with Ewa's certificates alone, and one that Jan's is on too. */
static void
put_on_cards(struct regtest *t)
{
	regtest_sql(t->file, "INSERT INTO model VALUES (1, 'karta'),"
	    " (2, 'KARTA EWY');"
	    "INSERT INTO card VALUES"
	    " (1, 'NR-EWY-1', 1, 1, 1, 1, 2),"
	    " (2, 'NR-WSPOLNY', 1, 1, 1, 1, 1);"
	    "INSERT INTO token (serial, card, n, label) VALUES"
	    " ('TOKEN-EWY-1', 1, 0, 'BRZECZYSZCZ EWA'),"
	    " ('TOKEN-WSPOLNY', 2, 0, 'Brzeczyszcz Ewa i Jan');"
	    "UPDATE cert SET card = 1 WHERE id = 1;"
	    "UPDATE cert SET card = 2 WHERE id IN (2, 3);"
	    "INSERT INTO seen (card, cert, first_at, gone_at, moved) VALUES"
	    " (1, 1, 1, NULL, NULL), (1, 2, 1, 1, 1), (2, 2, 1, NULL, NULL),"
	    " (2, 3, 1, NULL, NULL)");
}

static size_t
hits(struct regtest *t, const char *text)
{
	return regtest_grep(t, text, strlen(text), NULL);
}

static void
erases_every_byte(void **state)
{
	static const uint8_t one[] = { 0x5e, 0x5e, 0x5e, 0x5e, 0, 0, 1 };
	static const char *const gone[] = { "Brzęczyszcz", "brzeczyszcz",
	    "440\005359", "e\005@", "ewa@", EWA, "NR-EWY-1", "TOKEN-EWY-1",
	    "KARTA EWY" };
	struct regtest *t = *state;
	struct registry *reg = fill(t), *other;
	struct privacy_person who = named(EWA);
	struct err err = ERR_INIT;
	uint8_t key[8];
	int64_t n, hash, i;

	put_on_cards(t);
	hash = regtest_sql_int(t->file, "SELECT hash FROM ident"
	    " WHERE cert = 1 AND kind = 5");
	for (i = 0; i < 8; i++)
		key[i] = (uint8_t)((uint64_t)hash >> (8 * (7 - i)));
	assert_true(regtest_grep(t, key, sizeof key, NULL) > 0);
	assert_true(regtest_grep(t, one, sizeof one, NULL) > 0);
	assert_true(hits(t, "brzeczyszcz") > 0);
	/* Another desk is there, but not in the middle of anything. */
	other = regtest_open(t, REGISTRY_READ);
	assert_int_equal(keep_check(other, NULL, NULL, &err), 0);

	if (privacy_erase(reg, &who, "wniosek Ewy Brzęczyszczykiewicz", &n,
	    &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	assert_int_equal(n, 2);
	for (i = 0; i < (int64_t)(sizeof gone / sizeof *gone); i++)
		if (hits(t, gone[i]) != 0)
			fail_msg("%s", gone[i]);
	assert_int_equal(regtest_grep(t, key, sizeof key, NULL), 0);
	assert_int_equal(regtest_grep(t, one, sizeof one, NULL), 0);
	/* Words that others have stay, and so does the card of two. */
	assert_true(hits(t, "zolc") > 0);
	assert_true(hits(t, "NR-WSPOLNY") > 0);
	assert_string_equal(reach(other, with_row(4)), "4 ");
	registry_close(other);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    5);
	registry_close(reg);
}

#define MANY	4000

static bool
is_old(unsigned i)
{
	return i % 5 == 2;
}

#define WORD	"nazwisko"
#define SPREAD	2654435761u
#define GATHER	244002641u	/* SPREAD * GATHER is 1, modulo 2^32 */

/* In no order, so that pages of the index of words split. */
static void
word_of(unsigned i, char word[24])
{
	snprintf(word, 24, WORD "%08x", i * SPREAD);
}

/* A word that stands in a file: arg says how often each was found. */
static void
count_word(const uint8_t *p, size_t left, void *arg)
{
	unsigned *times = arg, i;
	char digits[9] = "";

	if (left < strlen(WORD) + 8)
		return;
	memcpy(digits, p + strlen(WORD), 8);
	i = (unsigned)strtoul(digits, NULL, 16) * GATHER;
	if (i < MANY)
		times[i]++;
}

/* What the wipe is for: many rows, pages that split, some persons out of them. */
static void
erases_out_of_many(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	unsigned times[MANY] = { 0 };
	struct record r;
	char word[24];
	int64_t n;
	unsigned i;

	for (i = 0; i < MANY; i++) {
		if (i % 200 == 0)
			assert_int_equal(registry_begin(reg, &err), 0);
		word_of(i, word);
		regtest_record(&r, i, word, NULL, NULL);
		if (is_old(i))
			r.not_after = 1000;
		assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
		record_clear(&r);
		if (i % 200 == 199)
			assert_int_equal(registry_commit(reg, &err), 0);
	}
	assert_int_equal(privacy_retain(reg, 1, REGTEST_NOW, false, &n, &err),
	    0);
	assert_int_equal(n, MANY / 5);
	registry_close(reg);
	regtest_find(t, WORD, strlen(WORD), NULL, count_word, times);
	for (i = 0; i < MANY; i++) {
		word_of(i, word);
		if (is_old(i) != (times[i] == 0))
			fail_msg("%s: %u times", word, times[i]);
	}
}

static void
is_not_remembered_again(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct privacy_person ewa = named(EWA), anna = with_row(5);
	struct err err = ERR_INIT;
	struct record r;

	assert_int_equal(privacy_erase(reg, &ewa, "x", NULL, &err), 0);
	assert_int_equal(privacy_erase(reg, &anna, "x", NULL, &err), 0);
	assert_int_equal(regtest_put(reg, 1, "Ewa", NULL, NULL), 0);
	assert_int_equal(regtest_put(reg, 30, "Ewa", EWA, NULL), 0);
	assert_int_equal(regtest_put(reg, 5, "Anna", NULL, "x@example.org"), 0);
	/* The address is others' too. */
	assert_int_not_equal(regtest_put(reg, 31, "Ola", NULL,
	    "anna@example.org"), 0);
	assert_string_equal(reach(reg, named(EWA)), "");

	regtest_record(&r, 1, "Ewa", EWA, NULL);
	assert_int_equal(privacy_allow(reg, &r, "sama prosi", &err), 0);
	record_clear(&r);
	assert_int_not_equal(regtest_put(reg, 1, "Ewa", EWA, NULL), 0);
	assert_int_equal(regtest_put(reg, 2, "Ewa", EWA, NULL), 0);
	registry_close(reg);
}

static void
erases_again_after_a_restore(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct registry_options o = { .path = t->file };
	const char *copy = regtest_path(t, "copy");
	struct privacy_person ewa = named(EWA), jan = named(JAN),
	    anna = with_row(5), sama = with_row(7);
	struct err err = ERR_INIT;
	struct record r;

	assert_int_equal(privacy_erase(reg, &jan, "przed kopią", NULL, &err), 0);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	assert_int_equal(privacy_erase(reg, &ewa, "po kopii", NULL, &err), 0);
	assert_int_equal(privacy_erase(reg, &anna, "po kopii", NULL, &err), 0);
	assert_int_equal(privacy_restrict(reg, &sama, true, "po kopii", NULL,
	    &err), 0);
	/* Erased, and of her own will remembered again. */
	regtest_put(reg, 40, "Ola", "44051401458", NULL);
	registry_close(reg);

	if (keep_restore(&o, copy, NULL, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	assert_int_equal(unlink(copy), 0);
	reg = regtest_open(t, REGISTRY_WRITE);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT sum(1 << id) FROM cert"), 1 << 4 | 1 << 7);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT id FROM cert WHERE restricted"), 7);
	assert_int_equal(regtest_grep(t, "brzeczyszcz", 11, ".db.2"), 0);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	assert_int_equal(regtest_put(reg, 1, "Ewa", EWA, NULL), 0);
	regtest_record(&r, 1, "Ewa", EWA, NULL);
	assert_int_equal(privacy_allow(reg, &r, "x", &err), 0);
	record_clear(&r);
	registry_close(reg);
}

/* Somebody who is on the screen when the row's number becomes another's. */
static void
means_who_was_shown(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct registry_options o = { .path = t->file };
	const char *copy = regtest_path(t, "copy");
	struct privacy_person ola, iza;
	struct err err = ERR_INIT, e[5] = { ERR_INIT };
	struct record r;
	int64_t row;
	json_t *json;

	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	row = regtest_put(reg, 40, "Ola", NULL, NULL);
	assert_int_equal(store_get_row(reg, row, &r, &err), 0);
	ola = privacy_holder(&r);
	record_clear(&r);
	assert_int_equal(keep_restore(&o, copy, NULL, &err), 0);
	assert_int_equal(unlink(copy), 0);
	assert_int_equal(regtest_put(reg, 41, "Iza", NULL, NULL), row);

	privacy_access(reg, &ola, "x", &json, &e[0]);
	privacy_export(reg, &ola, "x", &json, &e[1]);
	privacy_rectify(reg, &ola, "X", NULL, "x", &e[2]);
	privacy_restrict(reg, &ola, true, "x", NULL, &e[3]);
	privacy_erase(reg, &ola, "x", NULL, &e[4]);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(e[i].code, ERR_NOT_FOUND);
	assert_int_equal(store_get_row(reg, row, &r, &err), 0);
	assert_string_equal(r.holder, "Iza");
	assert_false(r.restricted);
	iza = privacy_holder(&r);
	record_clear(&r);
	assert_int_equal(privacy_erase(reg, &iza, "x", NULL, &err), 0);
	registry_close(reg);
}

/* Put back by hand, with cp: whoever opens it finds out. */
static void
erases_again_when_opened(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	const char *copy = regtest_path(t, "copy");
	struct privacy_person ewa = named(EWA);
	struct err err = ERR_INIT;

	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	assert_int_equal(privacy_erase(reg, &ewa, "x", NULL, &err), 0);
	registry_close(reg);
	assert_int_equal(rename(copy, t->file), 0);
	reg = regtest_open(t, REGISTRY_READ);
	assert_string_equal(reach(reg, named(EWA)), "");
	registry_close(reg);
	assert_int_equal(hits(t, "brzeczyszcz"), 0);
}

/* Stopped between the line in the side file and the commit. */
static void
finishes_what_was_begun(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct privacy_person ewa = named(EWA);
	struct err err = ERR_INIT;
	const char *side = regtest_path(t, "registry.db.erased");
	const char *aside = regtest_path(t, "aside");
	FILE *f;

	/* The lines of an erasure, in a registry that knows nothing of it. */
	assert_int_equal(keep_backup(reg, aside, false, NULL, NULL, &err), 0);
	assert_int_equal(privacy_erase(reg, &ewa, "x", NULL, &err), 0);
	registry_close(reg);
	assert_int_equal(rename(aside, t->file), 0);
	/* And a line that was cut. */
	f = fopen(side, "a");
	assert_non_null(f);
	fputs("+ep 0123", f);
	fclose(f);
	reg = regtest_open(t, REGISTRY_WRITE);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    5);
	/* The next line is not spoilt by it. */
	ewa = named(JAN);
	assert_int_equal(privacy_erase(reg, &ewa, "x", NULL, &err), 0);
	registry_close(reg);
	regtest_sql(t->file, "UPDATE meta SET value = 0 WHERE name = 'erased';"
	    "DELETE FROM tomb");
	reg = regtest_open(t, REGISTRY_WRITE);
	assert_int_equal(regtest_put(reg, 3, "Jan", NULL, NULL), 0);
	registry_close(reg);
}

/* A desk that reads on and on keeps the log: it is said, and done later. */
static void
says_when_bytes_are_still_there(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct privacy_person ewa = named(EWA);
	struct err err = ERR_INIT;
	sqlite3 *reader;
	int64_t n = 0;

	assert_int_equal(sqlite3_open_v2(t->file, &reader, SQLITE_OPEN_READONLY,
	    NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM cert",
	    NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(privacy_erase(reg, &ewa, "x", &n, &err), -1);
	assert_int_equal(err.code, ERR_ERASE_PENDING);
	assert_int_equal(n, 2);
	assert_true(hits(t, "brzeczyszcz") > 0);
	assert_string_equal(reach(reg, named(EWA)), "");
	registry_close(reg);
	sqlite3_close(reader);

	/* The reader was the last: its end does not clean up after us. */
	err_clear(&err);
	reg = regtest_open(t, REGISTRY_WRITE);
	assert_int_equal(hits(t, "brzeczyszcz"), 0);
	registry_close(reg);
}

/* Once, from another handle, just before a mark is taken away. */
static int
mark_meanwhile(unsigned what, void *other, void *st, void *text)
{
	struct registry **reg = other;
	struct err err = ERR_INIT;

	(void)what;
	(void)st;
	if (*reg == NULL || strstr(text,
	    "DELETE FROM meta WHERE name = 'unwiped'") == NULL)
		return 0;
	assert_int_equal(registry_begin(*reg, &err), 0);
	assert_int_equal(forget_mark(*reg, &err), 0);
	assert_int_equal(registry_commit(*reg, &err), 0);
	*reg = NULL;
	return 0;
}

/* What another desk erased after the log was emptied is still to be wiped. */
static void
leaves_the_mark_of_others(void **state)
{
	static const char marks[] =
	    "SELECT count(*) FROM meta WHERE name = 'unwiped'";
	struct regtest *t = *state;
	struct registry *reg = fill(t);
	struct registry *other = regtest_open(t, REGISTRY_WRITE), *to = other;
	struct err err = ERR_INIT;

	assert_int_equal(forget_mark(reg, &err), 0);
	sqlite3_trace_v2(sql_handle(reg->sql), SQLITE_TRACE_STMT,
	    mark_meanwhile, &to);
	assert_int_equal(forget_settle(reg, true, &err), 0);
	assert_null(to);
	assert_int_equal(regtest_sql_int(t->file, marks), 1);
	assert_int_equal(forget_settle(other, true, &err), 0);
	assert_int_equal(regtest_sql_int(t->file, marks), 0);
	registry_close(other);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reaches_one_person),
		TEST(leaves_the_doubtful_out),
		TEST(wants_a_reason),
		TEST(shows_all_that_is_kept),
		TEST(puts_a_name_right),
		TEST(keeps_a_name_put_right),
		TEST(restricts_and_lifts),
		TEST(erases_every_byte),
		TEST(erases_out_of_many),
		TEST(is_not_remembered_again),
		TEST(erases_again_after_a_restore),
		TEST(means_who_was_shown),
		TEST(erases_again_when_opened),
		TEST(finishes_what_was_begun),
		TEST(says_when_bytes_are_still_there),
		TEST(leaves_the_mark_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
