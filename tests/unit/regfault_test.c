/*
 * What a bad disk, a bad file and other desks do to the registry: one sentence
 * each, nothing lost, nothing half done.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "registry/import.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "registry/remembered.h"
#include "registry/schema.h"
#include "registry/store.h"
#include "tests/unit/certmake.h"
#include "tests/unit/faultvfs.h"
#include "tests/unit/regtest.h"

#define EWA	"44051401359"
#define NOBODY	65534

int64_t	__wrap_clock_now(void);

static int64_t now = REGTEST_NOW;

int64_t
__wrap_clock_now(void)
{
	return now;
}

/* --- a disk that fails at each write -------------------------------------------- */

struct deed {
	const char	*name;
	/* 0, or -1 and err; reg is NULL for what opens it itself. */
	int		(*run)(struct regtest *, struct registry *, struct err *);
	/* Rows of cert before, and when it is done. */
	int64_t		 before, after;
	bool		 fresh;		/* there is no registry before it */
};

static int
create(struct regtest *t, struct registry *reg, struct err *err)
{
	struct registry_options o = { .path = t->file };

	if (registry_open(&reg, REGISTRY_CREATE, &o, err) == -1)
		return -1;
	registry_close(reg);
	return 0;
}

static int
store(struct regtest *t, struct registry *reg, struct err *err)
{
	struct record r;
	int rc;

	(void)t;
	regtest_record(&r, 50, "Nowa Osoba", EWA, "nowa@example.org");
	rc = store_cert(reg, &r, NULL, err);
	record_clear(&r);
	return rc;
}

static int
remember(struct regtest *t, struct registry *reg, struct err *err)
{
	struct seen_token token = { "TOKEN", "karta" };
	struct seen_card seen = { .tokens = &token, .ntokens = 1,
	    .number = "1", .model = "m", .ncerts = 1, .whole = true };
	struct seen_change change;
	struct err ignored = ERR_INIT;
	struct cert *c;
	const struct cert *list[1];
	uint8_t *der;
	size_t len;
	int rc;

	(void)t;
	der = make_cert(make_profile("qualified"), &len);
	assert_int_equal(cert_parse(der, len, &c, &ignored), 0);
	list[0] = c;
	seen.certs = list;
	rc = remembered_put(reg, &seen, REGTEST_NOW, &change, err);
	cert_free(c);
	free(der);
	return rc;
}

static int
erase(struct regtest *t, struct registry *reg, struct err *err)
{
	struct privacy_person who = { .identifier = EWA };
	int64_t n = 0;
	int rc = privacy_erase(reg, &who, "wniosek", &n, err);

	(void)t;
	/* The rows are gone, and only the log is not empty yet. */
	return rc == -1 && n == 2 ? 0 : rc;
}

static int
retain(struct regtest *t, struct registry *reg, struct err *err)
{
	int64_t n = 0;
	int rc = privacy_retain(reg, 1, REGTEST_NOW + 10 * 86400, false, &n,
	    err);

	(void)t;
	return rc == -1 && n == 3 ? 0 : rc;
}

static int
back_up(struct regtest *t, struct registry *reg, struct err *err)
{
	const char *copy = regtest_path(t, "copy");
	int rc = keep_backup(reg, copy, false, NULL, NULL, err);

	assert_int_equal(access(regtest_path(t, "copy.part"), F_OK), -1);
	/* If it is there at all, it is whole. */
	if (access(copy, F_OK) == 0)
		assert_int_equal(regtest_sql_int(copy,
		    "SELECT count(*) FROM cert"), 3);
	else
		assert_int_equal(rc, -1);
	return rc;
}

static const struct deed deeds[] = {
	{ "create", create, 0, 0, true },
	{ "store", store, 3, 4, false },
	{ "remember", remember, 3, 4, false },
	{ "erase", erase, 3, 1, false },
	{ "retain", retain, 3, 0, false },
	{ "backup", back_up, 3, 3, false },
};

