/* CMS (RFC 5652): who signed, what came along, for whom it is encrypted. */
#include "config.h"

#include "extract/cms.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "extract/ber.h"
#include "extract/readers.h"

#define HEADS	8	/* bytes of a certificate before its version */

#define OID_DATA		"1.2.840.113549.1.7.1"
#define OID_SIGNED		"1.2.840.113549.1.7.2"
#define OID_ENVELOPED		"1.2.840.113549.1.7.3"
#define OID_AUTH_ENVELOPED	"1.2.840.113549.1.9.16.1.23"
#define OID_STAMP_INFO		"1.2.840.113549.1.9.16.1.4"

static void
damaged(struct sink *sink, const char *what)
{
	sink_problem(sink, ERR_BAD_DATA, "CMS: %s", what);
}

/* --- octets ------------------------------------------------------------------ */

/*
 * An OCTET STRING, which BER may have cut into several.  Borrowed from in, or
 * from joined where it was.
 */
static int
octets(struct span in, struct buf *joined, struct span *out)
{
	struct der el, part;

	if (der_next(&in, &el) != 0)
		return -1;
	*out = el.body;
	if (el.tag == DER_OCTET_STRING)
		return 0;
	if (el.tag != (DER_OCTET_STRING | 0x20))
		return -1;
	while (el.body.len > 0)
		if (der_next(&el.body, &part) != 0 ||
		    buf_add(joined, part.body.p, part.body.len) != 0)
			return -1;
	*out = span_of(joined->data, joined->len);
	return 0;
}

/* What is signed may be a document with signatures of its own. */
static void
read_content(struct span content, struct sink *sink)
{
	struct buf joined;
	struct span body;

	buf_init(&joined, content.len);
	if (octets(content, &joined, &body) == 0 &&
	    (joined.len == 0 || sink_charge(sink, joined.len) == 0))
		sink_document(sink, "", body);
	buf_clear(&joined);
}

/* --- certificates ------------------------------------------------------------ */

/* Issuer and serial number as they stand, to be compared byte by byte. */
static int
take_apart(struct cms_cert *c)
{
	struct span in = c->whole, body, tbs, skip;
	struct der el;

	if (der_enter(&in, DER_SEQUENCE, &body) != 0 ||
	    der_enter(&body, DER_SEQUENCE, &tbs) != 0 ||
	    der_maybe(&tbs, DER_CONTEXT_CONS(0), &skip) < 0 ||
	    der_enter(&tbs, DER_INTEGER, &c->serial) != 0 ||
	    der_enter(&tbs, DER_SEQUENCE, &skip) != 0 ||
	    der_next(&tbs, &el) != 0)
		return -1;
	c->issuer = el.whole;
	return 0;
}

static void
take_certs(struct span in, struct cms_certs *certs, struct sink *sink)
{
	struct der el;

	while (in.len > 0 && der_next(&in, &el) == 0) {
		struct err err = ERR_INIT;
		struct cms_cert c = { .whole = el.whole };

		/* The other choices are attribute certificates and the like. */
		if (el.tag != DER_SEQUENCE)
			continue;
		if (certs->n == CMS_CERTS_MAX) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "more than %d certificates", CMS_CERTS_MAX);
			return;
		}
		if (take_apart(&c) != 0 || cert_parse(el.whole.p, el.whole.len,
		    &c.parsed, &err) != 0) {
			damaged(sink, "a certificate");
			continue;
		}
		certs->v = mem_grow(certs->v, certs->n + 1, sizeof(*certs->v));
		certs->v[certs->n++] = c;
	}
	if (in.len > 0)
		damaged(sink, "certificates");
}

static void
tell_others(const struct cms_certs *certs, struct sink *sink,
    const struct mark *mark)
{
	for (size_t i = 0; i < certs->n; i++)
		if (!certs->v[i].signer)
			sink_parsed(sink, certs->v[i].parsed, mark);
}

