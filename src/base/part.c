#include "config.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/part.h"

#define TRIES	10	/* others may clear up at the same time */

/*
 * Of the open file, so that it ends with it and not with another descriptor that
 * the process closes; of one byte, which is none of those that SQLite locks.
 * Where there are no locks nobody is seen to hold it, nor is it taken away.
 */
static int
hold(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &lock);
}

static bool
is_still(int fd, const char *part)
{
	struct stat one, two;

	return fstat(fd, &one) == 0 && lstat(part, &two) == 0 &&
	    one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* A file of ours that its writer left; -1 and EEXIST when it is not. */
static int
clear_up(const char *part)
{
	int fd = open(part, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	int rc = -1;

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && hold(fd) == 0)
		rc = !is_still(fd, part) || unlink(part) == 0 ? 0 : -1;
	if (fd != -1)
		close(fd);
	if (rc == -1)
		errno = EEXIST;
	return rc;
}

/* 1 and the file, 0 to try again, -1. */
static int
try_to_make(const char *part, int *fd)
{
	*fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (*fd == -1)
		return errno == EEXIST ? clear_up(part) : -1;
	/* A stick's file system may know no modes. */
	(void)fchmod(*fd, 0600);
	if ((hold(*fd) == 0 || (errno != EAGAIN && errno != EACCES)) &&
	    is_still(*fd, part))
		return 1;
	close(*fd);
	return 0;
}

int
part_make(const char *part)
{
	int fd, rc = 0;

	for (int i = 0; i < TRIES && rc == 0; i++)
		rc = try_to_make(part, &fd);
	if (rc == 0)
		errno = EEXIST;
	return rc == 1 ? fd : -1;
}

int
part_name(const char *part, const char *file)
{
	if (renameat2(AT_FDCWD, part, AT_FDCWD, file, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* Not on every file system; a link does not replace either. */
	if (link(part, file) == -1)
		return -1;
	return unlink(part);
}

int
part_settle(const char *file)
{
	char *copy = mem_strdup(file);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	free(copy);
	if (fd == -1)
		return -1;
	rc = fsync(fd);
	/* Some file systems cannot do that for a folder. */
	if (rc == -1 && errno == EINVAL)
		rc = 0;
	close(fd);
	return rc;
}

int
part_take(int fd, const char *part, const char *file)
{
	if (fsync(fd) == -1 || part_name(part, file) == -1)
		return -1;
	return part_settle(file);
}
