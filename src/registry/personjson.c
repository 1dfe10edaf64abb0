#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/text.h"
#include "registry/cardrow.h"
#include "registry/caserow.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/personjson.h"
#include "registry/renewals.h"
#include "registry/store.h"

/* What could be bytes of any kind in the file is valid UTF-8 in JSON. */
static void
put_text(json_t *o, const char *name, const char *text)
{
	struct safe_text t;

	if (text == NULL || text[0] == '\0')
		return;
	text_safe_str(&t, text, 0);
	json_object_set_new(o, name, jstring(t.s));
}

static void
put_time(json_t *o, const char *name, int64_t at, int64_t none)
{
	char buf[32];

	if (at != none)
		json_object_set_new(o, name, jstring(clock_rfc3339(at, buf,
		    sizeof buf)));
}

static json_t *
uses_of(unsigned uses)
{
	json_t *list = json_array();
	unsigned p;

	for (p = 0; p < PURPOSE_COUNT; p++)
		if (uses & (1u << p))
			json_array_append_new(list, jstring(
			    purpose_id((enum purpose)p)));
	return list;
}

static json_t *
status_of(const struct record *r)
{
	json_t *o = json_object();

	put_text(o, "state", record_status_id(r->status));
	if (r->status == STATUS_UNKNOWN)
		return o;
	put_text(o, "by", record_how_id(r->status_by));
	put_time(o, "as_of", r->status_at, 0);
	put_time(o, "revoked_at", r->revoked_at, 0);
	if (r->reason >= 0)
		json_object_set_new(o, "reason", json_integer(r->reason));
	return o;
}

json_t *
personjson_record(const struct record *r)
{
	char hex[2 * CERT_SERIAL_MAX + 1];
	json_t *o = json_object();

	json_object_set_new(o, "row", json_integer(r->id));
	put_text(o, "holder", r->holder);
	put_text(o, "organisation", r->org);
	put_text(o, "identifier", r->id_mask);
	put_text(o, "email", r->email_mask);
	put_text(o, "issuer", r->issuer.line);
	put_text(o, "serial", text_hex(r->serial, r->serial_len, 0, hex,
	    sizeof hex));
	put_time(o, "not_before", r->not_before, CERT_NO_TIME);
	put_time(o, "not_after", r->not_after, CERT_NO_TIME);
	json_object_set_new(o, "purposes", uses_of(r->uses));
	json_object_set_new(o, "qualified", json_boolean(r->qualified));
	put_text(o, "order", r->order);
	put_text(o, "ocsp", r->ocsp);
	put_text(o, "crl", r->cdp);
	put_text(o, "ca_issuers", r->aia);
	put_text(o, "known_from", record_how_id(r->how));
	put_time(o, "first_seen", r->first_seen, 0);
	put_time(o, "last_seen", r->last_seen, 0);
	put_text(o, "point", r->point);
	put_text(o, "account", r->account);
	put_text(o, "card_token", r->card_token);
	put_text(o, "card_number", r->card_number);
	put_text(o, "card_model", r->card_model);
	json_object_set_new(o, "status", status_of(r));
	json_object_set_new(o, "restricted", json_boolean(r->restricted));
	return o;
}

json_t *
personjson_certs(struct registry *reg, const struct person *p, struct err *err)
{
	json_t *list = json_array();
	struct record r;
	size_t i;

	for (i = 0; i < p->nrows; i++) {
		if (store_get_row(reg, p->rows[i], &r, err) == -1) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, personjson_record(&r));
		record_clear(&r);
	}
	return list;
}

static int
add_cards(struct registry *reg, int64_t row, json_t *list, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT number, model.name,"
	    " coalesce(first_at, cert.first_seen),"
	    " coalesce(last_at, first_at, cert.first_seen), gone_at,"
	    " (SELECT group_concat(serial) FROM token"
	    " WHERE token.card = card.id) FROM (" CARDROW_CARDS ") own"
	    " JOIN seen ON seen.card = own.card AND seen.cert = ?1"
	    " JOIN cert ON cert.id = ?1 JOIN card ON card.id = own.card"
	    " JOIN model ON model.id = card.model", err, "i", row);
	json_t *o;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		o = json_object();
		json_object_set_new(o, "row", json_integer(row));
		put_text(o, "number", (const char *)sqlite3_column_text(st, 0));
		put_text(o, "model", (const char *)sqlite3_column_text(st, 1));
		put_time(o, "first_seen", sqlite3_column_int64(st, 2), 0);
		put_time(o, "last_seen", sqlite3_column_int64(st, 3), 0);
		put_time(o, "gone", sqlite3_column_int64(st, 4), 0);
		put_text(o, "tokens", (const char *)sqlite3_column_text(st, 5));
		json_array_append_new(list, o);
	}
	return rc;
}

json_t *
personjson_cards(struct registry *reg, const struct person *p, struct err *err)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->nrows; i++)
		if (add_cards(reg, p->rows[i], list, err) == -1) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *
