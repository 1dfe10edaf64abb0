#include "config.h"

#include "registry/asked.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "registry/forget.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/tombs.h"

#define DAY		INT64_C(86400)
#define NUMBER_DIGITS	8	/* of the key */

/* Another desk's lease that still binds: ?1 now, ?3 the longest. */
#define FREE	"(lease_by IS NULL OR lease_until <= ?1" \
	" OR lease_until > ?1 + ?3)"

static const struct {
	const char	*basis, *purpose;
} words[] = {
	[ASKED_BY_CONSENT] = { "consent", "question" },
	[ASKED_BY_CONTRACT] = { "contract", "contract" },
};

const char *
asked_basis_id(enum asked_basis basis)
{
	return words[basis].basis;
}

const char *
asked_purpose_id(enum asked_basis basis)
{
	return words[basis].purpose;
}

/* --- kept ------------------------------------------------------------------- */

int
asked_put(struct registry *reg, int64_t id, const struct asked *a,
    struct err *err)
{
	return sql_run(reg->sql, "INSERT INTO asked (id, basis, purpose, clause,"
	    " agreed) VALUES (?, ?, ?, ?, ?)", err, "ittti", id,
	    words[a->basis].basis, words[a->basis].purpose, a->clause,
	    a->agreed);
}

static enum asked_basis
basis_of(const char *word)
{
	return word != NULL && strcmp(word,
	    words[ASKED_BY_CONTRACT].basis) == 0 ? ASKED_BY_CONTRACT :
	    ASKED_BY_CONSENT;
}

int
asked_get(struct registry *reg, int64_t id, struct asked *a, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT basis, clause, agreed,"
	    " withdrawn FROM asked WHERE id = ?", err, "i", id);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	const char *clause;

	memset(a, 0, sizeof *a);
	if (rc != 1)
		return rc;
	a->basis = basis_of((const char *)sqlite3_column_text(st, 0));
	clause = (const char *)sqlite3_column_text(st, 1);
	snprintf(a->clause, sizeof a->clause, "%s", clause != NULL ? clause :
	    "");
	a->agreed = sqlite3_column_int64(st, 2);
	a->withdrawn = sqlite3_column_int64(st, 3);
	sqlite3_reset(st);
	return 1;
}

int64_t
asked_until(const struct outbox_row *row)
{
	return row->state == OUTBOX_WAITING ? row->at + OUTBOX_WAIT_DAYS * DAY :
	    row->tried + OUTBOX_DAYS * DAY;
}

/* --- its number ------------------------------------------------------------------- */

char *
asked_number(const char *key, char number[static ASKED_NUMBER_MAX + 1])
{
	char digits[NUMBER_DIGITS + 1];

	snprintf(digits, sizeof digits, "%s", key);
	for (char *c = digits; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	snprintf(number, ASKED_NUMBER_MAX + 1, "Q-%.4s-%.4s", digits,
	    strlen(digits) > 4 ? digits + 4 : "");
	return number;
}

/* The beginning of a key out of one of ours as typed; false: it is none. */
static bool
key_of(const char *typed, char key[static NUMBER_DIGITS + 1])
{
	size_t n = 0;

	if (tolower((unsigned char)*typed) != 'q')
		return false;
	for (typed++; *typed != '\0'; typed++) {
		if (*typed == '-' || *typed == ' ')
			continue;
		if (!isxdigit((unsigned char)*typed) || n == NUMBER_DIGITS)
			return false;
		key[n++] = (char)tolower((unsigned char)*typed);
	}
	key[n] = '\0';
	return n == NUMBER_DIGITS;
}

int
asked_find(struct registry *reg, const char *number, int64_t *id,
    struct err *err)
{
	char key[NUMBER_DIGITS + 1] = "";
	bool own = key_of(number, key);
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id FROM outbox"
	    " WHERE kind = 'question' AND ((?1 AND substr(key, 1, 8) = ?2)"
	    " OR reference = ?3 COLLATE NOCASE) LIMIT 2", err, "itt",
	    (int64_t)own, key, number);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	if (rc == 0)
		return err_set(err, ERR_NOT_FOUND, number, NULL);
	if (rc == 1) {
		*id = sqlite3_column_int64(st, 0);
		rc = sql_step(reg->sql, st, err);
		if (rc == 1)
			rc = err_set(err, ERR_PERSON_AMBIGUOUS, number, NULL);
		sqlite3_reset(st);
	}
	return rc;
}

