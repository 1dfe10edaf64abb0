#include "config.h"

#include "net/helper.h"

#include <sys/socket.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "net/proto.h"

/* Between two looks at the cancel flag, which no descriptor tells of. */
#define LOOK_MS		50

/* From closing its socket to its end. */
#define LEAVE_MS	1000

/* A killed process that a broken disk holds on to is not waited for longer. */
#define REAP_MS		2000

void
helper_init(struct helper *h)
{
	*h = (struct helper){ .pid = -1, .ended = -1, .fd = -1, .what = "" };
}

/* Whether to go on; frames that never end are no reason to. */
static int
may_go_on(const struct helper *h, int64_t left, struct err *err)
{
	if (h->cancel != NULL && atomic_load(h->cancel))
		return err_set(err, ERR_CANCELLED, h->what, NULL);
	if (left <= 0)
		return err_set(err, ERR_NET_TIMEOUT, h->what,
		    "past its deadline");
	return 0;
}

static int
wait_for(int fd, short events, void *arg, struct err *err)
{
	const struct helper *h = arg;
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int n;

	for (;;) {
		left = h->until - clock_mono_ms();
		if (may_go_on(h, left, err) == -1)
			return -1;
		if (h->cancel != NULL && left > LOOK_MS)
			left = LOOK_MS;
		n = poll(&p, 1, (int)left);
		if (n == 1)
			return 0;
		if (n == -1 && errno != EINTR)
			return err_errno(err, ERR_NET_DIED, h->what);
	}
}

int
helper_start(struct helper *h, const char *program, int fd, struct err *err)
{
	const char *argv[] = { program, NULL };
	int pair[2], given[2], rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return err_errno(err, ERR_NET_START, program);
	given[0] = pair[1];
	given[1] = fd;
	rc = spawn(program, argv, given, fd != -1 ? 2 : 1,
	    SPAWN_QUIET | SPAWN_GROUP | SPAWN_BARE, &h->pid);
	(void)close(pair[1]);
	if (rc == 0)
		rc = child_watch(&h->pid, &h->ended);
	if (rc != 0) {
		(void)close(pair[0]);
		errno = rc;
		return err_errno(err, ERR_NET_START, program);
	}
	h->fd = pair[0];
	h->greeted = false;
	frames_init(&h->frames, h->fd, wait_for, h);
	return 0;
}

/* Where SIGCHLD is ignored, as some start us, the kernel has been there before. */
static bool
reap(struct helper *h, int ms, siginfo_t *info)
{
	struct pollfd p = { .fd = h->ended, .events = POLLIN };
	int64_t until = clock_mono_ms() + ms;
	int rc;

	while ((rc = poll(&p, 1, ms)) == -1 && errno == EINTR)
		ms = clock_mono_ms() < until ?
		    (int)(until - clock_mono_ms()) : 0;
	memset(info, 0, sizeof(*info));
	if (rc != 1)
		return false;
	rc = child_reap(h->pid, h->ended, info);
	return rc == 1 || (rc == -1 && errno == ECHILD);
}

static void
let_go(struct helper *h)
{
	frames_clear(&h->frames);
	(void)close(h->fd);
	(void)close(h->ended);
	h->pid = h->ended = h->fd = -1;
}

void
helper_end(struct helper *h)
{
	siginfo_t info;

	if (h->pid == -1)
		return;
	(void)kill(h->pid, SIGKILL);
	(void)reap(h, REAP_MS, &info);
	let_go(h);
}

/* It has hung up; why, its end tells. */
static int
judge(struct helper *h, struct err *err)
{
	siginfo_t info;

	if (!reap(h, LEAVE_MS, &info)) {
		helper_end(h);
		return err_set(err, ERR_NET_DIED, h->what, "does not leave");
	}
	let_go(h);
	if (info.si_pid == 0)
		return err_set(err, ERR_NET_DIED, h->what, "nobody knows how");
	if (info.si_code == CLD_EXITED && info.si_status == 0 && h->greeted)
		return 0;
	if (info.si_code == CLD_EXITED)
		return err_set(err, h->greeted ? ERR_NET_DIED : ERR_NET_START,
		    h->what, "status %d", info.si_status);
	return err_raw(err, ERR_NET_DIED, ORIGIN_SIGNAL,
	    (unsigned long)info.si_status, h->what, "%s",
	    strsignal(info.si_status));
}

static int
greet(struct helper *h, const struct frame *f, struct err *err)
{
	if (f->kind != PROTO_HELLO)
		return err_set(err, ERR_NET_TALK, NULL, "no greeting");
	if (proto_hello(f->content, err) == -1)
		return -1;
	h->greeted = true;
	return 0;
}

static int
get(struct helper *h, struct frame *f, struct err *err)
{
	int rc;

	do {
		if (may_go_on(h, h->until - clock_mono_ms(), err) == -1)
			return -1;
		rc = frames_get(&h->frames, f, err);
		if (rc == 1 && h->greeted)
			return 1;
	} while (rc == 1 && greet(h, f, err) == 0);
	return rc == 1 ? -1 : rc;
}

int
helper_get(struct helper *h, struct frame *f, struct err *err)
{
	struct err why = ERR_INIT;
	int rc = get(h, f, &why);

	if (rc == 0)
		return judge(h, err);
	if (rc == -1)
		return err_raw(err, why.code, why.origin, why.raw, h->what,
		    "%s", why.detail);
	return 1;
}
