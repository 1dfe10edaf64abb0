/* Alternative names: RFC 5280 4.2.1.6. */
#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "cert/parts.h"

/* GeneralName's context tags, RFC 5280 4.2.1.6. */
enum {
	GN_OTHER = 0, GN_EMAIL = 1, GN_DNS = 2, GN_DIRNAME = 4, GN_URI = 6,
	GN_IP = 7, GN_RID = 8
};

/* OtherName: SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY } */
static int
read_other_name(struct span body, struct cert *c, struct cert_san *san)
{
	char oid[DER_OID_TEXT_MAX];
	struct span type, explicit;
	struct der value;

	if (der_enter(&body, DER_OID, &type) != 0 || der_oid(type, oid) != 0 ||
	    der_enter(&body, DER_CONTEXT_CONS(0), &explicit) != 0 ||
	    der_next(&explicit, &value) != 0)
		return -1;
	if (strcmp(oid, "1.3.6.1.4.1.311.20.2.3") == 0)
		san->kind = SAN_UPN;
	else if (strcmp(oid, "1.3.6.1.5.5.7.8.9") == 0)	/* SmtpUTF8Mailbox */
		san->kind = SAN_EMAIL;
	else {
		san->kind = SAN_OTHER;
		san->value = mem_strdup(oid);
		return 0;
	}
	san->value = asn1_text(value.tag, value.body, value.whole, &c->odd);
	return 0;
}

static int
read_address(struct span body, struct cert_san *san)
{
	char text[INET6_ADDRSTRLEN];
	int family = body.len == 4 ? AF_INET : AF_INET6;

	if (body.len != 4 && body.len != 16)
		return -1;
	if (inet_ntop(family, body.p, text, sizeof(text)) == NULL)
		return -1;
	san->kind = SAN_IP;
	san->value = mem_strdup(text);
	return 0;
}

static int
read_dirname(struct span body, struct cert *c, struct cert_san *san)
{
	struct cert_name name = { 0 };
	struct span seq;
	int ret = -1;

	if (der_enter(&body, DER_SEQUENCE, &seq) == 0 &&
	    name_parse(seq, &name, &c->odd) == 0 && name_finish(&name) == 0) {
		san->kind = SAN_DIRNAME;
		san->value = mem_strdup(name.line);
		ret = 0;
	}
	name_clear(&name);
	return ret;
}

static int
read_rid(struct span body, struct cert_san *san)
{
	char oid[DER_OID_TEXT_MAX];

	if (der_oid(body, oid) != 0)
		return -1;
	san->kind = SAN_OTHER;
	san->value = mem_strdup(oid);
	return 0;
}

static int
read_general_name(const struct der *el, struct cert *c, struct cert_san *san)
{
	switch (el->tag & 0x1f) {
	case GN_OTHER:
		return read_other_name(el->body, c, san);
	case GN_DIRNAME:
		return read_dirname(el->body, c, san);
	case GN_IP:
		return read_address(el->body, san);
	case GN_RID:
		return read_rid(el->body, san);
	case GN_EMAIL:
		san->kind = SAN_EMAIL;
		break;
	case GN_DNS:
		san->kind = SAN_DNS;
		break;
	case GN_URI:
		san->kind = SAN_URI;
		break;
	default:		/* x400Address and ediPartyName: only that it is there */
		san->kind = SAN_OTHER;
		san->value = asn1_hex(el->whole, "#");
		return 0;
	}
	san->value = asn1_text(DER_IA5, el->body, el->whole, &c->odd);
	return 0;
}

int
san_parse(struct span value, struct cert *c)
{
	struct span seq;
	struct der el;
	int ret = 0;

	if (der_enter(&value, DER_SEQUENCE, &seq) != 0 || value.len != 0)
		return -1;
	while (seq.len > 0) {
		struct cert_san san = { .kind = SAN_OTHER };

		if (der_next(&seq, &el) != 0 || (el.tag & 0xc0) != 0x80)
			return -1;
		if (c->nsan == CERT_LIST_MAX) {
			c->odd |= ODD_LIST_CUT;
			break;
		}
		if (read_general_name(&el, c, &san) != 0) {
			ret = -1;
			continue;
		}
		c->san = mem_grow(c->san, c->nsan + 1, sizeof(*c->san));
		c->san[c->nsan++] = san;
	}
	return ret;
}
