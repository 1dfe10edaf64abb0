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

#include "extract/readers.h"

/* What XML of this country was and is written in. */
static const char *const encodings[] = {
	"UTF-16LE", "UTF-16BE", "ISO-8859-1", "ISO-8859-2", "WINDOWS-1250",
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

static void
prepare_xml(void)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(refuse);
	for (size_t i = 0; i < sizeof(encodings) / sizeof(*encodings); i++)
		(void)iconv_open("UTF-8", encodings[i]);
}

/* Its pipelines make their cryptographic providers when first used. */
static void
prepare_pdf(void)
{
	qpdf_data q = qpdf_init();

	qpdf_cleanup(&q);
}

/*
 * Left open on purpose: what is loaded stays loaded, and opening it a second
 * time needs no file any more.
 */
void
extract_prepare(void)
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	/* A configuration could name modules to be loaded. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	(void)OSSL_PROVIDER_load(OSSL_LIB_CTX_new(), "legacy");
	(void)EVP_Q_digest(NULL, "SHA256", NULL, "", 0, digest, NULL);
	prepare_xml();
	prepare_pdf();
	json_object_seed(0);
	/* Times inside zips: whoever asks for them is not to look for a zone. */
	(void)setenv("TZ", "UTC0", 1);
	tzset();
}
