/* The table of checks, and what each of them writes its answer with. */
#include "config.h"

#include "answers/answers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "answers/checks.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/text.h"

const struct check checks[] = {
#define CHECK(function, id, wants, must) { id, wants, must, check_##function },
#include "answers/checks.def"
#undef CHECK
};
const size_t nchecks = sizeof checks / sizeof *checks;

static const struct {
	const char	*id, *word;
} verdicts[] = {
	[ANSWER_YES] = { "yes", N_("yes") },
	[ANSWER_NO] = { "no", N_("no") },
	[ANSWER_NOT_YET] = { "not-yet", N_("not yet") },
	[ANSWER_CANNOT_TELL] = { "cannot-tell", N_("cannot be told") },
};

static const char *const actions[ACTION_COUNT] = {
	[ACTION_NONE] = "none", [ACTION_CARD] = "card",
	[ACTION_CERT] = "cert", [ACTION_PIN] = "pin",
	[ACTION_RENEW] = "renew", [ACTION_COLLECT] = "collect",
	[ACTION_REGISTER] = "register", [ACTION_REQUEST] = "request",
	[ACTION_REVOKE] = "revoke", [ACTION_FIND] = "find",
	[ACTION_DOCUMENT] = "document", [ACTION_STATUS] = "status",
	[ACTION_ORDER] = "order", [ACTION_FORM] = "form",
	[ACTION_RESEND] = "resend", [ACTION_LINK] = "link",
	[ACTION_NETWORK] = "network", [ACTION_PROXY] = "proxy",
	[ACTION_CHAIN] = "chain", [ACTION_QUESTION] = "question",
	[ACTION_ANSWER] = "answer",
};

static const struct {
	unsigned	 need;
	const char	*id;
} needs[] = {
	{ NEED_CARD, "card" }, { NEED_ORDER, "order" },
	{ NEED_NETWORK, "network" }, { NEED_STATUS, "status" },
	{ NEED_FILE, "file" }, { NEED_REGISTRY, "registry" },
	{ NEED_TRUST, "trust" },
};

/* --- looking ----------------------------------------------------------------- */

const struct check *
check_by_id(const char *id)
{
	for (size_t i = 0; i < nchecks; i++)
		if (strcmp(checks[i].id, id) == 0)
			return &checks[i];
	return NULL;
}

/* What is at hand: asked for, and something came of it. */
static unsigned
at_hand(const struct answer_facts *f)
{
	unsigned there = 0;

	there |= f->card != NULL ? NEED_CARD : 0;
	there |= f->orders != NULL ? NEED_ORDER : 0;
	there |= f->net != NULL || f->net_err.code != ERR_NONE ?
	    NEED_NETWORK : 0;
	there |= f->status != NULL ? NEED_STATUS : 0;
	there |= f->file != NULL ? NEED_FILE : 0;
	there |= f->registry ? NEED_REGISTRY : 0;
	there |= f->trusts != NULL ? NEED_TRUST : 0;
	return there & f->had;
}

void
answer_look_at(const struct check *check, const struct answer_facts *f,
    struct answer *out)
{
	memset(out, 0, sizeof *out);
	out->verdict = ANSWER_CANNOT_TELL;
	out->lacked = check->must & ~at_hand(f);
	check->look(f, out);
}

/* --- writing ----------------------------------------------------------------- */

/* Bounded and fit to print, whatever a card or a service put into it. */
static void
put(char *field, size_t size, int columns, const char *text)
{
	struct safe_text safe;
	size_t len;

	text_safe_str(&safe, text, columns);
	len = text_cut(safe.s, size - 1);
	memcpy(field, safe.s, len);
	field[len] = '\0';
}

static void
write_into(char *field, size_t size, int columns, const char *fmt, va_list ap)
    __attribute__((format(printf, 4, 0)));

static void
write_into(char *field, size_t size, int columns, const char *fmt, va_list ap)
{
	char raw[SAFE_TEXT_MAX + 1];

	(void)vsnprintf(raw, sizeof raw, fmt, ap);
	put(field, size, columns, raw);
}

void
answer_says(struct answer *a, enum answer_verdict verdict, const char *reason,
    const char *fmt, ...)
{
	va_list ap;

	a->verdict = verdict;
	(void)snprintf(a->reason, sizeof a->reason, "%s", reason);
	va_start(ap, fmt);
	write_into(a->says, sizeof a->says, 0, fmt, ap);
	va_end(ap);
}

void
answer_why(struct answer *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_into(a->why, sizeof a->why, 0, fmt, ap);
	va_end(ap);
}

void
answer_saw(struct answer *a, enum verdict mark, const char *what,
    const char *fmt, ...)
{
	struct answer_look *l;
	va_list ap;

	/* Nothing is left out without a word. */
	if (a->nlooked == ANSWER_LOOKED_MAX) {
		l = &a->looked[ANSWER_LOOKED_MAX - 1];
		l->mark = VERDICT_UNKNOWN;
		put(l->what, sizeof l->what, 0, _("further"));
		put(l->saw, sizeof l->saw, 0,
		    _("more was looked at than is shown here"));
		return;
	}
	l = &a->looked[a->nlooked++];
	l->mark = mark;
	put(l->what, sizeof l->what, 0, what);
	va_start(ap, fmt);
	write_into(l->saw, sizeof l->saw, 0, fmt, ap);
	va_end(ap);
}

void
answer_next(struct answer *a, enum answer_action action, const char *arg,
    const char *fmt, ...)
{
	struct answer_step *s;
	va_list ap;

	if (a->nsteps == ANSWER_STEPS_MAX)
		return;
	s = &a->steps[a->nsteps++];
	s->action = action;
	put(s->arg, sizeof s->arg, 0, arg != NULL ? arg : "");
	va_start(ap, fmt);
	write_into(s->words, sizeof s->words, 0, fmt, ap);
	va_end(ap);
}

void
answer_badge(struct answer *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_into(a->badge, sizeof a->badge, ANSWER_BADGE_COLUMNS, fmt, ap);
	va_end(ap);
}

/* --- words -------------------------------------------------------------------- */

const char *
answer_verdict_id(enum answer_verdict verdict)
{
	return verdicts[verdict].id;
}

const char *
answer_verdict_word(enum answer_verdict verdict)
{
	return _(verdicts[verdict].word);
}

const char *
answer_action_id(enum answer_action action)
{
	return actions[action];
}

static json_t *
lacked_json(unsigned lacked)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if (lacked & needs[i].need)
			json_array_append_new(list, jstring(needs[i].id));
	return list;
}

json_t *
answer_json(const struct answer *a)
{
	json_t *looked = json_array(), *steps = json_array();

	for (size_t i = 0; i < a->nlooked; i++)
		json_array_append_new(looked, json_pack("{s:o,s:o,s:o}",
		    "what", jstring(a->looked[i].what),
		    "mark", jstring(verdict_id(a->looked[i].mark)),
		    "saw", jstring(a->looked[i].saw)));
	for (size_t i = 0; i < a->nsteps; i++)
		json_array_append_new(steps, json_pack("{s:o,s:o,s:o}",
		    "action", jstring(answer_action_id(a->steps[i].action)),
		    "arg", jstring(a->steps[i].arg),
		    "words", jstring(a->steps[i].words)));
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "verdict", jstring(answer_verdict_id(a->verdict)),
	    "reason", jstring(a->reason), "says", jstring(a->says),
	    "why", jstring(a->why), "looked", looked, "next", steps,
	    "lacked", lacked_json(a->lacked), "badge", jstring(a->badge));
}
