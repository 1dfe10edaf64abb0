/*
 * The OCSP responder: RFC 6960, by a delegated certificate.
 */
#include "config.h"

#include <openssl/ocsp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/office.h"

#define DAY	86400

/* What the answers of one response have in common. */
struct saying {
	struct office	*o;
	enum fault	 fault;
	ASN1_TIME	*from, *to;
};

static void
answer_with(struct answer *answer, int status, OCSP_BASICRESP *basic)
{
	OCSP_RESPONSE *r = OCSP_response_create(status, basic);
	unsigned char *der = NULL;
	int n = r ? i2d_OCSP_RESPONSE(r, &der) : -1;

	if (n < 0)
		panic("ocsp: no answer can be made");
	bytes_set(&answer->body, der, (size_t)n);
	answer->status = 200;
	answer->type = "application/ocsp-response";
	OPENSSL_free(der);
	OCSP_RESPONSE_free(r);
}

/* Whether the request's words for the issuer mean us. */
static bool
is_ours(OCSP_CERTID *id, X509 *issuer)
{
	ASN1_OBJECT *hash;
	OCSP_CERTID *ours;
	const EVP_MD *md;
	bool is = false;

	OCSP_id_get0_info(NULL, &hash, NULL, NULL, id);
	md = EVP_get_digestbyobj(hash);
	ours = md ? OCSP_cert_to_id(md, NULL, issuer) : NULL;
	if (ours)
		is = OCSP_id_issuer_cmp(ours, id) == 0;
	OCSP_CERTID_free(ours);
	return is;
}

/* An id of the same issuer for the number after. */
static OCSP_CERTID *
id_after(OCSP_CERTID *id)
{
	OCSP_CERTID *other = OCSP_CERTID_dup(id);
	ASN1_INTEGER *serial;
	BIGNUM *n;

	OCSP_id_get0_info(NULL, NULL, NULL, &serial, other);
	n = ASN1_INTEGER_to_BN(serial, NULL);
	if (n == NULL || !BN_add_word(n, 1) ||
	    !BN_to_ASN1_INTEGER(n, serial))
		panic("ocsp: no other number");
	BN_free(n);
	return other;
}

static void
add_status(const struct saying *say, OCSP_BASICRESP *basic, OCSP_CERTID *id)
{
	char serial[LEDGER_SERIAL_MAX];
	ASN1_TIME *since = NULL;
	struct ledger_cert *c;
	struct standing s = { 0 };
	ASN1_INTEGER *n;
	OCSP_CERTID *about = say->fault == FAULT_OTHER_SERIAL ? id_after(id) :
	    OCSP_CERTID_dup(id);
	int status = V_OCSP_CERTSTATUS_UNKNOWN;

	OCSP_id_get0_info(NULL, NULL, NULL, &n, id);
	ledger_serial(n, serial);
	c = ledger_find(say->o->ledger, serial);
	if (c && say->fault != FAULT_UNKNOWN) {
		ledger_standing(c, office_published(say->o), &s);
		status = s.revoked ? V_OCSP_CERTSTATUS_REVOKED :
		    V_OCSP_CERTSTATUS_GOOD;
	}
	if (status == V_OCSP_CERTSTATUS_REVOKED)
		since = ASN1_TIME_set(NULL, (time_t)(s.since / 1000));
	if (OCSP_basic_add1_status(basic, about, status,
	    s.reason ? s.reason : OCSP_REVOKED_STATUS_NOSTATUS, since,
	    say->from, say->to) == NULL)
		panic("ocsp: no status can be added");
	ASN1_TIME_free(since);
	OCSP_CERTID_free(about);
}

static void
sign(const struct office *o, OCSP_BASICRESP *basic, enum fault fault)
{
	const char *who = fault == FAULT_WRONG_SIGNATURE ? "forger" : "ocsp";
	X509 *x = ca_cert(o->ca->dir, who);
	EVP_PKEY *key = ca_key(o->ca->dir, who);

	if (!OCSP_basic_sign(basic, x, key, EVP_sha256(), NULL, 0))
		panic("ocsp: not signed");
	EVP_PKEY_free(key);
	X509_free(x);
}

static void
say_times(struct saying *say)
{
	time_t at = (time_t)(office_published(say->o) / 1000);

	if (say->fault == FAULT_STALE)
		at -= 10 * DAY;
	if (say->fault == FAULT_FUTURE)
		at += CLOCK_OFF;
	say->from = ASN1_TIME_set(NULL, at);
	say->to = ASN1_TIME_set(NULL, at + say->o->lifetime);
}

static void
serve(struct office *o, OCSP_REQUEST *req, enum fault fault,
    struct answer *answer)
{
	struct saying say = { .o = o, .fault = fault };
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	int n = OCSP_request_onereq_count(req);

	say_times(&say);
	for (int i = 0; i < n; i++) {
		OCSP_CERTID *id = OCSP_onereq_get0_id(
		    OCSP_request_onereq_get0(req, i));

		if (!is_ours(id, o->ca->cert)) {
			answer_with(answer, OCSP_RESPONSE_STATUS_UNAUTHORIZED,
			    NULL);
			goto out;
		}
		add_status(&say, basic, id);
	}
	if (fault != FAULT_NO_NONCE)
		OCSP_copy_nonce(basic, req);
	sign(o, basic, fault);
	answer_with(answer, OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
out:
	ASN1_TIME_free(say.from);
	ASN1_TIME_free(say.to);
	OCSP_BASICRESP_free(basic);
}

/* POST: the body; GET: the path, in base64 (RFC 6960 A.1). */
static OCSP_REQUEST *
read_request(const struct ask *a)
{
	const unsigned char *p = a->body.p;
	OCSP_REQUEST *req = NULL;
	unsigned char *der;
	size_t len;
	int n;

	if (strcmp(a->method, "POST") == 0)
		return d2i_OCSP_REQUEST(NULL, &p, (long)a->body.len);
	len = strlen(a->rest);
	if (len < 2 || len % 4 != 1)	/* with the slash before it */
		return NULL;
	der = mem_alloc(len);
	n = EVP_DecodeBlock(der, (const unsigned char *)a->rest + 1,
	    (int)len - 1);
	p = der;
	if (n > 0)
		req = d2i_OCSP_REQUEST(NULL, &p, n);
	free(der);
	return req;
}

void
ocsp_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	OCSP_REQUEST *req = read_request(a);

	if (a->fault == FAULT_TRY_LATER)
		answer_with(answer, OCSP_RESPONSE_STATUS_TRYLATER, NULL);
	else if (req == NULL)
		answer_with(answer, OCSP_RESPONSE_STATUS_MALFORMEDREQUEST,
		    NULL);
	else
		serve(o, req, a->fault, answer);
	OCSP_REQUEST_free(req);
}
