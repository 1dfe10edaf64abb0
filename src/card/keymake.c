#include "config.h"

#include <string.h>

#include "card/ckr.h"
#include "card/keymake.h"

/* What a kind of key is to PKCS#11. */
struct kind {
	CK_MECHANISM_TYPE	 makes, signs;
	CK_KEY_TYPE		 type;
	CK_ULONG		 bits;		/* RSA */
	uint8_t			 curve[12];	/* EC: its OID, DER */
	size_t			 ncurve;
};

static const struct kind kinds[KEY_KINDS] = {
#define RSA(n)	{ CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS, CKK_RSA, n, { 0 }, 0 }
#define EC(...) { CKM_EC_KEY_PAIR_GEN, CKM_ECDSA, CKK_EC, 0, { __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ }) }
	[KEY_KIND_RSA2048] = RSA(2048),
	[KEY_KIND_RSA3072] = RSA(3072),
	[KEY_KIND_RSA4096] = RSA(4096),
	/* RFC 5480 2.1.1.1: secp256r1, secp384r1, secp521r1 */
	[KEY_KIND_P256] = EC(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
	    0x01, 0x07),
	[KEY_KIND_P384] = EC(0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22),
	[KEY_KIND_P521] = EC(0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23),
#undef RSA
#undef EC
};

/* Answers that say: not such a key. */
static const CK_RV refusals[] = {
	CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_KEY_SIZE_RANGE,
	CKR_CURVE_NOT_SUPPORTED, CKR_DOMAIN_PARAMS_INVALID,
	CKR_FUNCTION_NOT_SUPPORTED, CKR_ATTRIBUTE_VALUE_INVALID,
	CKR_KEY_TYPE_INCONSISTENT
};

/* Answers that are about a template, which may be shorter. */
static const CK_RV picky[] = {
	CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_TYPE_INVALID,
	CKR_ATTRIBUTE_READ_ONLY
};

#define IN(list, rv) is_in(list, sizeof(list) / sizeof(*(list)), rv)

static bool
is_in(const CK_RV *list, size_t n, CK_RV rv)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == rv)
			return true;
	return false;
}

static int
hex_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'A' + 10;
}

size_t
keymake_id(const char *hex, uint8_t id[CHANGE_ID_MAX / 2])
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++)
		id[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 |
		    hex_digit(hex[2 * i + 1]));
	return n;
}

/* --- whether it would be of use --------------------------------------------- */

static bool
can(const struct session *s, CK_MECHANISM_TYPE how, CK_FLAGS what)
{
	CK_MECHANISM_INFO info;

	memset(&info, 0, sizeof(info));
	return s->p11->fn->C_GetMechanismInfo(s->slot, how, &info) == CKR_OK &&
	    (info.flags & what) != 0;
}

/*
 * Sizes are bits (PKCS#11 3.2, 6.1.5 and 6.3.3).  Where they cannot be that, as
 * in modules that count bytes or leave them out, nothing is known by them.
 */
static bool
is_size(const CK_MECHANISM_INFO *info, enum key_kind kind)
{
	CK_ULONG bits = key_kind_bits(kind);
	bool ec = key_kind_type(kind) == KEY_EC;

	return info->ulMaxKeySize < (ec ? 160 : 1024) ||
	    (bits >= info->ulMinKeySize && bits <= info->ulMaxKeySize);
}

static bool
signs(const struct p11 *p, CK_SLOT_ID slot, CK_MECHANISM_TYPE how)
{
	CK_MECHANISM_INFO info;

	memset(&info, 0, sizeof(info));
	return p->fn->C_GetMechanismInfo(slot, how, &info) == CKR_OK &&
	    (info.flags & CKF_SIGN) != 0;
}

unsigned
keymake_kinds(const struct p11 *p, CK_SLOT_ID slot)
{
	unsigned makes = 0;

	for (int k = KEY_KIND_NONE + 1; k < KEY_KINDS; k++) {
		CK_MECHANISM_INFO info;
		CK_RV rv;

		memset(&info, 0, sizeof(info));
		rv = p->fn->C_GetMechanismInfo(slot, kinds[k].makes, &info);
		if (rv == CKR_OK || rv == CKR_MECHANISM_INVALID)
			makes |= TOKEN_TELLS;
		if (rv == CKR_OK && (info.flags & CKF_GENERATE_KEY_PAIR) != 0 &&
		    is_size(&info, (enum key_kind)k) &&
		    signs(p, slot, kinds[k].signs))
			makes |= 1u << k;
	}
	return makes;
}

