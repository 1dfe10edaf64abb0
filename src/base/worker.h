/*
 * A thread for what blocks, fed from the loop's thread through a queue.  A job
 * belongs to the worker from worker_post on; its run sees nothing but the job,
 * and its result comes back as an event of the loop.  Everything declared here
 * but run is called on the loop's thread.
 */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

/* The first member of whatever the caller's job is; zeroed before it is filled. */
struct job {
	/* On the worker's thread: may block, looks at cancel often. */
	void		 (*run)(struct job *);
	/* The result; not for a job that was cancelled.  May be NULL. */
	void		 (*done)(struct job *);
	/* Last of all, whatever happened. */
	void		 (*free)(struct job *);
	/*
	 * Shake run out of what it waits in; called with cancel set, only
	 * while run runs, and must neither block nor call the worker.  May be
	 * NULL.
	 */
	void		 (*stop)(struct job *);
	bool		 chore;		/* nobody asked for it: worker_finish drops it */
	int64_t		 deadline_ms;	/* from worker_post on; 0: none */
	atomic_bool	 cancel;	/* nobody waits for it any more, or late */
	bool		 late;		/* for done: the deadline passed */

	/* The worker's own. */
	unsigned	 id;
	int64_t		 due;
	bool		 unseen;
	struct job	*next;
};

struct worker;

/* Starts the thread, with all signals blocked. */
struct worker	*worker_new(struct loop *);

/*
 * Before worker_free, where work is counted on: gives the chores up and waits, for
 * so many milliseconds at most, until all else has run.  No done is called.  False
 * if some of it has not.
 */
bool		 worker_finish(struct worker *, int64_t ms);

/*
 * Cancels everything, waits for the running job to notice, and frees all jobs
 * unseen.  Not from inside a done or a free.
 */
void		 worker_free(struct worker *);

/*
 * Jobs run one after another in this order.  Returns a number, never 0, by
 * which it may be cancelled: the job may be gone at any later time.  A job whose
 * deadline passes before its turn is not run, but done is told.
 */
unsigned	 worker_post(struct worker *, struct job *);

/* Its done will not be called.  0, or one that has ended: nothing happens. */
void		 worker_cancel(struct worker *, unsigned id);

#endif
