#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "registry/query.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/losing.h"
#include "ui/page.h"
#include "ui/pin.h"
#include "ui/recwords.h"
#include "ui/views.h"
#include "ui/whose.h"

#define ISSUERS_MAX	256
#define DIGITS		9	/* so many have one */

enum { ACT_BACK = 1, ACT_ENTER, ACT_UP, ACT_DOWN, ACT_DECIMAL };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Take the answer and go on."),
	  .modes = ONLY_KIOSK },
	{ .key = UK_TAB, .action = ACT_DECIMAL, .label = N_("Hex/decimal"),
	  .help = N_("Read the number as hexadecimal or as decimal."),
	  .modes = ONLY_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("A step back; from the first one, leave."),
	  .modes = ONLY_KIOSK },
	{ .key = UK_UP, .action = ACT_UP,
	  .help = N_("Choose; a digit does too."),
	  .modes = ONLY_KIOSK },
	{ .key = UK_DOWN, .action = ACT_DOWN, .modes = ONLY_KIOSK },
};

enum stage { LOST_ISSUER, LOST_NUMBER, LOST_PASSWORD, LOST_SURE, LOST_WORK,
	LOST_DONE };

/* One of the certificates by which the authorities here issue. */
struct issuer {
	struct record_issuer	 issuer;
	const struct authority	*authority;
};

struct view {
	struct desk		*desk;
	enum stage		 stage;
	struct issuer		*issuers;
	size_t			 n, at;
	size_t			 top;		/* first one on the screen */
	struct field		 number;
	bool			 decimal;
	struct pin_field	 password;
	struct record		 cert;		/* its number, as it is read now */
	struct page		 page;
	enum losing_end		 end;
	char			 tell[16];	/* the case's number */
	struct err		 err;
};

/* --- which issuers ------------------------------------------------------------ */

struct adding {
	struct view		*view;
	const struct authority	*authority;
};

static int
add(const struct record_issuer *issuer, void *arg)
{
	const struct adding *a = arg;
	struct view *v = a->view;

	if (v->n == ISSUERS_MAX)
		return 1;
	v->issuers = mem_grow(v->issuers, v->n + 1, sizeof *v->issuers);
	v->issuers[v->n].authority = a->authority;
	record_issuer_copy(&v->issuers[v->n++].issuer, issuer);
	return 0;
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct authorities *all = desk_setup(p->desk)->authorities;
	struct view *v = p->state;

	(void)arg;
	v->desk = p->desk;
	record_init(&v->cert);
	pin_field_init(&v->password);
	for (size_t i = 0; i < all->n; i++)
		(void)whose_each(&all->v[i], add,
		    &(struct adding){ v, &all->v[i] });
	v->stage = v->n == 1 ? LOST_NUMBER : LOST_ISSUER;
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	for (size_t i = 0; i < v->n; i++)
		record_issuer_clear(&v->issuers[i].issuer);
	free(v->issuers);
	pin_field_clear(&v->password);
	record_clear(&v->cert);
	explicit_bzero(v, sizeof *v);
}

/* The number as it is read now; false for none. */
static bool
read_number(struct view *v)
{
	struct query q;

	query_parse(&q, v->number.text);
	if (v->decimal) {
		memcpy(v->cert.serial, q.decimal, q.ndecimal);
		v->cert.serial_len = q.ndecimal;
	} else
		v->cert.serial_len = query_bytes(&q.hex, v->cert.serial);
	query_wipe(&q);
	return v->cert.serial_len > 0;
}

/* --- going on ------------------------------------------------------------------ */

static void
came_back(struct panel *p, enum losing_end end, const char *number,
    const struct err *err)
{
	struct view *v = p->state;

	v->err = *err;
	v->end = end;
	snprintf(v->tell, sizeof v->tell, "%s", number);
	v->stage = v->tell[0] != '\0' ? LOST_DONE : LOST_SURE;
}

static void
post(struct panel *p)
{
	struct view *v = p->state;
	const struct issuer *i = &v->issuers[v->at];
	struct record record;
	struct secret *password = NULL;

	record_init(&record);
	record.how = HOW_TYPED;
	record_issuer_copy(&record.issuer, &i->issuer);
	memcpy(record.serial, v->cert.serial, v->cert.serial_len);
	record.serial_len = v->cert.serial_len;
	if (secret_len(v->password.secret) > 0)
		password = pin_field_take(&v->password);
	v->stage = LOST_WORK;
	losing_post(p, &(struct losing_of){ .record = &record,
	    .authority = i->authority, .password = password,
	    .note = _("reported at the kiosk") }, came_back);
}

