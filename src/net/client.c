#include "config.h"

#include "net/net.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/paths.h"
#include "net/guard.h"
#include "net/helper.h"
#include "net/proto.h"

/*
 * The process keeps the deadline itself and says what it waited for; one that
 * is later than this has lost its way.
 */
#define GRACE_MS	500

#define STATUS_OK_MIN	200
#define STATUS_OK_MAX	299

struct net {
	char		*program, *proxy;
	char		*allow[SETTING_LIST_MAX];
	size_t		 nallow;
	struct helper	 helper;
};

/* One question and what has come of its answer. */
struct asking {
	struct net	*net;
	const struct net_request *req;
	struct net_answer *answer;
	char		 whom[ERR_WHAT_MAX];	/* host and port, for errors */
	int64_t		 began, ms;
	uint64_t	 max;
	bool		 headed;
};

enum asked { ASKED_WHOLE, ASKED_FAILED, ASKED_RETIRED, ASKED_LOST };

struct net *
net_new(const struct net_options *o)
{
	struct net *net = mem_alloc(sizeof(*net));

	net->program = mem_strdup(o->helper != NULL ? o->helper :
	    paths_net_helper());
	if (o->proxy != NULL && o->proxy[0] != '\0')
		net->proxy = mem_strdup(o->proxy);
	for (size_t i = 0; o->allow != NULL && i < o->allow->n; i++)
		net->allow[net->nallow++] = mem_strdup(o->allow->v[i]);
	helper_init(&net->helper);
	return net;
}

void
net_free(struct net *net)
{
	if (net == NULL)
		return;
	helper_end(&net->helper);
	for (size_t i = 0; i < net->nallow; i++)
		free(net->allow[i]);
	free(net->proxy);
	free(net->program);
	free(net);
}

void
net_rest(struct net *net)
{
	helper_end(&net->helper);
}

int
net_pid(const struct net *net)
{
	return net->helper.pid;
}

void
net_answer_clear(struct net_answer *a)
{
	buf_clear(&a->body);
	memset(a, 0, sizeof(*a));
}

/* "ocsp.example.org:8080" of an address: whom an error speaks of. */
static void
whom(const char *url, char out[static ERR_WHAT_MAX])
{
	const char *host = strstr(url, "://");
	size_t n;

	host = host != NULL ? host + 3 : url;
	n = strcspn(host, "/?#");
	if (n >= ERR_WHAT_MAX)
		n = ERR_WHAT_MAX - 1;
	memcpy(out, host, n);
	out[n] = '\0';
}

/* --- the question --------------------------------------------------------- */

/* As it will cross, all of it borrowed. */
static struct proto_ask
ask_of(const struct asking *a)
{
	const struct net_request *r = a->req;
	const int64_t left = a->ms - (clock_mono_ms() - a->began);

	return (struct proto_ask){ .method = r->method, .source = r->source,
		.url = (char *)r->url, .accept = (char *)r->accept,
		.type = (char *)r->type,
		.etag = r->etag != NULL && r->etag[0] != '\0' ?
		    (char *)r->etag : NULL,
		.since = r->since, .ca_file = (char *)r->ca_file,
		.client_cert = (char *)r->client_cert,
		.client_key = (char *)r->client_key, .proxy = a->net->proxy,
		.allow = a->net->allow, .nallow = a->net->nallow,
		.max = a->max < INT64_MAX ? (int64_t)a->max : INT64_MAX,
		.ms = left > 0 ? left : 1 };
}

static int
send_ask(const struct asking *a, struct err *err)
{
	const struct proto_ask ask = ask_of(a);
	struct frames *f = &a->net->helper.frames;

	if (proto_send_ask(f, &ask, err) == -1 ||
	    proto_send_pieces(f, a->req->body, err) == -1)
		return -1;
	return frames_put(f, PROTO_END, span_of("", 0), err);
}

/* --- the answer ----------------------------------------------------------- */

static int
on_head(struct asking *a, struct span s, struct err *err)
{
	struct net_answer *out = a->answer;
	struct head head;

	if (a->headed)
		return err_set(err, ERR_NET_TALK, a->whom, "two heads");
	if (proto_head(s, &head, err) == -1)
		return -1;
	a->headed = true;
	out->status = head.status;
	memcpy(out->type, head.type, sizeof(out->type));
	memcpy(out->etag, head.etag, sizeof(out->etag));
	out->date = head.date;
	out->last_modified = head.last_modified;
	out->fresh_until = head.fresh_until;
	out->retry_after = (int)head.retry_after;
	return 0;
}

/* What a refusal is wrapped in is nothing that was asked for. */
static int
pass_on(struct asking *a, struct span s, struct err *err)
{
	const struct net_request *r = a->req;

	if (r->sink == NULL)
		return buf_add(&a->answer->body, s.p, s.len) == 0 ? 0 :
		    err_set(err, ERR_TOO_BIG, a->whom, NULL);
	if (a->answer->status < STATUS_OK_MIN ||
	    a->answer->status > STATUS_OK_MAX)
		return 0;
	return r->sink(s, r->arg, err);
}

static int
on_piece(struct asking *a, struct span s, struct err *err)
{
	if (!a->headed)
		return err_set(err, ERR_NET_TALK, a->whom, "no head");
	a->answer->bytes += s.len;
	if (a->answer->bytes > a->max)
		return err_set(err, ERR_NET_TALK, a->whom, "more than asked");
	return pass_on(a, s, err);
}

static int
on_end(struct asking *a, struct span s, struct err *err)
{
	struct proto_end end;

	if (proto_end(s, &end, err) == -1)
		return -1;
	if (!a->headed || (uint64_t)end.bytes != a->answer->bytes)
		return err_set(err, ERR_NET_TALK, a->whom, "bytes are missing");
	return 0;
}

