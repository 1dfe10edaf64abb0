/* One status out of a revocation list, and which lists prove something. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/pem.h>

#include "base/mem.h"
#include "cert/crlfind.h"
#include "cert/ocsp.h"
#include "tests/unit/certmake.h"
#include "tests/unit/statusmake.h"

#define NOW	MAKE_NOW
#define DAY	INT64_C(86400)
#define POINT	"http://crl.example.org/q.crl"

enum { ISSUER, OTHER, BY_RSA, KEYS };

static EVP_PKEY *keys[KEYS];
static X509 *issuer, *by_rsa, *namesake, *other, *no_lists;
static const uint8_t serial[] = { 0x9a, 0x01, 0x23 };
#define SERIAL	"9A0123"

static X509 *
make_ca(const char *cn, int key, const char *use)
{
	return status_cert(&(struct status_cert){ .cn = cn, .key = keys[key],
	    .exts = { { "basicConstraints", "critical,CA:TRUE" },
	    { "keyUsage", use } } });
}

static int
make_all(void **state)
{
	(void)state;
	keys[ISSUER] = EVP_EC_gen("P-256");
	keys[OTHER] = EVP_EC_gen("P-256");
	keys[BY_RSA] = EVP_RSA_gen(2048);
	issuer = make_ca("Issuer", ISSUER, "keyCertSign,cRLSign");
	by_rsa = make_ca("Issuer", BY_RSA, "keyCertSign,cRLSign");
	namesake = make_ca("Issuer", OTHER, "keyCertSign,cRLSign");
	other = make_ca("Other", OTHER, "keyCertSign,cRLSign");
	no_lists = make_ca("Issuer", ISSUER, "keyCertSign");
	return 0;
}

static int
free_all(void **state)
{
	X509 *all[] = { issuer, by_rsa, namesake, other, no_lists };

	(void)state;
	for (int i = 0; i < KEYS; i++)
		EVP_PKEY_free(keys[i]);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		X509_free(all[i]);
	return 0;
}

static struct status_crl
plain(void)
{
	return (struct status_crl){ .issuer = issuer, .key = keys[ISSUER],
	    .this_update = NOW - 3600, .next_update = NOW + DAY, .number = 7,
	    .more = 20 };
}

/* --- asking -------------------------------------------------------------------- */

struct ask {
	X509		*issuer, *signer;
	const char	*point;
	bool		 ca;
};

/* A list in a file of no name, as the desk keeps them. */
static struct stream *
open_list(struct span bytes)
{
	char path[] = "/tmp/crlfind.XXXXXX";
	int fd = mkstemp(path);
	struct err err = ERR_INIT;
	struct stream *in;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.len), (ssize_t)bytes.len);
	close(fd);
	assert_int_equal(stream_open(&in, path, &err), 0);
	unlink(path);
	return in;
}

static enum err_code
find_in(struct span list, const struct ask *ask, struct crlfind_answer *a)
{
	struct span by = status_der(ask->issuer), signer = { 0 };
	struct crlfind_about about = { .issuer = by, .point = ask->point,
	    .serial = span_of(serial, sizeof serial), .ca = ask->ca };
	struct stream *in = open_list(list);
	struct err err = ERR_INIT;
	int rc;

	if (ask->signer != NULL)
		about.signer = signer = status_der(ask->signer);
	rc = crlfind(in, &about, NOW, a, &err);
	assert_int_equal(rc, err.code == ERR_NONE ? 0 : -1);
	stream_close(in);
	free((void *)by.p);
	free((void *)signer.p);
	return err.code;
}

static enum err_code
find(const struct status_crl *l, const struct ask *ask,
    struct crlfind_answer *a)
{
	struct span list = status_crl(l);
	enum err_code code = find_in(list, ask, a);

	assert_true(code != ERR_NONE || a->bytes == (int64_t)list.len);
	free((void *)list.p);
	return code;
}

