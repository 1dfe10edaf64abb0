/*
 * A case's form and receipt as a page: into a file that is not there yet, or to
 * the printer.  What was made of a form is an event of its case; the receipt
 * closes one that is proved, but for a suspension, whose end is still to come.
 * ERR_NOT_NOTED: the page is out, but its case does not say so.
 * Waits for disk and printer: not on the desk's own thread.
 */
#ifndef UI_PAPERWORK_H
#define UI_PAPERWORK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/conf.h"
#include "revocation/channel.h"

struct paperwork {
	const struct conf		*conf;
	const struct authorities	*authorities;
	int64_t				 id;
	bool				 form;		/* else the receipt */
	const char			*file;		/* NULL: print it */
	int64_t				 at;
	const atomic_bool		*cancel;	/* or NULL */
};

int	paperwork(struct registry *, const struct paperwork *, struct err *);

#endif
