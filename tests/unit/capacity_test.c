/* How many more certificates fit, and which rule says so. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cards.h"
#include "card/record.h"

#define NOW	(1000 * DAY)
#define NO	CARD_NUMBER_UNKNOWN

/* What one of our made-up certificates costs: 1000 bytes, a P-256 key. */
#define COST	1496
/* And one that has to be assumed: RSA 2048 and 2000 bytes. */
#define ASSUMED	3808

/* A situation: what is on the card, and what is to be said of its room. */
static const struct situation {
	const char		*what;
	enum card_state		 state;
	int			 tokens;	/* 0..2 */
	bool			 read_only[2];
	uint64_t		 free_public[2], free_private[2];
	int64_t			 told;		/* by the card itself; -1 not */
	int			 certs, keys;	/* paired one to one in order */
	int			 expired;	/* of certs, the first ones */
	int			 ca;		/* of certs, the last ones */
	int			 qualified;	/* of certs, the first ones */
	bool			 cut;
	int			 places, limit;	/* of the model */
	int			 more;
	enum capacity_rule	 rule;
	enum known_by		 by;
} situations[] = {
#define UNKNOWN_MEMORY	.free_public = { NO, NO }, .free_private = { NO, NO }
	{ "nothing is known", CARD_READY, 1, UNKNOWN_MEMORY, .told = -1,
	    .certs = 3, .keys = 3, .more = -1 },
	{ "nothing is known and it is empty", CARD_READY, 1, UNKNOWN_MEMORY,
	    .told = -1, .more = -1 },
	{ "no token", CARD_READY, 0, UNKNOWN_MEMORY, .told = -1, .more = -1 },
	{ "no token, but a model", CARD_READY, 0, UNKNOWN_MEMORY, .told = -1,
	    .places = 10, .more = 10, .rule = CAPACITY_CONTAINERS,
	    .by = KNOWN_TABLE },
	{ "still reading", CARD_READING, 1, .free_public = { 50000, NO },
	    .free_private = { NO, NO }, .told = -1, .places = 10, .more = -1 },
	{ "reading failed", CARD_FAILED, 1, .free_public = { 50000, NO },
	    .free_private = { NO, NO }, .told = -1, .more = -1 },
	{ "public memory told", CARD_READY, 1, .free_public = { 3 * COST, NO },
	    .free_private = { NO, NO }, .told = -1, .certs = 1, .keys = 1,
	    .more = 3, .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "one byte short of three", CARD_READY, 1,
	    .free_public = { 3 * COST - 1, NO }, .free_private = { NO, NO },
	    .told = -1, .certs = 1, .keys = 1, .more = 2,
	    .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "private memory is less", CARD_READY, 1,
	    .free_public = { 9 * COST, NO }, .free_private = { COST, NO },
	    .told = -1, .certs = 1, .keys = 1, .more = 1,
	    .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "public memory is less", CARD_READY, 1,
	    .free_public = { COST, NO }, .free_private = { 9 * COST, NO },
	    .told = -1, .certs = 1, .keys = 1, .more = 1,
	    .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "only private memory told", CARD_READY, 1, .free_public = { NO, NO },
	    .free_private = { 9 * COST, NO }, .told = -1, .more = -1 },
	{ "no byte free", CARD_READY, 1, .free_public = { 0, NO },
	    .free_private = { 0, NO }, .told = -1, .certs = 2, .keys = 2,
	    .more = 0, .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "an absurd figure", CARD_READY, 1, .free_public = { NO - 1, NO },
	    .free_private = { NO, NO }, .told = -1, .more = -1 },
	{ "a large figure", CARD_READY, 1, .free_public = { 1u << 30, NO },
	    .free_private = { NO, NO }, .told = -1, .more = CARD_CERTS_MAX,
	    .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "empty card, assumed cost", CARD_READY, 1,
	    .free_public = { 2 * ASSUMED, NO }, .free_private = { NO, NO },
	    .told = -1, .more = 2, .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "two tokens, the roomier counts", CARD_READY, 2,
	    .free_public = { COST, 4 * COST }, .free_private = { NO, NO },
	    .told = -1, .certs = 1, .keys = 1, .more = 4,
	    .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "two tokens, the roomier cannot be written", CARD_READY, 2,
	    .read_only = { false, true }, .free_public = { COST, 4 * COST },
	    .free_private = { NO, NO }, .told = -1, .certs = 1, .keys = 1,
	    .more = 1, .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "the card's own word counts more", CARD_READY, 1,
	    .free_public = { 9 * COST, NO }, .free_private = { NO, NO },
	    .told = 2 * COST, .certs = 1, .keys = 1, .more = 2,
	    .rule = CAPACITY_MEMORY, .by = KNOWN_CARD },
	{ "the card says it is full", CARD_READY, 1, UNKNOWN_MEMORY, .told = 0,
	    .certs = 1, .keys = 1, .places = 10, .more = 0,
	    .rule = CAPACITY_MEMORY, .by = KNOWN_CARD },
	{ "nothing can be written", CARD_READY, 1, .read_only = { true, true },
	    .free_public = { 9 * COST, NO }, .free_private = { NO, NO },
	    .told = -1, .places = 10, .more = 0, .rule = CAPACITY_READ_ONLY,
	    .by = KNOWN_TOKEN },
	{ "one of two can be written", CARD_READY, 2,
	    .read_only = { true, false }, UNKNOWN_MEMORY, .told = -1,
	    .more = -1 },
	{ "containers", CARD_READY, 1, UNKNOWN_MEMORY, .told = -1, .certs = 3,
	    .keys = 3, .places = 10, .more = 7, .rule = CAPACITY_CONTAINERS,
	    .by = KNOWN_TABLE },
	{ "an orphan key fills a container", CARD_READY, 1, UNKNOWN_MEMORY,
	    .told = -1, .certs = 3, .keys = 4, .places = 10, .more = 6,
	    .rule = CAPACITY_CONTAINERS, .by = KNOWN_TABLE },
	{ "a certificate of an unseen key fills one", CARD_READY, 1,
	    UNKNOWN_MEMORY, .told = -1, .certs = 3, .keys = 0, .places = 10,
	    .more = 7, .rule = CAPACITY_CONTAINERS, .by = KNOWN_TABLE },
	{ "a CA's certificate fills none", CARD_READY, 1, UNKNOWN_MEMORY,
	    .told = -1, .certs = 3, .keys = 2, .ca = 1, .places = 10, .more = 8,
	    .rule = CAPACITY_CONTAINERS, .by = KNOWN_TABLE },
	{ "more than the table knows of", CARD_READY, 1, UNKNOWN_MEMORY,
	    .told = -1, .certs = 5, .keys = 5, .places = 4, .more = 0,
	    .rule = CAPACITY_CONTAINERS, .by = KNOWN_TABLE },
	{ "containers, but not all was read", CARD_READY, 1, UNKNOWN_MEMORY,
	    .told = -1, .certs = 3, .keys = 3, .cut = true, .places = 10,
	    .limit = 5, .more = -1 },
	{ "issuer's limit", CARD_READY, 1, UNKNOWN_MEMORY, .told = -1,
	    .certs = 3, .keys = 3, .qualified = 1, .limit = 3, .more = 2,
	    .rule = CAPACITY_ISSUER, .by = KNOWN_TABLE },
	{ "issuer's limit reached", CARD_READY, 1, UNKNOWN_MEMORY, .told = -1,
	    .certs = 3, .keys = 3, .qualified = 3, .places = 10, .limit = 3,
	    .more = 0, .rule = CAPACITY_ISSUER, .by = KNOWN_TABLE },
	{ "ordinary ones are not the issuer's", CARD_READY, 1, UNKNOWN_MEMORY,
	    .told = -1, .certs = 4, .keys = 4, .qualified = 0, .limit = 3,
	    .more = 3, .rule = CAPACITY_ISSUER, .by = KNOWN_TABLE },
	{ "memory binds before containers", CARD_READY, 1,
	    .free_public = { 2 * COST, NO }, .free_private = { NO, NO },
	    .told = -1, .certs = 1, .keys = 1, .places = 10, .limit = 8,
	    .more = 2, .rule = CAPACITY_MEMORY, .by = KNOWN_TOKEN },
	{ "containers bind before memory", CARD_READY, 1,
	    .free_public = { 20 * COST, NO }, .free_private = { NO, NO },
	    .told = -1, .certs = 1, .keys = 1, .places = 2, .more = 1,
	    .rule = CAPACITY_CONTAINERS, .by = KNOWN_TABLE },
	{ "the issuer binds before both", CARD_READY, 1,
	    .free_public = { 20 * COST, NO }, .free_private = { NO, NO },
	    .told = -1, .certs = 2, .keys = 2, .qualified = 2, .places = 9,
	    .limit = 3, .more = 1, .rule = CAPACITY_ISSUER,
	    .by = KNOWN_TABLE },
	{ "expired ones still fill the card", CARD_READY, 1, UNKNOWN_MEMORY,
	    .told = -1, .certs = 4, .keys = 4, .expired = 2, .places = 5,
	    .more = 1, .rule = CAPACITY_CONTAINERS, .by = KNOWN_TABLE },
};

