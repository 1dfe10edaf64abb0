/* OCSP answers: which of them prove something, and what the others are called. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "cert/cert.h"
#include "cert/ocsp.h"
#include "tests/unit/certmake.h"
#include "tests/unit/statusmake.h"

#define NOW	MAKE_NOW
#define DAY	INT64_C(86400)
#define SERIAL	"9A0123456789"

enum { ISSUER, OTHER, ALSO, DELEGATE, KEYS };

static EVP_PKEY *keys[KEYS];
static X509 *issuer, *namesake, *other;
static struct span issuer_der;
static const uint8_t serial[] = { 0x9a, 0x01, 0x23, 0x45, 0x67, 0x89 };
static struct ocsp_about about;

static int
make_all(void **state)
{
	const struct status_ext ca = { "basicConstraints", "critical,CA:TRUE" };

	(void)state;
	for (int i = 0; i < KEYS; i++)
		keys[i] = EVP_EC_gen("P-256");
	issuer = status_cert(&(struct status_cert){ .cn = "Issuer",
	    .key = keys[ISSUER], .exts = { ca } });
	namesake = status_cert(&(struct status_cert){ .cn = "Issuer",
	    .key = keys[OTHER], .exts = { ca } });
	other = status_cert(&(struct status_cert){ .cn = "Other",
	    .key = keys[OTHER], .exts = { ca } });
	issuer_der = status_der(issuer);
	about = (struct ocsp_about){ .issuer = issuer_der,
	    .serial = span_of(serial, sizeof serial) };
	for (size_t i = 0; i < OCSP_NONCE_LEN; i++)
		about.nonce[i] = (uint8_t)(3 * i + 1);
	return 0;
}

static int
free_all(void **state)
{
	(void)state;
	for (int i = 0; i < KEYS; i++)
		EVP_PKEY_free(keys[i]);
	X509_free(issuer);
	X509_free(namesake);
	X509_free(other);
	free((void *)issuer_der.p);
	return 0;
}

/* A good answer by the issuer itself; tests change one thing of it. */
static struct status_ocsp
plain(void)
{
	return (struct status_ocsp){ .issuer = issuer, .serial = SERIAL,
	    .signer = issuer, .key = keys[ISSUER],
	    .state = V_OCSP_CERTSTATUS_GOOD, .reason = -1,
	    .this_update = NOW - 60, .next_update = NOW + DAY,
	    .nonce = about.nonce, .nonce_len = OCSP_NONCE_LEN };
}

static enum err_code
judge_bytes(struct span der, struct ocsp_answer *a)
{
	struct err err = ERR_INIT;
	int rc = ocsp_judge(der, &about, NOW, a, &err);

	assert_int_equal(rc, err.code == ERR_NONE ? 0 : -1);
	if (rc != 0)
		assert_int_equal(a->state, OCSP_UNKNOWN);
	return err.code;
}

static enum err_code
judge(const struct status_ocsp *o, struct ocsp_answer *a)
{
	struct span der = status_ocsp(o);
	enum err_code code = judge_bytes(der, a);

	free((void *)der.p);
	return code;
}

#define assert_judged(o, code)	do {					\
		struct ocsp_answer a_;					\
		assert_string_equal(err_id(judge(o, &a_)), err_id(code)); \
	} while (0)

static void
test_good(void **state)
{
	struct status_ocsp o = plain();
	struct ocsp_answer a;

	(void)state;
	assert_int_equal(judge(&o, &a), ERR_NONE);
	assert_int_equal(a.state, OCSP_GOOD);
	assert_true(a.nonce);
	assert_false(a.delegated);
	assert_true(a.this_update == NOW - 60 && a.next_update == NOW + DAY);
	assert_true(a.produced_at == NOW - 60);
	assert_true(a.revoked_at == CERT_NO_TIME && a.reason == -1);
	assert_string_equal(a.responder, "C=PL, CN=Issuer");
	o.sha256 = o.by_key = true;
	assert_int_equal(judge(&o, &a), ERR_NONE);
	assert_int_equal(a.state, OCSP_GOOD);
	assert_int_equal(strlen(a.responder), 40);
}

