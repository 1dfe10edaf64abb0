#include "config.h"

#include "extract/client.h"

#include <sys/socket.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/spawn.h"
#include "base/text.h"
#include "base/wire.h"
#include "extract/proto.h"

/* From closing its socket to its end; one that is killed needs none of it. */
#define LEAVE_MS	2000

/* How long extract_cancel waits itself for the end of a killed process. */
#define REAP_MS		100

/* Frames taken before the keys get their turn. */
#define FRAMES_MAX	64

struct extract {
	struct loop	*loop;
	struct extract_calls calls;
	void		*arg;
	char		*helper, *name;
	int		 fd;		/* the document, until it is handed over */
	pid_t		 pid;		/* -1: none, or reaped */
	int		 ended;
	struct wire	*wire;		/* NULL: not spoken to */
	bool		 greeted, asking, complete;
	bool		 over;		/* nobody is to be called any more */
	int		 busy;		/* levels of calls that still need it */
	int64_t		 left_ms;	/* of the deadline, while no timer runs */
	int64_t		 until;		/* while one does */
	unsigned	 timer;
	unsigned	 more;		/* frames left unread */
	struct err	 end;		/* why it ended, once known */
	struct scrap_list found;
	struct err	 problems[EXTRACT_PROBLEMS_MAX];
	size_t		 nproblems;
};

static void readable(int, short, void *);

/* --- its end ----------------------------------------------------------------- */

static void
set_timer(struct extract *x, int64_t ms, loop_timer_fn *fn)
{
	loop_timer_cancel(x->loop, x->timer);
	x->timer = fn != NULL ? loop_timer(x->loop, ms, fn, x) : 0;
}

static void
hang_up(struct extract *x)
{
	loop_timer_cancel(x->loop, x->more);
	x->more = 0;
	if (x->wire == NULL)
		return;
	loop_fd_remove(x->loop, wire_fd(x->wire));
	wire_free(x->wire);
	x->wire = NULL;
}

/* Nothing is left of it: neither a process nor anybody who is called. */
static void
release(struct extract *x)
{
	if (!x->over || x->busy > 0 || x->pid != -1)
		return;
	hang_up(x);
	set_timer(x, 0, NULL);
	if (x->fd != -1)
		(void)close(x->fd);
	scrap_list_clear(&x->found);
	free(x->helper);
	free(x->name);
	free(x);
}

/* Why nothing was found, if nothing was, is the answer and no side remark. */
static size_t
settle_end(struct extract *x)
{
	if (x->end.code != ERR_NONE || x->found.n > 0)
		return 0;
	if (x->nproblems == 0)
		(void)err_set(&x->end, ERR_NO_SCRAP, x->name, NULL);
	else
		x->end = x->problems[0];
	return 1;
}

static void
tell(struct extract *x)
{
	size_t first = settle_end(x);

	x->busy++;
	for (int role = SCRAP_SIGNER; role <= SCRAP_CHAIN; role++)
		for (size_t i = 0; i < x->found.n && !x->over; i++)
			if ((int)x->found.scraps[i]->role == role)
				x->calls.found(x->found.scraps[i], x->arg);
	for (size_t i = first; i < x->nproblems && !x->over; i++)
		x->calls.problem(&x->problems[i], x->arg);
	if (!x->over) {
		x->over = true;
		x->calls.done(&x->end, x->arg);
	}
	x->busy--;
}

/* A killed process that a broken disk holds on to is not waited for. */
static void
will_not_leave(void *arg)
{
	struct extract *x = arg;

	x->timer = 0;
	(void)kill(x->pid, SIGKILL);
	if (!x->complete)
		(void)err_set(&x->end, ERR_EXTRACT_HUNG, x->name,
		    "does not leave");
	tell(x);
}

/* It is of no more use; the rest follows when its process has ended. */
static void
end_for(struct extract *x, const struct err *why)
{
	if (x->end.code == ERR_NONE && why != NULL)
		x->end = *why;
	hang_up(x);
	if (x->pid != -1)
		(void)kill(x->pid, SIGKILL);
	set_timer(x, LEAVE_MS, will_not_leave);
}

static void
late(void *arg)
{
	struct extract *x = arg;
	struct err err = ERR_INIT;

	x->timer = 0;
	(void)err_set(&err, ERR_EXTRACT_HUNG, x->name, "past its deadline");
	end_for(x, &err);
}

