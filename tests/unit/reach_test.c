/*
 * Which files may be named: at a desk any, in a session for others those in its
 * own folder, whatever leads out of it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/paths.h"
#include "base/reach.h"
#include "ui/pageout.h"

static char dir[] = "/tmp/reach_test.XXXXXX";

static char *
own(const char *name)
{
	return mem_printf("%s/%s", paths_session(), name);
}

static void
put(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd != -1);
	close(fd);
}

static void
link_to(const char *target, const char *name)
{
	char *path = own(name);

	assert_int_equal(symlink(target, path), 0);
	free(path);
}

/* The folder, one beside it whose name begins the same, and ways out. */
static int
setup(void **state)
{
	char *path;

	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	setenv("XDG_DATA_HOME", dir, 1);
	setenv("HOME", dir, 1);
	assert_non_null(paths_session());
	path = mem_printf("%s-not", paths_session());
	assert_int_equal(mkdir(path, 0700), 0);
	free(path);
	path = mem_printf("%s-not/file", paths_session());
	put(path);
	link_to(path, "linked");
	free(path);
	path = own("below");
	assert_int_equal(mkdir(path, 0700), 0);
	free(path);
	path = own("below/file");
	put(path);
	free(path);
	link_to("below/file", "inside");
	link_to("/etc", "out");
	link_to("/no/such", "nowhere");
	link_to("loop", "loop");
	return 0;
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

static enum err_code
ends(int (*reach)(const char *, char **, struct err *), const char *typed)
{
	struct err err = ERR_INIT;
	char *path = reach_name(typed), *real;
	int rc = reach(path, &real, &err);

	assert_int_equal(rc == 0, real != NULL);
	assert_int_equal(rc == 0, err.code == ERR_NONE);
	free(real);
	free(path);
	return err.code;
}

static void
test_desk(void **state)
{
	char *path = reach_name("~/x");

	(void)state;
	assert_string_equal(path + strlen(path) - 2, "/x");
	assert_memory_equal(path, dir, strlen(dir));
	free(path);
	assert_int_equal(ends(reach_old, "/etc/passwd"), ERR_NONE);
	assert_int_equal(ends(reach_new, "/etc/new"), ERR_NONE);
	assert_int_equal(ends(reach_old, "../relative"), ERR_NONE);
}

static void
test_in(void **state)
{
	static const char *const old[] = { "~/below/file", "below/file",
		"~/inside", "inside", "~", "~/", "below/../below/file",
		"./below//file" };
	static const char *const new[] = { "~/new", "new", "below/new",
		"~/below/../new", "~/linked" /* made by nobody who follows */ };
	char *path = own("below/file"), *real;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
		assert_int_equal(ends(reach_old, old[i]), ERR_NONE);
	for (size_t i = 0; i < sizeof new / sizeof new[0]; i++)
		assert_int_equal(ends(reach_new, new[i]), ERR_NONE);
	assert_int_equal(reach_old(path, &real, &err), 0);
	assert_string_equal(real, path);
	free(real);
	free(path);
	assert_int_equal(ends(reach_old, "~/not-there"), ERR_NO_FILE);
	assert_int_equal(ends(reach_old, "~/nowhere"), ERR_NO_FILE);
	assert_int_equal(ends(reach_new, "~/not-there/new"), ERR_NO_FILE);
	/* The kernel would not get as far as "..". */
	assert_int_equal(ends(reach_old, "~/loop/../../.."), ERR_NO_FILE);
	assert_int_equal(ends(reach_old, "~root/../../x"), ERR_NO_FILE);
}

/* What is outside is outside, whether it is there or not. */
static void
test_out(void **state)
{
	static const char *const old[] = { "/etc/passwd", "/", "", "..", "~/..",
		"../okienko", "~/out", "~/out/passwd", "out/no-such",
		"~/linked", "~/below/../../..",
		"/proc/self/cwd", "/dev/fd/0", "/no/such",
		"~/out/../etc/passwd" };
	static const char *const new[] = { "/tmp/new", "../new", "~/../new",
		"~/out/new", "~/", "~", "~/.", "~/..", "~/below/..",
		"/no/such/new", "/new", "~/linked/.." };
	char *beside = mem_printf("%s-not/file", paths_session());
	char *above = mem_printf("%s-not/new", paths_session());

	(void)state;
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
		if (old[i][0] != '\0')
			assert_int_equal(ends(reach_old, old[i]), ERR_OUTSIDE);
	for (size_t i = 0; i < sizeof new / sizeof new[0]; i++)
		assert_int_equal(ends(reach_new, new[i]), ERR_OUTSIDE);
	assert_int_equal(ends(reach_old, beside), ERR_OUTSIDE);
	assert_int_equal(ends(reach_new, above), ERR_OUTSIDE);
	free(above);
	free(beside);
}

/* What is saved goes where it may, and through no link. */
static void
test_save(void **state)
{
	static const struct {
		const char	*typed;
		enum err_code	 code;
	} saved[] = {
		{ "~/page", ERR_NONE }, { "~/page", ERR_EXISTS },
		{ "~/nowhere", ERR_EXISTS }, { "~/linked", ERR_EXISTS },
		{ "~/out/page", ERR_OUTSIDE }, { "/tmp/page", ERR_OUTSIDE },
		{ "below/../../page", ERR_OUTSIDE },
	};
	struct buf page;

	(void)state;
	buf_init(&page, 10);
	assert_int_equal(buf_add(&page, "page", 4), 0);
	for (size_t i = 0; i < sizeof saved / sizeof saved[0]; i++) {
		struct err err = ERR_INIT;
		char *path = reach_name(saved[i].typed);

		(void)pageout_save(path, &page, &err);
		assert_int_equal(err.code, saved[i].code);
		free(path);
	}
	buf_clear(&page);
}

static int
as_agent(void **state)
{
	(void)state;
	return setenv("OKIENKO_MODE", "agent", 1);
}

static int
as_desk(void **state)
{
	(void)state;
	return unsetenv("OKIENKO_MODE");
}

#define AS_AGENT(test)	cmocka_unit_test_setup_teardown(test, as_agent, as_desk)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_desk),
		AS_AGENT(test_in),
		AS_AGENT(test_out),
		AS_AGENT(test_save),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
