#include "config.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "card/spki.h"

#define TAG_INTEGER	0x02
#define TAG_BITS	0x03
#define TAG_OCTETS	0x04
#define TAG_SEQUENCE	0x30

#define POINT_PLAIN	0x04	/* SEC 1 2.3.3: not compressed */

static const uint8_t rsa_algorithm[] = {	/* rsaEncryption, NULL */
	0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
	0x01, 0x05, 0x00
};
static const uint8_t ec_oid[] = {		/* id-ecPublicKey */
	0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01
};

/* Tag and length, X.690 8.1.3, shortest form. */
static int
add_head(struct buf *b, uint8_t tag, size_t len)
{
	uint8_t head[4] = { tag };
	size_t n = 1;

	if (len > 0xffff)
		return -1;
	if (len > 0xff)
		head[n++] = 0x82;
	else if (len > 0x7f)
		head[n++] = 0x81;
	if (len > 0xff)
		head[n++] = (uint8_t)(len >> 8);
	head[n++] = (uint8_t)len;
	return buf_add(b, head, n);
}

static int
add(struct buf *b, uint8_t tag, const uint8_t *p, size_t len)
{
	if (add_head(b, tag, len) == -1)
		return -1;
	return buf_add(b, p, len);
}

static void
skip_zeros(const uint8_t **p, size_t *len)
{
	while (*len > 0 && **p == 0) {
		(*p)++;
		(*len)--;
	}
}

/* An unsigned number: a zero byte in front where the top bit is set. */
static int
add_number(struct buf *b, const uint8_t *p, size_t len)
{
	static const uint8_t zero;
	size_t pad;

	skip_zeros(&p, &len);
	if (len == 0)
		return -1;
	pad = p[0] >> 7;
	if (add_head(b, TAG_INTEGER, len + pad) == -1)
		return -1;
	if (buf_add(b, &zero, pad) == -1)
		return -1;
	return buf_add(b, p, len);
}

/* SEQUENCE { algorithm, BIT STRING { key } } */
static int
make_spki(const struct buf *algorithm, const struct buf *key,
    struct buf *whole)
{
	static const uint8_t unused_bits;
	struct buf body;
	int rc = -1;

	buf_init(&body, SPKI_MAX);
	if (buf_add(&body, algorithm->data, algorithm->len) == -1 ||
	    add_head(&body, TAG_BITS, key->len + 1) == -1 ||
	    buf_add(&body, &unused_bits, 1) == -1 ||
	    buf_add(&body, key->data, key->len) == -1 ||
	    add(whole, TAG_SEQUENCE, body.data, body.len) == -1)
		goto out;
	rc = 0;
out:
	buf_clear(&body);
	return rc;
}

int
spki_rsa_der(const uint8_t *n, size_t nlen, const uint8_t *e, size_t elen,
    struct buf *der)
{
	struct buf algorithm, numbers, key;
	int rc = -1;

	buf_init(&algorithm, SPKI_MAX);
	buf_init(&numbers, SPKI_MAX);
	buf_init(&key, SPKI_MAX);
	if (buf_add(&algorithm, rsa_algorithm, sizeof(rsa_algorithm)) == 0 &&
	    add_number(&numbers, n, nlen) == 0 &&
	    add_number(&numbers, e, elen) == 0 &&
	    add(&key, TAG_SEQUENCE, numbers.data, numbers.len) == 0)
		rc = make_spki(&algorithm, &key, der);
	buf_clear(&algorithm);
	buf_clear(&numbers);
	buf_clear(&key);
	return rc;
}

/* The point inside an OCTET STRING that is all there is; else as it stands. */
static struct span
unwrap_point(const uint8_t *p, size_t len)
{
	struct span s = span_of(p, len);
	uint8_t tag, n, n2;

	if (span_u8(&s, &tag) == 0 && tag == TAG_OCTETS &&
	    span_u8(&s, &n) == 0) {
		if (n < 0x80 && s.len == n)
			return s;
		if (n == 0x81 && span_u8(&s, &n2) == 0 && s.len == n2)
			return s;
	}
	return span_of(p, len);
}

int
spki_ec_der(const uint8_t *params, size_t plen, const uint8_t *point,
    size_t ptlen, struct buf *der)
{
	struct span pt = unwrap_point(point, ptlen);
	struct buf body, algorithm, key;
	int rc = -1;

	if (plen < 2 || pt.len == 0)
		return -1;
	buf_init(&body, SPKI_MAX);
	buf_init(&algorithm, SPKI_MAX);
	buf_init(&key, SPKI_MAX);
	if (buf_add(&body, ec_oid, sizeof(ec_oid)) == 0 &&
	    buf_add(&body, params, plen) == 0 &&
	    add(&algorithm, TAG_SEQUENCE, body.data, body.len) == 0 &&
	    buf_add(&key, pt.p, pt.len) == 0)
		rc = make_spki(&algorithm, &key, der);
	buf_clear(&body);
	buf_clear(&algorithm);
	buf_clear(&key);
	return rc;
}

/* --- hashed -------------------------------------------------------------- */

static int
hash(struct buf *der, int rc, uint8_t sha256[32])
{
	if (rc == 0 && EVP_Digest(der->data, der->len, sha256, NULL,
	    EVP_sha256(), NULL) != 1)
		rc = -1;
	buf_clear(der);
	return rc;
}

int
spki_rsa(const uint8_t *n, size_t nlen, const uint8_t *e, size_t elen,
    uint8_t sha256[32])
{
	struct buf der;

	buf_init(&der, SPKI_MAX);
	return hash(&der, spki_rsa_der(n, nlen, e, elen, &der), sha256);
}

int
spki_ec(const uint8_t *params, size_t plen, const uint8_t *point, size_t ptlen,
    uint8_t sha256[32])
{
	struct buf der;

	buf_init(&der, SPKI_MAX);
	return hash(&der, spki_ec_der(params, plen, point, ptlen, &der),
	    sha256);
}

/* --- sizes --------------------------------------------------------------- */

unsigned
spki_rsa_bits(const uint8_t *n, size_t nlen)
{
	unsigned bits;

	skip_zeros(&n, &nlen);
	if (nlen == 0 || nlen > SPKI_MAX)
		return 0;
	bits = (unsigned)nlen * 8;
	for (uint8_t top = n[0]; (top & 0x80) == 0; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

unsigned
spki_ec_bits(const uint8_t *point, size_t ptlen)
{
	struct span pt = unwrap_point(point, ptlen);
	size_t bytes;

	if (pt.len < 3 || pt.p[0] != POINT_PLAIN || pt.len % 2 == 0)
		return 0;
	bytes = (pt.len - 1) / 2;
	return bytes == 66 ? 521 : (unsigned)bytes * 8;	/* P-521 is no multiple */
}
