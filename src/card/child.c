#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/wire.h"
#include "card/child.h"

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_LAST_MS	60000

/* Between closing its socket and its end. */
#define LEAVE_MS	2000

/* Frames taken from one child before others get their turn. */
#define FRAMES_MAX	64

struct child {
	struct child_options	 o;
	size_t			 index;
	struct module_view	 view;
	pid_t			 pid;		/* -1: none, or reaped */
	struct wire		*wire;		/* NULL: not spoken to */
	bool			 asked;
	uint64_t		 id;		/* of what it is asked */
	int64_t			 patience_ms;
	int64_t			 backoff_ms;
	unsigned		 timer;		/* silence, leaving or restart */
	unsigned		 more;		/* frames left unread */
	struct err		 end;		/* why it ended, once known */
	bool			 failed;	/* ended, and not been ready since */
	bool			 hopeless;	/* starting again would not help */
	bool			 renewing;	/* its end is wanted, */
	bool			 leaving;	/* and for good */
};

static void child_start(struct child *);
static void child_readable(int, short, void *);

/* --- timers ------------------------------------------------------------ */

static void
set_timer(struct child *c, int64_t ms, loop_timer_fn *fn)
{
	loop_timer_cancel(c->o.loop, c->timer);
	c->timer = fn != NULL ? loop_timer(c->o.loop, ms, fn, c) : 0;
}

static void
set_state(struct child *c, enum module_state state, const struct err *err)
{
	c->view.state = state;
	c->view.err = *err;
	c->o.changed(c, c->o.arg);
}

/* --- its end ----------------------------------------------------------- */

static void
restart_due(void *arg)
{
	struct child *c = arg;

	c->timer = 0;
	child_start(c);
}

/* It is gone and reaped: say so once, and start again later. */
static void
finish(struct child *c)
{
	const struct err end = c->end;
	bool was_asked = c->asked;

	c->asked = false;
	c->failed = true;
	log_err(c->view.name, &end);
	if (c->hopeless)
		set_timer(c, 0, NULL);
	else {
		set_timer(c, c->backoff_ms, restart_due);
		c->backoff_ms = c->backoff_ms * 2 < BACKOFF_LAST_MS ?
		    c->backoff_ms * 2 : BACKOFF_LAST_MS;
	}
	set_state(c, MODULE_STOPPED, &end);
	if (was_asked)
		c->o.answer(c, &end, NULL, c->o.arg);
}

static void
hang_up(struct child *c)
{
	if (c->wire == NULL)
		return;
	loop_fd_remove(c->o.loop, wire_fd(c->wire));
	loop_timer_cancel(c->o.loop, c->more);
	c->more = 0;
	wire_free(c->wire);
	c->wire = NULL;
}

static void
leave_due(void *arg)
{
	struct child *c = arg;

	c->timer = 0;
	if (c->pid != -1)
		(void)kill(c->pid, SIGKILL);
}

/* End it for a reason of ours. */
static void
kill_for(struct child *c, const struct err *why)
{
	if (c->end.code == ERR_NONE)
		c->end = *why;
	hang_up(c);
	set_timer(c, 0, NULL);
	if (c->pid != -1)
		(void)kill(c->pid, SIGKILL);
}

static void
silence_due(void *arg)
{
	struct child *c = arg;
	struct err err = ERR_INIT;

	c->timer = 0;
	(void)err_set(&err, ERR_MODULE_HUNG, c->view.name,
	    "silent for %lld ms", (long long)(c->asked ? c->patience_ms :
	    c->o.patience_ms));
	kill_for(c, &err);
}

/* It has left as it was told to. */
static void
renew(struct child *c)
{
	struct err err = ERR_INIT;
	bool was_asked = c->asked;

	c->renewing = false;
	c->asked = false;
	set_timer(c, 0, NULL);
	if (was_asked) {
		(void)err_set(&err, ERR_CANCELLED, c->view.name, "renewed");
		c->o.answer(c, &err, NULL, c->o.arg);
	}
	child_start(c);
}