static unsigned
enter(struct panel *p)
{
	struct view *v = p->state;

	err_clear(&v->err);
	switch (v->stage) {
	case LOST_ISSUER:
		if (v->n == 0)
			return UI_HANDLED | UI_CLOSE;
		/* Typed for another authority, it would prove nothing here. */
		secret_wipe(v->password.secret);
		v->stage = LOST_NUMBER;
		break;
	case LOST_NUMBER:
		if (!read_number(v))
			(void)err_set(&v->err, ERR_USAGE,
			    _("this is no serial number"), NULL);
		else
			v->stage = losing_takes_password(
			    v->issuers[v->at].authority) ? LOST_PASSWORD :
			    LOST_SURE;
		break;
	case LOST_PASSWORD:
		v->stage = LOST_SURE;
		break;
	case LOST_SURE:
		post(p);
		break;
	case LOST_WORK:
		break;
	case LOST_DONE:
		return UI_HANDLED | UI_CLOSE;
	}
	return UI_HANDLED;
}

static unsigned
back(struct view *v)
{
	err_clear(&v->err);
	switch (v->stage) {
	case LOST_NUMBER:
		if (v->n == 1)
			return UI_HANDLED | UI_CLOSE;
		v->stage = LOST_ISSUER;
		break;
	case LOST_PASSWORD:
		v->stage = LOST_NUMBER;
		break;
	case LOST_SURE:
		v->stage = LOST_NUMBER;
		break;
	case LOST_WORK:
		break;
	default:
		return UI_HANDLED | UI_CLOSE;
	}
	return UI_HANDLED;
}

/* --- drawing ----------------------------------------------------------------------- */

static void
draw_issuer(const struct view *v, size_t i, const struct rect *line,
    bool focused)
{
	enum style style = i == v->at ? STYLE_SELECTED : STYLE_TEXT;
	char digit[2] = { i < DIGITS ? (char)('1' + i) : ' ', '\0' };

	draw_fill(line, 0, 0, 0, style);
	draw_textf(line, 0, 0, 0, style, "%s %s  %s", i == v->at ?
	    draw_glyph(GLYPH_SELECTED) : " ", digit,
	    v->issuers[i].issuer.shown);
	if (i == v->at && focused)
		draw_cursor(line, 0, 0);
}

/* In few rows those around the chosen one. */
static void
draw_issuers(struct view *v, const struct rect *r, bool focused)
{
	int row = draw_paragraph(r, 0, 0, 4, STYLE_STRONG, v->n > 0 ?
	    _("Who issued the certificate?") :
	    _("This kiosk knows no authority. Tell the people at the counter "
	    "that the card is lost.")) + 1;
	size_t page = r->h > row ? (size_t)(r->h - row) : 1;

	if (v->at < v->top)
		v->top = v->at;
	if (v->at >= v->top + page)
		v->top = v->at - page + 1;
	if (v->top + page > v->n)
		v->top = v->n > page ? v->n - page : 0;
	for (size_t i = v->top; i < v->n && row < r->h; i++, row++)
		draw_issuer(v, i, &(struct rect){ r->y + row, r->x, 1, r->w },
		    focused);
}

static void
draw_number(struct view *v, const struct rect *r, bool focused)
{
	char text[RECWORDS_SERIAL_MAX];
	int row = draw_paragraph(r, 0, 0, 5, STYLE_TEXT, _("The certificate's "
	    "serial number is on the paper that came with the card, and in the "
	    "authority's mail. Without it, ask at the counter."));
	int col;

	draw_textf(r, ++row, 0, 0, STYLE_STRONG, "%s",
	    v->issuers[v->at].issuer.shown);
	draw_text(r, row + 1, 0, 0, STYLE_KEY, v->decimal ?
	    _("serial number, in decimal:") : _("serial number, in hex:"));
	row += 2;
	col = 0;
	if (v->number.text[0] != '\0' && read_number(v))
		draw_textf(r, row + 1, 0, 0, STYLE_DIM, v->decimal ?
		    _("in hex: %s") : _("in decimal: %s"), v->decimal ?
		    recwords_serial(&v->cert, text, sizeof text) :
		    recwords_decimal(&v->cert, text, sizeof text));
	field_draw(&v->number, r, row, col, 0, focused);
}

static void
draw_password(struct view *v, const struct rect *r, bool focused)
{
	int row = draw_paragraph(r, 0, 0, 6, STYLE_TEXT, _("With the revocation "
	    "password the request goes to the authority at once. Without it "
	    "leave the field empty: the request waits for a clerk."));
	int col = draw_text(r, row + 1, 0, 0, STYLE_KEY, _("password:")) + 1;

	pin_field_draw(&v->password, r, row + 1, col, focused);
}

#define ROWS_TIGHT	8	/* of a window of 12: no empty ones between */

static void
draw_sure(struct view *v, const struct rect *r)
{
	char text[RECWORDS_SERIAL_MAX];
	int air = r->h > ROWS_TIGHT;
	int row = draw_paragraph(r, 0, 0, 3, STYLE_STRONG, v->stage == LOST_WORK ?
	    _("being written down...") :
	    _("This certificate is to be revoked, for good:"));

	row += draw_paragraph(r, row + air, 0, 2, STYLE_TEXT,
	    v->issuers[v->at].issuer.shown) + air;
	row += draw_paragraph(r, row, 0, 2, STYLE_TEXT,
	    recwords_serial(&v->cert, text, sizeof text));
	if (v->stage == LOST_SURE)
		draw_paragraph(r, row + air, 0, 3, STYLE_TEXT,
		    secret_len(v->password.secret) > 0 ?
		    _("Enter sends it to the authority.") :
		    _("Enter leaves it for a clerk."));
}

