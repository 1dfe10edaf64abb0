#include "config.h"

#include <openssl/err.h>
#include <stdlib.h>

#include "cert/der.h"
#include "tests/fuzz/cmpwrap.h"

#define MESSAGE_MAX	((size_t)64 << 10)
#define TRANSACTION	DER_CONTEXT_CONS(4)	/* PKIHeader; names' tag, too */
#define SENDER_NONCE	DER_CONTEXT_CONS(5)
#define RECIP_NONCE	DER_CONTEXT_CONS(6)

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static void
add(struct buf *b, const void *p, size_t len)
{
	require(len == 0 || buf_add(b, p, len) == 0);
}

static void
put(struct buf *b, uint8_t tag, const void *p, size_t len)
{
	uint8_t head[] = { tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len };

	add(b, head, sizeof head);
	add(b, p, len);
}

/* Version, names, an algorithm; then what is taken over from the request. */
static void
put_header(struct buf *out, struct span request, const X509_NAME *sender)
{
	static const uint8_t version[] = { DER_INTEGER, 0x01, 0x02 };
	static const uint8_t to[] = { 0xa4, 0x02, DER_SEQUENCE, 0x00 };
	/* Replaced by what protects it; without one nothing would. */
	static const uint8_t some[] = { 0xa1, 0x07, DER_SEQUENCE, 0x05,
	    DER_OID, 0x03, 0x2b, 0x65, 0x70 };
	static const uint8_t nonce[] = { SENDER_NONCE, 0x12, DER_OCTET_STRING,
	    0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
	struct span message, head;
	unsigned char *name = NULL;
	int len = i2d_X509_NAME(sender, &name);
	struct buf fields;
	struct der e;

	buf_init(&fields, MESSAGE_MAX);
	require(len > 0 && der_enter(&request, DER_SEQUENCE, &message) == 0 &&
	    der_enter(&message, DER_SEQUENCE, &head) == 0);
	add(&fields, version, sizeof version);
	put(&fields, 0xa4, name, (size_t)len);
	add(&fields, to, sizeof to);
	add(&fields, some, sizeof some);
	while (der_next(&head, &e) == 0) {
		if (e.tag == TRANSACTION && e.body.len > 0 &&
		    e.body.p[0] == DER_OCTET_STRING)
			add(&fields, e.whole.p, e.whole.len);
		if (e.tag == SENDER_NONCE) {
			add(&fields, nonce, sizeof nonce);
			put(&fields, RECIP_NONCE, e.body.p, e.body.len);
		}
	}
	put(out, DER_SEQUENCE, fields.data, fields.len);
	buf_clear(&fields);
	OPENSSL_free(name);
}

void
cmpwrap(OSSL_CMP_CTX *ctx, struct span request, const X509_NAME *sender,
    struct span body, struct buf *answer)
{
	struct buf parts, whole;
	unsigned char *der = NULL;
	const unsigned char *p;
	OSSL_CMP_MSG *msg;
	int len;

	buf_init(&parts, MESSAGE_MAX);
	buf_init(&whole, MESSAGE_MAX);
	put_header(&parts, request, sender);
	add(&parts, body.p, body.len);
	put(&whole, DER_SEQUENCE, parts.data, parts.len);
	p = whole.data;
	msg = d2i_OSSL_CMP_MSG(NULL, &p, (long)whole.len);
	if (msg != NULL && OSSL_CMP_CTX_set1_transactionID(ctx,
	    OSSL_CMP_HDR_get0_transactionID(OSSL_CMP_MSG_get0_header(msg))) ==
	    1 && OSSL_CMP_MSG_update_transactionID(ctx, msg) == 1 &&
	    (len = i2d_OSSL_CMP_MSG(msg, &der)) > 0)
		(void)buf_add(answer, der, (size_t)len);
	OPENSSL_free(der);
	OSSL_CMP_MSG_free(msg);
	ERR_clear_error();
	buf_clear(&parts);
	buf_clear(&whole);
}
