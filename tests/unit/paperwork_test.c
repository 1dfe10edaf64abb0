/*
 * A page of a case that is out is out, whatever became of the case meanwhile; and
 * what could not be noted of it is told as that.
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

#include "net/net.h"
#include "registry/outbox.h"
#include "tests/unit/casetest.h"
#include "ui/askout.h"
#include "ui/paperwork.h"

#define NOW	INT64_C(1795348800)

/* What happens while the printer works. */
static void	(*meanwhile)(void *);
static void	 *meanwhile_arg;
static int	 pages;

int	__wrap_net_print(int, const char *, const char *, const atomic_bool *,
	    struct err *);

int
__wrap_net_print(int fd, const char *title, const char *printer,
    const atomic_bool *cancel, struct err *err)
{
	(void)fd;
	(void)title;
	(void)printer;
	(void)cancel;
	(void)err;
	pages++;
	meanwhile(meanwhile_arg);
	return 0;
}

/* A colleague at another desk. */
static void
closes(void *arg)
{
	struct registry *reg = regtest_open(arg, REGISTRY_WRITE);
	struct err err = ERR_INIT;

	assert_int_equal(case_close(reg, 1, NOW, &err), 0);
	registry_close(reg);
}

static void
breaks(void *arg)
{
	const struct regtest *t = arg;

	regtest_sql(t->file, "CREATE TRIGGER full BEFORE INSERT ON case_event"
	    " BEGIN SELECT raise(ABORT, 'full'); END;"
	    "CREATE TRIGGER also BEFORE INSERT ON outbox"
	    " BEGIN SELECT raise(ABORT, 'full'); END");
}

static void
begin(void **state, void (*what)(void *))
{
	meanwhile = what;
	meanwhile_arg = *state;
	pages = 0;
}

static int
receipt(struct registry *reg, struct err *err)
{
	static const struct conf conf = { .printer = "", .font = "", .point = "" };
	static const struct authorities none = { .n = 0 };
	const struct paperwork w = { .conf = &conf, .authorities = &none,
	    .id = 1, .at = NOW };

	return paperwork(reg, &w, err);
}

static void
a_case_may_end_while_it_is_printed(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;

	assert_int_equal(casetest_in(reg, 1, CASE_PUBLISHED), 1);
	begin(state, closes);
	assert_int_equal(receipt(reg, &err), 0);
	assert_int_equal(pages, 1);
	assert_int_equal(casetest_state(reg, 1), CASE_CLOSED);
	registry_close(reg);
}

static void
what_is_not_noted_is_told_as_that(void **state)
{
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;

	assert_int_equal(casetest_in(reg, 1, CASE_PUBLISHED), 1);
	begin(state, breaks);
	assert_int_equal(receipt(reg, &err), -1);
	assert_int_equal(pages, 1);
	assert_int_equal(err.code, ERR_NOT_NOTED);
	assert_string_equal(err.what, err_id(err_from_id(err.what)));
	registry_close(reg);
}

static void
a_question_keeps_the_number_on_its_page(void **state)
{
	static const struct conf conf = { .printer = "", .font = "", .point = "" };
	const struct authority a = { .id = "office", .name = "Office",
	    .form_email = "", .form_checked_on = "" };
	const struct order_question q = { .name = "Ewa", .contact = "ewa@x.pl",
	    .text = "Kiedy?", .clause = "1", .language = "pl",
	    .contract = true };
	struct registry *reg = regtest_open(*state, REGISTRY_CREATE);
	struct order_out out = { .id = 0 };
	struct err err = ERR_INIT;

	begin(state, breaks);
	assert_int_equal(askout(reg, &conf, &a, &q, NULL, NULL, &out, &err),
	    -1);
	assert_int_equal(pages, 1);
	assert_int_equal(err.code, ERR_NOT_NOTED);
	assert_int_equal(out.id, 0);
	assert_int_equal(out.state, ORDER_OUT_DONE);
	assert_memory_equal(out.own, "Q-", 2);
	order_out_clear(&out);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_case_may_end_while_it_is_printed),
		TEST(what_is_not_noted_is_told_as_that),
		TEST(a_question_keeps_the_number_on_its_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
