/* Files that hold certificates, made by OpenSSL or by hand. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "base/mem.h"
#include "cert/der.h"
#include "cert/file.h"
#include "tests/unit/certmake.h"

/* --- making files ------------------------------------------------------ */

static X509 *
x509(const char *profile)
{
	size_t len;
	uint8_t *der = make_cert(make_profile(profile), &len);
	const unsigned char *p = der;
	X509 *x = d2i_X509(NULL, &p, (long)len);

	assert_non_null(x);
	free(der);
	return x;
}

/* What a memory BIO holds, the caller's to free; the BIO goes. */
static uint8_t *
drain(BIO *bio, size_t *len)
{
	char *data;
	uint8_t *out;

	*len = (size_t)BIO_get_mem_data(bio, &data);
	out = mem_alloc(*len);
	memcpy(out, data, *len);
	BIO_free(bio);
	return out;
}

static void
add_pem(BIO *bio, const char *profile)
{
	size_t len;
	uint8_t *der = make_cert(make_profile(profile), &len);

	assert_true(PEM_write_bio(bio, "CERTIFICATE", "", der, (long)len) > 0);
	free(der);
}

static uint8_t *
pkcs12(const char *password, int cert_nid, int iterations, int mac, size_t *len)
{
	X509 *x = x509("email"), *ca = x509("ca");
	STACK_OF(X509) *cas = sk_X509_new_null();
	uint8_t *der = NULL, *out;
	PKCS12 *p12;
	int n;

	sk_X509_push(cas, ca);
	p12 = PKCS12_create(password, "Ewa", make_key(MAKE_RSA), x, cas, 0,
	    cert_nid, iterations, mac, 0);
	assert_non_null(p12);
	n = i2d_PKCS12(p12, &der);
	assert_true(n > 0);
	*len = (size_t)n;
	out = mem_alloc(*len);
	memcpy(out, der, *len);
	OPENSSL_free(der);
	PKCS12_free(p12);
	sk_X509_free(cas);
	X509_free(x);
	X509_free(ca);
	return out;
}

/* --- trying them ------------------------------------------------------- */

static void
gives(uint8_t *data, size_t len, const char *password, size_t n, size_t damaged)
{
	struct secret *secret = password != NULL ? secret_new() : NULL;
	struct err err = ERR_INIT;
	struct cert_list list;

	if (secret != NULL)
		assert_int_equal(secret_add(secret, password, strlen(password)),
		    0);
	assert_int_equal(cert_file_parse(data, len, "file", secret, &list,
	    &err), 0);
	assert_int_equal(err.code, ERR_NONE);
	assert_int_equal(list.n, n);
	assert_int_equal(list.damaged, damaged);
	cert_list_clear(&list);
	secret_free(secret);
	free(data);
}

static void
fails(uint8_t *data, size_t len, const char *password, enum err_code code)
{
	struct secret *secret = password != NULL ? secret_new() : NULL;
	struct err err = ERR_INIT;
	struct cert_list list;

	if (secret != NULL)
		assert_int_equal(secret_add(secret, password, strlen(password)),
		    0);
	assert_int_equal(cert_file_parse(data, len, "file", secret, &list,
	    &err), -1);
	assert_int_equal(err.code, code);
	assert_string_equal(err.what, "file");
	assert_int_equal(list.n, 0);
	secret_free(secret);
	free(data);
}

static void
bytes_fail(const char *s, size_t len, enum err_code code)
{
	uint8_t *copy = mem_alloc(len);

	memcpy(copy, s, len);
	fails(copy, len, NULL, code);
}

static void
test_pem(void **state)
{
	BIO *bio = BIO_new(BIO_s_mem());
	uint8_t *data;
	size_t len;

	(void)state;
	BIO_puts(bio, "Certyfikat Ewy:\n");
	add_pem(bio, "email");
	PEM_write_bio_PrivateKey(bio, make_key(MAKE_RSA), NULL, NULL, 0, NULL,
	    NULL);
	BIO_puts(bio, "-----BEGIN CERTIFICATE-----\n!!!\n"
	    "-----END CERTIFICATE-----\n");
	BIO_puts(bio, "-----BEGIN CERTIFICATE-----\nAAAA\n"
	    "-----END CERTIFICATE-----\n");
	add_pem(bio, "serial-padded");
	data = drain(bio, &len);
	gives(data, len, NULL, 2, 2);
}

