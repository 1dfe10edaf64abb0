#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "base/worker.h"
#include "renewal/register.h"
#include "ui/desk.h"
#include "ui/ordering.h"
#include "ui/page.h"
#include "ui/renewing.h"
#include "ui/views.h"

#define NAME_COLS	26

enum { ACT_BACK = 1, ACT_PUT, ACT_SAVE, ACT_ORDER };

static const struct key_binding bindings[] = {
	{ .ch = '1', .action = ACT_PUT, .label = N_("Programs"),
	  .help = N_("Make the card's software known to the programs in the "
	  "list that do not know it yet."),
	  .modes = NOT_AGENT },
	{ .ch = '2', .action = ACT_SAVE, .label = N_("Save .cer"),
	  .help = N_("Write the certificate into a new file, for another "
	  "computer.") },
	{ .ch = '3', .action = ACT_ORDER, .label = N_("Order"),
	  .help = N_("Ask how the order stands at the authority.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were.") },
};

struct view {
	struct desk		*desk;
	struct page		 page;
	struct renewlook_about	 about;
	char			*module;	/* its path, or NULL */
	char			*order;
	struct register_places	 places;
	bool			 looked, puts;	/* job writes */
	unsigned		 job, work, asking;
	char			 said[256];
	struct err		 err;
};

/* The programs of this computer are nothing to who is at another. */
static bool
has_programs(const struct view *v)
{
	return mode_has(desk_setup(v->desk)->mode, NOT_AGENT);
}

/* --- looking, and writing: on the files' own thread ---------------------------- */

struct registering {
	struct job		 job;
	struct desk		*desk;
	unsigned		 panel;
	char			*home, *module;
	bool			 put;
	size_t			 done;
	struct register_places	 places;
	struct err		 err;
};

static void
run(struct job *j)
{
	struct registering *r = (struct registering *)j;

	register_look(r->home, r->module, &r->places);
	for (size_t i = 0; r->put && i < r->places.n; i++) {
		if (r->places.v[i].state != REGISTER_NOT)
			continue;
		if (register_put(&r->places.v[i], r->module, &r->err) == -1)
			break;
		r->done++;
	}
	if (!r->put)
		return;
	register_places_clear(&r->places);
	register_look(r->home, r->module, &r->places);
}

static void
done(struct job *j)
{
	struct registering *r = (struct registering *)j;
	struct panel *p = desk_find_panel(r->desk, r->panel);
	struct view *v;

	if (p == NULL) {
		if (r->err.code != ERR_NONE)
			desk_tell_error(r->desk, &r->err);
		return;
	}
	v = p->state;
	v->job = 0;
	v->err = r->err;
	v->looked = true;
	register_places_clear(&v->places);
	v->places = r->places;
	r->places = (struct register_places){ .n = 0 };
	if (r->put && r->err.code == ERR_NONE)
		snprintf(v->said, sizeof v->said, "%s", _("Done. Programs that "
		    "run now see it when they start next."));
	desk_dirty(r->desk);
}

static void
free_job(struct job *j)
{
	struct registering *r = (struct registering *)j;

	register_places_clear(&r->places);
	free(r->home);
	free(r->module);
	free(r);
}

static void
begin(struct panel *p, bool put)
{
	struct view *v = p->state;
	struct registering *r;

	if (v->module == NULL || !has_programs(v))
		return;
	r = mem_alloc(sizeof *r);
	r->job = (struct job){ .run = run, .done = done, .free = free_job };
	r->desk = p->desk;
	r->panel = p->id;
	r->home = reach_name("~/");
	r->home[strlen(r->home) - 1] = '\0';
	r->module = mem_strdup(v->module);
	r->put = put;
	v->said[0] = '\0';
	v->puts = put;
	v->job = worker_post(desk_files(p->desk), &r->job);
}

/* --- a file, and the order -------------------------------------------------------- */

static void
exported(struct panel *p, struct renewwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->err = w->err;
	if (w->err.code == ERR_NONE)
		snprintf(v->said, sizeof v->said, _("Saved: %s"), w->file);
}

static void
save(struct panel *p, int what, const char *text)
{
	struct view *v = p->state;
	struct renewwork *w = renewwork_new(p, renewwork_export, exported);

	(void)what;
	w->about = v->about;
	w->file = reach_name(text);
	v->said[0] = '\0';
	v->work = renewwork_post(w);
}

static void
ask_file(struct panel *p)
{
	desk_open(p->desk, &view_ask_ops, &(struct ask_of){
	    .title = N_("Save .cer"), .question = N_("Into which new file:"),
	    .first = "~/certificate.cer", .file = true, .asker = p,
	    .take = save });
}

static void
came_back(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->asking = 0;
	v->err = w->err.code != ERR_NONE ? w->err : w->answer.err;
	if (w->answer.n > 0)
		desk_open_over(p, &view_order_ops, &w->answer.v[0]);
}

