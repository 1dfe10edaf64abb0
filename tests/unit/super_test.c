/*
 * The supervisor's parts that need no card: which files may be run as card
 * software, what a sandboxed process can no longer do, waiting for a service
 * that is not there.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/sandbox.h"
#include "card/modules.h"
#include "card/pcsc.h"
#include "card/super.h"

static char dir[] = "/tmp/super_test.XXXXXX";

static char *
in_dir(const char *name)
{
	return mem_printf("%s/%s", dir, name);
}

static void
put(const char *name, const char *text, mode_t mode)
{
	char *path = in_dir(name);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	(void)fclose(f);
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(dir) != NULL ? 0 : -1;
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

/* --- which files may be run ----------------------------------------------- */

static enum err_code
check(const char *name, bool own_ok)
{
	struct err err = ERR_INIT;
	char *path = in_dir(name), *real;

	if (module_check(path, own_ok, &real, &err) == 0)
		free(real);
	free(path);
	return err.code;
}

static void
test_module_check(void **state)
{
	char *path, *real;
	struct err err = ERR_INIT;

	(void)state;
	put("good.so", "", 0644);
	put("open.so", "", 0666);
	put("group.so", "", 0664);
	assert_int_equal(check("good.so", true), ERR_NONE);
	assert_int_equal(check("good.so", false), ERR_MODULE_BAD); /* /tmp */
	assert_int_equal(check("open.so", true), ERR_MODULE_BAD);
	assert_int_equal(check("group.so", true), ERR_MODULE_BAD);
	assert_int_equal(check("none.so", true), ERR_MODULE_MISSING);
	assert_int_equal(check("good.so/x", true), ERR_MODULE_MISSING);
	assert_int_equal(check(".", true), ERR_MODULE_BAD);
	path = in_dir("fifo.so");
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(check("fifo.so", true), ERR_MODULE_BAD);
	free(path);
	/* A link is as good as what it leads to, wherever it lies. */
	path = in_dir("link.so");
	assert_int_equal(symlink("/bin/sh", path), 0);
	assert_int_equal(module_check(path, false, &real, &err), 0);
	assert_string_not_equal(real, path);
	free(real);
	free(path);
	assert_int_equal(module_check("/dev/null", true, &real, &err), -1);
	assert_null(real);
}

/* A folder that others may write to gives them the file, whoever owns it. */
static void
test_open_folder(void **state)
{
	char *path = in_dir("open");

	(void)state;
	assert_int_equal(mkdir(path, 0755), 0);
	put("open/m.so", "", 0644);
	assert_int_equal(check("open/m.so", true), ERR_NONE);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(check("open/m.so", true), ERR_MODULE_BAD);
	assert_int_equal(chmod(path, 01777), 0);
	assert_int_equal(check("open/m.so", true), ERR_NONE);
	free(path);
}

static const struct module_file *
find(const struct module_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].name, name) == 0)
			return &list->v[i];
	return NULL;
}

static void
test_configured_list(void **state)
{
	struct conf_list conf = { .n = 3 };
	struct module_list list;

	(void)state;
	put("v1.glob", "", 0644);
	put("v2.glob", "", 0644);
	conf.v[0] = in_dir("*.glob");
	conf.v[1] = in_dir("v1.glob");		/* named twice, listed once */
	conf.v[2] = in_dir("absent-*.so");
	modules_list(&list, &conf, NULL, NULL, true);
	assert_int_equal(list.n, 3);
	assert_int_equal(find(&list, "v1.glob")->err.code, ERR_NONE);
	assert_int_equal(find(&list, "v2.glob")->err.code, ERR_NONE);
	assert_int_equal(find(&list, "absent-*.so")->err.code,
	    ERR_MODULE_MISSING);
	modules_clear(&list);
	for (size_t i = 0; i < conf.n; i++)
		free(conf.v[i]);
}

static void
test_p11_list(void **state)
{
	const char *folders[] = { dir, NULL };
	const struct conf_list none = { .n = 0 };
	struct module_list list;

	(void)state;
	put("card.so", "", 0644);
	put("a.module", "# comment\nmodule: card.so\npriority: 1\n", 0644);
	put("b.module", "  module :\t/bin/sh \r\n", 0644);
	put("c.module", "module: p11-kit-trust.so\ntrust-policy: yes\n", 0644);
	put("d.module", "module: t.so\ntrust-policy: yes\n", 0644);
	put("e.module", "remote: |ssh away\nmodule: r.so\n", 0644);
	put("f.module", "modules: no.so\n\xff\xfe\n", 0644);
	put("g.conf", "module: other.so\n", 0644);
	modules_list(&list, &none, folders, dir, true);
	assert_int_equal(list.n, 2);
	assert_int_equal(find(&list, "card.so")->err.code, ERR_NONE);
	assert_int_equal(list.v[1].err.code, ERR_NONE);
	modules_clear(&list);
}

