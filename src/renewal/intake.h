/*
 * A certificate that comes back, before it goes to a card: whose key it certifies,
 * whose name, by whom, and what has changed against the old one.  Any thread.
 */
#ifndef RENEWAL_INTAKE_H
#define RENEWAL_INTAKE_H

#include "base/authority.h"
#include "base/buf.h"
#include "card/card.h"
#include "cert/keykind.h"

#define INTAKE_CHANGES_MAX	12

enum intake_change {	/* what differs from the old certificate */
	INTAKE_NAME, INTAKE_ISSUER, INTAKE_KEY_KIND, INTAKE_USAGE, INTAKE_EMAIL,
	INTAKE_POLICY, INTAKE_QUALIFIED, INTAKE_LATER_START, INTAKE_SHORTER
};

struct intake {
	struct cert	*cert;		/* the holder's */
	struct buf	 der;		/* its bytes */
	struct buf	 chain[4];	/* issuers', from its own upwards */
	size_t		 nchain;
	enum intake_change changes[INTAKE_CHANGES_MAX];
	size_t		 nchanges;
	bool		 early;		/* it is not valid yet: not_before says when */
};

/* What it has to be. */
struct intake_wanted {
	const uint8_t	*spki_sha256;	/* of the key on the card */
	struct span	 old;		/* the old certificate; empty: no holder to compare */
	const struct authority *authority; /* its [trust] files; NULL: any issuer that came along */
	int64_t		 now;
};

/*
 * Out of what came (PEM, DER, PKCS#7; at most CERT_FILE_CERTS certificates).
 * -1: ERR_NOT_A_CERT, ERR_CERT_OTHER_KEY, ERR_CERT_OTHER_HOLDER,
 * ERR_CERT_NO_CHAIN, ERR_CERT_ENDED (it is over already).
 */
int	intake(struct span body, const char *from, const struct intake_wanted *,
	    struct intake *, struct err *);
void	intake_clear(struct intake *);

/*
 * The key without a certificate on a card that one of what came is for, and its
 * kind: where a certificate belongs whose request was made elsewhere.  NULL:
 * ERR_NOT_A_CERT, ERR_CERT_OTHER_KEY, ERR_CERT_KEY_TAKEN (it has one there).
 */
const struct card_key *intake_key(struct span body, const char *from,
	    const struct card *, enum key_kind *, struct err *);
const char *intake_change_words(enum intake_change);	/* present language */

#endif
