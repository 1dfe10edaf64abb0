#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "registry/cardrow.h"
#include "registry/caserow.h"
#include "registry/forget.h"
#include "registry/identrow.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/linked.h"
#include "registry/names.h"
#include "registry/renewalrow.h"
#include "registry/row.h"
#include "registry/scrub.h"
#include "registry/store.h"
#include "registry/tombs.h"

/* --- what a certificate's row points to ------------------------------------ */

/* Where it is remembered, whoever is there now. */
static struct inside_issuer *
issuer_slot(struct registry *reg, const struct record_issuer *issuer)
{
	size_t i, sum = issuer->key_len;

	for (i = 0; i < issuer->key_len; i++)
		sum = sum * 31 + issuer->key[i];
	return &reg->issuers[sum % INSIDE_ISSUERS];
}

/* What is remembered of it; NULL when that is nothing. */
static struct inside_issuer *
issuer_known(struct registry *reg, const struct record_issuer *issuer)
{
	struct inside_issuer *slot = issuer_slot(reg, issuer);

	return slot->id != 0 && slot->key_len == issuer->key_len &&
	    memcmp(slot->key, issuer->key, issuer->key_len) == 0 ? slot : NULL;
}

/* The issuer's row; 1, 0 when there is none, -1. */
static int
issuer_find(struct registry *reg, const struct record_issuer *issuer,
    int64_t *id, struct err *err)
{
	struct inside_issuer *slot = issuer_known(reg, issuer);
	int rc;

	if (slot != NULL) {
		*id = slot->id;
		return 1;
	}
	rc = sql_int(reg->sql, "SELECT id FROM issuer WHERE key = ?", id, err,
	    "b", (const void *)issuer->key, issuer->key_len);
	if (rc == 1) {
		slot = issuer_slot(reg, issuer);
		inside_forget_issuer(slot);
		slot->id = *id;
		slot->key_len = issuer->key_len;
		memcpy(slot->key, issuer->key, issuer->key_len);
	}
	return rc;
}

static int
issuer_row(struct registry *reg, const struct record_issuer *issuer,
    int64_t *id, struct err *err)
{
	int64_t stamp;
	int rc = issuer_find(reg, issuer, id, err);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (registry_stamp(reg, &stamp, err) == -1 || sql_run(reg->sql,
	    "INSERT INTO issuer (key, line, shown, changed)"
	    " VALUES (?, ?, ?, ?)", err, "btti", (const void *)issuer->key,
	    issuer->key_len, issuer->line, issuer->shown, stamp) == -1)
		return -1;
	return issuer_find(reg, issuer, id, err) == 1 ? 0 : -1;
}

/* The row of both, made if need be. */
static int
source_find(struct registry *reg, const char *ocsp, const char *cdp,
    int64_t *id, struct err *err)
{
	int rc = sql_int(reg->sql, "SELECT id FROM source WHERE ocsp = ?"
	    " AND cdp = ?", id, err, "tt", ocsp, cdp);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if (sql_run(reg->sql, "INSERT INTO source (ocsp, cdp) VALUES (?, ?)",
	    err, "tt", ocsp, cdp) == -1)
		return -1;
	*id = sqlite3_last_insert_rowid(sql_handle(reg->sql));
	return 0;
}

static void
remember(char **text, const char *now)
{
	free(*text);
	*text = mem_strdup(now);
}

/* Where to ask for the status; 0 when the certificate names nothing. */
static int
source_row(struct registry *reg, const struct record *r, int64_t *id,
    struct err *err)
{
	struct inside_issuer *known = issuer_known(reg, &r->issuer);
	const char *ocsp = r->ocsp != NULL ? r->ocsp : "";
	const char *cdp = r->cdp != NULL ? r->cdp : "";

	*id = 0;
	if (ocsp[0] == '\0' && cdp[0] == '\0')
		return 0;
	if (known != NULL && known->ocsp != NULL &&
	    strcmp(known->ocsp, ocsp) == 0 && strcmp(known->cdp, cdp) == 0) {
		*id = known->source;
		return 0;
	}
	if (source_find(reg, ocsp, cdp, id, err) == -1)
		return -1;
	if (known != NULL) {
		remember(&known->ocsp, ocsp);
		remember(&known->cdp, cdp);
		known->source = *id;
	}
	return 0;
}

/*
 * Where its issuer's certificate is: the same for all of an issuer's, and what
 * the last one said counts.
 */
static int
put_issuer_url(struct registry *reg, const struct record *r, int64_t issuer,
    struct err *err)
{
	struct inside_issuer *known = issuer_known(reg, &r->issuer);

