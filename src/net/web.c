#include "config.h"

#include "net/web.h"

#include <malloc.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/task.h"
#include "net/ticket.h"

#define SOURCES		2	/* enum net_source */

/* Connections of strangers' addresses are never lent to others, nor the reverse. */
struct way {
	CURLM		*multi;
	CURL		*easy;
};

struct web {
	struct way	 ways[SOURCES];
	bool		 vain;		/* a ticket was shown in vain, the login
					 * was not: not tried again meanwhile */
};

/* --- a process's worth ---------------------------------------------------- */

static int
way_open(struct way *w)
{
	w->multi = curl_multi_init();
	w->easy = curl_easy_init();
	if (w->multi == NULL || w->easy == NULL)
		return -1;
	(void)curl_multi_setopt(w->multi, CURLMOPT_MAXCONNECTS,
	    (long)WEB_KEPT_MAX);
	return 0;
}

static void
way_close(struct way *w)
{
	if (w->easy != NULL)
		curl_easy_cleanup(w->easy);
	if (w->multi != NULL)
		(void)curl_multi_cleanup(w->multi);
}

/* The name service's own libraries are loaded by the first name. */
static void
load_names(void)
{
	struct addrinfo *found = NULL;

	if (getaddrinfo("localhost", NULL, NULL, &found) == 0)
		freeaddrinfo(found);
}

/*
 * libcurl copies what it is told, tokens and passwords among it, and frees that
 * as it is; so whatever it frees is wiped.
 */
static void
free_wiped(void *p)
{
	if (p != NULL)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void *
realloc_wiped(void *old, size_t size)
{
	void *p = malloc(size);
	size_t n = old != NULL ? malloc_usable_size(old) : 0;

	if (p == NULL)
		return NULL;
	if (n > 0)
		memcpy(p, old, n < size ? n : size);
	free_wiped(old);
	return p;
}

int
web_new(struct web **out, struct err *err)
{
	struct web *web = mem_alloc(sizeof(*web));
	int rc = curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free_wiped,
	    realloc_wiped, strdup, calloc) == CURLE_OK ? 0 : -1;

	*out = NULL;
	for (size_t i = 0; rc == 0 && i < SOURCES; i++)
		rc = way_open(&web->ways[i]);
	if (rc == -1) {
		web_free(web);
		return err_set(err, ERR_NET_START, "libcurl", NULL);
	}
	load_names();
	*out = web;
	return 0;
}

void
web_free(struct web *web)
{
	if (web == NULL)
		return;
	for (size_t i = 0; i < SOURCES; i++)
		way_close(&web->ways[i]);
	curl_global_cleanup();
	free(web);
}

/* --- what libcurl calls --------------------------------------------------- */

