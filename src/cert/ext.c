/* Extensions: RFC 5280 4.2.  One row a kind, one function a row. */
#include <limits.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "cert/oid.h"
#include "cert/parts.h"

/* uniformResourceIdentifier of GeneralName, RFC 5280 4.2.1.6. */
#define GENERAL_NAME_URI	DER_CONTEXT(6)

typedef int ext_fn(struct span value, bool critical, struct cert *);

static char *
hex_of(struct span s)
{
	return asn1_hex(s, "");
}

static char *
uri_of(struct span s, struct cert *c)
{
	return asn1_text(DER_IA5, s, s, &c->odd);
}

static int
read_key_usage(struct span value, bool critical, struct cert *c)
{
	struct span bits;

	/* Set even if damaged: it must not look as if nothing were limited. */
	c->has_ku = true;
	c->ku_critical = critical;
	if (der_enter(&value, DER_BIT_STRING, &bits) != 0 || value.len != 0 ||
	    der_bits(bits, &c->ku) != 0)
		return -1;
	c->ku &= 0x1ff;
	return 0;
}

static int
read_netscape_type(struct span value, bool critical, struct cert *c)
{
	struct span bits;

	(void)critical;
	c->has_ns = true;		/* as above */
	if (der_enter(&value, DER_BIT_STRING, &bits) != 0 || value.len != 0 ||
	    der_bits(bits, &c->ns) != 0)
		return -1;
	c->ns &= 0xff;
	return 0;
}

static int
read_eku(struct span value, bool critical, struct cert *c)
{
	char oid[DER_OID_TEXT_MAX];
	struct span seq, one;

	c->has_eku = true;		/* as above */
	c->eku_critical = critical;
	if (der_enter(&value, DER_SEQUENCE, &seq) != 0 || value.len != 0)
		return -1;
	while (seq.len > 0) {
		if (der_enter(&seq, DER_OID, &one) != 0 ||
		    der_oid(one, oid) != 0)
			return -1;
		cert_list_add(&c->eku, &c->neku, mem_strdup(oid_eku_name(oid)),
		    &c->odd);
	}
	return 0;
}

static int
read_basic_constraints(struct span value, bool critical, struct cert *c)
{
	struct span seq, one;
	int64_t depth = -1;
	bool ca = false;
	int got;

	(void)critical;
	if (der_enter(&value, DER_SEQUENCE, &seq) != 0 || value.len != 0)
		return -1;
	got = der_maybe(&seq, DER_BOOLEAN, &one);
	if (got < 0 || (got == 1 && der_bool(one, &ca) != 0))
		return -1;
	got = der_maybe(&seq, DER_INTEGER, &one);
	if (got < 0 || (got == 1 && (der_int64(one, &depth) != 0 ||
	    depth < 0 || depth > INT_MAX)) || seq.len != 0)
		return -1;
	c->has_bc = true;
	c->is_ca = ca;
	c->path_len = (int)depth;
	return 0;
}

static int
read_policies(struct span value, bool critical, struct cert *c)
{
	char oid[DER_OID_TEXT_MAX];
	struct span seq, info, id;

	(void)critical;
	if (der_enter(&value, DER_SEQUENCE, &seq) != 0 || value.len != 0)
		return -1;
	while (seq.len > 0) {
		if (der_enter(&seq, DER_SEQUENCE, &info) != 0 ||
		    der_enter(&info, DER_OID, &id) != 0 || der_oid(id, oid) != 0)
			return -1;
		cert_list_add(&c->policies, &c->npolicies, mem_strdup(oid),
		    &c->odd);
	}
	return 0;
}

/* The URIs of one DistributionPoint's fullName. */
static int
read_point(struct span point, struct cert *c)
{
	struct span name, full;
	struct der el;
	int got = der_maybe(&point, DER_CONTEXT_CONS(0), &name);

	if (got == 1)
		got = der_maybe(&name, DER_CONTEXT_CONS(0), &full);
	if (got != 1)
		return got;
	while (full.len > 0) {
		if (der_next(&full, &el) != 0)
			return -1;
		if (el.tag == GENERAL_NAME_URI)
			cert_list_add(&c->cdp, &c->ncdp, uri_of(el.body, c),
			    &c->odd);
	}
	return 0;
}

static int
read_cdp(struct span value, bool critical, struct cert *c)
{
	struct span seq, point;

	(void)critical;
	if (der_enter(&value, DER_SEQUENCE, &seq) != 0 || value.len != 0)
		return -1;
	while (seq.len > 0) {
		if (der_enter(&seq, DER_SEQUENCE, &point) != 0 ||
		    read_point(point, c) != 0)
			return -1;
	}
	return 0;
}