static void
certs_clear(struct cms_certs *certs)
{
	for (size_t i = 0; i < certs->n; i++)
		cert_free(certs->v[i].parsed);
	free(certs->v);
	memset(certs, 0, sizeof(*certs));
}

/* --- SignedData ---------------------------------------------------------------- */

struct signed_data {
	char		 type[DER_OID_TEXT_MAX];	/* of what is signed */
	struct span	 content;	/* empty: elsewhere */
	struct span	 certs, signers;
};

static int
open_signed(struct span in, struct signed_data *d)
{
	struct span body, encap, oid, skip;

	memset(d, 0, sizeof(*d));
	if (der_enter(&in, DER_SEQUENCE, &body) != 0 ||
	    der_enter(&body, DER_INTEGER, &skip) != 0 ||
	    der_enter(&body, DER_SET, &skip) != 0 ||
	    der_enter(&body, DER_SEQUENCE, &encap) != 0 ||
	    der_enter(&encap, DER_OID, &oid) != 0 ||
	    der_oid(oid, d->type) != 0 ||
	    der_maybe(&encap, DER_CONTEXT_CONS(0), &d->content) < 0 ||
	    der_maybe(&body, DER_CONTEXT_CONS(0), &d->certs) < 0 ||
	    der_maybe(&body, DER_CONTEXT_CONS(1), &skip) < 0 ||
	    der_enter(&body, DER_SET, &d->signers) != 0)
		return -1;
	return 0;
}

static void
tell_signers(struct span signers, struct cms_certs *certs, struct sink *sink,
    const struct mark *base)
{
	struct mark mark = *base;
	struct span one;

	for (unsigned n = 1; signers.len > 0; n++) {
		if (n > CMS_SIGNERS_MAX) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "more than %d signers", CMS_SIGNERS_MAX);
			return;
		}
		if (der_enter(&signers, DER_SEQUENCE, &one) != 0) {
			damaged(sink, "a signer");
			return;
		}
		if (base->number == 0)
			mark.number = n;
		cms_signer(one, certs, sink, &mark);
		mark.number = base->number;
	}
}

static void
read_signed(struct span in, struct sink *sink, const struct mark *base)
{
	struct cms_certs certs = { .n = 0 };
	struct mark mark = *base;
	struct signed_data d;

	if (open_signed(in, &d) != 0) {
		damaged(sink, "SignedData");
		mark.damaged = true;
		cms_salvage(in, sink, &mark);
		return;
	}
	/* Who stamped the time did not sign the document. */
	if (strcmp(d.type, OID_STAMP_INFO) == 0)
		mark.role = SCRAP_CHAIN;
	take_certs(d.certs, &certs, sink);
	tell_signers(d.signers, &certs, sink, &mark);
	/* Without signers it is a file of certificates (.p7b). */
	mark = *base;
	mark.role = d.signers.len > 0 ? SCRAP_CHAIN : SCRAP_HOLDER;
	mark.when = SCRAP_NO_TIME;
	tell_others(&certs, sink, &mark);
	certs_clear(&certs);
	if (d.content.len > 0 && strcmp(d.type, OID_STAMP_INFO) != 0)
		read_content(d.content, sink);
}

/* --- EnvelopedData --------------------------------------------------------------- */

/* rid of KeyTransRecipientInfo: the first that is a SEQUENCE behind a version. */
static void
tell_rid(struct der *rid, struct sink *sink)
{
	const struct mark mark = { .role = SCRAP_RECIPIENT };
	struct der issuer;
	struct span serial;

	if (rid->tag == DER_SEQUENCE && der_next(&rid->body, &issuer) == 0 &&
	    der_enter(&rid->body, DER_INTEGER, &serial) == 0)
		cms_tell_named(issuer.whole, serial, sink, &mark);
	else if (rid->tag == DER_CONTEXT(0) || rid->tag == DER_CONTEXT_CONS(0))
		sink_problem(sink, ERR_SIGNER_UNNAMED, "a recipient");
}

