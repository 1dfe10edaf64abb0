/*
 * Whether what a file holds may be believed or run: who could have put it there.
 * No state; any thread.
 */
#ifndef BASE_TRUST_H
#define BASE_TRUST_H

#include <stdbool.h>

#include "base/err.h"

struct trust {
	bool		 own_ok;	/* the account's own is as good as root's */
	enum err_code	 missing, bad;	/* what is said of one that is not so */
};

/*
 * Resolve a path: an ordinary file that, like every folder above it, belongs to
 * root and is written to by nobody else.  With own_ok (whoever says so could do
 * it himself, so nothing is gained by refusing) they may also be the account's,
 * in folders that keep others' hands off their entries (/tmp).  What is
 * resolved is the caller's to free; NULL and -1 for another.
 */
int	trust_file(const char *path, const struct trust *, char **resolved,
	    struct err *);

/*
 * Whether this process works for somebody who is not the account's keeper: a
 * customer, or an agent from afar (OKIENKO_MODE).  What the account owns is
 * then no more to be believed than what others do.
 */
bool	trust_is_strict(void);

/*
 * A configuration that may say what is run: in such a process root's alone, else
 * anybody's that can be read.  One that is not there says nothing.
 */
int	trust_conf(const char *path, struct err *);

/*
 * A file that such a configuration names, or that lies beside it, and that says
 * who is to be believed: likewise, but that beside one which was asked for by
 * name (named; nobody types one where there are others to guard) the account's
 * own is as good.  What is resolved is to be read, and the caller's to free;
 * NULL and -1.
 */
int	trust_beside(const char *path, bool named, char **resolved,
	    struct err *);

#endif
