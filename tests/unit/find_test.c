/* One line in, the right certificates out, each for the right reason. */
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
#include "registry/find.h"
#include "registry/journal.h"
#include "registry/privacy.h"
#include "registry/reveal.h"
#include "registry/keep.h"
#include "registry/store.h"
#include "tests/unit/regtest.h"

#define DAY	INT64_C(86400)
#define YEAR	(365 * DAY)

/*
 * A registry of a few people.  Serial numbers are 5E5E..5E and three bytes with
 * the row's number (regtest.h); numbers of persons are made up, their check
 * digits are right.
 */
enum who { JAN = 1, ANNA, DABROWSKI, LUKASZ, ZOLC, FIRM, CLERK, TAGGED, OLD,
    MAYOR, OFFICE, WHO_COUNT };

static const struct {
	const char	*holder, *org, *pesel, *email, *order;
} people[WHO_COUNT] = {
	[JAN] = { "Jan Kowalski", NULL, "44051401359", "jan@przyklad.pl",
	    "ZAM/2025/001234" },
	[ANNA] = { "Anna Maria Nowak-Kowalska", NULL, "02070803628", NULL,
	    "ZAM-2025-005678" },
	[DABROWSKI] = { "Michał Dąbrowski", NULL, NULL, NULL, NULL },
	[LUKASZ] = { "ŁUKASZ WIŚNIEWSKI", NULL, NULL, NULL, NULL },
	[ZOLC] = { "Grażyna Żółkiewska", NULL, NULL, NULL, NULL },
	[FIRM] = { "PRZYKŁADOWE ZAKŁADY SPÓŁKA Z O.O.", NULL, NULL, NULL,
	    NULL },
	[CLERK] = { "Ewa Lis", "Budowa Domów S.A.", NULL, NULL, NULL },
	[TAGGED] = { "Ola Mazur", NULL, NULL, "ola+podpis@przyklad.pl", NULL },
	[OLD] = { "Jan Kowalski", NULL, NULL, NULL, NULL },
	[MAYOR] = { "Hanna Zielonogórska", NULL, NULL, NULL, NULL },
	[OFFICE] = { "Urząd Pierwszy", "Zielony Las", NULL, NULL, NULL },
};

struct bed {
	struct regtest	*place;
	struct registry	*reg;
	struct finder	*finder;
	int64_t		 row[WHO_COUNT];
};

static int64_t
put(struct registry *reg, unsigned i)
{
	struct record r;
	struct err err = ERR_INIT;
	int64_t id;

	regtest_record(&r, i << 4, people[i].holder, people[i].pesel,
	    people[i].email);
	r.org = mem_strdup(people[i].org);
	r.order = mem_strdup(people[i].order);
	r.qualified = i == ANNA;
	if (i == JAN) {
		r.card_token = mem_strdup("0A1B2C3D4E5F6071");
		r.card_number = mem_strdup("6375 0001 2345 6789");
	}
	if (i == OLD) {
		r.not_before = REGTEST_NOW - 3 * YEAR;
		r.not_after = REGTEST_NOW - YEAR;
		r.last_seen += DAY;
	}
	if (i == OFFICE)
		r.uses = 1U << PURPOSE_CA;
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	id = r.id;
	record_clear(&r);
	return id;
}

static int
set_up(void **state)
{
	struct bed *bed = mem_alloc(sizeof *bed);
	struct err err = ERR_INIT;
	void *place;

	assert_int_equal(regtest_setup(&place), 0);
	bed->place = place;
	bed->reg = regtest_open(bed->place, REGISTRY_CREATE);
	for (unsigned i = 1; i < WHO_COUNT; i++)
		bed->row[i] = put(bed->reg, i);
	bed->finder = finder_new();
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	*state = bed;
	return 0;
}

static int
tear_down(void **state)
{
	struct bed *bed = *state;
	void *place = bed->place;

	finder_free(bed->finder);
	registry_close(bed->reg);
	free(bed);
	return regtest_teardown(&place);
}

