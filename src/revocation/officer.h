/*
 * The officer in whose name a machine is asked: a certificate with its chain,
 * and its key, out of files that an administrator named.  Nothing is ever asked
 * on a terminal: a key that is locked with a password cannot be used.  Any
 * thread.
 */
#ifndef REVOCATION_OFFICER_H
#define REVOCATION_OFFICER_H

#include <openssl/x509.h>
#include <stdint.h>

#include "base/err.h"

#define OFFICER_FILE_MAX	((size_t)256 << 10)	/* bytes of one file */
#define OFFICER_CERTS_MAX	64			/* certificates of one file */

struct officer {
	X509		*cert;
	STACK_OF(X509)	*chain;		/* what else the file holds */
	EVP_PKEY	*key;
};

/*
 * -1: ERR_OFFICER_KEY when one of them cannot be read or they do not belong
 * together, ERR_OFFICER_EXPIRED when the certificate is not valid now.
 */
int	officer_load(struct officer *, const char *cert_file,
	    const char *key_file, int64_t now, struct err *);
void	officer_clear(struct officer *);

/* The certificates of a file, PEM or DER.  -1: code, of that file. */
int	officer_certs(const char *file, enum err_code, STACK_OF(X509) **,
	    struct err *);

#endif
