#include "cert/ocsp_read.h"

#include <string.h>

#include "cert/crl.h"
#include "cert/der.h"

#define DER_ENUMERATED	0x0a

/* id-pkix-ocsp, 1.3.6.1.5.5.7.48.1, and what is below it. */
#define OCSP_ARC	"\x2b\x06\x01\x05\x05\x07\x30\x01"
#define OCSP_ARC_LEN	8
enum { BELOW_OTHER, BELOW_BASIC = 1, BELOW_NONCE, BELOW_CRL, BELOW_RESPONSE,
	BELOW_NOCHECK, BELOW_CUTOFF, BELOW_LOCATOR, BELOW_ALGORITHMS,
	BELOW_EXTENDED };

static int
fail(const char **why, const char *what)
{
	*why = what;
	return -1;
}

/* The last octet of an identifier below id-pkix-ocsp; 0 for any other one. */
static int
below(struct span oid)
{
	return oid.len == OCSP_ARC_LEN + 1 &&
	    memcmp(oid.p, OCSP_ARC, OCSP_ARC_LEN) == 0 ?
	    oid.p[OCSP_ARC_LEN] : BELOW_OTHER;
}

/*
 * Extensions: a nonce is taken out, and what is marked critical must be one of
 * those that are known to change nothing (4.4).  nonce NULL: of one response.
 */
static int
read_extensions(struct span in, struct span *nonce, const char **why)
{
	struct span list, ext, oid, flag, value;

	if (der_enter(&in, DER_SEQUENCE, &list) != 0 || in.len != 0)
		return fail(why, "extensions that cannot be read");
	while (list.len > 0) {
		bool critical = false;
		int got;

		if (der_enter(&list, DER_SEQUENCE, &ext) != 0 ||
		    der_enter(&ext, DER_OID, &oid) != 0 ||
		    (got = der_maybe(&ext, DER_BOOLEAN, &flag)) < 0 ||
		    (got == 1 && der_bool(flag, &critical) != 0) ||
		    der_enter(&ext, DER_OCTET_STRING, &value) != 0)
			return fail(why, "an extension that cannot be read");
		if (below(oid) == BELOW_NONCE && nonce != NULL)
			*nonce = value;
		else if (critical && below(oid) == BELOW_OTHER)
			return fail(why, "a critical extension that is not "
			    "known here");
	}
	return 0;
}

/* A GeneralizedTime; also where it stands in a tag of its own. */
static int
read_time(struct span *in, int64_t *t)
{
	struct der el;

	return der_next(in, &el) == 0 && el.tag == DER_GENERAL_TIME &&
	    der_time(el.tag, el.body, t) == 0 ? 0 : -1;
}

static int
read_responder(struct span *in, struct ocsp_read *r)
{
	struct der el;

	if (der_next(in, &el) != 0)
		return -1;
	if (el.tag == DER_CONTEXT_CONS(1)) {
		r->name = el.body;
		return 0;
	}
	return el.tag == DER_CONTEXT_CONS(2) && der_enter(&el.body,
	    DER_OCTET_STRING, &r->key) == 0 ? 0 : -1;
}

/* ResponseData: what is signed. */
static int
read_data(struct span part, struct ocsp_read *r, const char **why)
{
	struct span data, field;
	int got;

	if (der_enter(&part, DER_SEQUENCE, &data) != 0 ||
	    (got = der_maybe(&data, DER_CONTEXT_CONS(0), &field)) < 0 ||
	    (got == 1 && (field.len != 3 ||
	    memcmp(field.p, "\x02\x01\x00", 3) != 0)))
		return fail(why, "another version than 1");
	if (read_responder(&data, r) != 0)
		return fail(why, "no name of who answers");
	if (read_time(&data, &r->produced_at) != 0)
		return fail(why, "no time at which it was made");
	if (der_enter(&data, DER_SEQUENCE, &r->responses) != 0)
		return fail(why, "no responses");
	got = der_maybe(&data, DER_CONTEXT_CONS(1), &field);
	if (got < 0 || data.len != 0)
		return fail(why, "bytes behind its data");
	return got == 1 ? read_extensions(field, &r->nonce, why) : 0;
}

static int
read_basic(struct span in, struct ocsp_read *r, const char **why)
{
	struct span rest, field;
	int got;

	if (signed_spans(in, &r->sig) != 0)
		return fail(why, "nothing that is signed");
	rest = r->sig.rest;
	got = der_maybe(&rest, DER_CONTEXT_CONS(0), &field);
	if (got < 0 || rest.len != 0 || (got == 1 &&
	    (der_enter(&field, DER_SEQUENCE, &r->certs) != 0 ||
	    field.len != 0)))
		return fail(why, "certificates that cannot be read");
	return read_data(r->sig.part, r, why);
}

