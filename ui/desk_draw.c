#include "config.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "ui/desk_state.h"
#include "ui/top.h"

static void
draw_tabs(struct desk *d)
{
	const struct card_world *w = desk_world(d);
	char name[256];

	tabs_begin(&d->tabs);
	for (size_t i = 0; i < w->ncards && d->layout.tabs.h > 0; i++)
		tabs_add(&d->tabs, &d->layout.tabs,
		    top_card_name(w->cards[i], i, name, sizeof(name)),
		    i == d->card);
	tabs_begin(&d->names);
	for (size_t i = 0; i < NPANELS && d->layout.names.h > 0; i++)
		tabs_add(&d->names, &d->layout.names,
		    _(d->panels[i]->ops->title), i == d->focus);
}

static void
draw_view(struct desk *d, struct panel *p, bool focused)
{
	struct rect screen = draw_screen(), at = d->layout.view;
	int rows = 0, cols = 0;

	if (p->ops->place == PLACE_BOX) {
		p->ops->box(p, &rows, &cols);
		at = layout_box(screen.h, screen.w, rows + 2, cols + 4);
	} else if (p->ops->place == PLACE_FULL) {
		at = (struct rect){ 1, 0, screen.h - 2, screen.w };
	}
	panel_draw(p, &at, focused);
}

/* The highest view that hides everything under it; -1 for none. */
static int
covering(const struct desk *d)
{
	for (int i = (int)d->nviews - 1; i >= 0; i--)
		if (d->views[i]->ops->place == PLACE_FULL ||
		    (d->views[i]->ops->place == PLACE_PAGE &&
		    !d->layout.beside))
			return i;
	return -1;
}

static void
draw_panels(struct desk *d)
{
	struct panel *top = desk_top(d);

	for (size_t i = 0; i < NPANELS; i++) {
		const struct rect *at =
		    &d->layout.panels[desk_place(i)];

		d->panels[i]->at = *at;
		panel_draw(d->panels[i], at, d->panels[i] == top);
	}
}

/*
 * Whoever is about to lose what they see looks at that, and not at the first
 * line: it is said in the middle, over everything.
 */
static void
draw_notice(const char *words)
{
	struct rect screen = draw_screen(), at, in;
	int cols = draw_width(words) + 4;

	cols = cols < screen.w - 2 ? cols : screen.w - 2;
	at = layout_box(screen.h, screen.w, draw_lines(words, cols - 4) + 4,
	    cols);
	in = (struct rect){ at.y + 2, at.x + 2, at.h - 4, at.w - 4 };
	for (int i = 0; i < at.h; i++)
		draw_fill(&at, i, 0, 0, STYLE_TOP_ALERT);
	draw_box(&at, STYLE_TOP_ALERT);
	draw_paragraph(&in, 0, 0, in.h, STYLE_TOP_ALERT, words);
}

void
desk_draw(struct desk *d)
{
	struct rect screen = draw_screen();
	const struct key_binding *keys;
	struct panel *top;
	char visit[128] = "";
	bool soon = false;
	size_t nkeys;
	int from;

	keys = desk_keys(&nkeys);
	d->now = clock_now();
	layout_make(&d->layout, screen.h, screen.w,
	    desk_world(d)->ncards > 1, d->nviews > 0 &&
	    d->views[0]->ops->place == PLACE_PAGE,
	    (size_t)desk_place(d->focus));
	top = desk_top(d);
	draw_begin();
	from = covering(d);
	if (from < 0) {
		draw_tabs(d);
		draw_panels(d);
		from = 0;
	}
	for (size_t i = (size_t)from; i < d->nviews; i++)
		draw_view(d, d->views[i], d->views[i] == top);
	if (d->visit != NULL)
		visit_words(d->visit, &soon, visit, sizeof(visit));
	if (soon)
		draw_notice(visit);
	top_draw(&d->layout.top, &(struct top){ .point = d->setup.conf->point,
	    .world = desk_world(d), .card = desk_card(d),
	    .cases = desk_cases(d), .renewals = desk_open_renewals(d),
	    .now = d->now, .unmasked = d->unmasked, .visit = visit, .soon = soon });
	bar_draw(&d->bar, &d->layout.keys, &(struct bar_keys){ top->ops->keys,
	    top->ops->nkeys, panel_can, top }, &(struct bar_keys){ keys,
	    nkeys, desk_can, d });
	draw_end();
}
