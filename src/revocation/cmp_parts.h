/*
 * The two halves of the CMP channel: making the context that asks, and telling
 * what became of it.
 */
#ifndef REVOCATION_CMP_PARTS_H
#define REVOCATION_CMP_PARTS_H

#include "revocation/channel_parts.h"
#include "revocation/cmp_talk.h"

#define CMP_WAIT	60	/* seconds when the authority says "waiting" */

/*
 * All but the transfer: protection, trust, and a template of issuer and serial
 * number.  The caller frees with OSSL_CMP_CTX_free.  -1: ERR_NO_ISSUER,
 * ERR_OFFICER_KEY, ERR_OFFICER_EXPIRED, ERR_OFFICER_CARD, ERR_CHANNEL_PASSWORD,
 * ERR_CONFIG.
 */
int	cmp_context(const struct channel_job *, const struct cmp_talk *,
	    OSSL_CMP_CTX **, struct err *);

/* The conversation of this job, before anything is said. */
void	cmp_talk_of(const struct channel_job *, struct cmp_talk *);

/* Whether the holder's password is what protects this job's request. */
bool	cmp_by_password(const struct channel_job *);

/* What the authority said, by a context whose session has ended: ok or not. */
void	cmp_outcome(OSSL_CMP_CTX *, bool ok, const struct channel_job *,
	    const struct cmp_talk *, struct case_result_of *);

#endif
