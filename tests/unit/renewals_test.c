/*
 * Renewals in the registry: opened once, appended to in order, leased to one
 * desk, in the way of an erasure while open, told to whom they concern; what is
 * sealed is nowhere in the file to read, and gone when one ends.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/leases.h"
#include "registry/privacy.h"
#include "registry/renewals.h"
#include "tests/unit/regtest.h"

#define EWA	"44051401359"
#define NOW	REGTEST_NOW
#define TOKEN	"6316000100020003"
#define SECRET	"a request that names its holder"

static const struct renewal_summary started = { .state = "started",
    .open = true, .due = NOW + 60 };
static const struct renewal_summary done = { .state = "done" };
static const struct renewal_summary stopped = { .state = "stopped" };

static int64_t
begin_at(struct registry *reg, unsigned n, int64_t at, bool *existing)
{
	struct case_event e = { .at = at, .kind = "started" };
	struct err err = ERR_INIT;
	struct record r;
	int64_t id;

	regtest_record(&r, n, "Ewa Przykładowa", EWA, NULL);
	if (renewals_open(reg, &r, "ZAM-1", TOKEN, &e, &started, &id, existing,
	    &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	record_clear(&r);
	return id;
}

static int64_t
begin(struct registry *reg, unsigned n, bool *existing)
{
	return begin_at(reg, n, NOW, existing);
}

static int
add(struct registry *reg, int64_t id, int64_t after, json_t *data,
    const struct renewal_summary *sum, enum err_code *code)
{
	struct case_event e = { .at = NOW + 7, .kind = "key", .data = data };
	struct err err = ERR_INIT;
	int rc = renewals_append(reg, id, after, &e, 1, sum, &err);

	*code = err.code;
	json_decref(data);
	return rc;
}

static int
part(struct registry *reg, int64_t id, const char *want)
{
	struct err err = ERR_INIT;
	struct buf b;
	int rc;

	buf_init(&b, RENEWALS_PART_MAX);
	rc = renewals_part(reg, id, RENEWAL_REQUEST, &b, &err);
	if (rc == 1) {
		assert_int_equal(b.len, strlen(want));
		assert_memory_equal(b.data, want, b.len);
	}
	buf_clear(&b);
	return rc;
}

static void
is_sound(struct registry *reg)
{
	struct err err = ERR_INIT;

	if (keep_check(reg, NULL, NULL, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

/* --- written and read ---------------------------------------------------------- */

static void
one_of_a_certificate_is_open(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct renewal_row row;
	enum err_code code;
	bool existing;
	int64_t id = begin(reg, 1, &existing), again, other;

	assert_false(existing);
	again = begin(reg, 1, &existing);
	assert_true(existing);
	assert_int_equal(again, id);
	other = begin(reg, 2, &existing);
	assert_false(existing);
	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	assert_string_equal(row.number, "R2026/0001");
	assert_string_equal(row.order, "ZAM-1");
	assert_string_equal(row.token, TOKEN);
	assert_int_equal(row.nevents, 1);
	assert_int_equal(renewals_find(reg, "r2026/2", &again, &err), 0);
	assert_int_equal(again, other);
	assert_int_equal(renewals_find(reg, row.uid, &again, &err), 0);
	assert_int_equal(again, id);
	assert_int_equal(renewals_find(reg, "R2026/77", &again, &err), -1);
	assert_int_equal(err.code, ERR_NO_RENEWAL);
	err_clear(&err);
	renewal_row_clear(&row);
	assert_int_equal(renewals_of_token(reg, TOKEN, &again, &err), 1);
	assert_int_equal(renewals_of_token(reg, "77", &again, &err), 0);
	/* Ended, it makes room for another. */
	assert_int_equal(add(reg, id, 1, NULL, &done, &code), 0);
	(void)begin(reg, 1, &existing);
	assert_false(existing);
	is_sound(reg);
	registry_close(reg);
}

