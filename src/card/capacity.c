#include "config.h"

#include <string.h>

#include "base/text.h"
#include "card/record.h"

/*
 * What one more certificate takes where the card has none to measure by: a
 * certificate of a qualified profile is about 1.9 KiB.  With it go the key and
 * the entries in the card's directories; a private RSA key has five numbers of
 * half its size beside modulus and exponent (PKCS#1 A.1.2).
 */
#define CERT_BYTES	2000
#define ENTRY_BYTES	400	/* directory entries of certificate and keys */
#define KEY_BITS	2048	/* where no key tells */

/* One bound on how many more certificates fit; more -1: it says nothing. */
struct bound {
	enum capacity_rule	 rule;
	enum known_by		 by;
	int			 more;
	int			 used, places;
	const char		*source;
};

static bool
is_ca(const struct card_cert *c)
{
	return c->cert != NULL && c->cert->is_ca;
}

static bool
is_expired(const struct card_cert *c, int64_t now)
{
	return c->cert != NULL && !is_ca(c) && c->cert->not_after < now;
}

/* --- what one costs ------------------------------------------------------ */

static int64_t
key_cost(enum cert_key_type type, unsigned bits)
{
	unsigned bytes = (bits > 0 ? bits : KEY_BITS) / 8;

	if (type == KEY_EC || type == KEY_ED25519 || type == KEY_ED448)
		return (bits > 0 ? bytes : 32) * 3 + ENTRY_BYTES;
	/* Public: n and e; private: n, e, d and the five of the CRT. */
	return bytes * 2 + bytes + 5 * (bytes / 2) + ENTRY_BYTES;
}

/* The average certificate on the card with its key, or the assumed one. */
static int64_t
cost_of_one(const struct card *card)
{
	int64_t sum = 0, n = 0;

	for (size_t i = 0; i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];

		if (c->cert == NULL || is_ca(c) || c->size == 0)
			continue;
		sum += (int64_t)c->size + key_cost(c->cert->key_type,
		    c->cert->key_bits);
		n++;
	}
	return n > 0 ? sum / n : CERT_BYTES + key_cost(KEY_RSA, KEY_BITS);
}

/* --- the rules ----------------------------------------------------------- */

static struct bound
read_only_bound(const struct card *card)
{
	struct bound b = { .rule = CAPACITY_READ_ONLY, .by = KNOWN_TOKEN,
	    .more = card->ntokens > 0 ? 0 : -1 };

	for (size_t i = 0; i < card->ntokens; i++)
		if (!card->tokens[i].read_only)
			b.more = -1;
	return b;
}

/*
 * What a token says is free for a certificate and its key.  Where it tells of
 * two memories, the certificate needs the public and the key the private one;
 * two equal figures are one memory told of twice.
 */
static int64_t
token_free(const struct token *t)
{
	if (t->free_public == CARD_NUMBER_UNKNOWN || t->free_public > INT64_MAX)
		return -1;
	if (t->free_private != CARD_NUMBER_UNKNOWN &&
	    t->free_private < t->free_public)
		return (int64_t)t->free_private;
	return (int64_t)t->free_public;
}

/*
 * Free bytes as modules tell them.  Tokens of one card share its memory or do
 * not, which cannot be told: the roomiest alone is what is sure.
 */
static void
bytes_of_tokens(const struct card *card, struct capacity *cap)
{
	for (size_t i = 0; i < card->ntokens; i++) {
		const struct token *t = &card->tokens[i];
		int64_t free_bytes = t->read_only ? -1 : token_free(t);

		if (free_bytes <= cap->free_bytes)
			continue;
		cap->free_bytes = free_bytes;
		cap->total_bytes = t->total_public <= INT64_MAX ?
		    (int64_t)t->total_public : -1;
		cap->bytes_by = KNOWN_TOKEN;
	}
}

static struct bound
memory_bound(const struct capacity *cap)
{
	struct bound b = { .rule = CAPACITY_MEMORY, .by = cap->bytes_by,
	    .more = -1 };
	int64_t more;

	if (cap->bytes_by != KNOWN_NOT && cap->free_bytes >= 0) {
		more = cap->free_bytes / cap->cost_bytes;
		b.more = more > CARD_CERTS_MAX ? CARD_CERTS_MAX : (int)more;
	}
	return b;
}

