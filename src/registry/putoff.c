#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "registry/bloom.h"
#include "registry/inside.h"
#include "registry/putoff.h"

#define ROWS		64	/* of a table that wait, at most */
#define AT_ONCE		16	/* of them in one statement */
#define BYTES_FIRST	(1u << 14)
#define BYTES_MAX	(1u << 24)
#define FRESH_ROWS	1000000	/* with more, more is looked for */

#define FOUR(row)	row ", " row ", " row ", " row
#define SIXTEEN(row)	FOUR(FOUR(row))

/*
 * OR FAIL: what a statement wrote before it failed need not be undone by itself,
 * for which each page would be copied first; the whole transaction is undone.
 */
#define CARD	"INSERT OR FAIL INTO card (id, number, model, origin, first_seen," \
	" last_seen, changed) VALUES "
#define CARD_ROW	"(?, ?, ?, ?, ?, ?, ?)"
#define TOKEN	"INSERT OR FAIL INTO token (serial, card, n, label) VALUES "
#define TOKEN_ROW	"(?, ?, 0, '')"
#define CERT	"INSERT OR FAIL INTO cert (id, issuer, serial, holder, org," \
	" not_before, not_after, uses, qualified, source, order_no, id_mask," \
	" email_mask, how, last_seen, status, status_by, status_at," \
	" revoked_at, reason, restricted, changed, card, origin, first_seen," \
	" idents) VALUES "
#define CERT_ROW \
	"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?," \
	" ?, ?, ?, ?)"
#define SEEN	"INSERT OR FAIL INTO seen (card, cert, last_at) VALUES "
#define SEEN_ROW	"(?, ?, ?)"

/* Of all that were ever given: no number is given twice. */
#define LAST(table) \
	"SELECT max(coalesce((SELECT max(id) FROM " table "), 0)," \
	" coalesce((SELECT seq FROM sqlite_sequence WHERE name = '" table \
	"'), 0))"

/* Written in this order: each points to rows of those before it. */
static const struct {
	const char	*one, *many, *last;
	size_t		 columns;
} tables[PUTOFF_TABLES] = {
	[PUTOFF_CARD] = { CARD CARD_ROW, CARD SIXTEEN(CARD_ROW),
	    LAST("card"), 7 },
	[PUTOFF_TOKEN] = { TOKEN TOKEN_ROW, TOKEN SIXTEEN(TOKEN_ROW), NULL, 2 },
	[PUTOFF_CERT] = { CERT CERT_ROW, CERT SIXTEEN(CERT_ROW),
	    LAST("cert"), 26 },
	[PUTOFF_SEEN] = { SEEN SEEN_ROW, SEEN SIXTEEN(SEEN_ROW), NULL, 3 },
};

enum value_type { NOTHING, NUMBER, TEXT, BYTES };

/* A column: a number, or bytes of putoff.bytes. */
struct value {
	enum value_type	 type;
	uint32_t	 len;
	int64_t		 n;		/* or where they begin */
};

struct putoff {
	struct value	*values[PUTOFF_TABLES];	/* row by row */
	size_t		 n[PUTOFF_TABLES];	/* rows */
	uint64_t	 certs[ROWS], tokens[ROWS];	/* hashes */
	struct buf	 bytes;
};

static struct putoff *
putoff_of(struct registry *reg)
{
	struct putoff *p = reg->putoff;

	if (p != NULL)
		return p;
	p = mem_alloc(sizeof *p);
	for (size_t i = 0; i < PUTOFF_TABLES; i++)
		p->values[i] = mem_array(ROWS * tables[i].columns,
		    sizeof *p->values[i]);
	buf_init(&p->bytes, BYTES_MAX);
	/* So that no bytes at all are still not NULL. */
	(void)buf_reserve(&p->bytes, BYTES_FIRST);
	reg->putoff = p;
	return p;
}

void
putoff_discard(struct putoff *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < PUTOFF_TABLES; i++)
		free(p->values[i]);
	buf_clear(&p->bytes);
	free(p);
}

int
putoff_next(struct registry *reg, enum putoff_table table, int64_t *id,
    struct err *err)
{
	int64_t *last = &reg->last_id[table];

	if (*last == 0 && sql_int(reg->sql, tables[table].last, last, err,
	    "") == -1)
		return -1;
	if (*last < 0 || *last == INT64_MAX)
		return err_set(err, ERR_REGISTRY_BROKEN, reg->path,
		    "there are no more numbers for rows");
	*id = ++*last;
	return 0;
}

/* --- adding ------------------------------------------------------------------ */

static int
copy(struct putoff *p, struct value *v, enum value_type type,
    const void *bytes, size_t len)
{
	if (bytes == NULL) {
		v->type = NOTHING;
		return 0;
	}
	v->type = type;
	v->len = (uint32_t)len;
	v->n = (int64_t)p->bytes.len;
	return buf_add(&p->bytes, bytes, len);
}

static int
take(struct putoff *p, struct value *v, char type, va_list *ap)
{
	const void *bytes;
	bool known = true;

	switch (type) {
	case 'o':
		known = va_arg(*ap, int);
		/* FALLTHROUGH */
	case 'i':
		v->n = va_arg(*ap, int64_t);
		v->type = known ? NUMBER : NOTHING;
		return 0;
	case 't':
		bytes = va_arg(*ap, const char *);
		return copy(p, v, TEXT, bytes, bytes == NULL ? 0 :
		    strlen(bytes));
	case 'b':
		bytes = va_arg(*ap, const void *);
		return copy(p, v, BYTES, bytes, va_arg(*ap, size_t));
	default:
		panic("no such type of column: %c", type);
	}
}

