#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/caserow.h"
#include "registry/forget.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/names.h"
#include "registry/orderrow.h"
#include "registry/personjson.h"
#include "registry/privacy.h"
#include "registry/renewalrow.h"
#include "registry/scrub.h"
#include "registry/store.h"

/* --- what every verb does ----------------------------------------------------- */

/* The identifier as an error may show it. */
static int
not_found(const struct privacy_person *who, struct err *err)
{
	char mask[IDENT_TEXT_MAX];

	if (who->identifier == NULL)
		return err_set(err, ERR_NOT_FOUND, NULL, NULL);
	return err_set(err, ERR_NOT_FOUND, text_mask(who->identifier, mask,
	    sizeof mask), NULL);
}

/*
 * The officer's reason outlives what it was given for, so the person's name is
 * taken out of it; also one that is only now theirs, or NULL.
 */
static int
note_named(struct registry *reg, enum journal_action action,
    const struct person *p, const char *also, const char *reason,
    const char *what, struct err *err)
{
	const char **names = mem_array(p->nrows + 1, sizeof *names);
	struct journal_entry e = { .action = action, .whom = &p->whom,
	    .what = what };
	size_t n;
	char *why;
	int rc;

	for (n = 0; n < p->nrows; n++)
		names[n] = p->holders[n];
	if (also != NULL)
		names[n++] = also;
	e.why = why = scrub_names(reason, names, n);
	rc = journal_add(reg, &e, err);
	free(why);
	free(names);
	return rc;
}

static int
note(struct registry *reg, enum journal_action action, const struct person *p,
    const char *reason, const char *what, struct err *err)
{
	return note_named(reg, action, p, NULL, reason, what, err);
}

static char *
rows_in_words(const struct person *p)
{
	return mem_printf("rows=%zu left-out=%zu", p->nrows, p->left_out);
}

