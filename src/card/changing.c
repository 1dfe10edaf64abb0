#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "base/mem.h"
#include "card/changing.h"
#include "card/ckr.h"
#include "card/keymake.h"
#include "card/spki.h"
#include "card/token.h"

/* --- what lies on the token ------------------------------------------------ */

/* Handles of a class with this id. */
static int
find_id(const struct session *s, CK_OBJECT_CLASS class, const char *id,
    CK_OBJECT_HANDLE *out, size_t max, size_t *n, struct err *err)
{
	CK_OBJECT_HANDLE all[CARD_KEYS_MAX];
	bool cut = false;
	size_t nall;

	*n = 0;
	if (session_find(s, class, all, CARD_KEYS_MAX, &nall, &cut, err) == -1)
		return -1;
	for (size_t i = 0; i < nall && *n < max; i++)
		if (object_has_id(s, all[i], id))
			out[(*n)++] = all[i];
	return 0;
}

/* The bytes of a certificate object; false: it has none that are sensible. */
static bool
get_cert(const struct session *s, CK_OBJECT_HANDLE object, uint8_t **der,
    size_t *len)
{
	struct err ignored = ERR_INIT;

	return object_get(s, object, CKA_VALUE, CERT_DER_MAX, der, len,
	    &ignored) == OBJECT_GOT;
}

/* All certificates of one SHA-256. */
static int
find_cert(const struct session *s, const uint8_t sha256[32],
    CK_OBJECT_HANDLE out[CARD_CERTS_MAX], size_t *n, struct err *err)
{
	CK_OBJECT_HANDLE all[CARD_CERTS_MAX];
	bool cut = false;
	size_t nall;

	*n = 0;
	if (session_find(s, CKO_CERTIFICATE, all, CARD_CERTS_MAX, &nall, &cut,
	    err) == -1)
		return -1;
	for (size_t i = 0; i < nall; i++) {
		uint8_t *der, have[32] = { 0 };
		size_t len;

		if (get_cert(s, all[i], &der, &len) &&
		    EVP_Digest(der, len, have, NULL, EVP_sha256(), NULL) == 1 &&
		    memcmp(have, sha256, sizeof(have)) == 0)
			out[(*n)++] = all[i];
		free(der);
	}
	return 0;
}

/* Which id a certificate gets: that of its key, or of its own public key's hash. */
static void
id_of_cert(const struct card_change *c, uint8_t id[CHANGE_ID_MAX / 2],
    size_t *len)
{
	const unsigned char *p = c->der.p;
	unsigned n = 0;
	X509 *x;

	*len = keymake_id(c->id, id);
	if (*len != 0)
		return;
	x = d2i_X509(NULL, &p, (long)c->der.len);
	if (x != NULL && X509_pubkey_digest(x, EVP_sha1(), id, &n) == 1)
		*len = n;
	X509_free(x);
}

/* What became of a certificate that is to be written beside others. */
struct beside {
	bool			 there;		/* the same, and of the same id */
	CK_OBJECT_HANDLE	 torn[CARD_CERTS_MAX];
	size_t			 ntorn;		/* of that id, and no certificates */
};

static bool
is_cert(const uint8_t *der, size_t len)
{
	struct err ignored = ERR_INIT;
	struct cert *cert;

	if (cert_parse(der, len, &cert, &ignored) == -1)
		return false;
	cert_free(cert);
	return true;
}

static bool
same_id(const struct session *s, CK_OBJECT_HANDLE object, const uint8_t *id,
    size_t idlen)
{
	struct err ignored = ERR_INIT;
	uint8_t *have;
	size_t len;
	bool same;

	same = object_get(s, object, CKA_ID, OBJECT_ID_MAX, &have, &len,
	    &ignored) == OBJECT_GOT && len == idlen &&
	    memcmp(have, id, len) == 0;
	free(have);
	return same;
}

