#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/ordering.h"
#include "ui/orderpage.h"
#include "ui/page.h"
#include "ui/qr.h"
#include "ui/textbox.h"
#include "ui/track.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_ENTER, ACT_UP, ACT_DOWN, ACT_READY };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Take the answer and go on; within the question itself "
	  "begin a new line."),
	  .modes = IN_KIOSK },
	{ .key = UK_TAB, .action = ACT_READY, .label = N_("Ready"),
	  .help = N_("The question is written: go on."),
	  .modes = IN_KIOSK },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("A step back; from the first one, leave. Nothing is kept "
	  "of what was written."),
	  .modes = IN_KIOSK },
	{ .key = UK_UP, .action = ACT_UP,
	  .help = N_("Choose; a digit does too."),
	  .modes = IN_KIOSK },
	{ .key = UK_DOWN, .action = ACT_DOWN,
	  .modes = IN_KIOSK },
};

/* Step by step; before the clause was shown nothing of a person is asked. */
enum stage { STAGE_WHOM, STAGE_CLAUSE, STAGE_NAME, STAGE_CONTACT, STAGE_TEXT,
	STAGE_CONTRACT, STAGE_CONSENT, STAGE_SEND, STAGE_SENT };

static const char *const steps[] = { N_("clause"), N_("name"), N_("contact"),
	N_("question"), N_("contract"), N_("consent"), N_("send") };

struct view {
	struct desk		*desk;
	enum stage		 stage;
	const struct authority	*authority;
	char			 order[ORDER_NUMBER_MAX + 1];
	struct page		 page;
	char			*clause;	/* NULL: being read, or err */
	const char		*language;	/* of the clause that is shown */
	struct field		 name, contact;
	struct textbox		 text;
	int			 choice;	/* of the present stage; -1: none yet */
	int			 contract, consent;	/* -1: not answered */
	unsigned		 work;
	const struct orderwork	*sending;	/* it, while it is the question's */
	unsigned		 look;		/* at what became of it, or 0 */
	struct order_try	 tried;
	struct order_out	 out;
	struct qr		*qr;
	struct err		 err;
};

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \n")] == '\0';
}

/* --- whom ---------------------------------------------------------------------- */

/* A kiosk has no paper: there it takes a service. */
static bool
takes(const struct desk *d, const struct authority *a)
{
	return desk_setup(d)->mode == MODE_KIOSK ?
	    a->orders_url[0] != '\0' : order_takes_questions(a);
}

bool
view_question_can(const struct desk *d)
{
	const struct authorities *all = desk_setup(d)->authorities;

	if (desk_setup(d)->mode != MODE_KIOSK)
		return true;
	for (size_t i = 0; i < all->n; i++)
		if (takes(d, &all->v[i]))
			return true;
	return false;
}

/* The n-th authority that takes questions; NULL after the last. */
static const struct authority *
nth(const struct view *v, int n)
{
	const struct authorities *all = desk_setup(v->desk)->authorities;

	for (size_t i = 0; i < all->n; i++)
		if (takes(v->desk, &all->v[i]) && n-- == 0)
			return &all->v[i];
	return NULL;
}

/* Without a service it goes on paper. */
static bool
on_paper(const struct view *v)
{
	return v->authority->orders_url[0] == '\0';
}

static void
got_clause(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->err = w->err;
	free(v->clause);
	v->clause = w->text;
	w->text = NULL;
}

static void
read_clause(struct panel *p)
{
	struct view *v = p->state;
	struct orderwork *w = orderwork_new(p, orderwork_clause, got_clause);

	v->stage = STAGE_CLAUSE;
	w->authority = v->authority;
	w->language = v->language = i18n_get();
	v->work = orderwork_post(w);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct question_of *of = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	v->choice = v->contract = v->consent = -1;
	if (of != NULL && of->number != NULL)
		snprintf(v->order, sizeof v->order, "%s", of->number);
	if (of != NULL && of->written != NULL) {
		snprintf(v->text.text, sizeof v->text.text, "%s", of->written);
		v->text.at = strlen(v->text.text);
	}
	v->authority = of != NULL && of->authority != NULL &&
	    takes(v->desk, of->authority) ? of->authority :
	    nth(v, 1) == NULL ? nth(v, 0) : NULL;
	if (v->authority != NULL)
		read_clause(p);
	else if (nth(v, 0) == NULL)
		err_set(&v->err, ERR_NO_CLAUSE, "[question] clause", NULL);
}