static struct card *
make(const struct situation *s)
{
	struct card *card = card_new("R");

	card->state = s->state;
	card->cut = s->cut;
	card->model.max_certs = s->places;
	card->model.issuer_limit = s->limit;
	card->model.issuer_limit_by = KNOWN_TABLE;
	card_set(&card->model.source, "the table");
	card_set(&card->model.issuer_limit_source, "the price list");
	if (s->told != -1) {
		card->capacity.free_bytes = s->told;
		card->capacity.bytes_by = KNOWN_CARD;
	}
	for (int i = 0; i < s->tokens; i++) {
		struct token *t = cards_token(card, "a.so", "1", "T");

		t->read_only = s->read_only[i];
		t->free_public = s->free_public[i];
		t->free_private = s->free_private[i];
	}
	for (int i = 0; i < s->certs; i++) {
		struct card_cert *c = cards_cert(card, (unsigned)i + 1, "", 1,
		    i < s->expired ? NOW - DAY : NOW + DAY);

		c->cert->is_ca = i >= s->certs - s->ca;
		c->cert->qc.compliance = i < s->qualified;
	}
	for (int i = 0; i < s->keys; i++)
		cards_key(card, (unsigned)i + 1, "", 1, true)->cert =
		    i < s->certs ? i : -1;
	return card;
}

