/* The issuer's limit on one card, out of the counter's own settings. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cards.h"
#include "base/mem.h"
#include "card/limit.h"
#include "card/record.h"

#define NOW	(1000 * DAY)

static struct authority list[] = {
	{ .id = (char *)"loose", .name = (char *)"Loose", .key_ids =
	    { .v = { (char *)"AA11AA11" }, .n = 1 }, .max_certificates = 5,
	    .checked_on = (char *)"2026-10-01", .organization_id = (char *)"" },
	{ .id = (char *)"strict", .name = (char *)"", .key_ids =
	    { .v = { (char *)"BB22BB22" }, .n = 1 }, .max_certificates = 3,
	    .checked_on = (char *)"", .organization_id = (char *)"" },
	{ .id = (char *)"silent", .name = (char *)"Silent", .key_ids =
	    { .v = { (char *)"CC33CC33" }, .n = 1 },
	    .checked_on = (char *)"", .organization_id = (char *)"" },
};

static const struct authorities all = { list, 3 };

static struct card *
card_of(const char *const *keys)
{
	struct card *card = card_new("R");

	card->state = CARD_READY;
	for (unsigned i = 0; keys[i] != NULL; i++) {
		struct card_cert *c = cards_cert(card, i + 1, "", 1, NOW + DAY);

		free(c->cert->aki);
		c->cert->aki = mem_strdup(keys[i]);
		c->cert->qc.compliance = true;
	}
	return card;
}

static void
test_limit_of_settings(void **state)
{
	static const struct {
		const char	*keys[4];
		int		 limit, more;
		const char	*source;
	} rows[] = {
		{ { "AA11AA11" }, 5, 4, "Loose, 2026-10-01" },
		{ { "AA11AA11", "BB22BB22" }, 3, 1, "strict" },
		{ { "BB22BB22", "AA11AA11" }, 3, 1, "strict" },
		{ { "CC33CC33" }, 0, -1, "" },
		{ { "DD44DD44" }, 0, -1, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct card *card = card_of(rows[i].keys);

		limit_apply(card, &all);
		limit_apply(card, &all);	/* as on every new part */
		capacity_reckon(card, NOW);
		assert_int_equal(card->model.issuer_limit, rows[i].limit);
		assert_int_equal(card->capacity.more, rows[i].more);
		assert_string_equal(card->capacity.source, rows[i].source);
		if (rows[i].limit > 0)
			assert_int_equal(card->capacity.by, KNOWN_CONFIG);
		card_free(card);
	}
}

/* What a counter has looked up lately counts more than our table. */
static void
test_settings_before_table(void **state)
{
	static const char *const keys[] = { "AA11AA11", NULL };
	struct card *card = card_of(keys);

	(void)state;
	card->model.issuer_limit = 2;
	card->model.issuer_limit_by = KNOWN_TABLE;
	limit_apply(card, &all);
	assert_int_equal(card->model.issuer_limit, 5);
	card->certs[0].cert->is_ca = true;
	card->model.issuer_limit_by = KNOWN_TABLE;
	card->model.issuer_limit = 2;
	limit_apply(card, &all);
	assert_int_equal(card->model.issuer_limit, 2);
	card_free(card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit_of_settings),
		cmocka_unit_test(test_settings_before_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
