/*
 * The way out without a network: what is understood of an answer's head, what
 * crosses the socket, and what the desk's door believes of a process that
 * misbehaves.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/basic.h"
#include "net/frame.h"
#include "net/head.h"
#include "net/net.h"

#define NOW		((int64_t)1700000000)
#define LONG_MS		20000	/* never waited for */
#define SHORT_MS	300	/* waited for, by whom nothing comes to */

/* --- frames --------------------------------------------------------------- */

static int
never_waits(int fd, short events, void *arg, struct err *err)
{
	(void)fd;
	(void)arg;
	return err_set(err, ERR_NET_TALK, NULL, "waits for %d", events);
}

static void
assert_frame(struct frames *f, uint8_t kind, const void *content, size_t len)
{
	struct err err = ERR_INIT;
	struct frame got;

	assert_int_equal(frames_get(f, &got, &err), 1);
	assert_int_equal(got.kind, kind);
	assert_int_equal(got.content.len, len);
	assert_memory_equal(got.content.p, content, len);
}

/* What is held goes at once, in its order, however it came together. */
static void
test_frames_are_held(void **state)
{
	static const char name[] = "name", value[] = "value";
	const struct span parts[] = { span_of(name, sizeof(name) - 1),
		span_of(value, sizeof(value) - 1) };
	const size_t many = 3 * FRAMES_GO_MAX;
	uint8_t *big = mem_alloc(FRAME_MAX);
	struct err err = ERR_INIT;
	struct frames from, to;
	int pair[2];
	char c;

	(void)state;
	memset(big, 'x', FRAME_MAX);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	frames_init(&from, pair[0], never_waits, NULL);
	frames_init(&to, pair[1], never_waits, NULL);
	from.holds = true;
	assert_int_equal(frames_put(&from, 'a', span_of("one", 3), &err), 0);
	assert_int_equal(frames_put_parts(&from, 'b', parts, 2, &err), 0);
	assert_int_equal(frames_put(&from, 'c', span_of(NULL, 0), &err), 0);
	assert_int_equal(recv(pair[1], &c, 1, MSG_PEEK | MSG_DONTWAIT), -1);
	assert_int_equal(frames_flush(&from, &err), 0);
	assert_frame(&to, 'a', "one", 3);
	assert_frame(&to, 'b', "namevalue", 9);
	assert_frame(&to, 'c', "", 0);
	for (size_t i = 0; i < many; i++) {
		assert_int_equal(frames_put_parts(&from, 'b', parts, 2, &err),
		    0);
		assert_int_equal(frames_put(&from, 'd', span_of(big, 300),
		    &err), 0);
	}
	assert_int_equal(frames_put(&from, 'e', span_of(big, FRAME_MAX), &err),
	    0);
	for (size_t i = 0; i < many; i++) {
		assert_frame(&to, 'b', "namevalue", 9);
		assert_frame(&to, 'd', big, 300);
	}
	assert_frame(&to, 'e', big, FRAME_MAX);
	frames_clear(&from);
	frames_clear(&to);
	(void)close(pair[0]);
	(void)close(pair[1]);
	free(big);
}

/* --- an answer's head ----------------------------------------------------- */

static struct span
text(const char *s)
{
	return span_of(s, strlen(s));
}

static struct head
head_of(const char *const *lines)
{
	struct head_reading r;

	head_begin(&r, NOW);
	for (; *lines != NULL; lines++)
		head_line(&r, text(*lines));
	head_end(&r);
	return r.head;
}

#define HEAD_OF(...)	head_of((const char *const []){ __VA_ARGS__, NULL })

static void
test_dates(void **state)
{
	static const char *const same[] = { "Sun, 06 Nov 1994 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
		"  sun, 06 nov 1994 08:49:37 GMT\r\n" };
	static const char *const bad[] = { "", "0", "-1", "now",
		"Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT x",
		"Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 0001 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT Sun, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 -8:49:37 GMT" };
	char again[HEAD_DATE_SIZE];
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		assert_int_equal(head_date(text(same[i]), &t), 0);
		assert_int_equal(t, 784111777);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (head_date(text(bad[i]), &t) == 0)
			fail_msg("%s", bad[i]);
	assert_string_equal(head_date_text(784111777, again), same[0]);
	assert_string_equal(head_date_text(0, again),
	    "Thu, 01 Jan 1970 00:00:00 GMT");
}

