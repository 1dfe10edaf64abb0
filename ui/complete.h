/*
 * File names begun, completed on a worker's thread, as far as they may be named
 * (base/reach.h); and the sticks that are in, where those may.
 * UI thread only, but for the job itself.
 */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H

#include "base/worker.h"
#include "extract/walk.h"
#include "ui/field.h"

#define COMPLETE_MAX	200	/* names that are shown */

struct completion {
	char		*typed;		/* what was to be completed */
	char		*path;		/* as far as it is certain */
	char		**names;	/* what could follow, when several; sorted */
	size_t		 n;
	struct usb_list	 usb;
};

/*
 * done is given the answer, borrowed; returns the job's number.  stick: no names
 * but of what lies on one.
 */
unsigned complete_start(struct worker *, const char *path, bool stick,
	    void (*done)(const struct completion *, void *arg), void *arg);

/* Into the field, unless somebody has typed on meanwhile. */
void	 complete_field(const struct completion *, struct field *);

#endif
