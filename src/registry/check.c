/* keep_check: everything that can be found out about the file itself. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/identrow.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "registry/names.h"
#include "registry/schema.h"
#include "registry/tombs.h"

#define TOLD_MAX	20	/* sentences of SQLite's that are told */

struct check {
	struct registry	*reg;
	keep_finding_fn	*fn;
	void		*arg;
	bool		 broken;	/* anything but the journal */
};

static void
found(struct check *c, const char *what, bool good, const char *detail)
{
	c->broken |= !good;
	if (c->fn != NULL)
		c->fn(what, good, detail, c->arg);
}

/*
 * A failed statement is a finding when the file is at fault, and the end when
 * the disk is, or the wait for another desk.
 */
static int
failed(struct check *c, const char *what, struct err *err)
{
	if (err->code != ERR_REGISTRY_BROKEN)
		return -1;
	found(c, what, false, err->detail);
	err_clear(err);
	return 0;
}

/* A pragma that answers in rows; none, or one that says good, is good. */
static int
by_pragma(struct check *c, const char *what, const char *pragma,
    const char *good, struct err *err)
{
	sqlite3_stmt *st = sql_bind(c->reg->sql, pragma, err, "");
	int rc, told = 0;

	if (st == NULL)
		return failed(c, what, err);
	while ((rc = sql_step(c->reg->sql, st, err)) == 1 && told < TOLD_MAX) {
		const char *text = (const char *)sqlite3_column_text(st, 0);

		if (good != NULL && text != NULL && strcmp(text, good) == 0)
			continue;
		found(c, what, false, text != NULL ? text : "");
		told++;
	}
	sqlite3_reset(st);
	if (rc == -1)
		return failed(c, what, err);
	if (told == 0)
		found(c, what, true, "");
	return 0;
}

/* --- our indexes against their tables --------------------------------------- */

/* Each counts rows that should not be. */
static const struct {
	const char	*name, *sql;
} counts[] = {
	{ "word: counts", "SELECT count(*) FROM word LEFT JOIN"
	    " (SELECT a, count(DISTINCT cert) AS n FROM name_ix GROUP BY a) seen"
	    " ON seen.a = word.id WHERE word.n IS NOT seen.n" },
	{ "name_ix: certificates that are not there", "SELECT count(*)"
	    " FROM name_ix WHERE cert NOT IN (SELECT id FROM cert)" },
	{ "name_ix: words that are not there", "SELECT count(*) FROM name_ix"
	    " WHERE a NOT IN (SELECT id FROM word) OR (b <> 0 AND b NOT IN"
	    " (SELECT id FROM word))" },
	{ "ident: kinds", "SELECT count(*) FROM ident"
	    " WHERE kind NOT BETWEEN 0 AND 7" },
	{ "ident: certificates that are not there", "SELECT count(*)"
	    " FROM ident WHERE cert NOT IN (SELECT id FROM cert)" },
	{ "seen: certificates that are not there", "SELECT count(*)"
	    " FROM seen WHERE cert NOT IN (SELECT id FROM cert)" },
	{ "seen: certificates of another card", "SELECT count(*) FROM seen"
	    " JOIN cert ON cert.id = seen.cert"
	    " WHERE (seen.moved IS NULL) <> (cert.card IS seen.card)" },
	{ "seen: cards of certificates", "SELECT count(*) FROM cert"
	    " WHERE card IS NOT NULL AND NOT EXISTS (SELECT 1 FROM seen"
	    " WHERE seen.card = cert.card AND seen.cert = cert.id)" },
	{ "card: without a model", "SELECT count(*) FROM card"
	    " WHERE model IS NULL" },
	{ "model: of no card", "SELECT count(*) FROM model"
	    " WHERE id NOT IN (SELECT model FROM card WHERE model IS NOT NULL)" },
	{ "cases: without a first event", "SELECT count(*) FROM cases"
	    " WHERE NOT EXISTS (SELECT 1 FROM case_event WHERE case_id = cases.id"
	    " AND seq = 1)" },
	{ "case_event: gaps", "SELECT count(*) FROM (SELECT 1 FROM case_event"
	    " GROUP BY case_id HAVING min(seq) <> 1 OR max(seq) <> count(*))" },
	{ "case_event: no objects", "SELECT count(*) FROM case_event"
	    " WHERE iif(json_valid(data), json_type(data), '') <> 'object'" },
	{ "renewals: without a first event", "SELECT count(*) FROM renewals"
	    " WHERE NOT EXISTS (SELECT 1 FROM renewal_event"
	    " WHERE renewal = renewals.id AND seq = 1)" },
	{ "renewal_event: gaps", "SELECT count(*) FROM (SELECT 1"
	    " FROM renewal_event GROUP BY renewal"
	    " HAVING min(seq) <> 1 OR max(seq) <> count(*))" },
	{ "renewal_event: no objects", "SELECT count(*) FROM renewal_event"
	    " WHERE iif(json_valid(data), json_type(data), '') <> 'object'" },
	{ "renewal_part: of renewals that have ended", "SELECT count(*)"
	    " FROM renewal_part JOIN renewals ON renewals.id = renewal"
	    " WHERE open = 0" },
	{ "ca: proofs", "SELECT count(*) FROM ca"
	    " WHERE proof NOT BETWEEN 0 AND 2" },
	{ "order_key: kinds", "SELECT count(*) FROM order_key"
	    " WHERE kind NOT BETWEEN 0 AND 4" },
	{ "orders: no objects", "SELECT count(*) FROM orders"
	    " WHERE iif(json_valid(json), json_type(json), '') <> 'object'" },
	{ "outbox: keys", "SELECT count(*) FROM outbox"
	    " WHERE length(key) <> 32 OR (state = 0 AND body IS NULL)" },
	{ "asked: of no question", "SELECT count(*) FROM asked"
	    " WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE id = asked.id"
	    " AND kind = 'question')" },
	{ "fetched: digests", "SELECT count(*) FROM fetched"
	    " WHERE length(sha256) <> 32" },
};