static int
look_beside(const struct session *s, const struct card_change *c,
    const uint8_t *id, size_t idlen, struct beside *b, struct err *err)
{
	CK_OBJECT_HANDLE all[CARD_CERTS_MAX];
	bool cut = false;
	size_t n;

	*b = (struct beside){ .there = false };
	if (session_find(s, CKO_CERTIFICATE, all, CARD_CERTS_MAX, &n, &cut,
	    err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool got;
		uint8_t *der;
		size_t len;

		if (!same_id(s, all[i], id, idlen))
			continue;
		got = get_cert(s, all[i], &der, &len);
		if (got && len == c->der.len && memcmp(der, c->der.p, len) == 0)
			b->there = true;
		else if (!got || !is_cert(der, len))
			b->torn[b->ntorn++] = all[i];
		free(der);
	}
	return 0;
}

/* --- public halves ----------------------------------------------------------- */

static int
read_half(const struct session *s, CK_OBJECT_HANDLE object, bool rsa,
    struct buf *der)
{
	struct err ignored = ERR_INIT;
	uint8_t *a, *b = NULL;
	size_t alen, blen;
	int rc = -1;

	if (object_get(s, object, rsa ? CKA_MODULUS : CKA_EC_PARAMS,
	    OBJECT_PART_MAX, &a, &alen, &ignored) == OBJECT_GOT &&
	    object_get(s, object, rsa ? CKA_PUBLIC_EXPONENT : CKA_EC_POINT,
	    OBJECT_PART_MAX, &b, &blen, &ignored) == OBJECT_GOT)
		rc = (rsa ? spki_rsa_der : spki_ec_der)(a, alen, b, blen, der);
	free(a);
	free(b);
	return rc;
}

/* Of the one key of this id; a private half tells it too where it can. */
static int
read_public(const struct session *s, const char *id, struct buf *der,
    struct err *err)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PUBLIC_KEY,
	    CKO_PRIVATE_KEY };
	size_t seen = 0;

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		CK_OBJECT_HANDLE found[2];
		CK_ULONG type;
		size_t n;

		if (find_id(s, classes[i], id, found, 2, &n, err) == -1)
			return -1;
		seen = n > seen ? n : seen;
		if (n != 1)
			continue;
		type = object_number(s, found[0], CKA_KEY_TYPE,
		    CK_UNAVAILABLE_INFORMATION);
		if ((type == CKK_RSA || type == CKK_EC) &&
		    read_half(s, found[0], type == CKK_RSA, der) == 0)
			return 0;
	}
	return err_set(err, ERR_CARD_KEY, session_place(s),
	    "%zu keys of id %s, and no public half of one", seen, id);
}

/* --- writing ------------------------------------------------------------------ */

/*
 * Not every full card says so: where the token tells how much is free, less than
 * was to be written is the reason, whatever it was called.
 */
static int
write_err(const struct session *s, CK_RV rv, size_t size, struct err *err)
{
	struct err ignored = ERR_INIT;
	CK_TOKEN_INFO info;

	if (ckr_code(rv) != ERR_CARD_REMOVED &&
	    token_info(s->p11, s->slot, s->reader, &info, &ignored) == 0 &&
	    info.ulTotalPublicMemory != 0 &&
	    info.ulFreePublicMemory != CK_UNAVAILABLE_INFORMATION &&
	    info.ulFreePublicMemory != UINT32_MAX &&
	    info.ulFreePublicMemory < size)
		return err_raw(err, ERR_CARD_FULL, ORIGIN_PKCS11, rv,
		    session_place(s), "%lu bytes free, %zu to write: %s",
		    info.ulFreePublicMemory, size, ckr_name(rv));
	return p11_err(s->p11, err, rv, "C_CreateObject", session_place(s));
}

/* The parts of a certificate that PKCS#11 wants beside its bytes (3.2, 4.6.3). */
struct parts {
	unsigned char	*subject, *issuer, *serial;
	int		 nsubject, nissuer, nserial;
};

static int
take_parts(struct span der, struct parts *p)
{
	const unsigned char *at = der.p;
	X509 *x = d2i_X509(NULL, &at, (long)der.len);

	*p = (struct parts){ .subject = NULL };
	if (x != NULL && at == der.p + der.len) {
		p->nsubject = i2d_X509_NAME(X509_get_subject_name(x),
		    &p->subject);
		p->nissuer = i2d_X509_NAME(X509_get_issuer_name(x), &p->issuer);
		p->nserial = i2d_ASN1_INTEGER(X509_get_serialNumber(x),
		    &p->serial);
	}
	X509_free(x);
	return p->nsubject > 0 && p->nissuer > 0 && p->nserial > 0 ? 0 : -1;
}

static void
free_parts(struct parts *p)
{
	OPENSSL_free(p->subject);
	OPENSSL_free(p->issuer);
	OPENSSL_free(p->serial);
}

