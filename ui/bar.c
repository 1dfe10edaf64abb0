#include "config.h"

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

void
bar_draw(struct bar *b, const struct rect *r, const struct key_binding *own,
    size_t nown, const struct key_binding *desk, size_t ndesk)
{
	int col = 1, right = 0;

	b->n = 0;
	for (size_t i = 0; i < ndesk; i++)
		if (desk[i].label != NULL)
			right += width_of(&desk[i]);
	for (size_t i = 0; i < nown; i++)
		if (own[i].label != NULL &&
		    col + width_of(&own[i]) + right <= r->w)
			col = put(b, r, col, &own[i]);
	if (r->w - right > col)
		col = r->w - right + GAP - 1;
	for (size_t i = 0; i < ndesk; i++)
		if (desk[i].label != NULL)
			col = put(b, r, col, &desk[i]);
}

const struct key_binding *
bar_hit(const struct bar *b, int y, int x)
{
	for (size_t i = 0; i < b->n; i++)
		if (rect_has(&b->at[i], y, x))
			return b->keys[i];
	return NULL;
}
