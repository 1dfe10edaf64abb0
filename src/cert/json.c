/*
 * A certificate as JSON.  What can be worked out from other members (names in
 * one line, the decimal serial, whose identifier it is) is written for readers
 * and worked out again when read; an object that says otherwise is refused.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/field.h"
#include "cert/parts.h"

#define KEY_BITS_MAX	(CERT_DER_MAX * 8)
#define VERSION_MAX	99
#define RETENTION_MAX	1000
#define EXPONENT_MAX	18

static const char *const key_types[] = {
	"unknown", "rsa", "ec", "ed25519", "ed448", "dsa", NULL
};
static const char *const san_kinds[] = {
	"email", "dns", "uri", "upn", "ip", "directory-name", "other", NULL
};
static const char *const id_kinds[] = {
	"none", "PNO", "PAS", "IDC", "TIN", "TAX", "local", "VAT", "NTR", "PSD",
	"other", NULL
};
static const char *const ns_words[] = {
	"client", "server", "email", "object-signing", "reserved", "client-ca",
	"email-ca", "object-signing-ca", NULL
};
static const char *const qc_types[] = { "esign", "eseal", "web", NULL };
static const char *const odd_words[] = {
	"serial-negative", "serial-long", "serial-padded", "trailing-bytes",
	"name-nul", "name-encoding", "extension-damaged", "critical-unknown",
	"dates-bad", "list-cut", "serial-cut", NULL
};

/* A row of struct cert, and the rest of it for a list and for an extension. */
#define C(k, t, ...)		FIELD(k, t, struct cert, __VA_ARGS__)
#define LIST(record, member)	.count = offsetof(record, n##member), \
				.max = CERT_LIST_MAX
#define IF(flag)		.optional = true, \
				.has = offsetof(struct cert, flag)

static const struct field cert_fields[] = {
	C("version", INT, version, .min = 1, .max = VERSION_MAX),
	C("not_before", TIME, not_before),
	C("not_after", TIME, not_after),
	C("signature_algorithm", TEXT, signature_alg),
	C("key_type", WORD, key_type, .words = key_types),
	C("key_pss_only", BOOL, key_pss_only),
	C("key_bits", UINT, key_bits, .max = KEY_BITS_MAX),
	C("key_curve", OPT_TEXT, key_curve),
	C("spki_sha256", SHA256, spki_sha256),
	C("sha256", SHA256, sha256),
	C("key_usage", BITS, ku, .words = cert_ku_words, IF(has_ku)),
	C("key_usage_critical", BOOL, ku_critical),
	C("extended_key_usage", TEXTS, eku, LIST(struct cert, eku),
	    IF(has_eku)),
	C("extended_key_usage_critical", BOOL, eku_critical),
	C("netscape_type", BITS, ns, .words = ns_words, IF(has_ns)),
	C("basic_constraints", BOOL, has_bc),
	C("ca", BOOL, is_ca),
	C("path_length", INT, path_len, .min = -1, .max = INT_MAX),
	C("policies", TEXTS, policies, LIST(struct cert, policies)),
	C("crl_addresses", TEXTS, cdp, LIST(struct cert, cdp)),
	C("ocsp_addresses", TEXTS, ocsp, LIST(struct cert, ocsp)),
	C("issuer_addresses", TEXTS, issuers, LIST(struct cert, issuers)),
	C("subject_key_id", OPT_TEXT, ski),
	C("authority_key_id", OPT_TEXT, aki),
	C("oddities", BITS, odd, .words = odd_words),
	FIELD_END
};

static const struct field attr_fields[] = {
	FIELD("oid", TEXT, struct cert_attr, oid),
	FIELD("value", TEXT, struct cert_attr, value),
	FIELD("joined", BOOL, struct cert_attr, joined),
	FIELD_END
};
static const struct field attr_derived[] = {
	FIELD("name", TEXT, struct cert_attr, name),
	FIELD_END
};

static const struct field name_derived[] = {
	FIELD("line", TEXT, struct cert_name, line),
	FIELD("shown", TEXT, struct cert_name, shown),
	FIELD_END
};

static const struct field san_fields[] = {
	FIELD("kind", WORD, struct cert_san, kind, .words = san_kinds),
	FIELD("value", TEXT, struct cert_san, value),
	FIELD_END
};

static const struct field qc_fields[] = {
	FIELD("compliance", BOOL, struct cert_qc, compliance),
	FIELD("sscd", BOOL, struct cert_qc, sscd),
	FIELD("types", BITS, struct cert_qc, types, .words = qc_types),
	FIELD("limit", BOOL, struct cert_qc, has_limit),
	FIELD("limit_currency", CHARS, struct cert_qc, limit_currency, .max = 3),
	FIELD("limit_amount", INT64, struct cert_qc, limit_amount),
	FIELD("limit_exponent", INT, struct cert_qc, limit_exponent,
	    .min = -EXPONENT_MAX, .max = EXPONENT_MAX),
	FIELD("retention_years", INT, struct cert_qc, retention_years,
	    .min = -1, .max = RETENTION_MAX),
	FIELD("disclosure", TEXTS, struct cert_qc, pds, LIST(struct cert_qc, pds)),
	FIELD("countries", OPT_TEXT, struct cert_qc, countries),
	FIELD_END
};