static int
check_counts(struct check *c, struct err *err)
{
	char detail[160];
	int64_t n;
	size_t i;

	for (i = 0; i < sizeof counts / sizeof *counts; i++) {
		if (sql_int(c->reg->sql, counts[i].sql, &n, err, "") == -1) {
			if (failed(c, "index", err) == -1)
				return -1;
			continue;
		}
		if (n == 0)
			continue;
		snprintf(detail, sizeof detail, "%s: %lld", counts[i].name,
		    (long long)n);
		found(c, "index", false, detail);
	}
	return 0;
}

/* Certificates that their own words do not find. */
static int
check_names(struct check *c, struct err *err)
{
	sqlite3_stmt *st = sql_bind(c->reg->sql, "SELECT id, holder, org"
	    " FROM cert", err, "");
	char detail[64];
	int64_t lost = 0;
	bool whole;
	int rc;

	if (st == NULL)
		return failed(c, "index", err);
	while ((rc = sql_step(c->reg->sql, st, err)) == 1) {
		if (names_whole(c->reg, sqlite3_column_int64(st, 0),
		    (const char *)sqlite3_column_text(st, 1),
		    (const char *)sqlite3_column_text(st, 2), &whole,
		    err) == -1) {
			rc = -1;
			break;
		}
		lost += !whole;
	}
	sqlite3_reset(st);
	if (rc == -1)
		return failed(c, "index", err);
	if (lost > 0) {
		snprintf(detail, sizeof detail, "name_ix: names not found: %lld",
		    (long long)lost);
		found(c, "index", false, detail);
	}
	return 0;
}

/* Certificates whose identifiers do not find them, or would stay behind. */
static int
check_idents(struct check *c, struct err *err)
{
	char detail[64];
	int64_t wrong;

	if (identrow_check(c->reg, &wrong, err) == -1)
		return failed(c, "index", err);
	if (wrong > 0) {
		snprintf(detail, sizeof detail,
		    "ident: not those of certificates: %lld",
		    (long long)wrong);
		found(c, "index", false, detail);
	}
	return 0;
}

/* Persons who were erased, and yet are there. */
static int
check_tombs(struct check *c, struct err *err)
{
	sqlite3_stmt *st = sql_bind(c->reg->sql, "SELECT hash FROM tomb"
	    " WHERE kind = ? AND substr(hash, 9) = zeroblob(8)", err, "i",
	    (int64_t)TOMB_ERASED);
	struct ident_hash hash;
	int64_t there, n = 0;
	char detail[64];
	int rc;

	if (st == NULL)
		return failed(c, "index", err);
	while ((rc = sql_step(c->reg->sql, st, err)) == 1) {
		memcpy(hash.b, sqlite3_column_blob(st, 0), sizeof hash.b);
		if (sql_int(c->reg->sql, "SELECT count(*) FROM ident"
		    " WHERE hash = ?", &there, err, "i",
		    ident_row_key(&hash)) == -1) {
			rc = -1;
			break;
		}
		n += there;
	}
	sqlite3_reset(st);
	if (rc == -1)
		return failed(c, "index", err);
	if (n > 0) {
		snprintf(detail, sizeof detail,
		    "tomb: erased, and yet there: %lld", (long long)n);
		found(c, "index", false, detail);
	}
	return 0;
}

/* Those that the side file has, and the registry has not. */
static int
check_stones(struct check *c, struct err *err)
{
	char detail[64];
	int64_t missing;

	if (tombs_check(c->reg, &missing, err) == -1)
		return failed(c, "index", err);
	if (missing > 0) {
		snprintf(detail, sizeof detail,
		    "tomb: erased or restricted, and not there: %lld",
		    (long long)missing);
		found(c, "index", false, detail);
	}
	return 0;
}

/* --- what a new file has ------------------------------------------------------ */

#define INDEXES	"FROM sqlite_schema WHERE type IN ('index', 'trigger')" \
	" AND sql IS NOT NULL"

