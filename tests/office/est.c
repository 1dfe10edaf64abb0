/*
 * EST (RFC 7030): cacerts for anybody; simpleenroll and simplereenroll for who has
 * the name and password of DIR/est.login or the officer's certificate.  Who is to
 * be certified has a certificate here that is still good.
 */
#include "config.h"

#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/base64.h"
#include "tests/card/bytes.h"
#include "tests/office/enroll.h"

#define LINE	64	/* characters of base64, as OpenSSL writes it */

static void
refuse(struct answer *answer, unsigned status, const char *why)
{
	answer_text(answer, status, why);
	if (status == 401)
		answer->wants = "Basic realm=\"est\"";
}

/* In lines, as most servers have it. */
static void
put_base64(struct answer *answer, const struct buf *der)
{
	size_t at = 0;

	answer->status = 200;
	answer->type = "application/pkcs7-mime; smime-type=certs-only";
	answer->body.len = 0;
	while (at < der->len) {
		size_t n = der->len - at < LINE / 4 * 3 ? der->len - at :
		    LINE / 4 * 3;
		char line[LINE + 2];
		int len = EVP_EncodeBlock((unsigned char *)line,
		    der->data + at, (int)n);

		line[len] = '\n';
		bytes_add(&answer->body, line, (size_t)len + 1);
		at += n;
	}
}

static void
tell_authorities(const struct office *o, struct answer *answer)
{
	struct buf der;

	buf_init(&der, SIZE_MAX);
	enroll_pkcs7(o, o->ca->root, FAULT_NONE, &der);
	put_base64(answer, &der);
	buf_clear(&der);
}

static bool
may(const struct office *o, const struct ask *a)
{
	const char *header = a->header(a, "Authorization");

	return (a->peer && X509_cmp(a->peer, o->officer) == 0) ||
	    (header && access_is_basic(header, ACCESS_CLIENT,
	    o->access.est));
}

static X509_REQ *
read_request(const struct office *o, const struct ask *a)
{
	struct buf text, der;
	X509_REQ *r = NULL;

	buf_init(&text, OFFICE_BODY_MAX);
	buf_init(&der, OFFICE_BODY_MAX);
	for (size_t i = 0; i < a->body.len; i++)
		if (strchr("\r\n", a->body.p[i]) == NULL)
			bytes_add(&text, &a->body.p[i], 1);
	if (base64_exact(span_of(text.data, text.len), &der) == 0) {
		enroll_keep(o, span_of(der.data, der.len));
		r = enroll_read(span_of(der.data, der.len));
	}
	buf_clear(&text);
	buf_clear(&der);
	return r;
}

static void
issue(struct office *o, const struct ask *a, X509_REQ *r, const char *word,
    struct answer *answer)
{
	STACK_OF(X509_EXTENSION) *exts = X509_REQ_get_extensions(r);
	const struct enroll e = { .word = word,
		.subject = X509_REQ_get_subject_name(r),
		.key = X509_REQ_get0_pubkey(r), .exts = exts,
		.fault = a->fault };
	X509 *x = enroll_issue(o, &e);
	struct buf der;

	buf_init(&der, SIZE_MAX);
	enroll_pkcs7(o, x, FAULT_NO_CHAIN, &der);	/* cacerts has the rest */
	put_base64(answer, &der);
	buf_clear(&der);
	X509_free(x);
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
}

static void
enroll(struct office *o, const struct ask *a, struct answer *answer)
{
	X509_REQ *r = read_request(o, a);
	X509 *holder = r == NULL ? NULL : enroll_holder(o,
	    X509_REQ_get_subject_name(r));
	char word[LEDGER_WORD_MAX];

	enroll_word('E', a->body, word);
	if (r == NULL)
		refuse(answer, 400, "No request that its key has signed.\n");
	else if (holder == NULL)
		refuse(answer, 403, "Nobody of this name is certified here.\n");
	else if (enroll_is_used(o, X509_REQ_get0_pubkey(r), word))
		refuse(answer, 403, "This key has been certified before.\n");
	else if (a->fault == FAULT_WAITING) {
		answer_text(answer, 202, "Somebody has to look at it.\n");
		answer->retry_after = 1;
	} else
		issue(o, a, r, word, answer);
	X509_free(holder);
	X509_REQ_free(r);
}

void
est_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	bool post = strcmp(a->method, "POST") == 0;

	if (!post && strcmp(a->rest, "/cacerts") == 0)
		tell_authorities(o, answer);
	else if (!post || (strcmp(a->rest, "/simplereenroll") != 0 &&
	    strcmp(a->rest, "/simpleenroll") != 0))
		refuse(answer, 404, "No such operation.\n");
	else if (!may(o, a))
		refuse(answer, 401, "Who asks?\n");
	else
		enroll(o, a, answer);
}
