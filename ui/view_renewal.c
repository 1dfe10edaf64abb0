#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/pasting.h"
#include "ui/renewpage.h"
#include "ui/trouble.h"
#include "ui/views.h"

#define TICK_MS		1000

enum { ACT_BACK = 1, ACT_LEAVE, ACT_SIGN, ACT_KEEP, ACT_REMOVE, ACT_TAKE,
	ACT_GO, ACT_ASK, ACT_SAVE, ACT_FILE, ACT_REGISTER, ACT_STOP, ACT_PIN };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_PIN, .label = N_("PIN"),
	  .help = N_("Type the PIN that is waited for.") },
	{ .key = UK_ENTER, .action = ACT_SIGN, .label = N_("Sign"),
	  .help = N_("Have the card sign the request that is shown.") },
	{ .key = UK_ENTER, .action = ACT_KEEP, .label = N_("Keep"),
	  .help = N_("Leave the old certificate on the card.") },
	{ .ch = 'u', .action = ACT_REMOVE, .label = N_("Remove"),
	  .help = N_("Take the old certificate off the card.") },
	{ .key = UK_ENTER, .action = ACT_TAKE, .label = N_("Take what was pasted"),
	  .help = N_("Take the certificate that was pasted.") },
	{ .key = UK_ENTER, .action = ACT_ASK, .label = N_("Ask now"),
	  .help = N_("Ask the authority now whether the certificate is there.") },
	{ .key = UK_ENTER, .action = ACT_GO, .label = N_("Go on"),
	  .help = N_("Go on from where it stands.") },
	{ .key = UK_ESC, .action = ACT_LEAVE, .label = N_("Not now"),
	  .help = N_("Answer later: it stays as it is.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"), .spare = 2,
	  .help = N_("Go back; what is under way goes on by itself as far as "
	  "nobody is needed.") },
	{ .ch = 's', .action = ACT_SAVE, .label = N_("Save request"),
	  .help = N_("Write the request into a new file, for an authority that "
	  "takes it by mail or on its page.") },
	{ .ch = 'f', .action = ACT_FILE, .label = N_("From file"),
	  .help = N_("Take the certificate out of a file: from a stick, a "
	  "mail.") },
	{ .ch = 'r', .action = ACT_REGISTER, .label = N_("Register"),
	  .help = N_("Make the new certificate known to programs.") },
	{ .ch = 'w', .action = ACT_STOP, .label = N_("Give up"), .spare = 3,
	  .help = N_("Give the renewal up; asks why. What is on the card stays "
	  "there.") },
};

struct view {
	struct desk		*desk;
	struct page		 page;
	int64_t			 id;
	bool			 have, go;
	bool			 behind;	/* and nobody has said yet to go on */
	struct renew_now	 now;
	/* The state in which it was carried on by itself: once in each. */
	int			 tried;
	struct service_ticket	 ticket;	/* of a look; a deed has none */
	bool			 doing;		/* what a person said */
	bool			 reading;	/* it is a file that was brought */
	struct buf		 brought;	/* read, while a run was under way */
	unsigned		 timer;
	struct pasting		 pasting;
	char			 said[256];
	struct err		 err;		/* of what a person said */
	struct err		 unread;	/* of the last look */
};

static const struct renewing_view *
thread(const struct view *v)
{
	return renewing_view(desk_renewing(v->desk));
}

static bool
runs(const struct view *v)
{
	return thread(v)->running == v->id;
}

/* What is asked about this one; NULL: nothing. */
static const struct renewing_question *
question(const struct view *v)
{
	return runs(v) ? thread(v)->question : NULL;
}

static bool
asks(const struct view *v, enum renewing_asks what)
{
	return question(v) != NULL && question(v)->what == what;
}

/* --- carrying on -------------------------------------------------------------------- */

static void
tick(void *arg)
{
	struct panel *p = arg;
	struct view *v = p->state;

	v->timer = 0;
	if (runs(v) && thread(v)->doing == DOING_KEY)
		v->timer = loop_timer(desk_loop(v->desk), TICK_MS, tick, p);
	desk_dirty(v->desk);
}

static void
go_on(struct panel *p, struct buf *brought)
{
	struct view *v = p->state;

	err_clear(&v->err);
	v->said[0] = '\0';
	v->go = v->behind = false;
	renewing_attend(desk_renewing(v->desk), v->id, p->id);
	v->tried = (int)v->now.view.state;
	renewing_go(desk_renewing(v->desk), v->id, brought);
}

