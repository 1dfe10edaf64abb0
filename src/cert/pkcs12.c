/* Certificates out of PKCS#12 (RFC 7292), by OpenSSL. */
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <string.h>

#include "cert/container.h"
#include "cert/der.h"

#define NESTING_MAX	4
#define ITERATIONS_MAX	5000000		/* of all key derivations: two seconds */

struct reading {
	const char	*password;
	int		 length;
	int64_t		 iterations;	/* that are left */
	container_fn	*found;
	void		*arg;
};

static void
give(PKCS12_SAFEBAG *bag, const struct reading *r)
{
	X509 *x = PKCS12_SAFEBAG_get1_cert(bag);
	unsigned char *der = NULL;
	int len = x != NULL ? i2d_X509(x, &der) : 0;

	r->found(len > 0 ? span_of(der, (size_t)len) : span_of(NULL, 0),
	    r->arg);
	OPENSSL_free(der);
	X509_free(x);
}

static void
read_bags(const STACK_OF(PKCS12_SAFEBAG) *bags, const struct reading *r,
    int depth)
{
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);

		switch (PKCS12_SAFEBAG_get_nid(bag)) {
		case NID_certBag:
			if (PKCS12_SAFEBAG_get_bag_nid(bag) ==
			    NID_x509Certificate)
				give(bag, r);
			break;
		case NID_safeContentsBag:
			if (depth < NESTING_MAX)
				read_bags(PKCS12_SAFEBAG_get0_safes(bag), r,
				    depth + 1);
			break;
		default:	/* keys, lists of revoked certificates, secrets */
			break;
		}
	}
}

/* The largest INTEGER within an algorithm's parameters, nested as they are. */
static int64_t
largest_integer(struct span in, int depth)
{
	int64_t largest = 0, n;
	struct der el;

	while (depth < NESTING_MAX && der_next(&in, &el) == 0) {
		n = 0;
		if (el.tag == DER_INTEGER && der_int64(el.body, &n) != 0)
			n = INT64_MAX;
		else if (el.tag == DER_SEQUENCE)
			n = largest_integer(el.body, depth + 1);
		if (n > largest)
			largest = n;
	}
	return largest;
}

/*
 * A file may not ask for hours of hashing: neither at once nor in many parts, and
 * of the ways to derive a key only by those whose work is their iterations.
 */
static bool
take(struct reading *r, int64_t iterations)
{
	if (iterations > r->iterations)
		return false;
	r->iterations -= iterations;
	return true;
}

/* PBES2 (RFC 8018 A.4) names its function; scrypt's work is another product. */
static bool
derives_by_iterations(const X509_ALGOR *alg, const ASN1_STRING *params)
{
	const unsigned char *p = ASN1_STRING_get0_data(params);
	PBE2PARAM *pbe;
	bool yes;

	if (OBJ_obj2nid(alg->algorithm) != NID_pbes2)
		return true;
	pbe = d2i_PBE2PARAM(NULL, &p, ASN1_STRING_length(params));
	yes = pbe != NULL &&
	    OBJ_obj2nid(pbe->keyfunc->algorithm) == NID_id_pbkdf2;
	PBE2PARAM_free(pbe);
	return yes;
}

static bool
encryption_is_quick(const PKCS7 *p7, struct reading *r)
{
	const X509_ALGOR *alg;
	const ASN1_STRING *params;
	const void *value;
	int type;

	if (p7->d.encrypted == NULL || p7->d.encrypted->enc_data == NULL)
		return false;
	alg = p7->d.encrypted->enc_data->algorithm;
	X509_ALGOR_get0(NULL, &type, &value, alg);
	if (type != V_ASN1_SEQUENCE)
		return false;
	params = value;
	return derives_by_iterations(alg, params) &&
	    take(r, largest_integer(span_of(ASN1_STRING_get0_data(params),
	    (size_t)ASN1_STRING_length(params)), 0));
}

