/* One SignerInfo (RFC 5652 5.3) and its attributes (RFC 5035, RFC 5126). */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cert/der.h"
#include "extract/cms.h"

#define OID_SIGNING_TIME	"1.2.840.113549.1.9.5"
#define OID_COUNTERSIGNATURE	"1.2.840.113549.1.9.6"
#define OID_SIGNING_CERT	"1.2.840.113549.1.9.16.2.12"
#define OID_SIGNING_CERT_V2	"1.2.840.113549.1.9.16.2.47"
#define OID_TIME_STAMP		"1.2.840.113549.1.9.16.2.14"
#define OID_CERT_VALUES		"1.2.840.113549.1.9.16.2.23"

#define ATTRS_MAX	64	/* attributes of one signer, signed or not */
#define COUNTER_MAX	8	/* signers of signers of signers */
#define KEY_ID_MAX	64	/* bytes of a key identifier */

struct signer {
	struct span	 issuer;	/* its Name, whole; empty: by key_id */
	struct span	 serial;
	struct span	 key_id;
	struct span	 more;		/* its attributes that nobody signed */
	struct span	 values;	/* more certificates */
	enum scrap_when	 when;
	int64_t		 time;
};

int
cms_issuer_serial(struct span in, struct span *issuer, struct span *serial)
{
	struct span body, names, name;
	struct der el;

	/* GeneralNames, of which directoryName is the fourth kind. */
	if (der_enter(&in, DER_SEQUENCE, &body) != 0 ||
	    der_enter(&body, DER_SEQUENCE, &names) != 0 ||
	    der_enter(&names, DER_CONTEXT_CONS(4), &name) != 0 ||
	    der_next(&name, &el) != 0 || el.tag != DER_SEQUENCE ||
	    der_enter(&body, DER_INTEGER, serial) != 0)
		return -1;
	*issuer = el.whole;
	return 0;
}

void
cms_tell_named(struct span issuer, struct span serial, struct sink *sink,
    const struct mark *mark)
{
	char *line = cert_name_line(issuer.p, issuer.len);

	if (line != NULL)
		sink_named(sink, line, serial, mark);
	else
		sink_problem(sink, ERR_BAD_DATA, "CMS: an issuer's name");
	free(line);
}

/* --- attributes -------------------------------------------------------------- */

/* ESSCertID or ESSCertIDv2: the hash's algorithm may stand before it. */
static void
signing_cert(struct span value, struct signer *s)
{
	struct span body, list, id, skip, issuer, serial;

	if (der_enter(&value, DER_SEQUENCE, &body) != 0 ||
	    der_enter(&body, DER_SEQUENCE, &list) != 0 ||
	    der_enter(&list, DER_SEQUENCE, &id) != 0 ||
	    der_maybe(&id, DER_SEQUENCE, &skip) < 0 ||
	    der_enter(&id, DER_OCTET_STRING, &skip) != 0 ||
	    cms_issuer_serial(id, &issuer, &serial) != 0)
		return;
	/* What names the signer besides is not better than its own reference. */
	if (s->issuer.len == 0) {
		s->issuer = issuer;
		s->serial = serial;
	}
}

static void
signing_time(struct span value, struct signer *s)
{
	struct der el;

	if (s->when == SCRAP_NO_TIME && der_next(&value, &el) == 0 &&
	    der_time(el.tag, el.body, &s->time) == 0)
		s->when = SCRAP_CLAIMED;
}

static void
read_attr(const char *oid, struct span value, struct signer *s,
    struct sink *sink)
{
	int64_t time;

	if (strcmp(oid, OID_SIGNING_TIME) == 0)
		signing_time(value, s);
	else if (strcmp(oid, OID_SIGNING_CERT) == 0 ||
	    strcmp(oid, OID_SIGNING_CERT_V2) == 0)
		signing_cert(value, s);
	else if (strcmp(oid, OID_CERT_VALUES) == 0)
		s->values = value;
	else if (strcmp(oid, OID_TIME_STAMP) == 0 &&
	    cms_stamp(value, sink, &time) == 0) {
		s->when = SCRAP_STAMPED;
		s->time = time;
	}
}

static void
read_attrs(struct span in, struct signer *s, struct sink *sink)
{
	char oid[DER_OID_TEXT_MAX];
	struct span attr, type, values;

	for (int n = 0; in.len > 0 && n < ATTRS_MAX; n++) {
		if (der_enter(&in, DER_SEQUENCE, &attr) != 0 ||
		    der_enter(&attr, DER_OID, &type) != 0 ||
		    der_oid(type, oid) != 0 ||
		    der_enter(&attr, DER_SET, &values) != 0) {
			sink_problem(sink, ERR_BAD_DATA, "CMS: an attribute");
			return;
		}
		read_attr(oid, values, s, sink);
	}
}

/* --- whose it is ------------------------------------------------------------- */

static struct span
number(struct span serial)
{
	while (serial.len > 1 && serial.p[0] == 0)
		serial = span_of(serial.p + 1, serial.len - 1);
	return serial;
}

static bool
same(struct span a, struct span b)
{
	return a.len == b.len && a.len > 0 && memcmp(a.p, b.p, a.len) == 0;
}

