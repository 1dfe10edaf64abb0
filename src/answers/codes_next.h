/*
 * What is to be done after a code of a library or a card (codes_*.def): most of
 * them lead to one of these.  codes.c alone.
 */
#ifndef ANSWERS_CODES_NEXT_H
#define ANSWERS_CODES_NEXT_H

#include "base/i18n.h"

#define NEXT_NONE	""
#define NEXT_AGAIN	N_("Try again; if it comes back, tell whoever looks after this desk.")
#define NEXT_CARD	N_("Take the card out and put it back, then try again.")
#define NEXT_MAKER	N_("Take the card out and put it back; if it stays, ask the maker of the card software.")
#define NEXT_KEEPER	N_("Tell whoever looks after this desk; what okienko doctor says helps them.")
#define NEXT_PUK	N_("Unlock it with the PUK in the issuer's program, or ask the issuer.")
#define NEXT_PIN	N_("Type it again; mind how many tries are left.")
#define NEXT_BACK	N_("Put it back and begin again.")
#define NEXT_PUTIN	N_("Put the card in.")
#define NEXT_NEWPIN	N_("Change the PIN in the issuer's program, then try again.")
#define NEXT_OTHERPIN	N_("Choose another PIN.")
#define NEXT_GIVEPIN	N_("Give the PIN and try again.")
#define NEXT_ACTIVATE	N_("Activate the card in the issuer's program, then try again.")
#define NEXT_ISSUERPROG	N_("Do it with the issuer's own program, or ask the issuer.")
#define NEXT_OTHERKEY	N_("Check that the card is the right one, and get what was encrypted once more.")
#define NEXT_OTHERCERT	N_("Choose another certificate, one that is meant for that.")
#define NEXT_OFFER	N_("Use another kind of key, or another card.")
#define NEXT_ROOM	N_("Look under Capacity what can be removed, or use a new card.")
#define NEXT_CLOSE	N_("Close the other programs that use the card, then try again.")
#define NEXT_NOTRUST	N_("Trust it for nothing, and ask whoever sent it for another.")
#define NEXT_INSTALL	N_("Install the issuer's card software and name it in okienko.conf.")
#define NEXT_REINSTALL	N_("Install it again; it must be for this kind of machine.")

#endif
