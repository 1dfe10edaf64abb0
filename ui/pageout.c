#include "config.h"

#include "ui/pageout.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/reach.h"
#include "net/net.h"

static int
write_all(int fd, const struct buf *page)
{
	size_t done = 0;
	ssize_t n;

	while (done < page->len) {
		n = write(fd, page->data + done, page->len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

static int
save(const char *path, const struct buf *page, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	int rc = 0;

	if (fd == -1)
		return err_errno(err, errno == EEXIST ? ERR_EXISTS : ERR_IO,
		    path);
	if (write_all(fd, page) == -1 || fsync(fd) == -1)
		rc = err_errno(err, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO,
		    path);
	close(fd);
	if (rc == -1)
		unlink(path);
	return rc;
}

int
pageout_save(const char *path, const struct buf *page, struct err *err)
{
	char *real;
	int rc = reach_new(path, &real, err) == 0 ? save(real, page, err) : -1;

	free(real);
	return rc;
}

/* By the cause's name, which is the same in every language. */
int
pageout_unnoted(struct err *err)
{
	snprintf(err->what, sizeof err->what, "%s", err_id(err->code));
	err->code = ERR_NOT_NOTED;
	return -1;
}

int
pageout_print(const struct conf *conf, const char *title,
    const struct buf *page, const atomic_bool *cancel, struct err *err)
{
	const char *printer = conf->printer;
	int fd = memfd_create("page", MFD_CLOEXEC), rc;

	if (fd == -1)
		return err_errno(err, ERR_IO, title);
	if (write_all(fd, page) == -1 || lseek(fd, 0, SEEK_SET) == -1)
		rc = err_errno(err, ERR_IO, title);
	else
		rc = net_print(fd, title, printer[0] != '\0' ? printer : NULL,
		    cancel, err);
	close(fd);
	return rc;
}
