#include "config.h"

#include "tests/unit/statusmake.h"

#include <openssl/conf.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/certmake.h"

#define YEAR	INT64_C(31557600)

static void
must(bool truth, const char *what)
{
	if (!truth)
		panic("statusmake: %s", what);
}

/* A copy of what an i2d_ function made. */
static struct span
owned(unsigned char *der, int len)
{
	uint8_t *copy;

	must(len > 0, "no DER");
	copy = mem_alloc((size_t)len);
	memcpy(copy, der, (size_t)len);
	OPENSSL_free(der);
	return span_of(copy, (size_t)len);
}

static ASN1_INTEGER *
number_of(const char *hex)
{
	BIGNUM *bn = NULL;
	ASN1_INTEGER *n;

	must(BN_hex2bn(&bn, hex) > 0, "no number");
	n = BN_to_ASN1_INTEGER(bn, NULL);
	BN_free(bn);
	return n;
}

static X509_EXTENSION *
extension(X509V3_CTX *ctx, const struct status_ext *e)
{
	CONF *conf = NCONF_new(NULL);
	X509_EXTENSION *ext;

	X509V3_set_nconf(ctx, conf);
	ext = X509V3_EXT_nconf(conf, ctx, e->name, e->value);
	must(ext != NULL, e->name);
	NCONF_free(conf);
	return ext;
}

/* --- certificates --------------------------------------------------------------- */

static X509_NAME *
name_of(const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	must(X509_NAME_add_entry_by_txt(name, "C", MBSTRING_UTF8,
	    (const unsigned char *)"PL", -1, -1, 0) == 1 &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)cn, -1, -1, 0) == 1, "no name");
	return name;
}

X509 *
status_cert(const struct status_cert *c)
{
	X509 *x = X509_new();
	X509_NAME *name = name_of(c->cn);
	X509V3_CTX ctx;

	must(X509_set_version(x, 2) == 1 && ASN1_INTEGER_set(
	    X509_get_serialNumber(x), c->serial != 0 ? c->serial : 1) == 1 &&
	    X509_set_subject_name(x, name) == 1 && X509_set_issuer_name(x,
	    c->issuer != NULL ? X509_get_subject_name(c->issuer) : name) == 1 &&
	    X509_set_pubkey(x, c->key) == 1, "no certificate");
	ASN1_TIME_set(X509_getm_notBefore(x), c->from != 0 ? c->from :
	    MAKE_NOW - YEAR);
	ASN1_TIME_set(X509_getm_notAfter(x), c->to != 0 ? c->to :
	    MAKE_NOW + YEAR);
	X509V3_set_ctx(&ctx, c->issuer != NULL ? c->issuer : x, x, NULL, NULL,
	    0);
	for (int i = 0; i < STATUS_EXTS && c->exts[i].name != NULL; i++) {
		X509_EXTENSION *e = extension(&ctx, &c->exts[i]);

		X509_add_ext(x, e, -1);
		X509_EXTENSION_free(e);
	}
	must(X509_sign(x, c->issuer_key != NULL ? c->issuer_key : c->key,
	    EVP_sha256()) > 0, "no signature");
	X509_NAME_free(name);
	return x;
}

struct span
status_der(X509 *x)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x, &der);

	return owned(der, len);
}

/* --- OCSP ----------------------------------------------------------------------- */

static ASN1_TIME *
time_of(int64_t t)
{
	return t == 0 ? NULL : ASN1_GENERALIZEDTIME_set(NULL, t);
}

static void
add_single(OCSP_BASICRESP *basic, const struct status_ocsp *o)
{
	ASN1_INTEGER *serial = number_of(o->serial);
	OCSP_CERTID *id = OCSP_cert_id_new(o->sha256 ? EVP_sha256() :
	    EVP_sha1(), X509_get_subject_name(o->issuer),
	    X509_get0_pubkey_bitstr(o->issuer), serial);
	ASN1_TIME *revoked = ASN1_GENERALIZEDTIME_set(NULL, o->revoked_at),
	    *this_update = time_of(o->this_update),
	    *next_update = time_of(o->next_update);

	must(OCSP_basic_add1_status(basic, id, o->state, o->reason,
	    o->state == V_OCSP_CERTSTATUS_REVOKED ? revoked : NULL,
	    this_update, next_update) != NULL, "no status");
	ASN1_TIME_free(revoked);
	ASN1_TIME_free(this_update);
	ASN1_TIME_free(next_update);
	ASN1_INTEGER_free(serial);
	OCSP_CERTID_free(id);
}

static struct span
response(int status, OCSP_BASICRESP *basic)
{
	OCSP_RESPONSE *r = OCSP_response_create(status, basic);
	unsigned char *der = NULL;
	int len = i2d_OCSP_RESPONSE(r, &der);

	OCSP_RESPONSE_free(r);
	return owned(der, len);
}