/* By what a row is looked for while it waits, and later. */
static void
note_hash(struct registry *reg, enum putoff_table table,
    const struct value *row)
{
	struct putoff *p = reg->putoff;
	const struct value *serial = table == PUTOFF_CERT ? &row[2] :
	    table == PUTOFF_TOKEN ? &row[0] : NULL;
	uint64_t hash;

	if (serial == NULL)
		return;
	hash = bloom_hash(p->bytes.data + serial->n, serial->len);
	(table == PUTOFF_CERT ? p->certs : p->tokens)[p->n[table]] = hash;
	if (reg->fresh != NULL)
		bloom_add_now(reg->fresh, hash);
}

int
putoff_add(struct registry *reg, enum putoff_table table, struct err *err,
    const char *types, ...)
{
	struct putoff *p = putoff_of(reg);
	struct value *row;
	va_list ap;
	int rc = 0;

	if (p->n[table] == ROWS && putoff_write(reg, err) == -1)
		return -1;
	p = putoff_of(reg);
	row = p->values[table] + p->n[table] * tables[table].columns;
	va_start(ap, types);
	for (size_t i = 0; rc == 0 && i < tables[table].columns; i++)
		rc = take(p, &row[i], types[i], &ap);
	va_end(ap);
	if (rc == -1)
		panic("rows of more than BYTES_MAX");
	note_hash(reg, table, row);
	p->n[table]++;
	return 0;
}

/* --- looking ----------------------------------------------------------------- */

int64_t
putoff_token(const struct registry *reg, const char *serial)
{
	const struct putoff *p = reg->putoff;
	size_t len = strlen(serial);
	uint64_t h = bloom_hash((const uint8_t *)serial, len);

	for (size_t i = 0; p != NULL && i < p->n[PUTOFF_TOKEN]; i++) {
		const struct value *row = p->values[PUTOFF_TOKEN] +
		    i * tables[PUTOFF_TOKEN].columns;

		if (p->tokens[i] == h && row[0].len == len &&
		    memcmp(p->bytes.data + row[0].n, serial, len) == 0)
			return row[1].n;
	}
	return 0;
}

bool
putoff_may_have(const struct registry *reg, const void *serial, size_t len)
{
	const struct putoff *p = reg->putoff;
	uint64_t h = bloom_hash(serial, len);

	for (size_t i = 0; p != NULL && i < p->n[PUTOFF_CERT]; i++)
		if (p->certs[i] == h)
			return true;
	return false;
}

void
putoff_fresh(struct registry *reg)
{
	putoff_stale(reg);
	reg->fresh = bloom_new(FRESH_ROWS);
}

void
putoff_stale(struct registry *reg)
{
	bloom_free(reg->fresh);
	reg->fresh = NULL;
}

bool
putoff_is_new(const struct registry *reg, const void *serial, size_t len)
{
	uint64_t hash;

	if (reg->fresh == NULL)
		return false;
	hash = bloom_hash(serial, len);
	return bloom_may_hold(reg->fresh, &hash, 1) == 0;
}

/* --- writing ----------------------------------------------------------------- */

static void
bind(const struct putoff *p, sqlite3_stmt *st, int at, const struct value *v)
{
	switch (v->type) {
	case NOTHING:
		sqlite3_bind_null(st, at);
		break;
	case NUMBER:
		sqlite3_bind_int64(st, at, v->n);
		break;
	case TEXT:
		sqlite3_bind_text(st, at, (const char *)p->bytes.data + v->n,
		    (int)v->len, SQLITE_STATIC);
		break;
	case BYTES:
		sqlite3_bind_blob(st, at, p->bytes.data + v->n, (int)v->len,
		    SQLITE_STATIC);
		break;
	}
}

static int
write_table(struct registry *reg, const struct putoff *p, size_t table,
    struct err *err)
{
	const struct value *v = p->values[table];
	size_t n;

	for (size_t left = p->n[table]; left > 0; left -= n) {
		sqlite3_stmt *st;

		n = left >= AT_ONCE ? AT_ONCE : 1;
		st = sql_bind(reg->sql, n == 1 ? tables[table].one :
		    tables[table].many, err, "");
		if (st == NULL)
			return -1;
		for (size_t i = 0; i < n * tables[table].columns; i++)
			bind(p, st, (int)i + 1, v++);
		if (sql_step(reg->sql, st, err) == -1)
			return -1;
	}
	return 0;
}

int
putoff_write(struct registry *reg, struct err *err)
{
	struct putoff *p = reg->putoff;
	bool held;
	int rc = 0;

	if (p == NULL)
		return 0;
	held = sql_hold(reg->sql, true);
	for (size_t i = 0; rc == 0 && i < PUTOFF_TABLES; i++)
		rc = p->n[i] == 0 ? 0 : write_table(reg, p, i, err);
	(void)sql_hold(reg->sql, held);
	memset(p->n, 0, sizeof p->n);
	p->bytes.len = 0;
	/* What a row was said to be in is not there: none of it may stay. */
	reg->broken |= rc == -1;
	return rc;
}
