/*
 * The extensions of a revocation list and of its entries.  Any thread.
 */
#ifndef CERT_CRLPART_H
#define CERT_CRLPART_H

#include "cert/crl.h"

/* From the body of the list's Extensions: key, numbers, scope, addresses. */
void	crl_extensions(struct span, struct crl *);

/*
 * When an entry says whose it is, set foreign: false if it names the issuer of
 * that line.  Left alone when it does not say (RFC 5280 5.3.3).
 */
void	crl_entry_issuer(const struct crl_entry *, const char *line,
	    bool *foreign);

#endif
