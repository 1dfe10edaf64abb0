/* How many more certificates fit on the card, and how that is known. */
#include "config.h"

#include <stdio.h>

#include "answers/checks.h"
#include "base/i18n.h"

/* How a number is known, in words that stand behind it. */
static const char *
by_words(const struct card_model *m, enum known_by by)
{
	static const char *const words[] = {
		[KNOWN_NOT] = N_("not known"),
		[KNOWN_CARD] = N_("the card itself says so"),
		[KNOWN_TOKEN] = N_("the card software says so"),
		[KNOWN_TABLE] = N_("by what is known of this model"),
		[KNOWN_CONFIG] = N_("by the authority's configuration"),
		[KNOWN_COUNT] = N_("counted on the card"),
	};

	return by == KNOWN_TABLE && !m->sure ?
	    _("by what is known of this model, which is not sure") :
	    _(words[by]);
}

/* --- what was looked at ----------------------------------------------------- */

static void
look_at_certs(const struct card *card, struct answer *a)
{
	size_t own = 0, cas = 0;

	for (size_t i = 0; i < card->ncerts; i++) {
		own += check_is_own(&card->certs[i]);
		cas += card->certs[i].cert != NULL && card->certs[i].cert->is_ca;
	}
	answer_saw(a, card->cut ? VERDICT_MAYBE : VERDICT_YES,
	    _("certificates"), _("the holder's: %zu, of authorities: %zu"),
	    own, cas);
}

static void
look_at_keys(const struct card *card, struct answer *a)
{
	if (check_keys_seen(card))
		answer_saw(a, VERDICT_YES, _("keys"), "%zu", card->nkeys);
	else
		answer_saw(a, VERDICT_UNKNOWN, _("keys"),
		    _("%zu seen; there may be more that only the PIN shows"),
		    card->nkeys);
}

/*
 * One card can be several tokens, of which some may only be read from here.
 * Counted: people's names stand on labels.
 */
static void
look_at_tokens(const struct card *card, struct answer *a)
{
	for (size_t i = 0; card->ntokens > 1 && i < card->ntokens; i++)
		answer_saw(a, card->tokens[i].read_only ? VERDICT_NO :
		    VERDICT_YES, _("token"), card->tokens[i].read_only ?
		    _("%zu: the card software here may only read it") :
		    _("%zu: may be written to"), i + 1);
}

static void
look_at_memory(const struct card *card, struct answer *a)
{
	const struct capacity *c = &card->capacity;

	if (c->bytes_by == KNOWN_NOT || c->free_bytes < 0)
		answer_saw(a, VERDICT_UNKNOWN, _("free memory"),
		    _("the card does not tell"));
	else
		answer_saw(a, c->free_bytes < c->cost_bytes ? VERDICT_NO :
		    VERDICT_YES, _("free memory"),
		    _("%lld bytes (%s); one certificate with its key takes about %lld"),
		    (long long)c->free_bytes, by_words(&card->model,
		    c->bytes_by), (long long)c->cost_bytes);
}

static void
look_at_places(const struct card *card, struct answer *a)
{
	const struct card_model *m = &card->model;
	int used = card->capacity.used;

	if (m->max_certs > 0 && card->capacity.rule == CAPACITY_CONTAINERS)
		answer_saw(a, used < m->max_certs ? VERDICT_YES : VERDICT_NO,
		    _("places for keys"), _("%d of %d taken (%s)"), used,
		    m->max_certs, by_words(m, KNOWN_TABLE));
	else if (m->max_certs > 0)
		answer_saw(a, VERDICT_YES, _("places for keys"),
		    _("%d altogether (%s)"), m->max_certs,
		    by_words(m, KNOWN_TABLE));
	else
		answer_saw(a, VERDICT_UNKNOWN, _("places for keys"),
		    _("not known of this card"));
}

static void
look_at_limit(const struct card *card, struct answer *a)
{
	const struct card_model *m = &card->model;
	int counted = 0;

	for (size_t i = 0; i < card->ncerts; i++)
		counted += check_is_own(&card->certs[i]) &&
		    card->certs[i].cert->qc.compliance;
	if (m->issuer_limit > 0)
		answer_saw(a, counted >= m->issuer_limit ? VERDICT_NO :
		    card->cut ? VERDICT_UNKNOWN : VERDICT_YES, _("issuer's limit"),
		    _("%d of %d qualified ones (%s)"), counted,
		    m->issuer_limit, by_words(m, m->issuer_limit_by));
	else
		answer_saw(a, VERDICT_UNKNOWN, _("issuer's limit"),
		    _("not known here"));
}

static void
look_at_leftovers(const struct capacity *c, struct answer *a)
{
	if (c->orphan_keys > 0)
		answer_saw(a, VERDICT_MAYBE, _("keys without a certificate"),
		    "%d", c->orphan_keys);
	if (c->orphan_certs > 0)
		answer_saw(a, VERDICT_MAYBE, _("certificates without a key"),
		    "%d", c->orphan_certs);
	if (c->expired > 0 && c->expired_bytes > 0)
		answer_saw(a, VERDICT_MAYBE, _("expired certificates"),
		    _("%d; with their keys they take about %lld bytes"),
		    c->expired, (long long)c->expired_bytes);
	else if (c->expired > 0)
		answer_saw(a, VERDICT_MAYBE, _("expired certificates"), "%d",
		    c->expired);
}

/* --- the verdict ------------------------------------------------------------- */

