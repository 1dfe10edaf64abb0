#include "config.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "revocation/status_inside.h"

#define REQUEST_MAX	4096

static const enum record_status statuses[] = {
	[OCSP_GOOD] = STATUS_GOOD, [OCSP_REVOKED] = STATUS_REVOKED,
	[OCSP_SUSPENDED] = STATUS_SUSPENDED, [OCSP_UNKNOWN] = STATUS_UNKNOWN,
};

static void
take(struct asking *a, struct status_way *w, const struct ocsp_answer *answer)
{
	w->status = statuses[answer->state];
	w->this_update = status_time(answer->this_update);
	w->next_update = status_time(answer->next_update);
	w->revoked_at = status_time(answer->revoked_at);
	/* Said by a reason that is none (cert/ocsp.h). */
	w->never_issued = w->answered && answer->state == OCSP_UNKNOWN &&
	    answer->reason != -1;
	w->reason = w->never_issued ? -1 : answer->reason;
	w->nonce = answer->nonce;
	memcpy(w->sha256, answer->sha256, sizeof w->sha256);
	snprintf(w->responder, sizeof w->responder, "%s", answer->responder);
	/* Made for us just now; without our nonce it may be hours old. */
	if (answer->nonce || answer->produced_at > a->now)
		status_see_clock(a, status_time(answer->produced_at));
}

/* Put the question; a whole HTTP answer of 200, or -1. */
static int
post(struct asking *a, struct status_way *w, enum net_source source,
    const struct ocsp_about *about, struct net_answer *http)
{
	struct net_request ask = { .method = NET_POST, .source = source,
	    .url = w->url, .accept = "application/ocsp-response",
	    .type = "application/ocsp-request", .max = OCSP_ANSWER_MAX,
	    .cancel = a->o->cancel };
	struct buf request;
	int rc;

	buf_init(&request, REQUEST_MAX);
	rc = ocsp_request(about, &request, &w->err);
	if (rc == 0) {
		ask.body = span_of(request.data, request.len);
		rc = net_ask(a->net, &ask, http, &w->err);
		w->millis = http->millis;
		w->server_date = http->date;
		status_see_clock(a, http->date);
	}
	if (rc == 0 && http->status != 200)
		rc = net_refused(&ask, http, &w->err);
	buf_clear(&request);
	return rc;
}

static void
ask(struct asking *a, struct status_way *w, enum net_source source)
{
	struct ocsp_about about = { .issuer = a->issuer,
	    .serial = span_of(a->about->serial, a->about->serial_len) };
	struct ocsp_answer answer;
	struct net_answer http;

	if (RAND_bytes(about.nonce, sizeof about.nonce) != 1) {
		(void)err_set(&w->err, ERR_UNKNOWN, "RAND_bytes", NULL);
		return;
	}
	memset(&http, 0, sizeof http);
	if (post(a, w, source, &about, &http) == 0) {
		w->answered = ocsp_judge(span_of(http.body.data,
		    http.body.len), &about, a->now, &answer, &w->err) == 0;
		take(a, w, &answer);
	}
	net_answer_clear(&http);
}

void
status_by_ocsp(struct asking *a)
{
	const struct authority *auth = a->o->authority;
	struct status_way *w = &a->report->ocsp;
	enum net_source source;
	const char *url = status_where(auth != NULL ? auth->ocsp : NULL,
	    a->about->ocsp, &source);

	if (url == NULL)
		return;
	w->tried = true;
	w->url = mem_strdup(url);
	ask(a, w, source);
	status_name_err(&w->err, url);
}
