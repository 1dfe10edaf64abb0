/* Keeping the file: what a check finds, and copies while others write. */
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
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "base/part.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/store.h"
#include "tests/unit/regtest.h"

/* Names of few words and of many, with an organisation and without. */
static void
fill(struct registry *reg)
{
	struct err err = ERR_INIT;
	struct record r;

	regtest_put(reg, 1, "Ewa Żółć-Łęcka", "44051401359", "ewa@example.org");
	regtest_put(reg, 2, "Jan Kowalski", "02070803628", NULL);
	regtest_put(reg, 3, "Piekarnia", NULL, NULL);
	regtest_record(&r, 4, "Maria Anna Ewa Zofia Kowalska", NULL, NULL);
	r.org = mem_strdup("Zakład Maria");
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	record_clear(&r);
	regtest_record(&r, 5, "Piotr", NULL, NULL);
	r.org = mem_strdup("Zakład");
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	record_clear(&r);
}

/* --- check ------------------------------------------------------------------- */

struct findings {
	char	good[256], bad[256];	/* what was told, in words */
};

static void
note(const char *what, bool good, const char *detail, void *arg)
{
	struct findings *f = arg;
	char *to = good ? f->good : f->bad;

	assert_non_null(detail);
	snprintf(to + strlen(to), sizeof f->good - strlen(to), "%s ", what);
}

static enum err_code
check(struct regtest *t, struct findings *f)
{
	struct registry *reg = regtest_open(t, REGISTRY_READ);
	struct err err = ERR_INIT;
	int rc;

	memset(f, 0, sizeof *f);
	rc = keep_check(reg, note, f, &err);
	assert_int_equal(rc, err.code == ERR_NONE ? 0 : -1);
	registry_close(reg);
	return err.code;
}

static void
finds_nothing_wrong(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct findings f;

	fill(reg);
	registry_close(reg);
	assert_int_equal(check(t, &f), ERR_NONE);
	assert_string_equal(f.good, "integrity foreign-keys index journal ");
	assert_string_equal(f.bad, "");
}

#define A_CARD	"INSERT INTO model VALUES (1, '');" \
	"INSERT INTO card VALUES (1, '', 1, 0, 0, 0, 1);"

static const struct {
	const char	*sql, *what;
	enum err_code	 code;
} faults[] = {
	{ "DELETE FROM word WHERE word = 'jan'", "index ", ERR_REGISTRY_BROKEN },
	{ "UPDATE word SET n = 7 WHERE word = 'jan'", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "UPDATE word SET word = 'jam' WHERE word = 'jan'", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "DELETE FROM name_ix WHERE cert = 3", "index ", ERR_REGISTRY_BROKEN },
	{ "INSERT INTO name_ix SELECT a, b, 77 FROM name_ix LIMIT 1", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "UPDATE cert SET holder = 'Anna' WHERE id = 2", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "UPDATE ident SET kind = 77 WHERE kind = 5", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "UPDATE ident SET hash = 1 << 56 WHERE cert = 1 AND kind = 0;"
	    "INSERT INTO tomb VALUES (0, x'01000000000000000000000000000000',"
	    " 0, 0)", "index ",
	    ERR_REGISTRY_BROKEN },
	{ A_CARD
	    "UPDATE cert SET card = 1 WHERE id = 1", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "UPDATE cert SET issuer = 99 WHERE id = 1", "foreign-keys ",
	    ERR_REGISTRY_BROKEN },
	{ "INSERT INTO seen (card, cert, moved) VALUES (5, 1, 1)",
	    "foreign-keys ", ERR_REGISTRY_BROKEN },
	{ A_CARD
	    "INSERT INTO seen (card, cert) VALUES (1, 1)", "index ",
	    ERR_REGISTRY_BROKEN },
	{ A_CARD
	    "INSERT INTO seen (card, cert, moved) VALUES (1, 77, 1)", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "INSERT INTO card VALUES (1, '', 1, 0, 0, 0, NULL)", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "INSERT INTO model VALUES (1, 'niczyja')", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "DELETE FROM ident WHERE kind = 5", "index ", ERR_REGISTRY_BROKEN },
	{ "INSERT INTO ident VALUES (7, 1, 0)", "index ", ERR_REGISTRY_BROKEN },
	{ "UPDATE cert SET idents = NULL WHERE id = 1", "index ",
	    ERR_REGISTRY_BROKEN },
	{ "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage ="
	    " (SELECT rootpage FROM sqlite_schema WHERE name = 'cert_order')"
	    " WHERE name = 'seen_moved'", "integrity ", ERR_REGISTRY_BROKEN },
	{ "DROP INDEX cert_serial", "index ", ERR_REGISTRY_BROKEN },
	{ "DROP INDEX cert_serial; CREATE INDEX cert_serial ON cert(serial)",
	    "index ", ERR_REGISTRY_BROKEN },
	{ "DROP TRIGGER case_event_stays", "index ", ERR_REGISTRY_BROKEN },
	{ "CREATE TRIGGER theirs AFTER INSERT ON cert BEGIN"
	    " DELETE FROM tomb; END", "index ", ERR_REGISTRY_BROKEN },
	{ "DELETE FROM tomb", "index ", ERR_REGISTRY_BROKEN },
	{ "DROP TRIGGER journal_keeps; DELETE FROM journal; CREATE TRIGGER"
	    " journal_keeps BEFORE DELETE ON journal BEGIN"
	    " SELECT RAISE(ABORT, 'the journal is append-only'); END",
	    "journal ", ERR_REGISTRY_JOURNAL },
};