	if (r->aia == NULL || r->aia[0] == '\0' || (known != NULL &&
	    known->url != NULL && strcmp(known->url, r->aia) == 0))
		return 0;
	if (sql_run(reg->sql, "INSERT INTO issuer_url VALUES (?, ?)"
	    " ON CONFLICT (issuer) DO UPDATE SET url = excluded.url"
	    " WHERE url <> excluded.url", err, "it", issuer, r->aia) == -1)
		return -1;
	if (known != NULL)
		remember(&known->url, r->aia);
	return 0;
}

/* --- merging ---------------------------------------------------------------- */

/* Take the new text if it is the better one, or the only one. */
static bool
merge_text(char **old, const char *new, bool better)
{
	if (new == NULL || new[0] == '\0' || (*old != NULL &&
	    ((*old)[0] != '\0' && !better)) ||
	    (*old != NULL && strcmp(*old, new) == 0))
		return false;
	free(*old);
	*old = mem_strdup(new);
	return true;
}

static bool
merge_time(int64_t *old, int64_t new, bool better)
{
	if (new == CERT_NO_TIME || *old == new ||
	    (*old != CERT_NO_TIME && !better))
		return false;
	*old = new;
	return true;
}

/*
 * Bring what is stored up to what is new; true when anything changed.  moved: so
 * did where to ask for its status.
 */
static bool
merge(struct record *old, const struct record *new, bool keep_name, bool *moved)
{
	bool better = new->how >= old->how;
	bool changed = false;

	if (!keep_name) {
		changed |= merge_text(&old->holder, new->holder, better);
		changed |= merge_text(&old->org, new->org, better);
	}
	*moved = merge_text(&old->ocsp, new->ocsp, better);
	*moved |= merge_text(&old->cdp, new->cdp, better);
	changed |= *moved;
	changed |= merge_text(&old->order, new->order, better);
	changed |= merge_text(&old->id_mask, new->id_mask, better);
	changed |= merge_text(&old->email_mask, new->email_mask, better);
	changed |= merge_time(&old->not_before, new->not_before, better);
	changed |= merge_time(&old->not_after, new->not_after, better);
	if (better && new->how > HOW_IMPORT_TEXT && (old->uses != new->uses ||
	    old->qualified != new->qualified)) {
		old->uses = new->uses;
		old->qualified = new->qualified;
		changed = true;
	}
	if (new->how > old->how) {
		old->how = new->how;
		changed = true;
	}
	return changed;
}

/* --- writing ---------------------------------------------------------------- */

/* The certificate itself was at hand: reading a list again is no new sighting. */
static bool
is_sighting(const struct record *r)
{
	return r->how == HOW_CARD || r->how == HOW_DOCUMENT;
}

static int
insert(struct registry *reg, struct record *r, const struct row_links *links,
    struct err *err)
{
	int restricted = tombs_stand(reg, TOMB_RESTRICTED, r, err);
	struct identrow ids;

	if (restricted == -1)
		return -1;
	r->restricted |= restricted == 1;
	identrow_of(reg, r, &ids);
	if (row_insert(reg, r, links, &ids, err) == -1 ||
	    (links->card != 0 && cardrow_first_seen(reg, links->card, r,
	    err) == -1) || names_put(reg, r->id, r->holder, r->org, err) == -1)
		return -1;
	return identrow_put(reg, r->id, &ids, err);
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The name's words as they are after a change, if it changed. */
static int
move_names(struct registry *reg, const struct record *old, const char *holder,
    const char *org, struct err *err)
{
	if (same_text(old->holder, holder) && same_text(old->org, org))
		return 0;
	if (names_drop(reg, old->id, holder, org, err) == -1)
		return -1;
	return names_put(reg, old->id, old->holder, old->org, err);
}

/* What a list says of a card does not move what was read from one. */
static int
put_card(struct registry *reg, const struct record *r, int64_t card,
    struct err *err)
{
	if (sql_run(reg->sql, "UPDATE cert SET card = ? WHERE id = ?"
	    " AND card IS NULL", err, "ii", card, r->id) == -1)
		return -1;
	return cardrow_also_seen(reg, card, r, err);
}

/* A name put right holds until a better source says another; 1, 0, -1. */
static int
keeps_name(struct registry *reg, const struct record *old,
    const struct record *new, struct err *err)
{
	struct ident_hash hash;

	if (new->how > old->how || (same_text(old->holder, new->holder) &&
	    same_text(old->org, new->org)))
		return 0;
	inside_cert_hash(reg, &new->issuer, new->serial, new->serial_len,
	    &hash);
	return tombs_has(reg, TOMB_NAMED, &hash, err);
}

/*
 * Restricted when a stone stands: whose a row is may be known only now, a list
 * had it without a number.
 */
static int
restrict_row(struct registry *reg, struct record *old,
    const struct record *new, bool *changed, struct err *err)
{
	int rc = old->restricted ? 0 : tombs_stand(reg, TOMB_RESTRICTED, new,
	    err);

	if (rc == 1)
		old->restricted = *changed = true;
	return rc == -1 ? -1 : 0;
}

static int
update(struct registry *reg, const struct record *new, struct row_links *links,
    enum store_did *did, struct err *err)
{
	struct record r;
	struct identrow ids;
	char *holder = NULL, *org = NULL;
	bool changed, sighted, moved;
	int named, rc = -1;

