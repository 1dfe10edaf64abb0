/*
 * An OCSP answer taken apart, nothing of it believed yet (RFC 6960 4.2.1).  Spans
 * point into the bytes given.  No state; any thread.
 */
#ifndef CERT_OCSP_READ_H
#define CERT_OCSP_READ_H

#include "cert/ocsp.h"
#include "cert/spans.h"

struct ocsp_read {
	int		 status;	/* OCSPResponseStatus; 0: the rest is there */
	struct signed_spans sig;
	struct span	 certs;		/* Certificates one behind another, or none */
	struct span	 name;		/* ResponderID: a Name, whole, or none */
	struct span	 key;		/* or the hash of a key */
	int64_t		 produced_at;	/* CERT_NO_TIME */
	struct span	 responses;	/* SingleResponses one behind another */
	struct span	 nonce;		/* p NULL: none */
};

/* -1, and in a few words what is wrong. */
int	ocsp_read(struct span, struct ocsp_read *, const char **why);

/* What is said of one certificate. */
struct ocsp_single {
	struct span	 hash;		/* the OID of the hash, its body */
	struct span	 issuer_name, issuer_key;	/* hashed by it */
	struct span	 serial;	/* the INTEGER's body */
	enum ocsp_state	 state;
	int64_t		 this_update, next_update, revoked_at; /* CERT_NO_TIME */
	int		 reason;	/* -1 */
};

/* The next one out of responses; -1 and what is wrong. */
int	ocsp_read_single(struct span *responses, struct ocsp_single *,
	    const char **why);

#endif