/* Not who asks: that is theirs, and typed again in a moment. */
static bool
stands(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;
	int n;

	/* What is on disk goes by itself: it is not to be sent twice. */
	if (v->authority == NULL || is_blank(v->text.text) ||
	    v->stage == STAGE_SENT || (v->sending != NULL &&
	    atomic_load(&v->sending->kept)))
		return false;
	n = snprintf(buf, size, "%s\n%s\n%s", v->authority->id, v->order,
	    v->text.text);
	return n > 0 && (size_t)n < size;
}

static bool
unsaved(struct panel *p)
{
	const struct view *v = p->state;

	return v->stage != STAGE_SENT && !(is_blank(v->name.text) &&
	    is_blank(v->contact.text) && is_blank(v->text.text));
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	/* What is being sent goes on, and tells whether it could be kept. */
	if (v->work != 0 && v->stage != STAGE_SEND)
		orderwork_cancel(p->desk, v->work);
	orderwork_cancel(p->desk, v->look);
	free(v->clause);
	order_out_clear(&v->out);
	qr_free(v->qr);
	explicit_bzero(v, sizeof *v);
}

/* --- going on --------------------------------------------------------------------- */

/* The number that the person takes along. */
static const char *
number(const struct view *v)
{
	return v->out.reference != NULL ? v->out.reference : v->out.own;
}

static void
take_out(struct view *v, struct orderwork *w)
{
	order_out_clear(&v->out);
	v->out = w->out;
	w->out = (struct order_out){ .id = 0 };
	qr_free(v->qr);
	v->qr = qr_new(&(struct qr_text){ .serial = number(v), .line = "",
	    .name = "" });
}

static void
looked(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->look = 0;
	if (w->err.code == ERR_NONE)
		take_out(v, w);
}

/* What waited may have been sent by now. */
static void
kept(struct panel *p)
{
	struct view *v = p->state;
	struct orderwork *w;

	if (v->stage != STAGE_SENT || v->look != 0 || v->out.id == 0 ||
	    v->out.state != ORDER_OUT_WAITING)
		return;
	w = orderwork_new(p, orderwork_out, looked);
	w->id = v->out.id;
	v->look = orderwork_post(w);
}

static void
sent(struct panel *p, struct orderwork *w)
{
	struct view *v = p->state;

	v->work = 0;
	v->sending = NULL;
	v->err = w->err;
	v->tried = w->tried;
	if (w->err.code != ERR_NONE && w->err.code != ERR_NOT_NOTED)
		return;
	take_out(v, w);
	v->stage = STAGE_SENT;
	explicit_bzero(&v->name, sizeof v->name);
	explicit_bzero(&v->contact, sizeof v->contact);
	explicit_bzero(&v->text, sizeof v->text);
}

/* file: of a page to save; NULL: the printer, or the service. */
static void
send_it(struct panel *p, char *file)
{
	struct view *v = p->state;
	struct orderwork *w = orderwork_new(p, on_paper(v) ?
	    orderwork_question_page : orderwork_question, sent);

	w->file = file;
	w->authority = v->authority;
	w->language = v->language;
	w->name = mem_strdup(v->name.text);
	w->contact = mem_strdup(v->contact.text);
	w->text = mem_strdup(v->text.text);
	w->clause = mem_strdup(v->authority->question_clause_version);
	w->number = v->order[0] != '\0' ? mem_strdup(v->order) : NULL;
	w->contract = v->contract == 1;
	w->consent = v->consent == 1;
	w->tried = v->tried;
	err_clear(&v->err);
	v->sending = w;
	v->work = orderwork_post(w);
}

static void
save_it(struct panel *p, int what, const char *file)
{
	(void)what;
	send_it(p, reach_name(file));
}

/* How the page goes out: to the printer where there is one, or into a file. */
static const char *const ways[] = { N_("print it"), N_("save it as a PDF") };

enum { WAY_PRINT, WAY_SAVE, WAYS };

/* The first that this mode has. */
static int
first_way(const struct view *v)
{
	return mode_has(desk_setup(v->desk)->mode, NOT_AGENT) ? WAY_PRINT :
	    WAY_SAVE;
}

static void
put_out(struct panel *p)
{
	const struct view *v = p->state;
	char *first = mem_printf("~/%s.pdf", _("question"));
	const struct ask_of of = { .title = N_("Save PDF"),
	    .question = N_("Into which new file:"), .first = first,
	    .file = true, .asker = p, .take = save_it };

	if (v->choice >= 0 && first_way(v) + v->choice == WAY_PRINT)
		send_it(p, NULL);
	else if (v->choice >= 0)
		desk_open(p->desk, &view_ask_ops, &of);
	free(first);
}

