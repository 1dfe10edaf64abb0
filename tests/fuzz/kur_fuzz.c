/*
 * Any bytes as what a CMP server answers to a renewal.  The first byte says what
 * the rest is: a whole message as it came, or only its body, which is then signed by
 * the trusted signer and of the right transaction; that body may answer a request
 * or our asking how it goes on.  Whatever comes, the outcome is one of ours, and
 * nothing that was not signed brings a certificate.  Two keys sign each time: too
 * slow for make check to replay.
 */
#include "config.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "renewal/way.h"
#include "revocation/officer.h"
#include "tests/fuzz/cmpwrap.h"

#define ANSWER_MAX	((size_t)64 << 10)
#define NOW		INT64_C(1795348800)	/* 2026-11-22 12:00 UTC */

static void
require(bool ok)
{
	if (!ok)
		abort();
}

/* Made once: who is trusted, the holder's old certificate, his request. */
static struct {
	EVP_PKEY	*signer, *old, *new;
	X509		*signer_cert;
	struct buf	 old_cert, request;
	OSSL_CMP_CTX	*ctx;		/* what the signer works with */
} made;

static struct {
	struct span	 input;
	bool		 wrapped;
	int		 asked;
} now;

/* By the trusted signer. */
static void
wrap(struct span request, struct span body, struct buf *answer)
{
	cmpwrap(made.ctx, request,
	    X509_get_subject_name(made.signer_cert), body, answer);
}

static void
add(struct buf *b, const void *p, size_t len)
{
	require(buf_add(b, p, len) == 0);
}

/* --- in place of the network, files and cards ------------------------------------------- */

/* A confirmation, and OpenSSL's own asking, are answered by the same. */
int
net_ask(struct net *net, const struct net_request *r, struct net_answer *a,
    struct err *err)
{
	(void)net;
	memset(a, 0, sizeof *a);
	buf_init(&a->body, r->max);
	if (now.asked++ > 3)
		return err_set(err, ERR_NET_CUT, r->url, NULL);
	a->status = 200;
	snprintf(a->type, sizeof a->type, "application/pkixcmp");
	if (now.wrapped)
		wrap(r->body, now.input, &a->body);
	else if (now.input.len > 0)
		add(&a->body, now.input.p, now.input.len);
	return 0;
}

void
net_answer_clear(struct net_answer *a)
{
	buf_clear(&a->body);
}

int
net_refused(const struct net_request *r, const struct net_answer *a,
    struct err *err)
{
	(void)a;
	return err_set(err, ERR_NET_STATUS, r->url, NULL);
}

int
officer_certs(const char *file, enum err_code code, STACK_OF(X509) **certs,
    struct err *err)
{
	(void)file, (void)code, (void)err;
	*certs = sk_X509_new_null();
	require(*certs != NULL && X509_up_ref(made.signer_cert) == 1 &&
	    sk_X509_push(*certs, made.signer_cert) > 0);
	return 0;
}

static int
sign(void *arg, const uint8_t id[32], const struct card_digest *d,
    struct card_signature *s, struct err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(arg, NULL);

	(void)id, (void)err;
	s->len = sizeof s->bytes;
	require(EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_sign(ctx, s->bytes,
	    &s->len, d->bytes, d->len) == 1);
	EVP_PKEY_CTX_free(ctx);
	return 0;
}

/* --- what is made once -------------------------------------------------------------------- */

static X509 *
certificate(const char *cn, EVP_PKEY *key, EVP_PKEY *by)
{
	X509 *x = X509_new();

	require(x != NULL && key != NULL && X509_NAME_add_entry_by_txt(
	    X509_get_subject_name(x), "CN", MBSTRING_ASC,
	    (const unsigned char *)cn, -1, -1, 0) == 1 &&
	    X509_NAME_add_entry_by_txt(X509_get_issuer_name(x), "CN",
	    MBSTRING_ASC, (const unsigned char *)"CA", -1, -1, 0) == 1 &&
	    ASN1_INTEGER_set(X509_get_serialNumber(x), 42) == 1 &&
	    ASN1_TIME_set(X509_getm_notBefore(x), NOW - 86400) != NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(x), NOW + 86400) != NULL &&
	    X509_set_pubkey(x, key) == 1 && X509_sign(x, by, EVP_sha256()) > 0);
	return x;
}

