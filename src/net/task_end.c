#include "config.h"

#include "net/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "net/route.h"
#include "net/ticket.h"

/* --- before it is asked --------------------------------------------------- */

static const struct proto_secret *
login_of(const struct web_question *q)
{
	for (size_t i = 0; i < q->nsecrets; i++)
		if (q->secrets[i].what == PROTO_SECRET_LOGIN)
			return &q->secrets[i];
	return NULL;
}

/* As libcurl itself takes the address apart, so that there are no two readings. */
static int
check_url(struct task *t, struct err *err)
{
	const struct proto_ask *a = t->ask;
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *port = NULL;
	unsigned number;
	int rc = -1;

	if (u == NULL || curl_url_set(u, CURLUPART_URL, t->url,
	    CURLU_DISALLOW_USER) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) !=
	    CURLUE_OK) {
		(void)err_set(err, ERR_NET_URL, t->url, NULL);
		goto out;
	}
	t->https = strcasecmp(scheme, "https") == 0;
	number = (unsigned)strtoul(port, NULL, 10);
	t->proxy = route_direct(a->direct, a->ndirect, host) ? NULL :
	    t->https ? a->proxy_tls : a->proxy;
	t->login = t->proxy != NULL ? login_of(t->question) : NULL;
	rc = 0;
	if (a->source != NET_STRANGER)
		goto out;
	if (!guard_port(&t->guard, number, t->https))
		rc = err_set(err, ERR_NET_URL, t->url, "port %u", number);
	else if (t->proxy != NULL &&
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

int
task_check(struct task *t, struct err *err)
{
	return check_url(t, err) == -1 || check_proxy(t->proxy, err) == -1 ?
	    -1 : 0;
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
	if (rc == CURLE_PEER_FAILED_VERIFICATION && t->wrong_clock)
		return ERR_NET_CLOCK;
	if (rc == CURLE_COULDNT_CONNECT && t->proxy != NULL)
		return ERR_NET_PROXY;
	if (rc == CURLE_COULDNT_CONNECT && t->opened == 0 &&
	    t->refused[0] != '\0')
		return ERR_NET_ADDRESS;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].from == rc)
			return codes[i].to;
	return ERR_NET_CUT;
}

/*
 * Some proxies say 401 for a login that is wrong.  Whatever came from behind a
 * proxy says so (RFC 9110, 7.6.3), and so it was not the server.  What came out
 * of a tunnel never is the proxy's.
 */
bool
task_by_proxy(const struct task *t)
{
	int status = t->reading.head.status;

	return t->proxy != NULL && !t->through && (status == 407 ||
	    (status == 401 && t->login != NULL && !t->ask->proved && !t->via));
}

bool
task_showed_ticket(const struct task *t)
{
	return t->negotiates && ((t->challenge.offers | t->ask->schemes) &
	    PROXY_NEGOTIATE);
}

static bool
proxy_asks(const struct task *t)
{
	long connected = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connected);
	return t->proxy != NULL && (connected == 407 ||
	    (connected == 401 && t->login != NULL) || task_by_proxy(t));
}

/* Shown in vain: from here on it is as if there were none. */
static void
note_vain(struct task *t)
{
	if (task_showed_ticket(t) && (task_schemes(t) & PROXY_NEGOTIATE))
		t->ticket = NET_TICKET_REFUSED;
}

bool
task_has_login_left(struct task *t)
{
	if (t->login == NULL || !task_showed_ticket(t) || !proxy_asks(t))
		return false;
	note_vain(t);
	return (task_schemes(t) & t->challenge.offers) != 0;
}

static void
tell_want(struct task *t, bool refused, struct login_want *want)
{
	*want = (struct login_want){ .offers = t->challenge.offers,
		.can = t->challenge.offers & task_schemes(t),
		.refused = refused };
	if (want->offers & PROXY_NEGOTIATE)
		want->ticket = t->ticket;
	(void)snprintf(want->proxy, sizeof(want->proxy), "%s", t->proxy);
	memcpy(want->realm, t->challenge.realm, sizeof(want->realm));
}

void
task_want(struct task *t, struct login_want *want)
{
	if (t->proxy == NULL || t->challenge.offers == 0)
		return;
	tell_want(t, false, want);
	want->passed = true;
}

/* Nothing that somebody could type would help. */
static int
refused_ticket(const struct task *t, struct err *err)
{
	const char *host = strstr(t->proxy, "://") + 3;
	char name[LOGIN_PROXY_MAX + 1], why[ERR_DETAIL_MAX];

	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(host, ":/"),
	    host);
	ticket_why(name, why, sizeof(why));
	return err_raw(err, ERR_NET_PROXY_TICKET, ORIGIN_HTTP, 407, t->proxy,
	    "%s", why);
}

static int
refused_login(struct task *t, struct login_want *want, struct err *err)
{
	unsigned offers = t->challenge.offers, can;
	bool refused;

	note_vain(t);
	can = task_schemes(t) & offers;
	refused = t->login != NULL && (offers == 0 || can != 0);
	tell_want(t, refused, want);
	if (t->ticket == NET_TICKET_REFUSED && can == 0)
		return refused_ticket(t, err);
	return err_raw(err, refused ? ERR_NET_PROXY_REFUSED :
	    ERR_NET_PROXY_LOGIN, ORIGIN_HTTP, 407, refused ? t->proxy : NULL,
	    "%s", t->proxy);
}

/* A proxy that answers in the server's place. */
static int
refused_by_proxy(struct task *t, struct login_want *want, struct err *err)
{
	long connected = 0;

	if (t->proxy == NULL)
		return 0;
	if (proxy_asks(t))
		return refused_login(t, want, err);
	(void)curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connected);
	if (connected >= 500)
		return err_raw(err, ERR_NET_CONNECT, ORIGIN_HTTP,
		    (unsigned long)connected, NULL, "says %s", t->proxy);
	if (connected >= 300)
		return err_raw(err, ERR_NET_STATUS, ORIGIN_HTTP,
		    (unsigned long)connected, t->proxy, NULL);
	return 0;
}

int
task_outcome(struct task *t, CURLcode rc, struct login_want *want,
    struct err *err)
{
	const char *why = t->complaint[0] != '\0' ? t->complaint :
	    curl_easy_strerror(rc);
	enum err_code code;

	if (refused_by_proxy(t, want, err) == -1)
		return -1;
	if (rc == CURLE_OK && t->reading.head.status != 0)
		return 0;
	if (rc == CURLE_OK)
		return err_set(err, ERR_NET_ANSWER, NULL, "no status");
	/* Of all questions only one that connects anew reads it. */
	if (rc == CURLE_SSL_CACERT_BADFILE && t->ask->ca_file != NULL &&
	    access(t->ask->ca_file, R_OK) == -1)
		return err_errno(err, ERR_NO_FILE, t->ask->ca_file);
	code = code_of(t, rc);
	return err_raw(err, code, ORIGIN_CURL, (unsigned long)rc,
	    code == ERR_NET_PROXY ? t->proxy :
	    code == ERR_NET_ADDRESS ? t->refused :
	    code == ERR_NET_URL ? t->url : NULL, "%s", why);
}
