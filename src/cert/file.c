#include "config.h"

#include "cert/file.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cert/base64.h"
#include "cert/container.h"
#include "cert/der.h"

#define PEM_BEGIN	"-----BEGIN "
#define PEM_DASHES	"-----"
#define PEM_KEY		"PRIVATE KEY-----"
#define PEM_KEY_BLOCK	"PRIVATE KEY BLOCK-----"	/* OpenPGP's */

/* A certificate, or (p NULL) an entry that is none. */
static void
add(struct span der, void *arg)
{
	struct cert_list *list = arg;
	struct err why = ERR_INIT;
	struct cert *c;
	uint8_t *copy;

	if (list->n == CERT_FILE_CERTS) {
		list->cut = true;
		return;
	}
	if (der.p == NULL || cert_parse(der.p, der.len, &c, &why) != 0) {
		list->damaged++;
		return;
	}
	copy = mem_alloc(der.len);
	memcpy(copy, der.p, der.len);
	list->certs = mem_grow(list->certs, list->n + 1, sizeof(*list->certs));
	list->ders = mem_grow(list->ders, list->n + 1, sizeof(*list->ders));
	list->ders[list->n] = span_of(copy, der.len);
	list->certs[list->n++] = c;
}

static void
add_pkcs7(struct span der, struct cert_list *list)
{
	if (pkcs7_each(der, add, list) != 0)
		list->damaged++;
}

/* --- PEM: RFC 7468 ----------------------------------------------------- */

/* Where text begins in a span; NULL where it does not. */
static const uint8_t *
find(struct span in, const char *text)
{
	return in.len == 0 ? NULL : memmem(in.p, in.len, text, strlen(text));
}

/* Move on to behind what find found. */
static struct span
behind(struct span in, const uint8_t *at, const char *text)
{
	const uint8_t *next = at + strlen(text);

	return span_of(next, in.len - (size_t)(next - in.p));
}

static bool
label_is(struct span label, const char *word)
{
	return label.len == strlen(word) && memcmp(label.p, word, label.len) == 0;
}

/* The bytes behind base64 text; NULL where it is none. */
static uint8_t *
decode_base64(struct span text, size_t *len)
{
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	uint8_t *out = mem_alloc(text.len / 4 * 3 + 3);
	int n = 0, last = 0;

	if (ctx == NULL)
		panic("okienko: out of memory");
	EVP_DecodeInit(ctx);
	if (EVP_DecodeUpdate(ctx, out, &n, text.p, (int)text.len) < 0 ||
	    EVP_DecodeFinal(ctx, out + n, &last) < 0) {
		free(out);
		out = NULL;
	}
	EVP_ENCODE_CTX_free(ctx);
	*len = (size_t)n + (size_t)last;
	return out;
}

/* One block; those that are no certificates, keys above all, are passed by. */
static void
read_block(struct span label, struct span text, struct cert_list *list)
{
	bool single = label_is(label, "CERTIFICATE") ||
	    label_is(label, "X509 CERTIFICATE") ||
	    label_is(label, "TRUSTED CERTIFICATE");
	bool several = label_is(label, "PKCS7") || label_is(label, "CMS") ||
	    label_is(label, "PKCS #7 SIGNED DATA");
	uint8_t *der;
	size_t len;

	if (!single && !several)
		return;
	der = decode_base64(text, &len);
	if (der == NULL)
		list->damaged++;
	else if (single)
		add(span_of(der, len), list);
	else
		add_pkcs7(span_of(der, len), list);
	free(der);
}

static void
read_pem(struct span in, struct cert_list *list)
{
	const uint8_t *at;

	while ((at = find(in, PEM_BEGIN)) != NULL) {
		struct span label, text;

		in = behind(in, at, PEM_BEGIN);
		label = in;
		at = find(in, PEM_DASHES);
		if (at == NULL)
			return;
		label.len = (size_t)(at - in.p);
		in = behind(in, at, PEM_DASHES);
		text = in;
		at = find(in, PEM_DASHES);	/* of END, or of the next BEGIN */
		text.len = at != NULL ? (size_t)(at - in.p) : in.len;
		in = span_of(in.p + text.len, in.len - text.len);
		read_block(label, text, list);
	}
}

/* --- keys, which nobody should bring ----------------------------------- */

static bool
ends_in(struct span text, const char *with)
{
	size_t n = strlen(with);

	return text.len >= n && memcmp(text.p + text.len - n, with, n) == 0;
}

