#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/gauge.h"
#include "ui/views.h"
#include "ui/words.h"

enum { ACT_DETAILS = 1 };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_DETAILS, .label = N_("Details"),
	  .help = N_("Open everything known of this card.") },
};

static enum style
mood(const struct capacity *c)
{
	if (c->rule == CAPACITY_UNKNOWN || c->more < 0)
		return STYLE_STRONG;
	return c->more == 0 ? STYLE_BAD : c->more == 1 ? STYLE_WARN :
	    STYLE_GOOD;
}

/*
 * Places for certificates, taken and free, whatever they are reckoned from;
 * nothing where that would be a guess.
 */
static void
draw_places(const struct rect *r, int *row, const struct capacity *c)
{
	char words[64];
	int total = c->places;

	if (c->more < 0)
		return;
	if (c->rule == CAPACITY_MEMORY)
		total = c->used + c->more;
	if (total <= 0)
		return;
	snprintf(words, sizeof(words), c->rule == CAPACITY_ISSUER ?
	    _("%d of %d qualified") : _("%d of %d places"), c->used, total);
	gauge_draw(r, (*row)++, c->used, total, words);
}

/* Why so many, and what to clean up: shorter words where room is short. */
static void
draw_why(const struct rect *r, int row, const struct capacity *c,
    const char *why)
{
	char tidy[256], what[256], memory[128];
	int room = r->h - row, lines;

	tidy[0] = '\0';
	if (words_tidy(c, what, sizeof(what))[0] != '\0')
		snprintf(tidy, sizeof(tidy), _("to clean up: %s"), what);
	lines = draw_lines(tidy, r->w);
	if (lines > 0 && draw_lines(why, r->w) + lines > room) {
		snprintf(tidy, sizeof(tidy), _("clean up: %s"),
		    words_tidy_brief(c, what, sizeof(what)));
		lines = draw_lines(tidy, r->w);
	}
	if (lines >= room)
		lines = room - 1;
	row += draw_paragraph(r, row, 0, room - lines, STYLE_TEXT, why);
	row += draw_paragraph(r, row, 0, r->h - row, STYLE_WARN, tidy);
	if (c->rule != CAPACITY_MEMORY)
		draw_text(r, row, 0, 0, STYLE_DIM,
		    words_memory(c, memory, sizeof(memory)));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct card *card = desk_card(p->desk);
	char buf[512];
	int row = 0;

	(void)focused;
	if (card == NULL || card->state == CARD_ABSENT) {
		draw_text(r, 0, 0, 0, STYLE_DIM, _("no card"));
		return;
	}
	/* Half a card would seem to have more room than it has. */
	if (card->state == CARD_READING) {
		draw_text(r, 0, 0, 0, STYLE_DIM, _("reading..."));
		return;
	}
	row += draw_paragraph(r, row, 0, r->h, mood(&card->capacity),
	    words_capacity(&card->capacity, buf, sizeof(buf)));
	draw_places(r, &row, &card->capacity);
	draw_why(r, row, &card->capacity,
	    words_capacity_basis(card, buf, sizeof(buf)));
}

static unsigned
act(struct panel *p, int action)
{
	if (action == ACT_DETAILS && desk_card(p->desk) != NULL)
		desk_open(p->desk, &view_card_ops, NULL);
	return UI_HANDLED;
}

static const char *
question(struct panel *p)
{
	const struct card *c = desk_card(p->desk);

	return p == desk_top(p->desk) || (c != NULL && c->capacity.more == 0) ?
	    "capacity" : NULL;
}

const struct panel_ops panel_capacity_ops = {
	.name = "capacity",
	.title = N_("Capacity"),
	.about = N_("How many more certificates fit on this card, which rule "
	    "says so, and how that is known."),
	.place = PLACE_PANEL,
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.draw = draw,
	.question = question,
	.act = act,
};
