/*
 * Bytes that are no UTF-8, at every door by which a string comes into JSON: each
 * lets them through as marks, on the way to a helper, from one, and out to
 * whoever reads --json; what is heard from the other end is refused with a
 * sentence, and is nobody's end.
 */
#include "config.h"

#include <sys/socket.h>

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "answers/answers.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/wire.h"
#include "card/proto.h"
#include "extract/proto.h"
#include "tests/tui/canned.h"
#include "ui/out.h"

#undef PROTO_PATH_MAX	/* the card's; either door has one of that name */
#include "net/proto.h"

/* Not UTF-8 in all the ways that there are, and a letter that is. */
#define BROKEN	"\xff\xfe\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80 \xc5\x82\xe2\x82"
#define MARK	"\xef\xbf\xbd"

#define RANDOM_TRIES	20000
#define RANDOM_LEN	12

/* It is a string, can be written, and is read again as the same. */
static void
good(json_t *j)
{
	json_t *again;
	char *text;

	assert_true(json_is_string(j));
	text = json_dumps(j, JSON_ENCODE_ANY);
	assert_non_null(text);
	again = json_loads(text, JSON_DECODE_ANY, NULL);
	assert_true(json_equal(j, again));
	json_decref(again);
	free(text);
	json_decref(j);
}

static void
says(json_t *j, const char *what)
{
	assert_string_equal(json_string_value(j), what);
	good(j);
}

static void
any_bytes_are_a_string(void **state)
{
	char s[RANDOM_LEN + 1] = { 0 };

	(void)state;
	for (unsigned two = 0; two < 1u << 16; two++) {
		s[0] = (char)(two >> 8);
		s[1] = (char)two;
		good(jstring(s));
	}
	srandom(1);
	for (int i = 0; i < RANDOM_TRIES; i++) {
		for (int k = 0; k < RANDOM_LEN; k++)
			s[k] = (char)(random() % 4 == 0 ? 0x80 | random() :
			    random());
		good(jstring(s));
		good(jstring_max(s, (size_t)random() % RANDOM_LEN));
	}
}

static void
what_is_utf8_stays(void **state)
{
	(void)state;
	assert_null(jstring(NULL));
	says(jstring(""), "");
	says(jstring("Za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87 \x1b[2J"),
	    "Za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87 \x1b[2J");
	says(jstring("a\xff" "b"), "a" MARK "b");
	says(jstring("\xe2\x82"), MARK MARK);
	says(jstring_max("a\xc5\x82", 2), "a");
	says(jstring_max("a\xff" "b", 3), "a");
	says(jstring_max("a\xff" "b", 4), "a" MARK);
}

/* --- a card --------------------------------------------------------------------- */

static struct card *
broken_card(void)
{
	struct card *c = card_new("Reader " BROKEN);

	assert_true(canned_fill(c, "worse"));
	free(c->number);
	c->number = mem_strdup(BROKEN);
	free(c->certs[0].label);
	c->certs[0].label = mem_strdup(BROKEN);
	(void)err_set(&c->err, ERR_CARD_MUTE, BROKEN, "%s", BROKEN);
	return c;
}

static void
a_card(void **state)
{
	struct card *c = broken_card(), *back;
	struct err err = ERR_INIT;
	json_t *j = proto_card_to_json(c);

	(void)state;
	back = proto_card_from_json(j, &err);
	assert_non_null(back);
	assert_int_equal(back->ncerts, c->ncerts);
	assert_non_null(strstr(back->number, MARK));
	assert_non_null(strstr(back->certs[0].cert->subject.line, MARK));
	json_decref(j);
	card_free(back);
	card_free(c);
}

static void
a_request_for_a_card(void **state)
{
	struct proto_request req = { .req = REQ_READ, .reader = BROKEN }, back;
	struct err err = ERR_INIT;
	json_t *j = proto_request_to_json(&req);

	(void)state;
	assert_int_equal(proto_request_from_json(j, &back, &err), 0);
	assert_non_null(strstr(back.reader, MARK));
	proto_request_clear(&back);
	json_decref(j);
}

/* --- the wire --------------------------------------------------------------------- */

static void
over_the_wire(void **state)
{
	struct card *c = broken_card();
	struct err err = ERR_INIT;
	struct secret *secret;
	struct wire *a, *b;
	json_t *j = proto_card_to_json(c), *got;
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	a = wire_new(fds[0]);
	b = wire_new(fds[1]);
	assert_int_equal(wire_send(a, j, &err), 0);
	assert_int_equal(wire_read(b, &got, &secret, &err), WIRE_JSON);
	assert_true(json_equal(got, j));
	json_decref(got);
	json_decref(j);
	/* One that does not keep to it. */
	assert_int_equal(write(fds[0], "{\"ev\":\"" BROKEN "\"}\n",
	    strlen("{\"ev\":\"" BROKEN "\"}\n")),
	    (int)strlen("{\"ev\":\"" BROKEN "\"}\n"));
	assert_int_equal(wire_read(b, &got, &secret, &err), WIRE_BAD);
	assert_int_equal(err.code, ERR_HELPER_TALK);
	wire_free(a);
	wire_free(b);
	card_free(c);
}

/* --- documents ---------------------------------------------------------------------- */

