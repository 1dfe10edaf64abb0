#include "config.h"

#include <sys/random.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/part.h"
#include "base/paths.h"
#include "base/text.h"
#include "registry/bulk.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/key.h"
#include "registry/linked.h"
#include "registry/privacy.h"
#include "registry/schema.h"

/*
 * Of a connection, whatever it is for.  Nothing of a person goes into temporary
 * files; what is deleted is overwritten; a schema that somebody else wrote does
 * not run functions.
 */
static const char every_connection[] =
    "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
    "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384";

/* One desk: a row is on disk before it is said to be. */
static const char for_desk[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";

/*
 * An import: indexes are written all over, so what a batch touches should fit
 * in memory, and the log be copied back seldom.
 */
static const char for_bulk[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
    "PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 16384";

#define FILE_MIN	512	/* bytes: SQLite's smallest page */
#define BEING_MADE	60	/* seconds, and its key is there before it */
#define GO_OVER_MS	5	/* between two tries */

const char *
registry_path(const struct registry *reg)
{
	return reg->path;
}

bool
registry_is_anew(const struct registry *reg)
{
	return reg->anew;
}

void
registry_close(struct registry *reg)
{
	struct err ignored = ERR_INIT;

	if (reg == NULL)
		return;
	if (reg->depth > 0) {
		reg->depth = 1;
		registry_rollback(reg);
	}
	pending_forget(reg);
	(void)registry_settle(reg, &ignored);
	inside_forget(reg);
	linked_free(reg->linked);
	putoff_discard(reg->putoff);
	sql_close(reg->sql);
	ident_mac_free(reg->mac);
	key_wipe(&reg->key);
	free(reg->path);
	free(reg->point);
	free(reg->account);
	free(reg);
}

/* --- the file ------------------------------------------------------------- */

/*
 * The path without links in its folder (SQLite refuses them anywhere, and the
 * last part must not be one).  NULL when there is no such folder.
 */
static char *
resolve(const char *path)
{
	char *copy = mem_strdup(path), *slash = strrchr(copy, '/'), *dir, *out;

	if (slash == NULL) {
		free(copy);
		return mem_strdup(path);
	}
	*slash = '\0';
	dir = realpath(slash == copy ? "/" : copy, NULL);
	out = dir == NULL ? NULL : mem_printf("%s/%s",
	    strcmp(dir, "/") == 0 ? "" : dir, slash + 1);
	free(dir);
	free(copy);
	return out;
}

/* A folder with the setgid bit is shared by a group, and so is what is in it. */
static mode_t
mode_for(const char *path)
{
	char *copy = mem_strdup(path);
	struct stat st;
	mode_t mode = 0600;

	if (stat(dirname(copy), &st) == 0 && (st.st_mode & S_ISGID))
		mode = 0660;
	free(copy);
	return mode;
}

/*
 * Empty, but a database already: a file of no bytes is one that was emptied.
 * With its final mode: SQLite's own files take it over.
 */
static int
make_empty(const char *part, mode_t mode, struct err *err)
{
	struct sql *sql;
	int rc;

	if (chmod(part, mode) == -1)
		return file_unwritten(part, err);
	if (sql_open(&sql, part, SQLITE_OPEN_READWRITE, NULL, err) == -1)
		return -1;
	/* What changes in a page is written as a whole page, twice. */
	rc = sql_exec(sql, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL",
	    err);
	sql_close(sql);
	return rc;
}

/* Under another name first, so that nobody finds it half made; or who else. */
static int
make_file(const char *path, struct err *err)
{
	char *part = mem_printf("%s.XXXXXX", path);
	int fd = mkostemp(part, O_CLOEXEC), rc = -1;

	if (fd == -1) {
		(void)file_unwritten(path, err);
	} else {
		/* Before SQLite has it: closing gives up a process's locks. */
		close(fd);
		if (make_empty(part, mode_for(path), err) == 0)
			rc = part_name(part, path) == 0 || errno == EEXIST ?
			    0 : file_unwritten(path, err);
		(void)unlink(part);
	}
	free(part);
	return rc;
}

/* Only a regular file, looked at before SQLite waits for a pipe. */
static int
look(const char *path, bool *there, off_t *size, struct err *err)
{
	struct stat st;

	*there = lstat(path, &st) == 0;
	if (!*there && errno != ENOENT && errno != ENOTDIR)
		return err_errno(err, ERR_IO, path);
	if (*there && !S_ISREG(st.st_mode))
		return err_set(err, ERR_REGISTRY_BROKEN, path,
		    "no regular file");
	*size = *there ? st.st_size : 0;
	return 0;
}

/*
 * SQLite's files beside the registry have the mode that it had when they were
 * made: after a look at one that was read-only they keep everybody from writing,
 * though it is read-only no more.  What is ours of them gets its mode; what is
 * not is named.  By O_PATH, since closing any other descriptor of a file gives up
 * the locks that this process has on it.
 */
static int
mend_beside(const char *name, const struct stat *db, struct err *err)
{
	int fd = open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	char self[32];
	mode_t lacks;

	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
	    st.st_uid == geteuid() && st.st_gid == db->st_gid) {
		lacks = db->st_mode & ~st.st_mode & 0666;
		snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
		if (lacks != 0)
			(void)chmod(self, (st.st_mode & 0777) | lacks);
	}
	close(fd);
	if (access(name, W_OK) == -1 && errno == EACCES)
		return err_set(err, ERR_READ_ONLY, name, NULL);
	return 0;
}

static int
mend_all_beside(const char *path, struct err *err)
{
	static const char *const beside[] = { "-shm", "-wal" };
	struct stat db;
	int rc = 0;

	if (access(path, W_OK) == -1 || lstat(path, &db) == -1)
		return 0;
	for (size_t i = 0; rc == 0 && i < sizeof beside / sizeof *beside; i++) {
		char *name = mem_printf("%s%s", path, beside[i]);

		rc = mend_beside(name, &db, err);
		free(name);
	}
	return rc;
}

/*
 * A key or a list of what was erased is left of one that was there; a key of just
 * now is that of another desk, which is making it.
 */
static bool
has_remains(const char *path)
{
	static const char *const beside[] = { ".key", ".erased" };
	struct stat st;
	bool any = false;

	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		char *name = mem_printf("%s%s", path, beside[i]);

		any |= lstat(name, &st) == 0 &&
		    st.st_mtime < clock_now() - BEING_MADE;
		free(name);
	}
	return any;
}