/* --- what is given up ------------------------------------------------------ */

#ifndef SANITIZED

/* In a process of its own: bit n says that attempt n was refused by EPERM. */
static int
refusals(int (*enter)(struct err *))
{
	static char *const argv[] = { (char *)"true", NULL };
	struct err err = ERR_INIT;
	int status, refused = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (enter(&err) == -1)
			_exit(255);
		if (socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EPERM)
			refused |= 1;
		if (socket(AF_NETLINK, SOCK_RAW, 0) == -1 && errno == EPERM)
			refused |= 2;
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 &&
		    errno == EPERM)
			refused |= 4;
		if (socket(AF_UNIX, SOCK_STREAM, 0) == -1)
			refused |= 8;
		if (fork() == -1)
			refused |= 16;
		/* Only what cannot start it is still here afterwards. */
		if (refused == 7 && execv("/bin/true", argv) == -1 &&
		    errno == EPERM)
			refused |= 32;
		_exit(refused);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_sandbox(void **state)
{
	(void)state;
	assert_int_equal(refusals(sandbox_module), 1 | 2 | 4 | 32);
	assert_int_equal(refusals(sandbox_supervisor), 0);	/* true's own */
}

#endif

/* --- waiting for a service ------------------------------------------------- */

struct waiter {
	const char	*path;
	int		 stop_fd;
	int		 ms;
	pthread_t	 thread;
};

static void *
wait_main(void *arg)
{
	struct waiter *w = arg;

	while (access(w->path, F_OK) == -1)
		pcsc_wait_socket(w->path, w->stop_fd, w->ms);
	return NULL;
}

/* Folder by folder it comes into being; at no step is it looked for in vain. */
static void
test_wait_for_file(void **state)
{
	char *a = in_dir("x"), *b = in_dir("x/y"), *c = in_dir("x/y/sock");
	struct waiter w = { .path = c, .stop_fd = -1, .ms = -1 };

	(void)state;
	assert_int_equal(pthread_create(&w.thread, NULL, wait_main, &w), 0);
	assert_int_equal(mkdir(a, 0755), 0);
	put("other", "", 0644);
	assert_int_equal(mkdir(b, 0755), 0);
	put("x/y/else", "", 0644);
	put("x/y/sock", "", 0644);
	assert_int_equal(pthread_join(w.thread, NULL), 0);
	free(a);
	free(b);
	free(c);
}

static void
test_wait_is_ended(void **state)
{
	char *path = in_dir("never/there");
	int fd = eventfd(1, EFD_CLOEXEC);
	int64_t before = clock_mono_ms();

	(void)state;
	pcsc_wait_socket(path, fd, -1);
	pcsc_wait_socket(path, -1, 50);
	assert_true(clock_mono_ms() - before >= 50);
	assert_true(clock_mono_ms() - before < 5000);
	(void)close(fd);
	free(path);
}

/* It came after it was looked for in vain, and before the wait. */
static void
test_wait_for_what_is_there(void **state)
{
	char *path = in_dir("there");

	(void)state;
	put("there", "", 0644);
	pcsc_wait_socket(path, -1, -1);
	free(path);
}

/* --- what is read once more ------------------------------------------------ */

/*
 * That it was let go is no event for a card that is being read; it is looked at
 * again, and not for ever.
 */
static void
test_busy_is_looked_at_again(void **state)
{
	struct super s = { .loop = loop_new() };
	struct reader r = { .super = &s, .card = card_new("R 00") };
	int looks = 0;

	(void)state;
	r.card->state = CARD_FAILED;
	(void)err_set(&r.card->err, ERR_CARD_BUSY, "R 00", NULL);
	while (looks < 10 && look_again(&r)) {
		loop_timer_cancel(s.loop, r.again);
		r.looks++;
		looks++;
	}
	assert_in_range(looks, 1, 3);
	look_forget(&r);
	card_free(r.card);
	loop_free(s.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_module_check),
		cmocka_unit_test(test_open_folder),
		cmocka_unit_test(test_configured_list),
		cmocka_unit_test(test_p11_list),
#ifndef SANITIZED	/* there is none there */
		cmocka_unit_test(test_sandbox),
#endif
		cmocka_unit_test(test_wait_for_file),
		cmocka_unit_test(test_wait_is_ended),
		cmocka_unit_test(test_wait_for_what_is_there),
		cmocka_unit_test(test_busy_is_looked_at_again),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
