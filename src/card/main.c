/*
 * okienko-card: the card process.  Started by the desk with a socket as
 * descriptor 3; with --module it is the process of one PKCS#11 module, started
 * by the supervisor in the same way.  Not a program for people.
 */
#include "config.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/authority.h"
#include "base/conf.h"
#include "base/fence.h"
#include "base/forwarded.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/sandbox.h"
#include "base/spawn.h"
#include "base/trust.h"
#include "cert/issued.h"
#include "card/module.h"
#include "card/super.h"

struct arguments {
	int		 fd;
	const char	*conf;
	const char	*module;	/* NULL: the supervisor */
	const char	*forwarded;	/* the card service's socket, by SSH */
	const char	*log_level;	/* NULL: the configuration's */
	bool		 fresh;		/* a card that is there already is not read */
};

static int
parse(struct arguments *a, int argc, char **argv)
{
	static const struct option options[] = {
		{ "fd",		required_argument, NULL, 'f' },
		{ "conf",	required_argument, NULL, 'c' },
		{ "log",	required_argument, NULL, 'l' },
		{ "forwarded",	required_argument, NULL, 'w' },
		{ "module",	required_argument, NULL, 'm' },
		{ "fresh",	no_argument, NULL, 'n' },
		{ NULL,		0, NULL, 0 }
	};
	int c;

	*a = (struct arguments){ .fd = SPAWN_FD };
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 'f':
			a->fd = atoi(optarg);
			break;
		case 'c':
			a->conf = optarg;
			break;
		case 'l':
			a->log_level = optarg;
			break;
		case 'w':
			a->forwarded = optarg;
			break;
		case 'm':
			a->module = optarg;
			break;
		case 'n':
			a->fresh = true;
			break;
		default:
			return -1;
		}
	return optind == argc && a->fd >= SPAWN_FD ? 0 : -1;
}

/* A configuration with mistakes is whole all the same; the desk tells of them. */
static void
configure(struct conf *conf, struct arguments *a)
{
	struct err err = ERR_INIT, owner = ERR_INIT;
	int rc, level;

	/* One that is not root's says nothing of what is run for others. */
	if (a->conf == NULL && trust_conf(paths_conf(), &owner) == -1)
		a->conf = "/dev/null";
	rc = conf_load(conf, a->conf, NULL, &err);

	if (a->log_level == NULL || log_level_parse(a->log_level) == -1)
		a->log_level = conf->log_level;
	level = log_level_parse(a->log_level);
	log_open("okienko-card", level == -1 ? LOG_LV_WARN :
	    (enum log_level)level, 0);
	if (owner.code != ERR_NONE)
		log_err("configuration", &owner);
	if (rc == -1)
		log_err("configuration", &err);
}

/*
 * Card software gives back memory with a PIN in it: OpenSC makes a dump of each
 * command for a log that nobody keeps.  In the processes of modules the
 * allocator overwrites what it is given back, with 0xff, and hands memory out
 * as zeros; that takes its short way round (tcache) away, where it would not.
 */
static void
forget_what_is_freed(void)
{
	(void)setenv("GLIBC_TUNABLES",
	    "glibc.malloc.perturb=255:glibc.malloc.tcache_count=0", 1);
}

/*
 * Card software, whoever made it, writes where this session keeps its own and
 * where its keeper says; and it reaches nobody but the card service.
 */
static int
fence_off(const struct conf *conf, struct err *err)
{
	struct fence fence = { .alone = true };

	fence.writable[fence.n++] = paths_runtime();
	for (size_t i = 0; i < conf->card_writes.n; i++)
		fence.writable[fence.n++] = conf->card_writes.v[i];
	return fence_raise(&fence, err);
}

static int
run(struct arguments *a, const struct conf *conf, struct err *err)
{
	struct authorities authorities = { .n = 0 };
	struct super_options o = { .fd = SPAWN_FD, .conf = conf,
		.authorities = &authorities, .conf_path = a->conf,
		.log_level = a->log_level,
		.forwarded = a->forwarded, .fresh = a->fresh };
	struct err mistake = ERR_INIT;
	char *at = NULL;
	int rc;

	if (a->module != NULL) {
		if (sandbox_module(err) == -1)
			return -1;
		return module_process_main(a->module, SPAWN_FD, conf);
	}
	if (sandbox_supervisor(err) == -1 || fence_off(conf, err) == -1)
		return -1;
	if (authorities_load(&authorities, a->conf, NULL, &mistake) == -1)
		log_err("configuration", &mistake);
	cert_authority_keys(&authorities);
	/* libpcsclite reads it, here and in the processes of modules. */
	if (a->forwarded != NULL)
		at = forwarded_at(a->forwarded);
	if (at != NULL)
		(void)setenv("PCSCLITE_CSOCK_NAME", at, 1);
	free(at);
	forget_what_is_freed();
	rc = super_main(&o);
	authorities_clear(&authorities);
	return rc;
}

int
main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct arguments a;
	struct conf conf;
	int status = EXIT_FAILURE;

	if (parse(&a, argc, argv) == -1 ||
	    (a.fd != SPAWN_FD && dup2(a.fd, SPAWN_FD) == -1) ||
	    sandbox_descriptors(SPAWN_FD, &err) == -1)
		return EXIT_FAILURE;
	/* Nothing of ours, or of a module that hangs, outlives its owner. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077);
	configure(&conf, &a);
	status = run(&a, &conf, &err);
	if (err.code != ERR_NONE)
		log_err("start", &err);
	conf_clear(&conf);
	return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
