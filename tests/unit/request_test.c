/*
 * Requests made for keys that sign elsewhere, and read again: the subject is the
 * old certificate's byte by byte, and openssl req -verify accepts each.
 */
#include "config.h"

#include <sys/wait.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "cert/request.h"
#include "cert/spans.h"
#include "tests/unit/certmake.h"

/* A subject that no library would write: three kinds of string, a joined RDN. */
static const struct make old_one = {
	.name = "odd", .key = MAKE_RSA,
	.subject = {
		{ .oid = "2.5.4.6", .value = "PL", .tag = 0x13 },
		{ .oid = "2.5.4.3", .value = "Ewa \305\273\303\263\305\202\304\207" },
		{ .oid = "2.5.4.5", .value = "PNOPL-44051401359", .tag = 0x13 },
		{ .oid = "2.5.4.4", .value = "Zolc", .tag = 0x14,
		    .joined = true },
	},
	.exts = {
		{ "subjectAltName", "email:ewa@przyklad.pl" },
		{ "keyUsage", "critical,nonRepudiation" },
	},
};

static EVP_PKEY *
key_of(enum key_kind kind)
{
	static EVP_PKEY *keys[KEY_KINDS];
	static const char *const curves[KEY_KINDS] = {
		[KEY_KIND_P256] = "P-256", [KEY_KIND_P384] = "P-384",
		[KEY_KIND_P521] = "P-521",
	};

	if (keys[kind] == NULL)
		keys[kind] = curves[kind] != NULL ?
		    EVP_EC_gen(curves[kind]) :
		    EVP_RSA_gen(key_kind_bits(kind));
	assert_non_null(keys[kind]);
	return keys[kind];
}

static int
sign(void *arg, enum request_hash hash, const uint8_t *digest, size_t len,
    struct buf *out, struct err *err)
{
	static const EVP_MD *(*const mds[])(void) = { EVP_sha256, EVP_sha384,
	    EVP_sha512 };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(arg, NULL);
	uint8_t sig[1024];
	size_t n = sizeof sig;

	(void)err;
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	if (EVP_PKEY_get_base_id(arg) == EVP_PKEY_RSA)
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, mds[hash]()), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, sig, &n, digest, len), 1);
	EVP_PKEY_CTX_free(ctx);
	return buf_add(out, sig, n);
}

static int
does_not_sign(void *arg, enum request_hash hash, const uint8_t *digest,
    size_t len, struct buf *out, struct err *err)
{
	(void)arg;
	(void)hash;
	(void)digest;
	(void)len;
	(void)out;
	return err_set(err, ERR_CARD_REMOVED, "czytnik", NULL);
}

struct made {
	uint8_t		*old;
	size_t		 old_len;
	struct buf	 spki, der;
};

static int
make_it(enum key_kind kind, request_sign_fn *fn, EVP_PKEY *by, struct made *m,
    struct err *err)
{
	struct request_plan plan = { .names = true,
	    .ku = CERT_KU_NON_REPUDIATION | CERT_KU_DIGITAL_SIGNATURE,
	    .eku = { "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2" }, .neku = 2 };
	uint8_t *spki = NULL;
	int len = i2d_PUBKEY(key_of(kind), &spki);

	m->old = make_cert(&old_one, &m->old_len);
	buf_init(&m->spki, 4096);
	buf_init(&m->der, REQUEST_DER_MAX);
	assert_int_equal(buf_add(&m->spki, spki, (size_t)len), 0);
	OPENSSL_free(spki);
	plan.old = span_of(m->old, m->old_len);
	plan.spki = span_of(m->spki.data, m->spki.len);
	return request_make(&plan, fn, by, &m->der, err);
}

static void
clear(struct made *m)
{
	free(m->old);
	buf_clear(&m->spki);
	buf_clear(&m->der);
}

