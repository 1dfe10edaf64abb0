#include "config.h"

#include "ui/revoke.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "revocation/channel.h"
#include "ui/recwords.h"

#define DAY	86400

const char *const revoke_names[] = {
	N_("what"), N_("who asks"), N_("checked"), N_("why"), N_("when"),
	N_("confirm"),
};
const size_t nrevoke_names = sizeof revoke_names / sizeof revoke_names[0];

static const size_t places[REVOKE_STAGES] = {
	[REVOKE_WHAT] = 0, [REVOKE_WHO] = 1, [REVOKE_PROOF] = 2,
	[REVOKE_INSTEAD] = 2, [REVOKE_WHY] = 3, [REVOKE_WHEN] = 4,
	[REVOKE_SURE] = 5,
};

size_t
revoke_place(enum revoke_stage stage)
{
	return places[stage];
}

const char *
revoke_question(enum revoke_stage stage)
{
	static const char *const questions[REVOKE_STAGES] = {
		[REVOKE_WHAT] = N_("What is to be done with it?"),
		[REVOKE_WHO] = N_("Who asks for it?"),
		[REVOKE_PROOF] = N_("How was that person checked?"),
		[REVOKE_INSTEAD] = N_("Nobody was checked. What now?"),
		[REVOKE_WHY] = N_("Why, in the person's words?"),
		[REVOKE_WHEN] = N_("Since when? Date and time, or the time "
		    "alone for today; empty if nobody knows."),
		[REVOKE_SURE] = N_("Type the last four digits of the serial "
		    "number, from the card's papers or from above:"),
	};

	return _(questions[stage]);
}

/* --- what can be chosen -------------------------------------------------- */

static const char *
suspension_words(const struct revoke_about *a, char *buf, size_t size)
{
	char day[32];
	long days = a->authority != NULL ? a->authority->suspension_days : 0;

	if (days > 0)
		snprintf(buf, size, _("It stops being trusted, and can be made "
		    "good again until %s; after that it is revoked."),
		    recwords_day(a->now + days * DAY, day, sizeof day));
	else
		snprintf(buf, size, "%s", _("It stops being trusted, and can be "
		    "made good again. How long, nobody has said here."));
	return buf;
}

static struct revoke_choice *
add(struct revoke_choice *out, size_t *n, int value, const char *name)
{
	struct revoke_choice *c = &out[(*n)++];

	*c = (struct revoke_choice){ .value = value, .name = name };
	return c;
}

static void
add_action(struct revoke_choice *out, size_t *n, enum case_action action,
    const struct revoke_about *a)
{
	struct revoke_choice *c;

	switch (action) {
	case CASE_REVOKE:
		c = add(out, n, CASE_REVOKE, _("revoke"));
		snprintf(c->meaning, sizeof c->meaning, "%s", _("For good: "
		    "nobody can ever make it valid again."));
		break;
	case CASE_SUSPEND:
		c = add(out, n, CASE_SUSPEND, _("suspend"));
		suspension_words(a, c->meaning, sizeof c->meaning);
		break;
	default:
		c = add(out, n, CASE_LIFT, _("lift the suspension"));
		snprintf(c->meaning, sizeof c->meaning, "%s",
		    _("It is trusted again as if nothing had been."));
	}
}

/* What can be undone comes first where the authority would rather have that. */
static size_t
actions(const struct revoke_about *a, struct revoke_choice *out)
{
	const char *suspends = a->authority != NULL ?
	    a->authority->suspension : "";
	bool first = a->authority != NULL &&
	    strcmp(a->authority->without_proof, "suspend") == 0;
	bool on_hold = a->cert->status == STATUS_SUSPENDED;
	size_t n = 0;

	if (on_hold)
		add_action(out, &n, CASE_LIFT, a);
	if (first && !on_hold)
		add_action(out, &n, CASE_SUSPEND, a);
	add_action(out, &n, CASE_REVOKE, a);
	if (!first && !on_hold && strcmp(suspends, "no") != 0)
		add_action(out, &n, CASE_SUSPEND, a);
	if (!on_hold && strcmp(suspends, "no") != 0)
		add_action(out, &n, CASE_LIFT, a);
	return n;
}

/* Whether revoking for somebody unknown is left to the desk. */
static bool
may_go_on(const struct authority *a)
{
	return a == NULL || (strcmp(a->without_proof, "suspend") != 0 &&
	    strcmp(a->without_proof, "refuse") != 0);
}

static size_t
instead(const struct revoke_about *a, struct revoke_choice *out)
{
	struct revoke_choice *c;
	size_t n = 0;

	if (a->authority == NULL ||
	    strcmp(a->authority->suspension, "no") != 0) {
		c = add(out, &n, INSTEAD_SUSPEND, _("suspend it instead"));
		suspension_words(a, c->meaning, sizeof c->meaning);
	}
	c = add(out, &n, INSTEAD_CHECK, _("check the person after all"));
	snprintf(c->meaning, sizeof c->meaning, "%s",
	    _("A document, or the revocation password."));
	if (!may_go_on(a->authority))
		return n;
	c = add(out, &n, INSTEAD_GO_ON, _("revoke all the same"));
	snprintf(c->meaning, sizeof c->meaning, "%s", _("For good, for somebody "
	    "who may be anybody. The authority may refuse."));
	return n;
}

static size_t
named(int count, const char *(*name)(int), struct revoke_choice *out)
{
	size_t n = 0;

	for (int i = 0; i < count && n < REVOKE_CHOICES; i++)
		add(out, &n, i, name(i));
	return n;
}

