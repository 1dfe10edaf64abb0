/*
 * The login of a proxy as src/net uses it: what is to be tried now, and what
 * became of that.  Any thread.
 */
#ifndef NET_LOGIN_INSIDE_H
#define NET_LOGIN_INSIDE_H

#include <stdatomic.h>
#include <stdint.h>

#include "net/login.h"

/* What a proxy's 407 said; crosses from okienko-net. */
struct login_want {
	char		 proxy[LOGIN_PROXY_MAX + 1];/* "http://host:port" */
	char		 realm[LOGIN_REALM_MAX + 1];/* printable, or "" */
	unsigned	 offers, can;	/* PROXY_BASIC ... */
	enum net_ticket	 ticket;
	bool		 refused;	/* what was given was not taken */
	bool		 passed;	/* it was let through all the same */
};

/* One try with what is given. */
struct login_try {
	char		 user[LOGIN_USER_MAX + 1];
	struct secret	*password;	/* NULL: nothing is to be tried */
	unsigned	 generation;	/* of which set */
	bool		 proved;	/* a proxy has taken this set before */
	bool		 held;		/* there is a set, but it was refused */
	unsigned	 schemes;	/* that are offered; 0: not known */
};

enum login_fate { LOGIN_UNTRIED, LOGIN_TAKEN, LOGIN_REFUSED };

/*
 * A set that no proxy has taken yet is tried by one at a time, and by nobody
 * after it was refused once; so others wait here, until a time of clock_mono_ms
 * or a cancel.  Login may be NULL.  Each try is ended.
 */
void	net_login_try(struct net_login *, int64_t until,
	    const atomic_bool *cancel, struct login_try *);
void	net_login_end(struct net_login *, struct login_try *, enum login_fate);

/* A 407 has come. */
void	net_login_want(struct net_login *, const struct login_want *);

#endif
