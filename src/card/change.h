/*
 * What may be done to a card beyond reading and signing: one change at a time, in
 * a session of its own, with the PIN that was typed for it.  A change that was
 * answered is on the card; one that was not may be: look at the card.  Plain
 * records, carried over okienko-card's socket (proto.h).
 */
#ifndef CARD_CHANGE_H
#define CARD_CHANGE_H

#include "base/buf.h"
#include "card/card.h"
#include "cert/keykind.h"

#define CHANGE_ID_MAX		64	/* hex digits of a CKA_ID that we choose */
#define CHANGE_LABEL_MAX	80	/* bytes of a label that we write */

enum card_change_kind {
	/*
	 * A key pair made on the card (PKCS#11 C_GenerateKeyPair), sign-only,
	 * private half sensitive and not extractable.  ERR_CARD_ID_TAKEN when
	 * the token has a key of that id: nothing was made.
	 */
	CHANGE_GENERATE,
	/*
	 * A certificate beside the key of that id, or of an authority (ca), then
	 * read back and compared byte by byte: ERR_CARD_READ_BACK.  One that is
	 * there with the same bytes and id is left as it is.
	 */
	CHANGE_WRITE,
	CHANGE_REMOVE_CERT,	/* the one of this SHA-256; done if there is none */
	CHANGE_REMOVE_KEY,	/* both halves; only if no certificate has its id */
	/* These change nothing, and need no PIN where the card shows it without. */
	CHANGE_READ_CERT,	/* the bytes of the one of this SHA-256 */
	CHANGE_READ_PUBLIC	/* SubjectPublicKeyInfo of the key of this id */
};

/* Fields that a kind does not name are empty. */
struct card_change {
	enum card_change_kind kind;
	char		 id[CHANGE_ID_MAX + 1];	/* upper-case hex; not for the certificate of an authority */
	char		 label[CHANGE_LABEL_MAX + 1]; /* generate, write */
	enum key_kind	 key;			/* generate */
	bool		 ca;			/* write */
	struct span	 der;			/* write; borrowed */
	uint8_t		 sha256[32];		/* remove-cert, read-cert */
};

/* What came of it: a SubjectPublicKeyInfo (generate, read-public), a certificate. */
struct card_changed {
	struct buf	 der;
};
void	card_changed_clear(struct card_changed *);

#endif
