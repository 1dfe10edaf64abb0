/*
 * Orders: out of JSON and back, weighed, put into words; numbers found in what
 * people type, checked, and what a misread one may have been.
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

#include "base/clock.h"
#include "cert/cert.h"
#include "order/service.h"

#define NOW	INT64_C(1795348800)	/* 2026-11-22 12:00 UTC, a Sunday */

#define PRODUCT	"\"product\":{\"kind\":\"signature\",\"qualified\":true," \
	"\"months\":24}"

static const char whole[] = "{\"number\":\"ZP47819977\",\"state\":\"ready\","
"\"history\":[{\"state\":\"placed\",\"at\":\"2026-11-16T10:00:00Z\","
"\"reason\":\"x\"},{\"state\":\"ready\",\"at\":\"2026-11-20T10:00:00Z\"}],"
PRODUCT ",\"whom\":{\"name\":\"J** K*******\",\"id\":\"PNOPL-44*******59\","
"\"organization\":\"Firma\"},\"card\":\"0A1B\",\"renews\":{\"serial\":\"ABC\","
"\"issuer\":\"CN=U\",\"not_after\":\"2027-01-01T00:00:00Z\","
"\"card\":\"0A1B\"},\"certificate\":{\"serial\":\"0102\","
"\"not_before\":\"2026-11-20T10:00:00Z\"},\"missing\":[{\"what\":\"payment\"}],"
"\"deadlines\":[{\"what\":\"collect\",\"by\":\"2026-12-20T00:00:00Z\"}],"
"\"links\":[{\"what\":\"collect\",\"state\":\"live\",\"id\":\"abcdefgh\"}],"
"\"form\":true,\"email\":\"j***@poczta.example\"}";

static int
read_text(const char *text, struct order *o, struct err *err)
{
	json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	int rc = order_read(j, o, err);

	json_decref(j);
	return rc;
}

static void
must_read(const char *text, struct order *o)
{
	struct err err = ERR_INIT;

	if (read_text(text, o, &err) == -1)
		fail_msg("%s: %s", text, err.detail);
}

static void
goes_out_as_it_came_in(void **state)
{
	struct order one, two;
	json_t *a, *b;
	struct err err = ERR_INIT;

	(void)state;
	must_read(whole, &one);
	assert_int_equal(one.state, ORDER_READY);
	assert_int_equal(one.renews_len, 2);
	assert_int_equal(one.renews[0], 0x0a);
	assert_int_equal(one.links[0].state, ORDER_LINK_LIVE);
	a = order_json(&one);
	assert_int_equal(order_read(a, &two, &err), 0);
	b = order_json(&two);
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
	order_clear(&one);
	order_clear(&two);
}

/* An order that is confirmed, with this for what its request has to be. */
#define WANTS(wanted) "{\"number\":\"ZP12\",\"state\":\"confirmed\"," \
	"\"history\":[{\"state\":\"confirmed\",\"at\":\"\"}]," PRODUCT \
	",\"request\":" wanted "}"

/* Kinds of keys that are none of ours are not "any". */
static void
says_what_its_request_has_to_be(void **state)
{
	static const char *const bad[] = {
		WANTS("[]"), WANTS("{\"signed_by_old\":1}"),
		WANTS("{\"keys\":\"rsa2048\"}"), WANTS("{\"keys\":[2048]}"),
		WANTS("{\"extended_key_usage\":[\"1.2\",\"1.3\",\"1.4\","
		    "\"1.5\",\"1.6\"]}"),
		WANTS("{\"extended_key_usage\":[\"1.2;\"]}"),
	};
	struct err err = ERR_INIT;
	struct order o;

	(void)state;
	must_read(whole, &o);
	assert_false(o.takes_request);
	order_clear(&o);
	must_read(WANTS("{}"), &o);
	assert_true(o.takes_request && !o.signed_by_old);
	assert_int_equal(o.key_kinds, 0);
	assert_int_equal(o.ku, 0);
	order_clear(&o);
	must_read(WANTS("{\"signed_by_old\":true,\"keys\":[\"p256\",\"ed448\"],"
	    "\"key_usage\":[\"digitalSignature\",\"keyEncipherment\",\"x\"],"
	    "\"extended_key_usage\":[\"1.3.6.1.5.5.7.3.4\"]}"), &o);
	assert_true(o.takes_request && o.signed_by_old);
	assert_int_equal(o.key_kinds, 1u << KEY_KIND_P256 |
	    1u << KEY_KIND_NONE);
	assert_int_equal(o.ku, CERT_KU_DIGITAL_SIGNATURE |
	    CERT_KU_KEY_ENCIPHERMENT);
	assert_string_equal(o.eku[0], "1.3.6.1.5.5.7.3.4");
	assert_string_equal(o.eku[1], "");
	order_clear(&o);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&err);
		if (read_text(bad[i], &o, &err) == 0)
			fail_msg("%s was read", bad[i]);
		assert_int_equal(err.code, ERR_ORDER_ANSWER);
		order_clear(&o);
	}
}

