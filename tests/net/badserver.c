/*
 * A web server on loopback that misbehaves to order; for tests alone.  What it
 * does is in the path (see ways below); it prints its port, then a line for each
 * connection ("connection") and question ("GET /ok 0", with the bytes of the
 * body).  It answers proxied questions as if it were the server, and refuses to
 * connect on: 502 for down.example, 407 for login.example, ntlm.example and
 * negotiate.example (by those schemes), 403 for any other.
 *
 * badserver [-w PATH] [-c CERT -k KEY [-A CA] [-1] [-i]]: TLS; -A: with a client
 * certificate of this authority; -1: of no version that is still spoken; -i: as
 * a proxy that looks into traffic: TLS comes after a CONNECT, whoever is meant.
 * -w: whatever the path is, behave as for this one.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX	65536
#define BODY_MAX	(9u << 20)
#define DRIP_MS		40	/* between two bytes of what is slow */
#define THINK_MS	23000	/* until one that thinks says anything */
#define DATES	"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" \
	"Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT\r\n"

struct peer {
	int	 fd;
	SSL	*ssl;
	SSL_CTX	*inside;		/* -i */
	char	 head[HEAD_MAX + 1];	/* of the question */
	char	*body;
	size_t	 body_len;
};

/* --- talking -------------------------------------------------------------- */

/* Of no more use: whoever asked has gone. */
static void
leave(void)
{
	_exit(0);
}

static void
put(struct peer *p, const void *data, size_t n)
{
	const char *s = data;

	while (n > 0) {
		ssize_t done = p->ssl != NULL ?
		    SSL_write(p->ssl, s, n > 16384 ? 16384 : (int)n) :
		    send(p->fd, s, n, MSG_NOSIGNAL);

		if (done <= 0)
			leave();
		s += done;
		n -= (size_t)done;
	}
}

static void
say(struct peer *p, const char *fmt, ...)
{
	char text[4096];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put(p, text, (size_t)n);
}

static size_t
get(struct peer *p, char *out, size_t max)
{
	ssize_t n = p->ssl != NULL ? SSL_read(p->ssl, out, (int)max) :
	    recv(p->fd, out, max, 0);

	if (n <= 0)
		leave();
	return (size_t)n;
}

/* Until the other side has gone. */
static void
wait_for_the_end(struct peer *p)
{
	char c[256];

	for (;;)
		(void)get(p, c, sizeof(c));
}

/* A pause that ends with the connection. */
static void
pause_for(struct peer *p, int ms)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLRDHUP };

	if (poll(&fd, 1, ms) != 0)
		leave();
}

static void
pause_a_little(struct peer *p)
{
	pause_for(p, DRIP_MS);
}

/* --- the ways ------------------------------------------------------------- */

static void
on_ok(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\n" DATES
	    "Content-Type: Text/Plain; charset=utf-8\r\nETag: \"one\"\r\n"
	    "Content-Length: 3\r\n\r\nok\n");
}

static void
on_echo(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
	    strlen(p->head) + p->body_len);
	put(p, p->head, strlen(p->head));
	put(p, p->body, p->body_len);
}

static void
on_etag(struct peer *p)
{
	if (strstr(p->head, "\r\nIf-None-Match: \"one\"\r\n") != NULL ||
	    strstr(p->head, "\r\nIf-Modified-Since: Sat, 05 Nov 1994 "
	    "08:49:37 GMT\r\n") != NULL)
		say(p, "HTTP/1.1 304 Not Modified\r\n" DATES
		    "ETag: \"one\"\r\nCache-Control: max-age=60\r\n\r\n");
	else
		on_ok(p);
}

static void
on_drip(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\n\r\n");
	for (;;) {
		say(p, ".");
		pause_a_little(p);
	}
}

static void
on_drip_head(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nX-Slow: ");
	for (;;) {
		say(p, ".");
		pause_a_little(p);
	}
}

static void
on_think(struct peer *p)
{
	pause_for(p, THINK_MS);
	on_ok(p);
}

static void
on_silent(struct peer *p)
{
	wait_for_the_end(p);
}

static void
flood(struct peer *p)
{
	static const char zeros[16384];

	for (;;)
		put(p, zeros, sizeof(zeros));
}

static void
on_endless(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\n\r\n");
	flood(p);
}

static void
on_huge(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n");
	flood(p);
}

static void
on_chunks(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (;;)
		say(p, "10\r\n0123456789abcdef\r\n");
}

static void
on_bad_chunk(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\nxyz\r\n");
}

static void
on_heads(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\n");
	for (;;)
		say(p, "X-More: 0123456789abcdef0123456789abcdef\r\n");
}

static void
on_long_head(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nX-More: ");
	flood(p);
}

static void
on_cut(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
	leave();
}

