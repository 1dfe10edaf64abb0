/*
 * What is kept of orders and what is to be sent: sealed, leased, forgotten in
 * time, shown to the person and erased; in a registry that several threads of a
 * desk make at the same moment.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "registry/asked.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/orders.h"
#include "registry/outbox.h"
#include "registry/privacy.h"
#include "registry/seal.h"
#include "tests/unit/regtest.h"

#define NOW	REGTEST_NOW
#define PESEL	"44051401359"
#define EWA	"ewa@przyklad.pl"
#define BODY	"{\"name\":\"Ewa Bardzo-Tajna\",\"contact\":\"" EWA "\"}"

static int64_t
put_question_of(struct registry *reg, char *contact)
{
	struct outbox_row row = { .kind = "question",
		.authority = (char[]){ "office" }, .email = contact };
	struct err err = ERR_INIT;
	int64_t id;

	assert_int_equal(outbox_put(reg, &row, span_of(BODY, strlen(BODY)),
	    NOW, &id, &err), 0);
	return id;
}

static int64_t
put_question(struct registry *reg)
{
	return put_question_of(reg, (char[]){ EWA });
}

static void
put_order(struct registry *reg, const char *number, int64_t now)
{
	struct orders_row row = { .authority = (char[]){ "office" },
		.number = (char *)(uintptr_t)number, .json = (char[]){
		"{\"number\":\"X\",\"email\":\"" EWA "\",\"reason\":\"" PESEL "\"}" },
		.as_of = now };
	const struct orders_key keys[] = { { ORDERS_BY_PESEL, PESEL },
	    { ORDERS_BY_SERIAL, "00ab" } };
	struct err err = ERR_INIT;

	assert_int_equal(orders_put(reg, &row, keys, 2, now, &err), 0);
}

static void
keeps_what_was_written_sealed(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	int64_t id = put_question(reg);
	struct outbox_row row;
	struct buf body;
	struct err err = ERR_INIT;

	buf_init(&body, OUTBOX_BODY_MAX);
	assert_int_equal(outbox_body(reg, id, &body, &err), 0);
	assert_int_equal(body.len, strlen(BODY));
	assert_memory_equal(body.data, BODY, body.len);
	buf_clear(&body);
	assert_int_equal(regtest_grep(t, "Tajna", 5, NULL), 0);
	assert_int_equal(regtest_grep(t, EWA, strlen(EWA), NULL), 0);
	/* Not one's own any more: told, not taken. */
	regtest_sql(t->file, "UPDATE outbox SET key = "
	    "'00000000000000000000000000000000'");
	assert_int_equal(outbox_body(reg, id, &body, &err), -1);
	assert_int_equal(err.code, ERR_REGISTRY_BROKEN);
	err_clear(&err);
	assert_int_equal(outbox_get(reg, id, &row, &err), 0);
	row.state = OUTBOX_DONE;
	row.reference = mem_strdup("PYT-1");
	row.email = mem_strdup(EWA);
	assert_int_equal(outbox_end(reg, &row, NOW, &err), 0);
	outbox_row_clear(&row);
	/* Where it went, as a service says that does not mask it. */
	assert_int_equal(outbox_get(reg, id, &row, &err), 0);
	assert_string_equal(row.email, "e*****@przyklad.pl");
	outbox_row_clear(&row);
	assert_int_equal(regtest_grep(t, EWA, strlen(EWA), NULL), 0);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM outbox WHERE body IS NULL"), 1);
	buf_clear(&body);
	registry_close(reg);
}

