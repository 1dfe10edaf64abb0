#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/inside.h"
#include "registry/remembered.h"
#include "registry/row.h"
#include "registry/store.h"

#define REMEMBERED_MAX	256	/* certificates of one card */

/* The card's row by any of its tokens; 1, 0 when it was never seen, -1. */
static int
find_card(struct registry *reg, const struct seen_card *seen, int64_t *card,
    struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < seen->ntokens; i++)
		if (seen->tokens[i].serial[0] != '\0')
			rc = sql_int(reg->sql, "SELECT card FROM token"
			    " WHERE serial = ?", card, err, "t",
			    seen->tokens[i].serial);
	return rc;
}

static int
insert_card(struct registry *reg, const struct seen_card *seen, int64_t now,
    int64_t *card, struct err *err)
{
	int64_t stamp, origin;

	if (registry_stamp(reg, &stamp, err) == -1 ||
	    inside_origin(reg, &origin, err) == -1 || sql_run(reg->sql,
	    "INSERT INTO card (number, model, origin, first_seen, last_seen,"
	    " changed) VALUES (?, ?, ?, ?, ?, ?)", err, "ttiiii", seen->number,
	    seen->model, origin, now, now, stamp) == -1)
		return -1;
	*card = sqlite3_last_insert_rowid(sql_handle(reg->sql));
	return 0;
}

static int
update_card(struct registry *reg, const struct seen_card *seen, int64_t now,
    int64_t card, struct err *err)
{
	int64_t stamp, origin;

	if (registry_stamp(reg, &stamp, err) == -1 ||
	    inside_origin(reg, &origin, err) == -1)
		return -1;
	return sql_run(reg->sql, "UPDATE card SET number = coalesce(nullif(?2,"
	    " ''), number), model = coalesce(nullif(?3, ''), model),"
	    " origin = ?4, last_seen = max(last_seen, ?5), changed = ?6"
	    " WHERE id = ?1", err, "ittiii", card, seen->number, seen->model,
	    origin, now, stamp);
}

static int
put_tokens(struct registry *reg, const struct seen_card *seen, int64_t card,
    struct err *err)
{
	size_t i;

	for (i = 0; i < seen->ntokens; i++)
		if (seen->tokens[i].serial[0] != '\0' && sql_run(reg->sql,
		    "INSERT INTO token (serial, card, label) VALUES (?1, ?2, ?3)"
		    " ON CONFLICT (serial) DO UPDATE SET card = ?2, label = ?3",
		    err, "tit", seen->tokens[i].serial, card,
		    seen->tokens[i].label) == -1)
			return -1;
	return 0;
}

/* A certificate on this card now; *new when it was not on it the last time. */
static int
put_seen(struct registry *reg, int64_t card, int64_t cert, int64_t now,
    bool *new, struct err *err)
{
	int64_t gone;
	int rc = sql_int(reg->sql, "SELECT gone_at IS NOT NULL FROM seen"
	    " WHERE card = ? AND cert = ?", &gone, err, "ii", card, cert);

	if (rc == -1)
		return -1;
	*new = rc == 0 || gone;
	if (sql_run(reg->sql, "INSERT INTO seen (card, cert, first_at, last_at)"
	    " VALUES (?1, ?2, ?3, ?3) ON CONFLICT (card, cert)"
	    " DO UPDATE SET last_at = ?3, gone_at = NULL", err, "iii", card,
	    cert, now) == -1)
		return -1;
	return sql_run(reg->sql, "UPDATE cert SET card = ?1 WHERE id = ?2"
	    " AND card IS NOT ?1", err, "ii", card, cert);
}

/*
 * A certificate that replaces another of the same holder and use on this card:
 * one that has gone or that ends before it.
 */
static int
is_renewal(struct registry *reg, int64_t card, int64_t cert, bool *yes,
    struct err *err)
{
	int64_t one;
	int rc = sql_int(reg->sql, "SELECT 1 FROM seen JOIN cert old"
	    " ON old.id = seen.cert JOIN cert new ON new.id = ?2"
	    " WHERE seen.card = ?1 AND old.id <> new.id"
	    " AND old.holder = new.holder AND old.uses = new.uses"
	    " AND old.not_after < new.not_after LIMIT 1", &one, err, "ii",
	    card, cert);

	*yes = rc == 1;
	return rc == -1 ? -1 : 0;
}

static int
put_cert(struct registry *reg, int64_t card, const struct cert *c, int64_t now,
    struct seen_change *change, struct err *err)
{
	enum store_did did;
	struct record r;
	bool new, renewal;
	int rc = -1;

