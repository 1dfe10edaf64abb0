/* Certificates and their keys: by public half, by id, and how sure. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/core_names.h>
#include <openssl/bn.h>
#include <openssl/x509.h>

#include "cards.h"
#include "card/pair.h"
#include "card/record.h"
#include "card/spki.h"

#define SOON	(100 * DAY)

/* One certificate, one key, and what is to come of them. */
static const struct {
	const char	*what;
	const char	*cert_id, *key_id;
	unsigned	 key_seed;	/* the certificate's is 1; 0: no public half */
	unsigned	 cert_tokens, key_tokens;
	bool		 is_private;
	unsigned	 proves;
	enum key_state	 state;
	int		 cert;		/* of the key */
} cases[] = {
	{ "same half, same id", "01", "01", 1, 1, 1, true, 0, KEY_PRIVATE, 0 },
	{ "same half, other id", "01", "77", 1, 1, 1, true, 0, KEY_PRIVATE, 0 },
	{ "same half, no id", "", "", 1, 1, 1, true, 0, KEY_PRIVATE, 0 },
	{ "same half, other token", "01", "01", 1, 1, 2, true, 0, KEY_PRIVATE, 0 },
	{ "other half, same id", "01", "01", 2, 1, 1, true, 0, KEY_NOT_SEEN, -1 },
	{ "other half, same id, all listed", "01", "01", 2, 1, 1, true,
	    PAIR_ALL_LISTED, KEY_MISSING, -1 },
	{ "unknown half, same id", "01", "01", 0, 1, 1, true, 0, KEY_PRIVATE, 0 },
	{ "unknown half, other token", "01", "01", 0, 1, 2, true, 0,
	    KEY_NOT_SEEN, -1 },
	{ "unknown half, empty ids", "", "", 0, 1, 1, true, 0, KEY_NOT_SEEN, -1 },
	{ "unknown half, other id", "01", "02", 0, 1, 1, true, PAIR_ALL_LISTED,
	    KEY_MISSING, -1 },
	{ "public key that proves nothing", "01", "01", 1, 1, 1, false, 0,
	    KEY_NOT_SEEN, 0 },
	{ "public key of its own", "01", "01", 1, 1, 1, false,
	    PAIR_PUBLIC_PROVES, KEY_PUBLIC, 0 },
	{ "public key, but all private ones were seen", "01", "01", 1, 1, 1,
	    false, PAIR_ALL_LISTED, KEY_MISSING, 0 },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct card *card = card_new("R");

		cards_cert(card, 1, cases[i].cert_id, cases[i].cert_tokens,
		    SOON);
		cards_key(card, cases[i].key_seed, cases[i].key_id,
		    cases[i].key_tokens, cases[i].is_private);
		card_pair(card, cases[i].proves);
		if (card->certs[0].key != cases[i].state ||
		    card->keys[0].cert != cases[i].cert)
			fail_msg("%s: state %s, certificate %d", cases[i].what,
			    key_state_id(card->certs[0].key),
			    card->keys[0].cert);
		card_free(card);
	}
}

static void
test_stronger_stays(void **state)
{
	struct card *card = card_new("R");

	(void)state;
	cards_cert(card, 1, "01", 1, SOON)->key = KEY_PRIVATE;
	card_pair(card, PAIR_ALL_LISTED);
	assert_int_equal(card->certs[0].key, KEY_PRIVATE);
	card_free(card);
}

/* After a renewal with the old key both certificates have it; it shows the
 * one that lasts. */
static void
test_renewed(void **state)
{
	struct card *card = card_new("R");

	(void)state;
	cards_cert(card, 1, "01", 1, DAY);
	cards_cert(card, 1, "01", 1, 9 * DAY);
	cards_cert(card, 1, "01", 1, 2 * DAY);
	cards_key(card, 1, "01", 1, true);
	card_pair(card, 0);
	assert_int_equal(card->keys[0].cert, 1);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(card->certs[i].key, KEY_PRIVATE);
	card_free(card);
}

