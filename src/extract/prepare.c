#include "config.h"

#include <iconv.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <time.h>

#include "extract/readers.h"

/* What XML of this country was and is written in. */
static const char *const encodings[] = {
	"UTF-16LE", "UTF-16BE", "ISO-8859-1", "ISO-8859-2", "WINDOWS-1250",
};

/*
 * Left open on purpose: what is loaded stays loaded, and opening it a second
 * time needs no file any more.
 */
void
extract_prepare(void)
{
	/* A configuration could name modules to be loaded. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	(void)OSSL_PROVIDER_load(OSSL_LIB_CTX_new(), "legacy");
	for (size_t i = 0; i < sizeof(encodings) / sizeof(*encodings); i++)
		(void)iconv_open("UTF-8", encodings[i]);
	json_object_seed(0);
	tzset();
}
