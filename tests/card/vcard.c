/*
 * vcard: one virtual card for one virtual reader.  It is in the reader while
 * this program is connected to it, so it can be pulled and put back.
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
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/card.h"
#include "tests/card/control.h"
#include "tests/card/fault.h"
#include "tests/card/vpcd.h"

#define RETRY_MS	100	/* between attempts to reach a reader that went */
#define SWAP_MS		1000	/* pcscd looks every 400 ms */

struct vcard {
	/* as told */
	unsigned	 port;
	char		*image;		/* NULL: nothing is kept */
	const char	*type, *atr;
	FILE		*log;
	unsigned long	 delay;
	struct faults	 faults;
	/* as it is */
	struct card	*card;
	int		 fd;		/* to the reader; -1 while out of it */
	bool		 wanted;	/* shall be in the reader */
	uint64_t	 not_before;	/* but not earlier than that */
	unsigned long	 apdus;		/* since it went in */
	unsigned long	 power_ups;	/* since it went in */
	unsigned long	 all, verifies;	/* since the program began */
	struct buf	 command, answer;
	bool		 pending;	/* answer waits for its time */
	uint64_t	 due;
};

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
"slow=MS[@N] mute[@N] pull[@N] badlen=K[@N] endless61[@N] garbage[@N]\n"
"sw=HEX[@N] other=IMAGE[@POWERUP].  Orders to a running card: pull,\n"
"insert [IMAGE], swap IMAGE, fault LIST, clear, recount, delay MS,\n"
"status, quit.\n";

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
note(struct vcard *v, const char *what)
{
	if (v->log)
		fprintf(v->log, "%llu %s\n", (unsigned long long)now_ms(), what);
}

/* "MS N NAME > command < answer": NAME is for counting. */
static void
note_exchange(struct vcard *v, const char *end)
{
	const struct buf *c = &v->command, *a = &v->answer;

	if (v->log == NULL)
		return;
	fprintf(v->log, "%llu %lu %s > ", (unsigned long long)now_ms(),
	    v->apdus, apdu_name(span_of(c->data, c->len)));
	hex_write(v->log, c->data, c->len);
	fputs(" < ", v->log);
	if (end)
		fputs(end, v->log);
	else
		hex_write(v->log, a->data, a->len);
	putc('\n', v->log);
}

/* Puts this image into the card's place; the one before stays on failure. */
static int
load(struct vcard *v, const char *image)
{
	struct store *s = NULL;
	const struct card_type *type = card_type(v->type);

	if (image && access(image, F_OK) == 0) {
		if ((s = store_load(image)) == NULL)
			return -1;
		type = card_type(s->type);
		if (type == NULL) {
			fprintf(stderr, "%s: a card of type %s\n", image,
			    s->type);
			store_free(s);
			return -1;
		}
	} else
		s = store_new(type->name, v->atr ? v->atr : type->atr);
	card_free(v->card);
	v->card = card_new(type, s);
	return 0;
}

static int
keep(struct vcard *v, const char *image)
{
	if (load(v, image) == -1)
		return -1;
	free(v->image);
	v->image = mem_strdup(image);
	return 0;
}

static void
pull(struct vcard *v)
{
	if (v->fd != -1) {
		close(v->fd);
		note(v, "PULL");
	}
	v->fd = -1;
	v->pending = false;
}

static void
try_insert(struct vcard *v)
{
	v->fd = vpcd_open(v->port);
	if (v->fd == -1)
		return;
	v->apdus = v->power_ups = 0;
	note(v, "INSERT");
}

static void
power(struct vcard *v, int order)
{
	static const char *const names[] = {
		[VPCD_OFF] = "OFF", [VPCD_ON] = "ON", [VPCD_RESET] = "RESET",
	};
	const char *other;

	if (order < 0 || order > VPCD_RESET)
		return;
	note(v, names[order]);
	if (order != VPCD_OFF) {
		v->power_ups++;
		other = faults_other(&v->faults, v->power_ups);
		if (other && (v->image == NULL || strcmp(other, v->image) != 0))
			keep(v, other);
	}
	card_power_on(v->card);
}

static void
send_answer(struct vcard *v)
{
	v->pending = false;
	note_exchange(v, NULL);
	if (vpcd_send(v->fd, v->answer.data, v->answer.len) == -1)
		pull(v);
}

static void
command(struct vcard *v)
{
	struct span c = span_of(v->command.data, v->command.len);
	unsigned long wait;

	v->apdus++;
	v->all++;
	if (faults_pulls(&v->faults, v->apdus)) {
		note_exchange(v, "PULLED");
		v->wanted = false;
		pull(v);
		return;
	}
	if (faults_mutes(&v->faults, v->apdus)) {
		note_exchange(v, "MUTE");
		return;
	}
	v->verifies += strcmp(apdu_name(c), "VERIFY") == 0;
	card_answer(v->card, c, &v->answer);
	if (v->image && v->card->store->dirty)
		store_save(v->card->store, v->image);
	faults_spoil(&v->faults, v->apdus, &v->answer);
	wait = v->delay + faults_delay(&v->faults, v->apdus);
	v->pending = true;
	v->due = now_ms() + wait;
	if (wait == 0)
		send_answer(v);
}

