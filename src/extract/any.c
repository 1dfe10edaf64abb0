#include "config.h"

#include "base/mem.h"
#include "extract/base64.h"
#include "extract/readers.h"

static void (*const readers[])(struct span, struct sink *) = {
	[KIND_UNKNOWN] = NULL,
	[KIND_PDF] = extract_pdf,
	[KIND_ZIP] = extract_zip,
	[KIND_XML] = extract_xml,
	[KIND_CMS] = extract_cms,
	[KIND_PKCS12] = extract_pkcs12,
	[KIND_CERT] = extract_cert,
	[KIND_PEM] = extract_pem,
	[KIND_MAIL] = extract_mail,
	[KIND_MBOX] = extract_mbox,
	[KIND_BASE64] = extract_base64,
};

void
extract_any(struct span in, struct sink *sink)
{
	enum kind kind = kind_of(in);

	if (readers[kind] != NULL)
		readers[kind](in, sink);
}

void
extract_cert(struct span in, struct sink *sink)
{
	sink_cert(sink, in, &(struct mark){ .role = SCRAP_HOLDER });
}

/* A document that went through base64 is still the same document. */
void
extract_base64(struct span in, struct sink *sink)
{
	struct buf out;

	buf_init(&out, in.len / 4 * 3 + 3);
	if (sink_charge(sink, in.len / 4 * 3) == 0) {
		if (base64_decode(in, &out) == -1)
			sink_problem(sink, ERR_BAD_DATA, "base64");
		sink_document(sink, "", span_of(out.data, out.len));
	}
	buf_clear(&out);
}