static void
test_der(void **state)
{
	size_t len;
	uint8_t *der = make_cert(make_profile("trailing"), &len);

	(void)state;
	gives(der, len, NULL, 1, 0);
	/* Armour's words within a certificate do not make it PEM. */
	der = make_cert(&(struct make){ .name = "armour", .subject = {
	    { .oid = "2.5.4.3", .value = "-----BEGIN CERTIFICATE-----" } } },
	    &len);
	gives(der, len, NULL, 1, 0);
}

static BIO *
signed_data(int flags)
{
	BIO *out = BIO_new(BIO_s_mem()), *in = BIO_new_mem_buf("abc", 3);
	X509 *signer = x509("email"), *ca = x509("ca");
	STACK_OF(X509) *certs = sk_X509_new_null();
	CMS_ContentInfo *cms;

	sk_X509_push(certs, ca);
	cms = CMS_sign(signer, make_key(MAKE_RSA), certs, in,
	    CMS_BINARY | (unsigned)flags);
	assert_non_null(cms);
	assert_true(i2d_CMS_bio_stream(out, cms, in, flags) == 1);
	CMS_ContentInfo_free(cms);
	sk_X509_free(certs);
	X509_free(signer);
	X509_free(ca);
	BIO_free(in);
	return out;
}

static void
test_pkcs7(void **state)
{
	uint8_t *data;
	size_t len;

	(void)state;
	data = drain(signed_data(0), &len);
	assert_int_equal(data[1] & 0x80, 0x80);
	gives(data, len, NULL, 2, 0);
	/* BER: lengths that are not known beforehand. */
	data = drain(signed_data(CMS_STREAM), &len);
	assert_int_equal(data[1], 0x80);
	gives(data, len, NULL, 2, 0);
}

static void
wrap(struct buf *b, size_t start, uint8_t tag)
{
	size_t len = b->len - start;
	uint8_t head[4] = { tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len };

	assert_int_equal(buf_reserve(b, sizeof(head)), 0);
	memmove(b->data + start + sizeof(head), b->data + start, len);
	memcpy(b->data + start, head, sizeof(head));
	b->len += sizeof(head);
}

/* One certificate that OpenSSL refuses does not take the others along. */
static void
test_pkcs7_with_an_odd_one(void **state)
{
	static const char *const profiles[] = { "email", "serial-padded", "ca" };
	struct buf b;
	uint8_t *der;
	size_t len;

	(void)state;
	buf_init(&b, 1u << 16);
	for (size_t i = 0; i < 3; i++) {
		der = make_cert(make_profile(profiles[i]), &len);
		buf_add(&b, der, len);
		free(der);
	}
	wrap(&b, 0, 0xa0);
	{
		/* version 1, no digests, content "data"; no signers behind. */
		static const char front[] = "\x02\x01\x01\x31\x00\x30\x0b\x06"
		    "\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
		static const char type[] =
		    "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
		struct buf whole;

		buf_init(&whole, 1u << 16);
		buf_add(&whole, type, sizeof(type) - 1);
		len = whole.len;
		buf_add(&whole, front, sizeof(front) - 1);
		buf_add(&whole, b.data, b.len);
		buf_add(&whole, "\x31\x00", 2);
		wrap(&whole, len, 0x30);
		wrap(&whole, len, 0xa0);
		wrap(&whole, 0, 0x30);
		der = mem_alloc(whole.len);
		memcpy(der, whole.data, whole.len);
		len = whole.len;
		buf_clear(&whole);
	}
	buf_clear(&b);
	gives(der, len, NULL, 3, 0);
}

