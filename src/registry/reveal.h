/*
 * A restricted certificate is shown only to whoever says why, and that goes into
 * the journal; also when it was restricted after it had been found.
 */
#ifndef REGISTRY_REVEAL_H
#define REGISTRY_REVEAL_H

#include "base/err.h"
#include "registry/record.h"
#include "registry/registry.h"

/*
 * Before it is shown; of one that is not restricted nothing is asked.  -1:
 * ERR_RESTRICTED without a reason (NULL or ""), and what the database says.
 */
int	reveal_record(struct registry *, const struct record *,
	    const char *reason, struct err *);
/* The entry alone; no name stands in the reason. */
int	reveal_note(struct registry *, const struct record *, const char *why,
	    struct err *);
/*
 * For whoever has its number and has given no reason: of one that is restricted
 * only number, issuer, dates and status stay, and not whose it is.
 */
void	reveal_hide(struct record *);

#endif