static struct find_answer *
ask(struct bed *bed, const char *line, struct find_options *o)
{
	struct find_options plain = { .now = REGTEST_NOW };
	struct find_answer *a;
	struct err err = ERR_INIT;

	if (finder_ask(bed->finder, bed->reg, line, o != NULL ? o : &plain, &a,
	    &err) == -1)
		fail_msg("\"%s\": %s %s", line, err_id(err.code), err.detail);
	return a;
}

static const char *
first(const struct find_answer *a)
{
	return a->nhits == 0 ? "nothing" : a->hits[0].cert.holder;
}

/* The first hit is this one, for this reason. */
static void
expect(struct bed *bed, const char *line, enum who who, enum find_why why)
{
	struct find_answer *a = ask(bed, line, NULL);

	if (a->nhits == 0 || a->hits[0].cert.id != bed->row[who])
		fail_msg("\"%s\": %s, %zu hits", line, first(a), a->nhits);
	if (a->hits[0].why != why)
		fail_msg("\"%s\": %s, not %s", line,
		    find_why_id(a->hits[0].why), find_why_id(why));
	find_answer_free(a);
}

static void
expect_nothing(struct bed *bed, const char *line)
{
	struct find_answer *a = ask(bed, line, NULL);

	if (a->nhits != 0)
		fail_msg("\"%s\": %s, %s", line, first(a),
		    find_why_id(a->hits[0].why));
	find_answer_free(a);
}

static void
test_serial(void **state)
{
	struct bed *bed = *state;

	expect(bed, "5E5E5E5E5E5E5E5E5E5E5E5E5E000010", JAN, WHY_SERIAL);
	expect(bed, "00:5e:5e:5e:5e:5e:5e:5e:5e:5e:5e:5e:5e:5e:00:00:10", JAN,
	    WHY_SERIAL);
	expect(bed, "125437421531640061041400835680724058128", JAN, WHY_SERIAL);
	expect(bed, "0x5e5e5e5e5e5e5e5e5e5e5e5e5e000020\n", ANNA, WHY_SERIAL);
	expect(bed, "00 00 30", DABROWSKI, WHY_SERIAL_END);
	expect(bed, "E000020", ANNA, WHY_SERIAL_END);
	expect(bed, "E0000 2", ANNA, WHY_SERIAL_PART);
	expect_nothing(bed, "E000AA");
	expect(bed, "5E5E5E5E5E5E5E5E5E5E5E5E5E00009", OLD, WHY_SERIAL_END);
	expect_nothing(bed, "5E5E5E5E5E5E5E5E5E5E5E5E5F0000");
}

static void
test_serial_look_alike(void **state)
{
	struct bed *bed = *state;
	int64_t row;
	struct err err = ERR_INIT;

	expect(bed, "5E5EOOOO10", JAN, WHY_SERIAL_LOOK);
	expect(bed, "SESEO00O20", ANNA, WHY_SERIAL_LOOK);
	row = regtest_put(bed->reg, 0x8b18, "Iza Sowa", NULL, NULL);
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	bed->row[0] = row;
	expect(bed, "5E00B81B", 0, WHY_SERIAL_LOOK);
	expect(bed, "5E008B18", 0, WHY_SERIAL_END);
	row = regtest_put(bed->reg, 0xcafe01, "Ewa Bosso", NULL, NULL);
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	bed->row[0] = row;
	expect(bed, "CAFEO1", 0, WHY_SERIAL_LOOK);
	expect(bed, "ECAFEO1", 0, WHY_SERIAL_LOOK);
	expect_nothing(bed, "OFE");
	expect(bed, "I2543742I53I64006I04I40083568072405812B", JAN,
	    WHY_SERIAL_LOOK);
	expect_nothing(bed, "I25437421531640061041400835680724058129");
}

