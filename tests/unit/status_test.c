/* Asking for a status: which way is asked when, whom an answer is believed from. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/issued.h"
#include "tests/unit/statusask.h"

static void
test_good(void **state)
{
	(void)state;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.ocsp.nonce && t.report.ocsp.answered);
	assert_int_equal(t.servers[OCSP].method, NET_POST);
	assert_int_equal(t.servers[OCSP].source, NET_STRANGER);
	assert_int_equal(t.servers[AIA].asked, 1);
	assert_int_equal(t.servers[CRL].asked, 0);
	assert_true(t.report.at == NOW - 5 && t.report.good_until == 0);
	assert_int_equal(kept(), STATUS_GOOD);
	assert_int_equal(remembered_proof(), CA_KEY_HASH);
	/* Whose it is is known from now on, also without the certificate. */
	free(t.about.der);
	t.about.der = NULL;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(t.servers[AIA].asked, 1);
}

static void
test_revoked(void **state)
{
	struct status_ocsp *o = &t.servers[OCSP].ocsp;

	(void)state;
	o->state = V_OCSP_CERTSTATUS_REVOKED;
	o->reason = 6;
	o->revoked_at = NOW - 30;
	expect(STATUS_SUSPENDED, HOW_OCSP);
	assert_int_equal(kept(), STATUS_SUSPENDED);
	/* One who asked just before may say "good" until then. */
	assert_true(t.report.good_until == NOW + 600);
	o->revoked_at = NOW - 9 * DAY;
	expect(STATUS_SUSPENDED, HOW_OCSP);
	assert_true(t.report.good_until == 0);
	o->reason = 1;
	o->this_update++;
	expect(STATUS_REVOKED, HOW_OCSP);
	assert_int_equal(t.report.ocsp.reason, 1);
	assert_int_equal(kept(), STATUS_REVOKED);
}

/* What OCSP answers is no good: the list is asked, and both are told. */
static void
test_list_instead(void **state)
{
	static const struct {
		enum err_code	 net;
		int		 status;
		const char	*serial;
		int64_t		 at;
		int		 key;
		enum err_code	 want;
	} cases[] = {
		{ ERR_NET_CONNECT, 0, SERIAL, NOW, ISSUER, ERR_NET_CONNECT },
		{ ERR_NONE, 503, SERIAL, NOW, ISSUER, ERR_NET_STATUS },
		{ ERR_NONE, 0, "01", NOW, ISSUER, ERR_STATUS_OTHER },
		{ ERR_NONE, 0, SERIAL, NOW - DAY, ISSUER, ERR_STATUS_OLD },
		{ ERR_NONE, 0, SERIAL, NOW + DAY, ISSUER, ERR_STATUS_CLOCK },
		{ ERR_NONE, 0, SERIAL, NOW, OTHER, ERR_STATUS_FORGED },
	};

	(void)state;
	serve_list(CRL, list_with(1));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct server *s = &t.servers[OCSP];

		s->err = cases[i].net;
		s->status = cases[i].status;
		s->ocsp.serial = cases[i].serial;
		s->ocsp.this_update = cases[i].at;
		s->ocsp.next_update = cases[i].at + 600;
		s->ocsp.signer = cases[i].key == OTHER ? t.namesake : t.issuer;
		s->ocsp.key = t.keys[cases[i].key];
		expect(STATUS_REVOKED, HOW_CRL);
		assert_false(t.report.ocsp.answered);
		assert_int_equal(t.report.ocsp.err.code, cases[i].want);
		assert_string_equal(t.report.ocsp.err.what, OCSP_URL);
		assert_int_equal(t.report.crl.reason, 1);
		assert_int_equal(t.report.crl.entries, 4);
		assert_int_equal(kept(), STATUS_REVOKED);
	}
	/* Neither answers: the first one's error. */
	t.servers[CRL].err = ERR_NET_TIMEOUT;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	assert_int_equal(ask(), ERR_NET_CONNECT);
	assert_int_equal(t.report.crl.err.code, ERR_NET_TIMEOUT);
	/* Somebody who gives up does not want the other one asked. */
	t.servers[CRL].asked = 0;
	t.servers[OCSP].err = ERR_CANCELLED;
	assert_int_equal(ask(), ERR_CANCELLED);
	assert_int_equal(t.servers[CRL].asked, 0);
}

