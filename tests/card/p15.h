/*
 * PKCS#15 structures written straight into a card's store, in the layout and
 * the encoding that pkcs15-init gives an IsoApplet, so that OpenSC can both
 * read the card and go on writing it.  One thread.
 */
#ifndef TESTS_CARD_P15_H
#define TESTS_CARD_P15_H

#include <openssl/evp.h>
#include <stdbool.h>

#include "base/buf.h"
#include "tests/card/store.h"

#define P15_HOLES_MAX	4

enum p15_usage { P15_SIGN, P15_SIGN_DECRYPT, P15_NON_REPUDIATION };

struct p15 {
	struct store	*store;
	struct buf	 prkdf, pukdf, cdf;	/* the directories so far */
	unsigned	 keys, certs;
};

/* A card with PIN 1234 and PUK 1234567890123456, its application begun. */
void	p15_begin(struct p15 *, struct store *);
/* Takes the key, private and public half both listed under this id. */
void	p15_key(struct p15 *, unsigned id, const char *label, EVP_PKEY *,
	    enum p15_usage);
/* told is the size the file claims to have; 0 is the true one. */
void	p15_cert(struct p15 *, unsigned id, const char *label, bool authority,
	    struct span der, size_t told);
/*
 * Writes the directories.  Serial is hex; holes, ended by 0, are what
 * EF(UnusedSpace) says is free, and together what CREATE FILE will give.
 */
void	p15_end(struct p15 *, const char *label, const char *serial,
	    const unsigned holes[P15_HOLES_MAX]);

#endif
