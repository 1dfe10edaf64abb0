/*
 * What OpenSC has cached of a card, forgotten: files are kept by the card's serial
 * number and the time of its last change, and a card that was pulled in the middle
 * of one has changed without saying so.  Module processes only.
 */
#ifndef CARD_PURGE_H
#define CARD_PURGE_H

/* The token's serial number as PKCS#11 tells it; "" is all cards. */
void	purge_card(const char *serial);

#endif
