/*
 * What PKCS#11 does not tell and the card does when it is asked directly: PIN
 * tries left, free memory.  The table of models says what may be asked of which
 * card; nothing here spends a try, writes, or stays on the card.  Module
 * processes only, while the module is not using the card.
 */
#ifndef CARD_PROBE_H
#define CARD_PROBE_H

#include "card/card.h"
#include "card/p11.h"

/*
 * Add the card's own answers to a record that a module has filled in.  Does
 * nothing unless the table knows the card and this is the module to ask beside:
 * the one the model prefers, or OpenSC where it prefers none.  A card that
 * was logged in to is reset first, so that it is not left verified.
 */
void	probe_card(struct card *, const struct p11 *, bool was_verified);

/* The ATR of the card in a reader, as the service knows it; its length or 0. */
size_t	probe_atr(const char *reader, uint8_t atr[CARD_ATR_MAX]);

/*
 * Why a card that the module shows nothing of may not be its fault: -1 when the
 * service refuses us the card, another program holds it, or it is mute.
 */
int	probe_connect(const char *reader, struct err *);

/* True when no other reader has a card in it: asked of the service, of no card. */
bool	probe_is_only_card(const char *reader);

#endif
