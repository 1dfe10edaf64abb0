#include "config.h"

#include <iconv.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "extract/readers.h"

/* What XML of this country was and is written in. */
static const char *const encodings[] = {
	"UTF-16LE", "UTF-16BE", "ISO-8859-1", "ISO-8859-2", "WINDOWS-1250",
};

#define ENCODINGS	(sizeof(encodings) / sizeof(*encodings))

/* Open on purpose: to open it a second time needs no file then. */
struct prepared {
	OSSL_LIB_CTX	*ctx;
	OSSL_PROVIDER	*legacy;
	iconv_t		 open[ENCODINGS];
};

/* What a document points at is none of ours to read. */
static xmlParserInputPtr
refuse(const char *url, const char *id, xmlParserCtxtPtr context)
{
	(void)url;
	(void)id;
	(void)context;
	return NULL;
}

/* Of what has no reader: libxml2 itself would print it, and bytes beside it. */
static void
silent(void *arg, xmlErrorPtr error)
{
	(void)arg;
	(void)error;
}

static void
prepare_xml(struct prepared *kept)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(refuse);
	xmlSetStructuredErrorFunc(NULL, silent);
	for (size_t i = 0; i < ENCODINGS; i++)
		kept->open[i] = iconv_open("UTF-8", encodings[i]);
}

/* Its pipelines make their cryptographic providers when first used. */
static void
prepare_pdf(void)
{
	qpdf_data q = qpdf_init();

	qpdf_cleanup(&q);
}

struct prepared *
extract_prepare(void)
{
	struct prepared *kept = mem_alloc(sizeof *kept);
	unsigned char digest[EVP_MAX_MD_SIZE];

	/* A configuration could name modules to be loaded. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	kept->ctx = OSSL_LIB_CTX_new();
	kept->legacy = OSSL_PROVIDER_load(kept->ctx, "legacy");
	(void)EVP_Q_digest(NULL, "SHA256", NULL, "", 0, digest, NULL);
	prepare_xml(kept);
	prepare_pdf();
	json_object_seed(0);
	/* Times inside zips: whoever asks for them is not to look for a zone. */
	(void)setenv("TZ", "UTC0", 1);
	tzset();
	return kept;
}

void
extract_let_go(struct prepared *kept)
{
	for (size_t i = 0; i < ENCODINGS; i++)
		if (kept->open[i] != (iconv_t)-1)
			(void)iconv_close(kept->open[i]);
	if (kept->legacy != NULL)
		(void)OSSL_PROVIDER_unload(kept->legacy);
	OSSL_LIB_CTX_free(kept->ctx);
	free(kept);
}
