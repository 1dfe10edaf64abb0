/*
 * Work of a command that takes its time: on a thread of its own, so that Ctrl-C
 * asks it to stop where its data is whole, and progress can be told meanwhile.
 */
#ifndef UI_LONGWORK_H
#define UI_LONGWORK_H

#include <stdatomic.h>

#include "ui/verb.h"

/* On the thread: as struct job's run. */
typedef int	 longwork_fn(void *arg, const atomic_bool *cancel, struct err *);

/* On the command's own thread, a few times a second; NULL for none. */
typedef void	 longwork_tick_fn(void *arg);

/*
 * Run it and wait.  SIGINT, SIGTERM and SIGHUP set cancel and cmd->signal; what
 * the work answers to that is returned like any answer.  After a signal nothing
 * more is run: ERR_CANCELLED.
 */
int		 longwork(struct cmd *, longwork_fn *, longwork_tick_fn *,
		    void *arg, struct err *);

/*
 * The same for a stage that only looks, with another behind it: a signal that
 * came meanwhile is ERR_CANCELLED although the work went to its end.
 */
int		 longwork_first(struct cmd *, longwork_fn *, void *arg,
		    struct err *);

/* For work, between waiting and doing: -1 and ERR_CANCELLED once cancel is set. */
int		 longwork_stop(const atomic_bool *cancel, struct err *);

#endif
