#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "card/changing.h"
#include "card/limit.h"
#include "card/merge.h"
#include "card/model.h"
#include "card/super.h"

/* How long the module that a card's model prefers has the card to itself. */
#define HEAD_START_MS	3000

/* A module lost over one card this often is not asked about it again. */
#define LOSSES_MAX	2

/* Somebody types on a reader's own keys meanwhile. */
#define PINPAD_MS	90000

/* A card is silent while it makes a key: a slow one, a long key. */
#define GENERATE_MS	300000
#define CHANGE_MS	90000

static void
reckon(const struct super *s, struct card *card)
{
	limit_apply(card, s->authorities);
	capacity_reckon(card, clock_now());
}

/* --- one reader's card -------------------------------------------------- */

/* An ended module's part: what it had read stays, with why there is no more. */
static void
part_fail(struct reader *r, size_t child, const struct err *err)
{
	struct part *p = &r->parts[child];

	if (p->card == NULL)
		p->card = card_new(r->card->reader);
	p->card->state = CARD_FAILED;
	p->card->err = *err;
}

static bool
part_pending(const struct super *s, const struct reader *r, size_t i)
{
	const struct module_view *view = child_view(s->children[i]);

	if (child_expected(s->children[i]))
		return true;
	return view->state == MODULE_READY &&
	    (r->parts[i].asked != r->round || !r->parts[i].done);
}

bool
read_settled(const struct reader *r)
{
	if (!r->readable)
		return true;
	if (r->again != 0)
		return false;
	for (size_t i = 0; i < r->super->nchildren; i++)
		if (part_pending(r->super, r, i))
			return false;
	return true;
}

/* No module had anything to say: the reason is with the modules. */
static void
no_parts(struct reader *r)
{
	struct super *s = r->super;
	struct err *err = &r->card->err;

	r->card->state = CARD_FAILED;
	err_clear(err);
	for (size_t i = 0; i < s->nchildren; i++)
		if (child_view(s->children[i])->err.code != ERR_NONE) {
			*err = child_view(s->children[i])->err;
			return;
		}
	(void)err_set(err, s->nchildren == 0 ? ERR_NO_MODULE :
	    ERR_CARD_UNKNOWN, r->card->reader, NULL);
}

void
read_rebuild(struct reader *r)
{
	struct card *parts[CARD_MODULES_MAX];
	size_t n = r->super->nchildren;
	bool any = false, settled = read_settled(r);

	for (size_t i = 0; i < n; i++) {
		parts[i] = r->parts[i].card;
		any = any || parts[i] != NULL;
	}
	if (r->readable) {
		if (any)
			card_merge(r->card, parts, n);
		if (settled && !any)
			no_parts(r);
		if (!settled || look_again(r)) {
			r->card->state = CARD_READING;
			err_clear(&r->card->err);
		}
		reckon(r->super, r->card);
	}
	r->dirty = true;
	r->super->settled = false;
}

void
read_forget(struct reader *r)
{
	struct card *old = r->card;

	for (size_t i = 0; i < CARD_MODULES_MAX; i++) {
		card_free(r->parts[i].card);
		r->parts[i].card = NULL;
		r->parts[i].done = false;
		r->parts[i].afresh = false;
		r->parts[i].losses = 0;
	}
	r->card = card_new(old->reader);
	r->card->serial = old->serial;
	card_free(old);
	loop_timer_cancel(r->super->loop, r->head_start);
	r->head_start = 0;
	look_forget(r);
}

static void
head_start_over(void *arg)
{
	struct reader *r = arg;

	r->head_start = 0;
	read_work(r->super);
}

void
read_start(struct reader *r)
{
	r->round = ++r->super->last_round;
	if (r->readable && r->card->model.module[0] != '\0')
		r->head_start = loop_timer(r->super->loop, HEAD_START_MS,
		    head_start_over, r);
	read_rebuild(r);
}

void
read_repeat(struct reader *r)
{
	for (size_t i = 0; i < r->super->nchildren; i++)
		if (r->parts[i].losses < LOSSES_MAX) {
			r->parts[i].asked = 0;
			r->parts[i].done = false;
		}
	read_rebuild(r);	/* there may be nobody left to ask */
}

void
read_afresh(struct reader *r)
{
	for (size_t i = 0; i < r->super->nchildren; i++)
		r->parts[i].afresh = true;
}

/* --- tokens without a reader -------------------------------------------- */

static void
loose_drop(struct super *s, size_t i)
{
	char key[CARD_KEY_MAX];

	desk_gone(s, "", card_key(s->loose[i].card, key, sizeof(key)));
	card_free(s->loose[i].card);
	s->loose[i] = s->loose[--s->nloose];
}

