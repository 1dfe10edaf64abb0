#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "registry/reveal.h"
#include "registry/store.h"
#include "revocation/channel.h"
#include "ui/casework.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/revoke.h"
#include "ui/revokepage.h"
#include "ui/span.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_ENTER, ACT_UP, ACT_DOWN };

#define AHEAD_MAX	32	/* inputs for the question that is to come */

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Take the answer; it is written down before the next "
	  "question comes.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("A question back; from the first one, leave. What was "
	  "answered is kept as a draft.") },
	{ .key = UK_UP, .action = ACT_UP,
	  .help = N_("Choose; a digit does too.") },
	{ .key = UK_DOWN, .action = ACT_DOWN },
};

struct view {
	struct desk		*desk;
	struct record		 cert;		/* before the case is begun */
	struct record		 fresh;		/* the same, for beginning it */
	int64_t			 row;		/* or it is remembered here */
	char			*model;		/* of the card in the reader */
	struct case_now		 now;		/* row.id 0: not begun */
	enum revoke_stage	 stage;
	int			 at;		/* row chosen; -1: none yet */
	struct field		 field;
	struct input		 ahead[AHEAD_MAX];
	size_t			 nahead;
	bool			 waiting, loaded, resumed;
	bool			 typed;		/* nobody has been shown whose it is */
	struct err		 err;
	struct service_ticket	 ticket;
};

static const struct record *
cert_of(const struct view *v)
{
	return v->now.row.id != 0 ? &v->now.row.cert : &v->cert;
}

static struct revoke_about
about(const struct view *v)
{
	const struct record *r = cert_of(v);

	return (struct revoke_about){ .cert = r, .now = desk_now(v->desk),
	    .authority = channel_authority(desk_setup(v->desk)->authorities,
	    &r->issuer),
	    .view = v->now.row.id != 0 ? &v->now.view : NULL };
}

/* What was chosen, wherever it stands; nothing where it is not there. */
static void
choose(struct view *v, int value)
{
	struct revoke_choice choices[REVOKE_CHOICES];
	struct revoke_about a = about(v);
	size_t n = revoke_choices(v->stage, &a, choices);

	v->at = -1;
	for (size_t i = 0; i < n; i++)
		if (choices[i].value == value)
			v->at = (int)i;
}

/* Show a question with the answer it had, if it had one. */
static void
turn_to(struct view *v, enum revoke_stage stage)
{
	struct revoke_about a = about(v);
	char when[32];

	v->stage = stage;
	choose(v, revoke_answer(stage, a.view));
	field_set(&v->field, "");
	if (stage == REVOKE_WHEN && a.view != NULL && a.view->lost_at != 0)
		field_set(&v->field, span_minute(a.view->lost_at, when,
		    sizeof when));
}

/* --- the certificate ----------------------------------------------------- */

/* As it is remembered, by its row or else by its number. */
static int
get_record(struct casework *w, struct registry *reg, struct err *err)
{
	struct record known;

	if (w->row != 0)
		return store_get_row(reg, w->row, &w->record, err);
	record_init(&known);
	if (store_get(reg, &w->record.issuer, w->record.serial,
	    w->record.serial_len, &known, err) == -1)
		return -1;
	record_clear(&w->record);
	w->record = known;
	return 0;
}

/* And its case, if one is open: it is shown instead of a second one. */
static int
get_cert(struct casework *w, struct registry *reg, struct err *err)
{
	if (get_record(w, reg, err) == -1)
		return -1;
	return cases_of(reg, w->record.id, &w->id, err) == -1 ? -1 : 0;
}

static void	got_draft(struct panel *, struct casework *);
static void	meet(struct panel *);

/* What is shown alone: what is written down comes from the registry. */
static void
take_case(struct view *v, struct casework *w)
{
	casework_take(w, &v->now);
	if (v->typed)
		reveal_hide(&v->now.row.cert);
}

/* The one that is chosen now; -1: none. */
static int
chosen(const struct view *v)
{
	struct revoke_choice choices[REVOKE_CHOICES];
	struct revoke_about a = about(v);
	size_t n = revoke_choices(v->stage, &a, choices);

	return v->at >= 0 && (size_t)v->at < n ? choices[v->at].value : -1;
}