/* A fragment is hex: that one of a decimal number leads nowhere is said. */
static void
test_part_of_decimal(void **state)
{
	static const struct {
		const char	*line;
		bool		 said;
	} lines[] = {
		{ "125437421531640", true }, { "nr 1254 37421 5316", true },
		{ "Xawery 125437421531640", true }, { "E000AA", false },
		{ "125437421531640061041400835680724058128", false },
		{ "0x125437421531640", false }, { "44051401539", false },
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct find_answer *a = ask(*state, lines[i].line, NULL);

		if (((a->notes & 1u << NOTE_DECIMAL) != 0) != lines[i].said)
			fail_msg("\"%s\"", lines[i].line);
		find_answer_free(a);
	}
}

static void
test_identifiers(void **state)
{
	struct bed *bed = *state;

	expect(bed, "44051401359", JAN, WHY_IDENT);
	expect(bed, "PESEL: 440514-01359", JAN, WHY_IDENT);
	expect(bed, "44051401539", JAN, WHY_IDENT_NEAR);	/* swapped */
	expect(bed, "44051401353", JAN, WHY_IDENT_NEAR);	/* one digit */
	expect_nothing(bed, "PESEL 81010200141");
	expect(bed, " JAN@Przyklad.pl", JAN, WHY_IDENT);
	expect(bed, "jan+zus@przyklad.pl", JAN, WHY_IDENT);
	expect(bed, "ola@przyklad.pl", TAGGED, WHY_IDENT);
	expect(bed, "ola+inne@przyklad.pl", TAGGED, WHY_IDENT);
	expect(bed, "ola+podpis@przyklad.pl", TAGGED, WHY_IDENT);
	expect_nothing(bed, "ala@przyklad.pl");
}

/* What is read off a form has words in it. */
static void
test_among_words(void **state)
{
	struct bed *bed = *state;
	struct err err = ERR_INIT;

	expect(bed, "Numer seryjny certyfikatu: "
	    "125437421531640061041400835680724058128", JAN, WHY_SERIAL);
	expect(bed, "Serial Number: 125437421531640061041400835680724058128 "
	    "(0x5e5e5e5e5e5e5e5e5e5e5e5e5e000010)", JAN, WHY_SERIAL);
	expect(bed, "numer seryjny  5E5E 5E5E 5E5E 5E5E 5E5E 5E5E 5E00 0010\n"
	    "  dziesi\xc4\x99tnie    1254 37421 53164 00610 41400 83568 07240 "
	    "58128", JAN, WHY_SERIAL);
	expect(bed, "\xe2\x80\xa6" "5E00 0010", JAN, WHY_SERIAL_END);
	expect(bed, "karta nr 6375 0001 2345 6789", JAN, WHY_CARD);
	expect(bed, "44051401359 Kowalski", JAN, WHY_IDENT);
	expect(bed, "Nowak PESEL 02070803628", ANNA, WHY_IDENT);
	expect(bed, "numer PESEL: 02070803628", ANNA, WHY_IDENT);
	expect(bed, "Ada 44051401359", JAN, WHY_IDENT);
	expect(bed, "Wi\xc5\x9bniewski 81010200141", LUKASZ, WHY_NAME);
	expect(bed, "Kowalski 00090", OLD, WHY_NAME);
	bed->row[0] = regtest_put(bed->reg, 0x90caf3, "Iza Sowa", NULL, NULL);
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	expect(bed, "Xawery CAF3", 0, WHY_SERIAL_END);
}

static void
test_wrong_checksum_is_said(void **state)
{
	struct find_answer *a = ask(*state, "44051401539", NULL);

	assert_true(a->notes & 1u << NOTE_CHECKSUM_PESEL);
	assert_true(a->kinds & FIND_PESEL);
	find_answer_free(a);
}

