#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/views.h"

enum { ACT_BACK = 1 };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were."),
	  .modes = IN_KIOSK },
	{ .key = UK_F1, .action = ACT_BACK },
};

struct help {
	const struct panel_ops	*of;	/* where help was asked for */
	struct desk		*desk;
	struct page		 page;
};

static void
open_help(struct panel *p, const void *arg)
{
	struct help *h = p->state;
	const struct panel *asked = arg;

	h->of = asked->ops;
	h->desk = p->desk;
}

/* Keys that do the same stand together: "F10, q, Ctrl-C". */
static size_t
join_names(const struct key_binding *k, size_t n, size_t i, char *buf,
    size_t size)
{
	char name[32];
	size_t len = 0, j = i;

	do {
		len += (size_t)snprintf(buf + len, len < size ? size - len : 0,
		    "%s%s", len > 0 ? ", " : "",
		    keys_name(&k[j], name, sizeof(name)));
		j++;
	} while (j < n && len < size && k[j].action == k[i].action &&
	    k[j].help == NULL);
	return j;
}

static void
say_keys(struct page *page, const struct key_binding *k, size_t n,
    enum mode mode)
{
	char names[96];

	for (size_t i = 0; i < n; ) {
		const char *help = k[i].help;
		bool here = keys_has(k, n, k[i].action, mode);

		i = join_names(k, n, i, names, sizeof(names));
		if (help != NULL && here)
			page_field(page, names, STYLE_TEXT, _(help));
	}
}

static void
say_panel(struct page *page, const struct panel_ops *ops, enum mode mode)
{
	page_heading(page, _(ops->title));
	page_text(page, STYLE_TEXT, _(ops->about));
	say_keys(page, ops->keys, ops->nkeys, mode);
}

static void
content(struct page *page, void *arg)
{
	struct help *h = arg;
	const struct key_binding *keys;
	enum mode mode = desk_setup(h->desk)->mode;
	size_t n;

	page_labels(page, 18);
	page_text(page, STYLE_STRONG, _("okienko shows what the card in the "
	    "reader is, what is on it, what is wrong, and what still fits."));
	say_panel(page, h->of, mode);
	page_heading(page, _("Everywhere"));
	keys = desk_keys(&n);
	say_keys(page, keys, n, mode);
	page_field(page, _("arrows, PgUp, PgDn"), STYLE_TEXT,
	    _("Move in a list or scroll a page."));
	if (desk_setup(h->desk)->conf->mouse)
		page_field(page, _("mouse"), STYLE_TEXT, _("Click a row, a card's "
		    "name or a key in the bar; the wheel scrolls. Hold Shift "
		    "to mark text."));
	for (size_t i = 0; i < desk_panels(h->desk); i++)
		if (desk_panel(h->desk, i)->ops != h->of &&
		    mode_has(mode, desk_panel(h->desk, i)->ops->modes))
			say_panel(page, desk_panel(h->desk, i)->ops, mode);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct help *h = p->state;

	page_draw(&h->page, r, focused, content, h);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct help *h = p->state;

	return page_input(&h->page, in) ? UI_HANDLED : UI_IGNORED;
}

static unsigned
act(struct panel *p, int action)
{
	(void)p;
	return action == ACT_BACK ? UI_HANDLED | UI_CLOSE : UI_HANDLED;
}

const struct panel_ops view_help_ops = {
	.name = "help",
	.title = N_("Help"),
	.about = N_("All keys, where they work and what they do."),
	.place = PLACE_FULL,
	.modes = IN_KIOSK,
	.size = sizeof(struct help),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_help,
	.draw = draw,
	.input = input,
	.act = act,
};