static void
test_unknown(void **state)
{
	(void)state;
	t.servers[OCSP].ocsp.state = V_OCSP_CERTSTATUS_UNKNOWN;
	t.servers[CRL].err = ERR_NET_CONNECT;
	expect(STATUS_UNKNOWN, HOW_OCSP);
	assert_int_equal(t.servers[CRL].asked, 1);
	assert_int_equal(kept(), STATUS_UNKNOWN);
	t.servers[CRL].err = ERR_NONE;
	expect(STATUS_GOOD, HOW_CRL);
}

/* RFC 6960 2.2; such a number is on no list. */
static void
test_never_issued(void **state)
{
	struct status_ocsp *o = &t.servers[OCSP].ocsp;

	(void)state;
	o->state = V_OCSP_CERTSTATUS_REVOKED;
	o->reason = 6;
	o->revoked_at = 0;
	expect(STATUS_UNKNOWN, HOW_OCSP);
	assert_true(t.report.ocsp.never_issued);
	assert_int_equal(t.servers[CRL].asked, 0);
	t.o.both = true;
	expect(STATUS_UNKNOWN, HOW_OCSP);
	assert_true(t.report.crl.answered &&
	    t.report.crl.status == STATUS_GOOD);
	assert_int_equal(kept(), STATUS_UNKNOWN);
	/* What is on one is issued. */
	serve_list(CRL, list_with(1));
	t.o.fresh = true;
	snprintf(t.servers[CRL].etag, sizeof t.servers[CRL].etag, "\"two\"");
	expect(STATUS_REVOKED, HOW_CRL);
}

/* A revocation is final; of other words the later one counts. */
static void
test_both(void **state)
{
	(void)state;
	t.o.both = true;
	serve_list(CRL, list_with(1));
	expect(STATUS_REVOKED, HOW_CRL);
	assert_true(t.report.ocsp.answered &&
	    t.report.ocsp.status == STATUS_GOOD);
	assert_true(t.report.good_until == NOW + DAY);
	serve_list(CRL, list_with(6));
	t.o.fresh = true;
	snprintf(t.servers[CRL].etag, sizeof t.servers[CRL].etag, "\"two\"");
	expect(STATUS_GOOD, HOW_OCSP);
	t.servers[OCSP].ocsp.this_update = NOW - 2 * 3600;
	expect(STATUS_SUSPENDED, HOW_CRL);
}

/* OCSP does not say why: the list tells a suspension from a revocation. */
static void
test_no_reason(void **state)
{
	struct status_ocsp *o = &t.servers[OCSP].ocsp;
	/* As statusmake.c lists it. */
	int64_t listed_at = list_with(6).this_update - 60;

	(void)state;
	o->state = V_OCSP_CERTSTATUS_REVOKED;
	o->reason = -1;
	o->revoked_at = listed_at;
	t.servers[CRL].err = ERR_NET_CONNECT;
	expect(STATUS_REVOKED, HOW_OCSP);
	t.servers[CRL].err = ERR_NONE;
	serve_list(CRL, list_with(6));
	/* Held before; what OCSP speaks of is another day's. */
	o->revoked_at = listed_at + 60;
	expect(STATUS_REVOKED, HOW_OCSP);
	o->revoked_at = listed_at;
	expect(STATUS_SUSPENDED, HOW_CRL);
	assert_int_equal(t.report.crl.reason, 6);
	t.servers[CRL].asked = 0;
	o->reason = 1;
	expect(STATUS_REVOKED, HOW_OCSP);
	assert_int_equal(t.servers[CRL].asked, 0);
	assert_int_equal(kept(), STATUS_REVOKED);
}

