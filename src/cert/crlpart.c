/* RFC 5280 5.2 and 5.3. */
#include "cert/crlpart.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "cert/parts.h"
#include "cert/pem.h"

/* The last octet of 2.5.29.x */
enum {
	ISSUER_ALT_NAME = 18,
	CRL_NUMBER = 20,
	REASON_CODE = 21,
	DELTA_INDICATOR = 27,
	DISTRIBUTION_POINT = 28,
	CERTIFICATE_ISSUER = 29,
	AUTHORITY_KEY = 35,
	FRESHEST_CRL = 46
};

/* GeneralName, RFC 5280 4.2.1.6. */
#define NAME_DIRECTORY	DER_CONTEXT_CONS(4)
#define NAME_URI	DER_CONTEXT(6)
#define URI_MAX		2048

struct extension {
	unsigned	id;		/* number below id-ce; 0: another */
	bool		critical;
	struct span	value;
};

static int
next_extension(struct span *list, struct extension *e)
{
	struct span ext, oid, flag;
	int got;

	e->critical = false;
	if (der_enter(list, DER_SEQUENCE, &ext) != 0 ||
	    der_enter(&ext, DER_OID, &oid) != 0 ||
	    (got = der_maybe(&ext, DER_BOOLEAN, &flag)) < 0 ||
	    (got == 1 && der_bool(flag, &e->critical) != 0) ||
	    der_enter(&ext, DER_OCTET_STRING, &e->value) != 0)
		return -1;
	e->id = oid.len == 3 && memcmp(oid.p, "\x55\x1d", 2) == 0 ?
	    oid.p[2] : 0;
	return 0;
}

/* A number that only grows; what is longer than any counts as none. */
static void
read_number(struct span value, uint8_t out[static CERT_SERIAL_MAX],
    size_t *len)
{
	struct span n;

	if (der_enter(&value, DER_INTEGER, &n) != 0)
		return;
	while (n.len > 1 && n.p[0] == 0)
		n = span_of(n.p + 1, n.len - 1);
	if (n.len == 0 || n.len > CERT_SERIAL_MAX)
		return;
	memcpy(out, n.p, n.len);
	*len = n.len;
}

/* The next address of GeneralNames, the caller's to free; NULL at the end. */
static char *
next_uri(struct span *names)
{
	unsigned odd = 0;
	struct der el;

	while (der_next(names, &el) == 0) {
		if (el.tag == NAME_URI && el.body.len <= URI_MAX)
			return asn1_text(DER_IA5, el.body, el.whole, &odd);
	}
	return NULL;
}

/* The fullName inside a distributionPoint field. */
static int
full_name(struct span field, struct span *names)
{
	return der_enter(&field, DER_CONTEXT_CONS(0), names);
}

/* RFC 5280 5.2.6: the first address of any of its points. */
static void
read_freshest(struct span value, struct crl *crl)
{
	struct span points, point, field, names;

	if (der_enter(&value, DER_SEQUENCE, &points) != 0)
		return;
	while (crl->freshest == NULL &&
	    der_enter(&points, DER_SEQUENCE, &point) == 0) {
		if (der_enter(&point, DER_CONTEXT_CONS(0), &field) == 0 &&
		    full_name(field, &names) == 0)
			crl->freshest = next_uri(&names);
	}
}

static void
read_key(struct span value, struct crl *crl)
{
	struct span seq, key;

	if (der_enter(&value, DER_SEQUENCE, &seq) == 0 &&
	    der_maybe(&seq, DER_CONTEXT(0), &key) == 1) {
		free(crl->issuer->aki);
		crl->issuer->aki = asn1_hex(key, "");
	}
}

static void
read_points(struct span field, struct crl *crl)
{
	struct span names;
	char *uri;

	if (full_name(field, &names) != 0)
		return;
	while (crl->npoints < CRL_POINTS_MAX &&
	    (uri = next_uri(&names)) != NULL)
		crl->points[crl->npoints++] = uri;
}

