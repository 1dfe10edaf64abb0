/*
 * Any bytes as the body of a CMP answer, in the header that it has to have to be
 * one to a request, protected by whom a context says, so that what lies behind the
 * protection is met as well.
 */
#ifndef TESTS_FUZZ_CMPWRAP_H
#define TESTS_FUZZ_CMPWRAP_H

#include <openssl/cmp.h>

#include "base/buf.h"

/* Nothing is added when the bytes are no body. */
void	cmpwrap(OSSL_CMP_CTX *, struct span request, const X509_NAME *sender,
	    struct span body, struct buf *answer);

#endif
