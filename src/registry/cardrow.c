#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/bloom.h"
#include "registry/bulk.h"
#include "registry/cardrow.h"
#include "registry/code.h"
#include "registry/inside.h"
#include "registry/scrub.h"

int
cardrow_find(struct registry *reg, const struct seen_card *seen, int64_t *card,
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

int
cardrow_model(struct registry *reg, const char *name, int64_t *id,
    struct err *err)
{
	uint64_t hash = bloom_hash((const uint8_t *)name, strlen(name));
	struct inside_model *slot = &reg->models[hash % INSIDE_MODELS];
	int rc;

	if (slot->name != NULL && strcmp(slot->name, name) == 0) {
		*id = slot->id;
		return 0;
	}
	rc = sql_int(reg->sql, "SELECT id FROM model WHERE name = ?", id, err,
	    "t", name);
	if (rc == 0) {
		rc = sql_run(reg->sql, "INSERT INTO model (name) VALUES (?)",
		    err, "t", name);
		*id = sqlite3_last_insert_rowid(sql_handle(reg->sql));
	}
	if (rc == -1)
		return -1;
	free(slot->name);
	slot->name = mem_strdup(name);
	slot->id = *id;
	return 0;
}

int
cardrow_insert(struct registry *reg, const struct seen_card *seen, int64_t now,
    int64_t *card, struct err *err)
{
	int64_t stamp, origin, model;

	if (registry_stamp(reg, &stamp, err) == -1 ||
	    inside_origin(reg, &origin, err) == -1 ||
	    cardrow_model(reg, seen->model, &model, err) == -1 ||
	    putoff_next(reg, PUTOFF_CARD, card, err) == -1)
		return -1;
	return putoff_add(reg, PUTOFF_CARD, err, "itiiiii", *card, seen->number,
	    model, origin, now, now, stamp);
}

/* As it stood the last time, or it came from another card. */
static int
take_token(struct registry *reg, const char *serial, const char *label,
    int64_t card, struct err *err)
{
	int64_t one;
	int rc = sql_int(reg->sql, "SELECT 1 FROM token WHERE serial = ?"
	    " AND card = ? AND label = ?", &one, err, "tit", serial, card,
	    label);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	return sql_run(reg->sql, "INSERT INTO token (serial, card, n, label)"
	    " VALUES (?1, ?2, (SELECT coalesce(max(n) + 1, 0) FROM token"
	    " WHERE card = ?2), ?3) ON CONFLICT (serial) DO UPDATE SET"
	    " card = ?2, label = ?3, n = iif(card = ?2, n, excluded.n)", err,
	    "tit", serial, card, label);
}

int
cardrow_tokens(struct registry *reg, const struct seen_card *seen, int64_t card,
    bool new, struct err *err)
{
	size_t i;
	int rc = 0;

	putoff_stale(reg);
	for (i = 0; rc == 0 && i < seen->ntokens; i++) {
		const char *serial = seen->tokens[i].serial;
		char *label;

		if (serial[0] == '\0')
			continue;
		label = scrub_text(seen->tokens[i].label, NULL, 0);
		scrub_cut(label);
		/* The first needs no way back, for which pages would be copied. */
		rc = !new || i > 0 ? take_token(reg, serial, label, card, err) :
		    sql_run(reg->sql, "INSERT INTO token (serial, card, n,"
		    " label) VALUES (?, ?, 0, ?)", err, "tit", serial, card,
		    label);
		free(label);
	}
	return rc;
}

/* It was on another card until now, whose row says so. */
static int
move(struct registry *reg, int64_t from, int64_t card, int64_t cert,
    struct err *err)
{
	if (from != 0 && sql_run(reg->sql, "UPDATE seen SET moved = 1"
	    " WHERE card = ? AND cert = ?", err, "ii", from, cert) == -1)
		return -1;
	return sql_run(reg->sql, "UPDATE cert SET card = ? WHERE id = ?", err,
	    "ii", card, cert);
}

/* Row by row, so that SQLite need not be ready to undo each statement alone. */
int
cardrow_seen(struct registry *reg, int64_t card, int64_t cert, int64_t now,
    bool *new, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT first_seen, card,"
	    " (SELECT gone_at IS NOT NULL FROM seen WHERE card = ?1"
	    " AND cert = ?2) FROM cert WHERE id = ?2", err, "ii", card, cert);
	int64_t first, before;
	bool known;
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	*new = false;
	if (rc != 1)
		return rc;
	first = sqlite3_column_int64(st, 0);
	before = sqlite3_column_int64(st, 1);
	known = sqlite3_column_type(st, 2) != SQLITE_NULL;
	*new = !known || sqlite3_column_int(st, 2) != 0;
	sqlite3_reset(st);
	rc = known ? sql_run(reg->sql, "UPDATE seen SET last_at = ?,"
	    " gone_at = NULL, moved = NULL WHERE card = ? AND cert = ?", err,
	    "iii", now, card, cert) : sql_run(reg->sql, "INSERT INTO seen"
	    " (card, cert, first_at) VALUES (?1, ?2, nullif(?3, ?4))", err,
	    "iiii", card, cert, now, first);
	if (rc == -1)
		return -1;
	return before == card ? 0 : move(reg, before, card, cert, err);
}

