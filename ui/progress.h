/*
 * One line of progress on a terminal: how much, how fast, how long still.  The
 * worker's thread sets it, the command's own shows it.
 */
#ifndef UI_PROGRESS_H
#define UI_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "ui/out.h"

struct progress {
	struct out	*out;
	bool		 on;		/* there is a terminal to show it on */
	bool		 shown;
	int64_t		 began;		/* clock_mono_ms */
	pthread_mutex_t	 lock;		/* for what follows, and for out */
	int64_t		 done, total, records;
};

/* Nothing is ever shown unless wanted and standard error is a terminal. */
void	progress_init(struct progress *, struct out *, bool wanted);
void	progress_set(struct progress *, int64_t done, int64_t total,
	    int64_t records);
void	progress_show(struct progress *);

/* For a line of its own: the progress is wiped away; then shown again. */
void	progress_pause(struct progress *);
void	progress_resume(struct progress *);

void	progress_end(struct progress *);

#endif
