#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cert/der.h"
#include "tests/card/bytes.h"
#include "tests/office/cmp_enroll.h"
#include "tests/office/enroll.h"

#define TEMPLATE_KEY	6	/* CertTemplate's publicKey (RFC 4211 5) */

static OSSL_CMP_PKISI *
refuse(int failure, const char *why)
{
	return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_rejection,
	    1 << failure, why);
}

/* OpenSSL 3.0 does not tell it: found in the template's DER. */
static EVP_PKEY *
template_key(const OSSL_CRMF_CERTTEMPLATE *t)
{
	unsigned char *der = NULL;
	int len = i2d_OSSL_CRMF_CERTTEMPLATE(t, &der);
	struct span all = span_of(der, len > 0 ? (size_t)len : 0), s;
	EVP_PKEY *key = NULL;
	struct buf spki;
	struct der e;

	buf_init(&spki, SIZE_MAX);
	if (der_enter(&all, DER_SEQUENCE, &s) == 0)
		while (der_next(&s, &e) == 0)
			if (e.tag == DER_CONTEXT_CONS(TEMPLATE_KEY))
				bytes_set(&spki, e.whole.p, e.whole.len);
	if (spki.len) {
		const unsigned char *p = spki.data;

		spki.data[0] = DER_SEQUENCE;	/* it is tagged implicitly */
		key = d2i_PUBKEY(NULL, &p, (long)spki.len);
	}
	buf_clear(&spki);
	OPENSSL_free(der);
	return key;
}

/* Who has signed the message, as one of ours that is good; NULL. */
static const struct ledger_cert *
asker(const struct cmp_wish *w, X509 **cert)
{
	const struct ledger_cert *c = w->proved && !w->told->password ?
	    ledger_ski(w->o->ledger, w->told->key_id) : NULL;
	const unsigned char *p = w->told->sender.p;
	X509_NAME *name = d2i_X509_NAME(NULL, &p, (long)w->told->sender.len);
	struct standing s;

	*cert = c ? ca_issued(w->o->ca, c->serial) : NULL;
	if (c)
		ledger_standing(c, office_now(), &s);
	if (*cert == NULL || name == NULL || s.revoked ||
	    X509_NAME_cmp(name, X509_get_subject_name(*cert)) != 0)
		c = NULL;
	X509_NAME_free(name);
	return c;
}

static OSSL_CMP_PKISI *
issue(const struct cmp_wish *w, const X509_NAME *subject, EVP_PKEY *key,
    const STACK_OF(X509_EXTENSION) *exts, X509 **out, STACK_OF(X509) **chain)
{
	struct office *o = w->o;
	struct enroll e = { .word = w->told->transaction, .subject = subject,
		.key = key, .exts = exts, .fault = w->fault };

	if (key == NULL)
		return refuse(OSSL_CMP_PKIFAILUREINFO_badCertTemplate,
		    "no key");
	if (enroll_is_used(o, key, e.word))
		return refuse(OSSL_CMP_PKIFAILUREINFO_badCertTemplate,
		    "this key has been certified before");
	if (w->fault == FAULT_WAITING || w->fault == FAULT_NO_POLL)
		return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_waiting, 0,
		    "somebody has to look at it");
	if (w->fault == FAULT_IN_USE)
		return refuse(OSSL_CMP_PKIFAILUREINFO_transactionIdInUse,
		    "seen before");
	*out = enroll_issue(o, &e);
	*chain = sk_X509_new_null();
	if (*chain == NULL || !X509_up_ref(o->ca->cert) ||
	    !sk_X509_push(*chain, o->ca->cert))
		panic("cmp: no chain");
	return OSSL_CMP_STATUSINFO_new(OSSL_CMP_PKISTATUS_accepted, 0, NULL);
}

/* The old certificate is named, and it is who asks. */
static bool
is_own(const struct cmp_wish *w, const OSSL_CRMF_MSG *crm,
    const struct ledger_cert *who)
{
	const OSSL_CRMF_CERTID *old =
	    OSSL_CRMF_MSG_get0_regCtrl_oldCertID(crm);
	char serial[LEDGER_SERIAL_MAX];

	if (old == NULL || X509_NAME_cmp(OSSL_CRMF_CERTID_get0_issuer(old),
	    X509_get_subject_name(w->o->ca->cert)) != 0)
		return false;
	ledger_serial(OSSL_CRMF_CERTID_get0_serialNumber(old), serial);
	return strcmp(serial, who->serial) == 0;
}

static OSSL_CMP_PKISI *
update(const struct cmp_wish *w, const OSSL_CRMF_MSG *crm,
    const struct ledger_cert *who, X509 *cert, X509 **out,
    STACK_OF(X509) **chain)
{
	const OSSL_CRMF_CERTTEMPLATE *t = OSSL_CRMF_MSG_get0_tmpl(crm);
	const X509_NAME *subject = OSSL_CRMF_CERTTEMPLATE_get0_subject(t);
	OSSL_CMP_PKISI *si;
	EVP_PKEY *key;

	if (who == NULL || !is_own(w, crm, who))
		return refuse(OSSL_CMP_PKIFAILUREINFO_notAuthorized,
		    "not for you to ask");
	if (subject == NULL || X509_NAME_cmp(subject,
	    X509_get_subject_name(cert)) != 0)
		return refuse(OSSL_CMP_PKIFAILUREINFO_badCertTemplate,
		    "another name");
	key = template_key(t);
	si = issue(w, subject, key, OSSL_CRMF_CERTTEMPLATE_get0_extensions(t),
	    out, chain);
	EVP_PKEY_free(key);
	return si;
}

static void
keep(const struct office *o, X509_REQ *r)
{
	unsigned char *der = NULL;
	int len = i2d_X509_REQ(r, &der);

	if (len > 0)
		enroll_keep(o, span_of(der, (size_t)len));
	OPENSSL_free(der);
}

static OSSL_CMP_PKISI *
request(const struct cmp_wish *w, const X509_REQ *r, X509 *cert, X509 **out,
    STACK_OF(X509) **chain)
{
	X509_REQ *own = X509_REQ_dup(r);
	EVP_PKEY *key = own ? X509_REQ_get0_pubkey(own) : NULL;
	const X509_NAME *subject = X509_REQ_get_subject_name(r);
	STACK_OF(X509_EXTENSION) *exts = X509_REQ_get_extensions(own);
	OSSL_CMP_PKISI *si;

	keep(w->o, own);
	if (!w->officer && (cert == NULL || X509_NAME_cmp(subject,
	    X509_get_subject_name(cert)) != 0))
		si = refuse(OSSL_CMP_PKIFAILUREINFO_notAuthorized,
		    "not for you to ask");
	else if (key == NULL || X509_REQ_verify(own, key) != 1)
		si = refuse(OSSL_CMP_PKIFAILUREINFO_badPOP,
		    "its key has not signed it");
	else
		si = issue(w, subject, key, exts, out, chain);
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
	X509_REQ_free(own);
	return si;
}

OSSL_CMP_PKISI *
cmp_enroll(const struct cmp_wish *w, const OSSL_CRMF_MSG *crm,
    const X509_REQ *r, X509 **out, STACK_OF(X509) **chain)
{
	const struct ledger_cert *who;
	OSSL_CMP_PKISI *si;
	X509 *cert;

	if (!w->proved)
		return refuse(OSSL_CMP_PKIFAILUREINFO_badMessageCheck,
		    "not protected by who may ask");
	who = asker(w, &cert);
	si = r ? request(w, r, who ? cert : NULL, out, chain) :
	    update(w, crm, who, cert, out, chain);
	X509_free(cert);
	return si;
}
