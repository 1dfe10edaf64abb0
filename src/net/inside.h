/*
 * The way out as its own room sees it.  Nothing outside src/net includes this.
 */
#ifndef NET_INSIDE_H
#define NET_INSIDE_H

#include "net/helper.h"
#include "net/net.h"

struct net {
	char		*program;
	char		*proxy, *proxy_tls;	/* NULL: none; the second for https */
	char		*direct[SETTING_LIST_MAX];
	size_t		 ndirect;
	char		*ticket, *kerberos;	/* files, or NULL */
	char		*allow[SETTING_LIST_MAX];
	size_t		 nallow;
	int64_t		 deadline_ms;		/* of requests that name none */
	struct net_login *login;		/* borrowed, or NULL */
	struct helper	 helper;
};

/* "ocsp.example.org:8080" of an address: whom an error speaks of. */
void	net_whom(const char *url, char out[static ERR_WHAT_MAX]);

#endif
