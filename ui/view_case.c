#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "revocation/channel.h"
#include "ui/casepage.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/recwords.h"
#include "ui/revoke.h"
#include "ui/trouble.h"
#include "ui/views.h"

enum { ACT_BACK = 1, ACT_GO_ON, ACT_ASK, ACT_SEND, ACT_PASSWORD, ACT_CARD,
	ACT_WAY, ACT_PHONE, ACT_FORM, ACT_RECEIPT, ACT_WITHDRAW, ACT_NOTE, ACT_CLOSE, ACT_TAKE };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"), .spare = 2,
	  .help = N_("Go back to where you were.") },
	{ .key = UK_ENTER, .action = ACT_GO_ON, .label = N_("Go on"),
	  .help = N_("Go on with the questions of a draft.") },
	{ .ch = 'o', .action = ACT_TAKE, .label = N_("Take over"),
	  .help = N_("Take the case over from a colleague who has it.") },
	{ .ch = 's', .action = ACT_SEND, .label = N_("Send now"),
	  .help = N_("Send the case, or ask for its status, without waiting "
	  "for the next try.") },
	{ .ch = 's', .action = ACT_ASK, .label = N_("Ask now") },
	{ .ch = 'k', .action = ACT_PASSWORD, .label = N_("Password"),
	  .help = N_("Send it with the holder's revocation password.") },
	{ .ch = 'e', .action = ACT_CARD, .label = N_("Officer's card"),
	  .help = N_("Send it, signed with the officer's card and its PIN.") },
	{ .ch = 'd', .action = ACT_WAY, .label = N_("Way"),
	  .help = N_("Choose another of the authority's ways for this case.") },
	{ .ch = 't', .action = ACT_PHONE, .label = N_("Telephone"),
	  .help = N_("What to read aloud to the authority, and what it "
	  "answered.") },
	{ .ch = 'f', .action = ACT_FORM, .label = N_("Form"),
	  .help = N_("The request to sign, to save or print.") },
	{ .ch = 'p', .action = ACT_RECEIPT, .label = N_("Receipt"),
	  .help = N_("The receipt for the person, to save or print; that "
	  "closes a case that is proved.") },
	{ .ch = 'c', .action = ACT_CLOSE, .label = N_("Close"),
	  .help = N_("Close a case that is proved.") },
	{ .ch = 'n', .action = ACT_NOTE, .label = N_("Note"), .spare = 3,
	  .help = N_("Write something down in the case.") },
	{ .ch = 'w', .action = ACT_WITHDRAW, .label = N_("Withdraw"),
	  .help = N_("Give the case up; asks why.") },
};

struct view {
	struct desk		*desk;
	struct page		 page;
	int64_t			 id;
	bool			 have, waiting;
	bool			 of_look;	/* that is what err is of */
	struct case_now		 now;
	struct err		 err;
	struct service_ticket	 ticket;
};

/* --- getting it, and steps ----------------------------------------------- */

static void
came_back(struct panel *p, struct casework *w)
{
	struct view *v = p->state;

	if (w->writes)
		v->waiting = false;
	else
		v->ticket.id = 0;
	/* A look has nothing to say of how a step went. */
	if (w->writes || v->of_look || v->err.code == ERR_NONE) {
		v->err = w->request.err;
		v->of_look = !w->writes;
	}
	if (w->have) {
		casework_take(w, &v->now);
		v->have = true;
	}
	if (v->have && v->err.code == ERR_NONE &&
	    desk_case_unused(v->desk, v->id)) {
		v->of_look = false;
		(void)err_set(&v->err, ERR_CASE_MOVED, v->now.row.number, NULL);
	}
}

static void
get(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) == NULL)
		return;
	service_cancel(desk_service(p->desk), &v->ticket);
	v->ticket = casework_look(p, v->id, came_back);
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	v->desk = p->desk;
	v->id = *(const int64_t *)arg;
	get(p);
}

