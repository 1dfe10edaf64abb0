/*
 * What this counter is set up with: its settings, the authorities it knows, and
 * the one login for a proxy.  All are borrowed for as long as the desk lives.
 * UI thread only, but the login, which any thread may use.
 */
#ifndef UI_SETUP_H
#define UI_SETUP_H

#include "base/authority.h"
#include "base/conf.h"
#include "net/net.h"
#include "ui/mode.h"

struct setup {
	const struct conf		*conf;
	const struct authorities	*authorities;
	struct net_login		*login;
	const char			*conf_path;	/* NULL: the usual one */
	enum mode			 mode;
};

/*
 * The login of [network] proxy_login, or an empty one: err says why a file that
 * is named was not used.  Free it after all that borrows it.
 */
struct net_login	*setup_login(const struct conf *, struct err *);

/* For net_new: the same way out for all of a program's questions. */
struct net_options	 setup_network(const struct conf *,
			    struct net_login *);
/* The same for the screen: a kiosk's way is its configuration's alone. */
struct net_options	 setup_way(const struct setup *);

/* Where the registry is; for the UI thread: the usual path is made once. */
const char		*setup_registry(const struct setup *);

/*
 * Whether this desk may open the registry for what it learns.  A kiosk keeps
 * nothing of anybody but the request that a customer leaves there.
 */
bool			 setup_keeps(const struct setup *);

#endif
