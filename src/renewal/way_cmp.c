/*
 * Renewal by CMP: a key update (kur, RFC 4210 5.3.5, RFC 9483 4.1.3), which the
 * old key protects and the new one proves, or a PKCS #10 (p10cr, RFC 9483 4.1.4)
 * in the protection of the old key.  OpenSSL makes the messages and judges the
 * answers; both keys sign elsewhere.
 */
#include "config.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "renewal/way_parts.h"
#include "revocation/cmp_talk.h"
#include "revocation/officer.h"

#define BIT(name)	(1 << OSSL_CMP_PKIFAILUREINFO_##name)
#define SMALL_SIGNATURE	8	/* bytes of one by an EC key that nobody reads */

/*
 * Between OpenSSL and who signs by the old key: a question how it goes on is made
 * out of a request (cmp_talk.h), whose own protection is never seen, so the card
 * need not be troubled for that.
 */
struct mouth {
	struct officer_signer	 out;
	struct officer_signer	*real;
	bool			 mute;
	size_t			 len;
};

struct conversation {
	const struct way_job	*job;
	struct cmp_talk		 talk;
	struct mouth		 old;
	OSSL_CMP_CTX		*ctx;
	X509			*cert;		/* the old one */
	X509_REQ		*request;
};

static bool
has_cmp(const struct authority *a)
{
	return a->cmp_url[0] != '\0';
}

static bool
is_update(const struct way_job *job)
{
	return strcmp(job->authority->cmp_renewal, "p10cr") != 0;
}

/* --- who signs ---------------------------------------------------------------------- */

static int
speak(void *arg, const uint8_t id[32], const struct card_digest *digest,
    struct card_signature *signature, struct err *err)
{
	struct mouth *m = arg;

	if (!m->mute)
		return m->real->sign(m->real->arg, id, digest, signature, err);
	memset(signature->bytes, 0, sizeof signature->bytes);
	signature->len = m->len;
	return 0;
}

static EVP_PKEY *
key_of(EVP_PKEY *pub, struct officer_signer *signer)
{
	unsigned char *spki = NULL, id[EVP_MAX_MD_SIZE];
	int len = pub != NULL ? i2d_PUBKEY(pub, &spki) : -1;
	EVP_PKEY *key = NULL;

	if (len > 0 && EVP_Digest(spki, (size_t)len, id, NULL, EVP_sha256(),
	    NULL) == 1)
		key = officer_key_of(pub, id, signer);
	OPENSSL_free(spki);
	return key;
}

static int
set_old(struct conversation *c, struct err *err)
{
	EVP_PKEY *pub = X509_get0_pubkey(c->cert), *key;
	int rc = 0;

	c->old.real = c->job->by_old;
	c->old.out = (struct officer_signer){ .sign = speak, .arg = &c->old,
		.err = ERR_INIT };
	key = key_of(pub, &c->old.out);
	if (key == NULL)
		return err_set(err, ERR_CARD_KEY_KIND, c->job->view->plan.token,
		    "neither RSA nor EC");
	c->old.len = EVP_PKEY_get_base_id(pub) == EVP_PKEY_RSA ?
	    (size_t)EVP_PKEY_get_size(pub) : SMALL_SIGNATURE;
	if (OSSL_CMP_CTX_set1_cert(c->ctx, c->cert) != 1 ||
	    OSSL_CMP_CTX_set1_pkey(c->ctx, key) != 1)
		rc = cmp_failed(err, &c->talk, "OSSL_CMP_CTX_set1_pkey");
	EVP_PKEY_free(key);
	return rc;
}

/* --- what is asked for ------------------------------------------------------------------ */

/* As the request says it, which somebody has read before it was signed. */
static int
set_update(struct conversation *c, bool again, struct err *err)
{
	X509_EXTENSIONS *exts = X509_REQ_get_extensions(c->request);
	EVP_PKEY *pub = X509_REQ_get0_pubkey(c->request);
	EVP_PKEY *key = again ? NULL : key_of(pub, c->job->by_new);

	if (again && pub != NULL && EVP_PKEY_up_ref(pub) == 1)
		key = pub;
	if (key == NULL || OSSL_CMP_CTX_set0_newPkey(c->ctx, 1, key) != 1) {
		EVP_PKEY_free(key);
		sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
		return cmp_failed(err, &c->talk, "OSSL_CMP_CTX_set0_newPkey");
	}
	if (sk_X509_EXTENSION_num(exts) > 0 &&
	    OSSL_CMP_CTX_set0_reqExtensions(c->ctx, exts) == 1)
		exts = NULL;
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
	if (OSSL_CMP_CTX_set1_oldCert(c->ctx, c->cert) != 1 ||
	    OSSL_CMP_CTX_set1_subjectName(c->ctx,
	    X509_REQ_get_subject_name(c->request)) != 1 ||
	    (again && OSSL_CMP_CTX_set_option(c->ctx, OSSL_CMP_OPT_POPO_METHOD,
	    OSSL_CRMF_POPO_NONE) != 1))
		return cmp_failed(err, &c->talk, "OSSL_CMP_CTX_set1_oldCert");
	return 0;
}

