#include "config.h"

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/keys.h"
#include "tests/card/mkcert.h"
#include "tests/card/store.h"

#define SERIAL_LEN	16
#define NAME_MAX_LEN	32768

const struct cert_spec *
cert_spec(const char *name)
{
	for (size_t i = 0; i < cert_nspecs; i++)
		if (strcmp(cert_specs[i].name, name) == 0)
			return &cert_specs[i];
	panic("no certificate is called %s", name);
}

static void
save_key(const char *path, EVP_PKEY *key)
{
	char *temp = mem_printf("%s.%ld", path, (long)getpid());
	FILE *f = fopen(temp, "we");

	if (f == NULL || PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL,
	    NULL) != 1 || fclose(f) != 0 || rename(temp, path) == -1)
		panic("%s cannot be written", path);
	free(temp);
}

EVP_PKEY *
mkcert_key(const char *dir, const char *name)
{
	char *path = mem_printf("%s/keys/%s.pem", dir, name);
	FILE *f = fopen(path, "re");
	EVP_PKEY *key = NULL;

	if (f) {
		key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
		fclose(f);
	}
	if (key == NULL) {
		key = strncmp(name, "ec-", 3) == 0 ? key_new_ec("prime256v1") :
		    key_new_rsa(2048);
		save_key(path, key);
	}
	free(path);
	return key;
}

static void
add_name(X509_NAME *name, const struct cert_name *n, const char *suffix)
{
	bool printable = n->nid == NID_countryName ||
	    n->nid == NID_serialNumber;
	size_t len = n->len ? (size_t)n->len : strlen(n->value);
	struct buf b;

	buf_init(&b, NAME_MAX_LEN);
	for (unsigned i = 0; i < (n->repeat ? n->repeat : 1); i++)
		bytes_add(&b, n->value, len);
	if (n->nid == NID_commonName)
		bytes_add(&b, suffix, strlen(suffix));
	/* A plain ASN.1 type, unlike an MBSTRING one, is taken unchecked. */
	if (X509_NAME_add_entry_by_NID(name, n->nid, printable ?
	    V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING, b.data, (int)b.len,
	    -1, 0) != 1)
		panic("a name is refused");
	buf_clear(&b);
}

static void
set_subject(X509 *x, const struct cert_spec *spec, const char *suffix)
{
	X509_NAME *name = X509_get_subject_name(x);

	for (int i = 0; i < CERT_NAMES_MAX && spec->subject[i].value; i++)
		add_name(name, &spec->subject[i], suffix);
}

/* From the name, so that it is the same on every run; always positive. */
static void
set_serial(X509 *x, const struct cert_spec *spec, const char *suffix)
{
	char *text = mem_printf("%s%s", spec->name, suffix);
	uint8_t hash[SHA256_DIGEST_LENGTH];
	BIGNUM *n;

	SHA256((const uint8_t *)text, strlen(text), hash);
	hash[0] = (uint8_t)((hash[0] & 0x3f) | 0x40);
	n = BN_bin2bn(hash, SERIAL_LEN, NULL);
	if (n == NULL || !BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)))
		panic("a serial number is refused");
	BN_free(n);
	free(text);
}

static void
add_ext(X509 *x, X509 *issuer, const struct cert_ext *e)
{
	/* Policies are read by a method that wants a configuration at hand. */
	CONF *none = NCONF_new(NULL);
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509V3_set_nconf(&ctx, none);
	ext = X509V3_EXT_nconf_nid(none, &ctx, e->nid, e->value);
	if (ext == NULL || X509_add_ext(x, ext, -1) != 1)
		panic("an extension is refused: %s=%s", OBJ_nid2sn(e->nid),
		    e->value);
	X509_EXTENSION_free(ext);
	NCONF_free(none);
}

static void
add_raw_ext(X509 *x, int nid, const void *p, size_t n)
{
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	if (value == NULL || !ASN1_OCTET_STRING_set(value, p, (int)n) ||
	    (ext = X509_EXTENSION_create_by_NID(NULL, nid, 0, value)) == NULL ||
	    X509_add_ext(x, ext, -1) != 1)
		panic("an extension is refused: %s", OBJ_nid2sn(nid));
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
}

/* QCStatements of ETSI EN 319 412-5: compliance, SSCD, esign, two PDS. */
static void
add_qc_statements(X509 *x)
{
	static const struct { const char *url, *language; } pds[] = {
		{ "https://pds.example/pds_pl.pdf", "pl" },
		{ "https://pds.example/pds_en.pdf", "en" },
	};
	uint8_t oid[] = { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x00 };
	uint8_t type[] = { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x06, 0x01 };
	struct buf b;
	size_t all, t, list, one;

	buf_init(&b, 1024);
	all = tlv_open(&b, 0x30);
	for (uint8_t n = 1; n <= 6; n++) {
		if (n == 2 || n == 3)
			continue;	/* limit of value, time of retention */
		oid[5] = n;
		t = tlv_open(&b, 0x30);
		tlv_add(&b, 0x06, oid, sizeof(oid));
		if (n >= 5) {
			list = tlv_open(&b, 0x30);
			if (n == 6)
				tlv_add(&b, 0x06, type, sizeof(type));
			for (int i = 0; n == 5 && i < 2; i++) {
				one = tlv_open(&b, 0x30);
				tlv_add(&b, 0x16, pds[i].url,
				    strlen(pds[i].url));
				tlv_add(&b, 0x13, pds[i].language, 2);
				tlv_close(&b, one);
			}
			tlv_close(&b, list);
		}
		tlv_close(&b, t);
	}
	tlv_close(&b, all);
	add_raw_ext(x, NID_qcStatements, b.data, b.len);
	buf_clear(&b);
}