static void
ask_order(struct panel *p)
{
	struct view *v = p->state;
	struct orderwork *w = orderwork_new(p, orderwork_look, came_back);

	w->queries[0].by = ORDER_BY_NUMBER;
	snprintf(w->queries[0].value, sizeof w->queries[0].value, "%s",
	    v->order);
	w->nqueries = 1;
	v->asking = orderwork_post(w);
}

/* --- the view ------------------------------------------------------------------------ */

static char *
path_of(const struct desk *d, const char *name)
{
	const struct card_world *w = desk_world(d);

	for (size_t i = 0; i < w->nmodules; i++)
		if (strcmp(w->modules[i].name, name) == 0)
			return mem_strdup(w->modules[i].path);
	return NULL;
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct register_of *of = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	memcpy(v->about.sha256, of->sha256, sizeof v->about.sha256);
	snprintf(v->about.module, sizeof v->about.module, "%s", of->module);
	snprintf(v->about.token, sizeof v->about.token, "%s", of->token);
	v->module = path_of(p->desk, of->module);
	v->order = mem_strdup(of->order);
	begin(p, false);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	/* What is being written is to be: a file, or what programs know. */
	if (!v->puts)
		worker_cancel(desk_files(p->desk), v->job);
	if (v->asking != 0)
		orderwork_cancel(p->desk, v->asking);
	register_places_clear(&v->places);
	free(v->module);
	free(v->order);
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	switch (action) {
	case ACT_PUT:
		for (size_t i = 0; v->job == 0 && i < v->places.n; i++)
			if (v->places.v[i].state == REGISTER_NOT)
				return true;
		return false;
	case ACT_SAVE:
		return v->work == 0;
	case ACT_ORDER:
		return v->asking == 0 && v->order[0] != '\0';
	}
	return true;
}

static unsigned
act(struct panel *p, int action)
{
	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_PUT:
		begin(p, true);
		break;
	case ACT_SAVE:
		ask_file(p);
		break;
	case ACT_ORDER:
		ask_order(p);
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

/* --- drawing ----------------------------------------------------------------------------- */

static void
say_places(struct page *page, const struct view *v)
{
	char text[1024], why[512];

	for (size_t i = 0; i < v->places.n; i++) {
		const struct register_place *r = &v->places.v[i];

		if (r->state == REGISTER_IS)
			snprintf(text, sizeof text, "%s", _("knows it"));
		else
			snprintf(text, sizeof text, "%s: %s", r->state ==
			    REGISTER_NOT ? _("does not know it yet") :
			    err_sentence(&r->err, why, sizeof why), r->path);
		page_item(page, draw_glyph(r->state == REGISTER_IS ?
		    GLYPH_YES : GLYPH_NO), r->state == REGISTER_IS ?
		    STYLE_GOOD : STYLE_WARN, r->name, NAME_COLS, text);
	}
}

static void
say_programs(struct page *page, const struct view *v)
{
	page_heading(page, _("1. Programs on this computer"));
	page_text(page, STYLE_TEXT, v->module == NULL ? _("The card's software "
	    "does not run here now: put the card in, and look again.") :
	    _("They see the card by its software. What does not know it yet is "
	    "told with 1."));
	say_places(page, v);
}

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;
	char buf[512];

	if (v->said[0] != '\0')
		page_text(page, STYLE_GOOD, v->said);
	if (v->err.code != ERR_NONE) {
		page_text(page, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));
		page_text(page, STYLE_TEXT, err_next(&v->err, buf, sizeof buf));
	}
	page_text(page, STYLE_TEXT, has_programs(v) ? _("\"Register the "
	    "certificate in the system\" can mean three things. On the card it "
	    "is already.") : _("\"Register the certificate in the system\" is "
	    "done where the card is used. On the card it is already."));
	if (has_programs(v))
		say_programs(page, v);
	page_heading(page, _("2. Windows, Płatnik, another computer"));
	page_text(page, STYLE_TEXT, _("There the certificate is imported from a "
	    "file: 2 saves it as .cer. In Windows it is opened and installed; "
	    "Płatnik takes it after that. It signs only with the card, so the "
	    "issuer's card software has to be there too."));
	page_heading(page, _("3. The account at the authority"));
	if (v->order[0] == '\0')
		page_text(page, STYLE_TEXT, _("This renewal has no order; the "
		    "authority knows its own certificates, nothing is to be "
		    "done."));
	else {
		snprintf(buf, sizeof buf, _("The authority was told that the "
		    "certificate of order %s is on the card; 3 asks how the "
		    "order stands."), v->order);
		page_text(page, STYLE_TEXT, buf);
	}
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	page_draw(&v->page, r, focused, content, v);
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_register_ops = {
	.name = "register",
	.title = N_("Register the certificate"),
	.about = N_("The three things that registering a certificate can mean, "
	    "each done or explained."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
	.problem = problem,
};
