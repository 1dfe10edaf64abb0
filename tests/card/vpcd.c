#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/card/bytes.h"
#include "tests/card/vpcd.h"

int
vpcd_open(unsigned port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int on = 1, saved, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/*
 * vpcd writes length and payload apart.  Without a quick acknowledgement of
 * the first its kernel holds the second back for 40 ms, at every APDU; the
 * option lasts for one receive only.
 */
static int
receive(int fd, uint8_t *p, size_t n)
{
	int on = 1;
	ssize_t got;

	while (n > 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
		got = recv(fd, p, n, 0);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

int
vpcd_receive(int fd, struct buf *b)
{
	uint8_t head[2];
	size_t n;

	b->len = 0;
	if (receive(fd, head, sizeof(head)) == -1)
		return -1;
	n = (size_t)head[0] << 8 | head[1];
	if (buf_reserve(b, n) == -1 || receive(fd, b->data, n) == -1)
		return -1;
	b->len = n;
	return 0;
}

/* In one write, or the delay above would come back from this side. */
int
vpcd_send(int fd, const void *p, size_t n)
{
	uint8_t frame[2 + VPCD_FRAME_MAX];
	size_t sent = 0;
	ssize_t k;

	if (n > VPCD_FRAME_MAX)
		n = VPCD_FRAME_MAX;
	frame[0] = (uint8_t)(n >> 8);
	frame[1] = (uint8_t)n;
	memcpy(frame + 2, p, n);
	while (sent < n + 2) {
		k = send(fd, frame + sent, n + 2 - sent, MSG_NOSIGNAL);
		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return -1;
		sent += (size_t)k;
	}
	return 0;
}
