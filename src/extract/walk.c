#include "config.h"

#include "extract/walk.h"

#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* --- one file ---------------------------------------------------------------- */

/*
 * Without O_NONBLOCK a named pipe would hold us before fstat; and that is asked
 * again, since what was a file may be none any more.
 */
static int
open_regular(int folder, const char *path, int flags, struct stat *st)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOCTTY | flags);

	if (fd != -1 && fstat(fd, st) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

int
walk_open(const char *path, int *fd, struct err *err)
{
	struct stat st;

	*fd = -1;
	/* To open a device is to do something to it. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(err, ERR_BAD_DATA, path, "not a regular file");
	*fd = open_regular(AT_FDCWD, path, 0, &st);
	if (*fd == -1)
		return err_errno(err, errno == ENOENT || errno == ENOTDIR ?
		    ERR_NO_FILE : ERR_IO, path);
	if (S_ISREG(st.st_mode) && st.st_size <= (off_t)WALK_FILE_MAX)
		return 0;
	(void)close(*fd);
	*fd = -1;
	if (S_ISREG(st.st_mode))
		return err_set(err, ERR_TOO_BIG, path, "%lld bytes",
		    (long long)st.st_size);
	return err_set(err, ERR_BAD_DATA, path, "not a regular file");
}

/* --- a folder ------------------------------------------------------------------ */

static void walk_folder(int folder, const char *path, int depth,
    struct walk_list *);

static void
add(struct walk_list *list, char *path)
{
	list->paths = mem_grow(list->paths, list->n + 1, sizeof(*list->paths));
	list->paths[list->n++] = path;
}

/* Between looking and opening it may have become another: so look again. */
static void
enter(int parent, const char *name, char *path, int depth,
    struct walk_list *list)
{
	int fd;

	if (depth == WALK_DEPTH_MAX || list->folders == WALK_FOLDERS_MAX) {
		list->cut = true;
		return;
	}
	list->folders++;
	fd = openat(parent, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY |
	    O_NOFOLLOW);
	if (fd == -1)
		list->unread++;
	else
		walk_folder(fd, path, depth, list);
}

static void
visit(int parent, const char *name, const char *within, int depth,
    struct walk_list *list)
{
	const char *slash = within[strlen(within) - 1] == '/' ? "" : "/";
	struct stat st;
	char *path;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return;
	path = mem_printf("%s%s%s", within, slash, name);
	if (S_ISREG(st.st_mode)) {
		add(list, path);
		return;
	}
	if (S_ISDIR(st.st_mode))
		enter(parent, name, path, depth + 1, list);
	free(path);
}

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
is_given_up(const struct walk_list *list)
{
	return list->cancel != NULL && atomic_load(list->cancel);
}

/* folder is closed; depth is of what it is in. */
static void
walk_folder(int folder, const char *path, int depth, struct walk_list *list)
{
	struct dirent **entries;
	int n = scandirat(folder, ".", &entries, not_hidden, by_bytes);

	if (n < 0)
		list->unread++;
	for (int i = 0; i < n; i++) {
		if (list->n == WALK_FILES_MAX)
			list->cut = true;
		else if (!is_given_up(list))
			visit(folder, entries[i]->d_name, path, depth, list);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	(void)close(folder);
}

int
walk_files(const char *path, const atomic_bool *cancel, struct walk_list *list,
    struct err *err)
{
	struct stat st;
	int fd;

	memset(list, 0, sizeof(*list));
	list->cancel = cancel;
	if (stat(path, &st) == -1)
		return err_errno(err, errno == ENOENT || errno == ENOTDIR ?
		    ERR_NO_FILE : ERR_IO, path);
	if (!S_ISDIR(st.st_mode)) {
		add(list, mem_strdup(path));
		return 0;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	if (fd == -1)
		return err_errno(err, ERR_IO, path);
	walk_folder(fd, path, 0, list);
	list->cancel = NULL;	/* the caller's, who may end before the list */
	return 0;
}

size_t
walk_gaps(const struct walk_list *list, const char *path,
    struct err gaps[static WALK_GAPS_MAX])
{
	size_t n = 0;

	memset(gaps, 0, WALK_GAPS_MAX * sizeof *gaps);
	if (list->unread > 0)
		(void)err_set(&gaps[n++], ERR_IO, path,
		    "folders in it that cannot be opened: %zu", list->unread);
	if (list->cut)
		(void)err_set(&gaps[n++], ERR_PART_LEFT_OUT, path, NULL);
	return n;
}

void
walk_clear(struct walk_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->paths[i]);
	free(list->paths);
	memset(list, 0, sizeof(*list));
}
