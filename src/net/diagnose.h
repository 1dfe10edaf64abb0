/*
 * The way to a server, looked at step by step, each step timed: name, route,
 * proxy, what the proxy wants, TLS, HTTP, the service's version, the clock.
 * Stops at the first that is broken; what lies behind it is not known.  Blocks:
 * worker threads only.
 */
#ifndef NET_DIAGNOSE_H
#define NET_DIAGNOSE_H

#include "net/net.h"

enum diag_step { DIAG_NAME, DIAG_ROUTE, DIAG_PROXY, DIAG_PROXY_LOGIN, DIAG_TLS,
	DIAG_HTTP, DIAG_VERSION, DIAG_CLOCK, DIAG_STEPS };

enum diag_verdict { DIAG_WAITS, DIAG_FINE, DIAG_WARNS, DIAG_BROKEN,
	DIAG_NOT_NEEDED, DIAG_NOT_KNOWN };

struct diag_result {
	enum diag_step	 step;
	enum diag_verdict verdict;
	int64_t		 millis;
	char		 saw[256];	/* printable: addresses, who signed, ... */
	bool		 inspected;	/* TLS: the chain is not the public one but a
					 * local authority's: a proxy that looks in */
	bool		 no_scheme;	/* PROXY_LOGIN: nothing that it offers can
					 * work here */
	enum net_ticket	 ticket;	/* the same: what lacks for Negotiate */
	bool		 portal;	/* HTTP: a page of another place asks to log on */
	struct err	 err;		/* of what is broken or warned of */
};

struct diag_report {
	struct diag_result v[DIAG_STEPS];
	int64_t		 clock_off;	/* seconds the server is ahead; 0 */
};

struct diag_about {
	const char	*url;		/* of a service, or any https address */
	enum net_source	 source;
	const char	*ca_file, *client_cert, *client_key;
	bool		 order_service;	/* ask for its version (orders.yaml, "/") */
};

/*
 * Called as each step ends, while the next one is under way; again if it turns out
 * to be broken after all, as a server may refuse a certificate of ours only after
 * TLS (1.3) is through.  May be NULL.
 */
typedef void	 diag_step_fn(const struct diag_result *, void *arg);

/*
 * 0 when the report is filled, whatever it says; -1: ERR_CANCELLED, or ERR_NET_*
 * of okienko-net itself.
 */
int	net_diagnose(struct net *, const struct diag_about *,
	    const atomic_bool *cancel, diag_step_fn *, void *arg,
	    struct diag_report *, struct err *);

/* The present language: what a step is called. */
const char	*diag_step_name(enum diag_step);

#endif
