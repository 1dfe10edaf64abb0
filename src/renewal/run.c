/*
 * What comes next, by what the journal says; whether that is still so, each step
 * asks the card and the service.  Before anything that cannot be undone, what is
 * going to be done stands in the journal.
 */
#include "config.h"

#include "renewal/run.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "renewal/run_inside.h"

#define AGAIN_ALONE	900	/* seconds until the desk alone looks for a card again */
#define LEASE	1800	/* seconds that nobody else goes on: a step, with a PIN typed in it */

/* --- the journal ------------------------------------------------------------------ */

static void
put_away(struct running *r)
{
	renewal_view_clear(&r->view);
	renewal_row_clear(&r->row);
}

static const struct authority *
authority_of(const struct authorities *all, const char *id)
{
	size_t i;

	for (i = 0; all != NULL && i < all->n; i++)
		if (strcmp(all->v[i].id, id) == 0)
			return &all->v[i];
	return NULL;
}

static int
load(struct running *r)
{
	put_away(r);
	if (renewals_get(r->run->registry, r->id, &r->row, r->err) == -1)
		return -1;
	if (renewal_view(&r->row, &r->view, r->err) == -1)
		return -1;
	r->authority = authority_of(r->run->authorities,
	    r->view.plan.authority);
	r->way = way_by_id(r->view.plan.way);
	if (r->way != NULL && r->way->machine && (r->authority == NULL ||
	    !r->way->configured(r->authority)))
		r->way = NULL;
	return 0;
}

static enum step
went_on(struct running *r)
{
	const struct renewal_people *people = r->run->people;

	if (load(r) == -1)
		return STEP_BROKEN;
	if (people != NULL && people->changed != NULL)
		people->changed(people->arg, r->id);
	return STEP_ON;
}

enum step
run_add(struct running *r, enum renewal_kind kind, json_t *data)
{
	if (renewal_add(r->run->registry, &r->row, &r->view, kind, data,
	    clock_now(), r->err) == -1)
		return STEP_BROKEN;
	return went_on(r);
}

enum step
run_commit(struct running *r, enum renewal_kind kind, json_t *data)
{
	struct registry *reg = r->run->registry;

	if (renewal_add(reg, &r->row, &r->view, kind, data, clock_now(),
	    r->err) == -1) {
		registry_rollback(reg);
		return STEP_BROKEN;
	}
	if (registry_commit(reg, r->err) == -1)
		return STEP_BROKEN;
	return went_on(r);
}

enum step
run_end(struct running *r, enum renewal_end end, int64_t next)
{
	r->end = end;
	r->next = next;
	return STEP_END;
}

/* Nothing went wrong: somebody or something is missing. */
static bool
is_missing(enum err_code code, enum renewal_end *end)
{
	static const struct {
		enum err_code	 code;
		enum renewal_end end;
	} all[] = {
		{ ERR_CARD_REMOVED, RENEWAL_END_CARD },
		{ ERR_READER_GONE, RENEWAL_END_CARD },
		{ ERR_PIN_CANCELLED, RENEWAL_END_PERSON },
		{ ERR_CANCELLED, RENEWAL_END_FAILED },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].code == code) {
			*end = all[i].end;
			return true;
		}
	return false;
}

/* Its turn has come and it could not be taken: it has to come again. */
static enum step
put_off(struct running *r, int64_t *retry)
{
	if (!r->run->alone || run_cancelled(r) || r->view.next_try == 0)
		return STEP_ON;
	if (*retry == 0)
		*retry = clock_now() + AGAIN_ALONE;
	return renewal_later(r->run->registry, &r->row, &r->view, *retry,
	    r->err) == -1 ? STEP_BROKEN : STEP_ON;
}

enum step
run_failed(struct running *r, const struct err *why, int64_t retry)
{
	enum renewal_end end = RENEWAL_END_FAILED;
	struct err kept = *why;
	json_t *o;

	if (is_missing(kept.code, &end)) {
		if (put_off(r, &retry) == STEP_BROKEN)
			return STEP_BROKEN;
	} else if (kept.code == r->view.last_err.code) {
		if (renewal_later(r->run->registry, &r->row, &r->view, retry,
		    r->err) == -1)
			return STEP_BROKEN;
	} else {
		o = json_object();
		case_put_err(o, &kept);
		case_put_time(o, "retry_at", retry);
		if (run_add(r, RENEWAL_KIND_TROUBLE, o) == STEP_BROKEN)
			return STEP_BROKEN;
	}
	*r->err = kept;
	return run_end(r, end, retry);
}