/* What went in comes out, each in its place. */
static void
a_row_says_all(void **state)
{
	const struct renewal_summary later = { .state = "key-made",
	    .open = true, .due = NOW + 90 };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct renewal_row row;
	enum err_code code;
	bool existing, got;
	int64_t id = begin(reg, 1, &existing), changed;

	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	assert_string_equal(row.sum.state, "started");
	assert_true(row.sum.open);
	assert_int_equal(row.sum.due, NOW + 60);
	assert_int_equal(row.opened_at, NOW);
	assert_null(row.lease_by);
	assert_int_equal(row.lease_until, 0);
	assert_int_equal(row.events[0].at, NOW);
	changed = row.changed;
	assert_true(changed != 0);
	renewal_row_clear(&row);
	assert_int_equal(add(reg, id, 1, NULL, &later, &code), 0);
	assert_int_equal(renewals_lease(reg, id, "a", NOW, NOW + 60, &got,
	    &err), 0);
	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	assert_string_equal(row.sum.state, "key-made");
	assert_int_equal(row.sum.due, NOW + 90);
	assert_true(row.changed > changed);
	assert_string_equal(row.lease_by, "a");
	assert_int_equal(row.lease_until, NOW + 60);
	assert_string_equal(row.events[1].kind, "key");
	assert_int_equal(row.events[1].at, NOW + 7);
	renewal_row_clear(&row);
	assert_int_equal(add(reg, id, 2, NULL, &done, &code), 0);
	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	assert_false(row.sum.open);
	assert_string_equal(row.sum.state, "done");
	renewal_row_clear(&row);
	assert_int_equal(renewals_get(reg, 77, &row, &err), -1);
	assert_int_equal(err.code, ERR_NO_RENEWAL);
	registry_close(reg);
}

/* By number of its year, and by what begins as one alone does. */
static void
is_found_by_what_is_its_own(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct renewal_row row;
	enum err_code code;
	bool existing;
	int64_t one = begin(reg, 1, &existing), two, id;

	two = begin_at(reg, 2, NOW + INT64_C(86400) * 366, &existing);
	assert_int_equal(renewals_get(reg, two, &row, &err), 0);
	assert_string_equal(row.number, "R2027/0001");
	renewal_row_clear(&row);
	assert_int_equal(renewals_find(reg, "R2027/1", &id, &err), 0);
	assert_int_equal(id, two);
	assert_int_equal(renewals_find(reg, "R2025/1", &id, &err), -1);
	err_clear(&err);
	regtest_sql(t->file, "UPDATE renewals SET uid ="
	    " '00112233445566778899AABBCCDDEEF' || id");
	assert_int_equal(renewals_find(reg, "0011223344556677", &id, &err),
	    -1);
	assert_int_equal(err.code, ERR_NO_RENEWAL);
	/* Of one token the one that moved last, while it is open. */
	assert_int_equal(renewals_of_token(reg, TOKEN, &id, &err), 1);
	assert_int_equal(id, two);
	assert_int_equal(add(reg, one, 1, NULL, &started, &code), 0);
	assert_int_equal(renewals_of_token(reg, TOKEN, &id, &err), 1);
	assert_int_equal(id, one);
	assert_int_equal(add(reg, one, 2, NULL, &done, &code), 0);
	assert_int_equal(add(reg, two, 1, NULL, &done, &code), 0);
	assert_int_equal(renewals_of_token(reg, TOKEN, &id, &err), 0);
	registry_close(reg);
}

static void
grows_in_order(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	enum err_code code;
	bool existing;
	int64_t id = begin(reg, 1, &existing);

	assert_int_equal(add(reg, id, 1, NULL, &started, &code), 0);
	assert_int_equal(add(reg, id, 1, NULL, &started, &code), -1);
	assert_int_equal(code, ERR_CASE_MOVED);
	assert_int_equal(add(reg, id, 3, NULL, &started, &code), -1);
	assert_int_equal(code, ERR_CASE_MOVED);
	registry_close(reg);
	regtest_refuses(t->file, "UPDATE renewal_event SET kind = 'x'");
	regtest_refuses(t->file, "DELETE FROM renewal_event");
	regtest_refuses(t->file, "INSERT INTO renewal_event VALUES"
	    " (1, 7, 0, 1, 'x', '{}')");
	regtest_refuses(t->file, "INSERT INTO renewal_part VALUES"
	    " (1, 9, x'00')");
}

