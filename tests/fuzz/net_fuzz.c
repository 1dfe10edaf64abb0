/*
 * Any bytes on the sockets of okienko-net and okienko-print, both ways, and as
 * the head of an HTTP answer.  What is let through is within its bounds, and
 * what is not is said to be nonsense and nothing else.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "net/challenge.h"
#include "net/guard.h"
#include "net/proto.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
try_ask(struct span s)
{
	struct err err = ERR_INIT;
	uint8_t ip[ADDRESS_LEN];
	struct proto_ask a;
	unsigned port;

	if (proto_ask(s, &a, &err) == 0) {
		require(a.method <= NET_PUT && a.source <= NET_STRANGER);
		require(guard_url(a.url) && strlen(a.url) <= NET_URL_MAX);
		require(a.accept == NULL || strpbrk(a.accept, "\r\n") == NULL);
		require(a.type == NULL || strpbrk(a.type, "\r\n") == NULL);
		require(a.etag == NULL || strpbrk(a.etag, "\r\n") == NULL);
		require(a.max > 0 && a.ms > 0 && a.ms <= PROTO_MS_MAX);
		require(a.nallow <= SETTING_LIST_MAX);
		for (size_t i = 0; i < a.nallow; i++)
			(void)address_entry(a.allow[i], ip, &port);
	} else
		require(err.code == ERR_NET_TALK);
	proto_ask_clear(&a);
}

static void
try_answer(struct span s)
{
	struct err err = ERR_INIT, told;
	struct proto_end end;
	struct head head;

	if (proto_head(s, &head, &err) == 0) {
		require(head.status >= 100 && head.status <= 599);
		require(strlen(head.type) <= HEAD_TYPE_MAX);
		require(strlen(head.etag) <= HEAD_ETAG_MAX);
		require(head.date >= 0 && head.retry_after <= HEAD_RETRY_MAX);
	} else
		require(err.code == ERR_NET_TALK);
	err_clear(&err);
	if (proto_end(s, &end, &err) == 0)
		require(end.bytes >= 0 && end.millis >= 0);
	else
		require(err.code == ERR_NET_TALK);
	err_clear(&err);
	if (proto_error(s, &told, &err) == 0) {
		require(told.code != ERR_NONE && told.code < ERR_COUNT);
		require(strlen(told.what) < ERR_WHAT_MAX);
	} else
		require(err.code == ERR_NET_TALK);
}

static void
try_print(struct span s)
{
	struct err err = ERR_INIT;
	struct proto_print print;

	if (proto_print(s, &print, &err) == 0)
		require(strlen(print.title) <= PROTO_TITLE_MAX);
	proto_print_clear(&print);
	err_clear(&err);
	(void)proto_hello(s, &err);
}

static void
try_login(struct span s)
{
	struct challenge c = { .offers = 0 };
	struct err err = ERR_INIT;
	struct proto_secret secret = { .value = NULL };
	struct login_want want;

	if (proto_want(s, &want, &err) == 0) {
		require(guard_line(want.proxy, LOGIN_PROXY_MAX));
		require(strlen(want.realm) <= LOGIN_REALM_MAX);
	} else
		require(err.code == ERR_NET_TALK);
	err_clear(&err);
	if (proto_secret(s, &secret, &err) == 0) {
		require(secret_len(secret.value) <= SECRET_LONG_MAX);
		require(secret.what == PROTO_SECRET_LOGIN ||
		    guard_line(secret_peek(secret.value), SECRET_LONG_MAX));
	} else
		require(err.code == ERR_NET_TALK &&
		    secret_len(secret.value) == 0);
	proto_secret_clear(&secret);
	challenge_line(&c, s);
	require(strlen(c.realm) <= LOGIN_REALM_MAX && c.offers < 32);
}

static void
try_way(struct span s)
{
	struct err err = ERR_INIT;
	struct net_way way;

	if (proto_way(s, &way, &err) == 0)
		require(way.date >= 0 && strlen(way.issuer) <= WAY_NAME_MAX);
	else
		require(err.code == ERR_NET_TALK);
	err_clear(&err);
}

/* Line by line, as libcurl gives them. */
static void
try_head(struct span s)
{
	struct head_reading r;
	const uint8_t *nl;
	int64_t t;

	head_begin(&r, 1700000000);
	while (s.len > 0) {
		struct span line = s;

		nl = memchr(s.p, '\n', s.len);
		if (nl != NULL)
			line.len = (size_t)(nl - s.p) + 1;
		head_line(&r, line);
		(void)head_date(line, &t);
		s.p += line.len;
		s.len -= line.len;
	}
	head_end(&r);
	require(r.head.status == 0 ||
	    (r.head.status >= 100 && r.head.status <= 599));
	require(guard_line(r.head.type, HEAD_TYPE_MAX));
	require(guard_line(r.head.etag, HEAD_ETAG_MAX));
	require(r.head.retry_after <= HEAD_RETRY_MAX);
	require(r.head.date >= 0 && r.head.last_modified >= 0);
	require(r.head.fresh_until == 0 || r.head.fresh_until >= r.now);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span s = span_of(data, len);
	struct frame f;

	try_head(s);
	while (frame_parse(&s, &f) == 1) {
		require(f.content.len <= FRAME_MAX);
		try_ask(f.content);
		try_answer(f.content);
		try_print(f.content);
		try_login(f.content);
	try_way(f.content);
	}
	return 0;
}