static void
on_reset(struct peer *p)
{
	const struct linger now = { .l_onoff = 1 };

	say(p, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
	(void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	leave();
}

static void
on_hang_up(struct peer *p)
{
	(void)p;
	leave();
}

static void
on_redirect(struct peer *p)
{
	say(p, "HTTP/1.1 302 Found\r\nLocation: /ok\r\n"
	    "Content-Length: 5\r\n\r\nthere");
}

static void
on_away(struct peer *p)
{
	say(p, "HTTP/1.1 302 Found\r\nLocation: http://away.example/ok\r\n"
	    "Content-Length: 4\r\n\r\naway");
}

static void
on_loop(struct peer *p)
{
	say(p, "HTTP/1.1 307 Again\r\nLocation: /loop\r\n"
	    "Content-Length: 0\r\n\r\n");
}

static void
on_404(struct peer *p)
{
	say(p, "HTTP/1.1 404 Not Found\r\n" DATES "Content-Type: text/html\r\n"
	    "Content-Length: 5\r\n\r\nsorry");
}

static void
on_500(struct peer *p)
{
	say(p, "HTTP/1.1 500 Oh\r\nRetry-After: 120\r\n"
	    "Content-Length: 0\r\n\r\n");
}

static void
on_999(struct peer *p)
{
	say(p, "HTTP/1.1 999 What\r\nContent-Length: 4\r\n\r\nwhat");
}

static void
on_continue(struct peer *p)
{
	say(p, "HTTP/1.1 100 Continue\r\nETag: \"void\"\r\n\r\n");
	on_ok(p);
}

static void
on_garbage(struct peer *p)
{
	say(p, "\x01\x02 who are you?\r\n\r\n");
	leave();
}

static void
on_bomb(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
	    "Content-Length: 4\r\n\r\n\x1f\x8b\x08%c", 7);
}

static void
want_login(struct peer *p, const char *schemes)
{
	say(p, "HTTP/1.1 407 Login\r\n%s\r\nContent-Length: 0\r\n\r\n",
	    schemes);
}

static void
on_407(struct peer *p)
{
	want_login(p, "Proxy-Authenticate: Basic realm=x");
}

static void
on_401(struct peer *p)
{
	say(p, "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=x\r\n"
	    "Content-Length: 0\r\n\r\n");
}

/* In a proxy's words, though nothing is wanted. */
static void
on_basic(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nProxy-Authenticate: Basic realm=y\r\n"
	    "Content-Length: 3\r\n\r\nok\n");
}

static void
shake_hands(struct peer *p, SSL_CTX *ctx)
{
	char rest[256];

	p->ssl = SSL_new(ctx);
	(void)SSL_set_fd(p->ssl, p->fd);
	if (SSL_accept(p->ssl) == 1)
		return;
	/* Hung up at once, its alert would be lost on the way. */
	(void)shutdown(p->fd, SHUT_WR);
	while (recv(p->fd, rest, sizeof(rest), 0) > 0)
		;
	leave();
}

static const struct {
	const char *path;
	void (*on)(struct peer *);
} ways[] = {
	{ "/401", on_401 },		{ "/404", on_404 },
	{ "/407", on_407 },		{ "/500", on_500 },
	{ "/999", on_999 },
	{ "/away", on_away },		{ "/badchunk", on_bad_chunk },
	{ "/basic", on_basic },		{ "/bomb", on_bomb },
	{ "/chunks", on_chunks },	{ "/loop", on_loop },
	{ "/continue", on_continue },	{ "/cut", on_cut },
	{ "/drip", on_drip },		{ "/driphead", on_drip_head },
	{ "/echo", on_echo },		{ "/endless", on_endless },
	{ "/etag", on_etag },		{ "/garbage", on_garbage },
	{ "/hangup", on_hang_up },	{ "/heads", on_heads },
	{ "/huge", on_huge },		{ "/longhead", on_long_head },
	{ "/ok", on_ok },		{ "/redirect", on_redirect },
	{ "/reset", on_reset },		{ "/silent", on_silent },
	{ "/think", on_think },
};

