/*
 * The PIV card application of SP 800-73-4: objects, a PIN whose tries can be
 * asked for, and keys for signing, deciphering and agreeing on a secret.  The
 * signature key (9C) wants the PIN right before every use.  The management key
 * proves itself by external authentication with triple DES.
 */
#include "config.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "tests/card/bytes.h"
#include "tests/card/card.h"
#include "tests/card/keys.h"
#include "tests/card/piv.h"

#define PIN_LEN		8	/* padded with FF */
#define TRIES		3
#define DES_BLOCK	8
#define KEY_SIGNATURE	0x9c
#define KEY_CARD	0x9e	/* works without the PIN */

/* Algorithm identifiers of SP 800-78. */
enum { ALG_3DES = 0x03, ALG_RSA_2048 = 0x07, ALG_P256 = 0x11, ALG_P384 = 0x14 };

static const uint8_t aid[] = { 0xa0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0 };
#define RID_LEN 5

struct piv {
	bool	 verified;
	bool	 fresh;		/* PIN verified, and no key used since */
	bool	 admin;
	bool	 challenged;
	uint8_t	 challenge[DES_BLOCK];
};

static struct span
unpadded(struct span s)
{
	while (s.len > 0 && s.p[s.len - 1] == 0xff)
		s.len--;
	return s;
}

static void
power_on(struct card *c)
{
	uint8_t guid[PIV_GUID_LEN];

	if (RAND_bytes(guid, sizeof(guid)) == 1)
		piv_prepare(c->store, guid);
}

static unsigned
select_aid(struct card *c, const struct apdu *a, struct buf *out)
{
	struct piv *p = c->session;
	size_t t, authority;

	if (a->p1 != 0x04 || a->data.len < RID_LEN ||
	    a->data.len > sizeof(aid) ||
	    memcmp(aid, a->data.p, a->data.len) != 0)
		return SW_NOT_FOUND;
	p->verified = p->admin = p->challenged = false;
	t = tlv_open(out, 0x61);
	tlv_add(out, 0x4f, aid + RID_LEN, sizeof(aid) - RID_LEN);
	authority = tlv_open(out, 0x79);
	tlv_add(out, 0x4f, aid, RID_LEN);
	tlv_close(out, authority);
	tlv_close(out, t);
	return SW_OK;
}

static unsigned
verify(struct card *c, const struct apdu *a, struct buf *out)
{
	struct piv *p = c->session;
	unsigned sw;

	(void)out;
	if (a->p2 != PIV_PIN)
		return SW_NO_REFERENCE;
	if (a->p1 == 0xff) {
		p->verified = false;
		return SW_OK;
	}
	if (a->data.len == 0)
		return p->verified ? SW_OK :
		    SW_TRIES | store_pin(c->store, PIV_PIN)->left;
	if (a->data.len != PIN_LEN)
		return SW_WRONG_DATA;
	sw = card_check_pin(c, PIV_PIN, unpadded(a->data));
	p->verified = p->fresh = sw == SW_OK;
	return sw;
}

/* CHANGE REFERENCE DATA proves the one it sets, RESET RETRY COUNTER the PUK. */
static unsigned
set_pin(struct card *c, const struct apdu *a, unsigned proof)
{
	struct span new;
	unsigned sw;

	if (a->data.len != 2 * PIN_LEN)
		return SW_WRONG_DATA;
	sw = card_check_pin(c, proof, unpadded(span_of(a->data.p, PIN_LEN)));
	if (sw != SW_OK)
		return sw;
	new = unpadded(span_of(a->data.p + PIN_LEN, PIN_LEN));
	store_set_pin(c->store, a->p2, TRIES, new.p, new.len);
	return SW_OK;
}

static unsigned
change(struct card *c, const struct apdu *a, struct buf *out)
{
	(void)out;
	if (a->p2 != PIV_PIN && a->p2 != PIV_PUK)
		return SW_NO_REFERENCE;
	return set_pin(c, a, a->p2);
}

static unsigned
unblock(struct card *c, const struct apdu *a, struct buf *out)
{
	(void)out;
	return a->p2 == PIV_PIN ? set_pin(c, a, PIV_PUK) : SW_NO_REFERENCE;
}

