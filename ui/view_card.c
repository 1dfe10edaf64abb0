#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/trouble.h"
#include "ui/views.h"
#include "ui/words.h"

enum { ACT_BACK = 1, ACT_PIN, ACT_REREAD, ACT_RESTART };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were."),
	  .modes = IN_KIOSK },
	{ .ch = 'l', .action = ACT_PIN, .label = N_("PIN"),
	  .help = N_("List private keys too, with the card's PIN."),
	  .modes = IN_KIOSK },
	{ .ch = 'r', .action = ACT_REREAD, .label = N_("Read again"),
	  .help = N_("Read the card again, forgetting what was known."),
	  .modes = IN_KIOSK },
	{ .ch = 's', .action = ACT_RESTART, .label = N_("Start software"),
	  .help = N_("Start card software that has stopped, now.") },
};

struct view {
	struct desk	*desk;
	struct page	 page;
};

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	(void)arg;
	v->desk = p->desk;
}

static void
say_err(struct page *page, const struct err *err)
{
	char buf[512];

	if (err->code == ERR_NONE)
		return;
	page_text(page, STYLE_BAD, err_sentence(err, buf, sizeof(buf)));
	if (err_next(err, buf, sizeof(buf))[0] != '\0')
		page_text(page, STYLE_TEXT, buf);
	page_field(page, err_id(err->code), STYLE_DIM,
	    err_technical(err, buf, sizeof(buf)));
}

static void
say_reader(struct page *page, const struct card *c)
{
	char atr[CARD_ATR_MAX * 3 + 1];

	page_field(page, _("reader"), STYLE_TEXT, c->reader[0] != '\0' ?
	    c->reader : _("none: a token of card software"));
	if (c->reader_pinpad)
		page_field(page, "", STYLE_TEXT, _("it has keys for the PIN"));
	if (c->state == CARD_ABSENT) {
		page_field(page, _("card"), STYLE_TEXT, _("none"));
		return;
	}
	page_field(page, _("card"), STYLE_STRONG, c->model.name[0] != '\0' ?
	    c->model.name : _("a model that the table does not know"));
	if (c->model.name[0] != '\0')
		page_field(page, "", STYLE_DIM, c->model.sure ?
		    c->model.source : _("the table is not sure"));
	page_field(page, _("number"), STYLE_TEXT, c->number);
	page_field(page, "ATR", STYLE_TEXT,
	    text_hex(c->atr, c->atr_len, 1, atr, sizeof(atr)));
	say_err(page, &c->err);
	for (size_t i = 0; i < c->nproblems; i++)
		say_err(page, &c->problems[i]);
}

static void
say_token(struct page *page, const struct token *t)
{
	char buf[256];

	page_heading(page, t->label[0] != '\0' ? t->label : _("token"));
	page_field(page, "PIN", words_pin_mood(&t->pin) < 0 ? STYLE_BAD :
	    words_pin_mood(&t->pin) == 0 ? STYLE_WARN : STYLE_TEXT,
	    words_pin(&t->pin, buf, sizeof(buf)));
	if (t->pin.tries >= 0)
		page_field(page, "", STYLE_DIM, words_known_by(t->pin.tries_by));
	page_field(page, _("maker"), STYLE_TEXT, t->manufacturer);
	page_field(page, _("model"), STYLE_TEXT, t->model);
	page_field(page, _("number"), STYLE_TEXT, t->serial);
	page_field(page, _("shown by"), STYLE_TEXT, t->module);
	if (t->read_only)
		page_field(page, _("writing"), STYLE_WARN,
		    _("not by this software"));
	if (t->free_public != CARD_NUMBER_UNKNOWN) {
		snprintf(buf, sizeof(buf), P_("%llu byte free", "%llu bytes free",
		    t->free_public), (unsigned long long)t->free_public);
		page_field(page, _("memory"), STYLE_TEXT, buf);
	}
}

