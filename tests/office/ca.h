/*
 * The pretend authority's keys and certificates, in a folder: root.pem, ca.pem
 * (issuing), hidden.pem (issuing, and never shown), ocsp.pem, cmp.pem, tls.pem,
 * officer.pem, expired.pem, and a forger of the issuing authority's name with a key of its own; each with its .key.
 * Needs no running office: card images are issued with it.  One thread; what
 * cannot be made ends the program (panic).
 */
#ifndef TESTS_OFFICE_CA_H
#define TESTS_OFFICE_CA_H

#include <openssl/x509.h>
#include <stdbool.h>

#include "tests/office/ledger.h"

struct ca {
	char		*dir;
	char		*url;		/* where the office is: http://127.0.0.1:1 */
	bool		 freshest;	/* certificates name the delta list, too */
	X509		*root, *cert;
	EVP_PKEY	*key;
};

/*
 * Make what is missing in a folder.  Keys may come from another (NULL: none),
 * and are put there if they were not: making them is what takes time.
 */
void		 ca_make(const char *dir, const char *keys);
/* Where it will be asked; kept for whoever opens it. */
void		 ca_set_url(const char *dir, const char *url, bool freshest);

struct ca	*ca_open(const char *dir);
void		 ca_free(struct ca *);

/* DIR/NAME.pem and DIR/NAME.key. */
X509		*ca_cert(const char *dir, const char *name);
EVP_PKEY	*ca_key(const char *dir, const char *name);

/*
 * Extensions that say where to ask the office: distribution point, OCSP and
 * issuer's certificate, and, if so set, the delta list.
 */
void		 ca_add_where(const struct ca *, X509 *);
/* Sign what is filled in, put it down as issued, with its key. */
void		 ca_issue(const struct ca *, X509 *);
/* One that was, as it is kept in DIR/issued/SERIAL.der; NULL. */
X509		*ca_issued(const struct ca *, const char *serial);
/* The hash of a public key in hex, as the ledger has it. */
void		 ca_spki(EVP_PKEY *, char out[LEDGER_SPKI_MAX]);

/* What is to be certified; days from now. */
struct ca_wish {
	const X509_NAME	*subject;
	EVP_PKEY	*key;
	const STACK_OF(X509_EXTENSION) *exts;	/* usage and names of these; NULL */
	int		 from, to;
	bool		 hidden;	/* by an authority that nobody is shown */
	bool		 aside;		/* its key is not put down */
};
X509		*ca_enroll(const struct ca *, const struct ca_wish *);
/* The holder's revocation password for a serial number; the caller frees. */
char		*ca_password(const char *serial);

/*
 * A new certificate with a key of its own as DIR/issued/NAME.pem and .key;
 * serial and password are said on standard output.
 */
void		 ca_issue_named(const struct ca *, const char *name);

#endif
