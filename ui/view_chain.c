#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "base/worker.h"
#include "ui/answering.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/pageout.h"
#include "ui/trouble.h"
#include "ui/views.h"

#define TITLE_COLS	22

enum { ACT_BACK = 1, ACT_AGAIN, ACT_SAVE, ACT_PRINT };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were; what is being looked at is "
	  "given up.") },
	{ .ch = 'a', .action = ACT_AGAIN, .label = N_("Look again"),
	  .help = N_("Look at all of it once more, from the top.") },
	{ .ch = 's', .action = ACT_SAVE, .label = N_("Save report"),
	  .help = N_("Write the report, without personal data, into a new "
	  "file, for whoever is asked for help.") },
	{ .ch = 'd', .action = ACT_PRINT, .label = N_("Print"),
	  .help = N_("Print the report."),
	  .modes = NOT_AGENT },
};

/* What has been found so far, in the order it was. */
struct view {
	struct desk		*desk;
	struct answering	*answering;
	enum chain_id		 id;
	struct page		 page;
	unsigned		 work;		/* under way, or 0 */
	unsigned		 round;		/* how often it was begun */
	const char		*now;		/* msgid: what is looked at */
	struct finding		*found;
	size_t			 nfound;
	struct chain_report	 report;	/* when it has ended */
	bool			 ended;
	char			 language[3];	/* that it was told in */
	struct err		 err;
	/* The report on its way out. */
	char			*path;		/* waits for the end; or NULL */
	unsigned		 job;		/* or 0 */
	const char		*said;		/* msgid: how it went, or NULL */
	struct err		 out_err;
};

/* --- looking ----------------------------------------------------------------- */

static void
begins(struct panel *p, unsigned round, const char *title)
{
	struct view *v = p->state;

	if (round == v->round)
		v->now = title;
}

/* One that turns out otherwise after all takes its own place. */
static void
found(struct panel *p, unsigned round, const struct finding *f)
{
	struct view *v = p->state;
	size_t i = v->nfound;

	if (round != v->round)
		return;
	if (i > 0 && strcmp(v->found[i - 1].link, f->link) == 0 &&
	    strcmp(v->found[i - 1].title, f->title) == 0 &&
	    f->health == HEALTH_WRONG && v->found[i - 1].health == HEALTH_OK)
		i--;
	else
		v->found = mem_grow(v->found, ++v->nfound, sizeof *v->found);
	v->found[i] = *f;
}

static void	 take_out(struct panel *, const char *path);

static void
forget_path(struct view *v)
{
	free(v->path);
	v->path = NULL;
}

static void
ended(struct panel *p, struct chain_report *report, const struct err *err)
{
	struct view *v = p->state;

	v->work = 0;
	v->now = NULL;
	v->err = *err;
	v->ended = err->code == ERR_NONE;
	chain_report_clear(&v->report);
	v->report = *report;
	if (v->ended && v->path != NULL)
		take_out(p, v->path);
	forget_path(v);
}

static void
look(struct panel *p)
{
	static const struct answering_chain tells = { .begins = begins,
	    .found = found, .ended = ended };
	struct view *v = p->state;

	answering_cancel(v->answering, v->work);
	chain_report_clear(&v->report);
	v->report = (struct chain_report){ .n = 0 };
	v->nfound = 0;
	v->ended = false;
	v->said = NULL;
	err_clear(&v->err);
	err_clear(&v->out_err);
	snprintf(v->language, sizeof v->language, "%s", i18n_get());
	v->work = answering_chain(v->answering, p, v->id, ++v->round,
	    &tells);
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	v->desk = p->desk;
	v->answering = desk_answering(p->desk);
	v->id = chain_by_name(arg);
	if (v->id == CHAINS)
		v->id = CHAIN_ALL;
	look(p);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	answering_cancel(v->answering, v->work);
	chain_report_clear(&v->report);
	forget_path(v);
	free(v->found);
}

/* A card that was put in or out is looked at by itself. */
static unsigned
changed(struct panel *p)
{
	const struct card *c = desk_card(p->desk);
	const struct view *v = p->state;

	if (v->id != CHAIN_NETWORK && (c == NULL || c->state != CARD_READING))
		look(p);
	return UI_HANDLED;
}

/* --- the report ------------------------------------------------------------------ */

struct outing {
	struct job		 job;
	struct desk		*desk;
	unsigned		 panel;
	char			*path;		/* NULL: to the printer */
	struct chain_report	 report;
	int64_t			 at;
	struct err		 err;
};

