/* Things that several checks look at: the key with its PIN, the status. */
#include "config.h"

#include <stdio.h>

#include "answers/checks.h"
#include "base/clock.h"
#include "base/i18n.h"

/* --- the key ----------------------------------------------------------------- */

static const struct token *
token_of(const struct card *card, const struct card_cert *c)
{
	for (size_t i = 0; i < card->ntokens; i++)
		if (c->tokens & 1u << i)
			return &card->tokens[i];
	return NULL;
}

static bool
is_locked(const struct token *t)
{
	return t != NULL && (t->pin.locked || t->pin.tries == 0);
}

enum check_key
check_key(const struct card *card, const struct card_cert *c)
{
	const struct token *t = token_of(card, c);

	if (c->key == KEY_MISSING)
		return CHECK_KEY_MISSING;
	if (is_locked(t))
		return CHECK_KEY_LOCKED;
	if (c->key == KEY_PRIVATE || (c->key == KEY_PUBLIC && t != NULL &&
	    t->pin.verified))
		return CHECK_KEY_HERE;
	return CHECK_KEY_UNSEEN;
}

static void
look_at_pin(const struct token *t, struct answer *a)
{
	const struct pin *p = &t->pin;

	if (is_locked(t))
		answer_saw(a, VERDICT_NO, _("PIN"),
		    _("locked; a PUK unlocks it, if the card has one"));
	else if (!p->set)
		answer_saw(a, VERDICT_MAYBE, _("PIN"), _("not set yet"));
	else if (p->to_be_changed)
		answer_saw(a, VERDICT_MAYBE, _("PIN"),
		    _("has to be changed before it works"));
	else if (p->final || p->tries == 1)
		answer_saw(a, VERDICT_MAYBE, _("PIN"),
		    _("one try is left, the last one"));
	else if (p->verified)
		answer_saw(a, VERDICT_YES, _("PIN"), _("given, and right"));
	else if (p->tries > 0)
		answer_saw(a, VERDICT_YES, _("PIN"), P_("%d try is left",
		    "%d tries are left", p->tries), p->tries);
	else
		answer_saw(a, VERDICT_UNKNOWN, _("PIN"),
		    _("how many tries are left is not known"));
}

void
check_look_key(const struct card *card, const struct card_cert *c,
    struct answer *a)
{
	static const struct {
		enum verdict	 mark;
		const char	*words;
	} keys[] = {
		[CHECK_KEY_HERE] = { VERDICT_YES, N_("on the card (%s)") },
		[CHECK_KEY_LOCKED] = { VERDICT_MAYBE,
		    N_("on the card (%s), behind a locked PIN") },
		[CHECK_KEY_UNSEEN] = { VERDICT_UNKNOWN,
		    N_("can be seen only with the PIN (%s)") },
		[CHECK_KEY_MISSING] = { VERDICT_NO,
		    N_("is not on this card (%s)") },
	};
	const struct token *t = token_of(card, c);
	enum check_key key = check_key(card, c);

	answer_saw(a, keys[key].mark, _("its key"), _(keys[key].words),
	    t != NULL && t->label[0] != '\0' ? t->label : _("token"));
	if (t != NULL && key != CHECK_KEY_MISSING)
		look_at_pin(t, a);
}

/* --- revoked? ------------------------------------------------------------------ */

/* What is known speaks of the certificate in question and of no other. */
enum record_status
check_status(const struct answer_facts *f, const struct card_cert *c)
{
	if (f->status == NULL || c == NULL || c != check_cert(f))
		return STATUS_UNKNOWN;
	return f->status->status;
}

void
check_look_status(const struct answer_facts *f, const struct card_cert *c,
    struct answer *a)
{
	enum record_status status = check_status(f, c);
	char at[32];

	if (f->status == NULL || c != check_cert(f)) {
		answer_saw(a, VERDICT_UNKNOWN, _("revoked?"),
		    _("not asked now"));
		return;
	}
	if (status == STATUS_UNKNOWN) {
		answer_saw(a, VERDICT_UNKNOWN, _("revoked?"),
		    f->status->err.code != ERR_NONE ?
		    _("asked, but nobody answered") :
		    _("its authority does not know it"));
		return;
	}
	clock_local(f->status->at != 0 ? f->status->at : f->now, at,
	    sizeof at);
	if (status == STATUS_GOOD)
		answer_saw(a, VERDICT_YES, _("revoked?"),
		    _("no, its authority says (%s)"), at);
	else if (status == STATUS_REVOKED)
		answer_saw(a, VERDICT_NO, _("revoked?"),
		    _("revoked, its authority says (%s)"), at);
	else
		answer_saw(a, VERDICT_NO, _("revoked?"),
		    _("suspended, its authority says (%s)"), at);
}
