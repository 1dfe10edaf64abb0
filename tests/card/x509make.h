/*
 * What whoever makes certificates for tests needs of OpenSSL: keys in files,
 * names and extensions.  One thread; what cannot be made ends the program
 * (panic).
 */
#ifndef TESTS_CARD_X509MAKE_H
#define TESTS_CARD_X509MAKE_H

#include <openssl/x509.h>
#include <stdbool.h>

/* PrintableString for C and serialNumber, UTF8String otherwise. */
struct cert_name {
	int		 nid;
	const char	*value;
	int		 len;		/* 0: to the end of the string */
	unsigned	 repeat;	/* that many times; 0 is once */
};

struct cert_ext {
	int		 nid;
	const char	*value;	/* as in openssl.cnf */
};

/* The key in that PEM file, or one made and put there: EC P-256 or RSA 2048. */
EVP_PKEY *x509make_key(const char *path, bool ec);
/* Written beside and renamed: nobody reads half a key. */
void	 x509make_save_key(const char *path, EVP_PKEY *);

/* suffix, behind a common name, may be "". */
void	 x509make_name(X509_NAME *, const struct cert_name *, const char *suffix);
/* issuer may be the certificate itself. */
void	 x509make_ext(X509 *, X509 *issuer, const struct cert_ext *);
/* From and to in days from now, and seconds more at the end. */
void	 x509make_dates(X509 *, int from, int to, long more);

#endif
