/*
 * A card's own directory of private keys (EF(PrKDF), ISO 7816-15 8.4).  OpenSC
 * reads it without a PIN but hides what it lists until one is given; its file
 * cache (opensc.h) holds the bytes, so that they cost no command.  Module
 * processes only.
 */
#ifndef CARD_P15_H
#define CARD_P15_H

#include <stdbool.h>

#include "card/card.h"

#define P15_FILE_MAX	16384	/* bytes of a cached file */

/*
 * Mark the private keys of a card that OpenSC has just read, adding those it
 * hides altogether.  cache is OpenSC's folder, path the directory's in hex as
 * cached ("50154402").  True when the whole directory was understood: then
 * every private key of the card is listed.
 */
bool	p15_list_keys(struct card *, const char *cache, const char *path);

/*
 * The same from the directory's bytes, whose keys are on these tokens; -1 when
 * they are no directory.
 */
int	p15_parse_keys(struct card *, unsigned tokens, const uint8_t *,
	    size_t len);

#endif