/* Containers in use: every key, and every certificate whose key is not seen. */
static int
used_containers(const struct card *card)
{
	int used = (int)card->nkeys, own = 0;

	for (size_t i = 0; i < card->ncerts; i++) {
		bool has_key = is_ca(&card->certs[i]);

		own += !has_key;
		for (size_t j = 0; j < card->nkeys && !has_key; j++)
			has_key = card->keys[j].cert == (int)i ||
			    (card->certs[i].cert != NULL &&
			    card->keys[j].has_spki &&
			    memcmp(card->keys[j].spki_sha256,
			    card->certs[i].cert->spki_sha256, 32) == 0);
		used += !has_key;
	}
	/* Certificates may share a key; each takes a place of its own. */
	return used > own ? used : own;
}

static struct bound
containers_bound(const struct card *card)
{
	struct bound b = { .rule = CAPACITY_CONTAINERS, .by = KNOWN_TABLE,
	    .more = -1, .used = used_containers(card),
	    .places = card->model.max_certs, .source = card->model.source };

	if (b.places > 0 && !card->cut)
		b.more = b.used < b.places ? b.places - b.used : 0;
	return b;
}

/* The issuer counts what it issued; ones removed since are not seen here. */
static struct bound
issuer_bound(const struct card *card)
{
	struct bound b = { .rule = CAPACITY_ISSUER,
	    .by = card->model.issuer_limit_by, .more = -1,
	    .places = card->model.issuer_limit,
	    .source = card->model.issuer_limit_source };

	for (size_t i = 0; i < card->ncerts; i++) {
		const struct cert *c = card->certs[i].cert;

		b.used += c != NULL && !c->is_ca && c->qc.compliance;
	}
	if (b.places > 0 && !card->cut)
		b.more = b.used < b.places ? b.places - b.used : 0;
	return b;
}

/* --- the whole ----------------------------------------------------------- */

static void
count(const struct card *card, int64_t now, struct capacity *cap)
{
	bool sizes_known = true;

	for (size_t i = 0; i < card->nkeys; i++)
		cap->orphan_keys += card->keys[i].cert == -1;
	for (size_t i = 0; i < card->ncerts; i++) {
		const struct card_cert *c = &card->certs[i];

		cap->orphan_certs += c->key == KEY_MISSING && !is_ca(c);
		if (!is_expired(c, now))
			continue;
		cap->expired++;
		sizes_known = sizes_known && c->size > 0;
		cap->expired_bytes += (int64_t)c->size +
		    (c->key == KEY_MISSING ? 0 : key_cost(c->cert->key_type,
		    c->cert->key_bits));
	}
	if (!sizes_known)
		cap->expired_bytes = -1;
}

static void
choose(struct capacity *cap, const struct bound *b)
{
	size_t n = 0;

	if (b->more == -1 || (cap->more != -1 && b->more >= cap->more))
		return;
	cap->more = b->more;
	cap->rule = b->rule;
	cap->by = b->by;
	if (b->source != NULL)
		n = text_cut(b->source, sizeof(cap->source) - 1);
	memcpy(cap->source, b->source != NULL ? b->source : "", n);
	cap->source[n] = '\0';
	if (b->places > 0) {
		cap->used = b->used;
		cap->places = b->places;
	}
}

void
capacity_reckon(struct card *card, int64_t now)
{
	struct capacity *cap = &card->capacity;
	struct capacity told = *cap;
	struct bound bounds[4];

	*cap = (struct capacity){ .more = -1, .free_bytes = -1,
	    .total_bytes = -1 };
	/* The card's own word, if it was asked; a module's only without it. */
	if (told.bytes_by == KNOWN_CARD) {
		cap->free_bytes = told.free_bytes;
		cap->total_bytes = told.total_bytes;
		cap->bytes_by = KNOWN_CARD;
	} else
		bytes_of_tokens(card, cap);
	cap->cost_bytes = cost_of_one(card);
	bounds[0] = read_only_bound(card);
	bounds[1] = memory_bound(cap);
	bounds[2] = containers_bound(card);
	bounds[3] = issuer_bound(card);
	/*
	 * Half a card would seem to have more room than it has, and keys without
	 * certificates that are only to come.
	 */
	if (card->state != CARD_READY)
		return;
	if (!card->cut) {
		cap->used = bounds[2].used;
		cap->places = bounds[2].places;
		count(card, now, cap);
	}
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		choose(cap, &bounds[i]);
}
