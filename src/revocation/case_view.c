/*
 * What a case's events add up to: a function an event, in the order in which
 * they happened.  Nothing else decides a state.
 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "revocation/case_inside.h"
#include "revocation/rounds.h"

#define DAY		INT64_C(86400)	/* eIDAS art. 24(3), from the first word */
#define ON_PAPER_FIRST	300	/* seconds to the first question after telling */
#define HOLD_DAYS_MAX	3650

bool
case_is_open(enum case_state s)
{
	return s != CASE_CLOSED && s != CASE_WITHDRAWN;
}

void
case_view_init(struct case_view *v)
{
	memset(v, 0, sizeof *v);
	v->who = v->proof = v->reason = v->proved_by = v->status = -1;
	v->status_before = STATUS_UNKNOWN;
}

void
case_view_clear(struct case_view *v)
{
	free(v->note);
	free(v->proof_where);
	case_view_init(v);
}

static void
take_text(char **to, const char *from)
{
	if (from == NULL)
		return;
	free(*to);
	*to = mem_strdup(from);
}

/* --- a draft ------------------------------------------------------------------ */

static int
opened(struct case_view *v, const struct case_event *e)
{
	int action = -1;

	if (v->received != 0 || case_field_word(e->data, "action",
	    case_action_from_id, &action) == -1 || action == -1 ||
	    case_field_flag(e->data, "typed", &v->typed) == -1 ||
	    case_field_word(e->data, "before", case_status_from_id,
	    &v->status_before) == -1)
		return -1;
	v->held = v->status_before == STATUS_SUSPENDED;
	v->action = (enum case_action)action;
	v->state = CASE_DRAFT;
	v->received = e->at;
	v->deadline = e->at + DAY;
	return 0;
}

static int
answered(struct case_view *v, const struct case_event *e)
{
	const char *note = NULL;

	if (case_field_word(e->data, "who", case_who_from_id, &v->who) == -1 ||
	    case_field_word(e->data, "proof", case_proof_from_id,
	    &v->proof) == -1 || case_field_word(e->data, "reason",
	    case_reason_from_id, &v->reason) == -1 ||
	    case_field_time(e->data, "lost_at", &v->lost_at) == -1 ||
	    case_field_text(e->data, "note", &note) == -1)
		return -1;
	take_text(&v->note, note);
	return 0;
}

static int
instead(struct case_view *v, const struct case_event *e)
{
	int action = -1;

	if (case_field_word(e->data, "action", case_action_from_id,
	    &action) == -1 || action == -1)
		return -1;
	v->action = (enum case_action)action;
	return 0;
}

static int
confirmed(struct case_view *v, const struct case_event *e)
{
	int64_t days = 0;
	bool send = false;

	if (case_field_flag(e->data, "send", &send) == -1 ||
	    case_field_number(e->data, "hold_days", 0, HOLD_DAYS_MAX,
	    &days) == -1)
		return -1;
	v->state = CASE_QUEUED;
	v->complete = e->at;
	v->hold_days = (int)days;
	v->next_try = send ? e->at : 0;
	return 0;
}

static int	take_channel(struct case_view *, const json_t *);

/* Of a draft it waits for the confirmation; what was refused may go again. */
static int
channel(struct case_view *v, const struct case_event *e)
{
	bool send = false;

	if (v->transaction[0] != '\0' || take_channel(v, e->data) == -1 ||
	    case_field_flag(e->data, "send", &send) == -1)
		return -1;
	if (v->state == CASE_DRAFT)
		return 0;
	v->state = CASE_QUEUED;
	v->next_try = send ? e->at : 0;
	err_clear(&v->last_err);
	return 0;
}

static int
taken(struct case_view *v, const struct case_event *e)
{
	(void)v;
	(void)e;
	return 0;
}

static int
note(struct case_view *v, const struct case_event *e)
{
	const char *text = NULL;

	if (case_field_text(e->data, "text", &text) == -1)
		return -1;
	take_text(&v->note, text);
	return 0;
}

/* --- by a machine ---------------------------------------------------------------- */

static int
take_channel(struct case_view *v, const json_t *data)
{
	const char *channel = NULL;

	if (case_field_text(data, "channel", &channel) == -1 ||
	    channel == NULL || strlen(channel) >= sizeof v->channel)
		return -1;
	snprintf(v->channel, sizeof v->channel, "%s", channel);
	return 0;
}

