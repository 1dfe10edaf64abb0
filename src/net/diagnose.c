#include "config.h"

#include "net/diagnose.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/inside.h"
#include "net/way.h"

#define CLOCK_OFF_MAX	300	/* seconds between two clocks that are right */
#define BODY_MAX	((uint64_t)64 << 10)
#define SERVED_VERSION		"1."	/* of orders.yaml */

struct look {
	const struct diag_about *about;
	struct diag_report *report;
	struct net_watch watch;
	struct net_answer answer;
	struct err	 err;		/* of the question */
	enum diag_step	 broken;	/* where that happened, or DIAG_STEPS */
	char		 whom[ERR_WHAT_MAX];
	bool		 https;
	struct net_login *login;	/* or NULL */
	enum diag_step	 next;		/* to be judged */
	int64_t		 until[DIAG_STEPS + 1];	/* when those before were over */
	diag_step_fn	*tell;
	void		*arg;
};

static const char *const names[DIAG_STEPS] = {
	[DIAG_NAME] = N_("host name"),
	[DIAG_ROUTE] = N_("route"),
	[DIAG_PROXY] = N_("proxy"),
	[DIAG_PROXY_LOGIN] = N_("proxy login"),
	[DIAG_TLS] = N_("TLS"),
	[DIAG_HTTP] = N_("HTTP"),
	[DIAG_VERSION] = N_("version"),
	[DIAG_CLOCK] = N_("clock"),
};

const char *
diag_step_name(enum diag_step step)
{
	return _(names[step]);
}

/* --- where it broke ------------------------------------------------------- */

/* How far it came. */
static enum diag_step
reached(const struct look *l)
{
	const struct net_way *w = &l->watch.way;
	bool proxy = w->proxy[0] != '\0';

	if (!proxy && w->name == -1)
		return DIAG_NAME;
	if (w->connect == -1)
		return proxy ? DIAG_PROXY : DIAG_ROUTE;
	if (l->https && w->hello == -1)
		return proxy ? DIAG_PROXY : DIAG_TLS;
	return l->https && w->tls == -1 ? DIAG_TLS : DIAG_HTTP;
}

static enum diag_step
broken_at(const struct look *l)
{
	switch (l->err.code) {
	case ERR_NONE: return DIAG_STEPS;
	case ERR_NET_URL:
	case ERR_NET_NAME: return DIAG_NAME;
	case ERR_NET_ADDRESS: return DIAG_ROUTE;
	case ERR_NET_PROXY: return DIAG_PROXY;
	case ERR_NET_PROXY_LOGIN:
	case ERR_NET_PROXY_REFUSED:
	case ERR_NET_PROXY_TICKET:
	case ERR_NET_TICKET_LATE: return DIAG_PROXY_LOGIN;
	case ERR_NO_FILE:
	case ERR_NET_CLIENT_CERT:
	case ERR_NET_TLS:
	case ERR_NET_TLS_NAME:
	case ERR_NET_TLS_TALK:
	case ERR_NET_CLOCK: return DIAG_TLS;
	case ERR_TOO_BIG:
		/* Of a page that nobody wants to read, the head is enough. */
		return !l->about->order_service && l->watch.way.status != 0 ?
		    DIAG_STEPS : DIAG_HTTP;
	default: return reached(l);
	}
}

/* --- each step ------------------------------------------------------------ */

static void __attribute__((format(printf, 2, 3)))
saw(struct diag_result *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(r->saw, sizeof(r->saw), fmt, ap);
	va_end(ap);
}

static void
breaks(struct diag_result *r, enum err_code code, const char *what)
{
	r->verdict = DIAG_BROKEN;
	(void)err_set(&r->err, code, what, NULL);
}

static bool
by_proxy(const struct look *l)
{
	return l->watch.way.proxy[0] != '\0';
}

static void
look_name(const struct look *l, struct diag_result *r)
{
	const char *host = l->whom;
	size_t n = strcspn(host, ":");

	if (by_proxy(l) || host[0] == '[' ||
	    strspn(host, "0123456789.") == n)
		r->verdict = DIAG_NOT_NEEDED;
	else
		saw(r, "%s", l->watch.way.tried);
}

static void
look_route(const struct look *l, struct diag_result *r)
{
	if (by_proxy(l)) {
		r->verdict = DIAG_NOT_NEEDED;
		return;
	}
	saw(r, "%s", l->watch.way.ip);
	if (l->watch.way.dead[0] == '\0')
		return;
	r->verdict = DIAG_WARNS;
	(void)err_set(&r->err, ERR_NET_ONE_ADDRESS, l->watch.way.dead, NULL);
}

static void
look_proxy(const struct look *l, struct diag_result *r)
{
	const struct net_way *w = &l->watch.way;

	if (!by_proxy(l))
		r->verdict = DIAG_NOT_NEEDED;
	else if (w->ip[0] != '\0')
		saw(r, "%s (%s)", w->proxy, w->ip);
	else
		saw(r, "%s", w->proxy);
}

