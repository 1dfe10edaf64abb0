/*
 * Revocation by CMP (RFC 4210 5.3.9, RFC 9483 4.2).  Each sending is one message:
 * the request, or how it goes on when the answer was "waiting".
 */
#include "config.h"

#include <openssl/err.h>
#include <string.h>

#include "base/i18n.h"
#include "revocation/cmp_parts.h"

/*
 * A card signs once for each PIN, and has signed the request by now: then that is
 * what is sent again.
 */
void
cmp_talk_of(const struct channel_job *job, struct cmp_talk *talk)
{
	*talk = (struct cmp_talk){ .authority = job->authority,
		.net = job->net, .transaction = job->transaction,
		.cancel = job->cancel, .now = job->now,
		.nonsense = ERR_CHANNEL_TALK, .err = ERR_INIT };
	if (cmp_by_password(job) || job->signer == NULL)
		talk->waited = job->view->nonce;
}

static bool
has_cmp(const struct authority *a)
{
	return a->cmp_url[0] != '\0';
}

static int
ready(const struct channel_job *job, struct err *err)
{
	struct cmp_talk talk;
	OSSL_CMP_CTX *ctx;

	cmp_talk_of(job, &talk);
	if (cmp_context(job, &talk, &ctx, err) == -1)
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
	struct cmp_talk talk;
	struct err err = ERR_INIT;
	OSSL_CMP_CTX *ctx;
	bool ok;

	*r = (struct case_result_of){ .result = RESULT_FAILED };
	cmp_talk_of(job, &talk);
	if (cmp_context(job, &talk, &ctx, &err) == -1) {
		channel_result(r, RESULT_FAILED, &err, NULL);
		return;
	}
	cmp_talk_begin(ctx, &talk);
	ok = OSSL_CMP_exec_RR_ses(ctx) == 1;
	if (ok || !not_signed(job, r))
		cmp_outcome(ctx, ok, job, &talk, r);
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