static int
set_request(struct conversation *c, struct err *err)
{
	return OSSL_CMP_CTX_set1_p10CSR(c->ctx, c->request) == 1 ? 0 :
	    cmp_failed(err, &c->talk, "OSSL_CMP_CTX_set1_p10CSR");
}

/* --- all together ------------------------------------------------------------------------ */

static int
read_job(struct conversation *c, struct err *err)
{
	const struct way_job *job = c->job;
	const unsigned char *p = job->old.p;

	c->cert = d2i_X509(NULL, &p, (long)job->old.len);
	p = job->request.p;
	c->request = d2i_X509_REQ(NULL, &p, (long)job->request.len);
	if (c->cert != NULL && c->request != NULL && job->by_old != NULL &&
	    (job->by_new != NULL || !is_update(job)))
		return 0;
	ERR_clear_error();
	return err_set(err, ERR_BAD_DATA, job->authority->name,
	    "no old certificate, request or signer");
}

/* again: it is asked how an earlier request goes on. */
static int
prepare(struct conversation *c, bool again, struct err *err)
{
	const struct way_job *job = c->job;

	if (read_job(c, err) == -1)
		return -1;
	if ((c->ctx = OSSL_CMP_CTX_new(NULL, NULL)) == NULL)
		panic("out of memory");
	if (set_old(c, err) == -1 ||
	    (is_update(job) ? set_update(c, again, err) :
	    set_request(c, err)) == -1 ||
	    cmp_trust(c->ctx, &c->talk, NULL, err) == -1 ||
	    cmp_recipient(c->ctx, &c->talk, X509_get_issuer_name(c->cert),
	    err) == -1 || cmp_transaction(c->ctx, &c->talk, err) == -1)
		return -1;
	/* A confirmation would be one more signature of the old key. */
	if (OSSL_CMP_CTX_set_option(c->ctx, OSSL_CMP_OPT_IMPLICIT_CONFIRM,
	    1) != 1)
		return cmp_failed(err, &c->talk, "OSSL_CMP_CTX_set_option");
	cmp_talk_begin(c->ctx, &c->talk);
	return 0;
}

static void
begin(struct conversation *c, const struct way_job *job, bool again)
{
	*c = (struct conversation){ .job = job, .talk = {
		.authority = job->authority, .net = job->net,
		.transaction = job->view->transaction, .cancel = job->cancel,
		.now = job->now, .nonsense = ERR_WAY_TALK,
		.waited = again ? job->view->reference : "",
		.certificate = is_update(job), .mute = &c->old.mute,
		.err = ERR_INIT } };
	c->old.mute = again;
}

static void
end(struct conversation *c)
{
	OSSL_CMP_CTX_free(c->ctx);
	X509_free(c->cert);
	X509_REQ_free(c->request);
	ERR_clear_error();
}

/* --- how it came out ------------------------------------------------------------------------ */

/* PKIFailureInfo (RFC 4210 5.2.3) that is no last word. */
static const struct {
	int		 bits;
	enum way_result	 result;
	enum err_code	 code;
} failures[] = {
	/* Seen there before: how it goes on has to be asked. */
	{ BIT(transactionIdInUse), WAY_SENT, ERR_NONE },
	{ BIT(systemUnavail) | BIT(systemFailure) | BIT(badTime) |
	    BIT(timeNotAvailable), WAY_FAILED, ERR_NET_STATUS },
};

/* To be asked for again, by the nonce of what was answered. */
static void
put_aside(const struct conversation *c, int64_t after, struct way_outcome *o)
{
	o->result = WAY_SENT;
	o->retry_at = way_retry(c->job->now, after > CMP_AFTER_MAX ?
	    CMP_AFTER_MAX : after);
	memcpy(o->reference, c->talk.nonce, sizeof o->reference);
}

static void
add_all(struct way_certs *certs, STACK_OF(X509) *stack)
{
	for (int i = 0; i < sk_X509_num(stack); i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(sk_X509_value(stack, i), &der);

		if (len > 0)
			way_add_cert(span_of(der, (size_t)len), certs);
		OPENSSL_free(der);
	}
	sk_X509_pop_free(stack, X509_free);
}

/* Whatever it is: whose key, name and issuer it has, intake.c looks at. */
static void
issued(struct conversation *c, struct way_outcome *o)
{
	struct way_certs certs = { .out = &o->body };
	unsigned char *der = NULL;
	int len = i2d_X509(OSSL_CMP_CTX_get0_newCert(c->ctx), &der);

	if (len > 0)
		way_add_cert(span_of(der, (size_t)len), &certs);
	OPENSSL_free(der);
	add_all(&certs, OSSL_CMP_CTX_get1_caPubs(c->ctx));
	add_all(&certs, OSSL_CMP_CTX_get1_extraCertsIn(c->ctx));
	if (o->body.len > 0)
		o->result = WAY_ISSUED;
	else
		(void)err_set(&o->err, ERR_WAY_TALK,
		    c->job->authority->cmp_url, "a certificate too big");
}

