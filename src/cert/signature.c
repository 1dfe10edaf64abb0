#include "cert/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"

struct signature {
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*key;
	bool		 failed;
};

/* What EVP_DigestVerify can be fed piece by piece; the Edwards curves not. */
static const struct {
	const char	*oid, *digest;
	int		 key;
} algorithms[] = {
	{ "1.2.840.113549.1.1.5", "SHA1", EVP_PKEY_RSA },
	{ "1.2.840.113549.1.1.14", "SHA224", EVP_PKEY_RSA },
	{ "1.2.840.113549.1.1.11", "SHA256", EVP_PKEY_RSA },
	{ "1.2.840.113549.1.1.12", "SHA384", EVP_PKEY_RSA },
	{ "1.2.840.113549.1.1.13", "SHA512", EVP_PKEY_RSA },
	{ "1.2.840.10045.4.1", "SHA1", EVP_PKEY_EC },
	{ "1.2.840.10045.4.3.1", "SHA224", EVP_PKEY_EC },
	{ "1.2.840.10045.4.3.2", "SHA256", EVP_PKEY_EC },
	{ "1.2.840.10045.4.3.3", "SHA384", EVP_PKEY_EC },
	{ "1.2.840.10045.4.3.4", "SHA512", EVP_PKEY_EC },
};

static const struct {
	const char	*oid, *digest;
} digests[] = {
	{ "1.3.14.3.2.26", "SHA1" },
	{ "2.16.840.1.101.3.4.2.4", "SHA224" },
	{ "2.16.840.1.101.3.4.2.1", "SHA256" },
	{ "2.16.840.1.101.3.4.2.2", "SHA384" },
	{ "2.16.840.1.101.3.4.2.3", "SHA512" },
};

static const struct {
	const char	*oid;
	int		 key;
} edwards[] = {
	{ "1.3.101.112", EVP_PKEY_ED25519 },
	{ "1.3.101.113", EVP_PKEY_ED448 },
};

#define RSA_PSS	"1.2.840.113549.1.1.10"
#define MGF1	"1.2.840.113549.1.1.8"

struct algorithm {
	const char	*digest;	/* NULL: of an Edwards curve */
	int		 key;
	bool		 pss;
	const char	*mask;		/* digest of the mask, for PSS */
	int64_t		 salt;
};

static EVP_PKEY *
key_of_spki(struct span spki)
{
	const unsigned char *p = spki.p;
	EVP_PKEY *key;

	if (!spki_is_plain(spki))
		return NULL;
	key = d2i_PUBKEY(NULL, &p, (long)spki.len);
	ERR_clear_error();
	return key;
}

static EVP_PKEY *
key_of(struct span cert)
{
	struct cert_spans s;

	return cert_spans(cert, &s) == 0 ? key_of_spki(s.spki) : NULL;
}

static const char *
digest_of(struct span algorithm)
{
	char oid[DER_OID_TEXT_MAX];
	struct span id;

	if (der_enter(&algorithm, DER_OID, &id) != 0 || der_oid(id, oid) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		if (strcmp(digests[i].oid, oid) == 0)
			return digests[i].digest;
	}
	return NULL;
}

/* RSASSA-PSS-params (RFC 4055 3.1), whose defaults are of another time. */
static int
read_pss(struct span params, struct algorithm *a)
{
	char oid[DER_OID_TEXT_MAX];
	struct span seq, field, alg, id;

	*a = (struct algorithm){ "SHA1", EVP_PKEY_RSA, true, "SHA1", 20 };
	if (der_enter(&params, DER_SEQUENCE, &seq) != 0)
		return -1;
	if (der_maybe(&seq, DER_CONTEXT_CONS(0), &field) == 1) {
		if (der_enter(&field, DER_SEQUENCE, &alg) != 0)
			return -1;
		a->digest = digest_of(alg);
	}
	if (der_maybe(&seq, DER_CONTEXT_CONS(1), &field) == 1) {
		if (der_enter(&field, DER_SEQUENCE, &alg) != 0 ||
		    der_enter(&alg, DER_OID, &id) != 0 ||
		    der_oid(id, oid) != 0 || strcmp(oid, MGF1) != 0 ||
		    der_enter(&alg, DER_SEQUENCE, &id) != 0)
			return -1;
		a->mask = digest_of(id);
	}
	if (der_maybe(&seq, DER_CONTEXT_CONS(2), &field) == 1 &&
	    (der_enter(&field, DER_INTEGER, &id) != 0 ||
	    der_int64(id, &a->salt) != 0 || a->salt < 0 || a->salt > 1024))
		return -1;
	return a->digest != NULL && a->mask != NULL ? 0 : -1;
}

static int
read_algorithm(struct span whole, struct algorithm *a)
{
	char oid[DER_OID_TEXT_MAX];
	struct span body, id;

	if (der_enter(&whole, DER_SEQUENCE, &body) != 0 ||
	    der_enter(&body, DER_OID, &id) != 0 || der_oid(id, oid) != 0)
		return -1;
	if (strcmp(oid, RSA_PSS) == 0)
		return read_pss(body, a);
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		if (strcmp(algorithms[i].oid, oid) == 0) {
			*a = (struct algorithm){ .key = algorithms[i].key,
			    .digest = algorithms[i].digest };
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof edwards / sizeof *edwards; i++) {
		if (strcmp(edwards[i].oid, oid) == 0) {
			*a = (struct algorithm){ .key = edwards[i].key };
			return 0;
		}
	}
	return -1;
}