static void
test_states(void **state)
{
	static const struct {
		int		 state, reason;
		int64_t		 at;
		enum ocsp_state	 want;
		const char	*id;
	} cases[] = {
		{ V_OCSP_CERTSTATUS_REVOKED, 1, NOW - DAY, OCSP_REVOKED, "revoked" },
		{ V_OCSP_CERTSTATUS_REVOKED, -1, NOW - DAY, OCSP_REVOKED, "revoked" },
		{ V_OCSP_CERTSTATUS_REVOKED, 6, NOW - DAY, OCSP_SUSPENDED,
		    "suspended" },
		/* RFC 6960 2.2: never issued. */
		{ V_OCSP_CERTSTATUS_REVOKED, 6, 0, OCSP_UNKNOWN, "unknown" },
		{ V_OCSP_CERTSTATUS_UNKNOWN, -1, 0, OCSP_UNKNOWN, "unknown" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct status_ocsp o = plain();
		struct ocsp_answer a;

		o.state = cases[i].state;
		o.reason = cases[i].reason;
		o.revoked_at = cases[i].at;
		assert_int_equal(judge(&o, &a), ERR_NONE);
		assert_int_equal(a.state, cases[i].want);
		assert_string_equal(ocsp_state_id(a.state), cases[i].id);
		assert_int_equal(a.reason, cases[i].reason);
		if (cases[i].state == V_OCSP_CERTSTATUS_REVOKED)
			assert_true(a.revoked_at == cases[i].at);
	}
}

static void
test_signers(void **state)
{
	struct status_ocsp o = plain();
	struct span der;
	struct ocsp_answer a;

	(void)state;
	o.signer = other;			/* somebody else's name and key */
	o.key = keys[OTHER];
	assert_judged(&o, ERR_STATUS_FORGED);
	o.with = other;
	assert_judged(&o, ERR_STATUS_FORGED);
	o.signer = o.with = namesake;		/* the issuer's name, another key */
	assert_judged(&o, ERR_STATUS_FORGED);
	o.by_key = true;
	assert_judged(&o, ERR_STATUS_FORGED);
	/* Signed well, and then changed: the last octet of the signature. */
	o = plain();
	der = status_ocsp(&o);
	((uint8_t *)der.p)[der.len - 1] ^= 1;
	assert_int_equal(judge_bytes(der, &a), ERR_STATUS_FORGED);
	free((void *)der.p);
}

static const struct {
	const char	*what;
	bool		 other_issuer, other_key;
	int64_t		 from, to;
	struct status_ext exts[3];
	enum err_code	 want;
} delegates[] = {
	{ "right", .exts = { { "extendedKeyUsage", "OCSPSigning" },
	    { "keyUsage", "digitalSignature" } }, .want = ERR_NONE },
	{ "without a use", .want = ERR_STATUS_FORGED },
	{ "for another use", .exts = { { "extendedKeyUsage", "clientAuth" } },
	    .want = ERR_STATUS_FORGED },
	{ "for any use", .exts = { { "extendedKeyUsage", "2.5.29.37.0" } },
	    .want = ERR_STATUS_FORGED },
	{ "key for encryption", .exts = { { "extendedKeyUsage", "OCSPSigning" },
	    { "keyUsage", "keyEncipherment" } }, .want = ERR_STATUS_FORGED },
	{ "expired", .from = NOW - 9 * DAY, .to = NOW - DAY,
	    .exts = { { "extendedKeyUsage", "OCSPSigning" } },
	    .want = ERR_STATUS_FORGED },
	{ "not yet", .from = NOW + DAY, .to = NOW + 9 * DAY,
	    .exts = { { "extendedKeyUsage", "OCSPSigning" } },
	    .want = ERR_STATUS_FORGED },
	{ "of another authority", .other_issuer = true, .other_key = true,
	    .exts = { { "extendedKeyUsage", "OCSPSigning" } },
	    .want = ERR_STATUS_FORGED },
	{ "said to be of the issuer", .other_key = true,
	    .exts = { { "extendedKeyUsage", "OCSPSigning" } },
	    .want = ERR_STATUS_FORGED },
	{ "wants to be understood", .exts = {
	    { "extendedKeyUsage", "OCSPSigning" },
	    { "1.2.3.4", "critical,DER:05:00" } }, .want = ERR_STATUS_FORGED },
};

static void
test_delegates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof delegates / sizeof *delegates; i++) {
		struct status_cert c = { .cn = "Responder",
		    .key = keys[DELEGATE],
		    .issuer = delegates[i].other_issuer ? other : issuer,
		    .issuer_key = keys[delegates[i].other_key ? OTHER : ISSUER],
		    .from = delegates[i].from, .to = delegates[i].to };
		struct status_ocsp o = plain();
		struct ocsp_answer a;

		memcpy(c.exts, delegates[i].exts, sizeof delegates[i].exts);
		o.signer = o.with = status_cert(&c);
		o.key = keys[DELEGATE];
		if (judge(&o, &a) != delegates[i].want)
			fail_msg("%s: %s", delegates[i].what,
			    err_id(judge(&o, &a)));
		assert_int_equal(a.delegated, delegates[i].want == ERR_NONE);
		/* Its certificate may be anybody's to know, but it must be there. */
		o.with = NULL;
		assert_judged(&o, ERR_STATUS_FORGED);
		X509_free(o.signer);
	}
}

