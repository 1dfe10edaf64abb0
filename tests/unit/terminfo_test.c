/*
 * Terminal descriptions that are damaged, as a disk or a bad hand does it: curses
 * reads one through the desk's own terminal, and the first frame is drawn or
 * refused, without a crash and without an end that does not come.  What somebody
 * wrote to do harm is another matter: what others could have written is not read
 * at all, and the launcher sees to it that only the system's are (tests/launch).  TERMINFO_MUTATIONS says how many, by a fixed
 * seed; tests/soak has a thousand.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <grp.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui/desk.h"
#include "ui/term.h"
#include "ui/terminfo.h"

#define MUTATIONS	"50"
#define SECONDS		20	/* a frame that takes as long does not come */
#define NOBODY		65534	/* curses lets root name no descriptions */
#define NAME		"xterm-ghostty"	/* the system has none to fall back on */
#define ENTRY_MAX	32768
#define DRAWN		0
#define REFUSED		2

/* Where a system keeps them; the second has extended names too. */
static const char *const folders[] = { "/lib/terminfo", "/usr/share/terminfo",
	"/etc/terminfo" };
static const char *const entries[] = { "l/linux", "x/xterm-256color" };

struct bytes {
	unsigned char	 v[ENTRY_MAX];
	size_t		 n;
};

struct scene {
	char		 root[64], dir[80], path[112];
	struct bytes	 entries[2];
};

/* xorshift, so that a failure comes again. */
static uint32_t
pick(uint32_t *seed, size_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % (uint32_t)below;
}

/* --- damage ---------------------------------------------------------------- */

static void
flip(struct bytes *b, uint32_t *seed)
{
	for (uint32_t i = 0, n = 1 + pick(seed, 8); i < n; i++)
		b->v[pick(seed, b->n)] = (unsigned char)pick(seed, 256);
}

static void
cut(struct bytes *b, uint32_t *seed)
{
	b->n = 1 + pick(seed, b->n);
}

/* The first twelve bytes tell how large the tables behind them are. */
static void
lie(struct bytes *b, uint32_t *seed)
{
	static const uint16_t sizes[] = { 0, 1, 0x7f, 0xff, 0x7ff, 0x7fff,
		0x8000, 0xfffe, 0xffff };
	size_t at = pick(seed, 6) * 2;
	uint16_t is = sizes[pick(seed, sizeof sizes / sizeof sizes[0])];

	b->v[at] = (unsigned char)(is & 0xff);
	b->v[at + 1] = (unsigned char)(is >> 8);
}

/* A stretch of it once more, over what stands elsewhere. */
static void
repeat(struct bytes *b, uint32_t *seed)
{
	size_t n = 1 + pick(seed, b->n / 2), from = pick(seed, b->n - n);

	memmove(b->v + pick(seed, b->n - n), b->v + from, n);
}

static void (*const damages[])(struct bytes *, uint32_t *) = { flip, flip, cut,
	lie, repeat };

/* --- a frame --------------------------------------------------------------- */

static void
give_up_rights(void)
{
	if (geteuid() == 0 && (setgroups(0, NULL) == -1 ||
	    setgid(NOBODY) == -1 || setuid(NOBODY) == -1))
		_exit(99);
}

/* Its process: the terminal taken, a kiosk's first screen, the terminal back. */
static void
frame(const struct scene *s)
{
	struct conf conf;
	struct setup setup = { .mode = MODE_KIOSK, .conf = &conf };
	struct authorities authorities = { .n = 0 };
	struct err err = ERR_INIT;
	struct desk *desk;

	(void)alarm(SECONDS);
	give_up_rights();
	(void)setenv("TERMINFO", s->dir, 1);
	(void)setenv("TERM", NAME, 1);
	setup.authorities = &authorities;
	if (conf_load(&conf, "/dev/null", NULL, &err) == -1)
		_exit(98);
	if (term_start(false, &err) == -1)
		_exit(REFUSED);
	theme_start("contrast");
	desk = desk_new(&setup);
	desk_draw(desk);
	term_end();
	_exit(DRAWN);
}

/* How it ended, as waitpid() has it; shown: its words came through. */
static int
run(const struct scene *s, bool *shown)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	static const char words[] = "Check my card";
	char got[65536], more[4096];
	size_t have = 0;
	int fd, slave, status;
	ssize_t n;
	pid_t pid;

	/* Not as its session's leader, with whose end the kernel may drop output. */
	assert_int_equal(openpty(&fd, &slave, NULL, NULL, &size), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		for (int i = 0; i <= STDERR_FILENO; i++)
			(void)dup2(slave, i);
		(void)close(slave);
		(void)close(fd);
		frame(s);
	}
	(void)close(slave);
	/* EIO: there is nobody at the other end. */
	while ((n = read(fd, more, sizeof more)) > 0)
		for (ssize_t i = 0; i < n && have < sizeof got; i++)
			got[have++] = more[i];
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*shown = memmem(got, have, words, strlen(words)) != NULL;
	return status;
}

static void
put(const struct scene *s, const struct bytes *b)
{
	FILE *f = fopen(s->path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(b->v, 1, b->n, f), b->n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(s->path, 0644), 0);
}

/* --- the tests ------------------------------------------------------------- */

static void
take(struct bytes *b, const char *name)
{
	for (size_t i = 0; i < sizeof folders / sizeof folders[0] &&
	    b->n == 0; i++) {
		char *path = mem_printf("%s/%s", folders[i], name);
		FILE *f = fopen(path, "r");

		free(path);
		if (f == NULL)
			continue;
		b->n = fread(b->v, 1, sizeof b->v, f);
		fclose(f);
	}
	assert_true(b->n > 500);
}

