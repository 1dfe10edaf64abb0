/*
 * The chain: each entry's hash is HMAC-SHA256, under a key made of the
 * registry's, over the hash before it and all that the entry says.  Without the
 * key no entry can be changed, put in or taken out of the middle.  A tail that
 * is cut off leaves a chain that holds, so the count and the last hash stand in
 * meta too, with a MAC of their own (the head).  New entries are chained to the
 * head and not to the last row: what was cut off stays missed for good.
 *
 * What this cannot show is the whole file put back as it was on an earlier day;
 * registry check tells the count and the last hash, for whoever writes them
 * down.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/link.h"
#include "registry/scrub.h"

static const char *const action_ids[JOURNAL_ACTION_COUNT] = {
	[JOURNAL_CREATED] = "created",
	[JOURNAL_MIGRATED] = "migrated",
	[JOURNAL_IMPORT] = "import",
	[JOURNAL_EXPORT] = "export",
	[JOURNAL_BACKUP] = "backup",
	[JOURNAL_RESTORE] = "restore",
	[JOURNAL_ACCESS] = "access",
	[JOURNAL_RECTIFY] = "rectify",
	[JOURNAL_RESTRICT] = "restrict",
	[JOURNAL_UNRESTRICT] = "unrestrict",
	[JOURNAL_ERASE] = "erase",
	[JOURNAL_RETENTION] = "retention",
	[JOURNAL_REVEAL] = "reveal",
	[JOURNAL_REMEMBER] = "remember",
	[JOURNAL_STATUS] = "status",
	[JOURNAL_ALLOW] = "allow",
	[JOURNAL_CASE_OPENED] = "case-opened",
	[JOURNAL_CASE_WITHDRAWN] = "case-withdrawn",
	[JOURNAL_CASE_CLOSED] = "case-closed",
	[JOURNAL_OUTBOX] = "outbox",
	[JOURNAL_RENEWAL_OPENED] = "renewal-opened",
	[JOURNAL_RENEWAL_STOPPED] = "renewal-stopped",
	[JOURNAL_RENEWAL_DONE] = "renewal-done",
	[JOURNAL_WITHDRAWN] = "withdrawn",
};

const char *
journal_action_id(enum journal_action action)
{
	return action_ids[action];
}

/* --- writing ---------------------------------------------------------------- */

/* The officer's words as they may be kept: no identifiers, and bounded. */
static char *
kept(const char *text)
{
	char *s = scrub_text(text, NULL, 0);

	if (s != NULL)
		scrub_cut(s);
	return s;
}

/*
 * After the last entry there is, and never before it in time: a clock that was
 * put back would make the order of things doubtful.
 */
static int
place_of(struct registry *reg, const struct link_head *head, struct link *link,
    struct err *err)
{
	int64_t last = 0, at = 0;
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT seq, at FROM journal"
	    " ORDER BY seq DESC LIMIT 1", err, "");
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	if (rc == -1)
		return -1;
	if (rc == 1) {
		last = sqlite3_column_int64(st, 0);
		at = sqlite3_column_int64(st, 1);
		sqlite3_reset(st);
	}
	link->seq = (head->count > last ? head->count : last) + 1;
	if (link->at < at)
		link->at = at;
	return 0;
}

/* An entry whose time and words are known, at the end of the chain. */
static int
append(struct registry *reg, struct link *link, int64_t origin, struct err *err)
{
	uint8_t hash[LINK_HASH_LEN];
	struct link_head head;

	if (link_head_read(reg, &head, err) == -1 ||
	    place_of(reg, &head, link, err) == -1)
		return -1;
	link_hash(&reg->key, head.hash, link, hash);
	if (sql_run(reg->sql, "INSERT INTO journal (seq, at, origin, action,"
	    " whom, why, what, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", err,
	    "iiiibttb", link->seq, link->at, origin, link->action,
	    (const void *)link->whom, link->whom_len, link->why, link->what,
	    (const void *)hash, sizeof hash) == -1)
		return -1;
	head.count = link->seq;
	memcpy(head.hash, hash, sizeof hash);
	return link_head_write(reg, &head, err);
}

