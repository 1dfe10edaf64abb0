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

/* The figure that the binding rule counts in, when there is one. */
static void
draw_figure(const struct rect *r, int *row, const struct capacity *c)
{
	if (c->rule == CAPACITY_MEMORY && c->free_bytes >= 0 &&
	    c->total_bytes > 0)
		gauge_draw(r, (*row)++, c->total_bytes - c->free_bytes,
		    c->total_bytes);
	else if (c->places > 0)
		gauge_draw(r, (*row)++, c->used, c->places);
	else if (c->free_bytes >= 0 && c->total_bytes > 0)
		gauge_draw(r, (*row)++, c->total_bytes - c->free_bytes,
		    c->total_bytes);
}

static void
draw_why(const struct rect *r, int *row, const struct capacity *c)
{
	char buf[256];

	if (c->places > 0 && c->rule != CAPACITY_UNKNOWN)
		*row += draw_textf(r, *row, 0, 0, STYLE_TEXT,
		    _("%s: %d of %d used"), words_capacity_rule(c->rule),
		    c->used, c->places) > 0;
	else
		*row += draw_text(r, *row, 0, 0, STYLE_TEXT,
		    words_capacity_rule(c->rule)) > 0;
	if (words_memory(c, buf, sizeof(buf))[0] != '\0')
		*row += draw_text(r, *row, 0, 0, STYLE_TEXT, buf) > 0;
	if (c->by == KNOWN_NOT)
		return;
	*row += draw_textf(r, *row, 0, 0, STYLE_DIM,
	    c->source[0] != '\0' ? "(%s: %s)" : "(%s)",
	    words_known_by(c->by), c->source) > 0;
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct card *card = desk_card(p->desk);
	const struct capacity *c;
	char buf[512], tidy[256];
	int row = 0;

	(void)focused;
	if (card == NULL || card->state == CARD_ABSENT ||
	    (card->state == CARD_READING && card->ntokens == 0)) {
		draw_text(r, 0, 0, 0, STYLE_DIM, card != NULL &&
		    card->state == CARD_READING ? _("reading...") : _("no card"));
		return;
	}
	c = &card->capacity;
	row += draw_paragraph(r, row, 0, r->h, mood(c),
	    words_capacity(c, buf, sizeof(buf)));
	draw_figure(r, &row, c);
	draw_why(r, &row, c);
	if (words_tidy(c, tidy, sizeof(tidy))[0] != '\0') {
		snprintf(buf, sizeof(buf), _("to clean up: %s"), tidy);
		draw_paragraph(r, row, 0, r->h - row, STYLE_WARN, buf);
	}
}

static unsigned
act(struct panel *p, int action)
{
	if (action == ACT_DETAILS && desk_card(p->desk) != NULL)
		desk_open(p->desk, &view_card_ops, NULL);
	return UI_HANDLED;
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
	.act = act,
};