static void
test_head_is_understood(void **state)
{
	struct head h = HEAD_OF("HTTP/1.1 200 OK\r\n",
	    "content-TYPE:  Application/OCSP-Response ; x=y\r\n",
	    "ETag: W/\"abc\"\r\n", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
	    "Last-Modified:Sun, 06 Nov 1994 08:49:36 GMT\r\n",
	    "Retry-After: 120\r\n", "\r\n");

	(void)state;
	assert_int_equal(h.status, 200);
	assert_string_equal(h.type, "application/ocsp-response");
	assert_string_equal(h.etag, "W/\"abc\"");
	assert_int_equal(h.date, 784111777);
	assert_int_equal(h.last_modified, 784111776);
	assert_int_equal(h.retry_after, 120);
	assert_int_equal(h.fresh_until, 0);
}

static void
test_a_later_head_counts(void **state)
{
	struct head h = HEAD_OF("HTTP/1.1 100 Continue", "ETag: \"void\"",
	    "HTTP/1.1 404 ", "Content-Type: text/html");

	(void)state;
	assert_int_equal(h.status, 404);
	assert_string_equal(h.etag, "");
	assert_string_equal(h.type, "text/html");
}

static void
test_nonsense_is_not_said(void **state)
{
	char *longest = mem_printf("ETag: %0*d", HEAD_ETAG_MAX + 1, 0);
	struct head h = HEAD_OF("HTTP/1.1 200", longest,
	    "Content-Type: a\x01z", "Date: yesterday", "Retry-After: soon",
	    "Retry-After: -5", "no colon at all", ":", "",
	    "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMTx");

	(void)state;
	free(longest);
	assert_int_equal(h.status, 200);
	assert_string_equal(h.etag, "");
	assert_string_equal(h.type, "");
	assert_int_equal(h.date, 0);
	assert_int_equal(h.retry_after, 0);
	assert_int_equal(h.last_modified, 0);
	assert_int_equal(HEAD_OF("HTTP/1.1 99 x").status, 0);
	assert_int_equal(HEAD_OF("HTTP/1.1 99999999999999999999").status, 0);
	assert_int_equal(HEAD_OF("HTTP/1.1 2x0 OK").status, 0);
	assert_int_equal(HEAD_OF("HTTP/1.1").status, 0);
}

static void
test_freshness(void **state)
{
	static const char date[] = "Date: Sun, 06 Nov 1994 08:49:37 GMT";
	static const char later[] = "Expires: Sun, 06 Nov 1994 08:50:37 GMT";
	static const char earlier[] = "Expires: Sun, 06 Nov 1994 08:48:37 GMT";

	(void)state;
#define FRESH(...)	(HEAD_OF("HTTP/1.1 200 OK", __VA_ARGS__).fresh_until)
	assert_int_equal(FRESH("Cache-Control: max-age=60"), NOW + 60);
	assert_int_equal(FRESH("Cache-Control: public, MAX-AGE = \"60\" ,x"),
	    NOW + 60);
	assert_int_equal(FRESH("Cache-Control: max-age=60", "Age: 20"),
	    NOW + 40);
	assert_int_equal(FRESH("Cache-Control: max-age=60", "Age: 100"), NOW);
	assert_int_equal(FRESH("Cache-Control: max-age=60", later), NOW + 60);
	assert_int_equal(FRESH("Cache-Control: max-age=60, no-store"), NOW);
	assert_int_equal(FRESH("Cache-Control: no-cache"), NOW);
	assert_int_equal(FRESH("Cache-Control: max-age=x"), 0);
	assert_int_equal(FRESH("Cache-Control: s-maxage=60"), 0);
	/* However wrong the server's clock is. */
	assert_int_equal(FRESH(date, later), NOW + 60);
	assert_int_equal(FRESH(date, earlier), NOW);
	assert_int_equal(FRESH(date, "Expires: 0"), NOW);
	assert_int_equal(FRESH("Expires: 0"), NOW);
	assert_int_equal(FRESH("Expires: 0", "Cache-Control: max-age=60"),
	    NOW + 60);
	assert_int_equal(FRESH(later, "Expires: soon"), NOW);
	assert_true(FRESH("Cache-Control: max-age=99999999999999999999999") >
	    NOW);
#undef FRESH
	assert_int_equal(HEAD_OF("HTTP/1.1 503 x", date,
	    "Retry-After: Sun, 06 Nov 1994 08:50:07 GMT").retry_after, 30);
	assert_int_equal(HEAD_OF("HTTP/1.1 503 x",
	    "Retry-After: 99999999999").retry_after, HEAD_RETRY_MAX);
}