static void
test_codes(void **state)
{
	struct bed *bed = *state;

	expect(bed, "ZAM/2025/001234", JAN, WHY_ORDER);
	expect(bed, "zam 2025 005678", ANNA, WHY_ORDER);
	expect(bed, "ZAM2025OO1234", JAN, WHY_ORDER_NEAR);
	expect(bed, "ZAM/2025/001243", JAN, WHY_ORDER_NEAR);
	expect(bed, "ZAM/2025/005178", ANNA, WHY_ORDER_NEAR);
	expect(bed, "6375000123456789", JAN, WHY_CARD);
	expect(bed, "6789", JAN, WHY_CARD_END);
	expect(bed, "2345-6789", JAN, WHY_CARD_END);
	expect(bed, "0a1b2c3d4e5f6071", JAN, WHY_CARD);
	expect(bed, "5F6071", JAN, WHY_CARD_END);
	expect_nothing(bed, "ZAM/2024/991234");
	expect_nothing(bed, "6788");
}

static void
test_names(void **state)
{
	struct bed *bed = *state;

	expect(bed, "Łukasz Wiśniewski", LUKASZ, WHY_NAME);
	expect(bed, "wisniewski lukasz", LUKASZ, WHY_NAME);
	expect(bed, "Lukasz", LUKASZ, WHY_NAME);
	expect(bed, "wisn", LUKASZ, WHY_NAME_PREFIX);
	expect(bed, "Ł. Wiśniewski", LUKASZ, WHY_NAME_PREFIX);
	expect(bed, "ŁW", LUKASZ, WHY_NAME_PREFIX);
	expect(bed, "Wiśniewska", LUKASZ, WHY_NAME_SOUND);
	expect(bed, "Wisneiwski", LUKASZ, WHY_NAME_TYPO);
	expect(bed, "Viśniewki Lukas", LUKASZ, WHY_NAME_TYPO);
	expect(bed, "Dombrowski", DABROWSKI, WHY_NAME_SOUND);
	expect(bed, "Rzułkiewska", ZOLC, WHY_NAME_SOUND);
	expect(bed, "Anna Kowalska", ANNA, WHY_NAME_PART);
	expect(bed, "nowak anna", ANNA, WHY_NAME_PART);
	expect(bed, "Nowak-Kowalska Anna Maria", ANNA, WHY_NAME);
	expect(bed, "mgr Jan Kowalski", JAN, WHY_NAME);
	expect(bed, "Jan Zdzisław Kowalski", JAN, WHY_NAME_PART);
	expect_nothing(bed, "Xawery");
	expect_nothing(bed, "Łukasz Dąbrowski");
}

static void
test_organisations(void **state)
{
	struct bed *bed = *state;

	expect(bed, "przykladowe zaklady sp. z o.o.", FIRM, WHY_NAME);
	expect(bed, "Zakłady", FIRM, WHY_NAME);
	expect(bed, "budowa domow", CLERK, WHY_NAME);
	expect(bed, "Lis Budowa", CLERK, WHY_NAME);
	expect(bed, "budowa domuw SA", CLERK, WHY_NAME_SOUND);
}

/* A person with something to revoke is who somebody asks for. */
static void
test_who_comes_first(void **state)
{
	struct bed *bed = *state;

	expect(bed, "zielon", MAYOR, WHY_NAME_PREFIX);
	expect(bed, "zielony las", OFFICE, WHY_NAME);
	expect(bed, "Jan Kowalski", JAN, WHY_NAME);
}

static size_t
count(struct bed *bed, const char *line, struct find_options *o)
{
	struct find_answer *a = ask(bed, line, o);
	size_t n = a->nhits;

	find_answer_free(a);
	return n;
}

/* Both are shown: of one alone a scanner's Enter would open the page. */
static void
test_order_that_is_a_card(void **state)
{
	struct bed *bed = *state;
	struct err err = ERR_INIT;
	struct record r;

	regtest_record(&r, 0x7000, "Iza Sowa", NULL, NULL);
	r.order = mem_strdup("6375-0001-2345-6789");
	assert_int_equal(store_cert(bed->reg, &r, NULL, &err), 0);
	record_clear(&r);
	assert_int_equal(count(bed, "6375000123456789", NULL), 2);
}

