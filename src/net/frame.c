#include "config.h"

#include "net/frame.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define IN_SIZE		(FRAME_HEAD + FRAME_MAX)

/* What is longer goes from where it lies. */
#define OUT_SIZE	((size_t)8 << 10)

void
frames_init(struct frames *f, int fd,
    int (*wait)(int, short, void *, struct err *), void *arg)
{
	*f = (struct frames){ .fd = fd, .wait = wait, .arg = arg };
	f->in = mem_alloc(IN_SIZE);
	f->out = mem_alloc(OUT_SIZE);
}

void
frames_clear(struct frames *f)
{
	if (f->in != NULL)
		explicit_bzero(f->in, IN_SIZE);
	if (f->out != NULL)
		explicit_bzero(f->out, OUT_SIZE);
	free(f->in);
	free(f->out);
	*f = (struct frames){ .fd = -1 };
}

int
frame_parse(struct span *s, struct frame *out)
{
	size_t n;

	if (s->len < FRAME_HEAD)
		return 0;
	n = (size_t)s->p[1] << 16 | (size_t)s->p[2] << 8 | s->p[3];
	if (n > FRAME_MAX)
		return -1;
	if (s->len < FRAME_HEAD + n)
		return 0;
	out->kind = s->p[0];
	out->content = span_of(s->p + FRAME_HEAD, n);
	s->p += FRAME_HEAD + n;
	s->len -= FRAME_HEAD + n;
	return 1;
}

bool
frames_more(const struct frames *f)
{
	return f->at < f->len;
}

/* What is left moves to the front, and more comes behind it. */
static int
fill(struct frames *f, struct err *err)
{
	ssize_t n;

	memmove(f->in, f->in + f->at, f->len - f->at);
	if (f->wipes)
		explicit_bzero(f->in + f->len - f->at, f->at);
	f->len -= f->at;
	f->at = 0;
	if (f->asked && f->wait(f->fd, POLLIN, f->arg, err) == -1)
		return -1;
	f->asked = false;
	for (;;) {
		n = recv(f->fd, f->in + f->len, IN_SIZE - f->len,
		    MSG_DONTWAIT);
		if (n > 0) {
			f->len += (size_t)n;
			return 1;
		}
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			break;
		if (errno == EAGAIN && f->wait(f->fd, POLLIN, f->arg, err) ==
		    -1)
			return -1;
	}
	return 0;
}

int
frames_get(struct frames *f, struct frame *out, struct err *err)
{
	int rc;

	for (;;) {
		struct span s = span_of(f->in + f->at, f->len - f->at);

		rc = frame_parse(&s, out);
		if (rc == 1)
			f->at = f->len - s.len;
		if (rc == -1)
			return err_set(err, ERR_NET_TALK, NULL,
			    "a frame over %zu bytes", FRAME_MAX);
		if (rc == 1)
			return 1;
		rc = fill(f, err);
		if (rc == 0 && f->len > 0)
			return err_set(err, ERR_NET_TALK, NULL, "half a frame");
		if (rc != 1)
			return rc;
	}
}

void
frames_wipe(struct frames *f, const struct frame *frame)
{
	size_t at = (size_t)(frame->content.p - f->in);

	explicit_bzero(f->in + at, frame->content.len);
}

/* Take what went off the front of what is to go. */
static void
advance(struct iovec *iov, size_t n, size_t gone)
{
	for (size_t i = 0; i < n; i++) {
		size_t part = gone < iov[i].iov_len ? gone : iov[i].iov_len;

		iov[i].iov_base = (uint8_t *)iov[i].iov_base + part;
		iov[i].iov_len -= part;
		gone -= part;
	}
}

static int
put_all(struct frames *f, struct iovec *iov, size_t n, size_t left,
    struct err *err)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = n };

	while (left > 0) {
		ssize_t done = sendmsg(f->fd, &msg,
		    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (done == -1 && errno == EAGAIN &&
		    f->wait(f->fd, POLLOUT, f->arg, err) == -1)
			return -1;
		if (done == -1 && errno != EAGAIN && errno != EINTR)
			return err_errno(err, ERR_NET_DIED, NULL);
		if (done > 0) {
			advance(iov, n, (size_t)done);
			left -= (size_t)done;
		}
	}
	return 0;
}

int
frames_flush(struct frames *f, struct err *err)
{
	size_t left = 0;
	int rc;

	for (size_t i = 0; i < f->ngo; i++)
		left += f->go[i].iov_len;
	rc = put_all(f, f->go, f->ngo, left, err);
	f->asked = left > 0;
	explicit_bzero(f->out, f->nout);
	f->nout = f->ngo = 0;
	return rc;
}

static void
add(struct frames *f, struct span s)
{
	f->go[f->ngo++] = (struct iovec){ (void *)(uintptr_t)s.p, s.len };
}

/* What lies there in a row goes as one. */
static void
add_copy(struct frames *f, const void *p, size_t n)
{
	struct iovec *last = f->ngo > 0 ? &f->go[f->ngo - 1] : NULL;
	uint8_t *to = f->out + f->nout;

	if (n > 0)
		memcpy(to, p, n);
	f->nout += n;
	if (last != NULL && (uint8_t *)last->iov_base + last->iov_len == to)
		last->iov_len += n;
	else
		add(f, span_of(to, n));
}

/* The head of one that has len bytes, some of them to be copied. */
static int
begin(struct frames *f, uint8_t kind, size_t len, size_t copied,
    struct err *err)
{
	const uint8_t head[FRAME_HEAD] = { kind, (uint8_t)(len >> 16),
		(uint8_t)(len >> 8), (uint8_t)len };

	if (len > FRAME_MAX)
		return err_set(err, ERR_NET_TALK, NULL, "too long to be sent");
	if ((f->nout + sizeof(head) + copied > OUT_SIZE ||
	    f->ngo + 1 + FRAME_PARTS_MAX > FRAMES_GO_MAX) &&
	    frames_flush(f, err) == -1)
		return -1;
	add_copy(f, head, sizeof(head));
	return 0;
}

int
frames_put_parts(struct frames *f, uint8_t kind, const struct span *parts,
    size_t n, struct err *err)
{
	size_t len = 0;

	if (n > FRAME_PARTS_MAX)
		return err_set(err, ERR_NET_TALK, NULL, "in too many parts");
	for (size_t i = 0; i < n; i++)
		len += parts[i].len;
	if (begin(f, kind, len, 0, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		add(f, parts[i]);
	return f->holds ? 0 : frames_flush(f, err);
}

int
frames_put(struct frames *f, uint8_t kind, struct span s, struct err *err)
{
	bool copied = s.len <= OUT_SIZE / 2;

	if (begin(f, kind, s.len, copied ? s.len : 0, err) == -1)
		return -1;
	if (copied)
		add_copy(f, s.p, s.len);
	else
		add(f, s);
	return f->holds && copied ? 0 : frames_flush(f, err);
}
