#include "config.h"

#include "extract/session.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "extract/proto.h"
#include "extract/readers.h"

struct session {
	struct wire	*wire;
	struct err	*err;		/* set: the desk is lost */
};

static bool
lost(const struct session *s)
{
	return s->err->code != ERR_NONE;
}

static int
wait_for(struct session *s, short events)
{
	struct pollfd p = { .fd = wire_fd(s->wire), .events = events };

	while (poll(&p, 1, -1) == -1)
		if (errno != EINTR)
			return err_errno(s->err, ERR_EXTRACT_TALK, "poll");
	return 0;
}

static void
say(struct session *s, const struct extract_event *ev)
{
	json_t *obj;

	if (lost(s))
		return;
	obj = extract_event_to_json(ev);
	(void)wire_send(s->wire, obj, s->err);
	json_decref(obj);
	while (!lost(s) && wire_pending(s->wire))
		if (wait_for(s, POLLOUT) == 0)
			(void)wire_flush(s->wire, s->err);
}

/* The next frame, of either kind; whoever waits for the other one is lost. */
static json_t *
hear(struct session *s, struct secret **secret)
{
	json_t *obj = NULL;

	*secret = NULL;
	while (!lost(s)) {
		switch (wire_read(s->wire, &obj, secret, s->err)) {
		case WIRE_JSON:
		case WIRE_SECRET:
			return obj;
		case WIRE_NOTHING:
			(void)wait_for(s, POLLIN);
			break;
		case WIRE_END:
			(void)err_set(s->err, ERR_EXTRACT_TALK, NULL,
			    "the desk has gone");
			break;
		case WIRE_BAD:
			(void)err_set(s->err, ERR_EXTRACT_TALK, NULL, "frame");
			break;
		}
	}
	return NULL;
}

static int
hear_request(struct session *s, enum extract_req want,
    struct extract_request *req)
{
	struct secret *secret;
	json_t *obj = hear(s, &secret);
	int rc = -1;

	memset(req, 0, sizeof(*req));
	if (obj != NULL)
		rc = extract_request_from_json(obj, req, s->err);
	else
		(void)err_set(s->err, ERR_EXTRACT_TALK, NULL, "a secret");
	secret_free(secret);
	json_decref(obj);
	if (rc == 0 && req->req != want)
		rc = err_set(s->err, ERR_EXTRACT_TALK, NULL, "out of turn");
	return rc;
}

/* --- what the readers tell --------------------------------------------------- */

static void
on_scrap(const struct scrap *scrap, void *arg)
{
	say(arg, &(struct extract_event){ .ev = EX_SCRAP,
	    .scrap = (struct scrap *)scrap });
}

static void
on_problem(const struct err *err, void *arg)
{
	say(arg, &(struct extract_event){ .ev = EX_PROBLEM, .err = *err });
}

static struct secret *
on_password(const char *place, bool again, void *arg)
{
	struct session *s = arg;
	struct extract_request req;
	struct secret *secret = NULL;
	json_t *obj;

	say(s, &(struct extract_event){ .ev = EX_PASSWORD,
	    .name = (char *)place, .again = again });
	if (hear_request(s, EX_ANSWER, &req) != 0 || !req.given)
		return NULL;
	obj = hear(s, &secret);
	json_decref(obj);
	return secret;
}

static void
read_document(struct session *s, const char *name, struct span document,
    const struct err *unread)
{
	const struct sink_calls calls = { .scrap = on_scrap,
		.problem = on_problem, .password = on_password, .arg = s };
	struct sink *sink = sink_new(&calls, name);

	if (unread->code != ERR_NONE)
		sink_problem(sink, unread->code, "%s", unread->detail);
	else
		extract_any(document, sink);
	if (sink_told(sink) == 0)
		sink_problem(sink, ERR_NO_SCRAP, "kind %d",
		    (int)kind_of(document));
	sink_free(sink);
	say(s, &(struct extract_event){ .ev = EX_END });
}

int
session_run(struct wire *wire, struct span document, const struct err *unread,
    struct err *err)
{
	struct session s = { .wire = wire, .err = err };
	struct extract_request req;

	say(&s, &(struct extract_event){ .ev = EX_HELLO,
	    .version = EXTRACT_VERSION });
	if (hear_request(&s, EX_READ, &req) == 0) {
		read_document(&s, req.name, document, unread);
		extract_request_clear(&req);
	}
	return lost(&s) ? -1 : 0;
}
