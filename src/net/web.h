/*
 * One question after another over HTTP and HTTPS, connections kept between them:
 * the only door to libcurl, which okienko-net alone links.  One thread.
 */
#ifndef NET_WEB_H
#define NET_WEB_H

#include "net/proto.h"

#define WEB_HEADERS_MAX	((size_t)64 << 10)	/* bytes before the body */
#define WEB_CONNECT_MS	10000	/* of a connection and its handshake */
#define WEB_SLOW_BYTES	32	/* slower than this a second ... */
#define WEB_SLOW_S	20	/* ... for so long is not worth waiting for */
#define WEB_KEPT_MAX	8	/* idle connections */

struct web;

struct web_calls {
	/* Once, before the first piece; -1: of no more use. */
	int	(*head)(const struct head *, void *arg);
	int	(*piece)(struct span, void *arg);
	void	*arg;
	int	 watch;		/* a descriptor whose stirring ends it all */
};

/* Loads all that a connection will need.  -1: ERR_NET_START. */
int	web_new(struct web **, struct err *);
void	web_free(struct web *);

/*
 * Ask.  0 for a whole answer; -1: ERR_NET_*, ERR_TOO_BIG, ERR_NO_FILE.  With
 * *gone nobody is there to be told.
 */
int	web_ask(struct web *, const struct proto_ask *, struct span body,
	    const struct web_calls *, struct proto_end *, bool *gone,
	    struct err *);

#endif
