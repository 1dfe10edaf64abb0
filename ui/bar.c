#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/bar.h"

#define GAP	2		/* columns between two keys */

static int
width_of(const struct key_binding *k)
{
	char name[32];

	return draw_width(keys_name(k, name, sizeof(name))) + 1 +
	    draw_width(_(k->label)) + GAP;
}

static int
put(struct bar *b, const struct rect *r, int col, const struct key_binding *k)
{
	char name[32];
	int start = col;

	if (b->n >= BAR_MAX || col + width_of(k) - GAP > r->w)
		return col;
	col += draw_text(r, 0, col, 0, STYLE_KEY,
	    keys_name(k, name, sizeof(name)));
	col++;
	col += draw_text(r, 0, col, 0, STYLE_KEY_LABEL, _(k->label));
	b->keys[b->n] = k;
	b->at[b->n++] = (struct rect){ r->y, r->x + start, 1, col - start };
	return col + GAP;
}

/* A table's labelled keys, as many as a bar can hold. */
static size_t
labelled(const struct key_binding *k, size_t n, const struct key_binding **out)
{
	size_t found = 0;

	for (size_t i = 0; i < n && found < BAR_MAX; i++)
		if (k[i].label != NULL)
			out[found++] = &k[i];
	return found;
}

static int
width_of_all(const struct key_binding **k, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		width += width_of(k[i]);
	return width;
}

void
bar_draw(struct bar *b, const struct rect *r, const struct key_binding *own,
    size_t nown, const struct key_binding *desk, size_t ndesk)
{
	const struct key_binding *mine[BAR_MAX], *theirs[BAR_MAX];
	size_t m = labelled(own, nown, mine), t = labelled(desk, ndesk, theirs);
	int col = 1, right;

	b->n = 0;
	/* From the desk's middle: help and the way out stay longest. */
	while (m > 0 && t > 2 &&
	    1 + width_of_all(mine, m) + width_of_all(theirs, t) - GAP > r->w) {
		memmove(&theirs[t / 2], &theirs[t / 2 + 1],
		    (t - t / 2 - 1) * sizeof theirs[0]);
		t--;
	}
	right = width_of_all(theirs, t);
	for (size_t i = 0; i < m; i++)
		if (col + width_of(mine[i]) + right - GAP <= r->w)
			col = put(b, r, col, mine[i]);
	if (r->w - right > col)
		col = r->w - right + GAP - 1;
	for (size_t i = 0; i < t; i++)
		col = put(b, r, col, theirs[i]);
}

const struct key_binding *
bar_hit(const struct bar *b, int y, int x)
{
	for (size_t i = 0; i < b->n; i++)
		if (rect_has(&b->at[i], y, x))
			return b->keys[i];
	return NULL;
}
