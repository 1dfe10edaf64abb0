/* What goes by itself: by age, and because it was erased before. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "registry/asked.h"
#include "registry/forget.h"
#include "registry/identrow.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/orderrow.h"
#include "registry/outbox.h"
#include "registry/privacy.h"
#include "registry/store.h"
#include "registry/tombs.h"

#define BATCH	400	/* rows a transaction: other desks wait for one */
#define DAY	INT64_C(86400)

/*
 * Which rows may go by age; restricted ones are kept, and what a case or a
 * renewal needs.
 */
#define MAY_GO \
	"not_after < ? AND restricted = 0 AND NOT EXISTS (SELECT 1 FROM cases" \
	" WHERE cases.cert = cert.id AND open = 1) AND NOT EXISTS (SELECT 1" \
	" FROM renewals WHERE renewals.cert = cert.id AND open = 1)"

/* --- retention ----------------------------------------------------------------- */

/* Rows from after on that ended before limit. */
static int
find_old(struct registry *reg, int64_t after, int64_t limit,
    int64_t rows[BATCH], size_t *n, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id FROM cert"
	    " WHERE id > ? AND " MAY_GO " ORDER BY id LIMIT ?", err, "iii", after, limit, (int64_t)BATCH);
	int rc;

	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1 && *n < BATCH)
		rows[(*n)++] = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc == -1 ? -1 : 0;
}

static int
remove_old(struct registry *reg, int64_t *after, int days, int64_t limit,
    int64_t *n, struct err *err)
{
	struct journal_entry e = { .action = JOURNAL_RETENTION };
	int64_t rows[BATCH];
	size_t found;
	char *what;
	int rc;

	*n = 0;
	if (find_old(reg, *after, limit, rows, &found, err) == -1)
		return -1;
	if (found == 0)
		return 0;
	*after = rows[found - 1];
	*n = (int64_t)found;
	if (forget_rows(reg, rows, found, err) == -1 ||
	    forget_mark(reg, err) == -1)
		return -1;
	what = mem_printf("rows=%zu days=%d", found, days);
	e.what = what;
	rc = journal_add(reg, &e, err);
	free(what);
	return rc;
}

int
privacy_retain(struct registry *reg, int days, int64_t now, bool dry,
    int64_t *n, struct err *err)
{
	int64_t limit = now - days * DAY, after = 0, some, ignored;

	n = n != NULL ? n : &ignored;
	*n = 0;
	if (dry)
		return sql_int(reg->sql, "SELECT count(*) FROM cert WHERE "
		    MAY_GO, n, err, "i", limit) == -1 ? -1 : 0;
	do {
		if (registry_begin(reg, err) == -1)
			return -1;
		if (remove_old(reg, &after, days, limit, &some, err) == -1) {
			registry_rollback(reg);
			return -1;
		}
		if (registry_commit(reg, err) == -1)
			return -1;
		*n += some;
	} while (some > 0);
	/* These go by rules of their own, and are not counted as rows. */
	if (orders_retain(reg, now, false, NULL, err) == -1 ||
	    outbox_retain(reg, now, false, NULL, err) == -1 ||
	    forget_sources(reg, err) == -1)
		return -1;
	return forget_settle(reg, true, err);
}

/* --- by itself ------------------------------------------------------------------- */

#define ASLEEP_MAX	(400 * DAY)	/* a registry that nobody has written to */
#define FEW		100	/* rows of which any part may go at once */
#define PART		10	/* one in so many may go at once */
#define LATELY		(7 * DAY)

static int
held(struct err *err, int64_t now, const char *why, int64_t a, int64_t b)
{
	char day[32];

	return err_set(err, ERR_RETENTION_HELD, clock_day(now, day, sizeof day),
	    "%s: %lld, %lld", why, (long long)a, (long long)b);
}

/* 1 when the rule took rows within the last days: it is on its way. */
static int
went_lately(struct registry *reg, int64_t now, struct err *err)
{
	int64_t one;

	return sql_int(reg->sql, "SELECT 1 FROM journal WHERE action = ?"
	    " AND at BETWEEN ? AND ? LIMIT 1", &one, err, "iii",
	    (int64_t)JOURNAL_RETENTION, now - LATELY, now + DAY);
}

