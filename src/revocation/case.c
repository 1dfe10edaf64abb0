/* The steps that a clerk takes with a case. */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "revocation/case_step.h"
#include "revocation/channel.h"

#define LAST_DIGITS	4	/* of the serial number, typed to confirm */

/* --- a draft ------------------------------------------------------------------------------ */

int
case_answer(struct registry *reg, int64_t id, const struct case_answers *a,
    int64_t now, struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_ANSWER, err) == -1)
		return -1;
	o = json_object();
	case_put_text(o, "who", case_who_id(a->who));
	case_put_text(o, "proof", case_proof_id(a->proof));
	case_put_text(o, "reason", case_reason_id(a->reason));
	case_put_time(o, "lost_at", a->lost_at);
	if (a->lost_unknown && a->lost_at == 0)
		json_object_set_new(o, "lost_at", json_integer(0));
	case_put_text(o, "note", a->note);
	return case_step_end(&s, KIND_ANSWERED, o, now);
}

int
case_instead(struct registry *reg, int64_t id, enum case_action action,
    int64_t now, struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_ANSWER, err) == -1)
		return -1;
	if (case_possible(&s.row.cert, action, err) == -1)
		return case_step_undo(&s);
	o = json_object();
	case_put_text(o, "action", case_action_id(action));
	return case_step_end(&s, KIND_INSTEAD, o, now);
}

/* The digits typed, without spaces, in the hex of the number's end. */
static bool
is_end_of(const struct record *r, const char *typed)
{
	char hex[2 * CERT_SERIAL_MAX + 1], digits[LAST_DIGITS + 2];
	size_t len, n = 0;

	text_hex(r->serial, r->serial_len, 0, hex, sizeof hex);
	for (; *typed != '\0'; typed++) {
		if (isspace((unsigned char)*typed))
			continue;
		if (n == sizeof digits - 1)
			return false;
		digits[n++] = (char)toupper((unsigned char)*typed);
	}
	digits[n] = '\0';
	len = strlen(hex);
	return len > 0 &&
	    strcmp(digits, len > LAST_DIGITS ? hex + len - LAST_DIGITS : hex) == 0;
}

/* Whether the authority does this for somebody whose identity was not checked. */
static bool
needs_proof(const struct case_view *v, const struct authority *a)
{
	if (a == NULL || v->proof != PROOF_NONE || a->without_proof == NULL)
		return false;
	if (strcmp(a->without_proof, "refuse") == 0)
		return true;
	/* A stranger may stop a lost card's use, not end or restore it. */
	return strcmp(a->without_proof, "suspend") == 0 &&
	    v->action != CASE_SUSPEND;
}

/* The way it goes is a machine's: people are told by people. */
static bool
goes_by_itself(const struct authority *a, const struct case_view *v)
{
	const struct channel *c = channel_of(a, v);

	return c != NULL && c->machine;
}

int
case_allowed(const struct record *r, const struct case_view *v,
    const struct authority *a, struct err *err)
{
	if (needs_proof(v, a))
		return err_set(err, ERR_PROOF_NEEDED, a->name, NULL);
	if (a != NULL && v->action != CASE_REVOKE && a->suspension != NULL &&
	    strcmp(a->suspension, "no") == 0)
		return err_set(err, ERR_CASE_STATE,
		    _("this authority does not suspend certificates"), NULL);
	return case_possible(r, v->action, err);
}

static int
judge(const struct case_stepping *s, const char *last4, const struct authority *a,
    struct err *err)
{
	char hex[2 * CERT_SERIAL_MAX + 1];

	if (!is_end_of(&s->row.cert, last4))
		return err_set(err, ERR_LAST_FOUR, text_hex(s->row.cert.serial,
		    s->row.cert.serial_len, 0, hex, sizeof hex), NULL);
	return case_allowed(&s->row.cert, &s->view, a, err);
}

int
case_confirm(struct registry *reg, int64_t id, const char *last4,
    const struct authority *a, int64_t now, struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_CONFIRM, err) == -1)
		return -1;
	if (judge(&s, last4, a, err) == -1)
		return case_step_undo(&s);
	o = json_object();
	json_object_set_new(o, "send",
	    json_boolean(goes_by_itself(a, &s.view)));
	if (a != NULL && a->suspension_days > 0)
		json_object_set_new(o, "hold_days",
		    json_integer(a->suspension_days));
	return case_step_end(&s, KIND_CONFIRMED, o, now);
}

int
case_channel(struct registry *reg, int64_t id, const char *channel,
    const struct authority *a, int64_t now, struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_CHANNEL, err) == -1)
		return -1;
	if (channel_may(a, &s.view, channel, err) == -1)
		return case_step_undo(&s);
	o = json_object();
	case_put_text(o, "channel", channel);
	json_object_set_new(o, "send",
	    json_boolean(channel_by_id(channel)->machine));
	return case_step_end(&s, KIND_CHANNEL, o, now);
}

/* --- at any time -------------------------------------------------------------------------- */

int
case_note(struct registry *reg, int64_t id, const char *text, int64_t now,
    struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_NOTE, err) == -1)
		return -1;
	o = json_object();
	case_put_text(o, "text", text);
	return case_step_end(&s, KIND_NOTE, o, now);
}

int
case_withdraw(struct registry *reg, int64_t id, const char *why, int64_t now,
    struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_WITHDRAW, err) == -1)
		return -1;
	o = json_object();
	case_put_text(o, "why", why);
	return case_step_end(&s, KIND_WITHDRAWN, o, now);
}

int
case_close(struct registry *reg, int64_t id, int64_t now, struct err *err)
{
	struct case_stepping s;

	if (case_step_begin(&s, reg, id, STEP_CLOSE, err) == -1)
		return -1;
	return case_step_end(&s, KIND_CLOSED, json_object(), now);
}

int
case_take(struct registry *reg, int64_t id, int64_t now, struct err *err)
{
	struct case_stepping s;

	if (case_step_begin(&s, reg, id, STEP_ASK, err) == -1)
		return -1;
	return case_step_end(&s, KIND_TAKEN, json_object(), now);
}

int
case_told(struct registry *reg, int64_t id, const struct case_told *t,
    int64_t now, struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_TOLD, err) == -1)
		return -1;
	o = json_object();
	case_put_text(o, "channel", t->channel);
	case_put_text(o, "whom", t->whom);
	case_put_text(o, "file", t->file);
	json_object_set_new(o, "outcome", json_integer(t->outcome));
	return case_step_end(&s, KIND_TOLD, o, now);
}