static int
read_aia(struct span value, bool critical, struct cert *c)
{
	char oid[DER_OID_TEXT_MAX];
	struct span seq, access, method;
	struct der place;

	(void)critical;
	if (der_enter(&value, DER_SEQUENCE, &seq) != 0 || value.len != 0)
		return -1;
	while (seq.len > 0) {
		if (der_enter(&seq, DER_SEQUENCE, &access) != 0 ||
		    der_enter(&access, DER_OID, &method) != 0 ||
		    der_next(&access, &place) != 0)
			return -1;
		if (der_oid(method, oid) != 0 || place.tag != GENERAL_NAME_URI)
			continue;
		if (strcmp(oid, "1.3.6.1.5.5.7.48.1") == 0)
			cert_list_add(&c->ocsp, &c->nocsp,
			    uri_of(place.body, c), &c->odd);
		else if (strcmp(oid, "1.3.6.1.5.5.7.48.2") == 0)
			cert_list_add(&c->issuers, &c->nissuers,
			    uri_of(place.body, c), &c->odd);
	}
	return 0;
}

static int
read_ski(struct span value, bool critical, struct cert *c)
{
	struct span id;

	(void)critical;
	if (der_enter(&value, DER_OCTET_STRING, &id) != 0 || value.len != 0)
		return -1;
	c->ski = hex_of(id);
	return 0;
}

static int
read_aki(struct span value, bool critical, struct cert *c)
{
	struct span seq, id;
	int got;

	(void)critical;
	if (der_enter(&value, DER_SEQUENCE, &seq) != 0 || value.len != 0)
		return -1;
	got = der_maybe(&seq, DER_CONTEXT(0), &id);
	if (got == 1)
		c->aki = hex_of(id);
	return got < 0 ? -1 : 0;
}

static int
read_san(struct span value, bool critical, struct cert *c)
{
	(void)critical;
	return san_parse(value, c);
}

static int
read_qc(struct span value, bool critical, struct cert *c)
{
	(void)critical;
	return qc_parse(value, c);
}

/* With no function: known, but nothing in it is shown or decided by. */
static const struct {
	const char	*oid;
	ext_fn		*read;
} kinds[] = {
	{ "2.5.29.9", NULL },			/* subjectDirectoryAttributes */
	{ "2.5.29.14", read_ski },
	{ "2.5.29.15", read_key_usage },
	{ "2.5.29.16", NULL },			/* privateKeyUsagePeriod */
	{ "2.5.29.17", read_san },
	{ "2.5.29.18", NULL },			/* issuerAltName */
	{ "2.5.29.19", read_basic_constraints },
	{ "2.5.29.30", NULL },			/* nameConstraints */
	{ "2.5.29.31", read_cdp },
	{ "2.5.29.32", read_policies },
	{ "2.5.29.33", NULL },			/* policyMappings */
	{ "2.5.29.35", read_aki },
	{ "2.5.29.36", NULL },			/* policyConstraints */
	{ "2.5.29.37", read_eku },
	{ "2.5.29.46", NULL },			/* freshestCRL */
	{ "2.5.29.54", NULL },			/* inhibitAnyPolicy */
	{ "2.16.840.1.113730.1.1", read_netscape_type },
	{ "1.3.6.1.5.5.7.1.1", read_aia },
	{ "1.3.6.1.5.5.7.1.3", read_qc },
};

#define NKINDS	(sizeof(kinds) / sizeof(kinds[0]))

struct extension {
	char		oid[DER_OID_TEXT_MAX];
	bool		critical;
	struct span	value;
};

static int
read_extension(struct span body, struct extension *ext)
{
	struct span id, flag;
	int got;

	ext->critical = false;
	if (der_enter(&body, DER_OID, &id) != 0)
		return -1;
	(void)der_oid(id, ext->oid);
	got = der_maybe(&body, DER_BOOLEAN, &flag);
	if (got < 0 || (got == 1 && der_bool(flag, &ext->critical) != 0))
		return -1;
	return der_enter(&body, DER_OCTET_STRING, &ext->value) != 0 ||
	    body.len != 0 ? -1 : 0;
}

/* Each kind may stand once (RFC 5280 4.2); the first is taken. */
static void
apply(const struct extension *ext, bool seen[static NKINDS], struct cert *c)
{
	for (size_t i = 0; i < NKINDS; i++) {
		if (strcmp(kinds[i].oid, ext->oid) != 0)
			continue;
		if (seen[i] || (kinds[i].read != NULL &&
		    kinds[i].read(ext->value, ext->critical, c) != 0))
			c->odd |= ODD_EXTENSION;
		seen[i] = true;
		return;
	}
	if (ext->critical)
		c->odd |= ODD_CRITICAL;
}

void
ext_parse(struct span list, struct cert *c)
{
	bool seen[NKINDS] = { false };
	struct extension ext;
	struct span body;

	while (list.len > 0) {
		if (der_enter(&list, DER_SEQUENCE, &body) != 0) {
			c->odd |= ODD_EXTENSION;
			return;
		}
		if (read_extension(body, &ext) != 0)
			c->odd |= ODD_EXTENSION;
		else
			apply(&ext, seen, c);
	}
}
