/* Revocation lists: what is read of them, and their signatures. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/conf.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "cert/crl.h"
#include "cert/pem.h"
#include "tests/unit/certmake.h"

#define UPDATE	INT64_C(1795348800)

struct list {
	enum make_key	 key;
	bool		 pss, aki;
	const char	*exts[3][2];	/* by name and value in openssl.cnf's form */
	int		 entries;
	int		 reason;	/* of every entry; -1 none */
	int		 foreign_at;	/* entry that names another issuer; -1 */
};

static const struct list plain = {
	.key = MAKE_RSA, .aki = true, .entries = 3, .reason = 1,
	.foreign_at = -1,
};

/* --- making lists --------------------------------------------------------- */

static X509 *
authority(enum make_key key, uint8_t **der, size_t *len)
{
	struct make profile = *make_profile("ca");
	const unsigned char *p;
	X509 *x;

	profile.key = key;
	*der = make_cert(&profile, len);
	p = *der;
	x = d2i_X509(NULL, &p, (long)*len);
	assert_non_null(x);
	return x;
}

static void
add_entry(X509_CRL *crl, int n, const struct list *l)
{
	X509_REVOKED *r = X509_REVOKED_new();
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	ASN1_TIME *when = ASN1_TIME_set(NULL, UPDATE - n);
	ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();

	ASN1_INTEGER_set(serial, 1000 + n);
	X509_REVOKED_set_serialNumber(r, serial);
	X509_REVOKED_set_revocationDate(r, when);
	ASN1_ENUMERATED_set(reason, l->reason);
	if (l->reason >= 0)
		assert_int_equal(X509_REVOKED_add1_ext_i2d(r, NID_crl_reason,
		    reason, 0, 0), 1);
	if (l->foreign_at == n) {
		GENERAL_NAMES *names = GENERAL_NAMES_new();
		GENERAL_NAME *name = a2i_GENERAL_NAME(NULL, NULL, NULL,
		    GEN_DNS, "other.example", 0);

		sk_GENERAL_NAME_push(names, name);
		assert_int_equal(X509_REVOKED_add1_ext_i2d(r,
		    NID_certificate_issuer, names, 1, 0), 1);
		GENERAL_NAMES_free(names);
	}
	X509_CRL_add0_revoked(crl, r);
	ASN1_INTEGER_free(serial);
	ASN1_ENUMERATED_free(reason);
	ASN1_TIME_free(when);
}

static void
add_extension(X509_CRL *crl, const char *name, const char *value)
{
	CONF *conf = NCONF_new(NULL);
	X509_EXTENSION *e;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, NULL, NULL, NULL, crl, 0);
	X509V3_set_nconf(&ctx, conf);
	e = X509V3_EXT_nconf(conf, &ctx, name, value);
	assert_non_null(e);
	X509_CRL_add_ext(crl, e, -1);
	X509_EXTENSION_free(e);
	NCONF_free(conf);
}

static void
add_extensions(X509_CRL *crl, const struct list *l)
{
	for (size_t i = 0; i < 3 && l->exts[i][0] != NULL; i++)
		add_extension(crl, l->exts[i][0], l->exts[i][1]);
	if (l->aki)
		add_extension(crl, "authorityKeyIdentifier",
		    "DER:30:05:80:03:AB:CD:EF");
}

static void
sign(X509_CRL *crl, const struct list *l)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;

	assert_int_equal(EVP_DigestSignInit(ctx, &pctx,
	    l->key == MAKE_ED25519 ? NULL : EVP_sha256(), NULL,
	    make_key(l->key)), 1);
	if (l->pss) {
		EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, 32);
	}
	assert_true(X509_CRL_sign_ctx(crl, ctx) > 0);
	EVP_MD_CTX_free(ctx);
}

