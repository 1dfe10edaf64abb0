#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/issuers.h"
#include "registry/query.h"
#include "ui/casework.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/recwords.h"
#include "ui/views.h"
#include "ui/whose.h"

#define ISSUERS_WANTED	500	/* of the registry */

enum { ACT_BACK = 1, ACT_ENTER, ACT_UP, ACT_DOWN, ACT_DECIMAL };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Take the issuer under the cursor, then the number.") },
	{ .key = UK_TAB, .action = ACT_DECIMAL, .label = N_("Hex/decimal"),
	  .help = N_("Read the number as hexadecimal or as decimal.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were.") },
	{ .key = UK_UP, .action = ACT_UP },
	{ .key = UK_DOWN, .action = ACT_DOWN },
};

struct issuers {
	struct record_issuer	*v;
	size_t			 n;
};

struct view {
	struct desk		*desk;
	struct issuers		 all;
	struct field		 filter, number;
	size_t			 at;		/* among those that match */
	bool			 chosen, decimal;
	struct record		 cert;		/* its issuer, when chosen */
	struct err		 err;
	struct service_ticket	 ticket;
};

/* --- which issuers there are, on the registry's thread ------------------- */

struct load {
	struct request			 request;
	struct desk			*desk;
	unsigned			 panel;
	const struct authorities	*authorities;
	struct issuers			 found;
};

static bool
has(const struct issuers *all, const struct record_issuer *i)
{
	for (size_t k = 0; k < all->n; k++)
		if (all->v[k].key_len == i->key_len && memcmp(all->v[k].key,
		    i->key, i->key_len) == 0)
			return true;
	return false;
}

static int
add(const struct record_issuer *i, void *arg)
{
	struct issuers *all = arg;

	if (has(all, i))
		return 0;
	all->v = mem_grow(all->v, all->n + 1, sizeof *all->v);
	record_issuer_copy(&all->v[all->n++], i);
	return 0;
}

static int
load_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct load *l = (struct load *)r;

	for (size_t i = 0; i < l->authorities->n; i++)
		(void)whose_each(&l->authorities->v[i], add, &l->found);
	return issuers_each(hand->registry, ISSUERS_WANTED, add, &l->found, err);
}

static void
issuers_clear(struct issuers *all)
{
	while (all->n > 0)
		record_issuer_clear(&all->v[--all->n]);
	free(all->v);
	all->v = NULL;
}

static void
load_done(struct request *r)
{
	struct load *l = (struct load *)r;
	struct panel *p = desk_find_panel(l->desk, l->panel);
	struct view *v;

	if (p == NULL)
		return;
	v = p->state;
	v->ticket.id = 0;
	v->err = r->err;
	issuers_clear(&v->all);
	v->all = l->found;
	l->found = (struct issuers){ 0 };
}

static void
load_free(struct request *r)
{
	struct load *l = (struct load *)r;

	issuers_clear(&l->found);
	free(l);
}

/* "h" or "d", how the number is read, and the number. */
static bool
stands(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	snprintf(buf, size, "%c%s", v->decimal ? 'd' : 'h', v->number.text);
	return v->number.text[0] != '\0';
}

static void
go_on(struct view *v, const char *text)
{
	v->decimal = text[0] == 'd';
	field_set(&v->number, text + (text[0] != '\0'));
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;
	struct load *l;

	v->desk = p->desk;
	record_init(&v->cert);
	v->cert.how = HOW_TYPED;
	if (arg != NULL)
		go_on(v, arg);
	if (desk_service(p->desk) == NULL)
		return;
	l = mem_alloc(sizeof *l);
	l->request.run = load_run;
	l->request.done = load_done;
	l->request.free = load_free;
	l->desk = p->desk;
	l->panel = p->id;
	l->authorities = desk_setup(p->desk)->authorities;
	v->ticket = service_ask(desk_service(p->desk), SERVICE_LOOK,
	    &l->request);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) != NULL)
		service_cancel(desk_service(p->desk), &v->ticket);
	issuers_clear(&v->all);
	record_clear(&v->cert);
}

/* --- choosing ------------------------------------------------------------ */

/* The one that many matches on; NULL for none. */
static const struct record_issuer *
match(const struct view *v, size_t which)
{
	for (size_t i = 0; i < v->all.n; i++)
		if ((text_find(v->all.v[i].shown, v->filter.text) ||
		    text_find(v->all.v[i].line, v->filter.text)) &&
		    which-- == 0)
			return &v->all.v[i];
	return NULL;
}

/* The number as it is read now; false for none, or for too long a one. */
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