static void
turn_to(struct view *v, enum stage stage)
{
	v->stage = stage;
	/* Nothing is ticked beforehand; an answer given stays. */
	v->choice = stage == STAGE_CONTRACT ? v->contract :
	    stage == STAGE_CONSENT ? v->consent : -1;
}

static unsigned
enter(struct panel *p)
{
	struct view *v = p->state;

	if (v->work != 0)
		return UI_HANDLED;
	switch (v->stage) {
	case STAGE_WHOM:
		v->authority = v->choice >= 0 ? nth(v, v->choice) : NULL;
		if (v->authority != NULL)
			read_clause(p);
		break;
	case STAGE_CLAUSE:
		if (v->clause != NULL)
			turn_to(v, STAGE_NAME);
		break;
	case STAGE_NAME:
		if (!is_blank(v->name.text))
			turn_to(v, STAGE_CONTACT);
		break;
	case STAGE_CONTACT:
		if (!is_blank(v->contact.text))
			turn_to(v, STAGE_TEXT);
		break;
	case STAGE_TEXT:
		textbox_break(&v->text);
		break;
	case STAGE_CONTRACT:
		if (v->choice < 0)
			break;
		v->contract = v->choice;
		turn_to(v, v->contract == 1 ? STAGE_SEND : STAGE_CONSENT);
		break;
	case STAGE_CONSENT:
		v->consent = v->choice;
		if (v->consent == 1)
			turn_to(v, STAGE_SEND);
		break;
	case STAGE_SEND:
		if (on_paper(v))
			put_out(p);
		else
			send_it(p, NULL);
		break;
	case STAGE_SENT:
		return UI_HANDLED | UI_CLOSE;
	}
	return UI_HANDLED;
}

static unsigned
back(struct view *v)
{
	if (v->stage <= STAGE_CLAUSE || v->stage == STAGE_SENT)
		return UI_HANDLED | UI_CLOSE;
	/* What is being sent is kept, and goes on without us; a kiosk keeps nothing. */
	if (v->work != 0)
		return UI_HANDLED | (v->stage == STAGE_SEND &&
		    setup_keeps(desk_setup(v->desk)) ? UI_CLOSE : 0);
	turn_to(v, v->stage == STAGE_SEND && v->contract == 1 ?
	    STAGE_CONTRACT : v->stage - 1);
	return UI_HANDLED;
}

/* --- keys ---------------------------------------------------------------------------- */

static int
choices(const struct view *v)
{
	int n = 0;

	if (v->stage == STAGE_SEND && on_paper(v))
		return WAYS - first_way(v);
	if (v->stage == STAGE_CONTRACT || v->stage == STAGE_CONSENT)
		return 2;
	while (v->stage == STAGE_WHOM && nth(v, n) != NULL)
		n++;
	return n;
}

/* They choose where there is something to choose. */
static bool
is_arrow(const struct input *in)
{
	return in->kind == INPUT_KEY && (in->key == UK_UP ||
	    in->key == UK_DOWN);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	bool took = false;

	if (v->work == 0 && v->stage == STAGE_NAME)
		took = field_input(&v->name, in);
	else if (v->work == 0 && v->stage == STAGE_CONTACT)
		took = field_input(&v->contact, in);
	else if (v->work == 0 && v->stage == STAGE_TEXT)
		took = textbox_input(&v->text, in);
	else if (v->stage == STAGE_CLAUSE || (v->stage == STAGE_SEND &&
	    !(on_paper(v) && is_arrow(in))))
		took = page_input(&v->page, in);
	if (took || in->kind != INPUT_CHAR)
		return took ? UI_HANDLED : UI_IGNORED;
	/* No letter typed here may ever mean something else. */
	if (!in->pasted && in->ch >= '1' &&
	    in->ch < '1' + (uint32_t)choices(v))
		v->choice = (int)(in->ch - '1');
	return UI_HANDLED;
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;

	switch (action) {
	case ACT_READY:
		return v->stage == STAGE_TEXT && !is_blank(v->text.text);
	case ACT_ENTER:
		return v->work == 0 && v->stage != STAGE_TEXT;
	}
	return true;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	int n = choices(v);

	switch (action) {
	case ACT_BACK:
		return back(v);
	case ACT_ENTER:
		return enter(p);
	case ACT_READY:
		turn_to(v, STAGE_CONTRACT);
		break;
	case ACT_UP:
	case ACT_DOWN:
		if (n > 0)
			v->choice = v->choice < 0 ? 0 : (v->choice +
			    (action == ACT_DOWN ? 1 : n - 1)) % n;
		break;
	}
	return UI_HANDLED;
}