/* What its end says, if it was not we who ended it. */
static void
judge(struct extract *x, const siginfo_t *info)
{
	bool killed = info->si_code == CLD_KILLED ||
	    info->si_code == CLD_DUMPED;

	if (x->complete)
		return;
	if (!x->greeted && !killed)
		(void)err_set(&x->end, ERR_EXTRACT_START, x->helper,
		    "status %d", info->si_status);
	else if (killed)
		(void)err_raw(&x->end, info->si_status == SIGXCPU ?
		    ERR_EXTRACT_HUNG : ERR_EXTRACT_CRASHED, ORIGIN_SIGNAL,
		    (unsigned long)info->si_status, x->name, "%s",
		    strsignal(info->si_status));
	else
		(void)err_set(&x->end, ERR_EXTRACT_CRASHED, x->name,
		    "status %d", info->si_status);
}

/* True when it has ended and is no zombie any more. */
static bool
reap(struct extract *x, siginfo_t *info)
{
	if (child_reap(x->pid, x->ended, info) != 1)
		return false;
	loop_fd_remove(x->loop, x->ended);
	(void)close(x->ended);
	x->pid = -1;
	return true;
}

static void
on_exit_of(int fd, short revents, void *arg)
{
	struct extract *x = arg;
	siginfo_t info;

	(void)fd;
	(void)revents;
	/* Its last words may still be on the way. */
	x->busy++;
	while (x->wire != NULL && x->end.code == ERR_NONE && !x->complete)
		readable(wire_fd(x->wire), POLLIN, x);
	x->busy--;
	if (x->pid != -1 && reap(x, &info))
		judge(x, &info);
	if (x->pid != -1)
		return;
	set_timer(x, 0, NULL);
	if (!x->over)
		tell(x);
	release(x);
}

/* --- what it says ------------------------------------------------------------ */

static void
keep_problem(struct extract *x, const struct err *err)
{
	if (x->nproblems < EXTRACT_PROBLEMS_MAX)
		x->problems[x->nproblems++] = *err;
}

static void
keep_scrap(struct extract *x, struct extract_event *ev)
{
	struct err err = ERR_INIT;

	if (scrap_list_add(&x->found, ev->scrap) != 0 && err_set(&err,
	    ERR_PART_LEFT_OUT, x->name, "more than %d certificates",
	    SCRAP_LIST_MAX) == -1)
		keep_problem(x, &err);
	ev->scrap = NULL;
}

static void
ask_password(struct extract *x, const struct extract_event *ev)
{
	x->asking = true;
	x->left_ms = x->until - clock_mono_ms() + 1;
	set_timer(x, 0, NULL);
	if (x->calls.password == NULL)
		extract_password(x, NULL);
	else {
		x->busy++;
		x->calls.password(ev->name, ev->again, x->arg);
		x->busy--;
	}
}

static int
on_event(struct extract *x, struct extract_event *ev, struct err *err)
{
	if (x->greeted == (ev->ev == EX_HELLO) || x->asking)
		return err_set(err, ERR_EXTRACT_TALK, NULL, "out of turn");
	switch (ev->ev) {
	case EX_HELLO:
		x->greeted = true;
		break;
	case EX_SCRAP:
		keep_scrap(x, ev);
		break;
	case EX_PROBLEM:
		keep_problem(x, &ev->err);
		break;
	case EX_PASSWORD:
		ask_password(x, ev);
		break;
	case EX_END:
		x->complete = true;
		break;
	}
	return 0;
}

static void
nonsense(struct extract *x, const struct err *why)
{
	struct err err = ERR_INIT;

	(void)err_set(&err, ERR_EXTRACT_TALK, x->name, "%s", why->detail);
	end_for(x, &err);
}

static void
read_on(void *arg)
{
	struct extract *x = arg;

	x->more = 0;
	readable(wire_fd(x->wire), POLLIN, x);
}

/* One frame: 0, or -1 when there is no more to read now, or ever. */
static int
read_frame(struct extract *x)
{
	struct err err = ERR_INIT;
	struct extract_event ev;
	struct secret *secret;
	json_t *obj;
	int rc = -1;

	switch (wire_read(x->wire, &obj, &secret, &err)) {
	case WIRE_NOTHING:
		return -1;
	case WIRE_JSON:
		rc = extract_event_from_json(obj, &ev, &err);
		if (rc == 0) {
			rc = on_event(x, &ev, &err);
			extract_event_clear(&ev);
		}
		break;
	case WIRE_SECRET:
		(void)err_set(&err, ERR_EXTRACT_TALK, NULL, "a secret");
		break;
	case WIRE_END:		/* why, its status will tell */
		hang_up(x);
		set_timer(x, LEAVE_MS, will_not_leave);
		break;
	case WIRE_BAD:
		break;
	}
	json_decref(obj);
	secret_free(secret);
	if (err.code != ERR_NONE)
		nonsense(x, &err);
	else if (x->complete)
		end_for(x, NULL);
	return rc;
}

