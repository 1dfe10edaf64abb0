/*
 * Where somebody stood: whole, once, a day, and only from a file that nobody else
 * can have put there.
 */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "ui/desk_state.h"
#include "ui/stand.h"
#include "ui/views.h"

struct scene {
	char	 folder[64];
	char	*path;
};

static int
set_up(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);
	char *registry;

	snprintf(s->folder, sizeof s->folder, "/tmp/stand-test.XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	registry = mem_printf("%s/registry.db", s->folder);
	s->path = stand_path(registry);
	free(registry);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	(void)unlink(s->path);
	(void)rmdir(s->folder);
	free(s->path);
	free(s);
	return 0;
}

static void
put(const struct scene *s, const char *text, size_t n)
{
	int fd = open(s->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, n), (ssize_t)n);
	(void)close(fd);
}

/* A file's time may be finer than the clock's, and so be a moment ahead. */
static time_t
soon(void)
{
	return time(NULL) + 1;
}

static void
test_once(void **state)
{
	const struct scene *s = *state;
	const struct stand was = { .view = "find", .text = "Żółć  Łęcka 17" };
	struct stand is = { .view = "" };
	struct err err = ERR_INIT;
	struct stat st;

	assert_int_equal(stand_save(s->path, &was, &err), 0);
	assert_int_equal(stat(s->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_true(stand_take(s->path, soon(), &is));
	assert_string_equal(is.view, was.view);
	assert_string_equal(is.text, was.text);
	assert_false(stand_take(s->path, time(NULL), &is));
}

/* What is there already is nobody's: neither written through nor believed. */
static void
test_links(void **state)
{
	const struct scene *s = *state;
	const struct stand was = { .view = "case", .text = "1" };
	struct stand is = { .view = "" };
	struct err err = ERR_INIT;
	char *other = mem_printf("%s/other", s->folder);
	struct stat st;

	assert_int_equal(symlink(other, s->path), 0);
	assert_int_equal(stand_save(s->path, &was, &err), 0);
	assert_int_equal(lstat(s->path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(access(other, F_OK), -1);
	assert_int_equal(rename(s->path, other), 0);
	assert_int_equal(symlink(other, s->path), 0);
	assert_false(stand_take(s->path, time(NULL), &is));
	(void)unlink(s->path);
	assert_int_equal(link(other, s->path), 0);
	assert_false(stand_take(s->path, time(NULL), &is));
	(void)unlink(other);
	free(other);
}

static void
test_not_believed(void **state)
{
	static const struct { const char *text; size_t n; } cases[] = {
		{ "", 0 }, { "\n", 1 }, { "find", 4 }, { "find x", 6 },
		{ "find x\ny", 8 }, { "find x\0y\n", 9 },
		{ "a-name-that-is-longer-than-any-view-has x\n", 42 },
	};
	const struct scene *s = *state;
	static char big[STAND_MAX + 100];
	struct stand is;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		put(s, cases[i].text, cases[i].n);
		assert_false(stand_take(s->path, time(NULL), &is));
		assert_int_equal(access(s->path, F_OK), -1);
	}
	memset(big, 'x', sizeof big);
	memcpy(big, "find ", 5);
	big[sizeof big - 1] = '\n';
	put(s, big, sizeof big);
	assert_false(stand_take(s->path, time(NULL), &is));
	put(s, "find x\n", 7);
	assert_int_equal(chmod(s->path, 0640), 0);
	assert_false(stand_take(s->path, time(NULL), &is));
	put(s, "find x\n", 7);
	assert_false(stand_take(s->path, soon() + STAND_KEPT, &is));
	put(s, "find x\n", 7);
	assert_false(stand_take(s->path, time(NULL) - 60, &is));
	put(s, "find x\n", 7);
	assert_true(stand_take(s->path, soon(), &is));
}

/* More than one line, as long as a question can be. */
static void
test_lines(void **state)
{
	const struct scene *s = *state;
	static struct stand was = { .view = "question" }, is;
	struct err err = ERR_INIT;

	memset(was.text, 'x', sizeof was.text - 1);
	memcpy(was.text, "one\n\ntwo  \n", 11);
	assert_int_equal(stand_save(s->path, &was, &err), 0);
	assert_true(stand_take(s->path, soon(), &is));
	assert_string_equal(is.view, was.view);
	assert_string_equal(is.text, was.text);
}

/* What nobody came back for goes with whoever comes next; the rest stays. */
static void
test_sweep(void **state)
{
	const struct scene *s = *state;
	char *registry = mem_printf("%s/registry.db", s->folder);
	char *theirs = mem_printf("%s.stand-1", registry);
	const struct timespec old[2] = { { .tv_sec = time(NULL) - STAND_KEPT },
		{ .tv_sec = time(NULL) - STAND_KEPT } };
	int fd;

	put(s, "find x\n", 7);
	for (const char **f = (const char *[]){ registry, theirs, NULL };
	    *f != NULL; f++) {
		fd = open(*f, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_true(fd != -1);
		assert_int_equal(futimens(fd, old), 0);
		(void)close(fd);
	}
	stand_sweep(registry, time(NULL));
	assert_int_equal(access(theirs, F_OK), -1);
	assert_int_equal(access(s->path, F_OK), 0);
	assert_int_equal(unlink(registry), 0);
	free(theirs);
	free(registry);
}

static void
test_hide(void **state)
{
	static const struct { const char *text, *hidden; } cases[] = {
		{ "44051401359", "***********" },
		{ "PESEL 44051401359, prosze", "PESEL ***********, prosze" },
		{ "440514-01359", "************" },
		{ "440514 01359.", "************." },
		{ "44051401358", NULL },	/* not by its check digit */
		{ "144051401359", NULL },	/* a part of something longer */
		{ "44051401359 44051401359", "*********** ***********" },
		{ "17 440514-01359", "17 ************" },
		{ "ZAM/2026/44051", NULL }, { "", NULL }, { "-", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text = mem_strdup(cases[i].text);
		const char *is = cases[i].hidden != NULL ? cases[i].hidden :
		    cases[i].text;

		assert_int_equal(stand_hide(text), cases[i].hidden != NULL);
		assert_string_equal(text, is);
		free(text);
	}
}

static void
press(struct desk *d, enum ui_key key)
{
	desk_input(d, &(struct input){ .kind = INPUT_KEY, .key = key });
}

/* As it was a minute ago. */
static void
put_before(const struct scene *s, const struct stand *was)
{
	const struct timespec then[2] = { { .tv_sec = time(NULL) - 60 },
		{ .tv_sec = time(NULL) - 60 } };
	struct err err = ERR_INIT;

	assert_int_equal(stand_save(s->path, was, &err), 0);
	assert_int_equal(utimensat(AT_FDCWD, s->path, then, 0), 0);
}

/* No is no for good, whatever else is asked when the line is cut. */
static void
test_refused(void **state)
{
	const struct scene *s = *state;
	const struct stand was = { .view = "typed", .text = "12AB" };
	struct conf conf;
	struct authorities none = { .n = 0 };
	struct err err = ERR_INIT;
	struct setup setup = { .conf = &conf, .authorities = &none,
	    .mode = MODE_AGENT };
	struct stand is;
	struct desk *d;

	assert_int_equal(conf_load(&conf, "/dev/null", NULL, &err), 0);
	free(conf.registry);
	conf.registry = mem_printf("%s/registry.db", s->folder);
	d = desk_new(&setup);
	put_before(s, &was);
	desk_offer_stand(d);
	desk_keep_stand(d);
	assert_true(stand_take(s->path, soon(), &is));
	assert_string_equal(is.text, was.text);
	press(d, UK_ESC);
	assert_false(desk_is_open(d, &view_sure_ops));
	assert_null(d->stand);
	desk_open(d, &view_sure_ops, &(struct sure_of){ .title = "", .text = "?",
	    .asker = desk_top(d) });
	desk_keep_stand(d);
	assert_false(stand_take(s->path, soon(), &is));
	/* Yes leads there, and is said once. */
	put_before(s, &was);
	press(d, UK_ESC);
	desk_offer_stand(d);
	press(d, UK_ENTER);
	assert_true(desk_is_open(d, &view_typed_ops));
	assert_null(d->stand);
	desk_free(d);
	conf_clear(&conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_believed, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sweep, set_up, tear_down),
		cmocka_unit_test(test_hide),
		cmocka_unit_test_setup_teardown(test_refused, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
