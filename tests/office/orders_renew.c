/*
 * A renewal through the order service: the request that an order takes, the
 * certificate after a while, and that it was collected.
 */
#include "config.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cert/base64.h"
#include "tests/card/bytes.h"
#include "tests/office/enroll.h"
#include "tests/office/orders_renew.h"

/* --- what comes ------------------------------------------------------------------- */

static bool
decode(const json_t *o, const char *name, struct buf *out)
{
	const char *s = json_string_value(json_object_get(o, name));

	buf_init(out, OFFICE_BODY_MAX);
	return s && base64_exact(span_of(s, strlen(s)), out) == 0 && out->len;
}

static const char *
key_word(EVP_PKEY *key)
{
	static const struct { const char *word, *type; int bits; } kinds[] = {
		{ "rsa2048", "RSA", 2048 }, { "rsa3072", "RSA", 3072 },
		{ "rsa4096", "RSA", 4096 }, { "p256", "EC", 256 },
		{ "p384", "EC", 384 }, { "p521", "EC", 521 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (EVP_PKEY_is_a(key, kinds[i].type) &&
		    EVP_PKEY_get_bits(key) == kinds[i].bits)
			return kinds[i].word;
	return "";
}

static bool
is_among(const json_t *list, const char *word)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (strcmp(json_string_value(item), word) == 0)
			return true;
	return json_array_size(list) == 0;
}

static const char *
renewed_serial(const struct order *order)
{
	return json_string_value(json_object_get(json_object_get(order->told,
	    "renews"), "serial"));
}

/* An entry of a name, or "". */
static void
entry(const X509_NAME *name, int nid, char *out, int size)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	unsigned char *text = NULL;
	int len = at < 0 ? 0 : ASN1_STRING_to_UTF8(&text,
	    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));

	snprintf(out, (size_t)size, "%.*s", len > 0 ? len : 0,
	    text ? (char *)text : "");
	OPENSSL_free(text);
}

/* That of the certificate that is renewed; where it is not kept, the person's. */
static bool
is_holder(const struct office *o, const struct order *order,
    const X509_NAME *name)
{
	X509 *old = ca_issued(o->ca, renewed_serial(order));
	char text[128];
	bool is;

	if (old) {
		is = X509_NAME_cmp(X509_get_subject_name(old), name) == 0;
		X509_free(old);
		return is;
	}
	entry(name, NID_serialNumber, text, sizeof(text));
	if (text[0] != '\0')
		return strcmp(text, order->who->id) == 0;
	entry(name, NID_commonName, text, sizeof(text));
	return strcmp(text, order->who->name) == 0;
}

/* The same bytes, signed by the certificate that is renewed. */
static bool
is_signed_by_old(const struct office *o, const struct order *order,
    const struct buf *cms, const struct buf *request)
{
	const unsigned char *p = cms->data;
	CMS_ContentInfo *ci = d2i_CMS_ContentInfo(NULL, &p, (long)cms->len);
	X509_STORE *store = X509_STORE_new();
	BIO *out = BIO_new(BIO_s_mem());
	STACK_OF(X509) *by = NULL;
	char serial[LEDGER_SERIAL_MAX] = "", *text;
	bool is = false;

	if (store == NULL || out == NULL ||
	    !X509_STORE_add_cert(store, o->ca->root) ||
	    !X509_STORE_add_cert(store, o->ca->cert) ||
	    !X509_STORE_set_purpose(store, X509_PURPOSE_ANY))
		panic("orders: no trust");
	if (ci && CMS_verify(ci, NULL, store, NULL, out, CMS_BINARY) == 1 &&
	    BIO_get_mem_data(out, &text) == (long)request->len &&
	    memcmp(text, request->data, request->len) == 0 &&
	    (by = CMS_get0_signers(ci)) != NULL && sk_X509_num(by) == 1) {
		ledger_serial(X509_get0_serialNumber(sk_X509_value(by, 0)),
		    serial);
		is = strcmp(serial, renewed_serial(order)) == 0;
	}
	sk_X509_free(by);
	BIO_free(out);
	X509_STORE_free(store);
	CMS_ContentInfo_free(ci);
	return is;
}

