#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "base/spawn.h"

static void
quieten(posix_spawn_file_actions_t *fa)
{
	(void)posix_spawn_file_actions_addopen(fa, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(fa, 1, "/dev/null", O_WRONLY, 0);
	/* A file or a pipe may hear what modules complain of; a screen not. */
	if (isatty(STDERR_FILENO))
		(void)posix_spawn_file_actions_addopen(fa, 2, "/dev/null",
		    O_WRONLY, 0);
}

/*
 * Copies above all that is asked for, so that putting one in its place cannot
 * close another.  -1 and errno when there are none to be had.
 */
static int
lift(const int *fds, size_t n, int lifted[static SPAWN_FDS_MAX])
{
	for (size_t i = 0; i < n; i++) {
		lifted[i] = fcntl(fds[i], F_DUPFD_CLOEXEC,
		    SPAWN_FD + SPAWN_FDS_MAX);
		if (lifted[i] == -1)
			return -1;
	}
	return 0;
}

static void
add_descriptors(posix_spawn_file_actions_t *fa, const int *fds, size_t n,
    unsigned flags)
{
	for (size_t i = 0; i < n; i++)
		(void)posix_spawn_file_actions_adddup2(fa, fds[i],
		    SPAWN_FD + (int)i);
	if (flags & SPAWN_QUIET)
		quieten(fa);
	(void)posix_spawn_file_actions_addclosefrom_np(fa, SPAWN_FD + (int)n);
}

static int
start(const char *program, const char *const argv[], const int *fds, size_t n,
    unsigned flags, pid_t *pid)
{
	static char *const bare[] = { NULL };
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t none, all;
	short set = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	int rc;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)posix_spawn_file_actions_init(&fa);
	add_descriptors(&fa, fds, n, flags);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	if (flags & SPAWN_GROUP) {
		set |= POSIX_SPAWN_SETPGROUP;
		(void)posix_spawnattr_setpgroup(&attr, 0);
	}
	(void)posix_spawnattr_setflags(&attr, set);
	rc = posix_spawn(pid, program, &fa, &attr, (char **)argv,
	    flags & SPAWN_BARE ? bare : environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&fa);
	return rc;
}

int
spawn(const char *program, const char *const argv[], const int *fds,
    size_t nfds, unsigned flags, pid_t *pid)
{
	int lifted[SPAWN_FDS_MAX] = { -1, -1, -1, -1 };
	int rc = nfds > SPAWN_FDS_MAX ? EINVAL :
	    lift(fds, nfds, lifted) == -1 ? errno :
	    start(program, argv, lifted, nfds, flags, pid);

	for (size_t i = 0; i < SPAWN_FDS_MAX; i++)
		if (lifted[i] != -1)
			(void)close(lifted[i]);
	if (rc != 0)
		*pid = -1;
	return rc;
}