	record_of_cert(&r, c, HOW_CARD, now);
	if (store_cert(reg, &r, &did, err) == -1)
		goto out;
	if (did == STORE_ERASED) {
		rc = 0;
		goto out;
	}
	if (put_seen(reg, card, r.id, now, &new, err) == -1)
		goto out;
	if (new && !change->first) {
		if (is_renewal(reg, card, r.id, &renewal, err) == -1)
			goto out;
		change->renewed += renewal;
		change->added += !renewal;
	}
	rc = 0;
out:
	record_clear(&r);
	return rc;
}

static int
mark_gone(struct registry *reg, int64_t card, int64_t now,
    struct seen_change *change, struct err *err)
{
	if (sql_run(reg->sql, "UPDATE seen SET gone_at = ?2 WHERE card = ?1"
	    " AND gone_at IS NULL AND last_at <> ?2", err, "ii", card,
	    now) == -1)
		return -1;
	change->gone = (size_t)sqlite3_changes(sql_handle(reg->sql));
	return 0;
}

static int
put(struct registry *reg, const struct seen_card *seen, int64_t now,
    struct seen_change *change, struct err *err)
{
	int64_t card;
	size_t i;
	int rc = find_card(reg, seen, &card, err);

	if (rc == -1)
		return -1;
	change->first = rc == 0;
	rc = change->first ? insert_card(reg, seen, now, &card, err) :
	    update_card(reg, seen, now, card, err);
	if (rc == -1 || put_tokens(reg, seen, card, err) == -1)
		return -1;
	for (i = 0; i < seen->ncerts && i < REMEMBERED_MAX; i++)
		if (put_cert(reg, card, seen->certs[i], now, change, err) == -1)
			return -1;
	return seen->whole ? mark_gone(reg, card, now, change, err) : 0;
}

int
remembered_put(struct registry *reg, const struct seen_card *seen, int64_t now,
    struct seen_change *change, struct err *err)
{
	memset(change, 0, sizeof *change);
	if (registry_begin(reg, err) == -1)
		return -1;
	if (put(reg, seen, now, change, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

static int
link_cert(struct registry *reg, const struct seen_card *seen, int64_t cert,
    int64_t at, struct err *err)
{
	int64_t card;
	bool new;
	int rc = find_card(reg, seen, &card, err);

	if (rc == -1 || (rc == 0 && (insert_card(reg, seen, at, &card,
	    err) == -1 || put_tokens(reg, seen, card, err) == -1)))
		return -1;
	return put_seen(reg, card, cert, at, &new, err);
}

int
remembered_link(struct registry *reg, const struct seen_card *seen,
    int64_t cert, int64_t at, struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	if (link_cert(reg, seen, cert, at, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* --- getting it back --------------------------------------------------------- */

static int
get_certs(struct registry *reg, int64_t card, struct remembered *out,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " ROW_COLUMNS ROW_FROM
	    " JOIN seen ON seen.cert = cert.id AND seen.card = ?"
	    " WHERE seen.gone_at IS NULL AND restricted = 0"
	    " ORDER BY qualified DESC, not_after DESC, cert.id LIMIT 256", err,
	    "i", card);
	int rc;

	if (st == NULL)
		return -1;
	out->certs = mem_array(REMEMBERED_MAX, sizeof *out->certs);
	while ((rc = sql_step(reg->sql, st, err)) == 1 &&
	    out->ncerts < REMEMBERED_MAX)
		row_read(st, &out->certs[out->ncerts++]);
	sqlite3_reset(st);
	return rc == -1 ? -1 : 0;
}

int
remembered_get(struct registry *reg, const char *token, struct remembered **out,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT card.id, number, model,"
	    " last_seen, point FROM token JOIN card ON card.id = token.card"
	    " JOIN origin ON origin.id = card.origin WHERE serial = ?", err,
	    "t", token);
	struct remembered *r;
	int64_t card;
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	*out = NULL;
	if (rc != 1)
		return rc == -1 ? -1 : err_set(err, ERR_NOT_FOUND, token, NULL);
	r = mem_alloc(sizeof *r);
	card = sqlite3_column_int64(st, 0);
	r->number = sql_text(st, 1);
	r->model = sql_text(st, 2);
	r->as_of = sqlite3_column_int64(st, 3);
	r->point = sql_text(st, 4);
	sqlite3_reset(st);
	if (get_certs(reg, card, r, err) == -1) {
		remembered_free(r);
		return -1;
	}
	*out = r;
	return 0;
}

void
remembered_free(struct remembered *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->ncerts; i++)
		record_clear(&r->certs[i]);
	free(r->certs);
	free(r->number);
	free(r->model);
	free(r->point);
	free(r);
}
