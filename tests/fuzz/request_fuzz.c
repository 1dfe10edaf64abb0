/*
 * Any bytes as a certification request: who is refused is told why, and what is
 * read has a name, a key and a verdict on its own signature.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cert/request.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err err = ERR_INIT;
	struct cert_request r;

	if (request_read(span_of(data, len), "fuzz", &r, &err) == -1) {
		require(err.code == ERR_NOT_A_REQUEST ||
		    err.code == ERR_TOO_BIG);
		require(r.subject.nattrs == 0 && r.nsan == 0 && r.neku == 0);
		return 0;
	}
	require(err.code == ERR_NONE);
	require(r.subject.line != NULL && r.signature_alg != NULL);
	require(r.neku <= REQUEST_EKU_MAX && r.nsan <= CERT_LIST_MAX);
	for (size_t i = 0; i < r.neku; i++)
		require(r.eku[i] != NULL);
	request_clear(&r);
	require(r.subject.line == NULL);
	return 0;
}
