#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/cardrow.h"
#include "registry/forget.h"
#include "registry/identrow.h"
#include "registry/inside.h"
#include "registry/known.h"
#include "registry/names.h"
#include "registry/tombs.h"

#define CARDS_MAX	64	/* on which one certificate was seen */

/* Cards on which it was; a label says whose a card is, so it goes in any case. */
static int
cards_of(struct registry *reg, int64_t row, int64_t cards[CARDS_MAX],
    size_t *n, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, CARDROW_CARDS, err, "i", row);
	int rc;

	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1 && *n < CARDS_MAX)
		cards[(*n)++] = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc == -1 ? -1 : 0;
}

/* One that no certificate was on any longer, and its model's name with it. */
static int
forget_card(struct registry *reg, int64_t card, struct err *err)
{
	int64_t model;
	int rc = sql_int(reg->sql, "SELECT model FROM card WHERE id = ?1 AND"
	    " NOT EXISTS (SELECT 1 FROM seen WHERE card = ?1)", &model, err,
	    "i", card);

	if (rc != 1)
		return rc;
	if (sql_run(reg->sql, "DELETE FROM card WHERE id = ?", err, "i",
	    card) == -1)
		return -1;
	return cardrow_forget_model(reg, model, err);
}

int
forget_cards(struct registry *reg, const int64_t *cards, size_t n,
    struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (forget_card(reg, cards[i], err) == -1 || sql_run(reg->sql,
		    "UPDATE token SET label = '' WHERE card = ?", err, "i",
		    cards[i]) == -1)
			return -1;
	return 0;
}

/* A certificate that its holder issued: the issuer's row is the person's too. */
static int
forget_issuer(struct registry *reg, int64_t issuer, struct err *err)
{
	int64_t one;
	int rc = sql_int(reg->sql, "SELECT 1 FROM cert WHERE issuer = ?"
	    " LIMIT 1", &one, err, "i", issuer);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	inside_forget(reg);
	if (sql_run(reg->sql, "DELETE FROM ca WHERE key ="
	    " (SELECT key FROM issuer WHERE id = ?)", err, "i", issuer) == -1)
		return -1;
	return sql_run(reg->sql, "DELETE FROM issuer WHERE id = ?", err, "i",
	    issuer);
}

static bool
is_same_name(const char *a, const char *b)
{
	char one[2 * RECORD_TEXT_MAX], two[2 * RECORD_TEXT_MAX];

	text_fold(a != NULL ? a : "", one, sizeof one);
	text_fold(b != NULL ? b : "", two, sizeof two);
	return strcmp(one, two) == 0;
}

/* What has to be known of a row before it goes. */
struct last {
	char	*holder, *org;
	int64_t	 issuer;
	bool	 self_issued;
	struct ident_hash hash;		/* the certificate's */
};

/* As it is named by, of its issuer's key in a column and its serial behind. */
static void
hash_of(struct registry *reg, sqlite3_stmt *st, int column,
    struct ident_hash *hash)
{
	struct record_issuer issuer = { 0 };
	const void *key = sqlite3_column_blob(st, column);
	const void *serial = sqlite3_column_blob(st, column + 1);
	size_t n = (size_t)sqlite3_column_bytes(st, column);
	size_t len = (size_t)sqlite3_column_bytes(st, column + 1);

	issuer.key_len = n < sizeof issuer.key ? n : sizeof issuer.key;
	if (issuer.key_len > 0)
		memcpy(issuer.key, key, issuer.key_len);
	inside_cert_hash(reg, &issuer, serial, len < CERT_SERIAL_MAX ? len :
	    CERT_SERIAL_MAX, hash);
}

/* 1, 0 when it is gone already, -1. */
static int
look(struct registry *reg, int64_t row, struct last *last, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT holder, org, issuer,"
	    " issuer.shown, issuer.key, serial FROM cert"
	    " JOIN issuer ON issuer.id = cert.issuer WHERE cert.id = ?", err,
	    "i", row);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	memset(last, 0, sizeof *last);
	if (rc != 1)
		return rc;
	last->holder = sql_text(st, 0);
	last->org = sql_text(st, 1);
	last->issuer = sqlite3_column_int64(st, 2);
	last->self_issued = is_same_name(last->holder,
	    (const char *)sqlite3_column_text(st, 3));
	hash_of(reg, st, 4, &last->hash);
	sqlite3_reset(st);
	return 1;
}

static int
forget_row(struct registry *reg, int64_t row, struct err *err)
{
	int64_t cards[CARDS_MAX];
	struct last last;
	size_t n;
	int rc = look(reg, row, &last, err);

	if (rc != 1)
		return rc;
	rc = -1;
	if (cards_of(reg, row, cards, &n, err) == 0 &&
	    names_drop(reg, row, last.holder, last.org, err) == 0 &&
	    identrow_drop(reg, row, err) == 0 &&
	    cardrow_forget(reg, row, err) == 0 &&
	    sql_run(reg->sql, "DELETE FROM cert WHERE id = ?", err, "i",
	    row) == 0 && tombs_put(reg, TOMB_NAMED, false, &last.hash,
	    err) == 0 && forget_cards(reg, cards, n, err) == 0)
		rc = last.self_issued ? forget_issuer(reg, last.issuer, err) : 0;
	free(last.holder);
	free(last.org);
	return rc;
}

