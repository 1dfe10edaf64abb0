/* What a CMP request is made of: who asks, whom is believed, what is revoked. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "revocation/cmp_parts.h"
#include "revocation/officer.h"

static int
failed(struct err *err, const struct channel_job *job, const char *call)
{
	unsigned long e = ERR_peek_last_error();

	ERR_clear_error();
	return err_raw(err, ERR_UNKNOWN, ORIGIN_OPENSSL, e,
	    job->authority->name, "%s", call);
}

/* --- whom is believed ---------------------------------------------------------- */

static bool
in_store(X509_STORE *store, const X509 *x)
{
	STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(store);

	for (int i = 0; i < sk_X509_OBJECT_num(all); i++) {
		const X509 *have =
		    X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));

		if (have != NULL && X509_cmp(have, x) == 0)
			return true;
	}
	return false;
}

/* id-kp-cmcCA, id-kp-cmcRA: made to speak for the authority (RFC 9483 1.5). */
static bool
speaks_for_ca(X509 *x)
{
	EXTENDED_KEY_USAGE *eku = X509_get_ext_d2i(x, NID_ext_key_usage, NULL,
	    NULL);
	bool does = false;

	for (int i = 0; i < sk_ASN1_OBJECT_num(eku); i++) {
		int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(eku, i));

		does = does || nid == NID_cmcCA || nid == NID_cmcRA;
	}
	EXTENDED_KEY_USAGE_free(eku);
	return does;
}

/*
 * A chain to the authority is not enough: every holder has one.  Who signs must
 * be in the file of those that are trusted, or be made for it by one of them.
 */
static int
may_sign(int ok, X509_STORE_CTX *ctx)
{
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);

	if (ok != 1 || X509_STORE_CTX_get_error_depth(ctx) != 0 ||
	    in_store(X509_STORE_CTX_get0_store(ctx), x) || speaks_for_ca(x))
		return ok;
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_INVALID_PURPOSE);
	return 0;
}

static void
trust(X509_STORE *store, STACK_OF(X509) *certs)
{
	for (int i = 0; i < sk_X509_num(certs); i++) {
		if (X509_STORE_add_cert(store, sk_X509_value(certs, i)) != 1)
			panic("out of memory");
	}
}

/* The configured signers; without any, the issuer may sign for itself. */
static int
set_trust(OSSL_CMP_CTX *ctx, const struct channel_job *job, X509 *issuer,
    struct err *err)
{
	const char *file = job->authority->cmp_trusted;
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *certs = NULL;

	if (store == NULL)
		panic("out of memory");
	if (file[0] != '\0' &&
	    officer_certs(file, ERR_CONFIG, &certs, err) == -1) {
		X509_STORE_free(store);
		return -1;
	}
	trust(store, certs);
	if (certs == NULL && X509_STORE_add_cert(store, issuer) != 1)
		panic("out of memory");
	sk_X509_pop_free(certs, X509_free);
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store),
	    (time_t)job->now);
	X509_STORE_set_verify_cb(store, may_sign);
	if (OSSL_CMP_CTX_set0_trustedStore(ctx, store) == 1)
		return 0;
	X509_STORE_free(store);
	return failed(err, job, "OSSL_CMP_CTX_set0_trustedStore");
}

/* --- who asks -------------------------------------------------------------------- */

bool
cmp_by_password(const struct channel_job *job)
{
	return job->password != NULL && job->authority->cmp_password;
}

static int
set_password(OSSL_CMP_CTX *ctx, const struct channel_job *job,
    struct err *err)
{
	const struct record *cert = &job->row->cert;
	char serial[CERT_SERIAL_MAX * 2 + 1];
	const char *ref = job->password_ref;

	/* Where nobody was told a name for it, it goes by the serial number. */
	if (ref == NULL || ref[0] == '\0')
		ref = text_hex(cert->serial, cert->serial_len, 0, serial,
		    sizeof serial);
	if (OSSL_CMP_CTX_set1_referenceValue(ctx, (const unsigned char *)ref,
	    (int)strlen(ref)) == 1 &&
	    OSSL_CMP_CTX_set1_secretValue(ctx,
	    (const unsigned char *)secret_peek(job->password),
	    (int)secret_len(job->password)) == 1)
		return 0;
	return failed(err, job, "OSSL_CMP_CTX_set1_secretValue");
}

static int
set_officer(OSSL_CMP_CTX *ctx, const struct channel_job *job, struct err *err)
{
	const struct authority *a = job->authority;
	struct officer o;
	int rc;

	if (a->cmp_key_on_card)
		rc = job->signer == NULL ?
		    err_set(err, ERR_OFFICER_CARD, a->name, NULL) :
		    officer_load_card(&o, a->cmp_certificate, job->signer,
		    job->now, err);
	else if (a->cmp_key[0] == '\0' && a->cmp_password)
		rc = err_set(err, ERR_CHANNEL_PASSWORD, a->name, NULL);
	else
		rc = officer_load(&o, a->cmp_certificate, a->cmp_key, job->now,
		    err);
	if (rc == -1)
		return -1;
	/* OpenSSL 3.0 makes no list of none, and then fails for want of one. */
	if (OSSL_CMP_CTX_set1_cert(ctx, o.cert) != 1 ||
	    OSSL_CMP_CTX_set1_pkey(ctx, o.key) != 1 ||
	    (sk_X509_num(o.chain) > 0 &&
	    OSSL_CMP_CTX_set1_untrusted(ctx, o.chain) != 1))
		rc = failed(err, job, "OSSL_CMP_CTX_set1_pkey");
	officer_clear(&o);
	return rc;
}

/* --- what is revoked --------------------------------------------------------------- */

