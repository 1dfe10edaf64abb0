#include "config.h"

#include <sys/signalfd.h>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/worker.h"
#include "ui/longwork.h"

#define TICK_MS	250

struct work {
	struct job	 job;
	struct cmd	*cmd;
	struct loop	*loop;
	longwork_fn	*fn;
	longwork_tick_fn *tick;
	void		*arg;
	int		 rc;
	struct err	 err;
};

static void
run(struct job *j)
{
	struct work *w = (struct work *)j;

	w->rc = w->fn(w->arg, &j->cancel, &w->err);
}

static void
done(struct job *j)
{
	loop_stop(((struct work *)j)->loop);
}

/* It lies on the stack of longwork. */
static void
nothing(struct job *j)
{
	(void)j;
}

static void
on_signal(int fd, short revents, void *arg)
{
	struct work *w = arg;
	struct signalfd_siginfo si;

	(void)revents;
	while (read(fd, &si, sizeof si) == sizeof si) {
		w->cmd->signal = (int)si.ssi_signo;
		atomic_store(&w->job.cancel, true);
	}
}

static void
on_tick(void *arg)
{
	struct work *w = arg;

	w->tick(w->arg);
	loop_timer(w->loop, TICK_MS, on_tick, w);
}

static int
cancelled(struct err *err)
{
	return err_set(err, ERR_CANCELLED, _("The command"), NULL);
}

int
longwork_stop(const atomic_bool *cancel, struct err *err)
{
	return atomic_load(cancel) ? cancelled(err) : 0;
}

int
longwork_first(struct cmd *cmd, longwork_fn *fn, void *arg, struct err *err)
{
	int rc = longwork(cmd, fn, NULL, arg, err);

	return rc == 0 && cmd->signal != 0 ? cancelled(err) : rc;
}

int
longwork(struct cmd *cmd, longwork_fn *fn, longwork_tick_fn *tick, void *arg,
    struct err *err)
{
	struct work w = { .job = { .run = run, .done = done, .free = nothing },
	    .cmd = cmd, .fn = fn, .tick = tick, .arg = arg };
	struct worker *worker;
	sigset_t ours, before;
	int fd;

	if (cmd->signal != 0)
		return cancelled(err);
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	sigprocmask(SIG_BLOCK, &ours, &before);
	fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd == -1)
		panic("signalfd");
	w.loop = loop_new();
	loop_fd(w.loop, fd, POLLIN, on_signal, &w);
	if (tick != NULL)
		loop_timer(w.loop, TICK_MS, on_tick, &w);
	worker = worker_new(w.loop);
	worker_post(worker, &w.job);
	loop_run(w.loop);
	worker_free(worker);
	loop_free(w.loop);
	close(fd);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (w.rc == -1)
		*err = w.err;
	return w.rc;
}