/* Known to be suspended: without a reason, only the list makes it final. */
static void
test_no_reason_held(void **state)
{
	struct status_ocsp *o = &t.servers[OCSP].ocsp;

	(void)state;
	t.servers[OCSP].err = ERR_NET_CONNECT;
	serve_list(CRL, list_with(6));
	expect(STATUS_SUSPENDED, HOW_CRL);
	assert_int_equal(kept(), STATUS_SUSPENDED);
	t.servers[OCSP].err = ERR_NONE;
	o->state = V_OCSP_CERTSTATUS_REVOKED;
	o->reason = -1;
	o->revoked_at = list_with(6).this_update - 59;
	expect(STATUS_REVOKED, HOW_OCSP);
	assert_int_equal(kept(), STATUS_SUSPENDED);
	t.o.fresh = true;
	t.servers[CRL].err = ERR_NET_CONNECT;
	expect(STATUS_REVOKED, HOW_OCSP);
	assert_int_equal(kept(), STATUS_SUSPENDED);
	t.servers[CRL].err = ERR_NONE;
	serve_list(CRL, list_with(-1));
	snprintf(t.servers[CRL].etag, sizeof t.servers[CRL].etag, "\"two\"");
	expect(STATUS_REVOKED, HOW_CRL);
	assert_int_equal(kept(), STATUS_REVOKED);
}

/* Nothing was known, and the list came later: it makes it a suspension again. */
static void
test_no_reason_listed(void **state)
{
	struct status_ocsp *o = &t.servers[OCSP].ocsp;

	(void)state;
	o->state = V_OCSP_CERTSTATUS_REVOKED;
	o->reason = -1;
	o->revoked_at = list_with(6).this_update - 60;
	o->this_update = NOW - 2 * 3600;
	t.servers[CRL].err = ERR_NET_CONNECT;
	expect(STATUS_REVOKED, HOW_OCSP);
	assert_int_equal(kept(), STATUS_REVOKED);
	t.servers[CRL].err = ERR_NONE;
	serve_list(CRL, list_with(6));
	expect(STATUS_SUSPENDED, HOW_CRL);
	assert_int_equal(kept(), STATUS_SUSPENDED);
	/* Not where it was said why. */
	o->reason = 1;
	expect(STATUS_REVOKED, HOW_OCSP);
	t.servers[OCSP].err = ERR_NET_CONNECT;
	expect(STATUS_SUSPENDED, HOW_CRL);
	assert_int_equal(kept(), STATUS_REVOKED);
}

/* --- whose ---------------------------------------------------------------------------------- */

static void
test_configured(void **state)
{
	(void)state;
	write_file("a.der", t.namesake_der);
	write_file("b.der", t.issuer_der);
	trust("*.der");
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(t.servers[AIA].asked, 0);
	assert_int_equal(remembered_proof(), -1);
}

/* By the hash of its key, which no certificate of its names. */
static void
test_recognised(void **state)
{
	struct authorities all = { .v = &t.auth, .n = 1 };
	struct err err = ERR_INIT;
	char hex[2 * 32 + 1];
	enum authority_by by;
	struct cert *c, *ca;

	(void)state;
	assert_int_equal(cert_parse(t.holder_der.p, t.holder_der.len, &c, &err),
	    0);
	assert_int_equal(cert_parse(t.issuer_der.p, t.issuer_der.len, &ca, &err),
	    0);
	write_file("a.der", t.namesake_der);
	write_file("b.der", t.issuer_der);
	trust("*.der");
	cert_authority_keys(&all);
	assert_null(cert_authority(c, &all, NULL));
	text_hex(ca->spki_sha256, sizeof ca->spki_sha256, 0, hex, sizeof hex);
	t.auth.key_sha256s.v[0] = mem_strdup(hex);
	t.auth.key_sha256s.n = 1;
	cert_authority_keys(&all);
	assert_ptr_equal(cert_authority(c, &all, &by), &t.auth);
	assert_int_equal(by, AUTHORITY_BY_KEY);
	assert_int_equal(t.auth.hashed_ids.n, 1);
	free(t.auth.hashed_ids.v[--t.auth.hashed_ids.n]);
	cert_free(c);
	cert_free(ca);
}

