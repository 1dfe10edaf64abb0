/*
 * XML with signatures: enveloped, enveloping or by themselves, in whatever they
 * stand; and documents that XML carries in base64.  libxml2 streams it by:
 * nothing outside of it is loaded, no entity is put in place of its name.
 */
#include "config.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "extract/readers.h"
#include "extract/xml.h"

#define DSIG		"http://www.w3.org/2000/09/xmldsig#"
#define DEPTH_MAX	250		/* elements within elements */
#define OPEN_MAX	8		/* signatures within signatures */
#define SIGNATURES_MAX	10000		/* of one document */
#define SALVAGE_MAX	256		/* certificates of one that is damaged */
#define TEXT_MAX	(128u << 20)	/* bytes of one element's text */

struct xml {
	xmlTextReaderPtr reader;
	struct sink	*sink;
	struct xml_signature *open[OPEN_MAX];
	int		 at[OPEN_MAX];	/* how deep each began */
	size_t		 nopen;
	unsigned	 number;
	int		 signing;	/* depth of SigningCertificate; -1: not in */
	int		 key_info;	/* of ds:KeyInfo, likewise */
	struct buf	 text;		/* of the element that is open */
	bool		 leaf;		/* which has no element inside so far */
	bool		 stop;		/* more than is looked at */
};

/* --- what elements mean ---------------------------------------------------------- */

/*
 * The reference that an element within this signature belongs to; XAdES names
 * authorities and their answers in the same words elsewhere.
 */
static struct xml_reference *
reference(struct xml *x, struct xml_signature *s)
{
	if (x->signing != -1)
		return s->signing_full ? NULL : &s->signing;
	return x->key_info != -1 ? &s->key_info : NULL;
}

static void
on_chain(struct xml *x, struct xml_signature *s, struct span text)
{
	xml_tell_cert(text, x->sink, &(struct mark){ .role = SCRAP_CHAIN,
	    .number = s->number });
}

static void
on_cert(struct xml *x, struct xml_signature *s, struct span text)
{
	if (x->key_info != -1)
		xml_signature_cert(s, text, x->sink);
	else
		on_chain(x, s, text);
}

static void
on_issuer(struct xml *x, struct xml_signature *s, struct span text)
{
	if (reference(x, s) != NULL)
		xml_reference_issuer(reference(x, s), text);
}

static void
on_serial(struct xml *x, struct xml_signature *s, struct span text)
{
	if (reference(x, s) != NULL)
		xml_reference_serial(reference(x, s), text);
}

static void
on_both(struct xml *x, struct xml_signature *s, struct span text)
{
	if (reference(x, s) != NULL)
		xml_reference_both(reference(x, s), text);
}

static void
on_digest(struct xml *x, struct xml_signature *s, struct span text)
{
	if (x->signing != -1 && reference(x, s) != NULL)
		xml_reference_digest(reference(x, s), text);
}

static void
on_time(struct xml *x, struct xml_signature *s, struct span text)
{
	(void)x;
	xml_signature_time(s, text);
}

static void
on_stamp(struct xml *x, struct xml_signature *s, struct span text)
{
	xml_signature_stamp(s, text, x->sink);
}

/* Inside a signature, by local name: XAdES has had several namespaces. */
static const struct {
	const char	*name;
	void		(*text)(struct xml *, struct xml_signature *,
			    struct span);
} elements[] = {
	{ "X509Certificate", on_cert },
	{ "EncapsulatedX509Certificate", on_chain },
	{ "X509IssuerName", on_issuer },
	{ "X509SerialNumber", on_serial },
	{ "IssuerSerialV2", on_both },
	{ "DigestValue", on_digest },
	{ "SigningTime", on_time },
	{ "EncapsulatedTimeStamp", on_stamp },
};

/* --- the stream ------------------------------------------------------------------ */

static bool
is_named(const struct xml *x, const char *name)
{
	const xmlChar *local = xmlTextReaderConstLocalName(x->reader);

	return local != NULL && strcmp((const char *)local, name) == 0;
}