static void
expect(const struct status_crl *l, const struct ask *ask, enum err_code code)
{
	struct crlfind_answer a;

	assert_string_equal(err_id(find(l, ask, &a)), err_id(code));
	crlfind_clear(&a);
}

/* --- lists ------------------------------------------------------------------------ */

static void
test_plain(void **state)
{
	const struct ask ask = { .issuer = issuer };
	struct status_crl l = plain();
	struct crlfind_answer a;

	(void)state;
	assert_int_equal(find(&l, &ask, &a), ERR_NONE);
	assert_false(a.listed || a.removed || a.partial || a.delta ||
	    a.indirect);
	assert_true(a.this_update == NOW - 3600 && a.next_update == NOW + DAY);
	assert_int_equal(a.entries, 20);
	assert_int_equal(a.odd, 0);
	assert_int_equal(a.number_len, 1);
	assert_int_equal(a.number[0], 7);
	assert_null(a.freshest);

	l.listed[0] = (struct status_listed){ SERIAL, 1, NULL };
	assert_int_equal(find(&l, &ask, &a), ERR_NONE);
	assert_true(a.listed);
	assert_int_equal(a.reason, 1);
	assert_true(a.revoked_at == NOW - 3600 - 60);

	l.listed[0].reason = -1;
	assert_int_equal(find(&l, &ask, &a), ERR_NONE);
	assert_true(a.listed && a.reason == -1);
	/* Only a delta lifts; and with a byte before or behind it is another. */
	l.listed[0].reason = CRL_REMOVED;
	assert_int_equal(find(&l, &ask, &a), ERR_NONE);
	assert_true(a.listed && !a.removed);
	l.listed[0].serial = "019A0123";
	l.listed[1] = (struct status_listed){ "9A012300", 1, NULL };
	assert_int_equal(find(&l, &ask, &a), ERR_NONE);
	assert_false(a.listed);
}

static void
test_signatures(void **state)
{
	const struct ask ask = { .issuer = issuer }, rsa = { .issuer = by_rsa };
	struct status_crl l = plain();
	struct crlfind_answer a;
	struct span list;

	(void)state;
	expect(&l, &rsa, ERR_STATUS_FORGED);	/* another kind of key */
	expect(&l, &(struct ask){ .issuer = namesake }, ERR_STATUS_FORGED);
	expect(&l, &(struct ask){ .issuer = no_lists }, ERR_STATUS_FORGED);
	expect(&l, &(struct ask){ .issuer = other }, ERR_STATUS_OTHER);
	l.issuer = by_rsa;
	l.key = keys[BY_RSA];
	expect(&l, &rsa, ERR_NONE);
	l.pss = true;
	expect(&l, &rsa, ERR_NONE);
	expect(&l, &ask, ERR_STATUS_FORGED);
	/* An entry is taken off. */
	l = plain();
	l.listed[0] = (struct status_listed){ SERIAL, 1, NULL };
	list = status_crl(&l);
	((uint8_t *)memmem(list.p, list.len, serial, sizeof serial))[1] ^= 1;
	assert_int_equal(find_in(list, &ask, &a), ERR_STATUS_FORGED);
	assert_false(a.listed);
	free((void *)list.p);
}

