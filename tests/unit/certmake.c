#include "config.h"

#include "tests/unit/certmake.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cert/der.h"

#define BYTES_MAX	(1u << 20)

static const struct {
	const char	*algorithm;	/* AlgorithmIdentifier of its signatures */
	size_t		 len;
	bool		 hashed;
} keys[MAKE_KEYS] = {
	[MAKE_RSA] = { "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"
	    "\x05\x00", 15, true },
	[MAKE_EC] = { "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02", 12,
	    true },
	[MAKE_ED25519] = { "\x30\x05\x06\x03\x2b\x65\x70", 7, false },
	[MAKE_ED448] = { "\x30\x05\x06\x03\x2b\x65\x71", 7, false },
};

static const struct make_attr authority[] = {
	{ .oid = "2.5.4.6", .value = "PL", .tag = DER_PRINTABLE },
	{ .oid = "2.5.4.10", .value = "Urząd Przykładowy S.A." },
	{ .oid = "2.5.4.3", .value = "COPE PRZYKŁAD - Kwalifikowany" },
	{ .oid = NULL },
};

static void
must(bool truth, const char *what)
{
	if (!truth)
		panic("certmake: %s", what);
}

EVP_PKEY *
make_key(enum make_key kind)
{
	/* Making an RSA key takes a tenth of a second: once is enough. */
	static EVP_PKEY *made[MAKE_KEYS];

	if (made[kind] == NULL) {
		switch (kind) {
		case MAKE_RSA:
			made[kind] = EVP_RSA_gen(2048);
			break;
		case MAKE_EC:
			made[kind] = EVP_EC_gen("P-256");
			break;
		case MAKE_ED25519:
			made[kind] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
			break;
		default:
			made[kind] = EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
			break;
		}
	}
	must(made[kind] != NULL, "no key");
	return made[kind];
}

/* --- DER, written front to back ---------------------------------------- */

static void
put(struct buf *b, const void *p, size_t len)
{
	must(buf_add(b, p, len) == 0, "too long");
}

/* Put tag and length before what was written since start. */
static void
close_element(struct buf *b, size_t start, int tag)
{
	uint8_t head[5] = { (uint8_t)tag };
	size_t len = b->len - start, n = 1;

	if (len < 0x80)
		head[n++] = (uint8_t)len;
	else if (len < 0x10000) {
		head[n++] = 0x82;
		head[n++] = (uint8_t)(len >> 8);
		head[n++] = (uint8_t)len;
	} else {
		head[n++] = 0x83;
		head[n++] = (uint8_t)(len >> 16);
		head[n++] = (uint8_t)(len >> 8);
		head[n++] = (uint8_t)len;
	}
	must(buf_reserve(b, n) == 0, "too long");
	memmove(b->data + start + n, b->data + start, len);
	memcpy(b->data + start, head, n);
	b->len += n;
}

static void
put_element(struct buf *b, int tag, const void *p, size_t len)
{
	size_t start = b->len;

	put(b, p, len);
	close_element(b, start, tag);
}

static void
put_oid(struct buf *b, const char *dots)
{
	ASN1_OBJECT *o = OBJ_txt2obj(dots, 1);

	must(o != NULL, dots);
	put_element(b, DER_OID, OBJ_get0_data(o), OBJ_length(o));
	ASN1_OBJECT_free(o);
}

static void
put_name(struct buf *b, const struct make_attr *attr)
{
	size_t whole = b->len, rdn, one;

	for (size_t i = 0; i < MAKE_ATTRS && attr[i].oid != NULL; ) {
		rdn = b->len;
		do {
			size_t len = attr[i].len ? attr[i].len :
			    strlen(attr[i].value);

			one = b->len;
			put_oid(b, attr[i].oid);
			put_element(b, attr[i].tag ? attr[i].tag : DER_UTF8,
			    attr[i].value, len);
			close_element(b, one, DER_SEQUENCE);
			i++;
		} while (i < MAKE_ATTRS && attr[i].oid != NULL &&
		    attr[i].joined);
		close_element(b, rdn, DER_SET);
	}
	close_element(b, whole, DER_SEQUENCE);
}

