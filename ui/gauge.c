#include "config.h"

#include <string.h>

#include "ui/gauge.h"

/* A bar shorter than this tells nothing. */
#define BAR_MIN	4

void
gauge_draw(const struct rect *r, int row, int64_t used, int64_t total,
    const char *words)
{
	gauge_draw_styled(r, row, used, total,
	    used < total ? STYLE_GOOD : STYLE_WARN, words);
}

void
gauge_draw_styled(const struct rect *r, int row, int64_t used, int64_t total,
    enum style style, const char *words)
{
	char bar[SAFE_TEXT_MAX + 1];
	const char *full = draw_glyph(GLYPH_FULL);
	const char *empty = draw_glyph(GLYPH_EMPTY);
	int width = r->w - draw_width(words) - 1, filled;
	size_t len = 0;

	if (width < BAR_MIN) {
		draw_text(r, row, 0, 0, STYLE_TEXT, words);
		return;
	}
	if (used < 0)
		used = 0;
	if (used > total)
		used = total;
	filled = (int)((double)used / (double)total * width + 0.5);
	/* Something is never nothing, and nearly full is not full. */
	if (filled == 0 && used > 0)
		filled = 1;
	if (filled == width && used < total)
		filled = width - 1;
	for (int i = 0; i < width && len + 4 < sizeof(bar); i++) {
		const char *cell = i < filled ? full : empty;

		memcpy(bar + len, cell, strlen(cell));
		len += strlen(cell);
	}
	bar[len] = '\0';
	draw_text(r, row, 0, width, style, bar);
	draw_text(r, row, width + 1, 0, STYLE_TEXT, words);
}