/* The registry of three, which each deed but the first finds. */
static struct regtest *
make_model(void)
{
	struct registry *reg;
	void *own;

	assert_int_equal(regtest_setup(&own), 0);
	reg = regtest_open(own, REGISTRY_CREATE);
	regtest_put(reg, 1, "Ewa Łęcka", EWA, NULL);
	regtest_put(reg, 2, "Ewa Żółć", EWA, NULL);
	regtest_put(reg, 3, "Jan", NULL, NULL);
	registry_close(reg);
	return own;
}

static struct regtest *
make_place(const struct deed *deed, const struct regtest *model)
{
	void *own;

	if (!deed->fresh)
		return regtest_copy(model);
	assert_int_equal(regtest_setup(&own), 0);
	return own;
}

/* One registry, one deed, one fault; false when the fault was not reached. */
static bool
suffer(const struct deed *deed, const struct regtest *model, enum fault fault,
    int n)
{
	struct regtest *t = make_place(deed, model);
	struct registry *reg = NULL;
	struct err err = ERR_INIT;
	int64_t rows;
	bool reached;
	int rc;

	if (!deed->fresh)
		reg = regtest_open(t, REGISTRY_WRITE);
	fault_at(fault, n);
	rc = deed->run(t, reg, &err);
	reached = fault_hit();
	registry_close(reg);
	fault_at(FAULT_NONE, 0);
	if (rc == -1 && err.code != (fault == FAULT_FULL ? ERR_DISK_FULL :
	    ERR_IO))
		fail_msg("%s %d: %s %s", deed->name, n, err_id(err.code),
		    err.detail);
	err_clear(&err);
	reg = regtest_open(t, deed->fresh ? REGISTRY_CREATE : REGISTRY_WRITE);
	if (keep_check(reg, NULL, NULL, &err) == -1)
		fail_msg("%s %d: %s", deed->name, n, err.detail);
	registry_close(reg);
	rows = regtest_sql_int(t->file, "SELECT count(*) FROM cert");
	/*
	 * When a disk breaks in the very sync that ends a transaction nobody
	 * knows whether it is on it: done or not, but wholly.
	 */
	if (rows != (rc == 0 ? deed->after : deed->before) &&
	    !(rc == -1 && fault == FAULT_BROKEN && rows == deed->after))
		fail_msg("%s %d: %lld rows", deed->name, n, (long long)rows);
	if (rc == -1)
		assert_true(reached);
	regtest_remove(t);
	return reached;
}

static const enum fault faults[] = { FAULT_FULL, FAULT_BROKEN };

/*
 * Making a registry takes hundreds of writes, all for tables: there each goes
 * wrong in one way.  By pairs, since a page is written behind its header.
 */
static bool
is_in_turn(const struct deed *deed, size_t way, int n)
{
	return !deed->fresh || (size_t)(n / 2) % 2 == way;
}

static void
survives_every_write(void **state)
{
	struct regtest *model = make_model();
	size_t i, k;
	int n;

	(void)state;
	for (i = 0; i < sizeof deeds / sizeof *deeds; i++)
		for (k = 0; k < 2; k++) {
			for (n = 1; !is_in_turn(&deeds[i], k, n) ||
			    suffer(&deeds[i], model, faults[k], n);
			    n += fault_step(faults[k]))
				assert_true(n < 1000);
			/* Less would mean that nothing was tried. */
			assert_true(n > 3);
			fault_tried(deeds[i].name, n, fault_step(faults[k]));
		}
	regtest_remove(model);
}

