#include "config.h"

#include <stdio.h>
#include <string.h>

#include "registry/cases.h"
#include "registry/inside.h"
#include "registry/scrub.h"

#define URL_MAX	2048	/* bytes; longer ones are not asked */

static bool
is_kept(const char *url)
{
	return strlen(url) <= URL_MAX && !scrub_url_tells(url, NULL, 0);
}

static void
take(sqlite3_stmt *st, struct fetched *f)
{
	const char *etag = (const char *)sqlite3_column_text(st, 0);
	const char *file = (const char *)sqlite3_column_text(st, 4);

	snprintf(f->etag, sizeof f->etag, "%s", etag != NULL ? etag : "");
	f->last_modified = sqlite3_column_int64(st, 1);
	f->fresh_until = sqlite3_column_int64(st, 2);
	f->at = sqlite3_column_int64(st, 3);
	snprintf(f->file, sizeof f->file, "%s", file != NULL ? file : "");
	if (sqlite3_column_bytes(st, 5) == sizeof f->sha256)
		memcpy(f->sha256, sqlite3_column_blob(st, 5), sizeof f->sha256);
}

int
fetched_get(struct registry *reg, const char *url, struct fetched *f,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT etag, last_modified,"
	    " fresh_until, at, file, sha256 FROM fetched WHERE url = ?", err,
	    "t", url);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	memset(f, 0, sizeof *f);
	if (rc != 1)
		return rc;
	take(st, f);
	sqlite3_reset(st);
	return 1;
}

static int
put(struct registry *reg, const char *url, const struct fetched *f,
    struct err *err)
{
	return sql_run(reg->sql, "INSERT OR REPLACE INTO fetched (url, etag,"
	    " last_modified, fresh_until, at, file, sha256)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)", err, "ttiiitb", url, f->etag,
	    f->last_modified, f->fresh_until, f->at, f->file,
	    (const void *)f->sha256, sizeof f->sha256);
}

int
fetched_put(struct registry *reg, const char *url, const struct fetched *f,
    struct err *err)
{
	if (!is_kept(url))
		return 0;
	if (registry_begin(reg, err) == -1)
		return -1;
	if (put(reg, url, f, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}
