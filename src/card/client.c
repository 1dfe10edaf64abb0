#include "config.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/spawn.h"
#include "base/wire.h"
#include "card/client.h"
#include "card/pending.h"
#include "card/proto.h"

/* From its start to its first word. */
#define HELLO_MS	10000

/* Stopped by somebody: how long it may stay so. */
#define STOPPED_MS	3000

/*
 * The helper ends what takes too long by itself, module by module; these are
 * for a helper that does not.
 */
#define REREAD_MS	180000
#define LOGIN_MS	180000
#define SIGN_MS		180000
#define CHANGE_MS	480000	/* a slow card makes a long key */
#define RESTART_MS	10000

#define BACKOFF_FIRST_MS 250
#define BACKOFF_LAST_MS	60000

/* One that has lived this long is started again as if it were the first. */
#define LIVED_MS	60000

/* Frames taken before the keys get their turn. */
#define FRAMES_MAX	64

/* At the end of the program: for the helper to leave by itself. */
#define LEAVE_MS	1000

struct card_client {
	struct loop	*loop;
	char		*helper, *conf, *service, *forwarded;
	const char	*log_level;
	bool		 fresh;
	int		 hurry;
	card_changed_fn	*changed;
	void		*arg;
	struct card_world world;
	pid_t		 pid;		/* -1: none, or reaped */
	struct wire	*wire;		/* NULL: not running */
	bool		 greeted;
	int64_t		 started;
	int64_t		 backoff_ms;
	unsigned	 timer;		/* first word, or starting again */
	unsigned	 stop_timer;
	unsigned	 more;		/* frames left unread */
	struct pending	*pending;
};

static void helper_start(void *);
static void readable(int, short, void *);

static unsigned
set_timer(struct card_client *c, int64_t ms, loop_timer_fn *fn)
{
	return loop_timer(c->loop, ms / c->hurry, fn, c);
}

static void
tell_change(struct card_client *c)
{
	c->world.version++;
	c->changed(c->arg);
}

/* --- the helper's end ---------------------------------------------------- */

static void
hang_up(struct card_client *c)
{
	if (c->wire == NULL)
		return;
	loop_fd_remove(c->loop, wire_fd(c->wire));
	wire_free(c->wire);
	c->wire = NULL;
	loop_timer_cancel(c->loop, c->more);
	c->more = 0;
	loop_timer_cancel(c->loop, c->timer);
	c->timer = 0;
	loop_timer_cancel(c->loop, c->stop_timer);
	c->stop_timer = 0;
}

/*
 * It is of no more use: end it, forget what it said (nobody knows whether it
 * still holds), and start another in a while.
 */
static void
helper_lost(struct card_client *c, const struct err *why)
{
	if (c->wire == NULL)
		return;
	hang_up(c);
	if (c->pid != -1)
		(void)kill(c->pid, SIGKILL);
	if (clock_mono_ms() - c->started > LIVED_MS)
		c->backoff_ms = BACKOFF_FIRST_MS;
	c->timer = set_timer(c, c->backoff_ms, helper_start);
	c->backoff_ms = c->backoff_ms * 2 < BACKOFF_LAST_MS ?
	    c->backoff_ms * 2 : BACKOFF_LAST_MS;
	card_world_clear(&c->world);
	c->world.helper_err = *why;
	pending_fail(c->pending, why);
	tell_change(c);
}

static void
helper_stuck(struct card_client *c, const char *detail)
{
	struct err err = ERR_INIT;

	(void)err_set(&err, ERR_HELPER_STUCK, NULL, "%s", detail);
	helper_lost(c, &err);
}

static void
no_hello(void *arg)
{
	struct card_client *c = arg;

	c->timer = 0;
	helper_stuck(c, "no first word");
}

static void
stopped_too_long(void *arg)
{
	struct card_client *c = arg;

	c->stop_timer = 0;
	helper_stuck(c, "stopped");
}

static void
request_late(void *arg)
{
	helper_stuck(arg, "a request was not answered");
}

