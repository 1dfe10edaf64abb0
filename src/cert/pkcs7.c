/* Certificates out of CMS SignedData (RFC 5652 5.1). */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#include "cert/container.h"
#include "cert/der.h"

#define SIGNED_DATA	"1.2.840.113549.1.7.2"

/*
 * The certificates' SET of a SignedData in DER.  Walked first, since OpenSSL
 * refuses the whole container for one padded INTEGER in one certificate.
 */
static int
find_certificates(struct span in, struct span *certs)
{
	char oid[DER_OID_TEXT_MAX];
	struct span info, type, content, data, skip;

	if (der_enter(&in, DER_SEQUENCE, &info) != 0 ||
	    der_enter(&info, DER_OID, &type) != 0 || der_oid(type, oid) != 0 ||
	    strcmp(oid, SIGNED_DATA) != 0 ||
	    der_enter(&info, DER_CONTEXT_CONS(0), &content) != 0 ||
	    der_enter(&content, DER_SEQUENCE, &data) != 0 ||
	    der_enter(&data, DER_INTEGER, &skip) != 0 ||
	    der_enter(&data, DER_SET, &skip) != 0 ||
	    der_enter(&data, DER_SEQUENCE, &skip) != 0)
		return -1;
	*certs = span_of(NULL, 0);
	return der_maybe(&data, DER_CONTEXT_CONS(0), certs) < 0 ? -1 : 0;
}

static int
walk(struct span in, container_fn *found, void *arg)
{
	struct span certs;
	struct der el;

	if (find_certificates(in, &certs) != 0)
		return -1;
	while (certs.len > 0) {
		if (der_next(&certs, &el) != 0) {
			found(span_of(NULL, 0), arg);
			break;
		}
		/* The other choices are attribute certificates and the like. */
		if (el.tag == DER_SEQUENCE)
			found(el.whole, arg);
	}
	return 0;
}

static void
give(X509 *x, container_fn *found, void *arg)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x, &der);

	found(len > 0 ? span_of(der, (size_t)len) : span_of(NULL, 0), arg);
	OPENSSL_free(der);
}

/* Lengths that are not known beforehand (BER) are OpenSSL's to read. */
static int
by_openssl(struct span in, container_fn *found, void *arg)
{
	const unsigned char *p = in.p;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)in.len);
	STACK_OF(X509) *certs;

	if (cms == NULL) {
		ERR_clear_error();
		return -1;
	}
	certs = CMS_get1_certs(cms);
	for (int i = 0; i < sk_X509_num(certs); i++)
		give(sk_X509_value(certs, i), found, arg);
	sk_X509_pop_free(certs, X509_free);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return 0;
}

int
pkcs7_each(struct span in, container_fn *found, void *arg)
{
	return walk(in, found, arg) == 0 ? 0 : by_openssl(in, found, arg);
}