/* --- the door ------------------------------------------------------------- */

/*
 * The bad process, by its own name (NULL) or another: then it misbehaves from
 * the beginning.  In a folder of its own, and both are to be left.
 */
struct bad {
	char	 folder[32];
	char	*program;
};

static void
bad_make(struct bad *b, const char *name)
{
	const char *dir = getenv("abs_top_builddir");
	char *near = mem_printf("%s/tests/bin/badnet", dir != NULL ? dir : ".");
	char *real = realpath(near, NULL);

	assert_non_null(real);
	(void)snprintf(b->folder, sizeof(b->folder), "/tmp/net_test.XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	b->program = mem_printf("%s/%s", b->folder,
	    name != NULL ? name : "badnet");
	assert_int_equal(symlink(real, b->program), 0);
	free(near);
	free(real);
}

static void
bad_leave(struct bad *b)
{
	(void)unlink(b->program);
	(void)rmdir(b->folder);
	free(b->program);
}

struct door {
	struct bad	 bad;
	struct net	*net;
};

static struct net *
door_open(struct door *d, const char *name)
{
	bad_make(&d->bad, name);
	d->net = net_new(&(struct net_options){ .helper = d->bad.program });
	return d->net;
}

/* Not even a zombie stays. */
static void
no_child_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
door_close(struct door *d)
{
	net_free(d->net);
	bad_leave(&d->bad);
	no_child_is_left();
}

static enum err_code
ask(struct net *net, const char *way, int64_t ms, struct net_answer *a)
{
	char *url = mem_printf("http://%s/", way);
	struct err err = ERR_INIT;

	net_answer_clear(a);
	(void)net_ask(net, &(struct net_request){ .url = url, .max = 8,
	    .deadline_ms = ms }, a, &err);
	free(url);
	return err.code;
}

static void
test_each_breach_has_its_sentence(void **state)
{
	static const struct {
		const char *way;
		enum err_code code;
		bool kept;	/* it did nothing wrong */
	} cases[] = {
		{ "good", ERR_NONE, true },
		{ "scant", ERR_NONE, true },
		{ "uncounted", ERR_NET_TALK, false },
		{ "refused", ERR_NET_CONNECT, true },
		{ "foreign", ERR_NET_TALK, false },
		{ "fine", ERR_NET_TALK, false },
		{ "headless", ERR_NET_TALK, false },
		{ "twoheads", ERR_NET_TALK, false },
		{ "badhead", ERR_NET_TALK, false },
		{ "nohead", ERR_NET_TALK, false },
		{ "nojson", ERR_NET_TALK, false },
		{ "short", ERR_NET_TALK, false },
		{ "bare", ERR_NET_TALK, false },
		{ "much", ERR_NET_TALK, false },
		{ "chatty", ERR_NET_TALK, false },
		{ "kind", ERR_NET_TALK, false },
		{ "again", ERR_NET_TALK, false },
		{ "long", ERR_NET_TALK, false },
		{ "half", ERR_NET_TALK, false },
		{ "dies", ERR_NET_DIED, false },
		{ "crashes", ERR_NET_DIED, false },
		{ "leaves", ERR_NET_DIED, false },
		{ "stops", ERR_NET_TIMEOUT, false },
		{ "hangs", ERR_NET_TIMEOUT, false },
		{ "floods", ERR_NET_TIMEOUT, false },
	};
	struct net_answer a = { .status = 0 };
	struct door door;
	struct net *net = door_open(&door, NULL);
	int pid;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum err_code code;

		assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NONE);
		assert_int_equal(a.status, 200);
		assert_int_equal(a.body.len, 2);
		pid = net_pid(net);
		code = ask(net, cases[i].way, cases[i].code ==
		    ERR_NET_TIMEOUT ? SHORT_MS : LONG_MS, &a);
		if (code != cases[i].code)
			fail_msg("%s: %s", cases[i].way, err_id(code));
		assert_int_equal(net_pid(net), cases[i].kept ? pid : -1);
		if (!cases[i].kept)
			no_child_is_left();
	}
	net_answer_clear(&a);
	door_close(&door);
}