/* What was brought is not lost to a run that went by itself meanwhile. */
static bool
go_with_brought(struct panel *p)
{
	struct view *v = p->state;

	if (v->brought.len == 0 || runs(v))
		return false;
	go_on(p, &v->brought);
	return true;
}

/* The certificate has come meanwhile, by the thread's own question. */
static bool
came_further(const struct view *v)
{
	enum renewal_state s = v->now.view.state;

	return s >= RENEWAL_ISSUED && s < RENEWAL_DONE && v->tried != (int)s;
}

static void
came_back(struct panel *p, struct renewkeep *w)
{
	struct view *v = p->state;

	v->ticket.id = 0;
	v->unread = w->request.err;
	if (!w->have)
		return;
	renewkeep_take(w, &v->now);
	v->have = true;
	/* By itself it takes no other one's turn: that one's PIN would be lost. */
	if (!v->behind && !go_with_brought(p) && !runs(v) && v->now.row.sum.open &&
	    !v->reading && (v->go || (came_further(v) &&
	    thread(v)->running == 0)))
		go_on(p, NULL);
}

static void
get(struct panel *p)
{
	struct view *v = p->state;
	struct renewkeep *w;

	if (desk_service(v->desk) == NULL)
		return;
	service_cancel(desk_service(v->desk), &v->ticket);
	w = renewkeep_new(p, NULL, came_back);
	w->id = v->id;
	v->ticket = renewkeep_ask(w);
}

/* The thread has news, or the registry. */
static void
kept(struct panel *p)
{
	struct view *v = p->state;

	get(p);
	if (runs(v) && thread(v)->doing == DOING_KEY && v->timer == 0)
		v->timer = loop_timer(desk_loop(v->desk), TICK_MS, tick, p);
	/* Over another page, where somebody types: not without a key. */
	if (asks(v, RENEWING_PIN) && desk_top(v->desk) == p)
		desk_open_top(v->desk, &view_renewpin_ops, NULL);
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct renewal_of *of = arg;
	struct view *v = p->state;

	v->desk = p->desk;
	v->id = of->id;
	v->go = of->go && (of->brought == NULL || of->brought->len == 0);
	v->tried = -1;
	pasting_init(&v->pasting);
	buf_init(&v->brought, RENEWALS_PART_MAX);
	/* Whoever looks at another one is asked of that alone. */
	v->behind = of->behind;
	if (of->behind && of->brought != NULL) {
		v->brought = *of->brought;
		buf_init(of->brought, RENEWALS_PART_MAX);
	}
	if (!of->behind)
		renewing_attend(desk_renewing(v->desk), v->id, p->id);
	if (of->go && !v->go)
		go_on(p, of->brought);
	get(p);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	renewing_leave(desk_renewing(v->desk), p->id);
	if (desk_service(v->desk) != NULL)
		service_cancel(desk_service(v->desk), &v->ticket);
	loop_timer_cancel(desk_loop(v->desk), v->timer);
	renew_now_clear(&v->now);
	pasting_clear(&v->pasting);
	buf_clear(&v->brought);
}

/* A run that ended for want of the card goes on when it is back. */
static bool
card_is_back(const struct view *v)
{
	const struct card_world *w = desk_world(v->desk);

	for (size_t i = 0; i < w->ncards; i++)
		for (size_t j = 0; j < w->cards[i]->ntokens; j++)
			if (w->cards[i]->state == CARD_READY &&
			    strcmp(w->cards[i]->tokens[j].serial,
			    v->now.view.plan.token) == 0)
				return true;
	return false;
}

/* Its own box sees to that of a PIN. */
static bool
asks_of_no_card(const struct view *v)
{
	const struct renewing_question *q = question(v);

	return q != NULL && q->what != RENEWING_PIN &&
	    desk_find_card(v->desk, q->reader, q->card) == NULL;
}

static unsigned
changed(struct panel *p)
{
	struct view *v = p->state;

	if (asks_of_no_card(v))
		renewing_gone(desk_renewing(v->desk), question(v)->number);
	if (v->have && thread(v)->running == 0 && !v->reading &&
	    thread(v)->last == v->id && thread(v)->end == RENEWAL_END_CARD &&
	    card_is_back(v))
		go_on(p, NULL);
	return UI_HANDLED;
}

/* --- what a person says ----------------------------------------------------------------------- */

