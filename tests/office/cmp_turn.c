#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "tests/office/cmp_turn.h"

#define NONCE_LEN	16

static void
put(struct buf *b, const void *p, size_t len)
{
	if (buf_add(b, p, len) == -1)
		panic("too long an answer");
}

/* What an answer to a message has to name. */
static struct span
sender_nonce(struct span s)
{
	struct span header, nonce = span_of(NULL, 0);
	struct der e;

	if (der_enter(&s, DER_SEQUENCE, &s) == -1 ||
	    der_enter(&s, DER_SEQUENCE, &header) == -1)
		return nonce;
	while (der_next(&header, &e) == 0)
		if (e.tag == DER_CONTEXT_CONS(5) &&
		    der_enter(&e.body, DER_OCTET_STRING, &nonce) == -1)
			break;
	return nonce;
}

/* The number of the request that a pollReq asks for, one byte: -1, 0. */
static uint8_t
poll_id(struct span s)
{
	struct span body, all, one, number;
	struct der e;

	if (der_enter(&s, DER_SEQUENCE, &s) == -1 || der_next(&s, &e) == -1 ||
	    der_next(&s, &e) == -1)
		return 0xff;
	body = e.body;
	if (der_enter(&body, DER_SEQUENCE, &all) == -1 ||
	    der_enter(&all, DER_SEQUENCE, &one) == -1 ||
	    der_enter(&one, DER_INTEGER, &number) == -1 || number.len != 1)
		return 0xff;
	return number.p[0];
}

/* Another body in its place. */
static void
put_aside(struct buf *out, struct span answer, uint8_t id, int after)
{
	const uint8_t body[] = { DER_CONTEXT_CONS(26), 0x0a, DER_SEQUENCE, 0x08,
	    DER_SEQUENCE, 0x06, DER_INTEGER, 0x01, id, DER_INTEGER, 0x01,
	    (uint8_t)after };
	struct span rest = answer;
	struct der all, header, old;
	uint8_t head[4] = { DER_SEQUENCE, 0x82 };
	size_t len;

	if (der_next(&rest, &all) == -1 || der_next(&all.body, &header) == -1 ||
	    der_next(&all.body, &old) == -1)
		return;
	len = header.whole.len + sizeof body + all.body.len;
	head[2] = (uint8_t)(len >> 8);
	head[3] = (uint8_t)len;
	put(out, head, sizeof head);
	put(out, header.whole.p, header.whole.len);
	put(out, body, sizeof body);
	put(out, all.body.p, all.body.len);
}

static OSSL_CMP_MSG *
protected(OSSL_CMP_CTX *ctx, const struct buf *der)
{
	const unsigned char *p = der->data;
	OSSL_CMP_MSG *msg = d2i_OSSL_CMP_MSG(NULL, &p, (long)der->len);

	if (msg != NULL && OSSL_CMP_CTX_set1_transactionID(ctx,
	    OSSL_CMP_HDR_get0_transactionID(OSSL_CMP_MSG_get0_header(msg))) &&
	    OSSL_CMP_MSG_update_transactionID(ctx, msg))
		return msg;
	OSSL_CMP_MSG_free(msg);
	return NULL;
}

OSSL_CMP_MSG *
cmp_turn(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *answer, struct span request,
    struct span poll, int after)
{
	struct span was = sender_nonce(request), is = sender_nonce(poll);
	unsigned char *der = NULL, *at = NULL;
	int len = i2d_OSSL_CMP_MSG(answer, &der);
	struct buf out;
	OSSL_CMP_MSG *msg = NULL;

	buf_init(&out, 1 << 20);
	if (len > 0 && was.len == NONCE_LEN && is.len == NONCE_LEN)
		at = memmem(der, (size_t)len, was.p, NONCE_LEN);
	if (at != NULL) {
		memcpy(at, is.p, NONCE_LEN);
		if (after >= 0)
			put_aside(&out, span_of(der, (size_t)len),
			    poll_id(poll), after);
		else
			put(&out, der, (size_t)len);
		msg = protected(ctx, &out);
	}
	buf_clear(&out);
	OPENSSL_free(der);
	return msg;
}
