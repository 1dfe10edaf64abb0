/*
 * A key pair made by a token itself.  Module processes only.
 */
#ifndef CARD_KEYMAKE_H
#define CARD_KEYMAKE_H

#include "card/change.h"
#include "card/object.h"

/*
 * C_GenerateKeyPair of the kind, id and label of a CHANGE_GENERATE, in a session
 * of login_open that may write.  Refused before anything is made when the token
 * could not use such a key: ERR_CARD_KEY_KIND, or ERR_CARD_HASH when it would
 * sign SHA-1 alone with it.
 */
int	keymake(const struct session *, const struct card_change *,
	    struct err *);

/* ERR_CARD_HASH if that is what a token makes of an EC key; else 0. */
int	keymake_hashes(const struct session *, struct err *);

/*
 * Which kinds a token says that it makes, and can sign with as is wanted today:
 * struct token's makes.
 */
unsigned keymake_kinds(const struct p11 *, CK_SLOT_ID);

/* The bytes of an id; their number. */
size_t	keymake_id(const char *hex, uint8_t id[CHANGE_ID_MAX / 2]);

#endif