static void
say_why(const struct card *card, struct answer *a)
{
	const struct capacity *c = &card->capacity;
	const char *by = by_words(&card->model, c->by);

	switch (c->rule) {
	case CAPACITY_MEMORY:
		answer_why(a, _("The card's free memory decides: %s."), by);
		break;
	case CAPACITY_CONTAINERS:
		answer_why(a, _("The places for keys decide, %d of %d are taken: %s."),
		    c->used, c->places, by);
		break;
	case CAPACITY_ISSUER:
		answer_why(a, _("The issuer's limit decides, %d of %d are used: %s. Some issuers also count certificates that have been removed, which nobody sees here."),
		    c->used, c->places, by);
		break;
	case CAPACITY_READ_ONLY:
		answer_why(a, _("The card software here may only read this card."));
		break;
	case CAPACITY_UNKNOWN:
		answer_why(a, card->cut ?
		    _("Not all that is on the card could be read, so what it holds cannot be counted.") :
		    _("Neither the card nor its software says how much room there is, and no limit is known for this card."));
		break;
	}
}

/* A limit is no room: as a rule nobody knows whether there is as much. */
static void
say_limit(const struct capacity *c, bool unsure, struct answer *a)
{
	if (c->more == 0) {
		answer_says(a, unsure ? ANSWER_CANNOT_TELL : ANSWER_NO,
		    "limit-reached", unsure ?
		    _("By a source that is not sure, the issuer's limit is reached: of qualified certificates at most %d on one card, %d are on this one.") :
		    _("The issuer's limit is reached: of qualified certificates at most %d on one card, %d are on this one."),
		    c->places, c->used);
		answer_badge(a, _("limit reached"));
	} else {
		answer_says(a, ANSWER_CANNOT_TELL, "limit-only", unsure ?
		    _("By a source that is not sure, the issuer puts at most %d qualified certificates on one card, %d are on this one; whether there is room the card does not tell.") :
		    _("The issuer puts at most %d qualified certificates on one card, %d are on this one; whether there is room the card does not tell."),
		    c->places, c->used);
		answer_badge(a, _("at most %d more"), c->more);
	}
}

/* Keys that are not seen may have taken places that seem free. */
static void
say_room(const struct card *card, bool unsure, struct answer *a)
{
	const struct capacity *c = &card->capacity;
	int n = c->more;

	if (unsure) {
		answer_says(a, ANSWER_YES, "room", P_(
		    "By a source that is not sure, there is room on this card for %d more certificate.",
		    "By a source that is not sure, there is room on this card for %d more certificates.",
		    n), n);
		answer_badge(a, _("perhaps %d more"), n);
	} else if (c->rule == CAPACITY_CONTAINERS && !check_keys_seen(card)) {
		answer_says(a, ANSWER_YES, "room", P_(
		    "There is room on this card for at most %d more certificate; keys that only the PIN shows may have taken some of it.",
		    "There is room on this card for at most %d more certificates; keys that only the PIN shows may have taken some of it.",
		    n), n);
		answer_badge(a, _("at most %d more"), n);
	} else {
		answer_says(a, ANSWER_YES, "room",
		    P_("There is room on this card for %d more certificate.",
		    "There is room on this card for %d more certificates.",
		    n), n);
		answer_badge(a, P_("%d more fits", "%d more fit", n), n);
	}
}

static void
say(const struct card *card, struct answer *a)
{
	const struct capacity *c = &card->capacity;
	bool unsure = c->by == KNOWN_TABLE && !card->model.sure;

	if (c->more < 0) {
		answer_says(a, ANSWER_CANNOT_TELL, "not-known",
		    _("How many more certificates fit on this card cannot be told."));
	} else if (c->rule == CAPACITY_READ_ONLY) {
		answer_says(a, ANSWER_NO, "read-only",
		    _("Nothing can be put on this card from here."));
		answer_badge(a, _("read only"));
	} else if (c->rule == CAPACITY_ISSUER &&
	    (c->more == 0 || card_room(card) < 0)) {
		say_limit(c, unsure, a);
	} else if (c->more == 0) {
		answer_says(a, ANSWER_NO, "full", unsure ?
		    _("By a source that is not sure, no further certificate fits on this card.") :
		    _("No further certificate fits on this card."));
		answer_badge(a, _("no room"));
	} else
		say_room(card, unsure, a);
	say_why(card, a);
}

static void
say_next(const struct card *card, struct answer *a)
{
	const struct capacity *c = &card->capacity;

	if (!check_keys_seen(card))
		answer_next(a, ACTION_PIN, NULL,
		    _("Give the PIN: then keys that wait for a certificate are counted too."));
	if (c->orphan_keys > 0)
		answer_next(a, ACTION_CARD, NULL,
		    _("Look at the keys without a certificate: one may wait for a certificate that was ordered, others only take room."));
	if (c->expired > 0 && c->more == 0 && c->rule != CAPACITY_ISSUER)
		answer_next(a, ACTION_CARD, NULL,
		    _("Look at the expired certificates: removing one with its key makes room, but what was encrypted for it can then never be read again."));
	if (c->more == 0)
		answer_next(a, ACTION_NONE, NULL,
		    _("Otherwise order the next certificate together with a new card."));
	if (a->nsteps == 0)
		answer_next(a, ACTION_CARD, NULL,
		    _("Look at everything that is on the card."));
}

void
check_capacity(const struct answer_facts *f, struct answer *a)
{
	const struct card *card = f->card;

	if (check_no_card(f, a))
		return;
	look_at_certs(card, a);
	look_at_keys(card, a);
	look_at_tokens(card, a);
	look_at_memory(card, a);
	look_at_places(card, a);
	look_at_limit(card, a);
	look_at_leftovers(&card->capacity, a);
	say(card, a);
	say_next(card, a);
}