static void
test_times(void **state)
{
	static const struct {
		int64_t		 this_update, next_update;
		enum err_code	 want;
	} cases[] = {
		{ NOW - DAY, NOW - OCSP_SKEW + 10, ERR_NONE },
		{ NOW - DAY, NOW - OCSP_SKEW - 10, ERR_STATUS_OLD },
		{ NOW - DAY, 0, ERR_NONE },
		{ NOW - OCSP_OLD - DAY, 0, ERR_STATUS_OLD },
		{ NOW + OCSP_SKEW + 10, NOW + DAY, ERR_STATUS_CLOCK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct status_crl l = plain();
		struct crlfind_answer a;

		l.this_update = cases[i].this_update;
		l.next_update = cases[i].next_update;
		l.listed[0] = (struct status_listed){ SERIAL, 6, NULL };
		assert_int_equal(find(&l, &(struct ask){ .issuer = issuer },
		    &a), cases[i].want);
		assert_true(a.listed && a.reason == CRL_HOLD);
		assert_true(a.this_update == cases[i].this_update);
	}
}

static void
test_delta(void **state)
{
	const struct ask ask = { .issuer = issuer };
	struct status_crl l = plain();
	struct crlfind_answer a;

	(void)state;
	l.exts[0] = (struct status_ext){ "freshestCRL",
	    "URI:http://crl.example.org/delta.crl" };
	assert_int_equal(find(&l, &ask, &a), ERR_NONE);
	assert_string_equal(a.freshest, "http://crl.example.org/delta.crl");
	crlfind_clear(&a);

	l = plain();
	l.number = 300;
	l.exts[0] = (struct status_ext){ "deltaCRL", "critical,DER:02:01:07" };
	l.listed[0] = (struct status_listed){ SERIAL, 6, NULL };
	assert_int_equal(find(&l, &ask, &a), ERR_NONE);
	assert_true(a.delta && a.listed && !a.removed && !a.partial);
	assert_int_equal(a.base_len, 1);
	assert_int_equal(a.base[0], 7);
	assert_int_equal(a.number_len, 2);
	assert_true(crlfind_number_cmp(a.number, a.number_len, a.base,
	    a.base_len) > 0);
	l.listed[1] = (struct status_listed){ SERIAL, CRL_REMOVED, NULL };
	assert_int_equal(find(&l, &ask, &a), ERR_NONE);
	assert_true(!a.listed && a.removed);
}

/* Lists that do not speak of every certificate or reason. */
static void
test_scope(void **state)
{
	static const struct {
		const char	*point;
		const char	*exts[2];
		bool		 partial, partial_ca;
	} cases[] = {
		{ NULL, { "issuingDistributionPoint",
		    "critical,onlyuser:TRUE" }, false, true },
		{ NULL, { "issuingDistributionPoint",
		    "critical,onlyCA:TRUE" }, true, false },
		{ NULL, { "issuingDistributionPoint",
		    "critical,onlyAA:TRUE" }, true, true },
		{ NULL, { "issuingDistributionPoint", "critical,"
		    "onlysomereasons:keyCompromise" }, true, true },
		{ POINT, { "issuingDistributionPoint",
		    "critical,fullname:URI:" POINT }, false, false },
		{ "http://crl.example.org/r.crl", { "issuingDistributionPoint",
		    "critical,fullname:URI:" POINT }, true, true },
		{ NULL, { "issuingDistributionPoint",
		    "critical,fullname:URI:" POINT }, true, true },
		{ NULL, { "1.2.3.4", "critical,DER:05:00" }, true, true },
		{ NULL, { "1.2.3.4", "DER:05:00" }, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ask ask = { .issuer = issuer, .point = cases[i].point };
		struct status_crl l = plain();
		struct crlfind_answer a;

		l.exts[0] = (struct status_ext){ cases[i].exts[0],
		    cases[i].exts[1] };
		assert_int_equal(find(&l, &ask, &a), ERR_NONE);
		assert_int_equal(a.partial, cases[i].partial);
		ask.ca = true;
		assert_int_equal(find(&l, &ask, &a), ERR_NONE);
		assert_int_equal(a.partial, cases[i].partial_ca);
	}
}

/* Whose an entry is follows from the last one before it that said so. */
static void
test_indirect(void **state)
{
	const struct ask own = { .issuer = other },
	    others = { .issuer = issuer, .signer = other };
	struct status_crl l = { .issuer = other, .key = keys[OTHER],
	    .this_update = NOW - 60, .next_update = NOW + DAY,
	    .listed = { { SERIAL, 1, NULL }, { "05", 1, issuer },
	    { "06", 1, NULL } },
	    .exts = { { "issuingDistributionPoint",
	    "critical,indirectCRL:TRUE" } } };
	struct crlfind_answer a;

	(void)state;
	assert_int_equal(find(&l, &own, &a), ERR_NONE);
	assert_true(a.listed && a.indirect && !a.partial);
	assert_int_equal(find(&l, &others, &a), ERR_NONE);
	assert_true(!a.listed && a.indirect && !a.partial);

	l.listed[2].serial = SERIAL;
	l.listed[0].serial = "04";
	assert_int_equal(find(&l, &own, &a), ERR_NONE);
	assert_false(a.listed);
	assert_int_equal(find(&l, &others, &a), ERR_NONE);
	assert_true(a.listed);
	/* Back to the list's own. */
	l.listed[2].issuer = other;
	assert_int_equal(find(&l, &others, &a), ERR_NONE);
	assert_false(a.listed);
	/* One that does not say that it speaks of others' does not. */
	l.exts[0].name = NULL;
	l.listed[2].issuer = NULL;
	assert_int_equal(find(&l, &others, &a), ERR_NONE);
	assert_true(a.partial);
}

/* --- bytes ------------------------------------------------------------------------- */

/* Sign again what was changed by hand. */
static struct span
resign(struct span list, size_t head)
{
	size_t part = (size_t)list.p[head + 2] << 8 | list.p[head + 3];
	uint8_t *at = (uint8_t *)list.p + head + 4 + part, *out;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t octets[128];
	size_t len = sizeof octets, alg = (size_t)at[1] + 2, n;

	assert_int_equal(list.p[head + 1], 0x82);
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL,
	    keys[ISSUER]), 1);
	assert_int_equal(EVP_DigestSign(ctx, octets, &len, list.p + head,
	    part + 4), 1);
	EVP_MD_CTX_free(ctx);
	n = (size_t)(at - list.p) + alg;
	out = mem_alloc(n + 3 + len);
	memcpy(out, list.p, n);
	out[n] = 0x03;
	out[n + 1] = (uint8_t)(len + 1);
	memcpy(out + n + 3, octets, len);
	n = n + 3 + len - head;
	out[2] = (uint8_t)(n >> 8);
	out[3] = (uint8_t)n;
	free((void *)list.p);
	return span_of(out, n + head);
}

