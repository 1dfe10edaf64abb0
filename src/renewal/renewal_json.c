/* A whole renewal, and what was looked at before one, for programs. */
#include "config.h"

#include <string.h>

#include "base/jstring.h"
#include "registry/personjson.h"
#include "renewal/renewal_inside.h"

static json_t *
plan(const struct renewal_plan *p)
{
	json_t *o = json_object(), *ekus = json_array();
	size_t i;

	case_put_text(o, "authority", p->authority);
	case_put_text(o, "order", p->order);
	case_put_text(o, "way", p->way);
	case_put_text(o, "module", p->module);
	case_put_text(o, "token", p->token);
	case_put_text(o, "old_key", p->old_key);
	case_put_text(o, "key", key_kind_id(p->key));
	json_object_set_new(o, "signed_by_old",
	    json_boolean(p->signed_by_old));
	json_object_set_new(o, "elsewhere", json_boolean(p->elsewhere));
	for (i = 0; i < sizeof p->eku / sizeof *p->eku; i++)
		if (p->eku[i][0] != '\0')
			json_array_append_new(ekus, jstring(p->eku[i]));
	json_object_set_new(o, "eku", ekus);
	return o;
}

static json_t *
times(const struct renewal_view *v)
{
	json_t *o = json_object();

	case_put_moment(o, "started", v->started);
	case_put_moment(o, "sent", v->sent);
	case_put_moment(o, "issued", v->issued);
	case_put_moment(o, "tested", v->tested);
	case_put_moment(o, "ended", v->ended);
	case_put_moment(o, "next_try", v->next_try);
	return o;
}

static json_t *
sending(const struct renewal_view *v)
{
	json_t *o = json_object();

	json_object_set_new(o, "tries", json_integer(v->tries));
	case_put_text(o, "transaction", v->transaction);
	case_put_text(o, "reference", v->reference);
	return o;
}

static json_t *
new_one(const struct renewal_view *v)
{
	json_t *o = renewal_digest(v->new_sha256);

	case_put_text(o, "serial", v->new_serial);
	case_put_moment(o, "from", v->new_from);
	case_put_moment(o, "until", v->new_until);
	return o;
}

json_t *
renewal_json(const struct renewal_row *row, const struct renewal_view *v)
{
	json_t *o = json_object();

	case_put_text(o, "number", row->number);
	case_put_text(o, "id", row->uid);
	case_put_text(o, "state", renewal_state_id(v->state));
	json_object_set_new(o, "open",
	    json_boolean(renewal_is_open(v->state)));
	json_object_set_new(o, "certificate", personjson_record(&row->cert));
	json_object_set_new(o, "plan", plan(&v->plan));
	json_object_set_new(o, "times", times(v));
	case_put_text(o, "key_id", v->new_key);
	json_object_set_new(o, "adopted", json_boolean(v->adopted));
	json_object_set_new(o, "sending", sending(v));
	if (v->issued != 0)
		json_object_set_new(o, "issued", new_one(v));
	if (v->old_dealt)
		json_object_set_new(o, "old_kept", json_boolean(v->old_kept));
	case_put_err(o, &v->last_err);
	case_put_text(o, "why", v->why);
	json_object_set_new(o, "events",
	    case_events_json(row->events, row->nevents));
	return o;
}

/* --- before it --------------------------------------------------------------------- */

static json_t *
check_json(const struct preflight_check *c)
{
	json_t *o = json_object();

	case_put_text(o, "check", preflight_word(c->id));
	case_put_text(o, "verdict", verdict_id(c->verdict));
	case_put_text(o, "sentence", c->words);
	case_put_text(o, "next", c->next);
	return o;
}

json_t *
preflight_json(const struct preflight *p)
{
	json_t *o = json_object(), *list = json_array();
	size_t i;

	for (i = 0; i < p->n; i++)
		json_array_append_new(list, check_json(&p->checks[i]));
	json_object_set_new(o, "go", json_boolean(p->go));
	json_object_set_new(o, "checks", list);
	if (p->go)
		json_object_set_new(o, "plan", plan(&p->plan));
	case_put_text(o, "orphan_key", p->orphan);
	return o;
}