/* One restricted for good, another no longer. */
static void
restrict_and_lift(struct registry *reg)
{
	struct privacy_person one = { .row = 1 }, two = { .row = 2 };
	struct err err = ERR_INIT;

	assert_int_equal(privacy_restrict(reg, &one, true, "x", NULL, &err), 0);
	assert_int_equal(privacy_restrict(reg, &two, true, "x", NULL, &err), 0);
	assert_int_equal(privacy_restrict(reg, &two, false, "x", NULL, &err),
	    0);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
}

static void
finds_what_is_wrong(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct findings f;
		struct regtest *t;
		struct registry *reg;
		void *own;

		assert_int_equal(regtest_setup(&own), 0);
		t = own;
		reg = regtest_open(t, REGISTRY_CREATE);
		fill(reg);
		restrict_and_lift(reg);
		registry_close(reg);
		regtest_sql(t->file, faults[i].sql);
		if (check(t, &f) != faults[i].code ||
		    strstr(f.bad, faults[i].what) == NULL)
			fail_msg("%s: %s", faults[i].sql, f.bad);
		regtest_teardown(&own);
	}
}

/* --- backup ------------------------------------------------------------------ */

struct meanwhile {
	const struct regtest *t;
	int	 calls, cancel_at;
};

/* Another desk, which writes while the backup runs. */
static int
write_meanwhile(int64_t done, int64_t total, void *arg)
{
	struct meanwhile *m = arg;

	assert_true(done >= 0 && done <= total);
	if (m->calls++ == 0) {
		struct registry *other = regtest_open(m->t, REGISTRY_WRITE);

		regtest_put(other, 5000, "Nowa Osoba", NULL, NULL);
		registry_close(other);
	}
	return m->calls == m->cancel_at;
}

