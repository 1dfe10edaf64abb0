/*
 * Asking for a status by OCSP and judging the answer (RFC 6960; nonce RFC 8954).
 * An answer proves something only if its signer is the issuer or was named by it
 * (id-kp-OCSPSigning), it is about this very certificate, and its time fits.
 * No state; any thread.
 */
#ifndef CERT_OCSP_H
#define CERT_OCSP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cert/cert.h"

#define OCSP_NONCE_LEN	32
#define OCSP_ANSWER_MAX	((size_t)256 << 10)	/* bytes of one answer */
#define OCSP_SKEW	300	/* seconds that two clocks may differ */
#define OCSP_OLD	(7 * 86400)	/* of an answer without nextUpdate */

/* Whose status: the issuer's certificate in DER, and the number as a magnitude. */
struct ocsp_about {
	struct span	 issuer;
	struct span	 serial;
	bool		 sha256;	/* CertID by SHA-256 instead of SHA-1 */
	uint8_t		 nonce[OCSP_NONCE_LEN];
};

/* One request in DER with the nonce that about holds (fill it first). */
int	ocsp_request(const struct ocsp_about *, struct buf *, struct err *);

enum ocsp_state {
	OCSP_GOOD,
	OCSP_REVOKED,
	OCSP_SUSPENDED,		/* revoked, reason certificateHold */
	/* The responder does not know it, or (with a reason) it was never issued. */
	OCSP_UNKNOWN
};

struct ocsp_answer {
	enum ocsp_state	 state;
	int64_t		 produced_at, this_update;
	int64_t		 next_update;	/* CERT_NO_TIME: not said */
	int64_t		 revoked_at;	/* CERT_NO_TIME */
	int		 reason;	/* CRLReason; -1 */
	bool		 nonce;		/* ours came back; false: none did */
	bool		 delegated;	/* signed by a responder's own certificate */
	char		 responder[128];/* its name or key, as it says */
	uint8_t		 sha256[32];	/* of the answer's bytes */
};

/*
 * Judge the bytes of an answer at a moment.  -1:
 *   ERR_TOO_BIG	more than OCSP_ANSWER_MAX
 *   ERR_BAD_DATA	no OCSP answer
 *   ERR_OCSP_REFUSED	tryLater, unauthorized and the like: err.what names it
 *   ERR_STATUS_FORGED	not signed by who may sign, or changed
 *   ERR_STATUS_OTHER	about another certificate, or another nonce
 *   ERR_STATUS_OLD	nextUpdate has passed (or OCSP_OLD without one)
 *   ERR_STATUS_CLOCK	from the future: this clock or that one is wrong
 * Whether a delegate's own certificate has been revoked is not asked (4.2.2.2.1):
 * the issuer answers for it while it is valid.
 *
 * what may be NULL; it is filled in as far as the answer was read even then, but
 * its state is OCSP_UNKNOWN unless this returns 0.
 */
int	ocsp_judge(struct span bytes, const struct ocsp_about *, int64_t now,
	    struct ocsp_answer *, struct err *);

/* "good", "revoked", "suspended", "unknown". */
const char	*ocsp_state_id(enum ocsp_state);

#endif
