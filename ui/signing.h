/*
 * The officer's card for one command: looked for in the readers, its PIN asked
 * for, and while the command's work runs on a thread the card signs for it.  The
 * command's own thread only, but for the signer.
 */
#ifndef UI_SIGNING_H
#define UI_SIGNING_H

#include <stdatomic.h>

#include "base/authority.h"
#include "revocation/channel.h"
#include "ui/longwork.h"

struct signing;

/* What commands that send take for it. */
#define SIGNING_OPTIONS \
	{ "officer-card", NULL, N_("sign it with the officer's card in a reader; asks for its PIN") }, \
	{ "pin-fd", N_("N"), N_("with --officer-card: read the PIN from this descriptor") }

/*
 * NULL where --officer-card is not given.  ERR_USAGE when that authority's
 * officer has no key on a card or the case goes another way (by_card is false),
 * ERR_OFFICER_CARD when it is in no reader; as passage_pin.
 */
int	signing_open(struct cmd *, const struct authority *, bool by_card,
	    struct signing **, struct err *);
void	signing_close(struct signing *);	/* NULL is fine */

/* As longwork, which it is for NULL. */
int	signing_work(struct signing *, struct cmd *, longwork_fn *, void *arg,
	    struct err *);

/* For the work's thread: signs once.  NULL for NULL. */
struct officer_signer	*signing_signer(struct signing *,
			    const atomic_bool *cancel);

#endif
