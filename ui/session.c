#include "config.h"

#include "ui/session.h"

#include <sys/signalfd.h>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/loop.h"
#include "base/mem.h"
#include "card/client.h"

struct session {
	struct loop		*loop;
	struct card_client	*client;
	session_changed_fn	*changed;
	void			*arg;
	sigset_t		 before;	/* signal mask to go back to */
	int			 sigfd;
	int			 signal;	/* that asked us to end */
	bool			 until_settled, timed_out;
};

static void
on_signal(int fd, short revents, void *arg)
{
	struct session		*s = arg;
	struct signalfd_siginfo	 info;

	(void)revents;
	while (read(fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			card_client_sigchld(s->client);
			continue;
		}
		s->signal = (int)info.ssi_signo;
		loop_stop(s->loop);
	}
}

static void
on_change(void *arg)
{
	struct session	*s = arg;

	if (s->changed != NULL)
		s->changed(card_client_world(s->client), s->arg);
	if (s->until_settled && card_client_settled(s->client))
		loop_stop(s->loop);
}

static void
on_timeout(void *arg)
{
	struct session	*s = arg;

	s->timed_out = true;
	loop_stop(s->loop);
}

struct session *
session_open(const struct cmd *cmd, session_changed_fn *changed, void *arg)
{
	struct card_client_options	 options = {
		.conf = cmd->conf_path,
		.log_level = (int)cmd->log_level,
	};
	struct session			*s = mem_alloc(sizeof(*s));
	sigset_t			 ours;

	s->changed = changed;
	s->arg = arg;
	s->loop = loop_new();
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, &s->before);
	s->sigfd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->sigfd == -1)
		panic("signalfd");
	loop_fd(s->loop, s->sigfd, POLLIN, on_signal, s);
	s->client = card_client_new(s->loop, &options, on_change, s);
	return s;
}

void
session_close(struct session *s)
{
	if (s == NULL)
		return;
	card_client_free(s->client);
	loop_fd_remove(s->loop, s->sigfd);
	close(s->sigfd);
	loop_free(s->loop);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
	free(s);
}

int
session_run(struct session *s, long seconds, struct err *err)
{
	unsigned	 timer = 0;

	s->until_settled = seconds > 0;
	s->timed_out = false;
	if (s->until_settled && card_client_settled(s->client))
		return 0;
	if (seconds > 0)
		timer = loop_timer(s->loop, seconds * 1000, on_timeout, s);
	loop_run(s->loop);
	if (s->timed_out)
		return err_set(err, ERR_TIMEOUT, _("Reading the cards"),
		    "%ld seconds", seconds);
	loop_timer_cancel(s->loop, timer);
	if (s->signal != 0)
		return err_set(err, ERR_CANCELLED, _("Reading the cards"),
		    NULL);
	return 0;
}

void
session_stop(struct session *s)
{
	loop_stop(s->loop);
}

int
session_signal(const struct session *s)
{
	return s->signal;
}

const struct card_world *
session_world(const struct session *s)
{
	return card_client_world(s->client);
}
