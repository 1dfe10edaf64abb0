#include "config.h"

#include "net/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/ticket.h"

/* --- what it is told ------------------------------------------------------ */

#define SET	TASK_SET

/* Nothing but HTTP, nothing of the environment, nothing on its own account. */
static bool
set_bounds(struct task *t)
{
	const struct proto_ask *a = t->ask;
	int64_t left = t->until - clock_mono_ms();

	left = left > 0 ? left : 1;
	return SET(t, CURLOPT_URL, t->url) &&
	    SET(t, CURLOPT_PROTOCOLS_STR, "http,https") &&
	    SET(t, CURLOPT_REDIR_PROTOCOLS_STR, "https") &&
	    SET(t, CURLOPT_FOLLOWLOCATION, 0L) &&
	    SET(t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) &&
	    SET(t, CURLOPT_NOSIGNAL, 1L) &&
	    SET(t, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
	    SET(t, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
	    SET(t, CURLOPT_PATH_AS_IS, 1L) &&
	    SET(t, CURLOPT_PROXY, t->proxy != NULL ? t->proxy : "") &&
	    SET(t, CURLOPT_NOPROXY, "") &&
	    SET(t, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)a->max) &&
	    SET(t, CURLOPT_TIMEOUT_MS, (long)left) &&
	    SET(t, CURLOPT_CONNECTTIMEOUT_MS, (long)(left < WEB_CONNECT_MS ?
	    left : WEB_CONNECT_MS));
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
add_line(struct task *t, const char *line)
{
	struct curl_slist *longer = curl_slist_append(t->headers, line);

	if (longer == NULL)
		return false;
	t->headers = longer;
	return true;
}

/* No secret is left in what the line was made of, whatever it is. */
static bool
add_header(struct task *t, const char *name, const char *value)
{
	char *line = mem_printf("%s:%s%s", name, value[0] != '\0' ? " " : "",
	    value);
	bool added = add_line(t, line);

	explicit_bzero(line, strlen(line));
	free(line);
	return added;
}

static bool
add_further(struct task *t)
{
	const struct proto_ask *a = t->ask;
	const struct web_question *q = t->question;

	for (size_t i = 0; i < a->nheaders; i++)
		if (!add_line(t, a->headers[i]))
			return false;
	for (size_t i = 0; i < q->nsecrets; i++)
		if (q->secrets[i].what == PROTO_SECRET_HEADER &&
		    !add_header(t, q->secrets[i].name,
		    secret_peek(q->secrets[i].value)))
			return false;
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
	    head_date_text(a->since, since))) && add_further(t) &&
	    SET(t, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE) &&
	    SET(t, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION) &&
	    SET(t, CURLOPT_HTTPHEADER, t->headers);
}

/* Said twice, it is done once. */
static bool
may_be_repeated(const struct proto_ask *a)
{
	static const char key[] = "Idempotency-Key:";

	for (size_t i = 0; i < a->nheaders; i++)
		if (strncasecmp(a->headers[i], key, sizeof(key) - 1) == 0)
			return true;
	return false;
}

static bool
set_method(struct task *t)
{
	const struct proto_ask *a = t->ask;
	const struct span body = t->question->body;

	if (a->method == NET_GET)
		return SET(t, CURLOPT_HTTPGET, 1L);
	/*
	 * A kept connection may turn out to be dead, and libcurl then asks once
	 * more.  What an authority does for us is not to be ordered twice.
	 */
	if (a->source == NET_CONFIGURED && !may_be_repeated(a) &&
	    !SET(t, CURLOPT_FRESH_CONNECT, 1L))
		return false;
	return SET(t, CURLOPT_POST, 1L) &&
	    SET(t, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len) &&
	    SET(t, CURLOPT_POSTFIELDS, body.len > 0 ? (const char *)body.p :
	    "") && (a->method != NET_PUT ||
	    SET(t, CURLOPT_CUSTOMREQUEST, "PUT"));
}

/* --- the proxy's login ---------------------------------------------------- */

static const struct {
	unsigned	 ours;
	unsigned long	 theirs;
} schemes[] = {
	{ PROXY_BASIC, CURLAUTH_BASIC },
	{ PROXY_DIGEST, CURLAUTH_DIGEST },
	{ PROXY_NTLM, CURLAUTH_NTLM },
	{ PROXY_NEGOTIATE, CURLAUTH_NEGOTIATE },
};

static bool
has_feature(int bit)
{
	return curl_version_info(CURLVERSION_NOW)->features & bit;
}

/* What is in the file is looked at once a question, if anybody has to know. */
static bool
has_ticket(struct task *t)
{
	if (t->ticket == NET_TICKET_NOT_ASKED)
		t->ticket = t->ask->ticket == NULL ||
		    !has_feature(CURL_VERSION_SPNEGO) ? NET_TICKET_NONE :
		    ticket_look();
	return t->ticket == NET_TICKET_GOOD;
}

unsigned
task_schemes(struct task *t)
{
	unsigned can = PROXY_BASIC | PROXY_DIGEST;

	if (has_feature(CURL_VERSION_NTLM))
		can |= PROXY_NTLM;
	if (has_ticket(t))
		can |= PROXY_NEGOTIATE;
	return can;
}

static long
auth_of(unsigned ours)
{
	unsigned long theirs = 0;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (ours & schemes[i].ours)
			theirs |= schemes[i].theirs;
	return (long)theirs;
}

/* Nobody typed anything: a ticket may do, if the proxy should ask for one. */
static bool
set_ticket(struct task *t)
{
	bool known = t->ask->schemes & PROXY_NEGOTIATE;

	t->negotiates = t->proxy != NULL && t->ask->ticket != NULL &&
	    has_feature(CURL_VERSION_SPNEGO) &&
	    access(t->ask->ticket, R_OK) == 0;
	return !t->negotiates ||
	    (SET(t, CURLOPT_PROXYAUTH, (long)(CURLAUTH_NEGOTIATE |
	    (known ? 0 : CURLAUTH_ONLY))) &&
	    SET(t, CURLOPT_PROXYUSERNAME, "") &&
	    SET(t, CURLOPT_PROXYPASSWORD, ""));
}

/*
 * Of several offered schemes libcurl takes the strongest, and asks without any
 * first; of one alone it makes use at once.
 */
static bool
set_login(struct task *t)
{
	unsigned can, offers = t->ask->schemes;

	if (t->login == NULL)
		return set_ticket(t);
	can = offers != 0 && !(offers & PROXY_NEGOTIATE) ?
	    offers & ~(unsigned)PROXY_OTHER : task_schemes(t);
	if (offers & can)
		can &= offers;
	t->negotiates = can & PROXY_NEGOTIATE;
	return SET(t, CURLOPT_PROXYAUTH, auth_of(can)) &&
	    SET(t, CURLOPT_PROXYUSERNAME, t->login->name) &&
	    SET(t, CURLOPT_PROXYPASSWORD, secret_peek(t->login->value));
}

bool
task_set_way_out(struct task *t)
{
	return set_bounds(t) && set_tls(t) && set_login(t);
}

bool
task_set(struct task *t)
{
	return task_set_way_out(t) && set_headers(t) && set_method(t);
}

void
task_clear(struct task *t)
{
	for (struct curl_slist *l = t->headers; l != NULL; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	curl_slist_free_all(t->headers);
	t->headers = NULL;
}
