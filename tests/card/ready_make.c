#include "config.h"

#include <errno.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/card.h"
#include "tests/card/piv.h"
#include "tests/card/ready.h"

#define MANY_KEYS	4

void
ready_write_pem(const char *dir, const struct cert_spec *spec)
{
	char *path = mem_printf("%s/certs/%s.pem", dir, spec->name);
	FILE *f = fopen(path, "we");
	struct buf der;

	buf_init(&der, STORE_FILE_MAX);
	mkcert(dir, spec, &der);
	if (f == NULL || !PEM_write(f, PEM_STRING_X509, "", der.data,
	    (long)der.len) || fclose(f) != 0)
		panic("%s: %s", path, strerror(errno));
	buf_clear(&der);
	free(path);
}

/* The outer length stays right; what is inside makes no sense any more. */
static void
damage(struct buf *der)
{
	for (size_t i = 12; i < der->len && i < 200; i += 3)
		der->data[i] ^= 0x5a;
}

static EVP_PKEY *
key_of(const char *dir, const struct item *it)
{
	return mkcert_key(dir, it->what == KEY_ONLY ? it->name :
	    cert_spec(it->name)->key);
}

/*
 * The certificate as it lies beside the cards, made if it does not yet: so
 * that what is on a card and what a test compares it with are the same bytes.
 */
static void
der_of(const char *dir, const struct cert_spec *spec, struct buf *der)
{
	char *path = mem_printf("%s/certs/%s.pem", dir, spec->name);
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long n = 0;
	FILE *f;

	if (access(path, F_OK) == -1)
		ready_write_pem(dir, spec);
	f = fopen(path, "re");
	if (f == NULL || PEM_read(f, &name, &header, &data, &n) != 1)
		panic("%s: not readable", path);
	bytes_set(der, data, (size_t)n);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(data);
	fclose(f);
	free(path);
}

static void
fill_p15(struct p15 *p, const char *dir, const struct item *it)
{
	struct buf der;

	if (it->what == BOTH || it->what == KEY_ONLY)
		p15_key(p, it->id, it->label, key_of(dir, it), it->usage);
	if (it->what == KEY_ONLY)
		return;
	buf_init(&der, STORE_FILE_MAX);
	der_of(dir, cert_spec(it->name), &der);
	if (it->what == CERT_DAMAGED)
		damage(&der);
	p15_cert(p, it->id, it->label, it->what == CERT_CA,
	    span_of(der.data, der.len), it->what == CERT_64K ? 65535 : 0);
	buf_clear(&der);
}

static void
fill_many(struct p15 *p, const char *dir, unsigned n)
{
	const struct cert_spec *spec = cert_spec("many");
	struct buf der;

	buf_init(&der, STORE_FILE_MAX);
	for (unsigned id = 1; id <= n; id++) {
		char *label = mem_printf("Certyfikat %u", id);

		if (id <= MANY_KEYS)
			p15_key(p, id, label, mkcert_key(dir, spec->key),
			    P15_SIGN);
		mkcert_numbered(dir, spec, id, &der);
		p15_cert(p, id, label, false, span_of(der.data, der.len), 0);
		free(label);
	}
	buf_clear(&der);
}

static void
make_p15(const struct ready *r, const char *dir, const char *serial,
    struct store *s)
{
	struct p15 p;

	if (r->label == NULL)
		return;
	p15_begin(&p, s);
	for (int i = 0; i < READY_ITEMS_MAX && r->items[i].what; i++)
		fill_p15(&p, dir, &r->items[i]);
	if (r->many)
		fill_many(&p, dir, r->many);
	p15_end(&p, r->label, serial, r->holes);
}

static void
make_piv(const struct ready *r, const char *dir, const char *serial,
    struct store *s)
{
	struct buf der, guid;

	buf_init(&der, STORE_FILE_MAX);
	buf_init(&guid, 64);
	if (hex_read(&guid, serial) == -1 || guid.len != PIV_GUID_LEN)
		panic("not 16 bytes in hex: %s", serial);
	piv_prepare(s, guid.data);
	for (int i = 0; i < READY_ITEMS_MAX && r->items[i].what; i++) {
		const struct item *it = &r->items[i];

		der_of(dir, cert_spec(it->name), &der);
		if (it->what == CERT_DAMAGED)
			damage(&der);
		piv_fill(s, it->id, it->what == BOTH ? key_of(dir, it) : NULL,
		    der.data, der.len);
	}
	for (unsigned n = 0; n < r->many; n++) {
		mkcert_numbered(dir, cert_spec("piv-9a"), n, &der);
		piv_fill(s, n, mkcert_key(dir, cert_spec("piv-9a")->key),
		    der.data, der.len);
	}
	buf_clear(&guid);
	buf_clear(&der);
}

int
ready_make(const struct ready *r, const char *dir, const char *serial,
    const char *out)
{
	struct store *s = store_new(r->type, card_type(r->type)->atr);
	char *path = out ? mem_strdup(out) : mem_printf("%s/%s.card", dir,
	    r->name);
	int rc;

	if (serial == NULL)
		serial = r->serial;
	if (strcmp(r->type, "piv") == 0)
		make_piv(r, dir, serial, s);
	else
		make_p15(r, dir, serial, s);
	rc = store_save(s, path);
	store_free(s);
	free(path);
	return rc;
}
