/*
 * The user name and password for a proxy: one place for a whole program, shared
 * by every way out it has, in locked memory; asked for when a proxy says 407.
 * Any thread.
 */
#ifndef NET_LOGIN_H
#define NET_LOGIN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/secret.h"

#define LOGIN_USER_MAX	120	/* bytes */
#define LOGIN_PROXY_MAX	255	/* of the proxy's address */
#define LOGIN_REALM_MAX	119
#define LOGIN_REFUSED_MAX	2	/* answers refused in a row; then nobody tries again
				 * by himself, or the account would be locked */

struct net_login;

struct net_login *net_login_new(void);
void	net_login_free(struct net_login *);	/* wipes; NULL is fine */

/* From now on this one; the password is taken over. */
void	net_login_set(struct net_login *, const char *user, struct secret *);
void	net_login_forget(struct net_login *);	/* and what was refused */

/*
 * A file of two lines, user and password, that only its owner can read (0600 or
 * less): ERR_NO_FILE, ERR_LOOSE_MODE.  Saving makes it anew.
 */
int	net_login_load(struct net_login *, const char *path, struct err *);
int	net_login_save(struct net_login *, const char *path, struct err *);

enum { PROXY_BASIC = 1 << 0, PROXY_DIGEST = 1 << 1, PROXY_NTLM = 1 << 2,
	PROXY_NEGOTIATE = 1 << 3, PROXY_OTHER = 1 << 4 };

/* What Negotiate needs, as far as a proxy has asked for it. */
enum net_ticket { NET_TICKET_NOT_ASKED, NET_TICKET_NONE, NET_TICKET_OLD,
	NET_TICKET_GOOD, NET_TICKET_REFUSED };

/*
 * The present language: what is wrong with it and what to do, one sentence, or
 * "" for none.
 */
const char *net_ticket_words(enum net_ticket);

/* What is known of the proxy from its last 407. */
struct net_login_view {
	char		 proxy[LOGIN_PROXY_MAX + 1];	/* which one wants it, or "" */
	char		 realm[LOGIN_REALM_MAX + 1];	/* printable, or "" */
	unsigned	 offers;	/* PROXY_BASIC ... */
	unsigned	 can;		/* of these, what can work here */
	enum net_ticket	 ticket;	/* where it offers Negotiate */
	bool		 wanted;	/* a 407 waits for an answer */
	bool		 given;		/* there is a user name and password */
	int		 refused;	/* times in a row that it was not taken */
	char		 user[LOGIN_USER_MAX + 1];
};
void	net_login_view(struct net_login *, struct net_login_view *);

#endif