static void
add_ballast(X509 *x, unsigned n)
{
	struct buf b;
	char *text = mem_alloc(n + 1);

	memset(text, 'x', n);
	buf_init(&b, n + 16);
	tlv_add(&b, 0x16, text, n);
	add_raw_ext(x, NID_netscape_comment, b.data, b.len);
	buf_clear(&b);
	free(text);
}

static X509 *build(const char *dir, const struct cert_spec *, const char *);

static void
set_extensions(X509 *x, X509 *issuer, const struct cert_spec *spec)
{
	static const struct cert_ext both[] = {
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid" },
	};

	add_ext(x, issuer, &both[0]);
	if (issuer != x)
		add_ext(x, issuer, &both[1]);
	for (int i = 0; i < CERT_EXTS_MAX && spec->exts[i].value; i++)
		add_ext(x, issuer, &spec->exts[i]);
	if (spec->qualified)
		add_qc_statements(x);
	if (spec->ballast)
		add_ballast(x, spec->ballast);
}

/* An hour more at the end: "10 days left" stays so while a test runs. */
static void
set_dates(X509 *x, const struct cert_spec *spec)
{
	if (!X509_time_adj_ex(X509_getm_notBefore(x), spec->from, 0, NULL) ||
	    !X509_time_adj_ex(X509_getm_notAfter(x), spec->to,
	    spec->to > 0 ? 6 * 3600 : 0, NULL))
		panic("a date is refused");
}

static X509 *
build(const char *dir, const struct cert_spec *spec, const char *suffix)
{
	EVP_PKEY *key = mkcert_key(dir, spec->key), *signer = key;
	const struct cert_spec *by = spec->issuer ? cert_spec(spec->issuer) :
	    NULL;
	X509 *x = X509_new(), *issuer = x;

	if (x == NULL || !X509_set_version(x, X509_VERSION_3) ||
	    !X509_set_pubkey(x, key))
		panic("a certificate cannot be begun");
	set_subject(x, spec, suffix);
	if (by) {
		signer = mkcert_key(dir, by->key);
		issuer = build(dir, by, "");
	}
	set_serial(x, spec, suffix);
	set_dates(x, spec);
	if (!X509_set_issuer_name(x, X509_get_subject_name(issuer)))
		panic("an issuer is refused");
	set_extensions(x, issuer, spec);
	if (X509_sign(x, signer, EVP_sha256()) == 0)
		panic("%s: %s", spec->name,
		    ERR_error_string(ERR_get_error(), NULL));
	if (by) {
		EVP_PKEY_free(signer);
		X509_free(issuer);
	}
	EVP_PKEY_free(key);
	return x;
}

/* The bytes of a signature of this, in the issuer's name. */
static void
add_signature(const char *dir, const struct cert_spec *spec, struct span tbs,
    struct buf *out)
{
	EVP_PKEY *key = mkcert_key(dir, cert_spec(spec->issuer)->key);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[1024];
	size_t len = sizeof(sig);

	if (ctx == NULL ||
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, sig, &len, tbs.p, tbs.len) != 1)
		panic("%s cannot be signed", spec->name);
	bytes_add(out, sig, len);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
}

/* Change the name in the finished certificate, and sign it again. */
static void
put_instead(const char *dir, const struct cert_spec *spec, struct buf *der)
{
	struct span all = span_of(der->data, der->len), cert, tbs, alg, old;
	size_t n = strlen(spec->instead.of), outer, t;
	unsigned tag;
	struct buf made;
	uint8_t *at = memmem(der->data, der->len, spec->instead.of, n);

	if (at == NULL || strlen(spec->instead.bytes) != n ||
	    tlv_next(&all, &tag, &cert) == -1)
		panic("%s: nothing to put instead", spec->name);
	memcpy(at, spec->instead.bytes, n);
	buf_init(&made, STORE_FILE_MAX);
	outer = tlv_open(&made, 0x30);
	tbs = cert;
	if (tlv_next(&cert, &tag, &old) == -1)
		panic("%s: no body", spec->name);
	tbs.len -= cert.len;
	bytes_add(&made, tbs.p, tbs.len);
	if (tlv_next(&cert, &tag, &alg) == -1)
		panic("%s: no algorithm", spec->name);
	tlv_add(&made, tag, alg.p, alg.len);
	t = tlv_open(&made, 0x03);
	bytes_u8(&made, 0);
	add_signature(dir, spec, tbs, &made);
	tlv_close(&made, t);
	tlv_close(&made, outer);
	bytes_set(der, made.data, made.len);
	buf_clear(&made);
}

static void
make_der(const char *dir, const struct cert_spec *spec, const char *suffix,
    struct buf *out)
{
	X509 *x = build(dir, spec, suffix);
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);

	if (n < 0)
		panic("a certificate cannot be written");
	bytes_set(out, der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
	if (spec->instead.of)
		put_instead(dir, spec, out);
}

void
mkcert(const char *dir, const struct cert_spec *spec, struct buf *out)
{
	make_der(dir, spec, "", out);
}

void
mkcert_numbered(const char *dir, const struct cert_spec *spec, unsigned n,
    struct buf *out)
{
	char *suffix = mem_printf(" (%u)", n);

	make_der(dir, spec, suffix, out);
	free(suffix);
}