/* Any of its fields but indirectCRL narrows what the list speaks of. */
static void
read_scope(struct span value, struct crl *crl)
{
	static const struct {
		uint8_t		tag;
		unsigned	bit;
	} fields[] = {
		{ DER_CONTEXT_CONS(0), CRL_OF_POINT },
		{ DER_CONTEXT(1), CRL_OF_USERS },
		{ DER_CONTEXT(2), CRL_OF_CAS },
		{ DER_CONTEXT(3), CRL_OF_REASONS },
		{ DER_CONTEXT(5), CRL_OF_ATTRS },
	};
	struct span seq;
	struct der field;
	bool on;

	if (der_enter(&value, DER_SEQUENCE, &seq) != 0) {
		crl->scope |= CRL_OF_UNKNOWN;
		return;
	}
	while (der_next(&seq, &field) == 0) {
		if (field.tag == DER_CONTEXT(4)) {
			if (der_bool(field.body, &on) == 0)
				crl->indirect = on;
			continue;
		}
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
			if (fields[i].tag == field.tag)
				crl->scope |= fields[i].bit;
		}
		if (field.tag == DER_CONTEXT_CONS(0))
			read_points(field.body, crl);
	}
}

void
crl_extensions(struct span list, struct crl *crl)
{
	struct extension e;

	while (next_extension(&list, &e) == 0) {
		switch (e.id) {
		case AUTHORITY_KEY:
			read_key(e.value, crl);
			break;
		case CRL_NUMBER:
			read_number(e.value, crl->number, &crl->number_len);
			break;
		case DELTA_INDICATOR:
			crl->delta = true;
			read_number(e.value, crl->base, &crl->base_len);
			break;
		case DISTRIBUTION_POINT:
			read_scope(e.value, crl);
			break;
		case FRESHEST_CRL:
			read_freshest(e.value, crl);
			break;
		case ISSUER_ALT_NAME:
			break;
		default:
			if (e.critical)
				crl->scope |= CRL_OF_UNKNOWN;
		}
	}
	crl->partial = crl->scope != 0;
}

void
crl_entry_issuer(const struct crl_entry *entry, const char *line,
    bool *foreign)
{
	struct span rest = entry->rest, list, names;
	struct extension e;
	struct der el;
	char *name;

	if (der_next(&rest, &el) != 0 ||
	    der_enter(&rest, DER_SEQUENCE, &list) != 0)
		return;
	while (next_extension(&list, &e) == 0) {
		if (e.id != CERTIFICATE_ISSUER)
			continue;
		*foreign = true;
		if (line == NULL ||
		    der_enter(&e.value, DER_SEQUENCE, &names) != 0)
			return;
		while (*foreign && der_next(&names, &el) == 0) {
			if (el.tag != NAME_DIRECTORY)
				continue;
			name = cert_name_line(el.body.p, el.body.len);
			if (name != NULL && strcmp(name, line) == 0)
				*foreign = false;
			free(name);
		}
		return;
	}
}

void
crl_entry_read(const struct crl_entry *entry, int64_t *date, int *reason,
    bool *foreign)
{
	struct span rest = entry->rest, list;
	struct extension e;
	struct der time;

	*date = CERT_NO_TIME;
	*reason = -1;
	if (der_next(&rest, &time) != 0)
		return;
	(void)der_time(time.tag, time.body, date);
	if (der_enter(&rest, DER_SEQUENCE, &list) != 0)
		return;
	while (next_extension(&list, &e) == 0) {
		if (e.id == REASON_CODE && e.value.len == 3 &&
		    e.value.p[0] == 0x0a && e.value.p[1] == 1)	/* ENUMERATED */
			*reason = e.value.p[2];
		else if (e.id == CERTIFICATE_ISSUER)
			*foreign = true;
	}
}

int
crl_der(struct stream *in, struct stream **made, struct stream **der,
    struct err *err)
{
	struct span first;

	*made = NULL;
	*der = in;
	if (stream_peek(in, 1, &first, err) != 0)
		return -1;
	if (first.len > 0 && first.p[0] == DER_SEQUENCE)
		return 0;
	if (pem_stream(in, "X509 CRL", made, err) != 0)
		return -1;
	*der = *made;
	return 0;
}
