/* Authorities: which files are read, which are refused, who is recognised. */
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

#include "base/authority.h"

#define KEY_A	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

#define KNOWN	"[authority]\nname = X\n[recognise]\nkey_id = 01020304\n"

static char	 folder[] = "/tmp/okienko-authority-XXXXXX";
static char	 conf[64];	/* the okienko.conf they lie beside */

static void
put(const char *name, const char *text)
{
	char	 path[128];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/authorities.d/%s", folder, name);
	assert_non_null(f = fopen(path, "w"));
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
drop(const char *name)
{
	char	 path[128];

	snprintf(path, sizeof(path), "%s/authorities.d/%s", folder, name);
	unlink(path);
}

static void
test_no_folder(void **state)
{
	struct authorities	 all;
	struct err		 err = ERR_INIT;

	(void)state;
	assert_int_equal(authorities_load(&all, "/nonexistent/okienko.conf",
	    NULL, &err), 0);
	assert_int_equal(all.n, 0);
	authorities_clear(&all);
}

static void
test_whole(void **state)
{
	struct authorities	 all;
	struct err		 err = ERR_INIT;

	(void)state;
	put("b.conf", "[authority]\nname = Urząd B\n[recognise]\n"
	    "key_id = 01:02:03:04:0a\nkey_id=0102030405\n[renewal]\n"
	    "renew_days = 60\nworking_days = 3\n[card]\n"
	    "max_certificates = 3\nchecked_on = 2026-10-01\n");
	put("a.conf", "[authority]\nname = A\n[recognise]\n"
	    "organization_id = VATPL-1\ncommon_name = A one\n"
	    "common_name = A two\n");
	put("a.conf~", "rubbish");
	put(".hidden.conf", "rubbish");
	put(".conf", "rubbish");
	assert_int_equal(authorities_load(&all, conf, NULL, &err), 0);
	assert_int_equal(all.n, 2);
	assert_string_equal(all.v[0].id, "a");
	assert_int_equal(all.v[0].common_names.n, 2);
	assert_int_equal(all.v[0].max_certificates, 0);
	assert_string_equal(all.v[1].id, "b");
	assert_string_equal(all.v[1].name, "Urząd B");
	assert_int_equal(all.v[1].key_ids.n, 2);
	assert_string_equal(all.v[1].key_ids.v[0], "010203040A");
	assert_int_equal(all.v[1].renew_days, 60);
	assert_int_equal(all.v[1].working_days, 3);
	assert_int_equal(all.v[1].max_certificates, 3);
	assert_string_equal(all.v[1].checked_on, "2026-10-01");
	authorities_clear(&all);
	drop("a.conf");
	drop("b.conf");
	drop("a.conf~");
	drop(".hidden.conf");
	drop(".conf");
}

/* For others: what somebody else could have written is nobody's. */
static void
test_owner(void **state)
{
	static const struct {
		const char	*mode;
		mode_t		 file;
		size_t		 n;
	} cases[] = {
		{ "desk", 0666, 1 }, { "kiosk", 0644, 1 },
		{ "kiosk", 0666, 0 }, { "agent", 0664, 0 },
	};
	char path[128], text[512];

	(void)state;
	put("a.conf", "[authority]\nname = A\n[recognise]\n"
	    "key_id = 01020304\n");
	snprintf(path, sizeof path, "%s/authorities.d/a.conf", folder);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct conf_problems problems = { 0 };
		struct authorities all;
		struct err err = ERR_INIT;

		assert_int_equal(chmod(path, cases[i].file), 0);
		setenv("OKIENKO_MODE", cases[i].mode, 1);
		(void)authorities_load(&all, conf, &problems, &err);
		assert_int_equal(all.n, cases[i].n);
		assert_int_equal(problems.n, 1 - cases[i].n);
		assert_int_equal(err.code, cases[i].n == 1 ? ERR_NONE :
		    ERR_CONFIG_OWNER);
		if (cases[i].n == 0)
			assert_non_null(strstr(problems.v[0].text, "a.conf"));
		assert_int_equal(strlen(err_sentence(&err, text,
		    sizeof text)) > 0, 1);
		conf_problems_clear(&problems);
		authorities_clear(&all);
	}
	unsetenv("OKIENKO_MODE");
	drop("a.conf");
}

