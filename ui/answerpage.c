#include "config.h"

#include "ui/answerpage.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/answeract.h"

#define GENERAL_MAX	8192	/* bytes of an answer in general */
#define WHAT_COLS	28	/* of what was looked at */

static const struct {
	enum glyph	 glyph;
	enum style	 style;
} verdicts[] = {
	[ANSWER_YES] = { GLYPH_YES, STYLE_GOOD },
	[ANSWER_NO] = { GLYPH_NO, STYLE_BAD },
	[ANSWER_NOT_YET] = { GLYPH_MAYBE, STYLE_WARN },
	[ANSWER_CANNOT_TELL] = { GLYPH_UNKNOWN, STYLE_DIM },
}, marks[] = {
	[VERDICT_NO] = { GLYPH_NO, STYLE_BAD },
	[VERDICT_MAYBE] = { GLYPH_MAYBE, STYLE_WARN },
	[VERDICT_YES] = { GLYPH_YES, STYLE_GOOD },
	[VERDICT_UNKNOWN] = { GLYPH_UNKNOWN, STYLE_DIM },
};

/* What is missing for a surer answer, and how it can be had. */
static const struct {
	unsigned	 need;
	const char	*words, *key;
	const char	*kiosk;		/* NULL: the words */
} lacks[] = {
	{ NEED_CARD, N_("There is no card to look at: put it into the reader."),
	    NULL, NULL },
	{ NEED_ORDER, N_("No order was looked at."),
	    N_("No order was looked at: o takes its number, an e-mail address "
	    "or a NIP."),
	    N_("No order was looked at: o takes its number.") },
	{ NEED_FILE, N_("No file or link was looked at."),
	    N_("No file or link was looked at: f takes a file, v a text that "
	    "is pasted."), NULL },
	{ NEED_NETWORK, N_("The way to the service was not looked at: this "
	    "desk knows no address of one."), NULL, NULL },
	{ NEED_STATUS, N_("Whether it is revoked could not be asked."), NULL,
	    NULL },
	{ NEED_REGISTRY, N_("There is no registry to look into."), NULL, NULL },
};

enum glyph
answerpage_glyph(enum answer_verdict v)
{
	return verdicts[v].glyph;
}

enum style
answerpage_style(enum answer_verdict v)
{
	return verdicts[v].style;
}

const struct answer_step *
answerpage_step(const struct answer *a, size_t number, enum mode mode)
{
	size_t n = 0;

	for (size_t i = 0; a != NULL && i < a->nsteps; i++)
		if (a->steps[i].action != ACTION_NONE &&
		    answeract_has(a->steps[i].action, mode) && ++n == number)
			return &a->steps[i];
	return NULL;
}

/* Paragraphs stand apart as they were written. */
static void
say_paragraphs(struct page *page, const char *s)
{
	char text[GENERAL_MAX];

	while (*s != '\0') {
		const char *end = strstr(s, "\n\n");
		size_t len = end != NULL ? (size_t)(end - s) : strlen(s);

		snprintf(text, sizeof text, "%.*s", (int)len, s);
		page_text(page, STYLE_TEXT, text);
		s += len + strspn(s + len, "\n");
		if (*s != '\0')
			page_gap(page);
	}
}

static void
say_general(struct page *page, const struct answerpage *p)
{
	char text[GENERAL_MAX];

	question_general(p->question, p->authority, p->now, text, sizeof text);
	if (text[0] == '\0')
		return;
	page_heading(page, _("In general"));
	say_paragraphs(page, text);
}

/* Only what the desk does has a number; the rest is for people to do. */
static void
say_steps(struct page *page, const struct answerpage *p)
{
	const struct answer *a = p->answer;
	char sign[16];
	size_t n = 0, left = 0;

	if (a->nsteps == 0)
		return;
	page_heading(page, _("What to do"));
	for (size_t i = 0; i < a->nsteps; i++) {
		const struct answer_step *s = &a->steps[i];

		if (!answeract_has(s->action, p->mode)) {
			left++;
			continue;
		}
		snprintf(sign, sizeof sign, "%s", draw_glyph(GLYPH_BULLET));
		if (s->action != ACTION_NONE && p->keys)
			snprintf(sign, sizeof sign, "%zu", ++n);
		page_marked(page, sign, s->action != ACTION_NONE && p->keys ?
		    STYLE_KEY : STYLE_DIM, STYLE_TEXT, s->words);
	}
	/* What a customer cannot do alone is no dead end. */
	if (left > 0)
		page_marked(page, draw_glyph(GLYPH_BULLET), STYLE_DIM,
		    STYLE_TEXT, _("The people at the counter do the rest with "
		    "you."));
}

static const char *
lack_words(const struct answerpage *p, size_t i)
{
	const char *keys = p->mode == MODE_KIOSK ? lacks[i].kiosk :
	    lacks[i].key;

	return _(p->keys && keys != NULL ? keys : lacks[i].words);
}

static void
say_lacks(struct page *page, const struct answerpage *p)
{
	unsigned lacked = p->answer->lacked & ~p->waits;
	bool first = true;

	/* Where that is all there is to say, the answer has said it. */
	if (p->answer->verdict == ANSWER_CANNOT_TELL)
		return;
	for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++) {
		if ((lacked & lacks[i].need) == 0)
			continue;
		if (first)
			page_gap(page);
		first = false;
		page_marked(page, draw_glyph(GLYPH_UNKNOWN), STYLE_DIM,
		    STYLE_DIM, lack_words(p, i));
	}
}

void
answerpage_looked(struct page *page, const struct answer *a)
{
	if (a->nlooked == 0)
		return;
	page_heading(page, _("What was looked at"));
	for (size_t i = 0; i < a->nlooked; i++) {
		const struct answer_look *l = &a->looked[i];
		bool again = i > 0 && strcmp(l->what, l[-1].what) == 0;

		page_item(page, draw_glyph(marks[l->mark].glyph),
		    marks[l->mark].style, again ? "" : l->what, WHAT_COLS,
		    l->saw);
	}
}

static void
say_verdict(struct page *page, const struct answer *a)
{
	page_gap(page);
	page_marked(page, draw_glyph(verdicts[a->verdict].glyph),
	    verdicts[a->verdict].style, STYLE_STRONG, a->says);
	if (a->why[0] != '\0') {
		page_gap(page);
		page_text(page, STYLE_TEXT, a->why);
	}
}

void
answerpage_say(struct page *page, const struct answerpage *p)
{
	const struct answer *a = p->answer;
	bool general = a == NULL || a->verdict == ANSWER_CANNOT_TELL;

	page_text(page, STYLE_HEADING, question_asked(p->question));
	if (a != NULL)
		say_verdict(page, a);
	if (p->doing[0] != '\0') {
		page_gap(page);
		page_text(page, STYLE_DIM, p->doing);
	}
	if (a != NULL)
		say_lacks(page, p);
	if (a != NULL)
		say_steps(page, p);
	if (general)
		say_general(page, p);
	if (a != NULL && !p->looked_apart)
		answerpage_looked(page, a);
	if (!general)
		say_general(page, p);
}
