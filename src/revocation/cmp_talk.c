#include "config.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/trust.h"
#include "revocation/cmp_talk.h"
#include "revocation/officer.h"

#define CMP_TYPE	"application/pkixcmp"
#define BODY_ERROR	23	/* PKIBody (RFC 4210 5.1.2) */
#define BODY_POLL_REQ	25
#define CMP_ANSWER_MAX	((uint64_t)256 << 10)	/* bytes of one message */

int
cmp_failed(struct err *err, const struct cmp_talk *talk, const char *call)
{
	unsigned long e = ERR_peek_last_error();

	ERR_clear_error();
	return err_raw(err, ERR_UNKNOWN, ORIGIN_OPENSSL, e,
	    talk->authority->name, "%s", call);
}

/* --- the way there and back -------------------------------------------------- */

/* One message and nothing behind it. */
static OSSL_CMP_MSG *
read_answer(const struct net_answer *a, struct cmp_talk *talk)
{
	const char *url = talk->authority->cmp_url;
	const unsigned char *p = a->body.data;
	OSSL_CMP_MSG *msg;

	if (strcmp(a->type, CMP_TYPE) != 0) {
		err_set(&talk->err, talk->nonsense, url, "Content-Type: %s",
		    a->type);
		return NULL;
	}
	msg = a->body.len == 0 ? NULL :
	    d2i_OSSL_CMP_MSG(NULL, &p, (long)a->body.len);
	if (msg == NULL || p != a->body.data + a->body.len) {
		err_raw(&talk->err, talk->nonsense, ORIGIN_OPENSSL,
		    ERR_peek_last_error(), url, "no CMP message");
		OSSL_CMP_MSG_free(msg);
		return NULL;
	}
	return msg;
}

static OSSL_CMP_MSG *
carry(const OSSL_CMP_MSG *msg, struct cmp_talk *talk, struct buf *bytes)
{
	const struct authority *a = talk->authority;
	struct net_answer answer = { .status = 0 };
	OSSL_CMP_MSG *said = NULL;
	unsigned char *der = NULL;
	int len = i2d_OSSL_CMP_MSG(msg, &der);

	if (len > 0) {
		const struct net_request ask = {
			.method = NET_POST,
			.source = NET_CONFIGURED,
			.url = a->cmp_url,
			.accept = CMP_TYPE,
			.type = CMP_TYPE,
			.body = span_of(der, (size_t)len),
			.ca_file = a->cmp_ca_file[0] != '\0' ?
			    a->cmp_ca_file : NULL,
			.max = CMP_ANSWER_MAX,
			.cancel = talk->cancel,
		};

		if (net_ask(talk->net, &ask, &answer, &talk->err) == -1)
			;
		else if (answer.status != 200)
			net_refused(&ask, &answer, &talk->err);
		else
			said = read_answer(&answer, talk);
		if (said != NULL && buf_add(bytes, answer.body.data,
		    answer.body.len) == -1)
			panic("an answer longer than itself");
		net_answer_clear(&answer);
	}
	OPENSSL_free(der);
	return said;
}

/* The question in the request's place; NULL when the request itself goes. */
static OSSL_CMP_MSG *
question(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *request,
    struct cmp_talk *talk)
{
	bool first = !talk->begun;

	talk->begun = true;
	if (talk->mute != NULL)
		*talk->mute = false;
	return first && talk->waited != NULL && talk->waited[0] != '\0' ?
	    cmp_poll(ctx, request, talk) : NULL;
}

static OSSL_CMP_MSG *
transfer(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *msg)
{
	struct cmp_talk *talk = OSSL_CMP_CTX_get_transfer_cb_arg(ctx);
	OSSL_CMP_MSG *poll = question(ctx, msg, talk);
	OSSL_CMP_MSG *said;
	struct buf bytes;

	buf_init(&bytes, CMP_ANSWER_MAX);
	said = carry(poll != NULL ? poll : msg, talk, &bytes);
	if (said != NULL) {
		cmp_nonce(span_of(bytes.data, bytes.len), talk->nonce);
		/* OpenSSL asks by itself, too, where that is about a certificate. */
		if (OSSL_CMP_MSG_get_bodytype(msg) == BODY_POLL_REQ &&
		    OSSL_CMP_MSG_get_bodytype(said) == BODY_ERROR)
			talk->unpolled = true;
		if (poll != NULL)
			said = cmp_polled(ctx, said, span_of(bytes.data,
			    bytes.len), talk);
	}
	buf_clear(&bytes);
	OSSL_CMP_MSG_free(poll);
	return said;
}

