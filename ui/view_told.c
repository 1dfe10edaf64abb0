#include "config.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/jsontext.h"
#include "ui/page.h"
#include "ui/views.h"

#define LABEL_COLS	22

enum { ACT_BACK = 1 };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were.") },
};

struct view {
	struct page	 page;
	const char	*title;		/* msgid */
	json_t		*json;
};

static void
open_view(struct panel *p, const void *arg)
{
	const struct told *t = arg;
	struct view *v = p->state;

	v->title = t->title;
	v->json = json_deep_copy(t->json);
}

static void
close_view(struct panel *p)
{
	json_decref(((struct view *)p->state)->json);
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	(void)buf;
	(void)size;
	return _(((struct view *)p->state)->title);
}

static void
say(void *arg, int depth, const char *name, const char *value)
{
	struct page *page = arg;

	if (value[0] == '\0' && depth <= 1)
		page_heading(page, name);
	else if (value[0] == '\0')
		page_text(page, STYLE_STRONG, name);
	else
		page_field(page, name, STYLE_TEXT, value);
}

static void
content(struct page *page, void *arg)
{
	struct view *v = arg;

	page_labels(page, LABEL_COLS);
	jsontext(v->json, say, page);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	page_draw(&v->page, r, focused, content, v);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	(void)p;
	return action == ACT_BACK ? UI_HANDLED | UI_CLOSE : UI_IGNORED;
}

const struct panel_ops view_told_ops = {
	.name = "told",
	.title = N_("What is kept of this person"),
	.about = N_("Everything the registry keeps of one person, and what its "
	    "journal says was done with it."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.title_now = title_now,
	.draw = draw,
	.input = input,
	.act = act,
};