static bool
is_signature(const struct xml *x)
{
	const xmlChar *ns = xmlTextReaderConstNamespaceUri(x->reader);

	return is_named(x, "Signature") && ns != NULL &&
	    strcmp((const char *)ns, DSIG) == 0;
}

static struct xml_signature *
innermost(const struct xml *x)
{
	return x->nopen > 0 ? x->open[x->nopen - 1] : NULL;
}

static void
left_out(struct xml *x, const char *what, int most)
{
	sink_problem(x->sink, ERR_PART_LEFT_OUT, "XML: more than %d %s", most,
	    what);
	x->stop = true;
}

static void
open_signature(struct xml *x, int depth)
{
	xmlChar *id;

	if (x->nopen == OPEN_MAX || x->number == SIGNATURES_MAX) {
		left_out(x, "signatures", x->nopen == OPEN_MAX ? OPEN_MAX :
		    SIGNATURES_MAX);
		return;
	}
	id = xmlTextReaderGetAttribute(x->reader, (const xmlChar *)"Id");
	x->open[x->nopen] = xml_signature_new(++x->number, (char *)id);
	x->at[x->nopen++] = depth;
	xmlFree(id);
}

static void
close_signature(struct xml *x, bool damaged)
{
	struct xml_signature *s = x->open[--x->nopen];

	xml_signature_tell(s, damaged, x->sink);
	xml_signature_free(s);
}

static void
note_digest_method(struct xml *x, struct xml_signature *s)
{
	xmlChar *uri;

	if (s->signing.digest_alg != NULL || s->signing_full)
		return;
	uri = xmlTextReaderGetAttribute(x->reader,
	    (const xmlChar *)"Algorithm");
	s->signing.digest_alg = mem_strdup((char *)uri);
	xmlFree(uri);
}

static void
on_start(struct xml *x)
{
	int depth = xmlTextReaderDepth(x->reader);
	struct xml_signature *s = innermost(x);

	buf_clear(&x->text);
	x->leaf = true;
	if (depth > DEPTH_MAX) {
		left_out(x, "elements within each other", DEPTH_MAX);
		return;
	}
	if (is_signature(x))
		open_signature(x, depth);
	else if (s != NULL && (is_named(x, "SigningCertificate") ||
	    is_named(x, "SigningCertificateV2")))
		x->signing = depth;
	else if (s != NULL && is_named(x, "KeyInfo") && x->key_info == -1)
		x->key_info = depth;
	else if (s != NULL && x->signing != -1 && is_named(x, "DigestMethod"))
		note_digest_method(x, s);
}

static struct span
trim(struct span in)
{
	while (in.len > 0 && in.p[0] <= ' ')
		in = span_of(in.p + 1, in.len - 1);
	while (in.len > 0 && in.p[in.len - 1] <= ' ')
		in.len--;
	return in;
}

/*
 * Texts that carry documents: in base64, as PEM, or as XML that was made into
 * text.  The rest of what a reader knows is too common a look here.
 */
static bool
is_document(struct span text)
{
	enum kind kind = kind_of(text);

	return kind == KIND_BASE64 || kind == KIND_PEM ||
	    (kind == KIND_XML && text.len > 5 &&
	    memcmp(text.p, "<?xml", 5) == 0);
}

/* An element that holds nothing but text. */
static void
on_leaf(struct xml *x)
{
	struct span text = trim(span_of(x->text.data, x->text.len));
	struct xml_signature *s = innermost(x);

	if (text.len == 0)
		return;
	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++)
		if (s != NULL && is_named(x, elements[i].name)) {
			elements[i].text(x, s, text);
			return;
		}
	if (is_named(x, "X509Certificate"))
		xml_tell_cert(text, x->sink,
		    &(struct mark){ .role = SCRAP_CHAIN });
	else if (is_document(text) && !is_named(x, "SignatureValue"))
		sink_document(x->sink,
		    (const char *)xmlTextReaderConstLocalName(x->reader), text);
}