/* What OpenSSL would print on the screen. */
static int
hush(const char *function, const char *file, int line, OSSL_CMP_severity level,
    const char *msg)
{
	(void)function;
	(void)file;
	(void)line;
	(void)level;
	(void)msg;
	return 1;
}

void
cmp_talk_begin(OSSL_CMP_CTX *ctx, struct cmp_talk *talk)
{
	OSSL_CMP_CTX_set_log_cb(ctx, hush);
	OSSL_CMP_CTX_set_transfer_cb(ctx, transfer);
	OSSL_CMP_CTX_set_transfer_cb_arg(ctx, talk);
	ERR_clear_error();
}

/* --- whom is believed ---------------------------------------------------------- */

static bool
in_store(X509_STORE *store, const X509 *x)
{
	STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(store);

	for (int i = 0; i < sk_X509_OBJECT_num(all); i++) {
		const X509 *have =
		    X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));

		if (have != NULL && X509_cmp(have, x) == 0)
			return true;
	}
	return false;
}

/* id-kp-cmcCA, id-kp-cmcRA: made to speak for the authority (RFC 9483 1.5). */
static bool
speaks_for_ca(X509 *x)
{
	EXTENDED_KEY_USAGE *eku = X509_get_ext_d2i(x, NID_ext_key_usage, NULL,
	    NULL);
	bool does = false;

	for (int i = 0; i < sk_ASN1_OBJECT_num(eku); i++) {
		int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(eku, i));

		does = does || nid == NID_cmcCA || nid == NID_cmcRA;
	}
	EXTENDED_KEY_USAGE_free(eku);
	return does;
}

/*
 * A chain to the authority is not enough: every holder has one.  Who signs must
 * be in the file of those that are trusted, or be made for it by one of them.
 */
static int
may_sign(int ok, X509_STORE_CTX *ctx)
{
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);

	if (ok != 1 || X509_STORE_CTX_get_error_depth(ctx) != 0 ||
	    in_store(X509_STORE_CTX_get0_store(ctx), x) || speaks_for_ca(x))
		return ok;
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_INVALID_PURPOSE);
	return 0;
}

static void
trust(X509_STORE *store, STACK_OF(X509) *certs)
{
	for (int i = 0; i < sk_X509_num(certs); i++) {
		if (X509_STORE_add_cert(store, sk_X509_value(certs, i)) != 1)
			panic("out of memory");
	}
}

struct trusting {
	X509_STORE	*store;
	struct err	*err;
};

static int
trust_certs(X509_STORE *store, const char *file, struct err *err)
{
	STACK_OF(X509) *certs;

	if (officer_certs(file, ERR_CONFIG, &certs, err) == -1)
		return -1;
	trust(store, certs);
	sk_X509_pop_free(certs, X509_free);
	return 0;
}

static int
trust_named(X509_STORE *store, const struct authority *a, struct err *err)
{
	char *real;
	int rc;

	if (trust_beside(a->cmp_trusted, a->asked_for, &real, err) == -1)
		return -1;
	rc = trust_certs(store, real, err);
	free(real);
	return rc;
}

static int
trust_one(const char *file, void *arg)
{
	struct trusting *t = arg;

	return trust_certs(t->store, file, t->err);
}

static int
fill_store(X509_STORE *store, const struct authority *a, X509 *issuer,
    struct err *err)
{
	struct err why = ERR_INIT;

	if (a->cmp_trusted[0] != '\0')
		return trust_named(store, a, err);
	if (issuer != NULL) {
		if (X509_STORE_add_cert(store, issuer) != 1)
			panic("out of memory");
		return 0;
	}
	if (a->ca_files.n == 0)
		return err_set(err, ERR_NO_ISSUER, a->name, NULL);
	(void)authority_ca_files(a, trust_one,
	    &(struct trusting){ store, &why }, &why);
	if (why.code == ERR_NONE)
		return 0;
	*err = why;
	return -1;
}

int
cmp_trust(OSSL_CMP_CTX *ctx, const struct cmp_talk *talk, X509 *issuer,
    struct err *err)
{
	X509_STORE *store = X509_STORE_new();

	if (store == NULL)
		panic("out of memory");
	if (fill_store(store, talk->authority, issuer, err) == -1) {
		X509_STORE_free(store);
		return -1;
	}
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store),
	    (time_t)talk->now);
	X509_STORE_set_verify_cb(store, may_sign);
	if (OSSL_CMP_CTX_set0_trustedStore(ctx, store) == 1)
		return 0;
	X509_STORE_free(store);
	return cmp_failed(err, talk, "OSSL_CMP_CTX_set0_trustedStore");
}

/* --- which, to whom --------------------------------------------------------------- */

