/*
 * A card's own directories (ISO 7816-15).  OpenSC reads that of private keys
 * without a PIN but hides what it lists until one is given; its file cache
 * (opensc.h) holds the bytes, so that they cost no command.  What we read of a
 * card ourselves is kept there too.  Module processes only.
 */
#ifndef CARD_P15_H
#define CARD_P15_H

#include <stdbool.h>

#include "card/card.h"

#define P15_FILE_MAX	16384	/* bytes of a cached file */

/*
 * Mark the private keys (EF(PrKDF), 8.4) of a card that OpenSC has just read, adding those it
 * hides altogether.  cache is OpenSC's folder or NULL, path the directory's in hex as
 * cached ("50154402"), or "".  True when the whole directory was understood: then
 * every private key of the card is listed.
 */
bool	p15_list_keys(struct card *, const char *cache, const char *path);

/*
 * The same from the directory's bytes, whose keys are on these tokens; -1 when
 * they are no directory.
 */
int	p15_parse_keys(struct card *, unsigned tokens, const uint8_t *,
	    size_t len);

/* How many entries a directory has (8.3); -1 when it is no directory. */
long	p15_entries(const uint8_t *, size_t len);

/*
 * Whether the card's own directory of certificates (EF(CDF), 8.6) lists more
 * than are in the record: OpenSC 0.23 stops at 128 objects, and leaves out
 * without a word what it cannot read.  key_path finds the cached files.
 */
bool	p15_lists_more(const struct card *, const char *cache,
	    const char *key_path, const char *cert_path);

/*
 * The bytes that EF(UnusedSpace) (8.9) lists as free, in however many pieces;
 * -1 when it is no such file.
 */
int64_t	p15_unused_bytes(const uint8_t *, size_t len);

/*
 * Bytes of a file kept beside what OpenSC cached of this very card and state:
 * recall sets *len, at first the room there is.  Without a cache, or without
 * the card's directory in it, nothing is kept.
 */
bool	p15_recall(const struct card *, const char *cache, const char *path,
	    const char *name, uint8_t *, size_t *len);
void	p15_keep(const struct card *, const char *cache, const char *path,
	    const char *name, const uint8_t *, size_t len);

#endif
