#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/reveal.h"
#include "registry/store.h"
#include "ui/desk.h"
#include "ui/hitrow.h"
#include "ui/page.h"
#include "ui/qr.h"
#include "ui/recwords.h"
#include "ui/timeline.h"
#include "ui/views.h"

#define LABEL_COLS	17
#define QR_BESIDE_COLS	90	/* from this width on the QR code is on it */
#define QR_BESIDE_TEXT	50

enum { ACT_BACK = 1, ACT_STATUS, ACT_QR, ACT_PRIVACY };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were.") },
	{ .ch = 's', .action = ACT_STATUS, .label = N_("Status"),
	  .help = N_("Ask the authority now whether it is revoked.") },
	{ .ch = 'c', .action = ACT_QR, .label = N_("QR code"),
	  .help = N_("Show serial number and issuer as a QR code to "
	  "photograph.") },
	{ .key = UK_F12, .action = ACT_PRIVACY, .label = N_("Privacy"),
	  .help = N_("Show, export, correct, restrict or erase what is kept of "
	  "this person; each asks for a reason.") },
};

struct view {
	struct desk		*desk;
	struct page		 page;
	int64_t			 row;
	char			*reason;	/* or NULL */
	bool			 have;
	struct record		 cert;		/* with have */
	char			 hex[2 * CERT_SERIAL_MAX + 1];
	struct qr		*qr;
	struct err		 err;
	struct service_ticket	 ticket;
};

/* --- getting it ---------------------------------------------------------- */

struct get {
	struct request	 request;
	struct desk	*desk;
	unsigned	 panel;
	int64_t		 row;
	char		*reason;
	/* what is shown already, for which there was a reason then */
	uint8_t		 shown[CERT_SERIAL_MAX];
	size_t		 shown_len;	/* 0: nothing */
	struct record	 cert;
};

static bool
is_shown(const struct get *g)
{
	return g->shown_len > 0 && g->shown_len == g->cert.serial_len &&
	    memcmp(g->shown, g->cert.serial, g->shown_len) == 0;
}

/* It may have been restricted since it was found, at another desk. */
static int
get_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct get *g = (struct get *)r;

	if (store_get_row(hand->registry, g->row, &g->cert, err) == -1)
		return -1;
	return is_shown(g) ? 0 : reveal_record(hand->registry, &g->cert,
	    g->reason, err);
}

static struct qr_text
qr_text(const struct view *v)
{
	return (struct qr_text){ v->hex, v->cert.issuer.line,
	    v->cert.issuer.shown };
}

static void
get_done(struct request *r)
{
	struct get *g = (struct get *)r;
	struct panel *p = desk_find_panel(g->desk, g->panel);
	struct view *v;
	struct qr_text text;

	if (p == NULL)
		return;
	v = p->state;
	v->ticket.id = 0;
	v->err = r->err;
	record_clear(&v->cert);
	v->have = r->err.code == ERR_NONE;
	if (!v->have)
		return;
	v->cert = g->cert;
	record_init(&g->cert);
	text_hex(v->cert.serial, v->cert.serial_len, 0, v->hex, sizeof v->hex);
	text = qr_text(v);
	qr_free(v->qr);
	v->qr = qr_new(&text);
}

static void
get_free(struct request *r)
{
	struct get *g = (struct get *)r;

	record_clear(&g->cert);
	free(g->reason);
	free(g);
}

static void
get(struct panel *p)
{
	struct view *v = p->state;
	struct get *g;

	if (desk_service(p->desk) == NULL)
		return;
	g = mem_alloc(sizeof *g);
	g->request.run = get_run;
	g->request.done = get_done;
	g->request.free = get_free;
	g->desk = p->desk;
	g->panel = p->id;
	g->row = v->row;
	g->reason = mem_strdup(v->reason);
	if (v->have) {
		memcpy(g->shown, v->cert.serial, v->cert.serial_len);
		g->shown_len = v->cert.serial_len;
	}
	record_init(&g->cert);
	service_cancel(desk_service(p->desk), &v->ticket);
	v->ticket = service_ask(desk_service(p->desk), SERVICE_LOOK,
	    &g->request);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct record_of *of = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	v->row = of->row;
	v->reason = mem_strdup(of->reason);
	record_init(&v->cert);
	get(p);
}

static bool
stands(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	snprintf(buf, size, "%lld", (long long)v->row);
	return true;
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) != NULL)
		service_cancel(desk_service(p->desk), &v->ticket);
	record_clear(&v->cert);
	free(v->reason);
	qr_free(v->qr);
}

/* --- saying it ----------------------------------------------------------- */

static void
say_timeline(struct page *page, const struct record *r, int64_t now)
{
	struct timeline t = {
		.from = date_to_days(date_local(r->not_before)),
		.to = date_to_days(date_local(r->not_after)),
		.today = date_to_days(date_local(now)),
	};
	int width = page_width(page);

	t.renew_from = t.to;
	timeline_draw(&page->r, page_take(page, TIMELINE_ROWS), width, &t);
}

static void
say_validity(struct page *page, const struct record *r, int64_t now)
{
	char state[128], from[32], to[32], text[512];

	recwords_state(r, now, state, sizeof state);
	if (r->not_before == CERT_NO_TIME || r->not_after == CERT_NO_TIME) {
		page_text(page, hitrow_style(r, now), state);
		return;
	}
	snprintf(text, sizeof text, _("%s: from %s to %s"), state,
	    clock_local(r->not_before, from, sizeof from),
	    clock_local(r->not_after, to, sizeof to));
	page_text(page, hitrow_style(r, now), text);
	say_timeline(page, r, now);
}

