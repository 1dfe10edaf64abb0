/*
 * okienko-net: asks servers over HTTP and HTTPS what the desk asks of it on
 * descriptor 3.  Started by the desk at its first question, ends by itself when
 * nothing is asked; not a program for people.
 */
#include "config.h"

#include <sys/stat.h>
#include <signal.h>
#include <stdlib.h>

#include "base/sandbox.h"
#include "base/spawn.h"
#include "net/serve.h"

static const struct sandbox_limits limits = {
	.memory = 512ul << 20,
	.cpu = 600,
	.files = 64,
	.threads = true,	/* names are looked up in one */
};

static int
run(struct err *err)
{
	struct web *web = NULL;
	int rc = -1;

	if (sandbox_limit(&limits, err) == 0 && web_new(&web, err) == 0 &&
	    sandbox_network(err) == 0)
		rc = serve(web, SPAWN_FD, err);
	web_free(web);
	return rc;
}

int
main(void)
{
	struct err err = ERR_INIT;

	if (sandbox_descriptors(SPAWN_FD, &err) == -1)
		return EXIT_FAILURE;
	(void)signal(SIGPIPE, SIG_IGN);
	/* Kerberos would keep in its file what it got: that fails, and no more. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)umask(077);
	return run(&err) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
