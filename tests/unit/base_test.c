/* base/: errors, buffers, secrets, time, the loop and the wire. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/wire.h"

static void
test_err_keeps_first_cause(void **state)
{
	struct err e = ERR_INIT;
	char buf[256];

	(void)state;
	assert_int_equal(err_set(&e, ERR_CARD_MUTE, "Reader 0", NULL), -1);
	err_raw(&e, ERR_IO, ORIGIN_ERRNO, 5, "other", NULL);
	assert_int_equal(e.code, ERR_CARD_MUTE);
	assert_string_equal(err_sentence(&e, buf, sizeof buf),
	    "The card in Reader 0 does not answer.");
	assert_non_null(strstr(err_next(&e, buf, sizeof buf), "Take it out"));
	assert_string_equal(err_id(e.code), "CARD-MUTE");
	assert_int_equal(err_from_id("CARD-MUTE"), ERR_CARD_MUTE);
	assert_int_equal(err_from_id("no such"), ERR_UNKNOWN);
}

/* Each sentence takes at most one %s and nothing else, and ids are unique. */
static void
test_err_table(void **state)
{
	static const char *const sentences[] = {
#define N_(s) s
#define ERR(symbol, id, sentence, next) sentence, next,
#include "base/err.def"
#undef ERR
	};

	(void)state;
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		const char *p = strchr(sentences[i], '%');

		if (p == NULL)
			continue;
		assert_int_equal(p[1], 's');
		assert_null(strchr(p + 1, '%'));
	}
	for (unsigned i = 0; i < ERR_COUNT; i++)
		assert_int_equal(err_from_id(err_id((enum err_code)i)), i);
}

static void
test_err_long_text_is_cut_whole(void **state)
{
	struct err e = ERR_INIT;
	char what[ERR_WHAT_MAX + 10], buf[256];

	(void)state;
	memset(what, 'a', sizeof what);
	memcpy(what + ERR_WHAT_MAX - 2, "\xc5\xbc", 2);	/* astride the edge */
	what[sizeof what - 1] = '\0';
	err_raw(&e, ERR_IO, ORIGIN_PKCS11, 0x30, what, "CKR_DEVICE_ERROR");
	assert_int_equal(strlen(e.what), ERR_WHAT_MAX - 2);
	assert_string_equal(err_technical(&e, buf, sizeof buf),
	    "pkcs11 0x30: CKR_DEVICE_ERROR");
}

static void
test_span_cannot_overrun(void **state)
{
	uint8_t b[3] = { 1, 2, 3 }, u8;
	struct span s = span_of(b, sizeof b), t;
	uint16_t v;

	(void)state;
	assert_int_equal(span_be16(&s, &v), 0);
	assert_int_equal(v, 0x0102);
	assert_int_equal(span_be16(&s, &v), -1);
	assert_int_equal(s.len, 1);
	assert_int_equal(span_take(&s, SIZE_MAX, &t), -1);
	assert_int_equal(span_u8(&s, &u8), 0);
	assert_int_equal(span_u8(&s, &u8), -1);
}

static void
test_buf_stops_at_its_maximum(void **state)
{
	struct buf b;
	char big[1000];

	(void)state;
	memset(big, 7, sizeof big);
	buf_init(&b, 1500);
	assert_int_equal(buf_add(&b, big, sizeof big), 0);
	assert_int_equal(buf_add(&b, big, sizeof big), -1);
	assert_int_equal(b.len, 1000);
	assert_int_equal(buf_add(&b, big, 500), 0);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), -1);
	buf_drop(&b, 1499);
	assert_int_equal(b.len, 1);
	assert_int_equal(b.data[0], 7);
	assert_int_equal(b.data[1], 0);		/* what was dropped is wiped */
	buf_clear(&b);
}

static void
test_secret(void **state)
{
	struct secret *s = secret_new();
	char big[SECRET_MAX];

	(void)state;
	assert_int_equal(secret_add(s, "1\xc5\xbc", 3), 0);
	assert_int_equal(secret_chars(s), 2);
	assert_false(secret_plain(s));
	secret_backspace(s);
	assert_string_equal(secret_peek(s), "1");
	assert_int_equal(secret_add(s, "\0", 1), -1);
	memset(big, 'x', sizeof big);
	assert_int_equal(secret_add(s, big, sizeof big), -1);
	assert_int_equal(secret_len(s), 1);
	secret_wipe(s);
	assert_int_equal(secret_len(s), 0);
	secret_backspace(s);
	secret_free(s);
	secret_free(NULL);
}