static unsigned
get_data(struct card *c, const struct apdu *a, struct buf *out)
{
	struct store_file *f;
	struct span tag;

	if (a->p1 != 0x3f || a->p2 != 0xff ||
	    tlv_find(a->data, 0x5c, &tag) == -1)
		return SW_WRONG_DATA;
	f = store_file(c->store, tag.p, tag.len);
	if (f == NULL || f->size == 0)
		return SW_NOT_FOUND;
	bytes_add(out, f->data, f->size);
	return SW_OK;
}

static unsigned
put_data(struct card *c, const struct apdu *a, struct buf *out)
{
	struct piv *p = c->session;
	struct span rest = a->data, tag;
	unsigned t;

	(void)out;
	if (!p->admin)
		return SW_NOT_ALLOWED;
	if (tlv_next(&rest, &t, &tag) == -1 || t != 0x5c ||
	    tag.len == 0 || tag.len > 3 || rest.len > STORE_FILE_MAX)
		return SW_WRONG_DATA;
	piv_put(c->store, tag.p, tag.len, rest.p, rest.len);
	return SW_OK;
}

static unsigned
generate(struct card *c, const struct apdu *a, struct buf *out)
{
	struct piv *p = c->session;
	struct span all, alg;
	size_t t, value;
	EVP_PKEY *key;

	if (!p->admin)
		return SW_NOT_ALLOWED;
	if (tlv_find(a->data, 0xac, &all) == -1 ||
	    tlv_find(all, 0x80, &alg) == -1 || alg.len != 1)
		return SW_WRONG_DATA;
	switch (alg.p[0]) {
	case ALG_RSA_2048: key = key_new_rsa(2048); break;
	case ALG_P256: key = key_new_ec("prime256v1"); break;
	case ALG_P384: key = key_new_ec("secp384r1"); break;
	default: return SW_WRONG_DATA;
	}
	t = tlv_open(out, 0x7f49);
	if (alg.p[0] == ALG_RSA_2048) {
		value = tlv_open(out, 0x81);
		key_add_modulus(key, out);
		tlv_close(out, value);
		tlv_add(out, 0x82, "\x01\x00\x01", 3);
	} else {
		value = tlv_open(out, 0x86);
		key_add_point(key, out);
		tlv_close(out, value);
	}
	tlv_close(out, t);
	store_set_key(c->store, a->p2, key);
	return SW_OK;
}

/* One block under the management key. */
static int
crypt_block(struct card *c, const uint8_t *in, uint8_t out[2 * DES_BLOCK])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, ok = ctx && EVP_EncryptInit_ex(ctx, EVP_des_ede3_ecb(), NULL,
	    store_pin(c->store, PIV_ADMIN)->value, NULL) == 1 &&
	    EVP_EncryptUpdate(ctx, out, &n, in, DES_BLOCK) == 1 &&
	    n == DES_BLOCK;

	EVP_CIPHER_CTX_free(ctx);
	return ok ? 0 : -1;
}

/* A challenge as it is (81, external), or encrypted, as a witness (80). */
static unsigned
challenge(struct card *c, unsigned tag, struct buf *out)
{
	struct piv *p = c->session;
	uint8_t hidden[2 * DES_BLOCK];
	size_t t;

	if (RAND_bytes(p->challenge, sizeof(p->challenge)) != 1 ||
	    crypt_block(c, p->challenge, hidden) == -1)
		return SW_CONDITIONS;
	p->challenged = true;
	t = tlv_open(out, 0x7c);
	tlv_add(out, tag, tag == 0x80 ? hidden : p->challenge, DES_BLOCK);
	tlv_close(out, t);
	return SW_OK;
}

/*
 * SP 800-73-4 part 2, A.1: external authentication takes the challenge back
 * encrypted (82); mutual takes the witness back deciphered (80), and proves
 * itself by encrypting the other side's challenge (81).
 */