/* The side file cannot be written: nothing is erased. */
static void
erases_nothing_without_its_stone(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct privacy_person who = { .identifier = EWA };
	struct err err = ERR_INIT;

	regtest_put(reg, 1, "Ewa", EWA, NULL);
	assert_int_equal(mkdir(regtest_path(t, "registry.db.erased"), 0700), 0);
	assert_int_equal(privacy_erase(reg, &who, "x", NULL, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	registry_close(reg);
	assert_int_equal(rmdir(regtest_path(t, "registry.db.erased")), 0);
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    1);
}

/* --- ended at each write of a migration -------------------------------------------- */

static int
drop_a(struct sql *sql, struct err *err)
{
	return sql_exec(sql, "DROP TABLE a", err);
}

static const struct schema_step steps[] = {
	{ .sql = "CREATE TABLE a (x INTEGER);"
	    "INSERT INTO a VALUES (1), (2), (3)" },
	{ .sql = "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = 2 * x" },
	{ .sql = "CREATE TABLE b AS SELECT y FROM a", .finish = drop_a },
};

static int
migrate(const char *file, struct err *err)
{
	struct sql *sql;
	int from, rc = -1;

	if (sql_open(&sql, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	    NULL, err) == -1)
		return -1;
	if (sql_exec(sql, "PRAGMA journal_mode = WAL", err) == 0)
		rc = schema_migrate(sql, steps, 3, &from, err);
	sql_close(sql);
	return rc;
}

/* What each version holds. */
static void
is_whole(const char *file)
{
	static const char *const holds[] = {
		"SELECT count(*) = 0 FROM sqlite_schema",
		"SELECT sum(x) = 6 FROM a",
		"SELECT sum(y) = 12 FROM a",
		("SELECT sum(y) = 12 AND (SELECT count(*) FROM sqlite_schema"
		    " WHERE name = 'a') = 0 FROM b"),
	};
	int64_t version = regtest_sql_int(file, "PRAGMA user_version");

	assert_in_range(version, 0, 3);
	assert_int_equal(regtest_sql_int(file, holds[version]), 1);
}

static void
migrates_or_does_not(void **state)
{
	struct regtest *t = *state;
	int n, status = -1, killed = 0;

	for (n = 1; n < 500 && status != 0; n += fault_step(FAULT_KILL)) {
		const char *file;
		char name[16];
		struct err err = ERR_INIT;
		pid_t pid;

		snprintf(name, sizeof name, "%d.db", n);
		file = regtest_path(t, name);
		pid = fork();
		assert_int_not_equal(pid, -1);
		if (pid == 0) {
			fault_at(FAULT_KILL, n);
			_exit(migrate(file, &err) == 0 ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (status != 0)
			assert_int_equal(WTERMSIG(status), SIGKILL);
		killed += status != 0;
		if (access(file, F_OK) == 0)
			is_whole(file);
		assert_int_equal(migrate(file, &err), 0);
		is_whole(file);
	}
	assert_int_equal(status, 0);
	assert_true(killed > 1);
	assert_true(n > 10);
	fault_tried("migration", n, fault_step(FAULT_KILL));
}

/* --- a first filling, cut short ------------------------------------------------------ */

#define LATE	"SELECT count(*) FROM sqlite_schema WHERE name IN" \
		" ('cert_order', 'card_code', 'card_tail', 'token_tail'," \
	" 'ident_mailbox')"
#define SHAPES	"SELECT count(*) FROM sqlite_schema"

/* The card of the first two is the third's too, by its number alone. */
static const struct {
	const char	*token, *number;
	int		 indexes;	/* that are there afterwards */
} filled[] = {
	{ "TOKEN-1", "6316 0001", 0 },
	{ "TOKEN-1", "6316 0001", 0 },
	{ NULL, "6316-0001", 1 },
};

static void
fill_first(const struct regtest *t)
{
	struct registry_options o = { .path = t->file, .bulk = true };
	struct err err = ERR_INIT;
	struct registry *reg;

	if (registry_open(&reg, REGISTRY_WRITE, &o, &err) == -1)
		_exit(1);
	for (unsigned n = 0; n < sizeof filled / sizeof *filled; n++) {
		struct record r;

		regtest_record(&r, n + 1, "Ewa Żółć", EWA, "ewa@przyklad.pl");
		r.order = mem_strdup("Z/2026/1");
		r.card_token = mem_strdup(filled[n].token);
		r.card_number = mem_strdup(filled[n].number);
		/* Indexes are put off indeed. */
		if (store_cert(reg, &r, NULL, &err) == -1 ||
		    regtest_sql_int(t->file, LATE) != filled[n].indexes)
			_exit(1);
		record_clear(&r);
	}
	if (registry_settle(reg, &err) == -1 ||
	    regtest_sql_int(t->file, "SELECT count(*) FROM card") != 1)
		_exit(1);
	registry_close(reg);
	_exit(0);
}

/* At any write of it: the next desk has all indexes, and whole rows. */
static void
fills_or_is_healed(void **state)
{
	struct regtest *fresh = *state;
	int n, status = -1, killed = 0, step = 3 * fault_step(FAULT_KILL);

	registry_close(regtest_open(fresh, REGISTRY_CREATE));
	for (n = 1; n < 500 && status != 0; n += step) {
		struct regtest *t = regtest_copy(fresh);
		struct err err = ERR_INIT;
		struct registry *reg;
		pid_t pid;

		pid = fork();
		assert_int_not_equal(pid, -1);
		if (pid == 0) {
			fault_at(FAULT_KILL, n);
			fill_first(t);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (status != 0)
			assert_int_equal(WTERMSIG(status), SIGKILL);
		killed += status != 0;
		reg = regtest_open(t, REGISTRY_WRITE);
		assert_int_equal(regtest_sql_int(t->file, LATE), 5);
		assert_int_equal(regtest_sql_int(t->file, SHAPES),
		    regtest_sql_int(fresh->file, SHAPES));
		if (keep_check(reg, NULL, NULL, &err) == -1)
			fail_msg("%s %s", err_id(err.code), err.detail);
		registry_close(reg);
		regtest_remove(t);
	}
	assert_int_equal(status, 0);
	assert_true(killed > 1);
	assert_true(n > 30);
	fault_tried("first filling", n, step);
}

/* --- files that are none of ours -------------------------------------------------- */

static enum err_code
open_code(struct regtest *t, enum registry_mode mode)
{
	struct registry_options o = { .path = t->file };
	struct registry *reg = NULL;
	struct err err = ERR_INIT;

	if (registry_open(&reg, mode, &o, &err) == 0)
		(void)keep_check(reg, NULL, NULL, &err);
	else
		assert_null(reg);
	registry_close(reg);
	return err.code;
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
says_what_a_file_is(void **state)
{
	struct regtest *t = *state;
	char pragma[64];
	const char *other = regtest_path(t, "other");

	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_NO_REGISTRY);
	registry_close(regtest_open(t, REGISTRY_CREATE));
	regtest_sql(t->file, "PRAGMA user_version = 99");
	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_REGISTRY_NEWER);
	snprintf(pragma, sizeof pragma, "PRAGMA user_version = %zu",
	    schema_nsteps);
	regtest_sql(t->file, pragma);
	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_NONE);

	assert_int_equal(rename(t->file, other), 0);
	write_file(t->file, "%PDF-1.7 and so on, longer than a header of SQLite "
	    "and of no meaning to it whatever, as one sees at once; no, really");
	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_REGISTRY_BROKEN);
	assert_int_equal(unlink(t->file), 0);
	regtest_sql(other, "PRAGMA application_id = 77");
	assert_int_equal(rename(other, t->file), 0);
	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_REGISTRY_BROKEN);
	assert_int_equal(rename(t->file, other), 0);

	assert_int_equal(symlink(other, t->file), 0);
	assert_int_equal(open_code(t, REGISTRY_CREATE), ERR_REGISTRY_BROKEN);
	assert_int_equal(unlink(t->file), 0);
	assert_int_equal(mkdir(t->file, 0700), 0);
	assert_int_equal(open_code(t, REGISTRY_CREATE), ERR_REGISTRY_BROKEN);
	assert_int_equal(rmdir(t->file), 0);
	assert_int_equal(mkfifo(t->file, 0600), 0);
	assert_int_equal(open_code(t, REGISTRY_CREATE), ERR_REGISTRY_BROKEN);
}

