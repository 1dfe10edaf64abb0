#include "config.h"

#include "ui/tabs.h"

void
tabs_begin(struct tabs *t)
{
	t->n = 0;
}

void
tabs_add(struct tabs *t, const struct rect *line, const char *name, int chosen)
{
	int col = 0, used;

	if (t->n >= TABS_MAX)
		return;
	if (t->n > 0)
		col = t->at[t->n - 1].x + t->at[t->n - 1].w - line->x;
	/* Brackets, so that the chosen one shows even without attributes. */
	used = draw_textf(line, 0, col, 0,
	    chosen ? STYLE_SELECTED : STYLE_DIM,
	    chosen ? "[%s]" : " %s ", name);
	t->at[t->n++] = (struct rect){ line->y, line->x + col, line->h, used };
}

int
tabs_hit(const struct tabs *t, int y, int x)
{
	for (size_t i = 0; i < t->n; i++)
		if (rect_has(&t->at[i], y, x))
			return (int)i;
	return -1;
}
