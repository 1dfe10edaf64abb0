/*
 * Which words of a holder's name find a certificate.  Every distinct folded
 * word (nameword.h) stands once in table word with the number of certificates
 * that have it; name_ix joins pairs of words to certificates, b being 0 for a
 * word by itself.  Within a transaction.
 */
#ifndef REGISTRY_NAMES_H
#define REGISTRY_NAMES_H

#include <stdbool.h>

#include "base/err.h"
#include "registry/registry.h"

int	names_put(struct registry *, int64_t cert, const char *holder,
	    const char *org, struct err *);

/* Undo names_put for a certificate stored with just these texts. */
int	names_drop(struct registry *, int64_t cert, const char *holder,
	    const char *org, struct err *);

/*
 * Whether those texts' words find a certificate, as names_put left them; part
 * of registry check.
 */
int	names_whole(struct registry *, int64_t cert, const char *holder,
	    const char *org, bool *whole, struct err *);

#endif