/* Bracket and person of a verb that cannot do with nobody. */
static int
begin_for(struct registry *reg, const struct privacy_person *who,
    struct person *p, struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	if (person_find(reg, who, p, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	if (p->nrows > 0)
		return 0;
	registry_rollback(reg);
	person_clear(p);
	return not_found(who, err);
}

/* --- access, export ----------------------------------------------------------- */

static json_t *
reached(const struct person *p)
{
	return json_pack("{s:o, s:I, s:I}", "by", jstring(p->by), "certificates",
	    (json_int_t)p->nrows, "left_out", (json_int_t)p->left_out);
}

/* 1 when a tombstone of a kind stands for the person. */
static int
stands(struct registry *reg, enum tomb_kind kind, const struct person *p,
    struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < p->nnames; i++)
		rc = tombs_has(reg, kind, &p->names[i].hash, err);
	return rc;
}

/* Takes value over; -1 when there is none. */
static int
set(json_t *o, const char *name, json_t *value)
{
	return value == NULL ? -1 : json_object_set_new(o, name, value);
}

static int
put_all(struct registry *reg, const struct person *p, json_t *o,
    struct err *err)
{
	int erased = stands(reg, TOMB_ERASED, p, err);
	int restricted = erased == -1 ? -1 : stands(reg, TOMB_RESTRICTED, p,
	    err);

	if (restricted == -1)
		return -1;
	set(o, "erased", json_boolean(erased));
	set(o, "restricted", json_boolean(restricted));
	if (set(o, "cards", personjson_cards(reg, p, err)) == -1)
		return -1;
	return set(o, "journal", personjson_journal(reg, p, err));
}

/* What order services said of them, and what they asked. */
static int
put_orders(struct registry *reg, const struct person *p, json_t *o,
    struct err *err)
{
	if (set(o, "orders", orderrow_json(reg, p, err)) == -1)
		return -1;
	return set(o, "questions", orderrow_questions(reg, p, err));
}

static bool
has_orders(const json_t *o)
{
	return json_array_size(json_object_get(o, "orders")) > 0 ||
	    json_array_size(json_object_get(o, "questions")) > 0;
}

/* Nobody, and never was: no rows, no stone, nothing in the journal. */
static bool
is_nobody(const struct person *p, const json_t *o)
{
	return p->nrows == 0 && !has_orders(o) &&
	    !json_is_true(json_object_get(o, "erased")) &&
	    json_array_size(json_object_get(o, "journal")) == 0;
}

static int
show(struct registry *reg, const struct privacy_person *who,
    enum journal_action action, const char *reason, json_t *o, struct err *err)
{
	struct person p;
	char *what;
	int rc = -1;

	if (person_find(reg, who, &p, err) == -1)
		return -1;
	set(o, "reached", reached(&p));
	if (set(o, "certificates", personjson_certs(reg, &p, err)) == -1 ||
	    set(o, "cases", personjson_cases(reg, &p, err)) == -1 ||
	    set(o, "renewals", personjson_renewals(reg, &p, err)) == -1 ||
	    put_orders(reg, &p, o, err) == -1 ||
	    (action == JOURNAL_ACCESS && put_all(reg, &p, o, err) == -1))
		goto out;
	if (action == JOURNAL_ACCESS ? is_nobody(&p, o) :
	    p.nrows == 0 && !has_orders(o)) {
		(void)not_found(who, err);
		goto out;
	}
	what = rows_in_words(&p);
	rc = note(reg, action, &p, reason, what, err);
	free(what);
out:
	person_clear(&p);
	return rc;
}

static int
show_in_bracket(struct registry *reg, const struct privacy_person *who,
    enum journal_action action, const char *reason, json_t *o, json_t **out,
    struct err *err)
{
	*out = NULL;
	if (journal_reason(reason, journal_action_id(action), err) == -1 ||
	    registry_begin(reg, err) == -1)
		goto fail;
	if (show(reg, who, action, reason, o, err) == -1) {
		registry_rollback(reg);
		goto fail;
	}
	if (registry_commit(reg, err) == -1)
		goto fail;
	*out = o;
	return 0;
fail:
	json_decref(o);
	return -1;
}

int
privacy_access(struct registry *reg, const struct privacy_person *who,
    const char *reason, json_t **out, struct err *err)
{
	return show_in_bracket(reg, who, JOURNAL_ACCESS, reason, json_object(),
	    out, err);
}

int
privacy_export(struct registry *reg, const struct privacy_person *who,
    const char *reason, json_t **out, struct err *err)
{
	json_t *o = json_pack("{s:o, s:i}", "format",
	    jstring("okienko person"), "version", 1);

	return show_in_bracket(reg, who, JOURNAL_EXPORT, reason, o, out, err);
}

/* --- rectify ------------------------------------------------------------------ */

static char *
fit(const char *text)
{
	char *s = scrub_text(text, NULL, 0);

	scrub_cut(s);
	return s;
}

static int
rename_row(struct registry *reg, int64_t row, const char *holder,
    const char *org, struct err *err)
{
	struct record r;
	struct ident_hash hash;
	char *new_holder, *new_org;
	int64_t stamp;
	int rc = -1;

	if (store_get_row(reg, row, &r, err) == -1)
		return -1;
	inside_cert_hash(reg, &r.issuer, r.serial, r.serial_len, &hash);
	new_holder = fit(holder != NULL ? holder : r.holder);
	new_org = fit(org != NULL ? org : r.org != NULL ? r.org : "");
	if (names_drop(reg, row, r.holder, r.org, err) == 0 &&
	    registry_stamp(reg, &stamp, err) == 0 &&
	    sql_run(reg->sql, "UPDATE cert SET holder = ?, org = nullif(?, ''),"
	    " changed = ? WHERE id = ?", err, "ttii", new_holder, new_org,
	    stamp, row) == 0 &&
	    names_put(reg, row, new_holder, new_org[0] != '\0' ? new_org : NULL,
	    err) == 0 && tombs_put(reg, TOMB_NAMED, true, &hash, err) == 0)
		rc = 0;
	free(new_holder);
	free(new_org);
	record_clear(&r);
	return rc;
}

int
privacy_rectify(struct registry *reg, const struct privacy_person *who,
    const char *holder, const char *org, const char *reason, struct err *err)
{
	struct person p;

	if (journal_reason(reason, journal_action_id(JOURNAL_RECTIFY), err) == -1 ||
	    begin_for(reg, who, &p, err) == -1)
		return -1;
	if (rename_row(reg, who->row, holder, org, err) == -1 ||
	    note_named(reg, JOURNAL_RECTIFY, &p, holder, reason, "rows=1",
	    err) == -1 ||
	    forget_mark(reg, err) == -1) {
		registry_rollback(reg);
		person_clear(&p);
		return -1;
	}
	person_clear(&p);
	if (registry_commit(reg, err) == -1)
		return -1;
	return reg->depth > 0 ? 0 : forget_settle(reg, true, err);
}

/* --- restrict ------------------------------------------------------------------ */

static int
mark_rows(struct registry *reg, const struct person *p, bool on,
    struct err *err)
{
	int64_t stamp;
	size_t i;

	for (i = 0; i < p->nrows; i++)
		if (registry_stamp(reg, &stamp, err) == -1 || sql_run(reg->sql,
		    "UPDATE cert SET restricted = ?, changed = ? WHERE id = ?",
		    err, "iii", (int64_t)on, stamp, p->rows[i]) == -1)
			return -1;
	return 0;
}

int
privacy_restrict(struct registry *reg, const struct privacy_person *who,
    bool on, const char *reason, int64_t *n, struct err *err)
{
	enum journal_action action = on ? JOURNAL_RESTRICT : JOURNAL_UNRESTRICT;
	struct tombs_pen *pen = NULL;
	struct person p;
	char *what;
	int rc = -1;

	if (journal_reason(reason, journal_action_id(action), err) == -1 ||
	    begin_for(reg, who, &p, err) == -1)
		return -1;
	what = rows_in_words(&p);
	if (mark_rows(reg, &p, on, err) == -1 ||
	    note(reg, action, &p, reason, what, err) == -1 ||
	    tombs_write(reg, TOMB_RESTRICTED, on, p.names, p.nnames, &pen,
	    err) == -1)
		registry_rollback(reg);
	else
		rc = registry_commit(reg, err);
	tombs_end(pen, rc, err);
	if (rc == 0 && n != NULL)
		*n = (int64_t)p.nrows;
	free(what);
	person_clear(&p);
	return rc;
}

/* --- erase --------------------------------------------------------------------- */

/* As begin_for, but somebody of whom there are only orders is somebody. */
static int
begin_erase(struct registry *reg, const struct privacy_person *who,
    struct person *p, int64_t *orders, struct err *err)
{
	*orders = 0;
	if (registry_begin(reg, err) == -1)
		return -1;
	if (person_find(reg, who, p, err) == -1) {
		registry_rollback(reg);
		return -1;
	}
	if (orderrow_erase(reg, p, orders, err) == 0 &&
	    p->nrows == 0 && *orders == 0)
		(void)not_found(who, err);
	if (err->code == ERR_NONE)
		return 0;
	registry_rollback(reg);
	person_clear(p);
	return -1;
}

int
privacy_erase(struct registry *reg, const struct privacy_person *who,
    const char *reason, int64_t *n, struct err *err)
{
	struct tombs_pen *pen = NULL;
	struct person p;
	int64_t orders;
	char *what;
	int rc = -1;

	if (journal_reason(reason, journal_action_id(JOURNAL_ERASE), err) == -1 ||
	    begin_erase(reg, who, &p, &orders, err) == -1)
		return -1;
	what = rows_in_words(&p);
	if (caserow_none_open(reg, p.rows, p.nrows, err) == -1 ||
	    renewalrow_none_open(reg, p.rows, p.nrows, err) == -1 ||
	    forget_rows(reg, p.rows, p.nrows, err) == -1 ||
	    note(reg, JOURNAL_ERASE, &p, reason, what, err) == -1 ||
	    forget_mark(reg, err) == -1 ||
	    tombs_write(reg, TOMB_ERASED, true, p.names, p.nnames, &pen,
	    err) == -1)
		registry_rollback(reg);
	else
		rc = registry_commit(reg, err);
	tombs_end(pen, rc, err);
	if (rc == 0 && n != NULL)
		*n = (int64_t)p.nrows + orders;
	free(what);
	person_clear(&p);
	return rc == -1 ? -1 : forget_settle(reg, true, err);
}

/* Names of a certificate at hand: its own, and its holder's. */
static size_t
names_of(struct registry *reg, const struct record *r,
    struct tomb names[RECORD_IDENTS_MAX + 1])
{
	char normal[IDENT_TEXT_MAX];
	enum ident_kind kind;
	size_t i, n = 1;

	inside_cert_hash(reg, &r->issuer, r->serial, r->serial_len,
	    &names[0].hash);
	names[0].of = TOMB_OF_CERT;
	for (i = 0; i < r->nidents; i++) {
		if (!ident_kind_of(&r->idents[i], &kind) ||
		    !tombs_is_person(kind) ||
		    ident_normal(kind, r->idents[i].value, normal) == -1)
			continue;
		inside_hash(reg, kind, normal, &names[n].hash);
		tombs_of_key(ident_row_key(&names[n].hash), &names[n].hash);
		names[n++].of = TOMB_OF_PERSON;
	}
	explicit_bzero(normal, sizeof normal);
	return n;
}

int
privacy_allow(struct registry *reg, const struct record *r, const char *reason,
    struct err *err)
{
	struct tomb names[RECORD_IDENTS_MAX + 1];
	struct tombs_pen *pen = NULL;
	char *holder = r->holder;
	struct person p = { .holders = &holder, .nrows = 1 };
	size_t n = names_of(reg, r, names);
	int rc = -1;

	p.whom = names[n > 1 ? 1 : 0].hash;
	if (journal_reason(reason, journal_action_id(JOURNAL_ALLOW), err) == -1 ||
	    registry_begin(reg, err) == -1)
		return -1;
	if (note(reg, JOURNAL_ALLOW, &p, reason, NULL, err) == -1 ||
	    tombs_write(reg, TOMB_ERASED, false, names, n, &pen, err) == -1)
		registry_rollback(reg);
	else
		rc = registry_commit(reg, err);
	tombs_end(pen, rc, err);
	return rc;
}