void
run_doing(struct running *r, enum renewal_doing doing)
{
	const struct renewal_people *people = r->run->people;

	if (people != NULL && people->doing != NULL)
		people->doing(people->arg, doing);
}

bool
run_cancelled(const struct running *r)
{
	return r->run->cancel != NULL && atomic_load(r->run->cancel);
}

/* --- the steps ---------------------------------------------------------------------- */

static enum step
finish(struct running *r)
{
	return run_add(r, RENEWAL_KIND_DONE, json_object());
}

/* What is done from each state; it has ended where there is nothing. */
static const struct {
	enum renewal_doing	 doing;
	enum step		(*take)(struct running *);
} steps[RENEWAL_STATES] = {
	[RENEWAL_STARTED] = { DOING_KEY, run_make_key },
	[RENEWAL_KEY_MADE] = { DOING_SIGN, run_sign_request },
	[RENEWAL_REQUEST_SIGNED] = { DOING_SEND, run_send },
	[RENEWAL_SENT] = { DOING_ASK, run_ask },
	[RENEWAL_VERIFIED] = { DOING_ASK, run_ask },
	[RENEWAL_ISSUED] = { DOING_WRITE, run_write },
	[RENEWAL_WRITTEN] = { DOING_WRITE, run_read_back },
	[RENEWAL_READ_BACK] = { DOING_PROVE, run_prove },
	[RENEWAL_TESTED] = { DOING_REGISTER, run_register },
	[RENEWAL_REGISTERED] = { DOING_REMOVE, run_deal_with_old },
	[RENEWAL_OLD_DEALT] = { DOING_LOOK, finish },
};

static enum step
has_ended(struct running *r)
{
	if (r->view.state == RENEWAL_DONE)
		return run_end(r, RENEWAL_END_DONE, 0);
	if (r->view.last_err.code != ERR_NONE)
		*r->err = r->view.last_err;
	return run_end(r, RENEWAL_END_STOPPED, 0);
}

/* Nobody else goes on with it meanwhile. */
static enum step
take_lease(struct running *r)
{
	int64_t now = clock_now();
	bool got;

	if (renewals_lease(r->run->registry, r->id, r->run->by, now,
	    now + LEASE, &got, r->err) == -1)
		return STEP_BROKEN;
	if (got)
		return STEP_ON;
	(void)err_set(r->err, ERR_CASE_MOVED, r->row.number, "leased");
	return run_end(r, RENEWAL_END_FAILED, r->row.lease_until);
}

static enum step
one_step(struct running *r)
{
	enum step s;

	if (!renewal_is_open(r->view.state))
		return has_ended(r);
	if (run_cancelled(r)) {
		(void)err_set(r->err, ERR_CANCELLED, r->row.number, NULL);
		return run_end(r, RENEWAL_END_FAILED, r->view.next_try);
	}
	if (r->run->dry)
		return run_end(r, RENEWAL_END_PERSON, 0);
	s = take_lease(r);
	if (s != STEP_ON)
		return s;
	run_doing(r, steps[r->view.state].doing);
	return steps[r->view.state].take(r);
}

/*
 * As long as it was ours: with the run's own error, if it has one, which came
 * first.
 */
static void
let_go(struct running *r)
{
	struct err why = ERR_INIT;

	(void)renewals_release(r->run->registry, r->id, r->run->by, &why);
	run_forget_pin(r);
	card_free(r->card);
	buf_clear(&r->old);
	buf_clear(&r->fetched);
	put_away(r);
}

int
renewal_run(const struct renewal_run *run, int64_t id, enum renewal_end *end,
    int64_t *next, struct err *err)
{
	struct running r = { .run = run, .id = id, .err = err,
	    .end = RENEWAL_END_FAILED };
	enum step s = STEP_BROKEN;

	buf_init(&r.old, CERT_DER_MAX);
	buf_init(&r.fetched, RENEWALS_PART_MAX);
	record_init(&r.row.cert);
	if (load(&r) == 0)
		do
			s = one_step(&r);
		while (s == STEP_ON);
	let_go(&r);
	*end = r.end;
	*next = r.next;
	return s == STEP_BROKEN ? -1 : 0;
}
