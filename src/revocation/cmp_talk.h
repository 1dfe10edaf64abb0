/*
 * One conversation by CMP, whatever it is about: OpenSSL makes the messages and
 * judges the answers, okienko-net carries them (RFC 6712).  One that was answered
 * with "waiting" is asked for again, by the nonce of that answer.
 */
#ifndef REVOCATION_CMP_TALK_H
#define REVOCATION_CMP_TALK_H

#include <openssl/cmp.h>

#include "base/authority.h"
#include "net/net.h"
#include "revocation/case.h"

#define CMP_POLL	1	/* to the first question how it goes on */
#define CMP_AFTER_MAX	3600	/* that an authority may put us off */

struct cmp_talk {
	const struct authority	*authority;
	struct net		*net;
	const char		*transaction;	/* 32 hex digits, the same on every try; NULL */
	const atomic_bool	*cancel;
	int64_t			 now;
	enum err_code		 nonsense;	/* what an answer is that is none */
	/* The nonce to ask by how an earlier request goes on; "" to send it. */
	const char		*waited;
	bool			 certificate;	/* it is about one to be issued (certReqId 0) */
	bool			*mute;		/* what is signed before is thrown away; NULL */

	struct err		 err;		/* of the way there and back */
	bool			 begun;		/* the first message has gone */
	/* The last answer's nonce, hex: it is believed when the answer is. */
	char			 nonce[CASE_NONCE_MAX + 1];
	/* Where it was asked how an earlier request goes on: */
	uint8_t			 ours[16];	/* the nonce of this question */
	bool			 unpolled;	/* an error came: not to be had so */
	bool			 waiting;	/* still; to be believed */
	int64_t			 after;	/* seconds until it may be asked again */
};

/* The way there and back, and nothing on the screen. */
void	cmp_talk_begin(OSSL_CMP_CTX *, struct cmp_talk *);

/*
 * Whose answers are believed: those that the authority's file names, else the
 * issuer itself; without one, those under [trust].  -1: ERR_CONFIG, ERR_NO_ISSUER.
 */
int	cmp_trust(OSSL_CMP_CTX *, const struct cmp_talk *, X509 *issuer,
	    struct err *);
/* To whom: as configured, else that name. */
int	cmp_recipient(OSSL_CMP_CTX *, const struct cmp_talk *,
	    const X509_NAME *otherwise, struct err *);
/* The same on every try, so that a server sees one and the same request. */
int	cmp_transaction(OSSL_CMP_CTX *, const struct cmp_talk *, struct err *);

/* PKIFreeText, one sentence after another; NULL for none.  The caller frees. */
char	*cmp_words(OSSL_CMP_CTX *);
/*
 * Nothing came that may be believed: why, by what OpenSSL has put down.  True when
 * it was not proved who speaks.
 */
bool	cmp_unbelieved(const struct cmp_talk *, struct err *);

/* An error of OpenSSL's as ours; always -1. */
int	cmp_failed(struct err *, const struct cmp_talk *, const char *call);

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

#endif