/* The ways to log on that the proxy offers. */
static void
saw_offers(const struct look *l, struct diag_result *r)
{
	static const char *const schemes[] = { "Basic", "Digest", "NTLM",
		"Negotiate" };
	struct net_login_view view = { .offers = l->watch.way.offers };

	/* It was not asked again where it is known already. */
	if (view.offers == 0 && l->login != NULL)
		net_login_view(l->login, &view);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		size_t n = strlen(r->saw);

		if (view.offers & (1u << i))
			(void)snprintf(r->saw + n, sizeof(r->saw) - n, "%s%s",
			    n > 0 ? ", " : "", schemes[i]);
	}
}

static void
look_login(const struct look *l, struct diag_result *r)
{
	if (l->watch.way.login)
		saw_offers(l, r);
	else
		r->verdict = DIAG_NOT_NEEDED;
}

static void
look_tls(const struct look *l, struct diag_result *r)
{
	if (!l->https) {
		r->verdict = DIAG_NOT_NEEDED;
		return;
	}
	saw(r, "%s", l->watch.way.issuer);
	r->inspected = l->watch.way.local;
}

/* Somebody else's page: 511, or what a service of ours never says. */
static bool
is_portal(const struct look *l)
{
	const struct net_way *w = &l->watch.way;
	bool plain = !l->https;

	return w->status == 511 ||
	    (w->onward[0] != '\0' && (plain || l->about->order_service)) ||
	    (l->about->order_service && w->status >= 200 && w->status <= 299 &&
	    strcmp(w->type, "text/html") == 0);
}

static void
look_http(const struct look *l, struct diag_result *r)
{
	const struct net_way *w = &l->watch.way;

	saw(r, "HTTP %d%s%s%s%s", w->status, w->type[0] != '\0' ? ", " : "",
	    w->type, w->onward[0] != '\0' ? ", -> " : "", w->onward);
	r->portal = is_portal(l);
	if (r->portal)
		breaks(r, ERR_NET_PORTAL, l->whom);
	/* A service that wants to be asked otherwise is there all the same. */
	else if (l->about->order_service ? w->status != 200 : w->status >= 500) {
		r->verdict = DIAG_BROKEN;
		(void)err_raw(&r->err, w->status / 100 == 3 ? ERR_NET_REDIRECT :
		    ERR_NET_STATUS, ORIGIN_HTTP, (unsigned long)w->status,
		    l->whom, NULL);
	}
}

static void
look_version(const struct look *l, struct diag_result *r)
{
	const struct buf *b = &l->answer.body;
	json_t *o;
	const char *service, *version;

	if (!l->about->order_service) {
		r->verdict = DIAG_NOT_NEEDED;
		return;
	}
	o = json_loadb((const char *)b->data, b->len, 0, NULL);
	service = json_string_value(json_object_get(o, "service"));
	version = json_string_value(json_object_get(o, "version"));
	if (version != NULL) {
		struct safe_text safe;

		text_safe_str(&safe, version, 0);
		saw(r, "%.*s", (int)text_cut(safe.s, 40), safe.s);
	}
	if (service == NULL || version == NULL ||
	    strcmp(service, "orders") != 0 ||
	    strncmp(version, SERVED_VERSION, sizeof(SERVED_VERSION) - 1) != 0)
		breaks(r, ERR_NET_VERSION, l->whom);
	json_decref(o);
}

static void
look_clock(const struct look *l, struct diag_result *r)
{
	int64_t off = l->watch.way.date - clock_now();

	if (l->watch.way.date == 0) {
		r->verdict = DIAG_NOT_KNOWN;
		return;
	}
	l->report->clock_off = off;
	saw(r, "%+lld s", (long long)off);
	if (off <= CLOCK_OFF_MAX && off >= -CLOCK_OFF_MAX)
		return;
	r->verdict = DIAG_WARNS;
	(void)err_set(&r->err, ERR_NET_CLOCK, l->whom, NULL);
}

static void (*const looks[DIAG_STEPS])(const struct look *,
    struct diag_result *) = {
	[DIAG_NAME] = look_name,
	[DIAG_ROUTE] = look_route,
	[DIAG_PROXY] = look_proxy,
	[DIAG_PROXY_LOGIN] = look_login,
	[DIAG_TLS] = look_tls,
	[DIAG_HTTP] = look_http,
	[DIAG_VERSION] = look_version,
	[DIAG_CLOCK] = look_clock,
};

/* --- all of them ---------------------------------------------------------- */

/* When a step was over, from the beginning; -1: it was not, or it took no time. */
static int64_t
over(const struct look *l, enum diag_step step)
{
	const struct net_way *w = &l->watch.way;

	switch (step) {
	case DIAG_NAME: return w->name;
	case DIAG_ROUTE: return by_proxy(l) ? -1 : w->connect;
	case DIAG_PROXY: return !by_proxy(l) ? -1 :
		w->login || w->hello == -1 ? w->connect : w->hello;
	case DIAG_PROXY_LOGIN: return w->login ? w->hello : -1;
	case DIAG_TLS: return w->tls;
	case DIAG_HTTP: return w->first;
	default: return -1;
	}
}

