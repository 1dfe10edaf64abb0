/*
 * A SubjectPublicKeyInfo (RFC 5280 4.1.2.7) made from a PKCS#11 key's attributes,
 * or its SHA-256 alone, to be compared with a certificate's.  Any thread; no
 * state.
 */
#ifndef CARD_SPKI_H
#define CARD_SPKI_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define SPKI_MAX	16384	/* bytes of an encoding we would make */

/* Big-endian modulus and exponent.  0, or -1 when they are no key. */
int	spki_rsa(const uint8_t *n, size_t nlen, const uint8_t *e, size_t elen,
	    uint8_t sha256[32]);

/*
 * CKA_EC_PARAMS and CKA_EC_POINT: a DER OCTET STRING around the point, or the
 * point as some modules give it bare (PKCS#11 2.40 6.3.3, note 1).
 */
int	spki_ec(const uint8_t *params, size_t plen, const uint8_t *point,
	    size_t ptlen, uint8_t sha256[32]);

/* The same, whole: added to a buffer of room for SPKI_MAX. */
int	spki_rsa_der(const uint8_t *n, size_t nlen, const uint8_t *e,
	    size_t elen, struct buf *);
int	spki_ec_der(const uint8_t *params, size_t plen, const uint8_t *point,
	    size_t ptlen, struct buf *);

/* Bits of an RSA modulus, and of the curve that a point is on; 0 unknown. */
unsigned spki_rsa_bits(const uint8_t *n, size_t nlen);
unsigned spki_ec_bits(const uint8_t *point, size_t ptlen);

#endif
