/*
 * Bytes read from front to back through one window of fixed size, so that a
 * file of any length costs the same memory.  Any thread, one at a time; reading
 * may wait for the disk.
 */
#ifndef BASE_STREAM_H
#define BASE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Twice the longest that anybody looks at at once: with less, what is unread
 * would be moved for each record, or an element and its head not fit.
 */
#define STREAM_WINDOW	((size_t)128 << 10)

struct stream;

/* Where bytes come from: as read(2), but -1 has set err. */
typedef ptrdiff_t stream_read_fn(void *arg, uint8_t *, size_t, struct err *);

/*
 * A regular file, or "-" for standard input, whatever that is; no folder, and
 * nothing that would have to be waited for.  -1: ERR_NO_FILE or ERR_IO.
 */
int		 stream_open(struct stream **, const char *path, struct err *);

/* The same from a folder's descriptor; a symbolic link is refused. */
int		 stream_open_at(struct stream **, int folder, const char *file,
		    const char *name, struct err *);

/*
 * go_on is called before each read of a file, and now and then while a pipe has
 * nothing to say.  Nonzero ends the reading, which then gives -1 and leaves err
 * to the function.
 */
typedef int	 stream_go_on_fn(void *arg);
void		 stream_ask(struct stream *, stream_go_on_fn *, void *arg);

/* Bytes that a function makes; name is what errors call them. */
struct stream	*stream_new(stream_read_fn *, void *arg, const char *name);
void		 stream_close(struct stream *);		/* NULL is fine */

/* What stream_new was given. */
void		*stream_arg(const struct stream *);
const char	*stream_name(const struct stream *);
int64_t		 stream_at(const struct stream *);	/* of the next byte */
int64_t		 stream_size(const struct stream *);	/* 0: not known */
int64_t		 stream_mtime(const struct stream *);	/* seconds; 0: not known */

/* Whether one can go back. */
bool		 stream_can_seek(const struct stream *);
int		 stream_seek(struct stream *, int64_t at, struct err *);

/*
 * The same file from its beginning, for another thread: neither moves the other.
 * To be closed before it.  Only of what one can go back in.
 */
struct stream	*stream_twin(const struct stream *);

/* True when the file is still as long and as old as when it was opened. */
bool		 stream_unchanged(const struct stream *);

/*
 * At least n bytes (n <= STREAM_WINDOW), fewer only where they end; the span is
 * all that is at hand and is good until the next call.
 */
int		 stream_peek(struct stream *, size_t n, struct span *,
		    struct err *);

/* Go past n bytes of what was last seen. */
void		 stream_skip(struct stream *, size_t n);

/*
 * Append the next line, without its end, to buf.  What goes past the buffer's
 * maximum is left out and *cut set; *cut is never cleared here.  1; 0 when there
 * is no line any more; -1.
 */
int		 stream_line(struct stream *, struct buf *, bool *cut,
		    struct err *);

#endif
