/* The whole case for programs: what a receipt is made of. */
#include "config.h"

#include <string.h>

#include "base/text.h"
#include "registry/personjson.h"
#include "revocation/case_step.h"

static json_t *
answers(const struct case_view *v)
{
	json_t *o = json_object();
	int code = case_reason_code(v->reason);

	case_put_text(o, "who", case_who_id(v->who));
	case_put_text(o, "proof", case_proof_id(v->proof));
	case_put_text(o, "reason", case_reason_id(v->reason));
	if (code != -1 && v->action == CASE_REVOKE)
		json_object_set_new(o, "reason_code", json_integer(code));
	case_put_moment(o, "lost_at", v->lost_at);
	case_put_text(o, "note", v->note);
	return o;
}

static json_t *
times(const struct case_view *v)
{
	json_t *o = json_object();

	case_put_moment(o, "received", v->received);
	case_put_moment(o, "complete", v->complete);
	case_put_moment(o, "sent", v->sent);
	case_put_moment(o, "answered", v->answered);
	case_put_moment(o, "published", v->published);
	case_put_moment(o, "closed", v->closed);
	case_put_moment(o, "deadline", v->deadline);
	case_put_moment(o, "hold_ends", v->hold_ends);
	case_put_moment(o, "next_try", v->next_try);
	return o;
}

/* How it goes to the authority. */
static json_t *
channel(const struct case_view *v)
{
	json_t *o = json_object();

	case_put_text(o, "id", v->channel);
	json_object_set_new(o, "tries", json_integer(v->tries));
	json_object_set_new(o, "unanswered", json_integer(v->unanswered));
	case_put_text(o, "transaction", v->transaction);
	json_object_set_new(o, "already", json_boolean(v->already));
	case_put_err(o, &v->last_err);
	return o;
}

static json_t *
proof(const struct case_view *v)
{
	json_t *o = json_object();

	if (v->status != -1)
		case_put_text(o, "last_status",
		    record_status_id((enum record_status)v->status));
	case_put_moment(o, "asked_at", v->asked_at);
	case_put_moment(o, "good_until", v->good_until);
	if (v->proved_by == -1)
		return o;
	case_put_text(o, "by", record_how_id((enum record_how)v->proved_by));
	case_put_moment(o, "as_of", v->proved_at);
	case_put_moment(o, "revoked_at", v->revoked_at);
	case_put_text(o, "sha256", v->proof_hash);
	case_put_text(o, "where", v->proof_where);
	return o;
}

json_t *
case_json(const struct case_row *row, const struct case_view *v)
{
	json_t *o = json_object();

	case_put_text(o, "number", row->number);
	case_put_text(o, "id", row->uid);
	case_put_text(o, "action", case_action_id(v->action));
	case_put_text(o, "state", case_state_id(v->state));
	json_object_set_new(o, "open", json_boolean(case_is_open(v->state)));
	json_object_set_new(o, "typed", json_boolean(v->typed));
	json_object_set_new(o, "certificate", personjson_record(&row->cert));
	json_object_set_new(o, "answers", answers(v));
	json_object_set_new(o, "times", times(v));
	json_object_set_new(o, "channel", channel(v));
	json_object_set_new(o, "proof", proof(v));
	json_object_set_new(o, "events",
	    case_events_json(row->events, row->nevents));
	return o;
}
