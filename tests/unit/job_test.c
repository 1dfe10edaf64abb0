/*
 * The desk put aside, orphaned, or before a terminal that has gone: it stops as
 * job control has it, or it ends; it never runs in circles, and what was typed is
 * kept where it should be.  Each in a terminal of its own, under a session's
 * leader that does what a shell would.
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"

#define SLOW_MS	60000	/* nothing here should take that long */

static char dir[] = "/tmp/job_test.XXXXXX";

/* A terminal, its session's leader, and what the leader does when told. */
struct scene {
	int	 master, slave;
	int	 keys;		/* where they are typed; mostly the same */
	int	 tell;		/* a byte: go on with what comes next */
	int	 said;		/* the desk's number, from the leader */
	pid_t	 leader, desk;
	char	 screen[1 << 16];
	size_t	 len;
};

/* --- in the terminal --------------------------------------------------------- */

static void
become_desk(const char *mode, int slave, int out)
{
	char *conf = mem_printf("%s/conf", dir), *fifo, *program;

	program = mem_printf("%s/tests/bin/desk", getenv("abs_top_builddir"));
	fifo = mem_printf("%s/fifo", dir);
	(void)dup2(slave, 0);
	(void)dup2(out, 1);
	setenv("OKIENKO_MODE", mode, 1);
	setenv("CANNED", fifo, 1);
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("LANGUAGE", "en", 1);
	execl(program, "desk", conf, (char *)NULL);
	_exit(99);
}

/* In a group of its own; to the front or not. */
static pid_t
start_desk(const struct scene *s, const char *mode, bool front)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)setpgid(0, 0);
		if (front)
			(void)tcsetpgrp(s->slave, getpid());
		(void)signal(SIGTTOU, SIG_DFL);
		become_desk(mode, s->slave, s->slave);
	}
	(void)setpgid(pid, pid);
	return pid;
}

static void
hear(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		_exit(98);
}

static void
say(int fd, pid_t pid)
{
	if (write(fd, &pid, sizeof pid) != sizeof pid)
		_exit(97);
}

typedef void	leader_fn(const struct scene *, int hears, int says);

/* What a shell does with "desk &", and then "fg". */
static void
lead_aside(const struct scene *s, int hears, int says)
{
	pid_t desk = start_desk(s, "desk", false);
	int status;

	if (waitpid(desk, &status, WUNTRACED) != desk || !WIFSTOPPED(status) ||
	    WSTOPSIG(status) != SIGTTOU)
		_exit(96);
	say(says, desk);
	hear(hears);
	(void)tcsetpgrp(s->slave, desk);
	(void)kill(-desk, SIGCONT);
	(void)waitpid(desk, &status, 0);
	(void)tcsetpgrp(s->slave, getpgrp());
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 95);
}

/* Its parent ends before it begins, or afterwards: nobody can continue it. */
static void
orphan(const struct scene *s, int hears, int says, bool before)
{
	pid_t between = fork(), desk;
	int go[2];

	if (between == 0) {
		if (pipe(go) == -1)
			_exit(94);
		desk = fork();
		if (desk == 0) {
			(void)setpgid(0, 0);
			(void)close(go[1]);
			(void)signal(SIGTTOU, SIG_IGN);
			if (!before)
				(void)tcsetpgrp(s->slave, getpid());
			(void)signal(SIGTTOU, SIG_DFL);
			/* Until the parent has gone: the end of its pipe. */
			if (before) {
				char c;

				(void)!read(go[0], &c, 1);
			}
			become_desk("agent", s->slave, s->slave);
		}
		say(says, desk);
		if (!before)
			hear(hears);
		_exit(0);
	}
	(void)waitpid(between, NULL, 0);
	/* And somebody else comes to the front, where it was not. */
	if (!before)
		(void)tcsetpgrp(s->slave, getpgrp());
	say(says, 0);
	hear(hears);
	_exit(0);
}

static void
lead_orphan(const struct scene *s, int hears, int says)
{
	orphan(s, hears, says, true);
}