/* So what says whose servers are believed. */
static void
test_servers_owner(void **state)
{
	char file[128], text[256];

	(void)state;
	put("ca.pem", "");
	snprintf(file, sizeof file, "%s/authorities.d/ca.pem", folder);
	snprintf(text, sizeof text, "[authority]\nname = A\n[recognise]\n"
	    "key_id = 01020304\n[orders]\nurl = https://a.example/\n"
	    "ca_file = %s\n", file);
	put("a.conf", text);
	for (mode_t mode = 0644; mode <= 0666; mode += 022) {
		struct conf_problems problems = { 0 };
		struct authorities all;
		struct err err = ERR_INIT;

		assert_int_equal(chmod(file, mode), 0);
		setenv("OKIENKO_MODE", "kiosk", 1);
		(void)authorities_load(&all, conf, &problems, &err);
		unsetenv("OKIENKO_MODE");
		assert_int_equal(all.n, mode == 0644);
		assert_int_equal(problems.n, mode != 0644);
		if (problems.n > 0)
			assert_non_null(strstr(problems.v[0].text, "ca.pem"));
		conf_problems_clear(&problems);
		authorities_clear(&all);
	}
	drop("ca.pem");
	drop("a.conf");
}

static const struct mistake {
	const char	*text;
	int		 line;
	const char	*part;
} mistakes[] = {
	{ "[recognise]\nkey_id = 01020304\n", 0, "name" },
	{ "[authority]\nname = X\n", 0, "recognise" },
	{ "[authority]\nname = X\n[recognise]\ncommon_name = Y\n", 0, "together" },
	{ "[authority]\nname = X\n[recognise]\norganization_id = Y\n"
	    "key_id = 01020304\n", 0, "together" },
	{ "[authority]\nname = X\n[recognise]\nkey_id = 0102030\n", 4, "digits" },
	{ "[authority]\nname = X\n[recognise]\nkey_id = 010203\n", 4, "digits" },
	{ "[authority]\nname = X\n[recognise]\nkey_id = 0102030g\n", 4, "hexa" },
	{ "[authority]\nname = X\n[recognise]\nkey_sha256 = 01020304\n", 4,
	    "digits" },
	{ "[authority]\nname = X\n[recognise]\nkey_id = 01020304\n[card]\n"
	    "max_certificates = 3\n", 0, "checked_on" },
	{ "[authority]\nname = X\n[recognise]\nkey_id = 01020304\n[card]\n"
	    "checked_on = 2026-02-30\n", 6, "day" },
	{ "[authority]\nname = X\n[recognise]\nkey_id = 01020304\n[card]\n"
	    "checked_on = 2026-1-1\n", 6, "day" },
	{ KNOWN "[revocation]\nchannel = pigeon\n", 6, "words" },
	{ KNOWN "[telephone]\nnumber = 1\n[revocation]\nchannel = telephone\n"
	    "channel = telephone\n", 9, "already" },
	{ KNOWN "[revocation]\nchannel = telephone\n", 0, "number" },
	{ KNOWN "[revocation]\nchannel = form\n", 0, "email or address" },
	{ KNOWN "[revocation]\nchannel = cmp\n[cmp]\npassword = yes\n", 0,
	    "[cmp] url" },
	{ KNOWN "[revocation]\nchannel = cmp\n[cmp]\nurl = https://x/\n"
	    "certificate = /a\n", 0, "certificate and key, or password" },
	{ KNOWN "[renewal]\nway = order\n", 0, "[orders] url" },
	{ KNOWN "[renewal]\nway = file\nway = cmp\n", 0, "[cmp] url" },
	{ KNOWN "[renewal]\nway = est\n[est]\nkey = /a\ncertificate = /b\n",
	    0, "[est] url" },
	{ KNOWN "[est]\nurl = https://x/\nkey = /a\n", 0, "together" },
	{ KNOWN "[est]\nurl = ftp://x/\n", 0, "no address" },
	{ KNOWN "[revocation]\nchannel = ejbca\n[ejbca]\ncertificate = /a\n"
	    "key = /b\n", 0, "[ejbca] url" },
	{ KNOWN "[revocation]\nchannel = ejbca\n[ejbca]\nurl = https://x/v1\n"
	    "key = /b\n", 0, "[ejbca] certificate" },
	{ KNOWN "[status]\nocsp = ldap://x/\n", 0, "ldap://x/" },
	{ KNOWN "[status]\ncdp = /var/x.crl\n", 0, "https://" },
	{ KNOWN "[cmp]\nurl = x.example.org\n", 0, "https://" },
	{ KNOWN "[telephone]\nhours = Mon-Fri 8-18\n", 6, "times" },
	{ "[authority]\nname = X\n[recognise]\nkey_sha256 = " KEY_A "\n", 0,
	    "[trust] certificate" },
	{ KNOWN "[telephone]\nhours = always\n", 6, "days" },
	{ KNOWN "[telephone]\nhours = Mon-Fri 08:00-18:00 ; Sat 09:00-13:00\n", 6,
	    "a comment" },
	{ KNOWN "[telephone]\nhours = Mon-Fri 08:00-18:00 ;sat 9-13\n", 6,
	    "a comment" },
	{ KNOWN "[telephone]\nhours = Sat 18:00-08:00\n", 6, "before" },
};

