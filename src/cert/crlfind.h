/*
 * One certificate's status out of a revocation list that goes by (RFC 5280 6.3):
 * signature, freshness, deltas and lists that speak of other issuers' too.
 * Memory does not grow with the list.  Any thread.
 */
#ifndef CERT_CRLFIND_H
#define CERT_CRLFIND_H

#include "base/stream.h"
#include "cert/crl.h"

struct crlfind_about {
	struct span	 issuer;	/* the certificate's issuer, DER */
	struct span	 signer;	/* who signs the list, DER; empty: the issuer */
	struct span	 serial;	/* magnitude */
	bool		 ca;		/* the certificate is an authority's */
	const char	*point;		/* the list's address in the certificate; NULL */
	int64_t		 skew;		/* seconds that clocks may differ; 0: OCSP_SKEW */
};

struct crlfind_answer {
	bool		 listed;
	bool		 removed;	/* a delta says: no longer on it */
	int64_t		 this_update, next_update;	/* CERT_NO_TIME */
	int64_t		 revoked_at;	/* CERT_NO_TIME */
	int		 reason;	/* CRLReason; -1 */
	bool		 delta, indirect;
	/* It does not speak of every reason, or not of such a certificate. */
	bool		 partial;
	uint8_t		 number[CERT_SERIAL_MAX], base[CERT_SERIAL_MAX];
	size_t		 number_len, base_len;	/* cRLNumber, BaseCRLNumber; 0: none */
	char		*freshest;	/* where its delta is (RFC 5280 5.2.6), or NULL */
	int64_t		 entries, odd;	/* walked; that could not be read */
	int64_t		 bytes;
};

/*
 * Walk the list, DER or PEM, to its end; one that speaks of other issuers' too
 * twice, for which the stream must be able to go back.  -1: ERR_BAD_DATA,
 * ERR_STATUS_FORGED, ERR_STATUS_OTHER (another issuer's), ERR_STATUS_OLD,
 * ERR_STATUS_CLOCK or what reading says.  A badly coded entry is counted in odd
 * and the rest is still searched.  Of ERR_STATUS_OLD and ERR_STATUS_CLOCK the
 * answer is filled in all the same.
 *
 * The bytes are hashed once, for the signature: whoever wants a list's SHA-256
 * hashes it while it comes in.
 */
int	crlfind(struct stream *, const struct crlfind_about *, int64_t now,
	    struct crlfind_answer *, struct err *);
void	crlfind_clear(struct crlfind_answer *);

/* Numbers as they stand there: below, at, above nought as memcmp. */
int	crlfind_number_cmp(const uint8_t *, size_t, const uint8_t *, size_t);

#endif
