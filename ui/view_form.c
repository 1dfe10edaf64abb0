#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "ui/desk.h"
#include "ui/ordering.h"
#include "ui/page.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_SAVE, ACT_PRINT };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to the order.") },
	{ .ch = 's', .action = ACT_SAVE, .label = N_("Save PDF"),
	  .help = N_("Write the form into a new file.") },
	{ .ch = 'd', .action = ACT_PRINT, .label = N_("Print"),
	  .help = N_("Print the form."),
	  .modes = NOT_AGENT },
};

struct view {
	struct page		 page;
	const struct authority	*authority;
	char			*number;
	bool			 prints;	/* this mode does */
	unsigned		 work;
	bool			 keeps;		/* it saves or prints */
	bool			 have;
	size_t			 bytes;
	char			*text;		/* what stands in it, or NULL */
	char			*file;		/* the last one saved, or NULL */
	const char		*said;		/* msgid, or NULL */
	struct err		 err;
};

/* --- work ---------------------------------------------------------------------- */

static struct orderwork *
work_on(struct panel *p, orderwork_act_fn *act, orderwork_back_fn *back)
{
	struct view *v = p->state;
	struct orderwork *w = orderwork_new(p, act, back);

	w->authority = v->authority;
	w->number = mem_strdup(v->number);
	err_clear(&v->err);
	v->said = NULL;
	return w;
}

static void
fetched(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->err = w->err;
	v->have = w->err.code == ERR_NONE;
	v->bytes = w->page.len;
	v->text = w->text;
	w->text = NULL;
}

static void
saved(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->err = w->err;
	if (w->err.code == ERR_NONE) {
		free(v->file);
		v->file = w->file;
		w->file = NULL;
		v->said = v->file != NULL ? N_("Saved.") :
		    N_("Handed to the printer.");
	}
}

static void
save(struct panel *p, int what, const char *text)
{
	struct view *v = p->state;
	struct orderwork *w = work_on(p, orderwork_form_save, saved);

	(void)what;
	w->file = reach_name(text);
	v->keeps = true;
	v->work = orderwork_post(w);
}

static void
ask_file(struct panel *p)
{
	const struct view *v = p->state;
	char *first = mem_printf("~/%s-%s.pdf", _("order"), v->number);
	const struct ask_of of = { .title = N_("Save PDF"),
	    .question = N_("Into which new file:"), .first = first, .asker = p,
	    .what = ACT_SAVE, .take = save };

	/* A number may have a stroke in it, which would be a folder. */
	for (char *c = first + 2; *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
	desk_open(p->desk, &view_ask_ops, &of);
	free(first);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct form_of *of = arg;
	struct view *v = p->state;

	v->prints = mode_has(desk_setup(p->desk)->mode, NOT_AGENT);
	v->authority = of->authority;
	v->number = mem_strdup(of->number);
	v->work = orderwork_post(work_on(p, orderwork_form_read, fetched));
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	/* What somebody asked to have is theirs, whatever they look at next. */
	if (v->work != 0 && !v->keeps)
		orderwork_cancel(p->desk, v->work);
	if (v->text != NULL)
		explicit_bzero(v->text, strlen(v->text));
	free(v->text);
	free(v->number);
	free(v->file);
}

/* --- keys ------------------------------------------------------------------------ */

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	return action == ACT_BACK || (v->work == 0 && v->have);
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_SAVE:
		ask_file(p);
		break;
	case ACT_PRINT:
		v->keeps = true;
		v->work = orderwork_post(work_on(p, orderwork_form_print,
		    saved));
		break;
	}
	return UI_HANDLED;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

/* --- drawing ------------------------------------------------------------------------- */

static void
say_lines(struct page *page, const char *s)
{
	char line[512];

	page_gap(page);
	while (*s != '\0') {
		size_t len = strcspn(s, "\n");

		snprintf(line, sizeof line, "%.*s", (int)text_cut(s, len <
		    sizeof line ? len : sizeof line - 1), s);
		page_text(page, STYLE_TEXT, len > 0 ? line : " ");
		s += len + (s[len] == '\n');
	}
}

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;
	char buf[512];

	if (v->work != 0)
		page_text(page, STYLE_STRONG, v->have ? _("being done...") :
		    _("the form is being fetched..."));
	if (v->said != NULL)
		page_text(page, STYLE_GOOD, _(v->said));
	if (v->said != NULL && v->file != NULL)
		page_text(page, STYLE_TEXT, v->file);
	if (v->err.code != ERR_NONE) {
		page_text(page, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));
		page_text(page, STYLE_TEXT, err_next(&v->err, buf, sizeof buf));
	}
	if (!v->have)
		return;
	snprintf(buf, sizeof buf, v->prints ? _("The form is here, a PDF of "
	    "%zu KB: s saves it, d prints it. It is to be signed and sent as "
	    "the authority's mail says.") : _("The form is here, a PDF of %zu "
	    "KB: s saves it. It is to be signed and sent as the authority's "
	    "mail says."), (v->bytes + 1023) / 1024);
	page_text(page, STYLE_TEXT, buf);
	if (v->text != NULL)
		say_lines(page, v->text);
	else
		page_text(page, STYLE_TEXT, _("The authority gives its words "
		    "only as that PDF, which a terminal cannot show: saved, any "
		    "PDF viewer opens it; printed, it is read on paper."));
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

	snprintf(buf, size, "%s %s %s", _(p->ops->title),
	    draw_glyph(GLYPH_BULLET), v->number);
	return buf;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_form_ops = {
	.name = "form",
	.title = N_("Order form"),
	.about = N_("The form of an order, fetched from the authority, to read, "
	    "save or print."),
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
	.problem = problem,
};
