#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "revocation/case_step.h"

int
case_step_begin(struct case_stepping *s, struct registry *reg, int64_t id,
    enum case_step step, struct err *err)
{
	memset(s, 0, sizeof *s);
	s->reg = reg;
	s->err = err;
	case_view_init(&s->view);
	if (registry_begin(reg, err) == -1)
		return -1;
	if (cases_get(reg, id, &s->row, err) == 0) {
		if (case_view(&s->row, NULL, &s->view, err) == 0 &&
		    case_may(&s->view, step, err) == 0)
			return 0;
		case_view_clear(&s->view);
		case_row_clear(&s->row);
	}
	registry_rollback(reg);
	return -1;
}

static void
put_away(struct case_stepping *s)
{
	case_view_clear(&s->view);
	case_row_clear(&s->row);
}

int
case_step_undo(struct case_stepping *s)
{
	registry_rollback(s->reg);
	put_away(s);
	return -1;
}

static int
append(struct case_stepping *s, enum case_kind kind, json_t *data,
    int64_t now)
{
	struct case_event e = { .at = now, .data = data };
	struct case_summary sum;

	snprintf(e.kind, sizeof e.kind, "%s", case_kind_word(kind));
	if (case_apply(&s->view, &e) == -1)
		return err_set(s->err, ERR_BAD_DATA, s->row.number, "%s",
		    e.kind);
	case_sum(&s->view, &sum);
	return cases_append(s->reg, s->row.id, (int64_t)s->row.nevents, &e, 1,
	    &sum, s->err);
}

static int
commit(struct case_stepping *s)
{
	int rc = registry_commit(s->reg, s->err);

	put_away(s);
	return rc;
}

int
case_step_end(struct case_stepping *s, enum case_kind kind, json_t *data,
    int64_t now)
{
	int rc = append(s, kind, data, now);

	json_decref(data);
	return rc == -1 ? case_step_undo(s) : commit(s);
}

int
case_step_later(struct case_stepping *s, int64_t due)
{
	struct case_summary sum;

	case_sum(&s->view, &sum);
	sum.due = due;
	if (cases_append(s->reg, s->row.id, (int64_t)s->row.nevents, NULL, 0,
	    &sum, s->err) == -1)
		return case_step_undo(s);
	return commit(s);
}

int
case_unmoved(struct registry *reg, int64_t id, size_t after, struct err *err)
{
	struct case_row row;
	int rc = 0;

	if (cases_get(reg, id, &row, err) == -1)
		return -1;
	if (row.nevents != after)
		rc = err_set(err, ERR_CASE_MOVED, row.number,
		    "%zu events, not %zu", row.nevents, after);
	case_row_clear(&row);
	return rc;
}

/* --- what may be done ------------------------------------------------------------- */

#define IN(state)	(1u << (state))
#define OPEN_STATES	(IN(CASE_DRAFT) | IN(CASE_QUEUED) | IN(CASE_SENT) | \
	IN(CASE_ON_PAPER) | IN(CASE_ACCEPTED) | IN(CASE_PUBLISHED) | \
	IN(CASE_REFUSED))

/* In which states a step may be taken. */
static const unsigned allowed[] = {
	[STEP_ANSWER] = IN(CASE_DRAFT),
	[STEP_CONFIRM] = IN(CASE_DRAFT),
	[STEP_CHANNEL] = IN(CASE_DRAFT) | IN(CASE_QUEUED) | IN(CASE_SENT) |
	    IN(CASE_ON_PAPER) | IN(CASE_REFUSED),
	[STEP_SEND] = IN(CASE_QUEUED) | IN(CASE_SENT) | IN(CASE_ON_PAPER) |
	    IN(CASE_REFUSED),
	[STEP_TOLD] = IN(CASE_QUEUED) | IN(CASE_SENT) | IN(CASE_ON_PAPER) |
	    IN(CASE_REFUSED),
	/* Not what the authority has agreed to: it will happen. */
	[STEP_WITHDRAW] = IN(CASE_DRAFT) | IN(CASE_QUEUED) | IN(CASE_SENT) |
	    IN(CASE_ON_PAPER) | IN(CASE_REFUSED),
	[STEP_NOTE] = OPEN_STATES | IN(CASE_CLOSED) | IN(CASE_WITHDRAWN),
	[STEP_ASK] = OPEN_STATES,
	[STEP_CLOSE] = IN(CASE_PUBLISHED),
};

/* What is missing for a confirmation, or NULL. */
static const char *
missing(const struct case_view *v)
{
	if (v->who == -1)
		return N_("who asks is not written down yet");
	if (v->proof == -1)
		return N_("how they were checked is not written down yet");
	if (v->reason == -1 && v->action == CASE_REVOKE)
		return N_("the reason is not written down yet");
	return NULL;
}

/* Why no other way may be taken: two requests might both be acted on. */
static const char *
under_way(const struct case_view *v)
{
	return v->transaction[0] != '\0' ?
	    N_("an earlier request has no answer yet") : NULL;
}

int
case_may(const struct case_view *v, enum case_step step, struct err *err)
{
	const char *what = case_state_name(v->state), *obstacle;

	if (allowed[step] & IN(v->state)) {
		obstacle = step == STEP_CONFIRM ? missing(v) :
		    step == STEP_CHANNEL ? under_way(v) : NULL;
		if (obstacle == NULL)
			return 0;
		what = _(obstacle);
	}
	return err_set(err, ERR_CASE_STATE, what, "step %d in state %s",
	    (int)step, case_state_id(v->state));
}
