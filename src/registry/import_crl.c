/*
 * A revocation list marks what the registry knows of it.  What it says of itself
 * is read first, leaping over the entries; then they are walked through and
 * those that say anything new, if the list's signature is right, are set aside,
 * while another thread hashes the list.  So nothing is marked by a list whose
 * signature is wrong, and nothing much has to be held in memory meanwhile.
 * Where too many are to be set aside, or the signature cannot be told after all,
 * a second walk marks them.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/crl.h"
#include "cert/pem.h"
#include "registry/importing.h"
#include "registry/known.h"

_Static_assert(CRL_TOGETHER == BLOOM_TOGETHER, "a bit each");

#define ENTRY_BYTES	35	/* of one with a reason: to guess their number */
#define CACHE_SCAN	(-32)	/* SQLite's, in KiB below zero, meanwhile */
#define ROWS_A_LOOK	64	/* rows read in the time of one look-up */
#define LOOK_EVERY	4096	/* entries between looks at cancel and the file */
#define LIFT_AT_ONCE	64
#define CLOCKS_DIFFER	300	/* seconds that two clocks may */
#define ASIDE_MAX	((size_t)1 << 20)	/* bytes of entries */

/* Its certificates may name it by its key or, without, by its name alone. */
#define ISSUERS_MAX	2

struct marking {
	struct importing *imp;
	struct crl	*crl;
	struct record_issuer issuers[ISSUERS_MAX];
	int64_t		 rows[ISSUERS_MAX];	/* in table issuer */
	bool		 keyed[ISSUERS_MAX];	/* by the key that signs the list */
	struct bloom	*known[ISSUERS_MAX];	/* NULL: look each up */
	size_t		 n;
	bool		 by_known;	/* these are wanted while it is walked */
	bool		 verified;	/* what is hoped, until that is known */
	int64_t		 cache;		/* SQLite's, as it was; 0: it still is */
	struct store_status status;
	int64_t		 last;		/* row; later ones were not looked for */
	/* by the first walk: whole entries, one behind the other, and the rest */
	struct buf	 aside;
	bool		 full;		/* there were more */
	bool		 marks;		/* this walk marks: it is the second */
	int64_t		 seen, elsewhere, same;
};

/* --- whose list it is -------------------------------------------------------- */

/* Keep an issuer that the registry has certificates of. */
static int
add_issuer(struct marking *m, struct record_issuer *issuer, bool keyed)
{
	int64_t row;
	int rc = sql_int(m->imp->reg->sql, "SELECT id FROM issuer WHERE key = ?",
	    &row, m->imp->err, "b", (const void *)issuer->key,
	    issuer->key_len);

	if (rc != 1 || (m->n > 0 && m->rows[0] == row)) {
		record_issuer_clear(issuer);
		return rc == -1 ? -1 : 0;
	}
	m->keyed[m->n] = keyed;
	m->rows[m->n] = row;
	m->issuers[m->n++] = *issuer;
	return 0;
}

static int
find_issuers(struct marking *m)
{
	struct cert unkeyed = *m->crl->issuer;
	struct record_issuer issuer;

	record_issuer_of_cert(&issuer, m->crl->issuer);
	if (add_issuer(m, &issuer, unkeyed.aki != NULL) != 0)
		return -1;
	unkeyed.aki = NULL;
	record_issuer_of_cert(&issuer, &unkeyed);
	return add_issuer(m, &issuer, false);
}

static int
set_cache(struct sql *sql, int64_t size, struct err *err)
{
	char pragma[64];

	snprintf(pragma, sizeof pragma, "PRAGMA cache_size = %lld",
	    (long long)size);
	return sql_exec(sql, pragma, err);
}

static int
load_known(struct marking *m)
{
	for (size_t i = 0; i < m->n; i++) {
		if (m->known[i] == NULL && known_load(m->imp->reg, m->rows[i],
		    &m->known[i], m->imp->err) != 0)
			return -1;
	}
	return 0;
}

static void
drop_known(struct marking *m)
{
	for (size_t i = 0; i < m->n; i++) {
		bloom_free(m->known[i]);
		m->known[i] = NULL;
	}
}

/*
 * Which serials can be met, unless the list is so short that it is quicker to
 * look each up.  The pages of the few that are met lie all over, and none is
 * wanted again: so they are not to be kept in memory.
 */
static int
load_serials(struct marking *m)
{
	struct sql *sql = m->imp->reg->sql;

	if (sql_int(sql, "SELECT max(id) FROM cert", &m->last, m->imp->err,
	    "") == -1)
		return -1;
	if (stream_size(m->imp->in) / ENTRY_BYTES * ROWS_A_LOOK < m->last)
		return 0;
	if (sql_int(sql, "PRAGMA cache_size", &m->cache, m->imp->err,
	    "") == -1 || set_cache(sql, CACHE_SCAN, m->imp->err) != 0)
		return -1;
	m->by_known = true;
	return load_known(m);
}

