/*
 * What is kept of orders and what is to be sent: sealed, leased, forgotten in
 * time, shown to the person and erased.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "registry/inside.h"
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
put_question(struct registry *reg)
{
	struct outbox_row row = { .kind = "question",
		.authority = (char[]){ "office" }, .email = (char[]){ EWA } };
	struct err err = ERR_INIT;
	int64_t id;

	assert_int_equal(outbox_put(reg, &row, span_of(BODY, strlen(BODY)),
	    NOW, &id, &err), 0);
	return id;
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
	assert_int_equal(outbox_end(reg, &row, NOW, &err), 0);
	outbox_row_clear(&row);
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
	int64_t id = put_question(a), ids[4];
	struct err err = ERR_INIT, why = ERR_INIT;
	size_t n;
	bool got;

	assert_int_equal(outbox_lease(a, id, "a", NOW, NOW + 60, &got, &err), 0);
	assert_true(got);
	assert_int_equal(outbox_lease(b, id, "b", NOW, NOW + 60, &got, &err), 0);
	assert_false(got);
	assert_int_equal(outbox_due(b, "b", NOW, ids, 4, &n, &err), 0);
	assert_int_equal(n, 0);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