/* Where others are served, a file that anybody could have put there is none. */
static void
test_configured_by_others(void **state)
{
	(void)state;
	write_file("a.der", t.issuer_der);
	trust("*.der");
	assert_int_equal(setenv("OKIENKO_MODE", "kiosk", 1), 0);
	t.auth.asked_for = true;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(t.servers[AIA].asked, 0);
	assert_int_equal(chmod(regtest_path(t.dir, "a.der"), 0666), 0);
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(t.servers[AIA].asked, 1);
	/* Nor what lies below a folder that all may write to (/tmp). */
	assert_int_equal(chmod(regtest_path(t.dir, "a.der"), 0600), 0);
	t.auth.asked_for = false;
	t.servers[AIA].err = ERR_NET_CONNECT;
	remembered_forget();
	assert_int_equal(ask(), ERR_CONFIG_OWNER);
	assert_int_equal(unsetenv("OKIENKO_MODE"), 0);
}

static void
test_override(void **state)
{
	(void)state;
	free(t.auth.ocsp);
	free(t.auth.cdp);
	t.auth.ocsp = mem_strdup("http://10.0.0.7/ocsp");
	t.auth.cdp = mem_strdup("http://10.0.0.7/list");
	t.servers[OCSP].url = t.auth.ocsp;
	t.servers[CRL].url = t.auth.cdp;
	t.o.both = true;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(t.servers[OCSP].source, NET_CONFIGURED);
	assert_int_equal(t.servers[CRL].source, NET_CONFIGURED);
	assert_true(t.report.crl.answered);
}

/* Somebody else's certificate of the same name, where the issuer's should be. */
static void
test_impostor(void **state)
{
	(void)state;
	serve(AIA, copy_of(t.namesake_der));
	assert_int_equal(ask(), ERR_NO_ISSUER);
	assert_string_equal(t.report.err.what, SERIAL);
	assert_int_equal(t.servers[OCSP].asked, 0);
	/* Without the certificate to check by, its key's hash tells. */
	free(t.about.der);
	t.about.der = NULL;
	assert_int_equal(ask(), ERR_NO_ISSUER);
	serve(AIA, copy_of(span_of("<html>", 6)));
	assert_int_equal(ask(), ERR_NOT_A_CERT);
	t.servers[AIA].err = ERR_NET_NAME;
	assert_int_equal(ask(), ERR_NET_NAME);
	free(t.about.aia);
	t.about.aia = NULL;
	assert_int_equal(ask(), ERR_NO_ISSUER);
}

/*
 * A forger's certificate names the genuine issuer by name and key identifier, and
 * is signed by a key of his own, whose certificate he offers: that is its issuer,
 * but it must never be remembered as that of others.
 */
static void
test_forger(void **state)
{
	struct err err = ERR_INIT;
	X509 *x = X509_dup(t.holder);
	struct span der;
	struct cert *c;

	(void)state;
	assert_true(X509_sign(x, t.keys[OTHER], EVP_sha256()) > 0);
	der = status_der(x);
	assert_int_equal(cert_parse(der.p, der.len, &c, &err), 0);
	status_about_clear(&t.about);
	status_about_cert(&t.about, c, der.p, der.len);
	serve(AIA, copy_of(t.namesake_der));
	t.servers[OCSP].ocsp.issuer = t.servers[OCSP].ocsp.signer = t.namesake;
	t.servers[OCSP].ocsp.key = t.keys[OTHER];
	expect(STATUS_GOOD, HOW_OCSP);
	assert_int_equal(remembered_proof(), -1);
	cert_free(c);
	free((void *)der.p);
	X509_free(x);
}

/*
 * All of it is the genuine one's but its own key, and its signature is such that
 * nobody can check it: what the issuer says of the number is not about it.
 */
