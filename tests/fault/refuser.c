/*
 * refuser SOCKET: a card service that lets nobody in.  pcscd does not answer a
 * client that polkit refuses: it takes the connection and hangs up, at once.
 * So does this, until SIGTERM.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (argc != 2 || strlen(argv[1]) >= sizeof(a.sun_path)) {
		fprintf(stderr, "usage: refuser SOCKET\n");
		return 2;
	}
	memcpy(a.sun_path, argv[1], strlen(argv[1]) + 1);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 8) == -1) {
		perror(argv[1]);
		return 1;
	}
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client != -1)
			close(client);
	}
}
