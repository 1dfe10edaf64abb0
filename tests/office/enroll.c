#include "config.h"

#include <errno.h>
#include <openssl/pkcs7.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/office/enroll.h"

#define DAYS		365	/* that a certificate is good for */
#define WORD_DIGITS	62

X509_REQ *
enroll_read(struct span der)
{
	const unsigned char *p = der.p;
	X509_REQ *r = d2i_X509_REQ(NULL, &p, (long)der.len);
	EVP_PKEY *key = r ? X509_REQ_get0_pubkey(r) : NULL;

	if (key && p == der.p + der.len && X509_REQ_verify(r, key) == 1)
		return r;
	X509_REQ_free(r);
	return NULL;
}

void
enroll_keep(const struct office *o, struct span der)
{
	char *path = mem_printf("%s/request.der", o->ca->dir);
	FILE *f = fopen(path, "we");

	if (f == NULL || fwrite(der.p, 1, der.len, f) != der.len ||
	    fclose(f) != 0)
		panic("%s: %s", path, strerror(errno));
	free(path);
}

void
enroll_word(char letter, struct span bytes, char word[LEDGER_WORD_MAX])
{
	unsigned char h[EVP_MAX_MD_SIZE];
	size_t n = 1;

	if (EVP_Digest(bytes.p, bytes.len, h, NULL, EVP_sha256(), NULL) != 1)
		panic("no digest");
	word[0] = letter;
	for (int i = 0; n < WORD_DIGITS; i++, n += 2)
		snprintf(word + n, 3, "%02X", h[i]);
}

bool
enroll_is_used(const struct office *o, EVP_PKEY *key, const char *word)
{
	char spki[LEDGER_SPKI_MAX];
	const struct ledger_asked *asked = ledger_asked(o->ledger, word);
	const struct ledger_cert *c;

	ca_spki(key, spki);
	c = ledger_key(o->ledger, spki);
	return c && (asked == NULL || strcmp(asked->serial, c->serial) != 0);
}

static bool
is_good(const struct ledger_cert *c, X509 *x)
{
	struct standing s;

	ledger_standing(c, office_now(), &s);
	return !s.revoked && X509_cmp_current_time(X509_get0_notAfter(x)) > 0;
}

X509 *
enroll_holder(const struct office *o, const X509_NAME *name)
{
	for (size_t i = o->ledger->ncerts; i > 0; i--) {
		const struct ledger_cert *c = &o->ledger->certs[i - 1];
		X509 *x = ca_issued(o->ca, c->serial);

		if (x && X509_NAME_cmp(X509_get_subject_name(x), name) == 0 &&
		    is_good(c, x))
			return x;
		X509_free(x);
	}
	return NULL;
}

/* --- what it gets ----------------------------------------------------------------- */

/* One of these is made for the moment: the right one is still to come. */
static X509 *
issue_wrong(struct office *o, const struct enroll *e)
{
	struct ca_wish w = { .subject = e->subject, .key = e->key,
		.exts = e->exts, .to = DAYS, .aside = true,
		.hidden = e->fault == FAULT_NO_CHAIN };
	X509_NAME *other = X509_NAME_new();
	EVP_PKEY *made = NULL;
	X509 *x;

	if (other == NULL || !X509_NAME_add_entry_by_txt(other, "CN",
	    MBSTRING_UTF8, (const unsigned char *)"Kto\305\233 Inny", -1, -1,
	    0))
		panic("enroll: no name");
	if (e->fault == FAULT_OTHER_HOLDER)
		w.subject = other;
	if (e->fault == FAULT_WRONG_KEY)
		w.key = made = EVP_EC_gen("P-256");
	if (e->fault == FAULT_ENDED) {
		w.from = -30;
		w.to = -1;
	}
	x = ca_enroll(o->ca, &w);
	ledger_refresh(o->ledger);
	EVP_PKEY_free(made);
	X509_NAME_free(other);
	return x;
}

X509 *
enroll_issue(struct office *o, const struct enroll *e)
{
	const struct ca_wish w = { .subject = e->subject, .key = e->key,
		.exts = e->exts, .to = DAYS };
	const struct ledger_asked *asked = ledger_asked(o->ledger, e->word);
	char serial[LEDGER_SERIAL_MAX];
	X509 *x;

	if (e->fault == FAULT_WRONG_KEY || e->fault == FAULT_OTHER_HOLDER ||
	    e->fault == FAULT_ENDED || e->fault == FAULT_NO_CHAIN)
		return issue_wrong(o, e);
	if (asked && e->fault != FAULT_ISSUED_TWICE &&
	    (x = ca_issued(o->ca, asked->serial)) != NULL)
		return x;
	x = ca_enroll(o->ca, &w);
	ledger_serial(X509_get0_serialNumber(x), serial);
	ledger_answered(o->ca->dir, e->word, serial);
	ledger_refresh(o->ledger);
	return x;
}

void
enroll_pkcs7(const struct office *o, X509 *x, enum fault fault,
    struct buf *out)
{
	PKCS7 *p = PKCS7_new();
	unsigned char *der = NULL;
	int len;

	if (p == NULL || !PKCS7_set_type(p, NID_pkcs7_signed) ||
	    !PKCS7_content_new(p, NID_pkcs7_data) ||
	    !PKCS7_set_detached(p, 1) || !PKCS7_add_certificate(p, x) ||
	    (fault != FAULT_NO_CHAIN &&
	    !PKCS7_add_certificate(p, o->ca->cert)) ||
	    (len = i2d_PKCS7(p, &der)) <= 0)
		panic("enroll: no PKCS#7");
	bytes_set(out, der, (size_t)len);
	OPENSSL_free(der);
	PKCS7_free(p);
}
