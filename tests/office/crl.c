/*
 * Revocation lists (RFC 5280 5): the whole one, and the difference to the one
 * that was whole when the office began (or froze it), which takes lifted
 * suspensions off again.  A list's number is the moment that it tells.
 */
#include "config.h"

#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/office.h"

#define DAY	86400

static void
add_number(X509_CRL *crl, int nid, int64_t n, bool critical)
{
	ASN1_INTEGER *i = ASN1_INTEGER_new();

	if (i == NULL || !ASN1_INTEGER_set_int64(i, n) ||
	    X509_CRL_add1_ext_i2d(crl, nid, i, critical, 0) != 1)
		panic("crl: a number is refused");
	ASN1_INTEGER_free(i);
}

static void
add_ext(X509_CRL *crl, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
	e = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
	if (e == NULL || !X509_CRL_add_ext(crl, e, -1))
		panic("crl: an extension is refused: %s", value);
	X509_EXTENSION_free(e);
}

static void
add_entry(X509_CRL *crl, const char *serial, int reason, int64_t since)
{
	X509_REVOKED *r = X509_REVOKED_new();
	ASN1_TIME *t = ASN1_TIME_set(NULL, (time_t)(since / 1000));
	ASN1_ENUMERATED *e = ASN1_ENUMERATED_new();
	BIGNUM *n = NULL;
	ASN1_INTEGER *i;

	BN_hex2bn(&n, serial);
	i = n ? BN_to_ASN1_INTEGER(n, NULL) : NULL;
	if (r == NULL || t == NULL || e == NULL || i == NULL ||
	    !X509_REVOKED_set_serialNumber(r, i) ||
	    !X509_REVOKED_set_revocationDate(r, t))
		panic("crl: an entry is refused");
	/* Unspecified is better left out (RFC 5280 5.3.1). */
	if (reason != REASON_NONE && (!ASN1_ENUMERATED_set(e, reason) ||
	    X509_REVOKED_add1_ext_i2d(r, NID_crl_reason, e, 0, 0) != 1))
		panic("crl: a reason is refused");
	if (!X509_CRL_add0_revoked(crl, r))
		panic("crl: an entry is refused");
	ASN1_INTEGER_free(i);
	BN_free(n);
	ASN1_ENUMERATED_free(e);
	ASN1_TIME_free(t);
}

/* Those that stand otherwise than at the base; 0: all that are revoked. */
static void
add_entries(X509_CRL *crl, const struct office *o, int64_t at, int64_t base)
{
	for (size_t i = 0; i < o->ledger->ncerts; i++) {
		const struct ledger_cert *c = &o->ledger->certs[i];
		struct standing now, then = { 0 };

		ledger_standing(c, at, &now);
		if (base)
			ledger_standing(c, base, &then);
		if (now.revoked && (!then.revoked ||
		    then.reason != now.reason))
			add_entry(crl, c->serial, now.reason, now.since);
		else if (then.revoked && !now.revoked)
			add_entry(crl, c->serial, REASON_LIFT,
			    c->changes[c->nchanges - 1].at);
	}
}

static void
set_times(X509_CRL *crl, const struct office *o, int64_t at, enum fault fault)
{
	time_t from = (time_t)(at / 1000);
	ASN1_TIME *t;

	if (fault == FAULT_STALE)
		from -= 10 * DAY;
	if (fault == FAULT_FUTURE)
		from += CLOCK_OFF;
	t = ASN1_TIME_set(NULL, from);
	if (t == NULL || !X509_CRL_set1_lastUpdate(crl, t) ||
	    ASN1_TIME_set(t, from + o->lifetime) == NULL ||
	    !X509_CRL_set1_nextUpdate(crl, t))
		panic("crl: a time is refused");
	ASN1_TIME_free(t);
}

static void
sign(X509_CRL *crl, const struct office *o, enum fault fault)
{
	EVP_PKEY *forger = fault == FAULT_WRONG_SIGNATURE ?
	    ca_key(o->ca->dir, "forger") : NULL;

	if (!X509_CRL_sort(crl) || !X509_CRL_sign(crl, forger ? forger :
	    o->ca->key, EVP_sha256()))
		panic("crl: not signed");
	EVP_PKEY_free(forger);
}

/* The list of a moment into the buffer. */
static void
make(const struct office *o, int64_t at, int64_t base, enum fault fault,
    struct buf *out)
{
	char *delta = mem_printf("URI:%s/delta.crl", o->ca->url);
	X509_CRL *crl = X509_CRL_new();
	unsigned char *der = NULL;
	int n;

	if (crl == NULL || !X509_CRL_set_version(crl, X509_CRL_VERSION_2) ||
	    !X509_CRL_set_issuer_name(crl, X509_get_subject_name(o->ca->cert)))
		panic("crl: cannot be begun");
	set_times(crl, o, at, fault);
	add_entries(crl, o, at, base);
	add_ext(crl, o->ca->cert, NID_authority_key_identifier, "keyid");
	add_number(crl, NID_crl_number, at, false);
	if (base)
		add_number(crl, NID_delta_crl, base, true);
	else
		add_ext(crl, o->ca->cert, NID_freshest_crl, delta);
	sign(crl, o, fault);
	n = i2d_X509_CRL(crl, &der);
	if (n < 0)
		panic("crl: cannot be written");
	bytes_set(out, der, (size_t)n);
	OPENSSL_free(der);
	X509_CRL_free(crl);
	free(delta);
}

static void
deliver(struct answer *answer, int64_t at)
{
	answer->status = 200;
	answer->type = "application/pkix-crl";
	answer->modified = at / 1000;
	snprintf(answer->etag, sizeof(answer->etag), "\"%lld\"",
	    (long long)at);
}

/* How much has happened until then. */
static size_t
count_changes(const struct office *o, int64_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < o->ledger->ncerts; i++) {
		const struct ledger_cert *c = &o->ledger->certs[i];

		for (size_t j = 0; j < c->nchanges; j++)
			n += c->changes[j].at <= at;
	}
	return n;
}

/* Whether the list that was published last may be told of this moment. */
static bool
is_current(const struct office *o, int64_t at, bool frozen)
{
	if (o->crl.at == 0)
		return false;
	if (frozen)
		return o->crl.at == at;
	return count_changes(o, at) == o->crl.changes &&
	    at < o->crl.at + 500 * (int64_t)o->lifetime; /* half its life */
}

void
crl_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	int64_t at = office_published(o);
	bool odd = a->fault == FAULT_STALE || a->fault == FAULT_FUTURE ||
	    a->fault == FAULT_WRONG_SIGNATURE;

	if (odd) {
		make(o, at, 0, a->fault, &answer->body);
		deliver(answer, at - 1);	/* no tag of an honest list */
		return;
	}
	if (a->fault == FAULT_FROZEN)
		at = o->started;
	if (!is_current(o, at, a->fault == FAULT_FROZEN)) {
		make(o, at, 0, FAULT_NONE, &o->crl.der);
		o->crl.at = at;
		o->crl.changes = count_changes(o, at);
	}
	bytes_set(&answer->body, o->crl.der.data, o->crl.der.len);
	deliver(answer, o->crl.at);
}

void
delta_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	int64_t at = office_published(o);

	make(o, at, o->started, a->fault, &answer->body);
	deliver(answer, at);
}

void
cer_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	unsigned char *der = NULL;
	int n = i2d_X509(o->ca->cert, &der);

	(void)a;
	if (n < 0)
		panic("ca.cer: cannot be written");
	bytes_set(&answer->body, der, (size_t)n);
	OPENSSL_free(der);
	answer->status = 200;
	answer->type = "application/pkix-cert";
}