static void
minds_its_key(void **state)
{
	struct regtest *t = *state;
	char key[128], other[160];

	snprintf(key, sizeof key, "%s.key", t->file);
	snprintf(other, sizeof other, "%s.moved", key);
	registry_close(regtest_open(t, REGISTRY_CREATE));
	assert_int_equal(chmod(key, 0644), 0);
	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_REGISTRY_KEY);
	assert_int_equal(chmod(key, 0600), 0);
	assert_int_equal(rename(key, other), 0);
	assert_int_equal(open_code(t, REGISTRY_CREATE), ERR_REGISTRY_KEY);
	assert_int_equal(access(key, F_OK), -1);
	write_file(key, "00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff\n");
	assert_int_equal(chmod(key, 0600), 0);
	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_REGISTRY_KEY);
	write_file(key, "0011");
	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_REGISTRY_KEY);
	assert_int_equal(rename(other, key), 0);
	assert_int_equal(open_code(t, REGISTRY_WRITE), ERR_NONE);
}

/* A copy in the registry's place, without what was beside that. */
static void
put_back(const char *copy, const char *file)
{
	char path[160];
	struct err err = ERR_INIT;
	struct buf buf;
	FILE *f;

	buf_init(&buf, 16u << 20);
	assert_int_equal(file_read(copy, copy, &buf, &err), 0);
	f = fopen(file, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(buf.data, 1, buf.len, f), buf.len);
	fclose(f);
	buf_clear(&buf);
	snprintf(path, sizeof path, "%s-wal", file);
	(void)unlink(path);
	snprintf(path, sizeof path, "%s-shm", file);
	(void)unlink(path);
}

