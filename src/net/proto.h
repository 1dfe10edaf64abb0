/*
 * The contract of the sockets of okienko-net and okienko-print: frames
 * (net/frame.h), in this order.  What comes in is trusted on neither side: each
 * field has a type and a bound.  No state; any thread.
 *
 * helper -> desk
 *   HELLO  {"version":1}                           once
 *   HEAD   {"status":200,...}                      once an answer
 *   PIECE  bytes of the body                       any number
 *   END    {"bytes":n,"millis":n}                  whole
 *   ERROR  {"id":"NET-CUT",...}                    instead of what still lacks
 * desk -> helper
 *   ASK    {"method":"get","url":"...",...}
 *   PIECE  bytes of the body                       any number
 *   END                                            now go
 *   PRINT  {"title":"...",...}                     okienko-print; END or ERROR
 */
#ifndef NET_PROTO_H
#define NET_PROTO_H

#include "net/frame.h"
#include "net/head.h"
#include "net/net.h"

#define PROTO_VERSION	1
#define PROTO_LINE_MAX	200	/* characters of a header's value */
#define PROTO_PATH_MAX	4095
#define PROTO_MS_MAX	3600000	/* of a deadline */
#define PROTO_TITLE_MAX	200	/* bytes of a printed page's title */

enum proto_kind {
	PROTO_ASK = 'q', PROTO_END = '.', PROTO_ERROR = 'x', PROTO_HEAD = 'a',
	PROTO_HELLO = 'h', PROTO_PIECE = 'b', PROTO_PRINT = 'p'
};

/* struct net_request and struct net_options, as they cross. */
struct proto_ask {
	enum net_method	 method;
	enum net_source	 source;
	char		*url;
	char		*accept, *type, *etag;		/* NULL */
	int64_t		 since;
	char		*ca_file, *client_cert, *client_key;	/* NULL */
	char		*proxy;				/* NULL */
	char		**allow;
	size_t		 nallow;
	int64_t		 max, ms;
};

struct proto_end {
	int64_t		 bytes, millis;
};

struct proto_print {
	char		*title;
	char		*printer, *server;		/* NULL: the default ones */
};

int	proto_send_hello(struct frames *, struct err *);
int	proto_send_ask(struct frames *, const struct proto_ask *, struct err *);
int	proto_send_head(struct frames *, const struct head *, struct err *);
int	proto_send_end(struct frames *, const struct proto_end *, struct err *);
int	proto_send_print(struct frames *, const struct proto_print *,
	    struct err *);
/* The error is borrowed; what says why it cannot be sent is another one. */
int	proto_send_error(struct frames *, const struct err *, struct err *);
/* Any number of bytes, as so many pieces. */
int	proto_send_pieces(struct frames *, struct span, struct err *);

/* Whether a question is within the bounds that it is read by. */
int	proto_ask_check(const struct proto_ask *, struct err *);

/*
 * What a frame's content says; -1 and ERR_NET_TALK for whatever is not exactly
 * that.  Strings are the caller's to clear, also after -1.
 */
int	proto_hello(struct span, struct err *);
int	proto_ask(struct span, struct proto_ask *, struct err *);
int	proto_head(struct span, struct head *, struct err *);
int	proto_end(struct span, struct proto_end *, struct err *);
int	proto_print(struct span, struct proto_print *, struct err *);
int	proto_error(struct span, struct err *out, struct err *);
void	proto_ask_clear(struct proto_ask *);
void	proto_print_clear(struct proto_print *);

#endif
