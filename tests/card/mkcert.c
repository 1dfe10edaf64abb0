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
#include "tests/office/ca.h"

#define SERIAL_LEN	16

const struct cert_spec *
cert_spec(const char *name)
{
	for (size_t i = 0; i < cert_nspecs; i++)
		if (strcmp(cert_specs[i].name, name) == 0)
			return &cert_specs[i];
	panic("no certificate is called %s", name);
}

EVP_PKEY *
mkcert_key(const char *dir, const char *name)
{
	char *path = mem_printf("%s/keys/%s.pem", dir, name);
	EVP_PKEY *key = x509make_key(path, strncmp(name, "ec-", 3) == 0);

	free(path);
	return key;
}

static void
set_subject(X509 *x, const struct cert_spec *spec, const char *suffix)
{
	X509_NAME *name = X509_get_subject_name(x);

	for (int i = 0; i < CERT_NAMES_MAX && spec->subject[i].value; i++)
		x509make_name(name, &spec->subject[i], suffix);
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

static X509 *build(const char *dir, const struct ca *, const struct cert_spec *,
    const char *);

/* Where to ask is for whoever really answers to say. */
static bool
says_where(const struct cert_ext *e)
{
	return e->nid == NID_crl_distribution_points ||
	    e->nid == NID_info_access;
}

static void
set_extensions(X509 *x, X509 *issuer, const struct ca *ca,
    const struct cert_spec *spec)
{
	static const struct cert_ext both[] = {
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid" },
	};

	x509make_ext(x, issuer, &both[0]);
	if (issuer != x)
		x509make_ext(x, issuer, &both[1]);
	for (int i = 0; i < CERT_EXTS_MAX && spec->exts[i].value; i++)
		if (ca == NULL || !says_where(&spec->exts[i]))
			x509make_ext(x, issuer, &spec->exts[i]);
	if (ca)
		ca_add_where(ca, x);
	if (spec->qualified)
		add_qc_statements(x);
	if (spec->ballast)
		add_ballast(x, spec->ballast);
}

/* Signed by our own small authority, whose certificates are made on the way. */
static void
sign_ours(const char *dir, const struct cert_spec *spec, X509 *x, EVP_PKEY *key)
{
	const struct cert_spec *by = spec->issuer ? cert_spec(spec->issuer) :
	    NULL;
	EVP_PKEY *signer = by ? mkcert_key(dir, by->key) : key;
	X509 *issuer = by ? build(dir, NULL, by, "") : x;

	if (!X509_set_issuer_name(x, X509_get_subject_name(issuer)))
		panic("an issuer is refused");
	set_extensions(x, issuer, NULL, spec);
	if (X509_sign(x, signer, EVP_sha256()) == 0)
		panic("%s: %s", spec->name,
		    ERR_error_string(ERR_get_error(), NULL));
	if (by) {
		EVP_PKEY_free(signer);
		X509_free(issuer);
	}
}

static X509 *
build(const char *dir, const struct ca *ca, const struct cert_spec *spec,
    const char *suffix)
{
	EVP_PKEY *key = mkcert_key(dir, spec->key);
	X509 *x = X509_new();

	if (x == NULL || !X509_set_version(x, X509_VERSION_3) ||
	    !X509_set_pubkey(x, key))
		panic("a certificate cannot be begun");
	set_subject(x, spec, suffix);
	set_serial(x, spec, suffix);
	/* An hour more at the end: "10 days left" stays so while a test runs. */
	x509make_dates(x, spec->from, spec->to, spec->to > 0 ? 6 * 3600 : 0);
	if (ca) {
		if (!X509_set_issuer_name(x, X509_get_subject_name(ca->cert)))
			panic("an issuer is refused");
		set_extensions(x, ca->cert, ca, spec);
		ca_issue(ca, x);
	} else
		sign_ours(dir, spec, x, key);
	EVP_PKEY_free(key);
	return x;
}

/* The bytes of a signature of this, in the issuer's name. */
static void
add_signature(EVP_PKEY *key, const struct cert_spec *spec, struct span tbs,
    struct buf *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[1024];
	size_t len = sizeof(sig);

	if (ctx == NULL ||
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, sig, &len, tbs.p, tbs.len) != 1)
		panic("%s cannot be signed", spec->name);
	bytes_add(out, sig, len);
	EVP_MD_CTX_free(ctx);
}

/* Change the name in the finished certificate, and sign it again. */
static void
put_instead(EVP_PKEY *key, const struct cert_spec *spec, struct buf *der)
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
	add_signature(key, spec, tbs, &made);
	tlv_close(&made, t);
	tlv_close(&made, outer);
	bytes_set(der, made.data, made.len);
	buf_clear(&made);
}

/* The office that issues these certificates, if one does; see mkcard. */
static struct ca *
authority_of(const char *dir)
{
	char *path = mem_printf("%s/authority", dir);
	struct ca *ca = access(path, F_OK) == 0 ? ca_open(path) : NULL;

	free(path);
	return ca;
}

/* Where an office issues, its certificates stand for those of ours. */
static X509 *
of_authority(const struct ca *ca, const struct cert_spec *spec)
{
	X509 *x = spec->issuer ? ca->cert : ca->root;

	X509_up_ref(x);
	return x;
}

static void
make_der(const char *dir, const struct cert_spec *spec, const char *suffix,
    struct buf *out)
{
	struct ca *ca = authority_of(dir);
	EVP_PKEY *key;
	X509 *x = ca && spec->authority ? of_authority(ca, spec) :
	    build(dir, ca, spec, suffix);
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);

	if (n < 0)
		panic("a certificate cannot be written");
	bytes_set(out, der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
	if (spec->instead.of) {
		key = ca ? ca->key : mkcert_key(dir,
		    cert_spec(spec->issuer)->key);
		put_instead(key, spec, out);
		if (ca == NULL)
			EVP_PKEY_free(key);
	}
	ca_free(ca);
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