/* A file with a mistake is left out whole, and the others are not. */
static void
test_mistakes(void **state)
{
	const struct mistake	*m;
	struct conf_problems	 problems = { 0 };
	struct authorities	 all;
	struct err		 err;

	(void)state;
	put("good.conf", "[authority]\nname = G\n[recognise]\nkey_id=01020304\n");
	for (m = mistakes; m < mistakes + sizeof(mistakes) / sizeof(*m); m++) {
		err = (struct err)ERR_INIT;
		put("bad.conf", m->text);
		assert_int_equal(authorities_load(&all, conf, &problems, &err),
		    -1);
		assert_int_equal(err.code, ERR_CONFIG);
		assert_int_equal(all.n, 1);
		assert_string_equal(all.v[0].id, "good");
		assert_true(problems.n >= 1);
		assert_int_equal(problems.v[0].line, m->line);
		assert_non_null(strstr(problems.v[0].file, "bad.conf"));
		if (strstr(problems.v[0].text, m->part) == NULL)
			fail_msg("\"%s\" is not in \"%s\"", m->part,
			    problems.v[0].text);
		authorities_clear(&all);
		conf_problems_clear(&problems);
	}
	drop("good.conf");
	drop("bad.conf");
}

/* Every way to an authority, with no more than it needs. */
static void
test_channels(void **state)
{
	struct authorities	 all;
	struct err		 err = ERR_INIT;

	(void)state;
	put("a.conf", KNOWN "[revocation]\nchannel = cmp\nchannel = ejbca\n"
	    "channel = telephone\nchannel = form\n[telephone]\nnumber = 1\n"
	    "hours = Mon-Fri 8:00-18:00; Sat 09:00-13:00 holidays ; Sat: by mail\n"
	    "[form]\n"
	    "address = ul. Przykładowa 1\n[cmp]\nurl = http://127.0.0.1:1/\n"
	    "password = yes\n[ejbca]\nurl = https://x/v1\n"
	    "certificate = /a\nkey = /b\n");
	assert_int_equal(authorities_load(&all, conf, NULL, &err), 0);
	assert_int_equal(all.n, 1);
	assert_int_equal(all.v[0].channels.n, 4);
	assert_string_equal(all.v[0].channels.v[0], "cmp");
	assert_string_equal(all.v[0].channels.v[3], "form");
	assert_string_equal(all.v[0].phone_hours,
	    "Mon-Fri 8:00-18:00; Sat 09:00-13:00 holidays");
	authorities_clear(&all);
	drop("a.conf");
}

