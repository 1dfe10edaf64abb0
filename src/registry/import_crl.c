/*
 * A revocation list marks what the registry knows of it, in two walks: the first
 * hashes the signed bytes and finds out at the list's end whose it is, the
 * second marks.  So nothing is marked by a list whose signature is wrong, and
 * nothing has to be held in memory meanwhile.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cert/crl.h"
#include "cert/pem.h"
#include "registry/bloom.h"
#include "registry/importing.h"

#define ENTRY_BYTES	35	/* of one with a reason: to guess their number */
#define CACHE_SCAN	(-1024)	/* SQLite's, in KiB below zero, meanwhile */
#define ROWS_A_LOOK	64	/* rows read in the time of one look-up */
#define LOOK_EVERY	4096	/* entries between looks at cancel and the file */
#define LIFT_AT_ONCE	64

/* Its certificates may name it by its key or, without, by its name alone. */
#define ISSUERS_MAX	2

struct marking {
	struct importing *imp;
	struct crl	*crl;
	struct record_issuer issuers[ISSUERS_MAX];
	int64_t		 rows[ISSUERS_MAX];	/* in table issuer */
	size_t		 n;
	bool		 verified;
	struct bloom	*known;		/* serials of theirs; NULL: look each up */
	int64_t		 cache;		/* SQLite's, as it was; 0: it still is */
	struct store_status status;
};

/* --- whose list it is -------------------------------------------------------- */

/* Keep an issuer that the registry has certificates of. */
static int
add_issuer(struct marking *m, struct record_issuer *issuer)
{
	int64_t row;
	int rc = sql_int(m->imp->reg->sql, "SELECT id FROM issuer WHERE key = ?",
	    &row, m->imp->err, "b", (const void *)issuer->key,
	    issuer->key_len);

	if (rc != 1 || (m->n > 0 && m->rows[0] == row)) {
		record_issuer_clear(issuer);
		return rc == -1 ? -1 : 0;
	}
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
	if (add_issuer(m, &issuer) != 0)
		return -1;
	unkeyed.aki = NULL;
	record_issuer_of_cert(&issuer, &unkeyed);
	return add_issuer(m, &issuer);
}

static int
read_serials(struct marking *m)
{
	struct sql *sql = m->imp->reg->sql;
	sqlite3_stmt *st = sql_bind(sql, "SELECT serial FROM cert"
	    " WHERE issuer IN (?, ?)", m->imp->err, "ii", m->rows[0],
	    m->rows[m->n - 1]);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(sql, st, m->imp->err)) == 1) {
		const void *serial = sqlite3_column_blob(st, 0);

		bloom_add(m->known, serial,
		    (size_t)sqlite3_column_bytes(st, 0));
	}
	return rc;
}

static int
set_cache(struct sql *sql, int64_t size, struct err *err)
{
	char pragma[64];

	snprintf(pragma, sizeof pragma, "PRAGMA cache_size = %lld",
	    (long long)size);
	return sql_exec(sql, pragma, err);
}

/*
 * Which serials can be met: reading all of them is quicker than looking up each
 * entry of a long list, nearly none of which are here.  An index that goes by
 * once is not to be kept in memory, nor are the pages of the few that are met:
 * they lie all over, and none is wanted again.
 */
