#include "config.h"

#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/p15.h"

/* Access rules as isoApplet.profile makes them. */
#define SEC_OPEN	"\xff\x00\x00\x00\x00\x00\x00\x00"
#define SEC_APP		"\xff\x00\x00\x00\x00\x00\x00\x90"
#define SEC_PIN		"\xff\x90\x90\x90\x90\x90\x90\x00"
#define SEC_OBJECT	"\xff\x90\xff\xff\xff\xff\x90\x00"

/* DER tags. */
enum {
	BOOLEAN = 0x01, INTEGER = 0x02, BIT_STRING = 0x03, OCTETS = 0x04,
	UTF8 = 0x0c, TIME = 0x18, SEQUENCE = 0x30, TYPED = 0xa1
};

enum { ID_PUBLIC = 0x3300, ID_CERT = 0x3400 };

#define TRIES		3
#define DIRECTORY_MIN	1024	/* room for what is added later */
#define AUTH_ID		"\xff"

static struct store_file *
make(struct store *s, unsigned id, bool df, size_t size, const char *sec)
{
	uint8_t path[6] = { 0x3f, 0x00, 0x50, 0x15 };
	size_t at = id == 0x2f00 || id == 0x5015 ? 2 : 4;
	struct store_file *f;

	path[at] = (uint8_t)(id >> 8);
	path[at + 1] = (uint8_t)id;
	f = store_add_file(s, path, at + 2, df, size);
	memcpy(f->sec, sec, sizeof(f->sec));
	f->sec_len = sizeof(f->sec);
	return f;
}

static void
make_full(struct store *s, unsigned id, size_t size, const char *sec,
    const void *p, size_t n)
{
	struct store_file *f = make(s, id, false, n > size ? n : size, sec);

	if (n > 0)
		memcpy(f->data, p, n);
}

void
p15_begin(struct p15 *p, struct store *s)
{
	static const uint8_t aodf[] = {
		0x30, 0x2f, 0x30, 0x0e, 0x0c, 8, 'U', 's', 'e', 'r', ' ', 'P',
		'I', 'N', 0x03, 2, 6, 0xc0, 0x30, 3, 0x04, 1, 0xff, 0xa1, 0x18,
		0x30, 0x16,
		0x03, 2, 2, 0x8c,	/* case, initialised, padded */
		0x0a, 1, 1,		/* ASCII */
		0x02, 1, 4, 0x02, 1, 16, 0x02, 1, 16,	/* lengths */
		0x80, 1, 1, 0x04, 1, 0	/* reference, pad character */
	};
	static const uint8_t odf[] = {
		0xa8, 10, 0x30, 8, 4, 6, 0x3f, 0, 0x50, 0x15, 0x44, 1,
		0xa0, 10, 0x30, 8, 4, 6, 0x3f, 0, 0x50, 0x15, 0x44, 2,
		0xa1, 10, 0x30, 8, 4, 6, 0x3f, 0, 0x50, 0x15, 0x44, 3,
		0xa4, 10, 0x30, 8, 4, 6, 0x3f, 0, 0x50, 0x15, 0x44, 4,
	};
	static const uint8_t mf[] = { 0x3f, 0x00 };

	*p = (struct p15){ .store = s };
	buf_init(&p->prkdf, 65536);
	buf_init(&p->pukdf, 65536);
	buf_init(&p->cdf, 65536);
	store_set_pin(s, 1, TRIES, "1234", 4);
	store_set_pin(s, 2, TRIES, "1234567890123456", 16);
	store_add_file(s, mf, sizeof(mf), true, 0);
	make(s, 0x5015, true, 0, SEC_APP);
	make_full(s, 0x4401, 256, SEC_PIN, aodf, sizeof(aodf));
	make_full(s, 0x5031, 256, SEC_OPEN, odf, sizeof(odf));
	/* pkcs15-init's own note of how it made the card. */
	make_full(s, 0x4946, 128, SEC_PIN, "\x01\x06pkcs15", 8);
}

static void
add_path(struct buf *b, unsigned id)
{
	uint8_t path[6] = { 0x3f, 0x00, 0x50, 0x15, (uint8_t)(id >> 8),
	    (uint8_t)id };
	size_t t = tlv_open(b, SEQUENCE);

	tlv_add(b, OCTETS, path, id ? 6 : 4);
	tlv_close(b, t);
}

