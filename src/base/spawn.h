/*
 * Starts okienko-card: for the desk, and for the supervisor that starts it once
 * more for each module.  The same care either way; any thread.
 */
#ifndef CARD_SPAWN_H
#define CARD_SPAWN_H

#include <sys/types.h>

#define SPAWN_FD	3	/* the socket, in the process that is started */

/* For the process of the desk's own. */
#define SPAWN_QUIET	0x1	/* nothing to read, and no screen to write over */
#define SPAWN_GROUP	0x2	/* keys meant for the desk (^C, ^Z) are not for it */

/*
 * Run program with argv and fd as its SPAWN_FD; of ours it gets nothing else
 * but 0-2.  0 and *pid, or an errno and -1 there.
 */
int	spawn(const char *program, const char *const argv[], int fd,
	    unsigned flags, pid_t *pid);

#endif