static void
loose_set(struct super *s, size_t child, struct card *card)
{
	char key[CARD_KEY_MAX], have[CARD_KEY_MAX];
	size_t i;

	card_key(card, key, sizeof(key));
	for (i = 0; i < s->nloose; i++)
		if (strcmp(card_key(s->loose[i].card, have, sizeof(have)),
		    key) == 0)
			break;
	if (card->ntokens != 1 || i == LOOSE_MAX) {
		card_free(card);
		return;
	}
	/* By its reader's name none is told from another: they have none. */
	if (i == s->nloose) {
		card->serial = ++s->last_serial;
		s->nloose++;
	} else {
		card->serial = s->loose[i].card->serial;
		card_free(s->loose[i].card);
	}
	reckon(s, card);
	s->loose[i] = (struct loose){ card, child, s->loose_round, true };
	s->settled = false;
}

/* A module has named all of its own: what it did not name is gone. */
static void
loose_sweep(struct super *s, size_t child)
{
	for (size_t i = s->nloose; i-- > 0; )
		if (s->loose[i].child == child &&
		    s->loose[i].round != s->loose_round)
			loose_drop(s, i);
}

/* --- what modules say --------------------------------------------------- */

/* Which module it is, we know better than it does. */
static void
stamp(struct card *card, const char *module, const char *reader)
{
	free(card->reader);
	card->reader = mem_strdup(reader);
	for (size_t i = 0; i < card->ntokens; i++) {
		free(card->tokens[i].module);
		card->tokens[i].module = mem_strdup(module);
	}
}

void
read_card(struct child *c, struct card *card, void *arg)
{
	struct super *s = arg;
	size_t i = child_index(c);
	const struct task *t = &s->tasks[i];
	const char *name = child_view(c)->name;

	if (t->loose) {
		stamp(card, name, "");
		loose_set(s, i, card);
		return;
	}
	/* That card has left, or another has come since: nobody waits for it. */
	if (t->reader == NULL || t->reader->round != t->round) {
		card_free(card);
		return;
	}
	stamp(card, name, t->reader->card->reader);
	card_free(t->reader->parts[i].card);
	t->reader->parts[i].card = card;
	read_rebuild(t->reader);
}

/* The module's process ended over it; a PIN that was cancelled is an answer. */
static bool
is_loss(const struct err *err, const struct proto_event *answer)
{
	if (answer != NULL)
		return false;
	return err->code == ERR_MODULE_CRASHED ||
	    err->code == ERR_MODULE_HUNG || err->code == ERR_CANCELLED;
}

static void
part_answer(struct reader *r, size_t child, const struct err *err, bool lost)
{
	struct part *p = &r->parts[child];

	p->done = true;
	if (err->code != ERR_NONE)
		part_fail(r, child, err);
	/* Once more when it is back, and no more than that. */
	if (lost && ++p->losses < LOSSES_MAX)
		p->asked = 0;
	read_rebuild(r);
}

/* Does it say that tries of a PIN are gone, which may not be true any more? */
static bool
tells_tries(const struct card *card)
{
	for (size_t i = 0; i < card->ntokens; i++) {
		const struct pin *pin = &card->tokens[i].pin;

		if (pin->low || pin->final || pin->locked ||
		    (pin->tries != -1 && pin->tries < pin->tries_max))
			return true;
	}
	return false;
}

/* Whether what another module said of the card may have changed by that. */
static bool
is_outdated(const struct part *p, const struct task *t, const struct err *err)
{
	bool knows = p->card != NULL && p->card->ntokens > 0;

	if (t->req == REQ_READ || p->losses >= LOSSES_MAX ||
	    (p->done && !knows))
		return false;
	if (t->req == REQ_CHANGE)
		return t->writes;
	/* A PIN that was sent is a try spent, or all given back. */
	return err->origin == ORIGIN_PKCS11 ||
	    (err->code == ERR_NONE && knows && tells_tries(p->card));
}

/* What was done through one module, the others do not know of. */
static void
others_outdated(struct reader *r, size_t child, const struct task *t,
    const struct err *err)
{
	bool any = false;

	for (size_t i = 0; i < r->super->nchildren; i++) {
		struct part *p = &r->parts[i];

		if (i == child || !is_outdated(p, t, err))
			continue;
		p->asked = 0;
		p->done = false;
		p->afresh = p->afresh || t->writes;
		any = true;
	}
	if (any)
		read_rebuild(r);
}

void
read_answer(struct child *c, const struct err *err,
    const struct proto_event *answer, void *arg)
{
	struct super *s = arg;
	size_t i = child_index(c);
	struct task t = s->tasks[i];
	bool lost = is_loss(err, answer);

	s->tasks[i] = (struct task){ .req = REQ_READ };
	if (t.loose && err->code == ERR_NONE && t.req == REQ_READ)
		loose_sweep(s, i);
	else if (t.loose && err->code == ERR_CANCELLED)
		s->loose_asked[i] = 0;
	if (t.reader != NULL && t.reader->round == t.round &&
	    (t.req == REQ_READ || lost))
		part_answer(t.reader, i, err, lost);
	if (t.reader != NULL && t.reader->round == t.round)
		others_outdated(t.reader, i, &t, err);
	if (t.desk_id != 0) {
		desk_tell(s);	/* first the card, then that it is done */
		desk_answer(s, t.desk_id, err, answer);
	}
	s->settled = false;
	read_work(s);
}

