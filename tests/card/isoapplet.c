/*
 * As much of IsoApplet 0.6 as OpenSC's isoApplet driver uses: a file system
 * (isofs.c), a PIN and a PUK, RSA and EC keys that are made or brought in.
 * Of the access rules only those that a PIN opens are kept.
 */
#include "config.h"

#include <openssl/rand.h>
#include <openssl/sha.h>
#include <string.h>

#include "tests/card/bytes.h"
#include "tests/card/isofs.h"
#include "tests/card/keys.h"

enum { PIN = 1, PUK = 2 };

#define TRIES		3
#define ALG_RSA_2048	0xf3

/* PINs come padded with zeroes to a fixed length. */
static struct span
unpadded(struct span s)
{
	while (s.len > 0 && s.p[s.len - 1] == 0)
		s.len--;
	return s;
}

/* Two PINs of equal length, one behind the other. */
static void
split(struct span both, struct span *first, struct span *second)
{
	size_t half = both.len / 2;

	*first = unpadded(span_of(both.p, half));
	*second = unpadded(span_of(both.p + half, both.len - half));
}

static unsigned
verify(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct store_pin *pin = store_pin(c->store, PIN);
	unsigned sw;

	(void)out;
	if (a->p2 != PIN || pin == NULL)
		return SW_NO_REFERENCE;
	if (a->data.len == 0)
		return fs->verified ? SW_OK : SW_TRIES | pin->left;
	sw = card_check_pin(c, PIN, unpadded(a->data));
	fs->verified = sw == SW_OK;
	return sw;
}

/* P1 = 01 sets a PIN that is not there yet; the card is then being made. */
static unsigned
change(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct span old, new;
	unsigned sw;

	(void)out;
	if ((a->p2 != PIN && a->p2 != PUK) || a->data.len > STORE_PIN_MAX)
		return SW_WRONG_P1P2;
	if (a->p1 == 1) {
		if (store_pin(c->store, a->p2))
			return SW_CONDITIONS;
		new = unpadded(a->data);
		store_set_pin(c->store, a->p2, TRIES, new.p, new.len);
		fs->verified |= a->p2 == PIN;
		return SW_OK;
	}
	split(a->data, &old, &new);
	sw = card_check_pin(c, a->p2, old);
	if (sw == SW_OK)
		store_set_pin(c->store, a->p2, TRIES, new.p, new.len);
	return sw;
}

static unsigned
unblock(struct card *c, const struct apdu *a, struct buf *out)
{
	struct span puk, new;
	unsigned sw;

	(void)out;
	if (a->data.len > 2 * STORE_PIN_MAX)
		return SW_WRONG_LENGTH;
	split(a->data, &puk, &new);
	sw = card_check_pin(c, PUK, puk);
	if (sw == SW_OK)
		store_set_pin(c->store, PIN, TRIES, new.p, new.len);
	return sw;
}

/* MANAGE SECURITY ENVIRONMENT: which key, which algorithm comes next. */
static unsigned
environment(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct span v;

	(void)out;
	if (tlv_find(a->data, 0x80, &v) == 0 && v.len > 0)
		fs->algorithm = v.p[0];
	if (tlv_find(a->data, 0x84, &v) == 0 && v.len > 0)
		fs->key_ref = v.p[0];
	return SW_OK;
}

static void
add_rsa_public(EVP_PKEY *key, struct buf *out)
{
	size_t t = tlv_open(out, 0x7f49), n = tlv_open(out, 0x81);

	key_add_modulus(key, out);
	tlv_close(out, n);
	tlv_add(out, 0x82, "\x01\x00\x01", 3);
	tlv_close(out, t);
}

/* The driver wants the curve back as it sent it, with the point added. */
static void
add_ec_public(EVP_PKEY *key, struct span curve, struct buf *out)
{
	size_t t = tlv_open(out, 0x7f49), point;
	struct span v;

	for (unsigned tag = 0x81; tag <= 0x87; tag++) {
		if (tag == 0x86) {
			point = tlv_open(out, tag);
			key_add_point(key, out);
			tlv_close(out, point);
		} else if (tlv_find(curve, tag, &v) == 0)
			tlv_add(out, tag, v.p, v.len);
	}
	tlv_close(out, t);
}