static X509_CRL *
by_openssl(struct span list)
{
	const unsigned char *p = list.p;

	return d2i_X509_CRL(NULL, &p, (long)list.len);
}

/* One padded number, and OpenSSL refuses the whole list; we read it. */
static void
test_odd(void **state)
{
	const struct ask ask = { .issuer = issuer };
	struct status_crl l = plain();
	struct crlfind_answer a;
	struct span list;
	uint8_t *at;

	(void)state;
	l.listed[0] = (struct status_listed){ "11009A01", 1, NULL };
	l.listed[1] = (struct status_listed){ SERIAL, 4, NULL };
	list = resign(status_crl(&l), 4);
	assert_int_equal(find_in(list, &ask, &a), ERR_NONE);
	assert_int_equal(a.odd, 0);
	assert_true(a.listed && a.reason == 4);
	/* 00 00 9A 01: padded. */
	at = memmem(list.p, list.len, "\x02\x04\x11\x00\x9a\x01", 6);
	assert_non_null(at);
	at[2] = 0;
	list = resign(list, 4);
	assert_null(by_openssl(list));
	assert_int_equal(find_in(list, &ask, &a), ERR_NONE);
	assert_int_equal(a.odd, 0);
	assert_true(a.listed && a.reason == 4);
	/* No number at all: counted, and the next one is still found. */
	at = memmem(list.p, list.len, "\x02\x04\x00\x00\x9a\x01", 6);
	at[0] = 0x04;
	list = resign(list, 4);
	assert_int_equal(find_in(list, &ask, &a), ERR_NONE);
	assert_int_equal(a.odd, 1);
	assert_int_equal(a.entries, 22);
	assert_true(a.listed && a.reason == 4);
	free((void *)list.p);
}