	if (store_get_row(reg, new->id, &r, err) == -1)
		return -1;
	holder = mem_strdup(r.holder);
	org = mem_strdup(r.org);
	named = keeps_name(reg, &r, new, err);
	if (named == -1)
		goto out;
	changed = merge(&r, new, named == 1, &moved);
	if (restrict_row(reg, &r, new, &changed, err) == -1)
		goto out;
	sighted = is_sighting(new) && new->last_seen > r.last_seen;
	if (sighted)
		r.last_seen = new->last_seen;
	if ((changed || sighted) && (source_row(reg, &r, &links->source,
	    err) == -1 || row_update(reg, &r, links, changed, err) == -1 ||
	    (moved && forget_mark_sources(reg, err) == -1)))
		goto out;
	identrow_of(reg, new, &ids);
	if (move_names(reg, &r, holder, org, err) == -1 ||
	    identrow_add(reg, new->id, &ids, err) == -1 || (links->card != 0 &&
	    put_card(reg, new, links->card, err) == -1))
		goto out;
	*did = changed ? STORE_CHANGED : STORE_SAME;
	rc = 0;
out:
	free(holder);
	free(org);
	record_clear(&r);
	return rc;
}

/* Its row, 0 when it is new: of those that wait, or of the file. */
static int
cert_row(struct registry *reg, struct record *r, int64_t issuer,
    struct err *err)
{
	r->id = 0;
	if (putoff_is_new(reg, r->serial, r->serial_len))
		return 0;
	if (putoff_may_have(reg, r->serial, r->serial_len) &&
	    putoff_write(reg, err) == -1)
		return -1;
	return sql_int(reg->sql, "SELECT id FROM cert WHERE serial = ?"
	    " AND issuer = ?", &r->id, err, "bi", (const void *)r->serial,
	    r->serial_len, issuer);
}

/* 1 when what is still worked on stands in the way of an erasure, 0, -1. */
static int
is_open(struct registry *reg, int64_t row, struct err *err)
{
	struct err why = ERR_INIT;

	if (caserow_none_open(reg, &row, 1, &why) == 0 &&
	    renewalrow_none_open(reg, &row, 1, &why) == 0)
		return 0;
	if (why.code == ERR_CASE_OPEN || why.code == ERR_RENEWAL_OPEN)
		return 1;
	*err = why;
	return -1;
}

/*
 * Of somebody who was erased: a list had it without a number, and whose its row
 * is shows only now.  Set as one that was erased, or that list brings it back.
 */
static int
erase_again(struct registry *reg, struct record *r, struct err *err)
{
	struct tomb stone = { .of = TOMB_OF_CERT };
	struct journal_entry e = { .action = JOURNAL_ERASE,
	    .whom = &stone.hash, .what = "again: rows=1" };
	struct tombs_pen *pen;
	int64_t row = r->id;
	int rc = is_open(reg, row, err);

	r->id = 0;
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	inside_cert_hash(reg, &r->issuer, r->serial, r->serial_len,
	    &stone.hash);
	if (forget_rows(reg, &row, 1, err) == -1 ||
	    journal_add(reg, &e, err) == -1 || forget_mark(reg, err) == -1 ||
	    tombs_write(reg, TOMB_ERASED, true, &stone, 1, &pen, err) == -1)
		return -1;
	/* True even if this is rolled back; the next to open does it then. */
	tombs_keep(pen);
	return 0;
}

/*
 * What it points to, and the row if it is new; 1 when it is not, or when there is
 * one of somebody who was erased.
 */
static int
store_new(struct registry *reg, struct record *r, struct row_links *links,
    enum store_did *did, struct err *err)
{
	int rc = tombs_stand(reg, TOMB_ERASED, r, err);