/* Which signal it was is known a moment after its socket closed. */
static void
on_exit_status(struct card_client *c, int status)
{
	struct err err = ERR_INIT, *told = &c->world.helper_err;
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	c->pid = -1;
	if (sig != 0)
		(void)err_raw(&err, ERR_HELPER_DIED, ORIGIN_SIGNAL,
		    (unsigned long)sig, NULL, "%s", strsignal(sig));
	else
		(void)err_set(&err, ERR_HELPER_DIED, NULL, "status %d",
		    WEXITSTATUS(status));
	if (c->wire != NULL)
		helper_lost(c, &err);
	else if (told->code == ERR_HELPER_DIED &&
	    told->origin == ORIGIN_NONE && sig != SIGKILL) {
		*told = err;
		tell_change(c);
	}
}

void
card_client_sigchld(struct card_client *c)
{
	int status;

	while (c->pid != -1 && waitpid(c->pid, &status,
	    WNOHANG | WUNTRACED | WCONTINUED) == c->pid) {
		if (WIFSTOPPED(status) && c->stop_timer == 0 &&
		    c->wire != NULL)
			c->stop_timer = set_timer(c, STOPPED_MS,
			    stopped_too_long);
		else if (WIFCONTINUED(status)) {
			loop_timer_cancel(c->loop, c->stop_timer);
			c->stop_timer = 0;
		} else if (WIFEXITED(status) || WIFSIGNALED(status))
			on_exit_status(c, status);
	}
}

/* --- what it says -------------------------------------------------------- */

static int
on_frame(struct card_client *c, const json_t *obj, bool *changed,
    struct err *err)
{
	const char *ev = json_string_value(json_object_get(obj, "ev"));
	struct proto_answer answer = { .id = 0 };

	if (!c->greeted && (ev == NULL || strcmp(ev, "hello") != 0))
		return err_set(err, ERR_HELPER_TALK, NULL, "no greeting");
	switch (proto_apply(&c->world, obj, &answer, err)) {
	case 0:
		*changed = true;
		break;
	case 1:
		if (*changed)
			c->changed(c->arg);
		*changed = false;
		pending_answer(c->pending, &answer);
		card_changed_clear(&answer.changed);
		break;
	default:
		return -1;
	}
	if (!c->greeted) {
		c->greeted = true;
		loop_timer_cancel(c->loop, c->timer);
		c->timer = 0;
		err_clear(&c->world.helper_err);
	}
	return 0;
}

static void
read_on(void *arg)
{
	struct card_client *c = arg;

	c->more = 0;
	readable(wire_fd(c->wire), POLLIN, c);
}

/* One frame: 0, or -1 when there is no more to read now, or ever. */
static int
read_frame(struct card_client *c, bool *changed)
{
	struct err err = ERR_INIT;
	struct secret *secret;
	json_t *obj;
	int rc = -1;

	switch (wire_read(c->wire, &obj, &secret, &err)) {
	case WIRE_NOTHING:
		return -1;
	case WIRE_JSON:
		rc = on_frame(c, obj, changed, &err);
		break;
	case WIRE_SECRET:
		(void)err_set(&err, ERR_HELPER_TALK, NULL, "a secret");
		break;
	case WIRE_END:
		(void)err_set(&err, ERR_HELPER_DIED, NULL, NULL);
		break;
	case WIRE_BAD:
		break;
	}
	json_decref(obj);
	secret_free(secret);
	if (err.code != ERR_NONE) {
		if (err.code != ERR_HELPER_DIED)
			err.code = ERR_HELPER_TALK;
		helper_lost(c, &err);
		*changed = false;
	}
	return rc;
}

static void
readable(int fd, short revents, void *arg)
{
	struct card_client *c = arg;
	struct err err = ERR_INIT;
	bool changed = false;
	int i;

	if ((revents & POLLOUT) != 0 && wire_flush(c->wire, &err) == 0 &&
	    !wire_pending(c->wire))
		loop_fd(c->loop, fd, POLLIN, readable, c);
	for (i = 0; i < FRAMES_MAX && c->wire != NULL; i++)
		if (read_frame(c, &changed) == -1)
			break;
	/* What is in its buffer already, no descriptor will tell of. */
	if (i == FRAMES_MAX && c->wire != NULL && c->more == 0)
		c->more = loop_timer(c->loop, 0, read_on, c);
	if (changed)
		c->changed(c->arg);
}

/* --- its beginning ------------------------------------------------------- */