/* A delegate's certificate goes along, but another key signed. */
static void
test_delegate_unused(void **state)
{
	struct status_cert c = { .cn = "Responder", .key = keys[DELEGATE],
	    .issuer = issuer, .issuer_key = keys[ISSUER],
	    .exts = { { "extendedKeyUsage", "OCSPSigning" } } };
	struct status_cert thief = { .cn = "Responder", .key = keys[ALSO] };
	struct status_ocsp o = plain();

	(void)state;
	o.with = status_cert(&c);
	o.signer = status_cert(&thief);
	o.key = keys[ALSO];
	assert_judged(&o, ERR_STATUS_FORGED);
	X509_free(o.with);
	X509_free(o.signer);
}

/* RFC 5280 4.1.1.2: one algorithm inside what is signed, another outside. */
static void
test_delegate_algorithm(void **state)
{
	struct status_cert c = { .cn = "Responder", .key = keys[DELEGATE],
	    .issuer = issuer, .issuer_key = keys[ISSUER],
	    .exts = { { "extendedKeyUsage", "OCSPSigning" } } };
	struct status_ocsp o = plain();
	const X509_ALGOR *outer;

	(void)state;
	o.signer = o.with = status_cert(&c);
	o.key = keys[DELEGATE];
	assert_judged(&o, ERR_NONE);
	X509_get0_signature(NULL, &outer, o.with);
	X509_ALGOR_set0((X509_ALGOR *)outer,
	    OBJ_nid2obj(NID_ecdsa_with_SHA256), V_ASN1_NULL, NULL);
	assert_judged(&o, ERR_STATUS_FORGED);
	X509_free(o.signer);
}

static void
test_about(void **state)
{
	struct status_ocsp o = plain();
	uint8_t nonce[OCSP_NONCE_LEN];
	struct ocsp_answer a;

	(void)state;
	o.serial = "9A0123456788";
	assert_judged(&o, ERR_STATUS_OTHER);
	o.serial = "0123456789";
	assert_judged(&o, ERR_STATUS_OTHER);
	o = plain();
	o.issuer = other;		/* the issuer says something of another's */
	assert_judged(&o, ERR_STATUS_OTHER);
	o.issuer = namesake;
	assert_judged(&o, ERR_STATUS_OTHER);
	o = plain();
	memcpy(nonce, about.nonce, sizeof nonce);
	nonce[31] ^= 1;
	o.nonce = nonce;
	assert_judged(&o, ERR_STATUS_OTHER);
	o.nonce_len = 16;
	assert_judged(&o, ERR_STATUS_OTHER);
	o.nonce = NULL;
	assert_int_equal(judge(&o, &a), ERR_NONE);
	assert_false(a.nonce);
}