	if (rc == 1) {
		*did = STORE_ERASED;
		r->id = 0;
		rc = issuer_find(reg, &r->issuer, &links->issuer, err);
		return rc == 1 ? cert_row(reg, r, links->issuer, err) : rc;
	}
	if (rc == -1)
		return -1;
	if (issuer_row(reg, &r->issuer, &links->issuer, err) == -1 ||
	    put_issuer_url(reg, r, links->issuer, err) == -1 ||
	    source_row(reg, r, &links->source, err) == -1 ||
	    cardrow_of_record(reg, r, &links->card, err) == -1)
		return -1;
	*did = STORE_NEW;
	rc = cert_row(reg, r, links->issuer, err);
	return rc != 0 ? rc : insert(reg, r, links, err);
}

/*
 * Everything of store_cert but the bracket.  What waits to be written may wait
 * on while a new one joins it.
 */
static int
store(struct registry *reg, struct record *r, enum store_did *did,
    struct err *err)
{
	struct row_links links = { 0 };
	bool held;
	int rc;

	scrub_record(r);
	held = sql_hold(reg->sql, true);
	rc = store_new(reg, r, &links, did, err);
	(void)sql_hold(reg->sql, held);
	if (rc != 1)
		return rc;
	return *did == STORE_ERASED ? erase_again(reg, r, err) :
	    update(reg, r, &links, did, err);
}

int
store_cert(struct registry *reg, struct record *r, enum store_did *did,
    struct err *err)
{
	enum store_did ignored;