static unsigned
choose(struct view *v)
{
	const struct record_issuer *i = match(v, v->at);

	record_issuer_clear(&v->cert.issuer);
	if (i != NULL)
		record_issuer_copy(&v->cert.issuer, i);
	else if (strchr(v->filter.text, '=') == NULL ||
	    whose_named(&v->cert.issuer, v->filter.text) == -1) {
		err_set(&v->err, ERR_USAGE, _("no issuer of that name is known "
		    "here; write it in full: CN=..., O=..., C=PL"), NULL);
		return UI_HANDLED;
	}
	v->chosen = true;
	return UI_HANDLED;
}

static unsigned
enter(struct panel *p)
{
	struct view *v = p->state;
	struct desk *d = p->desk;
	struct record typed;
	struct revoke_of of = { .typed = &typed };

	err_clear(&v->err);
	if (!v->chosen)
		return choose(v);
	if (!read_number(v)) {
		err_set(&v->err, ERR_USAGE, _("this is no serial number"), NULL);
		return UI_HANDLED;
	}
	typed = v->cert;
	record_init(&v->cert);
	desk_close(d, p);
	desk_open_top(d, &view_revoke_ops, &of);
	record_clear(&typed);
	return UI_HANDLED;
}

/* --- drawing ------------------------------------------------------------- */

static void
draw_issuers(const struct view *v, const struct rect *r, int row)
{
	const struct record_issuer *i;
	size_t first = r->h - row > 0 && v->at >= (size_t)(r->h - row) ?
	    v->at - (size_t)(r->h - row) + 1 : 0;

	for (size_t k = first; row < r->h && (i = match(v, k)) != NULL;
	    k++, row++) {
		struct rect line = { r->y + row, r->x, 1, r->w };
		enum style style = k == v->at ? STYLE_SELECTED : STYLE_TEXT;

		draw_fill(&line, 0, 0, 0, style);
		draw_textf(&line, 0, 0, 0, style, "%s %s", k == v->at ?
		    draw_glyph(GLYPH_SELECTED) : " ", i->shown);
	}
}

static void
draw_number(struct view *v, const struct rect *r, int row, bool focused)
{
	char text[RECWORDS_SERIAL_MAX];
	int col;

	draw_textf(r, row++, 0, 0, STYLE_STRONG, "%s", v->cert.issuer.shown);
	col = draw_textf(r, ++row, 0, 0, STYLE_KEY, "%s ", v->decimal ?
	    _("serial number, in decimal:") : _("serial number, in hex:"));
	field_draw(&v->number, r, row, col, 0, focused);
	if (v->number.text[0] == '\0' || !read_number(v))
		return;
	draw_textf(r, row + 2, 0, 0, STYLE_TEXT, _("in hex: %s"),
	    recwords_serial(&v->cert, text, sizeof text));
	draw_textf(r, row + 3, 0, 0, STYLE_DIM, _("in decimal: %s"),
	    recwords_decimal(&v->cert, text, sizeof text));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	char text[512];
	int row = draw_paragraph(r, 0, 0, 3, STYLE_TEXT, _("No certificate is "
	    "selected, so its issuer and serial number are typed. It was never "
	    "seen here, and the case will say so.")), col;

	if (v->err.code != ERR_NONE)
		row += draw_paragraph(r, row, 0, 2, STYLE_BAD,
		    err_sentence(&v->err, text, sizeof text));
	row++;
	if (v->chosen) {
		draw_number(v, r, row, focused);
		return;
	}
	col = draw_textf(r, row, 0, 0, STYLE_KEY, "%s ", _("issuer:"));
	draw_issuers(v, r, row + 2);
	field_draw(&v->filter, r, row, col, 0, focused);
}

/* --- keys ---------------------------------------------------------------- */

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (field_input(v->chosen ? &v->number : &v->filter, in)) {
		err_clear(&v->err);
		if (!v->chosen)
			v->at = 0;
		return UI_HANDLED;
	}
	/* No letter typed here may ever mean something else. */
	return in->kind == INPUT_CHAR ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		if (!v->chosen)
			return UI_HANDLED | UI_CLOSE;
		v->chosen = false;
		break;
	case ACT_ENTER:
		return enter(p);
	case ACT_DECIMAL:
		v->decimal = !v->decimal;
		break;
	case ACT_UP:
		v->at -= v->at > 0;
		break;
	case ACT_DOWN:
		v->at += match(v, v->at + 1) != NULL;
		break;
	}
	return UI_HANDLED;
}

static bool
can(struct panel *p, int action)
{
	return action != ACT_DECIMAL || ((struct view *)p->state)->chosen;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_typed_ops = {
	.name = "typed",
	.title = N_("Revoke: issuer and serial number by hand"),
	.about = N_("For a certificate that was never seen here: its issuer, out "
	    "of those that are known or in writing, and its serial number."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.draw = draw,
	.stands = stands,
	.input = input,
	.act = act,
	.can = can,
	.problem = problem,
};
