/*
 * For the files of this room that ask order services.
 */
#ifndef ORDER_SERVICE_INSIDE_H
#define ORDER_SERVICE_INSIDE_H

#include "base/holder.h"
#include "order/order_inside.h"
#include "order/service.h"

/* What lets a desk in at one authority; made when it is first needed. */
struct order_access {
	struct secret	*key;		/* of the API, or NULL */
	struct secret	*token;		/* "Bearer ...", or NULL */
	int64_t		 until;		/* when the token ends */
};

struct order_service {
	struct net	*net;
	struct registry	*reg;		/* NULL */
	const struct authorities *as;
	struct order_access *access;	/* one each authority */
	bool		 polish;	/* what is said to people there */
	char		 by[HOLDER_MAX];	/* whose leases are */
};

struct order_ask {
	const struct authority *authority;
	enum net_method	 method;
	const char	*path;		/* "/orders/..." */
	const char	*accept;	/* the types that are taken, by commas */
	json_t		*body;		/* borrowed; NULL */
	struct span	 bytes;		/* instead of body */
	const char	*key;		/* of idempotency; NULL: one is made for POST */
	const char	*etag;		/* NULL */
	uint64_t	 max;
	const char	*what;		/* number, for errors; NULL */
	const atomic_bool *cancel;
};

struct order_said {
	int		 status;	/* 2xx, or 304 */
	int64_t		 retry_after;	/* seconds; also after -1 */
	int64_t		 date;		/* of the server's clock; 0 */
	bool		 sent;		/* it may have come there, also after -1 */
	char		 etag[160];
	struct buf	 body;
	json_t		*json;		/* where that was asked for */
};

/*
 * Ask one service.  0 for what it was asked for; -1: ERR_NET_*, ERR_ORDER_* by
 * its problem's type.  said is to be cleared either way.
 */
int	order_ask(struct order_service *, const struct order_ask *,
	    struct order_said *, struct err *);
void	order_said_clear(struct order_said *);

/* An answer's JSON, bounded; NULL and ERR_ORDER_ANSWER. */
json_t	*order_load(struct span, struct err *);

/*
 * Headers that let the desk in; -1: ERR_NO_FILE, ERR_LOOSE_MODE, ...  Whoever
 * gives tokens may say in how many seconds to come again.
 */
#define SERVICE_SECRETS	2
int	order_let_in(struct order_service *, const struct authority *,
	    const atomic_bool *, struct net_secret_header *, size_t *n,
	    int64_t *retry_after, struct err *);
/* The token was not taken: forget it; false when there was none. */
bool	order_token_failed(struct order_service *, const struct authority *);

/* Addresses: base of the configuration and path, at most NET_URL_MAX. */
int	order_url(const char *base, const char *path, char *, size_t,
	    struct err *);
/* "/orders/NUMBER" and what stands behind, escaped. */
void	order_path(char *, size_t, const char *number,
	    const char *behind);

static inline const char *
order_or_null(const char *s)
{
	return s != NULL && s[0] != '\0' ? s : NULL;
}

static inline bool
order_is_served(const struct authority *a)
{
	return order_or_null(a->orders_url) != NULL;
}

#endif
