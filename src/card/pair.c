#include "config.h"

#include <string.h>

#include "card/pair.h"

/* How much each state says; a lower one never replaces a higher. */
static const int strength[] = {
	[KEY_NOT_SEEN] = 0,
	[KEY_MISSING] = 1,
	[KEY_PUBLIC] = 2,
	[KEY_PRIVATE] = 3,
};

enum key_state
card_stronger(enum key_state a, enum key_state b)
{
	return strength[b] > strength[a] ? b : a;
}

static void
raise_state(struct card_cert *c, enum key_state state)
{
	c->key = card_stronger(c->key, state);
}

static bool
same_id(const char *a, const char *b)
{
	return a[0] != '\0' && strcmp(a, b) == 0;
}

static bool
by_public_half(const struct card_key *k, const struct card_cert *c)
{
	return k->has_spki && c->cert != NULL &&
	    memcmp(k->spki_sha256, c->cert->spki_sha256,
	    sizeof(k->spki_sha256)) == 0;
}

/* Only where the public halves cannot speak: a copied id must not decide. */
static bool
by_id(const struct card_key *k, const struct card_cert *c)
{
	return (!k->has_spki || c->cert == NULL) &&
	    (k->tokens & c->tokens) != 0 && same_id(k->id, c->id);
}

static bool
belongs(const struct card_key *k, const struct card_cert *c)
{
	return by_public_half(k, c) || by_id(k, c);
}

struct card_key *
card_find_key(struct card *card, const char *id, unsigned tokens,
    const uint8_t *spki_sha256)
{
	struct card_key *found = NULL;

	for (size_t i = 0; i < card->nkeys; i++) {
		struct card_key *k = &card->keys[i];

		if (k->has_spki && spki_sha256 != NULL) {
			if (memcmp(k->spki_sha256, spki_sha256,
			    sizeof(k->spki_sha256)) == 0)
				return k;
		} else if (found == NULL && (k->tokens & tokens) != 0 &&
		    same_id(k->id, id))
			found = k;
	}
	return found;
}

/*
 * The certificate to show beside a key: several may certify one key (an old and
 * a renewed one), then the one that ends last.
 */
static int
best_cert(const struct card *card, const struct card_key *k)
{
	int best = -1;

	for (size_t i = 0; i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];

		if (!belongs(k, c))
			continue;
		if (best == -1 || card->certs[best].cert == NULL ||
		    (c->cert != NULL && c->cert->not_after >
		    card->certs[best].cert->not_after))
			best = (int)i;
	}
	return best;
}

static void
judge_cert(const struct card *card, struct card_cert *c, unsigned proves)
{
	for (size_t i = 0; i < card->nkeys; i++) {
		const struct card_key *k = &card->keys[i];

		if (!belongs(k, c))
			continue;
		if (k->is_private)
			raise_state(c, KEY_PRIVATE);
		else if ((proves & PAIR_PUBLIC_PROVES) != 0)
			raise_state(c, KEY_PUBLIC);
	}
	if ((proves & PAIR_ALL_LISTED) != 0)
		raise_state(c, KEY_MISSING);
}

void
card_pair(struct card *card, unsigned proves)
{
	for (size_t i = 0; i < card->ncerts; i++)
		judge_cert(card, &card->certs[i], proves);
	for (size_t i = 0; i < card->nkeys; i++)
		card->keys[i].cert = best_cert(card, &card->keys[i]);
}
