/*
 * What OpenSSL 3.0's CMP server cannot say: an answer to a pollReq about a
 * revocation.  One to the request that waited is turned into it.
 */
#ifndef TESTS_OFFICE_CMP_TURN_H
#define TESTS_OFFICE_CMP_TURN_H

#include <openssl/cmp.h>

#include "base/buf.h"

/*
 * The answer to request as one to the pollReq; with after (seconds, below 128;
 * -1: as it is) a pollRep instead.  Protected anew by the context.  NULL when it
 * cannot be done.
 */
OSSL_CMP_MSG	*cmp_turn(OSSL_CMP_CTX *, const OSSL_CMP_MSG *answer,
		    struct span request, struct span poll, int after);

#endif