static void
test_situations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(situations) / sizeof(situations[0]);
	    i++) {
		const struct situation *s = &situations[i];
		struct card *card = make(s);
		const struct capacity *c = &card->capacity;

		capacity_reckon(card, NOW);
		if (c->more != s->more || c->rule != s->rule || c->by != s->by)
			fail_msg("%s: %d more by %s, known by %s", s->what,
			    c->more, capacity_rule_id(c->rule),
			    known_by_id(c->by));
		/* Reckoned again from its own outcome it stays the same. */
		capacity_reckon(card, NOW);
		assert_int_equal(c->more, s->more);
		card_free(card);
	}
}

static void
test_sources(void **state)
{
	const struct situation s = { .state = CARD_READY, .tokens = 1,
	    UNKNOWN_MEMORY, .told = -1, .certs = 2, .keys = 2, .qualified = 2,
	    .places = 10, .limit = 3 };
	struct card *card = make(&s);

	(void)state;
	capacity_reckon(card, NOW);
	assert_string_equal(card->capacity.source, "the price list");
	assert_int_equal(card->capacity.used, 2);
	assert_int_equal(card->capacity.places, 3);
	assert_int_equal(card_room(card), 2);
	card->model.issuer_limit = 0;
	capacity_reckon(card, NOW);
	assert_string_equal(card->capacity.source, "the table");
	assert_int_equal(card->capacity.places, 10);
	/* A long one is cut at a character's edge. */
	card_set(&card->model.source, "żżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżżż"
	    "żżżżżżżżżżżżżżżżżżżż");
	capacity_reckon(card, NOW);
	assert_int_equal(strlen(card->capacity.source), 94);
	card_free(card);
}

static void
test_counts(void **state)
{
	const struct situation s = { .state = CARD_READY, .tokens = 1,
	    UNKNOWN_MEMORY, .told = -1, .certs = 5, .keys = 7, .expired = 2,
	    .ca = 1 };
	struct card *card = make(&s);

	(void)state;
	card->certs[2].key = KEY_MISSING;
	card->certs[3].key = KEY_NOT_SEEN;
	card->certs[4].key = KEY_MISSING;	/* the CA's: as it should be */
	capacity_reckon(card, NOW);
	assert_int_equal(card->capacity.orphan_keys, 2);
	assert_int_equal(card->capacity.orphan_certs, 1);
	assert_int_equal(card->capacity.expired, 2);
	assert_int_equal(card->capacity.expired_bytes, 2 * COST);
	/* Without its key an expired one frees its own bytes alone. */
	card->certs[0].key = KEY_MISSING;
	capacity_reckon(card, NOW);
	assert_int_equal(card->capacity.expired_bytes, COST + 1000);
	card->certs[1].size = 0;
	capacity_reckon(card, NOW);
	assert_int_equal(card->capacity.expired_bytes, -1);
	card_free(card);
}

/* What was read first may lack its key or certificate, which comes later. */
static void
test_half(void **state)
{
	const struct situation s = { .state = CARD_READING, .tokens = 1,
	    UNKNOWN_MEMORY, .told = -1, .certs = 2, .keys = 3, .expired = 1,
	    .places = 5 };
	struct card *card = make(&s);

	(void)state;
	card->certs[1].key = KEY_MISSING;
	for (int i = 0; i < 2; i++) {
		capacity_reckon(card, NOW);
		assert_int_equal(card->capacity.orphan_keys, 0);
		assert_int_equal(card->capacity.orphan_certs, 0);
		assert_int_equal(card->capacity.expired, 0);
		assert_int_equal(card->capacity.places, 0);
		card->state = CARD_FAILED;
	}
	card->state = CARD_READY;
	card->cut = true;
	capacity_reckon(card, NOW);
	assert_int_equal(card->capacity.orphan_keys, 0);
	assert_int_equal(card->capacity.places, 0);
	card->cut = false;
	capacity_reckon(card, NOW);
	assert_int_equal(card->capacity.orphan_keys, 1);
	assert_int_equal(card->capacity.places, 5);
	card_free(card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_situations),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
