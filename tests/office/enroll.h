/*
 * Requests to certify a key, whichever way they come: what is wrong with one, and
 * the certificate that it gets.  One request has one certificate, however often it
 * comes, but where a fault is to be tried.
 */
#ifndef TESTS_OFFICE_ENROLL_H
#define TESTS_OFFICE_ENROLL_H

#include <openssl/x509.h>

#include "tests/office/office.h"

struct enroll {
	const char	*word;		/* the request is known by it; at most 64 */
	const X509_NAME	*subject;
	EVP_PKEY	*key;
	const STACK_OF(X509_EXTENSION) *exts;	/* NULL */
	enum fault	 fault;
};

/* A request in DER and nothing behind it, signed by its own key; NULL. */
X509_REQ	*enroll_read(struct span der);
/* The last request that came, in DIR/request.der: for others to judge. */
void		 enroll_keep(const struct office *, struct span der);
/* Whether the key was certified before, for another request than that. */
bool		 enroll_is_used(const struct office *, EVP_PKEY *,
		    const char *word);
/* The latest certificate of that name that is neither revoked nor over; NULL. */
X509		*enroll_holder(const struct office *, const X509_NAME *);

X509		*enroll_issue(struct office *, const struct enroll *);
/* The certificate and, unless a fault leaves it out, its issuer: certs-only. */
void		 enroll_pkcs7(const struct office *, X509 *, enum fault,
		    struct buf *);
/* What a request is known by: its digest, with a letter before it. */
void		 enroll_word(char letter, struct span, char word[LEDGER_WORD_MAX]);

#endif
