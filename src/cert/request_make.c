/* A certification request, made: RFC 2986 4, RFC 2985 5.4.2, RFC 5280 4.2.1. */
#include "config.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/mem.h"
#include "cert/request.h"

#define KU_BITS	9	/* of keyUsage, RFC 5280 4.2.1.3 */

/* What a key of each kind signs with: a hash no weaker than the key. */
static const struct {
	int			 key;	/* EVP_PKEY_* */
	int			 bits_max;
	int			 nid;	/* of the signature */
	enum request_hash	 hash;
} signings[] = {
	{ EVP_PKEY_RSA, INT32_MAX, NID_sha256WithRSAEncryption,
	    REQUEST_SHA256 },
	{ EVP_PKEY_EC, 256, NID_ecdsa_with_SHA256, REQUEST_SHA256 },
	{ EVP_PKEY_EC, 384, NID_ecdsa_with_SHA384, REQUEST_SHA384 },
	{ EVP_PKEY_EC, INT32_MAX, NID_ecdsa_with_SHA512, REQUEST_SHA512 },
};

struct making {
	const struct request_plan *plan;
	X509		*old;
	EVP_PKEY	*key;
	X509_REQ	*req;
	STACK_OF(X509_EXTENSION) *exts;
};

static void
done_making(struct making *m)
{
	X509_free(m->old);
	EVP_PKEY_free(m->key);
	X509_REQ_free(m->req);
	sk_X509_EXTENSION_pop_free(m->exts, X509_EXTENSION_free);
	ERR_clear_error();
}

static int
bad(const char *what, struct err *err)
{
	unsigned long raw = ERR_peek_error();

	return err_raw(err, ERR_BAD_DATA, ORIGIN_OPENSSL, raw, what, NULL);
}

static void
add_extension(struct making *m, X509_EXTENSION *ext)
{
	if (ext == NULL || sk_X509_EXTENSION_push(m->exts, ext) <= 0)
		panic("okienko: out of memory");
}

/* --- extensions that are asked for --------------------------------------------- */

static void
add_names(struct making *m)
{
	int at = X509_get_ext_by_NID(m->old, NID_subject_alt_name, -1);

	if (m->plan->names && at >= 0)
		add_extension(m, X509_EXTENSION_dup(X509_get_ext(m->old, at)));
}

static void
add_key_usage(struct making *m)
{
	ASN1_BIT_STRING *bits;
	int i;

	if (m->plan->ku == 0)
		return;
	bits = ASN1_BIT_STRING_new();
	for (i = 0; bits != NULL && i < KU_BITS; i++)
		if (m->plan->ku & (1u << i) &&
		    ASN1_BIT_STRING_set_bit(bits, i, 1) != 1)
			panic("okienko: out of memory");
	add_extension(m, X509V3_EXT_i2d(NID_key_usage, 1, bits));
	ASN1_BIT_STRING_free(bits);
}

static int
add_extended_usage(struct making *m, struct err *err)
{
	EXTENDED_KEY_USAGE *list;
	int rc = 0;
	size_t i;

	if (m->plan->neku == 0)
		return 0;
	list = sk_ASN1_OBJECT_new_null();
	for (i = 0; rc == 0 && i < m->plan->neku; i++) {
		ASN1_OBJECT *oid = OBJ_txt2obj(m->plan->eku[i], 1);

		if (oid == NULL)
			rc = bad(m->plan->eku[i], err);
		else if (sk_ASN1_OBJECT_push(list, oid) <= 0)
			panic("okienko: out of memory");
	}
	if (rc == 0)
		add_extension(m, X509V3_EXT_i2d(NID_ext_key_usage, 0, list));
	sk_ASN1_OBJECT_pop_free(list, ASN1_OBJECT_free);
	return rc;
}

static int
add_extensions(struct making *m, struct err *err)
{
	add_names(m);
	add_key_usage(m);
	if (add_extended_usage(m, err) == -1)
		return -1;
	if (sk_X509_EXTENSION_num(m->exts) > 0 &&
	    X509_REQ_add_extensions(m->req, m->exts) != 1)
		panic("okienko: out of memory");
	return 0;
}

/* --- what is signed ------------------------------------------------------------- */