void
child_reap(struct child *c)
{
	struct err err = ERR_INIT;
	int status;

	if (c->pid == -1 || waitpid(c->pid, &status, WNOHANG) != c->pid)
		return;
	c->pid = -1;
	if (c->leaving)
		return;
	/* Its last words may still be on the way. */
	if (c->wire != NULL && c->end.code == ERR_NONE)
		child_readable(wire_fd(c->wire), POLLIN, c);
	hang_up(c);
	if (WIFSIGNALED(status))
		(void)err_raw(&err, ERR_MODULE_CRASHED, ORIGIN_SIGNAL,
		    (unsigned long)WTERMSIG(status), c->view.name, "%s",
		    strsignal(WTERMSIG(status)));
	else
		(void)err_set(&err, ERR_MODULE_CRASHED, c->view.name,
		    "ended with status %d", WEXITSTATUS(status));
	if (c->end.code == ERR_NONE)
		c->end = err;
	if (c->renewing)
		renew(c);
	else
		finish(c);
}

/* --- what it says ------------------------------------------------------ */

static void
on_module(struct child *c, const struct proto_event *ev)
{
	if (ev->module.state == MODULE_READY &&
	    c->view.state == MODULE_STARTING) {
		set_timer(c, 0, NULL);
		c->failed = false;
		set_state(c, MODULE_READY, &(struct err)ERR_INIT);
	} else if (ev->module.state == MODULE_STOPPED &&
	    c->end.code == ERR_NONE) {
		c->end = ev->module.err;
		if (c->end.code == ERR_NONE)
			(void)err_set(&c->end, ERR_MODULE_REFUSED,
			    c->view.name, NULL);
		c->hopeless = c->end.code == ERR_MODULE_BAD ||
		    c->end.code == ERR_MODULE_MISSING;
	}
}

static void
on_answer(struct child *c, const struct proto_event *ev)
{
	if (!c->asked || ev->id != c->id)
		return;
	c->asked = false;
	set_timer(c, 0, NULL);
	c->backoff_ms = BACKOFF_FIRST_MS;
	c->o.answer(c, &ev->err, ev, c->o.arg);
}

static int
on_frame(struct child *c, const json_t *obj, struct err *err)
{
	struct proto_event ev;

	if (proto_event_from_json(obj, &ev, err) == -1)
		return -1;
	/* Whoever speaks is alive. */
	if (c->asked)
		set_timer(c, c->patience_ms, silence_due);
	switch (ev.ev) {
	case EV_MODULE:
		on_module(c, &ev);
		break;
	case EV_CARD:
		if (c->asked) {
			c->o.card(c, ev.card, c->o.arg);
			ev.card = NULL;
		}
		break;
	case EV_ANSWER:
		on_answer(c, &ev);
		break;
	default:
		break;
	}
	proto_event_clear(&ev);
	return 0;
}

static void
read_on(void *arg)
{
	struct child *c = arg;

	c->more = 0;
	child_readable(wire_fd(c->wire), POLLIN, c);
}

/* Nonsense: from whom nothing can be understood, nothing can be had. */
static void
on_nonsense(struct child *c, const struct err *why)
{
	struct err err = ERR_INIT;

	(void)err_set(&err, ERR_MODULE_FAILED, c->view.name, "%s",
	    why->detail);
	kill_for(c, &err);
}

static void
child_readable(int fd, short revents, void *arg)
{
	struct child *c = arg;
	struct err err = ERR_INIT;
	struct secret *secret;
	json_t *obj;

	(void)fd;
	if ((revents & POLLOUT) != 0 && wire_flush(c->wire, &err) == 0 &&
	    !wire_pending(c->wire))
		loop_fd(c->o.loop, wire_fd(c->wire), POLLIN, child_readable, c);
	for (int i = 0; i < FRAMES_MAX && c->wire != NULL; i++) {
		enum wire_got got;
		int rc = 0;

		err_clear(&err);
		got = wire_read(c->wire, &obj, &secret, &err);
		if (got == WIRE_NOTHING)
			return;
		if (got == WIRE_END) {
			hang_up(c);	/* why, its status will tell */
			set_timer(c, LEAVE_MS, leave_due);
			return;
		}
		if (got == WIRE_JSON)
			rc = on_frame(c, obj, &err);
		json_decref(obj);
		secret_free(secret);
		if (got == WIRE_BAD || rc == -1)
			on_nonsense(c, &err);
	}
	/* What is in its buffer already, no descriptor will tell of. */
	if (c->wire != NULL && c->more == 0)
		c->more = loop_timer(c->o.loop, 0, read_on, c);
}

/* --- its beginning ----------------------------------------------------- */