static void
refuses_what_breaks_the_contract(void **state)
{
	static const char *const all[] = {
		"[]", "{}", "{\"number\":\"zp1\",\"state\":\"placed\"}",
		"{\"number\":\"ZP12\",\"state\":3}",
		"{\"number\":\"ZP12\",\"state\":\"a b\"}",
		"{\"number\":\"ZP12\",\"state\":\"placed\",\"history\":[]," PRODUCT "}",
		"{\"number\":\"ZP12\",\"state\":\"placed\",\"history\":[{\"state\":"
		"\"placed\",\"at\":5}]," PRODUCT "}",
		"{\"number\":\"ZP12\",\"state\":\"placed\",\"history\":[{\"state\":"
		"\"placed\",\"at\":\"\"}],\"product\":{\"kind\":\"seal\"}}",
		"{\"number\":\"ZP12\",\"state\":\"placed\",\"history\":[{\"state\":"
		"\"placed\",\"at\":\"\"}]," PRODUCT ",\"renews\":{\"serial\":\"xy\"}}",
	};
	struct order o;

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct err err = ERR_INIT;

		assert_int_equal(read_text(all[i], &o, &err), -1);
		assert_int_equal(err.code, ERR_ORDER_ANSWER);
		order_clear(&o);
	}
}

/* Unknown words are kept, terminal escapes are not, impossible days are none. */
static void
takes_hostile_and_strange_ones(void **state)
{
	static const struct { const char *text; int64_t at; } times[] = {
		{ "2026-11-20T10:00:00Z", 1795168800 },
		{ "2026-11-20t10:00:00.125z", 1795168800 },
		{ "2026-11-20T12:00:00+02:00", 1795168800 },
		{ "9999-12-31T23:59:59Z", 0 }, { "-002-01-01T00:00:00Z", 0 },
		{ "0001-01-01T00:00:00Z", 0 }, { "yesterday", 0 },
		{ "2026-13-45T99:00:00Z", 0 },
	};
	struct order o;
	struct order_meaning m;
	char text[512], words[512];

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		snprintf(text, sizeof text, "{\"number\":\"ZP12\",\"state\":"
		    "\"on-the-moon\",\"history\":[{\"state\":\"on-the-moon\","
		    "\"at\":\"%s\",\"reason\":\"a\\u001b[2J\\u202eb\"}],"
		    PRODUCT "}", times[i].text);
		must_read(text, &o);
		assert_int_equal(o.steps[0].at, times[i].at);
		assert_int_equal(o.state, ORDER_STATE_UNKNOWN);
		assert_null(strchr(o.steps[0].reason, 0x1b));
		assert_null(strstr(o.steps[0].reason, "\xe2\x80\xae"));
		order_mean(&o, NULL, NULL, NOW, &m);
		assert_int_equal(m.turn, ORDER_TURN_UNKNOWN);
		order_stands(&o, &m, words, sizeof words);
		assert_non_null(strstr(words, "on-the-moon"));
		order_clear(&o);
	}
}

/* --- what it means ------------------------------------------------------------- */