/* --- taken back ---------------------------------------------------------------------- */

/* How a question stood before it was taken back. */
struct stood {
	enum outbox_state state;
	int		  tries;
	int64_t		  whom;
	bool		  leased;
	struct ident_hash key;
};

/* A question's key, as the side file has it. */
static void
hash_key(struct registry *reg, sqlite3_stmt *st, int column,
    struct ident_hash *hash)
{
	const char *key = (const char *)sqlite3_column_text(st, column);

	inside_hash(reg, IDENT_OTHER, key != NULL ? key : "", hash);
}

/* Within a transaction: nobody begins to send it any more. */
static int
look(struct registry *reg, int64_t id, int64_t now, struct stood *s,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT state, tries,"
	    " coalesce(whom, 0), state = 0 AND NOT " FREE ", key FROM outbox"
	    " WHERE id = ?2 AND kind = 'question'", err, "iii", now, id,
	    (int64_t)OUTBOX_LEASE_MAX);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	char what[24];

	if (rc == 1) {
		s->state = (enum outbox_state)sqlite3_column_int(st, 0);
		s->tries = sqlite3_column_int(st, 1);
		s->whom = sqlite3_column_int64(st, 2);
		s->leased = sqlite3_column_int(st, 3) != 0;
		hash_key(reg, st, 4, &s->key);
		sqlite3_reset(st);
		return 0;
	}
	snprintf(what, sizeof what, "%lld", (long long)id);
	return rc == -1 ? -1 : err_set(err, ERR_NOT_FOUND, what, NULL);
}

/*
 * An attempt that failed may have come there all the same: its answer was lost.
 * What was refused never was taken, but somebody has read it.
 */
static bool
was_sent(const struct stood *s)
{
	return s->state != OUTBOX_WAITING || s->tries > 0 || s->leased;
}

static int
note(struct registry *reg, enum journal_action action, int64_t id,
    const struct stood *s, const char *reason, struct err *err)
{
	struct journal_entry e = { .action = action, .why = reason };
	struct ident_hash hash;
	char what[64];

	if (s->whom != 0) {
		tombs_of_key(s->whom, &hash);
		e.whom = &hash;
	}
	snprintf(what, sizeof what, "outbox=%lld question", (long long)id);
	e.what = what;
	return journal_add(reg, &e, err);
}

/* Never sent from here on, nothing of what was written; and since when. */
static int
end_consent(struct registry *reg, int64_t id, int64_t now, struct err *err)
{
	if (sql_run(reg->sql, "UPDATE outbox SET state = 2, body = NULL,"
	    " next = 0, tried = ?2, lease_by = NULL, lease_until = 0"
	    " WHERE id = ?1 AND state = 0", err, "ii", id, now) == -1)
		return -1;
	return sql_run(reg->sql, "INSERT INTO asked (id, basis, purpose,"
	    " clause, agreed, withdrawn) VALUES (?1, 'consent', 'question',"
	    " '', 0, ?2) ON CONFLICT (id) DO UPDATE SET withdrawn = ?2"
	    " WHERE withdrawn = 0", err, "ii", id, now);
}

static int
withdraw(struct registry *reg, int64_t id, const char *reason, int64_t now,
    bool *sent, struct tomb *stone, struct err *err)
{
	struct stood s;
	struct asked a;

	if (look(reg, id, now, &s, err) == -1)
		return -1;
	switch (asked_get(reg, id, &a, err)) {
	case -1:
		return -1;
	case 1:
		if (a.basis == ASKED_BY_CONTRACT)
			return err_set(err, ERR_USAGE, _("the question rests on "
			    "a contract, not on consent; it can be erased"),
			    NULL);
		break;
	}
	*sent = was_sent(&s);
	*stone = (struct tomb){ s.key, TOMB_OF_CONSENT };
	if (end_consent(reg, id, now, err) == -1 ||
	    note(reg, JOURNAL_WITHDRAWN, id, &s, reason, err) == -1)
		return -1;
	return forget_mark(reg, err);
}

