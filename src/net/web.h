/*
 * One question after another over HTTP and HTTPS, connections kept between them:
 * the only door to libcurl, which okienko-net alone links.  One thread.
 */
#ifndef NET_WEB_H
#define NET_WEB_H

#include "net/proto.h"

#define WEB_HEADERS_MAX	((size_t)64 << 10)	/* bytes before the body */
#define WEB_CONNECT_MS	10000	/* of a connection and its handshake */
#define WEB_SLOW_BYTES	32	/* a body slower than this a second ... */
#define WEB_SLOW_S	20	/* ... for so long is not worth waiting for */
#define WEB_KEPT_MAX	8	/* idle connections */

struct web;

/* One question, all of it borrowed. */
struct web_question {
	const struct proto_ask *ask;
	const struct proto_secret *secrets;
	size_t		 nsecrets;
	struct span	 body;
};

struct web_calls {
	/* Once, before the first piece; -1: of no more use. */
	int	(*head)(const struct head *, void *arg);
	int	(*piece)(struct span, void *arg);
	/* Of a question that is watched: there is more of its way. */
	int	(*way)(const struct net_way *, void *arg);
	/* No more comes for now. */
	int	(*rest)(void *arg);
	void	*arg;
	int	 watch;		/* a descriptor whose stirring ends it all */
};

/* Loads all that a connection will need.  -1: ERR_NET_START. */
int	web_new(struct web **, struct err *);
void	web_free(struct web *);

/* What came of it, besides an error. */
struct web_end {
	struct proto_end end;
	struct login_want want;	/* with a proxy's 407; else proxy is "" */
	struct net_way	 way;	/* with ask->watched */
	bool		 gone;	/* nobody is there to be told */
};

/* Ask.  0 for a whole answer; -1: ERR_NET_*, ERR_TOO_BIG, ERR_NO_FILE. */
int	web_ask(struct web *, const struct web_question *,
	    const struct web_calls *, struct web_end *, struct err *);

#endif
