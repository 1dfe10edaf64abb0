/*
 * Files attached to a PDF (ISO 32000-1 7.11.4), wherever in it they hang: in the
 * names of the document, at a page, beside an invoice.  They may be signed.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "extract/pdf_qpdf.h"
#include "extract/readers.h"

#define FILE_BYTES_MAX	(64u << 20)	/* of one, unpacked */

static void
look_into(struct pdf *p, qpdf_oh stream, const char *name)
{
	unsigned char *data = NULL;
	size_t len = 0;

	if (qpdf_oh_get_stream_data(p->q, stream, qpdf_dl_all, NULL, &data,
	    &len) != QPDF_SUCCESS)
		sink_problem(p->sink, ERR_BAD_DATA, "PDF: a file in it: %s",
		    name);
	else if (len > FILE_BYTES_MAX)
		sink_problem(p->sink, ERR_PART_LEFT_OUT,
		    "PDF: a file in it of more than %u bytes: %s",
		    FILE_BYTES_MAX, name);
	else if (len > 0 && sink_charge(p->sink, len) == 0)
		sink_document(p->sink, name, span_of(data, len));
	free(data);
	(void)pdf_failed(p);
}

static void
read_file(struct pdf *p, qpdf_oh stream, const char *name)
{
	if (!qpdf_oh_is_stream(p->q, stream) ||
	    !pdf_is_new(p, qpdf_oh_get_object_id(p->q, stream)))
		return;
	if (p->nfiles == PDF_FILES_MAX) {
		sink_problem(p->sink, ERR_PART_LEFT_OUT,
		    "PDF: more than %d files in it", PDF_FILES_MAX);
		return;
	}
	if (p->nfiles++ == 0 && sink_enter_container(p->sink) == -1)
		p->files = false;
	if (p->files)
		look_into(p, stream, name);
}

/* A file specification: the same file under one or two of these keys. */
static void
read_specification(struct pdf *p, qpdf_oh spec)
{
	static const char *const keys[] = { "/UF", "/F" };
	qpdf_oh files = pdf_key(p, spec, "/EF"), text;
	char *name;

	if (!qpdf_oh_is_dictionary(p->q, files))
		return;
	text = pdf_key(p, spec, "/UF");
	if (!qpdf_oh_is_string(p->q, text))
		text = pdf_key(p, spec, "/F");
	name = mem_strdup(qpdf_oh_is_string(p->q, text) ?
	    qpdf_oh_get_utf8_value(p->q, text) : "");
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		read_file(p, pdf_key(p, files, keys[i]), name);
	free(name);
}

static bool
is_embedded(struct pdf *p, qpdf_oh oh)
{
	qpdf_oh type;

	if (!qpdf_oh_is_stream(p->q, oh))
		return false;
	type = pdf_key(p, qpdf_oh_get_dict(p->q, oh), "/Type");
	return qpdf_oh_is_name(p->q, type) &&
	    strcmp(qpdf_oh_get_name(p->q, type), "/EmbeddedFile") == 0;
}

void
pdf_note_file(struct pdf *p, qpdf_oh oh, int id)
{
	if (!p->files)
		return;
	if (is_embedded(p, oh)) {
		if (p->nloose < PDF_FILES_MAX)
			p->loose[p->nloose++] = id;
	} else if (qpdf_oh_is_dictionary(p->q, oh)) {
		/* Itself, or what an annotation of a page has of it. */
		read_specification(p, oh);
		read_specification(p, pdf_key(p, oh, "/FS"));
	}
}

void
pdf_loose_files(struct pdf *p)
{
	for (unsigned i = 0; i < p->nloose && p->files; i++) {
		read_file(p, qpdf_get_object_by_id(p->q, p->loose[i], 0), "");
		qpdf_oh_release_all(p->q);
	}
	if (p->nfiles > 0 && p->files)
		sink_leave_container(p->sink);
}