static void
backs_up_while_others_write(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct meanwhile m = { .t = t };
	struct err err = ERR_INIT;
	struct stat st;
	unsigned i;

	assert_int_equal(registry_begin(reg, &err), 0);
	for (i = 0; i < 300; i++) {
		char name[40];

		snprintf(name, sizeof name, "Osoba nr %u", i);
		regtest_put(reg, i, name, NULL, NULL);
	}
	assert_int_equal(registry_commit(reg, &err), 0);
	/* More pages than a step takes. */
	regtest_sql(t->file, "CREATE TABLE big (x BLOB);"
	    "INSERT INTO big VALUES (zeroblob(8000000))");
	if (keep_backup(reg, copy, true, write_meanwhile, &m, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	assert_true(m.calls > 0);
	registry_close(reg);

	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    301);
	assert_int_equal(regtest_sql_int(copy, "SELECT count(*) FROM cert"),
	    300);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(regtest_path(t, "copy.part"), F_OK), -1);
	assert_int_equal(access(regtest_path(t, "copy-wal"), F_OK), -1);
	assert_int_equal(stat(regtest_path(t, "copy.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* A backup opens as a registry, with the key that went along. */
static void
backup_is_a_registry(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct registry_options o = { .path = regtest_path(t, "copy") };
	struct err err = ERR_INIT;

	fill(reg);
	assert_int_equal(keep_backup(reg, o.path, true, NULL, NULL, &err), 0);
	registry_close(reg);
	assert_int_equal(registry_open(&reg, REGISTRY_READ, &o, &err), 0);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	registry_close(reg);
}

static void
backup_leaves_others_alone(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy"), *key, *part;
	struct err err = ERR_INIT;
	FILE *f;

	f = fopen(copy, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_EXISTS);
	err_clear(&err);
	assert_int_equal(unlink(copy), 0);
	key = regtest_path(t, "copy.key");
	assert_int_equal(symlink("/nowhere", key), 0);
	assert_int_equal(keep_backup(reg, copy, true, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_EXISTS);
	err_clear(&err);
	assert_int_equal(access(copy, F_OK), -1);
	part = regtest_path(t, "copy.part");
	assert_int_equal(symlink("/nowhere", part), 0);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_EXISTS);
	err_clear(&err);
	assert_int_equal(unlink(part), 0);
	assert_int_equal(keep_backup(reg, regtest_path(t, "no/such/copy"),
	    false, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NO_FILE);
	registry_close(reg);
}

/* What somebody left who was killed, and what somebody is at just now. */
static void
backup_begins_again(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	const char *part = regtest_path(t, "copy.part");
	struct err err = ERR_INIT;
	int fd = part_make(part);

	fill(reg);
	assert_true(fd != -1);
	assert_int_equal(write(fd, "half", 4), 4);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_EXISTS);
	assert_string_equal(err.what, part);
	err_clear(&err);
	close(fd);
	assert_int_equal(access(part, F_OK), 0);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	assert_int_equal(access(part, F_OK), -1);
	assert_int_equal(regtest_sql_int(copy, "SELECT count(*) FROM cert"), 5);
	registry_close(reg);
}

static void
backup_can_be_cancelled(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct meanwhile m = { .t = t, .cancel_at = 1 };
	struct err err = ERR_INIT;

	regtest_sql(t->file, "CREATE TABLE big (x BLOB);"
	    "INSERT INTO big VALUES (zeroblob(8000000))");
	assert_int_equal(keep_backup(reg, copy, false, write_meanwhile, &m,
	    &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	assert_int_equal(access(copy, F_OK), -1);
	assert_int_equal(access(regtest_path(t, "copy.part"), F_OK), -1);
	registry_close(reg);
}

static void
backup_is_journalled(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	int64_t bad;

	assert_int_equal(keep_backup(reg, regtest_path(t, "copy"), false, NULL,
	    NULL, &err), 0);
	assert_int_equal(journal_check(reg, &bad, &err), 0);
	registry_close(reg);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT action FROM journal ORDER BY seq DESC"), JOURNAL_BACKUP);
}

static int
take_the_keys_name(int64_t done, int64_t total, void *key)
{
	(void)done;
	(void)total;
	return mkdir(key, 0700) == -1 && access(key, F_OK) == -1;
}

/* Its entry comes first, so that nobody has a copy of which nothing is known. */
static void
backup_without_its_key_is_none(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	const char *key = regtest_path(t, "copy.key");
	struct err err = ERR_INIT;

	/* More pages than a step takes. */
	regtest_sql(t->file, "CREATE TABLE big (x BLOB);"
	    "INSERT INTO big VALUES (zeroblob(8000000))");
	assert_int_equal(keep_backup(reg, copy, true, take_the_keys_name,
	    (void *)(uintptr_t)key, &err), -1);
	assert_int_equal(err.code, ERR_EXISTS);
	assert_int_equal(access(copy, F_OK), -1);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT action FROM journal ORDER BY seq DESC"), JOURNAL_BACKUP);
	assert_int_equal(rmdir(key), 0);
	err_clear(&err);
	assert_int_equal(keep_backup(reg, copy, true, NULL, NULL, &err), 0);
	assert_int_equal(regtest_sql_int(copy,
	    "SELECT action FROM journal ORDER BY seq DESC"), JOURNAL_BACKUP);
	registry_close(reg);
}

/* --- restore ------------------------------------------------------------------ */

static int
restore(struct regtest *t, const char *file, char **kept, struct err *err)
{
	struct registry_options o = { .path = t->file, .account = "kasia",
	    .point = "punkt 1" };

	err_clear(err);
	return keep_restore(&o, file, kept, err);
}

/* Another desk has the registry open all the while, and goes on. */
static void
restores_under_others(void **state)
{
	struct regtest *t = *state;
	struct registry *desk = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct err err = ERR_INIT;
	struct record r, none;
	char *kept;

	fill(desk);
	assert_int_equal(keep_backup(desk, copy, false, NULL, NULL, &err), 0);
	regtest_put(desk, 100, "Po Kopii", NULL, NULL);
	if (restore(t, copy, &kept, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    5);
	assert_int_equal(regtest_sql_int(kept, "SELECT count(*) FROM cert"), 6);
	free(kept);
	regtest_record(&r, 100, "", NULL, NULL);
	assert_int_equal(store_get(desk, &r.issuer, r.serial, r.serial_len,
	    &none, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	record_clear(&r);
	err_clear(&err);
	assert_int_not_equal(regtest_put(desk, 101, "Nowa", NULL, NULL), 0);
	assert_int_equal(keep_check(desk, NULL, NULL, &err), 0);
	registry_close(desk);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM journal WHERE action = 5"), 1);
}

/* A desk that writes when the copy is made and the backup not yet in place. */
static struct {
	sqlite3	*db;
	int	 rc;	/* how that went; -1: never tried */
} between = { .rc = -1 };

static int
write_between(unsigned what, void *arg, void *st, void *text)
{
	(void)what;
	(void)arg;
	(void)st;
	if (between.rc == -1 &&
	    strcmp(text, "PRAGMA journal_mode = DELETE") == 0)
		between.rc = sqlite3_exec(between.db, "UPDATE cert SET"
		    " last_seen = 7 WHERE id = 1", NULL, NULL, NULL);
	return 0;
}

static int
watch(sqlite3 *db, char **message, const struct sqlite3_api_routines *api)
{
	(void)message;
	(void)api;
	return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, write_between, NULL);
}

static void
loses_nothing_between(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct err err = ERR_INIT;

	fill(reg);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	assert_int_equal(sqlite3_open(t->file, &between.db), SQLITE_OK);
	sqlite3_auto_extension((void (*)(void))watch);
	assert_int_equal(restore(t, copy, NULL, &err), 0);
	sqlite3_cancel_auto_extension((void (*)(void))watch);
	assert_int_equal(between.rc, SQLITE_BUSY);
	/* And then it goes on. */
	assert_int_equal(sqlite3_exec(between.db, "UPDATE cert SET"
	    " last_seen = 7 WHERE id = 1", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(between.db);
	registry_close(reg);
}

static void
restores_what_was_lost(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct err err = ERR_INIT;
	struct findings f;
	char *kept;
	FILE *broken;

	fill(reg);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	registry_close(reg);
	/* Gone. */
	assert_int_equal(unlink(t->file), 0);
	assert_int_equal(restore(t, copy, &kept, &err), 0);
	assert_null(kept);
	assert_int_equal(check(t, &f), ERR_NONE);
	/* Not a database any more. */
	broken = fopen(t->file, "w");
	assert_non_null(broken);
	fputs("this is not what it was", broken);
	fclose(broken);
	assert_int_equal(restore(t, copy, &kept, &err), 0);
	assert_int_equal(access(kept, F_OK), 0);
	free(kept);
	assert_int_equal(check(t, &f), ERR_NONE);
	/* It opens, but is broken within. */
	regtest_sql(t->file, "PRAGMA writable_schema = ON;"
	    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM"
	    " sqlite_schema WHERE name = 'cert_order')"
	    " WHERE name = 'seen_moved'");
	assert_int_equal(check(t, &f), ERR_REGISTRY_BROKEN);
	assert_int_equal(restore(t, copy, &kept, &err), 0);
	assert_int_equal(access(kept, F_OK), 0);
	free(kept);
	assert_int_equal(check(t, &f), ERR_NONE);
}

static enum err_code
opened(struct regtest *t, enum registry_mode mode)
{
	struct registry_options o = { .path = t->file };
	struct registry *reg;
	struct err err = ERR_INIT;

	if (registry_open(&reg, mode, &o, &err) == 0) {
		assert_true(registry_is_anew(reg));
		registry_close(reg);
	}
	return err.code;
}

/* Its key shows that there was one: no new one takes its place unseen. */
static void
misses_what_was_emptied(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct err err = ERR_INIT;
	struct findings f;
	struct stat st;

	assert_false(registry_is_anew(reg));
	fill(reg);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	registry_close(reg);
	for (off_t size = 0; size < 512; size += 511) {
		assert_int_equal(truncate(t->file, size), 0);
		for (int mode = REGISTRY_READ; mode <= REGISTRY_CREATE; mode++)
			assert_int_equal(opened(t, (enum registry_mode)mode),
			    ERR_REGISTRY_BROKEN);
		assert_int_equal(stat(t->file, &st), 0);
		assert_int_equal(st.st_size, size);
		assert_int_equal(restore(t, copy, NULL, &err), 0);
		assert_int_equal(check(t, &f), ERR_NONE);
	}
	assert_int_equal(utimensat(AT_FDCWD, regtest_path(t, "registry.db.key"),
	    (struct timespec[2]){ { .tv_sec = 1 }, { .tv_sec = 1 } }, 0), 0);
	assert_int_equal(unlink(t->file), 0);
	assert_int_equal(opened(t, REGISTRY_READ), ERR_NO_REGISTRY);
	assert_int_equal(opened(t, REGISTRY_WRITE), ERR_NO_REGISTRY);
	assert_int_equal(opened(t, REGISTRY_CREATE), ERR_NONE);
}

/* Of a registry that was made with other pages; its own stay as they are. */
static void
restores_other_pages(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	char *name = mem_printf("%s.paged", t->file), *kept;
	struct err err = ERR_INIT;
	struct findings f;

	fill(reg);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	regtest_sql(copy, "PRAGMA page_size = 8192; VACUUM");
	assert_int_equal(regtest_sql_int(copy, "PRAGMA page_size"), 8192);
	regtest_sql(t->file, "DELETE FROM seen; DELETE FROM cert");
	/* Of one that was killed on its way. */
	assert_int_equal(close(creat(name, 0600)), 0);
	if (restore(t, copy, &kept, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	assert_int_equal(access(kept, F_OK), 0);
	free(kept);
	assert_int_equal(access(name, F_OK), -1);
	assert_int_equal(regtest_sql_int(t->file, "PRAGMA page_size"), 4096);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    5);
	registry_close(reg);
	assert_int_equal(check(t, &f), ERR_NONE);
	/* The other way round, and where there is none. */
	regtest_sql(copy, "PRAGMA page_size = 4096; VACUUM");
	regtest_sql(t->file, "PRAGMA journal_mode = DELETE;"
	    "PRAGMA page_size = 8192; VACUUM");
	assert_int_equal(restore(t, copy, &kept, &err), 0);
	free(kept);
	assert_int_equal(regtest_sql_int(t->file, "PRAGMA page_size"), 8192);
	assert_int_equal(check(t, &f), ERR_NONE);
	regtest_sql(copy, "PRAGMA page_size = 8192; VACUUM");
	assert_int_equal(unlink(t->file), 0);
	assert_int_equal(restore(t, copy, &kept, &err), 0);
	assert_null(kept);
	assert_int_equal(check(t, &f), ERR_NONE);
	free(name);
}

/* What is no backup of this registry does not touch it. */
static void
refuses_what_is_no_backup(void **state)
{
	static const struct {
		const char	*sql;
		enum err_code	 code;
	} bad[] = {
		{ "PRAGMA user_version = 99", ERR_REGISTRY_NEWER },
		{ "PRAGMA user_version = 0", ERR_REGISTRY_BROKEN },
		{ "PRAGMA application_id = 7", ERR_REGISTRY_BROKEN },
		{ "UPDATE meta SET value = zeroblob(16) WHERE name = 'key'",
		    ERR_REGISTRY_KEY },
		{ "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET"
		    " rootpage = 3 WHERE name = 'seen_moved'",
		    ERR_REGISTRY_BROKEN },
	};
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy"), *dir;
	struct err err = ERR_INIT;
	struct findings f;
	size_t i;

	fill(reg);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&err);
		assert_int_equal(keep_backup(reg, copy, false, NULL, NULL,
		    &err), 0);
		regtest_sql(copy, bad[i].sql);
		assert_int_equal(restore(t, copy, NULL, &err), -1);
		if (err.code != bad[i].code)
			fail_msg("%s: %s %s", bad[i].sql, err_id(err.code),
			    err.detail);
		assert_int_equal(unlink(copy), 0);
	}
	assert_int_equal(restore(t, copy, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NO_FILE);
	dir = t->dir;
	assert_int_equal(restore(t, dir, NULL, &err), -1);
	assert_int_equal(err.code, ERR_REGISTRY_BROKEN);
	registry_close(reg);
	assert_int_equal(check(t, &f), ERR_NONE);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    5);
}

static void
account_is(struct registry *reg, int64_t row, const char *account)
{
	struct err err = ERR_INIT;
	struct record r;

	assert_int_equal(store_get_row(reg, row, &r, &err), 0);
	assert_string_equal(r.account, account);
	record_clear(&r);
}

/* In a folder of a group: for all of it, and each entry says whose it is. */
static void
is_shared_by_a_group(void **state)
{
	static const char *const files[] = { "registry.db", "registry.db.key",
	    "registry.db-wal", "registry.db-shm" };
	struct regtest *t = *state;
	const struct registry_options o = { .path = t->file, .point = "punkt 1",
	    .account = "ola" };
	struct registry *reg, *other;
	struct err err = ERR_INIT;
	int64_t first, second;
	struct stat st;

	assert_int_equal(chmod(t->dir, 02770), 0);
	reg = regtest_open(t, REGISTRY_CREATE);
	first = regtest_put(reg, 1, "Ewa", NULL, NULL);
	assert_int_equal(registry_open(&other, REGISTRY_WRITE, &o, &err), 0);
	second = regtest_put(other, 2, "Jan", NULL, NULL);
	account_is(other, first, "kasia");
	account_is(reg, second, "ola");
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		assert_int_equal(stat(regtest_path(t, files[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0660);
	}
	registry_close(other);
	registry_close(reg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_nothing_wrong),
		cmocka_unit_test(finds_what_is_wrong),
		TEST(backs_up_while_others_write),
		TEST(backup_is_a_registry),
		TEST(backup_leaves_others_alone),
		TEST(backup_begins_again),
		TEST(backup_can_be_cancelled),
		TEST(backup_is_journalled),
		TEST(backup_without_its_key_is_none),
		TEST(restores_under_others),
		TEST(loses_nothing_between),
		TEST(restores_what_was_lost),
		TEST(misses_what_was_emptied),
		TEST(restores_other_pages),
		TEST(refuses_what_is_no_backup),
		TEST(is_shared_by_a_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
