#include "config.h"

#include <sys/random.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "registry/inside.h"
#include "registry/seal.h"

#define KEY_LEN		32
#define NONCE_LEN	12	/* SP 800-38D 8.2.2: random, 96 bits */
#define TAG_LEN		16

_Static_assert(NONCE_LEN + TAG_LEN == SEAL_MORE, "what sealing adds");

static int
failed(struct registry *reg, const char *what, struct err *err)
{
	return err_set(err, ERR_REGISTRY_BROKEN, reg->path, "%s", what);
}

static int
make_key(struct registry *reg, uint8_t key[static KEY_LEN], struct err *err)
{
	char digest[] = "SHA256", info[] = "okienko outbox 1";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest,
		    0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
		    reg->key.b, sizeof reg->key.b),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info,
		    sizeof info - 1),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	int rc = ctx != NULL && EVP_KDF_derive(ctx, key, KEY_LEN, params) == 1 ?
	    0 : failed(reg, "HKDF is not to be had", err);

	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return rc;
}

static bool
encrypt(EVP_CIPHER_CTX *c, const uint8_t *key, const char *name,
    struct span in, uint8_t *nonce, uint8_t *out, uint8_t *tag)
{
	int n;

	return EVP_EncryptInit_ex2(c, EVP_aes_256_gcm(), key, nonce,
	    NULL) == 1 &&
	    EVP_EncryptUpdate(c, NULL, &n, (const uint8_t *)name,
	    (int)strlen(name)) == 1 &&
	    EVP_EncryptUpdate(c, out, &n, in.p, (int)in.len) == 1 &&
	    EVP_EncryptFinal_ex(c, out + n, &n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_LEN, tag) == 1;
}

static bool
decrypt(EVP_CIPHER_CTX *c, const uint8_t *key, const char *name,
    struct span in, uint8_t *out)
{
	uint8_t tag[TAG_LEN];
	size_t len = in.len - SEAL_MORE;
	int n;

	memcpy(tag, in.p + NONCE_LEN + len, sizeof tag);
	return EVP_DecryptInit_ex2(c, EVP_aes_256_gcm(), key, in.p,
	    NULL) == 1 &&
	    EVP_DecryptUpdate(c, NULL, &n, (const uint8_t *)name,
	    (int)strlen(name)) == 1 &&
	    EVP_DecryptUpdate(c, out, &n, in.p + NONCE_LEN, (int)len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_LEN, tag) == 1 &&
	    EVP_DecryptFinal_ex(c, out + n, &n) == 1;
}

int
seal_shut(struct registry *reg, const char *name, struct span clear,
    struct buf *sealed, struct err *err)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t key[KEY_LEN], *p;
	int rc = -1;

	sealed->len = 0;
	if (buf_reserve(sealed, clear.len + SEAL_MORE) == -1)
		(void)err_set(err, ERR_TOO_BIG, NULL, NULL);
	else if (make_key(reg, key, err) == 0) {
		p = sealed->data;
		if (getrandom(p, NONCE_LEN, 0) != NONCE_LEN)
			(void)err_errno(err, ERR_IO, "getrandom");
		else if (c == NULL || !encrypt(c, key, name, clear, p,
		    p + NONCE_LEN, p + NONCE_LEN + clear.len))
			(void)failed(reg, "AES-GCM is not to be had", err);
		else {
			sealed->len = clear.len + SEAL_MORE;
			rc = 0;
		}
	}
	EVP_CIPHER_CTX_free(c);
	explicit_bzero(key, sizeof key);
	return rc;
}

int
seal_open(struct registry *reg, const char *name, struct span sealed,
    struct buf *clear, struct err *err)
{
	EVP_CIPHER_CTX *c;
	uint8_t key[KEY_LEN];
	int rc = -1;

	clear->len = 0;
	if (sealed.len < SEAL_MORE)
		return failed(reg, "a sealed text that is cut", err);
	if (buf_reserve(clear, sealed.len) == -1)
		return err_set(err, ERR_TOO_BIG, NULL, NULL);
	if (make_key(reg, key, err) == -1)
		return -1;
	c = EVP_CIPHER_CTX_new();
	if (c != NULL && decrypt(c, key, name, sealed, clear->data)) {
		clear->len = sealed.len - SEAL_MORE;
		rc = 0;
	} else {
		explicit_bzero(clear->data, sealed.len);
		(void)failed(reg, "a sealed text that was changed", err);
	}
	EVP_CIPHER_CTX_free(c);
	explicit_bzero(key, sizeof key);
	return rc;
}
