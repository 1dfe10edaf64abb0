/*
 * Asking how a request goes on that an authority has put aside (RFC 4210 5.3.22,
 * RFC 9483 4.4).  OpenSSL 3.0 does that for certificates only, and has no way to
 * make a pollReq.  What it has made for a revocation is all that is needed but
 * for the body and the nonces: those are put in their place, and OpenSSL
 * protects the message anew and judges the answer.
 */
#include "config.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/der.h"
#include "revocation/cmp_talk.h"

#define MESSAGE_MAX	((size_t)256 << 10)	/* bytes */
#define NONCE_LEN	16			/* bytes of ours */
#define BODY_POLL_REP	26			/* PKIBody (RFC 4210 5.1.2) */
#define BODY_ERROR	23
#define SENDER_NONCE	DER_CONTEXT_CONS(5)	/* PKIHeader */
#define RECIP_NONCE	DER_CONTEXT_CONS(6)

/* pollReq of the one request; its number is the last byte. */
static const uint8_t poll_body[] = { DER_CONTEXT_CONS(25), 0x07,
    DER_SEQUENCE, 0x05, DER_SEQUENCE, 0x03, DER_INTEGER, 0x01 };
#define POLL_CERT	0x00
#define POLL_OTHER	0xff	/* -1: what is no certificate's (RFC 9483 4.4) */

/* --- nonces -------------------------------------------------------------------- */

static int
enter_header(struct span message, struct span *rest, struct span *header)
{
	if (der_enter(&message, DER_SEQUENCE, rest) == -1)
		return -1;
	return der_enter(rest, DER_SEQUENCE, header);
}

void
cmp_nonce(struct span message, char hex[static CASE_NONCE_MAX + 1])
{
	struct span rest, header, nonce;
	struct der e;

	hex[0] = '\0';
	if (enter_header(message, &rest, &header) == -1)
		return;
	while (der_next(&header, &e) == 0)
		if (e.tag == SENDER_NONCE &&
		    der_enter(&e.body, DER_OCTET_STRING, &nonce) == 0 &&
		    (nonce.len == NONCE_LEN || nonce.len == 2 * NONCE_LEN))
			text_hex(nonce.p, nonce.len, 0, hex,
			    CASE_NONCE_MAX + 1);
}

/* --- making the question --------------------------------------------------------- */

static int
put(struct buf *b, uint8_t tag, struct span body)
{
	uint8_t head[] = { tag, 0x83, (uint8_t)(body.len >> 16),
	    (uint8_t)(body.len >> 8), (uint8_t)body.len };
	size_t n = sizeof head;

	/* DER: as few bytes of length as it takes. */
	if (body.len < 0x80) {
		head[1] = (uint8_t)body.len;
		n = 2;
	} else if (body.len < 0x100) {
		head[1] = 0x81;
		head[2] = (uint8_t)body.len;
		n = 3;
	} else if (body.len < 0x10000) {
		head[1] = 0x82;
		head[2] = (uint8_t)(body.len >> 8);
		head[3] = (uint8_t)body.len;
		n = 4;
	}
	return buf_add(b, head, n) == 0 && buf_add(b, body.p, body.len) == 0 ?
	    0 : -1;
}

static int
put_nonce(struct buf *b, uint8_t tag, const uint8_t *nonce, size_t len)
{
	uint8_t octets[2 + 2 * NONCE_LEN] = { DER_OCTET_STRING, (uint8_t)len };

	memcpy(octets + 2, nonce, len);
	return put(b, tag, span_of(octets, len + 2));
}

/* The request's header, with nonces of this exchange at their places. */
static int
put_header(struct buf *b, struct span header, const uint8_t ours[NONCE_LEN],
    const uint8_t *theirs, size_t len)
{
	struct buf fields;
	struct der e;
	bool done = false;
	int rc = 0;

	buf_init(&fields, MESSAGE_MAX);
	while (rc == 0 && (header.len != 0 || !done)) {
		bool more = der_next(&header, &e) == 0;

		if (!more && header.len != 0)
			rc = -1;
		else if (!done && (!more || e.tag >= SENDER_NONCE)) {
			done = true;
			if (put_nonce(&fields, SENDER_NONCE, ours,
			    NONCE_LEN) == -1 || put_nonce(&fields, RECIP_NONCE,
			    theirs, len) == -1)
				rc = -1;
		}
		if (rc == 0 && more && e.tag != SENDER_NONCE &&
		    e.tag != RECIP_NONCE)
			rc = buf_add(&fields, e.whole.p, e.whole.len);
	}
	if (rc == 0)
		rc = put(b, DER_SEQUENCE, span_of(fields.data, fields.len));
	buf_clear(&fields);
	return rc;
}

