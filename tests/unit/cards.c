#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "cards.h"
#include "card/record.h"

static void
require(int truth)
{
	if (!truth)
		abort();
}

/* The DER of one small real certificate, the same for all. */
static const uint8_t *
some_der(size_t *len)
{
	static unsigned char *der;
	static int n;
	EVP_PKEY *key;
	X509 *x;

	if (der == NULL) {
		key = EVP_EC_gen("P-256");
		x = X509_new();
		require(key != NULL && x != NULL);
		require(X509_set_version(x, 2));
		require(ASN1_INTEGER_set(X509_get_serialNumber(x), 42));
		require(X509_gmtime_adj(X509_getm_notBefore(x), 0) != NULL);
		require(X509_gmtime_adj(X509_getm_notAfter(x), 86400) != NULL);
		require(X509_NAME_add_entry_by_txt(X509_get_subject_name(x),
		    "CN", MBSTRING_UTF8, (const unsigned char *)"Osoba",
		    -1, -1, 0));
		require(X509_set_pubkey(x, key));
		require(X509_sign(x, key, EVP_sha256()) > 0);
		n = i2d_X509(x, &der);
		require(n > 0);
		X509_free(x);
		EVP_PKEY_free(key);
	}
	*len = (size_t)n;
	return der;
}

static void
fill_hash(uint8_t hash[32], unsigned seed)
{
	memset(hash, 0x5a, 32);
	memcpy(hash, &seed, sizeof(seed));
}

struct token *
cards_token(struct card *card, const char *module, const char *serial,
    const char *label)
{
	struct token *t = card_add_token(card);

	require(t != NULL);
	card_set(&t->module, module);
	card_set(&t->serial, serial);
	card_set(&t->label, label);
	return t;
}

struct card_cert *
cards_cert(struct card *card, unsigned seed, const char *id, unsigned tokens,
    int64_t not_after)
{
	struct card_cert *c = card_add_cert(card);
	struct err err = ERR_INIT;
	size_t len;
	const uint8_t *der = some_der(&len);

	require(c != NULL);
	require(cert_parse(der, len, &c->cert, &err) == 0);
	card_set(&c->id, id);
	c->tokens = tokens;
	c->size = 1000;
	fill_hash(c->sha256, seed);
	fill_hash(c->cert->spki_sha256, seed);
	c->cert->not_after = not_after;
	return c;
}

struct card_key *
cards_key(struct card *card, unsigned seed, const char *id, unsigned tokens,
    bool is_private)
{
	struct card_key *k = card_add_key(card);

	require(k != NULL);
	card_set(&k->id, id);
	k->tokens = tokens;
	k->type = KEY_EC;
	k->bits = 256;
	k->is_private = is_private;
	k->has_spki = seed != 0;
	if (k->has_spki)
		fill_hash(k->spki_sha256, seed);
	return k;
}