static void
reckons_in_working_days(void **state)
{
	const struct authority a = { .orders_confirm_days = 2 };
	struct order_meaning m;
	struct order o;
	struct date d;
	char words[512];

	(void)state;
	/* Friday; Saturday and Sunday do not count. */
	must_read("{\"number\":\"ZP12\",\"state\":\"placed\",\"history\":[{"
	    "\"state\":\"placed\",\"at\":\"2026-11-20T10:00:00Z\"}]," PRODUCT
	    "}", &o);
	order_mean(&o, NULL, &a, NOW, &m);
	assert_int_equal(m.turn, ORDER_TURN_AUTHORITY);
	assert_true(m.by_is_estimate);
	assert_false(m.late);
	d = date_local(m.by);
	assert_int_equal(d.day, 24);
	assert_non_null(strstr(order_next(&o, &m, NULL, words, sizeof words),
	    "estimate"));
	order_mean(&o, NULL, &a, NOW + 3 * 86400, &m);
	assert_true(m.late);
	order_clear(&o);
}

static void
asks_for_what_lacks_first(void **state)
{
	struct order_meaning m;
	struct order o;

	(void)state;
	must_read("{\"number\":\"ZP12\",\"state\":\"placed\",\"history\":[{"
	    "\"state\":\"placed\",\"at\":\"2026-11-20T10:00:00Z\"}]," PRODUCT
	    ",\"missing\":[{\"what\":\"identity\"}],\"deadlines\":[{\"what\":"
	    "\"confirm\",\"by\":\"2026-11-21T00:00:00Z\"},{\"what\":\"collect\","
	    "\"by\":\"2026-11-20T00:00:00Z\"}]}", &o);
	order_mean(&o, NULL, NULL, NOW, &m);
	assert_int_equal(m.turn, ORDER_TURN_DESK);
	assert_false(m.by_is_estimate);
	assert_int_equal(m.by, INT64_C(1795219200));
	assert_true(m.late);
	order_clear(&o);
}

static void
compares_with_the_card(void **state)
{
	static const char *const right[] = { "00-ff", "0a 1b" },
	    *const wrong[] = { "9999" };
	struct cert c = { .serial = { 0x0a, 0xbc }, .serial_len = 2,
		.not_after = NOW + 1000 }, other = c;
	const struct cert *certs[] = { &c }, *others[] = { &other };
	struct order_card card = { right, 2, certs, 1, 3, false };
	struct order_meaning m;
	struct order o;

	(void)state;
	c.person = (struct cert_id){ .kind = ID_PNO, .country = "PL",
	    .value = (char[]){ "44051401359" } };
	other.person = (struct cert_id){ .kind = ID_PNO, .country = "PL",
	    .value = (char[]){ "45051401359" } };
	other.serial[0] = 1;
	must_read(whole, &o);
	order_mean(&o, &card, NULL, NOW, &m);
	assert_int_equal(m.mismatch, 0);
	card.room = 0;
	order_mean(&o, &card, NULL, NOW, &m);
	assert_int_equal(m.mismatch, ORDER_NO_ROOM);
	order_mean(&o, &(struct order_card){ wrong, 1, others, 1, -1, false },
	    NULL, NOW, &m);
	assert_int_equal(m.mismatch, ORDER_OTHER_CARD | ORDER_OTHER_HOLDER |
	    ORDER_OTHER_SERIAL);
	/* What the order speaks of may be in the part that was not read. */
	order_mean(&o, &(struct order_card){ right, 2, others, 1, -1, true },
	    NULL, NOW, &m);
	assert_int_equal(m.mismatch, 0);
	c.not_after = NOW - 1;
	card.room = -1;
	o.state = ORDER_VERIFIED;
	order_mean(&o, &card, NULL, NOW, &m);
	assert_int_equal(m.mismatch, ORDER_RENEWED_EXPIRED);
	/* Nothing depends on it once the new one is there. */
	o.renews_until = NOW - 1;
	o.state = ORDER_READY;
	order_mean(&o, &card, NULL, NOW, &m);
	assert_int_equal(m.mismatch, 0);
	order_mean(&o, NULL, NULL, NOW, &m);
	assert_int_equal(m.mismatch, ORDER_CANNOT_TELL);
	order_clear(&o);
}

