/*
 * A page that was made or fetched, a PDF: into a file that is not there yet, or
 * to the printer.  Waits for disk and printer: not on the desk's own thread.
 */
#ifndef UI_PAGEOUT_H
#define UI_PAGEOUT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"

#define PAGEOUT_MAX	((size_t)8 << 20)	/* bytes of one page */

/* For the account alone, since it names a person; and nothing is replaced. */
int	pageout_save(const char *path, const struct buf *page, struct err *);

/* It is out, and yet that could not be written down, for that cause: -1. */
int	pageout_unnoted(struct err *);

int	pageout_print(const struct conf *, const char *title,
	    const struct buf *page, const atomic_bool *cancel, struct err *);

#endif