static bool
stands(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	snprintf(buf, size, "%lld", (long long)v->id);
	return true;
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) != NULL)
		service_cancel(desk_service(p->desk), &v->ticket);
	case_now_clear(&v->now);
}

static void
step(struct panel *p, casework_act_fn *act, const char *text)
{
	struct view *v = p->state;
	struct casework *w = casework_new(p, act, came_back);

	w->id = v->id;
	w->text = mem_strdup(text);
	v->waiting = true;
	casework_ask(w, SERVICE_KEEP);
}

/* --- what can be done ---------------------------------------------------- */

static bool
may(const struct view *v, enum case_step step)
{
	struct err err = ERR_INIT;

	return case_may(&v->now.view, step, &err) == 0;
}

static bool
has_channel(const struct view *v, const char *id)
{
	const struct channel *c = channel_by_id(id);

	return c != NULL && v->now.authority != NULL &&
	    c->configured(v->now.authority);
}

/* By a machine, so that s does something. */
static bool
may_send(const struct view *v)
{
	const struct channel *c = channel_of(v->now.authority, &v->now.view);

	return may(v, STEP_SEND) && v->now.authority != NULL && c != NULL &&
	    c->machine;
}

/* What has gone out, and what is proved; else people are told first. */
static bool
asks(enum case_state s)
{
	return s == CASE_SENT || s == CASE_ON_PAPER || s == CASE_ACCEPTED ||
	    s == CASE_PUBLISHED;
}

static bool
has_ways(const struct view *v)
{
	const struct channel *ways[CHANNELS_MAX];

	return revoke_ways(v->now.authority, &v->now.view, ways) != 0;
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;
	const struct case_view *c = &v->now.view;

	if (action == ACT_BACK)
		return true;
	if (!v->have || v->waiting)
		return false;
	switch (action) {
	case ACT_GO_ON:
		return c->state == CASE_DRAFT;
	case ACT_ASK:
		return asks(c->state);
	case ACT_SEND:
		return may_send(v);
	case ACT_PASSWORD:
		return may_send(v) &&
		    revoke_takes_password(v->now.authority, c);
	case ACT_CARD:
		return may_send(v) &&
		    revoke_wants_card(v->now.authority, c);
	case ACT_WAY:
		return has_ways(v);
	case ACT_PHONE:
		return may(v, STEP_TOLD) && has_channel(v, "telephone");
	case ACT_FORM:
		return may(v, STEP_TOLD);
	case ACT_RECEIPT:
		return c->complete != 0 && c->state != CASE_WITHDRAWN;
	case ACT_WITHDRAW:
		return may(v, STEP_WITHDRAW);
	case ACT_NOTE:
		return may(v, STEP_NOTE);
	case ACT_CLOSE:
		return may(v, STEP_CLOSE);
	case ACT_TAKE:
		return v->now.held != NULL;
	}
	return false;
}

/* --- keys ---------------------------------------------------------------- */

static void
take_text(struct panel *p, int what, const char *text)
{
	step(p, what == ACT_NOTE ? casework_note : casework_withdraw, text);
}

static void
ask_text(struct panel *p, int action)
{
	const struct ask_of of = {
		.title = action == ACT_NOTE ? N_("Note") :
		    N_("Withdraw the case"),
		.question = action == ACT_NOTE ? N_("What is to be noted:") :
		    N_("Why is it given up? What the authority was told "
		    "already stays told."),
		.asker = p, .what = action, .take = take_text };

	desk_open(p->desk, &view_ask_ops, &of);
}

/* What was offered may be another by now: the step itself judges again. */
static void
take_way(struct panel *p, size_t at)
{
	struct view *v = p->state;
	const struct channel *ways[CHANNELS_MAX];

	if (at < revoke_ways(v->now.authority, &v->now.view, ways))
		step(p, casework_channel, ways[at]->id);
}

