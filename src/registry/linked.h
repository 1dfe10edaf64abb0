/*
 * A certificate's row read without joining the few rows that very many point to:
 * issuers, origins, sources and models of cards are remembered by a handle until
 * the file changes.  One thread.
 */
#ifndef REGISTRY_LINKED_H
#define REGISTRY_LINKED_H

#include "registry/inside.h"
#include "registry/record.h"
#include "registry/row.h"

/*
 * "SELECT " LINKED_COLUMNS(token) " FROM " ... " JOIN cert " ... LINKED_CARD,
 * where card is the one that the certificate names, and token as in row.h.
 */
#define LINKED_COLUMNS(token) \
	ROW_OWN_COLUMNS(token) ", cert.issuer, cert.origin, cert.source," \
	" card.model"
#define LINKED_CARD	" LEFT JOIN card ON card.id = cert.card"

/*
 * As row_read of that row, in brief without its card's token, or of the row a
 * statement stands on: 1, 0 when there is none, -1.  Not within a transaction
 * that writes: what it wrote may be taken back.
 */
int	 linked_read(struct registry *, int64_t row, struct record *,
	    struct err *);
int	 linked_brief(struct registry *, int64_t row, struct record *,
	    struct err *);
int	 linked_row(struct registry *, sqlite3_stmt *, struct record *,
	    struct err *);

void	 linked_free(struct linked *);		/* NULL is fine */

#endif
