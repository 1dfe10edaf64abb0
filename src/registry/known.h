/*
 * Which serial numbers of one issuer the registry may hold, so that a long
 * revocation list need not be looked up entry by entry.  Kept in the registry
 * itself, since making it costs a pass over all numbers; never the truth: what
 * was added since is added to it, and whoever erases a certificate throws it
 * away.  One thread.
 */
#ifndef REGISTRY_KNOWN_H
#define REGISTRY_KNOWN_H

#include "registry/bloom.h"
#include "registry/registry.h"

/* As of now; the caller's to free.  issuer: its row. */
int	known_load(struct registry *, int64_t issuer, struct bloom **,
	    struct err *);

/* All of them, within the caller's transaction. */
int	known_drop(struct registry *, struct err *);

#endif