/* Of two identifiers of one person neither is the other: then the name tells. */
static void
compares_what_is_alike(void **state)
{
	static const struct {
		enum cert_id_kind kind;
		const char	*country, *value;
		char		*given;
		unsigned	 mismatch;
	} holders[] = {
		{ ID_PNO, "PL", "44051401359", "Jan", 0 },
		{ ID_PNO, "PL", "45051401359", "Jan", ORDER_OTHER_HOLDER },
		{ ID_TIN, "PL", "1234563218", "Jan", 0 },
		{ ID_TIN, "PL", "1234563218", "Ewa", ORDER_OTHER_HOLDER },
		{ ID_PAS, "PL", "AB1234567", "Jan", 0 },
		{ ID_PNO, "LT", "45051401359", "Jan", 0 },
		{ ID_OTHER, "", "12/3", "Jan", 0 },
		{ ID_NONE, "", NULL, "Ewa", ORDER_OTHER_HOLDER },
	};
	static const char *const number[] = { "0A1B" };
	struct order o;

	(void)state;
	must_read(whole, &o);
	o.renews_len = 0;
	for (size_t i = 0; i < sizeof holders / sizeof holders[0]; i++) {
		struct cert c = { .not_after = NOW + 1000 };
		const struct cert *certs[] = { &c };
		struct order_meaning m;
		char value[32] = "";

		if (holders[i].value != NULL)
			snprintf(value, sizeof value, "%s", holders[i].value);
		c.person.kind = holders[i].kind;
		memcpy(c.person.country, holders[i].country,
		    strlen(holders[i].country));
		c.person.value = holders[i].value != NULL ? value : NULL;
		c.subject.given = holders[i].given;
		c.subject.surname = (char[]){ "Kowalski" };
		order_mean(&o, &(struct order_card){ number, 1, certs, 1, -1, false },
		    NULL, NOW, &m);
		assert_int_equal(m.mismatch, holders[i].mismatch);
	}
	order_clear(&o);
}

static void
knows_masked_names(void **state)
{
	(void)state;
	assert_true(order_mask_matches("J** K*******", "Jan Kowalski"));
	assert_true(order_mask_matches("J** K*******", "KOWALSKI JAN"));
	assert_true(order_mask_matches("Ł**** P*****-Ż***",
	    "Łucja Pawlak-Żuki"));
	assert_false(order_mask_matches("Ł**** P*****-Ż***",
	    "Łucja Pawlak-Żukin"));
	assert_false(order_mask_matches("J** K*******", "Jan Nowak"));
	assert_false(order_mask_matches("J** K*******", "Jan Kowal"));
	assert_false(order_mask_matches("J**", "Jan Kowalski"));
	assert_true(order_mask_matches("PNOPL-44******359",
	    "PESEL:44051401359"));
	assert_false(order_mask_matches("PNOPL-44******359", "44051401358"));
}

/* --- numbers ---------------------------------------------------------------------- */

static void
finds_numbers_in_what_people_type(void **state)
{
	static const struct { const char *text, *number; } all[] = {
		{ "ZP47819977", "ZP47819977" }, { "zp 4781 9977", "ZP47819977" },
		{ " zp-4781-9977\n", "ZP47819977" },
		{ "Dzień dobry,\n> zamówienie nr ZP4781\n> 9977 z 2026-11-22, "
		    "tel. 600 100 200", "ZP47819977" },
		{ "https://x.example/o/ZP47819977?a=1", "ZP47819977" },
		{ "ZP478199771", "" }, { "AZP47819977", "" }, { "", "" },
	};
	struct authority a = { .orders_number = (char[]){ "[A-Z]{2}[0-9]{8}" } };
	char out[ORDER_NUMBER_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_int_equal(order_number_in(all[i].text, &a, out),
		    all[i].number[0] != '\0');
		assert_string_equal(out, all[i].number);
	}
	a.orders_number = (char[]){ "ZO/[0-9]{4}/[0-9]{3}" };
	assert_true(order_number_in("zo 2026 123", &a, out));
	assert_string_equal(out, "ZO/2026/123");
	assert_true(order_number_in("zo-2026/77 12", NULL, out));
	assert_string_equal(out, "ZO-2026/7712");
	assert_false(order_number_in("Jan Kowalski", NULL, out));
	a.orders_number = (char[]){ "((A{99}){99}){99}" };
	assert_false(order_number_in("Jan Kowalski", &a, out));
}