static const char *const ends[] = {
	[LOSING_WAITS] = N_("The request waits for a clerk. Tell this number at "
	    "the counter, and show a document: until then the certificate is "
	    "valid."),
	[LOSING_THERE] = N_("There is such a request already. Tell this number "
	    "at the counter."),
	[LOSING_SENT] = N_("The authority has the request and has not answered "
	    "yet. This is its number here."),
	[LOSING_ACCEPTED] = N_("The authority has accepted the request. This is "
	    "its number here."),
	[LOSING_REFUSED] = N_("The authority has refused the request, maybe "
	    "because of the password. Tell this number at the counter."),
	[LOSING_LATER] = N_("The request is written down, but the authority "
	    "could not be reached. Tell this number at the counter."),
};

static void
draw_done(struct view *v, const struct rect *r)
{
	char text[512];
	int row = draw_paragraph(r, 0, 0, 6, v->end == LOSING_REFUSED ?
	    STYLE_WARN : STYLE_STRONG, _(ends[v->end])) + 1;

	draw_textf(r, row, 4, 0, STYLE_SELECTED, "  %s  ", v->tell);
	if (v->err.code != ERR_NONE)
		draw_paragraph(r, row + 2, 0, 3, STYLE_BAD,
		    err_sentence(&v->err, text, sizeof text));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	struct rect rest = *r;
	char text[512];
	int row = 0;

	if (v->err.code != ERR_NONE && v->stage != LOST_DONE) {
		row = draw_paragraph(r, 0, 0, 3, STYLE_BAD,
		    err_sentence(&v->err, text, sizeof text));
		/* What is mended right here needs no other way. */
		if (v->err.code != ERR_USAGE)
			row += draw_paragraph(r, row, 0, 3, STYLE_TEXT,
			    err_next(&v->err, text, sizeof text));
		row++;
	}
	rest.y += row;
	rest.h -= row;
	switch (v->stage) {
	case LOST_ISSUER:
		draw_issuers(v, &rest, focused);
		break;
	case LOST_NUMBER:
		draw_number(v, &rest, focused);
		break;
	case LOST_PASSWORD:
		draw_password(v, &rest, focused);
		break;
	case LOST_SURE:
	case LOST_WORK:
		draw_sure(v, &rest);
		break;
	case LOST_DONE:
		draw_done(v, &rest);
		break;
	}
}

/* Where one is among those that there may be no room for. */
static const char *
corner(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	if (v->stage != LOST_ISSUER || v->n == 0)
		return NULL;
	snprintf(buf, size, _("%zu of %zu"), v->at + 1, v->n);
	return buf;
}

/* --- keys ---------------------------------------------------------------------------- */

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	bool took = false;

	/* Its number is what there is to tell: it is waited for. */
	if (v->stage == LOST_WORK)
		return in->kind == INPUT_KEY && in->key == UK_ESC ?
		    UI_HANDLED : UI_IGNORED;
	if (v->stage == LOST_NUMBER)
		took = field_input(&v->number, in);
	else if (v->stage == LOST_PASSWORD)
		took = pin_field_input(&v->password, in);
	else if (v->stage == LOST_ISSUER && in->kind == INPUT_CHAR &&
	    !in->pasted && in->ch >= '1' &&
	    in->ch < '1' + (v->n < DIGITS ? v->n : DIGITS)) {
		v->at = in->ch - '1';
		took = true;
	}
	if (took)
		err_clear(&v->err);
	/* No letter typed here may ever mean something else. */
	return took || in->kind == INPUT_CHAR ? UI_HANDLED : UI_IGNORED;
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	switch (action) {
	case ACT_DECIMAL:
		return v->stage == LOST_NUMBER;
	case ACT_UP:
	case ACT_DOWN:
		return v->stage == LOST_ISSUER;
	case ACT_ENTER:
	case ACT_BACK:
		return v->stage != LOST_WORK;
	}
	return true;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return back(v);
	case ACT_ENTER:
		return enter(p);
	case ACT_DECIMAL:
		v->decimal = !v->decimal;
		break;
	case ACT_UP:
		v->at -= v->at > 0;
		break;
	case ACT_DOWN:
		v->at += v->at + 1 < v->n;
		break;
	}
	return UI_HANDLED;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_lost_ops = {
	.name = "lost",
	.title = N_("I have lost my card"),
	.about = N_("A certificate of a lost card, by its issuer and its number: "
	    "revoked with the revocation password, or left for a clerk."),
	.place = PLACE_FULL,
	.modes = ONLY_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.corner = corner,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
	.problem = problem,
};
