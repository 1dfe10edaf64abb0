/*
 * The officer in whose name a machine is asked: a certificate with its chain,
 * and its key, out of files that an administrator named, or a card's.  Nothing is ever asked
 * on a terminal: a key that is locked with a password cannot be used.  Any
 * thread.
 */
#ifndef REVOCATION_OFFICER_H
#define REVOCATION_OFFICER_H

#include <openssl/x509.h>
#include <stdint.h>

#include "base/err.h"
#include "revocation/channel.h"

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

/*
 * The same where the key is on a card: it signs through the signer, which has
 * to outlive it.
 */
int	officer_load_card(struct officer *, const char *cert_file,
	    struct officer_signer *, int64_t now, struct err *);

/* The officer's certificate in a file: the first.  Its SHA-256. */
int	officer_sha256(const char *cert_file, uint8_t sha256[32], struct err *);

/* Such a key; NULL where it is neither RSA nor EC.  Freed by EVP_PKEY_free. */
EVP_PKEY *officer_key(X509 *, struct officer_signer *);
/* Of any public key: the signer gets to know it by what the caller names it. */
EVP_PKEY *officer_key_of(const EVP_PKEY *pub, const uint8_t id[static 32],
	    struct officer_signer *);

/* The certificates of a file, PEM or DER.  -1: code, of that file. */
int	officer_certs(const char *file, enum err_code, STACK_OF(X509) **,
	    struct err *);

#endif
