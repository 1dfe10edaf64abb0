#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/answeract.h"
#include "ui/answerpage.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/list.h"
#include "ui/views.h"

#define BESIDE_COLS	120	/* from here on the answer stands beside */
#define LIST_COLS	66	/* of the list then */
#define ROOMY_ROWS	16	/* below, the answer's sentence is left out */
#define SAID_ROWS	5	/* of that sentence under the list */
#define AIRY_ROWS	24	/* below, headings alone part the list */
#define ROWS_MAX	(3 * QUESTIONS_MAX + 2)

enum { ACT_BACK = 1, ACT_OPEN, ACT_UP, ACT_DOWN, ACT_PAGE_UP, ACT_PAGE_DOWN,
	ACT_FIRST, ACT_LAST, ACT_QUESTION, ACT_KEYS };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_OPEN, .label = N_("Open"),
	  .help = N_("Open the answer; what it needs is looked at then: the "
	  "card, the order, the way to the service."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were."),
	  .modes = IN_KIOSK },
	{ .key = UK_F4, .action = ACT_QUESTION, .label = N_("Ask the authority"),
	  .spare = 2,
	  .help = N_("Write a question to the authority."),
	  .modes = IN_KIOSK },
	{ .key = UK_F1, .action = ACT_KEYS, .label = N_("Keys"), .spare = 1,
	  .help = N_("All keys, where they work and what they do."),
	  .modes = IN_KIOSK },
	{ .key = UK_UP, .action = ACT_UP,
	  .modes = IN_KIOSK },
	{ .key = UK_DOWN, .action = ACT_DOWN,
	  .modes = IN_KIOSK },
	{ .key = UK_PAGE_UP, .action = ACT_PAGE_UP,
	  .modes = IN_KIOSK },
	{ .key = UK_PAGE_DOWN, .action = ACT_PAGE_DOWN,
	  .modes = IN_KIOSK },
	{ .key = UK_HOME, .action = ACT_FIRST,
	  .modes = IN_KIOSK },
	{ .key = UK_END, .action = ACT_LAST,
	  .modes = IN_KIOSK },
};

/* A line of the list. */
enum row_kind { ROW_GAP, ROW_HEADING, ROW_QUESTION, ROW_ASK };
struct row {
	enum row_kind	 kind;
	size_t		 at;		/* of what is shown */
};

struct view {
	struct desk		*desk;
	struct answering	*answering;
	struct field		 field;
	char			 first[40];	/* to stand at; "" */
	bool			 have;		/* the list is there */
	bool			 asks;		/* and an authority to ask */
	bool			 open;		/* Enter came before the list */
	const struct question	*shown[QUESTIONS_MAX];
	size_t			 n, at;		/* at == n: to ask the authority */
	struct row		 rows[ROWS_MAX];
	size_t			 nrows, top;
	struct rect		 list;		/* where it stands */
	struct page		 page;		/* the answer beside it */
};

/* --- what is shown --------------------------------------------------------- */

static bool
narrowed(const struct view *v)
{
	return v->field.text[strspn(v->field.text, " ")] != '\0';
}

static void
add_row(struct view *v, enum row_kind kind, size_t at)
{
	if (v->nrows < ROWS_MAX)
		v->rows[v->nrows++] = (struct row){ kind, at };
}

/* All stand under their headings; what was looked for, the likeliest first. */
static void
lay_out(struct view *v)
{
	const char *heading = "";

	v->nrows = 0;
	if (!v->have)
		return;
	for (size_t i = 0; i < v->n; i++) {
		const char *own = question_heading(v->shown[i]);

		if (!narrowed(v) && strcmp(own, heading) != 0) {
			if (v->nrows > 0 && v->list.h > AIRY_ROWS)
				add_row(v, ROW_GAP, 0);
			add_row(v, ROW_HEADING, i);
			heading = own;
		}
		add_row(v, ROW_QUESTION, i);
	}
	if (!v->asks)
		return;
	if (v->nrows > 0 && (narrowed(v) || v->list.h > AIRY_ROWS))
		add_row(v, ROW_GAP, 0);
	add_row(v, ROW_ASK, v->n);
}

static void
search(struct view *v)
{
	const struct questions *all = answering_questions(v->answering);

	if (all == NULL)
		return;
	v->n = questions_find(all, v->field.text, v->shown, QUESTIONS_MAX);
	v->at = v->top = 0;
	for (size_t i = 0; i < v->n && v->first[0] != '\0'; i++)
		if (strcmp(v->shown[i]->id, v->first) == 0)
			v->at = i;
	v->first[0] = '\0';
	v->page = (struct page){ .at = 0 };
	v->have = true;
	lay_out(v);
}

static const struct question *
selected(const struct view *v)
{
	return v->have && v->at < v->n ? v->shown[v->at] : NULL;
}

