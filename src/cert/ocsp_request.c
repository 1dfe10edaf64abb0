/* Asking: RFC 6960 4.1.1. */
#include <openssl/evp.h>
#include <string.h>

#include "base/mem.h"
#include "cert/cert.h"
#include "cert/der.h"
#include "cert/ocsp.h"
#include "cert/spans.h"

#define REQUEST_MAX	1024
#define HEAD_MAX	4	/* of an element this long */

#define SHA1_ID		"\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00"
#define SHA256_ID	"\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" \
			"\x01\x05\x00"
#define NONCE_ID	"\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x02"

static void
put(struct buf *b, const void *bytes, size_t len)
{
	if (buf_add(b, bytes, len) != 0)
		panic("okienko: an OCSP request of more than %d bytes",
		    REQUEST_MAX);
}

/* Make one element of what was put since start. */
static void
wrap(struct buf *b, size_t start, uint8_t tag)
{
	size_t len = b->len - start, n = 0;
	uint8_t head[HEAD_MAX];

	head[n++] = tag;
	if (len > 0xff)
		head[n++] = 0x82;
	else if (len > 0x7f)
		head[n++] = 0x81;
	if (len > 0xff)
		head[n++] = (uint8_t)(len >> 8);
	head[n++] = (uint8_t)len;
	put(b, head, n);		/* for its room */
	memmove(b->data + start + n, b->data + start, len);
	memcpy(b->data + start, head, n);
}

static void
put_hash(struct buf *b, const EVP_MD *md, struct span of)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	size_t start = b->len;

	if (EVP_Digest(of.p, of.len, hash, &len, md, NULL) != 1)
		panic("okienko: a hash is not to be had");
	put(b, hash, len);
	wrap(b, start, DER_OCTET_STRING);
}

/* An INTEGER above nought. */
static void
put_serial(struct buf *b, struct span serial)
{
	size_t start = b->len;

	if (serial.len == 0 || (serial.p[0] & 0x80) != 0)
		put(b, "", 1);
	put(b, serial.p, serial.len);
	wrap(b, start, DER_INTEGER);
}

static void
put_id(struct buf *b, const struct ocsp_about *about,
    const struct cert_spans *issuer)
{
	const EVP_MD *md = about->sha256 ? EVP_sha256() : EVP_sha1();
	size_t start = b->len;

	if (about->sha256)
		put(b, SHA256_ID, sizeof SHA256_ID - 1);
	else
		put(b, SHA1_ID, sizeof SHA1_ID - 1);
	put_hash(b, md, issuer->subject);
	put_hash(b, md, issuer->key);
	put_serial(b, about->serial);
	wrap(b, start, DER_SEQUENCE);		/* CertID */
}

static void
put_nonce(struct buf *b, const uint8_t nonce[static OCSP_NONCE_LEN])
{
	size_t start = b->len, value;

	put(b, NONCE_ID, sizeof NONCE_ID - 1);
	value = b->len;
	put(b, nonce, OCSP_NONCE_LEN);
	wrap(b, value, DER_OCTET_STRING);
	wrap(b, value, DER_OCTET_STRING);
	wrap(b, start, DER_SEQUENCE);		/* Extension */
	wrap(b, start, DER_SEQUENCE);		/* Extensions */
	wrap(b, start, DER_CONTEXT_CONS(2));
}

int
ocsp_request(const struct ocsp_about *about, struct buf *out, struct err *err)
{
	struct cert_spans issuer;
	struct buf b;
	int rc = 0;

	if (cert_spans(about->issuer, &issuer) != 0)
		return err_set(err, ERR_BAD_DATA, NULL,
		    "the issuer's certificate cannot be read");
	if (about->serial.len > CERT_SERIAL_MAX)
		return err_set(err, ERR_TOO_BIG, NULL,
		    "a serial number of %zu bytes", about->serial.len);
	buf_init(&b, REQUEST_MAX);
	put_id(&b, about, &issuer);
	wrap(&b, 0, DER_SEQUENCE);		/* Request */
	wrap(&b, 0, DER_SEQUENCE);		/* requestList */
	put_nonce(&b, about->nonce);
	wrap(&b, 0, DER_SEQUENCE);		/* TBSRequest */
	wrap(&b, 0, DER_SEQUENCE);
	if (buf_add(out, b.data, b.len) != 0)
		rc = err_set(err, ERR_TOO_BIG, NULL, "an OCSP request of %zu "
		    "bytes", b.len);
	buf_clear(&b);
	return rc;
}