static int
begin(struct signature *s, const struct algorithm *a)
{
	EVP_PKEY_CTX *pctx;
	int key = EVP_PKEY_get_base_id(s->key);

	if (key != a->key && !(a->pss && key == EVP_PKEY_RSA_PSS))
		return -1;
	if (EVP_DigestVerifyInit_ex(s->ctx, &pctx, a->digest, NULL, NULL,
	    s->key, NULL) != 1)
		return -1;
	if (!a->pss)
		return 0;
	return EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md_name(pctx, a->mask, NULL) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, (int)a->salt) > 0 ? 0 : -1;
}

/* Takes the key over; NULL: none. */
static struct signature *
make(EVP_PKEY *key, struct span algorithm, bool whole)
{
	struct signature *s = mem_alloc(sizeof *s);
	struct algorithm a;

	s->ctx = EVP_MD_CTX_new();
	if (s->ctx == NULL)
		panic("okienko: out of memory");
	s->key = key;
	if (s->key != NULL && read_algorithm(algorithm, &a) == 0 &&
	    (whole || a.digest != NULL) && begin(s, &a) == 0)
		return s;
	ERR_clear_error();
	signature_free(s);
	return NULL;
}

struct signature *
signature_new(struct span cert, struct span algorithm)
{
	return make(key_of(cert), algorithm, false);
}

void
signature_bytes(struct signature *s, struct span bytes)
{
	if (EVP_DigestVerifyUpdate(s->ctx, bytes.p, bytes.len) != 1)
		s->failed = true;
}

enum signature_verdict
signature_end(struct signature *s, struct span octets)
{
	int rc;

	if (s == NULL || s->failed)
		return SIGNATURE_UNKNOWN;
	rc = EVP_DigestVerifyFinal(s->ctx, octets.p, octets.len);
	ERR_clear_error();
	return rc == 1 ? SIGNATURE_RIGHT : SIGNATURE_WRONG;
}

static enum signature_verdict
check(EVP_PKEY *key, struct span algorithm, struct span bytes,
    struct span octets)
{
	struct signature *s = make(key, algorithm, true);
	int rc;

	if (s == NULL)
		return SIGNATURE_UNKNOWN;
	rc = EVP_DigestVerify(s->ctx, octets.p, octets.len, bytes.p, bytes.len);
	ERR_clear_error();
	signature_free(s);
	return rc == 1 ? SIGNATURE_RIGHT : SIGNATURE_WRONG;
}

enum signature_verdict
signature_check(struct span cert, struct span algorithm, struct span bytes,
    struct span octets)
{
	return check(key_of(cert), algorithm, bytes, octets);
}

enum signature_verdict
signature_check_spki(struct span spki, struct span algorithm,
    struct span bytes, struct span octets)
{
	return check(key_of_spki(spki), algorithm, bytes, octets);
}

enum signature_verdict
signature_of_cert(struct span cert, struct span issuer)
{
	struct signed_spans outer;
	struct cert_spans inner;

	if (signed_spans(cert, &outer) != 0 || cert_spans(cert, &inner) != 0)
		return SIGNATURE_UNKNOWN;
	if (outer.algorithm.len != inner.algorithm.len ||
	    memcmp(outer.algorithm.p, inner.algorithm.p,
	    inner.algorithm.len) != 0)
		return SIGNATURE_WRONG;
	return signature_check(issuer, outer.algorithm, outer.part,
	    outer.octets);
}

void
signature_free(struct signature *s)
{
	if (s == NULL)
		return;
	EVP_MD_CTX_free(s->ctx);
	EVP_PKEY_free(s->key);
	free(s);
}

enum signature_verdict
signature_of_digest(struct span cert, struct span digest, struct span octets)
{
	const unsigned char *p = cert.p;
	X509 *x = d2i_X509(NULL, &p, (long)cert.len);
	EVP_PKEY *key = x != NULL ? X509_get0_pubkey(x) : NULL;
	EVP_PKEY_CTX *ctx = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	bool rsa = key != NULL && EVP_PKEY_base_id(key) == EVP_PKEY_RSA;
	enum signature_verdict said = SIGNATURE_UNKNOWN;

	if (ctx != NULL && (rsa || EVP_PKEY_base_id(key) == EVP_PKEY_EC) &&
	    EVP_PKEY_verify_init(ctx) == 1 &&
	    (!rsa || EVP_PKEY_CTX_set_rsa_padding(ctx,
	    RSA_PKCS1_PADDING) == 1) &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1)
		said = EVP_PKEY_verify(ctx, octets.p, octets.len, digest.p,
		    digest.len) == 1 ? SIGNATURE_RIGHT : SIGNATURE_WRONG;
	EVP_PKEY_CTX_free(ctx);
	X509_free(x);
	ERR_clear_error();
	return said;
}
