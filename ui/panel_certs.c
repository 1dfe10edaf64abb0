#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/before.h"
#include "ui/certrow.h"
#include "ui/columns.h"
#include "ui/desk.h"
#include "ui/fitting.h"
#include "ui/list.h"
#include "ui/views.h"

enum { ACT_OPEN = 1, ACT_FIND, ACT_PIN, ACT_BACK, ACT_DONE, ACT_ALL };

static const struct key_binding bindings[] = {
	/* The one key that everybody tries first: the bar can spare it. */
	{ .key = UK_ENTER, .action = ACT_OPEN, .label = N_("Open"),
	  .spare = KEY_EARLY + 2,
	  .help = N_("Open the certificate: fields, purposes, validity."),
	  .modes = IN_KIOSK },
	{ .ch = '/', .action = ACT_FIND, .label = N_("Find"),
	  .spare = KEY_EARLY,
	  .help = N_("Find in the list: name, issuer, serial number, e-mail. "
	  "Esc shows all again.") },
	{ .ch = 'l', .action = ACT_PIN, .label = N_("PIN"),
	  .help = N_("List private keys too, with the card's PIN."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were."),
	  .modes = ONLY_KIOSK },
	LIST_FIND_KEYS(ACT_DONE, ACT_ALL),
};

struct certs {
	struct desk	*desk;
	struct list	 list;
	struct certrow	*rows;
	size_t		 n;
	/*
	 * To find it again when the rows change: what somebody chose, on whichever
	 * card, before what merely stands under the cursor.
	 */
	struct pick {
		bool	 have, is_key;
		uint8_t	 sha256[32];
	} chosen, shown;
};

static const char *
text_of(void *arg, size_t row, char *buf, size_t size)
{
	struct certs *s = arg;

	return columns_text(desk_card(s->desk), &s->rows[row], buf, size);
}

static void
open_certs(struct panel *p, const void *arg)
{
	struct certs *s = p->state;

	(void)arg;
	s->desk = p->desk;
	list_init(&s->list, text_of, s);
}

static void
close_certs(struct panel *p)
{
	struct certs *s = p->state;

	list_clear(&s->list);
	free(s->rows);
}

static const uint8_t *
print_of(const struct card *c, const struct certrow *r)
{
	return r->is_key ? c->keys[r->index].spki_sha256 :
	    c->certs[r->index].sha256;
}

static void
remember(struct certs *s, struct pick *pick)
{
	const struct card *c = desk_card(s->desk);
	size_t row;

	pick->have = c != NULL && list_selected(&s->list, &row);
	if (!pick->have)
		return;
	pick->is_key = s->rows[row].is_key;
	memcpy(pick->sha256, print_of(c, &s->rows[row]), sizeof(pick->sha256));
}

static bool
select_again(struct certs *s, const struct pick *pick)
{
	const struct card *c = desk_card(s->desk);

	for (size_t i = 0; i < s->n && pick->have; i++)
		if (s->rows[i].is_key == pick->is_key && memcmp(pick->sha256,
		    print_of(c, &s->rows[i]), sizeof(pick->sha256)) == 0) {
			list_select(&s->list, i);
			return true;
		}
	return false;
}

static unsigned
changed(struct panel *p)
{
	struct certs *s = p->state;
	const struct card *c = desk_card(p->desk);

	free(s->rows);
	s->rows = certrow_make(c, desk_now(p->desk), &s->n);
	list_update(&s->list, s->n);
	/*
	 * Also one that nobody moved to, once the card has been read: until then it
	 * is the first of the list, which is the one that is mostly meant.
	 */
	if (!select_again(s, &s->chosen) && !select_again(s, &s->shown) &&
	    c != NULL && c->state == CARD_READING)
		list_select(&s->list, 0);
	if (c != NULL && s->list.nshown > 0 && c->state != CARD_READING)
		remember(s, &s->shown);
	return UI_HANDLED;
}

static void
draw_row(void *arg, size_t row, const struct rect *line, enum style style,
    bool selected)
{
	struct certs *s = arg;

	columns_draw(desk_card(s->desk), &s->rows[row], desk_setup(s->desk),
	    desk_now(s->desk), desk_masked(s->desk), line, style, selected);
}

/* Why there is nothing to list. */
static const char *
nothing(const struct card *c, char *buf, size_t size)
{
	if (c == NULL || c->state == CARD_ABSENT)
		return _("No card, so no certificates.");
	if (c->state == CARD_READING)
		return _("reading...");
	if (c->err.code != ERR_NONE)
		return err_sentence(&c->err, buf, size);
	return _("There are no certificates on this card.");
}

/* As the card was last time, until something of it has been read. */
static const struct remembered *
before(const struct desk *d)
{
	const struct card *c = desk_card(d);
	const struct seen_view *seen = desk_seen(d);

	return c != NULL && c->state == CARD_READING && seen != NULL ?
	    seen->before : NULL;
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct certs *s = p->state;
	struct rect rest = *r;
	char buf[512];

	if (s->n == 0 && before(p->desk) != NULL) {
		before_draw(before(p->desk), desk_now(p->desk), r);
		return;
	}
	if (s->n == 0) {
		draw_paragraph(r, 0, 0, r->h, STYLE_DIM,
		    nothing(desk_card(p->desk), buf, sizeof(buf)));
		return;
	}
	if (columns_header(r)) {
		rest.y++;
		rest.h--;
	}
	if (s->list.nshown == 0)
		draw_text(&rest, 0, 0, 0, STYLE_DIM, _("Nothing matches."));
	list_draw(&s->list, &rest, focused, draw_row, s);
}

/* On a kiosk the reader's panel is not beside it: what that says comes first. */
static void
draw_mine(struct panel *p, const struct rect *r, bool focused)
{
	const struct certs *s = p->state;
	const struct card *c = desk_card(p->desk);
	/* Of one that could not be read, all is said there. */
	bool more = c != NULL && (s->n > 0 || c->err.code == ERR_NONE);
	struct rect top = { r->y, r->x, more ? r->h * 2 / 3 : r->h, r->w };
	struct rect rest = *r;
	int used = reader_say(p->desk, &top) + 1;

	rest.y += used;
	rest.h -= used;
	if (rest.h > 0 && more)
		draw(p, &rest, focused);
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	struct certs *s = p->state;

	if (s->n == 0)
		return NULL;
	snprintf(buf, size, _("%zu of %zu"), s->list.nshown == 0 ? 0 :
	    list_narrowed(&s->list) ? s->list.nshown : s->list.at + 1, s->n);
	return buf;
}

static void
open_selected(struct panel *p)
{
	struct certs *s = p->state;
	struct cert_of_card c = { .card = desk_card(p->desk) };
	size_t row;

	if (c.card == NULL || !list_selected(&s->list, &row))
		return;
	c.index = s->rows[row].index;
	if (s->rows[row].is_key)
		desk_message(p->desk, N_("Key without a certificate"),
		    N_("This key waits for a certificate. If none is on its "
		    "way, it takes up a place on the card for nothing."));
	else if (c.card->certs[c.index].cert == NULL)
		desk_message(p->desk, N_("Damaged certificate"),
		    N_("These bytes on the card are no certificate. The card "
		    "may be worn; the issuer can write it again."));
	else
		desk_open(p->desk, &view_cert_ops, &c);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct certs *s = p->state;
	bool open = false;

	if (!list_input(&s->list, in, &open))
		return UI_IGNORED;
	remember(s, &s->chosen);
	s->shown = s->chosen;
	/* A page that stands beside the list shows what the cursor is on. */
	if (open)
		open_selected(p);
	else if (desk_is_open(p->desk, &view_cert_ops)) {
		const struct card *c = desk_card(p->desk);
		size_t row;

		if (list_selected(&s->list, &row) && !s->rows[row].is_key &&
		    c->certs[s->rows[row].index].cert != NULL)
			desk_show_beside(p->desk, &view_cert_ops,
			    &(struct cert_of_card){ .card = c,
			    .index = s->rows[row].index });
	}
	return UI_HANDLED;
}

static bool
subject(struct panel *p, struct revoke_of *of)
{
	struct certs *s = p->state;
	const struct card *c = desk_card(p->desk);
	size_t row;

	if (c == NULL || !list_selected(&s->list, &row) || s->rows[row].is_key)
		return false;
	of->card = c;
	of->cert = c->certs[s->rows[row].index].cert;
	of->how = HOW_CARD;
	return of->cert != NULL;
}

static unsigned
act(struct panel *p, int action)
{
	struct certs *s = p->state;

	switch (action) {
	case ACT_OPEN:
		open_selected(p);
		break;
	case ACT_FIND:
		list_find(&s->list);
		break;
	case ACT_PIN:
		view_pin_open(p->desk);
		break;
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	}
	return UI_HANDLED;
}

static const char *
question(struct panel *p)
{
	struct revoke_of of = { 0 };

	return subject(p, &of) ? fitting_cert(of.cert, desk_setup(p->desk),
	    desk_now(p->desk)) : NULL;
}

/* What is typed while finding is the field's. */
static bool
can(struct panel *p, int action)
{
	const struct list *l = &((struct certs *)p->state)->list;

	switch (action) {
	case ACT_DONE:
		return l->finding;
	case ACT_ALL:
		return l->finding || list_narrowed(l);
	default:
		return !l->finding;
	}
}

const struct panel_ops panel_certs_ops = {
	.name = "certificates",
	.title = N_("Certificates"),
	.about = N_("What is on the card: each certificate with its purpose, "
	    "holder and validity, and keys that wait for a certificate."),
	.place = PLACE_PANEL,
	.size = sizeof(struct certs),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_certs,
	.close = close_certs,
	.corner = corner,
	.draw = draw,
	.question = question,
	.input = input,
	.act = act,
	.can = can,
	.changed = changed,
	.subject = subject,
};

/* Few keys, and each of them does something. */
static bool
can_mine(struct panel *p, int action)
{
	const struct certs *s = p->state;
	const struct card *c = desk_card(p->desk);
	size_t row;

	switch (action) {
	case ACT_OPEN:
		return list_selected(&s->list, &row);
	case ACT_PIN:
		return c != NULL && c->ntokens > 0;
	default:
		return can(p, action);
	}
}

/* The card of whoever stands before a kiosk. */
static void
open_mine(struct panel *p, const void *arg)
{
	open_certs(p, arg);
	(void)changed(p);
}

const struct panel_ops view_mycard_ops = {
	.name = "mycard",
	.title = N_("My card"),
	.about = N_("The card in the reader, how its PINs stand, and what is on "
	    "it: each certificate with its purpose and its last day."),
	.place = PLACE_FULL,
	.modes = ONLY_KIOSK,
	.size = sizeof(struct certs),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_mine,
	.close = close_certs,
	.corner = corner,
	.draw = draw_mine,
	.question = question,
	.input = input,
	.act = act,
	.can = can_mine,
	.changed = changed,
};
