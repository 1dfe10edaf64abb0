/*
 * Asking authorities about a certificate's status, on a thread of its own with
 * its own network process and registry handle; one question after another.
 * UI thread only.
 */
#ifndef UI_ASKING_H
#define UI_ASKING_H

#include "base/loop.h"
#include "revocation/status.h"
#include "ui/setup.h"

struct asking;

struct asking	*asking_new(struct loop *, const struct setup *);
void		 asking_free(struct asking *);	/* cancels; NULL is fine */

/* The report is borrowed; err tells why there is none. */
typedef void	 asking_done_fn(void *arg, unsigned panel,
		    const struct status_report *, const struct err *);

/* Takes over what about points to; returns a number to cancel it by. */
unsigned	 asking_ask(struct asking *, struct status_about *about,
		    asking_done_fn *, void *arg, unsigned panel);
void		 asking_cancel(struct asking *, unsigned id);	/* 0 is fine */

#endif