static uint8_t *
make_list(const struct list *l, size_t *len)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *t = ASN1_TIME_set(NULL, UPDATE);
	uint8_t *der, *issuer_der, *out = NULL;
	X509 *issuer = authority(l->key, &issuer_der, len);
	int n;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer));
	X509_CRL_set1_lastUpdate(crl, t);
	ASN1_TIME_set(t, UPDATE + 86400);
	X509_CRL_set1_nextUpdate(crl, t);
	for (int i = 0; i < l->entries; i++)
		add_entry(crl, i, l);
	add_extensions(crl, l);
	sign(crl, l);
	n = i2d_X509_CRL(crl, &out);
	assert_true(n > 0);
	*len = (size_t)n;
	der = mem_alloc(*len);
	memcpy(der, out, *len);
	OPENSSL_free(out);
	X509_CRL_free(crl);
	X509_free(issuer);
	ASN1_TIME_free(t);
	free(issuer_der);
	return der;
}

/* --- reading them ----------------------------------------------------------- */

struct bytes {
	const uint8_t	*p;
	size_t		 left, piece;
};

static ptrdiff_t
give(void *arg, uint8_t *out, size_t size, struct err *err)
{
	struct bytes *b = arg;
	size_t n = b->left < b->piece ? b->left : b->piece;

	(void)err;
	n = n < size ? n : size;
	memcpy(out, b->p, n);
	b->p += n;
	b->left -= n;
	return (ptrdiff_t)n;
}

struct seen {
	char		 text[4096];	/* "serial date reason;" */
	struct buf	 signed_part;
};

static void
see_entry(const struct crl_entry *entry, struct seen *seen)
{
	size_t len = strlen(seen->text);
	bool foreign = entry->foreign;
	int64_t date;
	int reason;

	crl_entry_read(entry, &date, &reason, &foreign);
	for (size_t i = 0; i < entry->serial.len; i++)
		len += (size_t)snprintf(seen->text + len,
		    sizeof seen->text - len, "%02x", entry->serial.p[i]);
	snprintf(seen->text + len, sizeof seen->text - len, " %lld %d%s;",
	    (long long)(date - UPDATE), reason, entry->foreign ? " f" : "");
}

static int
see_entries(const struct crl_entry *entries, size_t n, void *arg)
{
	assert_in_range(n, 1, CRL_TOGETHER);
	for (size_t i = 0; i < n; i++)
		see_entry(&entries[i], arg);
	return 0;
}

static void
see_bytes(struct span bytes, void *arg)
{
	struct seen *seen = arg;

	assert_int_equal(buf_add(&seen->signed_part, bytes.p, bytes.len), 0);
}

static int
read_it(const uint8_t *der, size_t len, size_t piece, bool indirect,
    struct seen *seen, struct crl *crl)
{
	struct bytes bytes = { der, len, piece };
	struct stream *in = stream_new(give, &bytes, "list"), *made, *plain_der;
	struct crl_walk walk = { .bytes = see_bytes,
	    .entries = see_entries, .arg = seen, .indirect = indirect };
	struct err err = ERR_INIT;
	int rc;

	seen->text[0] = '\0';
	buf_init(&seen->signed_part, 1u << 22);
	memset(crl, 0, sizeof *crl);
	rc = crl_der(in, &made, &plain_der, &err);
	if (rc == 0)
		rc = crl_read(plain_der, &walk, crl, &err);
	if (rc != 0)
		assert_int_equal(err.code, ERR_BAD_DATA);
	pem_stream_close(made);
	stream_close(in);
	return rc;
}

static void
done(struct seen *seen, struct crl *crl)
{
	buf_clear(&seen->signed_part);
	crl_clear(crl);
}

/* The signed bytes as they must have come by: the list's first element. */
static void
check_signed(const struct seen *seen, const uint8_t *der, size_t len)
{
	const uint8_t *at = memmem(der, len, seen->signed_part.data,
	    seen->signed_part.len);

	assert_ptr_equal(at, der + 4);
	assert_int_equal(at[1], 0x81);
	assert_int_equal(at[2] + 3, (int)seen->signed_part.len);
}