int
cmp_transaction(OSSL_CMP_CTX *ctx, const struct cmp_talk *talk,
    struct err *err)
{
	ASN1_OCTET_STRING *id;
	unsigned char *bytes;
	long len;
	int rc = 0;

	if (talk->transaction == NULL)
		return 0;
	bytes = OPENSSL_hexstr2buf(talk->transaction, &len);
	id = ASN1_OCTET_STRING_new();
	if (id == NULL)
		panic("out of memory");
	if (bytes == NULL || ASN1_OCTET_STRING_set(id, bytes, (int)len) != 1 ||
	    OSSL_CMP_CTX_set1_transactionID(ctx, id) != 1)
		rc = cmp_failed(err, talk, "OSSL_CMP_CTX_set1_transactionID");
	ASN1_OCTET_STRING_free(id);
	OPENSSL_free(bytes);
	return rc;
}

/* "C=PL, CN=Example", in this order; NULL when it cannot be read so. */
static X509_NAME *
name_of_line(const char *line)
{
	X509_NAME *name = X509_NAME_new();
	char *copy = mem_strdup(line), *rest = copy, *part;
	bool good = name != NULL;

	while (good && (part = strsep(&rest, ",")) != NULL) {
		char *value = strchr(part, '=');

		part += strspn(part, " ");
		good = value != NULL;
		if (!good)
			break;
		*value++ = '\0';
		good = X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8,
		    (const unsigned char *)value, -1, -1, 0) == 1;
	}
	free(copy);
	if (good)
		return name;
	X509_NAME_free(name);
	return NULL;
}

int
cmp_recipient(OSSL_CMP_CTX *ctx, const struct cmp_talk *talk,
    const X509_NAME *otherwise, struct err *err)
{
	const char *line = talk->authority->cmp_recipient;
	X509_NAME *name = line[0] == '\0' ? X509_NAME_dup(otherwise) :
	    name_of_line(line);
	int rc = 0;

	if (name == NULL) {
		ERR_clear_error();
		return err_set(err, ERR_CONFIG, line, "[cmp] recipient");
	}
	if (OSSL_CMP_CTX_set1_recipient(ctx, name) != 1)
		rc = cmp_failed(err, talk, "OSSL_CMP_CTX_set1_recipient");
	X509_NAME_free(name);
	return rc;
}

/* --- what was said ------------------------------------------------------------------ */

/* Reasons of OpenSSL's for not believing who speaks. */
static bool
unproved(unsigned long e)
{
	static const int reasons[] = {
		CMP_R_ERROR_VALIDATING_PROTECTION,
		CMP_R_ERROR_VALIDATING_SIGNATURE,
		CMP_R_MISSING_PROTECTION,
		CMP_R_MISSING_TRUST_ANCHOR,
		CMP_R_NO_SUITABLE_SENDER_CERT,
		CMP_R_POTENTIALLY_INVALID_CERTIFICATE,
		CMP_R_UNKNOWN_ALGORITHM_ID,
		CMP_R_WRONG_PBM_VALUE,
	};

	for (size_t i = 0; ERR_GET_LIB(e) == ERR_LIB_CMP &&
	    i < sizeof reasons / sizeof *reasons; i++) {
		if (ERR_GET_REASON(e) == reasons[i])
			return true;
	}
	return false;
}

bool
cmp_unbelieved(const struct cmp_talk *talk, struct err *err)
{
	unsigned long e, last = 0;
	bool forged = false;

	while ((e = ERR_get_error()) != 0) {
		forged = forged || unproved(e);
		last = e;
	}
	err_raw(err, forged ? ERR_STATUS_FORGED : talk->nonsense,
	    ORIGIN_OPENSSL, last, talk->authority->cmp_url, "%s",
	    ERR_reason_error_string(last) != NULL ?
	    ERR_reason_error_string(last) : "");
	return forged;
}

char *
cmp_words(OSSL_CMP_CTX *ctx)
{
	OSSL_CMP_PKIFREETEXT *text = OSSL_CMP_CTX_get0_statusString(ctx);
	struct buf b;
	char *words;

	buf_init(&b, CASE_WORDS_MAX);
	for (int i = 0; i < sk_ASN1_UTF8STRING_num(text); i++) {
		const ASN1_UTF8STRING *s = sk_ASN1_UTF8STRING_value(text, i);

		if ((b.len != 0 && buf_add(&b, "; ", 2) == -1) ||
		    buf_add(&b, ASN1_STRING_get0_data(s),
		    (size_t)ASN1_STRING_length(s)) == -1)
			break;
	}
	words = b.len != 0 ? mem_strndup((const char *)b.data, b.len) : NULL;
	buf_clear(&b);
	return words;
}

