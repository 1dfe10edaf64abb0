/*
 * Rows of cards, tokens and certificates that are put off: a statement that
 * writes several costs little more than one that writes one.  They are written
 * when there are enough of them, when the transaction ends, and before anything
 * else is asked of the file (sql_before), so that nobody can tell.  Only what
 * looks here for itself holds that off meanwhile (sql_hold).  Within a
 * transaction.
 */
#ifndef REGISTRY_PUTOFF_H
#define REGISTRY_PUTOFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/registry.h"

struct putoff;

enum putoff_table { PUTOFF_CARD, PUTOFF_TOKEN, PUTOFF_CERT, PUTOFF_SEEN,
	PUTOFF_TABLES };

/* The number of the row to be added next, of cards or certificates. */
int	putoff_next(struct registry *, enum putoff_table, int64_t *id,
	    struct err *);

/*
 * A row, its columns in the order of putoff.c's statements, by a letter each as
 * sql_bind has them, and o: bool known, int64_t (NULL unless it is known).  What
 * they point to is copied.
 */
int	putoff_add(struct registry *, enum putoff_table, struct err *,
	    const char *types, ...);

/* Of those that wait: the card that a token is on, or 0. */
int64_t	putoff_token(const struct registry *, const char *serial);

/* Whether a certificate with this number may be among them. */
bool	putoff_may_have(const struct registry *, const void *serial,
	    size_t len);

/* Write all of them; -1 leaves a transaction that cannot be committed. */
int	putoff_write(struct registry *, struct err *);

/*
 * Of a registry without certificates and cards: from here on it is known what it
 * cannot have, until somebody else writes or a transaction is undone.
 */
void	putoff_fresh(struct registry *);
void	putoff_stale(struct registry *);

/*
 * No certificate of that serial number, no token of that one, neither in the file
 * nor waiting: there is nothing to look for.  false: it is to be looked for.
 */
bool	putoff_is_new(const struct registry *, const void *serial, size_t len);

void	putoff_discard(struct putoff *);	/* unwritten; NULL is fine */

#endif
