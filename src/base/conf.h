/*
 * okienko.conf: INI, every key in one table (conf.def) with its type, default
 * and meaning, from which the manual is checked.  Read once at start.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/setting.h"

struct conf {
	char		*path;		/* file that was asked for; NULL: the usual one */
	/* [desk] */
	char		*point;		/* name of the registration point, or "" */
	char		*language;	/* "pl", "en", or "" for the environment's */
	char		*theme;		/* "terminal", "mono", "contrast" */
	bool		 mouse;
	/* [card] */
	struct conf_list modules;	/* paths or globs; none: p11-kit's */
	struct conf_list card_writes;	/* folders for card software */
	bool		 opensc_tuning;	/* generated OpenSC configuration and cache */
	long		 module_timeout; /* seconds a module may take for one call */
	/* [renewal] */
	long		 renew_days;	/* start of the advised window */
	long		 working_days;	/* what an authority may take */
	/* [registry] */
	char		*registry;	/* its file; "": paths_registry() */
	bool		 remember;
	long		 retention_days; /* after a certificate's end; 0: never */
	/* [network] */
	char		*proxy;		/* "http://host:port", or "" */
	struct conf_list net_allow;	/* private addresses that are meant */
	struct conf_list net_direct;	/* hosts without the proxy */
	char		*proxy_login;	/* file, or "" */
	long		 net_timeout;	/* seconds for an answer */
	/* [print] */
	char		*font, *printer; /* or "" */
	/* [kiosk] */
	long		 idle_seconds, leave_seconds;
	struct conf_list staff;		/* files of certificates */
	/* [log] */
	char		*log_level;
};

/*
 * Fill conf with defaults, then with path's settings (NULL: paths_conf(), and a
 * file that is not there is fine).  -1 and err on the first mistake, or when
 * the file cannot be read; with problems not NULL, all mistakes are added there.
 * Either way conf is whole: wrong values are defaults, and the caller may go on.
 */
int	conf_load(struct conf *, const char *path, struct conf_problems *,
	    struct err *);
void	conf_clear(struct conf *);

/* The table itself, for the manual's check and for doctor. */
extern const struct setting	conf_settings[];
extern const size_t		nconf_settings;

#endif
