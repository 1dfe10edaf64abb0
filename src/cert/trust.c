#include "config.h"

#include "cert/trust.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/cert.h"

struct trust {
	X509_STORE		*ends;
	STACK_OF(X509)		*between;
	int			 nends;
};

struct trust *
trust_new(void)
{
	struct trust *t = mem_alloc(sizeof *t);

	t->ends = X509_STORE_new();
	t->between = sk_X509_new_null();
	if (t->ends == NULL || t->between == NULL)
		panic("okienko: out of memory");
	return t;
}

void
trust_free(struct trust *t)
{
	if (t == NULL)
		return;
	X509_STORE_free(t->ends);
	sk_X509_pop_free(t->between, X509_free);
	free(t);
}

/* --- what there is ------------------------------------------------------------- */

/* Not longer than what is read elsewhere, and nothing behind it. */
static X509 *
read_one(struct span der)
{
	const unsigned char *p = der.p;
	X509 *x = NULL;

	if (der.len <= CERT_DER_MAX)
		x = d2i_X509(NULL, &p, (long)der.len);
	ERR_clear_error();
	return x;
}

void
trust_add(struct trust *t, struct span der)
{
	X509 *x = t->nends < TRUST_CERTS_MAX ? read_one(der) : NULL;

	if (x != NULL && X509_STORE_add_cert(t->ends, x) == 1)
		t->nends++;
	X509_free(x);
	ERR_clear_error();
}

void
trust_add_between(struct trust *t, struct span der)
{
	X509 *x = sk_X509_num(t->between) < TRUST_CERTS_MAX ? read_one(der) :
	    NULL;

	if (x != NULL && sk_X509_push(t->between, x) <= 0)
		panic("okienko: out of memory");
}

/* --- where it leads -------------------------------------------------------------- */

static void
take_name(X509 *x, struct trust_report *out)
{
	struct err none = ERR_INIT;
	unsigned char *der = NULL;
	struct cert *c;
	const char *name;
	int len = x != NULL ? i2d_X509(x, &der) : 0;

	if (len > 0 && cert_parse(der, (size_t)len, &c, &none) == 0) {
		name = cert_holder(c);
		snprintf(out->name, sizeof out->name, "%.*s",
		    (int)text_cut(name, sizeof out->name - 1), name);
		cert_free(c);
	}
	OPENSSL_free(der);
}

/* What the certificate's own rules say is not said twice. */
static int
judge_one(int ok, X509_STORE_CTX *ctx)
{
	if (ok == 1 || X509_STORE_CTX_get_error_depth(ctx) > 0)
		return ok;
	switch (X509_STORE_CTX_get_error(ctx)) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
	case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
		return 1;
	default:
		return 0;
	}
}

static void
verify(const struct trust *t, X509 *x, int64_t now, unsigned long flags,
    struct trust_report *out)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	const STACK_OF(X509) *chain;

	if (ctx == NULL || X509_STORE_CTX_init(ctx, t->ends, x, t->between) != 1)
		panic("okienko: out of memory");
	X509_STORE_CTX_set_time(ctx, 0, (time_t)now);
	X509_STORE_CTX_set_verify_cb(ctx, judge_one);
	X509_STORE_CTX_set_flags(ctx, flags);
	if (X509_verify_cert(ctx) == 1) {
		chain = X509_STORE_CTX_get0_chain(ctx);
		out->why = X509_V_OK;
		take_name(sk_X509_value(chain, sk_X509_num(chain) - 1), out);
	} else {
		out->why = X509_STORE_CTX_get_error(ctx);
		out->depth = X509_STORE_CTX_get_error_depth(ctx);
		/* It failed, whether or not it is said by what. */
		if (out->why == X509_V_OK)
			out->why = X509_V_ERR_UNSPECIFIED;
		take_name(X509_STORE_CTX_get_current_cert(ctx), out);
	}
	X509_STORE_CTX_free(ctx);
}

/*
 * Up to a root before one that is trusted though another issued it: the second
 * way would end at the first that is.
 */
void
trust_check(const struct trust *t, struct span der, int64_t now,
    struct trust_report *out)
{
	static const unsigned long ways[] = { 0, X509_V_FLAG_PARTIAL_CHAIN };
	X509 *x = read_one(der);

	*out = (struct trust_report){ .why = X509_V_ERR_UNSPECIFIED };
	for (size_t i = 0; x != NULL && out->why != X509_V_OK &&
	    i < sizeof ways / sizeof *ways; i++) {
		*out = (struct trust_report){ .why = X509_V_ERR_UNSPECIFIED };
		verify(t, x, now, ways[i], out);
	}
	out->configured = t->nends > 0;
	X509_free(x);
	ERR_clear_error();
}

bool
trust_lacks(const struct trust_report *r)
{
	switch (r->why) {
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return true;
	default:
		return false;
	}
}