static void
put_time(struct buf *b, const char *s)
{
	size_t len = strlen(s);
	bool general = len >= 15 && s[len - 1] == 'Z';

	put_element(b, general ? DER_GENERAL_TIME : DER_UTC_TIME, s, len);
}

static void
put_key(struct buf *b, enum make_key kind)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(make_key(kind), &der);

	must(len > 0, "no public key");
	put(b, der, (size_t)len);
	OPENSSL_free(der);
}

static void
put_extension(struct buf *b, const struct make_ext *ext)
{
	X509V3_CTX ctx;
	CONF *conf = NCONF_new(NULL);	/* some kinds insist on one */
	X509_EXTENSION *x;
	unsigned char *der = NULL;
	int len;

	X509V3_set_ctx(&ctx, NULL, NULL, NULL, NULL, 0);
	X509V3_set_nconf(&ctx, conf);
	x = X509V3_EXT_nconf(conf, &ctx, ext->name, ext->value);
	must(x != NULL, ext->value);
	len = i2d_X509_EXTENSION(x, &der);
	must(len > 0, ext->name);
	put(b, der, (size_t)len);
	OPENSSL_free(der);
	X509_EXTENSION_free(x);
	NCONF_free(conf);
}

static void
put_padding(struct buf *b, size_t len)
{
	uint8_t *zeros = mem_alloc(len);
	size_t start = b->len;

	put_oid(b, "1.3.6.1.4.1.55555.1");
	put_element(b, DER_OCTET_STRING, zeros, len);
	close_element(b, start, DER_SEQUENCE);
	free(zeros);
}

static void
put_extensions(struct buf *b, const struct make *m)
{
	size_t start = b->len;

	for (size_t i = 0; i < MAKE_EXTS && m->exts[i].name != NULL; i++)
		put_extension(b, &m->exts[i]);
	if (m->padding > 0)
		put_padding(b, m->padding);
	if (b->len == start)
		return;
	close_element(b, start, DER_SEQUENCE);
	close_element(b, start, DER_CONTEXT_CONS(3));
}

static void
put_tbs(struct buf *b, const struct make *m)
{
	size_t start = b->len, part;
	uint8_t version = (uint8_t)(m->version ? m->version - 1 : 2);

	if (version > 0) {
		part = b->len;
		put_element(b, DER_INTEGER, &version, 1);
		close_element(b, part, DER_CONTEXT_CONS(0));
	}
	put_element(b, DER_INTEGER, m->serial_len ? m->serial :
	    "\x21\x29\xaf\xf2\x4b\xf8\xe3\x6a", m->serial_len ?
	    m->serial_len : 8);
	put(b, keys[m->key].algorithm, keys[m->key].len);
	put_name(b, m->issuer[0].oid != NULL ? m->issuer : authority);
	part = b->len;
	put_time(b, m->not_before ? m->not_before : "250314000000Z");
	put_time(b, m->not_after ? m->not_after : "270314120000Z");
	close_element(b, part, DER_SEQUENCE);
	put_name(b, m->subject);
	put_key(b, m->key);
	put_extensions(b, m);
	close_element(b, start, DER_SEQUENCE);
}

static void
put_signature(struct buf *b, enum make_key kind)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[1 + 512] = { 0 };	/* no unused bits */
	size_t len = sizeof(sig) - 1;

	must(ctx != NULL && EVP_DigestSignInit(ctx, NULL,
	    keys[kind].hashed ? EVP_sha256() : NULL, NULL,
	    make_key(kind)) == 1 &&
	    EVP_DigestSign(ctx, sig + 1, &len, b->data, b->len) == 1,
	    "no signature");
	EVP_MD_CTX_free(ctx);
	put(b, keys[kind].algorithm, keys[kind].len);
	put_element(b, DER_BIT_STRING, sig, len + 1);
}

uint8_t *
make_cert(const struct make *m, size_t *len)
{
	struct buf b;
	uint8_t *der;

	buf_init(&b, BYTES_MAX);
	put_tbs(&b, m);
	put_signature(&b, m->key);
	close_element(&b, 0, DER_SEQUENCE);
	if (m->behind != NULL)
		put(&b, m->behind, strlen(m->behind));
	*len = b.len;
	der = mem_alloc(b.len);
	memcpy(der, b.data, b.len);
	buf_clear(&b);
	return der;
}
