/*
 * What the desk gives up, and whom it tells how it is: each in a process of its
 * own, since nothing of it can be taken back.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fence.h"
#include "base/mem.h"
#include "base/notify.h"
#include "base/sandbox.h"
#include "base/spawn.h"
#include "base/trust.h"

static char dir[] = "/tmp/fence_test.XXXXXX";

static char *
in_dir(const char *name)
{
	return mem_printf("%s/%s", dir, name);
}

static void
put(const char *name, const char *content)
{
	char *path = in_dir(name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(content, f);
	fclose(f);
	free(path);
}

static int
setup(void **state)
{
	static const char *const folders[] = { "in", "out", "bin" };
	char *command;
	int rc;

	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		char *path = in_dir(folders[i]);

		assert_int_equal(mkdir(path, 0700), 0);
		free(path);
	}
	put("out/file", "kept");
	command = mem_printf("cp /bin/true '%s/bin'", dir);
	rc = system(command);
	free(command);
	return rc;
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

#ifndef SANITIZED	/* there is none there */

/* How many things are not as they should be, in a process of their own. */
static int
apart(int (*what)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(what());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* 1, and which it was, when it did not come out so; 0: it may. */
static int
not_so(const char *what, long rc, int expected)
{
	int got = rc == -1 ? errno : 0;

	if (got == expected)
		return 0;
	fprintf(stderr, "%s: %s, not %s\n", what, got == 0 ? "allowed" :
	    strerror(got), expected == 0 ? "allowed" : strerror(expected));
	return 1;
}

static long
run(const char *program)
{
	const char *argv[] = { program, NULL };
	int status;
	pid_t pid;

	errno = spawn(program, argv, NULL, 0, SPAWN_QUIET, &pid);
	if (errno != 0)
		return -1;
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0 ? 0 : -1;
}

static long
open_in(const char *name, int flags)
{
	char *path = in_dir(name);
	int fd = open(path, flags, 0600);

	free(path);
	return fd;
}

/* --- the list of calls ------------------------------------------------------- */

static int
the_desk(void)
{
	struct err err = ERR_INIT;
	struct rlimit core;
	int bad = 0;

	if (sandbox_desk(&err) == -1)
		return 100;
	bad += not_so("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL), EPERM);
	bad += not_so("mount", mount("none", "/nowhere", "tmpfs", 0, NULL),
	    EPERM);
	bad += not_so("unshare", unshare(CLONE_NEWUSER), EPERM);
	bad += not_so("a process in a room of its own",
	    syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0), EPERM);
	bad += not_so("clone3", syscall(SYS_clone3, NULL, 0), ENOSYS);
	bad += not_so("bpf", syscall(SYS_bpf, 0, NULL, 0), EPERM);
	bad += not_so("io_uring", syscall(SYS_io_uring_setup, 0, NULL), EPERM);
	bad += not_so("keyctl", syscall(SYS_keyctl, 0, 0, 0, 0, 0), EPERM);
	bad += not_so("setuid", setuid(getuid()), EPERM);
	bad += not_so("chroot", chroot("/"), EPERM);
	bad += not_so("personality", syscall(SYS_personality, 0xffffffff),
	    EPERM);
	bad += not_so("raw packets", socket(AF_PACKET, SOCK_RAW, 0), EPERM);
	bad += not_so("typing into the terminal", ioctl(0, TIOCSTI, "x"),
	    EPERM);
	bad += not_so("typing with more bits", syscall(SYS_ioctl, 0,
	    TIOCSTI | 1ul << 32, "x"), EPERM);
	bad += not_so("pasting on the console", ioctl(0, TIOCLINUX, "\2"),
	    EPERM);
	bad += not_so("a helper", run("/bin/true"), 0);
	bad += not_so("a server", socket(AF_INET, SOCK_STREAM, 0), 0);
	bad += not_so("a file", open_in("in/desk", O_CREAT | O_WRONLY), 0);
	bad += prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
	bad += prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
	bad += getrlimit(RLIMIT_CORE, &core) == -1 || core.rlim_max != 0;
	return bad;
}

static void
test_desk(void **state)
{
	(void)state;
	assert_int_equal(apart(the_desk), 0);
}

/* --- the fence --------------------------------------------------------------- */

static long
knock(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(9), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (const struct sockaddr *)&at, sizeof at);
}

