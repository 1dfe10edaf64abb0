/*
 * The CMP service: OpenSSL's own server, which asks here what to do about a
 * revocation request (rr) and in cmp_enroll.c about one for a certificate.  A holder's password, whose reference is the serial
 * number, revokes that certificate; the officer's signature any.  What a
 * transaction has done it does not do again: the answer is repeated.
 */
#include "config.h"

#include <openssl/cmp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/cmp_enroll.h"
#include "tests/office/cmp_read.h"
#include "tests/office/cmp_turn.h"
#include "tests/office/office.h"

#define CHECK_AFTER	1	/* seconds, while waiting */
enum { BODY_CERT_CONF = 24, BODY_POLL_REQ = 25 };	/* PKIBody (RFC 4210 5.1.2) */

struct exchange {
	struct office	*o;
	enum fault	 fault;
	struct cmp_told	 told;
	bool		 proved;	/* its protection is as it should be */
	bool		 officer;
	/* Kept until a certificate is confirmed, with the request's bytes. */
	OSSL_CMP_SRV_CTX *srv;
	struct buf	 bytes;
};

static OSSL_CMP_PKISI *
refuse(int failure, const char *why)
{
	return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_rejection,
	    1 << failure, why);
}

static OSSL_CMP_PKISI *
accept_it(void)
{
	return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_accepted, 0, NULL);
}

static OSSL_CMP_PKISI *
act(struct exchange *x, struct ledger_cert *c)
{
	if (x->fault != FAULT_FORGET && strcmp(x->told.transaction, "-") != 0 &&
	    ledger_done(c, x->told.transaction))
		return accept_it();
	if (x->fault == FAULT_WAITING || x->fault == FAULT_NO_POLL)
		return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_waiting, 0,
		    "somebody has to look at it");
	switch (ledger_change(x->o->ledger, c, x->told.reason,
	    x->told.transaction, office_now())) {
	case LEDGER_ALREADY:
		return refuse(OSSL_CMP_PKIFAILUREINFO_certRevoked,
		    "already so");
	case LEDGER_NOT_HELD:
		return refuse(OSSL_CMP_PKIFAILUREINFO_badRequest,
		    "not suspended");
	case LEDGER_DONE:
		break;
	}
	return accept_it();
}

/* The officer may do anything, a holder what is asked for in his name. */
static bool
may(const struct exchange *x, const char *serial)
{
	return x->officer || (x->told.password &&
	    span_equal(x->told.key_id, serial, strlen(serial)));
}

static OSSL_CMP_PKISI *
process_rr(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *req,
    const X509_NAME *issuer, const ASN1_INTEGER *number)
{
	struct exchange *x = OSSL_CMP_SRV_CTX_get0_custom_ctx(srv);
	char serial[LEDGER_SERIAL_MAX];
	struct ledger_cert *c;

	(void)req;
	if (!x->proved)
		return refuse(OSSL_CMP_PKIFAILUREINFO_badMessageCheck,
		    "not protected by who may ask");
	if (issuer == NULL || number == NULL || X509_NAME_cmp(issuer,
	    X509_get_subject_name(x->o->ca->cert)) != 0)
		return refuse(OSSL_CMP_PKIFAILUREINFO_badCertId,
		    "not issued here");
	ledger_serial(number, serial);
	c = ledger_find(x->o->ledger, serial);
	if (c == NULL)
		return refuse(OSSL_CMP_PKIFAILUREINFO_badCertId,
		    "never issued");
	if (!may(x, serial))
		return refuse(OSSL_CMP_PKIFAILUREINFO_notAuthorized,
		    "not for you to ask");
	return act(x, c);
}

static OSSL_CMP_PKISI *
process_certificate(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *req, int id,
    const OSSL_CRMF_MSG *crm, const X509_REQ *p10, X509 **out,
    STACK_OF(X509) **chain, STACK_OF(X509) **authorities)
{
	const struct exchange *x = OSSL_CMP_SRV_CTX_get0_custom_ctx(srv);
	const struct cmp_wish w = { .o = x->o, .fault = x->fault,
		.told = &x->told, .proved = x->proved, .officer = x->officer };

	(void)req, (void)id, (void)authorities;
	return cmp_enroll(&w, crm, p10, out, chain);
}

/* Whatever whoever got it says of it: it is issued. */
static int
process_confirmation(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *req, int id,
    const ASN1_OCTET_STRING *hash, const OSSL_CMP_PKISI *si)
{
	(void)srv, (void)req, (void)id, (void)hash, (void)si;
	return 1;
}

static int
say_nothing(const char *function, const char *file, int line,
    OSSL_CMP_severity level, const char *message)
{
	(void)function, (void)file, (void)line, (void)level, (void)message;
	return 1;
}

