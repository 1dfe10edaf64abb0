/*
 * Base64 (RFC 4648) of one piece, strictly: nothing but its letters and the
 * padding that belongs there.  Any thread.
 */
#ifndef CERT_BASE64_H
#define CERT_BASE64_H

#include <stddef.h>

#include "base/buf.h"

#define BASE64_DECODED(n)	((n) / 4 * 3)		/* bytes, at most */
#define BASE64_ENCODED(n)	(((n) + 2) / 3 * 4)

/* Append what text says; -1 when it is no base64 or there is no room. */
int	base64_exact(struct span text, struct buf *out);

#endif