static int
add(struct registry *reg, const struct journal_entry *e, struct err *err)
{
	struct link link = { .point = reg->point, .account = reg->account,
	    .action = e->action, .at = clock_now() };
	char *why = kept(e->why), *what = kept(e->what);
	int64_t origin;
	int rc = -1;

	link.why = why;
	link.what = what;
	if (e->whom != NULL) {
		link.whom = e->whom->b;
		link.whom_len = sizeof e->whom->b;
	}
	if (inside_origin(reg, &origin, err) == 0)
		rc = append(reg, &link, origin, err);
	free(why);
	free(what);
	return rc;
}

int
journal_reason(const char *reason, const char *verb, struct err *err)
{
	if (reason != NULL && reason[strspn(reason, " \t\r\n\v\f")] != '\0')
		return 0;
	return err_set(err, ERR_REASON_NEEDED, verb, NULL);
}

int
journal_add(struct registry *reg, const struct journal_entry *e,
    struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	if (add(reg, e, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* --- reading ---------------------------------------------------------------- */

#define ENTRY_COLUMNS \
	"SELECT seq, at, point, account, action, whom, why, what, hash" \
	" FROM journal JOIN origin ON origin.id = journal.origin"

/* Borrowed from the statement until it steps. */
static void
read_link(sqlite3_stmt *st, struct link *link)
{
	int64_t action = sqlite3_column_int64(st, 4);

	link->seq = sqlite3_column_int64(st, 0);
	link->at = sqlite3_column_int64(st, 1);
	link->point = (const char *)sqlite3_column_text(st, 2);
	link->account = (const char *)sqlite3_column_text(st, 3);
	link->action = action;
	link->whom = sqlite3_column_blob(st, 5);
	link->whom_len = (size_t)sqlite3_column_bytes(st, 5);
	link->why = (const char *)sqlite3_column_text(st, 6);
	link->what = (const char *)sqlite3_column_text(st, 7);
}

static int
tell(sqlite3_stmt *st, journal_fn *fn, void *arg)
{
	struct ident_hash whom;
	struct journal_entry e = { 0 };
	struct link link;
	int rc;

	read_link(st, &link);
	e.action = link.action >= 0 && link.action < JOURNAL_ACTION_COUNT ?
	    (enum journal_action)link.action : JOURNAL_CREATED;
	if (link.whom_len == sizeof whom.b) {
		memcpy(whom.b, link.whom, sizeof whom.b);
		e.whom = &whom;
	}
	e.why = link.why;
	e.what = link.what;
	e.at = link.at;
	e.point = mem_strdup(link.point);
	e.account = mem_strdup(link.account);
	rc = fn(link.seq, &e, arg);
	free(e.point);
	free(e.account);
	return rc;
}

int
journal_each(struct registry *reg, int64_t max, journal_fn *fn, void *arg,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, ENTRY_COLUMNS
	    " ORDER BY seq DESC LIMIT ?", err, "i", max);
	int rc = -1;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		if (tell(st, fn, arg) != 0) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}

/* --- brought over ------------------------------------------------------------ */

#define BROUGHT		"brought over #"
#define BROUGHT_HEX	16	/* digits of its hash */

/* 1 when an entry is there by its hash, or another has its number and digits. */
static int
is_there(struct registry *reg, sqlite3_stmt *st, struct err *err)
{
	const char *what = (const char *)sqlite3_column_text(st, 7), *hex;
	int64_t one, seq;
	char *end;
	int rc = sql_int(reg->sql, "SELECT 1 FROM journal WHERE hash = ?", &one,
	    err, "b", sqlite3_column_blob(st, 8),
	    (size_t)sqlite3_column_bytes(st, 8));

	if (rc != 0 || what == NULL ||
	    strncmp(what, BROUGHT, strlen(BROUGHT)) != 0)
		return rc;
	seq = strtoll(what + strlen(BROUGHT), &end, 10);
	if (*end != ' ' || strlen(end + 1) < BROUGHT_HEX)
		return 0;
	hex = end + 1;
	/* It came from there once, and what it was is here. */
	return sql_int(reg->sql, "SELECT 1 FROM journal WHERE seq = ?1 AND"
	    " substr(hex(hash), 1, 16) = substr(?2, 1, 16)", &one, err,
	    "it", seq, hex);
}

/* What it was, unless it says so already; the time where that had to change. */
static char *
brought_words(const struct link *link, const void *hash, size_t len,
    int64_t since)
{
	const char *what = link->what != NULL ? link->what : "";
	char hex[2 * LINK_HASH_LEN + 1] = "", at[40], *time, *words;

	if (strncmp(what, BROUGHT, strlen(BROUGHT)) == 0)
		return mem_strdup(what);
	text_hex(hash, len < LINK_HASH_LEN ? len : LINK_HASH_LEN, 0, hex,
	    sizeof hex);
	time = link->at >= since ? mem_strdup("") : mem_printf(" at=%s",
	    clock_rfc3339(link->at, at, sizeof at));
	words = mem_printf(BROUGHT "%lld %.16s%s%s%s", (long long)link->seq, hex,
	    time, what[0] != '\0' ? ": " : "", what);
	free(time);
	return words;
}

static int
bring(struct registry *reg, sqlite3_stmt *st, struct err *err)
{
	struct link link;
	int64_t origin, since;
	char *what;
	int rc = -1;

	read_link(st, &link);
	if (sql_int(reg->sql, "SELECT coalesce(max(at), 0) FROM (SELECT at FROM"
	    " journal ORDER BY seq DESC LIMIT 1)", &since, err, "") == -1 ||
	    sql_run(reg->sql, "INSERT OR IGNORE INTO origin (point, account)"
	    " VALUES (?, ?)", err, "tt", link.point, link.account) == -1 ||
	    sql_int(reg->sql, "SELECT id FROM origin WHERE point = ? AND"
	    " account = ?", &origin, err, "tt", link.point, link.account) != 1)
		return -1;
	link.what = what = brought_words(&link, sqlite3_column_blob(st, 8),
	    (size_t)sqlite3_column_bytes(st, 8), since);
	rc = append(reg, &link, origin, err);
	free(what);
	return rc;
}

int
journal_bring(struct registry *reg, struct sql *from, int64_t *n,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(from, ENTRY_COLUMNS " ORDER BY seq", err,
	    "");
	int rc, there;

	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = sql_step(from, st, err)) == 1) {
		there = is_there(reg, st, err);
		if (there == -1 || (there == 0 && bring(reg, st, err) == -1)) {
			sqlite3_reset(st);
			return -1;
		}
		*n += there == 0;
	}
	return rc;
}

