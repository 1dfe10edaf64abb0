#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/clock.h"
#include "card/pair.h"
#include "card/reading.h"
#include "card/record.h"
#include "card/spki.h"

#define REPORT_EVERY_MS	500	/* news of a long read */
#define SIZE_SHOWN_MAX	1000000	/* bytes; a claim beyond it says no more */

void
reading_report(struct reading *r)
{
	card_pair(r->card, r->p11->opensc ? 0 : PAIR_PUBLIC_PROVES);
	r->report(r->card, r->arg);
	r->reported = clock_mono_ms();
}

/* --- certificates -------------------------------------------------------- */

static bool
same_cert(const struct card_cert *c, const uint8_t *sha256, size_t size)
{
	return c->size == size &&
	    memcmp(c->sha256, sha256, sizeof(c->sha256)) == 0;
}

/* The bytes of a certificate object: a new entry, or one known already. */
static struct card_cert *
take_cert(struct card *card, const uint8_t *der, size_t len)
{
	struct err ignored = ERR_INIT;
	uint8_t sha256[32] = { 0 };
	struct card_cert *c;

	(void)EVP_Digest(der, len, sha256, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < card->ncerts; i++)
		if (same_cert(&card->certs[i], sha256, len))
			return &card->certs[i];
	c = card_add_cert(card);
	if (c == NULL)
		return NULL;
	c->size = len;
	memcpy(c->sha256, sha256, sizeof(sha256));
	/* Damaged ones stay in the list without a record: they fill the card. */
	if (cert_parse(der, len, &c->cert, &ignored) == -1) {
		c->cert = NULL;
		return c;
	}
	/* A longer one goes without: it is shown, but not checked by its issuer. */
	buf_init(&c->der, CARD_DER_MAX);
	(void)buf_add(&c->der, der, len);
	return c;
}

void
reading_whole_cert(struct card *card, const uint8_t *der, size_t len)
{
	struct err ignored = ERR_INIT;
	struct cert *cert;

	if (cert_parse(der, len, &cert, &ignored) == -1)
		return;
	cert_free(cert);
	(void)take_cert(card, der, len);
}

/* An object whose bytes cannot be had still takes up its place. */
static struct card_cert *
take_unreadable(struct card *card, size_t claimed)
{
	struct card_cert *c = card_add_cert(card);

	if (c != NULL)
		c->size = claimed < SIZE_SHOWN_MAX ? claimed : SIZE_SHOWN_MAX;
	return c;
}

static void
read_cert(struct reading *r, const struct session *s, CK_OBJECT_HANDLE object,
    unsigned token)
{
	struct err err = ERR_INIT;
	struct card_cert *c = NULL;
	enum object_got got;
	uint8_t *der;
	size_t len;

	got = object_get(s, object, CKA_VALUE, CERT_DER_MAX, &der, &len, &err);
	if (got == OBJECT_GOT)
		c = take_cert(r->card, der, len);
	else if (got != OBJECT_NONE)	/* none: it is kept elsewhere, CKA_URL */
		c = take_unreadable(r->card, len);
	free(der);
	if (c == NULL)
		return;
	c->tokens |= 1u << token;
	if (c->id[0] == '\0' || c->label[0] == '\0')
		object_names(s, object, &c->id, &c->label);
	if (got == OBJECT_TOO_BIG)
		err_set(&err, ERR_TOO_BIG, c->label, "%zu bytes", len);
	if (err.code != ERR_NONE)
		card_add_problem(r->card, &err);
}

static int
read_certs(struct reading *r, const struct session *s, unsigned token,
    struct err *err)
{
	CK_OBJECT_HANDLE objects[CARD_CERTS_MAX];
	size_t n;

	if (session_find(s, CKO_CERTIFICATE, objects, CARD_CERTS_MAX, &n,
	    &r->card->cut, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		read_cert(r, s, objects[i], token);
		if (r->card->ncerts == 1 ||
		    clock_mono_ms() - r->reported >= REPORT_EVERY_MS)
			reading_report(r);
	}
	return 0;
}

/* --- keys ---------------------------------------------------------------- */

/* What of an object identifies a key before it has an entry. */
struct key_facts {
	char			*id, *label;
	enum cert_key_type	 type;
	unsigned		 bits;
	bool			 has_spki;
	uint8_t			 spki[32];
};

typedef int spki_fn(const uint8_t *, size_t, const uint8_t *, size_t,
    uint8_t sha256[32]);

/* Two attributes that make a public key; either may be absent. */
static void
read_public_half(const struct session *s, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE first, CK_ATTRIBUTE_TYPE second, spki_fn *spki,
    struct key_facts *k)
{
	struct err ignored = ERR_INIT;
	uint8_t *a, *b = NULL;
	size_t alen, blen = 0;

