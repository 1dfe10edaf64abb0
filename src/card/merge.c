#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "card/merge.h"
#include "card/model.h"
#include "card/pair.h"
#include "card/record.h"

/* Where the tokens of one part went: the part's bit n is our bit to[n]. */
struct token_map {
	unsigned	to[CARD_TOKENS_MAX];
};

#define NOWHERE	CARD_TOKENS_MAX	/* there was no room for it */

/* --- tokens -------------------------------------------------------------- */

/*
 * Two modules' views of one token.  One module never shows a token twice, but
 * an applet with two PINs under one serial is two.
 */
static bool
same_token(const struct token *a, const struct token *b)
{
	return strcmp(a->module, b->module) != 0 && a->serial[0] != '\0' &&
	    strcmp(a->serial, b->serial) == 0 && strcmp(a->label, b->label) == 0;
}

static unsigned
find_token(const struct card *card, const struct token *t)
{
	for (size_t i = 0; i < card->ntokens; i++)
		if (same_token(&card->tokens[i], t))
			return (unsigned)i;
	return NOWHERE;
}

/* A better module's word replaces another's; what only one knows stays. */
static void
merge_token(const struct card *card, struct token *to, const struct token *from)
{
	struct pin pin = to->pin;

	if (model_prefers(&card->model, from->module) &&
	    !model_prefers(&card->model, to->module)) {
		token_copy(to, from);
		if (to->pin.tries != -1)
			return;
		to->pin.tries = pin.tries;
		to->pin.tries_max = pin.tries_max;
		to->pin.tries_by = pin.tries_by;
	} else if (pin.tries == -1 && from->pin.tries != -1) {
		to->pin.tries = from->pin.tries;
		to->pin.tries_max = from->pin.tries_max;
		to->pin.tries_by = from->pin.tries_by;
	}
}

static void
merge_tokens(struct card *into, const struct card *part, struct token_map *map)
{
	for (size_t i = 0; i < part->ntokens && i < CARD_TOKENS_MAX; i++) {
		const struct token *t = &part->tokens[i];
		unsigned at = find_token(into, t);

		if (at != NOWHERE) {
			merge_token(into, &into->tokens[at], t);
			map->to[i] = at;
			continue;
		}
		map->to[i] = NOWHERE;
		if (card_add_token(into) == NULL)
			continue;
		map->to[i] = (unsigned)into->ntokens - 1;
		token_copy(&into->tokens[map->to[i]], t);
	}
}

static unsigned
map_bits(const struct token_map *map, unsigned tokens)
{
	unsigned bits = 0;

	for (size_t i = 0; i < CARD_TOKENS_MAX; i++)
		if ((tokens & 1u << i) != 0 && map->to[i] != NOWHERE)
			bits |= 1u << map->to[i];
	return bits;
}

/* --- objects ------------------------------------------------------------- */

static bool
has_bytes(const struct card_cert *c)
{
	static const uint8_t none[sizeof(c->sha256)];

	return memcmp(c->sha256, none, sizeof(none)) != 0;
}

/* One whose bytes nobody could read is known by its id on a token alone. */
static bool
same_cert(const struct card_cert *a, const struct card_cert *b, unsigned tokens)
{
	if (has_bytes(a) || has_bytes(b))
		return memcmp(a->sha256, b->sha256, sizeof(a->sha256)) == 0;
	return (a->tokens & tokens) != 0 && a->id[0] != '\0' &&
	    strcmp(a->id, b->id) == 0;
}

static void
merge_cert(struct card *into, const struct card_cert *c, unsigned tokens)
{
	struct card_cert *mine = NULL;

	for (size_t i = 0; i < into->ncerts && mine == NULL; i++)
		if (same_cert(&into->certs[i], c, tokens))
			mine = &into->certs[i];
	if (mine == NULL) {
		if ((mine = card_add_cert(into)) == NULL)
			return;
		card_cert_copy(mine, c);
		mine->tokens = tokens;
		return;
	}
	mine->tokens |= tokens;
	if (mine->id[0] == '\0')
		card_set(&mine->id, c->id);
	if (mine->label[0] == '\0')
		card_set(&mine->label, c->label);
	mine->key = card_stronger(mine->key, c->key);
}

