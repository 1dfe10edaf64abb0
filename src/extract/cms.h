/*
 * What the files that read CMS share, and what PDF and XML, which carry CMS
 * inside, need of them.  Private to the readers.  No state; any thread.
 */
#ifndef EXTRACT_CMS_H
#define EXTRACT_CMS_H

#include "base/buf.h"
#include "extract/sink.h"

#define CMS_CERTS_MAX	256	/* certificates of one SignedData */
#define CMS_SIGNERS_MAX	256	/* signers, and recipients, of one */

/* extract_cms with what is known of the signature from around it. */
void	cms_read(struct span, struct sink *, const struct mark *);

/* Certificates that can still be made out in damaged bytes. */
void	cms_salvage(struct span, struct sink *, const struct mark *);

/* The moment a time-stamp token (RFC 3161) names, and its certificates told. */
int	cms_stamp(struct span, struct sink *, int64_t *);

/* IssuerSerial of RFC 5035: the issuer's Name, whole, and the number's octets. */
int	cms_issuer_serial(struct span, struct span *issuer, struct span *serial);

/* --- between cms.c and cms_signer.c ---------------------------------------- */

struct cms_cert {
	struct span	 whole;
	struct span	 issuer;	/* its Name, whole */
	struct span	 serial;
	struct cert	*parsed;	/* NULL: it cannot be read */
	bool		 signer;
};

struct cms_certs {
	struct cms_cert	*v;
	size_t		 n;
};

/* One SignerInfo's body: tells who signed, and marks that certificate. */
void	cms_signer(struct span, struct cms_certs *, struct sink *,
	    const struct mark *);

/* IssuerAndSerialNumber's body, told by itself. */
void	cms_tell_named(struct span issuer, struct span serial, struct sink *,
	    const struct mark *);

#endif
