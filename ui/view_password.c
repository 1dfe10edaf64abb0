#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/pin.h"
#include "ui/views.h"

#define BOX_COLS	64

enum { ACT_BACK = 1, ACT_ENTER, ACT_OTHER };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Send"),
	  .help = N_("Send the case with this password.") },
	{ .key = UK_TAB, .action = ACT_OTHER, .label = N_("Other field"),
	  .help = N_("Go to the other field.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; the case waits.") },
};

struct view {
	int64_t			 id;
	bool			 secret;	/* the password has the keys */
	struct field		 ref;
	struct pin_field	 password;
};

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	v->id = *(const int64_t *)arg;
	v->secret = true;
	pin_field_init(&v->password);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	pin_field_clear(&v->password);
	explicit_bzero(&v->ref, sizeof v->ref);
}

static void
box(struct panel *p, int *rows, int *cols)
{
	struct rect screen = draw_screen();

	(void)p;
	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = 7;
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	int row = draw_paragraph(r, 0, 0, 3, STYLE_TEXT, _("The holder types "
	    "the revocation password. It is used once, goes to the authority "
	    "and is kept nowhere."));
	int col = draw_text(r, row + 1, 0, 0, STYLE_TEXT,
	    _("password:")) + 1;
	int other = draw_text(r, row + 2, 0, 0, STYLE_TEXT,
	    _("reference, if there is one:")) + 1;

	if (other > col)
		col = other;
	field_draw(&v->ref, r, row + 2, col, 0, focused && !v->secret);
	pin_field_draw(&v->password, r, row + 1, col, focused && v->secret);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (v->secret ? pin_field_input(&v->password, in) :
	    field_input(&v->ref, in))
		return UI_HANDLED;
	/* No letter typed here may ever mean something else. */
	return in->kind == INPUT_CHAR ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_OTHER:
		v->secret = !v->secret;
		return UI_HANDLED;
	}
	if (secret_len(v->password.secret) == 0) {
		v->secret = true;
		return UI_HANDLED;
	}
	desk_case_moved(p->desk, v->id, pin_field_take(&v->password),
	    v->ref.text[0] != '\0' ? v->ref.text : NULL);
	return UI_HANDLED | UI_CLOSE;
}

const struct panel_ops view_password_ops = {
	.name = "password",
	.title = N_("Revocation password"),
	.about = N_("The password by which an authority knows the holder; it is "
	    "used for one sending and forgotten."),
	.place = PLACE_BOX,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.box = box,
	.draw = draw,
	.input = input,
	.act = act,
};
