#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "ui/span.h"
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

/* "cases 2, next in 3 h"; "" when none is open. */
static enum style
cases_words(const struct cases_count *c, int64_t now, char *buf, size_t size)
{
	char n[48], when[48], *end = buf;

	*end = '\0';
	if (c == NULL || c->open == 0)
		return STYLE_TOP;
	snprintf(n, sizeof n, _("cases %lld"), (long long)c->open);
	if (c->deadline == 0) {
		snprintf(buf, size, " %s ", n);
		return STYLE_TOP;
	}
	snprintf(buf, size, c->deadline > now ? _(" %s, next in %s ") :
	    _(" %s, one late by %s "), n,
	    span_words(c->deadline - now, when, sizeof when));
	return c->deadline - now < SPAN_NEAR ? STYLE_TOP_ALERT : STYLE_TOP;
}

/* "renewals 1"; "" when none is open. */
static void
renewals_words(int64_t open, char *buf, size_t size)
{
	char n[48];

	buf[0] = '\0';
	if (open == 0)
		return;
	snprintf(n, sizeof n, _("renewals %lld"), (long long)open);
	snprintf(buf, size, " %s ", n);
}

/* The end of the line, whose width it gives. */
static int
end_words(const struct top *top, const char *what, char *buf, size_t size)
{
	time_t t = (time_t)top->now;
	char clock[16];
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(clock, sizeof(clock), "%H:%M", &tm) == 0)
		clock[0] = '\0';
	snprintf(buf, size, "%s%s%s  %s ",
	    top->unmasked ? _("personal data shown") : "",
	    top->unmasked && what[0] != '\0' ? ", " : "", what, clock);
	return draw_width(buf);
}

void
top_draw(const struct rect *r, const struct top *top)
{
	char text[128], cases[128], renewals[64];
	enum style style = cases_words(top->cases, top->now, cases,
	    sizeof(cases));
	int used, open, right;

	draw_fill(r, 0, 0, 0, STYLE_TOP);
	used = draw_textf(r, 0, 0, 0, STYLE_TOP,
	    top->point != NULL && top->point[0] != '\0' ? " okienko %s %s" :
	    " okienko", draw_glyph(GLYPH_BULLET), top->point);
	renewals_words(top->renewals, renewals, sizeof(renewals));
	open = draw_width(cases) + draw_width(renewals);
	right = end_words(top, status(top->world, top->card), text,
	    sizeof(text));
	/* What is read and what is wrong the panels tell too. */
	if (open > 0 && open + right >= r->w)
		right = end_words(top, "", text, sizeof(text));
	/* What is about to go from under a person's hands comes first. */
	if (top->visit[0] != '\0') {
		snprintf(cases, sizeof(cases), " %s ", top->visit);
		draw_text_right(r, 0, 0, top->soon ? STYLE_TOP_ALERT :
		    STYLE_TOP, cases);
		return;
	}
	if (used + right < r->w)
		draw_text_right(r, 0, 0, STYLE_TOP, text);
	/* A deadline outlives the point's name, but not the clock. */
	right += text[0] != ' ';
	if (renewals[0] != '\0' && open + right < r->w) {
		draw_text_right(r, 0, right, STYLE_TOP, renewals);
		right += draw_width(renewals);
	}
	if (cases[0] != '\0' && draw_width(cases) + right < r->w)
		draw_text_right(r, 0, right, style, cases);
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