static void
test_times(void **state)
{
	static const struct {
		int64_t		 this_update, next_update, produced_at;
		enum err_code	 want;
	} cases[] = {
		{ NOW - DAY, NOW - OCSP_SKEW + 10, 0, ERR_NONE },
		{ NOW - DAY, NOW - OCSP_SKEW - 10, 0, ERR_STATUS_OLD },
		{ NOW - OCSP_OLD + DAY, 0, 0, ERR_NONE },
		{ NOW - OCSP_OLD - DAY, 0, 0, ERR_STATUS_OLD },
		{ NOW + OCSP_SKEW - 10, NOW + DAY, 0, ERR_NONE },
		{ NOW + OCSP_SKEW + 10, NOW + DAY, 0, ERR_STATUS_CLOCK },
		{ NOW - 60, NOW + DAY, NOW + OCSP_SKEW + 10, ERR_STATUS_CLOCK },
		{ NOW - 60, NOW - 120, 0, ERR_BAD_DATA },
		{ INT64_C(253402300700), INT64_C(253402300799), 0,
		    ERR_STATUS_CLOCK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct status_ocsp o = plain();
		struct ocsp_answer a;

		o.this_update = cases[i].this_update;
		o.next_update = cases[i].next_update;
		o.produced_at = cases[i].produced_at;
		assert_int_equal(judge(&o, &a), cases[i].want);
		/* What it said is there to be told. */
		assert_true(a.this_update == cases[i].this_update);
	}
}

static void
test_refusals(void **state)
{
	static const struct {
		int		 status;
		const char	*name;
	} cases[] = {
		{ OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, "malformedRequest" },
		{ OCSP_RESPONSE_STATUS_INTERNALERROR, "internalError" },
		{ OCSP_RESPONSE_STATUS_TRYLATER, "tryLater" },
		{ OCSP_RESPONSE_STATUS_SIGREQUIRED, "sigRequired" },
		{ OCSP_RESPONSE_STATUS_UNAUTHORIZED, "unauthorized" },
		{ 99, "?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span der = status_ocsp_refusal(cases[i].status);
		struct err err = ERR_INIT;

		assert_int_equal(ocsp_judge(der, &about, NOW, NULL, &err), -1);
		assert_int_equal(err.code, ERR_OCSP_REFUSED);
		assert_string_equal(err.what, cases[i].name);
		free((void *)der.p);
	}
}

static void
test_bytes(void **state)
{
	struct status_ocsp o = plain();
	struct span der = status_ocsp(&o);
	uint8_t *big = mem_alloc(1u << 20);
	struct ocsp_answer a;

	(void)state;
	for (size_t n = 0; n < der.len; n++) {
		uint8_t *cut = mem_alloc(n + 1);

		memcpy(cut, der.p, n);
		assert_int_equal(judge_bytes(span_of(cut, n), &a),
		    ERR_BAD_DATA);
		free(cut);
	}
	memcpy(big, der.p, der.len);
	assert_int_equal(judge_bytes(span_of(big, der.len + 1), &a),
	    ERR_BAD_DATA);
	assert_int_equal(judge_bytes(span_of(big, 1u << 20), &a), ERR_TOO_BIG);
	/* With any byte another it proves nothing. */
	for (size_t i = 0; i < der.len; i++) {
		big[i] ^= (uint8_t)(1 << i % 8);
		assert_int_not_equal(judge_bytes(span_of(big, der.len), &a),
		    ERR_NONE);
		big[i] ^= (uint8_t)(1 << i % 8);
	}
	free(big);
	free((void *)der.p);
}

/* What we ask is what OpenSSL would ask, and its nonce comes through. */
static void
test_request(void **state)
{
	const EVP_MD *mds[] = { EVP_sha1(), EVP_sha256() };
	BIGNUM *bn = BN_bin2bn(serial, sizeof serial, NULL);
	ASN1_INTEGER *number = BN_to_ASN1_INTEGER(bn, NULL);

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ocsp_about ask = about;
		struct err err = ERR_INIT;
		unsigned char *der = NULL;
		OCSP_REQUEST *mine = OCSP_REQUEST_new();
		struct buf buf;
		int len;

		ask.sha256 = i == 1;
		buf_init(&buf, 4096);
		assert_int_equal(ocsp_request(&ask, &buf, &err), 0);
		OCSP_request_add0_id(mine, OCSP_cert_id_new(mds[i],
		    X509_get_subject_name(issuer),
		    X509_get0_pubkey_bitstr(issuer), number));
		OCSP_request_add1_nonce(mine, ask.nonce, OCSP_NONCE_LEN);
		len = i2d_OCSP_REQUEST(mine, &der);
		assert_int_equal(len, (int)buf.len);
		assert_memory_equal(der, buf.data, buf.len);
		OPENSSL_free(der);
		OCSP_REQUEST_free(mine);
		buf_clear(&buf);
	}
	ASN1_INTEGER_free(number);
	BN_free(bn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_signers),
		cmocka_unit_test(test_delegates),
		cmocka_unit_test(test_delegate_unused),
		cmocka_unit_test(test_delegate_algorithm),
		cmocka_unit_test(test_about),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