/* As it was, whatever became of the list. */
static int
give_cache_back(struct marking *m, int rc)
{
	struct err other = ERR_INIT;

	if (m->cache == 0)
		return rc;
	if (set_cache(m->imp->reg->sql, m->cache, rc == 0 ? m->imp->err :
	    &other) != 0)
		return -1;
	return rc;
}

/* --- looking up and marking ------------------------------------------------ */

static void
make_status(struct marking *m, int64_t date, int reason)
{
	m->status.revoked_at = date == CERT_NO_TIME ? 0 : date;
	m->status.reason = reason;
	m->status.status = reason == CRL_HOLD ? STATUS_SUSPENDED :
	    STATUS_REVOKED;
	if (reason == CRL_REMOVED) {
		m->status.status = STATUS_GOOD;
		m->status.revoked_at = 0;
		m->status.reason = -1;
	}
}

/* What an entry says, into m->status; false when it is for nobody here. */
static bool
read_entry(struct marking *m, const struct crl_entry *entry)
{
	bool foreign = entry->foreign;
	int64_t date;
	int reason;

	crl_entry_read(entry, &date, &reason, &foreign);
	/* Only a list that is proved genuine may lift a suspension. */
	if (foreign || (reason == CRL_REMOVED && !m->verified))
		return false;
	make_status(m, date, reason);
	return true;
}

/*
 * Whether there is anything to mark, under whichever of the issuers it is: under
 * both, where a table named it before its certificate was seen.
 */
static int
look_up(struct marking *m, const struct crl_entry *entry, bool *news)
{
	bool here = false;

	*news = false;
	for (size_t i = 0; read_entry(m, entry) && i < m->n; i++) {
		struct err why = ERR_INIT;
		bool differs;

		if (store_status_news(m->imp->reg, &m->issuers[i],
		    entry->serial.p, entry->serial.len, &m->status, &differs,
		    &why) == 0) {
			here = true;
			*news |= differs;
		} else if (why.code != ERR_NOT_FOUND) {
			*m->imp->err = why;
			return -1;
		}
	}
	m->same += here && !*news;
	m->elsewhere += !here;
	return 0;
}

/* Mark it under whichever of the issuers it is here. */
static int
mark(struct marking *m, const struct crl_entry *entry)
{
	struct importing *imp = m->imp;
	int64_t elsewhere = imp->p->elsewhere;
	bool here = false;
	int rc = 0;

	if (!read_entry(m, entry)) {
		imp->p->elsewhere++;
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < m->n; i++) {
		imp->p->elsewhere = elsewhere;
		rc = importing_status(imp, &m->issuers[i], entry->serial.p,
		    entry->serial.len, &m->status);
		here |= imp->p->elsewhere == elsewhere;
	}
	if (here)
		imp->p->elsewhere = elsewhere;
	return rc != 0 ? rc : importing_next(imp, 0, 0);
}

int
importing_changed(struct importing *imp)
{
	return err_set(imp->err, ERR_BAD_DATA, imp->file,
	    "it was written to while it was read");
}

static int
changed_meanwhile(struct importing *imp)
{
	return stream_unchanged(imp->in) ? 0 : importing_changed(imp);
}

/* --- what may be known ------------------------------------------------------------- */

/* Number, date and reason, each with its length before it. */
static int
put_aside(struct marking *m, const struct crl_entry *entry)
{
	const struct span parts[] = { entry->serial, entry->rest };
	size_t size = 0;
	bool news;

	if (m->full)
		return 0;
	if (look_up(m, entry, &news) != 0)
		return -1;
	if (!news)
		return 0;
	for (size_t i = 0; i < 2; i++)
		size += sizeof parts[i].len + parts[i].len;
	m->full |= size > m->aside.max - m->aside.len;
	for (size_t i = 0; i < 2 && !m->full; i++) {
		(void)buf_add(&m->aside, &parts[i].len, sizeof parts[i].len);
		(void)buf_add(&m->aside, parts[i].p, parts[i].len);
	}
	return 0;
}

static int
mark_aside(struct marking *m)
{
	struct span left = span_of(m->aside.data, m->aside.len), part;
	struct crl_entry entry = { .foreign = false };
	struct span *const parts[] = { &entry.serial, &entry.rest };

	while (left.len > 0) {
		for (size_t i = 0; i < 2; i++) {
			size_t len;

			if (span_take(&left, sizeof len, &part) != 0)
				return 0;
			memcpy(&len, part.p, sizeof len);
			if (span_take(&left, len, parts[i]) != 0)
				return 0;
		}
		if (mark(m, &entry) != 0)
			return -1;
	}
	return 0;
}

