#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/views.h"

#define BOX_COLS	64

enum { ACT_BACK = 1, ACT_ENTER, ACT_UP, ACT_DOWN };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Take what is chosen."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; nothing has been done."),
	  .modes = IN_KIOSK },
	{ .key = UK_UP, .action = ACT_UP,
	  .help = N_("Choose; a digit does too."),
	  .modes = IN_KIOSK },
	{ .key = UK_DOWN, .action = ACT_DOWN,
	  .modes = IN_KIOSK },
};

struct view {
	struct choose_of	 of;		/* its asker is not to be used */
	unsigned		 asker;
	size_t			 at;
};

static void
open_view(struct panel *p, const void *arg)
{
	const struct choose_of *of = arg;
	struct view *v = p->state;

	v->of = *of;
	v->asker = of->asker->id;
	v->at = of->first;
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	(void)buf;
	(void)size;
	return _(((struct view *)p->state)->of.title);
}

static void
box(struct panel *p, int *rows, int *cols)
{
	const struct view *v = p->state;
	struct rect screen = draw_screen();

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = draw_lines(_(v->of.question), *cols) + 1 + (int)v->of.n;
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct view *v = p->state;
	int row = draw_paragraph(r, 0, 0, r->h, STYLE_TEXT,
	    _(v->of.question)) + 1;

	for (size_t i = 0; i < v->of.n && row < r->h; i++, row++) {
		bool chosen = i == v->at;
		enum style style = chosen ? STYLE_SELECTED : STYLE_TEXT;

		draw_fill(r, row, 0, 0, style);
		draw_textf(r, row, 0, 0, style, "%s %zu  %s", chosen ?
		    draw_glyph(GLYPH_SELECTED) : " ", i + 1,
		    _(v->of.names[i]));
		if (chosen && focused)
			draw_cursor(r, row, 0);
	}
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (in->kind != INPUT_CHAR)
		return UI_IGNORED;
	if (in->ch >= '1' && in->ch - '1' < v->of.n && !in->pasted)
		v->at = in->ch - '1';
	return UI_HANDLED;
}

/* Closed first, so that what the asker opens stands on top. */
static unsigned
take(struct panel *p)
{
	struct view v = *(struct view *)p->state;
	struct desk *d = p->desk;
	struct panel *asker = desk_find_panel(d, v.asker);

	desk_close(d, p);
	if (asker != NULL)
		v.of.take(asker, v.at);
	return UI_HANDLED;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_ENTER:
		return take(p);
	case ACT_UP:
		v->at = (v->at + v->of.n - 1) % v->of.n;
		break;
	case ACT_DOWN:
		v->at = (v->at + 1) % v->of.n;
		break;
	}
	return UI_HANDLED;
}

const struct panel_ops view_choose_ops = {
	.name = "choose",
	.title = N_("Choice"),
	.about = N_("One of several, for what is being done."),
	.place = PLACE_BOX,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.title_now = title_now,
	.box = box,
	.draw = draw,
	.input = input,
	.act = act,
};