static int
write_before(void *reg, struct err *err)
{
	return putoff_write(reg, err);
}

/*
 * A new file goes over to its log once, and SQLite waits for nobody who does the
 * same just then.
 */
static int
go_over(struct registry *reg, const char *words, struct err *err)
{
	int64_t until = clock_mono_ms() + REGISTRY_BUSY_MS;
	struct err why = ERR_INIT;

	while (sql_exec(reg->sql, words, &why) == -1) {
		if (why.code != ERR_REGISTRY_BUSY ||
		    clock_mono_ms() >= until) {
			*err = why;
			return -1;
		}
		err_clear(&why);
		(void)poll(NULL, 0, GO_OVER_MS);
	}
	return 0;
}

static int
connect_file(struct registry *reg, enum registry_mode mode, bool bulk,
    struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE;

	if (sql_open(&reg->sql, reg->path, flags, NULL, err) == -1)
		return -1;
	reg->read_only = sqlite3_db_readonly(sql_handle(reg->sql), "main") == 1;
	if (reg->read_only && mode != REGISTRY_READ)
		return err_set(err, ERR_READ_ONLY, reg->path, NULL);
	sql_before(reg->sql, write_before, reg);
	sqlite3_busy_timeout(sql_handle(reg->sql), REGISTRY_BUSY_MS);
	sqlite3_db_config(sql_handle(reg->sql), SQLITE_DBCONFIG_DEFENSIVE, 1,
	    NULL);
	/* Else what could use a partial index is prepared anew at each binding. */
	sqlite3_db_config(sql_handle(reg->sql), SQLITE_DBCONFIG_ENABLE_QPSG, 1,
	    NULL);
	if (sql_exec(reg->sql, every_connection, err) == -1)
		return -1;
	if (reg->read_only)
		return 0;
	return go_over(reg, bulk ? for_bulk : for_desk, err);
}