static void
merge_key(struct card *into, const struct card_key *k, unsigned tokens)
{
	struct card_key *mine = card_find_key(into, k->id, tokens,
	    k->has_spki ? k->spki_sha256 : NULL);

	if (mine == NULL) {
		if ((mine = card_add_key(into)) == NULL)
			return;
		card_key_copy(mine, k);
		mine->tokens = tokens;
		return;
	}
	mine->tokens |= tokens;
	mine->is_private = mine->is_private || k->is_private;
	if (mine->label[0] == '\0')
		card_set(&mine->label, k->label);
	if (mine->type == KEY_UNKNOWN)
		mine->type = k->type;
	if (mine->bits == 0)
		mine->bits = k->bits;
	if (!mine->has_spki && k->has_spki) {
		mine->has_spki = true;
		memcpy(mine->spki_sha256, k->spki_sha256,
		    sizeof(mine->spki_sha256));
	}
}

/* The card's own answer before what a module says. */
static void
merge_bytes(struct capacity *to, const struct capacity *from)
{
	if (from->bytes_by == KNOWN_NOT ||
	    (to->bytes_by == KNOWN_CARD && from->bytes_by != KNOWN_CARD))
		return;
	to->free_bytes = from->free_bytes;
	to->total_bytes = from->total_bytes;
	to->bytes_by = from->bytes_by;
}

static void
merge_part(struct card *into, const struct card *part)
{
	struct token_map map;

	merge_tokens(into, part, &map);
	for (size_t i = 0; i < part->ncerts; i++)
		merge_cert(into, &part->certs[i],
		    map_bits(&map, part->certs[i].tokens));
	for (size_t i = 0; i < part->nkeys; i++)
		merge_key(into, &part->keys[i],
		    map_bits(&map, part->keys[i].tokens));
	for (size_t i = 0; i < part->nproblems; i++)
		card_add_problem(into, &part->problems[i]);
	merge_bytes(&into->capacity, &part->capacity);
	into->cut = into->cut || part->cut;
}

/* --- the outcome --------------------------------------------------------- */

static bool
is_known(const struct card *card, const struct err *err)
{
	for (size_t i = 0; i < card->nproblems; i++)
		if (card->problems[i].code == err->code &&
		    card->problems[i].raw == err->raw &&
		    strcmp(card->problems[i].detail, err->detail) == 0)
			return true;
	return false;
}

/*
 * Whether a part that failed has a token that no whole one shows: then the card
 * holds more than was read.  A module that does not know the card shows none.
 */
static bool
is_missed(const struct card *failed, struct card *const *parts, size_t n)
{
	for (size_t t = 0; t < failed->ntokens; t++) {
		bool shown = false;

		for (size_t i = 0; i < n && !shown; i++)
			for (size_t k = 0; parts[i] != NULL && !shown &&
			    parts[i]->state == CARD_READY &&
			    k < parts[i]->ntokens; k++)
				shown = same_token(&parts[i]->tokens[k],
				    &failed->tokens[t]);
		if (!shown)
			return true;
	}
	return false;
}

static void
settle(struct card *into, struct card *const *parts, size_t n)
{
	const struct err *first = NULL;
	bool reading = false;

	for (size_t i = 0; i < n; i++) {
		if (parts[i] == NULL)
			continue;
		reading = reading || parts[i]->state == CARD_READING;
		if (parts[i]->state != CARD_FAILED)
			continue;
		if (first == NULL)
			first = &parts[i]->err;
		if (into->ntokens > 0 && !is_known(into, &parts[i]->err))
			card_add_problem(into, &parts[i]->err);
		into->cut = into->cut || is_missed(parts[i], parts, n);
	}
	into->err = (struct err)ERR_INIT;
	if (reading)
		into->state = CARD_READING;
	else if (into->ntokens > 0 && (first == NULL ||
	    first->code != ERR_CARD_REMOVED))
		into->state = CARD_READY;
	else {
		into->state = CARD_FAILED;
		if (first != NULL)
			into->err = *first;
		else
			err_set(&into->err, ERR_CARD_UNKNOWN, into->reader,
			    NULL);
	}
}

void
card_merge(struct card *into, struct card *const *parts, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any = any || parts[i] != NULL;
	if (!any)
		return;
	card_drop_objects(into);
	into->capacity.free_bytes = into->capacity.total_bytes = -1;
	into->capacity.bytes_by = KNOWN_NOT;
	for (size_t i = 0; i < n; i++)
		if (parts[i] != NULL)
			merge_part(into, parts[i]);
	into->reader_pinpad = false;
	for (size_t i = 0; i < into->ntokens; i++)
		into->reader_pinpad |= into->tokens[i].pin.pinpad;
	/* What each module's objects prove, its part says already. */
	card_pair(into, 0);
	settle(into, parts, n);
}