	if (registry_begin(reg, err) == -1)
		return -1;
	if (store(reg, r, did != NULL ? did : &ignored, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

/* --- statuses ---------------------------------------------------------------- */

/* Somebody's signature stands behind it. */
static bool
is_proved(enum record_how by)
{
	return by == HOW_CRL || by == HOW_OCSP;
}

static bool
is_stronger(const struct record *old, const struct store_status *new)
{
	return is_proved(new->by) && !is_proved(old->status_by);
}

/* What OCSP called revoked without a reason, the list of later calls suspended. */
static bool
is_hold_told(const struct record *old, const struct store_status *new)
{
	return old->status_by == HOW_OCSP && old->reason < 0 &&
	    new->by == HOW_CRL && new->status == STATUS_SUSPENDED;
}

/*
 * Whether a word on a status replaces what is known.  Revocation is final
 * (RFC 5280 5.3.1: only certificateHold is lifted), whatever the clocks say; but
 * what is proved is not lifted by what is not, and replaces it.  So is a
 * suspension that is proved shown, however new a list that says it is good.
 */
static bool
status_wins(const struct record *old, const struct store_status *new)
{
	bool weaker = is_proved(old->status_by) && !is_proved(new->by);
	bool stronger = is_stronger(old, new);

	if (old->status == new->status)
		return stronger || (!weaker && (new->at > old->status_at ||
		    (old->revoked_at == 0 && new->revoked_at != 0) ||
		    (old->reason < 0 && new->reason >= 0)));
	/* OCSP may leave the reason out, by which it is suspended still. */
	if (old->status == STATUS_SUSPENDED && new->status == STATUS_REVOKED &&
	    new->by == HOW_OCSP && new->reason < 0)
		return false;
	if (old->status == STATUS_REVOKED)
		return (stronger || is_hold_told(old, new)) &&
		    new->at >= old->status_at;
	return new->status == STATUS_REVOKED ||
	    (new->status == STATUS_SUSPENDED && stronger) ||
	    (new->at >= old->status_at && !weaker);
}

/*
 * Of the same status, what the new word does not say stays as it was said.  What
 * is proved is of its own time, or what is proved later could not replace it.
 */
static void
take_status(struct record *r, const struct store_status *new)
{
	bool same = r->status == new->status;

	if (new->at > r->status_at || (is_stronger(r, new) && new->at != 0))
		r->status_at = new->at;
	r->status = new->status;
	r->status_by = new->by;
	if (!same || new->revoked_at != 0)
		r->revoked_at = new->revoked_at;
	if (!same || new->reason >= 0)
		r->reason = new->reason;
}

static int
not_here(const uint8_t *serial, size_t len, struct err *err)
{
	char hex[2 * CERT_SERIAL_MAX + 1];

	return err_set(err, ERR_NOT_FOUND, text_hex(serial, len, 0, hex,
	    sizeof hex), NULL);
}

static int
find_row(struct registry *reg, const struct record_issuer *issuer,
    const uint8_t *serial, size_t len, int64_t *id, struct err *err)
{
	int64_t issuer_id;
	int rc = issuer_find(reg, issuer, &issuer_id, err);

	if (rc == 1)
		rc = sql_int(reg->sql, "SELECT id FROM cert WHERE serial = ?"
		    " AND issuer = ?", id, err, "bi", (const void *)serial, len,
		    issuer_id);
	return rc == 0 ? not_here(serial, len, err) : rc == 1 ? 0 : -1;
}

/* What is known of a status, and nothing else: a list asks for very many. */
static int
find_status(struct registry *reg, const struct record_issuer *issuer,
    const uint8_t *serial, size_t len, struct record *r, struct err *err)
{
	sqlite3_stmt *st;
	int64_t issuer_id;
	int rc = issuer_find(reg, issuer, &issuer_id, err);

	if (rc == 1) {
		st = sql_bind(reg->sql, "SELECT " ROW_STATUS_COLUMNS
		    " FROM cert WHERE serial = ? AND issuer = ?", err, "bi",
		    (const void *)serial, len, issuer_id);
		rc = st == NULL ? -1 : sql_step(reg->sql, st, err);
	}
	if (rc != 1)
		return rc == 0 ? not_here(serial, len, err) : -1;
	row_read_status(st, r);
	sqlite3_reset(st);
	return 0;
}

static int
mark(struct registry *reg, struct record *r, const struct store_status *status,
    enum store_did *did, struct err *err)
{
	bool differs = r->status != status->status;

	*did = STORE_SAME;
	if (!status_wins(r, status))
		return 0;
	take_status(r, status);
	if (row_put_status(reg, r, differs, err) == -1)
		return -1;
	if (differs)
		*did = STORE_CHANGED;
	return 0;
}

int
store_status(struct registry *reg, const struct record_issuer *issuer,
    const uint8_t *serial, size_t len, const struct store_status *status,
    enum store_did *did, struct err *err)
{
	enum store_did ignored;
	struct record r;

	if (registry_begin(reg, err) == -1)
		return -1;
	if (find_status(reg, issuer, serial, len, &r, err) == -1) {
		/* Not there is no failure of whoever marks many. */
		if (err->code == ERR_NOT_FOUND)
			(void)registry_commit(reg, &(struct err)ERR_INIT);
		else
			registry_rollback(reg);
		return -1;
	}
	if (mark(reg, &r, status, did != NULL ? did : &ignored, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	return registry_commit(reg, err);
}

int
store_status_news(struct registry *reg, const struct record_issuer *issuer,
    const uint8_t *serial, size_t len, const struct store_status *status,
    bool *news, struct err *err)
{
	struct record r;

	if (find_status(reg, issuer, serial, len, &r, err) == -1)
		return -1;
	*news = status_wins(&r, status);
	return 0;
}

/* --- reading ----------------------------------------------------------------- */

/* 1, 0 when there is none, -1. */
static int
read_joined(struct registry *reg, int64_t id, struct record *out,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " ROW_COLUMNS ROW_FROM
	    " WHERE cert.id = ?", err, "i", id);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	if (rc != 1)
		return rc;
	row_read(st, out);
	sqlite3_reset(st);
	return 1;
}

bool
store_is_writing(const struct registry *reg)
{
	return sqlite3_txn_state(sql_handle(reg->sql), "main") ==
	    SQLITE_TXN_WRITE;
}

static int
get_row(struct registry *reg, int64_t id, bool brief, struct record *out,
    struct err *err)
{
	int rc;

	record_init(out);
	rc = store_is_writing(reg) ? read_joined(reg, id, out, err) :
	    (brief ? linked_brief : linked_read)(reg, id, out, err);
	if (rc == 0)
		return err_set(err, ERR_NOT_FOUND, NULL, "row %lld",
		    (long long)id);
	return rc == 1 ? 0 : -1;
}

int
store_get_row(struct registry *reg, int64_t id, struct record *out,
    struct err *err)
{
	return get_row(reg, id, false, out, err);
}

int
store_get_brief(struct registry *reg, int64_t id, struct record *out,
    struct err *err)
{
	return get_row(reg, id, true, out, err);
}

int
store_get_token(struct registry *reg, struct record *r, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT " ROW_TOKEN " FROM cert"
	    " WHERE cert.id = ?", err, "i", r->id);
	int rc = st == NULL ? -1 : sql_step(reg->sql, st, err);

	if (rc == 1) {
		free(r->card_token);
		r->card_token = sql_text(st, 0);
		sqlite3_reset(st);
	}
	return rc == -1 ? -1 : 0;
}

int
store_get(struct registry *reg, const struct record_issuer *issuer,
    const uint8_t *serial, size_t len, struct record *out, struct err *err)
{
	int64_t id;

	record_init(out);
	if (find_row(reg, issuer, serial, len, &id, err) == -1)
		return -1;
	return store_get_row(reg, id, out, err);
}
