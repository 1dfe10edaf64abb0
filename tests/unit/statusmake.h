/*
 * A small authority for tests of status answers: certificates, OCSP answers and
 * revocation lists, made by OpenSSL at any moment of the calendar.
 */
#ifndef TESTS_UNIT_STATUSMAKE_H
#define TESTS_UNIT_STATUSMAKE_H

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* In openssl.cnf's form: "keyUsage", "critical,cRLSign". */
struct status_ext {
	const char	*name, *value;
};

#define STATUS_EXTS	6

struct status_cert {
	const char	*cn;
	EVP_PKEY	*key;
	X509		*issuer;	/* NULL: itself */
	EVP_PKEY	*issuer_key;
	long		 serial;	/* 0: 1 */
	int64_t		 from, to;	/* 0: years around MAKE_NOW */
	struct status_ext exts[STATUS_EXTS];
};

X509		*status_cert(const struct status_cert *);
/* Its DER, the caller's to free. */
struct span	 status_der(X509 *);

struct status_ocsp {
	X509		*issuer;	/* of whom it speaks */
	const char	*serial;	/* hex */
	X509		*signer;
	EVP_PKEY	*key;
	X509		*with;		/* sent along; NULL: none */
	int		 state;		/* V_OCSP_CERTSTATUS_* */
	int		 reason;	/* CRLReason; -1 */
	int64_t		 revoked_at, this_update, next_update; /* next 0: none */
	int64_t		 produced_at;	/* 0: thisUpdate */
	const uint8_t	*nonce;		/* NULL: none */
	int		 nonce_len;
	bool		 by_key, sha256;
};

/* The caller's to free. */
struct span	 status_ocsp(const struct status_ocsp *);
/* One that refuses: OCSP_RESPONSE_STATUS_TRYLATER ... */
struct span	 status_ocsp_refusal(int status);

#define STATUS_LISTED	8

struct status_listed {
	const char	*serial;	/* hex; NULL: no more */
	int		 reason;	/* -1: none */
	X509		*issuer;	/* certificateIssuer; NULL */
};

struct status_crl {
	X509		*issuer;	/* whose name it bears */
	EVP_PKEY	*key;
	bool		 pss;
	int64_t		 this_update, next_update;	/* next 0: none */
	long		 number;	/* 0: none */
	struct status_listed listed[STATUS_LISTED];
	int		 more;		/* entries nobody has, before those */
	struct status_ext exts[STATUS_EXTS];
};

struct span	 status_crl(const struct status_crl *);

#endif