static void
lead_left(const struct scene *s, int hears, int says)
{
	orphan(s, hears, says, false);
}

/* Stopped by its own key as ^Z does, and not brought back. */
static void
lead_stopped(const struct scene *s, int hears, int says)
{
	pid_t desk = start_desk(s, "desk", true);
	int status;

	say(says, desk);
	if (waitpid(desk, &status, WUNTRACED) != desk || !WIFSTOPPED(status))
		_exit(93);
	(void)tcsetpgrp(s->slave, getpgrp());
	say(says, 0);
	hear(hears);
	(void)kill(desk, SIGTERM);
	(void)kill(desk, SIGCONT);
	(void)waitpid(desk, &status, WUNTRACED);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 92);
}

/* --- on this side ------------------------------------------------------------ */

static void
take(struct scene *s)
{
	ssize_t n = read(s->master, s->screen + s->len,
	    sizeof s->screen - 1 - s->len);

	if (n > 0)
		s->len += (size_t)n;
	s->screen[s->len] = '\0';
	if (s->len > sizeof s->screen / 2)
		s->len = 0;
}

static void
shows(struct scene *s, const char *text)
{
	struct pollfd p = { .fd = s->master, .events = POLLIN };

	while (strstr(s->screen, text) == NULL) {
		assert_int_equal(poll(&p, 1, SLOW_MS), 1);
		take(s);
	}
}

static void
type(struct scene *s, const char *keys)
{
	size_t n = strlen(keys);

	assert_int_equal(write(s->keys, keys, n), (ssize_t)n);
}

static void
open_terminal(struct scene *s)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };

	s->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(s->master != -1 && grantpt(s->master) == 0 &&
	    unlockpt(s->master) == 0);
	s->slave = open(ptsname(s->master), O_RDWR | O_NOCTTY);
	assert_true(s->slave != -1);
	s->keys = s->master;
	assert_int_equal(ioctl(s->slave, TIOCSWINSZ, &size), 0);
}

static void
begin(struct scene *s, leader_fn *lead)
{
	int tell[2], said[2];

	memset(s, 0, sizeof *s);
	open_terminal(s);
	assert_int_equal(pipe(tell), 0);
	assert_int_equal(pipe(said), 0);
	s->leader = fork();
	assert_true(s->leader != -1);
	if (s->leader == 0) {
		(void)setsid();
		(void)ioctl(s->slave, TIOCSCTTY, 0);
		(void)close(s->master);
		(void)close(tell[1]);
		(void)close(said[0]);
		(void)signal(SIGTTOU, SIG_IGN);
		lead(s, tell[0], said[1]);
	}
	(void)close(tell[0]);
	(void)close(said[1]);
	s->tell = tell[1];
	s->said = said[0];
}

static pid_t
told(const struct scene *s)
{
	pid_t pid;

	assert_int_equal(read(s->said, &pid, sizeof pid), sizeof pid);
	return pid;
}

static void
go_on(const struct scene *s)
{
	assert_int_equal(write(s->tell, "", 1), 1);
}

static int
ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
end(struct scene *s)
{
	(void)close(s->tell);
	(void)close(s->said);
	if (s->master != -1)
		(void)close(s->master);
	(void)close(s->slave);
}

/* --- what is so --------------------------------------------------------------- */

static void
test_aside(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, lead_aside);
	s.desk = told(&s);
	assert_int_equal(s.len, 0);
	go_on(&s);
	shows(&s, "Certificates");
	type(&s, "\033[21~");		/* F10 */
	assert_int_equal(ended(s.leader), 0);
	end(&s);
}

/* Whose screen it is, it says nothing on it. */
static void
test_orphan(void **state)
{
	struct pollfd p = { .events = POLLIN };
	struct scene s;

	(void)state;
	begin(&s, lead_orphan);
	s.desk = told(&s);
	assert_int_equal(told(&s), 0);
	assert_int_equal(ended(s.desk), 2);
	p.fd = s.master;
	assert_int_equal(poll(&p, 1, 0), 0);
	go_on(&s);
	assert_int_equal(ended(s.leader), 0);
	end(&s);
}