static unsigned
generate(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct span prime;
	const char *group;
	EVP_PKEY *key;

	if (!fs->verified)
		return SW_NOT_ALLOWED;
	if (fs->algorithm == ALG_RSA_2048) {
		key = key_new_rsa(2048);
		add_rsa_public(key, out);
	} else {
		if (tlv_find(a->data, 0x81, &prime) == -1 ||
		    (group = key_group_of_prime(prime)) == NULL)
			return SW_NO_FUNCTION;
		key = key_new_ec(group);
		add_ec_public(key, a->data, out);
	}
	store_set_key(c->store, fs->key_ref, key);
	return SW_OK;
}

/* PUT DATA: a private key made outside. */
static unsigned
import(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct span s = a->data, v, p, q;
	const char *group;
	EVP_PKEY *key = NULL;
	unsigned tag;

	(void)out;
	if (!fs->verified)
		return SW_NOT_ALLOWED;
	if (tlv_next(&s, &tag, &v) == -1)
		return SW_WRONG_DATA;
	if (tag == 0x7f48) {
		if (tlv_find(v, 0x92, &p) == 0 && tlv_find(v, 0x93, &q) == 0)
			key = key_from_primes(p, q);
	} else if (tlv_find(v, 0x81, &p) == 0 && tlv_find(v, 0x88, &q) == 0 &&
	    (group = key_group_of_prime(p)) != NULL)
		key = key_from_scalar(group, q);
	if (key == NULL)
		return SW_WRONG_DATA;
	store_set_key(c->store, fs->key_ref, key);
	return SW_OK;
}

/* The applet hashes what it signs with an EC key, always by SHA-1. */
static int
sign(EVP_PKEY *key, struct span in, struct buf *out)
{
	uint8_t hash[SHA_DIGEST_LENGTH];

	if (EVP_PKEY_is_a(key, "RSA"))
		return key_rsa_sign(key, in, out);
	SHA1(in.p, in.len, hash);
	return key_ec_sign(key, span_of(hash, sizeof(hash)), out);
}

/* PERFORM SECURITY OPERATION: sign (9E9A) or decipher (8086). */
static unsigned
operate(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	EVP_PKEY *key = store_key(c->store, fs->key_ref);
	unsigned op = (unsigned)a->p1 << 8 | a->p2;
	struct span in = a->data;
	uint8_t padding;

	if (!fs->verified)
		return SW_NOT_ALLOWED;
	if (key == NULL)
		return SW_NO_REFERENCE;
	if (op == 0x9e9a)
		return sign(key, in, out) == 0 ? SW_OK : SW_WRONG_DATA;
	if (op == 0x8086 && span_u8(&in, &padding) == 0)
		return key_rsa_decrypt(key, in, out) == 0 ? SW_OK :
		    SW_WRONG_DATA;
	return SW_NO_FUNCTION;
}

static unsigned
challenge(struct card *c, const struct apdu *a, struct buf *out)
{
	uint8_t random[256];
	size_t n = a->le && a->le < sizeof(random) ? a->le : sizeof(random);

	(void)c;
	if (RAND_bytes(random, (int)n) != 1)
		return SW_CONDITIONS;
	bytes_add(out, random, n);
	return SW_OK;
}

static const struct {
	uint8_t ins;
	unsigned (*run)(struct card *, const struct apdu *, struct buf *);
} commands[] = {
	{ 0x20, verify },
	{ 0x22, environment },
	{ 0x24, change },
	{ 0x2a, operate },
	{ 0x2c, unblock },
	{ 0x46, generate },
	{ 0x84, challenge },
	{ 0xa4, isofs_select },
	{ 0xb0, isofs_read },
	{ 0xd6, isofs_update },
	{ 0xdb, import },
	{ 0xe0, isofs_create },
	{ 0xe4, isofs_delete },
};

static unsigned
run(struct card *c, const struct apdu *a, struct buf *out)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].ins == a->ins)
			return commands[i].run(c, a, out);
	return SW_NO_INS;
}

const struct card_type isoapplet_type = {
	.name = "isoapplet",
	.atr = "3B800181",	/* T=1 and nothing else: no driver claims it */
	.session_size = sizeof(struct isofs),
	.power_on = isofs_power_on,
	.run = run,
};