static void
frame(struct vcard *v)
{
	const struct store *s = v->card->store;
	const struct buf *c = &v->command;

	if (vpcd_receive(v->fd, &v->command) == -1) {
		pull(v);
		return;
	}
	if (c->len != 1)
		command(v);
	else if (c->data[0] != VPCD_ATR)
		power(v, c->data[0]);
	else if (vpcd_send(v->fd, s->atr, s->atr_len) == -1)
		pull(v);
}

/* --- orders to a running card ---------------------------------------------- */

static const char *
order_pull(struct vcard *v, const char *arg)
{
	(void)arg;
	v->wanted = false;
	pull(v);
	return "ok";
}

static const char *
order_insert(struct vcard *v, const char *arg)
{
	if (v->fd != -1)
		return "error: it is in the reader";
	if (*arg && keep(v, arg) == -1)
		return "error: no such image";
	v->wanted = true;
	return "ok";
}

/*
 * A reader that finds the old card gone and the new one there at the same
 * look takes them for one, so there is a pause between.
 */
static const char *
order_swap(struct vcard *v, const char *arg)
{
	if (access(arg, R_OK) == -1 || keep(v, arg) == -1)
		return "error: no such image";
	pull(v);
	v->wanted = true;
	v->not_before = now_ms() + SWAP_MS;
	return "ok";
}

static const char *
order_fault(struct vcard *v, const char *arg)
{
	return faults_add(&v->faults, arg) == -1 ? "error: no such fault" :
	    "ok";
}

static const char *
order_clear(struct vcard *v, const char *arg)
{
	(void)arg;
	faults_clear(&v->faults);
	return "ok";
}

static const char *
order_delay(struct vcard *v, const char *arg)
{
	v->delay = strtoul(arg, NULL, 10);
	return "ok";
}

/* Faults count their commands from here. */
static const char *
order_recount(struct vcard *v, const char *arg)
{
	(void)arg;
	v->apdus = v->power_ups = 0;
	return "ok";
}

static const char *
order_status(struct vcard *v, const char *arg)
{
	static char line[512];	/* answered before the next order is read */

	(void)arg;
	snprintf(line, sizeof(line), "in=%d wanted=%d type=%s apdus=%lu "
	    "all=%lu verifies=%lu image=%.300s", v->fd != -1, v->wanted,
	    v->card->type->name, v->apdus, v->all, v->verifies,
	    v->image ? v->image : "");
	return line;
}

static const struct {
	const char *name;
	const char *(*run)(struct vcard *, const char *arg);
} orders[] = {
	{ "clear", order_clear },
	{ "delay", order_delay },
	{ "fault", order_fault },
	{ "insert", order_insert },
	{ "pull", order_pull },
	{ "recount", order_recount },
	{ "status", order_status },
	{ "swap", order_swap },
};

/* The answer to a line, or NULL: quit. */
static const char *
obey(struct vcard *v, char *line)
{
	char *arg = line + strcspn(line, " ");

	if (*arg)
		*arg++ = '\0';
	if (strcmp(line, "quit") == 0)
		return NULL;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (strcmp(orders[i].name, line) == 0)
			return orders[i].run(v, arg);
	return "error: no such order";
}

/* --- the loop ---------------------------------------------------------------- */

static int
timeout_of(const struct vcard *v)
{
	uint64_t now = now_ms();

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
		if (v->wanted && v->fd == -1 && v->not_before <= now_ms())
			try_insert(v);
		p[2] = (struct pollfd){ v->pending ? -1 : v->fd, POLLIN, 0 };
		if (poll(p, 3, timeout_of(v)) == -1 && errno != EINTR)
			panic("poll: %s", strerror(errno));
		if (p[0].revents)
			return;
		if (p[1].revents &&
		    (client = control_accept(ctl, line, sizeof(line))) != -1) {
			said = obey(v, line);
			control_answer(client, said ? said : "ok");
			if (said == NULL)
				return;
			continue;
		}
		if (v->pending && v->due <= now_ms())
			send_answer(v);
		else if (p[2].revents)
			frame(v);
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
	case OPT_SEED: faults_seed(&v->faults, strtoull(optarg, NULL, 10)); break;
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
	if (load(&v, v.image) == -1 ||
	    (told.ctl && (ctl = control_open(told.ctl)) == -1))
		return 1;
	if (v.wanted)
		try_insert(&v);
	if (v.fd == -1 && ctl == -1)
		panic("no reader at port %u", v.port);
	run(&v, ctl, signals);
	pull(&v);
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