/* They come and go with an import (bulk.h), and are made again. */
static bool
is_late(const char *name)
{
	for (size_t i = 0; i < schema_nlate; i++)
		if (strcmp(schema_late[i].name, name) == 0)
			return true;
	return false;
}

/* Each of the one that the other does not have in the same words. */
static int
compare(struct check *c, struct sql *one, struct sql *other, const char *how,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(one, "SELECT name, sql " INDEXES, err, "");
	int64_t same;
	int rc, there, told = 0;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(one, st, err)) == 1 && told < TOLD_MAX) {
		const char *name = (const char *)sqlite3_column_text(st, 0);
		char detail[160];

		if (name == NULL || is_late(name))
			continue;
		there = sql_int(other, "SELECT 1 " INDEXES " AND name = ?"
		    " AND sql = ?", &same, err, "tt", name,
		    (const char *)sqlite3_column_text(st, 1));
		if (there == -1) {
			rc = -1;
			break;
		}
		if (there == 1)
			continue;
		snprintf(detail, sizeof detail, "%.100s: %s", name, how);
		found(c, "index", false, detail);
		told++;
	}
	sqlite3_reset(st);
	return rc == -1 ? -1 : 0;
}

/* Indexes and triggers, which nothing that reads or writes would miss. */
static int
check_schema(struct check *c, struct err *err)
{
	struct sql *fresh;
	int from, rc = -1;

	if (sql_open(&fresh, ":memory:", SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, NULL, err) == -1)
		return -1;
	if (schema_migrate(fresh, schema_steps, schema_nsteps, &from,
	    err) == 0 && compare(c, fresh, c->reg->sql, "not there, or changed",
	    err) == 0 && compare(c, c->reg->sql, fresh, "not of ours, or changed",
	    err) == 0)
		rc = 0;
	sql_close(fresh);
	return rc == 0 ? 0 : failed(c, "index", err);
}

static int
check_indexes(struct check *c, struct err *err)
{
	bool before = c->broken;

	c->broken = false;
	if (check_counts(c, err) == -1 || check_names(c, err) == -1 ||
	    check_idents(c, err) == -1 || check_tombs(c, err) == -1 ||
	    check_stones(c, err) == -1 || check_schema(c, err) == -1)
		return -1;
	if (!c->broken)
		found(c, "index", true, "");
	c->broken |= before;
	return 0;
}

/* --- the journal ------------------------------------------------------------- */

/* How many, and the last hash: to be written down by whoever wants to be sure. */
static int
journal_state(struct registry *reg, char *buf, size_t size, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT seq, lower(hex(hash))"
	    " FROM journal ORDER BY seq DESC LIMIT 1", err, "");

	if (st == NULL || sql_step(reg->sql, st, err) != 1)
		return -1;
	snprintf(buf, size, "#%lld %.16s", (long long)sqlite3_column_int64(st,
	    0), (const char *)sqlite3_column_text(st, 1));
	sqlite3_reset(st);
	return 0;
}

static int
check_journal(struct check *c, struct err *journal, struct err *err)
{
	char detail[ERR_WHAT_MAX + ERR_DETAIL_MAX + 4];
	int64_t bad;

	if (journal_check(c->reg, &bad, journal) == 0) {
		if (journal_state(c->reg, detail, sizeof detail, err) == -1)
			return -1;
		c->fn("journal", true, detail, c->arg);
		return 0;
	}
	if (journal->code != ERR_REGISTRY_JOURNAL &&
	    journal->code != ERR_REGISTRY_BROKEN) {
		*err = *journal;
		return -1;
	}
	snprintf(detail, sizeof detail, "%s: %s", journal->what,
	    journal->detail);
	c->fn("journal", false, detail, c->arg);
	return 0;
}

static void
tell_nobody(const char *what, bool good, const char *detail, void *arg)
{
	(void)what;
	(void)good;
	(void)detail;
	(void)arg;
}

static int
check_all(struct check *c, struct err *journal, struct err *err)
{
	if (by_pragma(c, "integrity", "PRAGMA integrity_check", "ok",
	    err) == -1 || by_pragma(c, "foreign-keys",
	    "PRAGMA foreign_key_check", NULL, err) == -1 ||
	    check_indexes(c, err) == -1)
		return -1;
	return check_journal(c, journal, err);
}

int
keep_check(struct registry *reg, keep_finding_fn *fn, void *arg,
    struct err *err)
{
	struct check c = { .reg = reg, .fn = fn != NULL ? fn : tell_nobody,
	    .arg = arg };
	struct err journal = ERR_INIT;
	int rc;

	/* One moment of the file, while others write. */
	if (sql_exec(reg->sql, "SAVEPOINT keep_check", err) == -1)
		return -1;
	rc = check_all(&c, &journal, err);
	sql_end(reg->sql, "RELEASE keep_check");
	if (rc == -1)
		return -1;
	if (c.broken)
		return err_set(err, ERR_REGISTRY_BROKEN, reg->path,
		    "registry check has found faults");
	if (journal.code != ERR_NONE) {
		*err = journal;
		return -1;
	}
	return 0;
}
