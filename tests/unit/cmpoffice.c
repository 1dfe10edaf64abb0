#include "config.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/office/cmp_turn.h"
#include "tests/unit/cmpoffice.h"

#define BODY_POLL_REQ	25	/* PKIBody (RFC 4210 5.1.2) */
#define YEAR	(365 * 24 * 3600)

static const struct {
	const char	*name, *cn;
	enum office_who	 issuer;
	const char	*usage, *eku;
} people[OFFICE_COUNT] = {
	[OFFICE_CA] = { "ca", "Office CA", OFFICE_CA,
	    "critical,keyCertSign,cRLSign", NULL },
	[OFFICE_SIGNER] = { "signer", "Office CMP", OFFICE_CA,
	    "digitalSignature", "1.3.6.1.5.5.7.3.28" },
	[OFFICE_OFFICER] = { "officer", "Officer", OFFICE_CA,
	    "digitalSignature", NULL },
	[OFFICE_RSA] = { "rsa", "Another officer", OFFICE_CA,
	    "digitalSignature", NULL },
	[OFFICE_HOLDER] = { "holder", "Jan Kowalski", OFFICE_CA,
	    "digitalSignature", NULL },
	[OFFICE_EXPIRED] = { "expired", "Former officer", OFFICE_CA,
	    "digitalSignature", NULL },
	[OFFICE_FOREIGN] = { "foreign", "Foreign CA", OFFICE_FOREIGN,
	    "critical,keyCertSign,cRLSign", NULL },
	[OFFICE_STRANGER] = { "stranger", "Office CMP", OFFICE_FOREIGN,
	    "digitalSignature", "1.3.6.1.5.5.7.3.28" },
};

static void
must(int ok)
{
	if (!ok)
		panic("OpenSSL does not make what the test needs");
}

static void
extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	if (value == NULL)
		return;
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	must((e = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value)) != NULL);
	must(X509_add_ext(x, e, -1));
	X509_EXTENSION_free(e);
}

static void
make_person(struct cmpoffice *o, enum office_who who)
{
	enum office_who by = people[who].issuer;
	X509 *x = X509_new(), *issuer = by == who ? x : o->cert[by];
	X509_NAME *name = X509_NAME_new();
	int64_t from = OFFICE_NOW - (who == OFFICE_EXPIRED ? 2 * YEAR : YEAR);
	int64_t to = who == OFFICE_EXPIRED ? OFFICE_NOW - 1 :
	    OFFICE_NOW + YEAR;

	o->key[who] = who == OFFICE_RSA ? EVP_RSA_gen(2048) :
	    EVP_EC_gen("P-256");
	must(o->key[who] != NULL);
	must(X509_set_version(x, X509_VERSION_3));
	must(ASN1_INTEGER_set(X509_get_serialNumber(x), 100 + (long)who));
	must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)people[who].cn, -1, -1, 0));
	must(X509_set_subject_name(x, name));
	must(X509_set_issuer_name(x, X509_get_subject_name(issuer)));
	must(ASN1_TIME_set(X509_getm_notBefore(x), from) != NULL);
	must(ASN1_TIME_set(X509_getm_notAfter(x), to) != NULL);
	must(X509_set_pubkey(x, o->key[who]));
	extend(x, issuer, NID_basic_constraints,
	    by == who ? "critical,CA:TRUE" : "CA:FALSE");
	extend(x, issuer, NID_key_usage, people[who].usage);
	extend(x, issuer, NID_ext_key_usage, people[who].eku);
	extend(x, issuer, NID_subject_key_identifier, "hash");
	must(X509_sign(x, o->key[by], EVP_sha256()) > 0);
	X509_NAME_free(name);
	o->cert[who] = x;
}

const char *
cmpoffice_file(const struct cmpoffice *o, const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", o->folder, name);
	return path;
}

static void
write_person(const struct cmpoffice *o, enum office_who who)
{
	char name[32];
	FILE *f;

	snprintf(name, sizeof name, "%s.pem", people[who].name);
	must((f = fopen(cmpoffice_file(o, name), "w")) != NULL);
	must(PEM_write_X509(f, o->cert[who]));
	fclose(f);
	snprintf(name, sizeof name, "%s.key", people[who].name);
	must((f = fopen(cmpoffice_file(o, name), "w")) != NULL);
	must(PEM_write_PrivateKey(f, o->key[who], NULL, NULL, 0, NULL, NULL));
	fclose(f);
}

