#include "config.h"

#include "base/stream.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define READ_AT_ONCE	((size_t)32 << 10)	/* the rest of the window is touched if need be */
#define LISTEN_MS	200	/* to a pipe, between two questions whether to go on */

struct stream {
	stream_read_fn	*read;
	void		*arg;
	int		 fd;		/* -1: none of ours */
	bool		 own, plain;	/* to be closed; a regular file */
	bool		 twin;		/* of one that has the descriptor too */
	stream_go_on_fn	*go_on;		/* NULL: always */
	void		*go_on_arg;
	char		*name;
	struct stat	 st;
	int64_t		 at;		/* offset of window[start] */
	size_t		 start, end;	/* what is unread of the window */
	size_t		 used;		/* most of it that ever held anything */
	bool		 ended;
	uint8_t		 window[STREAM_WINDOW];
};

/* Until there is something to read, or somebody has had enough. */
static int
wait_for(struct stream *s)
{
	struct pollfd ready = { .fd = s->fd, .events = POLLIN };
	int n = 0;

	while (s->go_on != NULL && n == 0) {
		if (s->go_on(s->go_on_arg) != 0)
			return -1;
		n = s->plain ? 1 : poll(&ready, 1, LISTEN_MS);
	}
	return 0;
}

static ptrdiff_t
read_fd(void *arg, uint8_t *out, size_t size, struct err *err)
{
	struct stream *s = arg;
	ssize_t n;

	if (wait_for(s) != 0)
		return -1;
	do
		n = s->twin ? pread(s->fd, out, size, (off_t)(s->at +
		    (int64_t)(s->end - s->start))) : read(s->fd, out, size);
	while (n == -1 && errno == EINTR);
	return n == -1 ? err_errno(err, ERR_IO, s->name) : n;
}

struct stream *
stream_new(stream_read_fn *read_more, void *arg, const char *name)
{
	struct stream *s = malloc(sizeof *s);

	if (s == NULL)
		panic("okienko: out of memory");
	/* All but the window, which is written before it is read. */
	memset(s, 0, offsetof(struct stream, window));
	s->read = read_more;
	s->arg = arg;
	s->fd = -1;
	s->name = mem_strdup(name);
	return s;
}

void
stream_close(struct stream *s)
{
	if (s == NULL)
		return;
	if (s->own)
		close(s->fd);
	explicit_bzero(s->window, s->used);
	free(s->name);
	free(s);
}

static struct stream *
of_fd(int fd, bool own, const char *name)
{
	struct stream *s = stream_new(read_fd, NULL, name);

	s->arg = s;
	s->fd = fd;
	s->own = own;
	if (fstat(fd, &s->st) == -1)
		memset(&s->st, 0, sizeof s->st);
	s->plain = S_ISREG(s->st.st_mode);
	return s;
}

int
stream_open_at(struct stream **out, int folder, const char *file,
    const char *name, struct err *err)
{
	/* Without O_NONBLOCK a named pipe would hold us before fstat. */
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, fd;

	*out = NULL;
	if (folder != AT_FDCWD)
		flags |= O_NOFOLLOW;
	if ((fd = openat(folder, file, flags)) == -1)
		return err_errno(err, errno == ENOENT || errno == ENOTDIR ?
		    ERR_NO_FILE : ERR_IO, name);
	*out = of_fd(fd, true, name);
	if ((*out)->plain || S_ISCHR((*out)->st.st_mode))
		return 0;
	errno = S_ISDIR((*out)->st.st_mode) ? EISDIR : EINVAL;
	err_errno(err, ERR_IO, name);
	stream_close(*out);
	*out = NULL;
	return -1;
}

int
stream_open(struct stream **out, const char *path, struct err *err)
{
	if (strcmp(path, "-") != 0)
		return stream_open_at(out, AT_FDCWD, path, path, err);
	*out = of_fd(STDIN_FILENO, false, path);
	(*out)->at = (*out)->plain ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
	return 0;
}

