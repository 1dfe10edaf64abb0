#include "config.h"

#include "net/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/paths.h"
#include "net/guard.h"
#include "net/helper.h"
#include "net/inside.h"
#include "net/proto.h"
#include "net/route.h"
#include "net/way.h"

/*
 * The process keeps the deadline itself and says what it waited for; one that
 * is later than this has lost its way.
 */
#define GRACE_MS	500

#define STATUS_OK_MIN	200
#define STATUS_OK_MAX	299

/* One question and what has come of its answer. */
struct asking {
	struct net	*net;
	const struct net_request *req;
	struct net_answer *answer;
	char		 whom[ERR_WHAT_MAX];	/* host and port, for errors */
	int64_t		 began, ms;
	uint64_t	 max;
	char		*headers[PROTO_HEADERS_MAX];	/* "Name: value" */
	size_t		 nheaders;
	struct login_try login;
	bool		 headed, taken, wanted;
	struct login_want want;
	struct net_watch *watch;	/* NULL: not watched */
};

enum asked { ASKED_WHOLE, ASKED_FAILED, ASKED_RETIRED, ASKED_LOST };

/*
 * A ticket is a file, since that is all that okienko-net can open; and nothing of
 * the environment but its path is looked at, as krb5.conf names libraries.
 */
static void
take_ticket(struct net *net, const struct net_options *o)
{
	const char *named = getenv("KRB5CCNAME");

	if (o->kerberos != NULL && o->kerberos[0] != '\0')
		net->kerberos = mem_strdup(o->kerberos);
	if (o->ticket != NULL && o->ticket[0] != '\0') {
		net->ticket = mem_strdup(o->ticket);
		return;
	}
	if (o->locked)
		return;
	if (named == NULL || named[0] == '\0') {
		net->ticket = mem_printf("/tmp/krb5cc_%lu",
		    (unsigned long)getuid());
		return;
	}
	named += strncmp(named, "FILE:", 5) == 0 ? 5 : 0;
	if (named[0] == '/' && strlen(named) <= PROTO_PATH_MAX)
		net->ticket = mem_strdup(named);
}

/* "system" is what the environment says, if that may be looked at. */
static void
take_proxy(struct net *net, const struct net_options *o)
{
	struct route_found found;

	if (o->proxy == NULL || o->proxy[0] == '\0')
		return;
	if (strcmp(o->proxy, "system") != 0) {
		net->proxy = mem_strdup(o->proxy);
		net->proxy_tls = mem_strdup(o->proxy);
		return;
	}
	if (o->locked)
		return;
	route_environment(&found, SETTING_LIST_MAX - net->ndirect);
	net->proxy = mem_strdup(found.http);
	net->proxy_tls = mem_strdup(found.https);
	for (size_t i = 0; i < found.ndirect; i++)
		net->direct[net->ndirect++] = mem_strdup(found.direct[i]);
	route_found_clear(&found);
}

static size_t
copy_list(char **to, const struct conf_list *from)
{
	size_t n = from != NULL ? from->n : 0;

	for (size_t i = 0; i < n; i++)
		to[i] = mem_strdup(from->v[i]);
	return n;
}

struct net *
net_new(const struct net_options *o)
{
	struct net *net = mem_alloc(sizeof(*net));

	net->program = mem_strdup(o->helper != NULL ? o->helper :
	    paths_net_helper());
	net->nallow = copy_list(net->allow, o->allow);
	net->ndirect = copy_list(net->direct, o->direct);
	net->login = o->login;
	net->deadline_ms = o->deadline_ms > 0 ? o->deadline_ms :
	    NET_DEADLINE_MS;
	take_proxy(net, o);
	take_ticket(net, o);
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
	for (size_t i = 0; i < net->ndirect; i++)
		free(net->direct[i]);
	free(net->kerberos);
	free(net->ticket);
	free(net->proxy_tls);
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

void
net_whom(const char *url, char out[static ERR_WHAT_MAX])
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
ask_of(struct asking *a)
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
		.client_key = (char *)r->client_key, .headers = a->headers,
		.nheaders = a->nheaders, .follow = r->follow,
		.watched = a->watch != NULL,
		.proxy = a->net->proxy, .proxy_tls = a->net->proxy_tls,
		.direct = a->net->direct, .ndirect = a->net->ndirect,
		.ticket = a->net->ticket, .kerberos = a->net->kerberos,
		.schemes = a->login.schemes,
		.proved = a->login.proved,
		.allow = a->net->allow, .nallow = a->net->nallow,
		.nsecrets = (unsigned)r->nsecrets +
		    (a->login.password != NULL ? 1 : 0),
		.max = a->max < INT64_MAX ? (int64_t)a->max : INT64_MAX,
		.ms = left > 0 ? left : 1 };
}

