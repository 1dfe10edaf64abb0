/*
 * The officer's card as a signer: a sending runs on a worker's thread, and cards
 * are asked from the loop's.  One of these goes with one sending and signs once,
 * with the PIN that was typed for it.  All but the signer's own function is for
 * the loop's thread.
 */
#ifndef REVOCATION_OFFICER_CARD_H
#define REVOCATION_OFFICER_CARD_H

#include <stdatomic.h>

#include "base/loop.h"
#include "base/secret.h"
#include "card/client.h"
#include "revocation/channel.h"

/*
 * How long a signature may take: the card's work and a pinpad's keys, and less
 * than a case is leased for (rounds.h).
 */
#define OFFICER_CARD_MS	100000

struct officer_card;

/*
 * For the token of the card in a reader; its PIN is consumed, NULL: entry on the
 * reader's own pinpad.  The client has to outlive the sending.
 */
struct officer_card	*officer_card_new(struct loop *, struct card_client *,
			    const char *reader, const struct token *,
			    struct secret *pin);
/* An answer that is still to come finds nobody then. */
void			 officer_card_free(struct officer_card *);

/*
 * The signer, for the worker's thread: waits until the card has answered, so
 * many ms have passed, or cancel is set and shake called.
 * ERR_OFFICER_CARD: the certificate is not on that card, or the PIN has been
 * used; ERR_TIMEOUT, ERR_CANCELLED, or what the card says.
 */
struct officer_signer	*officer_card_signer(struct officer_card *,
			    const atomic_bool *cancel, int64_t deadline_ms);
/* Cancel has been set: neither blocks nor takes a lock. */
void			 officer_card_shake(struct officer_card *);

/* The card that holds a certificate, and the token it is on; NULL: none does. */
const struct card	*officer_card_find(const struct card_world *,
			    const uint8_t cert[32], const struct token **);

#endif
