#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/views.h"

#define BOX_COLS	64

enum { ACT_BACK = 1, ACT_YES };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_YES, .label = N_("Do it"),
	  .help = N_("Do what is asked about."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; nothing has been done."),
	  .modes = IN_KIOSK },
};

struct view {
	const char	*title;
	char		*text;		/* as in struct sure_of */
	unsigned	 asker;
	int		 what;
	ask_fn		*take;
	void		(*no)(struct desk *);
};

static void
open_view(struct panel *p, const void *arg)
{
	const struct sure_of *of = arg;
	struct view *v = p->state;

	v->title = of->title;
	v->asker = of->asker->id;
	v->what = of->what;
	v->take = of->take;
	v->no = of->no;
	v->text = mem_strdup(of->text);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (v->no != NULL)
		v->no(p->desk);
	/* It may quote what somebody looked for. */
	explicit_bzero(v->text, strlen(v->text));
	free(v->text);
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	(void)buf;
	(void)size;
	return _(((struct view *)p->state)->title);
}

static void
box(struct panel *p, int *rows, int *cols)
{
	const struct view *v = p->state;
	struct rect screen = draw_screen();

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = draw_lines(_(v->text), *cols);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct view *v = p->state;

	draw_paragraph(r, 0, 0, r->h, STYLE_TEXT, _(v->text));
	if (focused)
		draw_cursor(r, 0, 0);
}

/* No letter typed here may ever mean something else. */
static unsigned
input(struct panel *p, const struct input *in)
{
	(void)p;
	return in->kind == INPUT_CHAR ? UI_HANDLED : UI_IGNORED;
}

/* Closed first, so that what the asker opens stands on top. */
static unsigned
act(struct panel *p, int action)
{
	struct view v = *(struct view *)p->state;
	struct desk *d = p->desk;
	struct panel *asker = desk_find_panel(d, v.asker);

	if (action == ACT_BACK)
		return UI_HANDLED | UI_CLOSE;
	((struct view *)p->state)->no = NULL;
	desk_close(d, p);
	if (asker != NULL)
		v.take(asker, v.what, NULL);
	return UI_HANDLED;
}

const struct panel_ops view_sure_ops = {
	.name = "sure",
	.title = N_("Question"),
	.about = N_("Whether something is to be done that cannot be taken "
	    "back."),
	.place = PLACE_BOX,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.title_now = title_now,
	.box = box,
	.draw = draw,
	.input = input,
	.act = act,
};
