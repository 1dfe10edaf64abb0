#include "cert/spans.h"

#include <openssl/evp.h>
#include <string.h>

#include "cert/der.h"
#include "cert/oid.h"

#define KEY_ID_LEN	20

int
signed_spans(struct span der, struct signed_spans *s)
{
	struct span body;
	struct der el;

	if (der_enter(&der, DER_SEQUENCE, &body) != 0 || der.len != 0 ||
	    der_next(&body, &el) != 0 || el.tag != DER_SEQUENCE)
		return -1;
	s->part = el.whole;
	if (der_next(&body, &el) != 0 || el.tag != DER_SEQUENCE)
		return -1;
	s->algorithm = el.whole;
	if (der_next(&body, &el) != 0 || el.tag != DER_BIT_STRING ||
	    der_bit_octets(el.body, &s->octets) != 0)
		return -1;
	s->rest = body;
	return 0;
}

/* The next element, which must be a SEQUENCE, whole. */
static int
take(struct span *in, struct span *whole)
{
	struct der el;

	if (der_next(in, &el) != 0 || el.tag != DER_SEQUENCE)
		return -1;
	*whole = el.whole;
	return 0;
}

int
cert_spans(struct span der, struct cert_spans *s)
{
	struct span cert, tbs, skip, spki;

	if (der_enter(&der, DER_SEQUENCE, &cert) != 0 ||
	    der_enter(&cert, DER_SEQUENCE, &tbs) != 0 ||
	    der_maybe(&tbs, DER_CONTEXT_CONS(0), &skip) < 0 ||
	    der_enter(&tbs, DER_INTEGER, &skip) != 0 ||
	    take(&tbs, &s->algorithm) != 0 || take(&tbs, &s->issuer) != 0 ||
	    take(&tbs, &skip) != 0 || take(&tbs, &s->subject) != 0 ||
	    take(&tbs, &s->spki) != 0)
		return -1;
	skip = s->spki;
	if (der_enter(&skip, DER_SEQUENCE, &spki) != 0 ||
	    take(&spki, &skip) != 0 ||
	    der_enter(&spki, DER_BIT_STRING, &skip) != 0)
		return -1;
	return der_bit_octets(skip, &s->key);
}

bool
spki_is_plain(struct span spki)
{
	char oid[DER_OID_TEXT_MAX];
	struct span body, algorithm, id;

	if (der_enter(&spki, DER_SEQUENCE, &body) != 0 ||
	    der_enter(&body, DER_SEQUENCE, &algorithm) != 0 ||
	    der_enter(&algorithm, DER_OID, &id) != 0)
		return false;
	(void)der_oid(id, oid);
	switch (oid_key_type(oid)) {
	case KEY_RSA:
	case KEY_ED25519:
	case KEY_ED448:
		return true;
	case KEY_EC:
		return der_enter(&algorithm, DER_OID, &id) == 0;
	default:
		return false;
	}
}

bool
cert_key_has_id(struct span der, const uint8_t *id, size_t len)
{
	const EVP_MD *const ways[] = {
		EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()
	};
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct cert_spans s;

	if (len != KEY_ID_LEN || cert_spans(der, &s) != 0 ||
	    !spki_is_plain(s.spki))
		return false;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (EVP_Digest(s.key.p, s.key.len, hash, NULL, ways[i],
		    NULL) == 1 && memcmp(hash, id, KEY_ID_LEN) == 0)
			return true;
	}
	return false;
}
