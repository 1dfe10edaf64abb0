/*
 * Add an unsigned attribute to the first signer of a CMS, for tests, which
 * openssl(1) cannot: a time stamp's token, or another's SignerInfo.
 *
 *   mkcms IN OID VALUE OUT    all in DER; VALUE is a SEQUENCE
 */
#include "config.h"

#include <openssl/cms.h>
#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"

#define FILE_MAX	(1u << 20)

static void
load(const char *path, struct buf *b)
{
	struct err err = ERR_INIT;

	buf_init(b, FILE_MAX);
	if (file_read(path, path, b, &err) != 0)
		panic("mkcms: %s: %s", path, err.detail);
}

int
main(int argc, char **argv)
{
	CMS_ContentInfo *cms;
	CMS_SignerInfo *signer;
	struct buf in, value;
	const uint8_t *p;
	BIO *out;

	if (argc != 5)
		return 2;
	load(argv[1], &in);
	load(argv[3], &value);
	p = in.data;
	cms = d2i_CMS_ContentInfo(NULL, &p, (long)in.len);
	if (cms == NULL || sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) < 1)
		panic("mkcms: %s: nobody signed it", argv[1]);
	signer = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	if (CMS_unsigned_add1_attr_by_txt(signer, argv[2], V_ASN1_SEQUENCE,
	    value.data, (int)value.len) != 1)
		panic("mkcms: %s: no such attribute", argv[2]);
	out = BIO_new_file(argv[4], "wb");
	if (out == NULL || i2d_CMS_bio(out, cms) != 1 || BIO_free(out) != 1)
		panic("mkcms: %s cannot be written", argv[4]);
	CMS_ContentInfo_free(cms);
	buf_clear(&in);
	buf_clear(&value);
	return 0;
}