static void
child_start(struct child *c)
{
	const char *argv[] = { c->o.program, "--module", c->view.path, "--log",
	    c->o.log_level, c->o.conf != NULL ? "--conf" : NULL, c->o.conf,
	    NULL };
	int fds[2], rc;

	if (c->pid != -1 || c->wire != NULL)
		return;
	err_clear(&c->end);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1) {
		(void)err_errno(&c->end, ERR_HELPER_START, "socketpair");
		finish(c);
		return;
	}
	c->wire = wire_new(fds[0]);
	rc = spawn(c->o.program, argv, &fds[1], 1, 0, &c->pid);
	(void)close(fds[1]);
	if (rc != 0) {
		hang_up(c);
		errno = rc;
		(void)err_errno(&c->end, ERR_HELPER_START, c->o.program);
		finish(c);
		return;
	}
	loop_fd(c->o.loop, fds[0], POLLIN, child_readable, c);
	set_timer(c, c->o.patience_ms, silence_due);
	set_state(c, MODULE_STARTING, &(struct err)ERR_INIT);
}

struct child *
child_new(const struct child_options *o, size_t index, const char *name,
    const char *path, const struct err *err)
{
	struct child *c = mem_alloc(sizeof(*c));

	c->o = *o;
	c->index = index;
	c->view.name = mem_strdup(name);
	c->view.path = mem_strdup(path);
	c->pid = -1;
	c->backoff_ms = BACKOFF_FIRST_MS;
	if (err->code == ERR_NONE) {
		child_start(c);
		return c;
	}
	c->hopeless = true;
	log_err(name, err);
	set_state(c, MODULE_STOPPED, err);
	return c;
}

void
child_restart(struct child *c)
{
	if (c->view.state != MODULE_STOPPED || c->pid != -1)
		return;
	c->hopeless = c->failed = false;
	c->backoff_ms = BACKOFF_FIRST_MS;
	set_timer(c, 0, NULL);
	child_start(c);
}

void
child_renew(struct child *c)
{
	if (c->pid == -1 || c->wire == NULL)
		return;
	hang_up(c);
	c->renewing = true;
	set_timer(c, LEAVE_MS, leave_due);
	set_state(c, MODULE_STARTING, &(struct err)ERR_INIT);
}

void
child_stop(struct child *c)
{
	hang_up(c);
	set_timer(c, 0, NULL);
	c->leaving = true;
}

void
child_free(struct child *c)
{
	if (c == NULL)
		return;
	child_stop(c);
	if (c->pid != -1) {
		(void)kill(c->pid, SIGKILL);
		(void)waitpid(c->pid, NULL, 0);
	}
	module_view_clear(&c->view);
	free(c);
}

/* --- being asked ------------------------------------------------------- */

static int
send_request(struct child *c, const struct proto_request *req)
{
	struct err err = ERR_INIT;
	json_t *obj = proto_request_to_json(req);
	int rc = wire_send(c->wire, obj, &err);

	json_decref(obj);
	return rc;
}

/* What one that has gone is sent is lost; its socket tells of that soon. */
static void
send_rest(struct child *c)
{
	if (wire_pending(c->wire))
		loop_fd(c->o.loop, wire_fd(c->wire), POLLIN | POLLOUT,
		    child_readable, c);
}

void
child_tell(struct child *c, const struct proto_request *req)
{
	(void)send_request(c, req);
	send_rest(c);
}

void
child_ask(struct child *c, const struct proto_request *req,
    struct secret *secret, int64_t patience_ms)
{
	struct err err = ERR_INIT;

	c->asked = true;
	c->id = req->id;
	c->patience_ms = patience_ms > 0 ? patience_ms : c->o.patience_ms;
	set_timer(c, c->patience_ms, silence_due);
	if (send_request(c, req) == 0 && secret != NULL)
		(void)wire_send_secret(c->wire, secret, &err);
	else
		secret_free(secret);
	send_rest(c);
}

bool
child_idle(const struct child *c)
{
	return c->view.state == MODULE_READY && c->wire != NULL &&
	    c->pid != -1 && !c->asked && c->end.code == ERR_NONE;
}

bool
child_expected(const struct child *c)
{
	return c->view.state == MODULE_STARTING && !c->failed;
}

bool
child_busy(const struct child *c)
{
	return c->asked || child_expected(c) ||
	    (c->view.state == MODULE_READY && c->wire == NULL);
}

size_t
child_index(const struct child *c)
{
	return c->index;
}

const struct module_view *
child_view(const struct child *c)
{
	return &c->view;
}

int
child_pid(const struct child *c)
{
	return c->pid;
}