size_t
revoke_choices(enum revoke_stage stage, const struct revoke_about *a,
    struct revoke_choice out[REVOKE_CHOICES])
{
	switch (stage) {
	case REVOKE_WHAT:
		return actions(a, out);
	case REVOKE_WHO:
		return named(WHO_COUNT, case_who_name, out);
	case REVOKE_PROOF:
		return named(PROOF_COUNT, case_proof_name, out);
	case REVOKE_INSTEAD:
		return instead(a, out);
	case REVOKE_WHY:
		return named(REASON_COUNT, case_reason_name, out);
	default:
		return 0;
	}
}

int
revoke_answer(enum revoke_stage stage, const struct case_view *v)
{
	if (v == NULL)
		return -1;
	switch (stage) {
	case REVOKE_WHAT:
		return (int)v->action;
	case REVOKE_WHO:
		return v->who;
	case REVOKE_PROOF:
		return v->proof;
	case REVOKE_WHY:
		return v->reason;
	default:
		return -1;
	}
}

/* --- which comes next ---------------------------------------------------- */

static bool
unsure(const struct case_view *v)
{
	return v != NULL && v->action == CASE_REVOKE && v->proof == PROOF_NONE;
}

enum revoke_stage
revoke_next(enum revoke_stage stage, const struct revoke_about *a)
{
	switch (stage) {
	case REVOKE_WHAT:
		return REVOKE_WHO;
	case REVOKE_WHO:
		return REVOKE_PROOF;
	case REVOKE_PROOF:
		return unsure(a->view) ? REVOKE_INSTEAD : REVOKE_WHY;
	case REVOKE_INSTEAD:
		return REVOKE_WHY;
	case REVOKE_WHY:
		return REVOKE_WHEN;
	default:
		return REVOKE_SURE;
	}
}

enum revoke_stage
revoke_back(enum revoke_stage stage, const struct revoke_about *a)
{
	switch (stage) {
	case REVOKE_SURE:
		return REVOKE_WHEN;
	case REVOKE_WHEN:
		return REVOKE_WHY;
	case REVOKE_WHY:
		return unsure(a->view) ? REVOKE_INSTEAD : REVOKE_PROOF;
	case REVOKE_INSTEAD:
		return REVOKE_PROOF;
	case REVOKE_PROOF:
		return REVOKE_WHO;
	default:
		return REVOKE_WHAT;
	}
}

enum revoke_stage
revoke_open(const struct revoke_about *a)
{
	if (a->view == NULL)
		return REVOKE_WHAT;
	if (a->view->who < 0)
		return REVOKE_WHO;
	if (a->view->proof < 0)
		return REVOKE_PROOF;
	return a->view->reason < 0 ? REVOKE_WHY : REVOKE_WHEN;
}

/* --- what it comes to ---------------------------------------------------- */

const char *
revoke_warning(const struct revoke_about *a, char *buf, size_t size)
{
	char day[32];

	buf[0] = '\0';
	if (a->cert->status == STATUS_REVOKED)
		snprintf(buf, size, _("It is revoked already, since %s."),
		    recwords_day(a->cert->revoked_at != 0 ?
		    a->cert->revoked_at : a->cert->status_at, day, sizeof day));
	else if (a->cert->not_after != CERT_NO_TIME &&
	    a->cert->not_after < a->now)
		snprintf(buf, size, _("It ended on %s: nobody trusts it any "
		    "more, and most authorities revoke no such thing."),
		    recwords_day(a->cert->not_after, day, sizeof day));
	else if (a->cert->how == HOW_TYPED)
		snprintf(buf, size, "%s", _("Typed by hand: this certificate "
		    "was never seen here. Compare every digit."));
	return buf;
}

const char *
revoke_channel(const struct authority *a, const struct case_view *v)
{
	const struct channel *c = channel_of(a, v);

	return c != NULL ? _(c->name) : "";
}

/* Between the telephone and a form nothing has to be chosen beforehand. */
size_t
revoke_ways(const struct authority *a, const struct case_view *v,
    const struct channel *out[CHANNELS_MAX])
{
	size_t n = channels_for(a, v->action, out, CHANNELS_MAX);
	struct err ignored = ERR_INIT;
	bool machine = false;

	for (size_t i = 0; i < n; i++)
		machine = machine || out[i]->machine;
	return n > 1 && machine &&
	    case_may(v, STEP_CHANNEL, &ignored) == 0 ? n : 0;
}

const char *
revoke_ways_warning(const struct case_view *v)
{
	if (v->form)
		return N_("A form was made already: it and what goes this way "
		    "may both arrive. A machine is asked at once.");
	if (v->told)
		return N_("People at the authority were told already, and may "
		    "still act on it. A machine is asked at once.");
	return v->state == CASE_DRAFT ?
	    N_("It goes this way once it is complete.") :
	    N_("A machine is asked at once; people are told by you.");
}

static bool
goes_by_cmp(const struct authority *a, const struct case_view *v)
{
	const struct channel *c = channel_of(a, v);

	return c != NULL && a != NULL && strcmp(c->id, "cmp") == 0;
}

bool
revoke_wants_password(const struct authority *a, const struct case_view *v)
{
	/* An officer's key speaks for the desk: then nothing more is needed. */
	return goes_by_cmp(a, v) && a->cmp_password &&
	    a->cmp_key[0] == '\0' && !a->cmp_key_on_card;
}

bool
revoke_takes_password(const struct authority *a, const struct case_view *v)
{
	return goes_by_cmp(a, v) && a->cmp_password;
}

bool
revoke_wants_card(const struct authority *a, const struct case_view *v)
{
	return goes_by_cmp(a, v) && a->cmp_key_on_card;
}
