/*
 * usage: mkcrl FILE ENTRIES ROWS EVERY
 *
 * A signed revocation list of the made-up population's first issuer, and that
 * issuer's certificate as FILE.issuer: every EVERY-th of its certificates among
 * the first ROWS, and numbers that nobody has until there are ENTRIES.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "tests/bench/population.h"

struct out {
	uint8_t	*b;
	size_t	 n, room;
};

static void
put(struct out *o, const void *bytes, size_t n)
{
	if (o->n + n > o->room) {
		o->room = 2 * (o->n + n);
		o->b = mem_grow(o->b, o->room, 1);
	}
	memcpy(o->b + o->n, bytes, n);
	o->n += n;
}

/* DER: tag, length, and what it holds. */
static void
put_tlv(struct out *o, uint8_t tag, const void *bytes, size_t n)
{
	uint8_t head[6] = { tag };
	size_t k = 1;

	if (n >= 0x80) {
		size_t octets = n > 0xffffff ? 4 : n > 0xffff ? 3 :
		    n > 0xff ? 2 : 1;

		head[k++] = (uint8_t)(0x80 | octets);
		while (octets-- > 0)
			head[k++] = (uint8_t)(n >> (8 * octets));
	} else
		head[k++] = (uint8_t)n;
	put(o, head, k);
	put(o, bytes, n);
}

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "mkcrl: %s\n", what);
	exit(1);
}

/* Number, date, reason; as RFC 5280 5.1 has it. */
static void
put_entry(struct out *list, const uint8_t *serial, size_t len, unsigned reason)
{
	static const uint8_t why[] = { 0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55,
	    0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01 };
	uint8_t bytes[96], code = (uint8_t)reason;
	struct out e = { bytes, 0, sizeof bytes };

	put_tlv(&e, 0x02, serial, len);
	put_tlv(&e, 0x17, "250314091402Z", 13);
	put(&e, why, sizeof why);
	put(&e, &code, 1);
	put_tlv(list, 0x30, e.b, e.n);
}

static void
put_entries(struct out *list, uint64_t entries, uint64_t rows, uint64_t every)
{
	struct pop *p = pop_new(1);
	uint64_t n = 0, met = 0;
	struct pop_row row;

	for (uint64_t i = 0; i < rows && n < entries; i++) {
		pop_row(p, i, &row);
		if (row.issuer != 0 || met++ % every != 0)
			continue;
		put_entry(list, row.serial, row.serial_len, 1);
		n++;
	}
	fprintf(stderr, "%llu of them are known\n", (unsigned long long)n);
	for (; n < entries; n++) {
		uint64_t s = pop_stream(0x63726c, n), number[2];

		number[0] = pop_next(&s);
		number[1] = pop_next(&s);
		((uint8_t *)number)[0] = 0x7f;
		put_entry(list, (const uint8_t *)number, sizeof number, 4);
	}
	pop_free(p);
}

/* --- the issuer -------------------------------------------------------------- */

static X509 *
issuer(EVP_PKEY *key, const struct record_issuer *as)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_NAME_new();
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();

	ASN1_OCTET_STRING_set(id, as->key, (int)as->key_len);
	if (!X509_NAME_add_entry_by_txt(name, "C", MBSTRING_UTF8,
	    (const unsigned char *)"PL", -1, -1, 0) ||
	    !X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)as->shown, -1, -1, 0) ||
	    !X509_set_version(x, 2) || !X509_set_pubkey(x, key) ||
	    !X509_set_issuer_name(x, name) || !X509_set_subject_name(x, name) ||
	    !X509_gmtime_adj(X509_getm_notBefore(x), -86400) ||
	    !X509_gmtime_adj(X509_getm_notAfter(x), 86400L * 3650) ||
	    !ASN1_INTEGER_set(X509_get_serialNumber(x), 1) ||
	    !X509_add1_ext_i2d(x, NID_subject_key_identifier, id, 0, 0) ||
	    !X509_sign(x, key, EVP_sha256()))
		fail("no issuer");
	X509_NAME_free(name);
	ASN1_OCTET_STRING_free(id);
	return x;
}

static const uint8_t sha256_rsa[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48,
    0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00 };

/* authorityKeyIdentifier and cRLNumber. */
static void
put_extensions(struct out *tbs, const struct record_issuer *as)
{
	static const uint8_t number[] = { 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d,
	    0x14, 0x04, 0x03, 0x02, 0x01, 0x07 };
	static const uint8_t oid[] = { 0x06, 0x03, 0x55, 0x1d, 0x23 };
	struct out id = { 0 }, seq = { 0 }, ext = { 0 }, all = { 0 },
	    list = { 0 };

	put_tlv(&id, 0x80, as->key, as->key_len);
	put_tlv(&seq, 0x30, id.b, id.n);
	put(&ext, oid, sizeof oid);
	put_tlv(&ext, 0x04, seq.b, seq.n);
	put_tlv(&all, 0x30, ext.b, ext.n);
	put(&all, number, sizeof number);
	put_tlv(&list, 0x30, all.b, all.n);
	put_tlv(tbs, 0xa0, list.b, list.n);
	free(id.b);
	free(seq.b);
	free(ext.b);
	free(all.b);
	free(list.b);
}

static void
sign(struct out *crl, const struct out *tbs, EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t bits[1025] = { 0 };
	size_t len = sizeof bits - 1;
	struct out all = { 0 };

	if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(ctx, bits + 1, &len, tbs->b, tbs->n) != 1)
		fail("no signature");
	put(&all, tbs->b, tbs->n);
	put(&all, sha256_rsa, sizeof sha256_rsa);
	put_tlv(&all, 0x03, bits, len + 1);
	put_tlv(crl, 0x30, all.b, all.n);
	EVP_MD_CTX_free(ctx);
	free(all.b);
}

static void
write_issuer(const char *file, X509 *x)
{
	char *path = mem_printf("%s.issuer", file);
	FILE *f = fopen(path, "w");

	if (f == NULL || PEM_write_X509(f, x) != 1 || fclose(f) != 0)
		fail(path);
	free(path);
}

int
main(int argc, char **argv)
{
	struct out list = { 0 }, in = { 0 }, tbs = { 0 }, crl = { 0 };
	EVP_PKEY *key = EVP_RSA_gen(2048);
	unsigned char *name = NULL;
	struct record_issuer as;
	X509 *x;
	int len;
	FILE *f;

	if (argc != 5 || key == NULL)
		fail("FILE ENTRIES ROWS EVERY");
	pop_issuer(0, &as);
	x = issuer(key, &as);
	put_entries(&list, strtoull(argv[2], NULL, 10),
	    strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
	put_tlv(&in, 0x02, "\x01", 1);
	put(&in, sha256_rsa, sizeof sha256_rsa);
	len = i2d_X509_NAME(X509_get_subject_name(x), &name);
	put(&in, name, (size_t)len);
	put_tlv(&in, 0x17, "261122120000Z", 13);
	put_tlv(&in, 0x17, "261129120000Z", 13);
	put_tlv(&in, 0x30, list.b, list.n);
	put_extensions(&in, &as);
	put_tlv(&tbs, 0x30, in.b, in.n);
	sign(&crl, &tbs, key);
	f = fopen(argv[1], "w");
	if (f == NULL || fwrite(crl.b, 1, crl.n, f) != crl.n || fclose(f) != 0)
		fail(argv[1]);
	write_issuer(argv[1], x);
	record_issuer_clear(&as);
	OPENSSL_free(name);
	X509_free(x);
	EVP_PKEY_free(key);
	free(list.b);
	free(in.b);
	free(tbs.b);
	free(crl.b);
	return 0;
}
