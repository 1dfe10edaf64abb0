#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/views.h"
#include "ui/visit.h"

enum { ACT_END = 1, ACT_ENTER, ACT_UP, ACT_DOWN, ACT_DIGIT, ACT_UNLOCK };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Choose"),
	  .spare = KEY_EARLY + 1,
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

/* Pixels of the digits on the largest keys, a bit each, the highest at the left. */
#define BIG_W	5
#define BIG_H	6

static const unsigned char big[NCHOICES][BIG_H] = {
	{ 0x04, 0x0c, 0x04, 0x04, 0x04, 0x0e },
	{ 0x0e, 0x11, 0x02, 0x04, 0x08, 0x1f },
	{ 0x1e, 0x01, 0x0e, 0x01, 0x01, 0x1e },
	{ 0x02, 0x06, 0x0a, 0x1f, 0x02, 0x02 },
};

/* How large it all is: rows of a key, columns of it, rows from one to the next. */
struct measure {
	int key_h, key_w, step, cols;
};

static const struct measure measures[] = {
	{ 5, 11, 6, 64 },	/* the first that has room */
	{ 3, 7, 4, 48 },
	{ 3, 5, 3, 36 },
	{ 1, 3, 2, 36 },
	{ 1, 3, 1, 0 },
};

#define COLS_MIN	48	/* of it all, where there is room */
#define NMEASURES	(sizeof measures / sizeof measures[0])
#define AROUND		5	/* rows: greeting, hint of two lines, air */

static const struct measure *
measure(const struct rect *r)
{
	size_t i = 0;

	while (i + 1 < NMEASURES && (r->w < measures[i].cols ||
	    r->h < (int)NCHOICES * measures[i].step + AROUND -
	    (measures[i].step == measures[i].key_h)))
		i++;
	return &measures[i];
}

static void
draw_big(const struct rect *r, int row, int col, enum style style, size_t i)
{
	static const char *const look[] = { " ", "▄", "▀", "█" };

	for (int y = 0; y < BIG_H; y += 2)
		for (int x = 0; x < BIG_W; x++) {
			unsigned up = big[i][y] >> (BIG_W - 1 - x) & 1;
			unsigned low = big[i][y + 1] >> (BIG_W - 1 - x) & 1;

			draw_text(r, row + y / 2, col + x, 1, style,
			    look[up << 1 | low]);
		}
}

/* A key as it lies on the keyboard, with what it does beside it. */
static void
draw_choice(struct view *v, size_t i, const struct rect *r,
    const struct measure *m, bool focused)
{
	bool at = i == v->at;
	enum style style = !at ? STYLE_TEXT : focused ? STYLE_SELECTED :
	    STYLE_SELECTED_IDLE;
	enum style digit = at ? style : STYLE_KEY;
	struct rect key = { r->y, r->x + 2, m->key_h, m->key_w };
	int middle = m->key_h / 2;

	v->rows[i] = *r;
	for (int row = 0; row < r->h; row++)
		draw_fill(r, row, 0, 0, style);
	draw_text(r, middle, 0, 1, style, at ? draw_glyph(GLYPH_SELECTED) : " ");
	if (m->key_h > 1)
		draw_box(&key, style);
	if (m->key_h > 3 && draw_can(0x2580) && draw_can(0x2584) &&
	    draw_can(0x2588))
		draw_big(&key, 1, (m->key_w - BIG_W) / 2, digit, i);
	else
		draw_textf(&key, middle, m->key_w / 2, 1, digit, "%zu", i + 1);
	draw_text(r, middle, m->key_w + 4, 0, at ? style : STYLE_STRONG,
	    _(choices[i].words));
	if (at && focused)
		draw_cursor(r, middle, 0);
}

static const char *
hint(struct panel *p, enum style *style)
{
	const struct card *c = desk_card(p->desk);

	*style = STYLE_TEXT;
	if (view_unlock_can(p->desk))
		return _("A card of the staff: F12 opens the desk.");
	if (c == NULL)
		return _("Press a digit.");
	if (c->state == CARD_ABSENT)
		return _("Put the card in, or press a digit.");
	if (!card_is_there(c)) {
		*style = STYLE_WARN;
		return _("A card was left here. Take it out and give it to the "
		    "staff; if it is yours, put it in again.");
	}
	return _("The card is in the reader: press 1.");
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	const struct measure *m = measure(r);
	int cols = m->cols > COLS_MIN ? m->cols : COLS_MIN;
	struct rect in = *r;
	int all = (int)NCHOICES * m->step + 4, air = r->h - all > 1;
	int row = r->h > all ? (r->h - all - air) / 2 : 0;
	enum style style;

	if (cols < r->w) {
		in.x += (r->w - cols) / 2;
		in.w = cols;
	}
	draw_text(&in, row, 0, 0, STYLE_STRONG,
	    _("Good day. What would you like to do?"));
	row += 1 + air;
	for (size_t i = 0; i < NCHOICES; i++, row += m->step) {
		int rows = in.h - row < m->key_h ? in.h - row : m->key_h;
		struct rect line = { in.y + row, in.x, rows > 0 ? rows : 0,
		    in.w };

		draw_choice(v, i, &line, m, focused);
	}
	row += air && m->step == m->key_h;
	if (row < in.h) {
		const char *words = hint(p, &style);

		draw_paragraph(&in, row, 0, 3, style, words);
	}
}

/* Whoever does not understand the rest looks for this. */
static const char *
corner(struct panel *p, char *buf, size_t size)
{
	(void)p;
	snprintf(buf, size, "F9 %s", _("Po polsku"));
	return buf;
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
	.corner = corner,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
};