/* --- who reads what next ------------------------------------------------ */

/* The preferred module reads first, alone, so that it is not in the way. */
static bool
may_read(const struct reader *r, size_t child)
{
	const struct super *s = r->super;

	if (r->head_start == 0)
		return true;
	for (size_t i = 0; i < s->nchildren; i++) {
		const struct module_view *v = child_view(s->children[i]);

		if (i != child && v->state != MODULE_STOPPED &&
		    !(r->parts[i].asked == r->round && r->parts[i].done) &&
		    model_prefers(&r->card->model, v->name))
			return model_prefers(&r->card->model,
			    child_view(s->children[child])->name);
	}
	return true;
}

/* How long silence is no hang; 0: as usual. */
static int64_t
patience(const struct proto_request *req)
{
	int64_t ms = req->pinpad ? PINPAD_MS : 0;

	if (req->req == REQ_CHANGE)
		ms += req->change.kind == CHANGE_GENERATE ? GENERATE_MS :
		    CHANGE_MS;
	return ms;
}

static void
ask(struct super *s, size_t child, struct task task,
    struct proto_request *req, struct secret *secret)
{
	s->tasks[child] = task;
	req->id = ++s->last_id;
	child_ask(s->children[child], req, secret, patience(req));
}

/* A login that was typed for another card is not sent to this one. */
static bool
ask_login(struct super *s, size_t child)
{
	struct login l = s->logins[child];
	struct task task = { .req = l.req.req, .desk_id = l.req.id,
		.reader = l.reader, .loose = l.req.reader != NULL &&
		l.req.reader[0] == '\0', .round = l.round,
		.writes = l.req.req == REQ_CHANGE &&
		changing_writes(l.req.change.kind) };
	struct err err = ERR_INIT;

	if (!l.waiting)
		return false;
	s->logins[child] = (struct login){ .waiting = false };
	if (!task.loose && (l.reader == NULL || l.reader->round != l.round)) {
		secret_free(l.secret);
		(void)err_set(&err, ERR_PIN_CARD_CHANGED, l.req.reader, NULL);
		desk_answer(s, l.req.id, &err, NULL);
	} else
		ask(s, child, task, &l.req, l.secret);
	proto_request_clear(&l.req);
	return !child_idle(s->children[child]);
}

/* A module forgets all of its cards at once: that is enough for each of them. */
static bool
take_afresh(struct super *s, size_t child, const struct part *p)
{
	bool afresh = p->afresh;

	for (size_t i = 0; afresh && i < s->nreaders; i++)
		s->readers[i]->parts[child].afresh = false;
	return afresh;
}

static bool
ask_reader(struct super *s, size_t child)
{
	for (size_t i = 0; i < s->nreaders; i++) {
		struct reader *r = s->readers[i];
		struct part *p = &r->parts[child];
		struct proto_request req = { .req = REQ_READ,
			.reader = r->card->reader };

		if (!r->readable && p->asked != 0) {
			req.req = REQ_FORGET;
			p->asked = 0;
			child_tell(s->children[child], &req);
			continue;
		}
		if (!r->readable || p->asked == r->round || !may_read(r, child))
			continue;
		memcpy(req.atr, r->card->atr, sizeof(req.atr));
		req.atr_len = r->card->atr_len;
		req.afresh = take_afresh(s, child, p);
		p->asked = r->round;
		p->done = false;
		ask(s, child, (struct task){ .req = REQ_READ, .reader = r,
		    .round = r->round }, &req, NULL);
		return true;
	}
	return false;
}

static void
ask_loose(struct super *s, size_t child)
{
	struct proto_request req = { .req = REQ_READ, .reader = (char *)"" };

	if (s->loose_asked[child] == s->loose_round)
		return;
	s->loose_asked[child] = s->loose_round;
	ask(s, child, (struct task){ .req = REQ_READ, .loose = true,
	    .round = s->loose_round }, &req, NULL);
}

void
read_work(struct super *s)
{
	for (size_t i = 0; i < s->nchildren; i++)
		if (child_idle(s->children[i]) && !ask_login(s, i) &&
		    !ask_reader(s, i))
			ask_loose(s, i);
	desk_reread_check(s);
}

bool
read_all_settled(const struct super *s)
{
	if (s->pcsc == PCSC_STARTING)
		return false;
	for (size_t i = 0; i < s->nchildren; i++)
		if (child_busy(s->children[i]))
			return false;
	for (size_t i = 0; i < s->nreaders; i++)
		if (!read_settled(s->readers[i]))
			return false;
	return true;
}
