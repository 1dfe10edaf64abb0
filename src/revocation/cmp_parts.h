/*
 * The two halves of the CMP channel: making the context that asks, and telling
 * what became of it.
 */
#ifndef REVOCATION_CMP_PARTS_H
#define REVOCATION_CMP_PARTS_H

#include <openssl/cmp.h>

#include "revocation/channel_parts.h"

#define CMP_WAIT	60	/* seconds when the authority says "waiting" */

/* One conversation: what OpenSSL cannot carry from the transfer to the end. */
struct cmp_talk {
	const struct channel_job *job;
	struct err		  err;		/* of the way there and back */
	bool			  secret;	/* protected by the password */
};

/*
 * All but the transfer: protection, trust, and a template of issuer and serial
 * number.  The caller frees with OSSL_CMP_CTX_free.  -1: ERR_NO_ISSUER,
 * ERR_OFFICER_KEY, ERR_OFFICER_EXPIRED, ERR_OFFICER_CARD, ERR_CHANNEL_PASSWORD,
 * ERR_CONFIG.
 */
int	cmp_context(const struct channel_job *, OSSL_CMP_CTX **, struct err *);

/* Whether the holder's password is what protects this job's request. */
bool	cmp_by_password(const struct channel_job *);

/* What the authority said, by a context whose session has ended: ok or not. */
void	cmp_outcome(OSSL_CMP_CTX *, bool ok, const struct cmp_talk *,
	    struct case_result_of *);

#endif
