/*
 * Certificates for cards, by a small authority of our own.  Everything about
 * them is the same on each run but their keys, which are kept in a folder, and
 * their dates, which count from now.  Where the folder has a link "authority" to
 * the folder of an office (tests/office), that one issues them.  One thread;
 * what cannot be made ends the program (panic).
 */
#ifndef TESTS_CARD_MKCERT_H
#define TESTS_CARD_MKCERT_H

#include <openssl/x509.h>
#include <stdbool.h>

#include "base/buf.h"
#include "tests/card/x509make.h"

#define CERT_NAMES_MAX	8
#define CERT_EXTS_MAX	10

struct cert_spec {
	const char	*name;		/* of its file */
	const char	*key;		/* its file: "ec-..." is EC P-256 */
	const char	*issuer;	/* a spec's name; NULL: self-signed */
	int		 from, to;	/* days from now */
	struct cert_name subject[CERT_NAMES_MAX];
	struct cert_ext	 exts[CERT_EXTS_MAX];
	bool		 qualified;	/* with QCStatements */
	bool		 authority;	/* issues others */
	/* Bytes put in the place of others as long, before it is signed. */
	struct { const char *of, *bytes; } instead;
	unsigned	 ballast;	/* bytes of a comment, to make it big */
};

extern const struct cert_spec cert_specs[];
extern const size_t cert_nspecs;

const struct cert_spec *cert_spec(const char *name);	/* panics if unknown */

/* The key of that name: from the folder, or made and put there. */
EVP_PKEY *mkcert_key(const char *dir, const char *name);

/* The certificate in DER; replaces what is in the buffer. */
void	mkcert(const char *dir, const struct cert_spec *, struct buf *out);
/* The same, under another serial number and with "(n)" behind the name. */
void	mkcert_numbered(const char *dir, const struct cert_spec *, unsigned n,
	    struct buf *out);

#endif