static void
say_capacity(struct page *page, const struct card *c)
{
	const struct capacity *k = &c->capacity;
	char buf[512];

	page_heading(page, _("Capacity"));
	/* Half a card would seem to have more room than it has. */
	if (c->state != CARD_READY) {
		page_text(page, STYLE_DIM, c->state == CARD_READING ?
		    _("reading...") : _("the card could not be read whole"));
		return;
	}
	page_text(page, STYLE_STRONG, words_capacity(k, buf, sizeof(buf)));
	if (c->cut && k->rule == CAPACITY_UNKNOWN)
		page_text(page, STYLE_TEXT,
		    words_capacity_basis(c, buf, sizeof(buf)));
	else {
		page_field(page, _("decided by"), STYLE_TEXT,
		    words_capacity_rule(k->rule));
		page_field(page, _("known"), STYLE_TEXT,
		    words_known_by(k->by));
	}
	page_field(page, _("source"), STYLE_TEXT, k->source);
	page_field(page, _("memory"), STYLE_TEXT,
	    words_memory(k, buf, sizeof(buf)));
	if (k->places > 0) {
		snprintf(buf, sizeof(buf), _("%d of %d used"), k->used,
		    k->places);
		page_field(page, _("places"), STYLE_TEXT, buf);
	}
	snprintf(buf, sizeof(buf), "%zu", c->ncerts);
	page_field(page, _("certificates"), STYLE_TEXT, buf);
	snprintf(buf, sizeof(buf), "%zu", c->nkeys);
	page_field(page, _("keys"), STYLE_TEXT, buf);
	page_field(page, _("to clean up"), STYLE_TEXT,
	    words_tidy(k, buf, sizeof(buf)));
}

static void
say_modules(struct page *page, const struct card_world *w)
{
	static const char *const states[] = {
		[MODULE_STARTING] = N_("starting"), [MODULE_READY] = N_("ready"),
		[MODULE_STOPPED] = N_("stopped"),
	};

	page_heading(page, _("Card software and service"));
	page_field(page, "pcscd", STYLE_TEXT, w->pcsc == PCSC_UP ?
	    _("running") : w->pcsc == PCSC_GONE ? _("not running") :
	    _("starting"));
	page_field(page, _("its address"), STYLE_TEXT, w->pcsc_socket);
	for (size_t i = 0; i < w->nmodules; i++) {
		const struct module_view *m = &w->modules[i];

		page_field(page, _(states[m->state]),
		    m->state == MODULE_STOPPED ? STYLE_BAD : STYLE_TEXT,
		    m->path[0] != '\0' ? m->path : m->name);
		say_err(page, &m->err);
	}
}

static void
content(struct page *page, void *arg)
{
	struct view *v = arg;
	const struct card_world *w = desk_world(v->desk);
	const struct card *c = desk_card(v->desk);

	say_err(page, &w->helper_err);
	say_err(page, &w->pcsc_err);
	if (c != NULL)
		say_reader(page, c);
	else if (w->pcsc == PCSC_UP)
		page_text(page, STYLE_STRONG, _("No card reader is connected."));
	for (size_t i = 0; c != NULL && i < c->ntokens; i++)
		say_token(page, &c->tokens[i]);
	if (c != NULL && c->state != CARD_ABSENT)
		say_capacity(page, c);
	say_modules(page, w);
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

static unsigned
act(struct panel *p, int action)
{
	const struct card *c = desk_card(p->desk);

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_PIN:
		view_pin_open(p->desk);
		break;
	case ACT_REREAD:
		if (c != NULL && c->state != CARD_ABSENT)
			desk_reread(p, c->reader);
		break;
	case ACT_RESTART:
		desk_restart_modules(p->desk);
		break;
	}
	return UI_HANDLED;
}

static unsigned
answer(struct panel *p, const struct err *err)
{
	if (err->code != ERR_NONE)
		desk_tell_error(p->desk, err);
	return UI_HANDLED;
}

static void
problems(struct panel *p, struct troubles *t)
{
	trouble_of_cards(t, desk_world(p->desk), desk_card(p->desk));
}

const struct panel_ops view_card_ops = {
	.name = "card",
	.title = N_("Card"),
	.about = N_("Everything known of the reader, the card, its tokens and "
	    "the card software, with the technician's numbers."),
	.place = PLACE_PAGE,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.draw = draw,
	.input = input,
	.act = act,
	.answer = answer,
	.problems = problems,
};