/* Twice, where the password has to be guessed. */
static bool
mac_is_quick(const PKCS12 *p12, bool twice, struct reading *r)
{
	const ASN1_INTEGER *iterations = NULL;
	int64_t n = 1;

	PKCS12_get0_mac(NULL, NULL, NULL, &iterations, p12);
	if (iterations == NULL)
		return true;
	return ASN1_INTEGER_get_int64(&n, iterations) && n >= 0 &&
	    take(r, n) && (!twice || take(r, n));
}

static STACK_OF(PKCS12_SAFEBAG) *
open_safe(PKCS7 *p7, struct reading *r)
{
	if (PKCS7_type_is_data(p7))
		return PKCS12_unpack_p7data(p7);
	if (PKCS7_type_is_encrypted(p7) && encryption_is_quick(p7, r))
		return PKCS12_unpack_p7encdata(p7, r->password, r->length);
	return NULL;
}

static int
read_safes(const PKCS12 *p12, struct reading *r)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(p12);
	STACK_OF(PKCS12_SAFEBAG) *bags;
	int ret = safes != NULL ? 0 : -1;

	for (int i = 0; i < sk_PKCS7_num(safes); i++) {
		bags = open_safe(sk_PKCS7_value(safes, i), r);
		if (bags == NULL)
			ret = -1;
		else
			read_bags(bags, r, 0);
		sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	}
	sk_PKCS7_pop_free(safes, PKCS7_free);
	return ret;
}

/* None and "" are different passwords here, and both are met. */
static bool
choose_password(PKCS12 *p12, const struct secret *given, struct reading *r)
{
	static const char *const guesses[] = { NULL, "" };

	if (given != NULL) {
		r->password = secret_peek(given);
		r->length = (int)secret_len(given);
		return !PKCS12_mac_present(p12) ||
		    PKCS12_verify_mac(p12, r->password, r->length);
	}
	for (size_t i = 0; i < 2; i++) {
		r->password = guesses[i];
		r->length = 0;
		if (!PKCS12_mac_present(p12) ||
		    PKCS12_verify_mac(p12, r->password, 0))
			return true;
	}
	return false;
}

static int
read_p12(PKCS12 *p12, const struct secret *password, const char *name,
    struct reading *r, struct err *err)
{
	if (!mac_is_quick(p12, password == NULL, r))
		return err_set(err, ERR_BAD_DATA, name,
		    "more than %d iterations", ITERATIONS_MAX);
	if (!choose_password(p12, password, r))
		return err_set(err, ERR_WRONG_PASSWORD, name, NULL);
	if (read_safes(p12, r) != 0)
		return err_raw(err, ERR_BAD_DATA, ORIGIN_OPENSSL,
		    ERR_peek_error(), name, "a part of the PKCS#12 file");
	return 0;
}

int
pkcs12_each(struct span in, const struct secret *password, const char *name,
    container_fn *found, void *arg, struct err *err)
{
	struct reading r = { .iterations = ITERATIONS_MAX, .found = found,
	    .arg = arg };
	const unsigned char *p = in.p;
	/* A library context of its own: files of other systems want old ciphers. */
	OSSL_LIB_CTX *ctx = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *modern = OSSL_PROVIDER_load(ctx, "default");
	OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(ctx, "legacy");
	PKCS12 *p12 = PKCS12_init_ex(NID_pkcs7_data, ctx, NULL);
	int ret;

	if (d2i_PKCS12(&p12, &p, (long)in.len) == NULL)
		ret = err_set(err, ERR_NOT_A_CERT, name, NULL);
	else
		ret = read_p12(p12, password, name, &r, err);
	PKCS12_free(p12);
	if (legacy != NULL)
		OSSL_PROVIDER_unload(legacy);
	if (modern != NULL)
		OSSL_PROVIDER_unload(modern);
	OSSL_LIB_CTX_free(ctx);
	ERR_clear_error();
	return ret;
}
