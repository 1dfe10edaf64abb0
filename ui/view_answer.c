#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/answeract.h"
#include "ui/answerpage.h"
#include "ui/desk.h"
#include "ui/views.h"

#define APART_COLS	140	/* from here on what was looked at stands apart */

enum { ACT_BACK = 1, ACT_FIRST, ACT_NUMBER, ACT_AGAIN, ACT_ORDER, ACT_EMAIL,
	ACT_FILE, ACT_TEXT, ACT_QUESTION, ACT_KEYS };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_FIRST, .label = N_("Step 1"),
	  .help = N_("Do the first of the steps."),
	  .modes = IN_KIOSK },
	{ .ch = '1', .action = ACT_NUMBER,
	  .help = N_("Do the step of that number."),
	  .modes = IN_KIOSK },
	{ .ch = '2', .action = ACT_NUMBER },
	{ .ch = '3', .action = ACT_NUMBER },
	{ .ch = '4', .action = ACT_NUMBER },
	{ .ch = '5', .action = ACT_NUMBER },
	{ .ch = '6', .action = ACT_NUMBER },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to the questions; what is being looked at is "
	  "given up."),
	  .modes = IN_KIOSK },
	{ .ch = 'a', .action = ACT_AGAIN, .label = N_("Look again"),
	  .help = N_("Look at everything once more."),
	  .modes = IN_KIOSK },
	{ .ch = 'o', .action = ACT_ORDER, .label = N_("Order"),
	  .help = N_("Say which order it is about."),
	  .modes = IN_KIOSK },
	{ .ch = 'e', .action = ACT_EMAIL, .label = N_("E-mail"),
	  .help = N_("Say from which address the mail is sent."),
	  .modes = IN_KIOSK },
	{ .ch = 'f', .action = ACT_FILE, .label = N_("File"),
	  .help = N_("Say which file it is about.") },
	{ .ch = 'v', .action = ACT_TEXT, .label = N_("Paste"), .spare = 1,
	  .help = N_("Paste the link, or the mail that it is in.") },
	{ .key = UK_F4, .action = ACT_QUESTION, .label = N_("Ask the authority"),
	  .spare = 2,
	  .help = N_("Write a question to the authority."),
	  .modes = IN_KIOSK },
	{ .key = UK_F1, .action = ACT_KEYS, .label = N_("Keys"),
	  .help = N_("All keys, where they work and what they do."),
	  .modes = IN_KIOSK },
};

struct view {
	struct desk		*desk;
	struct answering	*answering;
	char			 id[40];
	const struct check	*check;		/* NULL: text alone, or not yet */
	char			 reason[sizeof ((struct answer *)0)->reason];
	struct page		 page, apart;
};

static const struct question *
question(const struct view *v)
{
	const struct questions *all = answering_questions(v->answering);

	return all != NULL ? question_by_id(all, v->id) : NULL;
}

static const struct answer *
answer(const struct view *v)
{
	const struct question *q = question(v);

	return q != NULL ? answering_answer(v->answering, q) : NULL;
}

/* An order is asked about when somebody said which. */
static unsigned
needs(const struct view *v)
{
	unsigned wants = v->check->wants;

	if (answering_told(v->answering, ABOUT_ORDER)[0] == '\0')
		wants &= ~(unsigned)NEED_ORDER;
	if (answering_told(v->answering, ABOUT_FILE)[0] == '\0' &&
	    answering_told(v->answering, ABOUT_TEXT)[0] == '\0')
		wants &= ~(unsigned)NEED_FILE;
	return wants;
}

/* The list may still be on its way when it is opened from outside. */
static void
begin(struct view *v)
{
	const struct question *q = question(v);

	if (v->check != NULL || q == NULL)
		return;
	v->check = check_by_id(q->check);
	if (v->check != NULL)
		answering_want(v->answering, needs(v));
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	v->desk = p->desk;
	v->answering = desk_answering(p->desk);
	snprintf(v->id, sizeof v->id, "%s", (const char *)arg);
	begin(v);
}