/* A key under a password, and a file that is none. */
static void
write_odd(const struct cmpoffice *o)
{
	static char password[] = "zamkniete";
	FILE *f;

	must((f = fopen(cmpoffice_file(o, "locked.key"), "w")) != NULL);
	must(PEM_write_PrivateKey(f, o->key[OFFICE_OFFICER],
	    EVP_aes_128_cbc(), NULL, 0, NULL, password));
	fclose(f);
	must((f = fopen(cmpoffice_file(o, "text.pem"), "w")) != NULL);
	must(fputs("not a certificate\n", f) >= 0);
	fclose(f);
}

void
cmpoffice_make(struct cmpoffice *o)
{
	*o = (struct cmpoffice){ .signs = OFFICE_SIGNER };
	snprintf(o->folder, sizeof o->folder, "/tmp/cmpoffice.XXXXXX");
	must(mkdtemp(o->folder) != NULL);
	for (enum office_who who = 0; who < OFFICE_COUNT; who++) {
		make_person(o, who);
		write_person(o, who);
	}
	write_odd(o);
}

void
cmpoffice_clear(struct cmpoffice *o)
{
	char name[32];

	for (size_t i = 0; i < OFFICE_COUNT; i++) {
		X509_free(o->cert[i]);
		EVP_PKEY_free(o->key[i]);
		snprintf(name, sizeof name, "%s.pem", people[i].name);
		unlink(cmpoffice_file(o, name));
		snprintf(name, sizeof name, "%s.key", people[i].name);
		unlink(cmpoffice_file(o, name));
	}
	buf_clear(&o->aside);
	unlink(cmpoffice_file(o, "locked.key"));
	unlink(cmpoffice_file(o, "text.pem"));
	rmdir(o->folder);
}

/* --- the server ----------------------------------------------------------------- */

static OSSL_CMP_PKISI *
take_request(OSSL_CMP_SRV_CTX *srv, const OSSL_CMP_MSG *request,
    const X509_NAME *issuer, const ASN1_INTEGER *serial)
{
	struct cmpoffice *o = OSSL_CMP_SRV_CTX_get0_custom_ctx(srv);
	BIGNUM *bn = ASN1_INTEGER_to_BN(serial, NULL);

	(void)request;
	o->asked++;
	must(bn != NULL && BN_num_bytes(bn) <= (int)sizeof o->serial);
	o->serial_len = (size_t)BN_bn2bin(bn, o->serial);
	BN_free(bn);
	o->issuer_right = X509_NAME_cmp(issuer,
	    X509_get_subject_name(o->cert[OFFICE_CA])) == 0;
	return OSSL_CMP_STATUSINFO_new(o->status, o->bits, o->text);
}

/* What it would say on the test's own output. */
static int
hush(const char *function, const char *file, int line, OSSL_CMP_severity level,
    const char *msg)
{
	(void)function, (void)file, (void)line, (void)level, (void)msg;
	return 1;
}

/* A client's certificate counts if the CA made it. */
static X509_STORE *
clients(const struct cmpoffice *o)
{
	X509_STORE *store = X509_STORE_new();

	must(store != NULL && X509_STORE_add_cert(store, o->cert[OFFICE_CA]));
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store),
	    (time_t)OFFICE_NOW);
	return store;
}

static OSSL_CMP_SRV_CTX *
server(struct cmpoffice *o)
{
	OSSL_CMP_SRV_CTX *srv = OSSL_CMP_SRV_CTX_new(NULL, NULL);
	OSSL_CMP_CTX *ctx;

	must(srv != NULL && OSSL_CMP_SRV_CTX_init(srv, o, NULL, take_request,
	    NULL, NULL, NULL, NULL));
	ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(srv);
	must(OSSL_CMP_CTX_set_log_cb(ctx, hush));
	must(OSSL_CMP_CTX_set0_trustedStore(ctx, clients(o)));
	if (o->by_secret)
		must(OSSL_CMP_CTX_set1_referenceValue(ctx,
		    (const unsigned char *)OFFICE_REF, strlen(OFFICE_REF)) &&
		    OSSL_CMP_CTX_set1_secretValue(ctx,
		    (const unsigned char *)OFFICE_SECRET,
		    strlen(OFFICE_SECRET)));
	else
		must(OSSL_CMP_CTX_set1_cert(ctx, o->cert[o->signs]) &&
		    OSSL_CMP_CTX_set1_pkey(ctx, o->key[o->signs]));
	if (o->unprotected)
		must(OSSL_CMP_CTX_set_option(ctx,
		    OSSL_CMP_OPT_UNPROTECTED_SEND, 1));
	return srv;
}