/* Badges cost a look at the card, never a question to a server. */
static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	v->desk = p->desk;
	v->answering = desk_answering(p->desk);
	v->asks = view_question_can(p->desk);
	if (arg != NULL)
		snprintf(v->first, sizeof v->first, "%s", (const char *)arg);
	answering_want(v->answering, NEED_CARD | NEED_REGISTRY |
	    (answering_told(v->answering, ABOUT_ORDER)[0] != '\0' ?
	    NEED_ORDER : 0));
	search(v);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	answering_rest(v->answering);
	explicit_bzero(&v->field, sizeof v->field);
}

/* --- drawing ----------------------------------------------------------------- */

static void
draw_question(struct view *v, const struct question *q, const struct rect *r,
    int row, enum style style)
{
	const struct answer *a = answering_answer(v->answering, q);
	int width = r->w < LIST_BAR ? r->w : LIST_BAR;
	struct rect line = { r->y + row, r->x, 1, width };
	int badge = a != NULL ? draw_width(a->badge) : 0;

	if (badge > 0)
		draw_text_right(&line, 0, 0, style == STYLE_TEXT ?
		    answerpage_style(a->verdict) : style, a->badge);
	draw_text(&line, 0, 2, width > badge + 4 ? width - badge - 4 : 1,
	    style, question_brief(q));
}

static void
draw_row(struct view *v, const struct row *row, const struct rect *r, int y,
    bool focused)
{
	bool chosen = (row->kind == ROW_QUESTION || row->kind == ROW_ASK) &&
	    row->at == v->at;
	enum style style = !chosen ? STYLE_TEXT : focused ? STYLE_SELECTED :
	    STYLE_SELECTED_IDLE;

	if (chosen)
		draw_fill(r, y, 0, r->w < LIST_BAR ? r->w : LIST_BAR, style);
	if (chosen)
		draw_text(r, y, 0, 1, style, draw_glyph(GLYPH_SELECTED));
	switch (row->kind) {
	case ROW_GAP:
		break;
	case ROW_HEADING:
		draw_text(r, y, 0, 0, STYLE_HEADING,
		    question_heading(v->shown[row->at]));
		break;
	case ROW_QUESTION:
		draw_question(v, v->shown[row->at], r, y, style);
		break;
	case ROW_ASK:
		draw_text(r, y, 2, 0, style, v->n > 0 ?
		    _("None of these: ask the authority") :
		    _("Nothing fits: ask the authority"));
		break;
	}
}

/* The chosen one in sight, with its heading if it is the first under that. */
static void
scroll(struct view *v, int rows)
{
	size_t at = 0, first, h = rows > 0 ? (size_t)rows : 1;

	while (at + 1 < v->nrows && (v->rows[at].kind < ROW_QUESTION ||
	    v->rows[at].at != v->at))
		at++;
	first = at > 0 && v->rows[at - 1].kind == ROW_HEADING ? at - 1 : at;
	if (v->top > first)
		v->top = first;
	if (at >= v->top + h)
		v->top = at - h + 1;
	if (v->nrows <= h)
		v->top = 0;
	else if (v->top > v->nrows - h)
		v->top = v->nrows - h;
}

static void
draw_list(struct view *v, const struct rect *r, bool focused)
{
	struct rect edge = { r->y, r->x, r->h, r->w + 1 };

	scroll(v, r->h);
	for (int i = 0; i < r->h && v->top + (size_t)i < v->nrows; i++)
		draw_row(v, &v->rows[v->top + (size_t)i], r, i, focused);
	if (v->top > 0)
		draw_text(&edge, 0, r->w, 1, STYLE_STRONG,
		    draw_glyph(GLYPH_UP));
	if (v->top + (size_t)r->h < v->nrows)
		draw_text(&edge, r->h - 1, r->w, 1, STYLE_STRONG,
		    draw_glyph(GLYPH_DOWN));
}

static void
page_of(struct view *v, struct answerpage *page)
{
	const struct answer_facts *f = answering_facts(v->answering);
	const struct question *q = selected(v);

	*page = (struct answerpage){ .question = q,
	    .answer = answering_answer(v->answering, q),
	    .check = check_by_id(q->check),
	    .authority = f != NULL ? f->authority : NULL,
	    .now = desk_now(v->desk), .doing = "",
	    .mode = desk_setup(v->desk)->mode };
}

static void
content(struct page *page, void *arg)
{
	struct answerpage a;

	page_of(arg, &a);
	answerpage_say(page, &a);
}

static void
draw_beside(struct view *v, const struct rect *r)
{
	struct rect in = rect_inside(*r);

	draw_frame(r, _("Answer"), NULL, false);
	in.x++;
	in.w -= 2;
	if (selected(v) != NULL)
		page_draw(&v->page, &in, false, content, v);
	else
		draw_paragraph(&in, 0, 0, in.h, STYLE_TEXT, _("The question "
		    "goes to the authority by its order service; without one "
		    "it is printed or saved."));
}

