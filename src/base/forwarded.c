#include "config.h"

#include "base/forwarded.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/paths.h"

static char *
aside(const char *path)
{
	return mem_printf("%s.desk", path);
}

/* Whether somebody listens there (a full queue is somebody): 1, 0, -1 not known. */
static int
answers(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = strlen(path);
	int fd, yes;

	if (n >= sizeof to.sun_path)
		return -1;
	memcpy(to.sun_path, path, n);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	yes = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ||
	    errno == EAGAIN ? 1 : errno == ECONNREFUSED ? 0 : -1;
	(void)close(fd);
	return yes;
}

void
forwarded_take(const char *path)
{
	struct stat st;
	char *to;

	if (lstat(path, &st) == -1 || !S_ISSOCK(st.st_mode) ||
	    st.st_uid != geteuid())
		return;
	if (answers(path) == 0) {
		(void)unlink(path);
		return;
	}
	to = aside(path);
	(void)rename(path, to);
	free(to);
}

char *
forwarded_at(const char *path)
{
	char *to = aside(path);

	if (answers(to) == 1)
		return to;
	free(to);
	return mem_strdup(path);
}

void
forwarded_take_all(void)
{
	char *p11 = mem_printf("/run/user/%lu/p11-kit/pkcs11",
	    (unsigned long)geteuid());
	char *at, *address;

	forwarded_take(paths_forwarded_pcsc());
	forwarded_take(p11);
	at = forwarded_at(p11);
	address = mem_printf("unix:path=%s", at);
	(void)setenv("P11_KIT_SERVER_ADDRESS", address, 1);
	free(address);
	free(at);
	free(p11);
}
