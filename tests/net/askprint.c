/*
 * The desk's door to the printer by hand, for shell tests; prints the error:
 *
 *   ID what detail
 *
 * askprint [-S SERVER] [-p PRINTER] [-t TITLE] [-d DEADLINE-MS] FILE
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/net.h"

int
main(int argc, char **argv)
{
	struct net_printing o = { .helper = NULL };
	const char *printer = NULL, *title = "page";
	struct err err = ERR_INIT;
	char said[512];
	int c, fd, rc;

	while ((c = getopt(argc, argv, "S:d:p:t:")) != -1)
		switch (c) {
		case 'S': o.server = optarg; break;
		case 'd': o.deadline_ms = strtoll(optarg, NULL, 10); break;
		case 'p': printer = optarg; break;
		case 't': title = optarg; break;
		default: return 2;
		}
	if (optind + 1 != argc ||
	    (fd = open(argv[optind], O_RDONLY | O_CLOEXEC)) == -1)
		return 2;
	rc = net_print_by(&o, fd, title, printer, NULL, &err);
	if (rc == -1)
		printf("%s\t%s\t%s\n", err_id(err.code), err.what,
		    err_technical(&err, said, sizeof(said)));
	(void)close(fd);
	return rc == 0 ? 0 : 1;
}
