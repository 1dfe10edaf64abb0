/* RFC 5280 5.2 and 5.3. */
#include "cert/crlpart.h"

#include <stdlib.h>
#include <string.h>

#include "cert/der.h"
#include "cert/parts.h"
#include "cert/pem.h"

/* The last octet of 2.5.29.x */
enum {
	REASON_CODE = 21,
	DELTA_INDICATOR = 27,
	DISTRIBUTION_POINT = 28,
	CERTIFICATE_ISSUER = 29,
	AUTHORITY_KEY = 35
};

/* The next extension: its number below id-ce (0: another) and its value. */
static int
next_extension(struct span *list, unsigned *id, struct span *value)
{
	struct span ext, oid, critical;

	if (der_enter(list, DER_SEQUENCE, &ext) != 0 ||
	    der_enter(&ext, DER_OID, &oid) != 0 ||
	    der_maybe(&ext, DER_BOOLEAN, &critical) < 0 ||
	    der_enter(&ext, DER_OCTET_STRING, value) != 0)
		return -1;
	*id = oid.len == 3 && memcmp(oid.p, "\x55\x1d", 2) == 0 ? oid.p[2] : 0;
	return 0;
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

/* Any of its fields but indirectCRL narrows what the list speaks of. */
static void
read_scope(struct span value, struct crl *crl)
{
	struct span seq;
	struct der field;
	bool on;

	if (der_enter(&value, DER_SEQUENCE, &seq) != 0)
		return;
	while (der_next(&seq, &field) == 0) {
		if (field.tag != DER_CONTEXT(4))
			crl->partial = true;
		else if (der_bool(field.body, &on) == 0)
			crl->indirect = on;
	}
}

void
crl_extensions(struct span list, struct crl *crl)
{
	struct span value;
	unsigned id;

	while (next_extension(&list, &id, &value) == 0) {
		if (id == AUTHORITY_KEY)
			read_key(value, crl);
		else if (id == DELTA_INDICATOR)
			crl->delta = true;
		else if (id == DISTRIBUTION_POINT)
			read_scope(value, crl);
	}
}

void
crl_entry_read(const struct crl_entry *entry, int64_t *date, int *reason,
    bool *foreign)
{
	struct span rest = entry->rest, list, value;
	struct der time;
	unsigned id;

	*date = CERT_NO_TIME;
	*reason = -1;
	if (der_next(&rest, &time) != 0)
		return;
	(void)der_time(time.tag, time.body, date);
	if (der_enter(&rest, DER_SEQUENCE, &list) != 0)
		return;
	while (next_extension(&list, &id, &value) == 0) {
		if (id == REASON_CODE && value.len == 3 &&
		    value.p[0] == 0x0a && value.p[1] == 1)	/* ENUMERATED */
			*reason = value.p[2];
		else if (id == CERTIFICATE_ISSUER)
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