/* KeyAgreeRecipientInfo: its keys are for one recipient each. */
static void
tell_agreed(struct span in, struct sink *sink)
{
	struct span skip, keys, one;
	struct der rid;

	if (der_enter(&in, DER_INTEGER, &skip) != 0 ||
	    der_enter(&in, DER_CONTEXT_CONS(0), &skip) != 0 ||
	    der_maybe(&in, DER_CONTEXT_CONS(1), &skip) < 0 ||
	    der_enter(&in, DER_SEQUENCE, &skip) != 0 ||
	    der_enter(&in, DER_SEQUENCE, &keys) != 0) {
		damaged(sink, "a recipient");
		return;
	}
	while (keys.len > 0 && der_enter(&keys, DER_SEQUENCE, &one) == 0 &&
	    der_next(&one, &rid) == 0)
		tell_rid(&rid, sink);
}

static void
tell_recipient(struct der *info, struct sink *sink)
{
	struct span skip;
	struct der rid;

	if (info->tag == DER_CONTEXT_CONS(1))
		tell_agreed(info->body, sink);
	else if (info->tag == DER_SEQUENCE &&
	    der_enter(&info->body, DER_INTEGER, &skip) == 0 &&
	    der_next(&info->body, &rid) == 0)
		tell_rid(&rid, sink);
}

static void
read_enveloped(struct span in, struct sink *sink)
{
	struct cms_certs certs = { .n = 0 };
	struct span body, skip, originator, infos, given;
	struct der info;

	originator = given = span_of(NULL, 0);
	if (der_enter(&in, DER_SEQUENCE, &body) != 0 ||
	    der_enter(&body, DER_INTEGER, &skip) != 0 ||
	    der_maybe(&body, DER_CONTEXT_CONS(0), &originator) < 0 ||
	    der_enter(&body, DER_SET, &infos) != 0) {
		damaged(sink, "EnvelopedData");
		return;
	}
	if (der_maybe(&originator, DER_CONTEXT_CONS(0), &given) > 0) {
		take_certs(given, &certs, sink);
		tell_others(&certs, sink,
		    &(struct mark){ .role = SCRAP_CHAIN });
		certs_clear(&certs);
	}
	for (int n = 0; infos.len > 0 && der_next(&infos, &info) == 0; n++) {
		if (n == CMS_SIGNERS_MAX) {
			sink_problem(sink, ERR_PART_LEFT_OUT,
			    "more than %d recipients", CMS_SIGNERS_MAX);
			return;
		}
		tell_recipient(&info, sink);
	}
}

/* --- ContentInfo ------------------------------------------------------------------ */

static void
read_info(struct span in, struct sink *sink, const struct mark *mark)
{
	char oid[DER_OID_TEXT_MAX];
	struct span info, type, content;

	if (der_enter(&in, DER_SEQUENCE, &info) != 0 ||
	    der_enter(&info, DER_OID, &type) != 0 || der_oid(type, oid) != 0 ||
	    der_enter(&info, DER_CONTEXT_CONS(0), &content) != 0)
		damaged(sink, "ContentInfo");
	else if (strcmp(oid, OID_SIGNED) == 0)
		read_signed(content, sink, mark);
	else if (strcmp(oid, OID_ENVELOPED) == 0 ||
	    strcmp(oid, OID_AUTH_ENVELOPED) == 0)
		read_enveloped(content, sink);
	else if (strcmp(oid, OID_DATA) == 0)
		read_content(content, sink);
}

/* Lengths that are not known are spelled out first. */
static void
read_indefinite(struct span in, struct sink *sink, const struct mark *mark)
{
	struct buf der;

	/* Each element's head grows by at most four bytes. */
	buf_init(&der, in.len * 3 + 16);
	if (sink_charge(sink, in.len) == 0) {
		if (ber_define(in, &der) == 0)
			read_info(span_of(der.data, der.len), sink, mark);
		else
			damaged(sink, "lengths");
	}
	buf_clear(&der);
}