/* An error of the server's, or one that only looks like it. */
static enum asked
on_error(struct asking *a, struct span s, struct err *err)
{
	struct err told;

	if (proto_error(s, &told, err) == -1)
		return ASKED_LOST;
	(void)err_raw(err, told.code, told.origin, told.raw,
	    told.what[0] != '\0' ? told.what : a->whom, "%s", told.detail);
	return ASKED_FAILED;
}

static enum asked
on_frame(struct asking *a, const struct frame *f, bool *over, struct err *err)
{
	*over = f->kind == PROTO_END || f->kind == PROTO_ERROR;
	switch (f->kind) {
	case PROTO_HEAD:
		return on_head(a, f->content, err) == 0 ? ASKED_WHOLE :
		    ASKED_LOST;
	case PROTO_PIECE:
		return on_piece(a, f->content, err) == 0 ? ASKED_WHOLE :
		    ASKED_LOST;
	case PROTO_END:
		return on_end(a, f->content, err) == 0 ? ASKED_WHOLE :
		    ASKED_LOST;
	case PROTO_ERROR:
		return on_error(a, f->content, err);
	default:
		(void)err_set(err, ERR_NET_TALK, a->whom, "an unknown frame");
		return ASKED_LOST;
	}
}

/* Whether all that is to say has been said, and nothing was before it. */
static enum asked
exchange(struct asking *a, struct err *err)
{
	struct helper *h = &a->net->helper;
	struct err unsent = ERR_INIT;
	enum asked rc = ASKED_WHOLE;
	bool over = false, any = false;
	struct frame f;

	if (send_ask(a, &unsent) == -1 && unsent.code != ERR_NET_DIED) {
		(void)err_set(err, unsent.code, a->whom, "%s", unsent.detail);
		return ASKED_LOST;
	}
	while (rc == ASKED_WHOLE && !over) {
		switch (helper_get(h, &f, err)) {
		case 1:
			any = true;
			rc = on_frame(a, &f, &over, err);
			break;
		case 0:
			if (!any)
				return ASKED_RETIRED;
			(void)err_set(err, ERR_NET_DIED, a->whom, "half-way");
			return ASKED_LOST;
		default:
			return ASKED_LOST;
		}
	}
	if (rc != ASKED_LOST && frames_more(&h->frames)) {
		(void)err_set(err, ERR_NET_TALK, a->whom, "out of turn");
		return ASKED_LOST;
	}
	return rc;
}

/* --- one after the other -------------------------------------------------- */

static int
ask_once(struct asking *a, enum asked *how, struct err *err)
{
	struct helper *h = &a->net->helper;
	struct err why = ERR_INIT;

	h->what = a->whom;
	h->cancel = a->req->cancel;
	h->until = a->began + a->ms + GRACE_MS;
	if (h->pid == -1 && helper_start(h, a->net->program, -1, err) == -1)
		return -1;
	*how = exchange(a, &why);
	if (*how == ASKED_LOST)
		helper_end(h);
	if (why.code == ERR_NONE)
		return 0;
	return err_raw(err, why.code, why.origin, why.raw,
	    why.code == ERR_NET_START ? a->net->program : why.what, "%s",
	    why.detail);
}

/* What the process would only leave for is not brought before it. */
static int
refuse(const struct asking *a, struct err *err)
{
	const struct net_request *r = a->req;
	const struct proto_ask ask = ask_of(a);
	struct err why = ERR_INIT;

	if (r->url == NULL || !guard_url(r->url))
		return err_set(err, ERR_NET_URL, r->url, NULL);
	if (r->body.len > NET_BODY_MAX)
		return err_set(err, ERR_TOO_BIG, r->url, "a body of %zu bytes",
		    r->body.len);
	if (proto_ask_check(&ask, &why) == -1)
		return err_set(err, why.code, r->url, "%s", why.detail);
	return 0;
}

static int64_t
deadline_of(const struct net_request *r)
{
	if (r->deadline_ms <= 0)
		return NET_DEADLINE_MS;
	return r->deadline_ms < PROTO_MS_MAX ? r->deadline_ms : PROTO_MS_MAX;
}

int
net_ask(struct net *net, const struct net_request *r,
    struct net_answer *answer, struct err *err)
{
	struct asking a = { .net = net, .req = r, .answer = answer,
		.began = clock_mono_ms(), .ms = deadline_of(r),
		.max = r->max > 0 ? r->max : NET_BODY_MAX };
	enum asked how;
	bool before;

	memset(answer, 0, sizeof(*answer));
	buf_init(&answer->body, a.max < SIZE_MAX ? (size_t)a.max : SIZE_MAX);
	if (refuse(&a, err) == -1)
		return -1;
	whom(r->url, a.whom);
	/* One that was there before may have retired meanwhile. */
	do {
		before = net->helper.pid != -1;
		if (ask_once(&a, &how, err) == -1)
			return -1;
	} while (how == ASKED_RETIRED && before);
	if (how == ASKED_RETIRED)
		return err_set(err, ERR_NET_DIED, a.whom, "left at once");
	answer->millis = clock_mono_ms() - a.began;
	return 0;
}

int
net_refused(const struct net_request *r, const struct net_answer *a,
    struct err *err)
{
	char host[ERR_WHAT_MAX];
	bool redirect = a->status >= 300 && a->status <= 399 &&
	    a->status != 304;

	whom(r->url, host);
	return err_raw(err, redirect ? ERR_NET_REDIRECT : ERR_NET_STATUS,
	    ORIGIN_HTTP, (unsigned long)a->status, host, "HTTP %d", a->status);
}
