#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "revocation/officer.h"

/* In OpenSSL's place, which would ask on the terminal that the desk draws on. */
static int
no_password(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static int
unreadable(struct err *err, enum err_code code, const char *file)
{
	unsigned long e = ERR_peek_last_error();

	ERR_clear_error();
	return err_raw(err, code, ORIGIN_OPENSSL, e, file, NULL);
}

static int
slurp(const char *file, enum err_code code, struct buf *out, struct err *err)
{
	struct err why = ERR_INIT;

	buf_init(out, OFFICER_FILE_MAX);
	if (file_read(file, file, out, &why) == 0)
		return 0;
	buf_clear(out);
	return err_raw(err, code, why.origin, why.raw, file, "%s",
	    err_id(why.code));
}

/* All of the armoured ones, or the one that is there in DER. */
static STACK_OF(X509) *
parse_certs(const struct buf *b)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	BIO *in = BIO_new_mem_buf(b->data, (int)b->len);
	const unsigned char *p = b->data;
	X509 *x;

	if (certs == NULL || in == NULL)
		panic("out of memory");
	while (sk_X509_num(certs) < OFFICER_CERTS_MAX &&
	    (x = PEM_read_bio_X509(in, NULL, no_password, NULL)) != NULL) {
		if (sk_X509_push(certs, x) == 0)
			panic("out of memory");
	}
	BIO_free(in);
	if (sk_X509_num(certs) == 0 &&
	    (x = d2i_X509(NULL, &p, (long)b->len)) != NULL &&
	    sk_X509_push(certs, x) == 0)
		panic("out of memory");
	return certs;
}

int
officer_certs(const char *file, enum err_code code, STACK_OF(X509) **certs,
    struct err *err)
{
	struct buf b;

	*certs = NULL;
	if (slurp(file, code, &b, err) == -1)
		return -1;
	*certs = parse_certs(&b);
	buf_clear(&b);
	if (sk_X509_num(*certs) == 0) {
		sk_X509_pop_free(*certs, X509_free);
		*certs = NULL;
		return unreadable(err, code, file);
	}
	ERR_clear_error();
	return 0;
}

static int
load_key(struct officer *o, const char *file, struct err *err)
{
	const unsigned char *p;
	struct buf b;
	BIO *in;

	if (slurp(file, ERR_OFFICER_KEY, &b, err) == -1)
		return -1;
	if ((in = BIO_new_mem_buf(b.data, (int)b.len)) == NULL)
		panic("out of memory");
	o->key = PEM_read_bio_PrivateKey(in, NULL, no_password, NULL);
	BIO_free(in);
	p = b.data;
	if (o->key == NULL)
		o->key = d2i_AutoPrivateKey(NULL, &p, (long)b.len);
	buf_clear(&b);
	if (o->key == NULL)
		return unreadable(err, ERR_OFFICER_KEY, file);
	ERR_clear_error();
	if (X509_check_private_key(o->cert, o->key) == 1)
		return 0;
	ERR_clear_error();
	return err_set(err, ERR_OFFICER_KEY, file,
	    "it is not the key of the certificate");
}

/* By the given clock, as everything is judged by. */
static int
check_validity(const X509 *x, const char *file, int64_t now, struct err *err)
{
	time_t t = (time_t)now;

	if (X509_cmp_time(X509_get0_notBefore(x), &t) > 0)
		return err_set(err, ERR_OFFICER_EXPIRED, file, "not yet valid");
	if (X509_cmp_time(X509_get0_notAfter(x), &t) <= 0)
		return err_set(err, ERR_OFFICER_EXPIRED, file, "expired");
	return 0;
}

static int
load_cert(struct officer *o, const char *file, int64_t now, struct err *err)
{
	*o = (struct officer){ .cert = NULL };
	if (officer_certs(file, ERR_OFFICER_KEY, &o->chain, err) == -1)
		return -1;
	o->cert = sk_X509_shift(o->chain);
	return check_validity(o->cert, file, now, err);
}

int
officer_load(struct officer *o, const char *cert_file, const char *key_file,
    int64_t now, struct err *err)
{
	if (load_cert(o, cert_file, now, err) == 0 &&
	    load_key(o, key_file, err) == 0)
		return 0;
	officer_clear(o);
	return -1;
}

int
officer_load_card(struct officer *o, const char *cert_file,
    struct officer_signer *signer, int64_t now, struct err *err)
{
	if (load_cert(o, cert_file, now, err) == 0) {
		if ((o->key = officer_key(o->cert, signer)) != NULL)
			return 0;
		(void)err_set(err, ERR_OFFICER_KEY, cert_file,
		    "neither RSA nor EC");
	}
	officer_clear(o);
	return -1;
}

int
officer_sha256(const char *cert_file, uint8_t sha256[32], struct err *err)
{
	STACK_OF(X509) *certs;

	if (officer_certs(cert_file, ERR_OFFICER_KEY, &certs, err) == -1)
		return -1;
	if (X509_digest(sk_X509_value(certs, 0), EVP_sha256(), sha256, NULL) !=
	    1)
		panic("out of memory");
	sk_X509_pop_free(certs, X509_free);
	return 0;
}

void
officer_clear(struct officer *o)
{
	X509_free(o->cert);
	sk_X509_pop_free(o->chain, X509_free);
	EVP_PKEY_free(o->key);
	*o = (struct officer){ .cert = NULL };
}
