#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "ui/casework.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/paperwork.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_SAVE, ACT_PRINT, ACT_YES, ACT_NO, ACT_NOBODY };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to the case.") },
	{ .ch = 's', .action = ACT_SAVE, .label = N_("Save PDF"),
	  .help = N_("Write the page into a new file.") },
	{ .ch = 'd', .action = ACT_PRINT, .label = N_("Print"),
	  .help = N_("Print the page."),
	  .modes = NOT_AGENT },
	{ .ch = 'a', .action = ACT_YES, .label = N_("Accepted"),
	  .help = N_("The authority accepted it on the telephone.") },
	{ .ch = 'r', .action = ACT_NO, .label = N_("Refused"),
	  .help = N_("The authority refused on the telephone.") },
	{ .ch = 'b', .action = ACT_NOBODY, .label = N_("Nobody answered"),
	  .help = N_("Nobody answered the telephone.") },
};

struct view {
	struct page	 page;
	enum paper	 what;
	int64_t		 id;
	char		*number;
	struct case_now	 now;		/* what it is made of */
	bool		 have;
	char		*text;		/* in which language */
	const char	*language;
	struct service_ticket ticket;
	bool		 waiting;
	struct err	 err;
	const char	*said;		/* msgid: how it went, or NULL */
};

/* --- the text -------------------------------------------------------------- */

static void
got_case(struct panel *p, struct casework *w)
{
	struct view *v = p->state;

	v->ticket.id = 0;
	if (w->request.err.code != ERR_NONE)
		v->err = w->request.err;
	if (!w->have)
		return;
	casework_take(w, &v->now);
	v->have = true;
	v->language = NULL;
}

static void
get(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) == NULL)
		return;
	service_cancel(desk_service(p->desk), &v->ticket);
	v->ticket = casework_look(p, v->id, got_case);
}

/* In the present language, which may have changed since the last frame. */
static void
make_text(struct panel *p)
{
	struct view *v = p->state;
	const struct case_now *n = &v->now;
	const char *point = desk_setup(p->desk)->conf->point;

	if (!v->have || (v->language != NULL &&
	    strcmp(v->language, i18n_get()) == 0))
		return;
	free(v->text);
	if (v->what == PAPER_PHONE)
		v->text = phone_script(&n->row, &n->view, n->authority,
		    i18n_get());
	else if (v->what == PAPER_FORM)
		v->text = form_text(&n->row, &n->view, n->authority, point);
	else
		v->text = receipt_text(&n->row, &n->view, n->authority, point);
	v->language = i18n_get();
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct paper_of *of = arg;
	struct view *v = p->state;

	v->what = of->what;
	v->id = of->id;
	v->number = mem_strdup(of->number);
	get(p);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) != NULL)
		service_cancel(desk_service(p->desk), &v->ticket);
	case_now_clear(&v->now);
	free(v->text);
	free(v->number);
}

/* --- doing --------------------------------------------------------------- */

static int
do_paper(struct casework *w, struct registry *reg, struct err *err)
{
	char *path = w->text != NULL ? reach_name(w->text) : NULL;
	const struct setup *s = desk_setup(w->desk);
	const struct paperwork work = { .conf = s->conf,
	    .authorities = w->authorities, .id = w->id,
	    .form = w->outcome == PAPER_FORM, .file = path, .at = w->at,
	    .cancel = &w->request.job.cancel };
	int rc = paperwork(reg, &work, err);

	free(path);
	return rc;
}

static int
do_told(struct casework *w, struct registry *reg, struct err *err)
{
	const struct case_told told = { .channel = "telephone",
	    .whom = w->text[0] != '\0' ? w->text : NULL,
	    .outcome = w->outcome };

	return case_told(reg, w->id, &told, w->at, err);
}

static void
came_back(struct panel *p, struct casework *w)
{
	struct view *v = p->state;

	v->waiting = false;
	v->err = w->request.err;
	if (v->err.code != ERR_NONE)
		return;
	if (w->act != do_paper)
		desk_close(p->desk, p);
	else
		v->said = w->text != NULL ? N_("Saved.") :
		    N_("Handed to the printer.");
}