static int
set_up(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);

	*state = s;
	snprintf(s->root, sizeof s->root, "/tmp/terminfo-test.XXXXXX");
	assert_non_null(mkdtemp(s->root));
	snprintf(s->dir, sizeof s->dir, "%s/terminfo", s->root);
	snprintf(s->path, sizeof s->path, "%s/x", s->dir);
	assert_int_equal(chmod(s->root, 0755), 0);
	assert_int_equal(mkdir(s->dir, 0755), 0);
	assert_int_equal(mkdir(s->path, 0755), 0);
	snprintf(s->path, sizeof s->path, "%s/x/%s", s->dir, NAME);
	for (size_t i = 0; i < 2; i++)
		take(&s->entries[i], entries[i]);
	return 0;
}

static int
take_down(void **state)
{
	struct scene *s = *state;

	(void)unlink(s->path);
	snprintf(s->path, sizeof s->path, "%s/x", s->dir);
	(void)rmdir(s->path);
	(void)rmdir(s->dir);
	(void)rmdir(s->root);
	free(s);
	return 0;
}

/* It is this file that is read: whole it is enough, without it nothing is. */
static void
is_read(void **state)
{
	const struct scene *s = *state;
	bool shown;

	assert_int_equal(WEXITSTATUS(run(s, &shown)), REFUSED);
	assert_false(shown);
	for (size_t i = 0; i < 2; i++) {
		put(s, &s->entries[i]);
		assert_int_equal(run(s, &shown), DRAWN);
		assert_true(shown);
	}
}

/* Whole as it is: what another account, or anybody, could have put there is not. */
static void
is_not_others(void **state)
{
	const struct scene *s = *state;
	bool shown;

	if (geteuid() != 0)
		skip();
	put(s, &s->entries[0]);
	assert_int_equal(chown(s->path, 1, 1), 0);
	assert_int_equal(WEXITSTATUS(run(s, &shown)), REFUSED);
	assert_int_equal(chown(s->path, NOBODY, NOBODY), 0);
	assert_int_equal(run(s, &shown), DRAWN);
	assert_int_equal(chmod(s->path, 0666), 0);
	assert_int_equal(WEXITSTATUS(run(s, &shown)), REFUSED);
	assert_int_equal(unlink(s->path), 0);
}

/* Each way by which curses can be told where. */
static void
is_judged(void **state)
{
	const struct scene *s = *state;
	char *home = mem_printf("%s/.terminfo", s->root);
	struct err err = ERR_INIT;

	put(s, &s->entries[0]);
	assert_int_equal(symlink("terminfo", home), 0);
	for (int bad = 0; bad < 2; bad++) {
		assert_int_equal(chmod(s->path, bad ? 0666 : 0644), 0);
		assert_int_equal(setenv("HOME", s->root, 1), 0);
		assert_int_equal(terminfo_trusted(NAME, &err), -bad);
		assert_int_equal(unsetenv("HOME"), 0);
		assert_int_equal(setenv("TERMINFO_DIRS", s->dir, 1), 0);
		assert_int_equal(terminfo_trusted(NAME, &err), -bad);
		assert_int_equal(setenv("TERMINFO_DIRS", home, 1), 0);
		assert_int_equal(terminfo_trusted(NAME, &err), -bad);
		assert_int_equal(unsetenv("TERMINFO_DIRS"), 0);
		assert_int_equal(setenv("TERMINFO", s->dir, 1), 0);
		assert_int_equal(terminfo_trusted(NAME, &err), -bad);
		assert_int_equal(setenv("TERMINFO", bad ? "b64:GgEA" : "", 1), 0);
		assert_int_equal(terminfo_trusted(NAME, &err), -bad);
		assert_int_equal(unsetenv("TERMINFO"), 0);
	}
	assert_int_equal(unlink(home), 0);
	assert_int_equal(unlink(s->path), 0);
	free(home);
}

static void
damaged(void **state)
{
	const struct scene *s = *state;
	const char *wanted = getenv("TERMINFO_MUTATIONS");
	int n = atoi(wanted != NULL ? wanted : MUTATIONS), drawn = 0;
	uint32_t seed = 20261128;
	bool shown;

	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		struct bytes b = s->entries[i % 2];
		int status;

		for (uint32_t k = 0, times = 1 + pick(&seed, 3); k < times; k++)
			if (b.n > 64)
				damages[pick(&seed, sizeof damages /
				    sizeof damages[0])](&b, &seed);
		put(s, &b);
		status = run(s, &shown);
		if (!WIFEXITED(status) || (WEXITSTATUS(status) != DRAWN &&
		    WEXITSTATUS(status) != REFUSED))
			fail_msg("number %d: signal %d, status %d", i,
			    WIFSIGNALED(status) ? WTERMSIG(status) : 0,
			    WEXITSTATUS(status));
		drawn += WEXITSTATUS(status) == DRAWN;
	}
	print_message("# %d damaged: %d drawn, %d refused\n", n, drawn,
	    n - drawn);
	/* Neither all harmless nor all too broken to be looked at. */
	assert_in_range(drawn, n / 10, n - n / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read),
		cmocka_unit_test(is_not_others),
		cmocka_unit_test(is_judged),
		cmocka_unit_test(damaged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, take_down);
}