/* As many as are read again, and not one more. */
static void
its_events_have_a_bound(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct case_event *all = calloc(RENEWALS_EVENTS_MAX, sizeof *all);
	struct err err = ERR_INIT;
	struct renewal_row row;
	bool existing;
	int64_t id = begin(reg, 1, &existing);

	for (size_t i = 0; i < RENEWALS_EVENTS_MAX; i++)
		snprintf(all[i].kind, sizeof all[i].kind, "trouble");
	assert_int_equal(renewals_append(reg, id, 1, all, RENEWALS_EVENTS_MAX,
	    &started, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	err_clear(&err);
	assert_int_equal(renewals_append(reg, id, 1, all,
	    RENEWALS_EVENTS_MAX - 1, &started, &err), 0);
	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	assert_int_equal(row.nevents, RENEWALS_EVENTS_MAX);
	renewal_row_clear(&row);
	free(all);
	registry_close(reg);
}

/* Identifiers are masked; what machines know each other by is not. */
static void
keeps_no_identifier(void **state)
{
	static const char key[] = "44051401359AB0544051401359";
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct renewal_row row;
	enum err_code code;
	const json_t *o;
	bool existing;
	int64_t id = begin(reg, 1, &existing);

	assert_int_equal(add(reg, id, 1, json_pack("{s:s, s:s, s:[s], s:s}",
	    "why", "PESEL 44051401359 nie pasuje", "key", key, "eku",
	    "1.3.6.1.5.5.7.3.17", "serial", "0A44051401359B"), &started,
	    &code), 0);
	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	o = row.events[1].data;
	assert_null(strstr(json_string_value(json_object_get(o, "why")), EWA));
	assert_string_equal(json_string_value(json_object_get(o, "key")), key);
	assert_string_equal(json_string_value(json_array_get(
	    json_object_get(o, "eku"), 0)), "1.3.6.1.5.5.7.3.17");
	assert_string_equal(json_string_value(json_object_get(o, "serial")),
	    "0A44051401359B");
	renewal_row_clear(&row);
	/* A key that is an identifier is one. */
	assert_int_equal(add(reg, id, 2, json_pack("{s:s}", "key", EWA),
	    &started, &code), 0);
	registry_close(reg);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*)"
	    " FROM renewal_event WHERE seq = 3 AND data LIKE '%44051401359%'"),
	    0);
}

/* --- sealed ------------------------------------------------------------------------ */

static void
parts_are_sealed_and_go(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	enum err_code code;
	bool existing;
	int64_t id = begin(reg, 1, &existing);

	assert_int_equal(part(reg, id, ""), 0);
	assert_int_equal(renewals_put_part(reg, id, RENEWAL_REQUEST,
	    span_of("first", 5), &err), 0);
	assert_int_equal(renewals_put_part(reg, id, RENEWAL_REQUEST,
	    span_of(SECRET, strlen(SECRET)), &err), 0);
	assert_int_equal(part(reg, id, SECRET), 1);
	/* What is of one is of no other, nor another of it. */
	assert_int_equal(renewals_put_part(reg, id, RENEWAL_OLD,
	    span_of("old", 3), &err), 0);
	regtest_sql(t->file, "UPDATE renewal_part SET part = 3 WHERE part = 1");
	assert_int_equal(part(reg, id, ""), 0);
	regtest_sql(t->file, "UPDATE renewal_part SET part = 1 WHERE part = 4");
	assert_int_equal(part(reg, id, ""), -1);
	regtest_sql(t->file, "DELETE FROM renewal_part WHERE part = 1");
	regtest_sql(t->file, "UPDATE renewal_part SET part = 1");
	assert_int_equal(part(reg, id, SECRET), 1);
	assert_int_equal(regtest_grep(t, "names its holder", 16, NULL), 0);
	/* Of another row it cannot be opened. */
	(void)begin(reg, 2, &existing);
	regtest_sql(t->file, "UPDATE renewal_part SET renewal = 2");
	{
		struct buf b;

		buf_init(&b, RENEWALS_PART_MAX);
		assert_int_equal(renewals_part(reg, 2, RENEWAL_REQUEST, &b,
		    &err), -1);
		assert_int_equal(err.code, ERR_REGISTRY_BROKEN);
		err_clear(&err);
		buf_clear(&b);
	}
	regtest_sql(t->file, "UPDATE renewal_part SET renewal = 1");
	assert_int_equal(part(reg, id, SECRET), 1);
	assert_int_equal(renewals_put_part(reg, 2, RENEWAL_REQUEST,
	    span_of("other", 5), &err), 0);
	assert_int_equal(add(reg, id, 1, NULL, &stopped, &code), 0);
	assert_int_equal(part(reg, id, ""), 0);
	assert_int_equal(part(reg, 2, "other"), 1);
	/* Nothing comes to one that has ended. */
	assert_int_equal(renewals_put_part(reg, id, RENEWAL_CERTS,
	    span_of("x", 1), &err), -1);
	assert_int_equal(err.code, ERR_RENEWAL_STATE);
	is_sound(reg);
	registry_close(reg);
}

