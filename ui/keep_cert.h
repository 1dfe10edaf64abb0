/*
 * Remembering a certificate by hand, out of somebody's document.  May wait for
 * the disk; any thread.
 */
#ifndef UI_KEEP_CERT_H
#define UI_KEEP_CERT_H

#include "registry/registry.h"
#include "registry/store.h"

/* Stored and noted in the journal, both or neither; row may be NULL. */
int	keep_cert(struct registry *, const struct cert *, int64_t now,
	    enum store_did *, int64_t *row, struct err *);

#endif
