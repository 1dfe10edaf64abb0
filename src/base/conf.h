/*
 * okienko.conf: INI, every key in one table (conf.def) with its type, default
 * and meaning, from which the manual is checked.  Read once at start.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define CONF_FILE_MAX	(256u << 10)
#define CONF_LIST_MAX	32	/* values of a key that may be repeated */

struct conf_list {
	char	*v[CONF_LIST_MAX];
	size_t	 n;
};

struct conf {
	/* [desk] */
	char		*point;		/* name of the registration point, or "" */
	char		*language;	/* "pl", "en", or "" for the environment's */
	char		*theme;		/* "terminal", "mono", "contrast" */
	bool		 mouse;
	/* [card] */
	struct conf_list modules;	/* paths or globs; none: p11-kit's */
	bool		 opensc_tuning;	/* generated OpenSC configuration and cache */
	long		 module_timeout; /* seconds a module may take for one call */
	/* [renewal] */
	long		 renew_days;	/* start of the advised window */
	long		 working_days;	/* what an authority may take */
	/* [log] */
	char		*log_level;
};

/* One complaint about a file. */
struct conf_problem {
	int	line;
	char	text[200];		/* in the present language */
};

/*
 * Fill conf with defaults, then with path's settings (NULL: paths_conf(), and a
 * file that is not there is fine).  -1 and err on the first mistake; with
 * problems not NULL, all of them are also listed (caller frees).
 */
int	conf_load(struct conf *, const char *path, struct conf_problem **problems,
	    size_t *nproblems, struct err *);
void	conf_clear(struct conf *);

/* The table, for the manual's check: section, key, default; NULL at the end. */
struct conf_key_view { const char *section, *key, *def; };
const struct conf_key_view *conf_keys(void);

#endif
