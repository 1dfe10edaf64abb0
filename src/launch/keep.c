#include "config.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "launch/keep.h"

/* A session shorter than this nobody had; so many on end are a fault. */
#define SHORT_MS	200
#define SHORT_MAX	20

/* Between two looks at processes that are ending. */
#define LOOK_MS		2

/* One that SIGKILL does not end in this time, nothing here will. */
#define END_MS		5000

/* What a child ends with that could not become the desk. */
#define NOT_STARTED	127

struct keeper {
	pid_t		 desk;		/* -1: has ended, with status */
	int		 status;
	bool		 leaving;	/* we have been told to end */
	bool		 tty;
	struct termios	 modes;		/* as we got it */
	struct termios	 deaf;		/* before a desk has taken it */
};

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- the terminal ---------------------------------------------------------- */

/*
 * A desk that crashed did not wipe it, and keys that were typed to the last
 * session are not for the next.  Nothing here waits for a terminal that has
 * stopped.
 */
static void
wipe(const struct keeper *k, const struct termios *modes)
{
	static const char all[] = "\033c\033[H\033[2J\033[3J";
	ssize_t ignored;

	if (!k->tty)
		return;
	(void)tcflush(STDIN_FILENO, TCIOFLUSH);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, modes);
	ignored = write(STDOUT_FILENO, all, sizeof all - 1);
	(void)ignored;
}

/*
 * Until a desk has taken the terminal no key may end it, stop it, hold its
 * output or show: it has not blocked those signals yet.
 */
static void
take_modes(struct keeper *k)
{
	k->tty = tcgetattr(STDIN_FILENO, &k->modes) == 0;
	k->deaf = k->modes;
	k->deaf.c_lflag &= ~(tcflag_t)(ISIG | ECHO | IEXTEN);
	k->deaf.c_iflag &= ~(tcflag_t)(IXON | BRKINT);
}

/* --- what a session left running ------------------------------------------- */

static void
reap(struct keeper *k)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == k->desk) {
			k->desk = -1;
			k->status = status;
		}
}

/*
 * Everything whose parent has ended is our child.  The kernel lists them; what
 * is cut off at the end of the buffer is there again at the next look.
 */
static void
kill_children(void)
{
	char list[4096], *at = list, *end;
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd != -1 ? read(fd, list, sizeof list - 1) : -1;
	long pid;

	if (fd != -1)
		(void)close(fd);
	list[n > 0 ? n : 0] = '\0';
	/* Whole numbers have a space behind them. */
	while ((pid = strtol(at, &end, 10)) > 0 && *end == ' ') {
		(void)kill((pid_t)pid, SIGKILL);
		at = end;
	}
}

/* False when something is left all the same. */
static bool
end_all(struct keeper *k)
{
	const struct timespec wait = { 0, LOOK_MS * 1000000 };
	const int64_t until = now_ms() + END_MS;

	do {
		reap(k);
		if (waitid(P_ALL, 0, NULL, WEXITED | WNOHANG | WNOWAIT) == -1)
			return true;	/* there are no children any more */
		kill_children();
		(void)nanosleep(&wait, NULL);
	} while (now_ms() < until);
	return false;
}

/* --- one session ------------------------------------------------------------- */

/* The child: only what is right between fork and execve. */
static void
become(const char *desk, const char *const argv[], const char *const env[],
    pid_t parent)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* A desk without us is to end as on a line that was cut. */
	(void)prctl(PR_SET_PDEATHSIG, SIGHUP, 0, 0, 0);
	if (getppid() == parent)
		(void)execve(desk, (char *const *)argv, (char *const *)env);
	_exit(NOT_STARTED);
}

/* Every signal is blocked, so none is lost and none comes at a bad time. */
static void
watch(struct keeper *k, const sigset_t *all)
{
	siginfo_t info;
	int sig;

	while (k->desk != -1) {
		if ((sig = sigwaitinfo(all, &info)) == SIGCHLD)
			reap(k);
		else if (sig == SIGTERM || sig == SIGHUP) {
			k->leaving = true;
			(void)kill(k->desk, sig);
		}
	}
}

static int
status_of(int status)
{
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status) == NOT_STARTED ? -1 : WEXITSTATUS(status);
}

/* From its start until nothing is left of it; -1 when that cannot be had. */
static int
session(struct keeper *k, const char *desk, const char *const argv[],
    const char *const env[], const sigset_t *all)
{
	const pid_t parent = getpid();

	wipe(k, &k->deaf);
	if ((k->desk = fork()) == -1)
		return -1;
	if (k->desk == 0)
		become(desk, argv, env, parent);
	watch(k, all);
	return end_all(k) ? status_of(k->status) : -1;
}

int
keep(const char *desk, const char *const argv[], const char *const env[])
{
	struct keeper k = { .desk = -1 };
	int nshort = 0, status;
	int64_t began;
	sigset_t all;

	take_modes(&k);
	(void)sigfillset(&all);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1 ||
	    sigprocmask(SIG_SETMASK, &all, NULL) == -1)
		return -1;
	do {
		began = now_ms();
		status = session(&k, desk, argv, env, &all);
		nshort = now_ms() - began < SHORT_MS ? nshort + 1 : 0;
	} while (status == KEEP_SESSION_OVER && !k.leaving &&
	    nshort < SHORT_MAX);
	wipe(&k, &k.modes);
	/*
	 * One that had not taken the signal yet died of what we were told; and a
	 * session that was over just then is no fault either.
	 */
	if (k.leaving && (status == 128 + SIGTERM || status == 128 + SIGHUP ||
	    status == KEEP_SESSION_OVER))
		return 0;
	return status;
}