static int
create(const struct session *s, const struct card_change *c, uint8_t *id,
    size_t idlen, struct parts *p, struct err *err)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_CERTIFICATE_TYPE type = CKC_X_509;
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_OBJECT_HANDLE made;
	CK_ATTRIBUTE t[] = {
		{ CKA_CLASS, &class, sizeof(class) },
		{ CKA_CERTIFICATE_TYPE, &type, sizeof(type) },
		{ CKA_TOKEN, &yes, sizeof(yes) },
		{ CKA_PRIVATE, &no, sizeof(no) },
		{ CKA_LABEL, (void *)(uintptr_t)c->label, strlen(c->label) },
		{ CKA_ID, id, idlen },
		{ CKA_SUBJECT, p->subject, (CK_ULONG)p->nsubject },
		{ CKA_ISSUER, p->issuer, (CK_ULONG)p->nissuer },
		{ CKA_SERIAL_NUMBER, p->serial, (CK_ULONG)p->nserial },
		{ CKA_VALUE, (void *)(uintptr_t)c->der.p, c->der.len },
	};
	CK_RV rv;

	rv = s->p11->fn->C_CreateObject(s->handle, t, sizeof(t) / sizeof(*t),
	    &made);
	return rv == CKR_OK ? 0 : write_err(s, rv, c->der.len, err);
}

static int
destroy(const struct session *s, const CK_OBJECT_HANDLE *objects, size_t n,
    struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		CK_RV rv = s->p11->fn->C_DestroyObject(s->handle, objects[i]);

		if (rv != CKR_OK)
			return p11_err(s->p11, err, rv, "C_DestroyObject",
			    session_place(s));
	}
	return 0;
}

/* The key that a certificate is for lies there, and is the certificate's. */
static int
check_key(const struct session *s, const struct card_change *c,
    struct err *err)
{
	struct err ignored = ERR_INIT;
	CK_OBJECT_HANDLE found[2];
	const unsigned char *p = c->der.p;
	unsigned char *spki = NULL;
	struct buf have;
	bool other;
	size_t n;
	X509 *x;
	int len;

	if (find_id(s, CKO_PRIVATE_KEY, c->id, found, 2, &n, err) == -1)
		return -1;
	if (n != 1)
		return err_set(err, ERR_CARD_KEY, session_place(s),
		    "%zu private keys of id %s", n, c->id);
	buf_init(&have, SPKI_MAX);
	x = d2i_X509(NULL, &p, (long)c->der.len);
	len = x != NULL ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki) : -1;
	other = len <= 0 || (read_public(s, c->id, &have, &ignored) == 0 &&
	    (have.len != (size_t)len || memcmp(have.data, spki, have.len) != 0));
	X509_free(x);
	OPENSSL_free(spki);
	buf_clear(&have);
	return other ? err_set(err, ERR_CERT_OTHER_KEY, session_place(s),
	    "the key of id %s is another", c->id) : 0;
}

static int
write_cert(const struct session *s, const struct card_change *c,
    struct err *err)
{
	uint8_t id[CHANGE_ID_MAX / 2];
	struct beside b;
	struct parts p;
	size_t idlen;
	int rc = -1;

	if (!c->ca && check_key(s, c, err) == -1)
		return -1;
	id_of_cert(c, id, &idlen);
	if (look_beside(s, c, id, idlen, &b, err) == -1)
		return -1;
	if (b.there)
		return 0;
	if (take_parts(c->der, &p) == -1)
		(void)err_set(err, ERR_NOT_A_CERT, session_place(s), NULL);
	else if (destroy(s, b.torn, b.ntorn, err) == 0)
		rc = create(s, c, id, idlen, &p, err);
	free_parts(&p);
	return rc;
}

/* --- removing ------------------------------------------------------------------ */

static int
remove_cert(const struct session *s, const struct card_change *c,
    struct err *err)
{
	CK_OBJECT_HANDLE found[CARD_CERTS_MAX];
	size_t n;

	if (find_cert(s, c->sha256, found, &n, err) == -1)
		return -1;
	return destroy(s, found, n, err);
}

/* The private half last: while it is there, the key can be found again. */
static int
remove_key(const struct session *s, const struct card_change *c,
    struct err *err)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PUBLIC_KEY,
	    CKO_PRIVATE_KEY };
	CK_OBJECT_HANDLE found[CARD_KEYS_MAX];
	size_t n;

	if (find_id(s, CKO_CERTIFICATE, c->id, found, 1, &n, err) == -1)
		return -1;
	if (n != 0)
		return err_set(err, ERR_CARD_IN_USE, session_place(s),
		    "id %s", c->id);
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (find_id(s, classes[i], c->id, found, CARD_KEYS_MAX, &n,
		    err) == -1 || destroy(s, found, n, err) == -1)
			return -1;
	return 0;
}