int
ocsp_read(struct span in, struct ocsp_read *r, const char **why)
{
	struct span outer, status, field, bytes, oid, basic;

	memset(r, 0, sizeof *r);
	r->produced_at = CERT_NO_TIME;
	if (der_enter(&in, DER_SEQUENCE, &outer) != 0 || in.len != 0 ||
	    der_enter(&outer, DER_ENUMERATED, &status) != 0 || status.len != 1)
		return fail(why, "no OCSP answer");
	r->status = status.p[0];
	if (r->status != 0)
		return 0;
	if (der_enter(&outer, DER_CONTEXT_CONS(0), &field) != 0 ||
	    outer.len != 0 || der_enter(&field, DER_SEQUENCE, &bytes) != 0 ||
	    field.len != 0 || der_enter(&bytes, DER_OID, &oid) != 0)
		return fail(why, "an answer without an answer");
	if (below(oid) != BELOW_BASIC)
		return fail(why, "another kind of answer than the basic one");
	if (der_enter(&bytes, DER_OCTET_STRING, &basic) != 0 || bytes.len != 0)
		return fail(why, "an answer without an answer");
	return read_basic(basic, r, why);
}

/* --- one certificate's --------------------------------------------------------- */

static int
read_id(struct span in, struct ocsp_single *s)
{
	struct span algorithm;

	return der_enter(&in, DER_SEQUENCE, &algorithm) == 0 &&
	    der_enter(&algorithm, DER_OID, &s->hash) == 0 &&
	    der_enter(&in, DER_OCTET_STRING, &s->issuer_name) == 0 &&
	    der_enter(&in, DER_OCTET_STRING, &s->issuer_key) == 0 &&
	    der_enter(&in, DER_INTEGER, &s->serial) == 0 && in.len == 0 ?
	    0 : -1;
}

/* RevokedInfo. */
static int
read_revoked(struct span in, struct ocsp_single *s)
{
	struct span field, reason;
	int got;

	s->state = OCSP_REVOKED;
	if (read_time(&in, &s->revoked_at) != 0 ||
	    (got = der_maybe(&in, DER_CONTEXT_CONS(0), &field)) < 0 ||
	    in.len != 0)
		return -1;
	if (got == 1) {
		if (der_enter(&field, DER_ENUMERATED, &reason) != 0 ||
		    reason.len != 1)
			return -1;
		s->reason = reason.p[0];
	}
	if (s->reason == CRL_HOLD)
		s->state = OCSP_SUSPENDED;
	/* 2.2: so a responder calls a number that was never issued. */
	if (s->reason == CRL_HOLD && s->revoked_at == 0)
		s->state = OCSP_UNKNOWN;
	return 0;
}

static int
read_state(struct span *in, struct ocsp_single *s)
{
	struct der el;

	if (der_next(in, &el) != 0)
		return -1;
	switch (el.tag) {
	case DER_CONTEXT(0):
		s->state = OCSP_GOOD;
		return el.body.len == 0 ? 0 : -1;
	case DER_CONTEXT_CONS(1):
		return read_revoked(el.body, s);
	case DER_CONTEXT(2):
		s->state = OCSP_UNKNOWN;
		return 0;
	default:
		return -1;
	}
}

int
ocsp_read_single(struct span *responses, struct ocsp_single *s,
    const char **why)
{
	struct span in, id, field;
	int got;

	*s = (struct ocsp_single){ .state = OCSP_UNKNOWN, .reason = -1,
	    .this_update = CERT_NO_TIME, .next_update = CERT_NO_TIME,
	    .revoked_at = CERT_NO_TIME };
	if (der_enter(responses, DER_SEQUENCE, &in) != 0 ||
	    der_enter(&in, DER_SEQUENCE, &id) != 0 || read_id(id, s) != 0)
		return fail(why, "a response about nothing");
	if (read_state(&in, s) != 0)
		return fail(why, "a state that cannot be read");
	if (read_time(&in, &s->this_update) != 0 ||
	    (got = der_maybe(&in, DER_CONTEXT_CONS(0), &field)) < 0 ||
	    (got == 1 && read_time(&field, &s->next_update) != 0))
		return fail(why, "times that cannot be read");
	got = der_maybe(&in, DER_CONTEXT_CONS(1), &field);
	if (got < 0 || in.len != 0)
		return fail(why, "bytes behind a response");
	return got == 1 ? read_extensions(field, NULL, why) : 0;
}
