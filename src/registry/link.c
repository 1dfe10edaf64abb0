#include "config.h"

#include <string.h>

#include <openssl/crypto.h>

#include "base/buf.h"
#include "base/mem.h"
#include "registry/hmac.h"
#include "registry/link.h"

#define LINK_MAX	16384	/* bytes that an entry is hashed from */

/* Count, hash, MAC. */
#define HEAD_LEN	(8 + 2 * LINK_HASH_LEN)

static void
mac(const uint8_t *key, size_t key_len, const void *data, size_t len,
    uint8_t out[LINK_HASH_LEN])
{
	struct hmac *h = hmac_new(key, key_len);

	hmac_begin(h);
	hmac_add(h, data, len);
	hmac_end(h, out);
	hmac_free(h);
}

/* A key for this alone, so that no hash of an identifier is ever a link. */
static void
chain_mac(const struct ident_key *key, const void *data, size_t len,
    uint8_t out[LINK_HASH_LEN])
{
	static const char label[] = "okienko journal chain 1";
	uint8_t own[LINK_HASH_LEN];

	mac(key->b, sizeof key->b, label, sizeof label - 1, own);
	mac(own, sizeof own, data, len, out);
	OPENSSL_cleanse(own, sizeof own);
}

static void
put_number(uint8_t out[8], int64_t n)
{
	uint64_t u = (uint64_t)n;
	int i;

	for (i = 7; i >= 0; i--, u >>= 8)
		out[i] = (uint8_t)u;
}

static int64_t
get_number(const uint8_t in[8])
{
	uint64_t u = 0;
	int i;

	for (i = 0; i < 8; i++)
		u = u << 8 | in[i];
	return (int64_t)u;
}

static void
add(struct buf *buf, const void *p, size_t len)
{
	if (buf_add(buf, p, len) == -1)
		panic("an entry of the journal longer than LINK_MAX");
}

static void
add_number(struct buf *buf, int64_t n)
{
	uint8_t b[8];

	put_number(b, n);
	add(buf, b, sizeof b);
}

/* With its length, so that no two entries look alike; -1 for none at all. */
static void
add_bytes(struct buf *buf, const void *p, size_t len)
{
	/* Rows of ours are short; what is cut makes the hash wrong, as it should. */
	size_t fit = len < LINK_MAX / 8 ? len : LINK_MAX / 8;

	add_number(buf, p == NULL ? -1 : (int64_t)len);
	if (p != NULL)
		add(buf, p, fit);
}

static void
add_text(struct buf *buf, const char *s)
{
	add_bytes(buf, s, s == NULL ? 0 : strlen(s));
}

void
link_hash(const struct ident_key *key, const uint8_t before[LINK_HASH_LEN],
    const struct link *link, uint8_t out[LINK_HASH_LEN])
{
	struct buf buf;

	buf_init(&buf, LINK_MAX);
	add(&buf, before, LINK_HASH_LEN);
	add_number(&buf, link->seq);
	add_number(&buf, link->at);
	add_number(&buf, link->action);
	add_text(&buf, link->point);
	add_text(&buf, link->account);
	add_bytes(&buf, link->whom, link->whom_len);
	add_text(&buf, link->why);
	add_text(&buf, link->what);
	chain_mac(key, buf.data, buf.len, out);
	buf_clear(&buf);
}

/* --- the head --------------------------------------------------------------- */

static void
head_mac(const struct ident_key *key, const uint8_t head[HEAD_LEN],
    uint8_t out[LINK_HASH_LEN])
{
	uint8_t text[4 + 8 + LINK_HASH_LEN] = { 'h', 'e', 'a', 'd' };

	memcpy(text + 4, head, 8 + LINK_HASH_LEN);
	chain_mac(key, text, sizeof text, out);
}

void
link_head_start(struct link_head *head)
{
	memset(head, 0, sizeof *head);
	head->good = true;
}

static void
forged(struct link_head *head)
{
	head->good = false;
	memset(head->hash, 0xff, sizeof head->hash);
}

int
link_head_read(struct registry *reg, struct link_head *head, struct err *err)
{
	uint8_t raw[HEAD_LEN], expected[LINK_HASH_LEN];
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT CAST(value AS BLOB)"
	    " FROM meta WHERE name = 'journal'", err, "");
	int64_t entries;
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	link_head_start(head);
	if (rc == -1)
		return -1;
	if (rc == 0) {
		rc = sql_int(reg->sql, "SELECT 1 FROM journal LIMIT 1",
		    &entries, err, "");
		if (rc == 1)
			forged(head);
		return rc == -1 ? -1 : 0;
	}
	if (sqlite3_column_bytes(st, 0) == HEAD_LEN)
		memcpy(raw, sqlite3_column_blob(st, 0), sizeof raw);
	else
		memset(raw, 0, sizeof raw);
	sqlite3_reset(st);
	head->count = get_number(raw);
	memcpy(head->hash, raw + 8, sizeof head->hash);
	head_mac(&reg->key, raw, expected);
	if (CRYPTO_memcmp(expected, raw + 8 + LINK_HASH_LEN,
	    sizeof expected) != 0) {
		head->count = 0;
		forged(head);
	}
	return 0;
}

int
link_head_write(struct registry *reg, const struct link_head *head,
    struct err *err)
{
	uint8_t raw[HEAD_LEN];

	put_number(raw, head->count);
	memcpy(raw + 8, head->hash, LINK_HASH_LEN);
	head_mac(&reg->key, raw, raw + 8 + LINK_HASH_LEN);
	return sql_run(reg->sql, "INSERT INTO meta VALUES ('journal', ?1)"
	    " ON CONFLICT (name) DO UPDATE SET value = ?1", err, "b",
	    (const void *)raw, sizeof raw);
}
