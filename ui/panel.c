#include "config.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/panel.h"

struct panel *
panel_new(const struct panel_ops *ops, struct desk *desk, const void *arg)
{
	static unsigned last;	/* ids are never used again, so one counter */
	struct panel *p = mem_alloc(sizeof(*p));

	p->ops = ops;
	p->desk = desk;
	p->id = ++last;
	p->state = mem_alloc(ops->size > 0 ? ops->size : 1);
	if (ops->open != NULL)
		ops->open(p, arg);
	return p;
}

void
panel_free(struct panel *p)
{
	if (p == NULL)
		return;
	if (p->ops->close != NULL)
		p->ops->close(p);
	free(p->state);
	free(p);
}

void
panel_draw(struct panel *p, const struct rect *r, bool focused)
{
	char title[256], corner[64];
	struct rect in = rect_inside(*r);

	p->at = *r;
	if (r->h <= 0 || r->w <= 0)
		return;
	for (int i = 0; i < r->h; i++)
		draw_fill(r, i, 0, 0, STYLE_TEXT);
	draw_frame(r, p->ops->title_now != NULL ?
	    p->ops->title_now(p, title, sizeof(title)) : _(p->ops->title),
	    p->ops->corner != NULL ?
	    p->ops->corner(p, corner, sizeof(corner)) : NULL, focused);
	/* One column of air on each side, where there is any to give. */
	if (in.w > 30) {
		in.x++;
		in.w -= 2;
	}
	if (focused)
		draw_cursor(&in, 0, 0);
	p->ops->draw(p, &in, focused);
}

unsigned
panel_input(struct panel *p, const struct input *in)
{
	unsigned did = UI_IGNORED;
	int action;

	if (p->ops->input != NULL)
		did = p->ops->input(p, in);
	if (did != UI_IGNORED)
		return did;
	action = keys_usable(p->ops->keys, p->ops->nkeys, panel_can, p, in);
	return action != 0 ? p->ops->act(p, action) : UI_IGNORED;
}

bool
panel_can(const void *panel, int action)
{
	struct panel *p = (struct panel *)(uintptr_t)panel;

	return keys_has(p->ops->keys, p->ops->nkeys, action,
	    desk_setup(p->desk)->mode) &&
	    (p->ops->can == NULL || p->ops->can(p, action));
}
