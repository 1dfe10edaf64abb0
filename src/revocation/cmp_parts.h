/*
 * The two halves of the CMP channel: making the context that asks, and telling
 * what became of it.
 */
#ifndef REVOCATION_CMP_PARTS_H
#define REVOCATION_CMP_PARTS_H

#include <openssl/cmp.h>

#include "revocation/channel_parts.h"

#define CMP_WAIT	60	/* seconds when the authority says "waiting" */
#define CMP_POLL	1	/* to the first question how it goes on */
#define CMP_AFTER_MAX	3600	/* that an authority may put us off */

/* One conversation: what OpenSSL cannot carry from the transfer to the end. */
struct cmp_talk {
	const struct channel_job *job;
	struct err		  err;		/* of the way there and back */
	bool			  secret;	/* protected by the password */
	/* The last answer's nonce, hex: it is believed when the answer is. */
	char			  nonce[CASE_NONCE_MAX + 1];
	/* Where it was asked how an earlier request goes on: */
	uint8_t			  ours[16];	/* the nonce of this question */
	bool			  unpolled;	/* an error came: not to be had so */
	bool			  waiting;	/* still; to be believed */
	int64_t			  after;	/* seconds until it may be asked again */
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

/*
 * A question how a request goes on that was answered with "waiting", made out of
 * that request; NULL where none can be made.  The caller frees.
 */
OSSL_CMP_MSG	*cmp_poll(OSSL_CMP_CTX *, const OSSL_CMP_MSG *request,
		    struct cmp_talk *);
/*
 * The answer to it, of these bytes: taken over and NULL when the wait goes on or
 * it is not to be believed, else for OpenSSL to judge as one to the request.
 */
OSSL_CMP_MSG	*cmp_polled(OSSL_CMP_CTX *, OSSL_CMP_MSG *, struct span der,
		    struct cmp_talk *);
/* A message's senderNonce; "" for none that is usual. */
void	cmp_nonce(struct span message, char hex[static CASE_NONCE_MAX + 1]);

/* What the authority said, by a context whose session has ended: ok or not. */
void	cmp_outcome(OSSL_CMP_CTX *, bool ok, const struct cmp_talk *,
	    struct case_result_of *);

#endif
