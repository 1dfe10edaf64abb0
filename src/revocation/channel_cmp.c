/*
 * Revocation by CMP (RFC 4210 5.3.9, RFC 9483 4.2): OpenSSL makes the request
 * and judges the answer, okienko-net carries them (RFC 6712).  Each sending is
 * one message: the request, or how it goes on when the answer was "waiting".
 */
#include "config.h"

#include <openssl/err.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "revocation/cmp_parts.h"

#define CMP_TYPE	"application/pkixcmp"
#define CMP_ANSWER_MAX	((uint64_t)256 << 10)	/* bytes of one message */

/* --- the way there and back -------------------------------------------------- */

/* One message and nothing behind it. */
static OSSL_CMP_MSG *
read_answer(const struct net_answer *a, const char *url, struct err *err)
{
	const unsigned char *p = a->body.data;
	OSSL_CMP_MSG *msg;

	if (strcmp(a->type, CMP_TYPE) != 0) {
		err_set(err, ERR_CHANNEL_TALK, url, "Content-Type: %s",
		    a->type);
		return NULL;
	}
	msg = a->body.len == 0 ? NULL :
	    d2i_OSSL_CMP_MSG(NULL, &p, (long)a->body.len);
	if (msg == NULL || p != a->body.data + a->body.len) {
		err_raw(err, ERR_CHANNEL_TALK, ORIGIN_OPENSSL,
		    ERR_peek_last_error(), url, "no CMP message");
		OSSL_CMP_MSG_free(msg);
		return NULL;
	}
	return msg;
}

static OSSL_CMP_MSG *
carry(const OSSL_CMP_MSG *msg, struct cmp_talk *talk, struct buf *bytes)
{
	const struct authority *a = talk->job->authority;
	struct net_answer answer = { .status = 0 };
	OSSL_CMP_MSG *said = NULL;
	unsigned char *der = NULL;
	int len = i2d_OSSL_CMP_MSG(msg, &der);

	if (len > 0) {
		const struct net_request ask = {
			.method = NET_POST,
			.source = NET_CONFIGURED,
			.url = a->cmp_url,
			.accept = CMP_TYPE,
			.type = CMP_TYPE,
			.body = span_of(der, (size_t)len),
			.ca_file = a->cmp_ca_file[0] != '\0' ?
			    a->cmp_ca_file : NULL,
			.max = CMP_ANSWER_MAX,
			.cancel = talk->job->cancel,
		};

		if (net_ask(talk->job->net, &ask, &answer, &talk->err) == -1)
			;
		else if (answer.status != 200)
			net_refused(&ask, &answer, &talk->err);
		else
			said = read_answer(&answer, a->cmp_url, &talk->err);
		if (said != NULL && buf_add(bytes, answer.body.data,
		    answer.body.len) == -1)
			panic("an answer longer than itself");
		net_answer_clear(&answer);
	}
	OPENSSL_free(der);
	return said;
}

/*
 * A card signs once for each PIN, and has signed the request by now: then that is
 * what is sent again.
 */
static bool
may_poll(const struct cmp_talk *talk)
{
	return talk->job->view->nonce[0] != '\0' &&
	    (talk->secret || talk->job->signer == NULL);
}

static OSSL_CMP_MSG *
transfer(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *msg)
{
	struct cmp_talk *talk = OSSL_CMP_CTX_get_transfer_cb_arg(ctx);
	OSSL_CMP_MSG *poll = may_poll(talk) ? cmp_poll(ctx, msg, talk) : NULL;
	OSSL_CMP_MSG *said;
	struct buf bytes;

	buf_init(&bytes, CMP_ANSWER_MAX);
	said = carry(poll != NULL ? poll : msg, talk, &bytes);
	if (said != NULL) {
		cmp_nonce(span_of(bytes.data, bytes.len), talk->nonce);
		if (poll != NULL)
			said = cmp_polled(ctx, said, span_of(bytes.data,
			    bytes.len), talk);
	}
	buf_clear(&bytes);
	OSSL_CMP_MSG_free(poll);
	return said;
}

/* What OpenSSL would print on the screen. */
static int
hush(const char *function, const char *file, int line, OSSL_CMP_severity level,
    const char *msg)
{
	(void)function;
	(void)file;
	(void)line;
	(void)level;
	(void)msg;
	return 1;
}

/* --- the channel -------------------------------------------------------------- */

static bool
has_cmp(const struct authority *a)
{
	return a->cmp_url[0] != '\0';
}

static int
ready(const struct channel_job *job, struct err *err)
{
	OSSL_CMP_CTX *ctx;

	if (cmp_context(job, &ctx, err) == -1)
		return -1;
	OSSL_CMP_CTX_free(ctx);
	return 0;
}

/* Nothing goes out unsigned: without the card's word the case is as it was. */
static bool
not_signed(const struct channel_job *job, struct case_result_of *r)
{
	if (job->signer == NULL || job->signer->err.code == ERR_NONE)
		return false;
	channel_result(r, RESULT_FAILED, &job->signer->err, NULL);
	r->unsent = true;
	return true;
}

static void
cmp_send(const struct channel_job *job, struct case_result_of *r)
{
	struct cmp_talk talk = { .job = job, .err = ERR_INIT,
	    .secret = cmp_by_password(job) };
	struct err err = ERR_INIT;
	OSSL_CMP_CTX *ctx;
	bool ok;

	*r = (struct case_result_of){ .result = RESULT_FAILED };
	if (cmp_context(job, &ctx, &err) == -1) {
		channel_result(r, RESULT_FAILED, &err, NULL);
		return;
	}
	OSSL_CMP_CTX_set_log_cb(ctx, hush);
	OSSL_CMP_CTX_set_transfer_cb(ctx, transfer);
	OSSL_CMP_CTX_set_transfer_cb_arg(ctx, &talk);
	ERR_clear_error();
	ok = OSSL_CMP_exec_RR_ses(ctx) == 1;
	if (ok || !not_signed(job, r))
		cmp_outcome(ctx, ok, &talk, r);
	OSSL_CMP_CTX_free(ctx);
	ERR_clear_error();
}

const struct channel channel_cmp = {
	.id = "cmp",
	.name = N_("by CMP"),
	.machine = true,
	.configured = has_cmp,
	.can = channel_acts,
	.ready = ready,
	.send = cmp_send,
};
