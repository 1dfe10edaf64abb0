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

/* Where each stands in the statements that change a row: ?1, ?2 ... */
enum {
	AT_HOLDER = 1,
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
	AT_ID,
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

/* Everything but the keys. */
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
	int64_t stamp, origin, id;
	struct masks masks;

	if (registry_stamp(reg, &stamp, err) == -1 ||
	    inside_origin(reg, &origin, err) == -1 ||
	    putoff_next(reg, PUTOFF_CERT, &id, err) == -1 ||
	    putoff_add(reg, PUTOFF_CERT, err, "iibttooiiotttiiiioooiioiib", id,
	    links->issuer, (const void *)r->serial, r->serial_len,
	    r->holder != NULL ? r->holder : "", r->org,
	    r->not_before != CERT_NO_TIME, r->not_before,
	    r->not_after != CERT_NO_TIME, r->not_after, (int64_t)r->uses,
	    (int64_t)r->qualified, links->source != 0, links->source, r->order,
	    maskrow_pack(r->id_mask, masks.id),
	    maskrow_pack(r->email_mask, masks.email), (int64_t)r->how,
	    r->last_seen, (int64_t)r->status, (int64_t)r->status_by,
	    r->status_at != 0, r->status_at, r->revoked_at != 0, r->revoked_at,
	    r->reason >= 0, (int64_t)r->reason, (int64_t)r->restricted, stamp,
	    links->card != 0, links->card, origin, r->first_seen,
	    len > 0 ? (const void *)bytes : NULL, len) == -1)
		return -1;
	r->id = id;
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
	st = sql_bind(reg->sql, "UPDATE cert SET holder = ?1, org = ?2,"
	    " not_before = ?3, not_after = ?4, uses = ?5,"
	    " qualified = ?6, source = ?7, order_no = ?8,"
	    " id_mask = ?9, email_mask = ?10, how = ?11,"
	    " last_seen = ?12, status = ?13, status_by = ?14,"
	    " status_at = ?15, revoked_at = ?16,"
	    " reason = ?17, restricted = ?18, changed = ?19"
	    " WHERE id = ?20", err, "");
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
	st = sql_bind(reg->sql, "UPDATE cert SET status = ?13,"
	    " status_by = ?14, status_at = ?15,"
	    " revoked_at = ?16, reason = ?17, changed = ?19"
	    " WHERE id = ?20", err, "");
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
