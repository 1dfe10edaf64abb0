/*
 * The desk's end of a process of ours that talks in frames: started, greeted,
 * waited for with a deadline and a cancel flag, ended.  For okienko-net and
 * okienko-print.  One owner, one thread at a time; blocks.
 */
#ifndef NET_HELPER_H
#define NET_HELPER_H

#include <sys/types.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "net/frame.h"

struct helper {
	pid_t		 pid;		/* -1: none */
	int		 ended, fd;	/* its end; its talk */
	struct frames	 frames;
	bool		 greeted;
	/* What is waited for now. */
	const char	*what;		/* for errors: whom is asked */
	int64_t		 until;		/* clock_mono_ms() */
	const atomic_bool *cancel;	/* NULL */
};

void	helper_init(struct helper *);

/*
 * Start program; with fd not -1 that is its second descriptor.  -1:
 * ERR_NET_START with the program's name.
 */
int	helper_start(struct helper *, const char *program, int fd, struct err *);

/*
 * The next frame, after the greeting: 1; 0 when it has ended of its own will, as
 * one does that nobody has asked for long; -1: ERR_NET_DIED, _START, _TALK,
 * ERR_CANCELLED or ERR_NET_TIMEOUT, and it is of no more use.
 */
int	helper_get(struct helper *, struct frame *, struct err *);

/* End it, whatever it does; nothing of it is left.  None is fine. */
void	helper_end(struct helper *);

#endif
