/* The signature over a list that goes by: RFC 5280 5.1.1. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/crl.h"
#include "cert/der.h"
#include "cert/signature.h"

struct crl_check {
	struct signature	*signature;
};

/* The AlgorithmIdentifier inside the list, at its first or second place. */
static int
find_algorithm(struct span first, struct span *algorithm)
{
	struct der el;

	/* The list is longer than what is at hand: go in past the heads alone. */
	for (int i = 0; i < 2; i++) {
		size_t head = first.len > 1 && (first.p[1] & 0x80) ?
		    2u + (first.p[1] & 0x7f) : 2;

		if (first.len <= head || first.p[0] != DER_SEQUENCE)
			return -1;
		first = span_of(first.p + head, first.len - head);
	}
	if (der_next(&first, &el) != 0 || (el.tag == DER_INTEGER &&
	    der_next(&first, &el) != 0) || el.tag != DER_SEQUENCE)
		return -1;
	*algorithm = el.whole;
	return 0;
}

struct crl_check *
crl_check_new(struct span issuer, struct span first)
{
	struct crl_check *check;
	struct span algorithm;
	struct signature *s;

	if (find_algorithm(first, &algorithm) != 0 ||
	    (s = signature_new(issuer, algorithm)) == NULL)
		return NULL;
	check = mem_alloc(sizeof *check);
	check->signature = s;
	return check;
}

void
crl_check_bytes(struct span bytes, void *arg)
{
	const struct crl_check *check = arg;

	signature_bytes(check->signature, bytes);
}

enum crl_verdict
crl_check_end(struct crl_check *check, const struct crl *crl)
{
	if (check == NULL)
		return CRL_UNKNOWN_ALGORITHM;
	switch (signature_end(check->signature, span_of(crl->signature.data,
	    crl->signature.len))) {
	case SIGNATURE_RIGHT:
		return crl->same_algorithm ? CRL_SIGNED : CRL_FORGED;
	case SIGNATURE_WRONG:
		return CRL_FORGED;
	default:
		return CRL_UNKNOWN_ALGORITHM;
	}
}

void
crl_check_free(struct crl_check *check)
{
	if (check == NULL)
		return;
	signature_free(check->signature);
	free(check);
}