/* Which may be theirs, a bit each?  Each issuer has numbers of its own. */
static uint64_t
may_be_known(const struct marking *m, const struct crl_entry *entries, size_t n)
{
	uint64_t hashes[CRL_TOGETHER], may = 0;

	for (size_t i = 0; i < n; i++)
		hashes[i] = bloom_hash(entries[i].serial.p,
		    entries[i].serial.len);
	for (size_t i = 0; i < m->n; i++)
		may |= m->known[i] != NULL ? bloom_may_hold(m->known[i],
		    hashes, n) : UINT64_MAX >> (CRL_TOGETHER - n);
	return may;
}

static int
see_entries(const struct crl_entry *entries, size_t n, void *arg)
{
	struct marking *m = arg;
	uint64_t may = may_be_known(m, entries, n);
	int rc = 0;

	if (m->seen % LOOK_EVERY < CRL_TOGETHER &&
	    (importing_go_on(m->imp) != 0 || changed_meanwhile(m->imp) != 0))
		return -1;
	m->seen += (int64_t)n;
	m->elsewhere += (int64_t)n - __builtin_popcountll(may);
	for (; rc == 0 && may != 0; may &= may - 1) {
		const struct crl_entry *entry = &entries[__builtin_ctzll(may)];

		if (entry->foreign)
			m->elsewhere++;
		else
			rc = m->marks ? mark(m, entry) : put_aside(m, entry);
	}
	return rc;
}

/* --- what is on it no longer ------------------------------------------------------ */

struct held {
	uint8_t	 serial[CERT_SERIAL_MAX];
	size_t	 len;
};

/*
 * Suspended, or revoked by what nobody signed, and by an older word than this
 * list; status 3 is STATUS_SUSPENDED, 2 STATUS_REVOKED, status_by 1
 * HOW_IMPORT_TEXT.  One that expired before is left off for that alone (RFC 5280
 * 3.3).  Whether one that another desk put in meanwhile is on the list, nobody
 * looked.
 */
#define OFF_THE_LIST							\
    " AND ifnull(status_at, 0) < ?2 AND id <= ?3 AND id > ?4"		\
    " ORDER BY id LIMIT ?5"

static const char *const lifted[] = {
	"SELECT id, serial FROM cert WHERE issuer = ?1 AND status = 3"
	" AND (not_after IS NULL OR not_after >= ?2)" OFF_THE_LIST,
	/* Whose end is not known may be off the list for that alone. */
	"SELECT id, serial FROM cert WHERE issuer = ?1 AND status = 2"
	" AND status_by = 1 AND not_after >= ?2" OFF_THE_LIST,
};

/* Those behind row *after, which goes on; some of them at a time. */
static int
find_held(struct marking *m, size_t issuer, const char *words, int64_t *after,
    struct held *held, size_t *n)
{
	struct sql *sql = m->imp->reg->sql;
	sqlite3_stmt *st = sql_bind(sql, words, m->imp->err, "iiiii",
	    m->rows[issuer], m->status.at, m->last, *after,
	    (int64_t)LIFT_AT_ONCE);
	int rc = -1;

	*n = 0;
	while (st != NULL && (rc = sql_step(sql, st, m->imp->err)) == 1) {
		size_t len = (size_t)sqlite3_column_bytes(st, 1);

		*after = sqlite3_column_int64(st, 0);
		if (len > CERT_SERIAL_MAX || *n == LIFT_AT_ONCE)
			continue;
		memcpy(held[*n].serial, sqlite3_column_blob(st, 1), len);
		held[(*n)++].len = len;
	}
	return rc;
}

static int
lift_each(struct marking *m, size_t issuer, const char *words)
{
	struct held held[LIFT_AT_ONCE];
	int64_t after = 0;
	size_t n;

	do {
		if (find_held(m, issuer, words, &after, held, &n) != 0)
			return -1;
		for (size_t k = 0; k < n; k++) {
			if (importing_status(m->imp, &m->issuers[issuer],
			    held[k].serial, held[k].len, &m->status) != 0)
				return -1;
		}
	} while (n > 0);
	return 0;
}

/*
 * RFC 5280 5.3.1: a suspension is lifted by leaving it off the next list.  Only
 * a whole list, proved genuine, says anything by what it does not hold; a
 * revocation that was proved stays.
 */
static int
lift(struct marking *m)
{
	if (!m->verified || m->crl->delta || m->crl->partial ||
	    m->crl->indirect || m->crl->this_update == CERT_NO_TIME)
		return 0;
	make_status(m, CERT_NO_TIME, CRL_REMOVED);
	for (size_t i = 0; i < m->n; i++) {
		/* By name alone it may be of another key's. */
		if (lift_each(m, i, lifted[0]) != 0 ||
		    (m->keyed[i] && lift_each(m, i, lifted[1]) != 0))
			return -1;
	}
	return 0;
}

