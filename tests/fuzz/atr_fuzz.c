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
	struct lens_rule rule = { .aid = { 0xa0 }, .aid_len = 1,
		.token_info = { { 0x50, 0x32 }, 2 }, .keys = -1,
		.directories = { { { 0x44, 4 }, 2 } }, .ndirectories = 1 };
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

/* A directory's file, whatever is in it. */
struct file {
	uint8_t	bytes[LENS_DIRECTORY_MAX];
	size_t	size;
};

static long
use_file(const uint8_t *command, size_t command_len, uint8_t *answer,
    size_t *len, void *arg)
{
	struct file *f = arg;
	size_t at = (size_t)command[2] << 8 | command[3], n = command[4];

	*len = 0;
	if (command[1] == 0xb0) {
		n = n == 0 ? 256 : n;
		require(at + n <= f->size);
		memcpy(answer, f->bytes + at, n);
		*len = n;
	} else if (command[1] == 0xd6) {
		require(command_len == 5 + n && at + n <= f->size);
		memcpy(f->bytes + at, command + 5, n);
	} else if (command[2] == 8) {
		memcpy(answer, (const uint8_t[]){ 0x6f, 4, 0x81, 2,
		    (uint8_t)(f->size >> 8), (uint8_t)f->size }, 6);
		*len = 6;
	}
	memcpy(answer + *len, "\x90\x00", 2);
	*len += 2;
	return LENS_OK;
}

/* From the first half to the second: that is what there is in the end. */
static void
as_written(const uint8_t *data, size_t len)
{
	static const uint8_t selects[][7] = { { 0, 0xa4, 4, 0, 1, 0xa0 },
		{ 0, 0xa4, 8, 0, 2, 0x44, 4 } };
	struct lens_rule rule = { .aid = { 0xa0 }, .aid_len = 1, .keys = -1,
		.directories = { { { 0x44, 4 }, 2 } }, .ndirectories = 1 };
	static struct lens lens;
	static struct file file;
	struct lens_link link;
	uint8_t answer[LENS_ANSWER_MAX];
	const uint8_t *want = data + len / 2;
	size_t got = sizeof(answer);

	file.size = len / 2 < LENS_DIRECTORY_MAX ? len / 2 : LENS_DIRECTORY_MAX;
	memcpy(file.bytes, data, file.size);
	memset(&lens, 0, sizeof(lens));
	lens.mode = LENS_WRITING;
	lens.rules = &rule;
	lens.nrules = 1;
	lens_link_init(&link);
	for (size_t i = 0; i < 2; i++, got = sizeof(answer))
		(void)lens_transmit(&lens, &link, selects[i], 6 + i, answer,
		    &got, use_file, &file);
	for (size_t at = 0, n; at < file.size; at += n, got = sizeof(answer)) {
		uint8_t command[5 + 255] = { 0, 0xd6, (uint8_t)(at >> 8),
		    (uint8_t)at };

		n = file.size - at < 255 ? file.size - at : 255;
		command[4] = (uint8_t)n;
		memcpy(command + 5, want + at, n);
		require(lens_transmit(&lens, &link, command, 5 + n, answer,
		    &got, use_file, &file) == LENS_OK);
	}
	require(memcmp(file.bytes, want, file.size) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	as_atr(data, len);
	as_pattern(data, len);
	as_directory(data, len);
	as_answers(data, len);
	as_written(data, len);
	return 0;
}