/* A damaged certificate has no public half: its id is all there is. */
static void
test_damaged(void **state)
{
	struct card *card = card_new("R");
	struct card_cert *c = card_add_cert(card);

	(void)state;
	card_set(&c->id, "05");
	c->tokens = 1;
	cards_key(card, 3, "05", 1, true);
	card_pair(card, 0);
	assert_int_equal(card->certs[0].key, KEY_PRIVATE);
	assert_int_equal(card->keys[0].cert, 0);
	card_free(card);
}

/* --- the public half ------------------------------------------------------ */

static void
hash_of(EVP_PKEY *key, uint8_t sha256[32])
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	assert_true(n > 0);
	assert_int_equal(EVP_Digest(der, (size_t)n, sha256, NULL, EVP_sha256(),
	    NULL), 1);
	OPENSSL_free(der);
}

static size_t
number(EVP_PKEY *key, const char *name, uint8_t *out)
{
	BIGNUM *bn = NULL;
	int n;

	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &bn), 1);
	n = BN_bn2bin(bn, out);
	BN_free(bn);
	return (size_t)n;
}

static void
test_rsa(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(1024);
	uint8_t n[129] = { 0 }, e[16], want[32], got[32];
	size_t nlen, elen;

	(void)state;
	hash_of(key, want);
	nlen = number(key, OSSL_PKEY_PARAM_RSA_N, n + 1);
	elen = number(key, OSSL_PKEY_PARAM_RSA_E, e);
	assert_int_equal(spki_rsa(n + 1, nlen, e, elen, got), 0);
	assert_memory_equal(got, want, 32);
	/* Some modules put a zero byte in front. */
	assert_int_equal(spki_rsa(n, nlen + 1, e, elen, got), 0);
	assert_memory_equal(got, want, 32);
	assert_int_equal(spki_rsa_bits(n, nlen + 1), 1024);
	assert_int_equal(spki_rsa(n, 0, e, elen, got), -1);
	assert_int_equal(spki_rsa(n, 1, e, elen, got), -1);
	EVP_PKEY_free(key);
}

static void
check_curve(const char *curve, const uint8_t *params, size_t plen,
    unsigned bits)
{
	EVP_PKEY *key = EVP_EC_gen(curve);
	uint8_t point[200], want[32], got[32];
	size_t len = 0;

	assert_non_null(key);
	hash_of(key, want);
	assert_int_equal(EVP_PKEY_get_octet_string_param(key,
	    OSSL_PKEY_PARAM_PUB_KEY, point + 3, sizeof(point) - 3, &len), 1);
	assert_int_equal(spki_ec(params, plen, point + 3, len, got), 0);
	assert_memory_equal(got, want, 32);
	assert_int_equal(spki_ec_bits(point + 3, len), bits);
	/* The same inside an OCTET STRING. */
	point[0] = 0x04;
	point[1] = 0x81;
	point[2] = (uint8_t)len;
	if (len < 0x80) {
		point[1] = 0x04;
		point[2] = (uint8_t)len;
		assert_int_equal(spki_ec(params, plen, point + 1, len + 2, got), 0);
	} else
		assert_int_equal(spki_ec(params, plen, point, len + 3, got), 0);
	assert_memory_equal(got, want, 32);
	EVP_PKEY_free(key);
}

static void
test_ec(void **state)
{
	static const uint8_t p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
	    0x3d, 0x03, 0x01, 0x07 };
	static const uint8_t p521[] = { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
	    0x23 };
	uint8_t got[32];

	(void)state;
	check_curve("P-256", p256, sizeof(p256), 256);
	check_curve("P-521", p521, sizeof(p521), 521);
	assert_int_equal(spki_ec(p256, 0, p521, 7, got), -1);
	assert_int_equal(spki_ec(p256, sizeof(p256), p521, 0, got), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_stronger_stays),
		cmocka_unit_test(test_renewed),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_ec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