static void
test_read(void **state)
{
	static const size_t pieces[] = { 1, 13, 100000 };
	uint8_t *der;
	size_t len;

	(void)state;
	der = make_list(&plain, &len);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct seen seen;
		struct crl crl;

		assert_int_equal(read_it(der, len, pieces[i], false, &seen,
		    &crl), 0);
		assert_string_equal(seen.text,
		    "03e8 0 1;03e9 -1 1;03ea -2 1;");
		check_signed(&seen, der, len);
		assert_int_equal(crl.entries, 3);
		assert_true(crl.this_update == UPDATE);
		assert_true(crl.next_update == UPDATE + 86400);
		assert_string_equal(crl.issuer->aki, "ABCDEF");
		assert_non_null(strstr(crl.issuer->issuer.line, "CN="));
		assert_false(crl.delta || crl.indirect || crl.partial);
		assert_true(crl.same_algorithm);
		done(&seen, &crl);
	}
	free(der);
}

static void
test_armoured(void **state)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct seen seen;
	struct crl crl;
	uint8_t *der;
	char *text;
	size_t len, text_len;

	(void)state;
	der = make_list(&plain, &len);
	BIO_puts(bio, "A list:\n");
	PEM_write_bio(bio, "X509 CRL", "", der, (long)len);
	BIO_puts(bio, "behind it\n");
	text_len = (size_t)BIO_get_mem_data(bio, &text);
	for (size_t piece = 1; piece < 10000; piece *= 9) {
		assert_int_equal(read_it((uint8_t *)text, text_len, piece,
		    false, &seen, &crl), 0);
		assert_string_equal(seen.text,
		    "03e8 0 1;03e9 -1 1;03ea -2 1;");
		done(&seen, &crl);
	}
	BIO_free(bio);
	free(der);
}

static void
test_kinds(void **state)
{
	struct list l = plain;
	struct seen seen;
	struct crl crl;
	uint8_t *der;
	size_t len;

	(void)state;
	l.exts[0][0] = "deltaCRL";
	l.exts[0][1] = "critical,DER:02:01:05";
	l.reason = CRL_REMOVED;
	der = make_list(&l, &len);
	assert_int_equal(read_it(der, len, len, false, &seen, &crl), 0);
	assert_true(crl.delta);
	assert_string_equal(seen.text, "03e8 0 8;03e9 -1 8;03ea -2 8;");
	done(&seen, &crl);
	free(der);

	l = plain;
	l.exts[0][0] = "issuingDistributionPoint";
	l.exts[0][1] = "critical,indirectCRL:TRUE";
	l.foreign_at = 1;
	l.reason = -1;
	der = make_list(&l, &len);
	assert_int_equal(read_it(der, len, len, true, &seen, &crl), 0);
	assert_true(crl.indirect);
	assert_false(crl.partial);
	assert_string_equal(seen.text, "03e8 0 -1;03e9 -1 -1 f;03ea -2 -1 f;");
	done(&seen, &crl);
	free(der);

	l = plain;
	l.exts[0][0] = "issuingDistributionPoint";
	l.exts[0][1] = "critical,onlyuser:TRUE";
	l.entries = 0;
	der = make_list(&l, &len);
	assert_int_equal(read_it(der, len, len, false, &seen, &crl), 0);
	assert_true(crl.partial);
	assert_false(crl.indirect);
	assert_int_equal(crl.entries, 0);
	done(&seen, &crl);
	free(der);
}

/* A padded number makes OpenSSL refuse the whole list; and a negative one. */
static void
test_odd_serials(void **state)
{
	struct list l = plain;
	struct seen seen;
	struct crl crl;
	uint8_t *der, *at;
	size_t len;

	(void)state;
	der = make_list(&l, &len);
	at = memmem(der, len, "\x02\x02\x03\xe8", 4);
	assert_non_null(at);
	memcpy(at, "\x02\x02\x00\x07", 4);
	at = memmem(der, len, "\x02\x02\x03\xe9", 4);
	assert_non_null(at);
	memcpy(at, "\x02\x02\xff\x38", 4);		/* -200 */
	assert_int_equal(read_it(der, len, len, false, &seen, &crl), 0);
	assert_string_equal(seen.text, "07 0 1;c8 -1 1;03ea -2 1;");
	done(&seen, &crl);
	free(der);
}

