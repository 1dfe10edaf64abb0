/*
 * By which proxy an address is asked, if by any.  No state; any thread.
 */
#ifndef NET_ROUTE_H
#define NET_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#define ROUTE_PROXY_MAX	200	/* bytes of "http://host:port" */

/* What the environment says, in the form that settings have. */
struct route_found {
	char		*http, *https;		/* or NULL */
	char		**direct;
	size_t		 ndirect;
};

/*
 * http_proxy (in small letters only: a web server's visitors can set the other),
 * https_proxy, all_proxy and no_proxy of this process; no more than max hosts of
 * the last.  Clear it.
 */
void	route_environment(struct route_found *, size_t max);
void	route_found_clear(struct route_found *);

/*
 * Whether a host is one of these: "example.pl" and whatever is below it, an
 * address, a block of addresses "10.0.0.0/8" that contains one, "*".  An address
 * of IPv6 may stand in brackets.
 */
bool	route_direct(char *const *direct, size_t n, const char *host);

#endif