static int
sending(struct case_view *v, const struct case_event *e)
{
	const char *transaction = NULL;

	if (take_channel(v, e->data) == -1 || case_field_text(e->data,
	    "transaction", &transaction) == -1 || transaction == NULL ||
	    strlen(transaction) >= sizeof v->transaction)
		return -1;
	snprintf(v->transaction, sizeof v->transaction, "%s", transaction);
	v->nonce[0] = '\0';
	v->state = CASE_SENT;
	v->sent = e->at;
	v->answered = 0;	/* a "no" to an earlier one */
	v->refused = false;
	v->tries++;
	v->unanswered++;
	/* If the desk dies now: when its lease has ended. */
	v->next_try = e->at + ROUNDS_LEASE;
	err_clear(&v->last_err);
	return 0;
}

/* The authority has spoken: what was sent has its answer. */
static void
has_answered(struct case_view *v, enum case_state state, int64_t at,
    int64_t next)
{
	v->state = state;
	v->answered = at;
	v->refused = state == CASE_REFUSED;
	v->unanswered = 0;
	v->waits = false;
	v->transaction[0] = '\0';
	v->next_try = next;
}

/*
 * Back in the queue only when no try of this transaction can have reached the
 * authority.
 */
static void
has_failed(struct case_view *v, bool unsent, int64_t retry_at)
{
	if (unsent && v->unanswered > 0)
		v->unanswered--;
	v->next_try = retry_at;
	if (v->unanswered > 0)
		return;
	v->state = CASE_QUEUED;
	v->waits = false;
	v->sent = v->told ? v->told_at : 0;
	v->transaction[0] = '\0';
}

static int
result(struct case_view *v, const struct case_event *e)
{
	struct err err = ERR_INIT;
	const char *nonce = "";
	int64_t retry_at = 0;
	bool unsent = false;
	int r = -1;

	if (case_field_word(e->data, "result", case_result_from_id, &r) == -1 ||
	    r == -1 || case_field_err(e->data, "err", &err) == -1 ||
	    case_field_flag(e->data, "unsent", &unsent) == -1 ||
	    case_field_time(e->data, "retry_at", &retry_at) == -1 ||
	    case_field_text(e->data, "nonce", &nonce) == -1 ||
	    strlen(nonce) >= sizeof v->nonce)
		return -1;
	v->last_err = err;
	switch ((enum case_result)r) {
	case RESULT_ALREADY:
		/* By an earlier try of ours whose answer was lost? */
		v->already = v->unanswered < 2;
		/* FALLTHROUGH */
	case RESULT_ACCEPTED:
	case RESULT_WITH_MODS:
		has_answered(v, CASE_ACCEPTED, e->at, e->at + ROUNDS_FIRST);
		break;
	case RESULT_UNKNOWN:
	case RESULT_REFUSED:
		has_answered(v, CASE_REFUSED, e->at, 0);
		break;
	case RESULT_WAITING:
		v->waits = true;
		v->next_try = retry_at;
		snprintf(v->nonce, sizeof v->nonce, "%s", nonce);
		break;
	case RESULT_FAILED:
	case RESULT_COUNT:
		has_failed(v, unsent, retry_at);
		break;
	}
	return 0;
}

/* --- with people -------------------------------------------------------------------- */

/* A machine has it, or is to have it by itself: paper beside it ends neither. */
static bool
goes_by_machine(const struct case_view *v)
{
	return v->transaction[0] != '\0' ||
	    (v->state == CASE_QUEUED && v->next_try != 0);
}

bool
case_only_form(const struct case_view *v)
{
	return v->form && v->sent == v->told_at && v->unanswered == 0 &&
	    v->answered == 0;
}

static int
told(struct case_view *v, const struct case_event *e)
{
	const char *channel = NULL;
	int64_t outcome = -1;
	bool people;

	if (case_field_text(e->data, "channel", &channel) == -1 ||
	    channel == NULL || strlen(channel) >= sizeof v->channel ||
	    case_field_number(e->data, "outcome", -1, 1, &outcome) == -1)
		return -1;
	/* Whoever was told before a form was made knows of it. */
	people = v->told && !v->form;
	v->told = outcome == -1;
	v->form = v->told && !people && strcmp(channel, "form") == 0;
	if (v->told && goes_by_machine(v))
		return 0;
	snprintf(v->channel, sizeof v->channel, "%s", channel);
	v->sent = v->told_at = e->at;
	err_clear(&v->last_err);
	if (outcome == 1)
		has_answered(v, CASE_ACCEPTED, e->at, e->at + ROUNDS_FIRST);
	else if (outcome == 0) {
		has_answered(v, CASE_REFUSED, e->at, 0);
		(void)err_set(&v->last_err, ERR_CHANNEL_REFUSED, v->channel,
		    NULL);
	} else
		has_answered(v, CASE_ON_PAPER, 0, e->at + ON_PAPER_FIRST);
	return 0;
}