void
cms_read(struct span in, struct sink *sink, const struct mark *mark)
{
	struct mark broken = *mark;

	switch (ber_form(in)) {
	case BER_DEFINITE:
		read_info(in, sink, mark);
		break;
	case BER_INDEFINITE:
		read_indefinite(in, sink, mark);
		break;
	case BER_DEEP:
		sink_problem(sink, ERR_PART_LEFT_OUT,
		    "CMS: nested deeper than %d", BER_DEPTH_MAX);
		break;
	case BER_DAMAGED:
		damaged(sink, "not whole");
		broken.damaged = true;
		cms_salvage(in, sink, &broken);
		break;
	}
}

void
extract_cms(struct span in, struct sink *sink)
{
	cms_read(in, sink, &(struct mark){ .role = SCRAP_SIGNER });
}

/* --- what is left ------------------------------------------------------------------ */

/*
 * A certificate begins with two SEQUENCEs of two length bytes and its version:
 * enough to be found by in bytes that no longer hang together.
 */
void
cms_salvage(struct span in, struct sink *sink, const struct mark *mark)
{
	static const uint8_t version[] = { 0xa0, 0x03, 0x02, 0x01, 0x02 };
	struct mark m = *mark;
	const uint8_t *at;
	int n = 0;

	m.role = SCRAP_CHAIN;
	m.when = SCRAP_NO_TIME;
	while (n < CMS_CERTS_MAX && (at = memmem(in.p, in.len, version,
	    sizeof(version))) != NULL) {
		size_t before = (size_t)(at - in.p);
		size_t head = before < HEADS ? before : HEADS;
		struct span from = span_of(at - head, in.len - before + head);
		struct cms_cert c = { .signer = false };
		struct der el;

		if (der_next(&from, &el) == 0) {
			c.whole = el.whole;
			if (take_apart(&c) == 0) {
				sink_cert(sink, el.whole, &m);
				n++;
			}
		}
		in = span_of(at + 1, in.len - before - 1);
	}
}

/* --- time stamps --------------------------------------------------------------------- */

/* TSTInfo's genTime, behind what it is the stamp of. */
static int
stamp_time(struct span content, int64_t *time)
{
	struct span info, body, skip;
	struct der el;
	struct buf joined;
	int rc = -1;

	buf_init(&joined, content.len);
	if (octets(content, &joined, &info) == 0 &&
	    der_enter(&info, DER_SEQUENCE, &body) == 0 &&
	    der_enter(&body, DER_INTEGER, &skip) == 0 &&
	    der_enter(&body, DER_OID, &skip) == 0 &&
	    der_enter(&body, DER_SEQUENCE, &skip) == 0 &&
	    der_enter(&body, DER_INTEGER, &skip) == 0 &&
	    der_next(&body, &el) == 0 && el.tag == DER_GENERAL_TIME)
		rc = der_time(el.tag, el.body, time);
	buf_clear(&joined);
	return rc;
}

int
cms_stamp(struct span in, struct sink *sink, int64_t *time)
{
	char oid[DER_OID_TEXT_MAX];
	struct span rest = in, info, type, content;
	struct signed_data d;

	if (ber_form(in) != BER_DEFINITE ||
	    der_enter(&rest, DER_SEQUENCE, &info) != 0 ||
	    der_enter(&info, DER_OID, &type) != 0 || der_oid(type, oid) != 0 ||
	    strcmp(oid, OID_SIGNED) != 0 ||
	    der_enter(&info, DER_CONTEXT_CONS(0), &content) != 0 ||
	    open_signed(content, &d) != 0 ||
	    strcmp(d.type, OID_STAMP_INFO) != 0)
		return -1;
	read_signed(content, sink, &(struct mark){ .role = SCRAP_CHAIN });
	return stamp_time(d.content, time);
}
