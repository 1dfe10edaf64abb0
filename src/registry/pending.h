/*
 * What a transaction has still to write into tables that lie in another order
 * than the certificates: hashes of identifiers, words of names.  It is kept
 * aside and written sorted before the transaction ends, or when there is much
 * of it; so a batch goes over such a table once instead of all over it for each
 * row, and counts a word once.  Whoever reads those tables in a transaction that
 * also stores calls pending_write first.
 */
#ifndef REGISTRY_PENDING_H
#define REGISTRY_PENDING_H

#include "base/err.h"
#include "registry/registry.h"

struct pending;

int	pending_ident(struct registry *, int64_t hash, int kind, int64_t cert,
	    struct err *);
int	pending_name(struct registry *, int64_t a, int64_t b, int64_t cert,
	    struct err *);

/* The row of a word, which is counted once more. */
int	pending_word(struct registry *, const char *word, int64_t *id,
	    struct err *);

/*
 * Write all of it, and forget which rows words have, unless this is a first
 * filling (putoff_fresh), where nearly all of them come again.
 */
int	pending_write(struct registry *, struct err *);

/* Unwritten, for a rollback; or words, when their rows may be others' by now. */
void	pending_forget(struct registry *);
void	pending_discard(struct pending *);		/* NULL is fine */

#endif
