/*
 * The office's two servers, plain and TLS, on libmicrohttpd: a thread a
 * connection.  Services answer one at a time, under the lock.
 */
#include "config.h"

#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/office.h"
#include "tests/office/way.h"

struct http {
	struct office	*office;
	struct MHD_Daemon *plain, *tls;
	int		 stop;		/* readable when slow answers shall end */
	char		*key, *cert, *trust;
};

struct exchange {
	struct http	*http;
	struct buf	 body;
	bool		 tls;
	struct way	 way;
};

struct route {
	const char	*path;
	bool		 deeper;	/* and what lies under it */
	bool		 tls;
	enum service	 service;
	const char	*methods;
	void		(*serve)(struct office *, const struct ask *,
			    struct answer *);
};

static const struct route routes[] = {
	{ "/ocsp", true, false, OCSP, "GET POST", ocsp_serve },
	{ "/ca.crl", false, false, CRL, "GET", crl_serve },
	{ "/delta.crl", false, false, DELTA, "GET", delta_serve },
	{ "/ca.cer", false, false, CONTROL, "GET", cer_serve },
	{ "/control", false, false, CONTROL, "GET", control_serve },
	{ "/cmp", false, true, CMP, "POST", cmp_serve },
	{ "/ejbca/ejbca-rest-api/v1/certificate", true, true, EJBCA,
	    "GET PUT", ejbca_serve },
	{ "/.well-known/est", true, true, EST, "GET POST", est_serve },
	{ "/v1", true, true, ORDERS, "GET POST", orders_serve },
	{ "/oauth2/token", false, true, TOKEN, "POST", token_serve },
};

void
answer_text(struct answer *a, unsigned status, const char *text)
{
	a->status = status;
	a->type = "text/plain";
	bytes_set(&a->body, text, strlen(text));
}

static const char *
query(const struct ask *a, const char *name)
{
	const char *value;

	/* "?count" has a name and no value. */
	if (MHD_lookup_connection_value_n(a->connection, MHD_GET_ARGUMENT_KIND,
	    name, strlen(name), &value, NULL) == MHD_NO)
		return NULL;
	return value ? value : "";
}

static const char *
header(const struct ask *a, const char *name)
{
	return MHD_lookup_connection_value(a->connection, MHD_HEADER_KIND,
	    name);
}

static const struct route *
find_route(const char *path, bool tls, const char **rest)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		size_t n = strlen(routes[i].path);

		if (routes[i].tls == tls &&
		    strncmp(path, routes[i].path, n) == 0 &&
		    (path[n] == '\0' || (routes[i].deeper && path[n] == '/'))) {
			*rest = path + n;
			return &routes[i];
		}
	}
	return NULL;
}

/* The client's certificate, if it has one and our authority issued it. */
static X509 *
peer_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c,
	    MHD_CONNECTION_INFO_GNUTLS_SESSION);
	const gnutls_datum_t *certs;
	const unsigned char *p;
	unsigned n = 0, status;

	if (info == NULL || info->tls_session == NULL)
		return NULL;
	certs = gnutls_certificate_get_peers(info->tls_session, &n);
	if (certs == NULL || n == 0 || gnutls_certificate_verify_peers2(
	    info->tls_session, &status) < 0 || status != 0)
		return NULL;
	p = certs[0].data;
	return d2i_X509(NULL, &p, (long)certs[0].size);
}

/* --- from the first byte on ---------------------------------------------------- */

static bool
is_method(const struct route *route, const char *method)
{
	const char *at = strstr(route->methods, method);
	size_t n = strlen(method);

	return at && n && (at[n] == '\0' || at[n] == ' ');
}

/* In the service's own manner. */
static void
turn_away(const struct route *route, struct answer *answer, unsigned status,
    const char *type, const char *words)
{
	if (route->service == ORDERS)
		answer_problem(answer, status, type, words);
	else
		answer_text(answer, status, words);
}

/* What never gets as far as the service; false: it does. */
static bool
is_turned_away(const struct route *route, const struct ask *a,
    struct answer *answer)
{
	if (!is_method(route, a->method))
		turn_away(route, answer, 405, "bad-request", "not that way\n");
	else if (a->fault == FAULT_SERVER_ERROR)
		turn_away(route, answer, 500, "closed", "broken\n");
	else if (a->fault == FAULT_REDIRECT || (a->fault ==
	    FAULT_REDIRECT_HERE && a->query(a, "moved") == NULL))
		answer_text(answer, 302, "elsewhere\n");
	else if (a->fault == FAULT_BUSY)
		turn_away(route, answer, 429, "too-many", "too many\n");
	else if (a->fault == FAULT_TRY_LATER && route->service != OCSP)
		turn_away(route, answer, 503, "closed", "later\n");
	else
		return false;
	return true;
}

static void
ask_service(struct exchange *x, const struct route *route, struct ask *a,
    struct answer *answer)
{
	struct office *o = x->http->office;
	X509 *peer = x->tls ? peer_of(a->connection) : NULL;

	a->peer = peer;
	a->body = span_of(x->body.data, x->body.len);
	pthread_mutex_lock(&o->lock);
	x->way.fault = fault_take(o, route->service);
	a->fault = x->way.fault.fault == FAULT_CLOCK ? FAULT_FUTURE :
	    x->way.fault.fault;
	a->fault_n = x->way.fault.n;
	ledger_refresh(o->ledger);
	if (!is_turned_away(route, a, answer)) {
		route->serve(o, a, answer);
		if (route->service == ORDERS)
			orders_spoil(o, a, answer);
	}
	if (answer->status == 200 && a->etag && answer->etag[0] != '\0' &&
	    strcmp(a->etag, answer->etag) == 0) {
		answer->status = 304;
		answer->type = NULL;
		answer->body.len = 0;
	}
	if (route->service == ORDERS && o->record)
		record_exchange(o->record, a, answer);
	pthread_mutex_unlock(&o->lock);
	X509_free(peer);
}