static int
load_serials(struct marking *m)
{
	struct sql *sql = m->imp->reg->sql;
	int64_t rows = 0;

	if (sql_int(sql, "SELECT max(id) FROM cert", &rows, m->imp->err,
	    "") == -1)
		return -1;
	if (stream_size(m->imp->in) / ENTRY_BYTES * ROWS_A_LOOK < rows)
		return 0;
	if (sql_int(sql, "PRAGMA cache_size", &m->cache, m->imp->err,
	    "") == -1 || set_cache(sql, CACHE_SCAN, m->imp->err) != 0)
		return -1;
	m->known = bloom_new(rows);
	return read_serials(m);
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

/* --- marking ------------------------------------------------------------------- */

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

/* Mark it under whichever of the issuers it is here. */
static int
mark(struct marking *m, const struct crl_entry *entry)
{
	struct importing *imp = m->imp;
	bool foreign = entry->foreign;
	int64_t date, elsewhere = imp->p->elsewhere;
	int reason, rc = 0;

	crl_entry_read(entry, &date, &reason, &foreign);
	/* Only a list that is proved genuine may lift a suspension. */
	if (foreign || (reason == CRL_REMOVED && !m->verified)) {
		imp->p->elsewhere++;
		return 0;
	}
	make_status(m, date, reason);
	for (size_t i = 0; rc == 0 && i < m->n; i++) {
		imp->p->elsewhere = elsewhere;
		rc = importing_status(imp, &m->issuers[i], entry->serial.p,
		    entry->serial.len, &m->status);
		if (imp->p->elsewhere == elsewhere)
			break;
	}
	return rc != 0 ? rc : importing_next(imp, 0, 0);
}

static int
changed_meanwhile(struct importing *imp)
{
	return stream_unchanged(imp->in) ? 0 : err_set(imp->err, ERR_BAD_DATA,
	    imp->file, "it was written to while it was read");
}

static int
see_entry(const struct crl_entry *entry, void *arg)
{
	struct marking *m = arg;
	struct import_progress *p = m->imp->p;

	if (m->crl->entries % LOOK_EVERY == 0 &&
	    (importing_go_on(m->imp) != 0 || changed_meanwhile(m->imp) != 0))
		return -1;
	if (m->n > 0 && !entry->foreign && (m->known == NULL ||
	    bloom_may_hold(m->known, entry->serial.p, entry->serial.len)))
		return mark(m, entry);
	p->elsewhere++;
	p->records++;
	return 0;
}

/* --- what is on it no longer ------------------------------------------------------ */

struct held {
	uint8_t	 serial[CERT_SERIAL_MAX];
	size_t	 len;
};

/* Suspended by an older word than this list; status 3 is STATUS_SUSPENDED. */
static int
find_held(struct marking *m, size_t issuer, struct held *held, size_t *n)
{
	struct sql *sql = m->imp->reg->sql;
	sqlite3_stmt *st = sql_bind(sql, "SELECT serial FROM cert"
	    " WHERE issuer = ? AND status = 3 AND status_at < ? LIMIT ?",
	    m->imp->err, "iii", m->rows[issuer], m->crl->this_update,
	    (int64_t)LIFT_AT_ONCE);
	int rc = -1;

	*n = 0;
	while (st != NULL && (rc = sql_step(sql, st, m->imp->err)) == 1) {
		size_t len = (size_t)sqlite3_column_bytes(st, 0);

		if (len > CERT_SERIAL_MAX || *n == LIFT_AT_ONCE)
			continue;
		memcpy(held[*n].serial, sqlite3_column_blob(st, 0), len);
		held[(*n)++].len = len;
	}
	return rc;
}

/*
 * RFC 5280 5.3.1: a suspension is lifted by leaving it off the next list.  Only
 * a whole list, proved genuine, says anything by what it does not hold.
 */
static int
lift(struct marking *m)
{
	struct held held[LIFT_AT_ONCE];
	int64_t before;
	size_t n;

	if (!m->verified || m->crl->delta || m->crl->partial ||
	    m->crl->indirect || m->crl->this_update == CERT_NO_TIME)
		return 0;
	make_status(m, CERT_NO_TIME, CRL_REMOVED);
	for (size_t i = 0; i < m->n; i++) {
		do {
			before = m->imp->p->changed;
			if (find_held(m, i, held, &n) != 0)
				return -1;
			for (size_t k = 0; k < n; k++) {
				if (importing_status(m->imp, &m->issuers[i],
				    held[k].serial, held[k].len,
				    &m->status) != 0)
					return -1;
			}
		} while (n > 0 && m->imp->p->changed > before);
	}
	return 0;
}

/* --- two walks ---------------------------------------------------------------------- */

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

/* The check that the issuer's certificate makes possible; NULL when none is. */
static int
begin_check(struct importing *imp, struct crl_check **check, struct cert **ca)
{
	struct stream *made, *der;
	struct span first;
	struct buf bytes;
	int rc = -1;

	*check = NULL;
	*ca = NULL;
	if (imp->o->issuer == NULL)
		return 0;
	buf_init(&bytes, CERT_DER_MAX);
	if (importing_read_issuer(imp->o->issuer, &bytes, ca, imp->err) == 0 &&
	    crl_der(imp->in, &made, &der, imp->err) == 0) {
		rc = stream_peek(der, CRL_PART_MAX, &first, imp->err);
		if (rc == 0)
			*check = crl_check_new(span_of(bytes.data, bytes.len),
			    first);
		pem_stream_close(made);
	}
	buf_clear(&bytes);
	return rc;
}

/* Whether the list may be believed, and what is to be said about that. */
static int
judge(struct importing *imp, struct crl_check *check, const struct cert *ca,
    struct crl *crl, bool *verified)
{
	enum crl_verdict verdict = crl_check_end(check, crl);

	*verified = false;
	if (ca == NULL) {
		imp->p->notes |= IMPORT_NOT_VERIFIED;
		return 0;
	}
	if (strcmp(ca->subject.line, crl->issuer->issuer.line) != 0)
		return err_set(imp->err, ERR_SIGNATURE, imp->file,
		    "another issuer than that certificate's subject");
	if (ca->has_ku && (ca->ku & CERT_KU_CRL_SIGN) == 0)
		return err_set(imp->err, ERR_SIGNATURE, imp->file,
		    "that certificate is not for signing lists");
	if (verdict == CRL_FORGED)
		return err_set(imp->err, ERR_SIGNATURE, imp->file, NULL);
	*verified = verdict == CRL_SIGNED;
	imp->p->notes |= *verified ? IMPORT_VERIFIED : IMPORT_ALGORITHM;
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
}

static int
first_walk(struct importing *imp, struct crl *crl, bool *verified)
{
	struct crl_walk to = { 0 };
	struct crl_check *check;
	struct cert *ca;
	int rc = begin_check(imp, &check, &ca);

	if (rc == 0) {
		to.bytes = check != NULL ? crl_check_bytes : NULL;
		to.arg = check;
		rc = walk(imp, &to, crl);
	}
	if (rc == 0)
		rc = judge(imp, check, ca, crl, verified);
	crl_check_free(check);
	cert_free(ca);
	return rc;
}

static int
second_walk(struct marking *m)
{
	struct crl_walk to = { .entry = see_entry, .arg = m,
	    .indirect = m->crl->indirect };
	struct crl again;
	struct crl *first = m->crl;
	int rc;

	/* The walk counts its entries there; what was judged is the first's. */
	again = *first;
	m->crl = &again;
	rc = walk(m->imp, &to, &again);
	crl_clear(&again);
	m->crl = first;
	return rc;
}

int
importing_crl(struct importing *imp)
{
	struct marking m = { .imp = imp };
	struct crl crl = { 0 };
	int rc;

	if (!stream_can_seek(imp->in))
		return err_set(imp->err, ERR_USAGE, imp->file,
		    "a revocation list is read twice");
	imp->resumable = false;		/* all of it is quick */
	m.crl = &crl;
	rc = first_walk(imp, &crl, &m.verified);
	if (rc == 0) {
		note_kind(imp, &crl);
		m.status.by = m.verified ? HOW_CRL : HOW_IMPORT_TEXT;
		m.status.at = crl.this_update == CERT_NO_TIME ? 0 :
		    crl.this_update;
		rc = find_issuers(&m);
	}
	if (rc == 0 && m.n > 0)
		rc = load_serials(&m);
	if (rc == 0)
		rc = second_walk(&m);
	if (rc == 0)
		rc = changed_meanwhile(imp);
	if (rc == 0)
		rc = lift(&m);
	rc = give_cache_back(&m, rc);
	bloom_free(m.known);
	for (size_t i = 0; i < m.n; i++)
		record_issuer_clear(&m.issuers[i]);
	crl_clear(&crl);
	return rc;
}