static void
got_cert(struct panel *p, struct casework *w)
{
	struct view *v = p->state;
	int value = chosen(v);

	v->ticket.id = 0;
	/* What is at hand need not be remembered. */
	if (w->request.err.code != ERR_NONE) {
		if (!v->loaded)
			v->err = w->request.err;
		return;
	}
	record_clear(&v->cert);
	v->cert = w->record;
	record_init(&w->record);
	if (v->typed)
		reveal_hide(&v->cert);
	v->loaded = true;
	/* What can be done depends on it: nobody chose what stands there now. */
	choose(v, value);
	/* One that is proved may be followed by another: lifted, revoked. */
	if (v->waiting || v->now.row.id != 0 || !w->have ||
	    w->now.view.state == CASE_PUBLISHED)
		return;
	take_case(v, w);
	meet(p);
}

static void
type_in(struct record *to, const struct record *from)
{
	record_init(to);
	record_issuer_copy(&to->issuer, &from->issuer);
	memcpy(to->serial, from->serial, from->serial_len);
	to->serial_len = from->serial_len;
	to->how = HOW_TYPED;
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct revoke_of *of = arg;
	struct view *v = p->state;
	struct casework *w;

	v->desk = p->desk;
	v->at = -1;
	record_init(&v->cert);
	record_init(&v->fresh);
	v->row = of->row;
	v->loaded = of->row == 0 && of->draft == 0;
	if (of->cert != NULL) {
		record_of_cert(&v->cert, of->cert, of->how, desk_now(p->desk));
		record_of_cert(&v->fresh, of->cert, of->how,
		    desk_now(p->desk));
	} else if (of->typed != NULL) {
		v->typed = true;
		type_in(&v->cert, of->typed);
		type_in(&v->fresh, of->typed);
	}
	if (of->card != NULL && of->card->model.name[0] != '\0')
		v->model = mem_strdup(of->card->model.name);
	if (desk_service(p->desk) == NULL)
		return;
	if (of->draft != 0) {
		v->ticket = casework_look(p, of->draft, got_draft);
		return;
	}
	w = casework_new(p, get_cert, got_cert);
	w->writes = false;
	w->row = of->row;
	if (of->row == 0)
		type_in(&w->record, &v->cert);
	v->ticket = casework_ask(w, SERVICE_LOOK);
}

/* What was answered is in the registry: its number is all there is to keep. */
static bool
stands(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	snprintf(buf, size, "%lld", (long long)v->now.row.id);
	return v->now.row.id != 0 && v->now.view.state == CASE_DRAFT;
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) != NULL && !v->waiting)
		service_cancel(desk_service(p->desk), &v->ticket);
	case_now_clear(&v->now);
	record_clear(&v->cert);
	record_clear(&v->fresh);
	explicit_bzero(v->ahead, sizeof v->ahead);
	free(v->model);
}

/* --- steps --------------------------------------------------------------- */

/* There is a case already: a draft goes on here, another is shown. */
static void
meet(struct panel *p)
{
	struct view *v = p->state;
	struct panel *shown;
	struct revoke_about a = about(v);
	char text[256];

	if (v->now.view.state == CASE_DRAFT) {
		v->resumed = true;
		turn_to(v, revoke_open(&a));
		return;
	}
	snprintf(text, sizeof text, _("The case %s of this certificate is open "
	    "already. This is it; no second one was made."),
	    v->now.row.number);
	shown = desk_replace(p, &view_case_ops, &v->now.row.id);
	desk_open_over(shown, &view_message_ops,
	    &(struct message){ .text = text, .by_itself = true });
}

static void
got_draft(struct panel *p, struct casework *w)
{
	struct view *v = p->state;

	v->ticket.id = 0;
	v->err = w->request.err;
	if (!w->have)
		return;
	take_case(v, w);
	v->loaded = true;
	meet(p);
}

/* Complete: it goes its way, which is shown. */
static void
finish(struct panel *p)
{
	struct view *v = p->state;
	int64_t id = v->now.row.id;
	const struct authority *a = v->now.authority;
	bool password = revoke_wants_password(a, &v->now.view);
	bool card = revoke_wants_card(a, &v->now.view);

	p = desk_replace(p, &view_case_ops, &id);
	if (password)
		p = desk_open_over(p, &view_password_ops, &id);
	if (card)
		view_officer_open(p, id, a);
}