/* --- drawing ---------------------------------------------------------------------------- */

static void
draw_choices(const struct view *v, const struct rect *r, int row,
    bool focused)
{
	static const char *const yes_no[] = { N_("no"), N_("yes") };
	const char *const *words = v->stage == STAGE_SEND ?
	    &ways[first_way(v)] : yes_no;

	for (int i = 0; i < choices(v) && row < r->h; i++, row++) {
		bool chosen = i == v->choice;
		struct rect line = { r->y + row, r->x, 1, r->w };

		draw_textf(&line, 0, 0, 0, chosen ? STYLE_SELECTED :
		    STYLE_TEXT, "%s %d %s", chosen ?
		    draw_glyph(GLYPH_SELECTED) : " ", i + 1,
		    v->stage == STAGE_WHOM ? nth(v, i)->name : _(words[i]));
		if (focused && (chosen || (v->choice < 0 && i == 0)))
			draw_cursor(&line, 0, 0);
	}
}

static void
say_lines(struct page *page, const char *s)
{
	while (*s != '\0') {
		size_t len = strcspn(s, "\n");
		char *line = mem_strndup(s, len);

		page_text(page, STYLE_TEXT, len > 0 ? line : " ");
		free(line);
		s += len + (s[len] == '\n');
	}
}

static void
say_clause(struct page *page, void *arg)
{
	const struct view *v = arg;
	char buf[256];

	if (v->clause == NULL)
		return;
	snprintf(buf, sizeof buf, _("Before anything is written: how %s deals "
	    "with your data (version %s)."), v->authority->name,
	    v->authority->question_clause_version);
	page_text(page, STYLE_STRONG, buf);
	page_gap(page);
	say_lines(page, v->clause);
}

static void
say_all(struct page *page, void *arg)
{
	const struct view *v = arg;

	page_labels(page, 17);
	page_text(page, STYLE_STRONG, on_paper(v) ? _("This is what will stand "
	    "on the page, to be signed and sent to the authority.") :
	    _("This is what will be sent. Enter sends it."));
	page_gap(page);
	page_field(page, _("to"), STYLE_TEXT, v->authority->name);
	page_field(page, _("about order"), STYLE_TEXT, v->order);
	page_field(page, _("name"), STYLE_TEXT, v->name.text);
	page_field(page, _("contact"), STYLE_TEXT, v->contact.text);
	page_field(page, _("contract"), STYLE_TEXT, v->contract == 1 ?
	    _("it concerns a contract that was concluded") :
	    _("no contract; consent was given"));
	page_gap(page);
	say_lines(page, v->text.text);
}

/* What became of it, the number that the person takes along, and their rights. */
static void
draw_sent(struct view *v, const struct rect *r)
{
	struct rect left = *r;
	char buf[512], day[32];
	int row;

	/* Beside the text: below it an 80x24 screen has no room. */
	if (v->qr != NULL && qr_fit(v->qr, r->h, r->w / 2)) {
		left.w -= qr_cols(v->qr) + 2;
		qr_draw(v->qr, r, 0, r->w - qr_cols(v->qr));
	}
	row = draw_paragraph(&left, 1, 0, r->h, v->out.state ==
	    ORDER_OUT_DONE ? STYLE_GOOD : STYLE_WARN,
	    orderpage_out(&v->out, buf, sizeof buf)) + 2;

	snprintf(buf, sizeof buf, v->out.id == 0 ?
	    _("Its number is %s: note it down or take a picture of the code. "
	    "Nothing of it is kept here.") :
	    _("Its number is %s: note it down or take a "
	    "picture of the code. By it the question can be found here, "
	    "consent be withdrawn and everything be erased."), number(v));
	row += draw_paragraph(&left, row, 0, r->h - row, STYLE_TEXT, buf) + 1;
	if (v->out.until != 0) {
		snprintf(buf, sizeof buf, _("What is kept here of it is gone "
		    "after %s."), clock_day(v->out.until, day, sizeof day));
		draw_paragraph(&left, row, 0, r->h - row, STYLE_TEXT, buf);
	}
}

