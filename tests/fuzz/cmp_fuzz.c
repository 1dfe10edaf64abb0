/*
 * Any bytes as what a CMP server answers.  The first byte says what the rest
 * is: a whole message as it came, or only its body, which is then protected by
 * the right password and of the right transaction, so that what lies behind the
 * protection is met as well; that body may answer a request or our asking how it
 * goes on.  Whatever comes, the outcome is one of ours, and nothing that was not
 * protected is a yes.
 */
#include "config.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "revocation/channel.h"
#include "revocation/status.h"
#include "tests/fuzz/cmpwrap.h"

#define PASSWORD	"Tajne-haslo-9"
#define REFERENCE	"ref"
#define ANSWER_MAX	((size_t)64 << 10)
#define NOW		INT64_C(1795348800)	/* 2026-11-22 12:00 UTC */

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static struct {
	struct span	 input;
	bool		 wrapped;
} now;

/* By the right password. */
static void
wrap(struct span request, struct span body, struct buf *answer)
{
	static OSSL_CMP_CTX *ctx;
	static X509_NAME *name;

	if (ctx == NULL)
		require((name = X509_NAME_new()) != NULL && (ctx =
		    OSSL_CMP_CTX_new(NULL, NULL)) != NULL &&
		    OSSL_CMP_CTX_set1_secretValue(ctx,
		    (const unsigned char *)PASSWORD, sizeof PASSWORD - 1) ==
		    1 && OSSL_CMP_CTX_set1_referenceValue(ctx,
		    (const unsigned char *)REFERENCE, sizeof REFERENCE - 1) ==
		    1);
	cmpwrap(ctx, request, name, body, answer);
}

/* --- in place of the network and of what finds certificates ---------------------- */

int
net_ask(struct net *net, const struct net_request *r, struct net_answer *a,
    struct err *err)
{
	(void)net;
	(void)err;
	memset(a, 0, sizeof *a);
	buf_init(&a->body, r->max);
	a->status = 200;
	memcpy(a->type, "application/pkixcmp", sizeof "application/pkixcmp");
	if (now.wrapped)
		wrap(r->body, now.input, &a->body);
	else if (now.input.len > 0)
		require(buf_add(&a->body, now.input.p, now.input.len) == 0);
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

void
status_about_record(struct status_about *about, const struct record *r)
{
	(void)r;
	memset(about, 0, sizeof *about);
}

void
status_about_clear(struct status_about *about)
{
	(void)about;
}

/* Only its name is of interest; made once. */
static int
make_issuer(unsigned char **made)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	X509 *x = X509_new();
	int n;

	require(key != NULL && x != NULL && X509_NAME_add_entry_by_txt(
	    X509_get_subject_name(x), "CN", MBSTRING_ASC,
	    (const unsigned char *)"CA", -1, -1, 0) == 1 &&
	    ASN1_TIME_set(X509_getm_notBefore(x), NOW) != NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(x), NOW + 86400) != NULL &&
	    X509_set_pubkey(x, key) == 1 && X509_sign(x, key, NULL) > 0);
	require((n = i2d_X509(x, made)) > 0);
	X509_free(x);
	EVP_PKEY_free(key);
	return n;
}

int
status_issuer(struct net *net, struct registry *reg,
    const struct status_about *about, const struct authority *a,
    const atomic_bool *cancel, uint8_t **der, size_t *len, struct err *err)
{
	static unsigned char *made;
	static int n;

	(void)net, (void)reg, (void)about, (void)a, (void)cancel, (void)err;
	if (made == NULL)
		n = make_issuer(&made);
	*der = mem_alloc((size_t)n);
	memcpy(*der, made, (size_t)n);
	*len = (size_t)n;
	return 1;
}

/* --- the target ------------------------------------------------------------------- */

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct case_result_of *r)
{
	require(r->result < RESULT_COUNT);
	require(r->detail == NULL || strlen(r->detail) < CASE_WORDS_MAX);
	require((r->result == RESULT_WAITING) == (r->retry_at > NOW));
	if (r->result == RESULT_FAILED || r->result == RESULT_REFUSED ||
	    r->result == RESULT_UNKNOWN)
		require(r->err.code != ERR_NONE);
	else
		require(now.wrapped);	/* nobody else knows the password */
	require(ERR_peek_error() == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char url[] = "https://office.example/cmp", none[] = "";
	struct authority a = { .name = none, .cmp_url = url,
	    .cmp_ca_file = none, .cmp_trusted = none, .cmp_key = none,
	    .cmp_certificate = none, .cmp_recipient = none,
	    .cmp_password = true };
	struct case_row row = { .cert = { .serial = { 42 },
	    .serial_len = 1 } };
	struct case_view view = { .reason = REASON_NOT_TOLD };
	struct channel_job job = { .row = &row, .view = &view,
	    .authority = &a, .password_ref = REFERENCE, .now = NOW,
	    .transaction = "00112233445566778899aabbccddeeff" };
	struct secret *password = secret_new();
	struct case_result_of result;

	if (len > 0 && len < ANSWER_MAX / 2) {
		secret_add(password, PASSWORD, strlen(PASSWORD));
		job.password = password;
		now.wrapped = data[0] == 'b' || data[0] == 'p';
		/* Put aside before: the answer is one to being polled. */
		if (data[0] == 'p')
			snprintf(view.nonce, sizeof view.nonce,
			    "00112233445566778899AABBCCDDEEFF");
		now.input = span_of(data + 1, len - 1);
		channel_by_id("cmp")->send(&job, &result);
		check(&result);
	}
	secret_free(password);
	return 0;
}
