/*
 * The one way out of the house: HTTP and HTTPS by okienko-net, a process of its
 * own.  libcurl and what it brings stay out of the desk, so that what a server
 * sends is taken apart away from the registry, and the desk starts without
 * them.  A handle is one such process and its connections; it belongs to one
 * thread at a time.  Calls block until the answer, the deadline or a cancel:
 * never on the loop's thread.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/setting.h"
#include "net/login.h"

#define NET_URL_MAX		2048	/* bytes of an address */
#define NET_BODY_MAX		((size_t)8 << 20) /* of a body that is sent, or kept in memory */
#define NET_DEADLINE_MS		30000	/* of a request that names none */
#define NET_HOPS_MAX	4	/* redirects that are followed, one after the other */
#define NET_IDLE_MS		60000	/* after which an unused process ends itself */

struct net;

/* From okienko.conf, section network; copied. */
struct net_options {
	const char		*helper;	/* NULL: paths_net_helper() */
	/*
	 * "http://host:port"; "system": what the environment says (http_proxy,
	 * https_proxy, no_proxy); "" or NULL: none.
	 */
	const char		*proxy;
	const struct conf_list	*direct;	/* hosts asked without it: "example.pl" and all below, "10.0.0.0/8" */
	struct net_login	*login;		/* for a proxy that asks; borrowed; NULL: none */
	bool			 locked;	/* a kiosk: "system" is none, and nothing of
						 * the environment is looked at */
	/*
	 * For a proxy that offers Negotiate: the file with a Kerberos ticket,
	 * without which it is KRB5CCNAME's or the account's own, and none in a
	 * kiosk; and a configuration instead of /etc/krb5.conf.  "" is NULL.
	 */
	const char		*ticket, *kerberos;
	const struct conf_list	*allow;		/* private addresses that are meant: "127.0.0.1", "10.0.0.7:8080" */
	int64_t			 deadline_ms;	/* of requests that name none; 0: NET_DEADLINE_MS */
};

/* Starts nothing: the process comes with the first request. */
struct net	*net_new(const struct net_options *);
void		 net_free(struct net *);	/* NULL is fine */

int64_t		 net_deadline_ms(const struct net *);	/* as net_options has it */

/*
 * Nothing is asked for a while: the process ends now, and nothing is left to be
 * reaped later; the next question starts another.  For the end of a round.
 */
void		 net_rest(struct net *);

enum net_method { NET_GET, NET_POST, NET_PUT };

/* Who said that this is the address to ask. */
enum net_source {
	NET_CONFIGURED,		/* an administrator: https, or http if so written */
	NET_STRANGER		/* a certificate: http or https on their own ports
				 * or any above 1023, and no private, loopback or
				 * link-local address but those that are allowed */
};

struct net_header {
	const char	*name, *value;
};
struct net_secret_header {
	const char	*name;
	const struct secret *value;
};

struct net_request {
	enum net_method	 method;
	enum net_source	 source;
	const char	*url;
	const char	*accept;	/* NULL: none */
	const char	*type;		/* Content-Type of the body */
	struct span	 body;		/* POST, PUT; at most NET_BODY_MAX */
	/* Conditional: what an earlier answer said; NULL and 0. */
	const char	*etag;
	int64_t		 since;
	/* Further headers, printable; values that are secret go in secret. */
	const struct net_header *headers;
	size_t		 nheaders;
	/* Whole values of headers that nobody may see: "Bearer ...". */
	const struct net_secret_header *secrets;
	size_t		 nsecrets;
	/*
	 * GET, configured: redirects are followed, at most NET_HOPS_MAX of them,
	 * within the same host and port, https staying https; http may become
	 * https.  One that leads elsewhere is the answer.
	 */
	bool		 follow;
	/* TLS: files by absolute path; NULL: the system's trust, no client certificate. */
	const char	*ca_file, *client_cert, *client_key;
	/*
	 * Streamed: each piece in turn; nonzero ends it with what the function
	 * left in err.  By then all of the answer but its body is filled in;
	 * and with a status that is not 2xx it is not called, so that a page
	 * of apology is never taken for what was asked for.  NULL: the body is
	 * kept in the answer, up to max bytes.
	 */
	int		(*sink)(struct span, void *arg, struct err *);
	void		*arg;
	uint64_t	 max;		/* bytes of body; 0: NET_BODY_MAX */
	int64_t		 deadline_ms;	/* 0: the handle's */
	const atomic_bool *cancel;	/* NULL: none */
};

/* Times are UTC seconds, 0 where the server did not say. */
struct net_answer {
	int		 status;	/* 200, 304, 404 ... */
	char		 type[96];	/* Content-Type, lower case, without parameters */
	char		 etag[160];	/* "" for none */
	int64_t		 date;		/* the server's own clock */
	int64_t		 last_modified;
	int64_t		 fresh_until;	/* Cache-Control max-age, else Expires */
	int		 retry_after;	/* seconds; 0 */
	uint64_t	 bytes;		/* of body that came */
	int64_t		 millis;	/* from question to end */
	struct buf	 body;		/* without a sink */
};

/*
 * Ask.  0 for any whole HTTP answer, whatever its status says; the answer is to
 * be cleared either way.  -1: ERR_NET_*, ERR_CANCELLED, ERR_TOO_BIG, or what
 * the sink said.  Redirects are not followed but with follow: their status is the
 * answer.  A proxy's 407 is ERR_NET_PROXY_LOGIN, and ERR_NET_PROXY_REFUSED when
 * what was given is not taken; the login's view has the rest.
 */
int	net_ask(struct net *, const struct net_request *, struct net_answer *,
	    struct err *);
void	net_answer_clear(struct net_answer *);

/* As an error, for a status that is not wanted: 404, 500, 302 ...; always -1. */
int	net_refused(const struct net_request *, const struct net_answer *,
	    struct err *);

/* The process now, or -1; for tests. */
int	net_pid(const struct net *);

/*
 * Print a PDF, a regular file, through CUPS (printer NULL: the default one); the
 * descriptor is borrowed.  By okienko-print, for the same reasons.  -1:
 * ERR_PRINT_*, ERR_CANCELLED.
 */
int	net_print(int fd, const char *title, const char *printer,
	    const atomic_bool *cancel, struct err *);

#define NET_PRINT_MS	30000	/* of a page */

struct net_printing {
	const char	*helper;	/* NULL: paths_print_helper() */
	const char	*server;	/* of CUPS, host or socket; NULL: the usual one */
	int64_t		 deadline_ms;	/* 0: NET_PRINT_MS */
};

/* The same for whoever has a CUPS of his own. */
int	net_print_by(const struct net_printing *, int fd, const char *title,
	    const char *printer, const atomic_bool *cancel, struct err *);

#endif