void
stream_ask(struct stream *s, stream_go_on_fn *go_on, void *arg)
{
	s->go_on = go_on;
	s->go_on_arg = arg;
}

void *
stream_arg(const struct stream *s)
{
	return s->arg;
}

const char *
stream_name(const struct stream *s)
{
	return s->name;
}

int64_t
stream_at(const struct stream *s)
{
	return s->at;
}

int64_t
stream_size(const struct stream *s)
{
	return s->plain ? s->st.st_size : 0;
}

int64_t
stream_mtime(const struct stream *s)
{
	return s->plain ? s->st.st_mtim.tv_sec : 0;
}

bool
stream_can_seek(const struct stream *s)
{
	return s->plain;
}

int
stream_seek(struct stream *s, int64_t at, struct err *err)
{
	if (!s->plain || (!s->twin && lseek(s->fd, at, SEEK_SET) == -1)) {
		errno = s->plain ? errno : ESPIPE;
		return err_errno(err, ERR_IO, s->name);
	}
	s->at = at;
	s->start = s->end = 0;
	s->ended = false;
	return 0;
}

struct stream *
stream_twin(const struct stream *s)
{
	struct stream *twin = of_fd(s->fd, false, s->name);

	twin->twin = true;
	return twin;
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool
stream_unchanged(const struct stream *s)
{
	struct stat now;

	return s->plain && fstat(s->fd, &now) == 0 &&
	    now.st_size == s->st.st_size &&
	    same_time(now.st_mtim, s->st.st_mtim) &&
	    same_time(now.st_ctim, s->st.st_ctim);
}

/* Fill the window from behind what is unread, in large pieces. */
static int
fill(struct stream *s, size_t want, struct err *err)
{
	size_t room;
	ptrdiff_t n;

	if (s->start > 0 && !s->ended) {
		memmove(s->window, s->window + s->start, s->end - s->start);
		s->end -= s->start;
		s->start = 0;
	}
	while (s->end - s->start < want && !s->ended) {
		room = STREAM_WINDOW - s->end;
		n = s->read(s->arg, s->window + s->end, room < READ_AT_ONCE ?
		    room : READ_AT_ONCE, err);
		if (n < 0)
			return -1;
		s->ended = n == 0;
		s->end += (size_t)n;
		if (s->used < s->end)
			s->used = s->end;
	}
	return 0;
}

int
stream_peek(struct stream *s, size_t n, struct span *out, struct err *err)
{
	if (s->end - s->start < n && !s->ended && fill(s, n, err) != 0)
		return -1;
	*out = span_of(s->window + s->start, s->end - s->start);
	return 0;
}

void
stream_skip(struct stream *s, size_t n)
{
	s->start += n;
	s->at += (int64_t)n;
}

/* As much as there is room for. */
static void
add_some(struct buf *buf, const uint8_t *p, size_t n, bool *cut)
{
	if (n > buf->max - buf->len) {
		n = buf->max - buf->len;
		*cut = true;
	}
	(void)buf_add(buf, p, n);
}

int
stream_line(struct stream *s, struct buf *buf, bool *cut, struct err *err)
{
	struct span seen;
	const uint8_t *end;
	size_t n, before = buf->len;

	if (stream_peek(s, 1, &seen, err) != 0)
		return -1;
	if (seen.len == 0)
		return 0;
	for (;;) {
		end = memchr(seen.p, '\n', seen.len);
		n = end != NULL ? (size_t)(end - seen.p) : seen.len;
		add_some(buf, seen.p, n, cut);
		stream_skip(s, end != NULL ? n + 1 : n);
		if (end != NULL)
			break;
		if (stream_peek(s, 1, &seen, err) != 0)
			return -1;
		if (seen.len == 0)
			break;
	}
	if (buf->len > before && buf->data[buf->len - 1] == '\r')
		buf->len--;
	return 1;
}