static void
start_failed(struct card_client *c, int number)
{
	struct err err = ERR_INIT;

	errno = number;
	(void)err_errno(&err, ERR_HELPER_START,
	    c->service != NULL ? c->service : c->helper);
	helper_lost(c, &err);
}

/* A process of ours, which gets the other end.  0, or an errno. */
static int
helper_spawn(struct card_client *c, int *fd)
{
	const char *argv[9] = { c->helper, "--log", c->log_level };
	size_t n = 3;
	int fds[2], rc;

	if (c->conf != NULL) {
		argv[n++] = "--conf";
		argv[n++] = c->conf;
	}
	if (c->forwarded != NULL) {
		argv[n++] = "--forwarded";
		argv[n++] = c->forwarded;
	}
	if (c->fresh)
		argv[n++] = "--fresh";
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1)
		panic("okienko: socketpair: %s", strerror(errno));
	*fd = fds[0];
	rc = spawn(c->helper, argv, &fds[1], 1, SPAWN_QUIET | SPAWN_GROUP,
	    &c->pid);
	(void)close(fds[1]);
	return rc;
}

/* One that systemd starts for this connection. */
static int
helper_connect(const struct card_client *c, int *fd)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd == -1)
		panic("okienko: socket: %s", strerror(errno));
	if (strlen(c->service) >= sizeof a.sun_path)
		return ENAMETOOLONG;
	memcpy(a.sun_path, c->service, strlen(c->service) + 1);
	return connect(*fd, (const struct sockaddr *)&a, sizeof a) == 0 ? 0 :
	    errno;
}

static void
helper_start(void *arg)
{
	struct card_client *c = arg;
	int fd, rc;

	c->timer = 0;
	card_client_sigchld(c);
	if (c->pid != -1) {	/* the old one has not ended yet */
		c->timer = set_timer(c, c->backoff_ms, helper_start);
		return;
	}
	c->greeted = false;
	c->started = clock_mono_ms();
	rc = c->service != NULL ? helper_connect(c, &fd) :
	    helper_spawn(c, &fd);
	c->wire = wire_new(fd);
	if (rc != 0) {
		start_failed(c, rc);
		return;
	}
	loop_fd(c->loop, fd, POLLIN, readable, c);
	c->timer = set_timer(c, HELLO_MS, no_hello);
}

struct card_client *
card_client_new(struct loop *loop, const struct card_client_options *o,
    card_changed_fn *changed, void *arg)
{
	static const char *const levels[] = {
		[LOG_LV_ERROR] = "error",
		[LOG_LV_WARN] = "warn",
		[LOG_LV_INFO] = "info",
		[LOG_LV_DEBUG] = "debug",
	};
	struct card_client *c = mem_alloc(sizeof(*c));

	c->loop = loop;
	c->helper = mem_strdup(o->helper != NULL ? o->helper :
	    paths_card_helper());
	c->conf = mem_strdup(o->conf);
	c->service = mem_strdup(o->service);
	c->forwarded = mem_strdup(o->forwarded);
	c->log_level = levels[o->log_level];
	c->fresh = o->fresh;
	c->hurry = o->hurry > 0 ? o->hurry : 1;
	c->changed = changed;
	c->arg = arg;
	c->pid = -1;
	c->backoff_ms = BACKOFF_FIRST_MS;
	c->pending = pending_new(loop, request_late, c);
	/* From the loop, so that nobody is called back before he has us. */
	c->timer = loop_timer(loop, 0, helper_start, c);
	return c;
}

/*
 * Told by the closed socket, the helper ends its modules and leaves; one that
 * does not is ended.
 */
static void
helper_end(struct card_client *c)
{
	int64_t until = clock_mono_ms() + LEAVE_MS;

	while (c->pid != -1 && waitpid(c->pid, NULL, WNOHANG) == 0) {
		if (clock_mono_ms() > until) {
			(void)kill(c->pid, SIGKILL);
			(void)waitpid(c->pid, NULL, 0);
			break;
		}
		(void)usleep(2000);
	}
	c->pid = -1;
}