	if (object_get(s, object, first, OBJECT_PART_MAX, &a, &alen,
	    &ignored) == OBJECT_GOT &&
	    object_get(s, object, second, OBJECT_PART_MAX, &b, &blen,
	    &ignored) == OBJECT_GOT)
		k->has_spki = spki(a, alen, b, blen, k->spki) == 0;
	/* A part that claims to be too long has a length, and is not there. */
	if (k->type == KEY_RSA)
		k->bits = a != NULL ? spki_rsa_bits(a, alen) : 0;
	else
		k->bits = b != NULL ? spki_ec_bits(b, blen) : 0;
	free(a);
	free(b);
}

static void
read_key_facts(const struct session *s, CK_OBJECT_HANDLE object,
    struct key_facts *k)
{
	memset(k, 0, sizeof(*k));
	object_names(s, object, &k->id, &k->label);
	switch (object_number(s, object, CKA_KEY_TYPE, CK_UNAVAILABLE_INFORMATION)) {
	case CKK_RSA:
		k->type = KEY_RSA;
		read_public_half(s, object, CKA_MODULUS, CKA_PUBLIC_EXPONENT,
		    spki_rsa, k);
		break;
	case CKK_EC:
		k->type = KEY_EC;
		read_public_half(s, object, CKA_EC_PARAMS, CKA_EC_POINT,
		    spki_ec, k);
		break;
	case CKK_DSA:
		k->type = KEY_DSA;
		break;
	default:
		k->type = KEY_UNKNOWN;
		break;
	}
}

/* A key's two halves and its mirrors on other tokens are one entry. */
static void
take_key(struct card *card, const struct key_facts *facts, unsigned token,
    bool is_private)
{
	struct card_key *k = card_find_key(card, facts->id, 1u << token,
	    facts->has_spki ? facts->spki : NULL);

	if (k == NULL && (k = card_add_key(card)) == NULL)
		return;
	k->tokens |= 1u << token;
	k->is_private = k->is_private || is_private;
	if (k->id[0] == '\0')
		card_set(&k->id, facts->id);
	if (k->label[0] == '\0')
		card_set(&k->label, facts->label);
	if (k->type == KEY_UNKNOWN)
		k->type = facts->type;
	if (k->bits == 0)
		k->bits = facts->bits;
	if (!k->has_spki && facts->has_spki) {
		k->has_spki = true;
		memcpy(k->spki_sha256, facts->spki, sizeof(facts->spki));
	}
}

static int
read_keys(struct reading *r, const struct session *s, CK_OBJECT_CLASS class,
    unsigned token, struct err *err)
{
	CK_OBJECT_HANDLE objects[CARD_KEYS_MAX];
	size_t n;

	if (session_find(s, class, objects, CARD_KEYS_MAX, &n, &r->card->cut,
	    err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct key_facts facts;

		read_key_facts(s, objects[i], &facts);
		take_key(r->card, &facts, token, class == CKO_PRIVATE_KEY);
		free(facts.id);
		free(facts.label);
		if (clock_mono_ms() - r->reported >= REPORT_EVERY_MS)
			reading_report(r);
	}
	return 0;
}

/* --- a token ------------------------------------------------------------- */

int
reading_objects(struct reading *r, unsigned token, struct err *err)
{
	struct session s;
	int rc;

	if (session_open(r->p11, r->card->tokens[token].slot, r->card->reader,
	    &s, err) == -1)
		return -1;
	rc = read_certs(r, &s, token, err);
	if (rc == 0)
		rc = read_keys(r, &s, CKO_PUBLIC_KEY, token, err);
	if (rc == 0)
		rc = read_keys(r, &s, CKO_PRIVATE_KEY, token, err);
	session_close(&s);
	return rc;
}