static void
test_cut(void **state)
{
	const struct ask ask = { .issuer = issuer };
	struct status_crl l = plain();
	struct crlfind_answer a;
	struct span list;
	uint8_t *more;

	(void)state;
	l.more = 1;
	l.listed[0] = (struct status_listed){ SERIAL, 1, NULL };
	list = status_crl(&l);
	/* Each length is the fuzzer's replay's; here some, and the last ones. */
	for (size_t n = 0; n < list.len; n += n + 10 < list.len ? 7 : 1) {
		assert_int_equal(find_in(span_of(list.p, n), &ask, &a),
		    ERR_BAD_DATA);
		assert_false(a.listed);
	}
	more = mem_alloc(list.len + 1);
	memcpy(more, list.p, list.len);
	assert_int_equal(find_in(span_of(more, list.len + 1), &ask, &a),
	    ERR_BAD_DATA);
	free(more);
	free((void *)list.p);
}

static void
test_armoured(void **state)
{
	const struct ask ask = { .issuer = issuer };
	BIO *bio = BIO_new(BIO_s_mem());
	struct status_crl l = plain();
	struct crlfind_answer a;
	struct span list;
	X509_CRL *crl;
	char *text;
	long len;

	(void)state;
	l.more = 5000;
	l.listed[0] = (struct status_listed){ SERIAL, 1, NULL };
	list = status_crl(&l);
	crl = by_openssl(list);
	PEM_write_bio_X509_CRL(bio, crl);
	len = BIO_get_mem_data(bio, &text);
	assert_int_equal(find_in(span_of(text, (size_t)len), &ask, &a),
	    ERR_NONE);
	assert_true(a.listed);
	X509_CRL_free(crl);
	BIO_free(bio);
	free((void *)list.p);
}

/* --- what OpenSSL says --------------------------------------------------------------- */

static int
by_verify(X509 *x, struct span list)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_CRL *crl = by_openssl(list);
	int code;

	X509_STORE_add_cert(store, issuer);
	X509_STORE_add_crl(store, crl);
	X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
	X509_STORE_CTX_init(ctx, store, x, NULL);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), NOW);
	(void)X509_verify_cert(ctx);
	code = X509_STORE_CTX_get_error(ctx);
	X509_CRL_free(crl);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return code;
}

static void
test_agree(void **state)
{
	static const struct {
		const char	*listed;
		int		 key;
		int64_t		 next_update;
		int		 verify;
		enum err_code	 ours;
		bool		 found;
	} cases[] = {
		{ "04", ISSUER, NOW + DAY, X509_V_OK, ERR_NONE, false },
		{ SERIAL, ISSUER, NOW + DAY, X509_V_ERR_CERT_REVOKED,
		    ERR_NONE, true },
		{ SERIAL, ISSUER, NOW - DAY, X509_V_ERR_CRL_HAS_EXPIRED,
		    ERR_STATUS_OLD, true },
		{ SERIAL, OTHER, NOW + DAY, X509_V_ERR_CRL_SIGNATURE_FAILURE,
		    ERR_STATUS_FORGED, false },
	};
	X509 *x = status_cert(&(struct status_cert){ .cn = "Ewa",
	    .key = keys[OTHER], .issuer = issuer, .issuer_key = keys[ISSUER],
	    .serial = 0x9a0123 });

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct status_crl l = plain();
		struct crlfind_answer a;
		struct span list;

		l.key = keys[cases[i].key];
		l.this_update = NOW - 2 * DAY;
		l.next_update = cases[i].next_update;
		l.listed[0] = (struct status_listed){ cases[i].listed, 1,
		    NULL };
		list = status_crl(&l);
		assert_int_equal(by_verify(x, list), cases[i].verify);
		assert_int_equal(find_in(list, &(struct ask){ .issuer =
		    issuer }, &a), cases[i].ours);
		assert_int_equal(a.listed, cases[i].found);
		free((void *)list.p);
	}
	X509_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_delta),
		cmocka_unit_test(test_scope),
		cmocka_unit_test(test_indirect),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_armoured),
		cmocka_unit_test(test_agree),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