/* What is asked now, and where the answer is written. */
static void
draw_stage(struct view *v, const struct rect *r, bool focused)
{
	static const char *const asked[] = {
		[STAGE_WHOM] = N_("Which authority is it for?"),
		[STAGE_NAME] = N_("Who asks? First name and surname."),
		[STAGE_CONTACT] = N_("How can the answer reach you? An e-mail "
		    "address or a telephone number."),
		[STAGE_TEXT] = N_("What is the question? Tab when it is "
		    "written. Do not write a PIN or password here."),
		[STAGE_CONTRACT] = N_("Does it concern a contract that was "
		    "concluded with this authority?"),
		[STAGE_CONSENT] = N_("May your data be used to answer, as the "
		    "clause says? Without that the question is not sent: ask by "
		    "telephone then."),
	};
	int row = draw_paragraph(r, 0, 0, r->h, STYLE_STRONG,
	    _(asked[v->stage]));
	struct rect rest;

	/* A line between, where what is to be chosen has room all the same. */
	row += row + 1 + choices(v) <= r->h;
	rest = (struct rect){ r->y + row, r->x, r->h - row, r->w };
	if (v->stage == STAGE_NAME)
		field_draw(&v->name, r, row, 0, 0, focused);
	else if (v->stage == STAGE_CONTACT)
		field_draw(&v->contact, r, row, 0, 0, focused);
	else if (v->stage == STAGE_TEXT)
		textbox_draw(&v->text, &rest, focused);
	else
		draw_choices(v, r, row, focused);
}

/* All of it once more; below it, for a page, how that goes out. */
static void
draw_send(struct view *v, const struct rect *r, bool focused)
{
	struct rect above = { r->y, r->x, r->h, r->w };

	if (on_paper(v))
		above.h -= choices(v) + 1;
	page_draw(&v->page, &above, focused && !on_paper(v), say_all, v);
	if (on_paper(v))
		draw_choices(v, r, above.h + 1, focused);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	struct rect rest = { r->y + 2, r->x, r->h - 2, r->w };
	char buf[512];

	/* Agreed to is what was read, in the language that it was read in. */
	if (v->stage == STAGE_CLAUSE && v->work == 0 &&
	    strcmp(v->language, i18n_get()) != 0)
		read_clause(p);
	if (v->stage >= STAGE_CLAUSE)
		track_draw(r, 0, steps, sizeof steps / sizeof steps[0],
		    (size_t)(v->stage - STAGE_CLAUSE));
	if (v->err.code != ERR_NONE) {
		int row = draw_paragraph(&rest, 0, 0, rest.h, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));

		row += draw_paragraph(&rest, row, 0, rest.h - row, STYLE_TEXT,
		    err_next(&v->err, buf, sizeof buf));
		rest.y += row + 1;
		rest.h -= row + 1;
	}
	if (v->work != 0)
		draw_paragraph(&rest, 0, 0, rest.h, STYLE_STRONG, v->stage !=
		    STAGE_SEND ? _("being read...") : on_paper(v) ?
		    _("being done...") : _("being sent..."));
	else if (v->stage == STAGE_CLAUSE)
		page_draw(&v->page, &rest, focused, say_clause, v);
	else if (v->stage == STAGE_SEND)
		draw_send(v, &rest, focused);
	else if (v->stage == STAGE_SENT)
		draw_sent(v, &rest);
	else if (nth(v, 0) != NULL)
		draw_stage(v, &rest, focused);
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_question_ops = {
	.name = "question",
	.title = N_("Ask a question"),
	.about = N_("A question to an authority: the information clause first, "
	    "then who asks and what; kept sealed until it is sent."),
	.place = PLACE_FULL,
	.modes = IN_KIOSK,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.draw = draw,
	.kept = kept,
	.stands = stands,
	.unsaved = unsaved,
	.input = input,
	.act = act,
	.can = can,
	.problem = problem,
};

/* One that is being written comes to the front; it is not thrown away. */
void
view_question_open(struct desk *d, const struct question_of *of)
{
	const struct panel *p = desk_view(d, &view_question_ops);
	const struct view *v = p != NULL ? p->state : NULL;

	/* Raised it closes those above, who may own what this would begin with. */
	if (v != NULL && v->stage != STAGE_SENT)
		(void)desk_raise(d, &view_question_ops);
	else
		desk_open_top(d, &view_question_ops, of);
}