/* Cut anywhere it is no list; with any byte changed it does no harm. */
static void
test_damaged(void **state)
{
	uint8_t *der, *copy;
	struct seen seen;
	struct crl crl;
	size_t len;

	(void)state;
	der = make_list(&plain, &len);
	for (size_t n = 0; n < len; n++) {
		copy = mem_alloc(n + 1);
		memcpy(copy, der, n);
		assert_int_equal(read_it(copy, n, 1000, false, &seen, &crl),
		    -1);
		done(&seen, &crl);
		free(copy);
	}
	for (size_t n = 0; n < len; n++) {
		der[n] ^= 0x81;
		(void)read_it(der, len, 1000, true, &seen, &crl);
		done(&seen, &crl);
		der[n] ^= 0x81;
	}
	free(der);
}

/* --- signatures ------------------------------------------------------------- */

static enum crl_verdict
verdict(const uint8_t *der, size_t len, const uint8_t *issuer, size_t ilen)
{
	struct bytes bytes = { der, len, 1000 };
	struct stream *in = stream_new(give, &bytes, "list");
	struct crl_check *check = crl_check_new(span_of(issuer, ilen),
	    span_of(der, len < 1000 ? len : 1000));
	struct crl_walk walk = { .bytes = check != NULL ? crl_check_bytes : NULL,
	    .arg = check };
	struct err err = ERR_INIT;
	enum crl_verdict v;
	struct crl crl;

	assert_int_equal(crl_read(in, &walk, &crl, &err), 0);
	v = crl_check_end(check, &crl);
	crl_check_free(check);
	crl_clear(&crl);
	stream_close(in);
	return v;
}

static void
test_signatures(void **state)
{
	static const struct {
		enum make_key	 key, other;
		bool		 pss;
		enum crl_verdict good;
	} cases[] = {
		{ MAKE_RSA, MAKE_EC, false, CRL_SIGNED },
		{ MAKE_RSA, MAKE_EC, true, CRL_SIGNED },
		{ MAKE_EC, MAKE_RSA, false, CRL_SIGNED },
		{ MAKE_ED25519, MAKE_RSA, false, CRL_UNKNOWN_ALGORITHM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct list l = plain;
		uint8_t *der, *issuer, *other, *at;
		size_t len, ilen, olen;

		l.key = cases[i].key;
		l.pss = cases[i].pss;
		l.entries = 2000;
		der = make_list(&l, &len);
		X509_free(authority(l.key, &issuer, &ilen));
		X509_free(authority(cases[i].other, &other, &olen));
		assert_int_equal(verdict(der, len, issuer, ilen),
		    cases[i].good);
		assert_int_equal(verdict(der, len, other, olen),
		    CRL_UNKNOWN_ALGORITHM);
		/* One entry's number is another. */
		at = memmem(der, len, "\x02\x02\x05\xdc", 4);
		assert_non_null(at);
		at[3] ^= 1;
		assert_int_equal(verdict(der, len, issuer, ilen),
		    cases[i].good == CRL_SIGNED ? CRL_FORGED :
		    CRL_UNKNOWN_ALGORITHM);
		at[3] ^= 1;
		der[len - 1] ^= 1;
		assert_int_equal(verdict(der, len, issuer, ilen),
		    cases[i].good == CRL_SIGNED ? CRL_FORGED :
		    CRL_UNKNOWN_ALGORITHM);
		free(der);
		free(issuer);
		free(other);
	}
}

/* Another key of the same kind. */
static void
test_other_key(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *x = X509_new();
	unsigned char *issuer = NULL;
	uint8_t *der;
	size_t len;
	int n;

	(void)state;
	der = make_list(&plain, &len);
	X509_set_version(x, 2);
	ASN1_TIME_set(X509_getm_notBefore(x), 0);
	ASN1_TIME_set(X509_getm_notAfter(x), 1);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	n = i2d_X509(x, &issuer);
	assert_int_equal(verdict(der, len, issuer, (size_t)n), CRL_FORGED);
	OPENSSL_free(issuer);
	X509_free(x);
	EVP_PKEY_free(key);
	free(der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_armoured),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_odd_serials),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_other_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
