#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/card/control.h"

static int
address(const char *path, struct sockaddr_un *a)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(a->sun_path)) {
		fprintf(stderr, "%s: too long for a socket\n", path);
		return -1;
	}
	memcpy(a->sun_path, path, strlen(path) + 1);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int
control_open(const char *path)
{
	struct sockaddr_un a;
	int fd = address(path, &a);

	if (fd == -1)
		return -1;
	unlink(path);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 8) == -1) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static void
patience(int fd, time_t seconds)
{
	struct timeval t = { .tv_sec = seconds };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
}

/* A line, without its end; -1 when the other side goes or says too much. */
static int
get_line(int fd, char *line, size_t size)
{
	size_t n = 0;
	ssize_t k;

	while (n < size - 1) {
		k = recv(fd, line + n, size - 1 - n, 0);
		if (k <= 0)
			return -1;
		n += (size_t)k;
		line[n] = '\0';
		if (line[n - 1] == '\n') {
			line[n - 1] = '\0';
			return 0;
		}
	}
	return -1;
}

static int
put_line(int fd, const char *line)
{
	char with_end[CONTROL_LINE_MAX];
	int n = snprintf(with_end, sizeof(with_end), "%s\n", line);

	if (n >= (int)sizeof(with_end))
		return -1;
	return send(fd, with_end, (size_t)n, MSG_NOSIGNAL) == n ? 0 : -1;
}

int
control_accept(int fd, char *line, size_t size)
{
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	if (client == -1)
		return -1;
	patience(client, 1);
	if (get_line(client, line, size) == 0)
		return client;
	close(client);
	return -1;
}

void
control_answer(int client, const char *line)
{
	put_line(client, line);
	close(client);
}

int
control_tell(const char *path, char *const words[])
{
	struct sockaddr_un a;
	char line[CONTROL_LINE_MAX] = "";
	size_t n = 0;
	int fd = address(path, &a), rc = 1;

	if (fd == -1)
		return 1;
	for (; *words && n < sizeof(line); words++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%s",
		    n ? " " : "", *words);
	patience(fd, 10);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    put_line(fd, line) == -1 ||
	    get_line(fd, line, sizeof(line)) == -1)
		fprintf(stderr, "%s: no answer\n", path);
	else {
		puts(line);
		rc = strncmp(line, "error", 5) == 0;
	}
	close(fd);
	return rc;
}
