/*
 * Where programs learn of a card's software: what is found in an account's
 * folders, what is written there, and that nothing else is touched.
 */
#include "config.h"

#include <errno.h>
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

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "renewal/register.h"

#define MODULE	"/opt/nobody/lib/testcard-p11.so"
#define BEFORE	"library=\nname=NSS Internal PKCS #11 Module\nNSS=Flags=internal\n"

static char home[64];

static char *
in_home(const char *name)
{
	return mem_printf("%s/%s", home, name);
}

/* The folders above a file, then the file. */
static void
put(const char *name, const char *text)
{
	char *path = in_home(name);
	FILE *f;

	for (char *slash = strchr(path + strlen(home) + 1, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
		*slash = '/';
	}
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	free(path);
}

static char *
get(const char *name)
{
	char *path = in_home(name), *text;
	struct err err = ERR_INIT;
	struct buf bytes;

	buf_init(&bytes, 1 << 20);
	assert_int_equal(file_read(path, path, &bytes, &err), 0);
	text = mem_strndup((const char *)bytes.data, bytes.len);
	buf_clear(&bytes);
	free(path);
	return text;
}

static const struct register_place *
place(const struct register_places *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->v[i].name, name) == 0)
			return &p->v[i];
	return NULL;
}

static int
setup(void **state)
{
	(void)state;
	snprintf(home, sizeof home, "%s", "/tmp/register.XXXXXX");
	return mkdtemp(home) != NULL ? 0 : -1;
}

/* Only what this test made lies there. */
static int
teardown(void **state)
{
	static const char *const made[] = {
		".thunderbird/abc.default/pkcs11.txt", ".thunderbird/abc.default",
		".thunderbird/profiles.ini", ".thunderbird",
		".mozilla/firefox/old.default/key3.db",
		".mozilla/firefox/old.default", ".mozilla/firefox",
		".mozilla", ".config/pkcs11/modules/testcard-p11.module",
		".config/pkcs11/modules/other.module",
		".config/pkcs11/modules", ".config/pkcs11", ".config",
	};

	(void)state;
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
		char *path = in_home(made[i]);

		(void)remove(path);
		free(path);
	}
	return rmdir(home);
}

static void
nothing_is_there(void **state)
{
	struct register_places p;

	(void)state;
	register_look(home, MODULE, &p);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.v[0].kind, REGISTER_P11KIT);
	assert_int_equal(p.v[0].state, REGISTER_NOT);
	register_places_clear(&p);
}

static void
profile_learns_it(void **state)
{
	struct register_places p;
	struct err err = ERR_INIT;
	char *text;

	(void)state;
	put(".thunderbird/profiles.ini", "[Profile0]\n");
	put(".thunderbird/abc.default/pkcs11.txt", BEFORE);
	/* One of a program from before such files is left alone. */
	put(".mozilla/firefox/old.default/key3.db", "");
	register_look(home, MODULE, &p);
	assert_int_equal(p.n, 2);
	assert_non_null(place(&p, "Thunderbird"));
	assert_int_equal(place(&p, "Thunderbird")->state, REGISTER_NOT);
	assert_int_equal(register_put(place(&p, "Thunderbird"), MODULE, &err),
	    0);
	register_places_clear(&p);

	text = get(".thunderbird/abc.default/pkcs11.txt");
	assert_string_equal(text, BEFORE "\nlibrary=" MODULE
	    "\nname=testcard-p11.so\n");
	free(text);
	register_look(home, MODULE, &p);
	assert_int_equal(place(&p, "Thunderbird")->state, REGISTER_IS);
	/* Another of a name that only ends like it is not it. */
	register_places_clear(&p);
	register_look(home, "/usr/lib/card-p11.so", &p);
	assert_int_equal(place(&p, "Thunderbird")->state, REGISTER_NOT);
	register_places_clear(&p);
}

static void
p11kit_learns_it(void **state)
{
	struct register_places p;
	struct err err = ERR_INIT;
	char *text;

	(void)state;
	put(".config/pkcs11/modules/other.module", "module: other.so\n");
	register_look(home, MODULE, &p);
	assert_int_equal(register_put(&p.v[0], MODULE, &err), 0);
	register_places_clear(&p);
	text = get(".config/pkcs11/modules/testcard-p11.module");
	assert_string_equal(text, "module: " MODULE "\n");
	free(text);
	register_look(home, MODULE, &p);
	assert_int_equal(p.v[0].state, REGISTER_IS);
	register_places_clear(&p);
}

/* A name that would say something else where it is written. */
static void
hostile_paths_are_refused(void **state)
{
	static const char *const paths[] = { "relative.so",
	    "/lib/a.so\nlibrary=/tmp/evil.so", "/lib/\"a\".so", "/lib/\x1b.so" };
	struct register_places p;

	(void)state;
	register_look(home, MODULE, &p);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct err err = ERR_INIT;

		assert_int_equal(register_put(&p.v[0], paths[i], &err), -1);
		assert_int_equal(err.code, ERR_BAD_DATA);
	}
	register_places_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_there),
		cmocka_unit_test(profile_learns_it),
		cmocka_unit_test(p11kit_learns_it),
		cmocka_unit_test(hostile_paths_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