/* --- checking --------------------------------------------------------------- */

static int
broken(struct err *err, int64_t *bad, int64_t seq, const char *how)
{
	char what[32];

	*bad = seq;
	snprintf(what, sizeof what, "#%lld", (long long)seq);
	return err_set(err, ERR_REGISTRY_JOURNAL, what, "%s", how);
}

/* Each entry after the one before it; last is what the head has to be. */
static int
walk(struct registry *reg, struct link_head *last, int64_t *bad,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, ENTRY_COLUMNS " ORDER BY seq",
	    err, "");
	uint8_t hash[LINK_HASH_LEN];
	struct link link;
	int64_t at = INT64_MIN;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		read_link(st, &link);
		link_hash(&reg->key, last->hash, &link, hash);
		if (link.seq != last->count + 1 || link.at < at ||
		    (link.seq == 1 && link.action != JOURNAL_CREATED) ||
		    sqlite3_column_bytes(st, 8) != sizeof hash ||
		    memcmp(sqlite3_column_blob(st, 8), hash, sizeof hash) != 0) {
			sqlite3_reset(st);
			return broken(err, bad, last->count + 1,
			    "an entry was changed, put in or taken out");
		}
		last->count = link.seq;
		memcpy(last->hash, hash, sizeof hash);
		at = link.at;
	}
	return rc;
}

static int
check(struct registry *reg, int64_t *bad, struct err *err)
{
	struct link_head head, last;

	link_head_start(&last);
	if (walk(reg, &last, bad, err) == -1 ||
	    link_head_read(reg, &head, err) == -1)
		return -1;
	if (last.count == 0)
		return broken(err, bad, 1, "not even the first entry is there");
	if (!head.good || head.count != last.count ||
	    memcmp(head.hash, last.hash, sizeof last.hash) != 0)
		return broken(err, bad, last.count + 1,
		    "entries were taken off its end");
	return 0;
}

int
journal_check(struct registry *reg, int64_t *bad, struct err *err)
{
	int rc;

	*bad = 0;
	/* One moment of the file, while others write. */
	if (sql_exec(reg->sql, "SAVEPOINT journal_check", err) == -1)
		return -1;
	rc = check(reg, bad, err);
	sql_end(reg->sql, "RELEASE journal_check");
	return rc;
}
