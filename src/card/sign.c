#include "config.h"

#include <openssl/ecdsa.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "card/keymake.h"
#include "card/login.h"
#include "card/sign.h"

#define PREFIX_LEN	19	/* DigestInfo up to the digest */

/* RFC 8017 9.2, note 1. */
static const uint8_t prefixes[][PREFIX_LEN] = {
	[HASH_SHA256] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
	    0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 },
	[HASH_SHA384] = { 0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
	    0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30 },
	[HASH_SHA512] = { 0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
	    0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40 },
};

static const struct {
	CK_KEY_TYPE		key;
	CK_MECHANISM_TYPE	mechanism;
} kinds[] = {
	[SIGN_RSA] = { CKK_RSA, CKM_RSA_PKCS },
	[SIGN_ECDSA] = { CKK_EC, CKM_ECDSA },
};

/* --- which key ----------------------------------------------------------- */

/* Exactly one: of two, nobody knows which was meant. */
static int
find_key(const struct session *s, const char *key, enum card_sign_by by,
    CK_OBJECT_HANDLE *out, struct err *err)
{
	CK_OBJECT_HANDLE all[CARD_KEYS_MAX];
	size_t n, found = 0;
	bool cut = false;

	if (session_find(s, CKO_PRIVATE_KEY, all, CARD_KEYS_MAX, &n, &cut,
	    err) == -1)
		return -1;
	for (size_t i = 0; key[0] != '\0' && i < n; i++)
		if (object_has_id(s, all[i], key)) {
			*out = all[i];
			found++;
		}
	if (found != 1)
		return err_set(err, ERR_CARD_KEY, session_place(s),
		    "%zu private keys of id %s", found, key);
	if (object_number(s, *out, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION) !=
	    kinds[by].key)
		return err_set(err, ERR_CARD_KEY, session_place(s),
		    "key %s is of another kind", key);
	return 0;
}

/* Whether this key wants the PIN right before each use. */
static bool
wants_pin(const struct session *s, CK_OBJECT_HANDLE key)
{
	CK_BBOOL value = CK_FALSE;
	CK_ATTRIBUTE a = { CKA_ALWAYS_AUTHENTICATE, &value, sizeof(value) };

	return s->p11->fn->C_GetAttributeValue(s->handle, key, &a, 1) ==
	    CKR_OK && a.ulValueLen == sizeof(value) && value != CK_FALSE;
}

/* --- what is signed, and what comes of it ---------------------------------- */

static size_t
input(const struct card_digest *d, uint8_t out[PREFIX_LEN + CARD_DIGEST_MAX])
{
	size_t n = 0;

	if (d->by == SIGN_RSA) {
		memcpy(out, prefixes[d->hash], PREFIX_LEN);
		n = PREFIX_LEN;
	}
	memcpy(out + n, d->bytes, d->len);
	return n + d->len;
}

/* A token gives r and s side by side (PKCS#11 3.2, 6.3.1). */
static int
to_der(const struct session *s, struct card_signature *sig, struct err *err)
{
	int half = (int)(sig->len / 2), n = -1;
	BIGNUM *r = BN_bin2bn(sig->bytes, half, NULL);
	BIGNUM *v = BN_bin2bn(sig->bytes + half, half, NULL);
	ECDSA_SIG *both = ECDSA_SIG_new();
	unsigned char *der = NULL;

	if (r == NULL || v == NULL || both == NULL ||
	    ECDSA_SIG_set0(both, r, v) != 1)
		panic("out of memory");
	if (sig->len % 2 == 0)
		n = i2d_ECDSA_SIG(both, &der);
	ECDSA_SIG_free(both);
	if (n <= 0 || n > CARD_SIGNATURE_MAX) {
		OPENSSL_free(der);
		return p11_err(s->p11, err, CKR_SIGNATURE_LEN_RANGE, "C_Sign",
		    s->reader);
	}
	memcpy(sig->bytes, der, (size_t)n);
	sig->len = (size_t)n;
	OPENSSL_free(der);
	return 0;
}

static int
sign(const struct session *s, const struct card_digest *d,
    struct card_signature *sig, struct err *err)
{
	uint8_t in[PREFIX_LEN + CARD_DIGEST_MAX];
	CK_ULONG len = sizeof(sig->bytes);
	CK_RV rv;

	rv = s->p11->fn->C_Sign(s->handle, in, (CK_ULONG)input(d, in),
	    sig->bytes, &len);
	if (rv == CKR_OK && (len == 0 || len > sizeof(sig->bytes)))
		rv = CKR_SIGNATURE_LEN_RANGE;
	if (rv != CKR_OK)
		return p11_err(s->p11, err, rv, "C_Sign", s->reader);
	sig->len = len;
	return d->by == SIGN_ECDSA ? to_der(s, sig, err) : 0;
}

int
sign_digest(const struct session *s, const struct secret *pin,
    const char *key, const struct card_digest *d, struct card_signature *sig,
    struct err *err)
{
	CK_MECHANISM how = { kinds[d->by].mechanism, NULL, 0 };
	CK_OBJECT_HANDLE object = 0;
	CK_RV rv;

	sig->len = 0;
	if (find_key(s, key, d->by, &object, err) == -1)
		return -1;
	rv = s->p11->fn->C_SignInit(s->handle, &how, object);
	if (rv == CKR_MECHANISM_INVALID && d->by == SIGN_ECDSA &&
	    keymake_hashes(s, err) == -1)
		return -1;
	if (rv != CKR_OK)
		return p11_err(s->p11, err, rv, "C_SignInit", s->reader);
	if (wants_pin(s, object) && login_again(s, pin, err) == -1)
		return -1;
	if (sign(s, d, sig, err) == -1) {
		sig->len = 0;
		return -1;
	}
	return 0;
}
