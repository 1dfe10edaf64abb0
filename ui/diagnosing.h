/*
 * Looking at the way to servers, on a thread of its own with its own network
 * process; one server after another.  Each step is told as it ends.  UI thread
 * only.
 */
#ifndef UI_DIAGNOSING_H
#define UI_DIAGNOSING_H

#include "base/loop.h"
#include "net/diagnose.h"
#include "ui/setup.h"

struct diagnosing;

struct diagnosing *diagnosing_new(struct loop *, const struct setup *);
void		 diagnosing_free(struct diagnosing *); /* cancels; NULL is fine */

/* What is asked, and by whom: handed back with each step. */
struct diagnosing_of {
	unsigned	 panel, round;
	size_t		 which;		/* of the asker's servers */
};

/* A step that has ended (borrowed); NULL: all of it has, and how is in err. */
typedef void	 diagnosing_fn(void *arg, const struct diagnosing_of *,
		    const struct diag_result *, const struct err *);

/* about's strings are borrowed until its end; returns a number to cancel it by. */
unsigned	 diagnosing_ask(struct diagnosing *, const struct diag_about *,
		    const struct diagnosing_of *, diagnosing_fn *, void *arg);
void		 diagnosing_cancel(struct diagnosing *, unsigned id); /* 0 is fine */

#endif
