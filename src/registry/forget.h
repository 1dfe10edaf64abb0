/*
 * Rows that go, with all that is kept of them: identifiers, words of the name
 * that nobody else has, sightings, cases, and cards that carried nothing else.
 */
#ifndef REGISTRY_FORGET_H
#define REGISTRY_FORGET_H

#include "base/err.h"
#include "registry/registry.h"

/* Within a transaction that ends with forget_mark. */
int	forget_rows(struct registry *, const int64_t *rows, size_t n,
	    struct err *);

/*
 * Cards that somebody's certificates were on: labels, and those without a
 * certificate now.  Likewise.
 */
int	forget_cards(struct registry *, const int64_t *cards, size_t n,
	    struct err *);

/*
 * Addresses of status services that no certificate names any longer: noted where
 * one may be left behind, within its transaction; and those noted go, outside of
 * one.  forget_settle does so after forget_rows.
 */
int	forget_mark_sources(struct registry *, struct err *);
int	forget_sources(struct registry *, struct err *);

/* Note that the log has to be emptied; undone by forget_settle. */
int	forget_mark(struct registry *, struct err *);

/*
 * Empty the write-ahead log, which has the old pages; outside of a transaction.
 * Other desks that read are waited for; -1 and ERR_ERASE_PENDING when they do
 * not come to an end: the rows are gone, their bytes in the log are not yet.
 * Whoever opens the registry next tries again (patient false: without waiting).
 */
int	forget_settle(struct registry *, bool patient, struct err *);

#endif