/* --- walks ---------------------------------------------------------------------------- */

/* From the beginning, as DER. */
static int
walk(struct importing *imp, const struct crl_walk *to, struct crl *crl)
{
	struct stream *made, *der;
	int rc;

	if (stream_seek(imp->in, 0, imp->err) != 0 ||
	    crl_der(imp->in, &made, &der, imp->err) != 0)
		return -1;
	rc = crl_read(der, to, crl, imp->err);
	pem_stream_close(made);
	return rc;
}

/* The entries; what the list says of itself is known, and stays as it is. */
static int
walk_entries(struct marking *m, bool marks)
{
	const struct crl_walk to = { .entries = see_entries, .arg = m,
	    .indirect = m->crl->indirect };
	struct crl again = { 0 };
	int rc;

	m->marks = marks;
	m->seen = m->elsewhere = m->same = 0;
	rc = walk(m->imp, &to, &again);
	crl_clear(&again);
	return rc;
}

/*
 * With one look at the file for all of it: a statement alone asks for the file's
 * locks each time.
 */
static int
look_at_entries(struct marking *m)
{
	struct sql *sql = m->imp->reg->sql;
	int rc;

	if (sql_run(sql, "BEGIN", m->imp->err, "") == -1)
		return -1;
	rc = walk_entries(m, false);
	sql_end(sql, "ROLLBACK");
	return rc;
}

/* Those with nothing to mark; what is marked counts itself. */
static void
count_others(struct marking *m)
{
	m->imp->p->records += m->elsewhere + m->same;
	m->imp->p->elsewhere += m->elsewhere;
	m->imp->p->same += m->same;
}

static int
mark_all(struct marking *m)
{
	if (!m->full) {
		count_others(m);
		return mark_aside(m);
	}
	if ((m->by_known && load_known(m) != 0) || walk_entries(m, true) != 0)
		return -1;
	count_others(m);
	return 0;
}

static void
note_kind(struct importing *imp, const struct crl *crl)
{
	if (crl->delta)
		imp->p->notes |= IMPORT_DELTA;
	if (crl->indirect)
		imp->p->notes |= IMPORT_INDIRECT;
	if (crl->next_update != CERT_NO_TIME && crl->next_update < imp->now)
		imp->p->notes |= IMPORT_OLD;
	if (crl->this_update != CERT_NO_TIME &&
	    crl->this_update > imp->now + CLOCKS_DIFFER)
		imp->p->notes |= IMPORT_AHEAD;
}

/* Whose word it is, and of when: now at the latest. */
static void
take_source(struct marking *m, bool verified)
{
	m->verified = verified;
	m->status.by = verified ? HOW_CRL : HOW_IMPORT_TEXT;
	m->status.at = m->crl->this_update == CERT_NO_TIME ? 0 :
	    m->crl->this_update;
	if (m->status.at > m->imp->now)
		m->status.at = m->imp->now;
}

static int
look_and_mark(struct marking *m, struct importing_proof *proof)
{
	struct importing *imp = m->imp;
	bool hope = importing_proof_hopes(proof);

	take_source(m, hope);
	if (find_issuers(m) != 0 || (m->n > 0 && load_serials(m) != 0) ||
	    look_at_entries(m) != 0)
		return -1;
	if (!m->full)
		drop_known(m);	/* the signature is checked in its room */
	if (importing_proof_end(imp, proof, m->crl, &m->verified) != 0)
		return -1;
	note_kind(imp, m->crl);
	/* What was looked up was looked up as if it were otherwise. */
	m->full |= m->verified != hope;
	take_source(m, m->verified);
	if (mark_all(m) != 0 || changed_meanwhile(imp) != 0)
		return -1;
	return lift(m);
}

int
importing_crl(struct importing *imp)
{
	struct marking m = { .imp = imp };
	struct importing_proof *proof = NULL;
	const struct crl_walk nothing = { 0 };
	struct crl crl = { 0 };
	int rc;

	if (!stream_can_seek(imp->in))
		return err_set(imp->err, ERR_USAGE, imp->file,
		    "a revocation list is read twice");
	imp->resumable = false;		/* all of it is quick */
	imp->understood = true;		/* or refused: it may hold nobody */
	m.crl = &crl;
	buf_init(&m.aside, ASIDE_MAX);
	rc = importing_proof_begin(imp, &proof);
	if (rc == 0)
		rc = walk(imp, &nothing, &crl);
	if (rc == 0)
		rc = look_and_mark(&m, proof);
	rc = give_cache_back(&m, rc);
	importing_proof_free(proof);
	buf_clear(&m.aside);
	drop_known(&m);
	for (size_t i = 0; i < m.n; i++)
		record_issuer_clear(&m.issuers[i]);
	crl_clear(&crl);
	return rc;
}