static void
rejected(struct conversation *c, struct way_outcome *o)
{
	int bits = OSSL_CMP_CTX_get_failInfoCode(c->ctx);
	enum err_code code = ERR_WAY_REFUSED;
	char *words = cmp_words(c->ctx);

	o->result = WAY_REFUSED;
	for (size_t i = 0; bits > 0 && i < sizeof failures / sizeof *failures;
	    i++) {
		if ((bits & failures[i].bits) != 0) {
			o->result = failures[i].result;
			code = failures[i].code;
		}
	}
	if (code != ERR_NONE)
		(void)err_set(&o->err, code, c->job->authority->name,
		    "PKIFailureInfo %#x", bits > 0 ? (unsigned)bits : 0);
	if (o->result != WAY_REFUSED)
		o->retry_at = way_retry(c->job->now, 0);
	if (o->result == WAY_SENT)
		memcpy(o->reference, c->talk.nonce, sizeof o->reference);
	way_words(o, words);
	free(words);
}

/* Nothing goes out unsigned: what the card said comes first. */
static const struct err *
unsigned_why(const struct conversation *c)
{
	if (c->old.out.err.code != ERR_NONE)
		return &c->old.out.err;
	return c->job->by_new != NULL && c->job->by_new->err.code != ERR_NONE ?
	    &c->job->by_new->err : NULL;
}

static void
not_issued(struct conversation *c, struct way_outcome *o)
{
	const struct err *why = unsigned_why(c);

	o->unsent = why != NULL;
	if (why == NULL && c->talk.err.code != ERR_NONE)
		why = &c->talk.err;
	if (why != NULL)
		o->err = *why;
	else if (c->talk.waiting)
		put_aside(c, c->talk.after, o);
	else if (c->talk.unpolled) {
		/* There it cannot be asked for: the request is repeated. */
		o->result = WAY_SENT;
		o->retry_at = way_retry(c->job->now, 0);
	} else if (OSSL_CMP_CTX_get_status(c->ctx) ==
	    OSSL_CMP_PKISTATUS_rejection)
		rejected(c, o);
	else
		(void)cmp_unbelieved(&c->talk, &o->err);
}

/* OpenSSL itself would not have it: what is wrong with it intake.c tells. */
static bool
is_unwanted(void)
{
	unsigned long e = ERR_peek_last_error();

	return ERR_GET_LIB(e) == ERR_LIB_CMP &&
	    ERR_GET_REASON(e) == CMP_R_CERTIFICATE_NOT_ACCEPTED;
}

/*
 * It came, but that it was taken the authority does not know: it may take it back,
 * so that it counts for nothing and the request is repeated.
 */
static void
unconfirmed(const struct conversation *c, struct way_outcome *o)
{
	const struct err *why = unsigned_why(c);
	struct err other = ERR_INIT;

	if (why == NULL && c->talk.err.code != ERR_NONE)
		why = &c->talk.err;
	if (why == NULL) {
		(void)cmp_unbelieved(&c->talk, &other);
		why = &other;
	}
	(void)err_set(&o->err, ERR_WAY_UNCONFIRMED, c->job->authority->name,
	    "%s: %s", err_id(why->code), why->detail);
}

/* --- the way ------------------------------------------------------------------------------------ */

static void
talk(const struct way_job *job, bool again, struct way_outcome *o)
{
	struct conversation c;
	int rc, after = 0;

	way_begin(o);
	begin(&c, job, again);
	if (prepare(&c, again, &o->err) == -1)
		o->unsent = true;
	else {
		rc = OSSL_CMP_try_certreq(c.ctx, is_update(job) ?
		    OSSL_CMP_KUR : OSSL_CMP_P10CR, NULL, &after);
		if (rc == -1)
			put_aside(&c, after, o);
		else if (OSSL_CMP_CTX_get0_newCert(c.ctx) == NULL)
			not_issued(&c, o);
		else if (rc == 1 || is_unwanted())
			issued(&c, o);
		else
			unconfirmed(&c, o);
	}
	end(&c);
}

static void
cmp_send(const struct way_job *job, struct way_outcome *o)
{
	talk(job, false, o);
}

static void
cmp_ask(const struct way_job *job, struct way_outcome *o)
{
	talk(job, job->view->reference[0] != '\0', o);
}

const struct way way_cmp = {
	.id = "cmp",
	.name = N_("by CMP"),
	.machine = true,
	.by_old = true,
	.configured = has_cmp,
	.send = cmp_send,
	.ask = cmp_ask,
};
