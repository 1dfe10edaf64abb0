#include "config.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/desk.h"
#include "ui/pinbox.h"
#include "ui/tokenname.h"
#include "ui/views.h"
#include "ui/words.h"

#define BOX_COLS	60

enum { ACT_BACK = 1, ACT_ENTER, ACT_UP, ACT_DOWN };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Choose the token; send the PIN to the card."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; no try is spent before Enter."),
	  .modes = IN_KIOSK },
	{ .key = UK_UP, .action = ACT_UP,
	  .modes = IN_KIOSK },
	{ .key = UK_DOWN, .action = ACT_DOWN,
	  .modes = IN_KIOSK },
};

struct view {
	struct desk		*desk;
	bool			 choosing;	/* several tokens: whose PIN? */
	char			*reader;	/* the card it was opened for */
	unsigned		 card;
	struct token_name	 token;		/* the chosen one */
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
	const struct card *c = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	v->reader = mem_strdup(c->reader);
	v->card = c->serial;
	v->choosing = c->ntokens > 1;
	token_name_set(&v->token, &c->tokens[0]);
	if (!v->choosing)
		pinbox_begin(&v->pin, token_of(v));
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
view_pin_open(struct desk *d)
{
	const struct card *c = desk_card(d);

	if (c == NULL || c->state == CARD_ABSENT)
		desk_message(d, "PIN", N_("There is no card to enter a PIN for."));
	else if (c->ntokens == 0)
		desk_message(d, "PIN", c->state == CARD_READING ?
		    N_("The card is still being read.") :
		    N_("No card software knows this card, so it has no PIN "
		    "that could be entered here."));
	else
		desk_open(d, &view_pin_ops, c);
}

/* --- drawing ----------------------------------------------------------- */

static void
draw_choice(const struct view *v, const struct rect *r)
{
	const struct card *c = card_of(v);
	const struct token *chosen = token_of(v);
	char buf[256];
	int row = draw_paragraph(r, 0, 0, r->h, STYLE_STRONG, _("Whose PIN?"));

	for (size_t i = 0; c != NULL && i < c->ntokens; i++, row++) {
		bool is = &c->tokens[i] == chosen;
		enum style style = is ? STYLE_SELECTED : STYLE_TEXT;
		struct rect line = { r->y + row, r->x, 1, r->w };

		if (row >= r->h)
			break;
		draw_fill(&line, 0, 0, 0, style);
		draw_textf(&line, 0, 0, 0, style, "%s %s: %s",
		    is ? draw_glyph(GLYPH_SELECTED) : " ",
		    c->tokens[i].label,
		    words_pin(&c->tokens[i].pin, buf, sizeof(buf)));
		if (is)
			draw_cursor(&line, 0, 0);
	}
}

static void
box(struct panel *p, int *rows, int *cols)
{
	const struct view *v = p->state;
	const struct card *c = card_of(v);
	struct rect screen = draw_screen();

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = v->choosing && c != NULL ? (int)c->ntokens + 1 :
	    pinbox_rows(&v->pin, *cols);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct view *v = p->state;
	const struct token *t = token_of(v);

	if (v->choosing)
		draw_choice(v, r);
	else if (t != NULL)
		pinbox_draw(&v->pin, t, r, 0, focused);
}

/* --- keys -------------------------------------------------------------- */

static unsigned
enter(struct panel *p)
{
	struct view *v = p->state;
	const struct token *t = token_of(v);
	struct secret *pin = NULL;

	if (t == NULL)
		return UI_HANDLED | UI_CLOSE;
	if (v->choosing) {
		v->choosing = false;
		pinbox_begin(&v->pin, t);
		return UI_HANDLED;
	}
	switch (pinbox_enter(&v->pin, t, &pin)) {
	case PINBOX_SEND:
		desk_login(p, v->reader, t, pin);
		return UI_HANDLED;
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

	if (!v->choosing)
		return pinbox_input(&v->pin, in) ? UI_HANDLED : UI_IGNORED;
	/* No letter typed here may ever mean something else. */
	return in->kind == INPUT_CHAR ? UI_HANDLED : UI_IGNORED;
}

static void
choose(struct view *v, bool down)
{
	const struct card *c = card_of(v);
	const struct token *t = token_of(v);
	size_t at;

	if (!v->choosing || t == NULL)
		return;
	at = (size_t)(t - c->tokens);
	token_name_set(&v->token, &c->tokens[(at + (down ? 1 :
	    c->ntokens - 1)) % c->ntokens]);
}

static unsigned
act(struct panel *p, int action)
{
	if (action == ACT_BACK)
		return UI_HANDLED | UI_CLOSE;
	if (action == ACT_ENTER)
		return enter(p);
	choose(p->state, action == ACT_DOWN);
	return UI_HANDLED;
}

static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;
	struct err err = ERR_INIT;

	if (token_of(v) != NULL || (card_of(v) != NULL &&
	    v->pin.stage == PINBOX_WAIT))
		return UI_HANDLED;
	if (v->choosing && card_of(v) != NULL && card_of(v)->ntokens > 0) {
		token_name_set(&v->token, &card_of(v)->tokens[0]);
		return UI_HANDLED;
	}
	token_gone(card_of(v), v->reader, &err);
	desk_tell_error(p->desk, &err);
	return UI_HANDLED | UI_CLOSE;
}

static unsigned
answer(struct panel *p, const struct err *err)
{
	struct view *v = p->state;

	if (pinbox_answer(&v->pin, err))
		return UI_HANDLED | UI_CLOSE;
	if (token_of(v) != NULL)
		return UI_HANDLED;
	/* Where the token has gone there is nothing to try again. */
	desk_tell_error(p->desk, err);
	return UI_HANDLED | UI_CLOSE;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->pin.err;
}

const struct panel_ops view_pin_ops = {
	.name = "pin",
	.title = "PIN",
	.about = N_("The PIN of a token, to list its private keys too. "
	    "It goes to the card and is forgotten."),
	.place = PLACE_BOX,
	.modes = IN_KIOSK,
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
	.problem = problem,
};
