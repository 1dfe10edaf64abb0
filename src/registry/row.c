#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "registry/maskrow.h"
#include "registry/row.h"

static int64_t
time_or_none(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? CERT_NO_TIME :
	    sqlite3_column_int64(st, column);
}

static size_t
read_bytes(sqlite3_stmt *st, int column, uint8_t *out, size_t size)
{
	const void *p = sqlite3_column_blob(st, column);
	size_t n = (size_t)sqlite3_column_bytes(st, column);

	n = n < size ? n : size;
	if (n > 0)
		memcpy(out, p, n);
	return n;
}

/* A number of an enum from the file, which somebody may have changed. */
static int
bounded(sqlite3_stmt *st, int column, int count)
{
	int64_t n = sqlite3_column_int64(st, column);

	return n >= 0 && n < count ? (int)n : 0;
}

/* Five columns, from c on. */
static void
read_status(sqlite3_stmt *st, int *c, struct record *r)
{
	r->status = (enum record_status)bounded(st, (*c)++, STATUS_COUNT);
	r->status_by = (enum record_how)bounded(st, (*c)++, HOW_COUNT);
	r->status_at = sqlite3_column_int64(st, (*c)++);
	r->revoked_at = sqlite3_column_int64(st, (*c)++);
	r->reason = sqlite3_column_type(st, *c) == SQLITE_NULL ? -1 :
	    sqlite3_column_int(st, *c);
	(*c)++;
}

void
row_read(sqlite3_stmt *st, struct record *r)
{
	int c = 0;

	record_init(r);
	r->id = sqlite3_column_int64(st, c++);
	r->issuer.key_len = read_bytes(st, c++, r->issuer.key,
	    sizeof r->issuer.key);
	r->issuer.line = sql_text(st, c++);
	r->issuer.shown = sql_text(st, c++);
	r->serial_len = read_bytes(st, c++, r->serial, sizeof r->serial);
	r->holder = sql_text(st, c++);
	r->org = sql_text(st, c++);
	r->not_before = time_or_none(st, c++);
	r->not_after = time_or_none(st, c++);
	r->uses = (unsigned)sqlite3_column_int64(st, c++);
	r->qualified = sqlite3_column_int(st, c++) != 0;
	r->ocsp = sql_text(st, c++);
	r->cdp = sql_text(st, c++);
	r->order = sql_text(st, c++);
	r->id_mask = maskrow_text(st, c++);
	r->email_mask = maskrow_text(st, c++);
	r->how = (enum record_how)bounded(st, c++, HOW_COUNT);
	r->first_seen = sqlite3_column_int64(st, c++);
	r->last_seen = sqlite3_column_int64(st, c++);
	r->point = sql_text(st, c++);
	r->account = sql_text(st, c++);
	r->card_token = sql_text(st, c++);
	r->card_number = sql_text(st, c++);
	r->card_model = sql_text(st, c++);
	read_status(st, &c, r);
	r->restricted = sqlite3_column_int(st, c++) != 0;
	r->changed = sqlite3_column_int64(st, c++);
	r->aia = sql_text(st, c++);
}

void
row_read_status(sqlite3_stmt *st, struct record *r)
{
	int c = 0;

	record_init(r);
	r->id = sqlite3_column_int64(st, c++);
	r->changed = sqlite3_column_int64(st, c++);
	read_status(st, &c, r);
}

/* Where each stands in the statements that write a row: ?1, ?2 ... */
enum {
	AT_ISSUER = 1,
	AT_SERIAL,
	AT_HOLDER,
	AT_ORG,
	AT_BEFORE,
	AT_AFTER,
	AT_USES,
	AT_QUALIFIED,
	AT_SOURCE,
	AT_ORDER,
	AT_ID_MASK,
	AT_EMAIL_MASK,
	AT_HOW,
	AT_LAST,
	AT_STATUS,
	AT_STATUS_BY,
	AT_STATUS_AT,
	AT_REVOKED_AT,
	AT_REASON,
	AT_RESTRICTED,
	AT_CHANGED,
	AT_CARD,
	AT_ORIGIN,
	AT_FIRST,
	AT_IDENTS,
	AT_ID = AT_IDENTS,	/* one inserts, the other updates */
};

/* NULL for what is not known, so that the file says so too. */
static void
bind_or_null(sqlite3_stmt *st, int at, bool known, int64_t value)
{
	if (known)
		sqlite3_bind_int64(st, at, value);
	else
		sqlite3_bind_null(st, at);
}

static void
bind_text(sqlite3_stmt *st, int at, const char *text)
{
	sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
}

/* Kept until the statement has run. */
struct masks {
	char	 id[MASKROW_MAX], email[MASKROW_MAX];
};