static void
a_part_has_its_bound(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	uint8_t *big = calloc(1, RENEWALS_PART_MAX + 1);
	struct err err = ERR_INIT;
	bool existing;
	int64_t id = begin(reg, 1, &existing);

	assert_int_equal(renewals_put_part(reg, id, RENEWAL_CERTS, span_of(big,
	    RENEWALS_PART_MAX), &err), 0);
	assert_int_equal(renewals_put_part(reg, id, RENEWAL_CERTS, span_of(big,
	    RENEWALS_PART_MAX + 1), &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	free(big);
	registry_close(reg);
}

/* --- one desk --------------------------------------------------------------------------- */

static void
one_desk_has_it(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	bool existing, got;
	int64_t id = begin(reg, 1, &existing);

	assert_int_equal(renewals_lease(reg, id, "a", NOW, NOW + 60, &got,
	    &err), 0);
	assert_true(got);
	assert_int_equal(renewals_lease(reg, id, "b", NOW, NOW + 60, &got,
	    &err), 0);
	assert_false(got);
	assert_int_equal(renewals_release(reg, id, "b", &err), 0);
	assert_int_equal(renewals_lease(reg, id, "b", NOW, NOW + 60, &got,
	    &err), 0);
	assert_false(got);
	assert_int_equal(renewals_lease(reg, id, "b", NOW + 60, NOW + 90, &got,
	    &err), 0);
	assert_true(got);
	/* Whose it is has it on; let go, it is anybody's. */
	assert_int_equal(renewals_lease(reg, id, "b", NOW + 60, NOW + 95, &got,
	    &err), 0);
	assert_true(got);
	assert_int_equal(renewals_release(reg, id, "b", &err), 0);
	assert_int_equal(renewals_lease(reg, id, "c", NOW + 60, NOW + 90, &got,
	    &err), 0);
	assert_true(got);
	assert_int_equal(leases_sweep(reg, &err), 0);
	assert_int_equal(renewals_lease(reg, 77, "c", NOW, NOW + 90, &got,
	    &err), -1);
	assert_int_equal(err.code, ERR_NO_RENEWAL);
	assert_false(got);
	registry_close(reg);
}

/* Nobody has one for long, nor by a clock that was wrong. */
static void
a_lease_has_its_bound(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	bool existing, got;
	int64_t id = begin(reg, 1, &existing);
	struct renewal_row row;

	assert_int_equal(renewals_lease(reg, id, "a", NOW, NOW + 2 *
	    CASES_LEASE_MAX, &got, &err), 0);
	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	assert_int_equal(row.lease_until, NOW + CASES_LEASE_MAX);
	renewal_row_clear(&row);
	regtest_sql(t->file, "UPDATE renewals SET lease_until = lease_until"
	    " + 1");
	assert_int_equal(renewals_lease(reg, id, "b", NOW, NOW + 60, &got,
	    &err), 0);
	assert_true(got);
	registry_close(reg);
}

struct listed {
	char	 ids[32];
	size_t	 n, stop;
};

static int
list_it(const struct renewal_row *row, void *arg)
{
	struct listed *l = arg;
	size_t len = strlen(l->ids);

	assert_int_equal(row->nevents, 0);
	snprintf(l->ids + len, sizeof l->ids - len, "%d", (int)row->id);
	return ++l->n == l->stop;
}

static void
lists(struct registry *reg, bool closed_too, int64_t max, size_t stop,
    const char *want)
{
	struct listed l = { .stop = stop };
	struct err err = ERR_INIT;
	int64_t open;

	assert_int_equal(renewals_each(reg, closed_too, max, list_it, &l,
	    &err), 0);
	assert_string_equal(l.ids, want);
	if (!closed_too && max > 10 && stop == 0) {
		assert_int_equal(renewals_count(reg, &open, &err), 0);
		assert_int_equal(open, strlen(want));
	}
}

/* What is due sooner, what waits for a person, and what has ended last. */
static void
lists_the_open_first(void **state)
{
	const struct renewal_summary sooner = { .state = "sent", .open = true,
	    .due = NOW + 10 }, whenever = { .state = "sent", .open = true };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	enum err_code code;
	bool existing;

	for (unsigned i = 1; i <= 5; i++)
		assert_int_equal(begin(reg, i, &existing), i);
	assert_int_equal(add(reg, 1, 1, NULL, &done, &code), 0);
	assert_int_equal(add(reg, 2, 1, NULL, &whenever, &code), 0);
	assert_int_equal(add(reg, 4, 1, NULL, &sooner, &code), 0);
	assert_int_equal(add(reg, 5, 1, NULL, &done, &code), 0);
	lists(reg, false, 50, 0, "432");
	lists(reg, true, 50, 0, "43251");
	lists(reg, true, 2, 0, "43");
	lists(reg, true, 50, 4, "4325");
	registry_close(reg);
}

/* --- rights of the person ----------------------------------------------------------------- */

static void
is_told_and_erased(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct privacy_person who = { .identifier = EWA };
	struct err err = ERR_INIT;
	enum err_code code;
	bool existing;
	int64_t id = begin(reg, 1, &existing), n;
	const json_t *list;
	json_t *o;

	assert_int_equal(privacy_erase(reg, &who, "wniosek", &n, &err), -1);
	assert_int_equal(err.code, ERR_RENEWAL_OPEN);
	assert_string_equal(err.what, "R2026/0001");
	err_clear(&err);
	assert_int_equal(add(reg, id, 1, NULL, &done, &code), 0);
	assert_int_equal(privacy_access(reg, &who, "art. 15", &o, &err), 0);
	list = json_object_get(o, "renewals");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_string_value(json_object_get(
	    json_array_get(list, 0), "number")), "R2026/0001");
	assert_int_equal(json_array_size(json_object_get(json_array_get(list,
	    0), "events")), 2);
	json_decref(o);
	assert_int_equal(privacy_erase(reg, &who, "wniosek", &n, &err), 0);
	is_sound(reg);
	registry_close(reg);
	assert_int_equal(regtest_sql_int(t->file, "SELECT (SELECT count(*)"
	    " FROM renewals) + (SELECT count(*) FROM renewal_event)"), 0);
}

static int
take_action(int64_t seq, const struct journal_entry *e, void *arg)
{
	char *all = arg;
	size_t len = strlen(all);

	(void)seq;
	snprintf(all + len, 256 - len, "%s %s, ", journal_action_id(e->action),
	    e->what != NULL ? e->what : "");
	return 0;
}

static void
the_journal_tells(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	char all[256] = "";
	enum err_code code;
	bool existing;

	assert_int_equal(add(reg, begin(reg, 1, &existing), 1, NULL, &done,
	    &code), 0);
	assert_int_equal(add(reg, begin(reg, 1, &existing), 1, NULL, &stopped,
	    &code), 0);
	/* One that has ended does not end again. */
	assert_int_equal(add(reg, 1, 2, NULL, &done, &code), 0);
	assert_int_equal(journal_each(reg, 4, take_action, all, &err), 0);
	assert_string_equal(all, "renewal-stopped renewal=R2026/0002, "
	    "renewal-opened renewal=R2026/0002, "
	    "renewal-done renewal=R2026/0001, "
	    "renewal-opened renewal=R2026/0001, ");
	registry_close(reg);
}

static void
retention_waits_for_its_end(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	const int64_t later = NOW + INT64_C(86400) * 4000;
	struct err err = ERR_INIT;
	enum err_code code;
	bool existing;
	int64_t id = begin(reg, 1, &existing), n;

	assert_int_equal(privacy_retain(reg, 30, later, false, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(add(reg, id, 1, NULL, &done, &code), 0);
	assert_int_equal(privacy_retain(reg, 30, later, false, &n, &err), 0);
	assert_int_equal(n, 1);
	is_sound(reg);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_of_a_certificate_is_open),
		TEST(a_row_says_all),
		TEST(is_found_by_what_is_its_own),
		TEST(grows_in_order),
		TEST(its_events_have_a_bound),
		TEST(keeps_no_identifier),
		TEST(parts_are_sealed_and_go),
		TEST(a_part_has_its_bound),
		TEST(one_desk_has_it),
		TEST(a_lease_has_its_bound),
		TEST(lists_the_open_first),
		TEST(is_told_and_erased),
		TEST(the_journal_tells),
		TEST(retention_waits_for_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
