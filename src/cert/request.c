/* A certification request, read: RFC 2986 4, RFC 2985 5.4.2. */
#include "config.h"

#include "cert/request.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "cert/der.h"
#include "cert/oid.h"
#include "cert/parts.h"
#include "cert/pem.h"

#define EXTENSION_REQUEST	"1.2.840.113549.1.9.14"
#define RSA_BITS_MIN		2048
#define EC_BITS_MIN		256

/* --- armour ------------------------------------------------------------------ */

/* RFC 7468 7, and what older programs write. */
static const char *const labels[] = {
	"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST",
};

static bool
is_request(const char *label)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (strcmp(label, labels[i]) == 0)
			return true;
	return false;
}

/* What is left of a span, as a stream. */
static ptrdiff_t
read_span(void *arg, uint8_t *out, size_t size, struct err *err)
{
	struct span *in = arg, part;
	size_t n = in->len < size ? in->len : size;

	(void)err;
	if (n == 0 || span_take(in, n, &part) == -1)
		return 0;
	memcpy(out, part.p, n);
	return (ptrdiff_t)n;
}

/* The first request of a text; 1, 0. */
static int
from_text(struct span text, const char *name, struct buf *der)
{
	struct stream *in = stream_new(read_span, &text, name);
	struct err err = ERR_INIT;
	enum pem_got got;
	struct pem pem;
	int rc = 0;

	pem_open(&pem, in, 2 * REQUEST_DER_MAX);
	while (rc == 0 && pem_next(&pem, &got, &err) == 0 && got != PEM_END)
		if (got == PEM_BLOCK && is_request(pem.label) &&
		    buf_add(der, pem.der.data, pem.der.len) == 0)
			rc = 1;
	pem_close(&pem);
	stream_close(in);
	return rc;
}

/* --- CertificationRequest ------------------------------------------------------ */

/* The SET of one attribute's values, if it asks for extensions. */
static void
read_attribute(struct span attribute, struct cert *c)
{
	char oid[DER_OID_TEXT_MAX];
	struct span id, set, list;

	if (der_enter(&attribute, DER_OID, &id) == -1 ||
	    der_oid(id, oid) == -1 || strcmp(oid, EXTENSION_REQUEST) != 0)
		return;
	if (der_enter(&attribute, DER_SET, &set) == -1 ||
	    der_enter(&set, DER_SEQUENCE, &list) == -1)
		c->odd |= ODD_EXTENSION;
	else
		ext_parse(list, c);
}

/* [0] IMPLICIT SET OF Attribute; some leave it out. */
static int
read_attributes(struct span info, struct cert *c)
{
	struct span list, attribute;
	int got = der_maybe(&info, DER_CONTEXT_CONS(0), &list);

	if (got != 1)
		return got;
	while (list.len > 0) {
		if (der_enter(&list, DER_SEQUENCE, &attribute) == -1)
			return -1;
		read_attribute(attribute, c);
	}
	return 0;
}

/* As far as a certificate has the same, into one; *spki: whole. */
static int
read_info(struct span part, struct cert *c, struct span *spki)
{
	struct span info, version, subject;
	struct der key;

	if (der_enter(&part, DER_SEQUENCE, &info) == -1 ||
	    der_enter(&info, DER_INTEGER, &version) == -1 ||
	    der_enter(&info, DER_SEQUENCE, &subject) == -1 ||
	    der_next(&info, &key) == -1 || key.tag != DER_SEQUENCE ||
	    key_parse(key.body, c) == -1)
		return -1;
	if (name_parse(subject, &c->subject, &c->odd) == -1)
		c->odd |= ODD_NAME_ENCODING;
	*spki = key.whole;
	return name_finish(&c->subject) == -1 ? -1 : read_attributes(info, c);
}

static char *
algorithm_name(struct span algorithm)
{
	char oid[DER_OID_TEXT_MAX];
	struct span body, id;

	if (der_enter(&algorithm, DER_SEQUENCE, &body) == -1 ||
	    der_enter(&body, DER_OID, &id) == -1)
		return mem_strdup("");
	(void)der_oid(id, oid);
	return mem_strdup(oid_signature_name(oid));
}

/* --- what it says ----------------------------------------------------------------- */

static bool
is_weak(const struct cert_request *r)
{
	if (strcasestr(r->signature_alg, "sha1") != NULL ||
	    strcasestr(r->signature_alg, "md5") != NULL)
		return true;
	switch (r->key_type) {
	case KEY_RSA:
		return r->key_bits < RSA_BITS_MIN;
	case KEY_EC:
		/* 0: a curve that has no name here; nobody can tell. */
		return r->key_bits != 0 && r->key_bits < EC_BITS_MIN;
	case KEY_DSA:
		return true;
	case KEY_UNKNOWN:
	case KEY_ED25519:
	case KEY_ED448:
		break;
	}
	return false;
}

/* What a certificate and a request have in common changes hands. */
static void
take(struct cert_request *r, struct cert *c)
{
	r->subject = c->subject;
	memset(&c->subject, 0, sizeof c->subject);
	r->key_type = c->key_type;
	r->key_bits = c->key_bits;
	r->key_curve = c->key_curve;
	c->key_curve = NULL;
	r->san = c->san;
	r->nsan = c->nsan;
	c->san = NULL;
	c->nsan = 0;
	r->ku = c->ku;
	for (; r->neku < c->neku && r->neku < REQUEST_EKU_MAX; r->neku++)
		r->eku[r->neku] = mem_strdup(c->eku[r->neku]);
}

static int
read_request(struct span der, struct cert_request *r)
{
	struct cert *c = mem_alloc(sizeof *c);
	struct signed_spans s;
	struct span spki;
	int rc = -1;

	if (signed_spans(der, &s) == 0 && s.rest.len == 0 &&
	    read_info(s.part, c, &spki) == 0) {
		take(r, c);
		r->signature_alg = algorithm_name(s.algorithm);
		r->proof = signature_check_spki(spki, s.algorithm, s.part,
		    s.octets);
		r->weak = is_weak(r);
		if (EVP_Digest(spki.p, spki.len, r->spki_sha256, NULL,
		    EVP_sha256(), NULL) != 1)
			panic("okienko: SHA-256 is not to be had");
		rc = 0;
	}
	cert_free(c);
	return rc;
}

int
request_read(struct span in, const char *name, struct cert_request *r,
    struct err *err)
{
	struct span rest = in;
	struct buf der;
	struct der el;
	int rc = -1;

	memset(r, 0, sizeof *r);
	if (in.len > REQUEST_DER_MAX)
		return err_set(err, ERR_TOO_BIG, name, "%zu bytes", in.len);
	buf_init(&der, REQUEST_DER_MAX);
	/* Armour may stand in any text, and its words inside a request. */
	if (der_next(&rest, &el) == 0 && rest.len == 0)
		rc = read_request(in, r);
	else if (from_text(in, name, &der) == 1)
		rc = read_request(span_of(der.data, der.len), r);
	buf_clear(&der);
	if (rc == 0)
		return 0;
	request_clear(r);
	return err_set(err, ERR_NOT_A_REQUEST, name, NULL);
}

void
request_clear(struct cert_request *r)
{
	size_t i;

	name_clear(&r->subject);
	free(r->key_curve);
	free(r->signature_alg);
	for (i = 0; i < r->nsan; i++)
		free(r->san[i].value);
	free(r->san);
	for (i = 0; i < r->neku; i++)
		free(r->eku[i]);
	memset(r, 0, sizeof *r);
}
