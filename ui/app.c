#include "config.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/notify.h"
#include "base/paths.h"
#include "card/client.h"
#include "registry/service.h"
#include "revocation/rounds.h"
#include "ui/app.h"
#include "ui/desk.h"
#include "ui/term.h"
#include "ui/theme.h"

/* Inputs taken between two frames: a paste must not hold the screen up. */
#define INPUTS_A_ROUND	64

/* Between two words to the service manager, who waits three times as long. */
#define ALIVE_MS	10000

struct app {
	const struct setup	*setup;
	const struct conf	*conf;
	struct loop		*loop;
	struct desk		*desk;
	struct card_client	*client;
	struct service		*service;
	struct rounds		*rounds;
	int			 signals;
	int			 manager;	/* of services; or -1 */
	unsigned		 more;		/* timer: keys wait in curses; or 0 */
	bool			 dirty;
	bool			 cut;		/* the line to the terminal is */
	bool			 over;		/* the visit to a kiosk is */
};

static const int watched_signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP,
	SIGWINCH, SIGCHLD, SIGTSTP };

static int
open_signals(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(watched_signals) / sizeof(int); i++)
		sigaddset(&set, watched_signals[i]);
	if (sigprocmask(SIG_BLOCK, &set, before) == -1)
		return -1;
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* What came meanwhile asked for no more than the end, which this is. */
static void
close_signals(int fd, const sigset_t *before)
{
	struct signalfd_siginfo si;

	while (read(fd, &si, sizeof si) == sizeof si)
		;
	close(fd);
	sigprocmask(SIG_SETMASK, before, NULL);
}

static void	 unlock(struct app *);

/* Nobody sees the screen any more. */
static void
cut(struct app *a)
{
	log_info("leaving: the terminal has gone");
	a->cut = true;
	loop_stop(a->loop);
}

/* Behind a kiosk and an agent's screen there is no shell that could continue. */
static void
suspend(struct app *a)
{
	if (a->setup->mode != MODE_DESK)
		return;
	term_suspend();
	a->dirty = true;
}

static void
take_signal(int fd, short revents, void *arg)
{
	struct app *a = arg;
	struct signalfd_siginfo si;

	(void)revents;
	while (read(fd, &si, sizeof(si)) == sizeof(si))
		switch (si.ssi_signo) {
		case SIGWINCH:
			a->dirty |= term_resize();
			break;
		case SIGCHLD:
			if (a->client != NULL)
				card_client_sigchld(a->client);
			break;
		case SIGTSTP:
			suspend(a);
			break;
		case SIGINT:
		case SIGQUIT:
			/* Of no key: nobody before a kiosk can mean it. */
			if (a->setup->mode == MODE_KIOSK)
				break;
			/* FALLTHROUGH */
		default:
			log_info("leaving: signal %u", si.ssi_signo);
			a->cut = si.ssi_signo == SIGHUP ||
			    si.ssi_signo == SIGTERM;
			loop_stop(a->loop);
		}
}

static void
grant(struct app *a)
{
	switch (desk_wish(a->desk)) {
	case DESK_OVER:
	case DESK_QUIT:
		a->over = true;
		loop_stop(a->loop);
		break;
	case DESK_UNLOCK:
		unlock(a);
		break;
	case DESK_SUSPEND:
		suspend(a);
		break;
	case DESK_REDRAW:
		term_redraw();
		break;
	case DESK_GO_ON:
		break;
	}
}

static void take_inputs(struct app *);

static void
take_more(void *arg)
{
	struct app *a = arg;

	a->more = 0;
	take_inputs(a);
}

/*
 * What curses has read ahead makes the descriptor ready no more, so a round
 * that stops at its bound has to come back by itself; once, however often the
 * descriptor is ready meanwhile.
 */
static void
take_inputs(struct app *a)
{
	struct input in;
	int taken = 0;

	while (taken < INPUTS_A_ROUND && term_read(&in)) {
		taken++;
		a->dirty = true;
		desk_input(a->desk, &in);
		grant(a);
	}
	if (taken == INPUTS_A_ROUND && a->more == 0)
		a->more = loop_timer(a->loop, 0, take_more, a);
}

static void
take_ready(int fd, short revents, void *arg)
{
	struct app *a = arg;

	(void)fd;
	take_inputs(a);
	/* A terminal that has gone stays ready for ever: do not spin on it. */
	if ((revents & (POLLERR | POLLHUP | POLLNVAL)) || term_gone())
		cut(a);
}

static void
take_change(void *arg)
{
	struct app *a = arg;

	desk_changed(a->desk);
	a->dirty = true;
}

/* A kiosk that hangs is ended and started anew: nobody there could do it. */
static void
alive(void *arg)
{
	struct app *a = arg;

	notify_say(a->manager, "WATCHDOG=1");
	loop_timer(a->loop, ALIVE_MS, alive, a);
}

static void
minute(void *arg)
{
	struct app *a = arg;
	int64_t now = clock_now();

	desk_minute(a->desk);
	a->dirty = true;
	loop_timer(a->loop, (60 - now % 60) * 1000, minute, a);
}

