#include "config.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/pinbox.h"
#include "ui/tokenname.h"
#include "ui/views.h"

#define BOX_COLS	64

enum { ACT_BACK = 1, ACT_ENTER };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Send"),
	  .help = N_("Sign the request with the officer's card and send it.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; the case waits.") },
};

struct view {
	struct desk		*desk;
	int64_t			 id;
	char			*reader;	/* the card it was opened for */
	unsigned		 card;
	struct token_name	 token;
	struct pinbox		 pin;
};

static const struct card *
card_of(const struct view *v)
{
	return desk_find_card(v->desk, v->reader, v->card);
}

static const struct token *
token_of(const struct view *v)
{
	return token_named(&v->token, card_of(v));
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct officer_of *of = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	v->id = of->id;
	v->reader = mem_strdup(of->card->reader);
	v->card = of->card->serial;
	token_name_set(&v->token, of->token);
	pinbox_begin(&v->pin, of->token);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	pinbox_clear(&v->pin);
	token_name_clear(&v->token);
	free(v->reader);
}

void
view_officer_open(struct panel *p, int64_t id, const struct authority *a)
{
	struct officer_of of = { .id = id };
	struct err err = ERR_INIT;

	of.card = desk_officer_card(p->desk, a, &of.token);
	if (of.card != NULL) {
		desk_open_over(p, &view_officer_ops, &of);
		return;
	}
	(void)err_set(&err, ERR_OFFICER_CARD, a->name, NULL);
	desk_open_over(p, &view_message_ops, &(struct message){ .err = &err });
}

/* --- drawing --------------------------------------------------------------- */

static void
box(struct panel *p, int *rows, int *cols)
{
	const struct view *v = p->state;
	struct rect screen = draw_screen();

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = 3 + pinbox_rows(&v->pin, *cols);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct view *v = p->state;
	const struct token *t = token_of(v);
	int row;

	if (t == NULL)
		return;
	row = draw_paragraph(r, 0, 0, 2, STYLE_TEXT, _("The request is signed "
	    "in the officer's card; the PIN is used once and forgotten."));
	pinbox_draw(&v->pin, t, r, row, focused);
}

/* --- keys -------------------------------------------------------------------- */

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	const struct token *t = token_of(v);
	struct secret *pin = NULL;

	if (action == ACT_BACK || t == NULL)
		return UI_HANDLED | UI_CLOSE;
	switch (pinbox_enter(&v->pin, t, &pin)) {
	case PINBOX_SEND:
		desk_case_signed(v->desk, v->id, v->reader, t, pin);
		return UI_HANDLED | UI_CLOSE;
	case PINBOX_CLOSE:
		return UI_HANDLED | UI_CLOSE;
	default:
		return UI_HANDLED;
	}
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return pinbox_input(&v->pin, in) ? UI_HANDLED : UI_IGNORED;
}

static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;
	struct err err = ERR_INIT;

	if (token_of(v) != NULL)
		return UI_HANDLED;
	token_gone(card_of(v), v->reader, &err);
	desk_tell_error(p->desk, &err);
	return UI_HANDLED | UI_CLOSE;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->pin.err;
}

const struct panel_ops view_officer_ops = {
	.name = "officer",
	.title = N_("Officer's card"),
	.about = N_("The PIN of the officer's card, to sign one request with "
	    "it. It goes to the card and is forgotten."),
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
	.changed = changed,
	.problem = problem,
};
