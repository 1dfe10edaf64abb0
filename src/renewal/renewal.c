/* Beginning a renewal, giving one up, and how a step is written down. */
#include "config.h"

#include "renewal/renewal.h"

#include <stdio.h>
#include <string.h>

#include "base/holder.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/privacy.h"
#include "renewal/renewal_inside.h"

json_t *
renewal_digest(const uint8_t sha256[32])
{
	json_t *o = json_object();
	char hex[65];

	json_object_set_new(o, "sha256", jstring(text_hex(sha256, 32, 0,
	    hex, sizeof hex)));
	return o;
}

/* --- a step ------------------------------------------------------------------------ */

/* The view as it will be, without what the caller owns of it. */
static int
look_ahead(const struct renewal_row *row, const struct renewal_view *v,
    const struct case_event *e, struct renewal_summary *sum, struct err *err)
{
	struct renewal_view next = *v;
	int rc;

	next.why = NULL;
	rc = renewal_apply(&next, e);
	if (rc == 0)
		renewal_sum(&next, sum);
	renewal_view_clear(&next);
	return rc == 0 ? 0 : err_set(err, ERR_RENEWAL_STATE,
	    renewal_state_name(v->state), "%s in %s", e->kind, row->number);
}

int
renewal_add(struct registry *reg, const struct renewal_row *row,
    const struct renewal_view *v, enum renewal_kind kind, json_t *data,
    int64_t now, struct err *err)
{
	struct case_event e = { .at = now, .data = data };
	struct renewal_summary sum;
	int rc;

	snprintf(e.kind, sizeof e.kind, "%s", renewal_kind_word(kind));
	rc = look_ahead(row, v, &e, &sum, err);
	if (rc == 0)
		rc = renewals_append(reg, row->id, (int64_t)row->nevents, &e, 1,
		    &sum, err);
	json_decref(data);
	return rc;
}

int
renewal_later(struct registry *reg, const struct renewal_row *row,
    const struct renewal_view *v, int64_t due, struct err *err)
{
	struct renewal_summary sum;

	renewal_sum(v, &sum);
	sum.due = due;
	return renewals_append(reg, row->id, (int64_t)row->nevents, NULL, 0,
	    &sum, err);
}

/* --- beginning ---------------------------------------------------------------------- */

static json_t *
started_data(const struct renewal_plan *p)
{
	json_t *o = json_object(), *old = renewal_digest(p->old_sha256);
	json_t *ekus = json_array();
	size_t i;

	case_put_text(o, "authority", p->authority);
	case_put_text(o, "way", p->way);
	case_put_text(o, "module", p->module);
	case_put_text(old, "key", p->old_key);
	json_object_set_new(o, "old", old);
	case_put_text(o, "kind", key_kind_id(p->key));
	json_object_set_new(o, "signed_by_old",
	    json_boolean(p->signed_by_old));
	if (p->elsewhere)
		json_object_set_new(o, "elsewhere", json_true());
	json_object_set_new(o, "ku", json_integer(p->ku));
	for (i = 0; i < sizeof p->eku / sizeof *p->eku; i++)
		if (p->eku[i][0] != '\0')
			json_array_append_new(ekus, jstring(p->eku[i]));
	json_object_set_new(o, "eku", ekus);
	return o;
}

/*
 * Whoever was erased and comes with a certificate to renew wants it known: the
 * journal tells of both.
 */
static int
open_it(struct registry *reg, struct record *r, const struct renewal_plan *p,
    const struct case_event *e, const struct renewal_summary *sum, int64_t *id,
    bool *existing, struct err *err)
{
	struct err why = ERR_INIT;

	if (renewals_open(reg, r, p->order, p->token, e, sum, id, existing,
	    &why) == 0)
		return 0;
	if (why.code != ERR_ERASED) {
		*err = why;
		return -1;
	}
	if (privacy_allow(reg, r, "renewal", err) == -1)
		return -1;
	return renewals_open(reg, r, p->order, p->token, e, sum, id, existing,
	    err);
}

int
renewal_begin(struct registry *reg, const struct card *card, size_t cert,
    const struct renewal_plan *plan, int64_t now, int64_t *id, bool *existing,
    struct err *err)
{
	struct case_event e = { .at = now };
	struct renewal_view v = { .state = RENEWAL_STARTED };
	struct renewal_summary sum;
	struct record r;
	int rc;

	if (cert >= card->ncerts || card->certs[cert].cert == NULL)
		return err_set(err, ERR_NOT_A_CERT, card->reader, NULL);
	record_init(&r);
	record_of_cert(&r, card->certs[cert].cert, HOW_CARD, now);
	e.data = started_data(plan);
	snprintf(e.kind, sizeof e.kind, "%s",
	    renewal_kind_word(RENEWAL_KIND_STARTED));
	rc = renewal_apply(&v, &e) == 0 ? 0 :
	    err_set(err, ERR_BAD_DATA, "renewal", "a plan that is not whole");
	renewal_sum(&v, &sum);
	if (rc == 0)
		rc = open_it(reg, &r, plan, &e, &sum, id, existing, err);
	json_decref(e.data);
	renewal_view_clear(&v);
	record_clear(&r);
	return rc;
}

/* --- giving up ------------------------------------------------------------------------ */

/* Whoever goes on with it now may be at the card, or at the authority. */
static int
is_let_go(const struct renewal_row *row, int64_t now, struct err *err)
{
	if (row->lease_by == NULL || row->lease_until <= now ||
	    row->lease_until > now + CASES_LEASE_MAX ||
	    holder_gone(row->lease_by))
		return 0;
	return err_set(err, ERR_CASE_MOVED, row->number, "leased");
}

static int
stop(struct registry *reg, int64_t id, const char *why, int64_t now,
    struct err *err)
{
	struct renewal_row row;
	struct renewal_view v;
	json_t *o;
	int rc;

	if (renewals_get(reg, id, &row, err) == -1)
		return -1;
	rc = is_let_go(&row, now, err) == -1 ? -1 :
	    renewal_view(&row, &v, err);
	if (rc == 0) {
		o = json_object();
		case_put_text(o, "why", why);
		rc = renewal_add(reg, &row, &v, RENEWAL_KIND_STOPPED, o, now,
		    err);
		renewal_view_clear(&v);
	}
	renewal_row_clear(&row);
	return rc;
}

int
renewal_stop(struct registry *reg, int64_t id, const char *why, int64_t now,
    struct err *err)
{
	if (registry_begin(reg, err) == -1)
		return -1;
	if (stop(reg, id, why, now, err) == 0)
		return registry_commit(reg, err);
	registry_rollback(reg);
	return -1;
}