/* Of what is for this page; a function key is the desk's. */
static bool
keep_ahead(struct view *v, const struct input *in)
{
	if (in->kind == INPUT_KEY ? in->key == UK_ESC || in->key >= UK_REDRAW :
	    in->kind != INPUT_CHAR)
		return false;
	if (v->nahead < AHEAD_MAX)
		v->ahead[v->nahead++] = *in;
	return true;
}

/* What was typed while an answer was written down; one may be the next to be. */
static void
take_ahead(struct panel *p)
{
	struct view *v = p->state;
	struct input ahead[AHEAD_MAX];
	size_t n = v->nahead;

	memcpy(ahead, v->ahead, n * sizeof ahead[0]);
	v->nahead = 0;
	/* None of them closes it: Esc is not kept. */
	for (size_t i = 0; i < n; i++)
		(void)panel_input(p, &ahead[i]);
	explicit_bzero(ahead, sizeof ahead);
}

static void
came_back(struct panel *p, struct casework *w)
{
	struct view *v = p->state;
	struct revoke_about a;

	v->waiting = false;
	v->ticket.id = 0;
	v->err = w->request.err;
	if (w->have)
		take_case(v, w);
	if (v->err.code != ERR_NONE) {
		field_set(&v->field, "");
		v->nahead = 0;
		if (w->act == casework_begin && v->row == 0) {
			v->fresh = w->record;
			record_init(&w->record);
		}
		return;
	}
	/* What was typed ahead was for another question than one finds now. */
	if (w->existing) {
		v->nahead = 0;
		meet(p);
	} else if (w->act == casework_confirm)
		finish(p);
	else {
		a = about(v);
		turn_to(v, v->stage == REVOKE_WHAT ? revoke_open(&a) :
		    revoke_next(v->stage, &a));
		take_ahead(p);
	}
}

static struct casework *
work(struct panel *p, casework_act_fn *act)
{
	struct casework *w = casework_new(p, act, came_back);

	w->id = ((struct view *)p->state)->now.row.id;
	return w;
}

static unsigned
ask(struct panel *p, struct casework *w)
{
	struct view *v = p->state;

	v->waiting = true;
	v->ticket = casework_ask(w, SERVICE_KEEP);
	return UI_HANDLED;
}

static unsigned
take_action(struct panel *p, enum case_action action)
{
	struct view *v = p->state;
	struct revoke_about a = about(v);
	struct casework *w;

	if (a.view != NULL && a.view->action == action) {
		turn_to(v, revoke_next(REVOKE_WHAT, &a));
		return UI_HANDLED;
	}
	w = work(p, a.view != NULL ? casework_instead : casework_begin);
	w->action = action;
	w->row = v->row;
	if (a.view == NULL && v->row == 0) {
		w->record = v->fresh;
		record_init(&v->fresh);
	}
	return ask(p, w);
}

static unsigned
take_instead(struct panel *p, int value)
{
	struct view *v = p->state;
	struct casework *w;

	if (value == INSTEAD_SUSPEND) {
		w = work(p, casework_instead);
		w->action = CASE_SUSPEND;
		return ask(p, w);
	}
	turn_to(v, value == INSTEAD_CHECK ? REVOKE_PROOF : REVOKE_WHY);
	return UI_HANDLED;
}

static unsigned
take_choice(struct panel *p)
{
	struct view *v = p->state;
	struct revoke_choice choices[REVOKE_CHOICES];
	struct revoke_about a = about(v);
	size_t n = revoke_choices(v->stage, &a, choices);
	struct casework *w;
	int value;

	if (v->at < 0 || (size_t)v->at >= n) {
		err_set(&v->err, ERR_USAGE, _("nothing is chosen yet: a digit, "
		    "or the arrows"), NULL);
		return UI_HANDLED;
	}
	value = choices[v->at].value;
	if (v->stage == REVOKE_WHAT)
		return take_action(p, (enum case_action)value);
	if (v->stage == REVOKE_INSTEAD)
		return take_instead(p, value);
	/* Said again, it need not be written again. */
	if (value == revoke_answer(v->stage, a.view)) {
		turn_to(v, revoke_next(v->stage, &a));
		return UI_HANDLED;
	}
	w = work(p, casework_answer);
	if (v->stage == REVOKE_WHO)
		w->answers.who = value;
	else if (v->stage == REVOKE_PROOF)
		w->answers.proof = value;
	else
		w->answers.reason = value;
	return ask(p, w);
}