static void
on_close(struct xml *x)
{
	int depth = xmlTextReaderDepth(x->reader);
	struct xml_signature *s = innermost(x);

	if (x->leaf)
		on_leaf(x);
	x->leaf = false;
	buf_clear(&x->text);
	if (s == NULL)
		return;
	/* Cert, the first of which is the signer's. */
	if (x->signing != -1 && depth == x->signing + 1)
		s->signing_full = true;
	if (depth == x->signing)
		x->signing = -1;
	if (depth == x->key_info)
		x->key_info = -1;
	if (depth == x->at[x->nopen - 1])
		close_signature(x, false);
}

static void
on_text(struct xml *x)
{
	const xmlChar *value = xmlTextReaderConstValue(x->reader);

	if (value != NULL && x->leaf && buf_add(&x->text, value,
	    strlen((const char *)value)) == -1)
		sink_problem(x->sink, ERR_PART_LEFT_OUT,
		    "XML: a text of more than %u bytes", TEXT_MAX);
}

static void
on_node(struct xml *x)
{
	switch (xmlTextReaderNodeType(x->reader)) {
	case XML_READER_TYPE_ELEMENT:
		on_start(x);
		if (!x->stop && xmlTextReaderIsEmptyElement(x->reader))
			on_close(x);
		break;
	case XML_READER_TYPE_END_ELEMENT:
		on_close(x);
		break;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		on_text(x);
		break;
	default:
		break;
	}
}

/* --- a whole document -------------------------------------------------------------- */

/*
 * Certificates in what is not read to its end, by the name of their element
 * alone; those that were told before are not told again.
 */
static void
salvage(struct span in, struct sink *sink)
{
	static const char name[] = "X509Certificate>";
	const struct mark mark = { .role = SCRAP_CHAIN, .damaged = true };
	const uint8_t *at, *end;

	for (int n = 0; n < SALVAGE_MAX && (at = memmem(in.p, in.len, name,
	    sizeof(name) - 1)) != NULL; n++) {
		at += sizeof(name) - 1;
		in = span_of(at, in.len - (size_t)(at - in.p));
		end = in.len > 0 ? memchr(in.p, '<', in.len) : NULL;
		/* Behind a closing tag there is none. */
		if (end != NULL && end - at > 64)
			xml_tell_cert(span_of(at, (size_t)(end - at)), sink,
			    &mark);
	}
}

static void
quiet(void *arg, xmlErrorPtr error)
{
	struct err *err = arg;

	(void)err_set(err, ERR_BAD_DATA, NULL, "XML: line %d: %s", error->line,
	    error->message != NULL ? error->message : "");
}

/*
 * What declares no entities cannot blow up by them, and may have texts of more
 * than ten megabytes, as documents that carry others have.
 */
static int
options(struct span in)
{
	bool plain = in.p[0] < 0xfe && in.p[0] != 0 &&
	    memmem(in.p, in.len, "<!ENTITY", 8) == NULL;

	return XML_PARSE_NONET | XML_PARSE_COMPACT |
	    (plain ? XML_PARSE_HUGE : 0);
}

static void
stream(struct xml *x, struct span in)
{
	struct err err = ERR_INIT;
	int rc = 1;

	/* What is read within it has a reader and an err of its own. */
	x->reader = xmlReaderForMemory((const char *)in.p, (int)in.len, NULL,
	    NULL, options(in));
	if (x->reader != NULL)
		xmlTextReaderSetStructuredErrorHandler(x->reader, quiet, &err);
	while (x->reader != NULL && !x->stop &&
	    (rc = xmlTextReaderRead(x->reader)) == 1)
		on_node(x);
	while (x->nopen > 0)
		close_signature(x, true);
	if (x->reader == NULL || rc < 0) {
		sink_problem(x->sink, ERR_BAD_DATA, "%s", err.detail);
		salvage(in, x->sink);
	}
	xmlFreeTextReader(x->reader);
}

void
extract_xml(struct span in, struct sink *sink)
{
	struct xml x = { .sink = sink, .signing = -1,
	    .key_info = -1 };

	if (in.len == 0)
		return;
	buf_init(&x.text, TEXT_MAX);
	stream(&x, in);
	buf_clear(&x.text);
}
