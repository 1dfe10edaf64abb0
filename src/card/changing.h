/*
 * Changes of change.h carried out on a token, and looked at afterwards through
 * software that has forgotten what it wrote (p11_stop).  Module processes only,
 * but for changing_writes.
 */
#ifndef CARD_CHANGING_H
#define CARD_CHANGING_H

#include "card/change.h"
#include "card/object.h"

/* Whether a kind of change writes to the card; the others only look. */
bool	changing_writes(enum card_change_kind);

/*
 * Do it, in a session of login_open that may write.  What is true already is
 * left as it is.  Errors are those of change.h, ERR_CARD_FULL,
 * ERR_CARD_READ_ONLY, ERR_CARD_KEY_KIND, ERR_CARD_HASH, ERR_CARD_KEY (none of
 * that id, or more than one) and what the module says.
 */
int	changing_do(const struct session *, const struct card_change *,
	    struct err *);

/*
 * What the token shows of it now, in any session: the key that was made, or
 * ERR_CARD_READ_BACK where it does not show what was to be done.  For kinds that
 * look, what they ask for; ERR_CARD_KEY when it is not there.
 */
int	changing_look(const struct session *, const struct card_change *,
	    struct card_changed *, struct err *);

#endif
