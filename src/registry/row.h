/*
 * One certificate's row and the record it stands for, both ways.
 */
#ifndef REGISTRY_ROW_H
#define REGISTRY_ROW_H

#include "registry/identrow.h"
#include "registry/inside.h"
#include "registry/record.h"

/* Rows that a certificate's row points to; 0: none. */
struct row_links {
	int64_t	 issuer, source, card;
};

/*
 * "SELECT " ROW_COLUMNS ROW_FROM " WHERE cert.id = ?", for row_read; what else
 * is asked for stands behind them, from column ROW_NCOLUMNS.
 */
#define ROW_TOKEN \
	"(SELECT serial FROM token WHERE token.card = cert.card LIMIT 1)"
#define ROW_COLUMNS \
	"cert.id, issuer.key, issuer.line, issuer.shown, cert.serial, holder," \
	" org, not_before, not_after, uses, qualified, source.ocsp, source.cdp," \
	" order_no, id_mask, email_mask, how, cert.first_seen, cert.last_seen," \
	" origin.point, origin.account, " ROW_TOKEN ", card.number," \
	" model.name," \
	" status, status_by, status_at, revoked_at, reason, restricted," \
	" cert.changed, issuer_url.url"
#define ROW_NCOLUMNS	32

/*
 * The same without what linked.h knows, which is then to be filled in; token is
 * ROW_TOKEN, or "NULL" where nobody asks for the card's token.
 */
#define ROW_OWN_COLUMNS(token) \
	"cert.id, NULL, NULL, NULL, cert.serial, holder," \
	" org, not_before, not_after, uses, qualified, NULL, NULL," \
	" order_no, id_mask, email_mask, how, cert.first_seen, cert.last_seen," \
	" NULL, NULL, " token ", card.number, NULL," \
	" status, status_by, status_at, revoked_at, reason, restricted," \
	" cert.changed, NULL"
#define ROW_FROM \
	" FROM cert JOIN issuer ON issuer.id = cert.issuer" \
	" JOIN origin ON origin.id = cert.origin" \
	" LEFT JOIN source ON source.id = cert.source" \
	" LEFT JOIN issuer_url ON issuer_url.issuer = cert.issuer" \
	" LEFT JOIN card ON card.id = cert.card" \
	" LEFT JOIN model ON model.id = card.model"

/* The record of the row a statement stands on; the caller's to clear. */
void	 row_read(sqlite3_stmt *, struct record *);

/* Of these alone: what row_put_status wants to know, with nothing to clear. */
#define ROW_STATUS_COLUMNS \
	"id, changed, status, status_by, status_at, revoked_at, reason"
void	 row_read_status(sqlite3_stmt *, struct record *);

/* A new row; r->id is set.  Within a transaction, as what follows. */
int	 row_insert(struct registry *, struct record *, const struct row_links *,
	    const struct identrow *, struct err *);

/* Write a record over its row; with stamped it gets a new change stamp. */
int	 row_update(struct registry *, const struct record *,
	    const struct row_links *, bool stamped, struct err *);

/* The status alone. */
int	 row_put_status(struct registry *, const struct record *, bool stamped,
	    struct err *);

#endif
