/*
 * What stands on a PIV card (SP 800-73-4): used by the applet and by whoever
 * makes cards.  Objects lie in the store under their tag.  One thread.
 */
#ifndef TESTS_CARD_PIV_H
#define TESTS_CARD_PIV_H

#include "tests/card/store.h"

enum { PIV_PIN = 0x80, PIV_PUK = 0x81, PIV_ADMIN = 0x9b };

#define PIV_RETIRED	20	/* places 82 to 95 */
#define PIV_PLACES	(4 + PIV_RETIRED)
#define PIV_GUID_LEN	16

struct piv_place {
	uint8_t	 key;		/* key reference */
	uint8_t	 tag[3];	/* of the certificate's object */
};

/* 9A, 9C, 9D, 9E, then the retired ones. */
struct piv_place piv_place(unsigned n);

/* PINs, management key and the objects every card has, if not yet there. */
void	piv_prepare(struct store *, const uint8_t guid[PIV_GUID_LEN]);
/* Takes the key, which may be NULL; so may the certificate. */
void	piv_fill(struct store *, unsigned place, EVP_PKEY *, const void *cert,
	    size_t len);
void	piv_put(struct store *, const uint8_t *tag, size_t tag_len,
	    const void *, size_t);

#endif