static void
make(void)
{
	X509_REQ *r = X509_REQ_new();
	unsigned char *der = NULL;
	X509 *old;
	int len;

	if (made.signer != NULL) {
		X509_REQ_free(r);
		return;
	}
	made.signer = EVP_EC_gen("P-256");
	made.old = EVP_EC_gen("P-256");
	made.new = EVP_EC_gen("P-256");
	made.signer_cert = certificate("CMP", made.signer, made.signer);
	old = certificate("Holder", made.old, made.signer);
	require((len = i2d_X509(old, &der)) > 0);
	buf_init(&made.old_cert, ANSWER_MAX);
	add(&made.old_cert, der, (size_t)len);
	OPENSSL_free(der);
	der = NULL;
	require(X509_REQ_set_subject_name(r, X509_get_subject_name(old)) ==
	    1 && X509_REQ_set_pubkey(r, made.new) == 1 &&
	    X509_REQ_sign(r, made.new, EVP_sha256()) > 0 &&
	    (len = i2d_X509_REQ(r, &der)) > 0);
	buf_init(&made.request, ANSWER_MAX);
	add(&made.request, der, (size_t)len);
	OPENSSL_free(der);
	X509_free(old);
	X509_REQ_free(r);
	require((made.ctx = OSSL_CMP_CTX_new(NULL, NULL)) != NULL &&
	    OSSL_CMP_CTX_set1_cert(made.ctx, made.signer_cert) == 1 &&
	    OSSL_CMP_CTX_set1_pkey(made.ctx, made.signer) == 1);
}

/* --- the target ------------------------------------------------------------------------------ */

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct way_outcome *o)
{
	require(strlen(o->words) < sizeof o->words);
	require(o->retry_at == 0 || o->retry_at > NOW);
	require((o->result == WAY_ISSUED) == (o->body.len > 0));
	if (o->result == WAY_FAILED || o->result == WAY_REFUSED)
		require(o->err.code != ERR_NONE);
	else
		require(now.wrapped);	/* nobody else is trusted */
	require(ERR_peek_error() == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char url[] = "https://office.example/cmp", none[] = "";
	static char name[] = "office", file[] = "signers.pem";
	static char kur[] = "kur", p10cr[] = "p10cr";
	struct authority a = { .name = name, .cmp_url = url,
	    .cmp_ca_file = none, .cmp_trusted = file, .cmp_recipient = none,
	    .cmp_renewal = kur };
	struct renewal_view view = { .transaction =
	    "00112233445566778899aabbccddeeff" };
	struct officer_signer by_old = { .sign = sign }, by_new = by_old;
	struct way_job job = { .view = &view, .authority = &a, .now = NOW,
	    .by_old = &by_old, .by_new = &by_new };
	struct way_outcome o;

	if (len == 0 || len >= ANSWER_MAX / 2)
		return 0;
	make();
	by_old.arg = made.old;
	by_new.arg = made.new;
	job.request = span_of(made.request.data, made.request.len);
	job.old = span_of(made.old_cert.data, made.old_cert.len);
	now.wrapped = data[0] == 'b' || data[0] == 'p' || data[0] == 'r';
	if (data[0] == 'r')
		a.cmp_renewal = p10cr;
	/* Put aside before: the answer is one to being polled. */
	if (data[0] == 'p')
		snprintf(view.reference, sizeof view.reference,
		    "00112233445566778899AABBCCDDEEFF");
	now.input = span_of(data + 1, len - 1);
	now.asked = 0;
	way_by_id("cmp")->ask(&job, &o);
	check(&o);
	way_outcome_clear(&o);
	return 0;
}
