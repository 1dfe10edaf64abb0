/* What a question meets on its way, noted while libcurl asks it. */
#include "config.h"

#include "net/task.h"

#include <limits.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"

/* Where Debian links what it trusts, and where an administrator's own lies. */
#define TRUSTED		"/etc/ssl/certs"
#define BY_HAND		"/usr/local/"
#define SAME_HASH_MAX	8	/* authorities with names of one hash */

/* --- as it grows ---------------------------------------------------------- */

static int64_t
so_far(const struct task *t)
{
	return clock_mono_ms() - t->began;
}

static int
tell(struct task *t)
{
	t->gone = t->gone || t->calls->way(t->way, t->calls->arg) == -1;
	return t->gone ? -1 : 0;
}

/* --- addresses ------------------------------------------------------------ */

int
task_way_tried(struct task *t, const struct sockaddr *to)
{
	char text[GUARD_TEXT_MAX], *list = t->way->tried;
	size_t n = strlen(list);

	(void)guard_text(to, text);
	if (n + strlen(text) + 1 <= WAY_TRIED_MAX)
		(void)snprintf(list + n, WAY_TRIED_MAX + 1 - n, "%s%s",
		    n > 0 ? " " : "", text);
	if (t->way->name == -1)
		t->way->name = so_far(t);
	return tell(t);
}

/* The first that was tried is the one that should have answered. */
static void
note_dead(struct net_way *w)
{
	size_t n = strcspn(w->tried, " ");

	if (w->ip[0] != '\0' && n > 0 && n < sizeof(w->dead) &&
	    (w->tried[0] == '[') != (w->ip[0] == '['))
		(void)snprintf(w->dead, sizeof(w->dead), "%.*s", (int)n,
		    w->tried);
}

static int64_t
when(const struct task *t, CURLINFO what)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(t->easy, what, &us) == CURLE_OK && us > 0 ?
	    (int64_t)us / 1000 : -1;
}

static void
note_address(const struct task *t, struct net_way *w)
{
	char *ip = NULL;
	long port = 0;

	if (curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip) != CURLE_OK ||
	    curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_PORT, &port) !=
	    CURLE_OK || ip == NULL || ip[0] == '\0' || w->connect == -1)
		return;
	(void)snprintf(w->ip, sizeof(w->ip), strchr(ip, ':') != NULL ?
	    "[%.45s]:%ld" : "%.45s:%ld", ip, port);
	note_dead(w);
}

static void
note_login(struct task *t, struct net_way *w)
{
	w->offers = t->challenge.offers;
	w->can = w->offers != 0 ? w->offers & task_schemes(t) : 0;
	w->ticket = w->offers & PROXY_NEGOTIATE ? t->ticket :
	    NET_TICKET_NOT_ASKED;
	w->login = task_showed_ticket(t) || (t->login != NULL &&
	    (w->offers != 0 || t->ask->schemes != 0));
}

/* Somebody is at the other end, and was let through to by a proxy. */
static void
note_connected(struct task *t)
{
	struct net_way *w = t->way;

	if (w->connect == -1)
		w->connect = when(t, CURLINFO_CONNECT_TIME_T);
	if (w->connect == -1)
		w->connect = so_far(t);
	note_login(t, w);
	note_address(t, w);
}

/* --- the server's certificate --------------------------------------------- */

/* A name that a server chose. */
static void
take_text(char out[static WAY_NAME_MAX + 1], const char *s, size_t len)
{
	struct safe_text safe;
	size_t n;

	text_safe(&safe, s, len, 0);
	n = text_cut(safe.s, WAY_NAME_MAX);
	memcpy(out, safe.s, n);
	out[n] = '\0';
}