/* Header, then the other body, then what stood behind the first one. */
static int
put_message(struct buf *out, struct span request, uint8_t number,
    const uint8_t *ours, const uint8_t *theirs, size_t len)
{
	struct span rest, header;
	struct buf parts;
	struct der body;
	int rc = -1;

	buf_init(&parts, MESSAGE_MAX);
	if (enter_header(request, &rest, &header) == 0 &&
	    der_next(&rest, &body) == 0 &&
	    put_header(&parts, header, ours, theirs, len) == 0 &&
	    buf_add(&parts, poll_body, sizeof poll_body) == 0 &&
	    buf_add(&parts, &number, 1) == 0 &&
	    buf_add(&parts, rest.p, rest.len) == 0)
		rc = put(out, DER_SEQUENCE, span_of(parts.data, parts.len));
	buf_clear(&parts);
	return rc;
}

static OSSL_CMP_MSG *
protected(OSSL_CMP_CTX *ctx, const struct buf *der)
{
	const unsigned char *p = der->data;
	OSSL_CMP_MSG *msg = d2i_OSSL_CMP_MSG(NULL, &p, (long)der->len);

	/* The same transaction; for its sake the protection is made again. */
	if (msg == NULL || OSSL_CMP_MSG_update_transactionID(ctx, msg) == 1)
		return msg;
	OSSL_CMP_MSG_free(msg);
	return NULL;
}

OSSL_CMP_MSG *
cmp_poll(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *request, struct cmp_talk *talk)
{
	unsigned char *der = NULL, *theirs;
	int len = i2d_OSSL_CMP_MSG(request, &der);
	ASN1_OCTET_STRING *nonce = ASN1_OCTET_STRING_new();
	OSSL_CMP_MSG *msg = NULL;
	struct buf out;
	long n;

	if (nonce == NULL || RAND_bytes(talk->ours, sizeof talk->ours) != 1)
		panic("out of memory");
	theirs = OPENSSL_hexstr2buf(talk->waited, &n);
	buf_init(&out, MESSAGE_MAX);
	/* OpenSSL compares with it what comes back for the request. */
	if (len > 0 && theirs != NULL && n <= 2 * NONCE_LEN &&
	    put_message(&out, span_of(der, (size_t)len), talk->certificate ?
	    POLL_CERT : POLL_OTHER, talk->ours, theirs, (size_t)n) == 0 &&
	    ASN1_OCTET_STRING_set(nonce, talk->ours, sizeof talk->ours) == 1 &&
	    OSSL_CMP_CTX_set1_senderNonce(ctx, nonce) == 1)
		msg = protected(ctx, &out);
	buf_clear(&out);
	ASN1_OCTET_STRING_free(nonce);
	OPENSSL_free(theirs);
	OPENSSL_free(der);
	return msg;
}

/* --- what came back ---------------------------------------------------------------- */

static bool
holds(const ASN1_OCTET_STRING *s, const uint8_t *bytes, size_t len)
{
	return s != NULL && ASN1_STRING_length(s) == (int)len &&
	    memcmp(ASN1_STRING_get0_data(s), bytes, len) == 0;
}

/* Of this transaction, to this question, and from who may say so. */
static bool
is_believed(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *said,
    const struct cmp_talk *talk)
{
	const OSSL_CMP_PKIHEADER *h = OSSL_CMP_MSG_get0_header(said);
	long n;
	unsigned char *id = OPENSSL_hexstr2buf(talk->transaction, &n);
	bool is = id != NULL &&
	    holds(OSSL_CMP_HDR_get0_transactionID(h), id, (size_t)n) &&
	    holds(OSSL_CMP_HDR_get0_recipNonce(h), talk->ours,
	    sizeof talk->ours) && OSSL_CMP_validate_msg(ctx, said) == 1;

	OPENSSL_free(id);
	return is;
}

/* PollRepContent's first checkAfter: seconds; -1 where it makes no sense. */
static int64_t
check_after(struct span message)
{
	struct span rest, header, body, all, one, id, number;
	int64_t seconds;

	if (enter_header(message, &rest, &header) == -1 ||
	    der_enter(&rest, DER_CONTEXT_CONS(BODY_POLL_REP), &body) == -1 ||
	    der_enter(&body, DER_SEQUENCE, &all) == -1 ||
	    der_enter(&all, DER_SEQUENCE, &one) == -1 ||
	    der_enter(&one, DER_INTEGER, &id) == -1 ||
	    der_enter(&one, DER_INTEGER, &number) == -1 ||
	    der_int64(number, &seconds) == -1 || seconds < 0)
		return -1;
	return seconds;
}

OSSL_CMP_MSG *
cmp_polled(OSSL_CMP_CTX *ctx, OSSL_CMP_MSG *said, struct span der,
    struct cmp_talk *talk)
{
	const char *url = talk->authority->cmp_url;

	talk->unpolled = OSSL_CMP_MSG_get_bodytype(said) == BODY_ERROR;
	if (OSSL_CMP_MSG_get_bodytype(said) != BODY_POLL_REP)
		return said;
	talk->after = check_after(der);
	if (talk->after == -1)
		err_set(&talk->err, talk->nonsense, url, "pollRep");
	else if (!is_believed(ctx, said, talk))
		err_set(&talk->err, ERR_STATUS_FORGED, url, "pollRep");
	else
		talk->waiting = true;
	OSSL_CMP_MSG_free(said);
	return NULL;
}
