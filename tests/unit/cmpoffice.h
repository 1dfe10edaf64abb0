/*
 * A small authority inside the test program: keys, certificates in files, and
 * OpenSSL's own CMP server, which speaks as it is told to.
 */
#ifndef TESTS_UNIT_CMPOFFICE_H
#define TESTS_UNIT_CMPOFFICE_H

#include <openssl/cmp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* All are valid around it, and not today: by which clock it is judged shows. */
#define OFFICE_NOW	INT64_C(1579046400)	/* 2020-01-15 */
#define OFFICE_REF	"ref1"
#define OFFICE_SECRET	"Tajne-haslo-9"

/* Who signs or asks. */
enum office_who {
	OFFICE_CA,		/* the issuer */
	OFFICE_SIGNER,		/* under the CA, made to speak for it (cmcRA) */
	OFFICE_OFFICER,		/* under the CA */
	OFFICE_RSA,		/* one whose key is RSA */
	OFFICE_HOLDER,		/* under the CA: anybody */
	OFFICE_EXPIRED,		/* an officer of last year */
	OFFICE_FOREIGN,		/* another CA */
	OFFICE_STRANGER,	/* under that one, with cmcRA */
	OFFICE_COUNT
};

struct cmpoffice {
	char		 folder[64];
	X509		*cert[OFFICE_COUNT];
	EVP_PKEY	*key[OFFICE_COUNT];
	/* How it answers. */
	enum office_who	 signs;
	bool		 by_secret;	/* instead */
	bool		 unprotected;
	bool		 other_serial;	/* it speaks of another certificate */
	bool		 other_issuer;	/* and of another authority's */
	int		 status, bits;	/* PKIStatus, PKIFailureInfo */
	const char	*text;
	int		 puts_off;	/* pollReps it gives; -1: it knows none */
	int		 check_after;	/* that stands in them */
	struct buf	 aside;		/* the request that waits */
	int		 polled;
	/* What it saw of a request that was protected as it should be. */
	int		 asked;
	uint8_t		 serial[64];
	size_t		 serial_len;
	bool		 issuer_right;
	/* Of any request. */
	char		 transaction[33];
};

void	 cmpoffice_make(struct cmpoffice *);
void	 cmpoffice_clear(struct cmpoffice *);

/* "FOLDER/officer.pem", ".key", "all.pem" and so on; static until the next call. */
const char *cmpoffice_file(const struct cmpoffice *, const char *name);

/* The answer to a request, DER; the caller frees with OPENSSL_free. */
int	 cmpoffice_ask(struct cmpoffice *, struct span request,
	    unsigned char **answer);

#endif
