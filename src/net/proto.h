/*
 * The contract of the sockets of okienko-net and okienko-print: frames
 * (net/frame.h), in this order.  What comes in is trusted on neither side: each
 * field has a type and a bound.  No state; any thread.
 *
 * helper -> desk
 *   HELLO  {"version":1}                           once
 *   HEAD   {"status":200,...}                      once an answer
 *   PIECE  bytes of the body                       any number
 *   END    {"bytes":n,"millis":n,...}              whole
 *   WANT   {"proxy":"http://...",...}              before END or ERROR, where a proxy
 *                                                  said 407
 *   WAY    {"proxy":"","name":2,...}             of a question that is watched, each
 *                                                  time that there is more of it,
 *                                                  and before END or ERROR
 *   ERROR  {"id":"NET-CUT",...}                    instead of what still lacks
 * desk -> helper
 *   ASK    {"method":"get","url":"...",...}
 *   SECRET a byte of what it is, a name, NUL, the  as many as ASK says
 *          secret: never part of a text
 *   PIECE  bytes of the body                       any number
 *   END                                            now go
 *   PRINT  {"title":"...",...}                     okienko-print; END or ERROR
 */
#ifndef NET_PROTO_H
#define NET_PROTO_H

#include "net/frame.h"
#include "net/head.h"
#include "net/login_inside.h"
#include "net/net.h"
#include "net/way.h"

#define PROTO_VERSION	1
#define PROTO_LINE_MAX	200	/* characters of a header's value */
#define PROTO_PATH_MAX	4095
#define PROTO_MS_MAX	3600000	/* of a deadline */
#define PROTO_TITLE_MAX	200	/* bytes of a printed page's title */
#define PROTO_NAME_MAX	64	/* characters of a header's name */
#define PROTO_HEADERS_MAX 16	/* further headers of a question */
#define PROTO_SECRETS_MAX 8	/* secrets of a question, the login one of them */

enum proto_kind {
	PROTO_ASK = 'q', PROTO_END = '.', PROTO_ERROR = 'x', PROTO_HEAD = 'a',
	PROTO_HELLO = 'h', PROTO_PIECE = 'b', PROTO_PRINT = 'p',
	PROTO_SECRET = 's', PROTO_WANT = 'w', PROTO_WAY = 'y'
};

/* struct net_request and struct net_options, as they cross. */
struct proto_ask {
	enum net_method	 method;
	enum net_source	 source;
	char		*url;
	char		*accept, *type, *etag;		/* NULL */
	int64_t		 since;
	char		*ca_file, *client_cert, *client_key;	/* NULL */
	char		**headers;		/* "Name: value" */
	size_t		 nheaders;
	bool		 follow;
	bool		 watched;		/* WAYs are wanted */
	char		*proxy, *proxy_tls;	/* NULL; the second for https */
	char		**direct;		/* hosts that need none */
	size_t		 ndirect;
	char		*ticket;		/* Kerberos' file; NULL: none */
	char		*kerberos;		/* its configuration; NULL: the usual one */
	unsigned	 schemes;		/* to try for a login; 0: any */
	bool		 proved;		/* that login was taken before */
	char		**allow;
	size_t		 nallow;
	int64_t		 max, ms;
	unsigned	 nsecrets;		/* frames that follow */
};

enum proto_secret_what { PROTO_SECRET_HEADER, PROTO_SECRET_LOGIN };

struct proto_secret {
	enum proto_secret_what what;
	char		 name[LOGIN_USER_MAX + 1];	/* header, or user */
	struct secret	*value;
};

struct proto_end {
	int64_t		 bytes, millis;
	bool		 taken;		/* a proxy took the login */
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
/* Straight from where name and secret lie to the socket: they stay till then. */
int	proto_send_secret(struct frames *, enum proto_secret_what,
	    const char *name, const struct secret *, struct err *);
int	proto_send_want(struct frames *, const struct login_want *,
	    struct err *);
int	proto_send_way(struct frames *, const struct net_way *, struct err *);
/* The error is borrowed; what says why it cannot be sent is another one. */
int	proto_send_error(struct frames *, const struct err *, struct err *);
/* Any number of bytes, as so many pieces. */
int	proto_send_pieces(struct frames *, struct span, struct err *);

/* Whether a question is within the bounds that it is read by. */
int	proto_ask_check(const struct proto_ask *, struct err *);

/* The same for one of its secrets. */
int	proto_secret_check(const char *name, const struct secret *,
	    struct err *);

/*
 * What a frame's content says; -1 and ERR_NET_TALK for whatever is not exactly
 * that.  Strings are the caller's to clear, also after -1.
 */
int	proto_hello(struct span, struct err *);
int	proto_ask(struct span, struct proto_ask *, struct err *);
int	proto_head(struct span, struct head *, struct err *);
int	proto_end(struct span, struct proto_end *, struct err *);
int	proto_print(struct span, struct proto_print *, struct err *);
int	proto_want(struct span, struct login_want *, struct err *);
int	proto_way(struct span, struct net_way *, struct err *);
/* Into a record that is zeroed, or wiped: its locked memory is used again. */
int	proto_secret(struct span, struct proto_secret *, struct err *);
void	proto_secret_wipe(struct proto_secret *);
int	proto_error(struct span, struct err *out, struct err *);
void	proto_ask_clear(struct proto_ask *);
void	proto_secret_clear(struct proto_secret *);	/* wipes, and frees */
void	proto_print_clear(struct proto_print *);

#endif