static void
test_pkcs12(void **state)
{
	uint8_t *data;
	size_t len;

	(void)state;
	data = pkcs12("zażółć", 0, 2048, 1, &len);
	gives(data, len, "zażółć", 2, 0);
	data = pkcs12("zażółć", 0, 2048, 1, &len);
	fails(data, len, "zazolc", ERR_WRONG_PASSWORD);
	data = pkcs12("zażółć", 0, 2048, 1, &len);
	fails(data, len, NULL, ERR_WRONG_PASSWORD);
	data = pkcs12("", 0, 2048, 1, &len);
	gives(data, len, NULL, 2, 0);
	data = pkcs12(NULL, 0, 2048, 1, &len);
	gives(data, len, NULL, 2, 0);
	/* Certificates in the clear and no MAC: no password is wanted. */
	data = pkcs12("x", -1, 2048, -1, &len);
	gives(data, len, NULL, 2, 0);
}

/* A key derivation that would take hours is refused at once. */
static void
test_pkcs12_iterations(void **state)
{
	static const char asked[] = "\x02\x03\x01\x00\x00";	/* 65536 */
	static const int macs[] = { 65536, -1 };	/* with one, without */
	uint8_t *data, *at;
	size_t len;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		data = pkcs12("x", 0, 65536, macs[i], &len);
		at = memmem(data, len, asked, 5);
		assert_non_null(at);
		for (; at != NULL; at = memmem(data, len, asked, 5))
			at[2] = 0x7f;
		fails(data, len, "x", ERR_BAD_DATA);
	}
}

/*
 * A safe of so many iterations, or one of another function, and the number that
 * OpenSSL gave for its end: 0 where the safe was refused and never tried.
 */
static unsigned long
tried(int64_t iterations, bool scrypt)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	X509_ALGOR **alg;
	struct err err = ERR_INIT;
	struct cert_list list;
	uint8_t *der = NULL, *at;
	PKCS12 *p12;
	int len;

	/* No certificate: with one, what is wrong beside it is only counted. */
	assert_non_null(PKCS12_add_secret(&bags, NID_description,
	    (const unsigned char *)"x", 1));
	/* The first is right; with it the second has less than there is. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(PKCS12_add_safe(&safes, bags,
		    NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 65536 + i, NULL), 1);
	if (scrypt) {
		alg = &sk_PKCS7_value(safes, 1)->d.encrypted->enc_data->algorithm;
		X509_ALGOR_free(*alg);
		*alg = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 16, NULL,
		    2, 1, 1);
		assert_non_null(*alg);
	}
	p12 = PKCS12_add_safes(safes, 0);
	len = i2d_PKCS12(p12, &der);
	assert_true(len > 0);
	at = memmem(der, (size_t)len, "\x02\x03\x01\x00\x01", 5);
	assert_int_equal(at == NULL, scrypt);
	for (size_t i = 0; at != NULL && i < 3; i++)
		at[2 + i] = (uint8_t)(iterations >> (16 - 8 * i));
	assert_int_equal(cert_file_parse(der, (size_t)len, "file", NULL, &list,
	    &err), -1);
	assert_int_equal(err.code, ERR_BAD_DATA);
	OPENSSL_free(der);
	PKCS12_free(p12);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return err.raw;
}

/* Nor is one that has as much to hash in many parts, or asks for other work. */
static void
test_pkcs12_parts(void **state)
{
	(void)state;
	assert_int_not_equal(tried(65535, false), 0);
	assert_int_equal(tried(5000000 - 65535, false), 0);
	assert_int_equal(tried(0, true), 0);
}

static void
test_no_certificate(void **state)
{
	BIO *bio = BIO_new(BIO_s_mem());
	uint8_t *data;
	size_t len;

	(void)state;
	bytes_fail("", 0, ERR_NOT_A_CERT);
	bytes_fail("hello", 5, ERR_NOT_A_CERT);
	bytes_fail("0\x03\x02\x01\x05", 5, ERR_NOT_A_CERT);
	bytes_fail("0\x04\x30\x00\x30\x00", 6, ERR_BAD_DATA);
	PEM_write_bio_PrivateKey(bio, make_key(MAKE_RSA), NULL, NULL, 0, NULL,
	    NULL);
	data = drain(bio, &len);
	fails(data, len, NULL, ERR_PRIVATE_KEY);
	bytes_fail("-----BEGIN CERTIFICATE-----\nAAAA", 32, ERR_BAD_DATA);
	bytes_fail("-----BEGIN ", 11, ERR_NOT_A_CERT);
}

