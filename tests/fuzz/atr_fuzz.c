/*
 * Any bytes as what a card says before it is known, and as the directories it
 * then tells: an ATR, an ATR's pattern in a model's file, EF(PrKDF),
 * EF(UnusedSpace).
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "card/model.h"
#include "card/p15.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
as_atr(const uint8_t *data, size_t len)
{
	struct card_model model;
	struct model_probe probe;
	size_t hist, hist_len;
	int found;

	if (atr_valid(data, len, &hist, &hist_len))
		require(hist + hist_len <= len && hist_len < 16);
	found = model_find(data, len, &model);
	require(found == (model.id[0] != '\0'));
	require(found == model_find_probe(model_table(), data, len, &probe));
	require(len <= CARD_ATR_MAX || !found);
	model_clear(&model);
}

/* What is taken for a pattern has two digits a byte and nothing else. */
static void
as_pattern(const uint8_t *data, size_t len)
{
	uint8_t atr[CARD_ATR_MAX], mask[CARD_ATR_MAX];
	char *s = malloc(len + 1);
	size_t n, plain;

	require(s != NULL);
	memcpy(s, data, len);
	s[len] = '\0';
	n = atr_parse(s, atr, mask, sizeof(atr));
	require(n <= sizeof(atr) && 2 * n <= strlen(s));
	plain = atr_parse(s, atr, NULL, sizeof(atr));
	require(plain == 0 || plain == n);
	for (size_t i = 0; i < plain; i++)
		require(mask[i] == 0xff);
	free(s);
}

static void
as_directory(const uint8_t *data, size_t len)
{
	struct card *card = card_new("R");

	(void)p15_parse_keys(card, 1, data, len);
	require(p15_entries(data, len) <= (long)(len + 1) / 2);
	require(card->nkeys <= CARD_KEYS_MAX);
	for (size_t i = 0; i < card->nkeys; i++)
		require(card->keys[i].is_private &&
		    strlen(card->keys[i].id) <= 510);
	require(p15_unused_bytes(data, len) >= -1);
	card_free(card);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	as_atr(data, len);
	as_pattern(data, len);
	as_directory(data, len);
	return 0;
}
