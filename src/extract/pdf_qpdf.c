/*
 * Signature dictionaries (ISO 32000-1 12.8.1) wherever they are: in fields of
 * the form, which have names, and among all objects, for those that no field
 * leads to any more.  qpdf undoes object streams, compression and encryption
 * without a password.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "extract/cms.h"
#include "extract/pdf.h"
#include "extract/pdf_qpdf.h"

#define OBJECTS_MAX	300000		/* of one document */
#define FIELDS_MAX	20000		/* of its form */
#define FIELD_DEPTH_MAX	32		/* fields within fields */
#define CERTS_MAX	256		/* kept for validation, or in one /Cert */
#define STRING_MAX	(4u << 20)	/* bytes of one string */

/* --- values -------------------------------------------------------------------- */

bool
pdf_failed(struct pdf *p)
{
	bool any = qpdf_has_error(p->q);

	while (qpdf_has_error(p->q))
		(void)qpdf_get_error(p->q);
	return any;
}

qpdf_oh
pdf_key(struct pdf *p, qpdf_oh dict, const char *name)
{
	return qpdf_oh_get_key_if_dict(p->q, dict, name);
}

void
pdf_string(struct pdf *p, qpdf_oh oh, struct buf *out)
{
	const char *s;
	size_t len = 0;

	if (!qpdf_oh_is_string(p->q, oh))
		return;
	s = qpdf_oh_get_binary_string_value(p->q, oh, &len);
	if (!pdf_failed(p) && s != NULL && len <= out->max)
		(void)buf_add(out, s, len);
}

/* --- one signature --------------------------------------------------------------- */

static void
tell_cert_string(struct pdf *p, qpdf_oh oh, const struct mark *mark)
{
	struct buf der;

	buf_init(&der, CERT_DER_MAX);
	pdf_string(p, oh, &der);
	if (der.len > 0)
		sink_cert(p->sink, span_of(der.data, der.len), mark);
	buf_clear(&der);
}

/* adbe.x509.rsa_sha1: the certificates stand beside a bare signature. */
static void
tell_cert_entry(struct pdf *p, qpdf_oh dict, struct mark mark)
{
	qpdf_oh cert = pdf_key(p, dict, "/Cert");
	int n;

	if (!qpdf_oh_is_array(p->q, cert)) {
		tell_cert_string(p, cert, &mark);
		return;
	}
	n = qpdf_oh_get_array_n_items(p->q, cert);
	for (int i = 0; i < n && i < CERTS_MAX; i++) {
		tell_cert_string(p, qpdf_oh_get_array_item(p->q, cert, i),
		    &mark);
		mark.role = SCRAP_CHAIN;
		mark.when = SCRAP_NO_TIME;
	}
}

static bool
has_subfilter(struct pdf *p, qpdf_oh dict, const char *name)
{
	qpdf_oh oh = pdf_key(p, dict, "/SubFilter");

	return qpdf_oh_is_name(p->q, oh) &&
	    strcmp(qpdf_oh_get_name(p->q, oh), name) == 0;
}

static void
note_time(struct pdf *p, qpdf_oh dict, struct mark *mark)
{
	struct buf when;

	buf_init(&when, 64);
	pdf_string(p, pdf_key(p, dict, "/M"), &when);
	if (when.len > 0 && pdf_time(span_of(when.data, when.len),
	    &mark->time) == 0)
		mark->when = SCRAP_CLAIMED;
	buf_clear(&when);
}

/* A place kept free for a signature to come is all zeros. */
static bool
is_blank(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->data[i] != 0)
			return false;
	return true;
}

static void
tell_signature(struct pdf *p, qpdf_oh dict, const char *field)
{
	struct mark mark = { .role = SCRAP_SIGNER, .field = field,
		.damaged = p->damaged };
	struct buf contents;

	buf_init(&contents, STRING_MAX);
	pdf_string(p, pdf_key(p, dict, "/Contents"), &contents);
	if (!is_blank(&contents)) {
		mark.number = ++p->number;
		note_time(p, dict, &mark);
		if (has_subfilter(p, dict, "/adbe.x509.rsa_sha1"))
			tell_cert_entry(p, dict, mark);
		else
			cms_read(span_of(contents.data, contents.len), p->sink,
			    &mark);
	}
	buf_clear(&contents);
}

static bool
is_signature(struct pdf *p, qpdf_oh oh)
{
	return qpdf_oh_is_dictionary(p->q, oh) &&
	    qpdf_oh_has_key(p->q, oh, "/Contents") &&
	    (qpdf_oh_has_key(p->q, oh, "/ByteRange") ||
	    has_subfilter(p, oh, "/adbe.x509.rsa_sha1"));
}

bool
pdf_is_new(struct pdf *p, int id)
{
	uint8_t bit;

	if (id <= 0 || id > OBJECTS_MAX)
		return true;
	bit = (uint8_t)(1u << (id & 7));
	if (p->seen[id / 8] & bit)
		return false;
	p->seen[id / 8] |= bit;
	return true;
}

/* --- where they are ----------------------------------------------------------------- */

static void read_fields(struct pdf *, qpdf_oh list, const char *above,
    int depth);