/* --- the proof ----------------------------------------------------------------------- */

/* The same answer stands for a suspension: one of before, or the one asked for. */
bool
case_is_unclear(const struct case_view *v, int by, int reason)
{
	return by == HOW_OCSP && reason < 0 && (v->held ||
	    v->action == CASE_LIFT ||
	    (v->action == CASE_SUSPEND && v->sent != 0));
}

/* Whether it says what was asked for. */
static bool
proves(const struct case_view *v, int64_t this_update)
{
	int64_t lifted = v->answered != 0 ? v->answered : v->sent;

	switch (v->action) {
	case CASE_REVOKE:
		return v->status == STATUS_REVOKED;
	case CASE_SUSPEND:
		return v->status == STATUS_SUSPENDED;
	case CASE_LIFT:
		/* An older "good" is from before the suspension. */
		return v->status == STATUS_GOOD && lifted != 0 &&
		    this_update >= lifted;
	case CASE_ACTIONS:
		break;
	}
	return false;
}

static int
published(struct case_view *v, const struct case_event *e, int64_t this_update)
{
	const char *url = NULL, *hash = "";

	if (case_field_text(e->data, "url", &url) == -1 ||
	    case_field_text(e->data, "sha256", &hash) == -1 ||
	    strlen(hash) >= sizeof v->proof_hash || case_field_word(e->data,
	    "by", case_how_from_id, &v->proved_by) == -1 ||
	    case_field_time(e->data, "revoked_at", &v->revoked_at) == -1)
		return -1;
	snprintf(v->proof_hash, sizeof v->proof_hash, "%s", hash);
	take_text(&v->proof_where, url);
	v->proved_at = this_update;
	v->published = e->at;
	v->deadline = 0;
	v->next_try = 0;
	v->unanswered = 0;
	v->waits = false;
	v->transaction[0] = '\0';
	err_clear(&v->last_err);
	v->state = CASE_PUBLISHED;
	return 0;
}

/* What was revoked meanwhile can be neither suspended nor restored. */
static void
too_late(struct case_view *v)
{
	v->state = CASE_REFUSED;
	v->next_try = 0;
	v->unanswered = 0;
	v->waits = false;
	v->transaction[0] = '\0';
}

static void
next_question(struct case_view *v, int64_t at)
{
	/* Of one that is sent, what comes next is a question and a try in one. */
	if (v->state == CASE_SENT || v->state == CASE_ON_PAPER ||
	    v->state == CASE_ACCEPTED)
		v->next_try = at;
}

static int
status(struct case_view *v, const struct case_event *e)
{
	int64_t this_update = 0, next_update = 0, next_ask = 0, reason = -1;
	int said = -1, by = -1;
	bool unclear;

	if (case_field_word(e->data, "status", case_status_from_id,
	    &said) == -1 || said == -1 ||
	    case_field_time(e->data, "this_update", &this_update) == -1 ||
	    case_field_time(e->data, "next_update", &next_update) == -1 ||
	    case_field_time(e->data, "next_ask", &next_ask) == -1 ||
	    case_field_word(e->data, "by", case_how_from_id, &by) == -1 ||
	    case_field_number(e->data, "reason", INT_MIN, INT_MAX,
	    &reason) == -1)
		return -1;
	unclear = said == STATUS_REVOKED &&
	    case_is_unclear(v, by, (int)reason);
	v->asked_at = e->at;
	v->status = unclear ? STATUS_SUSPENDED : said;
	v->held = v->held || said == STATUS_SUSPENDED;
	/* Proved once is proved; what is asked later is only written down. */
	if (v->state == CASE_PUBLISHED)
		return 0;
	if (said == STATUS_GOOD && v->action != CASE_LIFT &&
	    next_update > v->good_until)
		v->good_until = next_update;
	if (!unclear && proves(v, this_update))
		return published(v, e, this_update);
	err_clear(&v->last_err);
	next_question(v, next_ask);
	if (v->status == STATUS_REVOKED)
		too_late(v);
	return 0;
}

