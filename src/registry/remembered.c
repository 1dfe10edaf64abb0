#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/cardrow.h"
#include "registry/forget.h"
#include "registry/inside.h"
#include "registry/remembered.h"
#include "registry/row.h"
#include "registry/store.h"
#include "registry/tombs.h"

#define REMEMBERED_MAX	256	/* certificates of one card */

static int
update_card(struct registry *reg, const struct seen_card *seen, int64_t now,
    int64_t card, struct err *err)
{
	int64_t stamp, origin, before, model;

	if (registry_stamp(reg, &stamp, err) == -1 ||
	    inside_origin(reg, &origin, err) == -1 || sql_int(reg->sql,
	    "SELECT model FROM card WHERE id = ?", &before, err, "i",
	    card) != 1)
		return -1;
	model = before;
	if (seen->model[0] != '\0' && cardrow_model(reg, seen->model, &model,
	    err) == -1)
		return -1;
	if (sql_run(reg->sql, "UPDATE card SET number = coalesce(nullif(?2,"
	    " ''), number), model = ?3,"
	    " origin = ?4, last_seen = max(last_seen, ?5), changed = ?6"
	    " WHERE id = ?1", err, "itiiii", card, seen->number, model,
	    origin, now, stamp) == -1)
		return -1;
	return model == before ? 0 : cardrow_forget_model(reg, before, err);
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
	if (cardrow_seen(reg, card, r.id, now, &new, err) == -1)
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
	    " AND gone_at IS NULL AND coalesce(last_at, first_at, (SELECT"
	    " first_seen FROM cert WHERE id = seen.cert)) <> ?2", err, "ii", card,
	    now) == -1)
		return -1;
	change->gone = (size_t)sqlite3_changes(sql_handle(reg->sql));
	return 0;
}

/*
 * How many of its certificates are of somebody who was erased; -1.  Rows of
 * theirs that a list made go.
 */
static int
count_erased(struct registry *reg, const struct seen_card *seen, int64_t now,
    struct err *err)
{
	const unsigned none = 1u << TOMB_ERASED;
	struct record r;
	int n = 0, rc = 0;

	for (size_t i = 0; rc != -1 && i < seen->ncerts &&
	    i < REMEMBERED_MAX && (reg->no_tombs & none) == 0; i++) {
		record_of_cert(&r, seen->certs[i], HOW_CARD, now);
		rc = tombs_stand(reg, TOMB_ERASED, &r, err);
		if (rc == 1 && store_cert(reg, &r, NULL, err) == -1)
			rc = -1;
		record_clear(&r);
		n += rc == 1;
	}
	return rc == -1 ? -1 : n;
}

static int
put_card(struct registry *reg, const struct seen_card *seen, int64_t now,
    struct seen_change *change, int64_t *id, struct err *err)
{
	int64_t card;
	size_t i;
	int rc = cardrow_find(reg, seen, &card, err);

	if (rc == -1)
		return -1;
	change->first = rc == 0;
	rc = change->first ? cardrow_insert(reg, seen, now, &card, err) :
	    update_card(reg, seen, now, card, err);
	if (rc == -1 || cardrow_tokens(reg, seen, card, change->first,
	    err) == -1)
		return -1;
	for (i = 0; i < seen->ncerts && i < REMEMBERED_MAX; i++)
		if (put_cert(reg, card, seen->certs[i], now, change, err) == -1)
			return -1;
	*id = card;
	return seen->whole && !change->first ?
	    mark_gone(reg, card, now, change, err) : 0;
}

/*
 * With certificates of somebody who was erased on it: a label says whose it is,
 * so none is kept, and no card that carries nothing else.
 */
static int
put_without(struct registry *reg, const struct seen_card *seen, bool all,
    int64_t now, struct seen_change *change, struct err *err)
{
	struct seen_token *bare = mem_array(seen->ntokens + 1, sizeof *bare);
	struct seen_card card = *seen;
	int64_t id;
	int rc;

	for (size_t i = 0; i < seen->ntokens; i++)
		bare[i] = (struct seen_token){ seen->tokens[i].serial, "" };
	card.tokens = bare;
	rc = all ? cardrow_find(reg, &card, &id, err) : 1;
	if (rc == 0)
		change->first = true;
	else if (rc == 1) {
		rc = put_card(reg, &card, now, change, &id, err);
		if (rc == 0)
			rc = forget_cards(reg, &id, 1, err);
		if (rc == 0 && !change->first)
			rc = forget_mark(reg, err);
	}
	free(bare);
	return rc;
}

static int
put(struct registry *reg, const struct seen_card *seen, int64_t now,
    struct seen_change *change, struct err *err)
{
	int64_t ignored;
	int erased = count_erased(reg, seen, now, err);

	if (erased == -1)
		return -1;
	return erased == 0 ? put_card(reg, seen, now, change, &ignored, err) :
	    put_without(reg, seen, (size_t)erased == seen->ncerts, now, change,
	    err);
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
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT card.id, number,"
	    " model.name, last_seen, point FROM token"
	    " JOIN card ON card.id = token.card"
	    " JOIN model ON model.id = card.model"
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
