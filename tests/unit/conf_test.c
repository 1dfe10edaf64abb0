/* okienko.conf: what is taken, what is complained about, and in which line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/conf.h"

static char	 folder[] = "/tmp/okienko-conf-XXXXXX";
static char	 path[64];

struct loaded {
	struct conf		 conf;
	struct conf_problems	 problems;
	struct err		 err;
	int			 rc;
};

static void
write_file(const void *text, size_t len)
{
	FILE	*f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static struct loaded
load_bytes(const void *text, size_t len)
{
	struct loaded	 l = { 0 };

	write_file(text, len);
	l.rc = conf_load(&l.conf, path, &l.problems, &l.err);
	return l;
}

static struct loaded
load(const char *text)
{
	return load_bytes(text, strlen(text));
}

static void
unload(struct loaded *l)
{
	conf_clear(&l->conf);
	conf_problems_clear(&l->problems);
}

/* One mistake, in this line, and the error names it too. */
static void
assert_one_problem(const struct loaded *l, int line, const char *part)
{
	char	 where[16];

	assert_int_equal(l->rc, -1);
	assert_int_equal(l->err.code, ERR_CONFIG);
	assert_int_equal(l->problems.n, 1);
	assert_int_equal(l->problems.v[0].line, line);
	assert_string_equal(l->problems.v[0].file, path);
	if (strstr(l->problems.v[0].text, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part,
		    l->problems.v[0].text);
	snprintf(where, sizeof(where), ":%d: ", line);
	assert_non_null(strstr(l->err.what, where));
}

static void
test_defaults(void **state)
{
	struct loaded	 l = load("");

	(void)state;
	assert_int_equal(l.rc, 0);
	assert_string_equal(l.conf.point, "");
	assert_string_equal(l.conf.language, "");
	assert_string_equal(l.conf.theme, "terminal");
	assert_false(l.conf.mouse);
	assert_int_equal(l.conf.modules.n, 0);
	assert_true(l.conf.opensc_tuning);
	assert_int_equal(l.conf.module_timeout, 20);
	assert_int_equal(l.conf.renew_days, 30);
	assert_int_equal(l.conf.working_days, 10);
	assert_string_equal(l.conf.log_level, "warn");
	unload(&l);
}

static void
test_all_keys(void **state)
{
	struct loaded	 l = load(
	    "# a comment\r\n"
	    "[desk]\r\n"
	    "point = Punkt nr 17 Żółć\n"
	    "language=pl\n"
	    "theme = contrast   ; a comment behind\n"
	    "mouse: yes\n"
	    "[card]\n"
	    "module = /usr/lib/a.so\n"
	    "  module = /opt/*/b.so\n"
	    "opensc_tuning = no\n"
	    "module_timeout = 600\n"
	    "[renewal]\n"
	    "renew_days = 1\n"
	    "working_days = 0\n"
	    "[log]\n"
	    "level = debug");

	(void)state;
	assert_int_equal(l.rc, 0);
	assert_int_equal(l.problems.n, 0);
	assert_string_equal(l.conf.point, "Punkt nr 17 Żółć");
	assert_string_equal(l.conf.language, "pl");
	assert_string_equal(l.conf.theme, "contrast");
	assert_true(l.conf.mouse);
	assert_int_equal(l.conf.modules.n, 2);
	assert_string_equal(l.conf.modules.v[0], "/usr/lib/a.so");
	assert_string_equal(l.conf.modules.v[1], "/opt/*/b.so");
	assert_false(l.conf.opensc_tuning);
	assert_int_equal(l.conf.module_timeout, 600);
	assert_int_equal(l.conf.renew_days, 1);
	assert_int_equal(l.conf.working_days, 0);
	assert_string_equal(l.conf.log_level, "debug");
	unload(&l);
}

/* Each mistake: the file, the line it stands in, a piece of the complaint. */
static const struct mistake {
	const char	*text;
	int		 line;
	const char	*part;
} mistakes[] = {
	{ "[desk]\n\ncolour = red\n", 3, "colour" },
	{ "[dsek]\npoint = x\nmouse = yes\n", 1, "[dsek]" },
	{ "[desk\npoint = x\n", 1, "bracket" },
	{ "point = x\n", 1, "before any" },
	{ "[desk]\nmouse\n", 2, "neither" },
	{ "[desk]\nmouse = maybe\n", 2, "maybe" },
	{ "[desk]\nlanguage = de\n", 2, "de" },
	{ "[desk]\ntheme = mono contrast\n", 2, "mono contrast" },
	{ "[desk]\ntheme = \n", 2, "theme" },
	{ "[card]\nmodule = opensc-pkcs11.so\n", 2, "begin with /" },
	{ "[card]\nmodule_timeout = 0\n", 2, "too small" },
	{ "[card]\nmodule_timeout = 601\n", 2, "too large" },
	{ "[network]\ntimeout = 601\n", 2, "too large" },
	{ "[card]\nmodule_timeout = 99999999999999999999\n", 2, "too large" },
	{ "[card]\nmodule_timeout = -1\n", 2, "whole number" },
	{ "[card]\nmodule_timeout = 20s\n", 2, "whole number" },
	{ "[card]\nmodule_timeout =\n", 2, "whole number" },
	{ "[network]\nallow = 10.0.0.7:8080\nallow = host:80\n"
	    "allow = [::1]:80\n", 3, "allow = host:80: it is not an address" },
	{ "[network]\nallow = 10.0.0.0/8\n", 2, "not an address" },
	{ "[network]\nallow = 10.0.0.7:65536\n", 2, "not an address" },
	{ "[desk]\nmouse = yes\n\nmouse = no\n", 4, "line 2" },
	{ "[desk]\npoint = 12345678901234567890123456789012345678901\n", 2,
	    "too long" },
	{ "[desk]\npoint = a\033[31mb\n", 2, "not text" },
	{ "[desk]\npoint = a\xe2\x80\xae" "b\n", 2, "not text" },
	{ "[desk]\npoint = \xff\xfe\n", 2, "not text" },
};

static void
test_mistakes(void **state)
{
	const struct mistake	*m;
	struct loaded		 l;

	(void)state;
	for (m = mistakes; m < mistakes + sizeof(mistakes) / sizeof(*m); m++) {
		l = load(m->text);
		assert_one_problem(&l, m->line, m->part);
		/* Whatever stood there, the record is whole. */
		assert_string_equal(l.conf.theme, "terminal");
		assert_int_equal(l.conf.module_timeout, 20);
		assert_string_equal(l.conf.language, "");
		unload(&l);
	}
}

static void
test_rest_is_taken(void **state)
{
	struct loaded	 l = load("[desk]\ntheme = pink\nmouse = yes\n"
	    "[nowhere]\nmouse = no\ntheme = mono\n[log]\nlevel = error\n");

	(void)state;
	assert_int_equal(l.rc, -1);
	assert_int_equal(l.problems.n, 2);
	assert_int_equal(l.problems.v[0].line, 2);
	assert_int_equal(l.problems.v[1].line, 4);
	assert_string_equal(l.conf.theme, "terminal");
	assert_true(l.conf.mouse);
	assert_string_equal(l.conf.log_level, "error");
	unload(&l);
}

/* A broken header must not lend its keys to the section above. */
static void
test_broken_header(void **state)
{
	struct loaded	 l = load("[desk]\n[\nmouse = yes\n");

	(void)state;
	assert_one_problem(&l, 2, "bracket");
	assert_false(l.conf.mouse);
	unload(&l);
}

static void
test_long_line(void **state)
{
	char		 text[5000] = "[desk]\npoint = ";
	size_t		 at = strlen(text);
	struct loaded	 l;

	(void)state;
	memset(text + at, 'x', sizeof(text) - at);
	memcpy(text + sizeof(text) - 13, "\nmouse = yes", 13);
	l = load(text);
	assert_one_problem(&l, 2, "longer than");
	assert_true(l.conf.mouse);
	unload(&l);
}

static void
test_nul_byte(void **state)
{
	static const char	 text[] = "[desk]\npoint = a\0b\nmouse = yes\n";
	struct loaded		 l = load_bytes(text, sizeof(text) - 1);

	(void)state;
	assert_one_problem(&l, 2, "not text");
	assert_string_equal(l.conf.point, "");
	assert_true(l.conf.mouse);
	unload(&l);
}

static void
test_junk_is_bounded(void **state)
{
	uint8_t		*junk = malloc(100000);
	unsigned	 seed = 7;
	struct loaded	 l;
	size_t		 i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		seed = seed * 1103515245 + 12345;
		junk[i] = (uint8_t)(seed >> 16);
	}
	l = load_bytes(junk, 100000);
	assert_int_equal(l.err.code, ERR_CONFIG);
	assert_int_equal(l.problems.n, SETTING_PROBLEMS_MAX);
	unload(&l);
	free(junk);
}