static int
erase(struct registry *reg, int64_t id, const char *reason, int64_t now,
    bool *sent, struct tomb *stone, struct err *err)
{
	struct stood s;

	if (look(reg, id, now, &s, err) == -1)
		return -1;
	if (s.leased)
		return err_set(err, ERR_REGISTRY_BUSY, sql_path(reg->sql),
		    "the question is being sent");
	*sent = was_sent(&s);
	*stone = (struct tomb){ s.key, TOMB_OF_QUESTION };
	if (sql_run(reg->sql, "DELETE FROM outbox WHERE id = ?", err, "i",
	    id) == -1 ||
	    note(reg, JOURNAL_ERASE, id, &s, reason, err) == -1)
		return -1;
	return forget_mark(reg, err);
}

typedef int	 deed_fn(struct registry *, int64_t, const char *, int64_t,
		    bool *, struct tomb *, struct err *);

static int
in_bracket(struct registry *reg, deed_fn *deed, int64_t id,
    const char *reason, int64_t now, bool *sent, struct err *err)
{
	struct tombs_pen *pen = NULL;
	struct tomb stone;
	int rc = -1;

	*sent = false;
	if (registry_begin(reg, err) == -1)
		return -1;
	if (deed(reg, id, reason, now, sent, &stone, err) == -1 ||
	    tombs_write(reg, TOMB_ERASED, true, &stone, 1, &pen, err) == -1)
		registry_rollback(reg);
	else
		rc = registry_commit(reg, err);
	tombs_end(pen, rc, err);
	if (rc == -1)
		return -1;
	return reg->depth > 0 ? 0 : forget_settle(reg, true, err);
}

int
asked_withdraw(struct registry *reg, int64_t id, const char *reason,
    int64_t now, bool *sent, struct err *err)
{
	if (journal_reason(reason, journal_action_id(JOURNAL_WITHDRAWN),
	    err) == -1)
		return -1;
	return in_bracket(reg, withdraw, id, reason, now, sent, err);
}

int
asked_erase(struct registry *reg, int64_t id, const char *reason,
    int64_t now, bool *sent, struct err *err)
{
	if (journal_reason(reason, journal_action_id(JOURNAL_ERASE), err) == -1)
		return -1;
	return in_bracket(reg, erase, id, reason, now, sent, err);
}

/* --- and again, when a backup brought it back ---------------------------------- */

struct there {
	struct ident_hash key;
	int64_t		  id;
};

static int
by_key(const void *a, const void *b)
{
	return memcmp(((const struct there *)a)->key.b,
	    ((const struct there *)b)->key.b, IDENT_HASH_LEN);
}

/* Questions as the side file names them; the caller's. */
static int
all_there(struct registry *reg, struct there **out, size_t *n,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id, key FROM outbox"
	    " WHERE kind = 'question'", err, "");
	int rc;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		*out = mem_grow(*out, *n + 1, sizeof **out);
		(*out)[*n].id = sqlite3_column_int64(st, 0);
		hash_key(reg, st, 1, &(*out)[(*n)++].key);
	}
	if (*n > 0)
		qsort(*out, *n, sizeof **out, by_key);
	return rc;
}

int
asked_again(struct registry *reg, const struct tombs_news *news, size_t n,
    struct err *err)
{
	struct there *all, *it, one;
	size_t nall, i;
	int rc = all_there(reg, &all, &nall, err);

	for (i = 0; rc == 0 && nall > 0 && i < n; i++) {
		enum tomb_of of = news[i].tomb.of;

		one.key = news[i].tomb.hash;
		if ((of != TOMB_OF_QUESTION && of != TOMB_OF_CONSENT) ||
		    (it = bsearch(&one, all, nall, sizeof one, by_key)) == NULL)
			continue;
		rc = of == TOMB_OF_QUESTION ? sql_run(reg->sql,
		    "DELETE FROM outbox WHERE id = ?", err, "i", it->id) :
		    end_consent(reg, it->id, news[i].at, err);
	}
	free(all);
	return rc;
}
