/* What an authority's CMP answer means for the case. */
#include <openssl/err.h>
#include <string.h>

#include "base/mem.h"
#include "revocation/cmp_parts.h"

#define BIT(name)	(1 << OSSL_CMP_PKIFAILUREINFO_##name)

/* PKIFailureInfo (RFC 4210 5.2.3), what decides first comes first. */
static const struct {
	int		 bits;
	enum case_result result;
	enum err_code	 code;
} failures[] = {
	{ BIT(certRevoked), RESULT_ALREADY, ERR_NONE },
	{ BIT(badCertId), RESULT_UNKNOWN, ERR_CHANNEL_CERT },
	{ BIT(notAuthorized) | BIT(badMessageCheck) | BIT(signerNotTrusted) |
	    BIT(wrongAuthority) | BIT(wrongIntegrity), RESULT_REFUSED,
	    ERR_CHANNEL_AUTH },
	/* Seen there before: what became of it, the status will tell. */
	{ BIT(transactionIdInUse), RESULT_WAITING, ERR_NONE },
	{ BIT(systemUnavail) | BIT(systemFailure) | BIT(badTime) |
	    BIT(timeNotAvailable), RESULT_FAILED, ERR_NET_STATUS },
};

/*
 * Nothing that may be believed came.  With a password that is most often the
 * password's fault: the answer is protected by the right one.
 */
static void
no_answer(const struct channel_job *job, const struct cmp_talk *talk,
    struct case_result_of *r)
{
	struct err err = ERR_INIT;

	if (cmp_unbelieved(talk, &err) && cmp_by_password(job))
		err.code = ERR_CHANNEL_AUTH;
	channel_result(r, RESULT_FAILED, &err, NULL);
}

/* Not decided yet: when to come again, and by which nonce to ask then. */
static void
put_aside(const struct cmp_talk *talk, int64_t after, const char *words,
    struct case_result_of *r)
{
	int64_t pause = after < CMP_POLL ? CMP_POLL :
	    after > CMP_AFTER_MAX ? CMP_AFTER_MAX : after;

	channel_result(r, RESULT_WAITING, NULL, words);
	memcpy(r->nonce, talk->nonce, sizeof r->nonce);
	r->retry_at = talk->now + pause;
}

/*
 * There it cannot be asked how a request goes on, or the answer is an error in
 * itself: the request is repeated, whose answer that would be then.
 */
static void
not_polled(const struct cmp_talk *talk, struct case_result_of *r)
{
	channel_result(r, RESULT_WAITING, NULL, NULL);
	r->retry_at = talk->now + CMP_WAIT;
}

static void
rejected(OSSL_CMP_CTX *ctx, const struct channel_job *job,
    const struct cmp_talk *talk, const char *words, struct case_result_of *r)
{
	int bits = OSSL_CMP_CTX_get_failInfoCode(ctx);
	enum case_result result = RESULT_REFUSED;
	enum err_code code = ERR_CHANNEL_REFUSED;
	struct err err = ERR_INIT;

	for (size_t i = 0; bits > 0 && i < sizeof failures / sizeof *failures;
	    i++) {
		if ((bits & failures[i].bits) == 0)
			continue;
		result = failures[i].result;
		code = failures[i].code;
		break;
	}
	/* Revoked for good is not what somebody wanted who asked to lift. */
	if (result == RESULT_ALREADY && job->view->action == CASE_LIFT) {
		result = RESULT_REFUSED;
		code = ERR_CHANNEL_REFUSED;
	}
	if (code != ERR_NONE)
		err_set(&err, code, job->authority->name, "PKIFailureInfo %#x",
		    bits > 0 ? (unsigned)bits : 0);
	if (result == RESULT_WAITING)
		put_aside(talk, CMP_WAIT, words, r);
	else
		channel_result(r, result, &err, words);
}

/*
 * A status is in the context only when the message it came in was protected by
 * somebody trusted, so what it says may be believed.
 */
static void
by_status(OSSL_CMP_CTX *ctx, bool ok, const struct channel_job *job,
    const struct cmp_talk *talk, const char *words, struct case_result_of *r)
{
	switch (OSSL_CMP_CTX_get_status(ctx)) {
	case OSSL_CMP_PKISTATUS_accepted:
	case OSSL_CMP_PKISTATUS_revocationWarning:
	case OSSL_CMP_PKISTATUS_revocationNotification:
		if (!ok)	/* yes, but to something else */
			break;
		channel_result(r, RESULT_ACCEPTED, NULL, words);
		return;
	case OSSL_CMP_PKISTATUS_grantedWithMods:
		if (!ok)
			break;
		channel_result(r, RESULT_WITH_MODS, NULL, words);
		return;
	case OSSL_CMP_PKISTATUS_waiting:
		put_aside(talk, talk->nonce[0] != '\0' &&
		    job->signer == NULL ? CMP_POLL : CMP_WAIT, words, r);
		return;
	case OSSL_CMP_PKISTATUS_rejection:
		if (talk->unpolled)
			not_polled(talk, r);
		else
			rejected(ctx, job, talk, words, r);
		return;
	}
	no_answer(job, talk, r);
}

void
cmp_outcome(OSSL_CMP_CTX *ctx, bool ok, const struct channel_job *job,
    const struct cmp_talk *talk,    struct case_result_of *r)
{
	char *words;

	if (talk->err.code != ERR_NONE) {
		channel_result(r, RESULT_FAILED, &talk->err, NULL);
		return;
	}
	if (talk->waiting) {
		put_aside(talk, talk->after, NULL, r);
		return;
	}
	words = cmp_words(ctx);
	by_status(ctx, ok, job, talk, words, r);
	free(words);
}