/* As long as a PESEL, but none. */
static void
test_order_of_eleven(void **state)
{
	struct bed *bed = *state;
	struct err err = ERR_INIT;
	struct record r;

	regtest_record(&r, 0x7000, "Iza Sowa", NULL, NULL);
	r.order = mem_strdup("12345678901");
	assert_int_equal(store_cert(bed->reg, &r, NULL, &err), 0);
	record_clear(&r);
	assert_int_equal(count(bed, "12345678901", NULL), 1);
}

static void
test_date(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(count(bed, "Jan Kowalski", NULL), 2);
	expect(bed, "Kowalski Jan 2025", OLD, WHY_NAME);
	assert_int_equal(count(bed, "Kowalski Jan 2025", NULL), 1);
	expect(bed, "kowalski 22.11.2026", JAN, WHY_NAME);
	expect_nothing(bed, "kowalski 2019");
}

static void
test_filters(void **state)
{
	struct bed *bed = *state;
	struct find_options o = { .now = REGTEST_NOW };

	o.states = FIND_EXPIRED;
	assert_int_equal(count(bed, "jan kowalski", &o), 1);
	o.states = FIND_VALID;
	assert_int_equal(count(bed, "jan kowalski", &o), 1);
	o.states = FIND_REVOKED | FIND_SUSPENDED;
	assert_int_equal(count(bed, "jan kowalski", &o), 0);
	o.states = FIND_VALID | FIND_EXPIRED;
	o.issuer = "urzad";
	assert_int_equal(count(bed, "jan kowalski", &o), 2);
	o.issuer = "inny";
	assert_int_equal(count(bed, "jan kowalski", &o), 0);
	assert_int_equal(count(bed, "44051401359", &o), 0);
	o.issuer = NULL;
	o.qualified = true;
	assert_int_equal(count(bed, "dabrowski", &o), 0);
	assert_int_equal(count(bed, "anna", &o), 1);
}

/* The filters go by the word that stands in the row (record_state). */
static void
test_filters_say_the_word(void **state)
{
	static const struct {
		const char	*sql;
		unsigned	 found;		/* by which filters */
	} rows[] = {
		{ "status = 2", FIND_REVOKED },
		{ "status = 3", FIND_SUSPENDED },
		{ "status = 3, not_after = 1000", FIND_EXPIRED },
		{ "status = 2, not_after = 1000", FIND_REVOKED },
		{ "status = 1, not_after = NULL", 0 },
		{ "status = 1, not_after = NULL, not_before = NULL", 0 },
		{ "status = 3, not_after = NULL, not_before = NULL",
		    FIND_SUSPENDED },
		{ "status = 1, not_before = 99999999999", 0 },
	};
	struct bed *bed = *state;
	char sql[256];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(sql, sizeof sql, "UPDATE cert SET %s WHERE holder"
		    " LIKE 'Gra%%'", rows[i].sql);
		regtest_sql(bed->place->file, sql);
		for (unsigned f = FIND_VALID; f <= FIND_SUSPENDED; f <<= 1) {
			struct find_options o = { .now = REGTEST_NOW,
			    .states = f };

			if (count(bed, "Żółkiewska", &o) !=
			    ((rows[i].found & f) != 0))
				fail_msg("%s: filter %x", rows[i].sql, f);
		}
	}
}

/* Of two by one name the one that can still be used, or again, comes first. */
static void
test_suspended_and_over(void **state)
{
	struct bed *bed = *state;

	regtest_sql(bed->place->file, "UPDATE cert SET status = 3"
	    " WHERE holder = 'Jan Kowalski' AND not_after < 1795348800");
	expect(bed, "Jan Kowalski", JAN, WHY_NAME);
}

static int
is_reveal(int64_t seq, const struct journal_entry *e, void *arg)
{
	int *n = arg;

	(void)seq;
	*n += e->action == JOURNAL_REVEAL && e->whom != NULL &&
	    strcmp(e->why, "wniosek osoby") == 0;
	return 0;
}

