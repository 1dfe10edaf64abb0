/*
 * One PIN, used once.  Module processes only.
 */
#ifndef CARD_LOGIN_H
#define CARD_LOGIN_H

#include "base/secret.h"
#include "card/p11.h"
#include "card/object.h"

/* Whose PIN it is. */
struct login {
	const char	*reader;
	CK_SLOT_ID	 slot;
	const char	*serial;	/* of the token the PIN was typed for */
	bool		 last;		/* who typed it knows that it is the last try */
	bool		 writes;	/* the session is to change something */
};

/* Whether that is the token of this serial number. */
bool	login_is_token(const CK_TOKEN_INFO *, const char *serial);

/*
 * Log in, spending at most one try.  The PIN is not sent when the token's
 * serial number is another (ERR_PIN_CARD_CHANGED), the PIN is locked
 * (ERR_PIN_LOCKED) or at its last try unknown to who typed it (ERR_PIN_LAST), or
 * its length is none that the token takes (ERR_PIN_LENGTH), nor to a card that
 * nobody can write to when it is to be written to (ERR_CARD_READ_ONLY).  pin NULL:
 * entry on the reader's pinpad.  On success the session is the caller's, for
 * login_close.
 */
int	login_open(const struct p11 *, const struct login *,
	    const struct secret *pin, struct session *, struct err *);
void	login_close(struct session *);	/* logs out */

/*
 * The same PIN once more for the one operation that has been begun: some keys
 * want it before each use (CKA_ALWAYS_AUTHENTICATE).  Only with one that
 * login_open has found right.
 */
int	login_again(const struct session *, const struct secret *pin,
	    struct err *);

#endif
