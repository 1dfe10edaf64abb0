/*
 * Text that has to stand in the file and may not be read in it: AES-256-GCM under
 * a key made of the registry's (HKDF, RFC 5869), bound to the row that it is of.
 * Any thread with the registry's handle.
 */
#ifndef REGISTRY_SEAL_H
#define REGISTRY_SEAL_H

#include "base/buf.h"
#include "base/err.h"
#include "registry/registry.h"

#define SEAL_MORE	28	/* bytes that a sealed text is longer: nonce, tag */

/* name: of the row, not secret; the same is needed to open it. */
int	seal_shut(struct registry *, const char *name, struct span clear,
	    struct buf *sealed, struct err *);
/* -1 and ERR_REGISTRY_BROKEN for what was not sealed here under that name. */
int	seal_open(struct registry *, const char *name, struct span sealed,
	    struct buf *clear, struct err *);

#endif
