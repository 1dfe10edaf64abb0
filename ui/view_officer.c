#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/pin.h"
#include "ui/views.h"
#include "ui/words.h"

#define BOX_COLS	64

enum { ACT_BACK = 1, ACT_ENTER };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Send"),
	  .help = N_("Sign the request with the officer's card and send it.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; the case waits.") },
};

enum stage {
	STAGE_TYPE,
	STAGE_LAST,		/* typed, but it is the last try: sure? */
	STAGE_LOCKED		/* nothing can be done here */
};

struct view {
	struct desk		*desk;
	enum stage		 stage;
	int64_t			 id;
	char			*reader;	/* the card it was opened for */
	unsigned		 card;
	size_t			 token;
	struct pin_field	 field;
	bool			 unfit;		/* by its length: nothing was sent */
};

static const struct token *
token_of(const struct view *v)
{
	const struct card *c = desk_find_card(v->desk, v->reader, v->card);

	return c != NULL && v->token < c->ntokens ? &c->tokens[v->token] : NULL;
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
	v->token = (size_t)(of->token - of->card->tokens);
	pin_field_init(&v->field);
	if (words_pin_mood(&of->token->pin) < 0)
		v->stage = STAGE_LOCKED;
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	pin_field_clear(&v->field);
	free(v->reader);
}

void
view_officer_open(struct desk *d, int64_t id, const struct authority *a)
{
	struct officer_of of = { .id = id };
	struct err err = ERR_INIT;

	of.card = desk_officer_card(d, a, &of.token);
	if (of.card != NULL) {
		desk_open(d, &view_officer_ops, &of);
		return;
	}
	(void)err_set(&err, ERR_OFFICER_CARD, a->name, NULL);
	desk_error(d, &err);
}

/* --- drawing --------------------------------------------------------------- */

static void
box(struct panel *p, int *rows, int *cols)
{
	struct rect screen = draw_screen();

	(void)p;
	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = 9;
}

static void
draw_type(const struct view *v, const struct token *t, const struct rect *r,
    int row, bool focused)
{
	int col;

	if (t->pin.pinpad) {
		draw_paragraph(r, row, 0, r->h - row, STYLE_STRONG,
		    _("Press Enter, then type the PIN on the reader's keys."));
		return;
	}
	col = draw_textf(r, row, 0, 0, STYLE_TEXT, "%s ", _("PIN:"));
	pin_field_draw(&v->field, r, row, col, focused);
	if (t->pin.min > 0 && t->pin.max >= t->pin.min)
		draw_textf(r, row + 1, 0, 0, v->unfit ? STYLE_BAD : STYLE_DIM,
		    _("%d to %d characters"), t->pin.min, t->pin.max);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	static const enum style moods[] = { STYLE_BAD, STYLE_WARN, STYLE_TEXT };
	const struct view *v = p->state;
	const struct token *t = token_of(v);
	char state[256], buf[512];
	int row;

	if (t == NULL)
		return;
	row = draw_paragraph(r, 0, 0, 2, STYLE_TEXT, _("The request is signed "
	    "in the officer's card; the PIN is used once and forgotten."));
	row += draw_text(r, row, 0, 0, STYLE_STRONG, t->label) > 0;
	words_pin(&t->pin, state, sizeof(state));
	snprintf(buf, sizeof(buf), _("PIN: %s"), state);
	row += draw_paragraph(r, row, 0, 2, moods[words_pin_mood(&t->pin) + 1],
	    buf);
	if (v->stage == STAGE_TYPE)
		draw_type(v, t, r, row + 1, focused);
	else
		draw_paragraph(r, row + 1, 0, r->h - row - 1,
		    v->stage == STAGE_LAST ? STYLE_BAD : STYLE_TEXT,
		    v->stage == STAGE_LAST ?
		    _("This is the last try: if the PIN is wrong, "
		    "it will be locked. Enter sends it, Esc gives up.") :
		    _("Unlock it with the PUK in the issuer's "
		    "program, or ask the issuer."));
}

/* --- keys -------------------------------------------------------------------- */

static unsigned
send_case(struct view *v, const struct token *t)
{
	desk_case_signed(v->desk, v->id, v->reader, t, t->pin.pinpad ? NULL :
	    pin_field_take(&v->field));
	return UI_HANDLED | UI_CLOSE;
}

/* Wrong by length alone: the card is not bothered, no try is spent. */
static bool
length_fits(struct view *v, const struct token *t)
{
	int n = (int)secret_len(v->field.secret);

	v->unfit = !t->pin.pinpad && (n == 0 || n < t->pin.min ||
	    (t->pin.max > 0 && n > t->pin.max));
	if (v->unfit)
		secret_wipe(v->field.secret);
	return !v->unfit;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	const struct token *t = token_of(v);

	if (action == ACT_BACK || t == NULL || v->stage == STAGE_LOCKED)
		return UI_HANDLED | UI_CLOSE;
	if (v->stage == STAGE_LAST)
		return send_case(v, t);
	if (!length_fits(v, t))
		return UI_HANDLED;
	if (!t->pin.final && t->pin.tries != 1)
		return send_case(v, t);
	v->stage = STAGE_LAST;
	return UI_HANDLED;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (v->stage == STAGE_TYPE && pin_field_input(&v->field, in))
		return UI_HANDLED;
	/* No letter typed here may ever mean something else. */
	return in->kind == INPUT_CHAR ? UI_HANDLED : UI_IGNORED;
}

static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;
	struct err err = ERR_INIT;

	if (token_of(v) != NULL)
		return UI_HANDLED;
	err_set(&err, ERR_CARD_REMOVED, v->reader, NULL);
	desk_error(p->desk, &err);
	return UI_HANDLED | UI_CLOSE;
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
};
