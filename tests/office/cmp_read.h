/*
 * What OpenSSL's CMP server does not tell of a request (RFC 4210 5.1, 5.3.9):
 * who says that it is from him, and why a certificate is to be revoked.  Reads
 * DER that OpenSSL has read before.  No state.
 */
#ifndef TESTS_OFFICE_CMP_READ_H
#define TESTS_OFFICE_CMP_READ_H

#include <stdbool.h>

#include "base/buf.h"
#include "tests/office/ledger.h"

struct cmp_told {
	struct span	sender;		/* its Name in DER, or empty */
	struct span	key_id;		/* senderKID, or empty */
	bool		password;	/* protected by one, not by a signature */
	char		transaction[LEDGER_WORD_MAX];	/* hex, or "-" */
	int		reason;		/* CRLReason; REASON_NONE: not said */
};

/* -1 when it is no PKIMessage. */
int	cmp_read(struct span message, struct cmp_told *);

#endif