static const struct {
	const char *name;
	enum err_code code;
} starts[] = {
	{ "early", ERR_NET_START },
	{ "silent", ERR_NET_TIMEOUT },
	{ "stranger", ERR_NET_TALK },
	{ "rude", ERR_NET_TALK },
	{ "idle", ERR_NET_DIED },
};

static void
test_it_misbehaves_from_the_start(void **state)
{
	struct net_answer a = { .status = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		struct door door;
		struct net *net = door_open(&door, starts[i].name);
		enum err_code code = ask(net, "good", starts[i].code ==
		    ERR_NET_TIMEOUT ? SHORT_MS : LONG_MS, &a);

		if (code != starts[i].code)
			fail_msg("%s: %s", starts[i].name, err_id(code));
		assert_int_equal(net_pid(net), -1);
		door_close(&door);
	}
	net_answer_clear(&a);
}

static void
test_no_helper(void **state)
{
	struct net *net = net_new(&(struct net_options){
	    .helper = "/nosuch/okienko-net" });
	struct net_answer a = { .status = 0 };

	(void)state;
	assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NET_START);
	net_free(net);
	net_free(NULL);
}

static void
test_what_is_not_asked(void **state)
{
	static const struct {
		struct net_request req;
		enum err_code code;
	} cases[] = {
		{ { .url = NULL }, ERR_NET_URL },
		{ { .url = "" }, ERR_NET_URL },
		{ { .url = "ftp://a/" }, ERR_NET_URL },
		{ { .url = "http://a b/" }, ERR_NET_URL },
		{ { .url = "http://a/\r\nX: y" }, ERR_NET_URL },
		{ { .url = "http://a/", .etag = "x\r\nX: y" }, ERR_NET_TALK },
		{ { .url = "http://a/", .accept = "x\ny" }, ERR_NET_TALK },
		{ { .url = "http://a/", .type = "\x7f" }, ERR_NET_TALK },
		{ { .url = "http://a/", .since = -1 }, ERR_NET_TALK },
		{ { .url = "http://a/", .ca_file = "ca.pem" }, ERR_NET_TALK },
		{ { .url = "http://a/", .client_key = "/k" }, ERR_NET_TALK },
		{ { .url = "http://a/", .method = NET_POST,
		    .body = { NULL, NET_BODY_MAX + 1 } }, ERR_TOO_BIG },
	};
	struct door door;
	struct net *net = door_open(&door, NULL);
	struct net_answer a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(net_ask(net, &cases[i].req, &a, &err), -1);
		if (err.code != cases[i].code)
			fail_msg("%zu: %s", i, err_id(err.code));
		net_answer_clear(&a);
	}
	assert_int_equal(net_pid(net), -1);
	door_close(&door);
}

