#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/desk.h"
#include "ui/fitting.h"
#include "ui/recwords.h"
#include "ui/trouble.h"
#include "ui/views.h"
#include "ui/words.h"

enum { ACT_DETAILS = 1, ACT_PIN, ACT_REREAD };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_DETAILS, .label = N_("Details"),
	  .help = N_("Open everything known of this card.") },
	{ .ch = 'l', .action = ACT_PIN, .label = N_("PIN"),
	  .help = N_("List private keys too, with the card's PIN.") },
	{ .ch = 'r', .action = ACT_REREAD, .label = N_("Read again"),
	  .help = N_("Read the card again, forgetting what was known.") },
};

/* What is being written to; sentences are folded, so rows run on. */
struct lines {
	const struct rect	*r;
	int			 row;
	bool			 cut;	/* something found no room */
};

static void
say(struct lines *l, enum style style, const char *s)
{
	int left = l->r->h - l->row;

	if (s[0] == '\0')
		return;
	l->cut |= draw_lines(s, l->r->w) > left;
	if (left > 0)
		l->row += draw_paragraph(l->r, l->row, 0, left, style, s);
}

/* On one line, what does not fit is left out. */
static void __attribute__((format(printf, 3, 4)))
say_line(struct lines *l, enum style style, const char *fmt, ...)
{
	char s[SAFE_TEXT_MAX + 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s, sizeof(s), fmt, ap);
	va_end(ap);
	l->cut |= l->row >= l->r->h;
	draw_text(l->r, l->row++, 0, 0, style, s);
}

static void
say_err(struct lines *l, const struct err *err)
{
	char buf[512];

	if (err->code == ERR_NONE)
		return;
	say(l, STYLE_BAD, err_sentence(err, buf, sizeof(buf)));
	say(l, STYLE_TEXT, err_next(err, buf, sizeof(buf)));
}

static void
say_modules(struct lines *l, const struct card_world *w)
{
	for (size_t i = 0; i < w->nmodules; i++)
		if (w->modules[i].state == MODULE_STOPPED)
			say_err(l, &w->modules[i].err);
}

/* The same in few lines, below what a card is. */
static void
note_modules(struct lines *l, const struct card_world *w)
{
	char sentence[512], next[512], both[1024];

	for (size_t i = 0; i < w->nmodules; i++) {
		const struct err *err = &w->modules[i].err;

		if (w->modules[i].state != MODULE_STOPPED)
			continue;
		snprintf(both, sizeof(both), "%s %s",
		    err_sentence(err, sentence, sizeof(sentence)),
		    err_next(err, next, sizeof(next)));
		say(l, STYLE_WARN, both);
	}
}

static bool
any_stopped(const struct card_world *w)
{
	for (size_t i = 0; i < w->nmodules; i++)
		if (w->modules[i].state == MODULE_STOPPED)
			return true;
	return false;
}

static void
say_model(struct lines *l, const struct card *c)
{
	char atr[CARD_ATR_MAX * 3 + 1];

	if (c->model.name[0] != '\0')
		say_line(l, STYLE_STRONG, c->model.sure ? "%s" : "%s ?",
		    c->model.name);
	else if (c->atr_len > 0)
		say_line(l, STYLE_TEXT, _("unknown model, ATR %s"),
		    text_hex(c->atr, c->atr_len, 0, atr, sizeof(atr)));
}

static void
say_number(struct lines *l, const struct card *c)
{
	if (c->number[0] != '\0')
		say_line(l, STYLE_TEXT, _("card %s"), c->number);
}

static void
say_pins(struct lines *l, const struct card *c)
{
	static const enum style moods[] = { STYLE_BAD, STYLE_WARN, STYLE_TEXT };
	char state[256], line[1024];

	for (size_t i = 0; i < c->ntokens; i++) {
		const struct token *t = &c->tokens[i];

		words_pin(&t->pin, state, sizeof(state));
		if (c->ntokens == 1)
			snprintf(line, sizeof(line), _("PIN: %s"), state);
		else if (strstr(t->label, "PIN") != NULL)
			snprintf(line, sizeof(line), "%s: %s", t->label, state);
		else
			snprintf(line, sizeof(line), _("PIN of %s: %s"),
			    t->label, state);
		say(l, moods[words_pin_mood(&t->pin) + 1], line);
	}
}