events_of(const struct case_event *events, size_t n)
{
	json_t *list = json_array(), *o;
	const struct case_event *e;
	size_t i;

	for (i = 0; i < n; i++) {
		e = &events[i];
		o = json_object();
		put_time(o, "at", e->at, 0);
		put_text(o, "event", e->kind);
		put_text(o, "point", e->point);
		put_text(o, "account", e->account);
		json_object_set(o, "data", e->data);
		json_array_append_new(list, o);
	}
	return list;
}

static int
add_case(struct registry *reg, int64_t id, json_t *list, struct err *err)
{
	struct case_row row;
	json_t *o;

	if (cases_get(reg, id, &row, err) == -1)
		return -1;
	o = json_object();
	json_object_set_new(o, "row", json_integer(row.cert.id));
	put_text(o, "number", row.number);
	put_text(o, "id", row.uid);
	put_text(o, "action", row.action);
	put_text(o, "state", row.sum.state);
	put_time(o, "opened", row.opened_at, 0);
	json_object_set_new(o, "events", events_of(row.events,
	    row.nevents));
	json_array_append_new(list, o);
	case_row_clear(&row);
	return 0;
}

static int
add_cases(struct registry *reg, int64_t cert, json_t *list, struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id FROM cases"
	    " WHERE cert = ? ORDER BY id", err, "i", cert);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1)
		if (add_case(reg, sqlite3_column_int64(st, 0), list,
		    err) == -1) {
			sqlite3_reset(st);
			return -1;
		}
	return rc;
}

json_t *
personjson_cases(struct registry *reg, const struct person *p,
    struct err *err)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->nrows; i++)
		if (add_cases(reg, p->rows[i], list, err) == -1) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static int
add_renewal(struct registry *reg, int64_t id, json_t *list, struct err *err)
{
	struct renewal_row row;
	json_t *o;

	if (renewals_get(reg, id, &row, err) == -1)
		return -1;
	o = json_object();
	json_object_set_new(o, "row", json_integer(row.cert.id));
	put_text(o, "number", row.number);
	put_text(o, "id", row.uid);
	put_text(o, "state", row.sum.state);
	put_text(o, "order", row.order);
	put_text(o, "token", row.token);
	put_time(o, "opened", row.opened_at, 0);
	json_object_set_new(o, "events", events_of(row.events, row.nevents));
	json_array_append_new(list, o);
	renewal_row_clear(&row);
	return 0;
}

static int
add_renewals(struct registry *reg, int64_t cert, json_t *list,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT id FROM renewals"
	    " WHERE cert = ? ORDER BY id", err, "i", cert);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1)
		if (add_renewal(reg, sqlite3_column_int64(st, 0), list,
		    err) == -1) {
			sqlite3_reset(st);
			return -1;
		}
	return rc;
}

json_t *
personjson_renewals(struct registry *reg, const struct person *p,
    struct err *err)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->nrows; i++)
		if (add_renewals(reg, p->rows[i], list, err) == -1) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static int
add_entries(struct registry *reg, const struct ident_hash *whom, json_t *list,
    struct err *err)
{
	sqlite3_stmt *st = sql_bind(reg->sql, "SELECT seq, at, action, point,"
	    " account, why, what FROM journal JOIN origin"
	    " ON origin.id = journal.origin WHERE whom = ? ORDER BY seq", err,
	    "b", (const void *)whom->b, sizeof whom->b);
	int64_t action;
	json_t *o;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(reg->sql, st, err)) == 1) {
		o = json_object();
		json_object_set_new(o, "entry",
		    json_integer(sqlite3_column_int64(st, 0)));
		put_time(o, "at", sqlite3_column_int64(st, 1), 0);
		action = sqlite3_column_int64(st, 2);
		if (action >= 0 && action < JOURNAL_ACTION_COUNT)
			put_text(o, "action", journal_action_id(
			    (enum journal_action)action));
		put_text(o, "point", (const char *)sqlite3_column_text(st, 3));
		put_text(o, "account",
		    (const char *)sqlite3_column_text(st, 4));
		put_text(o, "why", (const char *)sqlite3_column_text(st, 5));
		put_text(o, "what", (const char *)sqlite3_column_text(st, 6));
		json_array_append_new(list, o);
	}
	return rc;
}

/* By every name the person has, and by the one they were reached by. */
json_t *
personjson_journal(struct registry *reg, const struct person *p,
    struct err *err)
{
	json_t *list = json_array();
	bool told = false;
	size_t i;

	for (i = 0; i < p->nnames; i++) {
		told |= memcmp(&p->names[i].hash, &p->whom,
		    sizeof p->whom) == 0;
		if (add_entries(reg, &p->names[i].hash, list, err) == -1)
			goto fail;
	}
	if (!told && add_entries(reg, &p->whom, list, err) == -1)
		goto fail;
	return list;
fail:
	json_decref(list);
	return NULL;
}
