/*
 * A registry of any version before is brought to the present one with all that
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
#include "registry/asked.h"
#include "registry/cases.h"
#include "registry/find.h"
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
put_sql(struct regtest *t, int version)
{
	const char *dir = getenv("srcdir") != NULL ? getenv("srcdir") : ".";
	char path[512];
	struct err err = ERR_INIT;
	struct buf buf;

	snprintf(path, sizeof path, "%s/tests/registry/version%d.sql", dir,
	    version);
	buf_init(&buf, 1u << 20);
	if (file_read(path, path, &buf, &err) == -1 ||
	    buf_add(&buf, "", 1) == -1)
		fail_msg("%s", path);
	regtest_sql(t->file, (const char *)buf.data);
	buf_clear(&buf);
}

/* Each version's file says what it had beside the one before. */
static void
put_version(struct regtest *t, int version)
{
	char key[128];
	FILE *f;
	int fd = open(t->file, O_CREAT | O_WRONLY, 0600);

	assert_int_not_equal(fd, -1);
	close(fd);
	for (int v = 1; v <= version; v++)
		put_sql(t, v);
	snprintf(key, sizeof key, "%s.key", t->file);
	fd = open(key, O_CREAT | O_WRONLY, 0600);
	assert_int_not_equal(fd, -1);
	f = fdopen(fd, "w");
	fputs(VERSION1_KEY, f);
	fclose(f);
}

#define FACTS(file, f)	regtest_facts(file, f, sizeof (f) / sizeof *(f))

/*
 * Rows of what version 2 brought; and table seen of version 3 says what it said
 * before, in fewer bytes.
 */
static void
has_its_rows(struct regtest *t, int version)
{
	bool two = version > 1;
	const struct regtest_fact facts[] = {
		{ "SELECT count(*) FROM cases", two },
		{ "SELECT count(*) FROM seen", two ? 2 : 1 },
		{ "SELECT count(*) FROM seen"
		    " WHERE card = 1 AND first_at IS NULL AND last_at IS NULL",
		    1 },
		{ "SELECT count(*) FROM seen"
		    " WHERE card = 1 AND moved = 1 AND gone_at = 1795348900",
		    two },
		{ "SELECT count(*) FROM seen"
		    " WHERE card = 2 AND first_at = 1795348900"
		    " AND last_at = 1795348999 AND moved IS NULL", two },
		{ "SELECT sum(length(idents)) FROM cert",
		    version >= 7 ? 40 : two ? 32 : 24 },
	};

	FACTS(t->file, facts);
}

/* Of an older question it can be said neither why nor for how long. */
static void
has_its_question(struct registry *reg)
{
	struct err err = ERR_INIT;
	struct asked a;
	int64_t id;
	bool sent;

	assert_int_equal(asked_find(reg, "pyt-1", &id, &err), 0);
	assert_int_equal(asked_get(reg, id, &a, &err), 0);
	assert_int_equal(asked_withdraw(reg, id, "telefon", REGTEST_NOW, &sent,
	    &err), 0);
	assert_true(sent);
	assert_int_equal(asked_get(reg, id, &a, &err), 1);
	assert_int_equal(a.withdrawn, REGTEST_NOW);
}

/* Since version 7 it can. */
static void
has_its_words_of_law(struct registry *reg)
{
	struct err err = ERR_INIT;
	struct asked a;
	int64_t id;

	assert_int_equal(asked_find(reg, "pyt-2", &id, &err), 0);
	assert_int_equal(asked_get(reg, id, &a, &err), 1);
	assert_int_equal(a.basis, ASKED_BY_CONTRACT);
	assert_string_equal(a.clause, "wzór 3");
	assert_int_equal(a.agreed, REGTEST_NOW - 1);
}