static void
test_unchecked(void **state)
{
	EVP_PKEY *rsa = EVP_RSA_gen(1024);
	struct err err = ERR_INIT;
	struct span behind = span_of(mem_alloc(t.holder_der.len + 1),
	    t.holder_der.len + 1);
	struct cert *c;

	(void)state;
	for (int i = 0; i < 2; i++) {
		X509 *x = X509_dup(t.holder);
		struct span der;

		X509_set_pubkey(x, rsa);
		if (i == 0)
			assert_true(X509_sign(x, rsa, EVP_md5()) > 0);
		else
			assert_true(X509_sign(x, t.keys[OTHER],
			    EVP_sha3_256()) > 0);
		der = status_der(x);
		assert_int_equal(cert_parse(der.p, der.len, &c, &err), 0);
		status_about_clear(&t.about);
		status_about_cert(&t.about, c, der.p, der.len);
		assert_int_equal(ask(), ERR_NO_ISSUER);
		write_file("a.der", t.issuer_der);
		trust("a.der");
		assert_int_equal(ask(), ERR_NO_ISSUER);
		free(t.auth.ca_files.v[0]);
		t.auth.ca_files.n = 0;
		cert_free(c);
		free((void *)der.p);
		X509_free(x);
	}
	/* A byte behind it takes nothing from a genuine one, nor hides another. */
	memcpy((void *)behind.p, t.holder_der.p, t.holder_der.len);
	assert_int_equal(cert_parse(behind.p, behind.len, &c, &err), 0);
	status_about_clear(&t.about);
	status_about_cert(&t.about, c, behind.p, behind.len);
	assert_int_equal(t.about.der_len, t.holder_der.len);
	expect(STATUS_GOOD, HOW_OCSP);
	cert_free(c);
	free((void *)behind.p);
	EVP_PKEY_free(rsa);
}

/*
 * The issuer's key as one of ours: the same point, on the same curve spelled out,
 * by the generator that makes it the point of the number 1 (CVE-2020-0601).
 */
static EVP_PKEY *
key_of_own_generator(EVP_PKEY *theirs)
{
	EC_GROUP *curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *p = BN_new(), *a = BN_new(), *b = BN_new();
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;
	uint8_t point[65];
	size_t len;

	assert_int_equal(EVP_PKEY_get_octet_string_param(theirs,
	    OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &len), 1);
	assert_int_equal(EC_GROUP_get_curve(curve, p, a, b, NULL), 1);
	OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_EC_FIELD_TYPE,
	    SN_X9_62_prime_field, 0);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_P, p);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_A, a);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_B, b);
	OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_EC_GENERATOR,
	    point, len);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_ORDER,
	    EC_GROUP_get0_order(curve));
	OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point,
	    len);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, BN_value_one());
	params = OSSL_PARAM_BLD_to_param(bld);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params),
	    1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	BN_free(p);
	BN_free(a);
	BN_free(b);
	EC_GROUP_free(curve);
	return key;
}

/* The hash of such a key is the issuer's. */
static void
test_own_generator(void **state)
{
	EVP_PKEY *key = key_of_own_generator(t.keys[ISSUER]);
	X509 *x = status_cert(&(struct status_cert){ .cn = "Issuer",
	    .key = key, .exts = {
	    { "basicConstraints", "critical,CA:TRUE" },
	    { "subjectKeyIdentifier", "hash" } } });

	(void)state;
	serve(AIA, status_der(x));
	t.servers[OCSP].ocsp.signer = t.servers[OCSP].ocsp.issuer = x;
	t.servers[OCSP].ocsp.key = key;
	assert_int_equal(ask(), ERR_NO_ISSUER);
	/* As for what the registry has alone. */
	free(t.about.der);
	t.about.der = NULL;
	assert_int_equal(ask(), ERR_NO_ISSUER);
	assert_int_equal(remembered_proof(), -1);
	X509_free(x);
	EVP_PKEY_free(key);
}

static void
test_nowhere(void **state)
{
	(void)state;
	free(t.about.ocsp);
	free(t.about.cdp);
	t.about.ocsp = t.about.cdp = NULL;
	assert_int_equal(ask(), ERR_NO_STATUS);
	assert_string_equal(t.report.err.what, SERIAL);
	assert_int_equal(t.servers[AIA].asked, 0);
}

/* From the registry it is asked where it is asked from the certificate. */
static void
test_of_record(void **state)
{
	struct err err = ERR_INIT;
	struct record r;

	(void)state;
	assert_int_equal(store_get(t.reg, &t.about.issuer, t.about.serial,
	    t.about.serial_len, &r, &err), 0);
	status_about_clear(&t.about);
	status_about_record(&t.about, &r);
	assert_non_null(t.about.cdp);
	assert_string_equal(t.about.ocsp, OCSP_URL);
	assert_string_equal(t.about.cdp, CRL_URL);
	t.servers[OCSP].err = ERR_NET_CONNECT;
	assert_string_equal(t.about.aia, AIA_URL);
	expect(STATUS_GOOD, HOW_CRL);
	/* One that was kept by a version that took the first of them. */
	free(r.cdp);
	r.cdp = mem_strdup("ldap://x/y");
	status_about_clear(&t.about);
	status_about_record(&t.about, &r);
	assert_null(t.about.cdp);
	record_clear(&r);
}

