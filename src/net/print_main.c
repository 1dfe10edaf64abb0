/*
 * okienko-print: gives CUPS the page that is open as descriptor 4, and tells the
 * desk, on descriptor 3, how that came out.  Started by the desk for each page;
 * not a program for people.
 */
#include "config.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "base/sandbox.h"
#include "base/spawn.h"
#include "net/cups.h"

#define PAGE_FD		(SPAWN_FD + 1)

static const struct sandbox_limits limits = {
	.memory = 512ul << 20,
	.cpu = 30,
	.files = 64,
	.threads = true,	/* printers are looked for in some */
};

/* The desk is in no hurry that it would not end us for. */
static int
wait_for(int fd, short events, void *arg, struct err *err)
{
	struct pollfd p = { .fd = fd, .events = events };

	(void)arg;
	while (poll(&p, 1, -1) == -1)
		if (errno != EINTR)
			return err_errno(err, ERR_NET_TALK, "poll");
	return 0;
}

static int
answer(struct frames *f, const struct err *why, struct err *err)
{
	if (why->code != ERR_NONE)
		return proto_send_error(f, why, err);
	return frames_put(f, PROTO_END, span_of("", 0), err);
}

static int
one(struct frames *f, struct err *err)
{
	struct proto_print print;
	struct err why = ERR_INIT;
	struct frame frame;
	int rc = -1;

	if (proto_send_hello(f, err) == -1 || frames_get(f, &frame, err) != 1 ||
	    frame.kind != PROTO_PRINT)
		return -1;
	if (proto_print(frame.content, &print, err) == 0) {
		cups_prepare(&print);
		if (sandbox_network(err) == 0) {
			(void)cups_print(&print, PAGE_FD, &why);
			rc = answer(f, &why, err);
		}
	}
	proto_print_clear(&print);
	return rc;
}

int
main(void)
{
	struct err err = ERR_INIT;
	struct frames frames;
	int rc;

	if (sandbox_descriptors(PAGE_FD, &err) == -1)
		return EXIT_FAILURE;
	/* Nothing of ours outlives its owner. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077);
	frames_init(&frames, SPAWN_FD, wait_for, NULL);
	rc = sandbox_limit(&limits, &err);
	if (rc == 0)
		rc = one(&frames, &err);
	frames_clear(&frames);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
