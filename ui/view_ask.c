#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/complete.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/views.h"

#define BOX_COLS	64

enum { ACT_BACK = 1, ACT_ENTER, ACT_COMPLETE };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Take what was typed."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; nothing has been done."),
	  .modes = IN_KIOSK },
	{ .key = UK_TAB, .action = ACT_COMPLETE, .label = N_("Complete"),
	  .help = N_("Complete the name of the file or folder.") },
};

struct view {
	const char	*title, *question;
	bool		 may_be_empty, file;
	unsigned	 job;		/* completing, or 0 */
	unsigned	 asker;
	int		 what;
	ask_fn		*take;
	struct field	 field;
};

/* A stick that is in is where such files come from. */
static void
completed(const struct completion *c, void *arg)
{
	struct panel *p = arg;
	struct view *v = p->state;
	char *stick;

	v->job = 0;
	if (v->field.text[0] == '\0' && c->usb.n > 0) {
		stick = mem_printf("%s/", c->usb.v[0].folder);
		field_set(&v->field, stick);
		free(stick);
	} else {
		complete_field(c, &v->field);
	}
	desk_dirty(p->desk);
}

static void
complete(struct panel *p)
{
	struct view *v = p->state;

	worker_cancel(desk_files(p->desk), v->job);
	v->job = complete_start(desk_files(p->desk), v->field.text, false, completed,
	    p);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct ask_of *of = arg;
	struct view *v = p->state;

	v->title = of->title;
	v->question = of->question;
	v->may_be_empty = of->may_be_empty;
	v->asker = of->asker->id;
	v->what = of->what;
	v->take = of->take;
	v->file = of->file;
	if (of->first != NULL)
		field_set(&v->field, of->first);
	else if (v->file)
		complete(p);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (v->job != 0)
		worker_cancel(desk_files(p->desk), v->job);
	explicit_bzero(&v->field, sizeof v->field);
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
	*rows = draw_lines(_(v->question), *cols) + 1;
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct view *v = p->state;
	int row = draw_paragraph(r, 0, 0, r->h, STYLE_TEXT, _(v->question));

	field_draw(&v->field, r, row, 0, 0, focused);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (field_input(&v->field, in))
		return UI_HANDLED;
	/* No letter typed here may ever mean something else. */
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
	if (action == ACT_COMPLETE) {
		complete(p);
		return UI_HANDLED;
	}
	if (!v.may_be_empty && v.field.text[strspn(v.field.text, " ")] == '\0')
		return UI_HANDLED;
	desk_close(d, p);
	if (asker != NULL)
		v.take(asker, v.what, v.field.text);
	explicit_bzero(&v, sizeof v);
	return UI_HANDLED;
}

static bool
can(struct panel *p, int action)
{
	return action != ACT_COMPLETE || ((struct view *)p->state)->file;
}

const struct panel_ops view_ask_ops = {
	.name = "ask",
	.title = N_("Question"),
	.about = N_("One line, for what is being done."),
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
	.can = can,
};
