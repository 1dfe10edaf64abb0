/*
 * What order services said, kept so that it can be read when they cannot be
 * asked: one row an order, by authority and number, as the JSON that order/
 * makes of it, "as of" when it was said.  Who was looked for by is kept as
 * keyed hashes alone; texts lose identifiers (scrub.h) where they have any.
 *
 * Kept for ORDERS_DAYS after it was last asked for, then gone with the next
 * writing or retention.  Rights of the person: access, export and erasure reach
 * an order by the identifiers it was found by and by the certificates that it
 * renews or led to.  Errors as registry_open's; what writes is durable when it
 * returns 0.
 */
#ifndef REGISTRY_ORDERS_H
#define REGISTRY_ORDERS_H

#include "base/err.h"
#include "registry/registry.h"

#define ORDERS_DAYS	30
#define ORDERS_JSON_MAX	65536	/* bytes of one */
#define ORDERS_FOUND	50	/* of one look-up */

/* By what an order can be found; numbers stand in the file. */
enum orders_by { ORDERS_BY_EMAIL, ORDERS_BY_NIP, ORDERS_BY_PESEL,
	ORDERS_BY_CARD, ORDERS_BY_SERIAL };

struct orders_key {
	enum orders_by	 by;
	const char	*value;		/* in any spelling */
};

struct orders_row {
	char	*authority, *number, *json, *etag;
	int64_t	 as_of;
};

void	orders_row_clear(struct orders_row *);

/* A newer word replaces an older one; keys are added to those there are. */
int	orders_put(struct registry *, const struct orders_row *,
	    const struct orders_key *, size_t nkeys, int64_t now, struct err *);

/* It was said again that this is how it stands: etag as before. */
int	orders_confirm(struct registry *, const char *authority,
	    const char *number, int64_t now, struct err *);

/* The service no longer knows it. */
int	orders_forget(struct registry *, const char *authority,
	    const char *number, struct err *);

/* 1, 0, -1. */
int	orders_get(struct registry *, const char *authority,
	    const char *number, struct orders_row *, struct err *);

/* The latest first; borrowed for the call; nonzero ends it. */
typedef int orders_fn(const struct orders_row *, void *arg);
int	orders_each(struct registry *, const struct orders_key *, orders_fn *,
	    void *arg, struct err *);

/* Those that nobody asked for in ORDERS_DAYS; dry: only count. n may be NULL. */
int	orders_retain(struct registry *, int64_t now, bool dry, int64_t *n,
	    struct err *);

#endif