static void
lets_one_desk_send(void **state)
{
	struct registry *a = regtest_open(*state, REGISTRY_CREATE);
	struct registry *b = regtest_open(*state, REGISTRY_WRITE);
	int64_t id = put_question(a), ids[4], next;
	struct err err = ERR_INIT, why = ERR_INIT;
	size_t n;
	bool got;

	assert_int_equal(outbox_lease(a, id, "a", NOW, NOW + 60, &got, &err), 0);
	assert_true(got);
	assert_int_equal(outbox_lease(b, id, "b", NOW, NOW + 60, &got, &err), 0);
	assert_false(got);
	assert_int_equal(outbox_due(b, "b", NOW, ids, 4, &n, &err), 0);
	assert_int_equal(n, 0);
	/* Whoever waits for another does not ask all the time. */
	assert_int_equal(outbox_next(a, "a", NOW, &next, &err), 0);
	assert_int_equal(next, NOW);
	assert_int_equal(outbox_next(b, "b", NOW, &next, &err), 0);
	assert_int_equal(next, NOW + 60);
	assert_int_equal(outbox_drop(b, id, NOW, &err), 0);
	/* Whoever has it was killed, and time has gone by. */
	assert_int_equal(outbox_lease(b, id, "b", NOW + 61, NOW + 90, &got,
	    &err), 0);
	assert_true(got);
	err_set(&why, ERR_NET_TIMEOUT, "x", NULL);
	assert_int_equal(outbox_failed(b, id, NOW + 61, NOW + 100, &why, &err),
	    0);
	assert_int_equal(outbox_due(a, "a", NOW + 99, ids, 4, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(outbox_due(a, "a", NOW + 100, ids, 4, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(outbox_later(a, id, NOW + 200, &err), 0);
	assert_int_equal(outbox_due(a, "a", NOW + 199, ids, 4, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(outbox_next(a, "a", NOW + 100, &next, &err), 0);
	assert_int_equal(next, NOW + 200);
	/* Put off by a clock that was a month ahead. */
	assert_int_equal(outbox_later(a, id, NOW + 30 * 86400, &err), 0);
	assert_int_equal(outbox_due(a, "a", NOW, ids, 4, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(outbox_next(a, "a", NOW, &next, &err), 0);
	assert_int_equal(next, NOW);
	/* As long as a service may ask for, it waits. */
	assert_int_equal(outbox_later(a, id, NOW + OUTBOX_LATER_MAX, &err), 0);
	assert_int_equal(outbox_due(a, "a", NOW, ids, 4, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(outbox_drop(a, id, NOW, &err), 1);
	registry_close(a);
	registry_close(b);
}

static int
count(const struct orders_row *row, void *arg)
{
	assert_null(strstr(row->json, EWA));
	assert_null(strstr(row->json, PESEL));
	++*(int *)arg;
	return 0;
}

static int
found(struct registry *reg, enum orders_by by, const char *value)
{
	const struct orders_key key = { by, value };
	struct err err = ERR_INIT;
	int n = 0;

	assert_int_equal(orders_each(reg, &key, count, &n, &err), 0);
	return n;
}

static void
remembers_orders_for_a_while(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);

	put_order(reg, "A1", NOW);
	assert_int_equal(found(reg, ORDERS_BY_PESEL, PESEL), 1);
	assert_int_equal(found(reg, ORDERS_BY_SERIAL, "AB"), 1);
	assert_int_equal(found(reg, ORDERS_BY_NIP, "5260001246"), 0);
	assert_int_equal(regtest_grep(t, PESEL, strlen(PESEL), NULL), 0);
	assert_int_equal(regtest_grep(t, EWA, strlen(EWA), NULL), 0);
	/* The next one that is kept takes it away. */
	put_order(reg, "B2", NOW + (ORDERS_DAYS + 1) * INT64_C(86400));
	assert_int_equal(found(reg, ORDERS_BY_PESEL, PESEL), 1);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM orders WHERE number = 'A1'"), 0);
	registry_close(reg);
}

/* Who left a telephone number alone is found by it, however it is written. */
static void
is_reached_by_a_telephone(void **state)
{
	static const struct {
		const char	*left, *typed;
		size_t		 found;
	} all[] = {
		{ "600 100 200", "+48 600-100-200", 1 },
		{ "tel. +48 (600) 100 200", "600100200", 1 },
		{ "0048600100200", "48600100200", 1 },
		{ "+44 20 7946 0000", "+442079460000", 1 },
		{ "+48 600 100 200", "600 100 201", 0 },
		{ "600 100 200", "+49 600 100 200", 0 },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct privacy_person who = {
			.identifier = all[i].typed };
		struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
		char left[64];
		struct err err = ERR_INIT;
		json_t *o = NULL;
		int64_t n = 0;

		print_message("# %s, %s\n", all[i].left, all[i].typed);
		snprintf(left, sizeof left, "%s", all[i].left);
		(void)put_question_of(reg, left);
		assert_int_equal(privacy_export(reg, &who, "art. 20", &o, &err),
		    all[i].found > 0 ? 0 : -1);
		assert_int_equal(json_array_size(json_object_get(o,
		    "questions")), all[i].found);
		json_decref(o);
		err_clear(&err);
		assert_int_equal(privacy_erase(reg, &who, "art. 17", &n, &err),
		    all[i].found > 0 ? 0 : -1);
		registry_close(reg);
		assert_int_equal(regtest_sql_int(((struct regtest *)*state)
		    ->file, "SELECT count(*) FROM outbox"),
		    1 - (int)all[i].found);
		regtest_sql(((struct regtest *)*state)->file,
		    "DELETE FROM outbox");
	}
}

static void
is_reached_by_a_persons_rights(void **state)
{
	const struct privacy_person by_pesel = { .identifier = PESEL },
	    by_mail = { .identifier = EWA };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	json_t *o;
	int64_t n;

	put_order(reg, "A1", NOW);
	put_question(reg);
	if (privacy_access(reg, &by_pesel, "art. 15", &o, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	assert_int_equal(json_array_size(json_object_get(o, "orders")), 1);
	json_decref(o);
	assert_int_equal(privacy_export(reg, &by_mail, "art. 20", &o, &err), 0);
	assert_int_equal(json_array_size(json_object_get(o, "questions")), 1);
	assert_string_equal(json_string_value(json_object_get(json_object_get(
	    json_array_get(json_object_get(o, "questions"), 0), "question"),
	    "contact")), EWA);
	json_decref(o);
	assert_int_equal(privacy_erase(reg, &by_pesel, "art. 17", &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(privacy_erase(reg, &by_mail, "art. 17", &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(found(reg, ORDERS_BY_PESEL, PESEL), 0);
	/* And not kept again. */
	put_order(reg, "A1", NOW);
	assert_int_equal(found(reg, ORDERS_BY_PESEL, PESEL), 0);
	registry_close(reg);
}

/* A question with what it is kept for, and its number. */
static int64_t
put_asked(struct registry *reg, enum asked_basis basis, char *number)
{
	const struct asked a = { .basis = basis, .clause = "2026-10",
	    .agreed = basis == ASKED_BY_CONSENT ? NOW : 0 };
	int64_t id = put_question(reg);
	struct err err = ERR_INIT;
	struct outbox_row row;

	assert_int_equal(asked_put(reg, id, &a, &err), 0);
	assert_int_equal(outbox_get(reg, id, &row, &err), 0);
	asked_number(row.key, number);
	assert_int_equal(strlen(number), strlen("Q-1A2B-3C4D"));
	outbox_row_clear(&row);
	return id;
}

/* How many questions there are with a body, and entries of the journal. */
static void
holds(struct regtest *t, int64_t written, int64_t withdrawn, int64_t erased)
{
	char sql[2][80];
	const struct regtest_fact facts[] = {
		{ "SELECT count(*) FROM outbox WHERE body IS NOT NULL",
		    written },
		{ sql[0], withdrawn },
		{ sql[1], erased },
	};

	for (int i = 0; i < 2; i++)
		snprintf(sql[i], sizeof sql[i], "SELECT count(*) FROM journal"
		    " WHERE action = %d AND whom IS NOT NULL",
		    (int)(i == 0 ? JOURNAL_WITHDRAWN : JOURNAL_ERASE));
	regtest_facts(t->file, facts, 3);
}

static void
takes_a_question_back(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	char number[ASKED_NUMBER_MAX + 1], typed[ASKED_NUMBER_MAX + 1];
	int64_t id = put_asked(reg, ASKED_BY_CONSENT, number), same;
	struct err err = ERR_INIT;
	struct asked a;
	bool sent;

	/* As people type it. */
	snprintf(typed, sizeof typed, "q%.4s%.4s", number + 2, number + 7);
	assert_int_equal(asked_find(reg, typed, &same, &err), 0);
	assert_int_equal(same, id);
	assert_int_equal(asked_find(reg, "Q-0000-000", &same, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	err_clear(&err);
	assert_int_equal(asked_withdraw(reg, id, " ", NOW, &sent, &err), -1);
	assert_int_equal(err.code, ERR_REASON_NEEDED);
	err_clear(&err);
	holds(t, 1, 0, 0);
	assert_int_equal(asked_withdraw(reg, id, "telefon", NOW + 9, &sent,
	    &err), 0);
	assert_false(sent);
	holds(t, 0, 1, 0);
	assert_int_equal(asked_get(reg, id, &a, &err), 1);
	assert_int_equal(a.agreed, NOW);
	assert_int_equal(a.withdrawn, NOW + 9);
	assert_string_equal(a.clause, "2026-10");
	assert_int_equal(asked_erase(reg, id, "telefon", NOW, &sent, &err), 0);
	assert_true(sent);	/* nobody can say that it was not */
	holds(t, 0, 1, 1);
	assert_int_equal(asked_get(reg, id, &a, &err), 0);
	assert_int_equal(asked_find(reg, number, &same, &err), -1);
	registry_close(reg);
}

/* What rests on a contract ends by erasure alone; not while it is being sent. */
static void
erases_what_rests_on_a_contract(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	char number[ASKED_NUMBER_MAX + 1];
	int64_t id = put_asked(reg, ASKED_BY_CONTRACT, number);
	struct err err = ERR_INIT;
	bool sent, got;

	assert_int_equal(asked_withdraw(reg, id, "telefon", NOW, &sent, &err),
	    -1);
	assert_int_equal(err.code, ERR_USAGE);
	err_clear(&err);
	assert_int_equal(outbox_lease(reg, id, "a", NOW, NOW + 60, &got, &err),
	    0);
	assert_int_equal(asked_erase(reg, id, "telefon", NOW, &sent, &err), -1);
	assert_int_equal(err.code, ERR_REGISTRY_BUSY);
	err_clear(&err);
	holds(t, 1, 0, 0);
	assert_int_equal(asked_erase(reg, id, "telefon", NOW + 61, &sent, &err),
	    0);
	assert_false(sent);
	holds(t, 0, 0, 1);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM asked"), 0);
	registry_close(reg);
}

/* Shown with why and how long; what cannot be sent is not kept for ever. */
static void
says_how_long_it_keeps(void **state)
{
	const struct privacy_person by_mail = { .identifier = EWA };
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const int64_t wait = OUTBOX_WAIT_DAYS * INT64_C(86400);
	char number[ASKED_NUMBER_MAX + 1];
	int64_t id = put_asked(reg, ASKED_BY_CONSENT, number), n;
	struct err err = ERR_INIT;
	struct outbox_row row;
	json_t *o, *q;

	assert_int_equal(privacy_access(reg, &by_mail, "art. 15", &o, &err), 0);
	q = json_array_get(json_object_get(o, "questions"), 0);
	assert_string_equal(json_string_value(json_object_get(q, "basis")),
	    "consent");
	assert_string_equal(json_string_value(json_object_get(q, "purpose")),
	    "question");
	assert_string_equal(json_string_value(json_object_get(q, "number")),
	    number);
	assert_non_null(json_object_get(q, "kept_until"));
	json_decref(o);
	assert_int_equal(outbox_retain(reg, NOW + wait, false, &n, &err), 0);
	holds(t, 1, 0, 0);
	assert_int_equal(outbox_retain(reg, NOW + wait + 1, false, &n, &err), 0);
	holds(t, 0, 0, 0);
	assert_int_equal(outbox_get(reg, id, &row, &err), 0);
	assert_int_equal(row.state, OUTBOX_REFUSED);
	n = asked_until(&row);
	outbox_row_clear(&row);
	assert_int_equal(outbox_retain(reg, n + 1, false, &n, &err), 0);
	assert_int_equal(n, 1);
	registry_close(reg);
}

static int64_t
put_now(struct registry *reg, const char *mail)
{
	struct outbox_row row = { .kind = "question",
		.authority = (char[]){ "office" },
		.email = (char *)(uintptr_t)mail };
	struct err err = ERR_INIT;
	int64_t id;

	assert_int_equal(outbox_put(reg, &row, span_of(BODY, strlen(BODY)),
	    clock_now(), &id, &err), 0);
	return id;
}

/* In each way there is, but for the last one, which stays. */
static void
take_back(struct registry *reg, const int64_t id[4])
{
	const struct privacy_person by_mail = { .identifier = EWA },
	    by_nip = { .identifier = "5260001246" };
	struct err err = ERR_INIT;
	bool sent;

	assert_int_equal(asked_erase(reg, id[0], "x", clock_now(), &sent,
	    &err), 0);
	assert_int_equal(asked_withdraw(reg, id[1], "x", clock_now(), &sent,
	    &err), 0);
	assert_int_equal(privacy_erase(reg, &by_mail, "x", NULL, &err), 0);
	assert_int_equal(privacy_erase(reg, &by_nip, "x", NULL, &err), 0);
}

/* What people took back stays so when a backup from before comes back. */
static void
stays_taken_back_after_a_restore(void **state)
{
	const struct orders_key nip = { ORDERS_BY_NIP, "5260001246" };
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct registry_options o = { .path = t->file };
	struct orders_row order = { .authority = (char[]){ "office" },
		.number = (char[]){ "N1" }, .json = (char[]){ "{}" } };
	const char *copy = regtest_path(t, "copy");
	const int64_t id[] = { put_now(reg, "a@przyklad.pl"),
		put_now(reg, "b@przyklad.pl"), put_now(reg, EWA),
		put_now(reg, "d@przyklad.pl") };
	int64_t ids[4];
	struct err err = ERR_INIT;
	struct asked a;
	size_t n;

	assert_int_equal(orders_put(reg, &order, &nip, 1, clock_now(), &err),
	    0);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	take_back(reg, id);
	registry_close(reg);
	assert_int_equal(keep_restore(&o, copy, NULL, &err), 0);
	reg = regtest_open(t, REGISTRY_WRITE);
	assert_int_equal(outbox_due(reg, "x", clock_now(), ids, 4, &n, &err),
	    0);
	assert_int_equal(n, 1);
	assert_int_equal(ids[0], id[3]);
	assert_int_equal(asked_get(reg, id[1], &a, &err), 1);
	assert_true(a.withdrawn > 0);
	assert_int_equal(found(reg, nip.by, nip.value), 0);
	/* Done again, and the journal still says who wanted it. */
	holds(t, 1, 1, 3);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM outbox"), 2);
	/* What came after an erasure is not touched by its line. */
	(void)put_question(reg);
	registry_close(reg);
	regtest_sql(t->file, "UPDATE outbox SET at = at + 999999999;"
	    "UPDATE meta SET value = 0 WHERE name = 'erased'");
	reg = regtest_open(t, REGISTRY_WRITE);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM outbox"), 3);
	assert_int_equal(regtest_grep(t, "przyklad.pl", 11, NULL), 0);
	registry_close(reg);
}

#define MAKERS	4		/* threads */
#define MAKINGS	8		/* registries, one after the other */

struct maker {
	pthread_t	 thread;
	pthread_barrier_t *start;
	const char	*path;
	struct err	 err;
};

static void *
make_one(void *arg)
{
	struct maker *m = arg;
	const struct registry_options o = { .path = m->path };
	struct registry *reg;

	(void)pthread_barrier_wait(m->start);
	if (registry_open(&reg, REGISTRY_CREATE, &o, &m->err) == 0)
		registry_close(reg);
	return NULL;
}

static void
is_made_by_several_at_once(void **state)
{
	pthread_barrier_t start;
	struct maker makers[MAKERS];
	char name[32];

	assert_int_equal(pthread_barrier_init(&start, NULL, MAKERS), 0);
	for (int n = 0; n < MAKINGS; n++) {
		char *path;

		snprintf(name, sizeof name, "new%d.db", n);
		path = mem_strdup(regtest_path(*state, name));
		for (int i = 0; i < MAKERS; i++) {
			makers[i] = (struct maker){ .start = &start,
				.path = path, .err = ERR_INIT };
			assert_int_equal(pthread_create(&makers[i].thread,
			    NULL, make_one, &makers[i]), 0);
		}
		for (int i = 0; i < MAKERS; i++)
			(void)pthread_join(makers[i].thread, NULL);
		for (int i = 0; i < MAKERS; i++)
			if (makers[i].err.code != ERR_NONE)
				fail_msg("%s %s", err_id(makers[i].err.code),
				    makers[i].err.detail);
		free(path);
	}
	(void)pthread_barrier_destroy(&start);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_what_was_written_sealed),
		TEST(lets_one_desk_send),
		TEST(remembers_orders_for_a_while),
		TEST(is_reached_by_a_persons_rights),
		TEST(is_reached_by_a_telephone),
		TEST(takes_a_question_back),
		TEST(erases_what_rests_on_a_contract),
		TEST(says_how_long_it_keeps),
		TEST(stays_taken_back_after_a_restore),
		TEST(is_made_by_several_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
