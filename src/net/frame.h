/*
 * What crosses the sockets of okienko-net and okienko-print: frames of one byte
 * of kind, three of length (big-endian) and so many bytes.  Heads are JSON;
 * bodies go as they are, so that 50 MB of a revocation list cost two copies and
 * nothing else.  Waiting is the owner's: it alone knows its deadline.  One
 * owner, one thread.
 */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include <sys/uio.h>

#include "base/buf.h"
#include "base/err.h"

#define FRAME_MAX	((size_t)64 << 10)	/* bytes of one frame's content */
#define FRAME_HEAD	4
#define FRAME_PARTS_MAX	4
#define FRAMES_GO_MAX	32	/* pieces of memory that wait to go at once */

struct frame {
	uint8_t		 kind;
	struct span	 content;	/* good until the next frame is read */
};

struct frames {
	int	 fd;		/* borrowed */
	/* Until one of events (POLLIN, POLLOUT) is there; -1 and err: give up. */
	int	(*wait)(int fd, short events, void *arg, struct err *);
	void	*arg;
	bool	 wipes;		/* secrets come in: nothing that was read stays */
	bool	 holds;		/* what is put waits for frames_flush */
	/* Its own. */
	uint8_t	*in, *out;
	size_t	 at, len;	/* of in: read so far, filled so far */
	bool	 asked;		/* just now: the answer cannot be there yet */
	size_t	 nout, ngo;	/* that waits */
	struct iovec go[FRAMES_GO_MAX];
};

void	frames_init(struct frames *, int fd,
	    int (*wait)(int, short, void *, struct err *), void *arg);
void	frames_clear(struct frames *);	/* wipes what came in */

/*
 * The next frame: 1; 0 when the other end has closed between two frames; -1:
 * ERR_NET_TALK for what is none, or what wait said.
 */
int	frames_get(struct frames *, struct frame *, struct err *);

/* The frame just read is done with: wiped. */
void	frames_wipe(struct frames *, const struct frame *);

/* True when bytes are at hand that no descriptor will tell of any more. */
bool	frames_more(const struct frames *);

/*
 * One frame; where frames are held it goes with those before and after it: each
 * sending of its own wakes the other end.  -1: ERR_NET_DIED when that has gone,
 * or what wait said.
 */
int	frames_put(struct frames *, uint8_t kind, struct span, struct err *);

/* What is held, all at once. */
int	frames_flush(struct frames *, struct err *);

/*
 * The same with a content that lies in several places, and has to stay there
 * until it has gone: nothing is copied.
 */
int	frames_put_parts(struct frames *, uint8_t kind, const struct span *,
	    size_t n, struct err *);

/*
 * The parser alone, for the fuzzer: a frame off the front of what came.  1; 0
 * when it is not whole yet; -1 when it can be none.
 */
int	frame_parse(struct span *, struct frame *);

#endif
