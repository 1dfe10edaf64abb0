#include "config.h"

#include "base/i18n.h"
#include "ui/fromcard.h"
#include "ui/qr.h"
#include "ui/views.h"
#include "ui/words.h"

enum { ACT_BACK = 1 };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were."),
	  .modes = IN_KIOSK },
	{ .key = UK_ENTER, .action = ACT_BACK },
};

struct view {
	struct qr	*qr;
	char		 serial[CERT_SERIAL_MAX * 6];	/* for where no code fits */
	bool		 on_card;
	struct from_card from;
};

static void
open_view(struct panel *p, const void *arg)
{
	const struct qr_of *of = arg;
	struct view *v = p->state;

	v->qr = qr_new(&of->text);
	words_digits(of->text.serial, 4, v->serial, sizeof(v->serial));
	v->on_card = of->from != NULL;
	if (v->on_card)
		from_card_copy(&v->from, of->from);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	qr_free(v->qr);
	from_card_clear(&v->from);
}

/* It says what fits, so the words above it say which that is. */
static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	struct view *v = p->state;
	struct rect in = rect_inside(p->at);

	(void)buf;
	(void)size;
	return qr_fit(v->qr, in.h, in.w - 2) &&
	    qr_content(v->qr) == QR_SERIAL ? _("QR code: serial number") :
	    _(p->ops->title);
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	struct view *v = p->state;

	(void)buf;
	(void)size;
	return v->from.gone ? _("card removed") : NULL;
}

/* Where no code fits, the number itself: to be read out or copied. */
static void
draw_digits(const struct view *v, const struct rect *r)
{
	int row = draw_paragraph(r, 0, 0, r->h, STYLE_TEXT, _("The window is "
	    "too small for the QR code; make it larger."));

	row += 1 + draw_paragraph(r, row + 1, 0, r->h - row - 1, STYLE_DIM,
	    _("serial number"));
	draw_paragraph(r, row, 0, r->h - row, STYLE_STRONG, v->serial);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	(void)focused;
	if (qr_fit(v->qr, r->h, r->w))
		qr_draw(v->qr, r, (r->h - qr_rows(v->qr)) / 2,
		    (r->w - qr_cols(v->qr)) / 2);
	else
		draw_digits(v, r);
}

static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;

	if (v->on_card)
		(void)from_card_look(&v->from, p->desk);
	return UI_HANDLED;
}

static unsigned
act(struct panel *p, int action)
{
	(void)p;
	return action == ACT_BACK ? UI_HANDLED | UI_CLOSE : UI_IGNORED;
}

const struct panel_ops view_qr_ops = {
	.name = "qr",
	.title = N_("QR code: serial number and issuer"),
	.about = N_("Serial number and issuer, to photograph with a telephone."),
	.place = PLACE_FULL,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.title_now = title_now,
	.corner = corner,
	.close = close_view,
	.draw = draw,
	.act = act,
	.changed = changed,
};
