/* The signature over a list that goes by: RFC 5280 5.1.1, RFC 4055, RFC 5758. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/crl.h"
#include "cert/der.h"

struct crl_check {
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

#define RSA_PSS	"1.2.840.113549.1.1.10"
#define MGF1	"1.2.840.113549.1.1.8"

struct algorithm {
	const char	*digest;
	int		 key;
	bool		 pss;
	const char	*mask;		/* digest of the mask, for PSS */
	int64_t		 salt;
};

/* The key of a certificate: the sixth element behind the version. */
static EVP_PKEY *
key_of(struct span der)
{
	struct span cert, tbs, version;
	struct der el;
	const unsigned char *p;
	EVP_PKEY *key;

	if (der_enter(&der, DER_SEQUENCE, &cert) != 0 ||
	    der_enter(&cert, DER_SEQUENCE, &tbs) != 0 ||
	    der_maybe(&tbs, DER_CONTEXT_CONS(0), &version) < 0)
		return NULL;
	for (int i = 0; i < 6; i++) {
		if (der_next(&tbs, &el) != 0)
			return NULL;
	}
	p = el.whole.p;
	key = d2i_PUBKEY(NULL, &p, (long)el.whole.len);
	ERR_clear_error();
	return key;
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

/* The AlgorithmIdentifier inside the list, at its second or third place. */
static int
find_algorithm(struct span first, struct algorithm *a)
{
	char oid[DER_OID_TEXT_MAX];
	struct span id;
	struct der el;

	/* The list is longer than what is at hand: go in past the heads alone. */
	for (int i = 0; i < 2; i++) {
		size_t head = first.len > 1 && (first.p[1] & 0x80) ?
		    2u + (first.p[1] & 0x7f) : 2;

		if (first.len <= head || first.p[0] != DER_SEQUENCE)
			return -1;
		first = span_of(first.p + head, first.len - head);
	}
	if (der_next(&first, &el) != 0 || (el.tag == DER_INTEGER &&
	    der_next(&first, &el) != 0) || el.tag != DER_SEQUENCE ||
	    der_enter(&el.body, DER_OID, &id) != 0 || der_oid(id, oid) != 0)
		return -1;
	if (strcmp(oid, RSA_PSS) == 0)
		return read_pss(el.body, a);
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		if (strcmp(algorithms[i].oid, oid) == 0) {
			*a = (struct algorithm){ .key = algorithms[i].key,
			    .digest = algorithms[i].digest };
			return 0;
		}
	}
	return -1;
}

static int
begin(struct crl_check *check, const struct algorithm *a)
{
	EVP_PKEY_CTX *pctx;
	int key = EVP_PKEY_get_base_id(check->key);

	if (key != a->key && !(a->pss && key == EVP_PKEY_RSA_PSS))
		return -1;
	if (EVP_DigestVerifyInit_ex(check->ctx, &pctx, a->digest, NULL, NULL,
	    check->key, NULL) != 1)
		return -1;
	if (!a->pss)
		return 0;
	return EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md_name(pctx, a->mask, NULL) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, (int)a->salt) > 0 ? 0 : -1;
}

struct crl_check *
crl_check_new(struct span issuer, struct span first)
{
	struct crl_check *check = mem_alloc(sizeof *check);
	struct algorithm a;

	check->ctx = EVP_MD_CTX_new();
	if (check->ctx == NULL)
		panic("okienko: out of memory");
	check->key = key_of(issuer);
	if (check->key != NULL && find_algorithm(first, &a) == 0 &&
	    begin(check, &a) == 0)
		return check;
	ERR_clear_error();
	crl_check_free(check);
	return NULL;
}

void
crl_check_bytes(struct span bytes, void *arg)
{
	struct crl_check *check = arg;

	if (EVP_DigestVerifyUpdate(check->ctx, bytes.p, bytes.len) != 1)
		check->failed = true;
}

enum crl_verdict
crl_check_end(struct crl_check *check, const struct crl *crl)
{
	int rc;

	if (check == NULL || check->failed)
		return CRL_UNKNOWN_ALGORITHM;
	rc = EVP_DigestVerifyFinal(check->ctx, crl->signature.data,
	    crl->signature.len);
	ERR_clear_error();
	return rc == 1 && crl->same_algorithm ? CRL_SIGNED : CRL_FORGED;
}

void
crl_check_free(struct crl_check *check)
{
	if (check == NULL)
		return;
	EVP_MD_CTX_free(check->ctx);
	EVP_PKEY_free(check->key);
	free(check);
}