static unsigned
take_when(struct panel *p)
{
	struct view *v = p->state;
	struct casework *w;
	int64_t at;

	if (span_parse(v->field.text, desk_now(p->desk), &at, &v->err) == -1)
		return UI_HANDLED;
	if (at == v->now.view.lost_at) {
		turn_to(v, REVOKE_SURE);
		return UI_HANDLED;
	}
	w = work(p, casework_answer);
	w->answers.lost_at = at;
	w->answers.lost_unknown = at == 0;
	return ask(p, w);
}

static unsigned
take_digits(struct panel *p)
{
	struct view *v = p->state;
	struct casework *w;

	if (v->field.text[0] == '\0')
		return UI_HANDLED;
	w = work(p, casework_confirm);
	w->text = mem_strdup(v->field.text);
	return ask(p, w);
}

static unsigned
enter(struct panel *p)
{
	struct view *v = p->state;

	if (v->waiting || !v->loaded || desk_service(p->desk) == NULL)
		return UI_HANDLED;
	err_clear(&v->err);
	switch (v->stage) {
	case REVOKE_WHEN:
		return take_when(p);
	case REVOKE_SURE:
		return take_digits(p);
	default:
		return take_choice(p);
	}
}

static unsigned
back(struct panel *p)
{
	struct view *v = p->state;
	struct revoke_about a = about(v);
	struct desk *d = p->desk;
	char text[256];

	/* The writing goes on; what goes wrong with it is told. */
	if (v->waiting)
		return UI_HANDLED | UI_CLOSE;
	err_clear(&v->err);
	if (v->stage != REVOKE_WHAT) {
		turn_to(v, revoke_back(v->stage, &a));
		return UI_HANDLED;
	}
	if (a.view == NULL)
		return UI_HANDLED | UI_CLOSE;
	snprintf(text, sizeof text, _("The case %s is kept as a draft; nothing "
	    "has been sent. F6 shows it, F5 goes on with it."),
	    v->now.row.number);
	desk_close(d, p);
	desk_message(d, NULL, text);
	return UI_HANDLED;
}

/* --- drawing ------------------------------------------------------------ */

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct view *v = p->state;
	const struct revokepage page = { .about = about(v), .model = v->model,
	    .number = v->now.row.id != 0 ? v->now.row.number : NULL,
	    .stage = v->stage, .at = v->at, .field = &v->field,
	    .waiting = v->waiting, .loaded = v->loaded,
	    .resumed = v->resumed, .err = &v->err };

	revokepage_draw(&page, r, focused);
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	if (v->now.row.id == 0)
		return NULL;
	snprintf(buf, size, "%s", v->now.row.number);
	return buf;
}

/* --- keys ---------------------------------------------------------------- */

static void
move(struct view *v, int by)
{
	struct revoke_choice choices[REVOKE_CHOICES];
	struct revoke_about a = about(v);
	int n = (int)revoke_choices(v->stage, &a, choices);

	if (n == 0)
		return;
	err_clear(&v->err);
	v->at = v->at < 0 ? (by > 0 ? 0 : n - 1) : (v->at + by + n) % n;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	struct revoke_choice choices[REVOKE_CHOICES];
	struct revoke_about a = about(v);
	size_t n = revoke_choices(v->stage, &a, choices);

	if (v->waiting && keep_ahead(v, in))
		return UI_HANDLED;
	if (!v->waiting && n == 0 && field_input(&v->field, in)) {
		err_clear(&v->err);
		return UI_HANDLED;
	}
	if (in->kind != INPUT_CHAR)
		return UI_IGNORED;
	/* No letter typed here may ever mean something else. */
	if (!v->waiting && in->ch >= '1' && in->ch - '1' < n && !in->pasted) {
		v->at = (int)(in->ch - '1');
		err_clear(&v->err);
	}
	return UI_HANDLED;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return back(p);
	case ACT_ENTER:
		return enter(p);
	default:
		if (!v->waiting)
			move(v, action == ACT_DOWN ? 1 : -1);
	}
	return UI_HANDLED;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_revoke_ops = {
	.name = "revoke",
	.title = N_("Revoke or suspend"),
	.about = N_("A revocation, question by question; each answer is written "
	    "down before the next is asked, and nothing is sent before the last "
	    "four digits of the serial number are typed."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.corner = corner,
	.draw = draw,
	.stands = stands,
	.input = input,
	.act = act,
	.problem = problem,
};
