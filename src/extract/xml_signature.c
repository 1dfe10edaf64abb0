/* One XML signature (RFC 3275) with XAdES' properties (ETSI EN 319 132-1). */
#include "config.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "extract/base64.h"
#include "extract/cms.h"
#include "extract/xml.h"

#define DATE_TIME_LEN	19	/* of "2026-11-22T12:00:00" */
#define DIGEST_MAX	64	/* bytes of a digest */

static const struct {
	const char *uri, *name;
} digests[] = {
	{ "http://www.w3.org/2000/09/xmldsig#sha1", "SHA1" },
	{ "http://www.w3.org/2001/04/xmlenc#sha256", "SHA256" },
	{ "http://www.w3.org/2001/04/xmldsig-more#sha384", "SHA384" },
	{ "http://www.w3.org/2001/04/xmlenc#sha512", "SHA512" },
};

struct xml_signature *
xml_signature_new(unsigned number, const char *id)
{
	struct xml_signature *s = mem_alloc(sizeof(*s));

	s->number = number;
	s->id = mem_strdup(id);
	buf_init(&s->key_info.digest, DIGEST_MAX);
	buf_init(&s->signing.digest, DIGEST_MAX);
	return s;
}

static void
reference_clear(struct xml_reference *r)
{
	free(r->issuer);
	free(r->digest_alg);
	buf_clear(&r->digest);
}

void
xml_signature_free(struct xml_signature *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->ncerts; i++) {
		cert_free(s->certs[i]);
		buf_clear(&s->ders[i]);
	}
	reference_clear(&s->key_info);
	reference_clear(&s->signing);
	free(s->id);
	free(s);
}

/* --- what stands in it ------------------------------------------------------- */

void
xml_signature_cert(struct xml_signature *s, struct span text, struct sink *sink)
{
	struct err err = ERR_INIT;
	struct cert *cert;
	struct buf der;

	if (s->ncerts == XML_CERTS_MAX) {
		sink_problem(sink, ERR_PART_LEFT_OUT,
		    "more than %d certificates in one signature",
		    XML_CERTS_MAX);
		return;
	}
	buf_init(&der, CERT_DER_MAX);
	if (base64_decode(text, &der) == -1 ||
	    cert_parse(der.data, der.len, &cert, &err) != 0) {
		sink_problem(sink, ERR_BAD_DATA, "X509Certificate: %s",
		    err.detail);
		buf_clear(&der);
		return;
	}
	s->ders[s->ncerts] = der;
	s->certs[s->ncerts++] = cert;
}

static int64_t
two_digits(const char *s)
{
	return (s[0] - '0') * 10 + (s[1] - '0');
}

/* What xsd:dateTime may say behind the seconds, as seconds east of UTC. */
static int
zone(const char *s, int64_t *east)
{
	*east = 0;
	if (*s == '.')
		s += 1 + strspn(s + 1, "0123456789");
	if (*s == '\0' || strcmp(s, "Z") == 0)
		return 0;
	if ((*s != '+' && *s != '-') || strlen(s) != 6 || s[3] != ':' ||
	    strspn(s + 1, "0123456789") != 2 ||
	    strspn(s + 4, "0123456789") != 2)
		return -1;
	*east = two_digits(s + 1) * 3600 + two_digits(s + 4) * 60;
	if (*s == '-')
		*east = -*east;
	return 0;
}

void
xml_signature_time(struct xml_signature *s, struct span text)
{
	char day[DATE_TIME_LEN + 2], rest[32];
	int64_t time, east;

	if (s->when != SCRAP_NO_TIME || text.len < DATE_TIME_LEN ||
	    text.len - DATE_TIME_LEN >= sizeof(rest))
		return;
	memcpy(day, text.p, DATE_TIME_LEN);
	memcpy(day + DATE_TIME_LEN, "Z", 2);
	memcpy(rest, text.p + DATE_TIME_LEN, text.len - DATE_TIME_LEN);
	rest[text.len - DATE_TIME_LEN] = '\0';
	if (clock_parse_rfc3339(day, &time) != 0 || zone(rest, &east) != 0)
		return;
	s->when = SCRAP_CLAIMED;
	s->time = time - east;
}

void
xml_signature_stamp(struct xml_signature *s, struct span text,
    struct sink *sink)
{
	struct buf der;
	int64_t time;

	buf_init(&der, text.len);
	if (sink_charge(sink, text.len) == 0 &&
	    base64_decode(text, &der) == 0 &&
	    cms_stamp(span_of(der.data, der.len), sink, &time) == 0 &&
	    s->when != SCRAP_STAMPED) {
		s->when = SCRAP_STAMPED;
		s->time = time;
	}
	buf_clear(&der);
}

void
xml_reference_issuer(struct xml_reference *r, struct span text)
{
	if (r->issuer == NULL)
		r->issuer = mem_strndup((const char *)text.p, text.len);
}

