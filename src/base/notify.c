#include "config.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/notify.h"

int
notify_open(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const char *name = getenv("NOTIFY_SOCKET");
	size_t n = name != NULL ? strlen(name) : 0;
	int fd;

	if (n < 2 || n >= sizeof at.sun_path ||
	    (name[0] != '/' && name[0] != '@'))
		return -1;
	memcpy(at.sun_path, name, n);
	if (name[0] == '@')	/* which stands for a zero byte */
		at.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd != -1 && connect(fd, (const struct sockaddr *)&at,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) == -1) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

void
notify_say(int fd, const char *state)
{
	if (fd != -1)
		(void)send(fd, state, strlen(state), MSG_NOSIGNAL);
}