static int
the_fence(void)
{
	char *in = in_dir("in"), *bin = in_dir("bin"), *good, *link;
	struct fence f = { .writable = { NULL, in, "/no/such" }, .n = 3,
		.programs = bin, .alone = true };
	struct err err = ERR_INIT;
	int bad = 0;

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (fence_raise(&f, &err) == -1)
		return 100;
	good = in_dir("bin/true");
	link = in_dir("in/link");
	bad += not_so("a file inside", open_in("in/file",
	    O_CREAT | O_WRONLY | O_TRUNC), 0);
	bad += not_so("one outside", open_in("out/new", O_CREAT | O_WRONLY),
	    EACCES);
	bad += not_so("one that is there", open_in("out/file", O_WRONLY),
	    EACCES);
	bad += not_so("reading it", open_in("out/file", O_RDONLY), 0);
	bad += not_so("the way up", open_in("in/../out/file", O_WRONLY),
	    EACCES);
	bad += not_so("a link out", symlink("../out/file", link), 0);
	bad += not_so("and through it", open_in("in/link", O_WRONLY), EACCES);
	bad += not_so("nothing", open("/dev/null", O_WRONLY), 0);
	bad += not_so("our program", run(good), 0);
	bad += not_so("another's", run("/bin/true"), EACCES);
	if (fence_version() >= 3)
		bad += not_so("cutting it", truncate(link, 0), EACCES);
	if (fence_version() >= 4)
		bad += not_so("a server", knock(), EACCES);
	return bad;
}

static void
test_fence(void **state)
{
	(void)state;
	if (fence_version() == 0)
		skip();
	assert_int_equal(apart(the_fence), 0);
}

#endif

/* --- the service manager ------------------------------------------------------- */

static int
listen_at(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	strncpy(at.sun_path, name, sizeof at.sun_path - 1);
	if (name[0] == '@')
		at.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (const struct sockaddr *)&at,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(name))), 0);
	return fd;
}

static void
hears(const char *name)
{
	int there = listen_at(name), fd;
	char heard[40] = "";

	setenv("NOTIFY_SOCKET", name, 1);
	fd = notify_open();
	assert_int_not_equal(fd, -1);
	notify_say(fd, "WATCHDOG=1");
	assert_int_equal(recv(there, heard, sizeof heard - 1, MSG_DONTWAIT), 10);
	assert_string_equal(heard, "WATCHDOG=1");
	/* One that has stopped listening holds up nothing. */
	for (int i = 0; i < 2000; i++)
		notify_say(fd, "WATCHDOG=1");
	close(there);
	notify_say(fd, "WATCHDOG=1");
	close(fd);
}

static void
test_notify(void **state)
{
	char *path = in_dir("notify"), *abstract = mem_printf("@%s", dir);
	char longest[200];

	(void)state;
	hears(path);
	hears(abstract);
	memset(longest, 'x', sizeof longest - 1);
	longest[0] = '/';
	longest[sizeof longest - 1] = '\0';
	for (const char *const *bad = (const char *const []){ "", "/", "@",
	    "relative", "/no/such", longest, NULL }; *bad != NULL; bad++) {
		setenv("NOTIFY_SOCKET", *bad, 1);
		assert_int_equal(notify_open(), -1);
	}
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(notify_open(), -1);
	notify_say(-1, "READY=1");
	free(abstract);
	free(path);
}

/* --- whose a configuration is --------------------------------------------------- */

static void
test_conf(void **state)
{
	struct err err = ERR_INIT;
	char *mine = in_dir("okienko.conf"), *real;

	(void)state;
	put("okienko.conf", "");
	unsetenv("OKIENKO_MODE");
	assert_int_equal(trust_conf(mine, &err), 0);
	setenv("OKIENKO_MODE", "desk", 1);
	assert_int_equal(trust_conf(mine, &err), 0);
	setenv("OKIENKO_MODE", "kiosk", 1);
	assert_int_equal(trust_conf("/no/such", &err), 0);
	assert_int_equal(trust_conf("/etc/passwd", &err), 0);
	/* Below /tmp, where others may write. */
	assert_int_equal(trust_conf(mine, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG_OWNER);
	/* What lies beside it likewise; one asked for by name has its keeper's. */
	assert_int_equal(trust_beside("/etc/passwd", false, &real, &err), 0);
	assert_string_equal(real, "/etc/passwd");
	free(real);
	assert_int_equal(trust_beside(mine, false, &real, &err), -1);
	assert_null(real);
	assert_int_equal(trust_beside(mine, true, &real, &err), 0);
	free(real);
	assert_int_equal(chmod(mine, 0660), 0);
	assert_int_equal(trust_beside(mine, true, &real, &err), -1);
	unsetenv("OKIENKO_MODE");
	assert_int_equal(trust_beside(mine, false, &real, &err), 0);
	free(real);
	free(mine);
}

#ifndef UNDER_VALGRIND	/* where time is not limited */
/* Ended as one that takes too long, and not as one that somebody killed. */
static void
test_time_is_limited(void **state)
{
	const struct sandbox_limits limits = { .memory = 512ul << 20, .cpu = 1,
	    .files = 16 };
	struct err err = ERR_INIT;
	volatile unsigned n = 0;
	pid_t pid = fork();
	int status;

	(void)state;
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (sandbox_limit(&limits, &err) == -1)
			_exit(1);
		for (;;)
			n++;
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGXCPU);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifndef UNDER_VALGRIND
		cmocka_unit_test(test_time_is_limited),
#endif
#ifndef SANITIZED
		cmocka_unit_test(test_desk),
		cmocka_unit_test(test_fence),
#endif
		cmocka_unit_test(test_notify),
		cmocka_unit_test(test_conf),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
