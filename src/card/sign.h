/*
 * A digest signed by a private key that stays on its token.  Module processes
 * only.
 */
#ifndef CARD_SIGN_H
#define CARD_SIGN_H

#include "base/secret.h"
#include "card/card.h"
#include "card/object.h"

/*
 * Sign with the one private key of this id (CKA_ID, upper-case hex), in a
 * session of login_open and with the PIN that opened it (NULL: the reader's
 * pinpad), which a key may want once more.  ERR_CARD_KEY when there is no such
 * key, more than one, or it is of another kind.  A digest longer than the order
 * of an EC key's curve is the module's to cut: few do it right.
 */
int	sign_digest(const struct session *, const struct secret *pin,
	    const char *key, const struct card_digest *,
	    struct card_signature *, struct err *);

#endif
