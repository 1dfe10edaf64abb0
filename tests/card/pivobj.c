#include "config.h"

#include <string.h>

#include "tests/card/bytes.h"
#include "tests/card/card.h"
#include "tests/card/piv.h"

#define TRIES	3

static const uint8_t tag_chuid[] = { 0x5f, 0xc1, 0x02 };
static const uint8_t tag_ccc[] = { 0x5f, 0xc1, 0x07 };
static const uint8_t tag_history[] = { 0x5f, 0xc1, 0x0c };
static const uint8_t tag_discovery[] = { 0x7e };

/* The key that cards leave the factory with; nothing here is a secret. */
static const uint8_t admin_key[] = {
	1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
};

struct piv_place
piv_place(unsigned n)
{
	static const struct piv_place first[] = {
		{ 0x9a, { 0x5f, 0xc1, 0x05 } }, { 0x9c, { 0x5f, 0xc1, 0x0a } },
		{ 0x9d, { 0x5f, 0xc1, 0x0b } }, { 0x9e, { 0x5f, 0xc1, 0x01 } },
	};

	if (n < 4)
		return first[n];
	return (struct piv_place){
		(uint8_t)(0x82 + n - 4), { 0x5f, 0xc1, (uint8_t)(0x0d + n - 4) }
	};
}

void
piv_put(struct store *s, const uint8_t *tag, size_t tag_len, const void *p,
    size_t len)
{
	struct store_file *f = store_file(s, tag, tag_len);

	if (f == NULL)
		f = store_add_file(s, tag, tag_len, false, len);
	store_resize(f, len);
	f->told = len;
	memcpy(f->data, p, len);
	s->dirty = true;
}

static void
put_buf(struct store *s, const uint8_t *tag, size_t tag_len, struct buf *b)
{
	piv_put(s, tag, tag_len, b->data, b->len);
	b->len = 0;
}

/* Card holder unique identifier: what tells one card from another. */
static void
add_chuid(struct buf *b, const uint8_t *guid)
{
	/* An agency code of nines: this number comes from no agency. */
	static const uint8_t fasc_n[25] = {
		0xd4, 0xe7, 0x39, 0xda, 0x73, 0x9c, 0xed, 0x39, 0xce, 0x73,
		0x9d, 0x83, 0x68, 0x58, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21,
		0xc8, 0x42, 0x10, 0xc3, 0xeb
	};
	size_t t = tlv_open(b, 0x53);

	tlv_add(b, 0x30, fasc_n, sizeof(fasc_n));
	tlv_add(b, 0x34, guid, PIV_GUID_LEN);
	tlv_add(b, 0x35, "20401231", 8);
	tlv_add(b, 0x3e, "", 0);
	tlv_add(b, 0xfe, "", 0);
	tlv_close(b, t);
}

/* Card capability container: nothing but PIV's own data model. */
static void
add_ccc(struct buf *b, const uint8_t *guid)
{
	static const unsigned empty[] = { 0xf3, 0xf4, 0xf6, 0xf7, 0xfa, 0xfb,
	    0xfc, 0xfd, 0xfe };
	uint8_t id[21] = { 0xa0, 0x00, 0x00, 0x01, 0x16, 0xff, 0x02 };
	size_t t = tlv_open(b, 0x53);

	memcpy(id + 7, guid, 14);
	tlv_add(b, 0xf0, id, sizeof(id));
	tlv_add(b, 0xf1, "\x21", 1);
	tlv_add(b, 0xf2, "\x21", 1);
	tlv_add(b, 0xf5, "\x10", 1);
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		tlv_add(b, empty[i], "", 0);
	tlv_close(b, t);
}

static void
add_discovery(struct buf *b)
{
	static const uint8_t aid[] = { 0xa0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0 };
	size_t t = tlv_open(b, 0x7e);

	tlv_add(b, 0x4f, aid, sizeof(aid));
	tlv_add(b, 0x5f2f, "\x40\x00", 2);	/* the card's own PIN only */
	tlv_close(b, t);
}

static void
add_history(struct buf *b, unsigned keys)
{
	uint8_t n = (uint8_t)keys;
	size_t t = tlv_open(b, 0x53);

	tlv_add(b, 0xc1, &n, 1);
	tlv_add(b, 0xc2, "", 1);
	tlv_add(b, 0xfe, "", 0);
	tlv_close(b, t);
}

void
piv_prepare(struct store *s, const uint8_t guid[PIV_GUID_LEN])
{
	struct buf b;

	if (store_pin(s, PIV_PIN))
		return;
	buf_init(&b, 4096);
	store_set_pin(s, PIV_PIN, TRIES, "1234", 4);
	store_set_pin(s, PIV_PUK, TRIES, "12345678", 8);
	store_set_pin(s, PIV_ADMIN, 1, admin_key, sizeof(admin_key));
	add_chuid(&b, guid);
	put_buf(s, tag_chuid, sizeof(tag_chuid), &b);
	add_ccc(&b, guid);
	put_buf(s, tag_ccc, sizeof(tag_ccc), &b);
	add_discovery(&b);
	put_buf(s, tag_discovery, sizeof(tag_discovery), &b);
	add_history(&b, 0);
	put_buf(s, tag_history, sizeof(tag_history), &b);
	buf_clear(&b);
}

/* Retired places are counted from the first one, so they fill without gaps. */
static void
count_retired(struct store *s)
{
	unsigned n = 0;
	struct buf b;

	for (unsigned i = 4; i < PIV_PLACES; i++)
		if (store_file(s, piv_place(i).tag, 3))
			n = i - 3;
	buf_init(&b, 256);
	add_history(&b, n);
	put_buf(s, tag_history, sizeof(tag_history), &b);
	buf_clear(&b);
}

void
piv_fill(struct store *s, unsigned n, EVP_PKEY *key, const void *cert,
    size_t len)
{
	struct piv_place place = piv_place(n);
	struct buf b;
	size_t t;

	if (key)
		store_set_key(s, place.key, key);
	if (cert == NULL)
		return;
	buf_init(&b, STORE_FILE_MAX);
	t = tlv_open(&b, 0x53);
	tlv_add(&b, 0x70, cert, len);
	tlv_add(&b, 0x71, "", 1);
	tlv_add(&b, 0xfe, "", 0);
	tlv_close(&b, t);
	put_buf(s, place.tag, sizeof(place.tag), &b);
	buf_clear(&b);
	if (n >= 4)
		count_retired(s);
}
