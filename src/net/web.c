#include "config.h"

#include "net/web.h"

#include <curl/curl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/guard.h"

#define SOURCES		2	/* enum net_source */

/* Connections of strangers' addresses are never lent to others, nor the reverse. */
struct way {
	CURLM		*multi;
	CURL		*easy;
};

struct web {
	struct way	 ways[SOURCES];
};

/* One question while it is asked. */
struct task {
	const struct proto_ask *ask;
	const struct web_calls *calls;
	struct guard	 guard;
	CURL		*easy;
	struct curl_slist *headers;
	bool		 https;
	struct head_reading reading;
	size_t		 head_bytes;
	int64_t		 bytes;
	bool		 told, gone, too_big;
	unsigned	 opened;	/* sockets that the guard let pass */
	char		 refused[GUARD_TEXT_MAX];	/* one that it did not */
	char		 complaint[CURL_ERROR_SIZE];
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

int
web_new(struct web **out, struct err *err)
{
	struct web *web = mem_alloc(sizeof(*web));
	int rc = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;

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
	if (t->ask->source == NET_STRANGER && t->ask->proxy == NULL &&
	    !guard_address(&t->guard, &to->addr, t->https)) {
		(void)guard_text(&to->addr, t->refused);
		return CURL_SOCKET_BAD;
	}
	t->opened++;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
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
	head_line(&t->reading, span_of(p, n));
	return n;
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

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct task *t = arg;

	(void)size;	/* 1, always */
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

/* --- what it is told ------------------------------------------------------ */

/*
 * libcurl's options are each of its own type; whatever one is refused, nothing
 * is asked.
 */
#define SET(t, option, value) \
	(curl_easy_setopt((t)->easy, (option), (value)) == CURLE_OK)

/* Nothing but HTTP, nothing of the environment, nothing on its own account. */
static bool
set_bounds(struct task *t)
{
	const struct proto_ask *a = t->ask;

	return SET(t, CURLOPT_URL, a->url) &&
	    SET(t, CURLOPT_PROTOCOLS_STR, "http,https") &&
	    SET(t, CURLOPT_REDIR_PROTOCOLS_STR, "https") &&
	    SET(t, CURLOPT_FOLLOWLOCATION, 0L) &&
	    SET(t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	    SET(t, CURLOPT_NOSIGNAL, 1L) &&
	    SET(t, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
	    SET(t, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
	    SET(t, CURLOPT_PATH_AS_IS, 1L) &&
	    SET(t, CURLOPT_PROXY, a->proxy != NULL ? a->proxy : "") &&
	    SET(t, CURLOPT_NOPROXY, "") &&
	    SET(t, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
	    SET(t, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)a->max) &&
	    SET(t, CURLOPT_TIMEOUT_MS, (long)a->ms) &&
	    SET(t, CURLOPT_CONNECTTIMEOUT_MS, (long)(a->ms < WEB_CONNECT_MS ?
	    a->ms : WEB_CONNECT_MS)) &&
	    SET(t, CURLOPT_LOW_SPEED_LIMIT, (long)WEB_SLOW_BYTES) &&
	    SET(t, CURLOPT_LOW_SPEED_TIME, (long)WEB_SLOW_S);
}

static bool
set_calls(struct task *t)
{
	return SET(t, CURLOPT_OPENSOCKETFUNCTION, on_socket) &&
	    SET(t, CURLOPT_OPENSOCKETDATA, t) &&
	    SET(t, CURLOPT_HEADERFUNCTION, on_header) &&
	    SET(t, CURLOPT_HEADERDATA, t) &&
	    SET(t, CURLOPT_WRITEFUNCTION, on_body) &&
	    SET(t, CURLOPT_WRITEDATA, t) &&
	    SET(t, CURLOPT_ERRORBUFFER, t->complaint);
}

static bool
set_tls(struct task *t)
{
	const struct proto_ask *a = t->ask;

	if (!SET(t, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ||
	    !SET(t, CURLOPT_SSL_VERIFYPEER, 1L) ||
	    !SET(t, CURLOPT_SSL_VERIFYHOST, 2L))
		return false;
	if (a->ca_file != NULL && (!SET(t, CURLOPT_CAINFO, a->ca_file) ||
	    !SET(t, CURLOPT_CAPATH, NULL)))
		return false;
	/* An empty pass phrase, or one would be asked for on the terminal. */
	return a->client_cert == NULL ||
	    (SET(t, CURLOPT_SSLCERT, a->client_cert) &&
	    SET(t, CURLOPT_SSLKEY, a->client_key != NULL ? a->client_key :
	    a->client_cert) && SET(t, CURLOPT_KEYPASSWD, ""));
}

static bool
add_header(struct task *t, const char *name, const char *value)
{
	char *line = mem_printf("%s:%s%s", name, value[0] != '\0' ? " " : "",
	    value);
	struct curl_slist *longer = curl_slist_append(t->headers, line);

	free(line);
	if (longer == NULL)
		return false;
	t->headers = longer;
	return true;
}

static bool
set_headers(struct task *t)
{
	const struct proto_ask *a = t->ask;
	char since[HEAD_DATE_SIZE];

	/* "Name:" alone is how libcurl is told to leave its own one out. */
	return add_header(t, "Accept", a->accept != NULL ? a->accept : "*/*") &&
	    add_header(t, "Expect", "") &&
	    (a->method == NET_GET || add_header(t, "Content-Type",
	    a->type != NULL ? a->type : "application/octet-stream")) &&
	    (a->etag == NULL || add_header(t, "If-None-Match", a->etag)) &&
	    (a->since == 0 || add_header(t, "If-Modified-Since",
	    head_date_text(a->since, since))) &&
	    SET(t, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION) &&
	    SET(t, CURLOPT_HTTPHEADER, t->headers);
}

static bool
set_method(struct task *t, struct span body)
{
	const struct proto_ask *a = t->ask;

	if (a->method == NET_GET)
		return SET(t, CURLOPT_HTTPGET, 1L);
	/*
	 * A kept connection may turn out to be dead, and libcurl then asks once
	 * more.  What an authority does for us is not to be ordered twice.
	 */
	if (a->source == NET_CONFIGURED && !SET(t, CURLOPT_FRESH_CONNECT, 1L))
		return false;
	return SET(t, CURLOPT_POST, 1L) &&
	    SET(t, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len) &&
	    SET(t, CURLOPT_POSTFIELDS, body.len > 0 ? (const char *)body.p :
	    "") && (a->method != NET_PUT ||
	    SET(t, CURLOPT_CUSTOMREQUEST, "PUT"));
}

/* --- before it is asked --------------------------------------------------- */

/* As libcurl itself takes the address apart, so that there are no two readings. */
static int
check_url(struct task *t, struct err *err)
{
	const struct proto_ask *a = t->ask;
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *port = NULL;
	unsigned number;
	int rc = -1;

	if (u == NULL || curl_url_set(u, CURLUPART_URL, a->url,
	    CURLU_DISALLOW_USER) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) !=
	    CURLUE_OK) {
		(void)err_set(err, ERR_NET_URL, a->url, NULL);
		goto out;
	}
	t->https = strcasecmp(scheme, "https") == 0;
	number = (unsigned)strtoul(port, NULL, 10);
	rc = 0;
	if (a->source != NET_STRANGER)
		goto out;
	if (!guard_port(&t->guard, number, t->https))
		rc = err_set(err, ERR_NET_URL, a->url, "port %u", number);
	else if (a->proxy != NULL &&
	    !guard_host(&t->guard, host, number, t->https))
		rc = err_set(err, ERR_NET_ADDRESS, host, "through a proxy");
out:
	curl_free(port);
	curl_free(host);
	curl_free(scheme);
	curl_url_cleanup(u);
	return rc;
}

static int
check_proxy(const char *proxy, struct err *err)
{
	if (proxy == NULL)
		return 0;
	if (strncasecmp(proxy, "http://", 7) != 0)
		return err_set(err, ERR_NET_PROXY, proxy,
		    "only http:// is spoken with a proxy");
	if (strchr(proxy, '@') != NULL)
		return err_set(err, ERR_NET_PROXY, strrchr(proxy, '@') + 1,
		    "a user name in its address");
	return 0;
}

static int
check_file(const char *path, struct err *err)
{
	if (path != NULL && access(path, R_OK) == -1)
		return err_errno(err, ERR_NO_FILE, path);
	return 0;
}

/* --- how it came out ------------------------------------------------------ */

/* What the server says of our certificate, TLS 1.3 often says after the fact. */
static bool
is_about_client(const char *complaint)
{
	static const char *const alerts[] = {
		"alert bad certificate", "alert certificate",
		"alert unknown ca", "alert unsupported certificate",
	};

	for (size_t i = 0; i < sizeof(alerts) / sizeof(*alerts); i++)
		if (strstr(complaint, alerts[i]) != NULL)
			return true;
	return false;
}

static const struct {
	CURLcode	 from;
	enum err_code	 to;
} codes[] = {
	{ CURLE_UNSUPPORTED_PROTOCOL, ERR_NET_ANSWER },	/* "HTTP/0.9" */
	{ CURLE_URL_MALFORMAT, ERR_NET_URL },
	{ CURLE_COULDNT_RESOLVE_PROXY, ERR_NET_PROXY },
	{ CURLE_COULDNT_RESOLVE_HOST, ERR_NET_NAME },
	{ CURLE_COULDNT_CONNECT, ERR_NET_CONNECT },
	{ CURLE_WEIRD_SERVER_REPLY, ERR_NET_ANSWER },
	{ CURLE_OPERATION_TIMEDOUT, ERR_NET_TIMEOUT },
	{ CURLE_SSL_CONNECT_ERROR, ERR_NET_TLS_TALK },
	{ CURLE_SSL_ENGINE_NOTFOUND, ERR_NET_TLS_TALK },
	{ CURLE_SSL_ENGINE_SETFAILED, ERR_NET_TLS_TALK },
	{ CURLE_SSL_CERTPROBLEM, ERR_NET_CLIENT_CERT },
	{ CURLE_SSL_CIPHER, ERR_NET_TLS_TALK },
	{ CURLE_PEER_FAILED_VERIFICATION, ERR_NET_TLS },
	{ CURLE_FILESIZE_EXCEEDED, ERR_TOO_BIG },
	{ CURLE_SSL_CACERT_BADFILE, ERR_NET_TLS },
	{ CURLE_SSL_ISSUER_ERROR, ERR_NET_TLS },
	{ CURLE_SSL_INVALIDCERTSTATUS, ERR_NET_TLS },
	{ CURLE_SSL_CLIENTCERT, ERR_NET_CLIENT_CERT },
};

/* By its words: libcurl has one code for both, and no other sign that lasts. */
static bool
is_about_name(const char *complaint)
{
	return strstr(complaint, "subject name") != NULL ||
	    strstr(complaint, "common name") != NULL;
}

static enum err_code
code_of(const struct task *t, CURLcode rc)
{
	if (t->too_big)
		return ERR_TOO_BIG;
	if (is_about_client(t->complaint))
		return ERR_NET_CLIENT_CERT;
	if (rc == CURLE_PEER_FAILED_VERIFICATION && is_about_name(t->complaint))
		return ERR_NET_TLS_NAME;
	if (rc == CURLE_COULDNT_CONNECT && t->ask->proxy != NULL)
		return ERR_NET_PROXY;
	if (rc == CURLE_COULDNT_CONNECT && t->opened == 0 &&
	    t->refused[0] != '\0')
		return ERR_NET_ADDRESS;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].from == rc)
			return codes[i].to;
	return ERR_NET_CUT;
}

/* A proxy that answers in the server's place. */
static int
refused_by_proxy(const struct task *t, struct err *err)
{
	long connected = 0, status = 0;

	if (t->ask->proxy == NULL)
		return 0;
	(void)curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connected);
	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (connected == 407 || status == 407)
		return err_raw(err, ERR_NET_PROXY_LOGIN, ORIGIN_HTTP, 407,
		    NULL, "%s", t->ask->proxy);
	if (connected >= 500)
		return err_raw(err, ERR_NET_CONNECT, ORIGIN_HTTP,
		    (unsigned long)connected, NULL, "says %s", t->ask->proxy);
	if (connected >= 300)
		return err_raw(err, ERR_NET_STATUS, ORIGIN_HTTP,
		    (unsigned long)connected, t->ask->proxy, NULL);
	return 0;
}

static int
outcome(const struct task *t, CURLcode rc, struct err *err)
{
	const char *why = t->complaint[0] != '\0' ? t->complaint :
	    curl_easy_strerror(rc);
	enum err_code code;

	if (refused_by_proxy(t, err) == -1)
		return -1;
	if (rc == CURLE_OK && t->reading.head.status != 0)
		return 0;
	if (rc == CURLE_OK)
		return err_set(err, ERR_NET_ANSWER, NULL, "no status");
	code = code_of(t, rc);
	return err_raw(err, code, ORIGIN_CURL, (unsigned long)rc,
	    code == ERR_NET_PROXY ? t->ask->proxy :
	    code == ERR_NET_ADDRESS ? t->refused :
	    code == ERR_NET_URL ? t->ask->url : NULL, "%s", why);
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
		desk.revents = 0;
		if (curl_multi_poll(multi, &desk, 1, (int)t->ask->ms, NULL) !=
		    CURLM_OK)
			return rc;
		if (desk.revents != 0) {
			t->gone = true;
			return CURLE_ABORTED_BY_CALLBACK;
		}
	}
}

static CURLcode
run(struct task *t, struct way *way, struct span body)
{
	CURLcode rc = CURLE_FAILED_INIT;

	if (set_bounds(t) && set_calls(t) && set_tls(t) && set_headers(t) &&
	    set_method(t, body) &&
	    curl_multi_add_handle(way->multi, way->easy) == CURLM_OK) {
		rc = perform(t, way->multi);
		(void)curl_multi_remove_handle(way->multi, way->easy);
	}
	return rc;
}

static int
check(struct task *t, struct err *err)
{
	if (check_url(t, err) == -1 || check_proxy(t->ask->proxy, err) == -1 ||
	    check_file(t->ask->ca_file, err) == -1)
		return -1;
	return 0;
}

int
web_ask(struct web *web, const struct proto_ask *ask, struct span body,
    const struct web_calls *calls, struct proto_end *end, bool *gone,
    struct err *err)
{
	struct way *way = &web->ways[ask->source == NET_STRANGER];
	struct task t = { .ask = ask, .calls = calls, .easy = way->easy,
		.guard = { .allow = ask->allow, .nallow = ask->nallow } };
	int64_t began = clock_mono_ms();
	int rc = -1;

	*gone = false;
	if (check(&t, err) == -1)
		return -1;
	head_begin(&t.reading, clock_now());
	curl_easy_reset(way->easy);
	rc = outcome(&t, run(&t, way, body), err);
	if (rc == 0)
		rc = tell_head(&t);	/* of an answer without a body */
	*end = (struct proto_end){ .bytes = t.bytes,
		.millis = clock_mono_ms() - began };
	*gone = t.gone;
	/* What it points to is about to go. */
	curl_easy_reset(way->easy);
	curl_slist_free_all(t.headers);
	return rc;
}
