#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cert/issued.h"
#include "registry/store.h"
#include "ui/casework.h"
#include "ui/certpage.h"
#include "ui/desk.h"
#include "ui/fitting.h"
#include "ui/fromcard.h"
#include "ui/qr.h"
#include "ui/recwords.h"
#include "ui/views.h"
#include "ui/words.h"

/* From this width on the QR code stands beside the text. */
#define QR_BESIDE_COLS	90
#define QR_BESIDE_TEXT	50	/* columns that the text keeps */

enum { ACT_BACK = 1, ACT_STATUS, ACT_QR };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were."),
	  .modes = IN_KIOSK },
	{ .ch = 's', .action = ACT_STATUS, .label = N_("Status"),
	  .help = N_("Ask the authority now whether it is revoked."),
	  .modes = IN_KIOSK },
	{ .ch = 'c', .action = ACT_QR, .label = N_("QR code"),
	  .help = N_("Show serial number and issuer as a QR code to "
	  "photograph."),
	  .modes = IN_KIOSK },
};

/* A copy, so that the page stays readable when the card is pulled. */
struct view {
	struct desk	*desk;
	struct page	 page;
	struct cert	*cert;
	struct qr_text	 text;		/* out of cert */
	struct qr	*qr;
	struct from_card from;		/* on a card: which, */
	char		*label, *where;	/* and where on it */
	char		*place;		/* in a document; NULL: of a card */
	enum key_state	 key;
	struct record	 status;	/* last known: that, and nothing to free */
	struct service_ticket ticket;
};

/* There is no other copying of a certificate than through its own record. */
static struct cert *
copy_of(const struct cert *c)
{
	json_t *json = cert_to_json(c);
	struct cert *copy = NULL;
	struct err err = ERR_INIT;

	if (json == NULL || cert_from_json(json, &copy, &err) == -1)
		panic("okienko: a certificate could not be copied: %s",
		    err.detail);
	json_decref(json);
	return copy;
}

static char *
tokens_of(const struct card *card, unsigned tokens)
{
	char buf[1024];
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < card->ntokens && len < sizeof(buf); i++)
		if (tokens & (1u << i))
			len += (size_t)snprintf(buf + len, sizeof(buf) - len,
			    "%s%s (%s)", len > 0 ? ", " : "",
			    card->tokens[i].label, card->tokens[i].module);
	return mem_strdup(buf);
}

/* --- what the registry knows of its status ------------------------------- */

static int
look_up(struct casework *w, struct registry *reg, struct err *err)
{
	struct record known;

	record_init(&known);
	if (store_get(reg, &w->record.issuer, w->record.serial,
	    w->record.serial_len, &known, err) == -1) {
		record_clear(&known);
		return -1;
	}
	record_clear(&w->record);
	w->record = known;
	return 0;
}

static void
looked_up(struct panel *p, struct casework *w)
{
	struct view *v = p->state;

	v->ticket.id = 0;
	if (w->request.err.code != ERR_NONE ||
	    w->record.status == STATUS_UNKNOWN)
		return;
	/* The words are made when they are drawn, in the language of then. */
	v->status = (struct record){ .status = w->record.status,
	    .status_by = w->record.status_by, .status_at = w->record.status_at,
	    .revoked_at = w->record.revoked_at, .reason = w->record.reason };
}

static void
get_status(struct panel *p)
{
	struct view *v = p->state;
	struct casework *w;

	if (desk_service(p->desk) == NULL)
		return;
	w = casework_new(p, look_up, looked_up);
	w->writes = false;
	record_of_cert(&w->record, v->cert, HOW_CARD, desk_now(p->desk));
	service_cancel(desk_service(p->desk), &v->ticket);
	v->ticket = casework_ask(w, SERVICE_LOOK);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct cert_of_card *a = arg;
	const struct card_cert *c = a->card != NULL ?
	    &a->card->certs[a->index] : NULL;
	struct view *v = p->state;

	v->desk = p->desk;
	v->cert = copy_of(c != NULL ? c->cert : a->cert);
	v->text = (struct qr_text){ v->cert->serial_hex, v->cert->issuer.line,
	    cert_issuer_name(v->cert) };
	v->qr = qr_new(&v->text);
	get_status(p);
	if (c == NULL) {
		v->place = mem_strdup(a->place);
		return;
	}
	from_card_set(&v->from, a->card, c->sha256);
	v->label = mem_strdup(c->label);
	v->where = tokens_of(a->card, c->tokens);
	v->key = c->key;
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) != NULL)
		service_cancel(desk_service(p->desk), &v->ticket);
	cert_free(v->cert);
	qr_free(v->qr);
	from_card_clear(&v->from);
	free(v->label);
	free(v->where);
	free(v->place);
}

