#include "config.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/keys.h"

EVP_PKEY *
key_new_rsa(unsigned bits)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);

	if (key == NULL)
		panic("no RSA key of %u bits could be made", bits);
	return key;
}

EVP_PKEY *
key_new_ec(const char *group)
{
	EVP_PKEY *key = EVP_EC_gen(group);

	if (key == NULL)
		panic("no EC key on %s could be made", group);
	return key;
}

static EVP_PKEY *
from_params(const char *type, OSSL_PARAM_BLD *bld)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

EVP_PKEY *
key_from_primes(struct span ps, struct span qs)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *p = BN_bin2bn(ps.p, (int)ps.len, NULL);
	BIGNUM *q = BN_bin2bn(qs.p, (int)qs.len, NULL);
	BIGNUM *e = BN_new(), *n = BN_new(), *phi = BN_new(), *d = NULL;
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (ctx && p && q && e && n && phi && bld && BN_set_word(e, RSA_F4) &&
	    BN_mul(n, p, q, ctx) && BN_sub_word(p, 1) && BN_sub_word(q, 1) &&
	    BN_mul(phi, p, q, ctx) &&
	    (d = BN_mod_inverse(NULL, e, phi, ctx)) != NULL &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e) &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_D, d))
		key = from_params("RSA", bld);
	OSSL_PARAM_BLD_free(bld);
	BN_free(d);
	BN_free(phi);
	BN_free(n);
	BN_free(e);
	BN_free(q);
	BN_free(p);
	BN_CTX_free(ctx);
	return key;
}

EVP_PKEY *
key_from_scalar(const char *group, struct span ds)
{
	EC_GROUP *g = EC_GROUP_new_by_curve_name(OBJ_sn2nid(group));
	EC_POINT *point = g ? EC_POINT_new(g) : NULL;
	BIGNUM *d = BN_bin2bn(ds.p, (int)ds.len, NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	unsigned char *octets = NULL;
	EVP_PKEY *key = NULL;
	size_t n = 0;

	if (point && d && bld && EC_POINT_mul(g, point, d, NULL, NULL, NULL))
		n = EC_POINT_point2buf(g, point, POINT_CONVERSION_UNCOMPRESSED,
		    &octets, NULL);
	if (n > 0 && OSSL_PARAM_BLD_push_utf8_string(bld,
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0) &&
	    OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY,
	    octets, n) &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, d))
		key = from_params("EC", bld);
	OPENSSL_free(octets);
	OSSL_PARAM_BLD_free(bld);
	BN_free(d);
	EC_POINT_free(point);
	EC_GROUP_free(g);
	return key;
}

static bool
has_prime(const char *group, struct span prime)
{
	EC_GROUP *g = EC_GROUP_new_by_curve_name(OBJ_sn2nid(group));
	BIGNUM *want = BN_bin2bn(prime.p, (int)prime.len, NULL);
	BIGNUM *p = BN_new();
	bool same = g && p && want &&
	    EC_GROUP_get_curve(g, p, NULL, NULL, NULL) && BN_cmp(p, want) == 0;

	BN_free(p);
	BN_free(want);
	EC_GROUP_free(g);
	return same;
}

const char *
key_group_of_prime(struct span prime)
{
	static const char *const groups[] = {
		SN_X9_62_prime256v1, SN_secp384r1, SN_X9_62_prime192v1,
		SN_brainpoolP256r1, SN_brainpoolP320r1,
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (has_prime(groups[i], prime))
			return groups[i];
	return NULL;
}

size_t
key_width(EVP_PKEY *key)
{
	return (size_t)(EVP_PKEY_get_bits(key) + 7) / 8;
}

void
key_add_modulus(EVP_PKEY *key, struct buf *out)
{
	BIGNUM *n = NULL;
	unsigned char bytes[1024];
	int len = (int)key_width(key);

	if (len > (int)sizeof(bytes) ||
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
	    BN_bn2binpad(n, bytes, len) != len)
		panic("an RSA key without a modulus");
	bytes_add(out, bytes, (size_t)len);
	BN_free(n);
}

void
key_add_point(EVP_PKEY *key, struct buf *out)
{
	unsigned char bytes[256];
	size_t len;

	if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, bytes,
	    sizeof(bytes), &len) != 1)
		panic("an EC key without a point");
	bytes_add(out, bytes, len);
}

void
key_add_spki(EVP_PKEY *key, struct buf *out)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	if (len < 0)
		panic("a public key cannot be written");
	bytes_add(out, der, (size_t)len);
	OPENSSL_free(der);
}

typedef int operation(EVP_PKEY_CTX *, unsigned char *, size_t *,
    const unsigned char *, size_t);

/* The three operations of a context that was made ready for one of them. */
static int
run(EVP_PKEY_CTX *ctx, operation *op, struct span in, struct buf *out)
{
	unsigned char bytes[1024];
	size_t len = sizeof(bytes);
	int rc = -1;

	if (ctx && op(ctx, bytes, &len, in.p, in.len) == 1) {
		bytes_add(out, bytes, len);
		rc = 0;
	}
	EVP_PKEY_CTX_free(ctx);
	return rc;
}

/* A context ready to sign, with that padding; -1 is none (EC). */
static EVP_PKEY_CTX *
signer(EVP_PKEY *key, int padding)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

	if (ctx && EVP_PKEY_sign_init(ctx) == 1 && (padding == -1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, padding) == 1))
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

int
key_rsa_raw(EVP_PKEY *key, struct span in, struct buf *out)
{
	if (!EVP_PKEY_is_a(key, "RSA") || in.len != key_width(key))
		return -1;
	return run(signer(key, RSA_NO_PADDING), EVP_PKEY_sign, in, out);
}

int
key_rsa_sign(EVP_PKEY *key, struct span in, struct buf *out)
{
	if (!EVP_PKEY_is_a(key, "RSA"))
		return -1;
	return run(signer(key, RSA_PKCS1_PADDING), EVP_PKEY_sign, in, out);
}

int
key_rsa_decrypt(EVP_PKEY *key, struct span in, struct buf *out)
{
	EVP_PKEY_CTX *ctx;

	if (!EVP_PKEY_is_a(key, "RSA") || in.len != key_width(key))
		return -1;
	ctx = EVP_PKEY_CTX_new(key, NULL);
	if (ctx == NULL || EVP_PKEY_decrypt_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1) {
		EVP_PKEY_CTX_free(ctx);
		return -1;
	}
	return run(ctx, EVP_PKEY_decrypt, in, out);
}

int
key_ec_sign(EVP_PKEY *key, struct span hash, struct buf *out)
{
	if (!EVP_PKEY_is_a(key, "EC"))
		return -1;
	return run(signer(key, -1), EVP_PKEY_sign, hash, out);
}

int
key_ec_derive(EVP_PKEY *key, struct span point, struct buf *out)
{
	EVP_PKEY *peer = EVP_PKEY_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	unsigned char secret[128];
	size_t len = sizeof(secret);
	int rc = -1;

	if (EVP_PKEY_is_a(key, "EC") && peer && ctx &&
	    EVP_PKEY_copy_parameters(peer, key) == 1 &&
	    EVP_PKEY_set1_encoded_public_key(peer, point.p, point.len) == 1 &&
	    EVP_PKEY_derive_init(ctx) == 1 &&
	    EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
	    EVP_PKEY_derive(ctx, secret, &len) == 1) {
		bytes_add(out, secret, len);
		rc = 0;
	}
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return rc;
}
