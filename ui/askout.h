/*
 * A question to an authority that has no order service: a page, saved or printed,
 * and noted in the registry without what was written.  Waits for disk and
 * printer: not on the desk's own thread.
 */
#ifndef UI_ASKOUT_H
#define UI_ASKOUT_H

#include <stdatomic.h>

#include "base/conf.h"
#include "order/service.h"

/*
 * Into a new file (plain text where its name ends in .txt, else PDF), or to the
 * printer where file is NULL.  reg may be NULL: then nothing is noted.  out tells
 * how it went, with the number that stands on the page; also with ERR_NOT_NOTED,
 * when the page is out all the same.
 */
int	askout(struct registry *, const struct conf *, const struct authority *,
	    const struct order_question *, const char *file,
	    const atomic_bool *cancel, struct order_out *, struct err *);

#endif