/* A name that ends in .txt is text for a mail; all else is a page. */
static int
make_report(const struct outing *o, const char *font, struct buf *out,
    struct err *err)
{
	size_t len = o->path != NULL ? strlen(o->path) : 0;
	char *text;

	if (len < 4 || strcmp(o->path + len - 4, ".txt") != 0)
		return chain_page(&o->report, o->at, font, out, err);
	text = chain_text(&o->report, o->at);
	(void)buf_add(out, text, strlen(text));
	free(text);
	return 0;
}

static void
out_run(struct job *j)
{
	struct outing *o = (struct outing *)j;
	const struct conf *conf = desk_setup(o->desk)->conf;
	struct buf page;

	buf_init(&page, PAGEOUT_MAX);
	if (make_report(o, conf->font[0] != '\0' ? conf->font : NULL, &page,
	    &o->err) == 0)
		(void)(o->path != NULL ? pageout_save(o->path, &page,
		    &o->err) : pageout_print(conf, _("report"), &page,
		    &j->cancel, &o->err));
	buf_clear(&page);
}

static void
out_done(struct job *j)
{
	struct outing *o = (struct outing *)j;
	struct panel *p = desk_find_panel(o->desk, o->panel);
	struct view *v;

	if (p == NULL) {
		/* The page was left, and yet it was wanted. */
		if (o->err.code != ERR_NONE)
			desk_tell_error(o->desk, &o->err);
		return;
	}
	v = p->state;
	v->job = 0;
	v->out_err = o->err;
	if (o->err.code == ERR_NONE)
		v->said = o->path != NULL ? N_("Saved.") :
		    N_("Handed to the printer.");
	desk_dirty(o->desk);
}

static void
out_free(struct job *j)
{
	struct outing *o = (struct outing *)j;

	chain_report_clear(&o->report);
	free(o->path);
	free(o);
}

static void
take_out(struct panel *p, const char *path)
{
	struct view *v = p->state;
	struct outing *o = mem_alloc(sizeof *o);

	o->job = (struct job){ .run = out_run, .done = out_done,
	    .free = out_free };
	o->desk = p->desk;
	o->panel = p->id;
	o->path = path != NULL ? reach_name(path) : NULL;
	o->at = desk_now(p->desk);
	o->report = v->report;
	o->report.v = mem_array(v->report.n, sizeof *v->report.v);
	memcpy(o->report.v, v->report.v, v->report.n * sizeof *v->report.v);
	v->said = NULL;
	err_clear(&v->out_err);
	v->job = worker_post(desk_files(p->desk), &o->job);
}

static void
take_path(struct panel *p, int what, const char *text)
{
	struct view *v = p->state;

	(void)what;
	/* A card that came meanwhile is looked at first; then there is a report. */
	if (v->ended) {
		take_out(p, text);
		return;
	}
	forget_path(v);
	v->path = v->work != 0 ? mem_strdup(text) : NULL;
}

static void
ask_path(struct panel *p)
{
	char *first = mem_printf("~/%s.txt", _("report"));

	desk_open(p->desk, &view_ask_ops, &(struct ask_of){
	    .title = N_("Save report"), .question = N_("Into which new file "
	    "(.txt for a mail, .pdf for paper):"), .first = first,
	    .file = true, .asker = p, .take = take_path });
	free(first);
}

/* --- drawing ----------------------------------------------------------------------- */

static const struct {
	enum glyph	 glyph;
	const char	*sign;		/* instead of a glyph */
	enum style	 style;
} signs[] = {
	[HEALTH_OK] = { GLYPH_YES, NULL, STYLE_GOOD },
	[HEALTH_WARNING] = { 0, "!", STYLE_WARN },
	[HEALTH_WRONG] = { GLYPH_NO, NULL, STYLE_BAD },
	[HEALTH_UNKNOWN] = { GLYPH_UNKNOWN, NULL, STYLE_DIM },
	[HEALTH_NOT_NEEDED] = { GLYPH_BULLET, NULL, STYLE_DIM },
};

static void
say_err(struct page *page, const struct err *err)
{
	char buf[512];

	if (err->code == ERR_NONE)
		return;
	page_text(page, STYLE_BAD, err_sentence(err, buf, sizeof buf));
	page_text(page, STYLE_TEXT, err_next(err, buf, sizeof buf));
}