int
privacy_retain_doubt(struct registry *reg, int days, int64_t now,
    struct err *err)
{
	int64_t newest, all, old;
	int rc;

	if (sql_int(reg->sql, "SELECT max(coalesce((SELECT at FROM journal"
	    " ORDER BY seq DESC LIMIT 1), 0), coalesce((SELECT value FROM meta"
	    " WHERE name = 'stamp'), 0) / 1000)", &newest, err, "") == -1)
		return -1;
	if (now - newest > ASLEEP_MAX)
		return held(err, now, "the newest there is, now", newest, now);
	if (sql_int(reg->sql, "SELECT count(*) FROM cert", &all, err,
	    "") == -1 || privacy_retain(reg, days, now, true, &old, err) == -1)
		return -1;
	if (all <= FEW || old <= all / PART)
		return 0;
	rc = went_lately(reg, now, err);
	return rc == 0 ? held(err, now, "of certificates, too old", all, old) :
	    rc == 1 ? 0 : -1;
}

/* --- erased before ---------------------------------------------------------------- */

/* Rows to erase, and rows whose restriction has to be looked at again. */
struct again {
	int64_t	*rows;
	size_t	 n, erased;
};

static void
add_row(struct again *a, int64_t row)
{
	a->rows = mem_grow(a->rows, a->n + 1, sizeof *a->rows);
	a->rows[a->n++] = row;
}

static int
rows_of_person(struct registry *reg, const struct ident_hash *hash,
    struct again *a, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT cert FROM ident"
	    " WHERE hash = ?", err, "i", ident_row_key(hash));
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1)
		add_row(a, sqlite3_column_int64(st, 0));
	return rc;
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(((const struct tomb *)a)->hash.b,
	    ((const struct tomb *)b)->hash.b, IDENT_HASH_LEN);
}

/*
 * Certificates are named by a hash that only a pass over all of them finds
 * again; it is made once, when a backup has been put back.
 */
static int
rows_of_certs(struct registry *reg, struct tomb *certs, size_t n,
    struct again *a, struct err *err)
{
	sqlite3_stmt *st;
	struct record_issuer issuer = { .key_len = 0 };
	struct tomb one = { .of = TOMB_OF_CERT };
	int rc;

	if (n == 0)
		return 0;
	qsort(certs, n, sizeof *certs, by_hash);
	st = sql_bind(reg->sql, "SELECT cert.id, serial, key FROM cert"
	    " JOIN issuer ON issuer.id = cert.issuer", err, "");
	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		size_t len = (size_t)sqlite3_column_bytes(st, 2);
		size_t serial = (size_t)sqlite3_column_bytes(st, 1);

		if (len > sizeof issuer.key || serial > CERT_SERIAL_MAX)
			continue;
		issuer.key_len = len;
		if (len > 0)
			memcpy(issuer.key, sqlite3_column_blob(st, 2), len);
		inside_cert_hash(reg, &issuer, sqlite3_column_blob(st, 1),
		    serial, &one.hash);
		if (bsearch(&one, certs, n, sizeof *certs, by_hash) != NULL)
			add_row(a, sqlite3_column_int64(st, 0));
	}
	return rc;
}

static int
rows_of_news(struct registry *reg, const struct tombs_news *news, size_t n,
    struct again *a, struct err *err)
{
	struct tomb *certs = mem_array(n, sizeof *certs);
	size_t i, ncerts = 0;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++) {
		if (news[i].tomb.of == TOMB_OF_CERT)
			certs[ncerts++] = news[i].tomb;
		else if (news[i].tomb.of == TOMB_OF_PERSON)
			rc = rows_of_person(reg, &news[i].tomb.hash, a, err);
	}
	if (rc == 0)
		rc = rows_of_certs(reg, certs, ncerts, a, err);
	free(certs);
	return rc;
}

/* 1 when a stone of that kind stands for a row, by itself or by its person. */
static int
row_has(struct registry *reg, enum tomb_kind kind, int64_t row,
    struct err *err)
{
	struct ident_hash hash;
	struct identrow ids;
	struct record r;
	int has;