/* --- what every registry has ----------------------------------------------- */

static int
first_words(struct registry *reg, struct err *err)
{
	struct journal_entry created = { .action = JOURNAL_CREATED };
	uint8_t id[16];

	if (getrandom(id, sizeof id, 0) != sizeof id)
		return err_errno(err, ERR_IO, reg->path);
	if (sql_run(reg->sql, "INSERT OR IGNORE INTO meta VALUES ('id', ?)",
	    err, "b", (const void *)id, sizeof id) == -1 ||
	    journal_add(reg, &created, err) == -1)
		return -1;
	return key_seal(reg, err);
}

static int
is_sealed(struct registry *reg, struct err *err)
{
	int64_t one;

	return sql_int(reg->sql, "SELECT 1 FROM meta WHERE name = 'key'",
	    &one, err, "");
}

/* By the first of those who find it new. */
static int
say_first_words(struct registry *reg, struct err *err)
{
	int sealed;

	if (registry_begin(reg, err) == -1)
		return -1;
	sealed = is_sealed(reg, err);
	if (sealed == -1 || (sealed == 0 && first_words(reg, err) == -1)) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* Bring the file up to date; whoever finds it new says what it belongs to. */
static int
prepare(struct registry *reg, struct err *err)
{
	int from, sealed;

	if (schema_migrate(reg->sql, schema_steps, schema_nsteps, &from,
	    err) == -1)
		return -1;
	sealed = is_sealed(reg, err);
	if (sealed == -1 || (sealed == 0 && !reg->read_only &&
	    say_first_words(reg, err) == -1))
		return -1;
	return key_check(reg, err);
}

static char *
account_name(const struct registry_options *o)
{
	struct passwd pw, *found = NULL;
	char strings[4096];

	if (o->account != NULL)
		return mem_strdup(o->account);
	/* Several threads may open at once. */
	if (getpwuid_r(geteuid(), &pw, strings, sizeof strings, &found) == 0 &&
	    found != NULL)
		return mem_strdup(pw.pw_name);
	return mem_printf("uid %lu", (unsigned long)geteuid());
}

void
registry_rest(struct registry *reg)
{
	(void)sqlite3_db_release_memory(sql_handle(reg->sql));
#ifndef SANITIZED	/* whose malloc is another: libc's is begun here, by two
			   threads at once */
	(void)malloc_trim(0);
#endif
}

static int
open_path(struct registry *reg, enum registry_mode mode, const char *path,
    const struct registry_options *o, struct err *err)
{
	struct err ignored = ERR_INIT;
	bool there;
	off_t size;

	reg->path = resolve(path);
	if (reg->path == NULL)
		return err_set(err, ERR_NO_REGISTRY, path, NULL);
	if (look(reg->path, &there, &size, err) == -1)
		return -1;
	if (!there && mode != REGISTRY_CREATE)
		return err_set(err, ERR_NO_REGISTRY, path, NULL);
	reg->anew = !there && has_remains(reg->path);
	if (key_load(&reg->key, reg->path, o->key, !there, mode_for(reg->path),
	    err) == -1)
		return -1;
	/* SQLite would take it for a new one. */
	if (there && size < FILE_MIN)
		return err_set(err, ERR_REGISTRY_BROKEN, reg->path,
		    "%lld bytes", (long long)size);
	if (!there && make_file(reg->path, err) == -1)
		return -1;
	if (there && mend_all_beside(reg->path, mode == REGISTRY_READ ?
	    &ignored : err) == -1 && mode != REGISTRY_READ)
		return -1;
	if (connect_file(reg, mode, o->bulk, err) == -1 ||
	    prepare(reg, err) == -1 || privacy_reapply(reg, err) == -1)
		return -1;
	if (reg->read_only || mode == REGISTRY_READ)
		return 0;
	if (o->bulk)
		return bulk_begin(reg, err);
	/* A search is slower without, and whoever opens it next tries again. */
	(void)bulk_indexes(reg, &ignored);
	registry_rest(reg);	/* of a new one every page is in the cache */
	return 0;
}

int
registry_open(struct registry **out, enum registry_mode mode,
    const struct registry_options *options, struct err *err)
{
	static const struct registry_options none;
	const struct registry_options *o = options != NULL ? options : &none;
	const char *path = o->path != NULL ? o->path : paths_registry();
	struct registry *reg = mem_alloc(sizeof *reg);
	char *copy = mem_strdup(path);

	*out = NULL;
	reg->point = mem_strdup(o->point != NULL ? o->point : "");
	reg->account = account_name(o);
	if (mode == REGISTRY_CREATE && file_folders(copy) == -1) {
		(void)file_unwritten(path, err);
		goto fail;
	}
	if (open_path(reg, mode, path, o, err) == -1)
		goto fail;
	free(copy);
	*out = reg;
	return 0;
fail:
	free(copy);
	registry_close(reg);
	return -1;
}

/* --- transactions ---------------------------------------------------------- */

/*
 * Rows that are remembered here by number may be others after somebody else
 * wrote: a backup that was put back has numbers of its own.
 */
static int
notice_others(struct registry *reg, struct err *err)
{
	int64_t version;

	if (sql_int(reg->sql, "PRAGMA data_version", &version, err, "") == -1)
		return -1;
	if (version != reg->seen_version) {
		pending_forget(reg);
		inside_forget(reg);
	}
	reg->seen_version = version;
	return 0;
}

int
registry_begin(struct registry *reg, struct err *err)
{
	if (reg->depth == 0) {
		if (sql_run(reg->sql, "BEGIN IMMEDIATE", err, "") == -1)
			return -1;
		reg->stamp = 0;
		reg->no_tombs = 0;
		memset(reg->last_id, 0, sizeof reg->last_id);
		reg->broken = false;
	}
	reg->depth++;
	if (reg->depth == 1 && notice_others(reg, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return 0;
}

int
registry_commit(struct registry *reg, struct err *err)
{
	if (reg->depth > 1) {
		reg->depth--;
		return reg->broken ? err_set(err, ERR_CANCELLED, reg->path,
		    "an inner step was undone") : 0;
	}
	if (reg->broken) {
		registry_rollback(reg);
		return err_set(err, ERR_CANCELLED, reg->path,
		    "an inner step was undone");
	}
	if (putoff_write(reg, err) == -1 || pending_write(reg, err) == -1 ||
	    (reg->stamp != 0 && sql_run(reg->sql, "INSERT INTO meta"
	    " VALUES ('stamp', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1",
	    err, "i", reg->stamp) == -1) ||
	    sql_run(reg->sql, "COMMIT", err, "") == -1) {
		registry_rollback(reg);
		return -1;
	}
	reg->depth = 0;
	bulk_grown(reg, reg->last_row);
	return 0;
}

void
registry_rollback(struct registry *reg)
{
	if (reg->depth > 1) {
		reg->depth--;
		reg->broken = true;
		return;
	}
	reg->depth = 0;
	reg->origin = 0;
	reg->coded = false;
	pending_forget(reg);
	putoff_discard(reg->putoff);
	reg->putoff = NULL;
	sql_reset(reg->sql);
	/* After a full disk SQLite may have rolled back by itself. */
	sql_rest(reg->sql);
	inside_forget(reg);
}

void
registry_interrupt(struct registry *reg)
{
	sqlite3_interrupt(sql_handle(reg->sql));
}

int
registry_stamp(struct registry *reg, int64_t *stamp, struct err *err)
{
	int64_t now = clock_now() * 1000, last = 0;

	if (reg->stamp == 0) {
		if (sql_int(reg->sql, "SELECT value FROM meta"
		    " WHERE name = 'stamp'", &last, err, "") == -1)
			return -1;
		reg->stamp = last;
	}
	reg->stamp = now > reg->stamp ? now : reg->stamp + 1;
	*stamp = reg->stamp;
	return 0;
}

/* --- for this room --------------------------------------------------------- */

int
inside_origin(struct registry *reg, int64_t *id, struct err *err)
{
	if (reg->origin == 0 && (sql_run(reg->sql, "INSERT OR IGNORE INTO"
	    " origin (point, account) VALUES (?, ?)", err, "tt", reg->point,
	    reg->account) == -1 || sql_int(reg->sql, "SELECT id FROM origin"
	    " WHERE point = ? AND account = ?", &reg->origin, err, "tt",
	    reg->point, reg->account) != 1))
		return -1;
	*id = reg->origin;
	return 0;
}

void
inside_hash(struct registry *reg, enum ident_kind kind, const char *normal,
    struct ident_hash *hash)
{
	if (reg->mac == NULL)
		reg->mac = ident_mac_new(&reg->key);
	ident_mac_hash(reg->mac, kind, normal, hash);
}

void
inside_cert_hash(struct registry *reg, const struct record_issuer *issuer,
    const uint8_t *serial, size_t len, struct ident_hash *hash)
{
	char key[2 * RECORD_KEY_MAX + 1], number[2 * CERT_SERIAL_MAX + 1];
	char text[IDENT_TEXT_MAX];

	text_hex(issuer->key, issuer->key_len, 0, key, sizeof key);
	text_hex(serial, len, 0, number, sizeof number);
	snprintf(text, sizeof text, "certificate %s %s", key, number);
	inside_hash(reg, IDENT_OTHER, text, hash);
}

void
inside_forget_issuer(struct inside_issuer *issuer)
{
	free(issuer->url);
	free(issuer->ocsp);
	free(issuer->cdp);
	memset(issuer, 0, sizeof *issuer);
}

void
inside_forget(struct registry *reg)
{
	for (size_t i = 0; i < INSIDE_ISSUERS; i++)
		inside_forget_issuer(&reg->issuers[i]);
	for (size_t i = 0; i < INSIDE_MODELS; i++) {
		free(reg->models[i].name);
		reg->models[i].name = NULL;
	}
	reg->origin = 0;
	putoff_stale(reg);
}

/* --- info ------------------------------------------------------------------ */

int
registry_info(struct registry *reg, struct registry_info *info, struct err *err)
{
	static const struct {
		const char	*sql;
		size_t		 field;
	} counts[] = {
#define COUNT(f, q) { q, offsetof(struct registry_info, f) }
		COUNT(certs, "SELECT count(*) FROM cert"),
		COUNT(cards, "SELECT count(*) FROM card"),
		COUNT(issuers, "SELECT count(*) FROM issuer"),
		COUNT(words, "SELECT count(*) FROM word"),
		COUNT(journal, "SELECT count(*) FROM journal"),
		COUNT(erased, "SELECT count(*) FROM tomb WHERE kind = 0"),
		COUNT(restricted,
		    "SELECT count(*) FROM cert WHERE restricted <> 0"),
		COUNT(cases, "SELECT count(*) FROM cases WHERE open = 1"),
		COUNT(orders, "SELECT count(*) FROM orders"),
		COUNT(waiting, "SELECT count(*) FROM outbox WHERE state = 0"),
		COUNT(bytes, "SELECT page_count * page_size FROM"
		    " pragma_page_count, pragma_page_size"),
#undef COUNT
	};
	sqlite3_stmt *stmt;
	int64_t version;
	size_t i;

	memset(info, 0, sizeof *info);
	for (i = 0; i < sizeof counts / sizeof *counts; i++)
		if (sql_int(reg->sql, counts[i].sql, (int64_t *)
		    ((char *)info + counts[i].field), err, "") == -1)
			return -1;
	if (sql_int(reg->sql, "PRAGMA user_version", &version, err, "") == -1)
		return -1;
	info->version = (int)version;
	stmt = sql_bind(reg->sql, "SELECT lower(hex(value)) FROM meta"
	    " WHERE name = 'id'", err, "");
	if (stmt == NULL || sql_step(reg->sql, stmt, err) == -1)
		return -1;
	snprintf(info->id, sizeof info->id, "%s",
	    (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_reset(stmt);
	return 0;
}