/* So many entries more once it has been asked for her. */
static void
expect_reveals(struct bed *bed, const struct find_options *o, int more)
{
	struct find_options copy = *o;
	struct find_answer *a;
	struct err err = ERR_INIT;
	int before = 0, after = 0;

	assert_int_equal(journal_each(bed->reg, 100, is_reveal, &before, &err),
	    0);
	a = ask(bed, "Żółkiewska", &copy);
	assert_int_equal(a->nhits, 1);
	find_answer_free(a);
	assert_int_equal(journal_each(bed->reg, 100, is_reveal, &after, &err),
	    0);
	assert_int_equal(after, before + more);
}

/* Restricted rows take a reason, and it is written down. */
static void
test_restricted(void **state)
{
	struct bed *bed = *state;
	struct find_options o = { .now = REGTEST_NOW };
	struct find_shown shown = { .serial_len = 0 };
	struct find_answer *a;
	struct err err = ERR_INIT;
	int reveals = 0;

	regtest_sql(bed->place->file, "UPDATE cert SET restricted = 1"
	    " WHERE holder LIKE 'Gra%'");
	a = ask(bed, "Żółkiewska", &o);
	assert_int_equal(a->nhits, 0);
	assert_true(a->notes & 1u << NOTE_RESTRICTED);
	find_answer_free(a);
	assert_int_equal(journal_each(bed->reg, 100, is_reveal, &reveals, &err),
	    0);
	assert_int_equal(reveals, 0);
	o.reason = " \t";
	assert_int_equal(finder_ask(bed->finder, bed->reg, "Żółkiewska", &o,
	    &a, &err), -1);
	assert_null(a);
	assert_int_equal(err.code, ERR_REASON_NEEDED);
	err_clear(&err);
	o.reason = "wniosek osoby";
	a = ask(bed, "Żółkiewska", &o);
	assert_int_equal(a->nhits, 1);
	assert_false(a->notes & 1u << NOTE_RESTRICTED);
	find_answer_free(a);
	assert_int_equal(journal_each(bed->reg, 100, is_reveal, &reveals, &err),
	    0);
	assert_int_equal(reveals, 1);
	/* Asked again for what is on the screen, it is the same showing. */
	a = ask(bed, "Żółkiewska", &o);
	shown.id = a->hits[0].cert.id;
	shown.serial_len = a->hits[0].cert.serial_len;
	memcpy(shown.serial, a->hits[0].cert.serial, shown.serial_len);
	find_answer_free(a);
	o.shown = &shown;
	expect_reveals(bed, &o, 1);
	o.nshown = 1;
	expect_reveals(bed, &o, 0);
	shown.serial[0] ^= 1;	/* what had the row then has been replaced */
	expect_reveals(bed, &o, 1);
	o.nshown = 0;
	/* Why is kept for as long as the journal is, and names nobody. */
	o.reason = "prosi Grażyna ŻÓŁKIEWSKA";
	a = ask(bed, "Żółkiewska", &o);
	assert_int_equal(a->nhits, 1);
	find_answer_free(a);
	assert_int_equal(regtest_sql_int(bed->place->file, "SELECT count(*)"
	    " FROM journal WHERE why LIKE 'prosi%' AND why NOT LIKE '%gra%'"
	    " AND why NOT LIKE '%KIEW%'"), 1);
}

/* By another desk, when it has been found and before it is opened. */
static void
test_restricted_meanwhile(void **state)
{
	struct bed *bed = *state;
	struct registry *other = regtest_open(bed->place, REGISTRY_WRITE);
	struct find_answer *a = ask(bed, "Żółkiewska", NULL);
	struct privacy_person who = privacy_holder(&a->hits[0].cert);
	struct err err = ERR_INIT;
	struct record r;
	int reveals = 0;

	assert_int_equal(store_get_row(bed->reg, who.row, &r, &err), 0);
	assert_int_equal(reveal_record(bed->reg, &r, NULL, &err), 0);
	record_clear(&r);
	assert_int_equal(privacy_restrict(other, &who, true, "spór", NULL,
	    &err), 0);
	assert_int_equal(store_get_row(bed->reg, who.row, &r, &err), 0);
	assert_int_equal(reveal_record(bed->reg, &r, NULL, &err), -1);
	assert_int_equal(err.code, ERR_RESTRICTED);
	err_clear(&err);
	assert_int_equal(reveal_record(bed->reg, &r, "", &err), -1);
	err_clear(&err);
	assert_int_equal(journal_each(bed->reg, 100, is_reveal, &reveals, &err),
	    0);
	assert_int_equal(reveals, 0);
	assert_int_equal(reveal_record(bed->reg, &r, "wniosek osoby", &err), 0);
	assert_int_equal(journal_each(bed->reg, 100, is_reveal, &reveals, &err),
	    0);
	assert_int_equal(reveals, 1);
	record_clear(&r);
	find_answer_free(a);
	registry_close(other);
}

