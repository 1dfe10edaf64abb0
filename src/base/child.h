/*
 * The end of a process that was started (base/spawn.h), as a descriptor to wait
 * on.  Nobody else's child is reaped that way.  Any thread.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <signal.h>
#include <sys/types.h>

/*
 * A descriptor that can be read once the process has ended; the caller's to
 * close.  0, or an errno: it has been killed and reaped then, and *pid is -1.
 */
int	child_watch(pid_t *pid, int *fd);

/*
 * Reap it if it has ended: 1 with how, 0 while it runs; -1 and errno, ECHILD
 * where the kernel reaped it, because SIGCHLD is ignored as some start us.
 */
int	child_reap(pid_t pid, int fd, siginfo_t *how);

#endif
