/*
 * Where a stranger may send us.  Addresses in certificates are orders from
 * whoever had them made: they are asked on public addresses, and within a
 * private network only where an administrator allowed that.  The judgement is
 * on the address that is connected to, so no name service can turn it.
 * No state; any thread.
 */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <sys/socket.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

#define GUARD_IP_LEN	ADDRESS_LEN
#define GUARD_TEXT_MAX	56	/* "[...]:65535" and its NUL */

struct guard {
	char *const	*allow;		/* as address_entry reads them */
	size_t		 nallow;
};

/* A web address as a whole: http or https, printable ASCII, not too long. */
bool	guard_url(const char *url);

/* What may stand in a line of a request: printable ASCII, not too long. */
bool	guard_line(const char *s, size_t max);

/* False for whatever is not sent across the world: private, loopback ... */
bool	guard_public(const uint8_t ip[static GUARD_IP_LEN]);

/*
 * The scheme's own port, any above 1023, or one that is allowed by number
 * together with some address.
 */
bool	guard_port(const struct guard *, unsigned port, bool https);

/* Whether a stranger may have us connect there. */
bool	guard_address(const struct guard *, const struct sockaddr *,
	    bool https);

/*
 * For a host that somebody else looks up (a proxy): false for addresses in
 * figures that guard_address refuses, and for the name of this machine itself.
 */
bool	guard_host(const struct guard *, const char *host, unsigned port,
	    bool https);

/*
 * Whether a host is an address (in brackets or not) within "10.0.0.0/8",
 * "2001:db8::/32", or the very address "10.0.0.7".
 */
bool	guard_within(const char *host, const char *block);

/* "10.0.0.7:80", "[::1]:80". */
const char *guard_text(const struct sockaddr *, char buf[static GUARD_TEXT_MAX]);

#endif