/* By the program that everybody has. */
static bool
openssl_accepts(struct span pem)
{
	char path[] = "/tmp/okienko-request.XXXXXX";
	int fd = mkstemp(path), status;
	pid_t pid;

	assert_int_equal(write(fd, pem.p, pem.len), (ssize_t)pem.len);
	close(fd);
	pid = fork();
	if (pid == 0) {
		fd = open("/dev/null", O_WRONLY);
		dup2(fd, 2);
		execlp("openssl", "openssl", "req", "-verify", "-noout", "-in",
		    path, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The same Name, bytes and all. */
static void
has_the_subject(const struct made *m)
{
	struct cert_spans s;

	assert_int_equal(cert_spans(span_of(m->old, m->old_len), &s), 0);
	assert_non_null(memmem(m->der.data, m->der.len, s.subject.p,
	    s.subject.len));
}

static void
reads(struct span in, enum key_kind kind, const struct made *m)
{
	struct err err = ERR_INIT;
	struct cert_request r;
	uint8_t sha256[32];

	assert_int_equal(request_read(in, "wniosek", &r, &err), 0);
	assert_string_equal(r.subject.cn, "Ewa Żółć");
	assert_string_equal(r.subject.serial, "PNOPL-44051401359");
	assert_int_equal(r.key_type, key_kind_type(kind));
	assert_int_equal(r.key_bits, key_kind_bits(kind));
	assert_int_equal(r.proof, SIGNATURE_RIGHT);
	assert_false(r.weak);
	assert_int_equal(r.ku, CERT_KU_NON_REPUDIATION |
	    CERT_KU_DIGITAL_SIGNATURE);
	assert_int_equal(r.neku, 2);
	assert_string_equal(r.eku[0], "emailProtection");
	assert_string_equal(r.eku[1], "clientAuth");
	if (kind == KEY_KIND_P384)
		assert_string_equal(r.key_curve, "P-384");
	assert_int_equal(r.nsan, 1);
	assert_string_equal(r.san[0].value, "ewa@przyklad.pl");
	assert_int_equal(EVP_Digest(m->spki.data, m->spki.len, sha256, NULL,
	    EVP_sha256(), NULL), 1);
	assert_memory_equal(r.spki_sha256, sha256, sizeof sha256);
	request_clear(&r);
}

static void
makes_requests(void **state)
{
	static const enum key_kind kinds[] = { KEY_KIND_RSA2048,
	    KEY_KIND_P256, KEY_KIND_P384, KEY_KIND_P521 };
	struct err err = ERR_INIT;
	struct made m;
	struct buf pem;

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (make_it(kinds[i], sign, key_of(kinds[i]), &m, &err) == -1)
			fail_msg("%s %s", key_kind_id(kinds[i]), err.detail);
		has_the_subject(&m);
		reads(span_of(m.der.data, m.der.len), kinds[i], &m);
		buf_init(&pem, 2 * REQUEST_DER_MAX);
		request_pem(span_of(m.der.data, m.der.len), &pem);
		reads(span_of(pem.data, pem.len), kinds[i], &m);
		assert_true(openssl_accepts(span_of(pem.data, pem.len)));
		buf_clear(&pem);
		clear(&m);
	}
}

/* What the card says, and a signature that is another key's. */
static void
is_made_by_its_key_alone(void **state)
{
	EVP_PKEY *another = EVP_EC_gen("P-256");
	struct err err = ERR_INIT;
	struct made m;

	(void)state;
	assert_int_equal(make_it(KEY_KIND_P256, does_not_sign, NULL, &m, &err),
	    -1);
	assert_int_equal(err.code, ERR_CARD_REMOVED);
	clear(&m);
	err_clear(&err);
	assert_int_equal(make_it(KEY_KIND_P256, sign, another, &m, &err), -1);
	assert_int_equal(err.code, ERR_CARD_KEY);
	assert_int_equal(m.der.len, 0);
	clear(&m);
	EVP_PKEY_free(another);
}

static void
reads_damage(void **state)
{
	struct err err = ERR_INIT;
	struct cert_request r;
	struct made m;

	(void)state;
	assert_int_equal(make_it(KEY_KIND_P256, sign, key_of(KEY_KIND_P256), &m,
	    &err), 0);
	/* A letter of the name: whoever signed did not sign this. */
	((uint8_t *)memmem(m.der.data, m.der.len, "Ewa", 3))[0] = 'A';
	assert_int_equal(request_read(span_of(m.der.data, m.der.len), "w", &r,
	    &err), 0);
	assert_int_equal(r.proof, SIGNATURE_WRONG);
	request_clear(&r);
	for (size_t n = 0; n < m.der.len; n++) {
		err_clear(&err);
		assert_int_equal(request_read(span_of(m.der.data, n), "w", &r,
		    &err), -1);
		assert_int_equal(err.code, ERR_NOT_A_REQUEST);
	}
	/* The certificate is none either. */
	err_clear(&err);
	assert_int_equal(request_read(span_of(m.old, m.old_len), "w", &r,
	    &err), -1);
	assert_int_equal(err.code, ERR_NOT_A_REQUEST);
	clear(&m);
}

static void
is_none(const struct buf *der)
{
	struct err err = ERR_INIT;
	struct cert_request r;

	assert_int_equal(request_read(span_of(der->data, der->len), "w", &r,
	    &err), -1);
	assert_int_equal(err.code, ERR_NOT_A_REQUEST);
}

/* A part of it is of another kind than it has to be, or there is more of it. */
static void
minds_its_parts(void **state)
{
	static const uint8_t wanted[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
	    0xf7, 0x0d, 0x01, 0x09, 0x0e };
	struct err err = ERR_INIT;
	struct made m;
	struct buf pem;
	uint8_t *p;

	(void)state;
	assert_int_equal(make_it(KEY_KIND_P256, sign, key_of(KEY_KIND_P256), &m,
	    &err), 0);
	p = memmem(m.der.data, m.der.len, m.spki.data, m.spki.len);
	*p = 0x31;
	is_none(&m.der);
	*p = 0x30;
	p = memmem(m.der.data, m.der.len, wanted, sizeof wanted);
	p -= p[-2] == 0x30 ? 2 : 3;
	assert_int_equal(*p, 0x30);
	*p = 0x31;
	is_none(&m.der);
	*p = 0x30;
	assert_int_equal(buf_add(&m.der, "", 1), 0);
	is_none(&m.der);
	buf_init(&pem, 2 * REQUEST_DER_MAX);
	request_pem(span_of(m.der.data, m.der.len), &pem);
	is_none(&pem);
	buf_clear(&pem);
	/* The same byte, but inside of it. */
	assert_int_equal(m.der.data[1], 0x82);
	assert_int_not_equal(m.der.data[3], 0xff);
	m.der.data[3]++;
	is_none(&m.der);
	clear(&m);
}

/* As mail and older programs have it: the first request, whatever is before it. */
static void
finds_it_in_a_text(void **state)
{
	static const char before[] = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n"
	    "-----END CERTIFICATE-----\n-----BEGIN NEW CERTIFICATE REQUEST";
	static const char label[] = "-----BEGIN CERTIFICATE REQUEST";
	struct err err = ERR_INIT;
	struct made m, other;
	struct buf pem, text;
	size_t len;
	char *p;

	(void)state;
	assert_int_equal(make_it(KEY_KIND_P256, sign, key_of(KEY_KIND_P256), &m,
	    &err), 0);
	assert_int_equal(make_it(KEY_KIND_P384, sign, key_of(KEY_KIND_P384),
	    &other, &err), 0);
	buf_init(&pem, 4 * REQUEST_DER_MAX);
	request_pem(span_of(m.der.data, m.der.len), &pem);
	len = pem.len;
	request_pem(span_of(other.der.data, other.der.len), &pem);
	buf_init(&text, 4 * REQUEST_DER_MAX);
	assert_int_equal(buf_add(&text, before, strlen(before)), 0);
	assert_int_equal(buf_add(&text, pem.data + strlen(label),
	    pem.len - strlen(label)), 0);
	/* Its end is of the same kind. */
	p = memmem(text.data, text.len, "END CERTIFICATE REQUEST", 23);
	assert_non_null(p);
	buf_clear(&pem);
	buf_init(&pem, 4 * REQUEST_DER_MAX);
	len = (size_t)(p - (char *)text.data) + 4;
	assert_int_equal(buf_add(&pem, text.data, len), 0);
	assert_int_equal(buf_add(&pem, "NEW ", 4), 0);
	assert_int_equal(buf_add(&pem, text.data + len, text.len - len), 0);
	reads(span_of(pem.data, pem.len), KEY_KIND_P256, &m);
	buf_clear(&pem);
	buf_clear(&text);
	clear(&other);
	clear(&m);
}

/* Extensions count in the attribute that asks for them, and in no other. */
static void
minds_who_asks(void **state)
{
	static const int nids[] = { NID_ext_req, NID_pkcs9_challengePassword };
	STACK_OF(X509_EXTENSION) *exts = sk_X509_EXTENSION_new_null();
	struct err err = ERR_INIT;
	struct cert_request r;

	(void)state;
	sk_X509_EXTENSION_push(exts, X509V3_EXT_conf_nid(NULL, NULL,
	    NID_key_usage, "digitalSignature"));
	for (size_t i = 0; i < 2; i++) {
		X509_REQ *req = X509_REQ_new();
		uint8_t *der = NULL;
		int len;

		X509_REQ_set_pubkey(req, key_of(KEY_KIND_P256));
		assert_int_equal(X509_REQ_add_extensions_nid(req, exts,
		    nids[i]), 1);
		assert_true(X509_REQ_sign(req, key_of(KEY_KIND_P256),
		    EVP_sha256()) > 0);
		len = i2d_X509_REQ(req, &der);
		assert_int_equal(request_read(span_of(der, (size_t)len), "w",
		    &r, &err), 0);
		assert_int_equal(r.ku, i == 0 ? CERT_KU_DIGITAL_SIGNATURE : 0);
		request_clear(&r);
		OPENSSL_free(der);
		X509_REQ_free(req);
	}
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
}

/* RFC 2986 wants attributes, though there be none; some leave them out. */
static void
needs_no_attributes(void **state)
{
	X509_REQ *req = X509_REQ_new();
	struct err err = ERR_INIT;
	uint8_t *der = NULL, *end;
	struct cert_request r;
	int len;

	(void)state;
	X509_REQ_set_pubkey(req, key_of(KEY_KIND_P256));
	assert_true(X509_REQ_sign(req, key_of(KEY_KIND_P256),
	    EVP_sha256()) > 0);
	len = i2d_X509_REQ(req, &der);
	/* SEQUENCE of 128 bytes or more, in it one of less. */
	assert_int_equal(der[1], 0x81);
	assert_true(der[3] == 0x30 && der[4] < 0x80);
	end = der + 5 + der[4];
	assert_true(end[-2] == 0xa0 && end[-1] == 0);
	memmove(end - 2, end, (size_t)(der + len - end));
	der[2] -= 2;
	der[4] -= 2;
	assert_int_equal(request_read(span_of(der, (size_t)len - 2), "w", &r,
	    &err), 0);
	/* What was signed had them. */
	assert_int_equal(r.proof, SIGNATURE_WRONG);
	request_clear(&r);
	OPENSSL_free(der);
	X509_REQ_free(req);
}

static void
minds_sizes(void **state)
{
	uint8_t *big = calloc(1, REQUEST_DER_MAX + 1);
	struct err err = ERR_INIT;
	struct cert_request r;

	(void)state;
	assert_int_equal(request_read(span_of(big, REQUEST_DER_MAX), "w", &r,
	    &err), -1);
	assert_int_equal(err.code, ERR_NOT_A_REQUEST);
	err_clear(&err);
	assert_int_equal(request_read(span_of(big, REQUEST_DER_MAX + 1), "w",
	    &r, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	free(big);
}

static void
knows_weak_ones(void **state)
{
	EVP_PKEY *keys[] = { EVP_RSA_gen(1536), EVP_EC_gen("P-224"),
	    EVP_EC_gen("P-256"), key_of(KEY_KIND_RSA2048) };
	const EVP_MD *mds[] = { EVP_sha256(), EVP_sha256(), EVP_sha1(),
	    EVP_md5() };
	struct err err = ERR_INIT;
	struct cert_request r;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		X509_REQ *req = X509_REQ_new();
		uint8_t *der = NULL;
		int len;

		X509_REQ_set_pubkey(req, keys[i]);
		assert_true(X509_REQ_sign(req, keys[i], mds[i]) > 0);
		len = i2d_X509_REQ(req, &der);
		assert_int_equal(request_read(span_of(der, (size_t)len), "w",
		    &r, &err), 0);
		/* MD5 is not even looked at. */
		assert_int_equal(r.proof, i < 3 ? SIGNATURE_RIGHT :
		    SIGNATURE_UNKNOWN);
		assert_true(r.weak);
		request_clear(&r);
		OPENSSL_free(der);
		X509_REQ_free(req);
	}
	for (size_t i = 0; i < 3; i++)
		EVP_PKEY_free(keys[i]);
}

static void
knows_kinds(void **state)
{
	size_t len;
	uint8_t *der = make_cert(&old_one, &len);
	struct err err = ERR_INIT;
	struct cert *c;
	char other[] = "P-192";

	(void)state;
	assert_int_equal(cert_parse(der, len, &c, &err), 0);
	assert_int_equal(key_kind_of(c), KEY_KIND_RSA2048);
	assert_int_equal(key_kind_from_id("p384"), KEY_KIND_P384);
	assert_int_equal(key_kind_from_id("rsa1024"), KEY_KIND_NONE);
	/* As long, and another curve. */
	c->key_type = KEY_EC;
	c->key_bits = 256;
	c->key_curve = other;
	assert_int_equal(key_kind_of(c), KEY_KIND_NONE);
	c->key_curve = NULL;
	cert_free(c);
	free(der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_requests),
		cmocka_unit_test(is_made_by_its_key_alone),
		cmocka_unit_test(reads_damage),
		cmocka_unit_test(minds_its_parts),
		cmocka_unit_test(finds_it_in_a_text),
		cmocka_unit_test(minds_who_asks),
		cmocka_unit_test(needs_no_attributes),
		cmocka_unit_test(minds_sizes),
		cmocka_unit_test(knows_weak_ones),
		cmocka_unit_test(knows_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
