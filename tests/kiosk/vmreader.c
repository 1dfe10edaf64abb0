/*
 * vmreader: a virtual card in the USB reader of a virtual machine.  On one side
 * QEMU's ccid-card-passthru at a local socket, spoken to as libcacard's vscclient
 * does; on the other a port of the loopback, where vcard finds what it takes for
 * vpcd.  In the machine this is a reader like any other: kernel, driver and card
 * service are the real ones.
 *
 * QEMU's reader speaks T=0 alone, which the cards do not: what they answer to a
 * command with data waits here until it is asked for, as that protocol has it.
 *
 * QEMU forgets, when a card leaves, the answer that the machine has not fetched
 * yet, and the machine waits for it for ever, as it would not with a real reader.
 * So a card that leaves answers with an error until nobody asks any more.
 *
 * Prints the port when the reader is there; ends when the machine does.  One
 * command at a time is all that such a reader has.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tests/card/vpcd.h"

/* vscard_common.h: three numbers before each message, the most significant byte
 * first. */
enum {
	VSC_INIT = 1,
	VSC_READER_ADD = 3,
	VSC_ATR = 5,
	VSC_CARD_REMOVE = 6,
	VSC_APDU = 7,
};
#define VSC_MAGIC	"VSCD"
#define VSC_VERSION	2		/* 0.0.2 */
#define MESSAGE_MAX	(1 << 17)

/* What the card is to the machine: one of T=0, with a name in place of history. */
static const uint8_t atr_t0[] = { 0x3b, 0x07, 'v', 'i', 'r', 't', 'u', 'a', 'l' };

#define HEADER		5		/* class, what, two parameters, length */
#define GET_RESPONSE	0xc0
#define AT_ONCE		256		/* bytes that one answer has */
#define QUIET		500		/* ms, long enough for it to be fetched */

struct vmreader {
	int		 qemu, port, card;	/* card: -1 without one */
	bool		 leaving;	/* the machine was not told yet */
	struct buf	 answer;	/* the card's last, with its status */
	struct buf	 waiting;	/* of it what was not asked for yet */
};

static void
fail(const char *what)
{
	panic("vmreader: %s: %s", what, strerror(errno));
}

/* --- to the machine ----------------------------------------------------------- */

static void
tell(struct vmreader *r, uint32_t type, const void *p, size_t n)
{
	uint32_t head[3] = { htonl(type), 0, htonl((uint32_t)n) };
	struct buf b;
	ssize_t k;

	buf_init(&b, MESSAGE_MAX);
	if (buf_add(&b, head, sizeof(head)) == -1 || buf_add(&b, p, n) == -1)
		panic("vmreader: too much to tell");
	for (size_t sent = 0; sent < b.len; sent += (size_t)k) {
		k = send(r->qemu, b.data + sent, b.len - sent, MSG_NOSIGNAL);
		if (k <= 0)
			fail("the machine");
	}
	buf_clear(&b);
}

/* False at the end. */
static bool
hear(int fd, void *p, size_t n)
{
	return n == 0 || recv(fd, p, n, MSG_WAITALL) == (ssize_t)n;
}

static void
greet(struct vmreader *r)
{
	uint32_t init[3] = { 0, htonl(VSC_VERSION), 0 };

	memcpy(init, VSC_MAGIC, sizeof(init[0]));
	tell(r, VSC_INIT, init, sizeof(init));
	tell(r, VSC_READER_ADD, "vmreader", strlen("vmreader"));
}

/* --- the card ------------------------------------------------------------------- */

static void
card_leaves(struct vmreader *r)
{
	close(r->card);
	r->card = -1;
	r->leaving = true;
}

static void
card_has_left(struct vmreader *r)
{
	r->leaving = false;
	tell(r, VSC_CARD_REMOVE, "", 0);
}

static void
card_comes(struct vmreader *r)
{
	const uint8_t on = VPCD_ON, atr = VPCD_ATR;
	int fd = accept(r->port, NULL, NULL);

	if (fd == -1)
		return;
	if (r->card != -1) {		/* one place, and it is taken */
		close(fd);
		return;
	}
	r->card = fd;
	if (vpcd_send(fd, &on, 1) == -1 || vpcd_send(fd, &atr, 1) == -1 ||
	    vpcd_receive(fd, &r->answer) == -1) {
		close(fd);
		r->card = -1;
		return;
	}
	buf_clear(&r->waiting);
	tell(r, VSC_ATR, atr_t0, sizeof(atr_t0));
}

/* --- T=0 ---------------------------------------------------------------------------- */