static void
take_name(char out[static WAY_NAME_MAX + 1], const X509_NAME *name)
{
	static const int kinds[] = { NID_commonName, NID_organizationName,
		NID_organizationalUnitName };
	unsigned char *s = NULL;
	int at = -1, n;

	for (size_t i = 0; at < 0 && i < sizeof(kinds) / sizeof(*kinds); i++)
		at = X509_NAME_get_index_by_NID(name, kinds[i], -1);
	if (at < 0)
		return;
	n = ASN1_STRING_to_UTF8(&s,
	    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (n > 0)
		take_text(out, (const char *)s, (size_t)n);
	OPENSSL_free(s);
}

/* Trusted because somebody put it among those of this machine. */
static bool
is_by_hand(const X509 *root)
{
	unsigned long hash = X509_NAME_hash_ex(X509_get_subject_name(root),
	    NULL, NULL, NULL);
	char path[64], real[PATH_MAX];

	for (int i = 0; i < SAME_HASH_MAX; i++) {
		(void)snprintf(path, sizeof(path), TRUSTED "/%08lx.%d", hash, i);
		if (realpath(path, real) == NULL)
			return false;
		if (strncmp(real, BY_HAND, sizeof(BY_HAND) - 1) == 0)
			return true;
	}
	return false;
}

/* Verifies as ever, and looks on: of a failure, libcurl keeps no certificate. */
static int
verify(X509_STORE_CTX *ctx, void *arg)
{
	struct task *t = arg;
	const X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
	const STACK_OF(X509) *chain;
	int rc = X509_verify_cert(ctx), why = X509_STORE_CTX_get_error(ctx);

	if (leaf != NULL)
		take_name(t->way->issuer, X509_get_issuer_name(leaf));
	t->way->unknown = rc != 1 &&
	    (why == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
	    why == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
	    why == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
	    why == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE);
	chain = X509_STORE_CTX_get0_chain(ctx);
	if (rc == 1 && t->ask->ca_file == NULL && sk_X509_num(chain) > 0)
		t->way->local = is_by_hand(sk_X509_value(chain,
		    sk_X509_num(chain) - 1));
	return rc;
}

static CURLcode
on_tls(CURL *easy, void *ctx, void *arg)
{
	struct task *t = arg;

	(void)easy;
	if (t->way->hello == -1)
		t->way->hello = so_far(t);
	note_connected(t);
	SSL_CTX_set_cert_verify_callback(ctx, verify, t);
	return tell(t) == 0 ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
}

int
task_way_ready(struct task *t)
{
	note_connected(t);
	if (t->https)
		t->way->tls = so_far(t);
	return tell(t);
}

/* --- the whole ------------------------------------------------------------ */

bool
task_way_set(struct task *t)
{
	if (t->way == NULL)
		return true;
	*t->way = (struct net_way){ .name = -1, .connect = -1, .hello = -1,
		.tls = -1, .first = -1 };
	if (t->proxy != NULL)
		(void)snprintf(t->way->proxy, sizeof(t->way->proxy), "%s",
		    t->proxy);
	t->began = clock_mono_ms();
	/* Nothing of an earlier question shortens this one. */
	return TASK_SET(t, CURLOPT_FRESH_CONNECT, 1L) &&
	    TASK_SET(t, CURLOPT_FORBID_REUSE, 1L) &&
	    TASK_SET(t, CURLOPT_DNS_CACHE_TIMEOUT, 0L) &&
	    TASK_SET(t, CURLOPT_SSL_SESSIONID_CACHE, 0L) &&
	    TASK_SET(t, CURLOPT_SSL_CTX_FUNCTION, on_tls) &&
	    TASK_SET(t, CURLOPT_SSL_CTX_DATA, t);
}

static int
number(const struct task *t, CURLINFO what)
{
	long n = 0;

	return curl_easy_getinfo(t->easy, what, &n) == CURLE_OK && n >= 100 &&
	    n <= 599 ? (int)n : 0;
}

/* Only of hosts that are not the same: a server may well move its pages. */
static void
note_onward(const struct task *t, struct net_way *w)
{
	CURLU *here = curl_url(), *there = curl_url();
	char *to = NULL, *a = NULL, *b = NULL, *from = NULL, *at = NULL;
	bool secures, other;

	if (here != NULL && there != NULL && curl_easy_getinfo(t->easy,
	    CURLINFO_REDIRECT_URL, &to) == CURLE_OK && to != NULL &&
	    curl_url_set(here, CURLUPART_URL, t->url, 0) == CURLUE_OK &&
	    curl_url_set(there, CURLUPART_URL, to, 0) == CURLUE_OK &&
	    curl_url_get(here, CURLUPART_HOST, &a, 0) == CURLUE_OK &&
	    curl_url_get(there, CURLUPART_HOST, &b, 0) == CURLUE_OK &&
	    curl_url_get(here, CURLUPART_PORT, &from,
	    CURLU_DEFAULT_PORT) == CURLUE_OK &&
	    curl_url_get(there, CURLUPART_PORT, &at,
	    CURLU_DEFAULT_PORT) == CURLUE_OK) {
		secures = strcmp(from, "80") == 0 && strcmp(at, "443") == 0;
		other = strcasecmp(a, b) != 0 ||
		    (strcmp(from, at) != 0 && !secures);
		if (other)
			take_text(w->onward, b, strlen(b));
	}
	curl_free(from);
	curl_free(at);
	curl_free(a);
	curl_free(b);
	curl_url_cleanup(here);
	curl_url_cleanup(there);
}

void
task_way_end(struct task *t)
{
	struct net_way *w = t->way;

	if (w == NULL)
		return;
	w->name = when(t, CURLINFO_NAMELOOKUP_TIME_T);
	w->connect = when(t, CURLINFO_CONNECT_TIME_T);
	w->tls = when(t, CURLINFO_APPCONNECT_TIME_T);
	w->first = when(t, CURLINFO_STARTTRANSFER_TIME_T);
	w->connected = number(t, CURLINFO_HTTP_CONNECTCODE);
	w->status = number(t, CURLINFO_RESPONSE_CODE);
	note_login(t, w);
	note_address(t, w);
	if (w->status == 0)
		return;
	memcpy(w->type, t->reading.head.type, sizeof(w->type));
	w->date = t->reading.head.date;
	note_onward(t, w);
}
