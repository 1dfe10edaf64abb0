#include "config.h"

#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/wire.h"

#define SECRET_MARK	0x01
#define READ_CHUNK	16384

struct wire {
	int		 fd;
	struct buf	 in, out;
	size_t		 seen;	/* bytes of in already searched for a line end */
	bool		 ended;
};

struct wire *
wire_new(int fd)
{
	struct wire *w = mem_alloc(sizeof *w);

	w->fd = fd;
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	buf_init(&w->in, WIRE_LINE_MAX + 1);
	buf_init(&w->out, 2 * WIRE_LINE_MAX);
	return w;
}

void
wire_free(struct wire *w)
{
	if (w == NULL)
		return;
	(void)close(w->fd);
	buf_clear(&w->in);
	buf_clear(&w->out);
	free(w);
}

int
wire_fd(const struct wire *w)
{
	return w->fd;
}

/* How deep brackets nest, without regard to what else is wrong. */
static bool
too_deep(const char *s, size_t len)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (in_string) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				in_string = false;
		} else if (s[i] == '"')
			in_string = true;
		else if (s[i] == '{' || s[i] == '[') {
			if (++depth > WIRE_DEPTH_MAX)
				return true;
		} else if (s[i] == '}' || s[i] == ']')
			depth--;
	}
	return false;
}

json_t *
wire_parse(const char *line, size_t len, struct err *err)
{
	json_error_t why;
	json_t *obj;

	if (too_deep(line, len)) {
		err_set(err, ERR_HELPER_TALK, NULL, "JSON nested too deep");
		return NULL;
	}
	obj = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
	if (obj == NULL || !json_is_object(obj)) {
		err_set(err, ERR_HELPER_TALK, NULL, "not a JSON object: %s",
		    obj ? "another type" : why.text);
		json_decref(obj);
		return NULL;
	}
	return obj;
}

/* A whole secret frame at the front of in, if it is there. */
static enum wire_got
take_secret(struct wire *w, struct secret **secret, struct err *err)
{
	size_t n;

	if (w->in.len < 2 || w->in.len < 2 + (size_t)w->in.data[1])
		return WIRE_NOTHING;
	n = w->in.data[1];
	*secret = secret_new();
	if (secret_add(*secret, w->in.data + 2, n) == -1) {
		secret_free(*secret);
		*secret = NULL;
		err_set(err, ERR_HELPER_TALK, NULL, "a secret with a NUL");
		return WIRE_BAD;
	}
	buf_drop(&w->in, 2 + n);	/* which wipes what it leaves */
	return WIRE_SECRET;
}

static enum wire_got
take_line(struct wire *w, json_t **obj, struct err *err)
{
	uint8_t *end = memchr(w->in.data + w->seen, '\n', w->in.len - w->seen);
	size_t len;

	if (end == NULL) {
		w->seen = w->in.len;
		if (w->in.len <= WIRE_LINE_MAX)
			return WIRE_NOTHING;
		err_set(err, ERR_HELPER_TALK, NULL, "a line over %u bytes",
		    WIRE_LINE_MAX);
		return WIRE_BAD;
	}
	len = (size_t)(end - w->in.data);
	*obj = wire_parse((const char *)w->in.data, len, err);
	buf_drop(&w->in, len + 1);
	w->seen = 0;
	return *obj ? WIRE_JSON : WIRE_BAD;
}

static enum wire_got
take_frame(struct wire *w, json_t **obj, struct secret **secret,
    struct err *err)
{
	if (w->in.len == 0)
		return WIRE_NOTHING;
	if (w->in.data[0] == SECRET_MARK)
		return take_secret(w, secret, err);
	return take_line(w, obj, err);
}

enum wire_got
wire_read(struct wire *w, json_t **obj, struct secret **secret,
    struct err *err)
{
	*obj = NULL;
	*secret = NULL;
	for (;;) {
		enum wire_got got = take_frame(w, obj, secret, err);
		ssize_t n;

		if (got != WIRE_NOTHING)
			return got;
		if (w->ended)
			return WIRE_END;
		if (buf_reserve(&w->in, READ_CHUNK) == -1 &&
		    buf_reserve(&w->in, 1) == -1) {
			err_set(err, ERR_HELPER_TALK, NULL, "too much at once");
			return WIRE_BAD;
		}
		n = read(w->fd, w->in.data + w->in.len, w->in.cap - w->in.len);
		if (n > 0)
			w->in.len += (size_t)n;
		else if (n == 0 || (errno != EAGAIN && errno != EINTR))
			w->ended = true;
		else if (errno == EAGAIN)
			return WIRE_NOTHING;
	}
}

int
wire_flush(struct wire *w, struct err *err)
{
	while (w->out.len > 0) {
		ssize_t n = send(w->fd, w->out.data, w->out.len, MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return 0;
		if (n == -1)
			return err_errno(err, ERR_HELPER_DIED, NULL);
		buf_drop(&w->out, (size_t)n);
	}
	return 0;
}

bool
wire_pending(const struct wire *w)
{
	return w->out.len > 0;
}

int
wire_send(struct wire *w, const json_t *obj, struct err *err)
{
	char *line = json_dumps(obj, JSON_COMPACT);
	size_t len, had = w->out.len;
	int rc = -1;

	if (line == NULL)
		return err_set(err, ERR_HELPER_TALK, NULL, "not sendable");
	len = strlen(line);
	if (len > WIRE_LINE_MAX || buf_add(&w->out, line, len) == -1 ||
	    buf_add(&w->out, "\n", 1) == -1) {
		w->out.len = had;
		err_set(err, ERR_TOO_BIG, "JSON", "%zu bytes", len);
	} else
		rc = wire_flush(w, err);
	free(line);
	return rc;
}

int
wire_send_secret(struct wire *w, struct secret *s, struct err *err)
{
	uint8_t head[2] = { SECRET_MARK, (uint8_t)secret_len(s) };
	size_t had = w->out.len;
	int rc = -1;

	if (buf_add(&w->out, head, sizeof head) == -1 ||
	    buf_add(&w->out, secret_peek(s), secret_len(s)) == -1) {
		w->out.len = had;
		err_set(err, ERR_TOO_BIG, "PIN", NULL);
	} else
		rc = wire_flush(w, err);
	secret_free(s);
	return rc;
}