static int
send_secrets(const struct asking *a, struct err *err)
{
	const struct net_request *r = a->req;
	struct frames *f = &a->net->helper.frames;

	for (size_t i = 0; i < r->nsecrets; i++)
		if (proto_send_secret(f, PROTO_SECRET_HEADER,
		    r->secrets[i].name, r->secrets[i].value, err) == -1)
			return -1;
	return a->login.password == NULL ? 0 : proto_send_secret(f,
	    PROTO_SECRET_LOGIN, a->login.user, a->login.password, err);
}

static int
send_ask(struct asking *a, struct err *err)
{
	const struct proto_ask ask = ask_of(a);
	struct frames *f = &a->net->helper.frames;

	f->holds = true;
	if (proto_send_ask(f, &ask, err) == -1 ||
	    send_secrets(a, err) == -1 ||
	    proto_send_pieces(f, a->req->body, err) == -1 ||
	    frames_put(f, PROTO_END, span_of("", 0), err) == -1)
		return -1;
	return frames_flush(f, err);
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
	a->taken = end.taken;
	return 0;
}

static int
on_want(struct asking *a, struct span s, struct err *err)
{
	if (a->wanted)
		return err_set(err, ERR_NET_TALK, a->whom, "two wants");
	a->wanted = true;
	return proto_want(s, &a->want, err);
}