/*
 * OpenSSL 3.0 takes issuer and serial number out of a certificate alone, and a
 * certificate is not kept.  One that has nothing else will do, as long as it is
 * whole: a key of the moment signs it, and nothing but these two is sent.
 */
static X509 *
made_certificate(X509 *issuer, const struct record *cert)
{
	BIGNUM *bn = BN_bin2bn(cert->serial, (int)cert->serial_len, NULL);
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	X509 *x = X509_new();

	if (bn == NULL || key == NULL || x == NULL ||
	    BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x)) == NULL ||
	    X509_set_issuer_name(x, X509_get_subject_name(issuer)) != 1 ||
	    X509_set1_notBefore(x, X509_get0_notBefore(issuer)) != 1 ||
	    X509_set1_notAfter(x, X509_get0_notAfter(issuer)) != 1 ||
	    X509_set_pubkey(x, key) != 1 || X509_sign(x, key, NULL) == 0) {
		X509_free(x);
		x = NULL;
	}
	EVP_PKEY_free(key);
	BN_free(bn);
	return x;
}

static int
set_what(OSSL_CMP_CTX *ctx, const struct channel_job *job, X509 *issuer,
    struct err *err)
{
	X509 *x = made_certificate(issuer, &job->row->cert);
	int reason = channel_reason(job->view);
	int rc = 0;

	if (x == NULL || OSSL_CMP_CTX_set1_oldCert(ctx, x) != 1 ||
	    (reason > 0 && OSSL_CMP_CTX_set_option(ctx,
	    OSSL_CMP_OPT_REVOCATION_REASON, reason) != 1))
		rc = failed(err, job, "OSSL_CMP_CTX_set1_oldCert");
	X509_free(x);
	return rc;
}

/* The same on every try, so that a server sees one and the same request. */
static int
set_transaction(OSSL_CMP_CTX *ctx, const struct channel_job *job,
    struct err *err)
{
	ASN1_OCTET_STRING *id;
	unsigned char *bytes;
	long len;
	int rc = 0;

	if (job->transaction == NULL)
		return 0;
	bytes = OPENSSL_hexstr2buf(job->transaction, &len);
	id = ASN1_OCTET_STRING_new();
	if (id == NULL)
		panic("out of memory");
	if (bytes == NULL || ASN1_OCTET_STRING_set(id, bytes, (int)len) != 1 ||
	    OSSL_CMP_CTX_set1_transactionID(ctx, id) != 1)
		rc = failed(err, job, "OSSL_CMP_CTX_set1_transactionID");
	ASN1_OCTET_STRING_free(id);
	OPENSSL_free(bytes);
	return rc;
}

/* --- to whom ------------------------------------------------------------------------- */

/* "C=PL, CN=Example", in this order; NULL when it cannot be read so. */
static X509_NAME *
name_of_line(const char *line)
{
	X509_NAME *name = X509_NAME_new();
	char *copy = mem_strdup(line), *rest = copy, *part;
	bool good = name != NULL;

	while (good && (part = strsep(&rest, ",")) != NULL) {
		char *value = strchr(part, '=');

		part += strspn(part, " ");
		good = value != NULL;
		if (!good)
			break;
		*value++ = '\0';
		good = X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8,
		    (const unsigned char *)value, -1, -1, 0) == 1;
	}
	free(copy);
	if (good)
		return name;
	X509_NAME_free(name);
	return NULL;
}

static int
set_recipient(OSSL_CMP_CTX *ctx, const struct channel_job *job, X509 *issuer,
    struct err *err)
{
	const char *line = job->authority->cmp_recipient;
	X509_NAME *name = line[0] == '\0' ?
	    X509_NAME_dup(X509_get_subject_name(issuer)) : name_of_line(line);
	int rc = 0;

	if (name == NULL) {
		ERR_clear_error();
		return err_set(err, ERR_CONFIG, line, "[cmp] recipient");
	}
	if (OSSL_CMP_CTX_set1_recipient(ctx, name) != 1)
		rc = failed(err, job, "OSSL_CMP_CTX_set1_recipient");
	X509_NAME_free(name);
	return rc;
}

/* --- all together -------------------------------------------------------------------- */

static int
issuer_cert(const struct channel_job *job, X509 **issuer, struct err *err)
{
	const unsigned char *p;
	uint8_t *der;
	size_t len;

	*issuer = NULL;
	if (channel_issuer(job, &der, &len, err) == -1)
		return -1;
	p = der;
	*issuer = d2i_X509(NULL, &p, (long)len);
	free(der);
	if (*issuer != NULL)
		return 0;
	ERR_clear_error();
	return err_set(err, ERR_NO_ISSUER, job->row->cert.issuer.shown,
	    "the certificate that is kept cannot be read");
}

int
cmp_context(const struct channel_job *job, OSSL_CMP_CTX **out, struct err *err)
{
	OSSL_CMP_CTX *ctx;
	X509 *issuer;
	int rc;

	*out = NULL;
	if (issuer_cert(job, &issuer, err) == -1)
		return -1;
	if ((ctx = OSSL_CMP_CTX_new(NULL, NULL)) == NULL)
		panic("out of memory");
	rc = cmp_by_password(job) ? set_password(ctx, job, err) :
	    set_officer(ctx, job, err);
	if (rc == -1 || set_trust(ctx, job, issuer, err) == -1 ||
	    set_recipient(ctx, job, issuer, err) == -1 ||
	    set_what(ctx, job, issuer, err) == -1 ||
	    set_transaction(ctx, job, err) == -1) {
		OSSL_CMP_CTX_free(ctx);
		ctx = NULL;
		rc = -1;
	}
	X509_free(issuer);
	*out = ctx;
	return rc;
}
