#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "renewal/way.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/pasting.h"
#include "ui/renewpage.h"
#include "ui/views.h"
#include "ui/words.h"

enum { ACT_BACK = 1, ACT_BEGIN, ACT_AGAIN, ACT_ORDER, ACT_KEY, ACT_WAY,
	ACT_FILE };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_BEGIN, .label = N_("Begin"),
	  .help = N_("Begin the renewal, as it is checked and planned.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"), .spare = 2,
	  .help = N_("Go back to where you were.") },
	{ .ch = 'a', .action = ACT_AGAIN, .label = N_("Look again"), .spare = 1,
	  .help = N_("Check everything once more.") },
	{ .ch = 'n', .action = ACT_ORDER, .label = N_("Order"),
	  .help = N_("Renew by another order: its number.") },
	{ .ch = 'k', .action = ACT_KEY, .label = N_("Key"),
	  .help = N_("Choose which kind of key is made.") },
	{ .ch = 'd', .action = ACT_WAY, .label = N_("Way"),
	  .help = N_("Choose another of the authority's ways.") },
	{ .ch = 'f', .action = ACT_FILE, .label = N_("From file"),
	  .help = N_("A certificate that came is in a file: put it on the card "
	  "beside the key that waits there. One in a mail can be pasted.") },
};

enum stage {
	STAGE_FIND,		/* what is there of an order */
	STAGE_LOOK,		/* being checked */
	STAGE_CHECKED,
	STAGE_BEGIN
};

struct view {
	struct desk		*desk;
	struct page		 page;
	enum stage		 stage;
	char			 language[8];	/* of what was found */
	struct renewlook_about	 about;
	struct renewlook	 look;
	unsigned		 work;		/* under way, or 0 */
	struct service_ticket	 ticket;
	struct order		 order;		/* only what it renews */
	bool			 missing;	/* that is on no card here */
	struct buf		 brought;	/* a certificate; empty */
	struct pasting		 pasting;
	const char		*ways[CHOOSE_MAX];	/* ids, as they were offered */
	size_t			 nways;
	struct err		 err;
};

/* It is a renewal now: its own page takes the place of this one. */
static void
go(struct panel *p, int64_t id)
{
	struct view *v = p->state;

	bool behind = desk_top(p->desk) != p;

	desk_replace(p, &view_renewal_ops, &(struct renewal_of){ .id = id,
	    .go = !behind, .behind = behind, .brought = &v->brought });
}

static bool	 can(struct panel *, int action);
static void	 take_pasted(struct panel *);

/* --- before it begins ------------------------------------------------------------------- */

static void
looked(struct panel *p, struct renewwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->stage = STAGE_CHECKED;
	v->err = w->err;
	if (w->err.code != ERR_NONE)
		return;
	renewlook_clear(&v->look);
	v->look = w->look;
	w->look = (struct renewlook){ .cert = 0 };
	if (v->look.existing != 0)
		go(p, v->look.existing);
	else
		take_pasted(p);
}

static void
look(struct panel *p)
{
	struct view *v = p->state;
	struct renewwork *w = renewwork_new(p, renewwork_look, looked);

	renewwork_cancel(v->desk, v->work);
	renewlook_clear(&v->look);
	err_clear(&v->err);
	v->stage = STAGE_LOOK;
	snprintf(v->language, sizeof v->language, "%s", i18n_get());
	w->about = v->about;
	v->work = renewwork_post(w);
}

/* The certificate that the order renews, on a card that is in by now. */
static bool
find_renewed(struct view *v)
{
	struct renewlook_about about;

	if (!renewlook_of_order(&about, desk_world(v->desk), &v->order))
		return false;
	memcpy(about.order, v->about.order, sizeof about.order);
	v->about = about;
	return true;
}

/* What was found is told in the words of its language. */
static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;

	if (v->missing && find_renewed(v)) {
		v->missing = false;
		look(p);
		return UI_HANDLED;
	}
	if (v->stage == STAGE_CHECKED && v->look.card != NULL &&
	    strcmp(v->language, i18n_get()) != 0)
		look(p);
	return UI_HANDLED;
}

static void
begun(struct panel *p, struct renewwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->err = w->err;
	v->stage = STAGE_CHECKED;
	if (w->err.code != ERR_NONE) {
		v->look = w->look;
		w->look = (struct renewlook){ .cert = 0 };
		return;
	}
	go(p, w->id);
}

static void
begin(struct panel *p)
{
	struct view *v = p->state;
	struct renewwork *w = renewwork_new(p, renewwork_begin, begun);

	w->look = v->look;
	v->look = (struct renewlook){ .cert = 0 };
	v->stage = STAGE_BEGIN;
	v->work = renewwork_post(w);
}