/* The question as people put it, and the answer's own sentence. */
static void
draw_said(struct view *v, const struct rect *r)
{
	const struct question *q = selected(v);
	const struct answer *a;
	int row = 1;

	draw_rule(r, 0, 0, (struct extent){ 1, r->w }, STYLE_FRAME,
	    draw_glyph(GLYPH_LINE));
	if (q == NULL)
		return;
	row += draw_paragraph(r, row, 0, 2, STYLE_DIM, question_asked(q));
	a = answering_answer(v->answering, q);
	if (a == NULL)
		return;
	draw_text(r, row, 0, 1, answerpage_style(a->verdict),
	    draw_glyph(answerpage_glyph(a->verdict)));
	draw_paragraph(r, row, 2, r->h - row, STYLE_STRONG, a->says);
}

static void
draw_top(struct view *v, const struct rect *r, bool focused)
{
	char doing[160];
	int label = draw_textf(r, 0, 0, 0, STYLE_KEY, "%s ",
	    _("your question:"));

	answering_doing(v->answering, doing, sizeof doing);
	draw_text(r, 1, 0, 0, STYLE_DIM, doing[0] != '\0' ? doing :
	    _("Type a few words, as people say it."));
	field_draw(&v->field, r, 0, label, 0, focused);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	struct rect list = { r->y + 2, r->x, r->h - 2, r->w }, other = list;

	if (r->w >= BESIDE_COLS) {
		list.w = LIST_COLS;
		other.x += LIST_COLS + 2;
		other.w -= LIST_COLS + 2;
		draw_beside(v, &other);
	} else if (r->h >= ROOMY_ROWS) {
		list.h -= SAID_ROWS;
		other.y += list.h;
		other.h = SAID_ROWS;
		draw_said(v, &other);
	}
	v->list = list;
	lay_out(v);
	draw_list(v, &list, focused);
	draw_top(v, r, focused);
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	if (!v->have || v->at >= v->n)
		return NULL;
	snprintf(buf, size, _("%zu of %zu"), v->at + 1, v->n);
	return buf;
}

/* --- keys --------------------------------------------------------------------- */

static void
open_selected(struct panel *p)
{
	struct view *v = p->state;
	const struct question *q = selected(v);

	v->open = !v->have;
	if (q != NULL)
		desk_open(p->desk, &view_answer_ops, q->id);
	else if (v->have && v->asks)
		view_question_open(p->desk, NULL);
}

/* The list may have come; what was asked for before it did is opened now. */
void
view_answers_came(struct panel *p, bool top)
{
	struct view *v = p->state;

	if (v->have)
		return;
	search(v);
	if (v->have && v->open && top)
		open_selected(p);
}

/* A row that is clicked once more is opened. */
static unsigned
click(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	size_t row = v->top + (size_t)(in->y - v->list.y);

	if (!rect_has(&v->list, in->y, in->x) || row >= v->nrows ||
	    v->rows[row].kind < ROW_QUESTION)
		return UI_HANDLED;
	if (v->rows[row].at == v->at)
		open_selected(p);
	else
		v->at = v->rows[row].at;
	return UI_HANDLED;
}

static void
move(struct view *v, int by)
{
	int at = (int)v->at + by, last = (int)v->n - !v->asks;

	last = last < 0 ? 0 : last;
	v->at = (size_t)(at < 0 ? 0 : at > last ? last : at);
	v->page.at = 0;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	struct field before = v->field;
	/* In an empty line there is nowhere to go but in the list. */
	bool was_it = (in->kind != INPUT_KEY || v->field.text[0] != '\0') &&
	    field_input(&v->field, in);

	if (strcmp(before.text, v->field.text) != 0) {
		v->open = false;
		search(v);
	}
	explicit_bzero(&before, sizeof before);
	if (was_it)
		return UI_HANDLED;
	if (in->kind == INPUT_CLICK)
		return click(p, in);
	if (in->kind != INPUT_WHEEL)
		return UI_IGNORED;
	move(v, in->wheel);
	return UI_HANDLED;
}

static bool
can(struct panel *p, int action)
{
	return action != ACT_QUESTION || ((struct view *)p->state)->asks;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	int page = v->list.h > 2 ? v->list.h - 2 : 1;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_OPEN:
		open_selected(p);
		break;
	case ACT_QUESTION:
		view_question_open(p->desk, NULL);
		break;
	case ACT_KEYS:
		desk_open(p->desk, &view_help_ops, p);
		break;
	case ACT_UP:
	case ACT_DOWN:
		move(v, action == ACT_UP ? -1 : 1);
		break;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		move(v, action == ACT_PAGE_UP ? -page : page);
		break;
	case ACT_FIRST:
	case ACT_LAST:
		move(v, action == ACT_FIRST ? -(int)v->n : (int)v->n);
		break;
	}
	return UI_HANDLED;
}

const struct panel_ops view_answers_ops = {
	.name = "answers",
	.title = N_("Questions"),
	.about = N_("What people ask, with the answer for the card, the order "
	    "and the network at hand. Any words will do, also misspelt."),
	.place = PLACE_FULL,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.corner = corner,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
};