/* What came of it stands before how it was found. */
static void
say_end(struct page *page, const struct view *v)
{
	const struct finding *f = v->report.broken < v->report.n ?
	    &v->report.v[v->report.broken] : NULL;

	if (!v->ended)
		return;
	if (f == NULL) {
		page_marked(page, draw_glyph(GLYPH_YES), STYLE_GOOD,
		    STYLE_STRONG, _("Nothing that was looked at is broken."));
		return;
	}
	page_marked(page, draw_glyph(GLYPH_NO), STYLE_BAD, STYLE_STRONG,
	    f->saw);
	if (f->mend[0] != '\0')
		page_text(page, STYLE_TEXT, f->mend);
	if (f->turn != TURN_NOBODY && f->turn != TURN_UNKNOWN)
		page_text(page, STYLE_TEXT, turn_words(f->turn));
}

static void
say_found(struct page *page, const struct finding *f, bool again)
{
	page_item(page, signs[f->health].sign != NULL ? signs[f->health].sign :
	    draw_glyph(signs[f->health].glyph), signs[f->health].style,
	    again ? "" : _(f->title), TITLE_COLS,
	    f->saw[0] != '\0' ? f->saw : health_word(f->health));
	if (f->health == HEALTH_WARNING && f->mend[0] != '\0')
		page_item(page, " ", STYLE_DIM, "", TITLE_COLS, f->mend);
}

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;

	if (v->said != NULL)
		page_text(page, STYLE_GOOD, _(v->said));
	say_err(page, &v->out_err);
	say_err(page, &v->err);
	say_end(page, v);
	if (page->lines > 0)
		page_gap(page);
	for (size_t i = 0; i < v->nfound; i++)
		say_found(page, &v->found[i], i > 0 &&
		    strcmp(v->found[i].title, v->found[i - 1].title) == 0);
	if (v->work != 0)
		page_item(page, " ", STYLE_DIM, v->now != NULL ? _(v->now) :
		    "", TITLE_COLS, _("being looked at..."));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	/* Its sentences were made on the way, in the language of then. */
	if (v->ended && strcmp(v->language, i18n_get()) != 0)
		look(p);
	page_draw(&v->page, r, focused, content, v);
}

/* A chain is called as the question that it answers. */
static const char *
question(struct panel *p)
{
	const struct view *v = p->state;

	return v->id != CHAIN_ALL ? chain_name(v->id) : NULL;
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	static const char *const titles[CHAINS] = {
		[CHAIN_CARD] = N_("From the reader to the key"),
		[CHAIN_EMAIL] = N_("From the reader to signed mail"),
		[CHAIN_NETWORK] = N_("The way to the service"),
		[CHAIN_CLIENT] = N_("From the reader to the service"),
		[CHAIN_ALL] = N_("Everything that can be looked at"),
		[CHAIN_KIOSK] = N_("What makes this machine a kiosk"),
	};

	(void)buf;
	(void)size;
	return _(titles[((struct view *)p->state)->id]);
}

/* --- keys ---------------------------------------------------------------------------- */

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	switch (action) {
	case ACT_SAVE:
	case ACT_PRINT:
		return v->ended && v->job == 0;
	default:
		return true;
	}
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_AGAIN:
		look(p);
		break;
	case ACT_SAVE:
		ask_path(p);
		break;
	case ACT_PRINT:
		take_out(p, NULL);
		break;
	}
	return UI_HANDLED;
}

/*
 * What kept it from being saved or looked at, as it stands on top; then what is
 * broken, and what else went wrong.
 */
static void
problems(struct panel *p, struct troubles *t)
{
	const struct view *v = p->state;

	trouble_add(t, &v->out_err);
	trouble_add(t, &v->err);
	for (size_t i = 0; i < v->nfound; i++)
		if (v->found[i].health == HEALTH_WRONG)
			trouble_add(t, &v->found[i].err);
	for (size_t i = 0; i < v->nfound; i++)
		trouble_add(t, &v->found[i].err);
}

const struct panel_ops view_chain_ops = {
	.name = "chain",
	.title = N_("One after the other"),
	.about = N_("Everything between a person and a signature, from top to "
	    "bottom until something is broken: what, and whose turn it is."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.title_now = title_now,
	.draw = draw,
	.question = question,
	.problems = problems,
	.input = input,
	.act = act,
	.can = can,
	.changed = changed,
};