static void
tells_misread_numbers(void **state)
{
	struct authority a = { .orders_number = (char[]){ "[A-Z]{2}[0-9]{8}" },
		.orders_check_digit = (char[]){ "mod97" } };
	char near[64][ORDER_NUMBER_MAX + 1];
	static const char *const misread[] = { "ZP4781997O", "ZP47819797",
		"ZP47819978", "2P47819977", "ZP478I9977" };

	(void)state;
	assert_int_equal(order_number_check("ZP47819977", &a), 1);
	assert_int_equal(order_number_check("ZP47819797", &a), 0);
	for (size_t i = 1; i < sizeof misread / sizeof *misread; i++) {
		size_t n = order_number_near(misread[i], &a, near, 64), k = 0;

		while (k < n && strcmp(near[k], "ZP47819977") != 0)
			k++;
		assert_true(k < n);
		for (k = 0; k < n; k++)
			assert_int_equal(order_number_check(near[k], &a), 1);
	}
	a.orders_check_digit = (char[]){ "luhn" };
	assert_int_equal(order_number_check("AB-79927398713", &a), 1);
	assert_int_equal(order_number_check("AB-79927398710", &a), 0);
	assert_int_equal(order_number_check("AB", NULL), -1);
}

static void
takes_a_line_for_what_it_can_be(void **state)
{
	struct authority a = { .orders_url = (char[]){ "https://x" },
		.orders_number = (char[]){ "[A-Z]{2}[0-9]{8}" } };
	const struct authorities as = { &a, 1 };
	static const struct { const char *line; enum order_by by;
	    const char *value; } all[] = {
		{ "Jan@Poczta.Example", ORDER_BY_EMAIL, "jan@poczta.example" },
		{ "zp 47819977", ORDER_BY_NUMBER, "ZP47819977" },
		{ "44051401359", ORDER_BY_PESEL, "44051401359" },
		{ "526-000-12-46", ORDER_BY_NIP, "5260001246" },
	};
	struct order_query q[6];

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_true(order_query_read(all[i].line, &as, q, 6) > 0);
		assert_int_equal(q[0].by, all[i].by);
		assert_string_equal(q[0].value, all[i].value);
	}
	assert_int_equal(order_query_read("", &as, q, 6), 0);
}

/* Nobody knows it: only if each kind of the line could be asked for. */
static void
tells_what_was_not_asked(void **state)
{
	const struct order_answer unknown = { .why = ORDER_WHY_UNKNOWN },
	    misread = { .why = ORDER_WHY_CHECK_DIGIT },
	    unasked = { .why = ORDER_WHY_NOT_ASKED },
	    found = { .why = ORDER_WHY_FOUND, .n = 1 };

	(void)state;
	assert_true(order_answer_rather(&unknown, &unasked));
	assert_true(order_answer_rather(&unknown, &found));
	assert_true(order_answer_rather(&unasked, &found));
	assert_false(order_answer_rather(&unknown, &misread));
	assert_false(order_answer_rather(&misread, &unasked));
	assert_false(order_answer_rather(&found, &unasked));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_out_as_it_came_in),
		cmocka_unit_test(says_what_its_request_has_to_be),
		cmocka_unit_test(refuses_what_breaks_the_contract),
		cmocka_unit_test(takes_hostile_and_strange_ones),
		cmocka_unit_test(reckons_in_working_days),
		cmocka_unit_test(asks_for_what_lacks_first),
		cmocka_unit_test(compares_with_the_card),
		cmocka_unit_test(compares_what_is_alike),
		cmocka_unit_test(knows_masked_names),
		cmocka_unit_test(finds_numbers_in_what_people_type),
		cmocka_unit_test(tells_misread_numbers),
		cmocka_unit_test(takes_a_line_for_what_it_can_be),
		cmocka_unit_test(tells_what_was_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