/* One that has ended while nobody asked is started again unnoticed. */
static void
test_it_retires(void **state)
{
	struct net_answer a = { .status = 0 };
	struct door door;
	struct net *net = door_open(&door, NULL);
	int first;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(net, "retires", LONG_MS, &a), ERR_NONE);
		first = net_pid(net);
		assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NONE);
		assert_int_not_equal(net_pid(net), first);
	}
	/* Sent to rest, it leaves nothing behind. */
	net_rest(net);
	assert_int_equal(net_pid(net), -1);
	no_child_is_left();
	net_rest(net);
	assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NONE);
	/* Of a signal, though, nobody retires. */
	assert_int_equal(kill(net_pid(net), SIGTERM), 0);
	assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NET_DIED);
	assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NONE);
	net_answer_clear(&a);
	door_close(&door);
}

/* As some start us: then nobody can say how a process has ended. */
static void
test_children_are_ignored(void **state)
{
	struct net_answer a = { .status = 0 };
	int64_t began = clock_mono_ms();
	struct door door;
	struct net *net;

	(void)state;
	(void)signal(SIGCHLD, SIG_IGN);
	net = door_open(&door, NULL);
	assert_int_equal(ask(net, "leaves", LONG_MS, &a), ERR_NET_DIED);
	assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NONE);
	assert_int_equal(ask(net, "retires", LONG_MS, &a), ERR_NONE);
	assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NET_DIED);
	assert_int_equal(ask(net, "good", LONG_MS, &a), ERR_NONE);
	assert_true(clock_mono_ms() - began < LONG_MS);
	net_answer_clear(&a);
	door_close(&door);
	(void)signal(SIGCHLD, SIG_DFL);
}

/* --- cancelling ----------------------------------------------------------- */

struct canceller {
	atomic_bool	 cancel;
	int64_t		 at;
};

static int
cancel_at_once(struct span s, void *arg, struct err *err)
{
	struct canceller *c = arg;

	(void)s;
	(void)err;
	c->at = clock_mono_ms();
	atomic_store(&c->cancel, true);
	return 0;
}

static void
test_cancel(void **state)
{
	static const char *const urls[] = { "http://hangs/", "http://floods/" };
	struct door door;
	struct net *net = door_open(&door, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		struct canceller c = { .at = 0 };
		struct err err = ERR_INIT;
		struct net_answer a;

		assert_int_equal(net_ask(net, &(struct net_request){
		    .url = urls[i], .cancel = &c.cancel,
		    .sink = cancel_at_once, .arg = &c }, &a, &err), -1);
		assert_int_equal(err.code, ERR_CANCELLED);
		/* 100 ms where nothing else runs. */
		assert_true(c.at != 0 && clock_mono_ms() - c.at < 2000);
		assert_int_equal(net_pid(net), -1);
		net_answer_clear(&a);
	}
	door_close(&door);
}

/* --- the printer's door --------------------------------------------------- */

static void
test_a_bad_printer_process(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		struct err err = ERR_INIT;
		struct bad bad;

		bad_make(&bad, starts[i].name);
		assert_int_equal(net_print_by(&(struct net_printing){
		    .helper = bad.program, .deadline_ms = starts[i].code ==
		    ERR_NET_TIMEOUT ? SHORT_MS : LONG_MS }, STDIN_FILENO,
		    "Wniosek", NULL, NULL, &err), -1);
		bad_leave(&bad);
		assert_int_equal(err.code, ERR_PRINT_FAILED);
		assert_string_equal(err.what, "Wniosek");
		if (strncmp(err.detail, err_id(starts[i].code),
		    strlen(err_id(starts[i].code))) != 0)
			fail_msg("%s: %s", starts[i].name, err.detail);
		no_child_is_left();
	}
}

static void
test_printing_is_cancelled(void **state)
{
	const atomic_bool cancel = true;
	struct err err = ERR_INIT;
	struct bad bad;

	(void)state;
	bad_make(&bad, "silent");
	assert_int_equal(net_print_by(&(struct net_printing){
	    .helper = bad.program }, STDIN_FILENO, "Wniosek", NULL, &cancel,
	    &err), -1);
	bad_leave(&bad);
	assert_int_equal(err.code, ERR_CANCELLED);
	no_child_is_left();
}