static void
test_too_many_values(void **state)
{
	char		 text[2048] = "[card]\n";
	struct loaded	 l;
	int		 i;

	(void)state;
	for (i = 0; i < SETTING_LIST_MAX + 1; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "module = /lib/m%d.so\n", i);
	l = load(text);
	assert_one_problem(&l, SETTING_LIST_MAX + 2, "too often");
	assert_int_equal(l.conf.modules.n, SETTING_LIST_MAX);
	unload(&l);
}

static void
test_files(void **state)
{
	struct conf	 conf;
	struct err	 err = ERR_INIT;
	char		*big;

	(void)state;
	unlink(path);
	assert_int_equal(conf_load(&conf, path, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NO_FILE);
	assert_string_equal(conf.theme, "terminal");
	conf_clear(&conf);

	err = (struct err)ERR_INIT;
	assert_int_equal(conf_load(&conf, folder, NULL, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	conf_clear(&conf);

	/* A named pipe that nobody writes to is refused, not waited for. */
	err = (struct err)ERR_INIT;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(conf_load(&conf, path, NULL, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	conf_clear(&conf);
	unlink(path);

	big = calloc(1, SETTING_FILE_MAX + 1);
	memset(big, '\n', SETTING_FILE_MAX + 1);
	write_file(big, SETTING_FILE_MAX + 1);
	free(big);
	err = (struct err)ERR_INIT;
	assert_int_equal(conf_load(&conf, path, NULL, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	conf_clear(&conf);
}

/* The example that is installed has every key, and says the defaults. */
static void
test_example(void **state)
{
	struct conf	 example, none;
	struct err	 err = ERR_INIT;
	const char	*top = getenv("abs_top_srcdir");
	char		 file[4096], *text;
	size_t		 i, len;
	FILE		*f;

	(void)state;
	snprintf(file, sizeof(file), "%s/kiosk/examples/okienko.conf",
	    top != NULL ? top : ".");
	assert_int_equal(conf_load(&example, file, NULL, &err), 0);
	assert_int_equal(conf_load(&none, "/dev/null", NULL, &err), 0);
	assert_string_equal(example.theme, none.theme);
	assert_string_equal(example.log_level, none.log_level);
	assert_int_equal(example.module_timeout, none.module_timeout);
	assert_int_equal(example.net_timeout, none.net_timeout);
	assert_int_equal(example.renew_days, none.renew_days);
	assert_int_equal(example.working_days, none.working_days);
	assert_int_equal(example.opensc_tuning, none.opensc_tuning);
	conf_clear(&example);
	conf_clear(&none);

	text = calloc(1, 65536);
	assert_non_null(f = fopen(file, "r"));
	len = fread(text, 1, 65535, f);
	fclose(f);
	assert_true(len > 0);
	for (i = 0; i < nconf_settings; i++)
		if (strstr(text, conf_settings[i].key) == NULL)
			fail_msg("no %s in the example", conf_settings[i].key);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all_keys),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_rest_is_taken),
		cmocka_unit_test(test_broken_header),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_nul_byte),
		cmocka_unit_test(test_junk_is_bounded),
		cmocka_unit_test(test_too_many_values),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_example),
	};
	int	 failed;

	if (mkdtemp(folder) == NULL)
		return 99;
	snprintf(path, sizeof(path), "%s/okienko.conf", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(folder);
	return failed;
}
