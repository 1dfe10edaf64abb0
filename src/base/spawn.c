#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "card/spawn.h"

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

int
spawn(const char *program, const char *const argv[], int fd, unsigned flags,
    pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t none, all;
	short set = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	int rc;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)posix_spawn_file_actions_init(&fa);
	(void)posix_spawn_file_actions_adddup2(&fa, fd, SPAWN_FD);
	if (flags & SPAWN_QUIET)
		quieten(&fa);
	(void)posix_spawn_file_actions_addclosefrom_np(&fa, SPAWN_FD + 1);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	if (flags & SPAWN_GROUP) {
		set |= POSIX_SPAWN_SETPGROUP;
		(void)posix_spawnattr_setpgroup(&attr, 0);
	}
	(void)posix_spawnattr_setflags(&attr, set);
	rc = posix_spawn(pid, program, &fa, &attr, (char **)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&fa);
	if (rc != 0)
		*pid = -1;
	return rc;
}
