/* Who is connected to a service: a process of ours with a name of its own. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "card/others.h"

static struct sockaddr_un
address(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	return a;
}

static int
service(const char *path)
{
	struct sockaddr_un a = address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(path);
	assert_true(fd != -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

/* Connects under this name, and stays until its pipe is closed. */
static pid_t
program(const char *name, const char *path, int until)
{
	struct sockaddr_un a = address(path);
	pid_t pid = fork();
	char byte;
	int fd;

	if (pid != 0)
		return pid;
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);	/* should the test fail */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == -1)
		_exit(1);
	_exit(read(until, &byte, 1) == 0 ? 0 : 1);
}

static void
test_named(void **state)
{
	char path[64], other[64], names[128];
	int fd, elsewhere, one, two, p[2];
	pid_t a, b;

	(void)state;
	snprintf(path, sizeof path, "/tmp/others.%d.sock", (int)getpid());
	snprintf(other, sizeof other, "/tmp/others.%d.else", (int)getpid());
	fd = service(path);
	elsewhere = service(other);
	assert_int_equal(card_others(path, names, sizeof names), 0);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	if ((a = program("some program", path, p[0])) == -1)
		fail();
	one = accept(fd, NULL, NULL);
	b = program("not asked", other, p[0]);
	two = accept(elsewhere, NULL, NULL);
	assert_true(one != -1 && two != -1);
	assert_int_equal(card_others(path, names, sizeof names), 1);
	assert_string_equal(names, "some program");
	/* Those that still hold its other end would keep them alive. */
	kill(a, SIGKILL);
	kill(b, SIGKILL);
	assert_int_equal(waitpid(a, NULL, 0), a);
	assert_int_equal(waitpid(b, NULL, 0), b);
	assert_int_equal(card_others(path, names, sizeof names), 0);
	assert_string_equal(names, "");
	close(one);
	close(two);
	close(fd);
	close(elsewhere);
	close(p[0]);
	close(p[1]);
	unlink(path);
	unlink(other);
}

static void
test_none(void **state)
{
	char names[16] = "x";

	(void)state;
	assert_int_equal(card_others(NULL, names, sizeof names), 0);
	assert_string_equal(names, "");
	assert_int_equal(card_others("", names, sizeof names), 0);
	assert_int_equal(card_others("/nowhere/at/all", names,
	    sizeof names), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