/* Cut anywhere: said to be broken, by open or by check, and never a crash. */
static void
knows_a_cut_file(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	const char *copy = regtest_path(t, "copy");
	struct err err = ERR_INIT;
	struct stat st;
	unsigned i;
	off_t at;

	for (i = 0; i < 40; i++)
		regtest_put(reg, i, "Ktoś Taki", NULL, NULL);
	assert_int_equal(keep_backup(reg, copy, false, NULL, NULL, &err), 0);
	registry_close(reg);
	assert_int_equal(stat(copy, &st), 0);
	for (at = st.st_size - 8192; at > 0; at -= 3 * 8192 + 1000) {
		put_back(copy, t->file);
		assert_int_equal(truncate(t->file, at), 0);
		if (open_code(t, REGISTRY_READ) != ERR_REGISTRY_BROKEN)
			fail_msg("cut at %lld", (long long)at);
	}
}

/* An account that may read and not write. */
static void
minds_permissions(void **state)
{
	struct regtest *t = *state;
	char key[128];
	pid_t pid;
	int status;

	if (geteuid() != 0)
		skip();
	snprintf(key, sizeof key, "%s.key", t->file);
	registry_close(regtest_open(t, REGISTRY_CREATE));
	assert_int_equal(chown(t->dir, 0, NOBODY), 0);
	assert_int_equal(chmod(t->dir, 0750), 0);
	assert_int_equal(chown(t->file, 0, NOBODY), 0);
	assert_int_equal(chmod(t->file, 0640), 0);
	assert_int_equal(chown(key, 0, NOBODY), 0);
	assert_int_equal(chmod(key, 0640), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (setgid(NOBODY) == -1 || setuid(NOBODY) == -1)
			_exit(99);
		_exit(open_code(t, REGISTRY_WRITE) == ERR_READ_ONLY ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* --- other desks ------------------------------------------------------------------- */

static void
waits_for_another_desk_and_says_so(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct record r;
	sqlite3 *other;
	int64_t began;

	assert_int_equal(sqlite3_open_v2(t->file, &other, SQLITE_OPEN_READWRITE,
	    NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL,
	    NULL), SQLITE_OK);
	regtest_record(&r, 1, "Ktoś", NULL, NULL);
	began = clock_mono_ms();
	assert_int_equal(store_cert(reg, &r, NULL, &err), -1);
	assert_int_equal(err.code, ERR_REGISTRY_BUSY);
	assert_true(clock_mono_ms() - began >= REGISTRY_BUSY_MS * 9 / 10);
	err_clear(&err);
	/* Reading goes on. */
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	sqlite3_close(other);
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	record_clear(&r);
	registry_close(reg);
}

static int
put_many(const struct regtest *t, unsigned from)
{
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < 200; i++)
		rc = regtest_put(reg, from + i, "Osoba Wspólna", NULL,
		    NULL) == 0;
	registry_close(reg);
	return rc;
}

static void
write_csv(const char *path, unsigned lines)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("serial,issuer,holder\n", f);
	for (unsigned i = 0; i < lines; i++)
		fprintf(f, "7E%06X,CN=Urząd,Osoba Z Listy\n", i);
	assert_int_equal(fclose(f), 0);
}

/* In bulk, and as fast as it can. */
static int
import_all(const struct regtest *t, const char *path, int64_t lines)
{
	const struct registry_options o = { .path = t->file, .bulk = true };
	const struct import_options io = { .kind = IMPORT_CSV };
	struct import_progress p = { 0 };
	struct err err = ERR_INIT;
	struct registry *reg;
	int rc;

	if (registry_open(&reg, REGISTRY_WRITE, &o, &err) == -1)
		return 1;
	rc = import_run(reg, path, &io, &p, &err) == -1 || p.added != lines;
	registry_close(reg);
	return rc;
}

static void
two_desks_and_an_import_write_at_once(void **state)
{
	struct regtest *t = *state;
	struct registry *reg;
	struct err err = ERR_INIT;
	pid_t pid[3];
	unsigned who;
	int status;

	registry_close(regtest_open(t, REGISTRY_CREATE));
	write_csv(regtest_path(t, "list.csv"), 300);
	for (who = 0; who < 3; who++) {
		pid[who] = fork();
		assert_int_not_equal(pid[who], -1);
		if (pid[who] == 0)
			_exit(who < 2 ? put_many(t, 1000 * who) :
			    import_all(t, regtest_path(t, "list.csv"), 300));
	}
	for (who = 0; who < 3; who++) {
		assert_int_equal(waitpid(pid[who], &status, 0), pid[who]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert"),
	    700);
	reg = regtest_open(t, REGISTRY_READ);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	registry_close(reg);
}

/* --- time ----------------------------------------------------------------------------- */

static void
stamps_never_go_back(void **state)
{
	struct regtest *t = *state;
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);

	regtest_put(reg, 1, "Pierwszy", NULL, NULL);
	now = REGTEST_NOW - 86400;
	regtest_put(reg, 2, "Drugi", NULL, NULL);
	registry_close(reg);
	reg = regtest_open(t, REGISTRY_WRITE);
	regtest_put(reg, 3, "Trzeci", NULL, NULL);
	registry_close(reg);
	now = REGTEST_NOW;
	assert_int_equal(regtest_sql_int(t->file, "SELECT count(*) FROM cert a"
	    " JOIN cert b ON a.id < b.id AND a.changed >= b.changed"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, regtest_setup, \
	regtest_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_every_write),
		TEST(erases_nothing_without_its_stone),
		TEST(migrates_or_does_not),
		TEST(fills_or_is_healed),
		TEST(says_what_a_file_is),
		TEST(minds_its_key),
		TEST(knows_a_cut_file),
		TEST(minds_permissions),
		TEST(waits_for_another_desk_and_says_so),
		TEST(two_desks_and_an_import_write_at_once),
		TEST(stamps_never_go_back),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