static void
test_dates(void **state)
{
	struct date d = { 2027, 3, 14 };
	char buf[64];
	int64_t t;

	(void)state;
	assert_int_equal(date_to_days((struct date){ 1970, 1, 1 }), 0);
	assert_int_equal(date_weekday((struct date){ 1970, 1, 1 }), 3);
	assert_int_equal(date_weekday((struct date){ 2026, 11, 22 }), 6);
	for (int64_t n = -800000; n < 3000000; n += 37)
		assert_int_equal(date_to_days(date_from_days(n)), n);
	assert_int_equal(date_cmp(date_add(d, 18), (struct date){ 2027, 4, 1 }), 0);
	assert_int_equal(clock_from_utc(2026, 2, 29, 0, 0, 0, &t), -1);
	assert_int_equal(clock_from_utc(2028, 2, 29, 12, 0, 0, &t), 0);
	assert_string_equal(clock_rfc3339(t, buf, sizeof buf),
	    "2028-02-29T12:00:00Z");
	assert_int_equal(clock_parse_rfc3339("2028-02-29T12:00:00Z", &t), 0);
	assert_int_equal(clock_parse_rfc3339("2028-2-29T12:00:00Z ", &t), -1);
	assert_string_equal(clock_rfc3339(-1, buf, sizeof buf),
	    "1969-12-31T23:59:59Z");
	assert_int_equal(clock_from_utc(9999, 12, 31, 23, 59, 59, &t), 0);
	assert_string_equal(clock_rfc3339(t, buf, sizeof buf),
	    "9999-12-31T23:59:59Z");
}