/* --- by an order -------------------------------------------------------------------------- */

/* One that was begun here, else one that begins with this order. */
static void
found(struct panel *p, struct renewkeep *w)
{
	struct view *v = p->state;

	v->ticket.id = 0;
	if (w->id != 0) {
		go(p, w->id);
	} else if (find_renewed(v)) {
		look(p);
	} else {
		v->stage = STAGE_CHECKED;
		v->missing = v->order.renews_len > 0;
		v->err = w->request.err;
		(void)err_set(&v->err, v->missing ? ERR_RENEWED_AWAY :
		    ERR_RENEWS_NOTHING, v->about.order, NULL);
	}
}

static void
open_order(struct panel *p, const struct order_found *f)
{
	const struct order *o = &f->order;
	struct view *v = p->state;
	struct renewkeep *w;

	memcpy(v->order.renews, o->renews, sizeof v->order.renews);
	v->order.renews_len = o->renews_len;
	snprintf(v->about.order, sizeof v->about.order, "%s", o->number);
	if (desk_service(v->desk) == NULL)
		return;
	w = renewkeep_new(p, renewkeep_of_order, found);
	w->text = mem_strdup(o->number);
	w->authority = f->authority;
	v->ticket = renewkeep_ask(w);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct renew_of *of = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	buf_init(&v->brought, RENEWALS_PART_MAX);
	pasting_init(&v->pasting);
	if (of->card == NULL) {
		open_order(p, of->order);
	} else if (renewlook_of(&v->about, of->card, of->cert)) {
		if (of->order != NULL)
			snprintf(v->about.order, sizeof v->about.order, "%s",
			    of->order->order.number);
		look(p);
	}
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	/* What is being written down is to be. */
	if (v->stage != STAGE_BEGIN)
		renewwork_cancel(v->desk, v->work);
	if (desk_service(v->desk) != NULL)
		service_cancel(desk_service(v->desk), &v->ticket);
	renewlook_clear(&v->look);
	buf_clear(&v->brought);
	pasting_clear(&v->pasting);
}

/* --- what a person chooses ---------------------------------------------------------- */

static void
take_order(struct panel *p, int what, const char *text)
{
	struct view *v = p->state;

	(void)what;
	snprintf(v->about.order, sizeof v->about.order, "%s", text);
	look(p);
}

static void
ask_order(struct panel *p)
{
	const struct view *v = p->state;

	desk_open(p->desk, &view_ask_ops, &(struct ask_of){
	    .title = N_("Order"), .question = N_("Number of the order by which "
	    "it is renewed; empty: the one that the service knows."),
	    .first = v->about.order, .may_be_empty = true, .asker = p,
	    .take = take_order });
}

static void
take_key(struct panel *p, size_t at)
{
	struct view *v = p->state;

	v->about.key = (enum key_kind)(at + 1);
	look(p);
}

static void
choose_key(struct panel *p)
{
	const struct view *v = p->state;
	struct choose_of of = { .title = N_("Key"),
	    .question = N_("Which kind of key is the card to make?"),
	    .asker = p, .take = take_key };

	for (int k = KEY_KIND_NONE + 1; k < KEY_KINDS; k++) {
		if (v->look.flight.plan.key == (enum key_kind)k)
			of.first = of.n;
		of.names[of.n++] = key_kind_name((enum key_kind)k);
	}
	desk_open(p->desk, &view_choose_ops, &of);
}

/* It may be looked at anew meanwhile: what the row said counts. */
static void
take_way(struct panel *p, size_t at)
{
	struct view *v = p->state;

	if (at >= v->nways)
		return;
	snprintf(v->about.way, sizeof v->about.way, "%s", v->ways[at]);
	look(p);
}

static void
choose_way(struct panel *p)
{
	struct view *v = p->state;
	const struct way *list[CHOOSE_MAX];
	struct choose_of of = { .title = N_("Which way"), .asker = p,
	    .question = N_("How is the request to get to the authority?"),
	    .take = take_way };

	of.n = v->nways = ways_of(v->look.authority, list, CHOOSE_MAX);
	for (size_t i = 0; i < of.n; i++) {
		of.names[i] = list[i]->name;
		v->ways[i] = list[i]->id;
		if (strcmp(list[i]->id, v->look.flight.plan.way) == 0)
			of.first = i;
	}
	desk_open(p->desk, &view_choose_ops, &of);
}

/* Its key waits on this card, or it is not taken. */
static void
take_cert(struct panel *p, struct buf *bytes, const char *from)
{
	struct view *v = p->state;

	if (v->look.card == NULL || intake_key(span_of(bytes->data,
	    bytes->len), from, v->look.card, &v->about.key, &v->err) == NULL)
		return;
	buf_clear(&v->brought);
	v->brought = *bytes;
	buf_init(bytes, RENEWALS_PART_MAX);
	v->about.order[0] = '\0';
	snprintf(v->about.way, sizeof v->about.way, "%s", way_file.id);
	look(p);
}

