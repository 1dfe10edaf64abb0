/*
 * A desk for the tests of what starts it: it tells in $HOME/report what it was
 * given, and does what $HOME/orders says, line n at its n-th start and the last
 * line from then on.  A line holds words, done in turn:
 *
 *	exit:N, kill:N	end so
 *	orphan		leave a process that nothing but SIGKILL ends
 *	wait		until SIGTERM or SIGHUP comes
 *	say:WORD	on the terminal
 *	until:NAME	somebody writes to the pipe in $HOME
 *	keys		tell what has been typed and not read
 *	exec:PATH	be that program, with $HOME/env's lines in its environment
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static FILE *
in_home(const char *name, const char *mode)
{
	const char *home = getenv("HOME");
	char path[512];

	if (home == NULL)
		exit(99);
	(void)snprintf(path, sizeof path, "%s/%s", home, name);
	return fopen(path, mode);
}

/* Which start this is, by what the others have left in the report. */
static int
starts(void)
{
	FILE *f = in_home("report", "r");
	char line[512];
	int n = 1;

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		n += strncmp(line, "start ", 6) == 0;
	if (f != NULL)
		(void)fclose(f);
	return n;
}

static void
tell_files(FILE *to)
{
	DIR *d = opendir("/proc/self/fd");
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && atoi(e->d_name) != dirfd(d) &&
		    atoi(e->d_name) != fileno(to))
			(void)fprintf(to, "fd %s\n", e->d_name);
	if (d != NULL)
		(void)closedir(d);
}

static void
tell_signals(FILE *to)
{
	struct sigaction sa;
	sigset_t blocked;

	(void)sigprocmask(SIG_BLOCK, NULL, &blocked);
	for (int i = 1; i <= SIGRTMAX; i++) {
		if (sigaction(i, NULL, &sa) == 0 && sa.sa_handler != SIG_DFL)
			(void)fprintf(to, "ignored %d\n", i);
		if (sigismember(&blocked, i) == 1)
			(void)fprintf(to, "blocked %d\n", i);
	}
}

static void
tell(int argc, char **argv)
{
	FILE *to = in_home("report", "a");
	struct rlimit core = { 1, 1 }, files = { 0, 0 };
	char here[512] = "";
	mode_t mask = umask(0);

	if (to == NULL)
		exit(99);
	(void)umask(mask);
	(void)getrlimit(RLIMIT_CORE, &core);
	(void)getrlimit(RLIMIT_NOFILE, &files);
	(void)fprintf(to, "start %ld\n", (long)getpid());
	for (int i = 0; i < argc; i++)
		(void)fprintf(to, "argument %s\n", argv[i]);
	for (char **e = environ; *e != NULL; e++)
		(void)fprintf(to, "environment %s\n", *e);
	tell_files(to);
	tell_signals(to);
	(void)fprintf(to, "umask %03o\nfolder %s\ncore %lu\n", mask,
	    getcwd(here, sizeof here), (unsigned long)core.rlim_max);
	(void)fprintf(to, "files %s\nprivileges %s\nalarm %u\n",
	    files.rlim_cur >= 64 ? "enough" : "few",
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "none" : "some",
	    alarm(0));
	(void)fclose(to);
}

static void
report(const char *what, long n)
{
	FILE *to = in_home("report", "a");

	(void)fprintf(to, "%s %ld\n", what, n);
	(void)fclose(to);
}

/* It has told its number before we go on. */
static void
leave_orphan(void)
{
	int ready[2];
	char c;

	if (pipe(ready) == -1)
		exit(99);
	if (fork() == 0) {
		if (fork() != 0)
			_exit(0);
		(void)setsid();
		for (int i = 1; i < SIGRTMIN; i++)
			(void)signal(i, SIG_IGN);
		report("orphan", (long)getpid());
		(void)close(ready[0]);
		(void)close(ready[1]);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	(void)!read(ready[0], &c, 1);
	(void)close(ready[0]);
}

static void
wait_for_signal(void)
{
	sigset_t set;
	int sig = 0;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	report("waits", 0);
	(void)sigwait(&set, &sig);
	report("signal", sig);
}

/* Opening it waits for the other end. */
static void
wait_for_pipe(const char *name)
{
	FILE *f = in_home(name, "r");

	if (f != NULL)
		(void)fclose(f);
}

static void
become(const char *path)
{
	FILE *f = in_home("env", "r");
	char line[1024];

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		(void)putenv(strdup(line));
	}
	if (f != NULL)
		(void)fclose(f);
	(void)execl(path, path, (char *)NULL);
	exit(99);
}

static void
keys(void)
{
	struct termios t;
	int waiting = 0;

	if (tcgetattr(STDIN_FILENO, &t) == 0) {
		report("echo", (t.c_lflag & ECHO) != 0);
		t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &t);
	}
	(void)ioctl(STDIN_FILENO, FIONREAD, &waiting);
	report("keys", waiting);
}

static void
obey(const char *word)
{
	const char *value = strchr(word, ':');

	value = value != NULL ? value + 1 : "";
	if (strncmp(word, "exit:", 5) == 0)
		exit(atoi(value));
	if (strncmp(word, "kill:", 5) == 0)
		(void)raise(atoi(value));
	if (strncmp(word, "say:", 4) == 0)
		(void)puts(value);
	if (strncmp(word, "until:", 6) == 0)
		wait_for_pipe(value);
	if (strncmp(word, "exec:", 5) == 0)
		become(value);
	if (strcmp(word, "orphan") == 0)
		leave_orphan();
	if (strcmp(word, "wait") == 0)
		wait_for_signal();
	if (strcmp(word, "keys") == 0)
		keys();
}

int
main(int argc, char **argv)
{
	int nth = starts();
	char line[1024] = "";
	FILE *f;

	tell(argc, argv);
	if ((f = in_home("orders", "r")) == NULL)
		return 0;
	while (nth-- > 0 && fgets(line, sizeof line, f) != NULL)
		;
	(void)fclose(f);
	(void)setvbuf(stdout, NULL, _IONBF, 0);
	for (char *rest = line, *word; (word = strsep(&rest, " \n")) != NULL;)
		obey(word);
	return 0;
}
