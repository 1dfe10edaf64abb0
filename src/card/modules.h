/*
 * Which card software there is: the configured paths and globs, or without any
 * the modules p11-kit is configured with.  Nothing is loaded here; each file is
 * only looked at.  No state; any thread.
 */
#ifndef CARD_MODULES_H
#define CARD_MODULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/setting.h"
#include "card/card.h"

struct module_file {
	char		*name;		/* file name, or path where two share one */
	char		*path;		/* as resolved; as configured if that failed */
	struct err	 err;		/* why it cannot be used */
};

struct module_list {
	struct module_file	v[CARD_MODULES_MAX];
	size_t			n;
	bool			cut;	/* there were more */
};

/*
 * List what configured names (paths or globs); when it names nothing, what the
 * *.module files of the NULL-ended folders do, relative names being in
 * p11_path; NULL folders: the system's.  A user's own p11-kit settings are not
 * asked: what is run on this desk is its keeper's to say.
 */
void	modules_list(struct module_list *, const struct conf_list *configured,
	    const char *const *folders, const char *p11_path, bool own_ok);
void	modules_clear(struct module_list *);

/*
 * Resolve a module's path and decide whether its code may be run: an ordinary
 * file that, like every folder above it, belongs to root and is written to by
 * nobody else.  With own_ok (the configuration is the user's own file, so
 * nothing is gained by refusing) they may also be the user's, in folders that
 * keep others' hands off their entries (/tmp).
 */
int	module_check(const char *path, bool own_ok, char **resolved,
	    struct err *);

#endif
