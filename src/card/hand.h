/*
 * Cards for a worker's thread, which may block: what it asks is asked of the
 * card client on the loop's thread, and the answer brought back.  One hand
 * serves one piece of work; the thread that works uses all but new, free, news
 * and shake, which are the loop's.
 */
#ifndef CARD_HAND_H
#define CARD_HAND_H

#include <stdatomic.h>

#include "card/change.h"
#include "card/client.h"

struct card_hand;

/* The client has to outlive it. */
struct card_hand *card_hand_new(struct loop *, struct card_client *,
		    const atomic_bool *cancel);
/* The work has ended.  An answer that is still to come finds nobody then. */
void		 card_hand_free(struct card_hand *);
/*
 * How many ms an answer may take, before the work begins: ERR_TIMEOUT.  Without
 * it as long as the client gives.
 */
void		 card_hand_patience(struct card_hand *, int64_t ms);
/* The world of cards has changed: for whoever waits for a card. */
void		 card_hand_news(struct card_hand *);
/* Cancel has been set: neither blocks nor takes a lock.  ERR_CANCELLED. */
void		 card_hand_shake(struct card_hand *);

/*
 * A copy, the caller's to card_free, of the card whose token has this serial
 * number (of this module, unless NULL), in any reader, once it is wholly read;
 * *token is the index of that token: where two of a card have one serial number,
 * as signature cards of two PINs do, the one with the certificate of this SHA-256
 * (NULL: any).  Waits at most so many ms (0: only looks):
 * ERR_CARD_REMOVED when there is none, ERR_TIMEOUT while it is still read,
 * ERR_CANCELLED.
 */
int	card_hand_card(struct card_hand *, const char *serial,
	    const char *module, const uint8_t cert[32], int64_t ms,
	    struct card **, size_t *token, struct err *);

/*
 * The id (CKA_ID) of the key that this certificate on a token is for, the
 * caller's to free; ERR_CARD_KEY.  Of the card only its reader is looked at, here
 * and below.
 */
int	card_hand_key(struct card_hand *, const struct card *,
	    const struct token *, const uint8_t cert[32], char **key,
	    struct err *);

/*
 * As card_client_change and card_client_sign, blocking.  The PIN is borrowed,
 * and a copy of it used; NULL: the reader's pinpad, or no PIN for what reads.
 */
int	card_hand_change(struct card_hand *, const struct card *,
	    const struct token *, const struct card_change *,
	    const struct secret *pin, struct card_changed *, struct err *);
int	card_hand_sign(struct card_hand *, const struct card *,
	    const struct token *, const char *key, const struct card_digest *,
	    const struct secret *pin, struct card_signature *, struct err *);

#endif