static int
begin(struct making *m, struct err *err)
{
	const unsigned char *old = m->plan->old.p, *spki = m->plan->spki.p;

	m->old = d2i_X509(NULL, &old, (long)m->plan->old.len);
	if (m->old == NULL)
		return bad("certificate", err);
	m->key = d2i_PUBKEY(NULL, &spki, (long)m->plan->spki.len);
	if (m->key == NULL)
		return bad("key", err);
	m->req = X509_REQ_new();
	m->exts = sk_X509_EXTENSION_new_null();
	if (m->req == NULL || m->exts == NULL ||
	    X509_REQ_set_version(m->req, X509_REQ_VERSION_1) != 1 ||
	    /* A copy keeps the encoding that the old certificate had. */
	    X509_REQ_set_subject_name(m->req,
	    X509_get_subject_name(m->old)) != 1)
		panic("okienko: out of memory");
	if (X509_REQ_set_pubkey(m->req, m->key) != 1)
		return bad("key", err);
	return add_extensions(m, err);
}

static int
signing_of(EVP_PKEY *key)
{
	for (size_t i = 0; i < sizeof signings / sizeof *signings; i++)
		if (signings[i].key == EVP_PKEY_get_base_id(key) &&
		    EVP_PKEY_get_bits(key) <= signings[i].bits_max)
			return (int)i;
	return -1;
}

static int
digest_of(X509_REQ *req, enum request_hash hash, uint8_t *out, size_t *len)
{
	static EVP_MD const *(*const hashes[])(void) = {
		[REQUEST_SHA256] = EVP_sha256, [REQUEST_SHA384] = EVP_sha384,
		[REQUEST_SHA512] = EVP_sha512,
	};
	unsigned char *part = NULL;
	int n = i2d_re_X509_REQ_tbs(req, &part);
	unsigned got = 0;
	int rc = n > 0 && EVP_Digest(part, (size_t)n, out, &got,
	    hashes[hash](), NULL) == 1 ? 0 : -1;

	OPENSSL_free(part);
	*len = got;
	return rc;
}

/* RFC 4055 5 has NULL for RSA's parameters, RFC 5758 3.2 none for ECDSA's. */
static void
put_signature(X509_REQ *req, int nid, const struct buf *octets)
{
	X509_ALGOR *algorithm = X509_ALGOR_new();
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();

	if (algorithm == NULL || bits == NULL || X509_ALGOR_set0(algorithm,
	    OBJ_nid2obj(nid), nid == NID_sha256WithRSAEncryption ? V_ASN1_NULL :
	    V_ASN1_UNDEF, NULL) != 1 || ASN1_BIT_STRING_set(bits,
	    octets->data, (int)octets->len) != 1)
		panic("okienko: out of memory");
	bits->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 7);
	bits->flags |= ASN1_STRING_FLAG_BITS_LEFT;
	if (X509_REQ_set1_signature_algo(req, algorithm) != 1)
		panic("okienko: out of memory");
	X509_REQ_set0_signature(req, bits);
	X509_ALGOR_free(algorithm);
}

/* Signed by whoever has the key, and looked at before anybody else does. */
static int
sign_it(struct making *m, request_sign_fn *sign, void *arg, struct err *err)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	int at = signing_of(m->key), rc;
	struct buf octets;
	size_t len;

	if (at == -1 || digest_of(m->req, signings[at].hash, digest,
	    &len) == -1)
		return bad("key", err);
	buf_init(&octets, EVP_MAX_MD_SIZE * 64);
	rc = sign(arg, signings[at].hash, digest, len, &octets, err);
	if (rc == 0) {
		put_signature(m->req, signings[at].nid, &octets);
		if (X509_REQ_verify(m->req, m->key) != 1)
			rc = err_raw(err, ERR_CARD_KEY, ORIGIN_OPENSSL,
			    ERR_peek_error(), "key",
			    "what it signed is not by the key asked for");
	}
	buf_clear(&octets);
	return rc;
}

int
request_make(const struct request_plan *plan, request_sign_fn *sign, void *arg,
    struct buf *der, struct err *err)
{
	struct making m = { .plan = plan };
	unsigned char *out = NULL;
	int rc = -1, n;

	if (begin(&m, err) == 0 && sign_it(&m, sign, arg, err) == 0) {
		n = i2d_X509_REQ(m.req, &out);
		if (n <= 0 || (size_t)n > REQUEST_DER_MAX ||
		    buf_add(der, out, (size_t)n) == -1)
			(void)err_set(err, ERR_TOO_BIG, "request", "%d bytes",
			    n);
		else
			rc = 0;
		OPENSSL_free(out);
	}
	done_making(&m);
	return rc;
}

void
request_pem(struct span der, struct buf *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long n;

	if (bio == NULL || PEM_write_bio(bio, PEM_STRING_X509_REQ, "", der.p,
	    (long)der.len) <= 0)
		panic("okienko: out of memory");
	n = BIO_get_mem_data(bio, &text);
	if (buf_add(out, text, (size_t)n) == -1)
		panic("okienko: a request too long to be written");
	BIO_free(bio);
}
