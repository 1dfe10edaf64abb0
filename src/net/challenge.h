/*
 * What a proxy asks for (RFC 9110, 11.7.1): the schemes of its
 * Proxy-Authenticate lines and the first realm it names.  Whatever makes no
 * sense is passed over.  No state; any thread.
 */
#ifndef NET_CHALLENGE_H
#define NET_CHALLENGE_H

#include "base/buf.h"
#include "net/login.h"

struct challenge {
	unsigned	 offers;	/* PROXY_BASIC ... of login.h */
	char		 realm[LOGIN_REALM_MAX + 1];	/* printable */
};

/* One header's value; added to what earlier ones said. */
void	challenge_line(struct challenge *, struct span);

#endif