/* The address is the one that is really connected to, whatever a name was. */
static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct task *t = arg;

	/* A proxy is the administrator's own. */
	if (purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	if (t->ask->source == NET_STRANGER && t->proxy == NULL &&
	    !guard_address(&t->guard, &to->addr, t->https)) {
		(void)guard_text(&to->addr, t->refused);
		return CURL_SOCKET_BAD;
	}
	t->opened++;
	t->through = false;
	if (t->way != NULL && task_way_tried(t, &to->addr) == -1)
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* All that a connection needs is there, a kept one's too, and now it is asked. */
static int
on_ready(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct task *t = arg;

	(void)to, (void)from, (void)to_port, (void)from_port;
	t->through = t->proxy != NULL && t->https;
	return t->way == NULL || task_way_ready(t) == 0 ?
	    CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* Headers of the way, which the answer's head does not have. */
static void
note_proxy(struct task *t, struct span line)
{
	static const char via[] = "Via:", wants[] = "Proxy-Authenticate:";
	const char *s = (const char *)line.p;

	if (line.len > 5 && memcmp(s, "HTTP/", 5) == 0)
		t->via = false;
	if (line.len >= sizeof(via) - 1 &&
	    strncasecmp(s, via, sizeof(via) - 1) == 0)
		t->via = true;
	if (t->proxy != NULL && !t->through &&
	    t->reading.head.status == 407 && line.len >= sizeof(wants) - 1 &&
	    strncasecmp(s, wants, sizeof(wants) - 1) == 0)
		challenge_line(&t->challenge,
		    span_of(line.p + sizeof(wants) - 1,
		    line.len - (sizeof(wants) - 1)));
}

/* One more redirect that would be followed, if it leads where it may. */
static bool
may_hop(const struct task *t)
{
	int status = t->reading.head.status;

	return t->ask->follow && t->hops < NET_HOPS_MAX && (status == 301 ||
	    status == 302 || status == 303 || status == 307 || status == 308);
}

static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct task *t = arg;

	(void)size;	/* 1, always */
	t->head_bytes += n;
	if (t->head_bytes > WEB_HEADERS_MAX) {
		t->too_big = true;
		return 0;
	}
	note_proxy(t, span_of(p, n));
	head_line(&t->reading, span_of(p, n));
	return n;
}

/*
 * The page of a redirect that is followed, or of a proxy, is nobody's answer, and
 * what has no status that there is makes no sense.
 */
static bool
is_in_between(const struct task *t)
{
	return may_hop(t) || task_by_proxy(t) || t->reading.head.status == 0;
}

static int
tell_head(struct task *t)
{
	if (t->told)
		return 0;
	t->told = true;
	head_end(&t->reading);
	t->gone = t->calls->head(&t->reading.head, t->calls->arg) == -1;
	return t->gone ? -1 : 0;
}

/* A server may think as long as the deadline lets it; then it is to hurry. */
static bool
hurry(struct task *t)
{
	return TASK_SET(t, CURLOPT_LOW_SPEED_LIMIT, (long)WEB_SLOW_BYTES) &&
	    TASK_SET(t, CURLOPT_LOW_SPEED_TIME, (long)WEB_SLOW_S);
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct task *t = arg;

	(void)size;	/* 1, always */
	if (t->bytes == 0 && !hurry(t))
		return 0;
	if (is_in_between(t)) {
		t->head_bytes += n;
		t->too_big = t->head_bytes > WEB_HEADERS_MAX;
		return t->too_big ? 0 : n;
	}
	if ((int64_t)n > t->ask->max - t->bytes) {
		t->too_big = true;
		return 0;
	}
	if (tell_head(t) == -1)
		return 0;
	t->bytes += (int64_t)n;
	t->gone = t->calls->piece(span_of(p, n), t->calls->arg) == -1;
	return t->gone ? 0 : n;
}

static bool
set_calls(struct task *t)
{
	return TASK_SET(t, CURLOPT_OPENSOCKETFUNCTION, on_socket) &&
	    TASK_SET(t, CURLOPT_OPENSOCKETDATA, t) &&
	    TASK_SET(t, CURLOPT_PREREQFUNCTION, on_ready) &&
	    TASK_SET(t, CURLOPT_PREREQDATA, t) &&
	    TASK_SET(t, CURLOPT_HEADERFUNCTION, on_header) &&
	    TASK_SET(t, CURLOPT_HEADERDATA, t) &&
	    TASK_SET(t, CURLOPT_WRITEFUNCTION, on_body) &&
	    TASK_SET(t, CURLOPT_WRITEDATA, t) &&
	    TASK_SET(t, CURLOPT_ERRORBUFFER, t->complaint);
}

/* --- asking --------------------------------------------------------------- */

static bool
finished(CURLM *multi, CURLcode *rc)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(multi, &left)) != NULL)
		if (msg->msg == CURLMSG_DONE) {
			*rc = msg->data.result;
			return true;
		}
	return false;
}

/* Until it is done; or the desk has gone, or talks out of turn. */
static CURLcode
perform(struct task *t, CURLM *multi)
{
	struct curl_waitfd desk = { .fd = t->calls->watch,
		.events = CURL_WAIT_POLLIN };
	CURLcode rc = CURLE_FAILED_INIT;
	int running = 1;

	for (;;) {
		if (curl_multi_perform(multi, &running) != CURLM_OK ||
		    finished(multi, &rc) || running == 0)
			return rc;
		if (t->calls->rest(t->calls->arg) == -1)
			break;
		desk.revents = 0;
		if (curl_multi_poll(multi, &desk, 1, (int)t->ask->ms, NULL) !=
		    CURLM_OK)
			return rc;
		if (desk.revents != 0)
			break;
	}
	t->gone = true;
	return CURLE_ABORTED_BY_CALLBACK;
}

static CURLcode
run(struct task *t, struct way *way)
{
	CURLcode rc = CURLE_FAILED_INIT;

	if (task_set(t) && set_calls(t) && task_way_set(t) &&
	    curl_multi_add_handle(way->multi, way->easy) == CURLM_OK) {
		rc = perform(t, way->multi);
		(void)curl_multi_remove_handle(way->multi, way->easy);
	}
	return rc;
}

/* --- redirects ------------------------------------------------------------ */

struct place {
	char		*scheme, *host, *port;
};

static void
place_clear(struct place *p)
{
	curl_free(p->scheme);
	curl_free(p->host);
	curl_free(p->port);
}