	if (store_get_row(reg, row, &r, err) == -1)
		return -1;
	has = tombs_stand(reg, kind, &r, err);
	record_clear(&r);
	if (has != 0)
		return has;
	if (identrow_get(reg, row, &ids, err) == -1)
		return -1;
	for (size_t i = 0; i < ids.n && has == 0; i++) {
		tombs_of_key(ids.hash[i], &hash);
		has = tombs_has(reg, kind, &hash, err);
	}
	return has;
}

/* As the stones say now: later lines may have lifted earlier ones. */
static int
bring_up(struct registry *reg, int64_t row, struct again *a, struct err *err)
{
	int64_t there;
	int rc = sql_int(reg->sql, "SELECT 1 FROM cert WHERE id = ?", &there,
	    err, "i", row);

	if (rc != 1)
		return rc;
	rc = row_has(reg, TOMB_ERASED, row, err);
	if (rc == 1) {
		a->erased++;
		return forget_rows(reg, &row, 1, err);
	}
	if (rc == 0)
		rc = row_has(reg, TOMB_RESTRICTED, row, err);
	if (rc == -1)
		return -1;
	return sql_run(reg->sql, "UPDATE cert SET restricted = ?1"
	    " WHERE id = ?2 AND restricted <> ?1", err, "ii", (int64_t)rc, row);
}

/* A stone may only restrict, or be lifted: as it stands now. */
static int
erase_orders(struct registry *reg, const struct ident_hash *hash, int64_t *n,
    struct err *err)
{
	int rc = tombs_has(reg, TOMB_ERASED, hash, err);

	return rc != 1 ? rc : orderrow_erase_hash(reg, ident_row_key(hash),
	    INT64_MAX, n, err);
}

/* What was asked by a person, and questions that were taken back. */
static int
erase_asked(struct registry *reg, const struct tombs_news *news, size_t n,
    struct err *err)
{
	int64_t orders = 0;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++) {
		const struct tomb *of = &news[i].tomb;

		if (of->of == TOMB_OF_PERSON)
			rc = erase_orders(reg, &of->hash, &orders, err);
		else if (of->of == TOMB_OF_ASKED)
			rc = orderrow_erase_hash(reg, ident_row_key(&of->hash),
			    news[i].at, &orders, err);
	}
	return rc != 0 ? rc : asked_again(reg, news, n, err);
}

static int
reapply(struct registry *reg, struct err *err)
{
	struct journal_entry e = { .action = JOURNAL_ERASE };
	struct again a = { 0 };
	struct tombs_news *news;
	size_t n, i;
	char *what;
	int rc = tombs_take(reg, &news, &n, err);

	if (rc == -1 || n == 0)
		return rc;
	rc = rows_of_news(reg, news, n, &a, err);
	if (rc == 0)
		rc = erase_asked(reg, news, n, err);
	for (i = 0; rc == 0 && i < a.n; i++)
		rc = bring_up(reg, a.rows[i], &a, err);
	what = mem_printf("again: stones=%zu rows=%zu", n, a.erased);
	e.what = what;
	if (rc == 0)
		rc = journal_add(reg, &e, err);
	if (rc == 0)
		rc = forget_mark(reg, err);
	free(what);
	free(a.rows);
	free(news);
	return rc;
}

int
privacy_reapply(struct registry *reg, struct err *err)
{
	struct err ignored = ERR_INIT;
	bool pending;

	if (tombs_pending(reg, &pending, err) == -1)
		return -1;
	if (pending && reg->read_only)
		return err_set(err, ERR_READ_ONLY, reg->path,
		    "what was erased has to be erased here too");
	if (pending) {
		if (registry_begin(reg, err) == -1)
			return -1;
		if (reapply(reg, err) == -1) {
			registry_rollback(reg);
			return -1;
		}
		if (registry_commit(reg, err) == -1)
			return -1;
	}
	/* Not waited for: whoever opens wants to work, and the next may do it. */
	if (!reg->read_only)
		(void)forget_settle(reg, false, &ignored);
	return 0;
}