void
card_client_free(struct card_client *c)
{
	struct err err = ERR_INIT;

	if (c == NULL)
		return;
	hang_up(c);
	loop_timer_cancel(c->loop, c->timer);
	helper_end(c);
	(void)err_set(&err, ERR_CANCELLED, "okienko-card", "closing");
	pending_free(c->pending, &err);
	card_world_clear(&c->world);
	free(c->helper);
	free(c->service);
	free(c->forwarded);
	free(c->conf);
	free(c);
}

/* --- what the desk sees and asks ----------------------------------------- */

const struct card_world *
card_client_world(const struct card_client *c)
{
	return &c->world;
}

bool
card_client_settled(const struct card_client *c)
{
	return c->world.settled ||
	    c->world.helper_err.code == ERR_HELPER_START;
}

/* Send it; where there is no helper, an answer comes all the same. */
static void
send_request(struct card_client *c, const struct proto_request *req,
    struct secret *secret)
{
	struct err err = ERR_INIT;
	json_t *obj;
	int rc;

	if (c->wire == NULL) {
		secret_free(secret);
		err = c->world.helper_err;
		(void)err_set(&err, ERR_HELPER_DIED, NULL, NULL);
		pending_fail(c->pending, &err);
		return;
	}
	obj = proto_request_to_json(req);
	rc = wire_send(c->wire, obj, &err);
	json_decref(obj);
	if (rc == 0 && secret != NULL)
		(void)wire_send_secret(c->wire, secret, &err);
	else
		secret_free(secret);
	/* A helper that has gone is noticed by its socket. */
	if (wire_pending(c->wire))
		loop_fd(c->loop, wire_fd(c->wire), POLLIN | POLLOUT, readable,
		    c);
}

static void
ask(struct card_client *c, struct proto_request *req, struct secret *secret,
    int64_t ms, card_answer_fn *fn, void *arg)
{
	req->id = pending_add(c->pending, ms / c->hurry, fn, arg);
	send_request(c, req, secret);
}

void
card_client_reread(struct card_client *c, const char *reader,
    card_answer_fn *fn, void *arg)
{
	ask(c, &(struct proto_request){ .req = REQ_REREAD,
	    .reader = (char *)reader }, NULL, REREAD_MS, fn, arg);
}

void
card_client_login(struct card_client *c, const char *reader,
    const struct token *token, struct secret *secret, card_answer_fn *fn,
    void *arg)
{
	ask(c, &(struct proto_request){ .req = REQ_LOGIN,
	    .reader = (char *)reader, .module = token->module,
	    .slot = token->slot, .serial = token->serial,
	    .pinpad = secret == NULL, .last = pin_is_last(&token->pin) },
	    secret, LOGIN_MS, fn, arg);
}

void
card_client_sign(struct card_client *c, const char *reader,
    const struct token *token, const char *key,
    const struct card_digest *digest, struct secret *secret,
    card_signed_fn *fn, void *arg)
{
	struct proto_request req = { .req = REQ_SIGN,
	    .reader = (char *)reader, .module = token->module,
	    .slot = token->slot, .serial = token->serial,
	    .pinpad = secret == NULL, .last = pin_is_last(&token->pin),
	    .key = (char *)key, .digest = *digest };

	req.id = pending_add_sign(c->pending, SIGN_MS / c->hurry, fn, arg);
	send_request(c, &req, secret);
}

void
card_client_change(struct card_client *c, const char *reader,
    const struct token *token, const struct card_change *change,
    struct secret *secret, card_change_fn *fn, void *arg)
{
	struct proto_request req = { .req = REQ_CHANGE,
	    .reader = (char *)reader, .module = token->module,
	    .slot = token->slot, .serial = token->serial,
	    .pinpad = secret == NULL, .last = pin_is_last(&token->pin),
	    .change = *change };

	req.der = (struct buf){ .data = (uint8_t *)change->der.p,
	    .len = change->der.len };
	req.id = pending_add_change(c->pending, CHANGE_MS / c->hurry, fn, arg);
	send_request(c, &req, secret);
}

/* What came of it the module events tell; but an answer has to come. */
static void
restarted(const struct err *err, void *arg)
{
	(void)err;
	(void)arg;
}

void
card_client_restart_modules(struct card_client *c)
{
	ask(c, &(struct proto_request){ .req = REQ_RESTART }, NULL, RESTART_MS,
	    restarted, NULL);
}
