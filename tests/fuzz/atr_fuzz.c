/*
 * Any bytes as what a card says before it is known, and as the directories it
 * then tells: an ATR, an ATR's pattern in a model's file, EF(PrKDF),
 * EF(UnusedSpace), and what comes through a lens.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "card/lens.h"
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

/* A length, so many bytes, and again; past the end the card is gone. */
struct answers {
	const uint8_t	*data;
	size_t		 len;
};

static long
next_answer(const uint8_t *command, size_t command_len, uint8_t *answer,
    size_t *len, void *arg)
{
	struct answers *a = arg;
	size_t n;

	require(command_len >= 5 && command[0] == 0);
	if (a->len == 0)
		return 1;
	n = a->data[0] < a->len ? a->data[0] : a->len - 1;
	n = n < *len ? n : *len;
	memcpy(answer, a->data + 1, n);
	*len = n;
	a->data += 1 + n;
	a->len -= 1 + n;
	return LENS_OK;
}

/* Two insertions of what OpenSC asks; a status is always within the answer. */
static void
as_answers(const uint8_t *data, size_t len)
{
	static const uint8_t commands[][10] = {
		{ 0, 0xa4, 4, 0, 1, 0xa0 }, { 0, 0xa4, 8, 0, 2, 0x44, 4 },
		{ 0, 0xb0, 0, 0, 0 }, { 0, 0xb0, 1, 0, 0 }, { 0, 0xb0, 2, 0, 9 },
		{ 0, 0xa4, 8, 0, 2, 0x50, 0x32, 0 }, { 0, 0xb0, 0, 0, 9 },
		{ 0, 0x20, 0, 1, 0 },
	};
	static const size_t lengths[] = { 6, 7, 5, 5, 5, 8, 5, 5 };
	struct lens_rule rule = { { 0xa0 }, 1, { { 0x50, 0x32 }, 2 },
		{ { { 0x44, 4 }, 2 } }, 1 };
	static struct lens lens;
	struct answers answers = { data, len };
	struct lens_link link;

	memset(&lens, 0, sizeof(lens));
	lens.rules = &rule;
	lens.nrules = 1;
	for (size_t i = 0; i < 2 * sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t n = i % (sizeof(lengths) / sizeof(lengths[0]));
		uint8_t answer[LENS_ANSWER_MAX];
		size_t got = sizeof(answer);

		if (n == 0)
			lens_link_init(&link);
		(void)lens_transmit(&lens, &link, commands[n], lengths[n],
		    answer, &got, next_answer, &answers);
		require(got <= sizeof(answer));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	as_atr(data, len);
	as_pattern(data, len);
	as_directory(data, len);
	as_answers(data, len);
	return 0;
}