static const struct field id_derived[] = {
	FIELD("kind", WORD, struct cert_id, kind, .words = id_kinds),
	FIELD("country", CHARS, struct cert_id, country, .max = 2),
	FIELD("value", OPT_TEXT, struct cert_id, value),
	FIELD("checksum", INT, struct cert_id, checksum, .min = -1, .max = 1),
	FIELD("old_form", BOOL, struct cert_id, old_form),
	FIELD_END
};

static const struct field serial_derived[] = {
	C("serial", TEXT, serial_hex),
	C("serial_decimal", TEXT, serial_dec),
	FIELD_END
};

/* --- out --------------------------------------------------------------- */

static json_t *
name_out(const struct cert_name *name)
{
	json_t *obj = fields_to_json(name_derived, name);
	json_t *attrs = json_array();

	for (size_t i = 0; i < name->nattrs; i++) {
		json_t *attr = fields_to_json(attr_fields, &name->attrs[i]);

		fields_add(attr, attr_derived, &name->attrs[i]);
		json_array_append_new(attrs, attr);
	}
	json_object_set_new(obj, "attributes", attrs);
	return obj;
}

static json_t *
san_out(const struct cert *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->nsan; i++)
		json_array_append_new(list,
		    fields_to_json(san_fields, &c->san[i]));
	return list;
}

json_t *
cert_to_json(const struct cert *c)
{
	json_t *obj = fields_to_json(serial_derived, c);

	json_object_set_new(obj, "subject", name_out(&c->subject));
	json_object_set_new(obj, "issuer", name_out(&c->issuer));
	fields_add(obj, cert_fields, c);
	json_object_set_new(obj, "alternative_names", san_out(c));
	json_object_set_new(obj, "qualified_statements", c->qc.present ?
	    fields_to_json(qc_fields, &c->qc) : json_null());
	json_object_set_new(obj, "person", fields_to_json(id_derived, &c->person));
	json_object_set_new(obj, "organisation",
	    fields_to_json(id_derived, &c->organisation));
	return obj;
}

/* --- in ---------------------------------------------------------------- */

static int
serial_in(const json_t *v, struct cert *c)
{
	if (field_hex(v, c->serial, sizeof(c->serial), &c->serial_len) != 0 ||
	    c->serial_len == 0)
		return -1;
	return c->serial_len > 1 && c->serial[0] == 0 ? -1 : 0;
}

static int
name_in(const json_t *obj, struct cert_name *name, const char **bad)
{
	const json_t *list = json_object_get(obj, "attributes");
	size_t n = json_array_size(list);

	*bad = "attributes";
	if (!json_is_array(list) || n > CERT_LIST_MAX)
		return -1;
	name->attrs = n ? mem_array(n, sizeof(*name->attrs)) : NULL;
	for (size_t i = 0; i < n; i++) {
		name->nattrs = i + 1;
		if (fields_from_json(attr_fields, json_array_get(list, i),
		    &name->attrs[i], bad) != 0)
			return -1;
	}
	return 0;
}

static int
san_in(const json_t *list, struct cert *c, const char **bad)
{
	size_t n = json_array_size(list);

	*bad = "alternative_names";
	if (!json_is_array(list) || n > CERT_LIST_MAX)
		return -1;
	c->san = n ? mem_array(n, sizeof(*c->san)) : NULL;
	for (size_t i = 0; i < n; i++) {
		c->nsan = i + 1;
		if (fields_from_json(san_fields, json_array_get(list, i),
		    &c->san[i], bad) != 0)
			return -1;
	}
	return 0;
}

static int
qc_in(const json_t *obj, struct cert_qc *qc, const char **bad)
{
	qc->retention_years = -1;
	qc->present = !json_is_null(obj);
	*bad = "qualified_statements";
	return qc->present ? fields_from_json(qc_fields, obj, qc, bad) : 0;
}

/* Everything that is not worked out from something else. */
static int
members_in(const json_t *obj, struct cert *c, const char **bad)
{
	*bad = "serial";
	if (serial_in(json_object_get(obj, "serial"), c) != 0 ||
	    name_in(json_object_get(obj, "subject"), &c->subject, bad) != 0 ||
	    name_in(json_object_get(obj, "issuer"), &c->issuer, bad) != 0 ||
	    fields_from_json(cert_fields, obj, c, bad) != 0 ||
	    san_in(json_object_get(obj, "alternative_names"), c, bad) != 0 ||
	    qc_in(json_object_get(obj, "qualified_statements"), &c->qc, bad) != 0)
		return -1;
	*bad = "names";
	return cert_derive(c);
}

int
cert_from_json(const json_t *obj, struct cert **out, struct err *err)
{
	struct cert *c = mem_alloc(sizeof(*c));
	const char *bad = "";
	json_t *again;
	int same;

	*out = NULL;
	if (members_in(obj, c, &bad) != 0) {
		cert_free(c);
		return err_set(err, ERR_BAD_DATA, "certificate",
		    "member \"%s\" is missing or wrong", bad);
	}
	again = cert_to_json(c);
	same = json_equal(again, obj);
	json_decref(again);
	if (!same) {
		cert_free(c);
		return err_set(err, ERR_BAD_DATA, "certificate",
		    "members contradict each other");
	}
	*out = c;
	return 0;
}
