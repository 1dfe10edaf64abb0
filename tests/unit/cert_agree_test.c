/*
 * Every field of every profile as OpenSSL sees it.  OpenSSL reads with code of
 * its own, so an agreement is more than our reader's word.  The few profiles it
 * refuses are named, with what they are for.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "cert/cert.h"
#include "tests/unit/certmake.h"

/* Refused by OpenSSL 3.0 as a whole: the reason for a reader of our own. */
static const char *const refused[] = {
	"name-bad-utf8", "name-bmp-odd", "name-integer", "serial-padded",
	"serial-negative-padded",
};

struct pair {
	struct cert	*ours;
	X509		*theirs;
};

static bool
is_refused(const char *name)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (strcmp(refused[i], name) == 0)
			return true;
	}
	return false;
}

static void
agree_serial(const struct pair *p)
{
	const ASN1_INTEGER *n = X509_get0_serialNumber(p->theirs);
	BIGNUM *bn = ASN1_INTEGER_to_BN(n, NULL);
	uint8_t bytes[2048];
	size_t len = (size_t)BN_bn2bin(bn, bytes);
	char *dec = BN_bn2dec(bn);

	if (len == 0)
		bytes[len++] = 0;
	if (len > CERT_SERIAL_MAX) {
		assert_true(p->ours->odd & ODD_SERIAL_CUT);
		assert_string_equal(p->ours->serial_dec, "");
		len = CERT_SERIAL_MAX;
	} else
		assert_string_equal(p->ours->serial_dec, dec);
	assert_int_equal(p->ours->serial_len, len);
	assert_memory_equal(p->ours->serial, bytes, len);
	assert_int_equal(strlen(p->ours->serial_hex), len * 2);
	OPENSSL_free(dec);
	BN_free(bn);
}

/* OpenSSL's UTF-8 of a value, NUL bytes and all; where it makes none, none. */
static void
agree_value(const struct cert_attr *attr, const ASN1_STRING *s, unsigned odd)
{
	unsigned char *utf8 = NULL;
	int len = ASN1_STRING_to_UTF8(&utf8, s);

	if (len < 0 || odd & (ODD_NAME_NUL | ODD_NAME_ENCODING)) {
		assert_true(len < 0 ||
		    text_flags(attr->value, strlen(attr->value)) == 0);
	} else {
		assert_int_equal(strlen(attr->value), len);
		assert_memory_equal(attr->value, utf8, (size_t)len);
	}
	OPENSSL_free(utf8);
}

static void
agree_name(const struct cert_name *ours, const X509_NAME *theirs, unsigned odd)
{
	assert_int_equal(ours->nattrs, X509_NAME_entry_count(theirs));
	for (size_t i = 0; i < ours->nattrs; i++) {
		const X509_NAME_ENTRY *e = X509_NAME_get_entry(theirs, (int)i);
		const ASN1_OBJECT *o = X509_NAME_ENTRY_get_object(e);
		int nid = OBJ_obj2nid(o);
		char dots[128];

		OBJ_obj2txt(dots, sizeof(dots), o, 1);
		assert_string_equal(ours->attrs[i].oid, dots);
		assert_string_equal(ours->attrs[i].name,
		    nid == NID_undef ? dots : OBJ_nid2sn(nid));
		assert_int_equal(ours->attrs[i].joined, i > 0 &&
		    X509_NAME_ENTRY_set(e) == X509_NAME_ENTRY_set(
		    X509_NAME_get_entry(theirs, (int)i - 1)));
		if (ours->attrs[i].value[0] != '#')
			agree_value(&ours->attrs[i],
			    X509_NAME_ENTRY_get_data(e), odd);
	}
}

static void
agree_time(int64_t ours, const ASN1_TIME *theirs)
{
	struct tm tm;
	int64_t t;

	if (ours == CERT_NO_TIME) {
		assert_int_equal(ASN1_TIME_to_tm(theirs, &tm), 0);
		return;
	}
	assert_int_equal(ASN1_TIME_to_tm(theirs, &tm), 1);
	t = timegm(&tm);
	assert_int_equal(ours, t);
}

static void
agree_key(const struct pair *p)
{
	EVP_PKEY *key = X509_get0_pubkey(p->theirs);
	unsigned char *der = NULL;
	uint8_t sum[32];
	size_t raw = 0;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(p->theirs), &der);
	static const int bases[] = {
		[KEY_RSA] = EVP_PKEY_RSA, [KEY_EC] = EVP_PKEY_EC,
		[KEY_ED25519] = EVP_PKEY_ED25519, [KEY_ED448] = EVP_PKEY_ED448,
	};

	assert_int_equal(bases[p->ours->key_type], EVP_PKEY_get_base_id(key));
	if (EVP_PKEY_get_raw_public_key(key, NULL, &raw) == 1)
		assert_int_equal(p->ours->key_bits, raw * 8);
	else
		assert_int_equal(p->ours->key_bits, EVP_PKEY_get_bits(key));
	EVP_Digest(der, (size_t)len, sum, NULL, EVP_sha256(), NULL);
	assert_memory_equal(sum, p->ours->spki_sha256, sizeof(sum));
	assert_int_equal(X509_digest(p->theirs, EVP_sha256(), sum, NULL), 1);
	assert_memory_equal(sum, p->ours->sha256, sizeof(sum));
	OPENSSL_free(der);
}