static void
trust(OSSL_CMP_CTX *ctx, const struct office *o)
{
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *chain = sk_X509_new_null();

	if (store == NULL || chain == NULL ||
	    !X509_STORE_add_cert(store, o->ca->root) ||
	    !sk_X509_push(chain, o->ca->cert) ||
	    !OSSL_CMP_CTX_set1_untrusted(ctx, chain) ||
	    !OSSL_CMP_CTX_set1_extraCertsOut(ctx, chain) ||
	    !OSSL_CMP_CTX_set0_trustedStore(ctx, store))
		panic("cmp: no trust");
	sk_X509_free(chain);
}

/* Answers are signed, but to a holder's password that is right. */
static void
sign_as(OSSL_CMP_CTX *ctx, const struct office *o, const char *who)
{
	X509 *x = ca_cert(o->ca->dir, who);
	EVP_PKEY *key = ca_key(o->ca->dir, who);

	if (!OSSL_CMP_CTX_set1_cert(ctx, x) ||
	    !OSSL_CMP_CTX_set1_pkey(ctx, key))
		panic("cmp: no key");
	EVP_PKEY_free(key);
	X509_free(x);
}

static const char *
password_of(const struct exchange *x)
{
	char serial[LEDGER_SERIAL_MAX];
	const struct span *id = &x->told.key_id;
	const struct ledger_cert *c;

	if (!x->told.password || id->len == 0 || id->len >= sizeof(serial))
		return NULL;
	memcpy(serial, id->p, id->len);
	serial[id->len] = '\0';
	c = ledger_find(x->o->ledger, serial);
	return c ? c->password : NULL;
}

static void
set_password(OSSL_CMP_CTX *ctx, const struct exchange *x, const char *password)
{
	if (!OSSL_CMP_CTX_set1_secretValue(ctx,
	    (const unsigned char *)password, (int)strlen(password)) ||
	    !OSSL_CMP_CTX_set1_referenceValue(ctx, x->told.key_id.p,
	    (int)x->told.key_id.len))
		panic("cmp: no secret");
}

static OSSL_CMP_SRV_CTX *
new_server(struct exchange *x)
{
	OSSL_CMP_SRV_CTX *srv = OSSL_CMP_SRV_CTX_new(NULL, NULL);
	OSSL_CMP_CTX *ctx;

	if (srv == NULL || !OSSL_CMP_SRV_CTX_init(srv, x,
	    process_certificate, process_rr, NULL, NULL, process_confirmation,
	    NULL) || !OSSL_CMP_SRV_CTX_set_grant_implicit_confirm(srv,
	    x->fault != FAULT_CONFIRM && x->fault != FAULT_UNCONFIRMED))
		panic("cmp: no server");
	ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(srv);
	OSSL_CMP_CTX_set_log_cb(ctx, say_nothing);
	trust(ctx, x->o);
	return srv;
}

/*
 * Whether who asks has proved it, with a context of its own: what goes wrong
 * here is then answered by the other one as the RFC has it, badMessageCheck.
 */
static bool
is_proved(struct exchange *x, const OSSL_CMP_MSG *req)
{
	OSSL_CMP_SRV_CTX *srv = new_server(x);
	OSSL_CMP_CTX *ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(srv);
	const char *password = password_of(x);
	bool is;

	if (password)
		set_password(ctx, x, password);
	is = (password || !x->told.password) &&
	    OSSL_CMP_validate_msg(ctx, req) == 1;
	OSSL_CMP_SRV_CTX_free(srv);
	return is;
}

static bool
is_officer(const struct exchange *x)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x->o->officer);
	const unsigned char *p = x->told.sender.p;
	X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)x->told.sender.len);
	bool is;

	is = !x->told.password && name && id &&
	    X509_NAME_cmp(name, X509_get_subject_name(x->o->officer)) == 0 &&
	    span_equal(x->told.key_id, ASN1_STRING_get0_data(id),
	    (size_t)ASN1_STRING_length(id));
	X509_NAME_free(name);
	return is;
}

/* With poll.len != 0 it is the one that waited: the answer is one to that. */
static OSSL_CMP_MSG *
process(struct exchange *x, const OSSL_CMP_MSG *req, struct span poll)
{
	OSSL_CMP_CTX *ctx;
	OSSL_CMP_MSG *msg;

	x->proved = is_proved(x, req);
	x->officer = x->proved && is_officer(x);
	x->srv = new_server(x);
	ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(x->srv);
	if (x->proved && x->told.password)
		set_password(ctx, x, password_of(x));
	else
		sign_as(ctx, x->o, x->fault == FAULT_WRONG_SIGNATURE ?
		    "forger" : "cmp");
	OSSL_CMP_SRV_CTX_set_accept_unprotected(x->srv, !x->proved);
	msg = OSSL_CMP_SRV_process_request(x->srv, req);
	if (msg != NULL && poll.len != 0) {
		OSSL_CMP_MSG *said = msg;

		msg = cmp_turn(ctx, said, span_of(x->o->aside.data,
		    x->o->aside.len), poll,
		    x->fault == FAULT_WAITING ? CHECK_AFTER : -1);
		OSSL_CMP_MSG_free(said);
	}
	return msg;
}