/* Decimal digits into bytes, by long multiplication. */
void
xml_reference_serial(struct xml_reference *r, struct span text)
{
	uint8_t n[CERT_SERIAL_MAX] = { 0 };
	size_t used = 1;

	if (r->serial_len > 0 || text.len == 0)
		return;
	for (size_t i = text.p[0] == '-'; i < text.len; i++) {
		unsigned carry = (unsigned)text.p[i] - '0';

		if (carry > 9)
			return;
		for (size_t at = CERT_SERIAL_MAX; at > CERT_SERIAL_MAX - used;
		    at--) {
			carry += n[at - 1] * 10u;
			n[at - 1] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry > 0 && used == CERT_SERIAL_MAX)
			return;
		if (carry > 0)
			n[CERT_SERIAL_MAX - ++used] = (uint8_t)carry;
	}
	memcpy(r->serial, n + CERT_SERIAL_MAX - used, used);
	r->serial_len = used;
}

/* IssuerSerialV2: the DER of both. */
void
xml_reference_both(struct xml_reference *r, struct span text)
{
	struct span issuer, serial;
	struct buf der;

	buf_init(&der, CERT_DER_MAX);
	if (r->issuer == NULL && base64_decode(text, &der) == 0 &&
	    cms_issuer_serial(span_of(der.data, der.len), &issuer,
	    &serial) == 0) {
		while (serial.len > 1 && serial.p[0] == 0)
			serial = span_of(serial.p + 1, serial.len - 1);
		if (serial.len > 0 && serial.len <= CERT_SERIAL_MAX) {
			r->issuer = cert_name_line(issuer.p, issuer.len);
			memcpy(r->serial, serial.p, serial.len);
			r->serial_len = serial.len;
		}
	}
	buf_clear(&der);
}

void
xml_reference_digest(struct xml_reference *r, struct span text)
{
	if (r->digest.len == 0)
		(void)base64_decode(text, &r->digest);
}

/* --- whose it is --------------------------------------------------------------- */

static bool
has_digest(const struct buf *der, const struct xml_reference *r)
{
	uint8_t md[EVP_MAX_MD_SIZE];
	size_t len = 0;

	for (size_t i = 0; i < sizeof(digests) / sizeof(*digests); i++)
		if (r->digest_alg != NULL &&
		    strcmp(digests[i].uri, r->digest_alg) == 0 &&
		    EVP_Q_digest(NULL, digests[i].name, NULL, der->data,
		    der->len, md, &len) == 1)
			return len == r->digest.len &&
			    memcmp(md, r->digest.data, len) == 0;
	return false;
}

static bool
has_serial(const struct cert *c, const struct xml_reference *r)
{
	return r->serial_len > 0 && c->serial_len == r->serial_len &&
	    memcmp(c->serial, r->serial, r->serial_len) == 0;
}

/* The index of the one that a reference means, or ncerts. */
static size_t
find(const struct xml_signature *s, const struct xml_reference *r)
{
	size_t i;

	for (i = 0; i < s->ncerts; i++)
		if (r->digest.len > 0 ? has_digest(&s->ders[i], r) :
		    has_serial(s->certs[i], r))
			return i;
	/* A digest by an algorithm that is not known here decides nothing. */
	for (i = 0; i < s->ncerts; i++)
		if (has_serial(s->certs[i], r))
			return i;
	return s->ncerts;
}

/* Nothing says which it is: the one that is no authority's, or the first. */
static size_t
likely(const struct xml_signature *s)
{
	for (size_t i = 0; i < s->ncerts; i++)
		if (!s->certs[i]->is_ca)
			return i;
	return 0;
}

static bool
names(const struct xml_reference *r)
{
	return r->issuer != NULL && r->serial_len > 0;
}

static void
tell_reference(const struct xml_reference *r, struct sink *sink,
    const struct mark *mark)
{
	sink_named(sink, r->issuer, span_of(r->serial, r->serial_len), mark);
}

/* The index of the signer's certificate; ncerts when it is not among them. */
static size_t
tell_signer(const struct xml_signature *s, struct sink *sink,
    const struct mark *mark)
{
	size_t signer = find(s, &s->signing);

	if (signer == s->ncerts && names(&s->signing)) {
		tell_reference(&s->signing, sink, mark);
		return signer;
	}
	if (signer == s->ncerts)
		signer = find(s, &s->key_info);
	if (signer == s->ncerts)
		signer = likely(s);
	if (signer < s->ncerts)
		sink_parsed(sink, s->certs[signer], mark);
	else if (names(&s->key_info))
		tell_reference(&s->key_info, sink, mark);
	else if (!mark->damaged)
		sink_problem(sink, ERR_SIGNER_UNNAMED, "signature %u",
		    s->number);
	return signer;
}

void
xml_signature_tell(struct xml_signature *s, bool damaged, struct sink *sink)
{
	struct mark mark = { .role = SCRAP_SIGNER, .number = s->number,
		.field = s->id, .when = s->when, .time = s->time,
		.damaged = damaged };
	size_t signer = tell_signer(s, sink, &mark);

	mark.role = SCRAP_CHAIN;
	mark.when = SCRAP_NO_TIME;
	for (size_t i = 0; i < s->ncerts; i++)
		if (i != signer)
			sink_parsed(sink, s->certs[i], &mark);
}

void
xml_tell_cert(struct span text, struct sink *sink, const struct mark *mark)
{
	struct buf der;

	buf_init(&der, CERT_DER_MAX);
	if (base64_decode(text, &der) == 0 && der.len > 0)
		sink_cert(sink, span_of(der.data, der.len), mark);
	else
		sink_problem(sink, ERR_BAD_DATA, "a certificate in XML");
	buf_clear(&der);
}
