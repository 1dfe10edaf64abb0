/*
 * The extensions of a revocation list and of its entries.  Any thread.
 */
#ifndef CERT_CRLPART_H
#define CERT_CRLPART_H

#include "cert/crl.h"

/* From the body of the list's Extensions: key, delta, scope. */
void	crl_extensions(struct span, struct crl *);

#endif
