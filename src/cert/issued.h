/*
 * A certificate in the light of what the counter knows of its authority.  Any
 * thread; no state.
 */
#ifndef CERT_ISSUED_H
#define CERT_ISSUED_H

#include "base/authority.h"
#include "base/conf.h"
#include "cert/cert.h"

/*
 * Certificates name their issuer's key by its identifier, not by its hash: take
 * the identifiers of keys whose hash is configured (key_sha256) out of the
 * authorities' own certificates.  Once, after authorities_load.
 */
void	cert_authority_keys(struct authorities *);

/*
 * The authority that issued it, by key identifier or, less surely, by name; how
 * is set too, unless NULL.  NULL: none of ours.
 */
const struct authority *cert_authority(const struct cert *,
	    const struct authorities *, enum authority_by *how);

/* As cert_validity, with the authority's own renewal times where it has some. */
void	cert_validity_by(const struct cert *, int64_t now, const struct conf *,
	    const struct authority *, struct validity_view *);

#endif