static void
done_by_hand(struct panel *p, struct renewkeep *w)
{
	struct view *v = p->state;

	v->doing = v->reading = false;
	v->err = w->request.err;
	if (w->have)
		renewkeep_take(w, &v->now);
	if (v->err.code == ERR_NONE && w->act == renewkeep_save)
		snprintf(v->said, sizeof v->said, _("Saved: %s"), w->text);
	if (v->err.code == ERR_NONE && w->act == renewkeep_fetch) {
		buf_clear(&v->brought);
		v->brought = w->bytes;
		buf_init(&w->bytes, RENEWALS_PART_MAX);
		(void)go_with_brought(p);
	}
}

static void
take_text(struct panel *p, int what, const char *text)
{
	struct view *v = p->state;
	struct renewkeep *w;

	w = renewkeep_new(p, what == ACT_STOP ? renewkeep_stop : what ==
	    ACT_SAVE ? renewkeep_save : renewkeep_fetch, done_by_hand);
	w->id = v->id;
	w->text = what == ACT_STOP ? mem_strdup(text) : reach_name(text);
	v->said[0] = '\0';
	v->doing = true;
	v->reading = what == ACT_FILE;
	(void)renewkeep_ask(w);
}

static void
ask_text(struct panel *p, int what)
{
	const struct view *v = p->state;
	char *first = mem_printf("~/%s.p10.pem", v->now.row.number);
	struct ask_of of = { .asker = p, .what = what, .take = take_text };

	/* A number has a stroke in it, which would be a folder. */
	for (char *c = first + 2; *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
	switch (what) {
	case ACT_SAVE:
		of.title = N_("Save request");
		of.question = N_("Into which new file:");
		of.first = first;
		of.file = true;
		break;
	case ACT_FILE:
		of.title = N_("From file");
		of.question = N_("Which file holds the new certificate (PEM, "
		    "DER, PKCS#7); Tab completes:");
		of.file = true;
		break;
	case ACT_STOP:
		of.title = N_("Give up");
		of.question = v->now.view.state == RENEWAL_ISSUED ?
		    N_("Why is the renewal given up? The certificate has come "
		    "and is not on the card yet: it is lost, and perhaps not "
		    "to be had again.") :
		    N_("Why is the renewal given up? What is on the "
		    "card and at the authority stays there.");
		break;
	}
	desk_open(p->desk, &view_ask_ops, &of);
	free(first);
}

static void
answer(struct view *v, bool yes)
{
	const struct renewing_question *q = question(v);

	if (q != NULL)
		renewing_answer(desk_renewing(v->desk), q->number, yes);
}

/* Asked twice where something may never open again. */
static void
take_remove(struct panel *p, int what, const char *text)
{
	(void)what;
	(void)text;
	if (asks(p->state, RENEWING_OLD))
		answer(p->state, true);
}

static void
remove_old(struct panel *p)
{
	struct view *v = p->state;

	if (!question(v)->warn) {
		answer(v, true);
		return;
	}
	desk_open(p->desk, &view_sure_ops, &(struct sure_of){
	    .title = N_("Remove"), .text = N_("What was encrypted for the old "
	    "certificate can then be opened by nobody. Enter removes it, Esc "
	    "leaves it."), .asker = p, .take = take_remove });
}

static void
show_register(struct panel *p)
{
	const struct view *v = p->state;
	const struct renewal_view *r = &v->now.view;

	desk_open(p->desk, &view_register_ops, &(struct register_of){
	    .sha256 = r->new_sha256, .module = r->plan.module,
	    .token = r->plan.token, .order = r->plan.order });
}

/* --- keys ---------------------------------------------------------------------- */

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;
	enum renewal_state s = v->now.view.state;
	bool open = v->have && v->now.row.sum.open && !v->doing;
	bool idle = open && !runs(v);
	bool asking = s == RENEWAL_SENT || s == RENEWAL_VERIFIED;
	bool has_pasted = pasting_has(&v->pasting);

	switch (action) {
	case ACT_BACK:
		return question(v) == NULL;
	case ACT_PIN:
		return asks(v, RENEWING_PIN);
	case ACT_SIGN:
		return asks(v, RENEWING_REQUEST);
	case ACT_KEEP:
	case ACT_REMOVE:
		return asks(v, RENEWING_OLD);
	case ACT_LEAVE:
		return question(v) != NULL;
	case ACT_TAKE:
		return idle && has_pasted;
	case ACT_ASK:
		return idle && !has_pasted && asking;
	case ACT_GO:
		return idle && !has_pasted && !asking &&
		    !renewpage_by_file(&v->now);
	case ACT_SAVE:
		return open && s >= RENEWAL_REQUEST_SIGNED &&
		    s < RENEWAL_ISSUED;
	case ACT_FILE:
		return idle && s >= RENEWAL_REQUEST_SIGNED &&
		    s <= RENEWAL_ISSUED;
	case ACT_REGISTER:
		return v->have && renewpage_proved(&v->now);
	case ACT_STOP:
		return idle;
	}
	return false;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;
	struct buf brought;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_LEAVE:
		renewing_refuse(desk_renewing(v->desk), question(v)->number);
		break;
	case ACT_PIN:
		desk_open_top(v->desk, &view_renewpin_ops, NULL);
		break;
	case ACT_SIGN:
		answer(v, true);
		break;
	case ACT_KEEP:
		answer(v, false);
		break;
	case ACT_REMOVE:
		remove_old(p);
		break;
	case ACT_TAKE:
		buf_init(&brought, RENEWALS_PART_MAX);
		pasting_take(&v->pasting, &brought);
		go_on(p, &brought);
		break;
	case ACT_ASK:
	case ACT_GO:
		if (!go_with_brought(p))
			go_on(p, NULL);
		break;
	case ACT_REGISTER:
		show_register(p);
		break;
	default:
		ask_text(p, action);
	}
	return UI_HANDLED;
}