bool
cert_file_ends_in_key(struct span text)
{
	return ends_in(text, PEM_KEY) || ends_in(text, PEM_KEY_BLOCK);
}

/*
 * Of RSA (RFC 8017), EC (RFC 5915) and PKCS#8 (RFC 5958) begins with a version of
 * 0 or 1; nothing else that is read here does.
 */
static bool
is_key(struct span in)
{
	struct span body, version;

	return der_enter(&in, DER_SEQUENCE, &body) == 0 &&
	    der_enter(&body, DER_INTEGER, &version) == 0 &&
	    version.len == 1 && version.p[0] <= 1 && body.len > 0;
}

/* --- any file ---------------------------------------------------------- */

/* What stands first in the outer SEQUENCE tells the kinds apart. */
static int
read_binary(struct span in, const char *name, const struct secret *password,
    struct cert_list *list, struct err *err)
{
	struct span rest = in, body;

	if (der_enter(&rest, DER_SEQUENCE, &body) == 0 && body.len > 0 &&
	    body.p[0] == DER_SEQUENCE) {
		add(in, list);
		return 0;
	}
	if (pkcs7_each(in, add, list) == 0)
		return 0;
	return pkcs12_each(in, password, name, add, list, err);
}

/* Armour may stand in any text, and its words inside a certificate. */
static bool
is_pem(struct span in)
{
	struct span rest = in;
	struct der el;

	if (der_next(&rest, &el) == 0 && rest.len == 0)
		return false;
	return find(in, PEM_BEGIN) != NULL;
}

/* The armour left off, as on the pages of some authorities. */
static bool
is_base64(struct span in, struct buf *der)
{
	struct buf text;
	bool is = true;

	buf_init(&text, CERT_FILE_MAX);
	for (size_t i = 0; is && i < in.len; i++)
		is = strchr(" \t\r\n", in.p[i]) != NULL ? in.p[i] != '\0' :
		    in.p[i] >= '+' && in.p[i] <= 'z' &&
		    buf_add(&text, &in.p[i], 1) == 0;
	is = is && text.len > 0 &&
	    base64_exact(span_of(text.data, text.len), der) == 0;
	buf_clear(&text);
	return is;
}

/* Anything but armour. */
static void
read_bare(struct span in, const char *name, const struct secret *password,
    struct cert_list *list, struct err *err)
{
	struct buf der;

	buf_init(&der, CERT_FILE_MAX);
	if (is_base64(in, &der))
		in = span_of(der.data, der.len);
	if (is_key(in))
		(void)err_set(err, ERR_PRIVATE_KEY, name, NULL);
	else if (read_binary(in, name, password, list, err) != 0)
		list->damaged++;
	buf_clear(&der);
}

int
cert_file_parse(const uint8_t *data, size_t len, const char *name,
    const struct secret *password, struct cert_list *list, struct err *err)
{
	struct span in = span_of(data, len);
	struct err why = ERR_INIT;

	memset(list, 0, sizeof(*list));
	if (len > CERT_FILE_MAX)
		return err_set(err, ERR_TOO_BIG, name, "%zu bytes", len);
	if (is_pem(in))
		read_pem(in, list);
	else
		read_bare(in, name, password, list, &why);
	if (list->n > 0)
		return 0;
	if (is_pem(in) && (find(in, PEM_KEY) || find(in, PEM_KEY_BLOCK)))
		(void)err_set(&why, ERR_PRIVATE_KEY, name, NULL);
	if (why.code == ERR_NONE)
		(void)err_set(&why, list->damaged ? ERR_BAD_DATA :
		    ERR_NOT_A_CERT, name, NULL);
	cert_list_clear(list);
	if (err->code == ERR_NONE)
		*err = why;
	return -1;
}

int
cert_file_read(const char *path, const struct secret *password,
    struct cert_list *list, struct err *err)
{
	struct buf buf;
	int ret;

	memset(list, 0, sizeof(*list));
	buf_init(&buf, CERT_FILE_MAX);
	ret = file_read(path, path, &buf, err);
	if (ret == 0)
		ret = cert_file_parse(buf.data, buf.len, path, password, list,
		    err);
	buf_clear(&buf);
	return ret;
}

void
cert_list_clear(struct cert_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		cert_free(list->certs[i]);
		free((void *)list->ders[i].p);
	}
	free(list->certs);
	free(list->ders);
	memset(list, 0, sizeof(*list));
}