/* "/big?52428800": so many bytes. */
static void
on_big(struct peer *p, size_t n)
{
	static const char zeros[65536];

	say(p, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
	for (; n > sizeof(zeros); n -= sizeof(zeros))
		put(p, zeros, sizeof(zeros));
	put(p, zeros, n);
}

static void
on_connect(struct peer *p)
{
	if (strstr(p->head, " down.example:") != NULL)
		say(p, "HTTP/1.1 502 Down\r\nContent-Length: 0\r\n\r\n");
	else if (strstr(p->head, " login.example:") != NULL)
		on_407(p);
	else if (strstr(p->head, " ntlm.example:") != NULL)
		want_login(p, "Proxy-Authenticate: Negotiate\r\n"
		    "Proxy-Authenticate: NTLM");
	else if (strstr(p->head, " negotiate.example:") != NULL)
		want_login(p, "Proxy-Authenticate: Negotiate");
	else if (p->inside != NULL) {
		say(p, "HTTP/1.1 200 Connected\r\n\r\n");
		shake_hands(p, p->inside);
	} else
		say(p, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
}

/* --- a connection --------------------------------------------------------- */

static void
answer(struct peer *p, const char *path)
{
	if (strncmp(p->head, "CONNECT ", 8) == 0) {
		on_connect(p);
		return;
	}
	if (strncmp(path, "/big?", 5) == 0) {
		on_big(p, strtoul(path + 5, NULL, 10));
		return;
	}
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(ways[i].path, path) == 0) {
			ways[i].on(p);
			return;
		}
	on_404(p);
}

/* The path of "GET http://host/path HTTP/1.1", in place of it or as it is. */
static const char *
path_of(const char *head, char *out, size_t size)
{
	const char *s = strchr(head, ' '), *slash;
	size_t n;

	s = s != NULL ? s + 1 : head;
	if (strncmp(s, "http://", 7) == 0 &&
	    (slash = strchr(s + 7, '/')) != NULL)
		s = slash;
	n = strcspn(s, " \r\n");
	if (n >= size)
		n = size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
	return out;
}

/* The head, byte by byte: nothing of the next question is read. */
static void
hear(struct peer *p)
{
	const char *length;
	size_t n = 0;

	do {
		n += get(p, p->head + n, 1);
		p->head[n] = '\0';
		if (p->head[0] < 'A' || p->head[0] > 'Z')
			say(p, "HTTP/1.1 400 What\r\n\r\n");
		if (n == HEAD_MAX || p->head[0] < 'A' || p->head[0] > 'Z')
			leave();
	} while (n < 4 || memcmp(p->head + n - 4, "\r\n\r\n", 4) != 0);
	length = strstr(p->head, "\r\nContent-Length: ");
	p->body_len = length != NULL ? strtoul(length + 18, NULL, 10) : 0;
	if (p->body_len > BODY_MAX)
		leave();
	for (n = 0; n < p->body_len;)
		n += get(p, p->body + n, p->body_len - n);
}

static void
serve(int fd, SSL_CTX *ctx, bool inside, const char *way)
{
	struct peer *p = calloc(1, sizeof(*p));
	char path[256];

	p->fd = fd;
	p->body = malloc(BODY_MAX);
	printf("connection\n");
	if (inside)
		p->inside = ctx;
	else if (ctx != NULL)
		shake_hands(p, ctx);
	for (;;) {
		hear(p);
		(void)path_of(p->head, path, sizeof(path));
		printf("%.*s %s %zu\n", (int)strcspn(p->head, " "), p->head,
		    path, p->body_len);
		answer(p, way != NULL ? way : path);
	}
}

/* --- the server ----------------------------------------------------------- */

static SSL_CTX *
make_tls(const char *cert, const char *key, const char *ca, bool old)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
		exit(2);
	if (ca != NULL) {
		if (SSL_CTX_load_verify_locations(ctx, ca, NULL) != 1)
			exit(2);
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER |
		    SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	if (old) {
		(void)SSL_CTX_set_cipher_list(ctx, "ALL:@SECLEVEL=0");
		(void)SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
		(void)SSL_CTX_set_max_proto_version(ctx, TLS1_1_VERSION);
	}
	return ctx;
}

static int
listen_somewhere(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) == -1)
		exit(2);
	printf("port %u\n", ntohs(sin.sin_port));
	return fd;
}

int
main(int argc, char **argv)
{
	const char *cert = NULL, *key = NULL, *ca = NULL, *way = NULL;
	SSL_CTX *ctx = NULL;
	bool old = false, inside = false;
	int c, listener, fd;

	while ((c = getopt(argc, argv, "1A:c:ik:w:")) != -1)
		switch (c) {
		case '1': old = true; break;
		case 'A': ca = optarg; break;
		case 'c': cert = optarg; break;
		case 'i': inside = true; break;
		case 'k': key = optarg; break;
		case 'w': way = optarg; break;
		default: return 2;
		}
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGCHLD, SIG_IGN);
	if (cert != NULL && key != NULL)
		ctx = make_tls(cert, key, ca, old);
	listener = listen_somewhere();
	while ((fd = accept(listener, NULL, NULL)) != -1 || errno == EINTR) {
		if (fd == -1)
			continue;
		if (fork() == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
			(void)close(listener);
			serve(fd, ctx, inside, way);
		}
		(void)close(fd);
	}
	return 0;
}
