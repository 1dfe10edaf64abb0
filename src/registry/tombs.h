/*
 * Tombstones: what was erased, restricted or named anew, by keyed hash alone; of
 * a person's identifier (ident_hash) or of a certificate (inside_cert_hash).
 * They stand in the registry and, since a backup knows nothing of what came
 * after it, also as lines that are only ever added in a file beside it, path +
 * ".erased", with the registry's mode.  The line is on disk before the erasure
 * commits: if the machine stops in between, the next one to open the registry
 * erases.
 */
#ifndef REGISTRY_TOMBS_H
#define REGISTRY_TOMBS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "registry/ident.h"
#include "registry/record.h"
#include "registry/registry.h"

/* Numbers stand in the file. */
enum tomb_kind {
	TOMB_ERASED,		/* not to be remembered again */
	TOMB_RESTRICTED,	/* remembered, but restricted from the start */
	TOMB_NAMED,		/* its name was put right; not in the file */
	TOMB_KIND_COUNT
};

/*
 * What a hash is of.  A person's has the 64 bits that table ident has of it, and
 * zeros behind them: more is not known of who is named by a row.
 *
 * The last three are no stones: they stand in the side file alone and take what
 * a backup brings back, nothing that came after them.
 */
enum tomb_of {
	TOMB_OF_PERSON,
	TOMB_OF_CERT,
	TOMB_OF_ASKED,		/* orders and questions, as a person's (orderrow.h) */
	TOMB_OF_QUESTION,	/* one, by its key in the outbox; erased */
	TOMB_OF_CONSENT		/* the same, withdrawn */
};

struct tomb {
	struct ident_hash	 hash;
	enum tomb_of		 of;
};

/* 1 when there is one, 0, -1. */
int	tombs_has(struct registry *, enum tomb_kind, const struct ident_hash *,
	    struct err *);

/*
 * 1 when one stands for this certificate or for a person it names by PESEL,
 * document or a foreign number; addresses and organisations do not count, many
 * share them.  Quick while there are none.
 */
int	tombs_stand(struct registry *, enum tomb_kind, const struct record *,
	    struct err *);

/*
 * Set or lift one in the registry alone; within a transaction.  TOMB_NAMED is
 * of a certificate, and comes and goes with its row: a backup has both as they
 * were.
 */
int	tombs_put(struct registry *, enum tomb_kind, bool on,
	    const struct ident_hash *, struct err *);

/* The hash that a person is named by, from table ident's. */
void	tombs_of_key(int64_t row_key, struct ident_hash *);

/* Identifiers that are one person's alone. */
bool	tombs_is_person(enum ident_kind);

/*
 * Set (on) or lift tombstones, here and in the side file.  Within a transaction
 * of the caller's, who ends it and then calls tombs_keep, or tombs_undo when it
 * did not commit; either frees.  Until then other desks wait for the side file.
 */
struct tombs_pen;

int	tombs_write(struct registry *, enum tomb_kind, bool on,
	    const struct tomb *, size_t n, struct tombs_pen **, struct err *);
void	tombs_keep(struct tombs_pen *);		/* NULL is fine */
void	tombs_undo(struct tombs_pen *);

/* One of these, by how the commit went: its rc and err. */
void	tombs_end(struct tombs_pen *, int rc, const struct err *);

/*
 * Lines of the side file that this registry does not know yet, taken into its
 * tables.  news is the caller's to free; *n 0: there were none.  Within a
 * transaction, but tombs_pending.
 */
struct tombs_news {
	enum tomb_kind	 kind;
	bool		 on;
	struct tomb	 tomb;
	int64_t		 at;		/* when it was written; 0 */
};

/* How many stones of the side file, as far as it was taken, are not here. */
int	tombs_check(struct registry *, int64_t *missing, struct err *);

int	tombs_pending(struct registry *, bool *, struct err *);
int	tombs_take(struct registry *, struct tombs_news **, size_t *n,
	    struct err *);

#endif
