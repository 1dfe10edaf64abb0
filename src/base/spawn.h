/*
 * Starts a helper of ours: okienko-card, which starts itself once more for each
 * module, and okienko-extract.  The same care for all; any thread.
 */
#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

#define SPAWN_FD	3	/* the first descriptor, in the process started */
#define SPAWN_FDS_MAX	4

/* For the process of the desk's own. */
#define SPAWN_QUIET	0x1	/* nothing to read, and no screen to write over */
#define SPAWN_GROUP	0x2	/* keys meant for the desk (^C, ^Z) are not for it */
#define SPAWN_BARE	0x4	/* nothing of the environment either */

/*
 * Run program with argv and fds as its SPAWN_FD and on; of ours it gets nothing
 * else but 0-2.  0 and *pid, or an errno and -1 there.
 */
int	spawn(const char *program, const char *const argv[], const int *fds,
	    size_t nfds, unsigned flags, pid_t *pid);

#endif
