#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/pin.h"
#include "ui/views.h"
#include "ui/words.h"

#define BOX_COLS	60

enum { ACT_BACK = 1, ACT_ENTER, ACT_UP, ACT_DOWN };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Choose the token; send the PIN to the card.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; no try is spent before Enter.") },
	{ .key = UK_UP, .action = ACT_UP },
	{ .key = UK_DOWN, .action = ACT_DOWN },
};

enum stage {
	STAGE_TOKEN,		/* several: whose PIN? */
	STAGE_TYPE,
	STAGE_LAST,		/* typed, but it is the last try: sure? */
	STAGE_WAIT,		/* the card is asked */
	STAGE_LOCKED		/* nothing can be done here */
};

struct view {
	struct desk		*desk;
	enum stage		 stage;
	char			*reader;	/* the card it was opened for */
	unsigned		 card;
	size_t			 token;		/* the chosen one */
	struct pin_field	 field;
	struct err		 err;		/* how the last try went */
};

static const struct panel_ops view_pin_ops;

static const struct card *
card_of(const struct view *v)
{
	return desk_find_card(v->desk, v->reader, v->card);
}

static const struct token *
token_of(const struct view *v)
{
	const struct card *c = card_of(v);

	return c != NULL && v->token < c->ntokens ? &c->tokens[v->token] : NULL;
}

static void
begin_token(struct view *v)
{
	const struct token *t = token_of(v);

	v->stage = t != NULL && words_pin_mood(&t->pin) < 0 ? STAGE_LOCKED :
	    STAGE_TYPE;
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct card *c = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	v->reader = mem_strdup(c->reader);
	v->card = c->serial;
	pin_field_init(&v->field);
	if (c->ntokens > 1)
		v->stage = STAGE_TOKEN;
	else
		begin_token(v);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	pin_field_clear(&v->field);
	free(v->reader);
}

void
view_pin_open(struct desk *d)
{
	const struct card *c = desk_card(d);

	if (c == NULL || c->state == CARD_ABSENT)
		desk_message(d, "PIN", _("There is no card to enter a PIN for."));
	else if (c->ntokens == 0)
		desk_message(d, "PIN", c->state == CARD_READING ?
		    _("The card is still being read.") :
		    _("No card software knows this card, so it has no PIN "
		    "that could be entered here."));
	else
		desk_open(d, &view_pin_ops, c);
}

/* --- drawing ----------------------------------------------------------- */

static int
draw_choice(const struct view *v, const struct rect *r)
{
	const struct card *c = card_of(v);
	char buf[256];
	int row = draw_paragraph(r, 0, 0, r->h, STYLE_STRONG, _("Whose PIN?"));

	for (size_t i = 0; c != NULL && i < c->ntokens; i++, row++) {
		enum style style = i == v->token ? STYLE_SELECTED : STYLE_TEXT;
		struct rect line = { r->y + row, r->x, 1, r->w };

		if (row >= r->h)
			break;
		draw_fill(&line, 0, 0, 0, style);
		draw_textf(&line, 0, 0, 0, style, "%s %s: %s",
		    i == v->token ? draw_glyph(GLYPH_SELECTED) : " ",
		    c->tokens[i].label,
		    words_pin(&c->tokens[i].pin, buf, sizeof(buf)));
		if (i == v->token)
			draw_cursor(&line, 0, 0);
	}
	return row;
}

/* What has to be known before the first character is typed. */
static int
draw_token(const struct view *v, const struct token *t, const struct rect *r)
{
	static const enum style moods[] = { STYLE_BAD, STYLE_WARN, STYLE_TEXT };
	char state[256], buf[512];
	int row = 0;

	row += draw_text(r, row, 0, 0, STYLE_STRONG, t->label) > 0;
	words_pin(&t->pin, state, sizeof(state));
	snprintf(buf, sizeof(buf), _("PIN: %s"), state);
	row += draw_paragraph(r, row, 0, r->h - row,
	    moods[words_pin_mood(&t->pin) + 1], buf);
	if (v->err.code == ERR_NONE)
		return row;
	row += draw_paragraph(r, row, 0, r->h - row, STYLE_BAD,
	    err_sentence(&v->err, buf, sizeof(buf)));
	row += draw_paragraph(r, row, 0, r->h - row, STYLE_TEXT,
	    err_next(&v->err, buf, sizeof(buf)));
	return row;
}

static int
draw_type(const struct view *v, const struct token *t, const struct rect *r,
    int row, bool focused)
{
	int col;

	if (t->pin.pinpad)
		return row + draw_paragraph(r, row, 0, r->h - row, STYLE_STRONG,
		    _("Press Enter, then type the PIN on the reader's keys."));
	col = draw_textf(r, row + 1, 0, 0, STYLE_TEXT, "%s ", _("PIN:"));
	pin_field_draw(&v->field, r, row + 1, col, focused);
	if (t->pin.min > 0 && t->pin.max >= t->pin.min)
		draw_textf(r, row + 2, 0, 0, STYLE_DIM,
		    _("%d to %d characters"), t->pin.min, t->pin.max);
	return row + 3;
}