static void
agree_usage(const struct pair *p)
{
	const struct cert *c = p->ours;
	BASIC_CONSTRAINTS *bc;
	ASN1_BIT_STRING *ns;
	EXTENDED_KEY_USAGE *eku;
	int critical;
	ASN1_BIT_STRING *ku = X509_get_ext_d2i(p->theirs, NID_key_usage,
	    &critical, NULL);

	assert_int_equal(c->has_ku, ku != NULL);
	assert_int_equal(c->ku_critical, ku != NULL && critical == 1);
	for (int i = 0; ku != NULL && i < 9; i++)
		assert_int_equal((c->ku >> i) & 1, ASN1_BIT_STRING_get_bit(ku, i));
	ASN1_BIT_STRING_free(ku);
	eku = X509_get_ext_d2i(p->theirs, NID_ext_key_usage, &critical, NULL);
	/* OpenSSL passes over bytes behind the list, which we call damaged. */
	assert_true(c->has_eku || eku == NULL);
	if (!(c->odd & ODD_EXTENSION))
		assert_int_equal(c->neku, eku ? sk_ASN1_OBJECT_num(eku) : 0);
	for (int i = 0; i < (int)c->neku; i++)
		assert_string_equal(c->eku[i],
		    OBJ_nid2sn(OBJ_obj2nid(sk_ASN1_OBJECT_value(eku, i))));
	EXTENDED_KEY_USAGE_free(eku);
	ns = X509_get_ext_d2i(p->theirs, NID_netscape_cert_type, NULL, NULL);
	assert_int_equal(c->has_ns, ns != NULL);
	for (int i = 0; ns != NULL && i < 8; i++)
		assert_int_equal((c->ns >> i) & 1, ASN1_BIT_STRING_get_bit(ns, i));
	ASN1_BIT_STRING_free(ns);
	bc = X509_get_ext_d2i(p->theirs, NID_basic_constraints, NULL, NULL);
	assert_int_equal(c->has_bc, bc != NULL);
	assert_int_equal(c->is_ca, bc != NULL && bc->ca != 0);
	assert_int_equal(c->path_len, bc != NULL && bc->pathlen != NULL ?
	    ASN1_INTEGER_get(bc->pathlen) : -1);
	BASIC_CONSTRAINTS_free(bc);
}

static void
agree_addresses(const struct pair *p)
{
	const struct cert *c = p->ours;
	STACK_OF(OPENSSL_STRING) *mail = X509_get1_email(p->theirs);
	STACK_OF(OPENSSL_STRING) *ocsp = X509_get1_ocsp(p->theirs);
	GENERAL_NAMES *san = X509_get_ext_d2i(p->theirs, NID_subject_alt_name,
	    NULL, NULL);

	for (size_t i = 0; i < c->nocsp; i++)
		assert_string_equal(c->ocsp[i],
		    sk_OPENSSL_STRING_value(ocsp, (int)i));
	assert_int_equal(c->nocsp, ocsp ? sk_OPENSSL_STRING_num(ocsp) : 0);
	for (int i = 0; i < sk_OPENSSL_STRING_num(mail); i++) {
		bool found = (c->odd & ODD_LIST_CUT) != 0 ||
		    (c->subject.email != NULL && strcmp(c->subject.email,
		    sk_OPENSSL_STRING_value(mail, i)) == 0);

		for (size_t k = 0; k < c->nsan; k++)
			found |= strcmp(c->san[k].value,
			    sk_OPENSSL_STRING_value(mail, i)) == 0;
		assert_true(found);
	}
	if (c->odd & ODD_LIST_CUT)
		assert_int_equal(c->nsan, CERT_LIST_MAX);
	else
		assert_int_equal(c->nsan, san ? sk_GENERAL_NAME_num(san) : 0);
	GENERAL_NAMES_free(san);
	X509_email_free(ocsp);
	X509_email_free(mail);
}

static void
agree_identifiers(const struct pair *p)
{
	const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(p->theirs);
	const ASN1_OCTET_STRING *aki = X509_get0_authority_key_id(p->theirs);
	char hex[128];

	assert_int_equal(p->ours->ski != NULL, ski != NULL);
	assert_int_equal(p->ours->aki != NULL, aki != NULL);
	if (ski != NULL)
		assert_string_equal(p->ours->ski, text_hex(
		    ASN1_STRING_get0_data(ski), (size_t)ASN1_STRING_length(ski),
		    0, hex, sizeof(hex)));
	if (aki != NULL)
		assert_string_equal(p->ours->aki, text_hex(
		    ASN1_STRING_get0_data(aki), (size_t)ASN1_STRING_length(aki),
		    0, hex, sizeof(hex)));
}

static void
agree(const struct make *m)
{
	size_t len;
	uint8_t *der = make_cert(m, &len);
	const unsigned char *at = der;
	struct err err = ERR_INIT;
	struct pair p = { .theirs = d2i_X509(NULL, &at, (long)len) };

	assert_int_equal(cert_parse(der, len, &p.ours, &err), 0);
	assert_int_equal(p.theirs == NULL, is_refused(m->name));
	if (p.theirs != NULL) {
		assert_int_equal(p.ours->version, X509_get_version(p.theirs) + 1);
		assert_string_equal(p.ours->signature_alg,
		    OBJ_nid2ln(X509_get_signature_nid(p.theirs)));
		agree_serial(&p);
		agree_name(&p.ours->subject, X509_get_subject_name(p.theirs),
		    p.ours->odd);
		agree_name(&p.ours->issuer, X509_get_issuer_name(p.theirs),
		    p.ours->odd);
		agree_time(p.ours->not_before, X509_get0_notBefore(p.theirs));
		agree_time(p.ours->not_after, X509_get0_notAfter(p.theirs));
		agree_key(&p);
		agree_usage(&p);
		agree_addresses(&p);
		agree_identifiers(&p);
	}
	X509_free(p.theirs);
	cert_free(p.ours);
	free(der);
}

static void
test_every_field(void **state)
{
	const struct make *m;

	(void)state;
	for (size_t i = 0; (m = make_profile_at(i)) != NULL; i++) {
		print_message("# %s\n", m->name);
		agree(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
