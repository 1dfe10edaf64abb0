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

/* Keys on their way into the bar, with the columns that each takes. */
struct row {
	const struct key_binding *keys[BAR_MAX];
	int			  widths[BAR_MAX];
	size_t			  n;
};

static int
put(struct bar *b, const struct rect *r, int col, const struct row *row,
    size_t i)
{
	const struct key_binding *k = row->keys[i];
	char name[32];
	int start = col;

	if (b->n >= BAR_MAX || col + row->widths[i] - GAP > r->w)
		return col;
	col += draw_text(r, 0, col, 0, STYLE_KEY,
	    keys_name(k, name, sizeof(name)));
	col++;
	col += draw_text(r, 0, col, 0, STYLE_KEY_LABEL, _(k->label));
	b->keys[b->n] = k;
	b->at[b->n++] = (struct rect){ r->y, r->x + start, 1, col - start };
	return col + GAP;
}

/* A table's labelled keys that can be used, as many as a bar can hold. */
static void
labelled(const struct bar_keys *k, struct row *out)
{
	out->n = 0;
	for (size_t i = 0; i < k->n && out->n < BAR_MAX; i++)
		if (k->keys[i].label != NULL && (k->can == NULL ||
		    k->can(k->arg, k->keys[i].action))) {
			out->keys[out->n] = &k->keys[i];
			out->widths[out->n++] = width_of(&k->keys[i]);
		}
}

static int
width_of_all(const struct row *r)
{
	int width = 0;

	for (size_t i = 0; i < r->n; i++)
		width += r->widths[i];
	return width;
}

static void
drop(struct row *r, size_t i)
{
	for (r->n--; i < r->n; i++) {
		r->keys[i] = r->keys[i + 1];
		r->widths[i] = r->widths[i + 1];
	}
}

/* The one that can be spared soonest, from a level on; 0: none can. */
static int
sparest(const struct row *r, int from, size_t *at)
{
	int most = from - 1;

	for (size_t i = 0; i < r->n; i++)
		if (r->keys[i]->spare > most) {
			most = r->keys[i]->spare;
			*at = i;
		}
	return most < from ? 0 : most;
}

/* Of the desk's, help and the way out stay in any case. */
static bool
drop_one(struct row *own, struct row *desk)
{
	size_t mine = 0, theirs = 0;
	int a = sparest(own, KEY_EARLY, &mine), b = sparest(desk, 1, &theirs);

	if (a > 0 || b > 0)
		drop(a > b ? own : desk, a > b ? mine : theirs);
	else if (sparest(own, 1, &mine) > 0)
		drop(own, mine);
	else
		return false;
	return true;
}

void
bar_draw(struct bar *b, const struct rect *r, const struct bar_keys *own,
    const struct bar_keys *desk)
{
	struct row mine, theirs;
	int col, right;

	b->n = 0;
	labelled(own, &mine);
	labelled(desk, &theirs);
	while (width_of_all(&mine) + width_of_all(&theirs) - GAP > r->w &&
	    drop_one(&mine, &theirs))
		;
	/* One column of air in front, unless it is needed. */
	col = width_of_all(&mine) + width_of_all(&theirs) - GAP != r->w;
	right = width_of_all(&theirs);
	for (size_t i = 0; i < mine.n; i++)
		if (col + mine.widths[i] + right - GAP <= r->w)
			col = put(b, r, col, &mine, i);
	if (r->w - right > col)
		col = r->w - right + GAP - 1;
	for (size_t i = 0; i < theirs.n; i++)
		col = put(b, r, col, &theirs, i);
}

const struct key_binding *
bar_hit(const struct bar *b, int y, int x)
{
	for (size_t i = 0; i < b->n; i++)
		if (rect_has(&b->at[i], y, x))
			return b->keys[i];
	return NULL;
}
