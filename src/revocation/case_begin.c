/* Beginning a case: whose certificate, and whether it can be done at all. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "registry/privacy.h"
#include "registry/store.h"
#include "revocation/case_step.h"

int
case_possible(const struct record *r, enum case_action action, struct err *err)
{
	bool proved = r->status_by == HOW_OCSP || r->status_by == HOW_CRL;

	if (r->status == STATUS_REVOKED && action != CASE_REVOKE)
		return err_set(err, ERR_CASE_STATE,
		    _("the certificate is revoked already"), NULL);
	if (r->status == STATUS_GOOD && proved && action == CASE_LIFT)
		return err_set(err, ERR_CASE_STATE,
		    _("the certificate is not suspended"), NULL);
	return 0;
}

/* What a hand does not type. */
static void
fill_in(struct record *r, int64_t now)
{
	if (r->holder == NULL)
		r->holder = mem_strdup("");
	if (r->issuer.line == NULL)
		r->issuer.line = mem_strdup("");
	if (r->issuer.shown == NULL)
		r->issuer.shown = mem_strdup(r->issuer.line);
	if (r->issuer.key_len == 0)
		record_issuer_key_of_line(&r->issuer, r->issuer.line);
	if (r->first_seen == 0)
		r->first_seen = r->last_seen = now;
}

/* As the registry knows it, if it does: 1, 0, -1. */
static int
known(struct registry *reg, const struct record *r, struct record *out,
    struct err *err)
{
	struct err why = ERR_INIT;
	int rc = r->id != 0 ? store_get_row(reg, r->id, out, &why) :
	    store_get(reg, &r->issuer, r->serial, r->serial_len, out, &why);

	if (rc == 0)
		return 1;
	if (why.code == ERR_NOT_FOUND && r->id == 0)
		return 0;
	*err = why;
	return -1;
}

static json_t *
opened_data(const struct record *r, enum case_action action, bool typed)
{
	json_t *o = json_object();

	json_object_set_new(o, "action", jstring(case_action_id(action)));
	json_object_set_new(o, "typed", json_boolean(typed));
	json_object_set_new(o, "before",
	    jstring(record_status_id(r->status)));
	return o;
}

/*
 * Whoever was erased and comes with a certificate to revoke wants that
 * certificate known: the journal tells of both.
 */
static int
open_it(struct registry *reg, struct record *r, enum case_action action,
    const struct case_event *e, const struct case_summary *sum, int64_t *id,
    bool *existing, struct err *err)
{
	struct err why = ERR_INIT;

	if (cases_open(reg, r, case_action_id(action), e, sum, id, existing,
	    &why) == 0)
		return 0;
	if (why.code != ERR_ERASED) {
		*err = why;
		return -1;
	}
	if (privacy_allow(reg, r, case_action_id(action), err) == -1)
		return -1;
	return cases_open(reg, r, case_action_id(action), e, sum, id, existing,
	    err);
}

/* The case that is open, if any, and what becomes of it. */
struct before {
	int64_t	 id;		/* 0: none */
	bool	 draft;		/* gone on with */
	bool	 over;		/* proved, and for something else: closed */
};

static int
look_before(struct registry *reg, int64_t cert, enum case_action action,
    struct before *b, struct err *err)
{
	struct case_row row;
	int rc;

	*b = (struct before){ .id = 0 };
	rc = cases_of(reg, cert, &b->id, err);
	if (rc != 1)
		return rc;
	if (cases_get(reg, b->id, &row, err) == -1)
		return -1;
	b->draft = strcmp(row.sum.state, case_state_id(CASE_DRAFT)) == 0;
	b->over = strcmp(row.sum.state, case_state_id(CASE_PUBLISHED)) == 0 &&
	    strcmp(row.action, case_action_id(action)) != 0;
	case_row_clear(&row);
	return 0;
}

static int
close_proved(struct registry *reg, int64_t cert, enum case_action action,
    int64_t now, struct err *err)
{
	struct before b;

	if (look_before(reg, cert, action, &b, err) == -1)
		return -1;
	return b.over ? case_close(reg, b.id, now, err) : 0;
}

int
case_foresee(struct registry *reg, const struct record *r,
    const struct case_view *plan, const struct authority *a, bool *existing,
    struct err *err)
{
	struct before b = { .id = 0 };

	*existing = false;
	if (case_possible(r, plan->action, err) == -1 || (reg != NULL &&
	    r->id != 0 && look_before(reg, r->id, plan->action, &b,
	    err) == -1))
		return -1;
	*existing = b.id != 0 && !b.draft && !b.over;
	return *existing ? 0 : case_allowed(r, plan, a, err);
}

int
case_begin(struct registry *reg, struct record *r, enum case_action action,
    int64_t now, int64_t *id, bool *existing, struct err *err)
{
	struct case_event e = { .at = now };
	struct case_summary sum;
	struct case_view v;
	struct record there;
	int rc;

	fill_in(r, now);
	rc = known(reg, r, &there, err);
	if (rc == -1)
		return -1;
	if (rc == 1 && (case_possible(&there, action, err) == -1 ||
	    close_proved(reg, there.id, action, now, err) == -1)) {
		record_clear(&there);
		return -1;
	}
	e.data = opened_data(rc == 1 ? &there : r, action,
	    (rc == 1 ? there.how : r->how) == HOW_TYPED);
	record_clear(&there);
	snprintf(e.kind, sizeof e.kind, "%s", case_kind_word(KIND_OPENED));
	case_view_init(&v);
	if (case_apply(&v, &e) == -1)
		panic("okienko: a case that cannot begin");
	case_sum(&v, &sum);
	rc = open_it(reg, r, action, &e, &sum, id, existing, err);
	case_view_clear(&v);
	json_decref(e.data);
	return rc;
}
