/*
 * The one poll loop of a process: descriptors and timers.  Signals come in
 * through a signalfd that the program adds like any descriptor.  Callbacks run
 * on the loop's thread, may add and remove anything, and must not block.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

typedef void loop_fd_fn(int fd, short revents, void *arg);
typedef void loop_timer_fn(void *arg);

struct loop	*loop_new(void);
void		 loop_free(struct loop *);

/* Watch fd for events (POLLIN, POLLOUT); a second call changes them. */
void		 loop_fd(struct loop *, int fd, short events, loop_fd_fn *, void *);
void		 loop_fd_remove(struct loop *, int fd);

/* Call once after ms milliseconds; returns an id (never 0). */
unsigned	 loop_timer(struct loop *, int64_t ms, loop_timer_fn *, void *);
void		 loop_timer_cancel(struct loop *, unsigned id); /* 0 is fine */

/* Called after every round of callbacks, before sleeping: draw here. */
void		 loop_idle(struct loop *, void (*)(void *), void *);

/*
 * Run until loop_stop.  With no timer set it sleeps in poll without end, so an
 * idle program costs nothing.
 */
void		 loop_run(struct loop *);
void		 loop_stop(struct loop *);

/* One round: wait at most ms (-1: no bound), dispatch.  For tests and tools. */
void		 loop_once(struct loop *, int64_t ms);

#endif
