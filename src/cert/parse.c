/* A Certificate's outer structure: RFC 5280 4.1. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/der.h"
#include "cert/oid.h"
#include "cert/parts.h"

#define RSASSA_PSS		"1.2.840.113549.1.1.10"
#define SERIAL_OCTETS_RFC	20
#define VERSION_MAX		99

static void
sha256(struct span in, uint8_t out[static 32])
{
	if (EVP_Digest(in.p, in.len, out, NULL, EVP_sha256(), NULL) != 1)
		panic("okienko: SHA-256 is not to be had");
}

/* Octet i of the magnitude of a negative number whose last set octet is k. */
static uint8_t
negated(struct span body, size_t k, size_t i)
{
	if (i < k)
		return (uint8_t)~body.p[i];
	return i == k ? (uint8_t)(0x100 - body.p[i]) : 0;
}

/* The INTEGER as a magnitude without leading zeros, and what is odd about it. */
int
serial_parse(struct span body, struct cert *c)
{
	bool negative;
	size_t last, start = 0, len;

	if (body.len == 0)
		return -1;
	negative = (body.p[0] & 0x80) != 0;
	while (body.len > 1 && body.p[0] == (negative ? 0xff : 0x00) &&
	    ((body.p[1] & 0x80) != 0) == negative) {
		c->odd |= ODD_SERIAL_PADDED;
		body = span_of(body.p + 1, body.len - 1);
	}
	if (negative)
		c->odd |= ODD_SERIAL_NEGATIVE;
	if (body.len > SERIAL_OCTETS_RFC)
		c->odd |= ODD_SERIAL_LONG;
	last = body.len - 1;
	while (last > 0 && body.p[last] == 0)
		last--;
#define OCTET(i)	(negative ? negated(body, last, i) : body.p[i])
	while (start + 1 < body.len && OCTET(start) == 0)
		start++;
	len = body.len - start;
	if (len > CERT_SERIAL_MAX) {
		c->odd |= ODD_SERIAL_CUT;
		len = CERT_SERIAL_MAX;
	}
	for (size_t i = 0; i < len; i++)
		c->serial[i] = OCTET(start + i);
#undef OCTET
	c->serial_len = len;
	return 0;
}

static int
read_version(struct span *tbs, struct cert *c)
{
	struct span explicit, number;
	int64_t version = 0;
	int got = der_maybe(tbs, DER_CONTEXT_CONS(0), &explicit);

	if (got < 0 || (got == 1 &&
	    (der_enter(&explicit, DER_INTEGER, &number) != 0 ||
	    der_int64(number, &version) != 0)))
		return -1;
	if (version < 0 || version >= VERSION_MAX)
		return -1;
	c->version = (int)version + 1;
	return 0;
}

static int64_t
read_date(struct span *validity)
{
	struct der el;
	int64_t t;

	if (der_next(validity, &el) != 0 || der_time(el.tag, el.body, &t) != 0)
		return CERT_NO_TIME;
	return t;
}

static void
read_validity(struct span validity, struct cert *c)
{
	c->not_before = read_date(&validity);
	c->not_after = read_date(&validity);
	if (c->not_before == CERT_NO_TIME || c->not_after == CERT_NO_TIME ||
	    c->not_after < c->not_before)
		c->odd |= ODD_DATES;
}

