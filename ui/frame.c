#include "config.h"

#include "ui/draw.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The pieces of a frame; their plain look is + - |. */
struct edges {
	const char *tl, *tr, *top, *bl, *br, *h, *v;
};

static const struct edges light = { "┌", "┐", "─", "└", "┘", "─", "│" };
static const struct edges focus = { "┍", "┑", "━", "└", "┘", "─", "│" };
static const struct edges plain = { "+", "+", "-", "+", "+", "-", "|" };
static const struct edges plain_focus = { "+", "+", "=", "+", "+", "-", "|" };

/*
 * The focused frame shows without colour too, by its upper edge alone: to send
 * a whole frame anew at every Tab would be felt on a thin line.
 */
static const struct edges *
edges_for(bool focused)
{
	if (!draw_can(0x2500) || !draw_can(0x250d))
		return focused ? &plain_focus : &plain;
	return focused ? &focus : &light;
}

static void
horizontal(const struct rect *r, int row, enum style style, const char *left,
    const char *line, const char *right)
{
	const struct extent one = { 1, 1 };

	draw_rule(r, row, 0, one, style, left);
	draw_rule(r, row, 1, (struct extent){ 1, r->w - 2 }, style, line);
	draw_rule(r, row, r->w - 1, one, style, right);
}

void
draw_box(const struct rect *r, enum style style)
{
	const struct edges *e = edges_for(false);
	const struct extent side = { r->h - 2, 1 };

	if (r->h < 3 || r->w < 2)
		return;
	horizontal(r, 0, style, e->tl, e->top, e->tr);
	draw_rule(r, 1, 0, side, style, e->v);
	draw_rule(r, 1, r->w - 1, side, style, e->v);
	horizontal(r, r->h - 1, style, e->bl, e->h, e->br);
}

void
draw_frame(const struct rect *r, const char *title, const char *corner,
    bool focused)
{
	const struct edges *e = edges_for(focused);
	const struct extent side = { r->h - 2, 1 };
	int room;

	if (r->h < 2 || r->w < 2)
		return;
	horizontal(r, 0, focused ? STYLE_FRAME_FOCUS : STYLE_FRAME, e->tl,
	    e->top, e->tr);
	draw_rule(r, 1, 0, side, STYLE_FRAME, e->v);
	draw_rule(r, 1, r->w - 1, side, STYLE_FRAME, e->v);
	horizontal(r, r->h - 1, STYLE_FRAME, e->bl, e->h, e->br);
	room = r->w - 6;
	if (corner != NULL && corner[0] != '\0' &&
	    draw_width(corner) + 8 < r->w) {
		char *s = mem_printf(" %s ", corner);

		draw_text_right(r, 0, 2, STYLE_DIM, s);
		room -= draw_width(s) + 1;
		free(s);
	}
	if (title != NULL && title[0] != '\0' && room > 2) {
		char *s = mem_printf(" %s ", title);

		draw_text(r, 0, 2, room + 2,
		    focused ? STYLE_TITLE_FOCUS : STYLE_TITLE, s);
		free(s);
	}
}
