/*
 * vcard: one virtual card for one virtual reader, and orders to it.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/control.h"
#include "tests/card/vcard.h"
#include "tests/card/vpcd.h"

#define RETRY_MS	100	/* between attempts to reach a reader */

static const char usage_text[] =
"usage: vcard [--port N] [--image FILE] [--type isoapplet|piv] [--atr HEX]\n"
"             [--log FILE] [--delay-ms N] [--fault LIST] [--seed N]\n"
"             [--ctl SOCKET] [--out] [--tied]\n"
"       vcard --tell SOCKET ORDER...\n"
"\n"
"A card in the reader that vpcd offers at this port of the loopback.  It is\n"
"kept in the image, made blank when the file is not there.  --out: not in the\n"
"reader yet; --tied: ends when the parent process does; --delay-ms: every\n"
"answer takes that long.  Faults, N counting commands since insertion:\n"
"slow=MS[@N] mute[@N] silent=HEX pull[@N] bounce[@N] nopower=TIMES\n"
"badlen=K[@N] endless61[@N] garbage[@N] sw=HEX[@N] other=IMAGE[@POWERUP].\n"
"Orders to a running card: pull, insert [IMAGE], swap IMAGE, fault LIST, clear,\n"
"recount, delay MS, status, quit.\n";

static int
timeout_of(const struct vcard *v)
{
	uint64_t now = vcard_now();

	if (v->pending)
		return v->due <= now ? 0 : (int)(v->due - now);
	return v->wanted && v->fd == -1 ? RETRY_MS : -1;
}

/* Until told to quit, or the reader goes and nobody could call it back. */
static void
run(struct vcard *v, int ctl, int signals)
{
	struct pollfd p[3] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = ctl, .events = POLLIN },
	};
	char line[CONTROL_LINE_MAX];
	const char *said;
	int client;

	for (;;) {
		if (v->wanted && v->fd == -1 && v->not_before <= vcard_now())
			vcard_try_insert(v);
		p[2] = (struct pollfd){ v->pending ? -1 : v->fd, POLLIN, 0 };
		if (poll(p, 3, timeout_of(v)) == -1 && errno != EINTR)
			panic("poll: %s", strerror(errno));
		if (p[0].revents)
			return;
		if (p[1].revents &&
		    (client = control_accept(ctl, line, sizeof(line))) != -1) {
			said = vcard_obey(v, line);
			control_answer(client, said ? said : "ok");
			if (said == NULL)
				return;
			continue;
		}
		if (v->pending && v->due <= vcard_now())
			vcard_send_answer(v);
		else if (p[2].revents)
			vcard_frame(v);
		if (v->fd == -1 && ctl == -1)
			return;
	}
}

static int
signal_fd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

enum { OPT_TELL = 256, OPT_OUT, OPT_TIED, OPT_SEED };

static const struct option options[] = {
	{ "atr", required_argument, NULL, 'a' },
	{ "ctl", required_argument, NULL, 'c' },
	{ "delay-ms", required_argument, NULL, 'd' },
	{ "fault", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ "image", required_argument, NULL, 'i' },
	{ "log", required_argument, NULL, 'l' },
	{ "out", no_argument, NULL, OPT_OUT },
	{ "port", required_argument, NULL, 'p' },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "tell", required_argument, NULL, OPT_TELL },
	{ "tied", no_argument, NULL, OPT_TIED },
	{ "type", required_argument, NULL, 't' },
	{ NULL, 0, NULL, 0 },
};

struct told {
	const char *ctl, *tell;
};

static void
usage(int code)
{
	fputs(usage_text, code ? stderr : stdout);
	exit(code);
}

static void
open_log(struct vcard *v, const char *path)
{
	v->log = fopen(path, "ae");
	if (v->log == NULL)
		panic("%s: %s", path, strerror(errno));
	setvbuf(v->log, NULL, _IOLBF, 0);
}

static void
take_option(struct vcard *v, struct told *told, int o)
{
	switch (o) {
	case 'a': v->atr = optarg; break;
	case 'c': told->ctl = optarg; break;
	case 'd': v->delay = strtoul(optarg, NULL, 10); break;
	case 'i': v->image = mem_strdup(optarg); break;
	case 'l': open_log(v, optarg); break;
	case 'p': v->port = (unsigned)strtoul(optarg, NULL, 10); break;
	case 't': v->type = optarg; break;
	case OPT_OUT: v->wanted = false; break;
	case OPT_SEED:
		faults_seed(&v->faults, strtoull(optarg, NULL, 10));
		break;
	case OPT_TELL: told->tell = optarg; break;
	case OPT_TIED: prctl(PR_SET_PDEATHSIG, SIGTERM); break;
	case 'h': usage(0); break;
	case 'f':
		if (faults_add(&v->faults, optarg) == 0)
			break;
		/* FALLTHROUGH */
	default: usage(2);
	}
}

int
main(int argc, char **argv)
{
	struct vcard v = {
		.port = 35963, .type = "isoapplet", .fd = -1, .wanted = true,
	};
	struct told told = { NULL, NULL };
	int o, ctl = -1, signals = signal_fd();

	faults_seed(&v.faults, 1);
	buf_init(&v.command, VPCD_FRAME_MAX);
	buf_init(&v.answer, CARD_BUF_MAX);
	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&v, &told, o);
	if (told.tell)
		return control_tell(told.tell, argv + optind);
	if (optind != argc || card_type(v.type) == NULL)
		usage(2);
	if (vcard_load(&v, v.image) == -1 ||
	    (told.ctl && (ctl = control_open(told.ctl)) == -1))
		return 1;
	if (v.wanted)
		vcard_try_insert(&v);
	if (v.fd == -1 && ctl == -1)
		panic("no reader at port %u", v.port);
	run(&v, ctl, signals);
	vcard_pull(&v);
	if (told.ctl)
		unlink(told.ctl);
	faults_clear(&v.faults);
	card_free(v.card);
	buf_clear(&v.command);
	buf_clear(&v.answer);
	free(v.image);
	if (v.log)
		fclose(v.log);
	return 0;
}
