#include "config.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/views.h"

#define BOX_COLS	56

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = 1, .label = N_("Back"),
	  .help = N_("Put the message away; any other key does too.") },
	{ .key = UK_ENTER, .action = 1 },
};

struct state {
	char	*title, *text;
};

static void
open_message(struct panel *p, const void *arg)
{
	const struct message *m = arg;
	struct state *s = p->state;

	s->title = mem_strdup(m->title);
	s->text = mem_strdup(m->text);
}

static void
close_message(struct panel *p)
{
	struct state *s = p->state;

	free(s->title);
	free(s->text);
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	struct state *s = p->state;

	(void)buf;
	(void)size;
	return s->title != NULL ? s->title : _("Message");
}

static void
box(struct panel *p, int *rows, int *cols)
{
	struct state *s = p->state;
	struct rect screen = draw_screen();

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = draw_lines(s->text, *cols);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct state *s = p->state;

	(void)focused;
	draw_paragraph(r, 0, 0, r->h, STYLE_TEXT, s->text);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	(void)p;
	return in->kind == INPUT_CHAR ? UI_HANDLED | UI_CLOSE : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	(void)p;
	(void)action;
	return UI_HANDLED | UI_CLOSE;
}

const struct panel_ops view_message_ops = {
	.name = "message",
	.title = N_("Message"),
	.about = N_("One sentence about what happened."),
	.place = PLACE_BOX,
	.size = sizeof(struct state),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_message,
	.close = close_message,
	.box = box,
	.title_now = title_now,
	.draw = draw,
	.input = input,
	.act = act,
};
