/*
 * Any bytes through the one door to the screen: what comes out is valid UTF-8,
 * printable, no wider than asked, the same when it goes through again; folding
 * and masking stay within their buffers.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
check(const struct safe_text *t, int width)
{
	int columns = 0;

	require(t->len <= SAFE_TEXT_MAX && t->s[t->len] == '\0');
	for (size_t i = 0; i < t->len; ) {
		uint32_t c;
		size_t n = text_decode(t->s + i, t->len - i, &c);

		require(n > 0 && c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0));
		columns += text_width(c);
		i += n;
	}
	require(columns == t->width);
	require(width == 0 || t->width <= width);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int widths[] = { 0, 1, 2, 17, 80 };
	struct safe_text once, twice;
	char *s = malloc(len + 1), fold[64], mask[64];

	require(s != NULL);
	memcpy(s, data, len);
	s[len] = '\0';
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		text_safe(&once, s, len, widths[i]);
		check(&once, widths[i]);
		text_safe(&twice, once.s, once.len, widths[i]);
		require(strcmp(once.s, twice.s) == 0);
		require((twice.flags & (TEXT_INVALID | TEXT_HIDDEN)) == 0);
	}
	(void)text_flags(s, len);
	require(text_fold(s, fold, sizeof fold) < sizeof fold);
	require(strlen(text_mask(s, mask, sizeof mask)) < sizeof mask);
	require(text_cut(s, 7) <= 7);
	require(text_find(s, ""));
	free(s);
	return 0;
}