static bool
place_of(const char *url, struct place *p)
{
	CURLU *u = curl_url();
	bool is = u != NULL &&
	    curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) ==
	    CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &p->scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &p->host, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_PORT, &p->port, CURLU_DEFAULT_PORT) ==
	    CURLUE_OK;

	curl_url_cleanup(u);
	return is;
}

/* What was sent to one server is not told to another, nor in plain words. */
static bool
same_place(const char *from, const char *to)
{
	struct place a = { NULL, NULL, NULL }, b = { NULL, NULL, NULL };
	bool is = place_of(from, &a) && place_of(to, &b) &&
	    strcasecmp(a.host, b.host) == 0;

	if (is && strcasecmp(a.scheme, b.scheme) == 0)
		is = strcmp(a.port, b.port) == 0;
	else if (is)
		is = strcasecmp(a.scheme, "http") == 0 &&
		    strcasecmp(b.scheme, "https") == 0 &&
		    strcmp(a.port, "80") == 0 && strcmp(b.port, "443") == 0;
	place_clear(&a);
	place_clear(&b);
	return is;
}

/* Where the answer sends on to, when that is followed; NULL. */
static char *
next_hop(const struct task *t)
{
	char *to = NULL;

	if (!may_hop(t) || curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL,
	    &to) != CURLE_OK || to == NULL || !guard_url(to) ||
	    !same_place(t->url, to))
		return NULL;
	return mem_strdup(to);
}

static CURLcode
ask_curl(struct task *t, struct way *way)
{
	head_begin(&t->reading, clock_now());
	t->via = t->through = false;
	curl_easy_reset(way->easy);
	return run(t, way);
}

/* What it was complained of stays; what the server says of itself does not. */
static void
look_at_clock(struct task *t, struct way *way)
{
	char complaint[CURL_ERROR_SIZE];
	int64_t theirs = 0;

	memcpy(complaint, t->complaint, sizeof(complaint));
	curl_easy_reset(way->easy);
	head_begin(&t->reading, clock_now());
	if (task_clock_set(t) && set_calls(t) &&
	    curl_multi_add_handle(way->multi, way->easy) == CURLM_OK) {
		if (perform(t, way->multi) == CURLE_OK)
			theirs = t->reading.head.date;
		(void)curl_multi_remove_handle(way->multi, way->easy);
	}
	task_clock_judge(t, theirs);
	head_begin(&t->reading, clock_now());
	memcpy(t->complaint, complaint, sizeof(complaint));
}

static int
ask_once(struct task *t, struct web *web, struct web_end *out, char **next,
    struct err *err)
{
	struct way *way = &web->ways[t->ask->source == NET_STRANGER];
	CURLcode code;
	int rc;

	*next = NULL;
	if (task_check(t, err) == -1)
		return -1;
	code = ask_curl(t, way);
	if (task_has_login_left(t)) {
		web->vain = true;
		task_clear(t);
		code = ask_curl(t, way);
	}
	task_way_end(t);
	if (task_untimely(t, code))
		look_at_clock(t, way);
	rc = task_outcome(t, code, &out->want, err);
	if (rc == 0)
		*next = next_hop(t);
	if (rc == 0)
		task_want(t, &out->want);
	if (rc == 0 && *next == NULL)
		rc = tell_head(t);	/* of an answer without a body */
	/* What it points to is about to go. */
	curl_easy_reset(way->easy);
	task_clear(t);
	return rc;
}

int
web_ask(struct web *web, const struct web_question *q,
    const struct web_calls *calls, struct web_end *out, struct err *err)
{
	struct way *way = &web->ways[q->ask->source == NET_STRANGER];
	int64_t began = clock_mono_ms();
	struct task t = { .ask = q->ask, .question = q, .calls = calls,
		.easy = way->easy, .way = q->ask->watched ? &out->way : NULL,
		.ticket = web->vain && q->nsecrets > 0 ? NET_TICKET_REFUSED :
		    NET_TICKET_NOT_ASKED,
		.url = mem_strdup(q->ask->url),
		.until = began + q->ask->ms,
		.guard = { .allow = q->ask->allow, .nallow = q->ask->nallow } };
	char *next;
	int rc;

	*out = (struct web_end){ .gone = false };
	if (q->ask->ticket != NULL)
		ticket_use(q->ask->ticket, q->ask->kerberos);
	while ((rc = ask_once(&t, web, out, &next, err)) == 0 && next != NULL) {
		free(t.url);
		t.url = next;
		t.hops++;
	}
	free(t.url);
	out->end = (struct proto_end){ .bytes = t.bytes,
		.millis = clock_mono_ms() - began,
		.taken = t.login != NULL && !task_showed_ticket(&t) &&
		    (t.challenge.offers != 0 || q->ask->schemes != 0) };
	out->gone = t.gone;
	return rc;
}