static void
choose_way(struct panel *p)
{
	struct view *v = p->state;
	const struct channel *ways[CHANNELS_MAX];
	const struct channel *now = channel_of(v->now.authority, &v->now.view);
	struct choose_of of = { .title = N_("Which way"), .asker = p,
	    .question = revoke_ways_warning(&v->now.view), .take = take_way };

	of.n = revoke_ways(v->now.authority, &v->now.view, ways);
	for (size_t i = 0; i < of.n; i++) {
		of.names[i] = ways[i]->name;
		if (ways[i] == now)
			of.first = i;
	}
	desk_open(p->desk, &view_choose_ops, &of);
}

static void
show_paper(struct panel *p, enum paper what)
{
	const struct view *v = p->state;

	desk_open(p->desk, &view_paper_ops, &(struct paper_of){ .what = what,
	    .id = v->id, .number = v->now.row.number });
}

/* One that ended may be followed by another. */
static bool
subject(struct panel *p, struct revoke_of *of)
{
	const struct view *v = p->state;

	if (v->have)
		of->row = v->now.row.cert.id;
	return v->have;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	struct revoke_of draft = { .draft = v->id };

	err_clear(&v->err);	/* it was there to be read */
	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_GO_ON:
		desk_open_top(p->desk, &view_revoke_ops, &draft);
		break;
	case ACT_ASK:
	case ACT_SEND:
		desk_case_moved(p->desk, v->id, NULL, NULL);
		break;
	case ACT_PASSWORD:
		desk_open(p->desk, &view_password_ops, &v->id);
		break;
	case ACT_CARD:
		view_officer_open(p, v->id, v->now.authority);
		break;
	case ACT_WAY:
		choose_way(p);
		break;
	case ACT_PHONE:
		show_paper(p, PAPER_PHONE);
		break;
	case ACT_FORM:
		show_paper(p, PAPER_FORM);
		break;
	case ACT_RECEIPT:
		show_paper(p, PAPER_RECEIPT);
		break;
	case ACT_WITHDRAW:
	case ACT_NOTE:
		ask_text(p, action);
		break;
	case ACT_CLOSE:
		step(p, casework_close, NULL);
		break;
	case ACT_TAKE:
		step(p, casework_takeover, NULL);
		break;
	}
	return UI_HANDLED;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

/* --- drawing ------------------------------------------------------------- */

static void
content(struct page *page, void *arg)
{
	struct view *v = arg;
	char buf[512];

	if (v->err.code != ERR_NONE) {
		page_text(page, STYLE_BAD,
		    err_sentence(&v->err, buf, sizeof buf));
		page_text(page, STYLE_TEXT, err_next(&v->err, buf, sizeof buf));
		page_gap(page);
	}
	if (v->have)
		casepage_say(page, &v->now, desk_now(v->desk));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;

	page_draw(&v->page, r, focused, content, v);
}

static const char *
title_now(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;
	const struct record *c = &v->now.row.cert;
	char end[64];

	if (!v->have)
		return _(p->ops->title);
	snprintf(buf, size, "%s %s %s %s %s", c->holder != NULL ? c->holder :
	    c->issuer.shown, draw_glyph(GLYPH_BULLET),
	    case_action_name(v->now.view.action), draw_glyph(GLYPH_BULLET),
	    recwords_serial_end(c, end, sizeof end));
	return buf;
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	if (!v->have)
		return NULL;
	snprintf(buf, size, "%s", v->now.row.number);
	return buf;
}

static void
problems(struct panel *p, struct troubles *t)
{
	const struct view *v = p->state;

	trouble_add(t, &v->err);
	trouble_add(t, v->have ? &v->now.view.last_err : NULL);
}

const struct panel_ops view_case_ops = {
	.name = "case",
	.title = N_("Case"),
	.about = N_("One revocation from the first word to the proof: what it "
	    "waits for, how long still, what has happened."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.title_now = title_now,
	.corner = corner,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
	.subject = subject,
	.kept = get,
	.problems = problems,
	.stands = stands,
};
