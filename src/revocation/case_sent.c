/*
 * What channels and questions write of a case (rounds.c): the intention before
 * a request, the answer to it, and what the status service says.
 */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "revocation/case_step.h"

#define TRANSACTION_LEN	32	/* hex digits */
#define EVENTS_MANY	1000	/* after which what says nothing new is not written */
#define EVENTS_LEFT	200	/* that are a clerk's, when a case is nearly full */

/* --- sending ------------------------------------------------------------------- */

static bool
is_transaction(const char *s)
{
	return strlen(s) == TRANSACTION_LEN &&
	    strspn(s, "0123456789abcdefABCDEF") == TRANSACTION_LEN;
}

int
case_sending(struct registry *reg, int64_t id, const char *channel,
    const char *transaction, int64_t now, struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (!is_transaction(transaction))
		return err_set(err, ERR_BAD_DATA, "transaction", NULL);
	if (case_step_begin(&s, reg, id, STEP_SEND, err) == -1)
		return -1;
	if (s.row.nevents > CASES_EVENTS_MAX - EVENTS_LEFT) {
		(void)err_set(err, ERR_CASE_STATE,
		    _("it has been tried too often"), NULL);
		return case_step_undo(&s);
	}
	if (s.view.transaction[0] != '\0' &&
	    strcmp(s.view.transaction, transaction) != 0) {
		(void)err_set(err, ERR_CASE_STATE,
		    _("an earlier request has no answer yet"), NULL);
		return case_step_undo(&s);
	}
	o = json_object();
	case_put_text(o, "channel", channel);
	case_put_text(o, "transaction", transaction);
	return case_step_end(&s, KIND_SENDING, o, now);
}

/* After these nothing can have gone out. */
static const enum err_code before_sending[] = {
	ERR_NET_START, ERR_NET_NAME, ERR_NET_CONNECT, ERR_NET_TLS,
	ERR_NET_TLS_NAME, ERR_NET_TLS_TALK, ERR_NET_CLIENT_CERT, ERR_NET_URL,
	ERR_NET_ADDRESS, ERR_NET_PROXY, ERR_NET_PROXY_LOGIN,
	ERR_NET_PROXY_REFUSED, ERR_NET_PROXY_TICKET, ERR_NET_CLOCK,
	ERR_OFFICER_KEY, ERR_OFFICER_EXPIRED, ERR_NO_CHANNEL,
	ERR_NO_ISSUER, ERR_CONFIG,
	ERR_PASSWORD_NEEDED, ERR_NO_FILE, ERR_LOOSE_MODE, ERR_OFFICER_CARD,
};

bool
case_unsent(enum err_code code)
{
	size_t i;

	for (i = 0; i < sizeof before_sending / sizeof *before_sending; i++)
		if (before_sending[i] == code)
			return true;
	return false;
}

int
case_result(struct registry *reg, int64_t id, const struct case_result_of *r,
    int64_t now, struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_SEND, err) == -1)
		return -1;
	if (s.view.state != CASE_SENT) {
		(void)err_set(err, ERR_CASE_STATE,
		    case_state_name(s.view.state), "nothing was sent");
		return case_step_undo(&s);
	}
	o = json_object();
	case_put_text(o, "result", case_result_id(r->result));
	case_put_text(o, "detail", r->detail);
	case_put_err(o, &r->err);
	case_put_time(o, "retry_at", r->retry_at);
	if (r->result == RESULT_WAITING)
		case_put_text(o, "nonce", r->nonce);
	if (r->result == RESULT_FAILED &&
	    (r->unsent || case_unsent(r->err.code)))
		json_object_set_new(o, "unsent", json_true());
	return case_step_end(&s, KIND_RESULT, o, now);
}

/* --- asking ---------------------------------------------------------------------- */

/* The same as before, for the thousandth time, and no proof of anything. */
static bool
is_old_news(const struct case_stepping *s, int status, enum err_code code)
{
	if (s->row.nevents < EVENTS_MANY)
		return false;
	if (status == -1)
		return code == s->view.last_err.code;
	return status == s->view.status && (status != STATUS_GOOD ||
	    s->view.action != CASE_LIFT);
}

int
case_status(struct registry *reg, int64_t id, const struct case_status *st,
    int64_t now, struct err *err)
{
	struct case_stepping s;
	enum record_status said;
	char hash[65];
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_ASK, err) == -1)
		return -1;
	said = st->status == STATUS_REVOKED && case_is_unclear(&s.view,
	    (int)st->by, st->reason) ? STATUS_SUSPENDED : st->status;
	/* What is proved is asked about again by nobody but a person. */
	if (is_old_news(&s, (int)said, ERR_NONE))
		return case_step_later(&s, s.view.state == CASE_PUBLISHED ? 0 :
		    st->next_ask);
	o = json_object();
	case_put_text(o, "by", record_how_id(st->by));
	case_put_text(o, "status", record_status_id(st->status));
	case_put_time(o, "this_update", st->this_update);
	case_put_time(o, "next_update", st->next_update);
	case_put_time(o, "revoked_at", st->revoked_at);
	if (st->status == STATUS_REVOKED || st->status == STATUS_SUSPENDED)
		json_object_set_new(o, "reason", json_integer(st->reason));
	case_put_text(o, "url", st->url);
	if (st->sha256 != NULL)
		case_put_text(o, "sha256", text_hex(st->sha256, 32, 0, hash,
		    sizeof hash));
	case_put_time(o, "next_ask", st->next_ask);
	return case_step_end(&s, KIND_STATUS, o, now);
}

/* Why it is not sent stands there already: only when it is tried again is new. */
static bool
is_still_unsent(const struct case_stepping *s, enum err_code code,
    int64_t next_try)
{
	return s->view.state == CASE_QUEUED && code == s->view.last_err.code &&
	    s->view.next_try != 0 && next_try != 0;
}

static int
came_to_nothing(struct registry *reg, int64_t id, const struct err *why,
    bool unsent, int64_t next, int64_t now, struct err *err)
{
	struct case_stepping s;
	json_t *o;

	if (case_step_begin(&s, reg, id, STEP_ASK, err) == -1)
		return -1;
	if (is_old_news(&s, -1, why->code) ||
	    (unsent && is_still_unsent(&s, why->code, next)))
		return case_step_later(&s, next);
	o = json_object();
	case_put_err(o, why);
	case_put_time(o, "next_ask", next);
	if (unsent)
		json_object_set_new(o, "unsent", json_true());
	return case_step_end(&s, KIND_UNANSWERED, o, now);
}

int
case_not_answered(struct registry *reg, int64_t id, const struct err *why,
    int64_t next_ask, int64_t now, struct err *err)
{
	return came_to_nothing(reg, id, why, false, next_ask, now, err);
}

int
case_not_sent(struct registry *reg, int64_t id, const struct err *why,
    int64_t next_try, int64_t now, struct err *err)
{
	return came_to_nothing(reg, id, why, true, next_try, now, err);
}