/* Everything but the keys; both statements have the same places. */
static void
bind_record(sqlite3_stmt *st, const struct record *r,
    const struct row_links *links, struct masks *masks)
{
	bind_text(st, AT_HOLDER, r->holder != NULL ? r->holder : "");
	bind_text(st, AT_ORG, r->org);
	bind_or_null(st, AT_BEFORE, r->not_before != CERT_NO_TIME,
	    r->not_before);
	bind_or_null(st, AT_AFTER, r->not_after != CERT_NO_TIME, r->not_after);
	bind_or_null(st, AT_USES, true, r->uses);
	bind_or_null(st, AT_QUALIFIED, true, r->qualified);
	bind_or_null(st, AT_SOURCE, links->source != 0, links->source);
	bind_text(st, AT_ORDER, r->order);
	bind_text(st, AT_ID_MASK, maskrow_pack(r->id_mask, masks->id));
	bind_text(st, AT_EMAIL_MASK, maskrow_pack(r->email_mask,
	    masks->email));
	bind_or_null(st, AT_HOW, true, r->how);
	bind_or_null(st, AT_LAST, true, r->last_seen);
	bind_or_null(st, AT_STATUS, true, r->status);
	bind_or_null(st, AT_STATUS_BY, true, r->status_by);
	bind_or_null(st, AT_STATUS_AT, r->status_at != 0, r->status_at);
	bind_or_null(st, AT_REVOKED_AT, r->revoked_at != 0, r->revoked_at);
	bind_or_null(st, AT_REASON, r->reason >= 0, r->reason);
	bind_or_null(st, AT_RESTRICTED, true, r->restricted);
}

int
row_insert(struct registry *reg, struct record *r,
    const struct row_links *links, const struct identrow *ids, struct err *err)
{
	uint8_t bytes[IDENTROW_MAX * IDENTROW_LEN];
	size_t len = identrow_bytes(ids, bytes);
	int64_t stamp, origin;
	struct masks masks;
	sqlite3_stmt *st;

	if (registry_stamp(reg, &stamp, err) == -1 ||
	    inside_origin(reg, &origin, err) == -1)
		return -1;
	st = sql_bind(reg->sql, "INSERT INTO cert (issuer, serial, holder, org,"
	    " not_before, not_after, uses, qualified, source, order_no,"
	    " id_mask, email_mask, how, last_seen, status, status_by,"
	    " status_at, revoked_at, reason, restricted, changed, card, origin,"
	    " first_seen, idents) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	    " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err, "ib", links->issuer,
	    (const void *)r->serial, r->serial_len);
	if (st == NULL)
		return -1;
	bind_record(st, r, links, &masks);
	bind_or_null(st, AT_CARD, links->card != 0, links->card);
	bind_or_null(st, AT_ORIGIN, true, origin);
	bind_or_null(st, AT_FIRST, true, r->first_seen);
	if (len > 0)
		sqlite3_bind_blob(st, AT_IDENTS, bytes, (int)len,
		    SQLITE_STATIC);
	else
		sqlite3_bind_null(st, AT_IDENTS);
	bind_or_null(st, AT_CHANGED, true, stamp);
	if (sql_step(reg->sql, st, err) == -1)
		return -1;
	r->id = sqlite3_last_insert_rowid(sql_handle(reg->sql));
	reg->last_row = r->id;
	r->changed = stamp;
	return 0;
}

int
row_update(struct registry *reg, const struct record *r,
    const struct row_links *links, bool stamped, struct err *err)
{
	int64_t stamp = r->changed;
	struct masks masks;
	sqlite3_stmt *st;

	if (stamped && registry_stamp(reg, &stamp, err) == -1)
		return -1;
	st = sql_bind(reg->sql, "UPDATE cert SET holder = ?3, org = ?4,"
	    " not_before = ?5, not_after = ?6, uses = ?7,"
	    " qualified = ?8, source = ?9, order_no = ?10,"
	    " id_mask = ?11, email_mask = ?12, how = ?13,"
	    " last_seen = ?14, status = ?15, status_by = ?16,"
	    " status_at = ?17, revoked_at = ?18,"
	    " reason = ?19, restricted = ?20, changed = ?21"
	    " WHERE id = ?25", err, "");
	if (st == NULL)
		return -1;
	bind_or_null(st, AT_ID, true, r->id);
	bind_record(st, r, links, &masks);
	bind_or_null(st, AT_CHANGED, true, stamp);
	return sql_step(reg->sql, st, err) == -1 ? -1 : 0;
}

int
row_put_status(struct registry *reg, const struct record *r, bool stamped,
    struct err *err)
{
	int64_t stamp = r->changed;
	sqlite3_stmt *st;

	if (stamped && registry_stamp(reg, &stamp, err) == -1)
		return -1;
	st = sql_bind(reg->sql, "UPDATE cert SET status = ?15,"
	    " status_by = ?16, status_at = ?17,"
	    " revoked_at = ?18, reason = ?19, changed = ?21"
	    " WHERE id = ?25", err, "");
	if (st == NULL)
		return -1;
	bind_or_null(st, AT_ID, true, r->id);
	bind_or_null(st, AT_STATUS, true, r->status);
	bind_or_null(st, AT_STATUS_BY, true, r->status_by);
	bind_or_null(st, AT_STATUS_AT, r->status_at != 0, r->status_at);
	bind_or_null(st, AT_REVOKED_AT, r->revoked_at != 0, r->revoked_at);
	bind_or_null(st, AT_REASON, r->reason >= 0, r->reason);
	bind_or_null(st, AT_CHANGED, true, stamp);
	return sql_step(reg->sql, st, err) == -1 ? -1 : 0;
}