/* --- who takes the body --------------------------------------------------- */

static int
refuse(struct span s, void *arg, struct err *err)
{
	const struct net_answer *a = arg;

	assert_int_equal(a->status, 200);
	assert_int_equal(s.len, 2);
	return err_set(err, ERR_BAD_DATA, "the list", NULL);
}

static void
test_the_sink_has_its_say(void **state)
{
	struct door door;
	struct net *net = door_open(&door, NULL);
	struct err err = ERR_INIT;
	struct net_answer a;

	(void)state;
	assert_int_equal(net_ask(net, &(struct net_request){
	    .url = "http://good/", .sink = refuse, .arg = &a }, &a, &err), -1);
	assert_int_equal(err.code, ERR_BAD_DATA);
	assert_string_equal(err.what, "the list");
	net_answer_clear(&a);
	door_close(&door);
}

static void
test_refusals(void **state)
{
	static const struct {
		int status;
		enum err_code code;
	} cases[] = {
		{ 301, ERR_NET_REDIRECT }, { 302, ERR_NET_REDIRECT },
		{ 304, ERR_NET_STATUS }, { 308, ERR_NET_REDIRECT },
		{ 404, ERR_NET_STATUS }, { 500, ERR_NET_STATUS },
	};
	const struct net_request r = { .url = "http://a.example:81/b?c" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct net_answer a = { .status = cases[i].status };
		struct err err = ERR_INIT;

		assert_int_equal(net_refused(&r, &a, &err), -1);
		assert_int_equal(err.code, cases[i].code);
		assert_int_equal(err.origin, ORIGIN_HTTP);
		assert_int_equal(err.raw, cases[i].status);
		assert_string_equal(err.what, "a.example:81");
	}
}

/* --- words out of files --------------------------------------------------- */

/* A file of so many letters and then this; what its first line reads as. */
static enum err_code
word_of(size_t letters, const char *then, size_t *len)
{
	char path[] = "/tmp/net_test.XXXXXX";
	int fd = mkstemp(path);
	struct err err = ERR_INIT;
	struct secret *s;

	assert_true(fd != -1);
	for (size_t i = 0; i < letters; i++)
		assert_int_equal(write(fd, "k", 1), 1);
	assert_int_equal(write(fd, then, strlen(then)), strlen(then));
	(void)close(fd);
	s = basic_word(path, 0, &err);
	assert_int_equal(unlink(path), 0);
	assert_true((s == NULL) == (err.code != ERR_NONE));
	*len = s != NULL ? secret_len(s) : 0;
	secret_free(s);
	return err.code;
}

static void
test_words_are_whole(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(word_of(3, "\nmore\n", &len), ERR_NONE);
	assert_int_equal(len, 3);
	assert_int_equal(word_of(SECRET_LONG_MAX, "\r\n", &len), ERR_NONE);
	assert_int_equal(len, SECRET_LONG_MAX);
	assert_int_equal(word_of(SECRET_LONG_MAX + 1, "\n", &len),
	    ERR_TOO_BIG);
	assert_int_equal(word_of(2 * SECRET_LONG_MAX, "", &len), ERR_TOO_BIG);
	assert_int_equal(word_of(0, "", &len), ERR_BAD_DATA);
	assert_int_equal(word_of(0, "\nk\n", &len), ERR_BAD_DATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_are_held),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_head_is_understood),
		cmocka_unit_test(test_a_later_head_counts),
		cmocka_unit_test(test_nonsense_is_not_said),
		cmocka_unit_test(test_freshness),
		cmocka_unit_test(test_each_breach_has_its_sentence),
		cmocka_unit_test(test_it_misbehaves_from_the_start),
		cmocka_unit_test(test_no_helper),
		cmocka_unit_test(test_what_is_not_asked),
		cmocka_unit_test(test_it_retires),
		cmocka_unit_test(test_children_are_ignored),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_a_bad_printer_process),
		cmocka_unit_test(test_printing_is_cancelled),
		cmocka_unit_test(test_the_sink_has_its_say),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_words_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
