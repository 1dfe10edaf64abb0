/*
 * Certificates out of a file that someone brought: PEM (several), DER, PKCS#7,
 * each also as nothing but base64, PKCS#12 (its keys are never touched).  Any
 * thread.
 */
#ifndef CERT_FILE_H
#define CERT_FILE_H

#include "base/buf.h"
#include "base/secret.h"
#include "cert/cert.h"

#define CERT_FILE_MAX	(4u << 20)	/* bytes of one file */
#define CERT_FILE_CERTS	256		/* certificates of one file */

struct cert_list {
	struct cert	**certs;
	struct span	*ders;		/* of each, as it stood there */
	size_t		  n;
	size_t		  damaged;	/* entries that were no certificate */
	bool		  cut;		/* more than CERT_FILE_CERTS */
};

/*
 * Read path ("-": standard input).  password is for PKCS#12 and may be NULL; a
 * file that wants another answers ERR_WRONG_PASSWORD, one with a private key and
 * nothing else ERR_PRIVATE_KEY.  Free with cert_list_clear.
 */
int	cert_file_read(const char *path, const struct secret *password,
	    struct cert_list *, struct err *);
int	cert_file_parse(const uint8_t *, size_t, const char *name,
	    const struct secret *password, struct cert_list *, struct err *);
/* Whether what was read so far ends in the armour of a private key. */
bool	cert_file_ends_in_key(struct span);
void	cert_list_clear(struct cert_list *);

#endif