static void
fetched(struct panel *p, struct renewkeep *w)
{
	struct view *v = p->state;

	v->ticket.id = 0;
	v->err = w->request.err;
	if (v->err.code == ERR_NONE)
		take_cert(p, &w->bytes, w->text);
}

/* As a file; at once, or when what is being looked at has been. */
static void
take_pasted(struct panel *p)
{
	struct view *v = p->state;
	struct buf bytes;

	if (!pasting_has(&v->pasting) || !can(p, ACT_FILE))
		return;
	buf_init(&bytes, RENEWALS_PART_MAX);
	pasting_take(&v->pasting, &bytes);
	take_cert(p, &bytes, _("the pasted text"));
	buf_clear(&bytes);
}

static void
take_file(struct panel *p, int what, const char *text)
{
	struct view *v = p->state;
	struct renewkeep *w = renewkeep_new(p, renewkeep_fetch, fetched);

	(void)what;
	w->text = reach_name(text);
	v->ticket = renewkeep_ask(w);
}

static void
ask_file(struct panel *p)
{
	desk_open(p->desk, &view_ask_ops, &(struct ask_of){
	    .title = N_("From file"), .question = N_("Which file holds the "
	    "new certificate (PEM, DER, PKCS#7); Tab completes:"),
	    .file = true, .asker = p, .take = take_file });
}

/* --- keys ---------------------------------------------------------------------- */

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;
	bool checked = v->stage == STAGE_CHECKED && v->look.card != NULL;

	switch (action) {
	case ACT_BACK:
		return true;
	case ACT_BEGIN:
		return checked && v->look.flight.go && v->ticket.id == 0;
	case ACT_AGAIN:
		return v->stage == STAGE_CHECKED && v->about.token[0] != '\0';
	case ACT_ORDER:
		return checked && v->look.authority != NULL &&
		    v->look.authority->orders_url[0] != '\0';
	case ACT_KEY:
		return checked && v->brought.len == 0;
	case ACT_WAY:
		return checked && v->look.authority != NULL &&
		    v->brought.len == 0;
	case ACT_FILE:
		return checked && v->ticket.id == 0;
	}
	return false;
}

static unsigned
act(struct panel *p, int action)
{
	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_BEGIN:
		begin(p);
		break;
	case ACT_AGAIN:
		look(p);
		break;
	case ACT_ORDER:
		ask_order(p);
		break;
	case ACT_KEY:
		choose_key(p);
		break;
	case ACT_WAY:
		choose_way(p);
		break;
	case ACT_FILE:
		ask_file(p);
		break;
	}
	return UI_HANDLED;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (pasting_input(&v->pasting, in, &v->err)) {
		take_pasted(p);
		return UI_HANDLED;
	}
	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

/* --- drawing ------------------------------------------------------------------- */

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;
	char buf[512];

	if (v->err.code != ERR_NONE) {
		page_text(page, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));
		page_text(page, STYLE_TEXT, err_next(&v->err, buf, sizeof buf));
		page_gap(page);
	}
	if (v->brought.len > 0)
		page_text(page, STYLE_STRONG, _("A certificate has been "
		    "brought; its key waits on the card. It is checked, then "
		    "put beside it."));
	if (v->stage == STAGE_CHECKED && v->look.card != NULL)
		renewpage_look(page, &v->look, desk_now(v->desk));
	else if (v->stage == STAGE_LOOK)
		page_text(page, STYLE_STRONG, _("Card, order, network and clock "
		    "are being checked..."));
	else if (v->stage == STAGE_BEGIN)
		page_text(page, STYLE_STRONG, _("It is being written down..."));
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
	const struct view *v = p->state;
	char holder[256];

	if (v->look.card == NULL)
		return _(p->ops->title);
	snprintf(buf, size, "%s %s %s", _(p->ops->title),
	    draw_glyph(GLYPH_BULLET),
	    words_text(cert_holder(v->look.card->certs[v->look.cert].cert),
	    desk_masked(p->desk), holder, sizeof holder));
	return buf;
}

void
view_renew_order(struct desk *d, const struct order_found *f)
{
	desk_open_top(d, &view_renew_ops, &(struct renew_of){ .order = f });
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_renew_ops = {
	.name = "renew",
	.title = N_("Renewal"),
	.about = N_("What is checked before a certificate is renewed on its card, "
	    "and how it would go. Nothing is written before it begins."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.title_now = title_now,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
	.changed = changed,
	.problem = problem,
};
