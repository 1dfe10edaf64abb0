#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "ui/top.h"

#define CARD_NAME_COLS	24	/* of a tab, so that several fit */

/* What is going on, in a word or two; "" when nothing is. */
static const char *
status(const struct card_world *w, const struct card *card)
{
	if (w->helper_err.code != ERR_NONE)
		return _("card process stopped");
	if (w->pcsc == PCSC_GONE)
		return _("no card service");
	if (w->pcsc == PCSC_STARTING && w->ncards == 0)
		return _("starting...");
	if (card != NULL && card->state == CARD_READING)
		return _("reading the card...");
	return "";
}

void
top_draw(const struct rect *r, const char *point, const struct card_world *w,
    const struct card *card, int64_t now, bool unmasked)
{
	char text[128], clock[16];
	time_t t = (time_t)now;
	struct tm tm;
	const char *what = status(w, card);
	int used;

	draw_fill(r, 0, 0, 0, STYLE_TOP);
	used = draw_textf(r, 0, 0, 0, STYLE_TOP,
	    point != NULL && point[0] != '\0' ? " okienko %s %s" : " okienko",
	    draw_glyph(GLYPH_BULLET), point);
	if (localtime_r(&t, &tm) == NULL ||
	    strftime(clock, sizeof(clock), "%H:%M", &tm) == 0)
		clock[0] = '\0';
	snprintf(text, sizeof(text), "%s%s%s  %s ",
	    unmasked ? _("personal data shown") : "",
	    unmasked && what[0] != '\0' ? ", " : "", what, clock);
	if (used + draw_width(text) < r->w)
		draw_text_right(r, 0, 0, STYLE_TOP, text);
}

const char *
top_card_name(const struct card *c, size_t i, char *buf, size_t size)
{
	const char *name = c->reader;
	struct safe_text t;

	if (c->state != CARD_ABSENT && c->model.name != NULL &&
	    c->model.name[0] != '\0')
		name = c->model.name;
	else if (c->reader[0] == '\0' && c->ntokens > 0)
		name = c->tokens[0].label;
	text_safe_str(&t, name, CARD_NAME_COLS);
	snprintf(buf, size, c->state == CARD_ABSENT ? "%zu %s %s" : "%zu %s",
	    i + 1, t.s, _("(empty)"));
	return buf;
}