static bool
is_kept(void)
{
	char *pattern = mem_printf("%s/registry.db.stand-*", dir);
	glob_t g;
	bool is = glob(pattern, 0, NULL, &g) == 0;

	if (is) {
		(void)unlink(g.gl_pathv[0]);
		globfree(&g);
	}
	free(pattern);
	return is;
}

static void
search(struct scene *s)
{
	shows(s, "Certificates");
	type(s, "\033OR");		/* F3 */
	shows(s, "search:");
	type(s, "Wyszynska");
	shows(s, "Wyszynska");
}

static void
test_left(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, lead_left);
	s.desk = told(&s);
	search(&s);
	go_on(&s);
	assert_int_equal(told(&s), 0);
	type(&s, "what is typed is the other's\n");
	assert_int_equal(ended(s.desk), 0);
	assert_true(is_kept());
	go_on(&s);
	assert_int_equal(ended(s.leader), 0);
	end(&s);
}

static void
test_stopped(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, lead_stopped);
	s.desk = told(&s);
	shows(&s, "Certificates");
	type(&s, "\032");		/* ^Z */
	assert_int_equal(told(&s), 0);
	go_on(&s);
	assert_int_equal(ended(s.leader), 0);
	end(&s);
}

/* No session's: nobody sends a signal when it goes. */
static void
begin_alone(struct scene *s, int out)
{
	struct termios raw;

	memset(s, 0, sizeof *s);
	open_terminal(s);
	/* Curses does this where it writes. */
	assert_int_equal(tcgetattr(s->slave, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(s->slave, TCSANOW, &raw), 0);
	s->tell = s->said = -1;
	s->desk = fork();
	assert_true(s->desk != -1);
	if (s->desk == 0) {
		(void)setsid();
		(void)close(s->master);
		become_desk("agent", s->slave, out != -1 ? out : s->slave);
	}
	(void)close(s->slave);
	s->slave = -1;
}

/* Reading: EIO, and ready for ever. */
static void
test_gone(void **state)
{
	struct scene s;

	(void)state;
	begin_alone(&s, -1);
	search(&s);
	(void)close(s.master);
	s.master = -1;
	assert_int_equal(ended(s.desk), 0);
	assert_true(is_kept());
	end(&s);
}

/* Writing alone: the keys are still there, and would be for ever. */
static void
test_mute(void **state)
{
	struct scene s, out;

	(void)state;
	memset(&out, 0, sizeof out);
	open_terminal(&out);
	(void)fcntl(out.slave, F_SETFD, FD_CLOEXEC);
	begin_alone(&s, out.slave);
	s.master = out.master;
	search(&s);
	(void)close(out.slave);
	(void)close(out.master);
	s.master = s.keys;
	type(&s, " 17");
	assert_int_equal(ended(s.desk), 0);
	assert_true(is_kept());
	end(&s);
}

static int
setup(void **state)
{
	char *path;
	FILE *f;

	(void)state;
	if (getenv("abs_top_builddir") == NULL || mkdtemp(dir) == NULL)
		return -1;
	path = mem_printf("%s/conf", dir);
	f = fopen(path, "w");
	free(path);
	if (f == NULL)
		return -1;
	(void)fprintf(f, "[registry]\npath = %s/registry.db\n", dir);
	(void)fclose(f);
	path = mem_printf("%s/fifo", dir);
	if (mkfifo(path, 0600) == -1)
		return -1;
	free(path);
	/* Whom a leader has left is ours to wait for. */
	return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static int
teardown(void **state)
{
	char *command = mem_printf("rm -rf '%s'", dir);
	int rc = system(command);

	(void)state;
	free(command);
	return rc;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aside),
		cmocka_unit_test(test_orphan),
		cmocka_unit_test(test_left),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_mute),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
