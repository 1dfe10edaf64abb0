/* What a CMP request is made of: who asks, whom is believed, what is revoked. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "revocation/cmp_parts.h"
#include "revocation/officer.h"

/* --- who asks -------------------------------------------------------------------- */

bool
cmp_by_password(const struct channel_job *job)
{
	return job->password != NULL && job->authority->cmp_password;
}

static int
set_password(OSSL_CMP_CTX *ctx, const struct channel_job *job,
    const struct cmp_talk *talk,
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
	return cmp_failed(err, talk, "OSSL_CMP_CTX_set1_secretValue");
}

static int
set_officer(OSSL_CMP_CTX *ctx, const struct channel_job *job,
    const struct cmp_talk *talk, struct err *err)
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
		rc = cmp_failed(err, talk, "OSSL_CMP_CTX_set1_pkey");
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
set_what(OSSL_CMP_CTX *ctx, const struct channel_job *job,
    const struct cmp_talk *talk, X509 *issuer,
    struct err *err)
{
	X509 *x = made_certificate(issuer, &job->row->cert);
	int reason = channel_reason(job->view);
	int rc = 0;

	if (x == NULL || OSSL_CMP_CTX_set1_oldCert(ctx, x) != 1 ||
	    (reason > 0 && OSSL_CMP_CTX_set_option(ctx,
	    OSSL_CMP_OPT_REVOCATION_REASON, reason) != 1))
		rc = cmp_failed(err, talk, "OSSL_CMP_CTX_set1_oldCert");
	X509_free(x);
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
cmp_context(const struct channel_job *job, const struct cmp_talk *talk,
    OSSL_CMP_CTX **out, struct err *err)
{
	OSSL_CMP_CTX *ctx;
	X509 *issuer;
	int rc;

	*out = NULL;
	if (issuer_cert(job, &issuer, err) == -1)
		return -1;
	if ((ctx = OSSL_CMP_CTX_new(NULL, NULL)) == NULL)
		panic("out of memory");
	rc = cmp_by_password(job) ? set_password(ctx, job, talk, err) :
	    set_officer(ctx, job, talk, err);
	if (rc == -1 || cmp_trust(ctx, talk, issuer, err) == -1 ||
	    cmp_recipient(ctx, talk, X509_get_subject_name(issuer),
	    err) == -1 || set_what(ctx, job, talk, issuer, err) == -1 ||
	    cmp_transaction(ctx, talk, err) == -1) {
		OSSL_CMP_CTX_free(ctx);
		ctx = NULL;
		rc = -1;
	}
	X509_free(issuer);
	*out = ctx;
	return rc;
}
