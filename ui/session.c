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
#include "base/worker.h"

/* What runs on a thread meanwhile. */
struct work {
	struct job	 job;
	struct loop	*loop;
	longwork_fn	*fn;
	void		*arg;
	void		(*shake)(void *);
	void		*shake_arg;
	int		 rc;
	struct err	 err;
};

struct session {
	struct loop		*loop;
	struct card_client	*client;
	session_changed_fn	*changed;
	void			*arg;
	sigset_t		 before;	/* signal mask to go back to */
	int			 sigfd;
	int			 signal;	/* that asked us to end */
	struct work		*work;		/* which is asked to end, or NULL */
	bool			 until_settled, timed_out;
};

/* The loop goes on until work has come to where its data is whole. */
static void
ask_to_end(struct session *s)
{
	if (s->work == NULL) {
		loop_stop(s->loop);
		return;
	}
	atomic_store(&s->work->job.cancel, true);
	s->work->shake(s->work->shake_arg);
}

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
		ask_to_end(s);
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
	sigset_t before;

	if (s == NULL)
		return;
	card_client_free(s->client);
	loop_fd_remove(s->loop, s->sigfd);
	close(s->sigfd);
	loop_free(s->loop);
	before = s->before;
	free(s);
	/* Last: a signal that waited may end the program here. */
	sigprocmask(SIG_SETMASK, &before, NULL);
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

static void
run_work(struct job *j)
{
	struct work *w = (struct work *)j;

	w->rc = w->fn(w->arg, &j->cancel, &w->err);
}

static void
work_done(struct job *j)
{
	loop_stop(((struct work *)j)->loop);
}

/* It lies on the stack of session_work. */
static void
nothing(struct job *j)
{
	(void)j;
}

int
session_work(struct session *s, longwork_fn *fn, void *arg,
    void (*shake)(void *), void *shake_arg, struct err *err)
{
	struct work w = { .job = { .run = run_work, .done = work_done,
	    .free = nothing }, .loop = s->loop, .fn = fn, .arg = arg,
	    .shake = shake, .shake_arg = shake_arg };
	struct worker *worker;

	/* One that came while nobody looked, such as when a PIN was read. */
	on_signal(s->sigfd, POLLIN, s);
	if (s->signal != 0)
		return err_set(err, ERR_CANCELLED, _("The command"), NULL);
	worker = worker_new(s->loop);
	s->until_settled = false;
	s->work = &w;
	worker_post(worker, &w.job);
	loop_run(s->loop);
	worker_free(worker);
	s->work = NULL;
	if (w.rc == -1)
		*err = w.err;
	return w.rc;
}

struct loop *
session_loop(struct session *s)
{
	return s->loop;
}

struct card_client *
session_client(struct session *s)
{
	return s->client;
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

void
session_note_signal(const struct session *s, struct cmd *cmd)
{
	if (s->signal != 0)
		cmd->signal = s->signal;
}

const struct card_world *
session_world(const struct session *s)
{
	return card_client_world(s->client);
}
