#include "config.h"

#include "net/serve.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

struct serving {
	struct web	*web;
	struct frames	 frames;
	struct proto_secret secrets[PROTO_SECRETS_MAX];	/* wiped between two */
	struct err	*err;		/* set: the desk is lost */
	bool		 idle;		/* between two questions */
	bool		 retired;
};

/* Nobody who asks waits here without end; nobody who does not ask is served. */
static int
wait_for(int fd, short events, void *arg, struct err *err)
{
	struct serving *s = arg;
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	while ((n = poll(&p, 1, s->idle ? NET_IDLE_MS : -1)) == -1)
		if (errno != EINTR)
			return err_errno(err, ERR_NET_TALK, "poll");
	if (n == 1)
		return 0;
	s->retired = true;
	return err_set(err, ERR_NET_TALK, NULL, "idle");
}

static int
on_head(const struct head *head, void *arg)
{
	struct serving *s = arg;

	return proto_send_head(&s->frames, head, s->err);
}

static int
on_piece(struct span piece, void *arg)
{
	struct serving *s = arg;

	return proto_send_pieces(&s->frames, piece, s->err);
}

static int
on_way(const struct net_way *way, void *arg)
{
	struct serving *s = arg;

	return proto_send_way(&s->frames, way, s->err);
}

/* libcurl has to wait: what there is so far is told. */
static int
on_rest(void *arg)
{
	struct serving *s = arg;

	return frames_flush(&s->frames, s->err);
}

static int
tell_end(struct serving *s, const struct web_end *end, bool watched,
    const struct err *why)
{
	if (end->want.proxy[0] != '\0' &&
	    proto_send_want(&s->frames, &end->want, s->err) == -1)
		return -1;
	if (watched && proto_send_way(&s->frames, &end->way, s->err) == -1)
		return -1;
	if ((why->code == ERR_NONE ?
	    proto_send_end(&s->frames, &end->end, s->err) :
	    proto_send_error(&s->frames, why, s->err)) == -1)
		return -1;
	return frames_flush(&s->frames, s->err);
}

static int
answer(struct serving *s, const struct web_question *q)
{
	const struct web_calls calls = { .head = on_head, .piece = on_piece,
		.way = on_way, .rest = on_rest, .arg = s, .watch = s->frames.fd };
	struct err why = ERR_INIT;
	struct web_end end;

	(void)web_ask(s->web, q, &calls, &end, &why);
	if (end.gone)
		return err_set(s->err, ERR_NET_TALK, NULL,
		    "the desk has gone");
	return tell_end(s, &end, q->ask->watched, &why);
}

/* The secrets that a question said it would bring. */
static int
hear_secrets(struct serving *s, size_t n)
{
	struct frame f;

	for (size_t i = 0; i < n; i++) {
		if (frames_get(&s->frames, &f, s->err) != 1)
			return err_set(s->err, ERR_NET_TALK, NULL, "cut");
		if (f.kind != PROTO_SECRET)
			return err_set(s->err, ERR_NET_TALK, NULL, "secret");
		if (proto_secret(f.content, &s->secrets[i], s->err) == -1)
			return -1;
		frames_wipe(&s->frames, &f);
	}
	return 0;
}

/* The rest of a question: its body up to its end. */
static int
hear_body(struct serving *s, struct buf *body)
{
	struct frame f;

	for (;;) {
		if (frames_get(&s->frames, &f, s->err) != 1)
			return err_set(s->err, ERR_NET_TALK, NULL, "cut");
		if (f.kind == PROTO_END && f.content.len == 0)
			return 0;
		if (f.kind != PROTO_PIECE ||
		    buf_add(body, f.content.p, f.content.len) == -1)
			return err_set(s->err, ERR_NET_TALK, NULL, "body");
	}
}

static void
hear_and_answer(struct serving *s, const struct proto_ask *ask)
{
	struct buf body;

	buf_init(&body, NET_BODY_MAX);
	if (hear_secrets(s, ask->nsecrets) == 0 &&
	    hear_body(s, &body) == 0)
		(void)answer(s, &(struct web_question){ .ask = ask,
		    .secrets = s->secrets, .nsecrets = ask->nsecrets,
		    .body = span_of(body.data, body.len) });
	for (size_t i = 0; i < ask->nsecrets; i++)
		proto_secret_wipe(&s->secrets[i]);
	buf_clear(&body);
}

/* 1 when one was answered, 0 when there is none any more. */
static int
one(struct serving *s)
{
	struct proto_ask ask;
	struct frame f;
	int rc;

	s->idle = true;
	rc = frames_get(&s->frames, &f, s->err);
	s->idle = false;
	if (rc != 1)
		return s->retired ? 0 : rc;
	if (f.kind != PROTO_ASK)
		return err_set(s->err, ERR_NET_TALK, NULL, "no question");
	if (proto_ask(f.content, &ask, s->err) == 0)
		hear_and_answer(s, &ask);
	proto_ask_clear(&ask);
	return s->err->code == ERR_NONE ? 1 : -1;
}

int
serve(struct web *web, int fd, struct err *err)
{
	struct serving s = { .web = web, .err = err };
	int rc;

	frames_init(&s.frames, fd, wait_for, &s);
	s.frames.wipes = true;
	rc = proto_send_hello(&s.frames, err);
	s.frames.holds = true;
	if (rc == 0)
		while ((rc = one(&s)) == 1)
			;
	for (size_t i = 0; i < PROTO_SECRETS_MAX; i++)
		proto_secret_clear(&s.secrets[i]);
	frames_clear(&s.frames);
	return rc;
}
