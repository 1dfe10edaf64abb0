/* keep_restore: see keep.h for what it promises. */
#include "config.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/paths.h"
#include "registry/copy.h"
#include "registry/forget.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/key.h"
#include "registry/privacy.h"

#define NAMES_MAX	100	/* copies of one day */

static int
open_to_read(const char *file, struct sql **out, struct err *err)
{
	if (sql_open(out, file, SQLITE_OPEN_READONLY, NULL, err) == -1)
		return -1;
	return sql_exec(*out, "PRAGMA cell_size_check = ON;"
	    "PRAGMA trusted_schema = OFF", err);
}

/* --- the backup, looked at ----------------------------------------------------- */

static int
open_backup(const char *file, const struct ident_key *key, struct sql **out,
    struct err *err)
{
	struct stat st;

	if (stat(file, &st) == -1)
		return err_errno(err, errno == ENOENT ? ERR_NO_FILE : ERR_IO,
		    file);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_REGISTRY_BROKEN, file,
		    "no regular file");
	*out = NULL;
	if (open_to_read(file, out, err) == 0 &&
	    copy_sound(*out, err) == 0 && copy_ours(*out, key, err) == 0)
		return 0;
	sql_close(*out);
	*out = NULL;
	return -1;
}

/* --- the present file, kept ----------------------------------------------------- */

/* "registry.db.2026-11-22", or with a number behind it: a name nobody has. */
static char *
free_name(const char *path)
{
	char day[16], *name;
	struct stat st;
	int i;

	clock_day(clock_now(), day, sizeof day);
	for (i = 1; i < NAMES_MAX; i++) {
		name = i == 1 ? mem_printf("%s.%s", path, day) :
		    mem_printf("%s.%s-%d", path, day, i);
		if (lstat(name, &st) == -1)
			return name;
		free(name);
	}
	return NULL;
}

/* A file that cannot be opened any more, with its log, out of the way. */
static int
move_aside(const char *path, const char *name, struct err *err)
{
	static const char *const parts[] = { "-wal", "-shm", "" };
	size_t i;

	for (i = 0; i < sizeof parts / sizeof *parts; i++) {
		char *from = mem_printf("%s%s", path, parts[i]);
		char *to = mem_printf("%s%s", name, parts[i]);
		int rc = rename(from, to);

		if (rc == -1 && (errno != ENOENT || parts[i][0] == '\0'))
			(void)err_errno(err, ERR_IO, from);
		else
			rc = 0;
		free(from);
		free(to);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* The registry to write over, and the copy of what is in it. */
struct present {
	struct registry	*reg;
	const char	*path;
	char		*kept;	/* NULL: not made yet */
};

/*
 * While nobody can write to it, so that no desk's word is lost between the copy
 * and the backup's pages.  Read by a connection of its own, since the other one
 * waits with those; nothing can be said in the journal meanwhile.
 */
static int
keep_present(void *arg, struct err *err)
{
	struct present *p = arg;
	struct registry as = { .path = p->reg->path, .key = p->reg->key,
	    .read_only = true };
	char *name = free_name(p->path);
	int rc = -1;

	if (name == NULL)
		(void)err_set(err, ERR_EXISTS, p->path, "copies of today");
	else if (open_to_read(as.path, &as.sql, err) == 0)
		rc = keep_backup(&as, name, false, NULL, NULL, err);
	sql_close(as.sql);
	key_wipe(&as.key);
	if (rc == 0)
		p->kept = name;
	else
		free(name);
	return rc;
}

/* The caller's; NULL and err when it stays where it is. */
static char *
move_present(const char *path, struct err *err)
{
	char *name = free_name(path);

	if (name == NULL)
		(void)err_set(err, ERR_EXISTS, path, "copies of today");
	else if (move_aside(path, name, err) == 0)
		return name;
	free(name);
	return NULL;
}

/* --- writing over it ------------------------------------------------------------ */

/* Pages are of one size in one file; older registries have larger ones. */
static int
page_sizes(struct sql *a, struct sql *b, int64_t *one, int64_t *two,
    struct err *err)
{
	return sql_int(a, "PRAGMA page_size", one, err, "") == -1 ||
	    sql_int(b, "PRAGMA page_size", two, err, "") == -1 ? -1 : 0;
}

/* A copy in other pages, in a file without a name: all of a registry is in it. */
struct paged {
	struct sql	*sql;
	int		 fd;
};

static int
make_paged(const char *name, struct err *err)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);

	if (fd == -1)
		(void)file_unwritten(name, err);
	return fd;
}