/*
 * "More" is said only of what is left out: a double name stands in the index
 * several times a certificate, which is no reason.
 */
static void
test_more(void **state)
{
	struct bed *bed = *state;
	struct find_options o = { .now = REGTEST_NOW };
	struct find_answer *a;
	struct err err = ERR_INIT;
	struct record r;

	for (unsigned i = 0; i < 6; i++) {
		regtest_record(&r, 0x800 + i, "Ewa Próbna-Żółć", NULL, NULL);
		assert_int_equal(store_cert(bed->reg, &r, NULL, &err), 0);
		record_clear(&r);
	}
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	a = ask(bed, "probma", &o);
	assert_int_equal(a->nhits, 6);
	assert_false(a->notes & 1u << NOTE_MORE);
	find_answer_free(a);
	o.max = 4;
	a = ask(bed, "probma", &o);
	assert_int_equal(a->nhits, 4);
	assert_true(a->notes & 1u << NOTE_MORE);
	find_answer_free(a);
}

/* What the database alone can answer, and that it says so. */
static void
test_before_loading(void **state)
{
	struct bed *bed = *state;
	struct finder *loaded = bed->finder;
	struct find_answer *a;

	bed->finder = finder_new();
	expect(bed, "44051401359", JAN, WHY_IDENT);
	expect(bed, "5E5E5E5E5E5E5E5E5E5E5E5E5E000010", JAN, WHY_SERIAL);
	expect(bed, "wisniewski lukasz", LUKASZ, WHY_NAME);
	expect(bed, "wisn luk", LUKASZ, WHY_NAME_PREFIX);
	a = ask(bed, "wisn", NULL);
	assert_true(a->notes & 1u << NOTE_LOADING);
	find_answer_free(a);
	a = ask(bed, "000010", NULL);
	assert_true(a->notes & 1u << NOTE_LOADING);
	find_answer_free(a);
	finder_free(bed->finder);
	bed->finder = loaded;
}

/* Rows that came and went since it was loaded. */
static void
test_changes(void **state)
{
	struct bed *bed = *state;
	struct err err = ERR_INIT;

	expect_nothing(bed, "Zenon Wrona");
	bed->row[0] = regtest_put(bed->reg, 0xf1f2f3, "Zenon Wrona", NULL,
	    NULL);
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	expect(bed, "Zenon Wrona", 0, WHY_NAME);
	expect(bed, "1F2F", 0, WHY_SERIAL_PART);
	regtest_sql(bed->place->file, "DELETE FROM cert WHERE holder ="
	    " 'Zenon Wrona'");
	expect_nothing(bed, "Zenon Wrona");
	expect_nothing(bed, "1F2F");
}

/* Numbers of rows are given again then, to others. */
static void
test_restored(void **state)
{
	struct bed *bed = *state;
	struct registry_options o = { .path = bed->place->file };
	const char *copy = regtest_path(bed->place, "copy");
	struct err err = ERR_INIT;
	int64_t row;

	assert_int_equal(keep_backup(bed->reg, copy, false, NULL, NULL, &err),
	    0);
	row = regtest_put(bed->reg, 0xf1f2f3, "Zenon Wrona", NULL, NULL);
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	assert_int_equal(keep_restore(&o, copy, NULL, &err), 0);
	bed->row[0] = regtest_put(bed->reg, 0xa1a2a3, "Adam Sowa", NULL, NULL);
	assert_int_equal(bed->row[0], row);
	expect_nothing(bed, "1F2F");
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	expect_nothing(bed, "1F2F");
	expect(bed, "1A2A", 0, WHY_SERIAL_PART);
	expect(bed, "Adm Sowa", 0, WHY_NAME_TYPO);
	expect(bed, "000010", JAN, WHY_SERIAL_END);
}

