/*
 * Any bytes as what an EST server answers: the first says with which status, the
 * second with how many of them cacerts is answered, too.  Whatever comes, the
 * outcome is one of ours; a certificate is brought only if one is there to be read.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/file.h"
#include "renewal/way.h"

#define NOW	INT64_C(1795348800)	/* 2026-11-22 12:00 UTC */

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static const struct said {
	char		 letter;
	int		 status;
	const char	*type;
} statuses[] = {
	{ 'i', 200, "application/pkcs7-mime" }, { 'h', 200, "text/html" },
	{ 'l', 202, "text/plain" }, { 'r', 400, "text/plain" },
	{ 'u', 401, "text/plain" }, { 'b', 503, "text/plain" },
	{ 'm', 302, "text/plain" },
};

static struct {
	const struct said *said;
	struct span	 issued, above;
} now;

/* --- in place of the network -------------------------------------------------------- */

int
net_ask(struct net *net, const struct net_request *r, struct net_answer *a,
    struct err *err)
{
	bool first = r->method == NET_POST;
	struct span body = first ? now.issued : now.above;

	(void)net;
	(void)err;
	memset(a, 0, sizeof *a);
	buf_init(&a->body, r->max);
	a->status = first ? now.said->status : 200;
	a->retry_after = (int)(body.len % 1000) * 1000000;
	snprintf(a->type, sizeof a->type, "%s", first ? now.said->type :
	    "application/pkcs7-mime");
	require(body.len == 0 || buf_add(&a->body, body.p, body.len) == 0);
	return 0;
}

void
net_answer_clear(struct net_answer *a)
{
	buf_clear(&a->body);
}

int
net_refused(const struct net_request *r, const struct net_answer *a,
    struct err *err)
{
	(void)a;
	return err_set(err, ERR_NET_STATUS, r->url, NULL);
}

/* --- the target ------------------------------------------------------------------------ */

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct way_outcome *o)
{
	struct err err = ERR_INIT;
	struct cert_list list;

	require(strlen(o->words) < sizeof o->words);
	require(o->retry_at == 0 || o->retry_at > NOW);
	require((o->result == WAY_ISSUED) == (o->body.len > 0));
	require((o->err.code != ERR_NONE) == (o->result == WAY_REFUSED ||
	    o->result == WAY_FAILED));
	if (o->result != WAY_ISSUED)
		return;
	require(now.said == &statuses[0]);
	/* What is in the container may yet be no certificate. */
	if (cert_file_parse(o->body.data, o->body.len, "est", NULL, &list,
	    &err) == 0) {
		require(list.n + list.damaged > 0);
		cert_list_clear(&list);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char url[] = "https://office.example/.well-known/est";
	static char none[] = "", name[] = "office";
	static const uint8_t request[] = { 0x30, 0x00 };
	const struct authority a = { .name = name, .est_url = url,
		.est_ca_file = none, .est_certificate = none, .est_key = none,
		.est_login = none };
	const struct renewal_view view = { .tries = 0 };
	const struct way_job job = { .view = &view, .authority = &a,
		.request = span_of(request, sizeof request), .now = NOW };
	struct way_outcome o;
	size_t above;

	now.said = NULL;
	for (size_t i = 0; len > 2 && i < sizeof statuses / sizeof *statuses;
	    i++)
		if (statuses[i].letter == data[0])
			now.said = &statuses[i];
	if (now.said == NULL)
		return 0;
	above = (len - 2) * data[1] / 256;
	now.issued = span_of(data + 2, len - 2 - above);
	now.above = span_of(data + len - above, above);
	way_by_id("est")->send(&job, &o);
	check(&o);
	way_outcome_clear(&o);
	return 0;
}