static void
test_unreadable(void **state)
{
	struct conf_problems	 problems = { 0 };
	struct authorities	 all;
	struct err		 err = ERR_INIT;
	char			 path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/authorities.d/dir.conf", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(authorities_load(&all, conf, &problems, &err), -1);
	assert_int_equal(problems.n, 1);
	assert_int_equal(problems.v[0].line, 0);
	authorities_clear(&all);
	conf_problems_clear(&problems);
	rmdir(path);
}

/* The surest way wins, whatever the order of the files. */
static void
test_recognise(void **state)
{
	struct authorities	 all;
	struct err		 err = ERR_INIT;
	struct authority_issuer	 issuer = { 0 };
	enum authority_by	 by;

	(void)state;
	put("1name.conf", "[authority]\nname = N\n[recognise]\n"
	    "organization_id = VATPL-1\ncommon_name = Same name\n");
	put("2keyid.conf", "[authority]\nname = I\n[recognise]\n"
	    "key_id = 01020304\n");
	put("3key.conf", "[authority]\nname = K\n[recognise]\n"
	    "key_sha256 = " KEY_A "\n[trust]\ncertificate = /x\n");
	assert_int_equal(authorities_load(&all, conf, NULL, &err), 0);
	assert_int_equal(all.n, 3);

	assert_null(authority_for(&all, &issuer, NULL));
	issuer.common_name = "Same name";
	assert_null(authority_for(&all, &issuer, NULL));
	issuer.organization_id = "VATPL-2";
	assert_null(authority_for(&all, &issuer, NULL));
	issuer.organization_id = "VATPL-1";
	assert_ptr_equal(authority_for(&all, &issuer, &by), &all.v[0]);
	assert_int_equal(by, AUTHORITY_BY_NAME);
	issuer.key_id = "01020304";
	assert_ptr_equal(authority_for(&all, &issuer, &by), &all.v[1]);
	assert_int_equal(by, AUTHORITY_BY_KEY_ID);
	/* As cert_authority_keys finds it. */
	all.v[2].hashed_ids.v[all.v[2].hashed_ids.n++] = strdup("01020304");
	assert_ptr_equal(authority_for(&all, &issuer, &by), &all.v[2]);
	assert_int_equal(by, AUTHORITY_BY_KEY);
	authorities_clear(&all);
	drop("1name.conf");
	drop("2keyid.conf");
	drop("3key.conf");
}

static void
test_example(void **state)
{
	struct authorities	 all;
	struct err		 err = ERR_INIT;
	const char		*top = getenv("abs_top_srcdir");
	char			 file[4096];

	(void)state;
	snprintf(file, sizeof(file), "%s/kiosk/examples/okienko.conf",
	    top != NULL ? top : ".");
	assert_int_equal(authorities_load(&all, file, NULL, &err), 0);
	assert_int_equal(all.n, 1);
	assert_string_equal(all.v[0].id, "example");
	assert_int_equal(all.v[0].max_certificates, 3);
	authorities_clear(&all);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_servers_owner),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_recognise),
		cmocka_unit_test(test_example),
	};
	char	 sub[64];
	int	 failed;

	if (mkdtemp(folder) == NULL)
		return 99;
	snprintf(sub, sizeof(sub), "%s/authorities.d", folder);
	mkdir(sub, 0700);
	snprintf(conf, sizeof(conf), "%s/okienko.conf", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(sub);
	rmdir(folder);
	return failed;
}