static char *
full_name(struct pdf *p, qpdf_oh field, const char *above)
{
	qpdf_oh part = pdf_key(p, field, "/T");
	const char *own = qpdf_oh_is_string(p->q, part) ?
	    qpdf_oh_get_utf8_value(p->q, part) : NULL;

	if (own == NULL)
		return mem_strdup(above);
	return above[0] == '\0' ? mem_strndup(own, SCRAP_FIELD_MAX) :
	    mem_printf("%.*s.%.*s", SCRAP_FIELD_MAX, above, SCRAP_FIELD_MAX,
	    own);
}

static void
read_field(struct pdf *p, qpdf_oh field, const char *above, int depth)
{
	qpdf_oh value = pdf_key(p, field, "/V");
	qpdf_oh kids = pdf_key(p, field, "/Kids");
	char *name = full_name(p, field, above);

	if (is_signature(p, value) &&
	    pdf_is_new(p, qpdf_oh_get_object_id(p->q, value)))
		tell_signature(p, value, name[0] != '\0' ? name : NULL);
	if (qpdf_oh_is_array(p->q, kids))
		read_fields(p, kids, name, depth + 1);
	free(name);
	(void)pdf_failed(p);
}

static void
read_fields(struct pdf *p, qpdf_oh list, const char *above, int depth)
{
	int n = qpdf_oh_is_array(p->q, list) ?
	    qpdf_oh_get_array_n_items(p->q, list) : 0;

	for (int i = 0; i < n; i++) {
		qpdf_oh field = qpdf_oh_get_array_item(p->q, list, i);

		if (depth == FIELD_DEPTH_MAX || p->fields == FIELDS_MAX) {
			sink_problem(p->sink, ERR_PART_LEFT_OUT,
			    "more fields than are looked at");
			return;
		}
		p->fields++;
		if (qpdf_oh_is_dictionary(p->q, field))
			read_field(p, field, above, depth);
	}
}

static void
read_objects(struct pdf *p)
{
	qpdf_oh size = pdf_key(p, qpdf_get_trailer(p->q), "/Size");
	int n = qpdf_oh_is_integer(p->q, size) ?
	    qpdf_oh_get_int_value_as_int(p->q, size) : 0;

	if (n > OBJECTS_MAX) {
		sink_problem(p->sink, ERR_PART_LEFT_OUT,
		    "more than %d objects", OBJECTS_MAX);
		n = OBJECTS_MAX;
	}
	for (int id = 1; id < n && p->number < PDF_SIGNATURES_MAX; id++) {
		qpdf_oh oh = qpdf_get_object_by_id(p->q, id, 0);

		if (is_signature(p, oh) && pdf_is_new(p, id))
			tell_signature(p, oh, NULL);
		pdf_note_file(p, oh, id);
		(void)pdf_failed(p);
		qpdf_oh_release_all(p->q);
	}
}

/* The document security store (ETSI EN 319 142-1): kept for validation. */
static void
read_store(struct pdf *p, qpdf_oh certs)
{
	const struct mark mark = { .role = SCRAP_CHAIN };
	int n = qpdf_oh_is_array(p->q, certs) ?
	    qpdf_oh_get_array_n_items(p->q, certs) : 0;

	for (int i = 0; i < n && i < CERTS_MAX; i++) {
		qpdf_oh stream = qpdf_oh_get_array_item(p->q, certs, i);
		unsigned char *der = NULL;
		size_t len = 0;

		if (qpdf_oh_is_stream(p->q, stream) &&
		    qpdf_oh_get_stream_data(p->q, stream, qpdf_dl_generalized,
		    NULL, &der, &len) == QPDF_SUCCESS && der != NULL)
			sink_cert(p->sink, span_of(der, len), &mark);
		free(der);
		(void)pdf_failed(p);
	}
}

static void
read_all(struct pdf *p)
{
	qpdf_oh root = qpdf_get_root(p->q);

	if (!pdf_failed(p) && qpdf_oh_is_dictionary(p->q, root)) {
		read_fields(p, pdf_key(p, pdf_key(p, root, "/AcroForm"),
		    "/Fields"), "", 0);
		read_store(p, pdf_key(p, pdf_key(p, root, "/DSS"), "/Certs"));
	}
	qpdf_oh_release_all(p->q);
	read_objects(p);
	pdf_loose_files(p);
}

enum pdf_state
pdf_revision(struct span in, bool newest, struct sink *sink)
{
	struct pdf p = { .q = qpdf_init(), .sink = sink, .files = newest };
	enum pdf_state state = PDF_WHOLE;

	qpdf_silence_errors(p.q);
	qpdf_set_suppress_warnings(p.q, QPDF_TRUE);
	qpdf_set_attempt_recovery(p.q, newest);
	if (qpdf_read_memory(p.q, "document", (const char *)in.p, in.len, "") &
	    QPDF_ERRORS)
		state = qpdf_get_error_code(p.q, qpdf_get_error(p.q)) ==
		    qpdf_e_password ? PDF_LOCKED : PDF_UNREADABLE;
	else {
		if (qpdf_more_warnings(p.q))
			state = PDF_MENDED;
		p.damaged = state == PDF_MENDED;
		p.seen = mem_alloc(OBJECTS_MAX / 8 + 1);
		read_all(&p);
		free(p.seen);
	}
	qpdf_cleanup(&p.q);
	return state;
}
