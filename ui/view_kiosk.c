#include "config.h"

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/views.h"
#include "ui/visit.h"

#define COLS	44		/* of the choices, where there is room */

enum { ACT_END = 1, ACT_ENTER, ACT_UP, ACT_DOWN, ACT_DIGIT, ACT_UNLOCK };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Choose"),
	  .help = N_("Do what is marked; a digit does so at once."),
	  .modes = ONLY_KIOSK },
	{ .ch = '1', .action = ACT_DIGIT,
	  .help = N_("Do what has that digit."),
	  .modes = ONLY_KIOSK },
	{ .ch = '2', .action = ACT_DIGIT },
	{ .ch = '3', .action = ACT_DIGIT },
	{ .ch = '4', .action = ACT_DIGIT },
	{ .key = UK_UP, .action = ACT_UP, .modes = ONLY_KIOSK },
	{ .key = UK_DOWN, .action = ACT_DOWN, .modes = ONLY_KIOSK },
	{ .key = UK_ESC, .action = ACT_END, .label = N_("End, wipe"),
	  .help = N_("End the visit: the screen is wiped, and nothing of it is "
	  "kept."),
	  .modes = ONLY_KIOSK },
	{ .key = UK_F12, .action = ACT_UNLOCK, .label = N_("Staff"),
	  .help = N_("With a card of the staff in the reader: open the whole "
	  "desk."),
	  .modes = ONLY_KIOSK },
};

static void
open_answers(struct desk *d)
{
	desk_answers(d, NULL);
}

static void
open_card(struct desk *d)
{
	desk_open(d, &view_mycard_ops, NULL);
}

static void
open_lost(struct desk *d)
{
	desk_open(d, &view_lost_ops, NULL);
}

static void
open_order(struct desk *d)
{
	desk_open(d, &view_myorder_ops, NULL);
}

static const struct {
	const char	*words;
	void		(*open)(struct desk *);
} choices[] = {
	{ N_("Check my card"), open_card },
	{ N_("I have lost my card"), open_lost },
	{ N_("Where is my order?"), open_order },
	{ N_("I have another question"), open_answers },
};

#define NCHOICES	(sizeof choices / sizeof choices[0])

struct view {
	size_t		 at;
	struct rect	 rows[NCHOICES];	/* where they stand */
};

/* --- drawing ------------------------------------------------------------------ */

static void
draw_choice(struct view *v, size_t i, const struct rect *r, bool focused)
{
	enum style style = i != v->at ? STYLE_TEXT : focused ?
	    STYLE_SELECTED : STYLE_SELECTED_IDLE;

	v->rows[i] = *r;
	draw_fill(r, 0, 0, 0, style);
	draw_text(r, 0, 0, 1, style, i == v->at ?
	    draw_glyph(GLYPH_SELECTED) : " ");
	draw_textf(r, 0, 2, 1, i == v->at ? style : STYLE_KEY, "%zu", i + 1);
	draw_text(r, 0, 5, 0, style, _(choices[i].words));
	if (i == v->at && focused)
		draw_cursor(r, 0, 0);
}

static const char *
hint(struct panel *p)
{
	const struct card *c = desk_card(p->desk);

	if (view_unlock_can(p->desk))
		return _("A card of the staff: F12 opens the desk.");
	if (c == NULL)
		return _("Press a digit.");
	if (c->state == CARD_ABSENT)
		return _("Put the card in, or press a digit.");
	return _("The card is in the reader: press 1.");
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	/* Air between what is to be read from a step away. */
	int step = r->h >= 14 ? 2 : 1, n = (int)NCHOICES;
	int used = 2 + n * step + 2, cols = r->w < COLS ? r->w : COLS;
	struct rect in = { r->y, r->x + (r->w - cols) / 2, r->h, cols };
	int row = r->h > used ? (r->h - used) / 2 : 0;

	draw_text(&in, row, 0, 0, STYLE_STRONG,
	    _("Good day. What would you like to do?"));
	row += 2;
	for (size_t i = 0; i < NCHOICES; i++, row += step) {
		struct rect line = { in.y + row, in.x, row < in.h, in.w };

		draw_choice(v, i, &line, focused);
	}
	if (row < in.h)
		draw_paragraph(&in, row + (row + 1 < in.h), 0, 2, STYLE_TEXT,
		    hint(p));
}

/* --- keys ------------------------------------------------------------------------ */

static unsigned
choose(struct panel *p, size_t i)
{
	((struct view *)p->state)->at = i;
	choices[i].open(p->desk);
	return UI_HANDLED;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	const struct view *v = p->state;

	if (in->kind == INPUT_CHAR && !in->pasted && in->ch >= '1' &&
	    in->ch < '1' + NCHOICES)
		return choose(p, in->ch - '1');
	for (size_t i = 0; in->kind == INPUT_CLICK && i < NCHOICES; i++)
		if (rect_has(&v->rows[i], in->y, in->x))
			return choose(p, i);
	return UI_IGNORED;
}

static bool
can(struct panel *p, int action)
{
	switch (action) {
	case ACT_END:
		return desk_visit(p->desk) != NULL &&
		    visit_runs(desk_visit(p->desk));
	case ACT_UNLOCK:
		return view_unlock_can(p->desk);
	}
	return true;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_END:
		visit_end(desk_visit(p->desk));
		break;
	case ACT_ENTER:
		return choose(p, v->at);
	case ACT_UP:
		v->at -= v->at > 0;
		break;
	case ACT_DOWN:
		v->at += v->at + 1 < NCHOICES;
		break;
	case ACT_UNLOCK:
		view_unlock_open(p->desk);
		break;
	}
	return UI_HANDLED;
}

const struct panel_ops view_kiosk_ops = {
	.name = "kiosk",
	.title = N_("Self-service"),
	.about = N_("What can be done here alone: look at a card, report a lost "
	    "one, ask where an order stands, find an answer."),
	.place = PLACE_FULL,
	.modes = ONLY_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
};
