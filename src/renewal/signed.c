/* A request signed by the certificate that it replaces: RFC 5652. */
#include "config.h"

#include <openssl/cms.h>
#include <openssl/err.h>

#include "base/mem.h"
#include "revocation/officer.h"
#include "renewal/run_inside.h"

static int
failed(struct officer_signer *signer, struct err *err)
{
	/* What the card said comes before what OpenSSL made of it. */
	if (signer->err.code != ERR_NONE) {
		*err = signer->err;
		return -1;
	}
	return err_raw(err, ERR_BAD_DATA, ORIGIN_OPENSSL, ERR_peek_error(),
	    "request", "CMS");
}

static int
sign(X509 *old, EVP_PKEY *key, BIO *content, struct officer_signer *signer,
    struct buf *out, struct err *err)
{
	unsigned flags = CMS_BINARY | CMS_PARTIAL;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, content, flags);
	unsigned char *der = NULL;
	int len, rc;

	if (cms == NULL || CMS_add1_signer(cms, old, key, EVP_sha256(),
	    flags) == NULL || CMS_final(cms, content, NULL, flags) != 1)
		rc = failed(signer, err);
	else if ((len = i2d_CMS_ContentInfo(cms, &der)) <= 0 ||
	    buf_add(out, der, (size_t)len) == -1)
		rc = err_set(err, ERR_TOO_BIG, "request", "%d bytes", len);
	else
		rc = 0;
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	return rc;
}

int
renewal_sign_by_old(struct span old, struct span request,
    struct officer_signer *signer, struct buf *cms, struct err *err)
{
	const unsigned char *p = old.p;
	X509 *x = d2i_X509(NULL, &p, (long)old.len);
	EVP_PKEY *key = x != NULL ? officer_key(x, signer) : NULL;
	BIO *content = BIO_new_mem_buf(request.p, (int)request.len);
	int rc;

	if (content == NULL)
		panic("okienko: out of memory");
	rc = key != NULL ? sign(x, key, content, signer, cms, err) :
	    err_set(err, ERR_BAD_DATA, "certificate", "neither RSA nor EC");
	BIO_free(content);
	EVP_PKEY_free(key);
	X509_free(x);
	ERR_clear_error();
	return rc;
}