/* Data with the status behind them, or how much there is first. */
static void
hand_over(struct vmreader *r, size_t n)
{
	struct buf *w = &r->waiting;
	uint8_t more[2] = { 0x61, 0 };
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	if (n > w->len - 2)
		n = w->len - 2;
	if (buf_add(&b, w->data, n) == -1)
		panic("vmreader: too long an answer");
	buf_drop(w, n);
	more[1] = (uint8_t)(w->len - 2 < AT_ONCE ? w->len - 2 : 0);
	if (buf_add(&b, w->len == 2 ? w->data : more, 2) == -1)
		panic("vmreader: too long an answer");
	tell(r, VSC_APDU, b.data, b.len);
	buf_clear(&b);
}

static bool
has_data(const struct buf *command)
{
	return command->len > HEADER &&
	    command->len == HEADER + (size_t)command->data[HEADER - 1];
}

static bool
asks_for_more(const struct vmreader *r, const struct buf *command)
{
	return r->waiting.len > 2 && command->len == HEADER &&
	    command->data[1] == GET_RESPONSE;
}

static size_t
length_of(const struct buf *command)
{
	return command->data[HEADER - 1] != 0 ? command->data[HEADER - 1] :
	    AT_ONCE;
}

/* The other end is asked and answers; one that is silent is pulled. */
static bool
ask(struct vmreader *r, const struct buf *command)
{
	static const uint8_t gone[] = { 0x6f, 0x00 };	/* ISO/IEC 7816-4, 5.6 */

	if (r->card != -1 && vpcd_send(r->card, command->data,
	    command->len) == 0 && vpcd_receive(r->card, &r->answer) == 0 &&
	    r->answer.len >= 2)
		return true;
	tell(r, VSC_APDU, gone, sizeof(gone));
	if (r->card != -1)
		card_leaves(r);
	return false;
}

static void
exchange(struct vmreader *r, struct buf *command)
{
	const uint8_t all = 0;
	bool data = has_data(command);

	if (asks_for_more(r, command)) {
		hand_over(r, length_of(command));
		return;
	}
	if (data && buf_add(command, &all, 1) == -1)
		panic("vmreader: too long a command");
	if (!ask(r, command))
		return;
	buf_clear(&r->waiting);
	if (buf_add(&r->waiting, r->answer.data, r->answer.len) == -1)
		panic("vmreader: too long an answer");
	hand_over(r, data || command->len < HEADER ? 0 : length_of(command));
}

static bool
machine_speaks(struct vmreader *r)
{
	uint32_t head[3];
	struct buf b;
	size_t n;

	if (!hear(r->qemu, head, sizeof(head)))
		return false;
	n = ntohl(head[2]);
	buf_init(&b, MESSAGE_MAX);
	if (buf_reserve(&b, n + 2) == -1)
		panic("vmreader: too long a message");
	if (!hear(r->qemu, b.data, n)) {
		buf_clear(&b);
		return false;
	}
	b.len = n;
	if (ntohl(head[0]) == VSC_APDU)
		exchange(r, &b);
	buf_clear(&b);
	return true;
}

/* --- life ------------------------------------------------------------------------ */

static int
connect_to(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(a.sun_path))
		panic("vmreader: too long a path");
	memcpy(a.sun_path, path, strlen(path));
	if (fd == -1 || connect(fd, (struct sockaddr *)&a, sizeof(a)) == -1)
		fail(path);
	return fd;
}

static int
listen_here(unsigned *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&a, n) == -1 ||
	    listen(fd, 1) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) == -1)
		fail("a port");
	*port = ntohs(a.sin_port);
	return fd;
}

int
main(int argc, char **argv)
{
	struct vmreader r = { .card = -1 };
	struct pollfd p[3];
	unsigned port;
	int ready;
	char byte;

	if (argc != 2) {
		fprintf(stderr, "usage: vmreader SOCKET\n");
		return 2;
	}
	buf_init(&r.answer, VPCD_FRAME_MAX);
	buf_init(&r.waiting, VPCD_FRAME_MAX);
	r.qemu = connect_to(argv[1]);
	r.port = listen_here(&port);
	greet(&r);
	printf("%u\n", port);
	fflush(stdout);
	for (;;) {
		p[0] = (struct pollfd){ r.qemu, POLLIN, 0 };
		p[1] = (struct pollfd){ r.leaving ? -1 : r.port, POLLIN, 0 };
		p[2] = (struct pollfd){ r.card, POLLIN, 0 };
		ready = poll(p, 3, r.leaving ? QUIET : -1);
		if (ready == -1 && errno != EINTR)
			fail("poll");
		if (ready == 0)
			card_has_left(&r);
		if (p[0].revents && !machine_speaks(&r))
			break;
		if (p[1].revents)
			card_comes(&r);
		/* Unasked it has nothing to say but that it is gone. */
		if (r.card != -1 && p[2].revents && p[2].fd == r.card &&
		    recv(r.card, &byte, 1, MSG_DONTWAIT) <= 0)
			card_leaves(&r);
	}
	buf_clear(&r.answer);
	buf_clear(&r.waiting);
	return 0;
}