static void
test_cancel(void **state)
{
	struct bed *bed = *state;
	atomic_bool cancel = true;
	struct find_options o = { .cancel = &cancel };
	struct find_answer *a;
	struct err err = ERR_INIT;

	assert_int_equal(finder_ask(bed->finder, bed->reg, "Kowalski", &o, &a,
	    &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	assert_null(a);
	bed->finder = (finder_free(bed->finder), finder_new());
	err = (struct err)ERR_INIT;
	assert_int_equal(finder_load(bed->finder, bed->reg, &cancel, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	err = (struct err)ERR_INIT;
	assert_int_equal(finder_load(bed->finder, bed->reg, NULL, &err), 0);
	expect(bed, "wisn", LUKASZ, WHY_NAME_PREFIX);
}

static void
test_sentences(void **state)
{
	struct find_answer *a = ask(*state, "Wisneiwski", NULL);
	char buf[200];

	assert_string_equal(find_why_sentence(&a->hits[0], buf, sizeof buf),
	    "typing error: wisneiwski ≈ wisniewski");
	find_answer_free(a);
	a = ask(*state, "2345-6789", NULL);
	assert_string_equal(find_why_sentence(&a->hits[0], buf, sizeof buf),
	    "the card's number ends so: 23456789");
	find_answer_free(a);
	assert_string_equal(find_kinds_words(FIND_SERIAL | FIND_NAME, buf,
	    sizeof buf), "serial number, name");
	for (int i = 0; i < WHY_COUNT; i++)
		assert_non_null(find_why_id((enum find_why)i));
	for (int i = 0; i < NOTE_COUNT; i++)
		assert_non_null(find_note_sentence((enum find_note)i));
}

/* Bad lines find nothing, and break nothing. */
static void
test_bad_lines(void **state)
{
	static const char *const lines[] = {
		"'; DROP TABLE cert; --", "\" OR 1=1", "%", "____", "NEAR(a b)",
		"a* AND b*", "\xff\xfe\xfd", "\xc5", "@", "@@@@", "a@", "-",
		"0x", "::::", "....", "SN:", "PESEL", "a b c d e f g h i j k l",
	};
	struct bed *bed = *state;
	char *line = mem_alloc(10001);

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		find_answer_free(ask(bed, lines[i], NULL));
	memset(line, 'k', 10000);
	find_answer_free(ask(bed, line, NULL));
	memset(line, '7', 10000);
	find_answer_free(ask(bed, line, NULL));
	free(line);
	expect(bed, "Lukasz", LUKASZ, WHY_NAME);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_serial, set_up, tear_down),
		TEST(test_serial_look_alike),
		TEST(test_part_of_decimal),
		TEST(test_identifiers),
		cmocka_unit_test_setup_teardown(test_among_words,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_checksum_is_said,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_codes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_order_of_eleven,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_order_that_is_a_card,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
		TEST(test_who_comes_first),
		TEST(test_organisations),
		cmocka_unit_test_setup_teardown(test_date, set_up, tear_down),
		TEST(test_filters),
		cmocka_unit_test_setup_teardown(test_filters_say_the_word,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_suspended_and_over,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_restricted_meanwhile,
		    set_up, tear_down),
		TEST(test_restricted),
		cmocka_unit_test_setup_teardown(test_more, set_up, tear_down),
		TEST(test_before_loading),
		TEST(test_changes),
		TEST(test_restored),
		cmocka_unit_test_setup_teardown(test_cancel, set_up, tear_down),
		TEST(test_sentences),
		TEST(test_bad_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