/* --- clocks and words ------------------------------------------------------------------------- */

static void
test_clock(void **state)
{
	(void)state;
	t.servers[OCSP].date = NOW + 200;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.clock_off == 0);
	t.servers[OCSP].date = NOW + 7200;
	expect(STATUS_GOOD, HOW_OCSP);
	assert_true(t.report.clock_off == 7200);
	/* This machine is two years late: nothing is believed, and why is told. */
	t.now = NOW - 730 * DAY;
	t.servers[OCSP].date = 0;
	assert_int_equal(ask(), ERR_STATUS_CLOCK);
	assert_true(t.report.clock_off == 730 * DAY - 5);
	assert_int_equal(t.report.crl.err.code, ERR_STATUS_CLOCK);
	/* Two years early, all is out of date, but the server's clock tells. */
	t.now = NOW + 730 * DAY;
	t.servers[OCSP].date = NOW;
	assert_int_equal(ask(), ERR_STATUS_OLD);
	assert_true(t.report.clock_off == -730 * DAY - 5);
	assert_int_equal(t.report.crl.err.code, ERR_STATUS_OLD);
}

static const char *
text_at(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

static void
test_json(void **state)
{
	json_t *o, *way;

	(void)state;
	t.o.both = true;
	serve_list(CRL, list_with(1));
	t.servers[OCSP].ocsp.this_update = NOW - 3600 * 24;
	expect(STATUS_REVOKED, HOW_CRL);
	o = status_json(&t.about, &t.report);
	assert_string_equal(text_at(o, "serial"), SERIAL);
	assert_string_equal(text_at(o, "issuer"), "C=PL, CN=Issuer");
	assert_string_equal(text_at(o, "status"), "revoked");
	assert_string_equal(text_at(o, "by"), "crl");
	assert_string_equal(text_at(o, "as_of"), "2026-11-22T11:00:00Z");
	assert_int_equal(json_array_size(json_object_get(o, "ways")), 2);
	way = json_array_get(json_object_get(o, "ways"), 0);
	assert_string_equal(text_at(way, "way"), "ocsp");
	assert_string_equal(text_at(way, "status"), "good");
	assert_int_equal(strlen(text_at(way, "sha256")), 64);
	json_decref(o);

	t.servers[OCSP].err = ERR_NET_CONNECT;
	t.servers[CRL].err = ERR_NET_TIMEOUT;
	assert_int_equal(ask(), ERR_NET_CONNECT);
	o = status_json(&t.about, &t.report);
	assert_string_equal(text_at(o, "status"), "unknown");
	assert_string_equal(text_at(json_object_get(o, "error"), "id"),
	    "NET-CONNECT");
	way = json_array_get(json_object_get(o, "ways"), 1);
	assert_string_equal(text_at(json_object_get(way, "error"), "id"),
	    "NET-TIMEOUT");
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		status_unit(test_good),
		status_unit(test_revoked),
		status_unit(test_list_instead),
		status_unit(test_unknown),
		status_unit(test_never_issued),
		status_unit(test_both),
		status_unit(test_no_reason),
		status_unit(test_no_reason_held),
		status_unit(test_no_reason_listed),
		status_unit(test_configured),
		status_unit(test_configured_by_others),
		status_unit(test_recognised),
		status_unit(test_override),
		status_unit(test_impostor),
		status_unit(test_forger),
		status_unit(test_unchecked),
		status_unit(test_own_generator),
		status_unit(test_nowhere),
		status_unit(test_of_record),
		status_unit(test_clock),
		status_unit(test_json),
	};

	return cmocka_run_group_tests(tests, statusask_all,
	    statusask_all_free);
}