/* --- drawing ------------------------------------------------------------------ */

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;
	const struct answer_facts *f = answering_facts(v->answering);
	char doing[160];
	const struct answerpage a = { .question = question(v),
	    .answer = answer(v), .check = v->check,
	    .authority = f != NULL ? f->authority : NULL,
	    .now = desk_now(v->desk),
	    .waits = answering_waits(v->answering),
	    .doing = answering_doing(v->answering, doing, sizeof doing),
	    .keys = true, .mode = desk_setup(v->desk)->mode,
	    .looked_apart = v->apart.lines > 0 };

	if (a.question != NULL)
		answerpage_say(page, &a);
	else if (answering_questions(v->answering) != NULL)
		page_text(page, STYLE_WARN, _("This question is not in the "
		    "list: the authority has taken it out."));
}

static void
content_apart(struct page *page, void *arg)
{
	answerpage_looked(page, answer(arg));
}

/* Another verdict is read from its beginning, wherever the last one was left. */
static void
mind_change(struct view *v, const struct answer *a)
{
	if (a == NULL || strcmp(a->reason, v->reason) == 0)
		return;
	snprintf(v->reason, sizeof v->reason, "%s", a->reason);
	v->page.at = v->page.top = 0;
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	const struct answer *a;
	struct rect at = *r;

	begin(v);
	a = answer(v);
	mind_change(v, a);
	v->apart.lines = 0;
	/* Nobody reads lines of two hundred columns. */
	if (r->w >= APART_COLS)
		at.w = r->w / 2 - 2;
	if (r->w >= APART_COLS && a != NULL && a->nlooked > 0)
		page_draw(&v->apart, &(struct rect){ r->y, r->x + r->w / 2,
		    r->h, r->w - r->w / 2 }, false, content_apart, v);
	page_draw(&v->page, &at, focused, content, v);
}

/* --- keys ---------------------------------------------------------------------- */

static void
do_step(struct panel *p, size_t number)
{
	struct view *v = p->state;
	const struct answer_step *s = answerpage_step(answer(v), number,
	    desk_setup(v->desk)->mode);

	if (s != NULL)
		answeract_do(p, v->answering, s);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (in->kind == INPUT_CHAR && !in->pasted && in->ch >= '1' &&
	    in->ch <= '0' + ANSWER_STEPS_MAX) {
		do_step(p, in->ch - '0');
		return UI_HANDLED;
	}
	if (v->apart.lines > 0)
		(void)page_input(&v->apart, in);
	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;
	unsigned wants = v->check != NULL ? v->check->wants : 0;

	switch (action) {
	case ACT_FIRST:
		return answerpage_step(answer(v), 1,
		    desk_setup(v->desk)->mode) != NULL;
	case ACT_AGAIN:
		/* Also under way: what hangs is given up and asked anew. */
		return v->check != NULL;
	case ACT_ORDER:
		return (wants & NEED_ORDER) != 0 &&
		    order_services(desk_setup(v->desk)->authorities) > 0;
	case ACT_FILE:
	case ACT_TEXT:
		return (wants & NEED_FILE) != 0;
	case ACT_QUESTION:
		return view_question_can(v->desk);
	case ACT_EMAIL:
		return v->check != NULL && strcmp(v->check->id, "email") == 0;
	default:
		return true;
	}
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_FIRST:
		do_step(p, 1);
		break;
	case ACT_AGAIN:
		answering_again(v->answering, needs(v));
		break;
	case ACT_ORDER:
		answeract_ask(p, ABOUT_ORDER);
		break;
	case ACT_EMAIL:
		answeract_ask(p, ABOUT_EMAIL);
		break;
	case ACT_FILE:
		answeract_ask(p, ABOUT_FILE);
		break;
	case ACT_TEXT:
		answeract_ask(p, ABOUT_TEXT);
		break;
	case ACT_QUESTION:
		answeract_do(p, v->answering, &(struct answer_step){
		    .action = ACTION_QUESTION });
		break;
	case ACT_KEYS:
		desk_open(p->desk, &view_help_ops, p);
		break;
	}
	return UI_HANDLED;
}

const struct panel_ops view_answer_ops = {
	.name = "answer",
	.title = N_("Answer"),
	.about = N_("One question, answered for what is at hand: the verdict, "
	    "why, what to do, and everything that was looked at."),
	.place = PLACE_FULL,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.draw = draw,
	.can = can,
	.input = input,
	.act = act,
};
