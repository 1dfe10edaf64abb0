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

/* Reasons of OpenSSL's for not believing who speaks. */
static bool
unproved(unsigned long e)
{
	static const int reasons[] = {
		CMP_R_ERROR_VALIDATING_PROTECTION,
		CMP_R_ERROR_VALIDATING_SIGNATURE,
		CMP_R_MISSING_PROTECTION,
		CMP_R_MISSING_TRUST_ANCHOR,
		CMP_R_NO_SUITABLE_SENDER_CERT,
		CMP_R_POTENTIALLY_INVALID_CERTIFICATE,
		CMP_R_UNKNOWN_ALGORITHM_ID,
		CMP_R_WRONG_PBM_VALUE,
	};

	for (size_t i = 0; ERR_GET_LIB(e) == ERR_LIB_CMP &&
	    i < sizeof reasons / sizeof *reasons; i++) {
		if (ERR_GET_REASON(e) == reasons[i])
			return true;
	}
	return false;
}

/*
 * Nothing that may be believed came.  With a password that is most often the
 * password's fault: the answer is protected by the right one.
 */
static void
no_answer(const struct cmp_talk *talk, struct case_result_of *r)
{
	const char *url = talk->job->authority->cmp_url;
	struct err err = ERR_INIT;
	unsigned long e, last = 0;
	bool forged = false;

	while ((e = ERR_get_error()) != 0) {
		forged = forged || unproved(e);
		last = e;
	}
	err_raw(&err, !forged ? ERR_CHANNEL_TALK :
	    talk->secret ? ERR_CHANNEL_AUTH : ERR_STATUS_FORGED,
	    ORIGIN_OPENSSL, last, url, "%s", ERR_reason_error_string(last) !=
	    NULL ? ERR_reason_error_string(last) : "");
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
	r->retry_at = talk->job->now + pause;
}

/*
 * There it cannot be asked how a request goes on, or the answer is an error in
 * itself: the request is repeated, whose answer that would be then.
 */
static void
not_polled(const struct cmp_talk *talk, struct case_result_of *r)
{
	channel_result(r, RESULT_WAITING, NULL, NULL);
	r->retry_at = talk->job->now + CMP_WAIT;
}

static void
rejected(OSSL_CMP_CTX *ctx, const struct cmp_talk *talk, const char *words,
    struct case_result_of *r)
{
	const struct channel_job *job = talk->job;
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

/* PKIFreeText, one sentence after another; NULL for none.  The caller frees. */
static char *
free_text(OSSL_CMP_CTX *ctx)
{
	OSSL_CMP_PKIFREETEXT *text = OSSL_CMP_CTX_get0_statusString(ctx);
	struct buf b;
	char *words;

	buf_init(&b, CASE_WORDS_MAX);
	for (int i = 0; i < sk_ASN1_UTF8STRING_num(text); i++) {
		const ASN1_UTF8STRING *s = sk_ASN1_UTF8STRING_value(text, i);

		if ((b.len != 0 && buf_add(&b, "; ", 2) == -1) ||
		    buf_add(&b, ASN1_STRING_get0_data(s),
		    (size_t)ASN1_STRING_length(s)) == -1)
			break;
	}
	words = b.len != 0 ? mem_strndup((const char *)b.data, b.len) : NULL;
	buf_clear(&b);
	return words;
}

/*
 * A status is in the context only when the message it came in was protected by
 * somebody trusted, so what it says may be believed.
 */
static void
by_status(OSSL_CMP_CTX *ctx, bool ok, const struct cmp_talk *talk,
    const char *words, struct case_result_of *r)
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
		    talk->job->signer == NULL ? CMP_POLL : CMP_WAIT, words, r);
		return;
	case OSSL_CMP_PKISTATUS_rejection:
		if (talk->unpolled)
			not_polled(talk, r);
		else
			rejected(ctx, talk, words, r);
		return;
	}
	no_answer(talk, r);
}

void
cmp_outcome(OSSL_CMP_CTX *ctx, bool ok, const struct cmp_talk *talk,
    struct case_result_of *r)
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
	words = free_text(ctx);
	by_status(ctx, ok, talk, words, r);
	free(words);
}