static void
word_of(const char *request, char word[LEDGER_WORD_MAX])
{
	enroll_word('O', span_of(request, request ? strlen(request) : 0),
	    word);
}

/* What is wrong with it; NULL: nothing. */
static const char *
wrong_with(const struct office *o, const struct order *order,
    const json_t *asked, const struct buf *der, X509_REQ *r)
{
	const json_t *wanted = json_object_get(order->told, "request");
	EVP_PKEY *key = r ? X509_REQ_get0_pubkey(r) : NULL;
	char word[LEDGER_WORD_MAX];
	const char *why = NULL;
	struct buf cms;

	word_of(json_string_value(json_object_get(asked, "request")), word);
	if (r == NULL)
		return "It is no request that its own key has signed.";
	if (!is_among(json_object_get(wanted, "keys"), key_word(key)))
		return "Keys of this kind are not taken.";
	if (!is_holder(o, order, X509_REQ_get_subject_name(r)))
		return "It is not in the name of the order's holder.";
	if (enroll_is_used(o, key, word))
		return "This key has been certified before.";
	if (!json_is_true(json_object_get(wanted, "signed_by_old")))
		return NULL;
	if (!decode(asked, "signed_by_old", &cms) ||
	    !is_signed_by_old(o, order, &cms, der))
		why = "The certificate that is renewed has not signed it.";
	buf_clear(&cms);
	return why;
}

void
renew_put(struct office *o, struct order *order, const json_t *asked,
    const char *key, const char *digest, struct answer *answer)
{
	X509_REQ *r = NULL;
	const char *why;
	struct buf der;

	if (json_object_get(order->told, "request") == NULL) {
		answer_problem(answer, 409, "wrong-state",
		    "In its state the order takes no request.");
		return;
	}
	if (decode(asked, "request", &der))
		r = enroll_read(span_of(der.data, der.len));
	why = wrong_with(o, order, asked, &der, r);
	if (why)
		answer_problem(answer, 422, "wrong-request", why);
	else
		orders_request(o->orders, order, json_string_value(
		    json_object_get(asked, "request")), key, digest);
	X509_REQ_free(r);
	buf_clear(&der);
}

/* --- what is made of it -------------------------------------------------------------- */

/* The certificate of an order that has its request: the same each time. */
static X509 *
certificate(struct office *o, const struct order *order, enum fault fault)
{
	STACK_OF(X509_EXTENSION) *exts;
	char word[LEDGER_WORD_MAX];
	struct buf der;
	X509_REQ *r = NULL;
	X509 *x;

	buf_init(&der, OFFICE_BODY_MAX);
	if (base64_exact(span_of(order->request, strlen(order->request)),
	    &der) == 0)
		r = enroll_read(span_of(der.data, der.len));
	if (r == NULL)
		panic("orders: a request that was taken is none");
	word_of(order->request, word);
	exts = X509_REQ_get_extensions(r);
	x = enroll_issue(o, &(struct enroll){ .word = word,
	    .subject = X509_REQ_get_subject_name(r),
	    .key = X509_REQ_get0_pubkey(r), .exts = exts, .fault = fault });
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
	X509_REQ_free(r);
	buf_clear(&der);
	return x;
}

static int64_t
seconds_of(const ASN1_TIME *t)
{
	int days = 0, seconds = 0;
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);

	if (epoch == NULL || !ASN1_TIME_diff(&days, &seconds, epoch, t))
		panic("orders: no time");
	ASN1_TIME_free(epoch);
	return (int64_t)days * DAY + seconds;
}

void
renew_issue(struct office *o, struct order *order)
{
	X509 *x = certificate(o, order, FAULT_NONE);
	char serial[LEDGER_SERIAL_MAX];

	ledger_serial(X509_get0_serialNumber(x), serial);
	orders_issue(o->orders, order, serial,
	    seconds_of(X509_get0_notBefore(x)),
	    seconds_of(X509_get0_notAfter(x)));
	X509_free(x);
}