/* Draws it all and returns how many rows that took. */
static int
draw_all(const struct view *v, const struct rect *r, bool focused)
{
	const struct token *t = token_of(v);
	int row;

	if (v->stage == STAGE_TOKEN || t == NULL)
		return draw_choice(v, r);
	row = draw_token(v, t, r);
	switch (v->stage) {
	case STAGE_TYPE:
		return draw_type(v, t, r, row, focused);
	case STAGE_LAST:
		return row + draw_paragraph(r, row + 1, 0, r->h - row - 1,
		    STYLE_BAD, _("This is the last try: if the PIN is wrong, "
		    "it will be locked. Enter sends it, Esc gives up.")) + 1;
	case STAGE_WAIT:
		return row + draw_paragraph(r, row + 1, 0, r->h - row - 1,
		    STYLE_TEXT, t->pin.pinpad ?
		    _("Type the PIN on the reader's keys now.") :
		    _("The card is being asked...")) + 1;
	default:
		return row + draw_paragraph(r, row + 1, 0, r->h - row - 1,
		    STYLE_TEXT, _("Unlock it with the PUK in the issuer's "
		    "program, or ask the issuer.")) + 1;
	}
}

/* Room for every stage, so that the box does not jump from one to the next. */
static void
box(struct panel *p, int *rows, int *cols)
{
	const struct view *v = p->state;
	const struct card *c = card_of(v);
	struct rect screen = draw_screen();
	char buf[512];

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = 6;
	if (v->stage == STAGE_TOKEN && c != NULL)
		*rows = (int)c->ntokens + 1;
	if (v->err.code == ERR_NONE)
		return;
	*rows += draw_lines(err_sentence(&v->err, buf, sizeof(buf)), *cols);
	*rows += draw_lines(err_next(&v->err, buf, sizeof(buf)), *cols);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	draw_all(p->state, r, focused);
}

/* --- keys -------------------------------------------------------------- */

static void
send_pin(struct panel *p)
{
	struct view *v = p->state;
	const struct token *t = token_of(v);
	struct secret *pin = NULL;

	if (t == NULL)
		return;
	if (!t->pin.pinpad)
		pin = pin_field_take(&v->field);
	v->stage = STAGE_WAIT;
	err_clear(&v->err);
	desk_login(p, v->reader, t, pin);
}

/* Wrong by length alone: the card is not bothered, no try is spent. */
static bool
length_fits(struct view *v, const struct token *t)
{
	int n = (int)secret_len(v->field.secret);

	if (t->pin.pinpad)
		return true;
	if (n > 0 && n >= t->pin.min && (t->pin.max <= 0 || n <= t->pin.max))
		return true;
	err_clear(&v->err);
	err_set(&v->err, ERR_PIN_LENGTH, t->label, NULL);
	secret_wipe(v->field.secret);
	return false;
}

static unsigned
enter(struct panel *p)
{
	struct view *v = p->state;
	const struct token *t = token_of(v);

	if (t == NULL)
		return UI_HANDLED | UI_CLOSE;
	switch (v->stage) {
	case STAGE_TOKEN:
		begin_token(v);
		break;
	case STAGE_TYPE:
		if (!length_fits(v, t))
			break;
		if (t->pin.final || t->pin.tries == 1)
			v->stage = STAGE_LAST;
		else
			send_pin(p);
		break;
	case STAGE_LAST:
		send_pin(p);
		break;
	case STAGE_LOCKED:
		return UI_HANDLED | UI_CLOSE;
	case STAGE_WAIT:
		break;
	}
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
act(struct panel *p, int action)
{
	struct view *v = p->state;
	const struct card *c = card_of(v);

	if (action == ACT_BACK)
		return UI_HANDLED | UI_CLOSE;
	if (action == ACT_ENTER)
		return enter(p);
	if (v->stage == STAGE_TOKEN && c != NULL && c->ntokens > 0)
		v->token = (v->token + (action == ACT_DOWN ? 1 :
		    c->ntokens - 1)) % c->ntokens;
	return UI_HANDLED;
}

static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;
	struct err err = ERR_INIT;

	if (card_of(v) != NULL)
		return UI_HANDLED;
	err_set(&err, ERR_CARD_REMOVED, v->reader, NULL);
	desk_error(p->desk, &err);
	return UI_HANDLED | UI_CLOSE;
}

static unsigned
answer(struct panel *p, const struct err *err)
{
	struct view *v = p->state;

	if (err->code == ERR_NONE)
		return UI_HANDLED | UI_CLOSE;
	v->err = *err;
	v->stage = err->code == ERR_PIN_LOCKED ? STAGE_LOCKED : STAGE_TYPE;
	return UI_HANDLED;
}

static const struct panel_ops view_pin_ops = {
	.name = "pin",
	.title = "PIN",
	.about = N_("The PIN of a token, to list its private keys too. "
	    "It goes to the card and is forgotten."),
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
	.answer = answer,
};