static enum MHD_Result
respond(struct exchange *x, struct MHD_Connection *c, const char *path,
    const char *method)
{
	struct ask a = {
		.method = method, .path = path, .query = query,
		.header = header,
		.connection = c, .etag = MHD_lookup_connection_value(c,
		    MHD_HEADER_KIND, "If-None-Match"),
	};
	const struct route *route = find_route(path, x->tls, &a.rest);
	struct answer answer = { 0 };
	enum MHD_Result rc = MHD_NO;

	buf_init(&answer.body, SIZE_MAX);
	if (route)
		ask_service(x, route, &a, &answer);
	else
		answer_text(&answer, 404, "nothing there\n");
	if (x->way.fault.fault != FAULT_ANSWER_LOST)
		rc = way_deliver(&x->way, &a, &answer);
	buf_clear(&answer.body);
	return rc;
}

static bool
is_cut(struct http *h)
{
	bool is;

	pthread_mutex_lock(&h->office->lock);
	is = h->office->cut;
	pthread_mutex_unlock(&h->office->lock);
	return is;
}

/* A cut line: closed before a word is said. */
static enum MHD_Result
gets_through(void *arg, const struct sockaddr *from, socklen_t len)
{
	(void)from, (void)len;
	return is_cut(arg) ? MHD_NO : MHD_YES;
}

static enum MHD_Result
handle(struct http *h, bool tls, struct MHD_Connection *c, const char *path,
    const char *method, const char *data, size_t *len, void **state)
{
	struct exchange *x = *state;

	if (x == NULL) {
		if (is_cut(h))
			return MHD_NO;	/* a connection from before */
		x = *state = mem_alloc(sizeof(*x));
		x->http = h;
		x->tls = tls;
		x->way.stop = h->stop;
		buf_init(&x->body, OFFICE_BODY_MAX);
		return MHD_YES;
	}
	if (*len) {
		if (buf_add(&x->body, data, *len) == -1)
			return MHD_NO;
		*len = 0;
		return MHD_YES;
	}
	return respond(x, c, path, method);
}

static enum MHD_Result
handle_plain(void *arg, struct MHD_Connection *c, const char *path,
    const char *method, const char *version, const char *data, size_t *len,
    void **state)
{
	(void)version;
	return handle(arg, false, c, path, method, data, len, state);
}

static enum MHD_Result
handle_tls(void *arg, struct MHD_Connection *c, const char *path,
    const char *method, const char *version, const char *data, size_t *len,
    void **state)
{
	(void)version;
	return handle(arg, true, c, path, method, data, len, state);
}

static void
ended(void *arg, struct MHD_Connection *c, void **state,
    enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *state;

	(void)arg, (void)c, (void)why;
	if (x == NULL)
		return;
	buf_clear(&x->body);
	way_clear(&x->way);
	free(x);
	*state = NULL;
}

static char *
slurp(const char *dir, const char *name, const char *ending)
{
	char *path = mem_printf("%s/%s%s", dir, name, ending);
	FILE *f = fopen(path, "re");
	char text[16384];
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (n == 0)
		panic("%s: cannot be read", path);
	fclose(f);
	free(path);
	text[n] = '\0';
	return mem_strdup(text);
}

/* What libmicrohttpd has to say of connections cut on purpose is no news. */
static void
say_nothing(void *arg, const char *format, va_list ap)
{
	(void)arg, (void)format, (void)ap;
}

#define HTTP_FLAGS	(MHD_USE_INTERNAL_POLLING_THREAD | \
	MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL)

struct http *
http_start(struct office *o, int plain, int tls, const char *cert)
{
	struct http *h = mem_alloc(sizeof(*h));

	h->office = o;
	h->stop = eventfd(0, EFD_CLOEXEC);
	h->key = slurp(o->ca->dir, cert, ".key");
	h->cert = slurp(o->ca->dir, cert, ".pem");
	h->trust = slurp(o->ca->dir, "chain", ".pem");
	h->plain = MHD_start_daemon(HTTP_FLAGS, 0, gets_through, h,
	    handle_plain, h, MHD_OPTION_LISTEN_SOCKET, plain,
	    MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, ended, NULL, MHD_OPTION_END);
	h->tls = MHD_start_daemon(HTTP_FLAGS | MHD_USE_TLS, 0, gets_through, h,
	    handle_tls, h, MHD_OPTION_LISTEN_SOCKET, tls,
	    MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
	    MHD_OPTION_HTTPS_MEM_KEY, h->key,
	    MHD_OPTION_HTTPS_MEM_CERT, h->cert,
	    MHD_OPTION_HTTPS_MEM_TRUST, h->trust,
	    MHD_OPTION_NOTIFY_COMPLETED, ended, NULL, MHD_OPTION_END);
	if (h->stop == -1 || h->plain == NULL || h->tls == NULL)
		panic("office: cannot serve");
	return h;
}

void
http_stop(struct http *h)
{
	if (eventfd_write(h->stop, 1) == -1)
		panic("office: cannot stop");
	MHD_stop_daemon(h->tls);
	MHD_stop_daemon(h->plain);
	close(h->stop);
	free(h->trust);
	free(h->cert);
	free(h->key);
	free(h);
}