static void
a_document(void **state)
{
	struct card *c = broken_card();
	struct scrap s = { .cert = c->certs[0].cert, .issuer =
	    c->certs[0].cert->issuer.line, .path = mem_strdup(BROKEN),
	    .field = mem_strdup(BROKEN), .time = CERT_NO_TIME }, *back;
	struct extract_event ev = { .ev = EX_PASSWORD, .name = s.path }, ev2;
	struct extract_request req = { .req = EX_READ, .name = s.path }, req2;
	struct err err = ERR_INIT;
	json_t *j;

	(void)state;
	memcpy(s.serial, s.cert->serial, s.serial_len = s.cert->serial_len);
	j = scrap_to_json(&s);
	assert_int_equal(scrap_from_json(j, &back, &err), 0);
	assert_non_null(strstr(back->path, MARK));
	scrap_free(back);
	json_decref(j);
	j = extract_event_to_json(&ev);
	assert_int_equal(extract_event_from_json(j, &ev2, &err), 0);
	extract_event_clear(&ev2);
	json_decref(j);
	j = extract_request_to_json(&req);
	assert_int_equal(extract_request_from_json(j, &req2, &err), 0);
	extract_request_clear(&req2);
	json_decref(j);
	free(s.path);
	free(s.field);
	card_free(c);
}

/* --- the net -------------------------------------------------------------------------- */

static int
wait_for(int fd, short events, void *arg, struct err *err)
{
	struct pollfd p = { fd, events, 0 };

	(void)arg;
	(void)err;
	return poll(&p, 1, 10000) == 1 ? 0 : -1;
}

/* What is put in at one end, and read at the other; the content is b's. */
struct pair {
	int		 fds[2];
	struct frames	 a, b;
	struct frame	 got;
};

static struct span
crosses(struct pair *p)
{
	struct err err = ERR_INIT;

	assert_int_equal(frames_get(&p->b, &p->got, &err), 1);
	return p->got.content;
}

static void
the_net(void **state)
{
	char *list[] = { mem_strdup(BROKEN ": " BROKEN) };
	struct proto_ask ask = { .url = list[0], .accept = list[0],
	    .headers = list, .nheaders = 1, .direct = list, .ndirect = 1,
	    .max = 1, .ms = 1 }, ask2;
	struct proto_print print = { .title = list[0] },
	    print2;
	struct err told = ERR_INIT, err = ERR_INIT, back = ERR_INIT;
	struct login_want want = { .proxy = BROKEN }, want2;
	struct head head = { .status = 200, .type = BROKEN }, head2;
	struct net_way way = { .issuer = BROKEN, .tried = BROKEN }, way2;
	struct pair p;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, p.fds), 0);
	frames_init(&p.a, p.fds[0], wait_for, NULL);
	frames_init(&p.b, p.fds[1], wait_for, NULL);
	/* Whether its bounds let it in is another matter: it is a frame. */
	assert_int_equal(proto_send_ask(&p.a, &ask, &err), 0);
	memset(&ask2, 0, sizeof(ask2));
	(void)proto_ask(crosses(&p), &ask2, &err);
	proto_ask_clear(&ask2);
	assert_int_equal(proto_send_print(&p.a, &print, &err), 0);
	memset(&print2, 0, sizeof(print2));
	assert_int_equal(proto_print(crosses(&p), &print2, &err), 0);
	proto_print_clear(&print2);
	assert_int_equal(proto_send_want(&p.a, &want, &err), 0);
	(void)proto_want(crosses(&p), &want2, &err);
	assert_int_equal(proto_send_head(&p.a, &head, &err), 0);
	(void)proto_head(crosses(&p), &head2, &err);
	assert_int_equal(proto_send_way(&p.a, &way, &err), 0);
	(void)proto_way(crosses(&p), &way2, &err);
	(void)err_set(&told, ERR_NET_CUT, BROKEN, "%s", BROKEN);
	err_clear(&err);
	assert_int_equal(proto_send_error(&p.a, &told, &err), 0);
	assert_int_equal(proto_error(crosses(&p), &back, &err), 0);
	assert_int_equal(back.code, ERR_NET_CUT);
	/* And one that does not keep to it. */
	err_clear(&err);
	assert_int_equal(proto_error(span_of("{\"id\":\"" BROKEN "\"}",
	    strlen("{\"id\":\"" BROKEN "\"}")), &back, &err), -1);
	assert_int_equal(err.code, ERR_NET_TALK);
	frames_clear(&p.a);
	frames_clear(&p.b);
	close(p.fds[0]);
	close(p.fds[1]);
	free(list[0]);
}

/* --- what people read with a program ------------------------------------------------------ */

/* It can be written, and what was broken is in it. */
static void
whole(json_t *j)
{
	char *text = json_dumps(j, 0);

	assert_non_null(text);
	assert_non_null(strstr(text, MARK));
	free(text);
	json_decref(j);
}

static void
out_to_a_program(void **state)
{
	struct answer *a = mem_alloc(sizeof *a);
	struct card *c = broken_card();

	(void)state;
	says(out_string_json("\xff"), MARK);
	whole(out_error_json(&c->err));
	whole(cert_to_json(c->certs[0].cert));
	snprintf(a->says, sizeof a->says, "%s", BROKEN);
	whole(answer_json(a));
	free(a);
	card_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_bytes_are_a_string),
		cmocka_unit_test(what_is_utf8_stays),
		cmocka_unit_test(a_card),
		cmocka_unit_test(a_request_for_a_card),
		cmocka_unit_test(over_the_wire),
		cmocka_unit_test(a_document),
		cmocka_unit_test(the_net),
		cmocka_unit_test(out_to_a_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
