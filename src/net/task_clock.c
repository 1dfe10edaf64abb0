/*
 * Whether a certificate is untimely, or the clock of this machine is wrong: the
 * server is asked for the time, by a connection of its own that may do nothing
 * else and on which everything about it counts but the days.
 */
#include "config.h"

#include "net/task.h"

#include <openssl/ssl.h>
#include <stdint.h>
#include <time.h>

#include "base/clock.h"

bool
task_untimely(const struct task *t, CURLcode rc)
{
	long why = X509_V_OK;

	return rc == CURLE_PEER_FAILED_VERIFICATION && curl_easy_getinfo(
	    t->easy, CURLINFO_SSL_VERIFYRESULT, &why) == CURLE_OK &&
	    (why == X509_V_ERR_CERT_NOT_YET_VALID ||
	    why == X509_V_ERR_CERT_HAS_EXPIRED);
}

static int64_t
seconds_of(const ASN1_TIME *at, int64_t otherwise)
{
	struct tm tm;

	return ASN1_TIME_to_tm(at, &tm) == 1 ? (int64_t)timegm(&tm) :
	    otherwise;
}

/* The span in which all of the chain counts. */
static void
note_span(struct task *t, const STACK_OF(X509) *chain)
{
	t->timely_from = INT64_MIN;
	t->timely_until = INT64_MAX;
	for (int i = 0; i < sk_X509_num(chain); i++) {
		const X509 *x = sk_X509_value(chain, i);
		int64_t from = seconds_of(X509_get0_notBefore(x), INT64_MAX);
		int64_t until = seconds_of(X509_get0_notAfter(x), INT64_MIN);

		if (from > t->timely_from)
			t->timely_from = from;
		if (until < t->timely_until)
			t->timely_until = until;
	}
}

static int
verify(X509_STORE_CTX *ctx, void *arg)
{
	int rc;

	(void)X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(ctx),
	    X509_V_FLAG_NO_CHECK_TIME);
	rc = X509_verify_cert(ctx);
	if (rc == 1)
		note_span(arg, X509_STORE_CTX_get0_chain(ctx));
	return rc;
}

static CURLcode
on_tls(CURL *easy, void *ctx, void *arg)
{
	(void)easy;
	SSL_CTX_set_cert_verify_callback(ctx, verify, arg);
	return CURLE_OK;
}

/* Nothing of the question goes along, and nothing of the connection stays. */
bool
task_clock_set(struct task *t)
{
	t->timely_from = INT64_MAX;
	t->timely_until = INT64_MIN;
	return task_set_way_out(t) && TASK_SET(t, CURLOPT_NOBODY, 1L) &&
	    TASK_SET(t, CURLOPT_REQUEST_TARGET, "/") &&
	    TASK_SET(t, CURLOPT_FRESH_CONNECT, 1L) &&
	    TASK_SET(t, CURLOPT_FORBID_REUSE, 1L) &&
	    TASK_SET(t, CURLOPT_SSL_SESSIONID_CACHE, 0L) &&
	    TASK_SET(t, CURLOPT_SSL_CTX_FUNCTION, on_tls) &&
	    TASK_SET(t, CURLOPT_SSL_CTX_DATA, t);
}

void
task_clock_judge(struct task *t, int64_t theirs)
{
	int64_t ours = clock_now();

	t->wrong_clock = theirs != 0 && theirs >= t->timely_from &&
	    theirs <= t->timely_until &&
	    (ours < t->timely_from || ours > t->timely_until);
	if (t->wrong_clock && t->way != NULL)
		t->way->date = theirs;
}