static bool
has_key_id(const struct cms_cert *c, struct span key_id)
{
	char hex[2 * KEY_ID_MAX + 1];

	return key_id.len > 0 && key_id.len <= KEY_ID_MAX &&
	    c->parsed->ski != NULL && strcmp(c->parsed->ski, text_hex(key_id.p,
	    key_id.len, 0, hex, sizeof(hex))) == 0;
}

static struct cms_cert *
find_cert(const struct signer *s, struct cms_certs *certs)
{
	for (size_t i = 0; i < certs->n; i++) {
		struct cms_cert *c = &certs->v[i];

		if (s->key_id.len > 0 ? has_key_id(c, s->key_id) :
		    same(c->issuer, s->issuer) &&
		    same(number(c->serial), number(s->serial)))
			return c;
	}
	return NULL;
}

static void
tell(const struct signer *s, struct cms_certs *certs, struct sink *sink,
    const struct mark *base)
{
	struct cms_cert *c = find_cert(s, certs);
	struct mark mark = *base;
	char hex[2 * KEY_ID_MAX + 1];

	/* A time from around the signature gives way to one within it. */
	if (s->when != SCRAP_NO_TIME && s->when >= mark.when) {
		mark.when = s->when;
		mark.time = s->time;
	}
	if (c != NULL) {
		c->signer = true;
		sink_parsed(sink, c->parsed, &mark);
	} else if (s->issuer.len > 0)
		cms_tell_named(s->issuer, s->serial, sink, &mark);
	else
		sink_problem(sink, ERR_SIGNER_UNNAMED, "key identifier %s",
		    text_hex(s->key_id.p, s->key_id.len < KEY_ID_MAX ?
		    s->key_id.len : KEY_ID_MAX, 0, hex, sizeof(hex)));
}

static int
read_sid(struct der *sid, struct signer *s)
{
	struct der name;

	if (sid->tag == DER_CONTEXT(0)) {
		s->key_id = sid->body;
		return 0;
	}
	if (sid->tag != DER_SEQUENCE || der_next(&sid->body, &name) != 0 ||
	    der_enter(&sid->body, DER_INTEGER, &s->serial) != 0)
		return -1;
	s->issuer = name.whole;
	return 0;
}

/* CertificateValues: a SEQUENCE of certificates. */
static void
tell_values(struct span values, struct sink *sink)
{
	const struct mark mark = { .role = SCRAP_CHAIN };
	struct span list;
	struct der el;

	if (der_enter(&values, DER_SEQUENCE, &list) != 0)
		return;
	for (int n = 0; n < CMS_CERTS_MAX && der_next(&list, &el) == 0; n++)
		if (el.tag == DER_SEQUENCE)
			sink_cert(sink, el.whole, &mark);
}

static int
read_signer(struct span in, struct signer *s, struct sink *sink)
{
	struct span skip, attrs = span_of(NULL, 0);
	struct der sid;

	s->more = attrs;
	if (der_enter(&in, DER_INTEGER, &skip) != 0 ||
	    der_next(&in, &sid) != 0 || read_sid(&sid, s) != 0 ||
	    der_enter(&in, DER_SEQUENCE, &skip) != 0 ||
	    der_maybe(&in, DER_CONTEXT_CONS(0), &attrs) < 0 ||
	    der_enter(&in, DER_SEQUENCE, &skip) != 0 ||
	    der_enter(&in, DER_OCTET_STRING, &skip) != 0 ||
	    der_maybe(&in, DER_CONTEXT_CONS(1), &s->more) < 0)
		return -1;
	read_attrs(attrs, s, sink);
	read_attrs(s->more, s, sink);
	return 0;
}

static void tell_counters(struct span attrs, struct cms_certs *, struct sink *,
    const struct mark *, int depth);

static void
read_one(struct span in, struct cms_certs *certs, struct sink *sink,
    const struct mark *mark, int depth)
{
	struct signer s = { .when = SCRAP_NO_TIME };

	if (read_signer(in, &s, sink) != 0) {
		sink_problem(sink, ERR_BAD_DATA, "CMS: a signer");
		return;
	}
	tell(&s, certs, sink, mark);
	tell_values(s.values, sink);
	tell_counters(s.more, certs, sink, mark, depth + 1);
}

/*
 * A countersignature is a signer of the same make; there may be several values,
 * and several attributes of them (RFC 5652 11.4).
 */
static void
tell_counters(struct span attrs, struct cms_certs *certs, struct sink *sink,
    const struct mark *mark, int depth)
{
	char oid[DER_OID_TEXT_MAX];
	struct span attr, type, values, one;

	for (int n = 0; n < ATTRS_MAX &&
	    der_enter(&attrs, DER_SEQUENCE, &attr) == 0; n++) {
		if (der_enter(&attr, DER_OID, &type) != 0 ||
		    der_oid(type, oid) != 0 ||
		    strcmp(oid, OID_COUNTERSIGNATURE) != 0 ||
		    der_enter(&attr, DER_SET, &values) != 0)
			continue;
		if (depth > COUNTER_MAX) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "CMS: more than %d signers of signers",
			    COUNTER_MAX);
			return;
		}
		for (int k = 0; k < CMS_SIGNERS_MAX &&
		    der_enter(&values, DER_SEQUENCE, &one) == 0; k++)
			read_one(one, certs, sink, mark, depth);
	}
}

void
cms_signer(struct span in, struct cms_certs *certs, struct sink *sink,
    const struct mark *mark)
{
	read_one(in, certs, sink, mark, 0);
}