/* A certificate out of a mail: it is there until Enter takes it. */
static void
say_pasted(struct panel *p)
{
	struct view *v = p->state;

	v->said[0] = '\0';
	if (!pasting_has(&v->pasting))
		return;
	if (can(p, ACT_FILE)) {
		snprintf(v->said, sizeof v->said, "%s", _("A certificate was "
		    "pasted; Enter takes it."));
		return;
	}
	pasting_clear(&v->pasting);
	(void)err_set(&v->err, ERR_PASTE_NOT_NOW, v->have ?
	    v->now.row.number : _(p->ops->title), NULL);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (pasting_input(&v->pasting, in, &v->err)) {
		say_pasted(p);
		return UI_HANDLED;
	}
	return page_input(&v->page, in) ? UI_HANDLED : UI_IGNORED;
}

/* --- drawing ------------------------------------------------------------------- */

static void
say_trouble(struct page *page, const struct view *v)
{
	const struct err *err = v->err.code != ERR_NONE ? &v->err : &v->unread;
	char buf[512];

	if (v->said[0] != '\0')
		page_text(page, STYLE_GOOD, v->said);
	if (v->reading)
		page_text(page, STYLE_STRONG, _("being read..."));
	if (err->code == ERR_NONE)
		return;
	page_text(page, STYLE_BAD, err_sentence(err, buf, sizeof buf));
	page_text(page, STYLE_TEXT, err_next(err, buf, sizeof buf));
	page_gap(page);
}

static void
content(struct page *page, void *arg)
{
	const struct view *v = arg;

	say_trouble(page, v);
	if (v->have)
		renewpage_say(page, &v->now, thread(v), desk_now(v->desk));
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

	if (!v->have || v->now.row.cert.holder == NULL)
		return _(p->ops->title);
	snprintf(buf, size, "%s %s %s", _(p->ops->title),
	    draw_glyph(GLYPH_BULLET), v->now.row.cert.holder);
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

/* What is renewed may have to be revoked all the same. */
static bool
subject(struct panel *p, struct revoke_of *of)
{
	const struct view *v = p->state;

	if (v->have)
		of->row = v->now.row.cert.id;
	return v->have;
}

static void
problems(struct panel *p, struct troubles *t)
{
	const struct view *v = p->state;
	const struct renewing_view *r = thread(v);

	trouble_add(t, &v->err);
	trouble_add(t, &v->unread);
	trouble_add(t, r->last == v->id && r->end == RENEWAL_END_FAILED ?
	    &r->err : NULL);
	trouble_add(t, v->have ? &v->now.view.last_err : NULL);
}

const struct panel_ops view_renewal_ops = {
	.name = "renewal",
	.title = N_("Renewal"),
	.about = N_("One renewal, step by step: what is being done, who waits for "
	    "whom, and the new certificate, which is proved before the old one "
	    "may go."),
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
	.changed = changed,
	.kept = kept,
	.subject = subject,
	.problems = problems,
};
