/*
 * Cases in the registry: opened once, appended to in order, leased to one desk,
 * in the way of an erasure while open, told to whom they concern; a note's PESEL
 * is nowhere in the file.  And what is kept of authorities.
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

#include "base/mem.h"
#include "registry/cases.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/store.h"
#include "tests/unit/certmake.h"
#include "tests/unit/regtest.h"

#define EWA	"44051401359"
#define NOW	REGTEST_NOW

static const struct case_summary draft = { .state = "draft", .open = true,
    .deadline = NOW + 86400 };
static const struct case_summary closed = { .state = "closed" };

static struct case_event
event(const char *kind, json_t *data)
{
	struct case_event e = { .at = NOW, .data = data };

	snprintf(e.kind, sizeof e.kind, "%s", kind);
	return e;
}

/* A case of record n, opened or found open; its row. */
static int64_t
open_case(struct registry *reg, unsigned n, const struct case_summary *sum,
    bool *existing)
{
	struct case_event e = event("opened", json_pack("{s:s}", "action",
	    "revoke"));
	struct err err = ERR_INIT;
	struct record r;
	bool ignored;
	int64_t id;

	regtest_record(&r, n, "Ewa Łęcka", EWA, NULL);
	if (cases_open(reg, &r, "revoke", &e, sum, &id,
	    existing != NULL ? existing : &ignored, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	record_clear(&r);
	case_event_clear(&e);
	return id;
}

static enum err_code
append(struct registry *reg, int64_t id, int64_t after, json_t *data,
    const struct case_summary *sum)
{
	struct case_event e = event("note", data);
	struct err err = ERR_INIT;
	int rc = cases_append(reg, id, after, &e, 1, sum, &err);

	case_event_clear(&e);
	assert_int_equal(rc == -1, err.code != ERR_NONE);
	return err.code;
}

static void
get(struct registry *reg, int64_t id, struct case_row *row)
{
	struct err err = ERR_INIT;

	if (cases_get(reg, id, row, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

static void
is_sound(struct registry *reg)
{
	struct err err = ERR_INIT;

	if (keep_check(reg, NULL, NULL, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

/* --- one case, its events ------------------------------------------------------ */

static void
keeps_what_was_written(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct case_row row;
	bool existing;
	int64_t id = open_case(reg, 1, &draft, &existing);

	assert_false(existing);
	assert_int_equal(append(reg, id, 1, json_pack("{s:s}", "text", "zażółć"),
	    &draft), ERR_NONE);
	registry_close(reg);
	reg = regtest_open(*state, REGISTRY_WRITE);
	get(reg, id, &row);
	assert_string_equal(row.number, "2026/0001");
	assert_int_equal(strlen(row.uid), CASES_UID_LEN);
	assert_string_equal(row.action, "revoke");
	assert_string_equal(row.sum.state, "draft");
	assert_true(row.sum.open);
	assert_int_equal(row.sum.deadline, NOW + 86400);
	assert_int_equal(row.opened_at, NOW);
	assert_string_equal(row.cert.holder, "Ewa Łęcka");
	assert_int_equal(row.cert.serial_len, 16);
	assert_int_equal(row.nevents, 2);
	assert_int_equal(row.events[1].seq, 2);
	assert_string_equal(row.events[1].kind, "note");
	assert_string_equal(row.events[1].account, "kasia");
	assert_string_equal(row.events[1].point, "punkt 1");
	assert_string_equal(json_string_value(json_object_get(
	    row.events[1].data, "text")), "zażółć");
	case_row_clear(&row);
	is_sound(reg);
	registry_close(reg);
}

static void
is_one_a_certificate(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct registry *other = regtest_open(t, REGISTRY_WRITE);
	bool existing;
	int64_t id = open_case(reg, 1, &draft, NULL);

	assert_int_equal(open_case(other, 1, &draft, &existing), id);
	assert_true(existing);
	/* Another serial, another case; and one more when the first is over. */
	assert_int_not_equal(open_case(other, 2, &draft, &existing), id);
	assert_false(existing);
	assert_int_equal(append(reg, id, 1, NULL, &closed), ERR_NONE);
	assert_int_not_equal(open_case(other, 1, &draft, &existing), id);
	assert_false(existing);
	/* Even whoever writes past us cannot make it two. */
	regtest_refuses(t->file, "UPDATE cases SET open = 1");
	registry_close(other);
	registry_close(reg);
}

static void
grows_at_its_end_alone(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct registry *other = regtest_open(t, REGISTRY_WRITE);
	int64_t id = open_case(reg, 1, &draft, NULL);
	struct case_row row;

	assert_int_equal(append(reg, id, 1, NULL, &draft), ERR_NONE);
	/* Whoever saw one event is too late, and nothing was written. */
	assert_int_equal(append(other, id, 1, NULL, &closed), ERR_CASE_MOVED);
	assert_int_equal(append(other, id, 3, NULL, &closed), ERR_CASE_MOVED);
	assert_int_equal(append(other, id + 1, 1, NULL, &draft), ERR_NO_CASE);
	get(reg, id, &row);
	assert_int_equal(row.nevents, 2);
	assert_true(row.sum.open);
	case_row_clear(&row);
	regtest_refuses(t->file, "UPDATE case_event SET data = '{}'");
	regtest_refuses(t->file, "DELETE FROM case_event WHERE seq = 2");
	regtest_refuses(t->file, "INSERT INTO case_event VALUES"
	    " (1, 2, 0, 1, 'x', '{}')");
	regtest_refuses(t->file, "INSERT OR REPLACE INTO case_event VALUES"
	    " (1, 2, 0, 1, 'x', '{}')");
	regtest_refuses(t->file, "INSERT INTO case_event VALUES"
	    " (1, 4, 0, 1, 'x', '{}')");
	registry_close(other);
	registry_close(reg);
}

static void
bounds_what_is_written(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = open_case(reg, 1, &draft, NULL);
	struct case_row row;
	json_t *many = json_object();
	char text[2 * RECORD_TEXT_MAX], name[16];
	int i;

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "n%d", i);
		json_object_set_new(many, name, json_string(text));
	}
	assert_int_equal(append(reg, id, 1, many, &draft), ERR_TOO_BIG);
	assert_int_equal(append(reg, id, 1, json_pack("{s:s}", "text", text),
	    &draft), ERR_NONE);
	get(reg, id, &row);
	assert_int_equal(json_string_length(json_object_get(row.events[1].data,
	    "text")), RECORD_TEXT_MAX);
	case_row_clear(&row);
	registry_close(reg);
}

/* --- names, lists, counts --------------------------------------------------------- */

static enum err_code
find(struct registry *reg, const char *name, int64_t *id)
{
	struct err err = ERR_INIT;

	*id = 0;
	(void)cases_find(reg, name, id, &err);
	return err.code;
}

static void
is_found_by_what_people_say(void **state)
{
	static const char *const none[] = { "", "2026/2", "2025/1", "/", "2026/",
	    "1234567", "0000000000000000000000000000000000000", "%", "2026/1x" };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = open_case(reg, 1, &draft, NULL), found;
	struct case_row row;
	size_t i;

	get(reg, id, &row);
	assert_int_equal(find(reg, row.number, &found), ERR_NONE);
	assert_int_equal(found, id);
	assert_int_equal(find(reg, "2026/1", &found), ERR_NONE);
	assert_int_equal(find(reg, row.uid, &found), ERR_NONE);
	row.uid[8] = '\0';
	for (i = 0; i < 8; i++)
		if (row.uid[i] >= 'A')
			row.uid[i] |= 0x20;
	assert_int_equal(find(reg, row.uid, &found), ERR_NONE);
	assert_int_equal(found, id);
	row.uid[7] = '\0';
	assert_int_equal(find(reg, row.uid, &found), ERR_NO_CASE);
	for (i = 0; i < sizeof none / sizeof *none; i++)
		assert_int_equal(find(reg, none[i], &found), ERR_NO_CASE);
	case_row_clear(&row);
	registry_close(reg);
}

static int
add_number(const struct case_row *row, void *arg)
{
	char *list = arg;
	size_t n = strlen(list);

	snprintf(list + n, 64 - n, "%s ", row->number + 8);
	assert_int_equal(row->nevents, 0);
	return 0;
}

static const char *
listed(struct registry *reg, bool closed_too, int64_t max)
{
	static char list[64];
	struct err err = ERR_INIT;

	list[0] = '\0';
	assert_int_equal(cases_each(reg, closed_too, max, add_number, list,
	    &err), 0);
	return list;
}

static void
lists_what_is_due_first(void **state)
{
	struct case_summary sums[] = {
		{ .state = "draft", .open = true, .deadline = NOW + 9 },
		{ .state = "sent", .open = true, .due = NOW + 5 },
		{ .state = "sent", .open = true, .due = NOW + 2,
		    .deadline = NOW + 20 },
		{ .state = "draft", .open = true, .deadline = NOW + 4 },
		{ .state = "draft", .open = true },
		{ .state = "closed" }, { .state = "closed" },
	};
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct cases_count count;
	struct err err = ERR_INIT;
	int64_t ids[4];
	unsigned i;
	size_t n;

	assert_int_equal(cases_count(reg, &count, &err), 0);
	assert_int_equal(count.open, 0);
	assert_int_equal(count.deadline, 0);
	for (i = 0; i < 7; i++)
		(void)open_case(reg, i, &sums[i], NULL);
	assert_string_equal(listed(reg, false, 100), "3 2 4 1 5 ");
	assert_string_equal(listed(reg, true, 100), "3 2 4 1 5 7 6 ");
	assert_string_equal(listed(reg, true, 2), "3 2 ");
	assert_int_equal(cases_count(reg, &count, &err), 0);
	assert_int_equal(count.open, 5);
	assert_int_equal(count.due, NOW + 2);
	assert_int_equal(count.deadline, NOW + 4);
	assert_int_equal(cases_due(reg, "a", NOW + 1, ids, 4, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(cases_due(reg, "a", NOW + 5, ids, 4, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ids[0], 3);
	assert_int_equal(ids[1], 2);
	assert_int_equal(cases_due(reg, "a", NOW + 5, ids, 1, &n, &err), 0);
	assert_int_equal(n, 1);
	/* What waits to be sent goes before what is asked about. */
	sums[3] = (struct case_summary){ .state = "queued", .open = true,
	    .due = NOW + 4 };
	assert_int_equal(cases_append(reg, 4, 1, NULL, 0, &sums[3], &err), 0);
	assert_int_equal(cases_due(reg, "a", NOW + 5, ids, 4, &n, &err), 0);
	assert_int_equal(n, 3);
	assert_int_equal(ids[0], 4);
	assert_int_equal(ids[1], 3);
	registry_close(reg);
}

/* --- leases ------------------------------------------------------------------------ */

static bool
lease(struct registry *reg, int64_t id, const char *by, int64_t now,
    int64_t until)
{
	struct err err = ERR_INIT;
	bool got;

	if (cases_lease(reg, id, by, now, until, &got, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	return got;
}

static size_t
due(struct registry *reg, const char *by, int64_t now)
{
	struct err err = ERR_INIT;
	int64_t ids[4];
	size_t n;

	assert_int_equal(cases_due(reg, by, now, ids, 4, &n, &err), 0);
	return n;
}

static void
one_desk_has_it(void **state)
{
	struct case_summary waits = { .state = "queued", .open = true,
	    .due = NOW };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = open_case(reg, 1, &waits, NULL);
	struct err err = ERR_INIT;
	bool got;

	assert_true(lease(reg, id, "a", NOW, NOW + 120));
	assert_false(lease(reg, id, "b", NOW + 119, NOW + 240));
	assert_true(lease(reg, id, "a", NOW + 100, NOW + 220));
	assert_int_equal(due(reg, "a", NOW + 1), 1);
	assert_int_equal(due(reg, "b", NOW + 1), 0);
	/* It ends by itself, when a desk has died. */
	assert_int_equal(due(reg, "b", NOW + 220), 1);
	assert_true(lease(reg, id, "b", NOW + 220, NOW + 340));
	/* Letting go is for whoever has it. */
	assert_int_equal(cases_release(reg, id, "a", &err), 0);
	assert_false(lease(reg, id, "a", NOW + 221, NOW + 300));
	assert_int_equal(cases_release(reg, id, "b", &err), 0);
	assert_true(lease(reg, id, "a", NOW + 221, NOW + 300));
	/* By a clock that was a year ahead. */
	assert_true(lease(reg, id, "a", NOW + 31536000, NOW + 31536100));
	assert_int_equal(due(reg, "b", NOW), 1);
	assert_true(lease(reg, id, "b", NOW, NOW + 120));
	assert_int_equal(cases_lease(reg, 99, "a", NOW, NOW, &got, &err), -1);
	assert_int_equal(err.code, ERR_NO_CASE);
	registry_close(reg);
}

/* --- the journal --------------------------------------------------------------------- */

static int
add_action(int64_t seq, const struct journal_entry *e, void *arg)
{
	char *list = arg;
	size_t n = strlen(list);

	(void)seq;
	snprintf(list + n, 256 - n, "%s %s %d, ", journal_action_id(e->action),
	    e->what != NULL ? e->what : "-", e->whom != NULL);
	return 0;
}

static void
journals_beginning_and_end(void **state)
{
	struct case_summary withdrawn = { .state = CASES_WITHDRAWN };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	int64_t id = open_case(reg, 1, &draft, NULL);
	char list[256] = "";
	struct err err = ERR_INIT;

	assert_int_equal(append(reg, id, 1, NULL, &draft), ERR_NONE);
	assert_int_equal(append(reg, id, 2, NULL, &withdrawn), ERR_NONE);
	id = open_case(reg, 1, &draft, NULL);
	assert_int_equal(append(reg, id, 1, NULL, &closed), ERR_NONE);
	/* A note behind it ends nothing again. */
	assert_int_equal(append(reg, id, 2, NULL, &closed), ERR_NONE);
	assert_int_equal(journal_each(reg, 4, add_action, list, &err), 0);
	assert_string_equal(list, "case-closed case=2026/0002 1, "
	    "case-opened case=2026/0002 1, case-withdrawn case=2026/0001 1, "
	    "case-opened case=2026/0001 1, ");
	is_sound(reg);
	registry_close(reg);
}

/* --- a person's rights ---------------------------------------------------------------- */

static void
is_told_to_whom_it_concerns(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct privacy_person who = { .identifier = EWA };
	struct err err = ERR_INIT;
	json_t *o, *list, *events;
	int64_t id = open_case(reg, 1, &draft, NULL);

	assert_int_equal(append(reg, id, 1, json_pack("{s:s}", "text",
	    "zgubiona w tramwaju"), &draft), ERR_NONE);
	assert_int_equal(privacy_access(reg, &who, "art. 15", &o, &err), 0);
	list = json_object_get(o, "cases");
	assert_int_equal(json_array_size(list), 1);
	events = json_object_get(json_array_get(list, 0), "events");
	assert_int_equal(json_array_size(events), 2);
	assert_string_equal(json_string_value(json_object_get(json_object_get(
	    json_array_get(events, 1), "data"), "text")),
	    "zgubiona w tramwaju");
	/* Its entry in the journal is the person's too. */
	assert_int_equal(json_array_size(json_object_get(o, "journal")), 1);
	json_decref(o);
	assert_int_equal(privacy_export(reg, &who, "art. 20", &o, &err), 0);
	assert_int_equal(json_array_size(json_object_get(o, "cases")), 1);
	json_decref(o);
	registry_close(reg);
}

static void
stands_in_the_way_of_an_erasure(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct privacy_person who = { .identifier = EWA };
	struct err err = ERR_INIT;
	struct record r;
	struct case_event e = event("opened", NULL);
	int64_t id = open_case(reg, 1, &draft, NULL), n = 7;
	bool existing;

	regtest_put(reg, 2, "Jan", NULL, NULL);
	assert_int_equal(append(reg, id, 1, json_pack("{s:s}", "text",
	    "powiedziała: tramwaj"), &draft), ERR_NONE);
	assert_int_equal(privacy_erase(reg, &who, "wniosek", &n, &err), -1);
	assert_int_equal(err.code, ERR_CASE_OPEN);
	assert_string_equal(err.what, "2026/0001");
	err_clear(&err);
	/* By age goes what has no open case, and only that is counted. */
	assert_int_equal(privacy_retain(reg, 1, NOW + 864000, true, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(privacy_retain(reg, 1, NOW + 864000, false, &n, &err),
	    0);
	assert_int_equal(n, 1);
	assert_int_equal(regtest_sql_int(t->file, "SELECT id FROM cert"), 1);
	assert_int_equal(append(reg, id, 2, NULL, &closed), ERR_NONE);
	assert_int_equal(privacy_erase(reg, &who, "wniosek", &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cases"),
	    0);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM case_event"), 0);
	assert_int_equal(regtest_grep(t, "tramwaj", 7, NULL), 0);
	/* Erased: not taken up again without somebody's wanting it. */
	regtest_record(&r, 1, "Ewa", EWA, NULL);
	assert_int_equal(cases_open(reg, &r, "revoke", &e, &draft, &id,
	    &existing, &err), -1);
	assert_int_equal(err.code, ERR_ERASED);
	record_clear(&r);
	/* Its number is nobody else's. */
	err_clear(&err);
	regtest_record(&r, 3, "Jan", NULL, NULL);
	assert_int_equal(cases_open(reg, &r, "revoke", &e, &draft, &id,
	    &existing, &err), 0);
	record_clear(&r);
	assert_int_equal(regtest_sql_int(t->file, "SELECT n FROM cases"), 2);
	is_sound(reg);
	registry_close(reg);
}

/* A backup from when the case was open, of somebody who was erased since. */
static void
goes_when_erased_again(void **state)
{
	struct regtest *t = *state;
	struct registry_options o = { .path = t->file };
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct privacy_person who = { .identifier = EWA };
	struct err err = ERR_INIT;
	int64_t id = open_case(reg, 1, &draft, NULL), n;
	char *kept = NULL;

	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	assert_int_equal(append(reg, id, 1, NULL, &closed), ERR_NONE);
	assert_int_equal(privacy_erase(reg, &who, "wniosek", &n, &err), 0);
	registry_close(reg);
	if (keep_restore(&o, copy, &kept, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	free(kept);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cases"),
	    0);
	reg = regtest_open(t, REGISTRY_WRITE);
	is_sound(reg);
	registry_close(reg);
}

static void
comes_back_with_a_backup(void **state)
{
	struct regtest *t = *state;
	struct registry_options o = { .path = t->file };
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct err err = ERR_INIT;
	int64_t id = open_case(reg, 1, &draft, NULL);
	struct case_row row;
	char *kept = NULL;

	assert_int_equal(append(reg, id, 1, NULL, &draft), ERR_NONE);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	registry_close(reg);
	assert_int_equal(unlink(t->file), 0);
	assert_int_equal(keep_restore(&o, copy, &kept, &err), 0);
	free(kept);
	reg = regtest_open(t, REGISTRY_WRITE);
	get(reg, id, &row);
	assert_int_equal(row.nevents, 2);
	case_row_clear(&row);
	is_sound(reg);
	registry_close(reg);
}

/* By hand, past the file's own rules: registry check sees it. */
static void
is_checked(void **state)
{
	static const char *const breaches[] = {
		"DELETE FROM case_event WHERE seq = 1",
		"DELETE FROM case_event WHERE seq = 2",
		"UPDATE case_event SET data = 'x' WHERE seq = 2",
		"UPDATE case_event SET data = '[]' WHERE seq = 2",
		"INSERT INTO ca VALUES (1, x'01', 9, 0, x'02')",
		"INSERT INTO fetched VALUES ('u', '', 0, 0, 0, '', x'01')",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof breaches / sizeof *breaches; i++) {
		struct err err = ERR_INIT;
		struct registry *reg;
		struct regtest *t;
		void *own;
		int64_t id;

		assert_int_equal(regtest_setup(&own), 0);
		t = own;
		reg = regtest_open(t, REGISTRY_CREATE);
		id = open_case(reg, 1, &draft, NULL);
		assert_int_equal(append(reg, id, 1, NULL, &draft), ERR_NONE);
		assert_int_equal(append(reg, id, 2, NULL, &draft), ERR_NONE);
		is_sound(reg);
		regtest_sql(t->file, "DROP TRIGGER case_event_stays;"
		    "DROP TRIGGER case_event_keeps");
		regtest_sql(t->file, breaches[i]);
		if (keep_check(reg, NULL, NULL, &err) != -1 ||
		    err.code != ERR_REGISTRY_BROKEN)
			fail_msg("%s", breaches[i]);
		registry_close(reg);
		regtest_teardown(&own);
	}
}

/* --- nothing in clear -------------------------------------------------------------------- */

static void
scrubs_what_is_said(void **state)
{
	static const char transaction[] = "00112233445566778899001122334455";
	static const char *const clear[] = { EWA, "440514-01359",
	    "ewa.lecka@", "526-000-12-46" };
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	int64_t id = open_case(reg, 1, &draft, NULL);
	struct case_row row;
	size_t i;

	assert_int_equal(append(reg, id, 1, json_pack("{s:s, s:[s], s:{s:s},"
	    " s:s, s:s, s:s, s:i}", "text", "PESEL " EWA ", ewa.lecka@example.org",
	    "list", "dzwoniła 440514-01359", "in", "deep", "NIP 526-000-12-46",
	    "transaction", transaction, "sha256", EWA, "url",
	    "http://ocsp.example.org/" EWA, "number", 7), &draft), ERR_NONE);
	get(reg, id, &row);
	assert_string_equal(json_string_value(json_object_get(
	    row.events[1].data, "text")),
	    "PESEL ***********, e*****@example.org");
	assert_string_equal(json_string_value(json_object_get(
	    row.events[1].data, "transaction")), transaction);
	/* No number of a machine's, whatever it is called. */
	assert_string_equal(json_string_value(json_object_get(
	    row.events[1].data, "sha256")), "***********");
	assert_null(json_object_get(row.events[1].data, "url"));
	assert_int_equal(json_integer_value(json_object_get(
	    row.events[1].data, "number")), 7);
	case_row_clear(&row);
	for (i = 0; i < sizeof clear / sizeof *clear; i++)
		assert_int_equal(regtest_grep(t, clear[i], strlen(clear[i]),
		    NULL), 0);
	assert_true(regtest_grep(t, "dzwoni", 6, NULL) > 0);
	registry_close(reg);
}

/* --- issuers, and what was fetched ---------------------------------------------------------- */

static uint8_t *
cert_named(const char *profile, size_t *len)
{
	return make_cert(make_profile(profile), len);
}

static void
keeps_authorities(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	enum ca_proof proof;
	struct record r;
	uint8_t *der, *got;
	size_t len, n;

	regtest_record(&r, 1, "", NULL, NULL);
	der = cert_named("ca", &len);
	assert_int_equal(ca_get(reg, &r.issuer, &got, &n, &proof, &err), 0);
	assert_int_equal(ca_put(reg, &r.issuer, der, len, CA_SIGNED, &err), 0);
	assert_int_equal(ca_get(reg, &r.issuer, &got, &n, &proof, &err), 1);
	assert_int_equal(proof, CA_SIGNED);
	assert_int_equal(n, len);
	assert_memory_equal(got, der, len);
	free(got);
	/* A weaker proof leaves it, a better one replaces it. */
	assert_int_equal(ca_put(reg, &r.issuer, der, len, CA_KEY_HASH, &err), 0);
	assert_int_equal(ca_get(reg, &r.issuer, &got, &n, &proof, &err), 1);
	assert_int_equal(proof, CA_SIGNED);
	free(got);
	assert_int_equal(ca_put(reg, &r.issuer, der, len, CA_CONFIGURED, &err),
	    0);
	assert_int_equal(ca_get(reg, &r.issuer, &got, &n, &proof, &err), 1);
	assert_int_equal(proof, CA_CONFIGURED);
	free(got);
	assert_int_equal(ca_put(reg, &r.issuer, "x", 1, CA_SIGNED, &err), -1);
	free(der);
	record_clear(&r);
	registry_close(reg);
}

/* Issued by the holder: no authority's, and full of what is not kept. */
static void
keeps_no_person_as_authority(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	enum ca_proof proof;
	struct record r;
	uint8_t *der, *got;
	size_t len, n;

	regtest_record(&r, 1, "", NULL, NULL);
	der = cert_named("qualified", &len);
	assert_int_equal(ca_put(reg, &r.issuer, der, len, CA_SIGNED, &err), 0);
	assert_int_equal(ca_get(reg, &r.issuer, &got, &n, &proof, &err), 0);
	free(der);
	record_clear(&r);
	registry_close(reg);
}

static void
keeps_what_was_fetched(void **state)
{
	static const char url[] = "http://crl.example.org/1.crl";
	struct fetched f = { .etag = "\"abc\"", .last_modified = NOW - 5,
	    .fresh_until = NOW + 60, .at = NOW, .file = "0A.crl" }, got;
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;

	memset(f.sha256, 0x5a, sizeof f.sha256);
	assert_int_equal(fetched_get(reg, url, &got, &err), 0);
	assert_int_equal(fetched_put(reg, url, &f, &err), 0);
	f.at = NOW + 1;
	assert_int_equal(fetched_put(reg, url, &f, &err), 0);
	assert_int_equal(fetched_get(reg, url, &got, &err), 1);
	assert_string_equal(got.etag, "\"abc\"");
	assert_string_equal(got.file, "0A.crl");
	assert_int_equal(got.at, NOW + 1);
	assert_int_equal(got.last_modified, NOW - 5);
	assert_int_equal(got.fresh_until, NOW + 60);
	assert_memory_equal(got.sha256, f.sha256, sizeof f.sha256);
	/* An address that says whose certificate it is of is not kept. */
	assert_int_equal(fetched_put(reg, "http://x.example.org/" EWA, &f,
	    &err), 0);
	assert_int_equal(fetched_get(reg, "http://x.example.org/" EWA, &got,
	    &err), 0);
	registry_close(reg);
}

static void
knows_where_the_issuer_is(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct cert *c;
	struct record r, got;
	uint8_t *der;
	size_t len;

	der = cert_named("qualified", &len);
	assert_int_equal(cert_parse(der, len, &c, &err), 0);
	free(der);
	assert_true(c->nissuers > 0);
	record_of_cert(&r, c, HOW_CARD, NOW);
	assert_string_equal(r.aia, c->issuers[0]);
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	assert_int_equal(store_get_row(reg, r.id, &got, &err), 0);
	assert_string_equal(got.aia, c->issuers[0]);
	record_clear(&got);
	record_clear(&r);
	cert_free(c);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_what_was_written),
		TEST(is_one_a_certificate),
		TEST(grows_at_its_end_alone),
		TEST(bounds_what_is_written),
		TEST(is_found_by_what_people_say),
		TEST(lists_what_is_due_first),
		TEST(one_desk_has_it),
		TEST(journals_beginning_and_end),
		TEST(is_told_to_whom_it_concerns),
		TEST(stands_in_the_way_of_an_erasure),
		TEST(goes_when_erased_again),
		TEST(comes_back_with_a_backup),
		cmocka_unit_test(is_checked),
		TEST(scrubs_what_is_said),
		TEST(keeps_authorities),
		TEST(keeps_no_person_as_authority),
		TEST(keeps_what_was_fetched),
		TEST(knows_where_the_issuer_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
