/* Backup and restore. */
#include "config.h"

#include <sys/stat.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/part.h"
#include "base/paths.h"
#include "base/text.h"
#include "registry/copy.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/key.h"

static int
file_failed(struct err *err, const char *file)
{
	return err_errno(err, errno == EEXIST ? ERR_EXISTS :
	    errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL :
	    errno == EACCES || errno == EROFS || errno == EPERM ?
	    ERR_READ_ONLY : errno == ENOENT ? ERR_NO_FILE : ERR_IO, file);
}

/* Make a file that was not there, for us alone. */
static int
make(const char *file)
{
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);

	/* A stick's file system may know no modes. */
	if (fd != -1)
		(void)fchmod(fd, 0600);
	return fd;
}

/* --- backup ----------------------------------------------------------------- */

static int
write_key(const struct ident_key *key, const char *file, struct err *err)
{
	char hex[2 * sizeof key->b + 2];
	size_t len = 2 * sizeof key->b + 1;
	int fd = make(file), rc = 0;

	if (fd == -1)
		return file_failed(err, file);
	text_hex(key->b, sizeof key->b, 0, hex, sizeof hex);
	hex[len - 1] = '\n';
	if (write(fd, hex, len) != (ssize_t)len || fsync(fd) == -1) {
		rc = file_failed(err, file);
		(void)unlink(file);
	}
	explicit_bzero(hex, sizeof hex);
	close(fd);
	return rc;
}

/*
 * A fresh file needs no journal: if anything goes wrong it is thrown away.  As
 * a backup it is no write-ahead database any more, so that it can be read from
 * where nothing can be written.
 */
static int
copy_into(struct registry *reg, const char *part, keep_progress_fn *fn,
    void *arg, struct err *err)
{
	struct sql *to;
	int rc = -1;

	if (sql_open(&to, part, SQLITE_OPEN_READWRITE, NULL, err) == -1)
		return -1;
	if (sql_exec(to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF",
	    err) == 0 && copy_pages(to, reg->sql, fn, arg, err) == 0 &&
	    sql_exec(to, "PRAGMA journal_mode = DELETE", err) == 0 &&
	    copy_sound(to, err) == 0 && copy_ours(to, &reg->key, err) == 0)
		rc = 0;
	sql_close(to);
	return rc;
}

static int
backup_part(struct registry *reg, const char *part, const char *file,
    keep_progress_fn *fn, void *arg, struct err *err)
{
	int fd = part_make(part), rc = -1;

	if (fd == -1)
		return file_failed(err, part);
	if (copy_into(reg, part, fn, arg, err) == 0) {
		rc = part_take(fd, part, file);
		if (rc == -1)
			(void)file_failed(err, file);
	}
	if (rc == -1)
		(void)unlink(part);
	close(fd);
	return rc;
}

/* Before there is a file: a backup that was begun has been one. */
static int
note(struct registry *reg, bool with_key, struct err *err)
{
	struct journal_entry entry = { .action = JOURNAL_BACKUP,
	    .what = with_key ? "with its key" : NULL };

	return reg->read_only ? 0 : journal_add(reg, &entry, err);
}

static int
backup(struct registry *reg, const char *file, bool with_key,
    keep_progress_fn *fn, void *arg, struct err *err)
{
	char *part = mem_printf("%s.part", file);
	char *key = mem_printf("%s.key", file);
	struct stat st;
	int rc = -1;

	if (lstat(file, &st) == 0)
		(void)err_set(err, ERR_EXISTS, file, NULL);
	else if (with_key && lstat(key, &st) == 0)
		(void)err_set(err, ERR_EXISTS, key, NULL);
	else if (note(reg, with_key, err) == 0 &&
	    backup_part(reg, part, file, fn, arg, err) == 0) {
		rc = with_key ? write_key(&reg->key, key, err) : 0;
		if (rc == -1)
			(void)unlink(file);
	}
	free(part);
	free(key);
	return rc;
}

int
keep_backup(struct registry *reg, const char *file, bool with_key,
    keep_progress_fn *fn, void *arg, struct err *err)
{
	char *resolved = copy_path(file, err);
	int rc = -1;

	if (resolved == NULL)
		return -1;
	rc = backup(reg, resolved, with_key, fn, arg, err);
	free(resolved);
	return rc;
}

/* --- copies that a restore left ------------------------------------------------ */

#define COPIES_MAX	100	/* that are told of */

/* ".2026-11-22" or ".2026-11-22-2" behind the registry's name. */
static bool
is_copy(const char *name, const char *registry)
{
	static const char form[] = ".dddd-dd-dd";
	size_t len = strlen(registry), i;

	if (strncmp(name, registry, len) != 0)
		return false;
	name += len;
	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)name[i]) :
		    name[i] != form[i])
			return false;
	name += i;
	if (name[0] == '-')
		name += 1 + strspn(name + 1, "0123456789");
	return name[0] == '\0';
}

static int
is_listed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

json_t *
keep_copies(const char *path)
{
	char *one = mem_strdup(path), *two = mem_strdup(path);
	const char *dir = dirname(one), *name = basename(two);
	json_t *copies = json_array();
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, is_listed, alphasort);

	for (int i = 0; i < n; i++) {
		if (json_array_size(copies) < COPIES_MAX &&
		    is_copy(entries[i]->d_name, name))
			json_array_append_new(copies,
			    jstring(entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	free(one);
	free(two);
	return copies;
}
