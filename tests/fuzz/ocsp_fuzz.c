/*
 * Any bytes as an OCSP answer.  First taken apart: what is found lies within them.
 * Then judged by an issuer who signed the seeds, at their time: whatever proves
 * something is signed by that issuer, so the signature's own bytes say which of
 * the seeds it is, and it says no more than that one said.
 */
#include "config.h"

#include <string.h>

#include "cert/ocsp.h"
#include "cert/ocsp_read.h"
#include "tests/fuzz/feed.h"
#include "tests/fuzz/ocsp_issuer.h"

static void
inside(struct span part, const uint8_t *data, size_t len)
{
	require(part.len == 0 || (part.p >= data &&
	    part.p + part.len <= data + len));
}

static void
take_apart(const uint8_t *data, size_t len)
{
	struct ocsp_single s;
	struct ocsp_read r;
	const char *why;

	if (ocsp_read(span_of(data, len), &r, &why) != 0) {
		require(why[0] != '\0');
		return;
	}
	if (r.status != 0)
		return;
	inside(r.sig.part, data, len);
	inside(r.sig.octets, data, len);
	inside(r.certs, data, len);
	inside(r.name, data, len);
	inside(r.key, data, len);
	inside(r.nonce, data, len);
	while (r.responses.len > 0 &&
	    ocsp_read_single(&r.responses, &s, &why) == 0) {
		inside(s.serial, data, len);
		inside(s.issuer_key, data, len);
		require(s.reason >= -1 && s.reason <= 255);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ocsp_about about = { .issuer = span_of(fuzz_issuer,
	    sizeof fuzz_issuer), .serial = span_of("\x9a\x01\x23", 3) };
	struct err err = ERR_INIT;
	struct ocsp_answer a;
	int rc;

	take_apart(data, len);
	rc = ocsp_judge(span_of(data, len), &about, FUZZ_NOW, &a, &err);
	require(rc == 0 ? err.code == ERR_NONE : err.code != ERR_NONE);
	require(rc == 0 || a.state == OCSP_UNKNOWN);
	require(memchr(a.responder, 0, sizeof a.responder) != NULL);
	/* No seed is about a good certificate. */
	require(a.state != OCSP_GOOD);
	return 0;
}