int
forget_rows(struct registry *reg, const int64_t *rows, size_t n,
    struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (forget_row(reg, rows[i], err) == -1)
			return -1;
	if (n == 0)
		return 0;
	return known_drop(reg, err) == -1 ? -1 : forget_mark_sources(reg, err);
}

/* --- addresses that nobody's certificate names any longer ------------------- */

/* Where to ask may tell of whom; cert has no index by it, so one pass for all. */
#define NAMED	"(SELECT source FROM cert WHERE source IS NOT NULL)"

static int
drop_sources(struct registry *reg, struct err *err)
{
	inside_forget(reg);
	if (sql_run(reg->sql, "DELETE FROM fetched WHERE url IN (SELECT cdp"
	    " FROM source WHERE id NOT IN " NAMED ") AND url NOT IN (SELECT cdp"
	    " FROM source WHERE id IN " NAMED ")", err, "") == -1 ||
	    sql_run(reg->sql, "DELETE FROM source WHERE id NOT IN " NAMED, err,
	    "") == -1)
		return -1;
	return forget_mark(reg, err);
}

/* Another value each time, as forget_mark. */
int
forget_mark_sources(struct registry *reg, struct err *err)
{
	return sql_run(reg->sql, "INSERT INTO meta VALUES ('unsourced',"
	    " random()) ON CONFLICT (name) DO UPDATE SET value ="
	    " excluded.value", err, "");
}

int
forget_sources(struct registry *reg, struct err *err)
{
	int64_t mark, any;
	int rc = sql_int(reg->sql, "SELECT value FROM meta"
	    " WHERE name = 'unsourced'", &mark, err, "");

	if (rc != 1)
		return rc;
	/* The pass that mostly finds nothing keeps nobody from writing. */
	if (sql_int(reg->sql, "SELECT EXISTS (SELECT 1 FROM source WHERE id"
	    " NOT IN " NAMED ")", &any, err, "") == -1 ||
	    registry_begin(reg, err) == -1)
		return -1;
	if ((any && drop_sources(reg, err) == -1) || sql_run(reg->sql,
	    "DELETE FROM meta WHERE name = 'unsourced' AND value = ?", err, "i",
	    mark) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* --- the log ------------------------------------------------------------------ */

/* Another value each time: who empties the log for one leaves a later one. */
int
forget_mark(struct registry *reg, struct err *err)
{
	return sql_run(reg->sql, "INSERT INTO meta VALUES ('unwiped', random())"
	    " ON CONFLICT (name) DO UPDATE SET value = excluded.value", err,
	    "");
}

/* 1 when the log is empty, 0 when somebody reads from it, -1. */
static int
empty_log(struct registry *reg, struct err *err)
{
	int64_t busy = 1;

	sql_reset(reg->sql);
	if (sql_int(reg->sql, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, err,
	    "") == -1)
		return err->code == ERR_REGISTRY_BUSY ? 0 : -1;
	return busy == 0;
}

/* 1 and the mark when something is to be wiped, 0, -1. */
static int
mark_of(struct registry *reg, int64_t *mark, struct err *err)
{
	return sql_int(reg->sql, "SELECT value FROM meta"
	    " WHERE name = 'unwiped'", mark, err, "");
}

/* 1 when it is done, 0 when others are in the way, -1. */
static int
wipe(struct registry *reg, struct err *err)
{
	int64_t mark;
	int rc;

	if (forget_sources(reg, err) == -1)
		return err->code == ERR_REGISTRY_BUSY ? 0 : -1;
	rc = mark_of(reg, &mark, err);
	if (rc != 1)
		return rc == 0 ? 1 : -1;
	rc = empty_log(reg, err);
	if (rc != 1)
		return rc;
	return sql_run(reg->sql, "DELETE FROM meta WHERE name = 'unwiped'"
	    " AND value = ?", err, "i", mark) == -1 ? -1 : 1;
}

int
forget_settle(struct registry *reg, bool patient, struct err *err)
{
	struct err why = ERR_INIT;
	int64_t mark;
	int rc = mark_of(reg, &mark, err);

	if (rc != 1)
		return rc;
	if (!patient)
		sqlite3_busy_timeout(sql_handle(reg->sql), 0);
	rc = wipe(reg, &why);
	if (!patient)
		sqlite3_busy_timeout(sql_handle(reg->sql), REGISTRY_BUSY_MS);
	if (rc == 0)
		return err_set(err, ERR_ERASE_PENDING, reg->path, NULL);
	if (rc == -1)
		*err = why;
	return rc == -1 ? -1 : 0;
}
