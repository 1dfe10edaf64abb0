/*
 * Any bytes as a revocation list that a certificate is looked up in, judged by an
 * issuer who signed the seeds, at their time: what is not signed proves nothing,
 * and what is says what the seeds say.
 */
#include "config.h"

#include <string.h>

#include "cert/crlfind.h"
#include "tests/fuzz/feed.h"
#include "tests/fuzz/ocsp_issuer.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct crlfind_about about = { .issuer = span_of(fuzz_issuer,
	    sizeof fuzz_issuer), .serial = span_of("\x9a\x01\x23", 3),
	    .point = "http://crl.example.org/q.crl" };
	struct crlfind_answer a;
	struct err err = ERR_INIT;
	struct feed feed;
	int rc;

	feed_open(&feed, data, len);
	rc = crlfind(feed.in, &about, FUZZ_NOW, &a, &err);
	feed_close(&feed);
	require(rc == 0 ? err.code == ERR_NONE : err.code != ERR_NONE);
	require(!(a.listed && a.removed));
	require(a.odd <= a.entries && a.number_len <= sizeof a.number &&
	    a.base_len <= sizeof a.base);
	/* Each seed that can be read through lists it, for compromise. */
	require(rc != 0 || (a.listed && a.reason == 1));
	require(err.code == ERR_STATUS_OLD || err.code == ERR_STATUS_CLOCK ||
	    rc == 0 || !a.listed);
	crlfind_clear(&a);
	return 0;
}