/* Whether the registry knows the card now, and what is new on it. */
static void
say_seen(struct lines *l, const struct seen_view *v)
{
	char change[128], text[512];

	switch (v->state) {
	case SEEN_NOT_YET:
		break;
	case SEEN_KEPT:
		recwords_change(&v->change, change, sizeof(change));
		say_line(l, change[0] != '\0' && !v->change.first ?
		    STYLE_STRONG : STYLE_DIM, change[0] != '\0' ?
		    _("remembered %s: %s") : _("remembered %s"),
		    recwords_clock(v->at, text, sizeof(text)), change);
		break;
	case SEEN_FAILED:
		say_line(l, STYLE_WARN, _("not remembered: %s"),
		    err_sentence(&v->err, text, sizeof(text)));
		break;
	case SEEN_NAMELESS:
		say(l, STYLE_DIM, _("not remembered: it tells no serial number"));
		break;
	case SEEN_OFF:
		say(l, STYLE_DIM, _("not remembered: turned off here"));
		break;
	}
}

/*
 * What is wrong comes first: the rest can wait for Enter.  But software that
 * stopped is no trouble of a card that other software has read.
 */
static void
say_reader(struct lines *l, const struct card *c, const struct card_world *w,
    const struct seen_view *seen)
{
	bool was_read = c->state == CARD_READY && c->ntokens > 0, number_last;
	int troubles;

	say_line(l, STYLE_TEXT, "%s %s%s",
	    draw_glyph(c->state == CARD_ABSENT ? GLYPH_NO_CARD : GLYPH_CARD),
	    c->reader[0] != '\0' ? c->reader :
	    _("card software without a reader"),
	    c->reader_pinpad ? _(" (has keys for the PIN)") : "");
	if (c->state == CARD_ABSENT)
		say(l, STYLE_STRONG, _("Put a card into the reader."));
	troubles = l->row;
	say_err(l, &c->err);
	for (size_t i = 0; i < c->nproblems; i++)
		say_err(l, &c->problems[i]);
	if (!was_read)
		say_modules(l, w);
	number_last = l->row > troubles || any_stopped(w);
	if (c->state == CARD_ABSENT)
		return;
	say_model(l, c);
	if (!number_last)
		say_number(l, c);
	if (c->state == CARD_READING && c->ntokens == 0)
		say(l, STYLE_TEXT, _("reading..."));
	say_pins(l, c);
	if (was_read)
		note_modules(l, w);
	if (c->cut)
		say(l, STYLE_WARN, _("There is more on this card than is shown."));
	if (number_last)
		say_number(l, c);
	if (seen != NULL)
		say_seen(l, seen);
}

/* Why there is no reader to tell of. */
static void
say_none(struct lines *l, const struct card_world *w)
{
	struct err none = ERR_INIT;

	if (w->pcsc == PCSC_STARTING)
		say(l, STYLE_TEXT, _("Looking for readers..."));
	else if (w->pcsc == PCSC_UP) {
		err_set(&none, ERR_NO_READER, NULL, NULL);
		say_err(l, &none);
	}
	say_modules(l, w);
}

static void
say_all(struct lines *l, const struct desk *d)
{
	const struct card_world *w = desk_world(d);
	const struct card *c = desk_card(d);

	say_err(l, &w->helper_err);
	if (w->pcsc == PCSC_GONE)
		say_err(l, &w->pcsc_err);
	if (c != NULL)
		say_reader(l, c, w, desk_seen(d));
	else
		say_none(l, w);
}

int
reader_say(const struct desk *d, const struct rect *r)
{
	struct lines l = { .r = r };

	say_all(&l, d);
	return l.row < r->h ? l.row : r->h;
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct lines l = { .r = r };
	struct rect edge = { r->y, r->x, r->h, r->w + 1 };

	(void)focused;
	say_all(&l, p->desk);
	/* Enter shows the rest, on a page. */
	if (l.cut)
		draw_text(&edge, r->h - 1, r->w, 1, STYLE_STRONG,
		    draw_glyph(GLYPH_DOWN));
}

static void
read_again(struct panel *p)
{
	const struct card *c = desk_card(p->desk);

	if (c != NULL && c->state != CARD_ABSENT)
		desk_reread(p, c->reader);
}

static unsigned
act(struct panel *p, int action)
{
	switch (action) {
	case ACT_DETAILS:
		desk_open(p->desk, &view_card_ops, NULL);
		break;
	case ACT_PIN:
		view_pin_open(p->desk);
		break;
	case ACT_REREAD:
		read_again(p);
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

static const char *
question(struct panel *p)
{
	return fitting_world(desk_world(p->desk), desk_card(p->desk));
}

static void
problems(struct panel *p, struct troubles *t)
{
	trouble_of_cards(t, desk_world(p->desk), desk_card(p->desk));
}

const struct panel_ops panel_reader_ops = {
	.name = "reader",
	.title = N_("Reader"),
	.about = N_("The reader, what card is in it, how its PINs stand, and "
	    "what is wrong."),
	.place = PLACE_PANEL,
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.draw = draw,
	.question = question,
	.act = act,
	.answer = answer,
	.problems = problems,
};