static int
paged_copy(struct sql *from, const char *name, int64_t size, struct paged *out,
    struct err *err)
{
	char *pragma = mem_printf("PRAGMA page_size = %lld", (long long)size);
	int rc = -1;

	out->fd = make_paged(name, err);
	if (out->fd != -1 && sql_exec(from, pragma, err) == 0) {
		rc = sql_run(from, "VACUUM INTO ?", err, "t", name);
		/* It is not the backup's disk that is full. */
		if (rc == -1 && err->code == ERR_DISK_FULL)
			(void)err_set(err, ERR_DISK_FULL, name, NULL);
	}
	if (rc == 0)
		rc = sql_open(&out->sql, name, SQLITE_OPEN_READONLY, NULL, err);
	if (out->fd != -1)
		(void)unlink(name);
	free(pragma);
	return rc;
}

/* Overwritten before it goes, since some in it may have been erased since. */
static void
paged_close(struct paged *p)
{
	static const char zeros[65536];
	struct stat st;

	sql_close(p->sql);
	if (p->fd == -1)
		return;
	if (fstat(p->fd, &st) == 0)
		for (off_t at = 0; at < st.st_size && pwrite(p->fd, zeros,
		    sizeof zeros, at) > 0; at += (off_t)sizeof zeros)
			continue;
	(void)fdatasync(p->fd);
	(void)close(p->fd);
}

/*
 * What was done since the backup was made stands in the copy of what was there;
 * the journal grows only, so it goes on with that, before anything later comes
 * into it.  What this needs of the file has been the same in all versions.
 */
static int
bring_journal(struct present *p, int64_t *n, struct err *err)
{
	char *kept = copy_path(p->kept, err);
	struct sql *from = NULL;
	int rc = -1;

	inside_forget(p->reg);
	if (kept != NULL && open_to_read(kept, &from, err) == 0 &&
	    registry_begin(p->reg, err) == 0) {
		rc = journal_bring(p->reg, from, n, err);
		if (rc == 0)
			rc = registry_commit(p->reg, err);
		else
			registry_rollback(p->reg);
	}
	sql_close(from);
	free(kept);
	return rc;
}

static int
note_restore(struct registry *reg, int64_t brought, struct err *err)
{
	struct journal_entry e = { .action = JOURNAL_RESTORE };
	char *what = mem_printf("entries=%lld", (long long)brought);
	int rc;

	e.what = brought > 0 ? what : NULL;
	rc = journal_add(reg, &e, err);
	free(what);
	return rc;
}

/*
 * After the pages are in, in one transaction of theirs, everything may stop:
 * whoever opens the registry next erases again, since the file of tombstones is
 * longer than what the backup knows of it.  All of that file is read, whatever
 * the backup says: it may have been made beside another.  Numbers of rows are
 * given again from here on, and whoever remembers some sees it (find.c).
 */