static void
make_page(struct panel *p, const char *path)
{
	struct view *v = p->state;
	struct casework *w = casework_new(p, do_paper, came_back);

	w->id = v->id;
	w->outcome = (int)v->what;
	w->text = mem_strdup(path);
	v->waiting = true;
	v->said = NULL;
	err_clear(&v->err);
	casework_ask(w, SERVICE_BULK);
}

static void
take_answer(struct panel *p, int what, const char *text)
{
	struct view *v = p->state;
	struct casework *w;

	if (what == ACT_SAVE) {
		make_page(p, text);
		return;
	}
	/* Nobody was told anything, so that is no more than a note. */
	w = casework_new(p, what == ACT_NOBODY ? casework_note : do_told,
	    came_back);
	w->id = v->id;
	w->outcome = what == ACT_YES;
	w->text = mem_strdup(text);
	v->waiting = true;
	casework_ask(w, SERVICE_KEEP);
}

static void
ask_file(struct panel *p)
{
	const struct view *v = p->state;
	char *first = mem_printf("~/%s-%s.pdf", v->what == PAPER_FORM ?
	    _("request") : _("receipt"), v->number);
	const struct ask_of of = { .title = N_("Save PDF"),
	    .question = N_("Into which new file:"), .first = first, .asker = p,
	    .what = ACT_SAVE, .take = take_answer };

	/* A case's number has a stroke in it, which would be a folder. */
	for (char *c = first + 2; *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
	desk_open(p->desk, &view_ask_ops, &of);
	free(first);
}

static void
ask_whom(struct panel *p, int action)
{
	const struct ask_of of = { .title = N_("Telephone"),
	    .question = N_("Who answered there? A name or a number, or leave it "
	    "empty."), .may_be_empty = true, .asker = p, .what = action,
	    .take = take_answer };

	desk_open(p->desk, &view_ask_ops, &of);
}

static unsigned
act(struct panel *p, int action)
{
	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_SAVE:
		ask_file(p);
		break;
	case ACT_PRINT:
		make_page(p, NULL);
		break;
	case ACT_NOBODY:
		take_answer(p, action, _("Nobody answered the telephone."));
		break;
	default:
		ask_whom(p, action);
	}
	return UI_HANDLED;
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	if (action == ACT_BACK)
		return true;
	if (v->waiting)
		return false;
	return (action == ACT_SAVE || action == ACT_PRINT) ==
	    (v->what != PAPER_PHONE);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

/* --- drawing ------------------------------------------------------------- */

/* As it will stand on paper: columns are the page's own. */
static void
say_line(struct page *page, const char *line, size_t len)
{
	char text[512];
	int row = page_take(page, 1);

	snprintf(text, sizeof text, "%.*s", (int)len, line);
	draw_text(&page->r, row, 0, 0, STYLE_TEXT, text);
}

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;
	char buf[512];

	if (v->waiting)
		page_text(page, STYLE_STRONG, _("being done..."));
	if (v->said != NULL)
		page_text(page, STYLE_GOOD, _(v->said));
	if (v->err.code != ERR_NONE) {
		page_text(page, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));
		page_text(page, STYLE_TEXT, err_next(&v->err, buf, sizeof buf));
	}
	for (const char *s = v->text; s != NULL && *s != '\0'; ) {
		size_t len = strcspn(s, "\n");

		say_line(page, s, len);
		s += len + (s[len] == '\n');
	}
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	/* 78 columns, as on paper: without the air beside the frame. */
	struct rect whole = { r->y, p->at.x + 1, r->h, p->at.w - 2 };

	make_text(p);
	page_draw(&v->page, &whole, focused, content, v);
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	static const char *const titles[] = {
		[PAPER_PHONE] = N_("Read this aloud to the authority"),
		[PAPER_FORM] = N_("Request to sign"),
		[PAPER_RECEIPT] = N_("Receipt"),
	};

	(void)buf;
	(void)size;
	return _(titles[((struct view *)p->state)->what]);
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	snprintf(buf, size, "%s", ((struct view *)p->state)->number);
	return buf;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_paper_ops = {
	.name = "paper",
	.title = N_("Paper"),
	.about = N_("What is read aloud, signed or handed out, as text; a page "
	    "of it can be saved or printed."),
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
	.can = can,
	.kept = get,
	.problem = problem,
};
