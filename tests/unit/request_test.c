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
	    .eku = { "1.3.6.1.5.5.7.3.4" }, .neku = 1 };
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
	assert_int_equal(r.neku, 1);
	assert_string_equal(r.eku[0], "emailProtection");
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
minds_sizes(void **state)
{
	uint8_t *big = calloc(1, REQUEST_DER_MAX + 1);
	struct err err = ERR_INIT;
	struct cert_request r;

	(void)state;
	assert_int_equal(request_read(span_of(big, REQUEST_DER_MAX + 1), "w",
	    &r, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	free(big);
}

static void
knows_weak_ones(void **state)
{
	EVP_PKEY *keys[] = { EVP_RSA_gen(1024), EVP_EC_gen("P-224"),
	    EVP_EC_gen("P-256") };
	const EVP_MD *mds[] = { EVP_sha256(), EVP_sha256(), EVP_sha1() };
	struct err err = ERR_INIT;
	struct cert_request r;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		X509_REQ *req = X509_REQ_new();
		uint8_t *der = NULL;
		int len;

		X509_REQ_set_pubkey(req, keys[i]);
		assert_true(X509_REQ_sign(req, keys[i], mds[i]) > 0);
		len = i2d_X509_REQ(req, &der);
		assert_int_equal(request_read(span_of(der, (size_t)len), "w",
		    &r, &err), 0);
		assert_int_equal(r.proof, SIGNATURE_RIGHT);
		assert_true(r.weak);
		request_clear(&r);
		OPENSSL_free(der);
		X509_REQ_free(req);
		EVP_PKEY_free(keys[i]);
	}
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
		cmocka_unit_test(minds_sizes),
		cmocka_unit_test(knows_weak_ones),
		cmocka_unit_test(knows_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