static bool
is_in(const struct order *order, const char *state)
{
	return strcmp(json_string_value(json_object_get(order->told, "state")),
	    state) == 0;
}

void
renew_tick(struct office *o)
{
	int64_t now = clock_now();

	for (size_t i = 0; i < o->orders->n; i++) {
		struct order *order = &o->orders->v[i];
		int64_t after = now - order->requested;

		if (order->request == NULL || o->issue_seconds == -1)
			continue;
		if (is_in(order, "request-made") &&
		    after * 2 >= o->issue_seconds)
			orders_move(o->orders, order, "verified", NULL);
		if (is_in(order, "verified") && after >= o->issue_seconds) {
			renew_issue(o, order);
			orders_move(o->orders, order, "ready", NULL);
		}
	}
}

/* --- what goes ------------------------------------------------------------------------- */

static void
put_pem(X509 *x, struct answer *answer)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *text;
	long n;

	if (b == NULL || !PEM_write_bio_X509(b, x) ||
	    (n = BIO_get_mem_data(b, &text)) <= 0)
		panic("orders: no PEM");
	bytes_add(&answer->body, text, (size_t)n);
	BIO_free(b);
}

/* The first of these that whoever asks reads. */
static const char *const types[] = {
	"application/pkcs7-mime", "application/pem-certificate-chain",
	"application/pkix-cert",
};

static const char *
type_for(const struct ask *a)
{
	const char *accept = a->header(a, "Accept");

	if (a->fault == FAULT_AS_PEM)
		return types[1];
	if (a->fault == FAULT_AS_DER)
		return types[2];
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (accept == NULL || strstr(accept, "*/*") ||
		    strstr(accept, types[i]))
			return types[i];
	return NULL;
}

static void
deliver(struct office *o, const struct ask *a, X509 *x, const char *type,
    struct answer *answer)
{
	unsigned char *der = NULL;
	int len;

	answer->status = 200;
	answer->type = type;
	if (type == types[0])
		enroll_pkcs7(o, x, a->fault, &answer->body);
	else if (type == types[1]) {
		put_pem(x, answer);
		if (a->fault != FAULT_NO_CHAIN)
			put_pem(o->ca->cert, answer);
	} else if ((len = i2d_X509(x, &der)) > 0)
		bytes_set(&answer->body, der, (size_t)len);
	OPENSSL_free(der);
}

static bool
is_there(const struct order *order)
{
	return order->request && order->issued && (is_in(order, "issued") ||
	    is_in(order, "ready") || is_in(order, "collected"));
}

void
renew_get(struct office *o, const struct ask *a, struct order *order,
    struct answer *answer)
{
	const char *type = type_for(a);
	int64_t left = order->requested + o->issue_seconds - clock_now();
	X509 *x;

	if (is_there(order) && type) {
		x = certificate(o, order, a->fault);
		deliver(o, a, x, type, answer);
		X509_free(x);
		return;
	}
	if (is_there(order))
		answer_problem(answer, 406, "bad-request", "Not as that.");
	else
		answer_problem(answer, 409, "wrong-state",
		    "It has not been issued.");
	if (order->request && !order->issued && o->issue_seconds != -1)
		answer->retry_after = left > 0 ? (long)left : 1;
}

void
renew_collected(struct office *o, struct order *order, const json_t *asked,
    const char *key, const char *digest, struct answer *answer)
{
	const char *serial = json_string_value(json_object_get(asked,
	    "serial"));
	char word[LEDGER_WORD_MAX];
	const struct ledger_asked *last;

	word_of(order->request, word);
	last = ledger_asked(o->ledger, word);
	if (!is_in(order, "ready") && !is_in(order, "issued"))
		answer_problem(answer, 409, "wrong-state",
		    "There is nothing to collect.");
	else if (last == NULL || serial == NULL ||
	    strcmp(serial, last->serial) != 0)
		answer_problem(answer, 422, "wrong-request",
		    "This is not the certificate of the order.");
	else
		orders_collected(o->orders, order, serial, key, digest);
}
