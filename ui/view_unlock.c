#include "config.h"

#include <sys/random.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cert/signature.h"
#include "ui/desk.h"
#include "ui/pinbox.h"
#include "ui/staff.h"
#include "ui/views.h"

#define BOX_COLS	64

enum { ACT_BACK = 1, ACT_ENTER };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Open the desk"),
	  .help = N_("Prove with the card and its PIN that it is the staff's; "
	  "the desk is open until it is taken out."),
	  .modes = ONLY_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; no try is spent before Enter."),
	  .modes = ONLY_KIOSK },
};

struct view {
	char			*reader;	/* the card it was opened for */
	unsigned		 card;
	struct card_digest	 challenge;
	struct pinbox		 pin;
};

/* The card it was opened for, if that is still in and still the staff's. */
static const struct card *
card_of(const struct panel *p, struct staff_card *out)
{
	const struct view *v = p->state;
	const struct card *c = desk_find_card(p->desk, v->reader, v->card);

	return c != NULL && c == desk_card(p->desk) &&
	    desk_staff(p->desk, out) ? c : NULL;
}

bool
view_unlock_can(const struct desk *d)
{
	struct staff_card own;

	return desk_staff(d, &own);
}

void
view_unlock_open(struct desk *d)
{
	if (view_unlock_can(d))
		desk_open(d, &view_unlock_ops, NULL);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct card *c = desk_card(p->desk);
	struct view *v = p->state;
	struct staff_card own;

	(void)arg;
	v->reader = mem_strdup(c->reader);
	v->card = c->serial;
	if (desk_staff(p->desk, &own))
		pinbox_begin(&v->pin, own.token);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	pinbox_clear(&v->pin);
	free(v->reader);
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
	struct staff_card own;
	int row;

	if (card_of(p, &own) == NULL)
		return;
	row = draw_paragraph(r, 0, 0, 2, STYLE_TEXT, _("The whole desk opens, "
	    "and is locked when this card is taken out."));
	pinbox_draw(&v->pin, own.token, r, row, focused);
}

/* --- the proof ----------------------------------------------------------------- */

/* By the key in the administrator's file, not by what the card says of its own. */
static void
signed_it(struct panel *p, const struct err *err,
    const struct card_signature *signature)
{
	struct view *v = p->state;
	struct staff_card own;
	const struct card *c;
	struct err why = ERR_INIT;

	if (!pinbox_answer(&v->pin, err))
		return;
	c = card_of(p, &own);
	if (c != NULL && signature_of_digest(own.der,
	    span_of(v->challenge.bytes, v->challenge.len),
	    span_of(signature->bytes, signature->len)) == SIGNATURE_RIGHT) {
		desk_unlock(p->desk, c);
		return;
	}
	(void)err_set(&why, ERR_STAFF_CARD, v->reader, NULL);
	desk_close(p->desk, p);
	desk_error(p->desk, &why);
}

/* Of nothing that anybody could have signed before. */
static void
challenge(struct panel *p, const struct staff_card *own, struct secret *pin)
{
	struct view *v = p->state;
	struct card_digest *d = &v->challenge;

	d->by = own->by;
	d->hash = HASH_SHA256;
	d->len = card_hash_len(HASH_SHA256);
	if (getrandom(d->bytes, d->len, 0) != (ssize_t)d->len)
		panic("getrandom");
	desk_sign(p, &(struct desk_sign){ .reader = v->reader,
	    .key = own->key, .token = own->token, .digest = *d, .pin = pin,
	    .back = signed_it });
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	struct staff_card own;
	struct secret *pin = NULL;

	if (action == ACT_BACK || card_of(p, &own) == NULL)
		return UI_HANDLED | UI_CLOSE;
	switch (pinbox_enter(&v->pin, own.token, &pin)) {
	case PINBOX_SEND:
		challenge(p, &own, pin);
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

	return pinbox_input(&v->pin, in) ? UI_HANDLED : UI_IGNORED;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->pin.err;
}

const struct panel_ops view_unlock_ops = {
	.name = "unlock",
	.title = N_("Card of the staff"),
	.about = N_("The PIN of a card of the staff, which opens the whole desk "
	    "until the card is taken out."),
	.place = PLACE_BOX,
	.modes = ONLY_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.box = box,
	.draw = draw,
	.input = input,
	.act = act,
	.problem = problem,
};
