/*
 * Whether a certificate's key signed some bytes: RFC 5280 4.1.1.2, RFC 4055, RFC
 * 5758, RFC 8410.  Whether that certificate may sign such a thing is another
 * question.  Any thread.
 */
#ifndef CERT_SIGNATURE_H
#define CERT_SIGNATURE_H

#include "cert/spans.h"

enum signature_verdict {
	SIGNATURE_RIGHT,
	SIGNATURE_WRONG,	/* by another key, or bytes are changed */
	SIGNATURE_UNKNOWN	/* algorithm unknown here, or not one of that key */
};

/* Bytes at hand: by a certificate in DER, an AlgorithmIdentifier, whole. */
enum signature_verdict	signature_check(struct span cert, struct span algorithm,
			    struct span bytes, struct span octets);

/* The same by a SubjectPublicKeyInfo, whole. */
enum signature_verdict	signature_check_spki(struct span spki,
			    struct span algorithm, struct span bytes,
			    struct span octets);

/*
 * A SHA-256 digest by the key of a certificate in DER: PKCS #1 v1.5 for RSA, DER
 * (RFC 3279) for ECDSA.
 */
enum signature_verdict	signature_of_digest(struct span cert,
			    struct span digest, struct span octets);

/* One certificate by another, and the algorithm said alike in both places. */
enum signature_verdict	signature_of_cert(struct span cert, struct span issuer);

/* --- bytes that go by ----------------------------------------------------- */

struct signature;

/* NULL for SIGNATURE_UNKNOWN, and for the Edwards curves: those need all at once. */
struct signature	*signature_new(struct span cert, struct span algorithm);
void			 signature_bytes(struct signature *, struct span);
enum signature_verdict	 signature_end(struct signature *, struct span octets);
void			 signature_free(struct signature *);	/* NULL is fine */

#endif
