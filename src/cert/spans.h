/*
 * Where things stand inside DER that is hashed or signed: what else reads a
 * certificate takes it apart (cert.h).  Spans point into the bytes given.  No
 * state; any thread.
 */
#ifndef CERT_SPANS_H
#define CERT_SPANS_H

#include "base/buf.h"

/* SEQUENCE { what is signed, AlgorithmIdentifier, BIT STRING, ... }. */
struct signed_spans {
	struct span	 part, algorithm;	/* whole */
	struct span	 octets;		/* the signature's */
	struct span	 rest;			/* what stands behind it */
};

/* -1 when it is no such thing, or when bytes stand behind the SEQUENCE. */
int	signed_spans(struct span der, struct signed_spans *);

/* Of a certificate; whole but the last. */
struct cert_spans {
	struct span	 algorithm;	/* inside, as outside (RFC 5280 4.1.1.2) */
	struct span	 issuer, subject;	/* Name */
	struct span	 spki;
	struct span	 key;		/* octets of its BIT STRING */
};

int	cert_spans(struct span der, struct cert_spans *);

/*
 * Whether a SubjectPublicKeyInfo, whole, leaves no choice of what its key is: a
 * point on a curve that is spelled out and not named is somebody else's key by
 * another generator, and no hash of the key covers that (RFC 5480 2.1.1).
 */
bool	spki_is_plain(struct span spki);

/*
 * Whether a certificate's key has this identifier by the ways of reckoning one
 * that say something about the key: its SHA-1 (RFC 5280 4.2.1.2 (1)), or 20
 * bytes of a SHA-2 (RFC 7093 2).  What the certificate says of itself does not,
 * and no hash does of a key that is not plain.
 */
bool	cert_key_has_id(struct span der, const uint8_t *id, size_t len);

#endif