static void
add_integer(struct buf *b, unsigned tag, unsigned v)
{
	uint8_t bytes[5] = { 0, (uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v };
	size_t at = 0;

	while (at < 4 && bytes[at] == 0 && bytes[at + 1] < 0x80)
		at++;
	tlv_add(b, tag, bytes + at, sizeof(bytes) - at);
}

/* CommonObjectAttributes: what has an owner's PIN is private. */
static void
add_common(struct buf *b, const char *label, bool is_private)
{
	size_t t = tlv_open(b, SEQUENCE);

	tlv_add(b, UTF8, label, strlen(label));
	tlv_add(b, BIT_STRING, is_private ? "\x06\xc0" : "\x06\x40", 2);
	if (is_private)
		tlv_add(b, OCTETS, AUTH_ID, 1);
	tlv_close(b, t);
}

static void
add_id(struct buf *b, unsigned id)
{
	uint8_t one = (uint8_t)id;

	tlv_add(b, OCTETS, &one, 1);
}

static void
add_private(struct p15 *p, unsigned id, const char *label, EVP_PKEY *key,
    enum p15_usage usage)
{
	static const struct { const char *bits; size_t n; } usages[] = {
		[P15_SIGN] = { "\x05\x20", 2 },
		[P15_SIGN_DECRYPT] = { "\x05\x60", 2 },
		[P15_NON_REPUDIATION] = { "\x06\x20\x40", 3 },
	};
	struct buf *b = &p->prkdf;
	size_t all = tlv_open(b, EVP_PKEY_is_a(key, "EC") ? 0xa0 : SEQUENCE), t;

	add_common(b, label, true);
	t = tlv_open(b, SEQUENCE);
	add_id(b, id);
	tlv_add(b, BIT_STRING, usages[usage].bits, usages[usage].n);
	tlv_add(b, BIT_STRING, "\x03\xb8", 2);	/* made here, never leaves */
	add_integer(b, INTEGER, p->keys);
	tlv_close(b, t);
	t = tlv_open(b, TYPED);
	size_t inner = tlv_open(b, SEQUENCE);
	add_path(b, 0);
	add_integer(b, INTEGER, (unsigned)EVP_PKEY_get_bits(key));
	tlv_close(b, inner);
	tlv_close(b, t);
	tlv_close(b, all);
}

static void
add_public(struct p15 *p, unsigned id, const char *label, EVP_PKEY *key)
{
	bool ec = EVP_PKEY_is_a(key, "EC");
	struct buf *b = &p->pukdf;
	size_t all = tlv_open(b, ec ? 0xa0 : SEQUENCE), t, inner;

	add_common(b, label, false);
	t = tlv_open(b, SEQUENCE);
	add_id(b, id);
	tlv_add(b, BIT_STRING, "\x01\x02", 2);	/* verify */
	tlv_add(b, BOOLEAN, "", 1);		/* not the card's own format */
	add_integer(b, INTEGER, 0);
	tlv_close(b, t);
	t = tlv_open(b, TYPED);
	inner = tlv_open(b, SEQUENCE);
	add_path(b, ID_PUBLIC + p->keys);
	if (!ec)
		add_integer(b, INTEGER, (unsigned)EVP_PKEY_get_bits(key));
	tlv_close(b, inner);
	tlv_close(b, t);
	tlv_close(b, all);
}

/* RSAPublicKey, or SubjectPublicKeyInfo for the others. */
static void
add_public_value(EVP_PKEY *key, struct buf *b)
{
	unsigned char *der = NULL;
	int n = EVP_PKEY_is_a(key, "EC") ? i2d_PUBKEY(key, &der) :
	    i2d_PublicKey(key, &der);

	if (n < 0)
		panic("a public key cannot be written");
	bytes_add(b, der, (size_t)n);
	OPENSSL_free(der);
}

void
p15_key(struct p15 *p, unsigned id, const char *label, EVP_PKEY *key,
    enum p15_usage usage)
{
	struct buf value;

	add_private(p, id, label, key, usage);
	add_public(p, id, label, key);
	buf_init(&value, 4096);
	add_public_value(key, &value);
	make_full(p->store, ID_PUBLIC + p->keys, value.len, SEC_OBJECT,
	    value.data, value.len);
	buf_clear(&value);
	store_set_key(p->store, p->keys++, key);
}

void
p15_cert(struct p15 *p, unsigned id, const char *label, bool authority,
    struct span der, size_t told)
{
	struct buf *b = &p->cdf;
	unsigned file = ID_CERT + p->certs++;
	size_t all = tlv_open(b, SEQUENCE), t, inner;
	struct store_file *f;

	add_common(b, label, false);
	t = tlv_open(b, SEQUENCE);
	add_id(b, id);
	if (authority)
		tlv_add(b, BOOLEAN, "\xff", 1);
	tlv_close(b, t);
	t = tlv_open(b, TYPED);
	inner = tlv_open(b, SEQUENCE);
	add_path(b, file);
	tlv_close(b, inner);
	tlv_close(b, t);
	tlv_close(b, all);
	f = make(p->store, file, false, der.len, SEC_OBJECT);
	memcpy(f->data, der.p, der.len);
	if (told)
		f->told = told;
}

static void
end_directory(struct p15 *p, unsigned id, struct buf *b)
{
	size_t size = DIRECTORY_MIN;

	while (size < b->len + DIRECTORY_MIN / 4)
		size *= 2;
	make_full(p->store, id, size, SEC_PIN, b->data, b->len);
	buf_clear(b);
}

static void
write_dir(struct p15 *p, const char *label, struct buf *b)
{
	static const uint8_t aid[] = { 0xa0, 0, 0, 0, 0x63, 'P', 'K', 'C', 'S',
	    '-', '1', '5' };
	size_t t = tlv_open(b, 0x61);

	tlv_add(b, 0x4f, aid, sizeof(aid));
	tlv_add(b, 0x50, label, strlen(label));
	tlv_add(b, 0x51, "\x3f\x00\x50\x15", 4);
	tlv_close(b, t);
	make_full(p->store, 0x2f00, 128, SEC_OPEN, b->data, b->len);
	b->len = 0;
}

static void
write_token_info(struct p15 *p, const char *label, const char *serial,
    struct buf *b)
{
	size_t t = tlv_open(b, SEQUENCE), inner;
	time_t now = time(NULL);
	char when[16];
	struct tm tm;

	strftime(when, sizeof(when), "%Y%m%d%H%M%SZ", gmtime_r(&now, &tm));
	add_integer(b, INTEGER, 0);
	inner = tlv_open(b, OCTETS);
	if (hex_read(b, serial) == -1)
		panic("not a serial number in hex: %s", serial);
	tlv_close(b, inner);
	tlv_add(b, UTF8, "okienko", 7);
	tlv_add(b, 0x80, label, strlen(label));
	tlv_add(b, BIT_STRING, "\x04\x10", 2);
	inner = tlv_open(b, 0xa5);		/* last update */
	tlv_add(b, TIME, when, strlen(when));
	tlv_close(b, inner);
	tlv_close(b, t);
	make_full(p->store, 0x5032, b->len, SEC_OPEN, b->data, b->len);
	b->len = 0;
}

static void
write_unused(struct p15 *p, const unsigned *holes, struct buf *b)
{
	static const uint8_t app[] = { 0x3f, 0x00, 0x50, 0x15 };
	unsigned at = 0;
	size_t t, inner;

	p->store->room = 0;
	for (int i = 0; i < P15_HOLES_MAX && holes[i]; i++) {
		t = tlv_open(b, SEQUENCE);
		inner = tlv_open(b, SEQUENCE);
		tlv_add(b, OCTETS, app, sizeof(app));
		add_integer(b, INTEGER, at);
		add_integer(b, 0x80, holes[i]);
		tlv_close(b, inner);
		tlv_close(b, t);
		at += 2 * holes[i];
		p->store->room += (long)holes[i];
	}
	make_full(p->store, 0x5033, 128, SEC_OPEN, b->data, b->len);
	b->len = 0;
}

void
p15_end(struct p15 *p, const char *label, const char *serial,
    const unsigned holes[P15_HOLES_MAX])
{
	struct buf b;

	buf_init(&b, 4096);
	end_directory(p, 0x4402, &p->prkdf);
	end_directory(p, 0x4403, &p->pukdf);
	end_directory(p, 0x4404, &p->cdf);
	write_dir(p, label, &b);
	write_token_info(p, label, serial, &b);
	write_unused(p, holes, &b);
	buf_clear(&b);
}
