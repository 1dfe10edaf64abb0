#include "config.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "card/super.h"

/* Frames taken from the desk before the modules get their turn. */
#define FRAMES_MAX	16

/* --- telling ------------------------------------------------------------ */

static int
tell(struct super *s, const struct proto_event *ev, struct err *err)
{
	json_t *obj = proto_event_to_json(ev);
	int rc = wire_send(s->desk, obj, err);

	json_decref(obj);
	return rc;
}

/* Without a desk there is nothing to do here. */
static void
tell_or_end(struct super *s, const struct proto_event *ev)
{
	struct err err = ERR_INIT;

	if (tell(s, ev, &err) == -1)
		loop_stop(s->loop);
}

/* More certificates than a line can carry: say so instead of saying nothing. */
static void
tell_card(struct super *s, struct card *card)
{
	struct proto_event ev = { .ev = EV_CARD, .card = card };
	struct err err = ERR_INIT;
	size_t ncerts = card->ncerts, nkeys = card->nkeys;
	bool cut = card->cut;

	while (tell(s, &ev, &err) == -1) {
		if (err.code != ERR_TOO_BIG || card->ncerts == 0) {
			loop_stop(s->loop);
			break;
		}
		card->ncerts /= 2;
		card->nkeys = 0;
		card->cut = true;
		err_clear(&err);
	}
	card->ncerts = ncerts;
	card->nkeys = nkeys;
	card->cut = cut;
}

void
desk_gone(struct super *s, const char *reader, const char *token)
{
	tell_or_end(s, &(struct proto_event){ .ev = EV_GONE,
	    .reader = (char *)reader, .token = (char *)token });
	s->settled = false;
}

void
desk_answer(struct super *s, uint64_t id, const struct err *err,
    const struct proto_event *answer)
{
	struct proto_event ev = { .ev = EV_ANSWER, .id = id, .err = *err };

	if (answer != NULL) {
		ev.signature = answer->signature;
		ev.der = answer->der;	/* borrowed */
	}
	tell_or_end(s, &ev);
}

static void
tell_modules(struct super *s)
{
	for (size_t i = 0; i < s->nchildren; i++) {
		struct proto_event ev = { .ev = EV_MODULE,
			.module = *child_view(s->children[i]) };

		if (s->module_dirty[i])
			tell_or_end(s, &ev);
		s->module_dirty[i] = false;
	}
}

static void
tell_cards(struct super *s)
{
	for (size_t i = 0; i < s->nreaders; i++) {
		if (s->readers[i]->dirty)
			tell_card(s, s->readers[i]->card);
		s->readers[i]->dirty = false;
	}
	for (size_t i = 0; i < s->nloose; i++) {
		if (s->loose[i].dirty)
			tell_card(s, s->loose[i].card);
		s->loose[i].dirty = false;
	}
}

static void
wait_for_desk(struct super *s)
{
	loop_fd(s->loop, wire_fd(s->desk), POLLIN | POLLOUT, desk_readable, s);
}

/* What changes ten times while the desk is busy is told once. */
void
desk_tell(struct super *s)
{
	struct proto_event pcsc = { .ev = EV_PCSC, .pcsc = s->pcsc,
		.socket = (char *)pcsc_socket(), .err = s->pcsc_err };

	if (!wire_pending(s->desk)) {
		if (s->pcsc_dirty)
			tell_or_end(s, &pcsc);
		s->pcsc_dirty = false;
		tell_modules(s);
		tell_cards(s);
	}
	if (wire_pending(s->desk))
		wait_for_desk(s);
}

void
desk_flush(void *arg)
{
	struct super *s = arg;

	desk_tell(s);
	if (s->settled || wire_pending(s->desk) || !read_all_settled(s))
		return;
	s->settled = true;
	tell_or_end(s, &(struct proto_event){ .ev = EV_SETTLED });
	if (wire_pending(s->desk))
		wait_for_desk(s);
}

/* --- reading again ------------------------------------------------------ */

static bool
loose_settled(const struct super *s)
{
	for (size_t i = 0; i < s->nchildren; i++)
		if (child_busy(s->children[i]) || (child_idle(s->children[i]) &&
		    s->loose_asked[i] != s->loose_round))
			return false;
	return true;
}

/* Answer those whose reading has ended, one way or another. */
void
desk_reread_check(struct super *s)
{
	for (size_t i = 0; i < REREADS_MAX; i++) {
		struct reread *q = &s->rereads[i];
		struct err err = ERR_INIT;

		if (q->id == 0)
			continue;
		if (q->loose ? !loose_settled(s) : q->reader != NULL &&
		    q->reader->round == q->round && !read_settled(q->reader))
			continue;
		if (!q->loose && q->reader == NULL)
			(void)err_set(&err, ERR_READER_GONE, "", NULL);
		else if (!q->loose && q->reader->round != q->round)
			(void)err_set(&err, ERR_CARD_REMOVED,
			    q->reader->card->reader, NULL);
		else if (!q->loose && q->reader->card->state == CARD_FAILED)
			err = q->reader->card->err;
		desk_tell(s);	/* first the card, then that it is done */
		desk_answer(s, q->id, &err, NULL);
		q->id = 0;
	}
}

