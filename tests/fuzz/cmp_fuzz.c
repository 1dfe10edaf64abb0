/*
 * Any bytes as what a CMP server answers.  The first byte says what the rest
 * is: a whole message as it came, or only its body, which is then protected by
 * the right password and of the right transaction, so that what lies behind the
 * protection is met as well; that body may answer a request or our asking how it
 * goes on.  Whatever comes, the outcome is one of ours, and nothing that was not
 * protected is a yes.
 */
#include "config.h"

#include <openssl/crmf.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "revocation/channel.h"
#include "revocation/status.h"

#define PASSWORD	"Tajne-haslo-9"
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

/* --- a message around a body --------------------------------------------------- */

static void
put(struct buf *b, uint8_t tag, const void *p, size_t len)
{
	uint8_t head[] = { tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len };

	require(buf_add(b, head, sizeof head) == 0 &&
	    (len == 0 || buf_add(b, p, len) == 0));
}

/* The header's fields that an answer takes over from its request. */
static void
answer_header(struct span request, struct buf *header, struct span *algorithm)
{
	static const uint8_t fixed[] = { 0x02, 0x01, 0x02, 0xa4, 0x02, 0x30,
	    0x00, 0xa4, 0x02, 0x30, 0x00 };
	static const uint8_t nonce[] = { 0xa5, 0x03, 0x04, 0x01, 0x07 };
	struct span message, head;
	struct der e;
	struct buf fields;

	buf_init(&fields, ANSWER_MAX);
	require(buf_add(&fields, fixed, sizeof fixed) == 0 &&
	    der_enter(&request, DER_SEQUENCE, &message) == 0 &&
	    der_enter(&message, DER_SEQUENCE, &head) == 0);
	while (der_next(&head, &e) == 0) {
		if (e.tag == DER_CONTEXT_CONS(1))
			*algorithm = e.body;
		if (e.tag == DER_CONTEXT_CONS(5)) {
			require(buf_add(&fields, nonce, sizeof nonce) == 0);
			put(&fields, DER_CONTEXT_CONS(6), e.body.p,
			    e.body.len);
		} else if (e.tag == DER_CONTEXT_CONS(1) ||
		    e.tag == DER_CONTEXT_CONS(2) ||
		    e.tag == DER_CONTEXT_CONS(4))
			require(buf_add(&fields, e.whole.p, e.whole.len) == 0);
	}
	put(header, DER_SEQUENCE, fields.data, fields.len);
	buf_clear(&fields);
}

/* Protection of header and body, as a BIT STRING in its context tag. */
static void
protect(struct span algorithm, const struct buf *parts, struct buf *out)
{
	struct span alg, oid, params;
	const unsigned char *p;
	unsigned char *mac = NULL;
	OSSL_CRMF_PBMPARAMETER *pbm;
	struct buf whole, bits;
	uint8_t unused = 0;
	size_t len;

	buf_init(&whole, ANSWER_MAX + 8);
	buf_init(&bits, ANSWER_MAX);
	require(der_enter(&algorithm, DER_SEQUENCE, &alg) == 0 &&
	    der_enter(&alg, DER_OID, &oid) == 0);
	params = alg;
	p = params.p;
	pbm = d2i_OSSL_CRMF_PBMPARAMETER(NULL, &p, (long)params.len);
	put(&whole, DER_SEQUENCE, parts->data, parts->len);
	require(pbm != NULL && OSSL_CRMF_pbm_new(NULL, NULL, pbm, whole.data,
	    whole.len, (const unsigned char *)PASSWORD, strlen(PASSWORD), &mac,
	    &len) == 1);
	require(buf_add(&bits, &unused, 1) == 0 &&
	    buf_add(&bits, mac, len) == 0);
	buf_clear(&whole);
	put(&whole, DER_BIT_STRING, bits.data, bits.len);
	put(out, DER_CONTEXT_CONS(0), whole.data, whole.len);
	buf_clear(&whole);
	buf_clear(&bits);
	OPENSSL_free(mac);
	OSSL_CRMF_PBMPARAMETER_free(pbm);
}

static void
wrap(struct span request, struct span body, struct buf *answer)
{
	struct span algorithm = { .len = 0 };
	struct buf parts, protection;

	buf_init(&parts, ANSWER_MAX);
	buf_init(&protection, ANSWER_MAX);
	answer_header(request, &parts, &algorithm);
	if (body.len > 0 && buf_add(&parts, body.p, body.len) == 0) {
		protect(algorithm, &parts, &protection);
		require(buf_add(&parts, protection.data, protection.len) == 0);
		put(answer, DER_SEQUENCE, parts.data, parts.len);
	}
	buf_clear(&parts);
	buf_clear(&protection);
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
	    .authority = &a, .password_ref = "ref", .now = NOW,
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
