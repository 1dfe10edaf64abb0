/*
 * refuser [--version] SOCKET: a card service that lets nobody in.  pcscd does not
 * answer a client that polkit refuses: it takes the connection and hangs up, at
 * once.  So does this, until SIGTERM.  With --version it is one that speaks another
 * version of the protocol: it says so, as pcscd does, when it is asked.
 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A header, then what SCardEstablishContext asks first (winscard_msg.h). */
struct header {
	uint32_t	 size, command;
};
struct version {
	int32_t		 major, minor;
	uint32_t	 rv;
};
#define NO_SERVICE	0x8010001d

static void
answer_version(int client)
{
	struct header h;
	struct version v;

	if (recv(client, &h, sizeof(h), MSG_WAITALL) != (ssize_t)sizeof(h) ||
	    recv(client, &v, sizeof(v), MSG_WAITALL) != (ssize_t)sizeof(v))
		return;
	v.major += 1;
	v.rv = NO_SERVICE;
	(void)!write(client, &v, sizeof(v));
}

int
main(int argc, char **argv)
{
	bool version = argc == 3 && strcmp(argv[1], "--version") == 0;
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	argv += version;
	if (argc != 2 + version || strlen(argv[1]) >= sizeof(a.sun_path)) {
		fprintf(stderr, "usage: refuser [--version] SOCKET\n");
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

		if (client == -1)
			continue;
		if (version)
			answer_version(client);
		close(client);
	}
}