/* Bytes as base64, in lines as uneven as a mail makes them; freed. */
static uint8_t *
to_base64(uint8_t *der, size_t len, size_t *textlen)
{
	uint8_t *flat = mem_alloc(len / 3 * 4 + 5);
	uint8_t *text = mem_alloc(len * 3 + 16);
	size_t n = (size_t)EVP_EncodeBlock(flat, der, (int)len), at = 0;

	for (size_t i = 0; i < n; i++) {
		text[at++] = flat[i];
		if (i % 50 == 20 || i % 50 == 21) {
			memcpy(text + at, "\r\n\t ", 4);
			at += 4;
		}
	}
	free(flat);
	free(der);
	*textlen = at;
	return text;
}

/* As some authorities' pages hand it out. */
static void
test_bare_base64(void **state)
{
	unsigned char *key = NULL;
	uint8_t *der, *text;
	size_t len;
	int n;

	(void)state;
	der = make_cert(make_profile("email"), &len);
	text = to_base64(der, len, &len);
	gives(text, len, NULL, 1, 0);
	der = make_cert(make_profile("email"), &len);
	text = to_base64(der, len, &len);
	text[30] = '!';
	fails(text, len, NULL, ERR_NOT_A_CERT);
	n = i2d_PrivateKey(make_key(MAKE_RSA), &key);
	assert_true(n > 0);
	der = mem_alloc((size_t)n);
	memcpy(der, key, (size_t)n);
	text = to_base64(der, (size_t)n, &len);
	OPENSSL_free(key);
	fails(text, len, NULL, ERR_PRIVATE_KEY);
	bytes_fail("AAAA", 4, ERR_NOT_A_CERT);
}

static void
test_key_is_told_early(void **state)
{
	static const char *const keys[] = { "x\n-----BEGIN PRIVATE KEY-----",
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----",
	    "-----BEGIN OPENSSH PRIVATE KEY-----",
	    "-----BEGIN PGP PRIVATE KEY BLOCK-----" };

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		size_t n = strlen(keys[i]);

		assert_true(cert_file_ends_in_key(span_of(keys[i], n)));
		assert_false(cert_file_ends_in_key(span_of(keys[i], n - 1)));
	}
	assert_false(cert_file_ends_in_key(span_of("", 0)));
	assert_false(cert_file_ends_in_key(span_of(
	    "-----BEGIN PUBLIC KEY-----", 26)));
}

static void
test_too_many(void **state)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct err err = ERR_INIT;
	struct cert_list list;
	uint8_t *data;
	size_t len;

	(void)state;
	for (int i = 0; i < CERT_FILE_CERTS + 2; i++)
		add_pem(bio, "email-ed25519");
	data = drain(bio, &len);
	assert_int_equal(cert_file_parse(data, len, "file", NULL, &list, &err),
	    0);
	assert_int_equal(list.n, CERT_FILE_CERTS);
	assert_true(list.cut);
	cert_list_clear(&list);
	free(data);
}

static void
test_reading(void **state)
{
	char path[] = "cert_file_test.XXXXXX";
	struct err err = ERR_INIT;
	struct cert_list list;
	size_t len;
	uint8_t *der = make_cert(make_profile("email"), &len);
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "wb");

	(void)state;
	assert_non_null(f);
	assert_int_equal(fwrite(der, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(cert_file_read(path, NULL, &list, &err), 0);
	assert_int_equal(list.n, 1);
	cert_list_clear(&list);
	assert_int_equal(remove(path), 0);
	assert_int_equal(cert_file_read(path, NULL, &list, &err), -1);
	assert_int_equal(err.code, ERR_NO_FILE);
	free(der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pem),
		cmocka_unit_test(test_der),
		cmocka_unit_test(test_pkcs7),
		cmocka_unit_test(test_pkcs7_with_an_odd_one),
		cmocka_unit_test(test_pkcs12),
		cmocka_unit_test(test_pkcs12_iterations),
		cmocka_unit_test(test_pkcs12_parts),
		cmocka_unit_test(test_no_certificate),
		cmocka_unit_test(test_bare_base64),
		cmocka_unit_test(test_key_is_told_early),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
