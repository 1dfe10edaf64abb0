/*
 * Which key belongs to which certificate, and how sure that is.  No state; any
 * thread.
 */
#ifndef CARD_PAIR_H
#define CARD_PAIR_H

#include "card/card.h"

/*
 * What the objects of a card prove.  OpenSC makes a public key object out of
 * every certificate and hides private keys until the PIN is given, so there a
 * public key says nothing and a missing private one neither.
 */
#define PAIR_PUBLIC_PROVES	0x1	/* public keys are objects of their own */
#define PAIR_ALL_LISTED		0x2	/* every private key has been seen */

/*
 * Set each key's cert and raise each certificate's key state by what the keys
 * prove (a state that is already stronger stays).  They belong together by their
 * public halves; where one of them is unknown, by the same id on the same token.
 */
void		 card_pair(struct card *, unsigned proves);

/* The one of two states that says more. */
enum key_state	 card_stronger(enum key_state, enum key_state);

/*
 * The key of this id on one of these tokens, or of this public half (NULL:
 * unknown); NULL if there is none.  A public half that differs rules an id out.
 */
struct card_key	*card_find_key(struct card *, const char *id, unsigned tokens,
		    const uint8_t *spki_sha256);

#endif
