/*
 * A fence round the files of this machine, by Landlock: this process, its threads
 * to come and its children can write only where it says, for good.  Where the
 * kernel has none, or is too old for a part of it, that is left out: the account's
 * own rights hold as ever.  Before any thread, once permissions cannot be gained
 * (no_new_privs).
 */
#ifndef BASE_FENCE_H
#define BASE_FENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define FENCE_MAX	40	/* folders */

struct fence {
	const char	*writable[FENCE_MAX];	/* NULL or absent: passed over */
	size_t		 n;
	const char	*programs;	/* only those in this folder are run; NULL: any */
	bool		 alone;		/* no TCP, and no signals to others */
};

/* 0, also where there is nothing to build it of. */
int	fence_raise(const struct fence *, struct err *);

/* Which version of Landlock this kernel has; 0: none. */
int	fence_version(void);

#endif
