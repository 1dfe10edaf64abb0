#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/views.h"

#define BOX_COLS	56

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = 1, .label = N_("Back"),
	  .help = N_("Put the message away; a letter does too, unless it came by itself."),
	  .modes = IN_KIOSK },
	{ .key = UK_ENTER, .action = 1 },
};

struct state {
	char		*title, *text;	/* as in struct message */
	bool		 by_itself;
	struct err	 err;
};

static void
open_message(struct panel *p, const void *arg)
{
	const struct message *m = arg;
	struct state *s = p->state;

	s->title = mem_strdup(m->title);
	s->text = mem_strdup(m->text);
	s->by_itself = m->by_itself;
	if (m->err != NULL)
		s->err = *m->err;
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
	return _(s->title != NULL ? s->title : N_("Message"));
}

static const char *
text_now(const struct state *s, char *buf, size_t size)
{
	char what[512], next[512];

	if (s->text != NULL)
		return _(s->text);
	(void)snprintf(buf, size, "%s %s",
	    err_sentence(&s->err, what, sizeof what),
	    err_next(&s->err, next, sizeof next));
	return buf;
}

static void
box(struct panel *p, int *rows, int *cols)
{
	struct state *s = p->state;
	struct rect screen = draw_screen();
	char text[1100];

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = draw_lines(text_now(s, text, sizeof text), *cols);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct state *s = p->state;
	char text[1100];

	(void)focused;
	draw_paragraph(r, 0, 0, r->h, STYLE_TEXT, text_now(s, text, sizeof text));
}

/* But for the desk's own letter for what is behind an error. */
static unsigned
input(struct panel *p, const struct input *in)
{
	const struct state *s = p->state;

	/* Letters were meant for what it came over, a PIN may be; so is a paste. */
	if (s->by_itself && (in->pasted || in->kind == INPUT_CHAR))
		return UI_HANDLED;
	if (in->kind != INPUT_CHAR || (in->ch == '!' && s->text == NULL))
		return UI_IGNORED;
	return UI_HANDLED | UI_CLOSE;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct state *)p->state)->err;
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
	.modes = IN_KIOSK,
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
	.problem = problem,
};
