/*
 * Certificates for tests: written byte by byte, so that what no library would
 * write can be had too, and signed by OpenSSL with their own key.
 */
#ifndef TESTS_UNIT_CERTMAKE_H
#define TESTS_UNIT_CERTMAKE_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum make_key { MAKE_RSA, MAKE_EC, MAKE_ED25519, MAKE_ED448, MAKE_KEYS };

#define MAKE_ATTRS	8
#define MAKE_EXTS	10

/* The moment at which the profiles' dates make sense: 2026-11-22 12:00 UTC. */
#define MAKE_NOW	INT64_C(1795348800)

struct make_attr {
	const char	*oid;		/* in dots */
	const char	*value;
	size_t		 len;		/* 0: up to the NUL */
	int		 tag;		/* 0: UTF8String */
	bool		 joined;	/* to the RDN before it */
};

/* An extension in the syntax of openssl.cnf: "keyUsage", "critical,cRLSign". */
struct make_ext {
	const char	*name, *value;
};

struct make {
	const char	*name;		/* of the profile */
	struct make_attr subject[MAKE_ATTRS];
	struct make_attr issuer[MAKE_ATTRS];	/* none: a made-up authority */
	const char	*serial;	/* the INTEGER's octets as they stand */
	size_t		 serial_len;	/* 0: eight bytes of no meaning */
	const char	*not_before;	/* "YYMM..." or "YYYYMM...Z" */
	const char	*not_after;	/* NULL: around MAKE_NOW */
	int		 version;	/* 0: 3 */
	enum make_key	 key;
	struct make_ext	 exts[MAKE_EXTS];
	size_t		 padding;	/* octets of an extension that fills up */
	const char	*behind;	/* bytes behind the certificate */
};

/* A freshly made DER, the caller's to free. */
uint8_t		*make_cert(const struct make *, size_t *len);

/* The key of a kind, made once for the whole program. */
EVP_PKEY	*make_key(enum make_key);

/* The profiles that tests share, by name and one by one; NULL at the end. */
const struct make *make_profile(const char *name);
const struct make *make_profile_at(size_t);

#endif