static unsigned
authenticate_admin(struct card *c, struct span all, struct buf *out)
{
	struct piv *p = c->session;
	uint8_t want[2 * DES_BLOCK], proof[2 * DES_BLOCK];
	struct span v, theirs;
	size_t t;

	if ((tlv_find(all, 0x81, &v) == 0 && v.len == 0))
		return challenge(c, 0x81, out);
	if (tlv_find(all, 0x80, &v) == 0 && v.len == 0)
		return challenge(c, 0x80, out);
	if (!p->challenged)
		return SW_CONDITIONS;
	p->challenged = false;
	if (tlv_find(all, 0x80, &v) == 0) {
		p->admin = span_equal(v, p->challenge, DES_BLOCK);
		if (tlv_find(all, 0x81, &theirs) == -1 ||
		    theirs.len != DES_BLOCK ||
		    crypt_block(c, theirs.p, proof) == -1)
			return SW_WRONG_DATA;
	} else if (tlv_find(all, 0x82, &v) == -1 ||
	    crypt_block(c, p->challenge, want) == -1)
		return SW_WRONG_DATA;
	else {
		p->admin = span_equal(v, want, DES_BLOCK);
		return p->admin ? SW_OK : SW_NOT_ALLOWED;
	}
	if (!p->admin)
		return SW_NOT_ALLOWED;
	t = tlv_open(out, 0x7c);
	tlv_add(out, 0x82, proof, DES_BLOCK);
	tlv_close(out, t);
	return SW_OK;
}

static bool
suits(EVP_PKEY *key, uint8_t alg)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "RSA"))
		return alg == ALG_RSA_2048 && bits == 2048;
	return (alg == ALG_P256 && bits == 256) ||
	    (alg == ALG_P384 && bits == 384);
}

static unsigned
use_key(EVP_PKEY *key, struct span all, struct buf *out)
{
	struct span v;
	size_t t = tlv_open(out, 0x7c), value = tlv_open(out, 0x82);
	int rc = -1;

	if (tlv_find(all, 0x85, &v) == 0)
		rc = key_ec_derive(key, v, out);
	else if (tlv_find(all, 0x81, &v) == 0)
		rc = EVP_PKEY_is_a(key, "RSA") ? key_rsa_raw(key, v, out) :
		    key_ec_sign(key, v, out);
	tlv_close(out, value);
	tlv_close(out, t);
	return rc == 0 ? SW_OK : SW_WRONG_DATA;
}

static unsigned
authenticate(struct card *c, const struct apdu *a, struct buf *out)
{
	struct piv *p = c->session;
	EVP_PKEY *key = store_key(c->store, a->p2);
	struct span all;

	if (tlv_find(a->data, 0x7c, &all) == -1)
		return SW_WRONG_DATA;
	if (a->p2 == PIV_ADMIN)
		return a->p1 == ALG_3DES || a->p1 == 0 ?
		    authenticate_admin(c, all, out) : SW_WRONG_P1P2;
	if (key == NULL || !suits(key, a->p1))
		return SW_WRONG_P1P2;
	if (a->p2 != KEY_CARD && !(a->p2 == KEY_SIGNATURE ? p->fresh :
	    p->verified))
		return SW_NOT_ALLOWED;
	return use_key(key, all, out);
}

static const struct {
	uint8_t ins;
	unsigned (*run)(struct card *, const struct apdu *, struct buf *);
} commands[] = {
	{ 0x20, verify },
	{ 0x24, change },
	{ 0x2c, unblock },
	{ 0x47, generate },
	{ 0x87, authenticate },
	{ 0xa4, select_aid },
	{ 0xcb, get_data },
	{ 0xdb, put_data },
};

static unsigned
run(struct card *c, const struct apdu *a, struct buf *out)
{
	struct piv *p = c->session;
	unsigned sw = SW_NO_INS;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].ins == a->ins)
			sw = commands[i].run(c, a, out);
	if (a->ins == 0x87)
		p->fresh = false;
	return sw;
}

const struct card_type piv_type = {
	.name = "piv",
	/* T=1 and the letters OKPIV1: claimed by no driver's list. */
	.atr = "3B8680014F4B504956317D",
	.session_size = sizeof(struct piv),
	.power_on = power_on,
	.run = run,
};