static void
readable(int fd, short revents, void *arg)
{
	struct extract *x = arg;
	struct err err = ERR_INIT;
	int i;

	if ((revents & POLLOUT) != 0 && wire_flush(x->wire, &err) == 0 &&
	    !wire_pending(x->wire))
		loop_fd(x->loop, fd, POLLIN, readable, x);
	for (i = 0; i < FRAMES_MAX && x->wire != NULL && !x->over; i++)
		if (read_frame(x) == -1)
			break;
	/* What is in its buffer already, no descriptor will tell of. */
	if (i == FRAMES_MAX && x->wire != NULL && x->more == 0)
		x->more = loop_timer(x->loop, 0, read_on, x);
	release(x);
}

/* --- its beginning ----------------------------------------------------------- */

static void
send_request(struct extract *x, const struct extract_request *req,
    struct secret *secret)
{
	struct err err = ERR_INIT;
	json_t *obj = extract_request_to_json(req);
	int rc = wire_send(x->wire, obj, &err);

	json_decref(obj);
	if (rc == 0 && secret != NULL)
		(void)wire_send_secret(x->wire, secret, &err);
	else
		secret_free(secret);
	/* One that has gone is noticed by its socket. */
	if (wire_pending(x->wire))
		loop_fd(x->loop, wire_fd(x->wire), POLLIN | POLLOUT, readable,
		    x);
}

static void
count_down(struct extract *x)
{
	x->until = clock_mono_ms() + x->left_ms;
	set_timer(x, x->left_ms, late);
}

static int
start_process(struct extract *x)
{
	const char *argv[] = { x->helper, NULL };
	int fds[2], given[2], rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1)
		return errno;
	given[0] = fds[1];
	given[1] = x->fd;
	rc = spawn(x->helper, argv, given, 2,
	    SPAWN_QUIET | SPAWN_GROUP | SPAWN_BARE, &x->pid);
	(void)close(fds[1]);
	if (rc == 0)
		rc = child_watch(&x->pid, &x->ended);
	if (rc != 0)
		(void)close(fds[0]);
	else
		x->wire = wire_new(fds[0]);
	return rc;
}

static void
begin(void *arg)
{
	struct extract *x = arg;
	int rc = start_process(x);

	x->timer = 0;
	(void)close(x->fd);
	x->fd = -1;
	if (rc != 0) {
		errno = rc;
		(void)err_errno(&x->end, ERR_EXTRACT_START, x->helper);
		tell(x);
		release(x);
		return;
	}
	loop_fd(x->loop, x->ended, POLLIN, on_exit_of, x);
	loop_fd(x->loop, wire_fd(x->wire), POLLIN, readable, x);
	count_down(x);
	send_request(x, &(struct extract_request){ .req = EX_READ,
	    .name = x->name }, NULL);
}

/* A name is any bytes; the wire carries text of a bounded length. */
static char *
fit_name(const char *name)
{
	struct safe_text safe;

	text_safe_str(&safe, name, 0);
	return mem_strndup(safe.s, text_cut(safe.s, SCRAP_PATH_MAX));
}

struct extract *
extract_start(struct loop *loop, const struct extract_options *o, int fd,
    const char *name, const struct extract_calls *calls, void *arg)
{
	struct extract *x = mem_alloc(sizeof(*x));
	int64_t ms = o->deadline_ms > 0 ? o->deadline_ms : EXTRACT_DEADLINE_MS;

	x->loop = loop;
	x->calls = *calls;
	x->arg = arg;
	x->helper = mem_strdup(o->helper != NULL ? o->helper :
	    paths_extract_helper());
	x->name = fit_name(name);
	x->fd = fd;
	x->pid = -1;
	x->left_ms = o->hurry > 1 ? ms / o->hurry : ms;
	/* From the loop, so that nobody is called back before he has us. */
	x->timer = loop_timer(loop, 0, begin, x);
	return x;
}

void
extract_password(struct extract *x, struct secret *secret)
{
	if (!x->asking || x->wire == NULL) {
		secret_free(secret);
		return;
	}
	x->asking = false;
	count_down(x);
	send_request(x, &(struct extract_request){ .req = EX_ANSWER,
	    .given = secret != NULL }, secret);
}

void
extract_cancel(struct extract *x)
{
	struct pollfd p;
	siginfo_t info;

	if (x == NULL)
		return;
	x->over = true;
	hang_up(x);
	set_timer(x, 0, NULL);
	if (x->pid != -1) {
		(void)kill(x->pid, SIGKILL);
		p = (struct pollfd){ .fd = x->ended, .events = POLLIN };
		if (poll(&p, 1, REAP_MS) == 1)
			(void)reap(x, &info);
	}
	release(x);	/* or when its process has ended after all */
}

int
extract_pid(const struct extract *x)
{
	return x->pid;
}