struct span
status_ocsp(const struct status_ocsp *o)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	STACK_OF(X509) *with = sk_X509_new_null();
	struct span out;

	add_single(basic, o);
	if (o->nonce != NULL)
		OCSP_basic_add1_nonce(basic, (unsigned char *)o->nonce,
		    o->nonce_len);
	/* When it was made is OpenSSL's to say, unless told not to. */
	ASN1_GENERALIZEDTIME_set((ASN1_GENERALIZEDTIME *)
	    OCSP_resp_get0_produced_at(basic), o->produced_at != 0 ?
	    o->produced_at : o->this_update);
	if (o->with != NULL)
		sk_X509_push(with, o->with);
	must(OCSP_basic_sign(basic, o->signer, o->key, EVP_sha256(), with,
	    OCSP_NOTIME | OCSP_NOCERTS | (o->by_key ? OCSP_RESPID_KEY : 0)) == 1,
	    "no signature");
	if (o->with != NULL)
		OCSP_basic_add1_cert(basic, o->with);
	out = response(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	sk_X509_free(with);
	OCSP_BASICRESP_free(basic);
	return out;
}

struct span
status_ocsp_refusal(int status)
{
	return response(status, NULL);
}

/* --- lists ------------------------------------------------------------------------ */

static void
add_issuer(X509_REVOKED *r, X509 *issuer)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = GENERAL_NAME_new();

	GENERAL_NAME_set0_value(name, GEN_DIRNAME,
	    X509_NAME_dup(X509_get_subject_name(issuer)));
	sk_GENERAL_NAME_push(names, name);
	must(X509_REVOKED_add1_ext_i2d(r, NID_certificate_issuer, names, 1, 0) ==
	    1, "no issuer of an entry");
	GENERAL_NAMES_free(names);
}

static void
add_listed(X509_CRL *crl, const struct status_listed *l, int64_t at)
{
	X509_REVOKED *r = X509_REVOKED_new();
	ASN1_INTEGER *serial = number_of(l->serial);
	ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
	ASN1_TIME *when = ASN1_TIME_set(NULL, at);

	X509_REVOKED_set_serialNumber(r, serial);
	X509_REVOKED_set_revocationDate(r, when);
	ASN1_ENUMERATED_set(reason, l->reason);
	if (l->reason >= 0)
		must(X509_REVOKED_add1_ext_i2d(r, NID_crl_reason, reason, 0,
		    0) == 1, "no reason");
	if (l->issuer != NULL)
		add_issuer(r, l->issuer);
	must(X509_CRL_add0_revoked(crl, r) == 1, "no entry");
	ASN1_INTEGER_free(serial);
	ASN1_ENUMERATED_free(reason);
	ASN1_TIME_free(when);
}

static void
add_entries(X509_CRL *crl, const struct status_crl *l)
{
	for (int i = 0; i < l->more; i++) {
		char serial[32];
		const struct status_listed nobody = { serial, i % 3 ? 4 : -1,
		    NULL };

		snprintf(serial, sizeof serial, "7F00%08X", (unsigned)i);
		add_listed(crl, &nobody, l->this_update - 60);
	}
	for (int i = 0; i < STATUS_LISTED && l->listed[i].serial != NULL; i++)
		add_listed(crl, &l->listed[i], l->this_update - 60);
}

static void
add_crl_extensions(X509_CRL *crl, const struct status_crl *l)
{
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	X509V3_CTX ctx;

	ASN1_INTEGER_set(number, l->number);
	if (l->number != 0)
		must(X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) ==
		    1, "no number");
	ASN1_INTEGER_free(number);
	X509V3_set_ctx(&ctx, l->issuer, NULL, NULL, crl, 0);
	for (int i = 0; i < STATUS_EXTS && l->exts[i].name != NULL; i++) {
		X509_EXTENSION *e = extension(&ctx, &l->exts[i]);

		X509_CRL_add_ext(crl, e, -1);
		X509_EXTENSION_free(e);
	}
}

static void
sign_list(X509_CRL *crl, const struct status_crl *l)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;

	must(EVP_DigestSignInit(ctx, &pctx, EVP_sha256(), NULL, l->key) == 1,
	    "no key");
	if (l->pss) {
		EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, 32);
	}
	must(X509_CRL_sign_ctx(crl, ctx) > 0, "no signature");
	EVP_MD_CTX_free(ctx);
}

struct span
status_crl(const struct status_crl *l)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *t = ASN1_TIME_set(NULL, l->this_update);
	unsigned char *der = NULL;
	int len;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(l->issuer));
	X509_CRL_set1_lastUpdate(crl, t);
	ASN1_TIME_set(t, l->next_update);
	if (l->next_update != 0)
		X509_CRL_set1_nextUpdate(crl, t);
	add_entries(crl, l);
	add_crl_extensions(crl, l);
	sign_list(crl, l);
	len = i2d_X509_CRL(crl, &der);
	ASN1_TIME_free(t);
	X509_CRL_free(crl);
	return owned(der, len);
}
