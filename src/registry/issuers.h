/*
 * The issuers that the registry has met, for choosing one by hand.  Errors as
 * registry_open's.
 */
#ifndef REGISTRY_ISSUERS_H
#define REGISTRY_ISSUERS_H

#include "registry/record.h"
#include "registry/registry.h"

/* By the name shown, at most max; borrowed for the call; nonzero ends it. */
typedef int	 issuers_fn(const struct record_issuer *, void *arg);
int	issuers_each(struct registry *, int64_t max, issuers_fn *, void *arg,
	    struct err *);

#endif
