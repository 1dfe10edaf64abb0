#include "config.h"

#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "launch/clean.h"

/* Enough for the desk and the sockets of its helpers. */
#define FILES_MIN	64
#define FILES_WANTED	1024

/* What is closed is filled with what neither gives nor takes anything. */
static int
descriptors(void)
{
	closefrom(STDERR_FILENO + 1);
	for (int i = 0; i <= STDERR_FILENO; i++)
		if (fcntl(i, F_GETFD) == -1 && open("/dev/null", O_RDWR) != i)
			return -1;
	return 0;
}

static int
limits(void)
{
	struct rlimit none = { 0, 0 }, files;

	if (setrlimit(RLIMIT_CORE, &none) == -1 ||
	    getrlimit(RLIMIT_NOFILE, &files) == -1)
		return -1;
	if (files.rlim_max < FILES_MIN) {
		errno = EMFILE;
		return -1;
	}
	files.rlim_cur = files.rlim_max < FILES_WANTED ? files.rlim_max :
	    FILES_WANTED;
	return setrlimit(RLIMIT_NOFILE, &files);
}

static int
signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;

	(void)sigemptyset(&dfl.sa_mask);
	for (int i = 1; i <= SIGRTMAX; i++)
		(void)sigaction(i, &dfl, NULL);
	(void)sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
timers(void)
{
	const struct itimerval off = { .it_value = { 0, 0 } };

	(void)setitimer(ITIMER_REAL, &off, NULL);
	(void)setitimer(ITIMER_VIRTUAL, &off, NULL);
	(void)setitimer(ITIMER_PROF, &off, NULL);
}

int
clean(void)
{
	timers();
	if (descriptors() == -1 || limits() == -1 || signals() == -1)
		return -1;
	(void)umask(077);
	/* Addresses are to be shuffled even for one who turned that off. */
	(void)personality(PER_LINUX);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	return chdir("/");
}