static int
on_way(struct asking *a, struct span s, struct err *err)
{
	struct net_watch *w = a->watch;

	if (w == NULL)
		return err_set(err, ERR_NET_TALK, a->whom, "a way");
	if (proto_way(s, &w->way, err) == -1)
		return -1;
	if (w->grows != NULL)
		w->grows(&w->way, w->arg);
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
	case PROTO_WANT:
		return on_want(a, f->content, err) == 0 ? ASKED_WHOLE :
		    ASKED_LOST;
	case PROTO_WAY:
		return on_way(a, f->content, err) == 0 ? ASKED_WHOLE :
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

/* NULL: none, where it is not one of those asked directly. */
static const char *
proxy_of(const struct asking *a)
{
	return strncasecmp(a->req->url, "https:", 6) == 0 ?
	    a->net->proxy_tls : a->net->proxy;
}

static bool
is_by_ticket(const struct asking *a)
{
	const struct net *net = a->net;
	char host[ERR_WHAT_MAX];

	(void)snprintf(host, sizeof(host), "%.*s", a->whom[0] == '[' ?
	    (int)strcspn(a->whom, "]") + 1 : (int)strcspn(a->whom, ":"),
	    a->whom);
	return proxy_of(a) != NULL && net->ticket != NULL &&
	    access(net->ticket, R_OK) == 0 &&
	    !route_direct(net->direct, net->ndirect, host);
}

/*
 * The process keeps each deadline but one: what has to be asked for a ticket is
 * asked from inside libcurl, and may never answer.
 */
static void
tell_whose_fault(const struct asking *a, struct err *why)
{
	if (why->code == ERR_NET_TIMEOUT && is_by_ticket(a)) {
		why->code = ERR_NET_TICKET_LATE;
		(void)snprintf(why->what, sizeof(why->what), "%s", proxy_of(a));
	}
}

static int
ask_once(struct asking *a, enum asked *how, struct err *err)
{
	struct helper *h = &a->net->helper;
	struct err why = ERR_INIT;

	a->wanted = a->taken = false;
	h->what = a->whom;
	h->cancel = a->req->cancel;
	h->until = a->began + a->ms + GRACE_MS;
	if (h->pid == -1 && helper_start(h, a->net->program, -1, err) == -1)
		return -1;
	*how = exchange(a, &why);
	if (*how == ASKED_LOST) {
		helper_end(h);
		tell_whose_fault(a, &why);
	}
	if (why.code == ERR_NONE)
		return 0;
	return err_raw(err, why.code, why.origin, why.raw,
	    why.code == ERR_NET_START ? a->net->program : why.what, "%s",
	    why.detail);
}

/* What the process would only leave for is not brought before it. */
static int
refuse(struct asking *a, struct err *err)
{
	const struct net_request *r = a->req;
	const struct proto_ask ask = ask_of(a);
	struct err why = ERR_INIT;

	if (r->url == NULL || !guard_url(r->url))
		return err_set(err, ERR_NET_URL, r->url, NULL);
	if (r->nheaders > PROTO_HEADERS_MAX)
		return err_set(err, ERR_NET_TALK, r->url, "%zu headers",
		    r->nheaders);
	if (r->body.len > NET_BODY_MAX)
		return err_set(err, ERR_TOO_BIG, r->url, "a body of %zu bytes",
		    r->body.len);
	if (proto_ask_check(&ask, &why) == 0)
		for (size_t i = 0; i < r->nsecrets; i++)
			(void)proto_secret_check(r->secrets[i].name,
			    r->secrets[i].value, &why);
	return why.code == ERR_NONE ? 0 :
	    err_set(err, why.code, r->url, "%s", why.detail);
}

int64_t
net_deadline_ms(const struct net *net)
{
	return net->deadline_ms;
}

static int64_t
deadline_of(const struct net *net, const struct net_request *r)
{
	int64_t ms = r->deadline_ms > 0 ? r->deadline_ms : net->deadline_ms;

	return ms < PROTO_MS_MAX ? ms : PROTO_MS_MAX;
}

/* One that was there before may have retired meanwhile. */
static int
ask_until_heard(struct asking *a, struct err *err)
{
	enum asked how;
	bool before;

	do {
		before = a->net->helper.pid != -1;
		if (ask_once(a, &how, err) == -1)
			return -1;
	} while (how == ASKED_RETIRED && before);
	return how != ASKED_RETIRED ? 0 :
	    err_set(err, ERR_NET_DIED, a->whom, "left at once");
}

/* With the proxy's login, if there is one that may be tried. */
static int
ask_with_login(struct asking *a, struct err *err)
{
	struct net *net = a->net;
	struct login_try *t = &a->login;
	struct err why = ERR_INIT;
	int rc;

	if (net->proxy != NULL || net->proxy_tls != NULL)
		net_login_try(net->login, a->began + a->ms, a->req->cancel, t);
	rc = ask_until_heard(a, &why);
	if (a->wanted)
		net_login_want(net->login, &a->want);
	/* Nobody is told to type what is there already and was not taken. */
	if (why.code == ERR_NET_PROXY_LOGIN && t->held)
		why.code = ERR_NET_PROXY_REFUSED;
	net_login_end(net->login, t, a->taken ? LOGIN_TAKEN :
	    why.code == ERR_NET_PROXY_REFUSED ? LOGIN_REFUSED : LOGIN_UNTRIED);
	return rc == 0 ? 0 : err_raw(err, why.code, why.origin, why.raw,
	    why.code == ERR_NET_PROXY_REFUSED ? a->want.proxy : why.what, "%s",
	    why.detail);
}

static void
take_headers(struct asking *a)
{
	const struct net_request *r = a->req;

	for (; a->nheaders < r->nheaders && a->nheaders < PROTO_HEADERS_MAX;
	    a->nheaders++)
		a->headers[a->nheaders] = mem_printf("%s: %s",
		    r->headers[a->nheaders].name,
		    r->headers[a->nheaders].value);
}

int
net_ask_way(struct net *net, const struct net_request *r,
    struct net_answer *answer, struct net_watch *watch, struct err *err)
{
	struct asking a = { .net = net, .req = r, .answer = answer,
		.began = clock_mono_ms(), .ms = deadline_of(net, r),
		.max = r->max > 0 ? r->max : NET_BODY_MAX, .watch = watch };
	int rc;

	memset(answer, 0, sizeof(*answer));
	buf_init(&answer->body, a.max < SIZE_MAX ? (size_t)a.max : SIZE_MAX);
	if (r->url != NULL)
		net_whom(r->url, a.whom);
	take_headers(&a);
	rc = refuse(&a, err);
	if (rc == 0)
		rc = ask_with_login(&a, err);
	for (size_t i = 0; i < a.nheaders; i++)
		free(a.headers[i]);
	answer->millis = clock_mono_ms() - a.began;
	return rc;
}

int
net_ask(struct net *net, const struct net_request *r,
    struct net_answer *answer, struct err *err)
{
	return net_ask_way(net, r, answer, NULL, err);
}

int
net_refused(const struct net_request *r, const struct net_answer *a,
    struct err *err)
{
	char host[ERR_WHAT_MAX];
	bool redirect = a->status >= 300 && a->status <= 399 &&
	    a->status != 304;

	net_whom(r->url, host);
	return err_raw(err, redirect ? ERR_NET_REDIRECT : ERR_NET_STATUS,
	    ORIGIN_HTTP, (unsigned long)a->status, host, "HTTP %d", a->status);
}