static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;
	const struct card_cert *c;

	if (v->place == NULL &&
	    (c = from_card_look(&v->from, p->desk)) != NULL)
		v->key = c->key;
	return UI_HANDLED;
}

/* What is on the page may not be so any more. */
static const char *
notice(const struct view *v)
{
	if (v->from.gone)
		return _("The card has been taken out; this is what was read "
		    "from it.");
	if (v->from.stale)
		return _("The card is in the reader, but this certificate "
		    "could not be read from it again; this is what was read "
		    "before.");
	return NULL;
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	struct view *v = p->state;
	char purpose[128], holder[256];

	snprintf(buf, size, "%s %s %s", words_text(cert_holder(v->cert),
	    desk_masked(p->desk), holder, sizeof(holder)),
	    draw_glyph(GLYPH_BULLET),
	    cert_list_purpose(v->cert, purpose, sizeof(purpose)));
	return buf;
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	struct view *v = p->state;

	(void)buf;
	(void)size;
	return v->from.gone ? _("card removed") : NULL;
}

static void
content(struct page *page, void *arg)
{
	struct view *v = arg;
	const struct setup *setup = desk_setup(v->desk);
	char text[256];
	struct certpage c = {
		.cert = v->cert,
		.now = desk_now(v->desk), .masked = desk_masked(v->desk),
		.notice = notice(v),
		.key = v->place != NULL ? NULL :
		    words_key_state(v->cert, v->key), .where = v->where,
		.place = v->place,
		.label = v->label,
		.status = recwords_status(&v->status, desk_now(v->desk), text,
		    sizeof text),
		.status_style = v->status.status == STATUS_UNKNOWN ? STYLE_DIM :
		    v->status.status == STATUS_GOOD ? STYLE_GOOD : STYLE_BAD,
		.key_style = v->key == KEY_MISSING ? STYLE_WARN : STYLE_TEXT,
	};

	c.authority = cert_authority(v->cert, setup->authorities, &c.by);
	cert_validity_by(v->cert, c.now, setup->conf, c.authority, &c.validity);

	if (page->r.w >= QR_BESIDE_COLS &&
	    qr_fit(v->qr, page->r.h, page->r.w - QR_BESIDE_TEXT))
		page_picture(page, qr_rows(v->qr), qr_cols(v->qr));
	certpage_say(page, &c);
	if (page->picture_rows > 0)
		qr_draw(v->qr, &page->r, -page->top,
		    page->r.w - page->picture_cols);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	page_draw(&v->page, r, focused, content, v);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

static void
ask_status(struct panel *p)
{
	struct view *v = p->state;
	struct status_about about = { 0 };
	char holder[256];
	struct status_of of = { words_text(cert_holder(v->cert), true, holder,
	    sizeof(holder)), &about, p->id };
	const struct card *c = NULL;
	size_t at;

	/* By its bytes it is seen who signed it. */
	if (v->place == NULL)
		c = desk_find_cert(p->desk, v->from.sha256, &at);
	if (c != NULL)
		status_about_cert(&about, v->cert, c->certs[at].der.data,
		    c->certs[at].der.len);
	else
		status_about_cert(&about, v->cert, NULL, 0);
	desk_open_top(p->desk, &view_status_ops, &of);
	status_about_clear(&about);
}

static bool
subject(struct panel *p, struct revoke_of *of)
{
	struct view *v = p->state;
	size_t at;

	of->cert = v->cert;
	of->how = v->place != NULL ? HOW_DOCUMENT : HOW_CARD;
	/* Another one may be in its reader by now. */
	if (v->place == NULL)
		of->card = desk_find_cert(p->desk, v->from.sha256, &at);
	return true;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	struct qr_of of = { v->text, v->place == NULL ? &v->from : NULL };

	if (action == ACT_BACK)
		return UI_HANDLED | UI_CLOSE;
	if (action == ACT_STATUS) {
		ask_status(p);
		return UI_HANDLED;
	}
	desk_open(p->desk, &view_qr_ops, &of);
	return UI_HANDLED;
}

static const char *
question(struct panel *p)
{
	const struct view *v = p->state;

	return fitting_cert(v->cert, desk_setup(p->desk), desk_now(p->desk));
}

const struct panel_ops view_cert_ops = {
	.name = "certificate",
	.title = N_("Certificate"),
	.about = N_("One certificate: whether it is valid, what it is good for "
	    "and why, its serial number, and every field."),
	.place = PLACE_PAGE,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.title_now = title_now,
	.corner = corner,
	.draw = draw,
	.question = question,
	.input = input,
	.act = act,
	.changed = changed,
	.subject = subject,
	.kept = get_status,
};
