#include "config.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "registry/copy.h"
#include "registry/key.h"
#include "registry/schema.h"

#define PAGES_A_STEP	512

/* Steps until it is done; a lock that somebody else holds is waited for. */
static int
step_all(sqlite3_backup *backup, struct sql *to, keep_progress_fn *fn,
    void *arg, struct err *err)
{
	int64_t until = clock_mono_ms() + REGISTRY_BUSY_MS, total;
	int rc;

	for (;;) {
		rc = sqlite3_backup_step(backup, PAGES_A_STEP);
		if (rc == SQLITE_DONE)
			return 0;
		total = sqlite3_backup_pagecount(backup);
		if (fn != NULL && fn(total - sqlite3_backup_remaining(backup),
		    total, arg) != 0)
			return err_set(err, ERR_CANCELLED, sql_path(to), NULL);
		if (rc == SQLITE_OK) {
			until = clock_mono_ms() + REGISTRY_BUSY_MS;
			continue;
		}
		if ((rc != SQLITE_BUSY && rc != SQLITE_LOCKED) ||
		    clock_mono_ms() > until)
			return sql_fail(to, rc, err);
		sqlite3_sleep(20);
	}
}

/* The target's lock for writing, which is kept until the end. */
static int
hold(sqlite3_backup *backup, struct sql *to, struct err *err)
{
	int64_t until = clock_mono_ms() + REGISTRY_BUSY_MS;
	int rc;

	while (((rc = sqlite3_backup_step(backup, 0)) == SQLITE_BUSY ||
	    rc == SQLITE_LOCKED) && clock_mono_ms() <= until)
		sqlite3_sleep(20);
	return rc == SQLITE_OK || rc == SQLITE_DONE ? 0 :
	    sql_fail(to, rc, err);
}

/* What happens on the way; either may be NULL. */
struct way {
	int	(*held)(void *arg, struct err *);
	void	*held_arg;
	keep_progress_fn *fn;
	void	*arg;
};

static int
copy(struct sql *to, struct sql *from, const struct way *way, struct err *err)
{
	sqlite3_backup *backup;
	int64_t n;
	int rc = -1;

	/* Read within one transaction, or each write of others begins it anew. */
	if (sql_exec(from, "SAVEPOINT copy_pages", err) == -1)
		return -1;
	if (sql_int(from, "SELECT count(*) FROM sqlite_schema", &n, err,
	    "") == -1)
		goto out;
	backup = sqlite3_backup_init(sql_handle(to), "main", sql_handle(from),
	    "main");
	if (backup == NULL) {
		(void)sql_fail(to, sqlite3_errcode(sql_handle(to)), err);
		goto out;
	}
	rc = 0;
	if (way->held != NULL && (hold(backup, to, err) == -1 ||
	    way->held(way->held_arg, err) == -1))
		rc = -1;
	if (rc == 0)
		rc = step_all(backup, to, way->fn, way->arg, err);
	if (sqlite3_backup_finish(backup) != SQLITE_OK && rc == 0)
		rc = sql_fail(to, sqlite3_errcode(sql_handle(to)), err);
out:
	sql_end(from, "RELEASE copy_pages");
	return rc;
}

int
copy_pages(struct sql *to, struct sql *from, keep_progress_fn *fn, void *arg,
    struct err *err)
{
	return copy(to, from, &(struct way){ .fn = fn, .arg = arg }, err);
}

int
copy_over(struct sql *to, struct sql *from,
    int (*held)(void *arg, struct err *), void *arg, struct err *err)
{
	return copy(to, from, &(struct way){ .held = held, .held_arg = arg },
	    err);
}

int
copy_sound(struct sql *sql, struct err *err)
{
	sqlite3_stmt *st = sql_bind(sql, "PRAGMA integrity_check(1)", err, "");
	const char *text;
	int rc = st == NULL ? -1 : sql_step(sql, st, err);

	if (rc == -1)
		return -1;
	text = rc == 1 ? (const char *)sqlite3_column_text(st, 0) : NULL;
	rc = 0;
	if (text == NULL || strcmp(text, "ok") != 0)
		rc = err_set(err, ERR_REGISTRY_BROKEN, sql_path(sql), "%s",
		    text != NULL ? text : "no answer");
	sqlite3_reset(st);
	return rc;
}

int
copy_ours(struct sql *sql, const struct ident_key *key, struct err *err)
{
	struct registry as = { .sql = sql, .path = (char *)sql_path(sql),
	    .key = *key };
	int64_t app, version;
	int rc = -1;

	if (sql_int(sql, "PRAGMA application_id", &app, err, "") == -1 ||
	    sql_int(sql, "PRAGMA user_version", &version, err, "") == -1)
		goto out;
	if (app != SCHEMA_APPLICATION || version < 1)
		(void)err_set(err, ERR_REGISTRY_BROKEN, sql_path(sql),
		    "application_id %lld, version %lld", (long long)app,
		    (long long)version);
	else if (version > (int64_t)schema_nsteps)
		(void)err_set(err, ERR_REGISTRY_NEWER, sql_path(sql),
		    "version %lld", (long long)version);
	else
		rc = key_check(&as, err);
out:
	key_wipe(&as.key);
	return rc;
}

char *
copy_path(const char *file, struct err *err)
{
	char *one = mem_strdup(file), *two = mem_strdup(file), *out = NULL;
	char *dir = realpath(dirname(one), NULL);

	if (dir == NULL)
		(void)err_errno(err, errno == ENOENT ? ERR_NO_FILE : ERR_IO, file);
	else
		out = mem_printf("%s/%s", strcmp(dir, "/") == 0 ? "" : dir,
		    basename(two));
	free(dir);
	free(one);
	free(two);
	return out;
}
