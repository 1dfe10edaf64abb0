/*
 * What file.c hands containers to: each certificate found is given to a
 * function, private keys are left where they are.  Any thread; no state.
 */
#ifndef CERT_CONTAINER_H
#define CERT_CONTAINER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"

/* One certificate's DER, or an entry that is none (p NULL). */
typedef void container_fn(struct span, void *arg);

/* CMS or PKCS#7 with certificates.  -1 when it is no such thing. */
int	pkcs7_each(struct span, container_fn *, void *arg);

/*
 * PKCS#12.  Without a password, none and the empty one are tried.  -1 and err:
 * ERR_WRONG_PASSWORD, ERR_NOT_A_CERT when it is no such thing, ERR_BAD_DATA.
 */
int	pkcs12_each(struct span, const struct secret *password,
	    const char *name, container_fn *, void *arg, struct err *);

#endif
