#include "config.h"

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/pinbox.h"
#include "ui/renewing.h"
#include "ui/views.h"

#define BOX_COLS	64
#define WHAT_ROWS	3

enum { ACT_BACK = 1, ACT_ENTER };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Hand the PIN to the card for what is said above it.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Not now"),
	  .help = N_("Give no PIN; the renewal waits.") },
};

struct view {
	struct desk	*desk;
	unsigned	 number;	/* of the question */
	struct pinbox	 pin;
};

/* What is asked, while that is the same. */
static const struct renewing_question *
question(const struct view *v)
{
	const struct renewing_question *q =
	    renewing_view(desk_renewing(v->desk))->question;

	return q != NULL && q->number == v->number ? q : NULL;
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct renewing_question *q =
	    renewing_view(desk_renewing(p->desk))->question;
	struct view *v = p->state;

	(void)arg;
	v->desk = p->desk;
	if (q == NULL)
		return;
	v->number = q->number;
	pinbox_begin(&v->pin, &q->token);
	if (q->why.code != ERR_NONE)
		(void)pinbox_answer(&v->pin, &q->why);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	renewing_refuse(desk_renewing(v->desk), v->number);
	pinbox_clear(&v->pin);
}

/* --- drawing --------------------------------------------------------------- */

static void
box(struct panel *p, int *rows, int *cols)
{
	const struct view *v = p->state;
	struct rect screen = draw_screen();

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = WHAT_ROWS + pinbox_rows(&v->pin, *cols);
}

static const char *
what_for(enum renewal_pin pin)
{
	switch (pin) {
	case RENEWAL_PIN_KEY:
		return _("For the new key, and for the request that it signs. "
		    "The PIN goes to the card and is forgotten after that.");
	case RENEWAL_PIN_REQUEST:
		return _("For the signature of the request. The PIN goes to "
		    "the card and is forgotten after that.");
	case RENEWAL_PIN_WRITE:
		return _("To write the new certificate to the card and to "
		    "prove it by a signature. The PIN goes to the card and is "
		    "forgotten after that.");
	case RENEWAL_PIN_REMOVE:
		return _("To remove the old certificate from the card. The "
		    "PIN goes to the card and is forgotten after that.");
	}
	return "";
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct view *v = p->state;
	const struct renewing_question *q = question(v);
	int row;

	if (q == NULL)
		return;
	row = draw_paragraph(r, 0, 0, WHAT_ROWS, STYLE_TEXT, what_for(q->pin));
	pinbox_draw(&v->pin, &q->token, r, row, focused);
}

/* --- keys -------------------------------------------------------------------- */

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	const struct renewing_question *q = question(v);
	struct secret *pin = NULL;

	if (action == ACT_BACK || q == NULL)
		return UI_HANDLED | UI_CLOSE;
	switch (pinbox_enter(&v->pin, &q->token, &pin)) {
	case PINBOX_SEND:
		renewing_pin(desk_renewing(v->desk), v->number, pin);
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

/* Of a card that went nobody types the PIN; the renewal waits for it. */
static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;
	const struct renewing_question *q = question(v);

	if (q != NULL && desk_find_card(v->desk, q->reader, q->card) != NULL)
		return UI_HANDLED;
	if (q != NULL)
		renewing_gone(desk_renewing(v->desk), v->number);
	return UI_HANDLED | UI_CLOSE;
}

static void
kept(struct panel *p)
{
	if (question(p->state) == NULL)
		desk_close(p->desk, p);
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->pin.err;
}

const struct panel_ops view_renewpin_ops = {
	.name = "renewpin",
	.title = N_("PIN for the renewal"),
	.about = N_("The PIN of the card, for one purpose of a renewal."),
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
	.kept = kept,
	.problem = problem,
};