int
keymake_hashes(const struct session *s, struct err *err)
{
	if (can(s, CKM_ECDSA, CKF_SIGN) || !can(s, CKM_ECDSA_SHA1, CKF_SIGN))
		return 0;
	return err_set(err, ERR_CARD_HASH, session_place(s),
	    "CKM_ECDSA_SHA1 and not CKM_ECDSA");
}

static int
check(const struct session *s, const struct card_change *c, struct err *err)
{
	const struct kind *k = &kinds[c->key];

	if (k->type == CKK_EC && keymake_hashes(s, err) == -1)
		return -1;
	if (!can(s, k->makes, CKF_GENERATE_KEY_PAIR) ||
	    !can(s, k->signs, CKF_SIGN))
		return err_set(err, ERR_CARD_KEY_KIND, session_place(s),
		    "no such mechanism");
	return 0;
}

/* --- making it ----------------------------------------------------------------- */

/*
 * What every module wants comes first; what is left of the templates only says
 * more, and goes when a module takes none of it.
 */
static CK_RV
make(const struct session *s, const struct card_change *c, bool full)
{
	struct kind k = kinds[c->key];
	bool rsa = k.type == CKK_RSA;
	uint8_t id[CHANGE_ID_MAX / 2], exponent[] = { 0x01, 0x00, 0x01 };
	CK_ULONG idlen = keymake_id(c->id, id);
	CK_OBJECT_CLASS pub = CKO_PUBLIC_KEY, priv = CKO_PRIVATE_KEY;
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	void *label = (void *)(uintptr_t)c->label;
	CK_MECHANISM how = { k.makes, NULL, 0 };
	CK_OBJECT_HANDLE made[2];
	CK_ATTRIBUTE public[] = {
		{ CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_ID, id, idlen },
		{ CKA_LABEL, label, strlen(c->label) },
		{ CKA_VERIFY, &yes, sizeof(yes) },
		{ rsa ? CKA_MODULUS_BITS : CKA_EC_PARAMS,
		  rsa ? (void *)&k.bits : k.curve,
		  rsa ? sizeof(k.bits) : k.ncurve },
		{ CKA_PRIVATE, &no, sizeof(no) },
		{ CKA_CLASS, &pub, sizeof(pub) },
		{ CKA_KEY_TYPE, &k.type, sizeof(k.type) },
		{ CKA_ENCRYPT, &no, sizeof(no) },
		{ CKA_WRAP, &no, sizeof(no) },
		{ CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent) },
	};
	CK_ATTRIBUTE private[] = {
		{ CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_ID, id, idlen },
		{ CKA_LABEL, label, strlen(c->label) },
		{ CKA_SIGN, &yes, sizeof(yes) },
		{ CKA_PRIVATE, &yes, sizeof(yes) },
		{ CKA_SENSITIVE, &yes, sizeof(yes) },
		{ CKA_CLASS, &priv, sizeof(priv) },
		{ CKA_KEY_TYPE, &k.type, sizeof(k.type) },
		{ CKA_EXTRACTABLE, &no, sizeof(no) },
		{ CKA_DECRYPT, &no, sizeof(no) },
		{ CKA_UNWRAP, &no, sizeof(no) },
	};
	CK_ULONG npublic = !full ? 5 : rsa ? 11 : 10;
	CK_ULONG nprivate = !full ? 6 : 11;

	return s->p11->fn->C_GenerateKeyPair(s->handle, &how, public, npublic,
	    private, nprivate, &made[0], &made[1]);
}

int
keymake(const struct session *s, const struct card_change *c, struct err *err)
{
	CK_RV rv;

	if (check(s, c, err) == -1)
		return -1;
	rv = make(s, c, true);
	if (IN(picky, rv))
		rv = make(s, c, false);
	if (rv == CKR_OK)
		return 0;
	if (IN(picky, rv) || IN(refusals, rv))
		return err_raw(err, ERR_CARD_KEY_KIND, ORIGIN_PKCS11, rv,
		    session_place(s), "C_GenerateKeyPair of %s gave %s",
		    s->p11->name, ckr_name(rv));
	return p11_err(s->p11, err, rv, "C_GenerateKeyPair", session_place(s));
}