static void
note_transaction(struct cmpoffice *o, const OSSL_CMP_MSG *msg)
{
	const ASN1_OCTET_STRING *id = OSSL_CMP_HDR_get0_transactionID(
	    OSSL_CMP_MSG_get0_header(msg));
	size_t n = 0;

	must(id != NULL && ASN1_STRING_length(id) == 16);
	for (int i = 0; i < 16; i++)
		n += (size_t)snprintf(o->transaction + n,
		    sizeof o->transaction - n, "%02x",
		    ASN1_STRING_get0_data(id)[i]);
}

/* CertId: the issuer's name, and behind it the serial number. */
static void
change_cert_id(const struct cmpoffice *o, unsigned char *der, int len)
{
	unsigned char serial[66] = { V_ASN1_INTEGER,
	    (unsigned char)o->serial_len };
	unsigned char *at;

	memcpy(serial + 2, o->serial, o->serial_len);
	at = memmem(der, (size_t)len, serial, o->serial_len + 2);
	must(at != NULL);
	if (o->other_serial)
		at[o->serial_len + 1] ^= 1;
	if (o->other_issuer)
		at[-1] ^= 1;
}

/*
 * Of the same transaction and with a protection that is right, but about a
 * certificate that nobody asked for.
 */
static OSSL_CMP_MSG *
about_another(struct cmpoffice *o, OSSL_CMP_SRV_CTX *srv, OSSL_CMP_MSG *said)
{
	OSSL_CMP_CTX *ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(srv);
	unsigned char *der = NULL;
	const unsigned char *p;
	int len = i2d_OSSL_CMP_MSG(said, &der);

	must(len > 0);
	change_cert_id(o, der, len);
	p = der;
	must(OSSL_CMP_CTX_set1_transactionID(ctx,
	    OSSL_CMP_HDR_get0_transactionID(OSSL_CMP_MSG_get0_header(said))));
	OSSL_CMP_MSG_free(said);
	must((said = d2i_OSSL_CMP_MSG(NULL, &p, len)) != NULL);
	must(OSSL_CMP_MSG_update_transactionID(ctx, said));
	OPENSSL_free(der);
	return said;
}

/* How the request that waited goes on: still waiting, or decided. */
static OSSL_CMP_MSG *
answer_poll(struct cmpoffice *o, OSSL_CMP_SRV_CTX *srv, struct span poll,
    const OSSL_CMP_MSG *msg)
{
	OSSL_CMP_CTX *ctx = OSSL_CMP_SRV_CTX_get0_cmp_ctx(srv);
	struct span request = span_of(o->aside.data, o->aside.len);
	const unsigned char *p = request.p;
	OSSL_CMP_MSG *waited = d2i_OSSL_CMP_MSG(NULL, &p, (long)request.len);
	OSSL_CMP_MSG *said = NULL, *turned;

	/* As it asks, it has to be protected too. */
	must(waited != NULL && OSSL_CMP_validate_msg(ctx, msg) &&
	    (said = OSSL_CMP_SRV_process_request(srv, waited)) != NULL);
	turned = cmp_turn(ctx, said, request, poll, o->puts_off == 0 ? -1 :
	    (int)o->check_after);
	must(turned != NULL);
	o->puts_off -= o->puts_off > 0;
	OSSL_CMP_MSG_free(said);
	OSSL_CMP_MSG_free(waited);
	return turned;
}

static OSSL_CMP_MSG *
process(struct cmpoffice *o, OSSL_CMP_SRV_CTX *srv, struct span request,
    const OSSL_CMP_MSG *msg)
{
	bool poll = OSSL_CMP_MSG_get_bodytype(msg) == BODY_POLL_REQ;

	o->polled += poll;
	if (poll && o->puts_off >= 0)
		return answer_poll(o, srv, request, msg);
	if (!poll) {
		buf_clear(&o->aside);
		buf_init(&o->aside, request.len);
		must(buf_add(&o->aside, request.p, request.len) == 0);
	}
	return OSSL_CMP_SRV_process_request(srv, msg);
}

int
cmpoffice_ask(struct cmpoffice *o, struct span request, unsigned char **answer)
{
	OSSL_CMP_SRV_CTX *srv = server(o);
	const unsigned char *p = request.p;
	OSSL_CMP_MSG *msg, *said;
	int len;

	must((msg = d2i_OSSL_CMP_MSG(NULL, &p, (long)request.len)) != NULL);
	note_transaction(o, msg);
	must((said = process(o, srv, request, msg)) != NULL);
	if (o->other_serial || o->other_issuer)
		said = about_another(o, srv, said);
	*answer = NULL;
	must((len = i2d_OSSL_CMP_MSG(said, answer)) > 0);
	OSSL_CMP_MSG_free(said);
	OSSL_CMP_MSG_free(msg);
	OSSL_CMP_SRV_CTX_free(srv);
	return len;
}