/* The day is the local one, on both sides of its midnight. */
static void
test_when(void **state)
{
	char buf[64];
	int64_t t;

	(void)state;
	assert_int_equal(setenv("TZ", "EET-2", 1), 0);
	tzset();
	assert_int_equal(clock_from_utc(2026, 11, 28, 21, 59, 59, &t), 0);
	assert_string_equal(clock_when(t, t, buf, sizeof buf), "23:59");
	assert_string_equal(clock_when(t, t + 1, buf, sizeof buf),
	    "2026-11-28 23:59");
	assert_string_equal(clock_when(t + 1, t, buf, sizeof buf),
	    "2026-11-29 00:00");
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

static void
test_holidays(void **state)
{
	static const struct {
		struct date d;
		bool free;
	} rows[] = {
		{ { 2024, 12, 24 }, false }, { { 2025, 12, 24 }, true },
		{ { 2026, 4, 5 }, true }, { { 2026, 4, 6 }, true },
		{ { 2026, 4, 3 }, false }, { { 2026, 6, 4 }, true },
		{ { 2026, 5, 24 }, true }, { { 2027, 3, 29 }, true },
		{ { 2026, 11, 11 }, true }, { { 2010, 1, 6 }, false },
		{ { 2011, 1, 6 }, true }, { { 2026, 5, 2 }, false },
		{ { 2038, 4, 26 }, true }, { { 2008, 5, 22 }, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(date_is_holiday(rows[i].d), rows[i].free);
	/* Over Easter 2026: from Friday 10 April back over ten working days. */
	assert_int_equal(date_cmp(date_working_days_before(
	    (struct date){ 2026, 4, 10 }, 10), (struct date){ 2026, 3, 26 }), 0);
	assert_int_equal(date_cmp(date_working_days_after(
	    (struct date){ 2025, 12, 23 }, 1), (struct date){ 2025, 12, 29 }), 0);
}

struct loop_seen {
	struct loop	*l;
	int		 timers, reads, fd;
	unsigned	 cancelled;
};

static void
on_timer(void *arg)
{
	struct loop_seen *s = arg;

	s->timers++;
	loop_timer_cancel(s->l, s->cancelled);
	assert_int_equal(write(s->fd, "x", 1), 1);
}

static void
on_never(void *arg)
{
	(void)arg;
	fail();
}

static void
on_read(int fd, short revents, void *arg)
{
	struct loop_seen *s = arg;

	(void)revents;
	s->reads++;
	loop_fd_remove(s->l, fd);
	loop_stop(s->l);
}

static void
test_loop(void **state)
{
	struct loop_seen s = { .l = loop_new() };
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	s.fd = p[1];
	(void)loop_timer(s.l, 1, on_timer, &s);
	s.cancelled = loop_timer(s.l, 1, on_never, &s);
	loop_fd(s.l, p[0], 1, on_read, &s);
	loop_run(s.l);
	assert_int_equal(s.timers, 1);
	assert_int_equal(s.reads, 1);
	loop_once(s.l, 0);		/* nothing is left to call */
	assert_int_equal(s.reads, 1);
	loop_free(s.l);
	close(p[0]);
	close(p[1]);
}

struct pair {
	struct wire	*a, *b;
};

static struct pair
wires(void)
{
	int p[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, p), 0);
	return (struct pair){ wire_new(p[0]), wire_new(p[1]) };
}

static void
test_wire_frames(void **state)
{
	struct pair p = wires();
	struct err e = ERR_INIT;
	struct secret *pin = secret_new(), *got;
	json_t *obj = json_pack("{s:s,s:i}", "req", "login", "id", 7), *back;

	(void)state;
	assert_int_equal(secret_add(pin, "12\n34", 5), 0);
	assert_int_equal(wire_send(p.a, obj, &e), 0);
	assert_int_equal(wire_send_secret(p.a, pin, &e), 0);
	assert_int_equal(wire_send(p.a, obj, &e), 0);
	assert_int_equal(wire_read(p.b, &back, &got, &e), WIRE_JSON);
	assert_true(json_equal(back, obj));
	json_decref(back);
	assert_int_equal(wire_read(p.b, &back, &got, &e), WIRE_SECRET);
	assert_string_equal(secret_peek(got), "12\n34");
	secret_free(got);
	assert_int_equal(wire_read(p.b, &back, &got, &e), WIRE_JSON);
	json_decref(back);
	assert_int_equal(wire_read(p.b, &back, &got, &e), WIRE_NOTHING);
	wire_free(p.a);
	assert_int_equal(wire_read(p.b, &back, &got, &e), WIRE_END);
	wire_free(p.b);
	json_decref(obj);
}

static void
test_wire_large_and_slow(void **state)
{
	struct pair p = wires();
	struct err e = ERR_INIT;
	char *big = mem_alloc(3000001);
	json_t *obj, *back;
	struct secret *got;
	enum wire_got g;

	(void)state;
	memset(big, 'y', 3000000);
	obj = json_pack("{s:s}", "x", big);
	assert_int_equal(wire_send(p.a, obj, &e), 0);
	assert_true(wire_pending(p.a));
	while ((g = wire_read(p.b, &back, &got, &e)) == WIRE_NOTHING)
		assert_int_equal(wire_flush(p.a, &e), 0);
	assert_int_equal(g, WIRE_JSON);
	assert_true(json_equal(back, obj));
	json_decref(back);
	json_decref(obj);
	free(big);
	wire_free(p.a);
	wire_free(p.b);
}

static void
test_wire_refuses(void **state)
{
	static const char *const bad[] = {
		"[]", "7", "{", "{\"a\":1,\"a\":2}", "nonsense", "",
		"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]}",
		"{\"a\":\"\xff\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = ERR_INIT;

		assert_null(wire_parse(bad[i], strlen(bad[i]), &e));
		assert_int_equal(e.code, ERR_HELPER_TALK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err_keeps_first_cause),
		cmocka_unit_test(test_err_table),
		cmocka_unit_test(test_err_long_text_is_cut_whole),
		cmocka_unit_test(test_span_cannot_overrun),
		cmocka_unit_test(test_buf_stops_at_its_maximum),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_when),
		cmocka_unit_test(test_holidays),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_wire_frames),
		cmocka_unit_test(test_wire_large_and_slow),
		cmocka_unit_test(test_wire_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
