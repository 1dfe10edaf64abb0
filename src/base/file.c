#include "config.h"

#include "base/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CHUNK	8192

/* A regular file, or a device such as /dev/null: never a thing that blocks. */
static int
open_plain(const char *path, const char *name, struct err *err)
{
	struct stat	 st;
	int		 fd;

	/* Without O_NONBLOCK a named pipe would hold us before fstat. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return err_errno(err, errno == ENOENT || errno == ENOTDIR ?
		    ERR_NO_FILE : ERR_IO, name);
	if (fstat(fd, &st) == -1) {
		err_errno(err, ERR_IO, name);
	} else if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		err_errno(err, ERR_IO, name);
	} else
		return fd;
	close(fd);
	return -1;
}

static int
read_all(int fd, const char *name, struct buf *out, struct err *err)
{
	uint8_t	 chunk[CHUNK];
	ssize_t	 n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_errno(err, ERR_IO, name);
		if (buf_add(out, chunk, (size_t)n) == -1)
			return err_set(err, ERR_TOO_BIG, name,
			    "more than %zu bytes", out->max);
	}
	return 0;
}

int
file_read(const char *path, const char *name, struct buf *out, struct err *err)
{
	int	 fd, rc;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, name, out, err);
	if ((fd = open_plain(path, name, err)) == -1)
		return -1;
	rc = read_all(fd, name, out, err);
	close(fd);
	return rc;
}

int
file_folders(char *path)
{
	char *slash = path;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (mkdir(path, 0700) == -1 && errno != EEXIST) {
			*slash = '/';
			return -1;
		}
		*slash = '/';
	}
	return 0;
}

int
file_unwritten(const char *name, struct err *err)
{
	return err_errno(err, errno == ENOSPC || errno == EDQUOT ?
	    ERR_DISK_FULL : errno == EACCES || errno == EROFS ?
	    ERR_READ_ONLY : ERR_IO, name);
}
