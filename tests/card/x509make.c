#include "config.h"

#include <errno.h>
#include <openssl/conf.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/keys.h"
#include "tests/card/x509make.h"

#define NAME_MAX_LEN	32768

void
x509make_save_key(const char *path, EVP_PKEY *key)
{
	char *temp = mem_printf("%s.%ld", path, (long)getpid());
	FILE *f = fopen(temp, "we");

	if (f == NULL || fchmod(fileno(f), 0600) == -1 ||
	    PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) != 1 ||
	    fclose(f) != 0 || rename(temp, path) == -1)
		panic("%s cannot be written", path);
	free(temp);
}

EVP_PKEY *
x509make_key(const char *path, bool ec)
{
	FILE *f = fopen(path, "re");
	EVP_PKEY *key = NULL;

	if (f) {
		key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
		fclose(f);
	}
	if (key == NULL) {
		key = ec ? key_new_ec("prime256v1") : key_new_rsa(2048);
		x509make_save_key(path, key);
	}
	return key;
}

void
x509make_name(X509_NAME *name, const struct cert_name *n, const char *suffix)
{
	bool printable = n->nid == NID_countryName ||
	    n->nid == NID_serialNumber;
	size_t len = n->len ? (size_t)n->len : strlen(n->value);
	struct buf b;

	buf_init(&b, NAME_MAX_LEN);
	for (unsigned i = 0; i < (n->repeat ? n->repeat : 1); i++)
		bytes_add(&b, n->value, len);
	if (n->nid == NID_commonName)
		bytes_add(&b, suffix, strlen(suffix));
	/* A plain ASN.1 type, unlike an MBSTRING one, is taken unchecked. */
	if (X509_NAME_add_entry_by_NID(name, n->nid, printable ?
	    V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING, b.data, (int)b.len,
	    -1, 0) != 1)
		panic("a name is refused");
	buf_clear(&b);
}

void
x509make_ext(X509 *x, X509 *issuer, const struct cert_ext *e)
{
	/* Policies are read by a method that wants a configuration at hand. */
	CONF *none = NCONF_new(NULL);
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509V3_set_nconf(&ctx, none);
	ext = X509V3_EXT_nconf_nid(none, &ctx, e->nid, e->value);
	if (ext == NULL || X509_add_ext(x, ext, -1) != 1)
		panic("an extension is refused: %s=%s", OBJ_nid2sn(e->nid),
		    e->value);
	X509_EXTENSION_free(ext);
	NCONF_free(none);
}

void
x509make_dates(X509 *x, int from, int to, long more)
{
	if (!X509_time_adj_ex(X509_getm_notBefore(x), from, 0, NULL) ||
	    !X509_time_adj_ex(X509_getm_notAfter(x), to, more, NULL))
		panic("a date is refused");
}