/* By an index of version 8, which the file's own mailboxes are in. */
static void
finds_its_mailbox(struct registry *reg, int version)
{
	const struct find_options o = { .now = REGTEST_NOW };
	struct finder *f = finder_new();
	struct err err = ERR_INIT;
	struct find_answer *a;

	if (finder_ask(f, reg, "Jan@przyklad.pl", &o, &a, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	assert_int_equal(a->nhits, version >= 7);
	if (a->nhits > 0)
		assert_string_equal(a->hits[0].cert.holder, "Jan Żółć");
	find_answer_free(a);
	finder_free(f);
}

/* What stands in fewer bytes since version 6 reads as before. */
static void
has_its_words(const struct record *r, int version)
{
	if (version < 5) {
		assert_null(r->id_mask);
		assert_string_equal(r->card_model, version == 1 ? "" : "karta");
		return;
	}
	assert_string_equal(r->id_mask, "PESEL 440*****359");
	assert_string_equal(r->email_mask, "j**@przyklad.pl");
	assert_string_equal(r->card_model, "Karta przykładowa");
	assert_string_equal(r->card_token, "TOKEN-2");
}

/* Who goes leaves nothing behind, on none of the cards. */
static void
can_be_erased(struct registry *reg, struct regtest *t)
{
	static const struct regtest_fact gone[] = {
		{ "SELECT count(*) FROM seen", 0 },
		{ "SELECT count(*) FROM card", 0 },
		{ "SELECT count(*) FROM token", 0 },
		{ "SELECT count(*) FROM model", 0 },
		{ "SELECT count(*) FROM ident WHERE cert = 2", 0 },
	};
	struct privacy_person who = { .row = 2 };
	struct err err = ERR_INIT;
	int64_t n;

	if (privacy_erase(reg, &who, "wniosek", &n, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	assert_int_equal(n, 1);
	FACTS(t->file, gone);
}

/* All that the version held, and cases can be opened. */
static void
is_whole(struct regtest *t, int version)
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
	assert_int_equal(info.orders, version < 4 ? 0 : 1);
	assert_int_equal(store_get_row(reg, 2, &r, &err), 0);
	assert_string_equal(r.holder, "Jan Żółć");
	assert_string_equal(r.cdp, "http://crl.example.org/1.crl");
	assert_int_equal(r.status, STATUS_SUSPENDED);
	assert_string_equal(r.card_number, version == 1 ? "6316 0001" :
	    "6316 0002");
	assert_int_equal(r.aia == NULL, version == 1);
	has_its_words(&r, version);
	record_clear(&r);
	assert_int_equal(privacy_access(reg, &who, "art. 15", &o, &err), 0);
	json_decref(o);
	has_its_rows(t, version);
	if (version >= 6)
		has_its_question(reg);
	if (version >= 7)
		has_its_words_of_law(reg);
	finds_its_mailbox(reg, version);
	open_case(reg);
	can_be_erased(reg, t);
	is_sound(reg);
	registry_close(reg);
}

static void
takes_a_file_of_a_version_before(void **state)
{
	void *own;

	put_version(*state, 1);
	is_whole(*state, 1);
	for (int version = 2; version < (int)schema_nsteps; version++) {
		assert_int_equal(regtest_setup(&own), 0);
		put_version(own, version);
		is_whole(own, version);
		regtest_teardown(&own);
	}
}

/* What each version has is there when it is the file's, and not before. */
static int64_t
version_of(struct regtest *t)
{
	int64_t version = regtest_sql_int(t->file, "PRAGMA user_version");
	const struct regtest_fact facts[] = {
		{ "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'case%'"
		    " OR name IN ('ca', 'fetched', 'issuer_url')",
		    version >= 2 ? 11 : 0 },
		{ "SELECT count(*) FROM pragma_table_info('cert')"
		    " WHERE name = 'idents'", version >= 3 },
		{ "SELECT count(*) FROM sqlite_schema WHERE name LIKE"
		    " 'order%' OR name LIKE 'outbox%'", version >= 4 ? 7 : 0 },
		{ "SELECT count(*) FROM sqlite_schema WHERE name LIKE"
		    " 'renewal%' AND type <> 'index'", version >= 5 ? 6 : 0 },
		{ "SELECT count(*) FROM sqlite_schema WHERE name = 'model'",
		    version >= 6 },
		{ "SELECT count(*) FROM pragma_table_info('token')"
		    " WHERE name = 'n'", version >= 6 },
		{ "SELECT count(*) FROM sqlite_schema WHERE name IN ('card',"
		    " 'cert', 'seen', 'token') AND sql LIKE"
		    " '%REFERENCES%DEFERRABLE INITIALLY DEFERRED%'",
		    version >= 6 ? 4 : 0 },
		{ "SELECT count(*) FROM cert, pragma_user_version"
		    " WHERE user_version < 6 AND instr(id_mask, char(5))"
		    " OR user_version >= 6 AND instr(id_mask, '**')", 0 },
		{ "SELECT count(*) FROM sqlite_schema WHERE name = 'asked'",
		    version >= 7 },
		{ "SELECT count(*) FROM sqlite_schema WHERE name ="
		    " 'ident_mailbox'", version >= 8 },
		{ "SELECT count(*) FROM sqlite_schema WHERE name ="
		    " 'cert_told'", version >= 9 },
	};

	FACTS(t->file, facts);
	return version;
}

/* Killed at the n-th write of bringing it up to date; false: there were less. */
static bool
is_killed(struct regtest *t, int n)
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		fault_at(FAULT_KILL, n);
		registry_close(regtest_open(t, REGISTRY_WRITE));
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		assert_int_equal(WTERMSIG(status), SIGKILL);
	return status != 0;
}

/*
 * Ended at each write of the step, in turn: before it, or behind it.  Behind it
 * begins the next one, which is ended with the files of the next version, and
 * behind the last what is left to be done.
 */
static void
survives_from(int before)
{
	bool killed = true, behind = false;
	int n;
	void *model;

	assert_int_equal(regtest_setup(&model), 0);
	put_version(model, before);
	for (n = 1; n < 500 && killed && !behind;
	    n += fault_step(FAULT_KILL)) {
		struct regtest *t = regtest_copy(model);

		killed = is_killed(t, n);
		behind = version_of(t) > before &&
		    before + 1 < (int)schema_nsteps;
		is_whole(t, before);
		regtest_remove(t);
	}
	assert_true(behind || !killed);
	assert_true(n > 10);
	fault_tried("a version's step", n, fault_step(FAULT_KILL));
	regtest_teardown(&model);
}

static void
survives_its_own_migration(void **state)
{
	(void)state;
	for (int version = 1; version < (int)schema_nsteps; version++)
		survives_from(version);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_a_file_of_a_version_before),
		cmocka_unit_test(survives_its_own_migration),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