static void
reread(struct super *s, const struct proto_request *req)
{
	struct reread q = { .id = req->id, .loose = req->reader[0] == '\0' };
	struct err err = ERR_INIT;
	size_t i = 0;

	while (i < REREADS_MAX && s->rereads[i].id != 0)
		i++;
	q.reader = super_reader(s, req->reader);
	if (q.id == 0 || i == REREADS_MAX)
		(void)err_set(&err, ERR_CANCELLED, req->reader, "too many");
	else if (!q.loose && q.reader == NULL)
		(void)err_set(&err, ERR_READER_GONE, req->reader, NULL);
	if (err.code != ERR_NONE) {
		desk_answer(s, req->id, &err, NULL);
		return;
	}
	if (q.loose)
		q.round = ++s->loose_round;
	else
		q.round = super_reread(q.reader);
	s->rereads[i] = q;
	s->settled = false;
	read_work(s);
}

/* --- logging in --------------------------------------------------------- */

static size_t
child_by_name(const struct super *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->nchildren; i++)
		if (strcmp(child_view(s->children[i])->name, name) == 0)
			break;
	return i;
}

static bool
has_token(const struct card *card, const struct proto_request *req)
{
	for (size_t i = 0; card != NULL && i < card->ntokens; i++)
		if (card->tokens[i].slot == req->slot &&
		    strcmp(card->tokens[i].module, req->module) == 0 &&
		    strcmp(card->tokens[i].serial, req->serial) == 0)
			return true;
	return false;
}

/* Whether the token that the PIN was typed for is still what lies there. */
static bool
token_there(const struct super *s, const struct reader *r,
    const struct proto_request *req)
{
	if (r != NULL)
		return r->readable && has_token(r->card, req);
	for (size_t i = 0; req->reader[0] == '\0' && i < s->nloose; i++)
		if (has_token(s->loose[i].card, req))
			return true;
	return false;
}

/* Takes the request's strings and the secret. */
static void
login(struct super *s, struct proto_request *req, struct secret *secret)
{
	struct reader *r = super_reader(s, req->reader);
	size_t i = child_by_name(s, req->module);
	struct err err = ERR_INIT;

	if (!token_there(s, r, req))
		(void)err_set(&err, ERR_PIN_CARD_CHANGED, req->reader, NULL);
	else if (i == s->nchildren ||
	    child_view(s->children[i])->state != MODULE_READY)
		(void)err_set(&err, ERR_MODULE_FAILED, req->module,
		    "not running");
	else if (s->logins[i].waiting)
		(void)err_set(&err, ERR_CANCELLED, req->module,
		    "another PIN is being checked");
	if (err.code != ERR_NONE) {
		secret_free(secret);
		desk_answer(s, req->id, &err, NULL);
		proto_request_clear(req);
		return;
	}
	s->logins[i] = (struct login){ .waiting = true, .req = *req,
		.secret = secret, .reader = r, .round = r ? r->round : 0 };
	*req = (struct proto_request){ .id = 0 };
	s->settled = false;
	read_work(s);
}

/* --- hearing ------------------------------------------------------------ */

static void
restart(struct super *s, const struct proto_request *req)
{
	for (size_t i = 0; i < s->nchildren; i++)
		child_restart(s->children[i]);
	desk_answer(s, req->id, &(struct err)ERR_INIT, NULL);
}

static int
on_request(struct super *s, const json_t *obj, struct err *err)
{
	struct proto_request req;

	if (proto_request_from_json(obj, &req, err) == -1)
		return -1;
	if (s->wants_secret)
		return err_set(err, ERR_HELPER_TALK, NULL, "no secret came");
	switch (req.req) {
	case REQ_REREAD:
		reread(s, &req);
		break;
	case REQ_RESTART:
		restart(s, &req);
		break;
	case REQ_LOGIN:
	case REQ_SIGN:
	case REQ_CHANGE:
		if (req.pinpad) {
			login(s, &req, NULL);
			break;
		}
		s->secret_for = req;
		s->wants_secret = true;
		return 0;
	default:
		break;
	}
	proto_request_clear(&req);
	return 0;
}

static int
on_secret(struct super *s, struct secret *secret, struct err *err)
{
	if (!s->wants_secret) {
		secret_free(secret);
		return err_set(err, ERR_HELPER_TALK, NULL, "a stray secret");
	}
	s->wants_secret = false;
	login(s, &s->secret_for, secret);
	return 0;
}

static void
read_on(void *arg)
{
	struct super *s = arg;

	s->desk_more = 0;
	desk_readable(wire_fd(s->desk), POLLIN, s);
}

/* The desk is ours, so nonsense from it means that it is lost: end. */
static void
lost(struct super *s, const struct err *err)
{
	if (err->code != ERR_NONE)
		log_err("desk", err);
	loop_fd_remove(s->loop, wire_fd(s->desk));
	loop_stop(s->loop);
}

void
desk_readable(int fd, short revents, void *arg)
{
	struct super *s = arg;
	struct err err = ERR_INIT;
	int rc = 0;

	if ((revents & POLLOUT) != 0) {
		rc = wire_flush(s->desk, &err);
		if (!wire_pending(s->desk))
			loop_fd(s->loop, fd, POLLIN, desk_readable, s);
	}
	for (int i = 0; i < FRAMES_MAX && rc == 0; i++) {
		struct secret *secret;
		json_t *obj;
		enum wire_got got = wire_read(s->desk, &obj, &secret, &err);

		if (got == WIRE_NOTHING)
			return;
		if (got == WIRE_JSON)
			rc = on_request(s, obj, &err);
		else if (got == WIRE_SECRET)
			rc = on_secret(s, secret, &err);
		else
			rc = -1;
		json_decref(obj);
	}
	if (rc == -1)
		lost(s, &err);
	else if (s->desk_more == 0)
		s->desk_more = loop_timer(s->loop, 0, read_on, s);
}