static void
say_identity(struct page *page, const struct record *r, int64_t now)
{
	char text[RECWORDS_SERIAL_MAX];

	page_field(page, _("serial number"), STYLE_STRONG,
	    recwords_serial(r, text, sizeof text));
	page_field(page, _("in decimal"), STYLE_TEXT,
	    recwords_decimal(r, text, sizeof text));
	page_field(page, _("issuer"), STYLE_TEXT, r->issuer.shown);
	page_field(page, _("holder"), STYLE_STRONG, r->holder);
	page_field(page, _("organisation"), STYLE_TEXT, r->org);
	page_field(page, _("identifier"), STYLE_TEXT, r->id_mask);
	page_field(page, _("e-mail"), STYLE_TEXT, r->email_mask);
	page_field(page, _("status"), r->status == STATUS_UNKNOWN ? STYLE_DIM :
	    hitrow_style(r, now), recwords_status(r, now, text, sizeof text));
	page_field(page, _("uses"), STYLE_TEXT,
	    recwords_uses(r, text, sizeof text));
	page_field(page, "", STYLE_TEXT, r->qualified ? _("qualified") : NULL);
}

static const char *
seen_words(const struct record *r, char *buf, size_t size)
{
	char first[32], last[32];

	snprintf(buf, size, _("first %s, last %s: %s"),
	    recwords_day(r->first_seen, first, sizeof first),
	    recwords_day(r->last_seen, last, sizeof last), recwords_where(r));
	return buf;
}

static void
say_origin(struct page *page, const struct record *r)
{
	char text[512];

	page_heading(page, _("How it is known"));
	page_field(page, _("from"), STYLE_TEXT, recwords_how(r->how));
	page_field(page, _("seen"), STYLE_TEXT,
	    seen_words(r, text, sizeof text));
	page_field(page, _("card"), STYLE_TEXT,
	    recwords_card(r->card_model, r->card_number, text, sizeof text));
	page_field(page, _("token"), STYLE_TEXT, r->card_token);
	page_field(page, _("order"), STYLE_TEXT, r->order);
	page_field(page, _("issuer in full"), STYLE_TEXT, r->issuer.line);
	page_field(page, _("ask at (OCSP)"), STYLE_TEXT, r->ocsp);
	page_field(page, _("list at (CRL)"), STYLE_TEXT, r->cdp);
	page_gap(page);
	page_text(page, STYLE_DIM, _("The certificate itself is not kept, nor "
	    "any identifier in clear: only what stands here."));
}

static void
content(struct page *page, void *arg)
{
	struct view *v = arg;
	const struct record *r = &v->cert;
	int64_t now = desk_now(v->desk);
	char buf[512];

	if (v->err.code != ERR_NONE) {
		page_text(page, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));
		page_text(page, STYLE_TEXT, err_next(&v->err, buf, sizeof buf));
	}
	if (!v->have)
		return;
	if (page->r.w >= QR_BESIDE_COLS &&
	    qr_fit(v->qr, page->r.h, page->r.w - QR_BESIDE_TEXT))
		page_picture(page, qr_rows(v->qr), qr_cols(v->qr));
	page_labels(page, LABEL_COLS);
	if (r->restricted)
		page_text(page, STYLE_WARN, _("Processing of this person's data "
		    "is restricted: use it only for the reason you gave."));
	say_validity(page, r, now);
	say_identity(page, r, now);
	say_origin(page, r);
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

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	struct view *v = p->state;

	if (!v->have)
		return _(p->ops->title);
	snprintf(buf, size, "%s %s %s", v->cert.holder,
	    draw_glyph(GLYPH_BULLET), recwords_use(&v->cert));
	return buf;
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	struct view *v = p->state;
	char day[32];

	if (!v->have)
		return NULL;
	snprintf(buf, size, _("as of %s"),
	    recwords_day(v->cert.last_seen, day, sizeof day));
	return buf;
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
	struct status_of of = { v->cert.holder, &about, p->id };

	status_about_record(&about, &v->cert);
	desk_open_top(p->desk, &view_status_ops, &of);
	status_about_clear(&about);
}

static bool
subject(struct panel *p, struct revoke_of *of)
{
	struct view *v = p->state;

	of->row = v->row;
	return v->have;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	struct qr_of of = { qr_text(v), NULL };
	struct privacy_of who = { .cert = &v->cert };

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_PRIVACY:
		if (v->have)
			desk_open(p->desk, &view_privacy_ops, &who);
		break;
	case ACT_STATUS:
		if (v->have)
			ask_status(p);
		break;
	case ACT_QR:
		if (v->have)
			desk_open(p->desk, &view_qr_ops, &of);
		break;
	}
	return UI_HANDLED;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_record_ops = {
	.name = "record",
	.title = N_("Remembered certificate"),
	.about = N_("What the registry remembers of one certificate: its serial "
	    "number, whose it is, its last known status, where it was seen."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.title_now = title_now,
	.corner = corner,
	.draw = draw,
	.input = input,
	.act = act,
	.subject = subject,
	.kept = get,
	.problem = problem,
	.stands = stands,
};
