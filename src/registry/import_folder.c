#include "config.h"

#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cert/cert.h"
#include "cert/der.h"
#include "registry/importing.h"

struct folder {
	struct importing *imp;
	char		*path;		/* of what is looked at, PATH_MAX */
	uint8_t		*bytes;		/* CERT_DER_MAX + 1 */
};

static int	walk(struct folder *, int fd, int depth);

/*
 * Most files of a folder hold one certificate, small enough to be read at once;
 * then a stream's window would cost more than the reading.  The length, or -1
 * for what must be streamed or cannot be read.
 */
static ssize_t
read_small(struct folder *f, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOCTTY | O_NOFOLLOW);
	struct stat st;
	ssize_t n = -1;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size <= CERT_DER_MAX)
		n = read(fd, f->bytes, CERT_DER_MAX + 1);
	close(fd);
	return n == st.st_size && n > 0 && f->bytes[0] == DER_SEQUENCE ? n : -1;
}

static int
stream_file(struct folder *f, int dir, const char *name)
{
	struct importing *imp = f->imp;
	struct err why = ERR_INIT;
	int rc;

	if (stream_open_at(&imp->in, dir, name, f->path, &why) != 0) {
		importing_bad_err(imp, 0, &why);
		return 0;
	}
	rc = importing_certs(imp);
	imp->before += stream_at(imp->in);
	stream_close(imp->in);
	imp->in = NULL;
	return rc;
}

static int
take_file(struct folder *f, int dir, const char *name)
{
	ssize_t n = read_small(f, dir, name);
	int rc;

	if (n < 0)
		rc = stream_file(f, dir, name);
	else {
		f->imp->before += n;
		f->imp->p->done = f->imp->before;
		rc = importing_bytes(f->imp, span_of(f->bytes, (size_t)n));
	}
	return rc;
}

static int
go_into(struct folder *f, int dir, const char *name, int depth)
{
	int fd;

	if (depth == IMPORT_DEPTH) {
		f->imp->p->notes |= IMPORT_DEEP;
		return 0;
	}
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY |
	    O_NOFOLLOW);
	if (fd == -1) {
		struct err why = ERR_INIT;

		(void)err_errno(&why, ERR_IO, f->path);
		importing_bad_err(f->imp, 0, &why);
		return 0;
	}
	return walk(f, fd, depth + 1);
}

static mode_t
type_of(int dir, const struct dirent *e)
{
	struct stat st;

	if (e->d_type == DT_REG)
		return S_IFREG;
	if (e->d_type == DT_DIR)
		return S_IFDIR;
	if (e->d_type == DT_LNK)
		return S_IFLNK;
	if (e->d_type != DT_UNKNOWN ||
	    fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return 0;
	return st.st_mode & S_IFMT;
}

/* One name in a folder.  Links are counted, not followed; hidden files not looked at. */
static int
take_entry(struct folder *f, int dir, const struct dirent *e, int depth)
{
	size_t len = strlen(f->path);
	mode_t type = e->d_name[0] == '.' ? 0 : type_of(dir, e);
	int rc = 0;

	f->imp->p->links += type == S_IFLNK;
	if (type != S_IFREG && type != S_IFDIR)
		return 0;
	if (len + strlen(e->d_name) + 2 > PATH_MAX) {
		f->imp->p->notes |= IMPORT_DEEP;
		return 0;
	}
	f->path[len] = '/';
	memcpy(f->path + len + 1, e->d_name, strlen(e->d_name) + 1);
	rc = type == S_IFREG ? take_file(f, dir, e->d_name) :
	    go_into(f, dir, e->d_name, depth);
	f->path[len] = '\0';
	return rc;
}

/* Takes the descriptor over. */
static int
walk(struct folder *f, int fd, int depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	int rc = 0;

	if (dir == NULL) {
		close(fd);
		return err_errno(f->imp->err, ERR_IO, f->path);
	}
	while (rc == 0 && (e = readdir(dir)) != NULL) {
		rc = importing_go_on(f->imp);
		if (rc == 0)
			rc = take_entry(f, fd, e, depth);
	}
	closedir(dir);
	return rc;
}

int
importing_folder(struct importing *imp, const char *path)
{
	struct folder f = { .imp = imp };
	const char *given = imp->file;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY), rc;

	if (fd == -1)
		return err_errno(imp->err, ERR_IO, path);
	f.path = mem_alloc(PATH_MAX);
	f.bytes = mem_alloc(CERT_DER_MAX + 1);
	if (strlen(path) < PATH_MAX) {
		memcpy(f.path, path, strlen(path) + 1);
		imp->file = f.path;
		rc = walk(&f, fd, 0);
	} else {
		close(fd);
		rc = err_set(imp->err, ERR_NO_FILE, path, NULL);
	}
	imp->file = given;
	free(f.path);
	free(f.bytes);
	return rc;
}