static void
idle(void *arg)
{
	struct app *a = arg;

	grant(a);	/* what no key has asked for: a visit is over */
	if (!a->dirty)
		return;
	a->dirty = false;
	desk_draw(a->desk);
	if (term_lost())
		cut(a);
}

static void
start_cards(struct app *a)
{
	struct card_client_options o = {
		.service = paths_card_service(),
		/* What readers this machine has are no agent's business. */
		.forwarded = a->setup->mode == MODE_AGENT ?
		    paths_forwarded_pcsc() : NULL,
		.conf = a->conf->path,
		.log_level = log_level_parse(a->conf->log_level),
		/* The last visitor's is not the next one's. */
		.fresh = a->setup->mode == MODE_KIOSK };

	a->client = card_client_new(a->loop, &o, take_change, a);
	desk_set_client(a->desk, a->client);
	take_change(a);
}

static void
want_frame(void *arg)
{
	struct app *a = arg;

	a->dirty = true;
}

/* The view may have changed, or an answer has come to a panel. */
static void
take_registry(void *arg)
{
	struct app *a = arg;

	desk_registry_changed(a->desk);
	a->dirty = true;
}

/* Its threads open the file: the first frame stands already. */
static void
start_registry(struct app *a)
{
	const struct conf *c = a->conf;
	const struct service_options o = {
		.path = c->registry[0] != '\0' ? c->registry : NULL,
		.point = c->point[0] != '\0' ? c->point : NULL,
		.mode = c->remember ? REGISTRY_CREATE : REGISTRY_WRITE,
		.retain_days = (int)c->retention_days };

	a->service = service_new(a->loop, &o, take_registry, a);
	desk_set_service(a->desk, a->service);
}

/* A case went on: of this desk's or of another on the same registry. */
static void
take_round(void *arg)
{
	struct app *a = arg;

	desk_rounds_changed(a->desk);
	a->dirty = true;
}

/* With nothing open it sleeps; it sends nothing that nobody began. */
static void
start_rounds(struct app *a)
{
	const struct conf *c = a->conf;
	const struct net_options net = setup_way(a->setup);

	a->rounds = rounds_new(a->loop,
	    c->registry[0] != '\0' ? c->registry : NULL,
	    c->point[0] != '\0' ? c->point : NULL, &net,
	    a->setup->authorities, take_round, a);
	desk_set_rounds(a->desk, a->rounds);
}

/* What goes on by itself, of which a kiosk has nothing. */
static void
start_work(struct app *a)
{
	start_rounds(a);
	desk_orders_begin(a->desk);
	(void)desk_renewing(a->desk);
}

/* The card of the staff is in: the whole desk, until it leaves. */
static void
unlock(struct app *a)
{
	log_info("unlocked by a card of the staff");
	desk_become(a->desk, MODE_DESK);
	start_registry(a);
	start_work(a);
	a->dirty = true;
}

static const char *
theme(const struct setup *setup)
{
	const char *name = setup->conf->theme;

	/* Read from a step away, by whoever comes. */
	return setup->mode == MODE_KIOSK && strcmp(name, "terminal") == 0 ?
	    "contrast" : name;
}

int
app_run(const struct setup *setup, bool *over, struct err *err)
{
	const struct conf *conf = setup->conf;
	struct app a = { .setup = setup, .conf = conf };
	bool kiosk = setup->mode == MODE_KIOSK;
	sigset_t before;

	/* Its own for each thread that comes and goes: a sixth of a megabyte. */
	(void)mallopt(M_ARENA_MAX, 2);
	a.signals = open_signals(&before);
	if (a.signals == -1)
		return err_errno(err, ERR_UNKNOWN, "signalfd");
	if (term_start(conf->mouse, err) == -1) {
		close_signals(a.signals, &before);
		return -1;
	}
	a.manager = kiosk ? notify_open() : -1;
	if (kiosk)
		term_wipe();
	theme_start(theme(setup));
	a.desk = desk_new(setup);
	desk_draw(a.desk);	/* before anything else is waited for */
	a.loop = loop_new();
	loop_fd(a.loop, a.signals, POLLIN, take_signal, &a);
	loop_fd(a.loop, term_fd(), POLLIN, take_ready, &a);
	loop_idle(a.loop, idle, &a);
	minute(&a);
	if (a.manager != -1)
		alive(&a);
	desk_set_loop(a.desk, a.loop, want_frame, &a);
	if (!kiosk)
		start_registry(&a);
	start_cards(&a);
	if (!kiosk)
		start_work(&a);
	if (setup->mode == MODE_AGENT)
		desk_offer_stand(a.desk);
	loop_run(a.loop);
	if (a.cut && setup->mode == MODE_AGENT)
		desk_keep_stand(a.desk);
	term_end();
	/* Who still waits for a card's answer gets the last one, of the desk. */
	card_client_free(a.client);
	desk_set_client(a.desk, NULL);
	desk_free(a.desk);
	rounds_free(a.rounds);
	service_free(a.service);
	loop_free(a.loop);
	if (a.manager != -1)
		close(a.manager);
	close_signals(a.signals, &before);
	*over = kiosk && a.over;
	return 0;
}