static int
generate(const struct session *s, const struct card_change *c,
    struct err *err)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY,
	    CKO_PUBLIC_KEY };
	CK_OBJECT_HANDLE found[1];
	size_t n;

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		if (find_id(s, classes[i], c->id, found, 1, &n, err) == -1)
			return -1;
		if (n != 0)
			return err_set(err, ERR_CARD_ID_TAKEN, session_place(s),
			    "id %s", c->id);
	}
	return keymake(s, c, err);
}

/* --- afterwards ------------------------------------------------------------------ */

static int
not_as_written(const struct session *s, const char *what, struct err *err)
{
	return err_set(err, ERR_CARD_READ_BACK, session_place(s), "%s", what);
}

static int
see_made(const struct session *s, const struct card_change *c,
    struct buf *out, struct err *err)
{
	struct err why = ERR_INIT;

	if (read_public(s, c->id, out, &why) == 0)
		return 0;
	if (why.code == ERR_CARD_KEY)
		return not_as_written(s, "a key made", err);
	*err = why;
	return -1;
}

static int
see_written(const struct session *s, const struct card_change *c,
    struct err *err)
{
	uint8_t id[CHANGE_ID_MAX / 2];
	struct beside b;
	size_t idlen;

	id_of_cert(c, id, &idlen);
	if (look_beside(s, c, id, idlen, &b, err) == -1)
		return -1;
	return b.there ? 0 : not_as_written(s, "the certificate", err);
}

static int
see_gone(const struct session *s, const struct card_change *c, struct err *err)
{
	CK_OBJECT_HANDLE found[CARD_CERTS_MAX];
	size_t n;

	if (find_cert(s, c->sha256, found, &n, err) == -1)
		return -1;
	return n == 0 ? 0 : not_as_written(s, "a certificate removed", err);
}

static int
see_no_key(const struct session *s, const struct card_change *c,
    struct err *err)
{
	CK_OBJECT_HANDLE found[1];
	size_t n;

	if (find_id(s, CKO_PUBLIC_KEY, c->id, found, 1, &n, err) == -1)
		return -1;
	return n == 0 ? 0 : not_as_written(s, "a key removed", err);
}

static int
see_cert(const struct session *s, const struct card_change *c,
    struct buf *out, struct err *err)
{
	CK_OBJECT_HANDLE found[CARD_CERTS_MAX];
	uint8_t *der = NULL;
	size_t n, len;
	int rc = -1;

	if (find_cert(s, c->sha256, found, &n, err) == -1)
		return -1;
	if (n > 0 && get_cert(s, found[0], &der, &len))
		rc = buf_add(out, der, len);
	free(der);
	return rc == 0 ? 0 : err_set(err, ERR_CARD_KEY, session_place(s),
	    "no such certificate");
}

/* --- by kind --------------------------------------------------------------------- */

bool
changing_writes(enum card_change_kind kind)
{
	return kind != CHANGE_READ_CERT && kind != CHANGE_READ_PUBLIC;
}

int
changing_do(const struct session *s, const struct card_change *c,
    struct err *err)
{
	switch (c->kind) {
	case CHANGE_GENERATE:
		return generate(s, c, err);
	case CHANGE_WRITE:
		return write_cert(s, c, err);
	case CHANGE_REMOVE_CERT:
		return remove_cert(s, c, err);
	case CHANGE_REMOVE_KEY:
		return remove_key(s, c, err);
	case CHANGE_READ_CERT:
	case CHANGE_READ_PUBLIC:
		break;
	}
	return 0;
}

int
changing_look(const struct session *s, const struct card_change *c,
    struct card_changed *out, struct err *err)
{
	buf_init(&out->der, CERT_DER_MAX);
	switch (c->kind) {
	case CHANGE_GENERATE:
		return see_made(s, c, &out->der, err);
	case CHANGE_READ_PUBLIC:
		return read_public(s, c->id, &out->der, err);
	case CHANGE_WRITE:
		return see_written(s, c, err);
	case CHANGE_REMOVE_CERT:
		return see_gone(s, c, err);
	case CHANGE_REMOVE_KEY:
		return see_no_key(s, c, err);
	case CHANGE_READ_CERT:
		return see_cert(s, c, &out->der, err);
	}
	return 0;
}