/* What it broke with; where TLS did, whose certificate that was. */
static void
tell_broken(const struct look *l, struct diag_result *r)
{
	r->verdict = DIAG_BROKEN;
	r->err = l->err;
	if (r->step == DIAG_TLS) {
		saw(r, "%s", l->watch.way.issuer);
		r->inspected = l->watch.way.unknown;
		if (r->err.code == ERR_NET_CLOCK)
			l->report->clock_off = l->watch.way.date - clock_now();
	} else if (r->step == DIAG_ROUTE)
		saw(r, "%s", l->watch.way.tried);
	else if (r->step == DIAG_PROXY_LOGIN) {
		saw_offers(l, r);
		r->no_scheme = l->watch.way.offers != 0 &&
		    l->watch.way.can == 0;
		r->ticket = l->watch.way.ticket;
	} else if (r->step == DIAG_PROXY)
		saw(r, "%s", l->watch.way.proxy);
}

/* The next one, which is over. */
static void
judge(struct look *l)
{
	const enum diag_step s = l->next++;
	struct diag_result *r = &l->report->v[s];
	int64_t last = l->until[s];
	bool known = s == 0 || (r[-1].verdict != DIAG_BROKEN &&
	    r[-1].verdict != DIAG_NOT_KNOWN), at_end = s == l->broken;
	int64_t at = at_end ? l->answer.millis : over(l, s);

	*r = (struct diag_result){ .step = s, .verdict = known ? DIAG_FINE :
	    DIAG_NOT_KNOWN, .err = ERR_INIT };
	if (known && at_end)
		tell_broken(l, r);
	else if (known)
		looks[s](l, r);
	if (known && at > last) {
		r->millis = at - last;
		last = at;
	}
	l->until[s + 1] = last;
	if (l->tell != NULL)
		l->tell(r, l->arg);
}

/* Whether nothing that is still to come can be a part of it. */
static bool
is_over(const struct look *l, enum diag_step step)
{
	const struct net_way *w = &l->watch.way;

	switch (step) {
	case DIAG_NAME: return by_proxy(l) || w->name != -1;
	case DIAG_ROUTE: return by_proxy(l) || w->connect != -1;
	case DIAG_PROXY:
	case DIAG_PROXY_LOGIN: return !by_proxy(l) || w->hello != -1;
	case DIAG_TLS: return !l->https || w->tls != -1;
	default: return false;
	}
}

/* While it is asked: what is over already. */
static void
grows(const struct net_way *way, void *arg)
{
	struct look *l = arg;

	(void)way;
	while (is_over(l, l->next))
		judge(l);
}

/* The rest; where TLS was taken back after the fact, from there on again. */
static void
judge_all(struct look *l)
{
	l->broken = broken_at(l);
	if (l->broken < l->next)
		l->next = l->broken;
	while (l->next < DIAG_STEPS)
		judge(l);
}

static bool
is_nobodys(enum err_code code)
{
	return code == ERR_CANCELLED || code == ERR_NET_START ||
	    code == ERR_NET_DIED || code == ERR_NET_TALK;
}

int
net_diagnose(struct net *net, const struct diag_about *about,
    const atomic_bool *cancel, diag_step_fn *tell, void *arg,
    struct diag_report *report, struct err *err)
{
	struct look l = { .about = about, .report = report, .err = ERR_INIT,
		.login = net->login, .broken = DIAG_STEPS, .tell = tell,
		.arg = arg, .watch = { .grows = grows, .arg = &l },
		.https = strncasecmp(about->url, "https:", 6) == 0 };
	size_t n = strlen(about->url);
	char url[NET_URL_MAX];
	struct net_request req = { .method = NET_GET, .source = about->source,
		.url = about->url, .ca_file = about->ca_file,
		.client_cert = about->client_cert,
		.client_key = about->client_key, .max = BODY_MAX,
		.cancel = cancel };

	*report = (struct diag_report){ .clock_off = 0 };
	l.watch.way = (struct net_way){ .name = -1, .connect = -1,
		.hello = -1, .tls = -1, .first = -1 };
	if (about->order_service) {
		while (n > 0 && about->url[n - 1] == '/')
			n--;
		(void)snprintf(url, sizeof(url), "%.*s/", (int)n, about->url);
		req.url = url;
		req.accept = "application/json";
	}
	net_whom(about->url, l.whom);
	(void)net_ask_way(net, &req, &l.answer, &l.watch, &l.err);
	if (is_nobodys(l.err.code))
		*err = l.err;
	else
		judge_all(&l);
	net_answer_clear(&l.answer);
	return is_nobodys(l.err.code) ? -1 : 0;
}