/* The bits of an INTEGER that is a modulus or a prime. */
static unsigned
bits_of_integer(struct span n)
{
	unsigned bits;

	while (n.len > 0 && n.p[0] == 0)
		n = span_of(n.p + 1, n.len - 1);
	if (n.len == 0)
		return 0;
	bits = (unsigned)n.len * 8;
	for (uint8_t top = n.p[0]; (top & 0x80) == 0; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

/* The first INTEGER of a SEQUENCE: RSA's modulus, DSA's p. */
static unsigned
first_integer_bits(struct span in)
{
	struct span seq, n;

	if (der_enter(&in, DER_SEQUENCE, &seq) != 0 ||
	    der_enter(&seq, DER_INTEGER, &n) != 0)
		return 0;
	return bits_of_integer(n);
}

static void
read_curve(struct span params, struct cert *c)
{
	char oid[DER_OID_TEXT_MAX];
	const char *name;
	struct span id;

	/* Curves written out in full have no name, and so none here. */
	if (der_enter(&params, DER_OID, &id) != 0 || der_oid(id, oid) != 0)
		return;
	name = oid_curve_name(oid, &c->key_bits);
	c->key_curve = mem_strdup(name != NULL ? name : oid);
}

/* SubjectPublicKeyInfo; a key that cannot be read is of unknown size. */
int
key_parse(struct span spki, struct cert *c)
{
	char oid[DER_OID_TEXT_MAX];
	struct span alg, id, bits, key = { 0 };

	if (der_enter(&spki, DER_SEQUENCE, &alg) != 0 ||
	    der_enter(&alg, DER_OID, &id) != 0 ||
	    der_enter(&spki, DER_BIT_STRING, &bits) != 0)
		return -1;
	(void)der_oid(id, oid);
	(void)der_bit_octets(bits, &key);
	c->key_type = oid_key_type(oid);
	switch (c->key_type) {
	case KEY_RSA:
		c->key_pss_only = strcmp(oid, RSASSA_PSS) == 0;
		c->key_bits = first_integer_bits(key);
		break;
	case KEY_DSA:
		c->key_bits = first_integer_bits(alg);
		break;
	case KEY_EC:
		read_curve(alg, c);
		break;
	case KEY_ED25519:
	case KEY_ED448:
		c->key_bits = (unsigned)key.len * 8;
		break;
	case KEY_UNKNOWN:
		break;
	}
	return 0;
}

/* What may follow the key: two unique identifiers of old, and extensions. */
static void
read_rest(struct span tbs, struct cert *c)
{
	struct span list;
	struct der el;

	while (tbs.len > 0) {
		if (der_next(&tbs, &el) != 0) {
			c->odd |= ODD_EXTENSION;
			return;
		}
		if (el.tag != DER_CONTEXT_CONS(3))
			continue;
		if (der_enter(&el.body, DER_SEQUENCE, &list) != 0)
			c->odd |= ODD_EXTENSION;
		else
			ext_parse(list, c);
	}
}

/* lean: nothing that takes longer than all of the rest and is seldom asked for. */
static int
read_tbs(struct span tbs, bool lean, struct cert *c)
{
	struct span serial, alg, issuer, validity, subject;
	struct der spki;

	if (read_version(&tbs, c) != 0 ||
	    der_enter(&tbs, DER_INTEGER, &serial) != 0 ||
	    der_enter(&tbs, DER_SEQUENCE, &alg) != 0 ||
	    der_enter(&tbs, DER_SEQUENCE, &issuer) != 0 ||
	    der_enter(&tbs, DER_SEQUENCE, &validity) != 0 ||
	    der_enter(&tbs, DER_SEQUENCE, &subject) != 0 ||
	    der_next(&tbs, &spki) != 0 || spki.tag != DER_SEQUENCE)
		return -1;
	if (serial_parse(serial, c) != 0 || key_parse(spki.body, c) != 0)
		return -1;
	read_validity(validity, c);
	if (name_parse(issuer, &c->issuer, &c->odd) != 0 ||
	    name_parse(subject, &c->subject, &c->odd) != 0)
		c->odd |= ODD_NAME_ENCODING;
	if (!lean)
		sha256(spki.whole, c->spki_sha256);
	read_rest(tbs, c);
	return 0;
}

static int
read_certificate(struct span in, bool lean, struct cert *c)
{
	char oid[DER_OID_TEXT_MAX];
	struct der outer;
	struct span tbs, alg, id, signature;

	if (der_next(&in, &outer) != 0 || outer.tag != DER_SEQUENCE)
		return -1;
	if (in.len > 0)
		c->odd |= ODD_TRAILING;
	if (!lean)
		sha256(outer.whole, c->sha256);
	if (der_enter(&outer.body, DER_SEQUENCE, &tbs) != 0 ||
	    der_enter(&outer.body, DER_SEQUENCE, &alg) != 0 ||
	    der_enter(&outer.body, DER_BIT_STRING, &signature) != 0 ||
	    der_enter(&alg, DER_OID, &id) != 0)
		return -1;
	(void)der_oid(id, oid);
	c->signature_alg = mem_strdup(oid_signature_name(oid));
	return read_tbs(tbs, lean, c);
}

static int
parse(struct span der, bool lean, struct cert **out, struct err *err)
{
	struct cert *c;

	*out = NULL;
	if (der.len > CERT_DER_MAX)
		return err_set(err, ERR_TOO_BIG, "certificate", "%zu bytes",
		    der.len);
	c = mem_alloc(sizeof(*c));
	c->path_len = -1;
	c->qc.retention_years = -1;
	if (read_certificate(der, lean, c) != 0 ||
	    (lean ? cert_derive_lean(c) : cert_derive(c)) != 0) {
		cert_free(c);
		return err_set(err, ERR_BAD_DATA, "certificate",
		    "no X.509 certificate in %zu bytes", der.len);
	}
	*out = c;
	return 0;
}

int
cert_parse(const uint8_t *der, size_t len, struct cert **out, struct err *err)
{
	return parse(span_of(der, len), false, out, err);
}

int
cert_parse_lean(const uint8_t *der, size_t len, struct cert **out,
    struct err *err)
{
	return parse(span_of(der, len), true, out, err);
}
