/*
 * What a question met on its way, whatever came of it: seen by okienko-net while
 * libcurl asked, judged by the desk (diagnose.h).  Crosses as it grows; texts
 * are printable.
 */
#ifndef NET_WAY_H
#define NET_WAY_H

#include <stdbool.h>
#include <stdint.h>

#include "net/guard.h"
#include "net/head.h"
#include "net/login.h"

#define WAY_TRIED_MAX	199	/* bytes of addresses */
#define WAY_NAME_MAX	119

struct net_way {
	char		 proxy[LOGIN_PROXY_MAX + 1];	/* "" for none */
	char		 tried[WAY_TRIED_MAX + 1];	/* addresses, by blanks */
	char		 ip[GUARD_TEXT_MAX];	/* the one that answered, or "" */
	char		 dead[GUARD_TEXT_MAX];	/* of the other family, which did
						 * not, or "" */
	char		 issuer[WAY_NAME_MAX + 1];	/* of the certificate shown */
	bool		 unknown;	/* nobody trusted here has signed it */
	bool		 local;		/* somebody has who was added here by hand */
	bool		 login;		/* the proxy's login was wanted and given */
	unsigned	 offers, can;	/* PROXY_BASIC ..., as far as it said; of
					 * these, what can work here */
	enum net_ticket	 ticket;	/* for Negotiate, if it offers that */
	int		 connected;	/* status of a proxy's tunnel, or 0 */
	int		 status;	/* of the answer, or 0 */
	char		 type[HEAD_TYPE_MAX + 1];
	char		 onward[WAY_NAME_MAX + 1];	/* other host that it sends to */
	int64_t		 date;
	/* Milliseconds from the beginning to the end of each, or -1. */
	int64_t		 name, connect, hello, tls, first;
};

/* What is watched: filled in either way; grows, if not NULL, is called meanwhile. */
struct net_watch {
	struct net_way	 way;
	void		(*grows)(const struct net_way *, void *arg);
	void		*arg;
};

/* As net_ask, over a connection of its own. */
struct net;
struct net_request;
struct net_answer;
struct err;
int	net_ask_way(struct net *, const struct net_request *,
	    struct net_answer *, struct net_watch *, struct err *);

#endif
