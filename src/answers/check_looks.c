/* Things that several checks look at: the key with its PIN, the status. */
#include "config.h"

#include <stdio.h>
#include <string.h>

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

/* Tokens, a bit each, that keys without a certificate are on. */
static unsigned
waiting_on(const struct card *card, bool known)
{
	unsigned on = 0;

	for (size_t i = 0; i < card->nkeys; i++)
		if (card->keys[i].cert == -1 &&
		    (card->keys[i].has_spki || !known))
			on |= card->keys[i].tokens;
	return on;
}

static enum check_place
best_of(const struct card *card, unsigned on)
{
	enum check_place best = CHECK_PLACE_READ_ONLY;

	for (size_t i = 0; i < card->ntokens; i++) {
		const struct token *t = &card->tokens[i];

		if ((on & 1u << i) == 0 || t->read_only)
			continue;
		if (!is_locked(t))
			return CHECK_PLACE_OPEN;
		best = CHECK_PLACE_LOCKED;
	}
	return best;
}

/* A certificate is put beside its key: that another token is open helps nothing. */
enum check_place
check_place(const struct card *card)
{
	unsigned on = waiting_on(card, false);

	return best_of(card, on != 0 ? on : ~0u);
}

bool
check_key_waits(const struct card *card)
{
	return best_of(card, waiting_on(card, true)) == CHECK_PLACE_OPEN;
}

bool
check_key_stuck(const struct card *card)
{
	return waiting_on(card, true) != 0 && !check_key_waits(card);
}

enum verdict
check_makes_key(const struct card *card, const struct order_found *o)
{
	unsigned takes = o != NULL && o->order.key_kinds != 0 ?
	    o->order.key_kinds : ~TOKEN_TELLS;
	enum verdict best = card->ntokens == 0 ? VERDICT_MAYBE : VERDICT_NO;

	for (size_t i = 0; i < card->ntokens; i++) {
		const struct token *t = &card->tokens[i];

		if (t->read_only)
			continue;
		if ((t->makes & takes) != 0)
			return VERDICT_YES;
		if (t->makes == 0)
			best = VERDICT_MAYBE;
	}
	return best;
}

int
check_room(const struct card *card)
{
	const struct capacity *c = &card->capacity;
	int room = card_room(card);

	if (c->rule == CAPACITY_READ_ONLY)
		return -1;
	if (c->orphan_keys == 0 || check_place(card) != CHECK_PLACE_OPEN)
		return room;
	if (c->bytes_by != KNOWN_NOT && c->free_bytes >= 0 &&
	    c->free_bytes < CHECK_CERT_BYTES)
		return 0;
	return room != 0 ? room : 1;
}

enum verdict
check_writes(const struct card *card, const struct order_found *o)
{
	if (card->capacity.rule == CAPACITY_READ_ONLY)
		return VERDICT_NO;
	return check_key_waits(card) ? VERDICT_YES : check_makes_key(card, o);
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
	else if (pin_is_last(p))
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
		[CHECK_KEY_HERE] = { VERDICT_YES, N_("on the card") },
		[CHECK_KEY_LOCKED] = { VERDICT_MAYBE,
		    N_("on the card, behind a locked PIN") },
		[CHECK_KEY_UNSEEN] = { VERDICT_UNKNOWN,
		    N_("can be seen only with the PIN") },
		[CHECK_KEY_MISSING] = { VERDICT_NO,
		    N_("is not on this card") },
	};
	const struct token *t = token_of(card, c);
	enum check_key key = check_key(card, c);

	/* Which token's is not said: people's names stand on labels. */
	answer_saw(a, keys[key].mark, _("its key"), "%s",
	    _(keys[key].words));
	if (t != NULL && key != CHECK_KEY_MISSING)
		look_at_pin(t, a);
}

/* --- revoked? ------------------------------------------------------------------ */

const struct status_report *
check_report(const struct answer_facts *f, const struct card_cert *c)
{
	if (c == NULL || c == check_cert(f))
		return c != NULL ? f->status : NULL;
	for (size_t i = 0; i < f->nstatuses; i++)
		if (memcmp(f->statuses[i].sha256, c->sha256, 32) == 0)
			return &f->statuses[i].report;
	return NULL;
}

enum record_status
check_status(const struct answer_facts *f, const struct card_cert *c)
{
	const struct status_report *r = check_report(f, c);

	return r != NULL ? r->status : STATUS_UNKNOWN;
}

void
check_look_status(const struct answer_facts *f, const struct card_cert *c,
    struct answer *a)
{
	const struct status_report *r = check_report(f, c);
	enum record_status status = check_status(f, c);
	char at[32], text[512];

	if (r == NULL) {
		answer_saw(a, VERDICT_UNKNOWN, _("revoked?"),
		    _("not asked now"));
		return;
	}
	if (status == STATUS_UNKNOWN) {
		/* Nobody to ask, no answer, a wrong one: each is something else. */
		answer_saw(a, VERDICT_UNKNOWN, _("revoked?"), "%s",
		    r->err.code != ERR_NONE ?
		    err_sentence(&r->err, text, sizeof text) :
		    _("its authority does not know it"));
		return;
	}
	clock_local(r->at != 0 ? r->at : f->now, at, sizeof at);
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
