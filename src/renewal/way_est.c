/*
 * Renewal by EST (RFC 7030): simplereenroll with the request, again the same
 * while the answer is "later", and cacerts for what the certificate leads to.
 */
#include "config.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/base64.h"
#include "cert/container.h"
#include "net/basic.h"
#include "renewal/way_parts.h"

#define ANSWER_MAX	((uint64_t)256 << 10)	/* bytes, before base64 is taken off */
#define WORDS_MAX	400	/* bytes of an apology that are told */

static bool
has_est(const struct authority *a)
{
	return a->est_url[0] != '\0';
}

static const char *
or_null(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

/* --- asking ------------------------------------------------------------------------ */

/* Name and password of the file; NULL and no error where none is set. */
static struct secret *
login(const struct authority *a, struct err *err)
{
	struct secret *name, *word = NULL, *out = NULL;
	struct buf pair;

	if (a->est_login[0] == '\0')
		return NULL;
	buf_init(&pair, SECRET_LONG_MAX / 2);
	name = basic_word(a->est_login, 0, err);
	if (name != NULL)
		word = basic_word(a->est_login, 1, err);
	/* Room first: a buffer that grows would leave copies behind. */
	if (word != NULL && buf_reserve(&pair, SECRET_LONG_MAX / 2) == 0 &&
	    buf_add(&pair, secret_peek(name), secret_len(name)) == 0 &&
	    buf_add(&pair, ":", 1) == 0 &&
	    buf_add(&pair, secret_peek(word), secret_len(word)) == 0)
		out = basic_header(span_of(pair.data, pair.len));
	buf_clear(&pair);
	secret_free(name);
	secret_free(word);
	if (out == NULL)
		(void)err_set(err, ERR_TOO_BIG, a->est_login, NULL);
	return out;
}

static int
ask(const struct way_job *job, const char *operation, struct span body,
    struct net_answer *answer, struct err *err)
{
	static const struct net_header encoded = { "Content-Transfer-Encoding",
		"base64" };
	const struct authority *a = job->authority;
	struct secret *word = login(a, err);
	struct net_secret_header secret = { "Authorization", word };
	char url[NET_URL_MAX];
	struct net_request request = {
		.method = body.len > 0 ? NET_POST : NET_GET,
		.source = NET_CONFIGURED,
		.url = url,
		.accept = "application/pkcs7-mime",
		.type = body.len > 0 ? "application/pkcs10" : NULL,
		.body = body,
		.headers = &encoded,
		.nheaders = body.len > 0,
		.secrets = &secret,
		.nsecrets = word != NULL,
		.ca_file = or_null(a->est_ca_file),
		.client_cert = or_null(a->est_certificate),
		.client_key = or_null(a->est_key),
		.max = ANSWER_MAX,
		.cancel = job->cancel,
	};
	size_t n = strlen(a->est_url);
	int rc = err->code == ERR_NONE ? 0 : -1;

	while (n > 0 && a->est_url[n - 1] == '/')
		n--;
	if (rc == 0 && snprintf(url, sizeof url, "%.*s/%s", (int)n, a->est_url,
	    operation) >= (int)sizeof url)
		rc = err_set(err, ERR_NET_URL, a->est_url, "too long");
	if (rc == 0)
		rc = net_ask(job->net, &request, answer, err);
	secret_free(word);
	return rc;
}

/* --- what came ------------------------------------------------------------------------ */

/*
 * Base64 with or without line breaks (RFC 7030 4.2.3, RFC 8951 3.1), or, as some
 * servers have it, the bytes themselves; of certificates alone.
 */
static bool
take_certs(const struct buf *body, struct way_certs *c)
{
	struct buf text, der;
	bool good;

	buf_init(&text, (size_t)ANSWER_MAX);
	buf_init(&der, (size_t)ANSWER_MAX);
	for (size_t i = 0; i < body->len; i++) {
		if (strchr(" \t\r\n", body->data[i]) == NULL)
			(void)buf_add(&text, &body->data[i], 1);
	}
	if (base64_exact(span_of(text.data, text.len), &der) == 0)
		good = pkcs7_each(span_of(der.data, der.len), way_add_cert,
		    c) == 0;
	else
		good = pkcs7_each(span_of(body->data, body->len),
		    way_add_cert, c) == 0;
	buf_clear(&text);
	buf_clear(&der);
	return good && c->n > 0 && !c->full;
}

/*
 * What stands above it.  Without that it may still lead to one that the desk
 * knows, so nothing that goes wrong here is a mistake.
 */
static void
add_issuers(const struct way_job *job, struct way_certs *c)
{
	struct net_answer answer = { .status = 0 };
	struct err ignored = ERR_INIT;
	size_t before = c->out->len;

	if (ask(job, "cacerts", span_of(NULL, 0), &answer, &ignored) == 0 &&
	    answer.status == 200 && !take_certs(&answer.body, c)) {
		c->out->len = before;
		c->full = false;
	}
	net_answer_clear(&answer);
}

static void
issued(const struct way_job *job, const struct net_answer *answer,
    struct way_outcome *o)
{
	struct way_certs c = { .out = &o->body };

	if (strcmp(answer->type, "application/pkcs7-mime") != 0 ||
	    !take_certs(&answer->body, &c)) {
		o->body.len = 0;
		(void)err_set(&o->err, ERR_WAY_TALK, job->authority->est_url,
		    "no certificates: %s", answer->type);
		return;
	}
	o->result = WAY_ISSUED;
	add_issuers(job, &c);
}

/* A server that has too much to do says so by 503, or 429. */
static bool
comes_later(int status)
{
	return status == 202 || status == 429 || status == 503;
}

static void
not_issued(const struct way_job *job, const struct net_answer *answer,
    struct way_outcome *o)
{
	const struct net_request request = { .url = job->authority->est_url };
	char words[WORDS_MAX + 1];
	size_t n = answer->body.len < WORDS_MAX ? answer->body.len : WORDS_MAX;

	if (comes_later(answer->status)) {
		o->retry_at = way_retry(job->now, answer->retry_after);
		o->result = answer->status == 202 ? WAY_SENT : WAY_FAILED;
	}
	if (answer->status == 202)
		return;
	if (answer->status < 400 || answer->status >= 500 ||
	    answer->status == 408 || answer->status == 429) {
		(void)net_refused(&request, answer, &o->err);
		return;
	}
	/* Who runs the desk can put that right, so it is no end. */
	o->result = answer->status == 401 ? WAY_FAILED : WAY_REFUSED;
	(void)err_raw(&o->err, answer->status == 401 ? ERR_WAY_LOGIN :
	    ERR_WAY_REFUSED, ORIGIN_HTTP, (unsigned long)answer->status,
	    job->authority->name, NULL);
	if (strcmp(answer->type, "text/plain") == 0 && n > 0) {
		memcpy(words, answer->body.data, n);
		words[n] = '\0';
		way_words(o, words);
	}
}

/* --- the way ------------------------------------------------------------------------- */

/* Sent and asked for alike: the same request, until it is answered. */
static void
enroll(const struct way_job *job, struct way_outcome *o)
{
	size_t size = (job->request.len + 2) / 3 * 4 + 1;
	struct net_answer answer = { .status = 0 };
	char *text = mem_alloc(size);
	int n = EVP_EncodeBlock((unsigned char *)text, job->request.p,
	    (int)job->request.len);

	way_begin(o);
	if (ask(job, "simplereenroll", span_of(text, (size_t)n), &answer,
	    &o->err) == 0) {
		if (answer.status == 200)
			issued(job, &answer, o);
		else
			not_issued(job, &answer, o);
	}
	net_answer_clear(&answer);
	free(text);
}

const struct way way_est = {
	.id = "est",
	.name = N_("by EST"),
	.machine = true,
	.configured = has_est,
	.send = enroll,
	.ask = enroll,
};