static int
find_by_number(struct registry *reg, const char *number, int64_t *card,
    struct err *err)
{
	char code[CODE_MAX];

	if (code_normal(number, code) == 0)
		return 0;
	return sql_int(reg->sql, "SELECT id FROM card WHERE "
	    CODE_SQL("number") " = ? AND number <> '' LIMIT 1", card, err, "t",
	    code);
}

int
cardrow_of_record(struct registry *reg, const struct record *r, int64_t *card,
    struct err *err)
{
	struct seen_token token = { r->card_token, "" };
	struct seen_card seen = { .tokens = &token, .ntokens = 1,
	    .number = r->card_number != NULL ? r->card_number : "",
	    .model = r->card_model != NULL ? r->card_model : "" };
	int rc;

	*card = 0;
	if (token.serial == NULL && seen.number[0] == '\0')
		return 0;
	if (token.serial == NULL)
		seen.ntokens = 0;
	if (seen.ntokens > 0 && putoff_is_new(reg, token.serial,
	    strlen(token.serial))) {
		rc = 0;
	} else if (seen.ntokens > 0) {
		*card = putoff_token(reg, token.serial);
		rc = *card != 0 ? 1 : cardrow_find(reg, &seen, card, err);
	} else {
		rc = putoff_write(reg, err);
		if (rc == 0)
			rc = bulk_codes(reg, err);
		if (rc == 0)
			rc = find_by_number(reg, seen.number, card, err);
	}
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (cardrow_insert(reg, &seen, r->first_seen, card, err) == -1)
		return -1;
	/* Not there, as was seen: a plain INSERT does not copy pages first. */
	return seen.ntokens == 0 ? 0 : putoff_add(reg, PUTOFF_TOKEN, err, "ti",
	    token.serial, *card);
}

int
cardrow_first_seen(struct registry *reg, int64_t card, const struct record *r,
    struct err *err)
{
	return putoff_add(reg, PUTOFF_SEEN, err, "iio", card, r->id,
	    r->last_seen != r->first_seen, r->last_seen);
}

int
cardrow_also_seen(struct registry *reg, int64_t card, const struct record *r,
    struct err *err)
{
	return sql_run(reg->sql, "INSERT OR IGNORE INTO seen"
	    " (card, cert, first_at, last_at, moved)"
	    " SELECT ?1, id, nullif(?3, first_seen), nullif(?4, ?3),"
	    " iif(card IS ?1, NULL, 1) FROM cert WHERE id = ?2", err, "iiii",
	    card, r->id, r->first_seen, r->last_seen);
}

int
cardrow_forget(struct registry *reg, int64_t cert, struct err *err)
{
	if (sql_run(reg->sql, "DELETE FROM seen WHERE cert = ?1 AND card ="
	    " (SELECT card FROM cert WHERE id = ?1)", err, "i", cert) == -1)
		return -1;
	return sql_run(reg->sql, "DELETE FROM seen WHERE cert = ?"
	    " AND moved = 1", err, "i", cert);
}

int
cardrow_forget_model(struct registry *reg, int64_t model, struct err *err)
{
	for (size_t i = 0; i < INSIDE_MODELS; i++)
		if (reg->models[i].id == model) {
			free(reg->models[i].name);
			reg->models[i].name = NULL;
		}
	return sql_run(reg->sql, "DELETE FROM model WHERE id = ?1 AND NOT"
	    " EXISTS (SELECT 1 FROM card WHERE model = ?1)", err, "i", model);
}
