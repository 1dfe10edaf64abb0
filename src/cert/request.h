/*
 * Certification requests, PKCS #10 (RFC 2986): made for a key that is elsewhere
 * (what it has to sign is asked for), and read when somebody brings one.  Any
 * thread; no state.
 */
#ifndef CERT_REQUEST_H
#define CERT_REQUEST_H

#include "base/buf.h"
#include "cert/keykind.h"
#include "cert/signature.h"

#define REQUEST_DER_MAX	((size_t)64 << 10)
#define REQUEST_EKU_MAX	8

enum request_hash { REQUEST_SHA256, REQUEST_SHA384, REQUEST_SHA512 };

/*
 * Signs a digest by the private half of the request's key: RSA as PKCS #1 v1.5,
 * EC as DER of r and s (RFC 3279 2.2.3).
 */
typedef int	 request_sign_fn(void *arg, enum request_hash,
		    const uint8_t *digest, size_t len, struct buf *signature,
		    struct err *);

struct request_plan {
	struct span	 old;		/* certificate in DER: its subject, byte by byte */
	struct span	 spki;		/* SubjectPublicKeyInfo of the new key */
	/* Extensions asked for (RFC 2985 5.4.2); nothing: none. */
	bool		 names;		/* subjectAltName as in old */
	unsigned	 ku;		/* CERT_KU_*; 0 none */
	const char	*eku[REQUEST_EKU_MAX];	/* OIDs */
	size_t		 neku;
};

/* -1: what sign said, ERR_BAD_DATA for a certificate or key that is none. */
int	request_make(const struct request_plan *, request_sign_fn *, void *arg,
	    struct buf *der, struct err *);

/* What a request says. Free with request_clear. */
struct cert_request {
	struct cert_name subject;
	enum cert_key_type key_type;
	unsigned	 key_bits;
	char		*key_curve;	/* or NULL */
	uint8_t		 spki_sha256[32];
	char		*signature_alg;
	enum signature_verdict proof;	/* of possession: its own signature */
	struct cert_san	*san;
	size_t		 nsan;
	unsigned	 ku;
	char		*eku[REQUEST_EKU_MAX];
	size_t		 neku;
	bool		 weak;		/* RSA under 2048 bits, SHA-1, MD5, a curve under 256 bits */
};

/* PEM or DER, at most REQUEST_DER_MAX bytes; -1: ERR_NOT_A_REQUEST, ERR_TOO_BIG. */
int	request_read(struct span, const char *name, struct cert_request *,
	    struct err *);
void	request_clear(struct cert_request *);

/* PEM, with lines of 64. */
void	request_pem(struct span der, struct buf *);

#endif
