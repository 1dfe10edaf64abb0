#include "config.h"

#include "base/i18n.h"
#include "ui/track.h"

/* Columns between two steps: as many as there is room for. */
enum { GAP_LEAST = 1, GAP_MOST = 2 };

static int
width_of(const char *const *names, size_t n, int gap)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		width += draw_width(_(names[i])) + 2 + (i > 0 ? gap : 0);
	return width;
}

void
track_draw(const struct rect *r, int row, const char *const *names, size_t n,
    size_t at)
{
	/* Where not all fit, only the present one has its name. */
	int gap = width_of(names, n, GAP_MOST) <= r->w ? GAP_MOST : GAP_LEAST;
	bool whole = width_of(names, n, gap) <= r->w;
	int col = 0;

	for (size_t i = 0; i < n; i++) {
		enum style style = i < at ? STYLE_GOOD : i == at ?
		    STYLE_STRONG : STYLE_DIM;

		col += draw_text(r, row, col, 0, style, draw_glyph(i < at ?
		    GLYPH_DOT : i == at ? GLYPH_DOT_HALF : GLYPH_DOT_HOLLOW));
		if (whole || i == at)
			col += 1 + draw_text(r, row, col + 1, 0, style,
			    _(names[i]));
		col += whole ? gap : GAP_LEAST;
	}
}
