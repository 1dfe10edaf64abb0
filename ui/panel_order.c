#include "config.h"

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/field.h"

enum { ACT_ASK = 1 };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ASK, .label = N_("Ask"),
	  .help = N_("Ask where the order stands.") },
};

struct order {
	struct field	field;
};

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct order *o = p->state;
	int used = draw_textf(r, 0, 0, r->w / 2, STYLE_TEXT, "%s ",
	    _("number, e-mail or NIP:"));

	field_draw(&o->field, r, 0, used, r->w - used > 40 ? 40 : 0, focused);
	draw_paragraph(r, 1, 0, r->h - 1, STYLE_DIM,
	    _("No order service is set up yet. A barcode reader works like a "
	    "keyboard."));
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct order *o = p->state;

	return field_input(&o->field, in) ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	if (action == ACT_ASK)
		desk_message(p->desk, _("Order"),
		    _("This desk cannot ask about orders: no order service is "
		    "set up. Ask the issuer by telephone or on its web page."));
	return UI_HANDLED;
}

const struct panel_ops panel_order_ops = {
	.name = "order",
	.title = N_("Order"),
	.about = N_("Where an order stands, by its number, an e-mail address "
	    "or a NIP."),
	.place = PLACE_PANEL,
	.size = sizeof(struct order),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.draw = draw,
	.input = input,
	.act = act,
};