static bool
same_transaction(const OSSL_CMP_MSG *a, const OSSL_CMP_MSG *b)
{
	const ASN1_OCTET_STRING *x = OSSL_CMP_HDR_get0_transactionID(
	    OSSL_CMP_MSG_get0_header(a));
	const ASN1_OCTET_STRING *y = OSSL_CMP_HDR_get0_transactionID(
	    OSSL_CMP_MSG_get0_header(b));

	return x && y && ASN1_OCTET_STRING_cmp(x, y) == 0;
}

/* How a request goes on that waits; NULL when none does, or nobody is told. */
static OSSL_CMP_MSG *
process_poll(struct exchange *x, const OSSL_CMP_MSG *req, struct span poll)
{
	struct span aside = span_of(x->o->aside.data, x->o->aside.len);
	const unsigned char *p = aside.p;
	OSSL_CMP_MSG *waits = aside.len == 0 ? NULL :
	    d2i_OSSL_CMP_MSG(NULL, &p, (long)aside.len);
	OSSL_CMP_MSG *msg = NULL;

	if (x->fault != FAULT_NO_POLL && waits && is_proved(x, req) &&
	    same_transaction(req, waits) && cmp_read(aside, &x->told) == 0)
		msg = process(x, waits, poll);
	OSSL_CMP_MSG_free(waits);
	return msg;
}

static struct exchange *
new_exchange(struct office *o, const struct ask *a)
{
	struct exchange *x = mem_alloc(sizeof(*x));

	x->o = o;
	x->fault = a->fault;
	buf_init(&x->bytes, OFFICE_BODY_MAX);
	bytes_set(&x->bytes, a->body.p, a->body.len);
	return x;
}

static void
free_exchange(struct exchange *x)
{
	if (x == NULL)
		return;
	OSSL_CMP_SRV_CTX_free(x->srv);
	buf_clear(&x->bytes);
	free(x);
}

void
cmp_close(struct office *o)
{
	free_exchange(o->open);
	o->open = NULL;
}

/* The one that is still open, now confirmed; NULL: there is none. */
static OSSL_CMP_MSG *
process_open(struct office *o, const OSSL_CMP_MSG *req)
{
	OSSL_CMP_MSG *msg = o->open == NULL ? NULL :
	    OSSL_CMP_SRV_process_request(o->open->srv, req);

	cmp_close(o);
	return msg;
}

static OSSL_CMP_MSG *
process_new(struct office *o, const struct ask *a, const OSSL_CMP_MSG *req)
{
	struct exchange *x = new_exchange(o, a);
	struct span bytes = span_of(x->bytes.data, x->bytes.len);
	OSSL_CMP_MSG *msg = NULL;

	if (cmp_read(bytes, &x->told) == 0) {
		if (OSSL_CMP_MSG_get_bodytype(req) == BODY_POLL_REQ)
			msg = process_poll(x, req, a->body);
		else
			bytes_set(&o->aside, a->body.p, a->body.len);
		/* OpenSSL's server says then that it knows no such thing. */
		if (!msg) {
			OSSL_CMP_SRV_CTX_free(x->srv);
			msg = process(x, req, span_of(NULL, 0));
		}
	}
	cmp_close(o);
	o->open = x;
	return msg;
}

void
cmp_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	const unsigned char *p = a->body.p;
	OSSL_CMP_MSG *req = d2i_OSSL_CMP_MSG(NULL, &p, (long)a->body.len);
	OSSL_CMP_MSG *msg = NULL;
	unsigned char *der = NULL;
	int n;

	if (req && OSSL_CMP_MSG_get_bodytype(req) == BODY_CERT_CONF) {
		if (a->fault != FAULT_UNCONFIRMED)
			msg = process_open(o, req);
	}
	else if (req)
		msg = process_new(o, a, req);
	n = msg ? i2d_OSSL_CMP_MSG(msg, &der) : -1;
	if (n < 0)
		answer_text(answer, 400, "no CMP message\n");
	else {
		bytes_set(&answer->body, der, (size_t)n);
		answer->status = 200;
		answer->type = "application/pkixcmp";
	}
	OPENSSL_free(der);
	OSSL_CMP_MSG_free(msg);
	OSSL_CMP_MSG_free(req);
}
