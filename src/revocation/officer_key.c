/*
 * A key for OpenSSL whose private half is somebody else's: the public one is
 * the certificate's, and what is to be signed goes to the signer.
 */
#include "config.h"

/*
 * Methods of keys are called out of date since OpenSSL 3.0, and work in all of
 * it; the new way, a provider, would be a registration for the whole process.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/mem.h"
#include "revocation/officer.h"

/* What hangs on the key; gone with it. */
struct remote {
	struct officer_signer	*signer;
	uint8_t			 id[32];
	RSA_METHOD		*rsa;
	EC_KEY_METHOD		*ec;
};

#define AT	0	/* where the library keeps a program's own of a key */

static bool
hash_of_nid(int nid, enum card_hash *hash)
{
	switch (nid) {
	case NID_sha256:
		*hash = HASH_SHA256;
		return true;
	case NID_sha384:
		*hash = HASH_SHA384;
		return true;
	case NID_sha512:
		*hash = HASH_SHA512;
		return true;
	default:
		return false;
	}
}

/* 1, or 0 as OpenSSL has it; size is of what the caller has room for. */
static int
sign(struct remote *r, enum card_sign_by by, int nid, const uint8_t *digest,
    size_t len, uint8_t *out, unsigned *out_len, int size)
{
	struct card_digest d = { .by = by, .len = len };
	struct card_signature s = { .len = 0 };
	struct err *err = &r->signer->err;

	err_clear(err);
	if (!hash_of_nid(nid, &d.hash) || len > sizeof d.bytes) {
		(void)err_set(err, ERR_UNKNOWN, NULL, "digest %d", nid);
		return 0;
	}
	memcpy(d.bytes, digest, len);
	if (r->signer->sign(r->signer->arg, r->id, &d, &s, err) == -1)
		return 0;
	if (size < 0 || s.len > (size_t)size) {
		(void)err_set(err, ERR_CARD_KEY, NULL, "%zu bytes", s.len);
		return 0;
	}
	memcpy(out, s.bytes, s.len);
	*out_len = (unsigned)s.len;
	return 1;
}

/* --- RSA ------------------------------------------------------------------- */

static int
rsa_sign(int nid, const unsigned char *digest, unsigned len,
    unsigned char *out, unsigned *out_len, const RSA *rsa)
{
	return sign(RSA_get_ex_data(rsa, AT), SIGN_RSA, nid, digest, len, out,
	    out_len, RSA_size(rsa));
}

static int
rsa_finish(RSA *rsa)
{
	struct remote *r = RSA_get_ex_data(rsa, AT);
	int (*usual)(RSA *) = RSA_meth_get_finish(RSA_get_default_method());
	int rc = usual != NULL ? usual(rsa) : 1;

	RSA_meth_free(r->rsa);
	free(r);
	return rc;
}

static EVP_PKEY *
rsa_key(const unsigned char *spki, long len, struct remote *r)
{
	EVP_PKEY *key = EVP_PKEY_new();
	RSA *rsa = d2i_RSA_PUBKEY(NULL, &spki, len);

	r->rsa = RSA_meth_dup(RSA_get_default_method());
	if (key == NULL || rsa == NULL || r->rsa == NULL)
		panic("out of memory");
	if (RSA_meth_set_sign(r->rsa, rsa_sign) != 1 ||
	    RSA_meth_set_finish(r->rsa, rsa_finish) != 1 ||
	    RSA_set_ex_data(rsa, AT, r) != 1 ||
	    RSA_set_method(rsa, r->rsa) != 1 ||
	    EVP_PKEY_assign_RSA(key, rsa) != 1)
		panic("out of memory");
	return key;
}

/* --- EC ---------------------------------------------------------------------- */

static int
ec_sign(int nid, const unsigned char *digest, int len, unsigned char *out,
    unsigned *out_len, const BIGNUM *kinv, const BIGNUM *r, EC_KEY *ec)
{
	(void)kinv;
	(void)r;
	return sign(EC_KEY_get_ex_data(ec, AT), SIGN_ECDSA, nid, digest,
	    (size_t)len, out, out_len, ECDSA_size(ec));
}

static void
ec_finish(EC_KEY *ec)
{
	struct remote *r = EC_KEY_get_ex_data(ec, AT);

	EC_KEY_METHOD_free(r->ec);
	free(r);
}

static EVP_PKEY *
ec_key(const unsigned char *spki, long len, struct remote *r)
{
	EVP_PKEY *key = EVP_PKEY_new();
	EC_KEY *ec = d2i_EC_PUBKEY(NULL, &spki, len);

	r->ec = EC_KEY_METHOD_new(EC_KEY_get_default_method());
	if (key == NULL || ec == NULL || r->ec == NULL)
		panic("out of memory");
	EC_KEY_METHOD_set_sign(r->ec, ec_sign, NULL, NULL);
	EC_KEY_METHOD_set_init(r->ec, NULL, ec_finish, NULL, NULL, NULL, NULL);
	if (EC_KEY_set_ex_data(ec, AT, r) != 1 ||
	    EC_KEY_set_method(ec, r->ec) != 1 ||
	    EVP_PKEY_assign_EC_KEY(key, ec) != 1)
		panic("out of memory");
	return key;
}

/* --- either -------------------------------------------------------------------- */

EVP_PKEY *
officer_key_of(const EVP_PKEY *pub, const uint8_t id[static 32],
    struct officer_signer *signer)
{
	int kind = pub != NULL ? EVP_PKEY_get_base_id(pub) : EVP_PKEY_NONE;
	unsigned char *spki = NULL;
	EVP_PKEY *key;
	struct remote *r;
	int len;

	if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC)
		return NULL;
	if ((len = i2d_PUBKEY(pub, &spki)) <= 0)
		return NULL;
	r = mem_alloc(sizeof *r);
	r->signer = signer;
	memcpy(r->id, id, sizeof r->id);
	key = kind == EVP_PKEY_RSA ? rsa_key(spki, len, r) :
	    ec_key(spki, len, r);
	OPENSSL_free(spki);
	return key;
}

EVP_PKEY *
officer_key(X509 *cert, struct officer_signer *signer)
{
	uint8_t id[EVP_MAX_MD_SIZE];

	if (X509_digest(cert, EVP_sha256(), id, NULL) != 1)
		panic("out of memory");
	return officer_key_of(X509_get0_pubkey(cert), id, signer);
}
