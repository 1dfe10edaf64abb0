/*
 * A registry of the version before is brought to the present one with all that
 * it holds, also when the desk is killed at any write of that.
 */
#include "config.h"

#include <sys/wait.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "registry/cases.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/schema.h"
#include "registry/store.h"
#include "tests/unit/faultvfs.h"
#include "tests/unit/regtest.h"

#define EWA	"44051401359"
#define VERSION1_KEY \
	"36F6EC6407034414E70FA326B12CC2C410BCE291D83184F3D6AF14E0ECA02C01"

static void
is_sound(struct registry *reg)
{
	struct err err = ERR_INIT;

	if (keep_check(reg, NULL, NULL, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

static void
open_case(struct registry *reg)
{
	struct case_summary sum = { .state = "draft", .open = true };
	struct case_event e = { .at = REGTEST_NOW, .kind = "opened" };
	struct err err = ERR_INIT;
	struct record r;
	bool existing;
	int64_t id;

	regtest_record(&r, 7, "Ktoś Nowy", NULL, NULL);
	if (cases_open(reg, &r, "revoke", &e, &sum, &id, &existing,
	    &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	record_clear(&r);
}

static void
put_version1(struct regtest *t)
{
	const char *dir = getenv("srcdir") != NULL ? getenv("srcdir") : ".";
	char path[512], key[128];
	struct err err = ERR_INIT;
	struct buf buf;
	FILE *f;
	int fd;

	snprintf(path, sizeof path, "%s/tests/registry/version1.sql", dir);
	buf_init(&buf, 1u << 20);
	if (file_read(path, path, &buf, &err) == -1 ||
	    buf_add(&buf, "", 1) == -1)
		fail_msg("%s", path);
	fd = open(t->file, O_CREAT | O_WRONLY, 0600);
	assert_int_not_equal(fd, -1);
	close(fd);
	regtest_sql(t->file, (const char *)buf.data);
	buf_clear(&buf);
	snprintf(key, sizeof key, "%s.key", t->file);
	fd = open(key, O_CREAT | O_WRONLY, 0600);
	assert_int_not_equal(fd, -1);
	f = fdopen(fd, "w");
	fputs(VERSION1_KEY, f);
	fclose(f);
}

/* All that version 1 held, and cases can be opened. */
static void
is_whole(struct regtest *t)
{
	struct privacy_person who = { .identifier = EWA };
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	struct registry_info info;
	struct err err = ERR_INIT;
	struct record r;
	json_t *o;

	is_sound(reg);
	assert_int_equal(registry_info(reg, &info, &err), 0);
	assert_int_equal(info.version, (int)schema_nsteps);
	assert_int_equal(info.certs, 2);
	assert_int_equal(info.erased, 2);
	assert_int_equal(info.cases, 0);
	assert_int_equal(store_get_row(reg, 2, &r, &err), 0);
	assert_string_equal(r.holder, "Jan Żółć");
	assert_string_equal(r.cdp, "http://crl.example.org/1.crl");
	assert_int_equal(r.status, STATUS_SUSPENDED);
	assert_string_equal(r.card_number, "6316 0001");
	assert_null(r.aia);
	record_clear(&r);
	assert_int_equal(privacy_access(reg, &who, "art. 15", &o, &err), 0);
	json_decref(o);
	open_case(reg);
	is_sound(reg);
	registry_close(reg);
}

static void
takes_a_file_of_the_version_before(void **state)
{
	put_version1(*state);
	is_whole(*state);
}

/* Ended at each write of the step, in turn: before it, or behind it. */
static void
survives_its_own_migration(void **state)
{
	int n, status = -1, killed = 0;
	void *own;
	pid_t pid;

	(void)state;
	for (n = 1; n < 500 && status != 0; n++) {
		struct regtest *t;
		int64_t version;

		assert_int_equal(regtest_setup(&own), 0);
		t = own;
		put_version1(t);
		pid = fork();
		assert_int_not_equal(pid, -1);
		if (pid == 0) {
			fault_at(FAULT_KILL, n);
			registry_close(regtest_open(t, REGISTRY_WRITE));
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (status != 0)
			assert_int_equal(WTERMSIG(status), SIGKILL);
		killed += status != 0;
		version = regtest_sql_int(t->file, "PRAGMA user_version");
		assert_int_equal(regtest_sql_int(t->file,
		    "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'case%'"
		    " OR name IN ('ca', 'fetched', 'issuer_url')"),
		    version == 2 ? 11 : 0);
		is_whole(t);
		regtest_teardown(&own);
	}
	assert_int_equal(status, 0);
	assert_true(killed > 10);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_a_file_of_the_version_before),
		cmocka_unit_test(survives_its_own_migration),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