static int
unanswered(struct case_view *v, const struct case_event *e)
{
	struct err err = ERR_INIT;
	int64_t next_ask = 0;
	bool unsent = false;

	if (case_field_err(e->data, "err", &err) == -1 ||
	    case_field_time(e->data, "next_ask", &next_ask) == -1 ||
	    case_field_flag(e->data, "unsent", &unsent) == -1)
		return -1;
	if (!unsent)
		v->asked_at = e->at;
	if (v->state == CASE_PUBLISHED)
		return 0;
	v->last_err = err;
	next_question(v, next_ask);
	if (v->state == CASE_QUEUED)
		v->next_try = next_ask;
	return 0;
}

/* --- the end -------------------------------------------------------------------------- */

static int
ended(struct case_view *v, const struct case_event *e, enum case_state state)
{
	v->state = state;
	v->closed = e->at;
	v->deadline = 0;
	v->next_try = 0;
	return 0;
}

static int
withdrawn(struct case_view *v, const struct case_event *e)
{
	const char *why = NULL;

	if (case_field_text(e->data, "why", &why) == -1)
		return -1;
	take_text(&v->note, why);
	return ended(v, e, CASE_WITHDRAWN);
}

static int
closed(struct case_view *v, const struct case_event *e)
{
	return ended(v, e, CASE_CLOSED);
}

/* --- a suspension's last day ------------------------------------------------------------- */

/*
 * As many days of the calendar here as the authority says, whatever summer time
 * does; from when it says that it suspended, else from its answer.
 */
static int64_t
hold_end(const struct case_view *v, int days)
{
	time_t t = (time_t)(v->revoked_at != 0 ? v->revoked_at :
	    v->answered != 0 ? v->answered : v->published);
	struct tm tm;

	if (v->action != CASE_SUSPEND || days == 0 || t == 0 ||
	    (v->published == 0 && v->state != CASE_ACCEPTED) ||
	    localtime_r(&t, &tm) == NULL)
		return 0;
	tm.tm_mday += days;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm);
}

/* --- all of them ------------------------------------------------------------------------ */

static const struct {
	const char	*word;
	int		(*apply)(struct case_view *, const struct case_event *);
} kinds[KIND_COUNT] = {
#define EVENT(symbol, word, apply) [KIND_##symbol] = { word, apply },
#include "revocation/case.def"
#undef EVENT
};

const char *
case_kind_word(enum case_kind kind)
{
	return kinds[kind].word;
}

int
case_kind_of(const char *word)
{
	int i;

	for (i = 0; i < KIND_COUNT; i++)
		if (strcmp(kinds[i].word, word) == 0)
			return i;
	return -1;
}

int
case_apply(struct case_view *v, const struct case_event *e)
{
	int kind = case_kind_of(e->kind);
	bool first = v->received == 0;

	if (kind == -1 || first != (kind == KIND_OPENED))
		return -1;
	if (!case_is_open(v->state) && kind != KIND_NOTE)
		return -1;
	return kinds[kind].apply(v, e);
}

int
case_view(const struct case_row *row, const struct authority *authority,
    struct case_view *v, struct err *err)
{
	size_t i;
	int days;

	case_view_init(v);
	for (i = 0; i < row->nevents; i++) {
		if (case_apply(v, &row->events[i]) == 0)
			continue;
		case_view_clear(v);
		return err_set(err, ERR_BAD_DATA, row->number,
		    "event %zu, %s", i + 1, row->events[i].kind);
	}
	if (row->nevents == 0)
		return err_set(err, ERR_BAD_DATA, row->number, "no events");
	v->typed = row->cert.how == HOW_TYPED;
	days = v->hold_days != 0 ? v->hold_days : authority != NULL ?
	    (int)authority->suspension_days : 0;
	v->hold_ends = hold_end(v, days);
	/* What says nothing new only moves the next time. */
	if (case_is_open(v->state) && v->next_try != 0 &&
	    row->sum.due > v->next_try)
		v->next_try = row->sum.due;
	return 0;
}

void
case_sum(const struct case_view *v, struct case_summary *sum)
{
	memset(sum, 0, sizeof *sum);
	snprintf(sum->state, sizeof sum->state, "%s", case_state_id(v->state));
	snprintf(sum->action, sizeof sum->action, "%s",
	    case_action_id(v->action));
	sum->open = case_is_open(v->state);
	sum->due = sum->open ? v->next_try : 0;
	sum->deadline = v->deadline;
	/* What is to be known in time of a suspension: when it ends. */
	if (v->state == CASE_PUBLISHED)
		sum->deadline = hold_end(v, v->hold_days);
}