static int
after_copy(struct registry *reg, int64_t brought, struct err *err)
{
	inside_forget(reg);
	if (registry_begin(reg, err) == -1)
		return -1;
	if (sql_run(reg->sql, "UPDATE meta SET value = 0"
	    " WHERE name = 'erased'", err, "") == -1 ||
	    sql_run(reg->sql, "INSERT INTO meta VALUES ('restored', random())"
	    " ON CONFLICT (name) DO UPDATE SET value = excluded.value", err,
	    "") == -1 || forget_mark(reg, err) == -1 ||
	    note_restore(reg, brought, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	if (registry_commit(reg, err) == -1 || privacy_reapply(reg, err) == -1)
		return -1;
	return forget_settle(reg, true, err);
}

static int
write_pages(struct present *p, bool keep, struct sql *from, struct err *err)
{
	char *name = mem_printf("%s.paged", p->path);
	struct paged paged = { .fd = -1 };
	int64_t size, its;
	int rc = page_sizes(p->reg->sql, from, &size, &its, err);

	(void)unlink(name);	/* of one that did not come to its end */
	if (rc == 0 && its != size)
		rc = paged_copy(from, name, size, &paged, err);
	if (rc == 0) {
		sql_reset(p->reg->sql);
		rc = copy_over(p->reg->sql, paged.sql != NULL ? paged.sql :
		    from, keep ? keep_present : NULL, p, err);
	}
	paged_close(&paged);
	free(name);
	return rc;
}

static int
write_over(const struct registry_options *o, struct present *p, bool keep,
    struct sql *from, struct err *err)
{
	struct registry *again;
	struct err why = ERR_INIT;
	int64_t brought = 0;
	int rc;

	if (write_pages(p, keep, from, err) == -1)
		return -1;
	/* The backup is in: whatever this comes to, what was erased goes again. */
	rc = keep ? bring_journal(p, &brought, &why) : 0;
	/* Opened once more: an older backup is brought to the present version. */
	if (registry_open(&again, REGISTRY_WRITE, o, err) == -1)
		return -1;
	if (after_copy(again, brought, err) == -1) {
		registry_close(again);
		return -1;
	}
	registry_close(again);
	if (rc == -1)
		*err = why;
	return rc;
}

static int
write_new(const struct registry_options *o, struct present *p,
    struct sql *from, struct err *err)
{
	int rc = registry_open(&p->reg, REGISTRY_CREATE, o, err);

	if (rc == 0)
		rc = write_over(o, p, false, from, err);
	registry_close(p->reg);
	return rc;
}

/*
 * Over the registry, with its present contents kept; into a new one where there
 * was none, or only a broken one.
 */
static int
replace(const struct registry_options *o, struct present *p, struct sql *from,
    struct err *err)
{
	struct err why = ERR_INIT;
	struct stat st;
	int rc;

	if (lstat(p->path, &st) == -1)
		return write_new(o, p, from, err);
	rc = registry_open(&p->reg, REGISTRY_WRITE, o, &why);
	if (rc == 0)
		rc = write_over(o, p, true, from, &why);
	registry_close(p->reg);
	p->reg = NULL;
	if (rc == 0)
		return 0;
	/* One that could be copied whole is not broken. */
	if (p->kept != NULL || why.code != ERR_REGISTRY_BROKEN ||
	    !S_ISREG(st.st_mode)) {
		*err = why;
		return -1;
	}
	p->kept = move_present(p->path, err);
	return p->kept == NULL ? -1 : write_new(o, p, from, err);
}

int
keep_restore(const struct registry_options *options, const char *file,
    char **kept, struct err *err)
{
	static const struct registry_options none;
	const struct registry_options *o = options != NULL ? options : &none;
	struct present p = {
		.path = o->path != NULL ? o->path : paths_registry(),
	};
	struct ident_key key;
	struct sql *from;
	char *resolved;
	int rc = -1;

	/* Never made here: it would be another than the backup's. */
	if (key_load(&key, p.path, o->key, false, 0, err) == -1)
		return -1;
	resolved = copy_path(file, err);
	if (resolved != NULL && open_backup(resolved, &key, &from, err) == 0) {
		rc = replace(o, &p, from, err);
		sql_close(from);
	}
	free(resolved);
	key_wipe(&key);
	if (kept != NULL)
		*kept = p.kept;
	else
		free(p.kept);
	return rc;
}
