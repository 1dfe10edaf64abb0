#include "config.h"

#include "base/child.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef UNDER_VALGRIND
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "base/mem.h"

/* Valgrind 3.19 does not know pidfd_open: a thread waits in its stead. */
struct watch {
	pid_t	 pid;
	int	 fd;
};

static void *
wait_for(void *arg)
{
	struct watch *w = arg;
	siginfo_t how;

	while (waitid(P_PID, (id_t)w->pid, &how, WEXITED | WNOWAIT) == -1 &&
	    errno == EINTR)
		;
	(void)eventfd_write(w->fd, 1);
	(void)close(w->fd);
	free(w);
	return NULL;
}

static int
watch(pid_t pid)
{
	struct watch *w = mem_alloc(sizeof *w);
	int fd = eventfd(0, EFD_CLOEXEC);
	pthread_t thread;

	w->pid = pid;
	w->fd = dup(fd);
	if ((errno = pthread_create(&thread, NULL, wait_for, w)) != 0)
		return -1;
	(void)pthread_detach(thread);
	return fd;
}

static int
wait_id(pid_t pid, int fd, siginfo_t *how)
{
	(void)fd;
	return waitid(P_PID, (id_t)pid, how, WEXITED | WNOHANG);
}
#else
#include <sys/pidfd.h>

static int
watch(pid_t pid)
{
	return pidfd_open(pid, 0);
}

static int
wait_id(pid_t pid, int fd, siginfo_t *how)
{
	(void)pid;
	return waitid(P_PIDFD, (id_t)fd, how, WEXITED | WNOHANG);
}
#endif

int
child_watch(pid_t *pid, int *fd)
{
	int code;

	if ((*fd = watch(*pid)) != -1)
		return 0;
	code = errno;
	(void)kill(*pid, SIGKILL);
	(void)waitpid(*pid, NULL, 0);
	*pid = -1;
	return code;
}

int
child_reap(pid_t pid, int fd, siginfo_t *how)
{
	memset(how, 0, sizeof *how);
	if (wait_id(pid, fd, how) == -1)
		return -1;
	return how->si_pid != 0;
}
