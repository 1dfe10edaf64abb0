/* One pass over the cases that are due: what is queued is sent, what is sent is
 * asked for. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "registry/leases.h"
#include "revocation/rounds.h"

#define AT_ONCE		64	/* cases of one pass */
#define TRIES_MAX	32	/* beyond which pauses are the longest anyhow */

/* A pass, and the case in hand. */
struct pass {
	struct registry			*reg;
	struct net			*net;
	const struct rounds_options	*o;
	int64_t				 now, started;	/* UTC; monotonic ms */
	struct status_silent		 silent;
	/* the case */
	int64_t				 id;
	struct case_row			 row;
	struct case_view		 view;
	const struct authority		*authority;
	bool				 held, moved, yielded;
};

/* --- times ------------------------------------------------------------------ */

/* FNV-1a: the same case lags by the same bit, others by another. */
static uint32_t
spread(const char *uid)
{
	uint32_t h = 2166136261u;

	for (; *uid != '\0'; uid++)
		h = (h ^ (uint8_t)*uid) * 16777619u;
	return h;
}

/* Up to a quarter earlier, and of one case always by the same part. */
static int64_t
jittered(int64_t pause, const char *uid)
{
	return pause - pause * (int64_t)(spread(uid) % 256) / 1024;
}

int64_t
rounds_pause(int tries, const char *uid)
{
	int64_t pause = ROUNDS_FIRST;

	for (int i = 0; i < tries && i < TRIES_MAX && pause < ROUNDS_MAX; i++)
		pause *= 2;
	return jittered(pause < ROUNDS_MAX ? pause : ROUNDS_MAX, uid);
}

/* By the caller's clock, and what has gone by since. */
static int64_t
moment(const struct pass *p)
{
	return p->now + (clock_mono_ms() - p->started) / 1000;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * The longer nothing has come, the longer nothing is asked: half as long as it
 * has been waited for, but not past the authority's next publication.
 */
static int64_t
next_question(const struct pass *p)
{
	const struct case_view *v = &p->view;
	int64_t now = moment(p), most = ROUNDS_MAX;
	int64_t since = later(later(v->sent, v->answered),
	    later(v->complete, v->received));
	int64_t pause = later((now - since) / 2, ROUNDS_FIRST);

	if (p->authority != NULL && p->authority->publish_minutes > 0 &&
	    p->authority->publish_minutes * 60 < most)
		most = p->authority->publish_minutes * 60;
	return now + jittered(pause < most ? pause : most, p->row.uid);
}

/* --- the case in hand --------------------------------------------------------- */

static bool
cancelled(const struct pass *p)
{
	return p->o->cancel != NULL && atomic_load(p->o->cancel);
}

static bool
yields(const struct pass *p)
{
	return p->o->yield != NULL && atomic_load(p->o->yield);
}

static void
let_go(struct pass *p)
{
	case_view_clear(&p->view);
	case_row_clear(&p->row);
}

/* Whatever comes of it, row and view are there to be cleared. */
static int
read_case(struct pass *p, struct err *err)
{
	p->row = (struct case_row){ .id = 0 };
	p->view = (struct case_view){ .state = CASE_DRAFT };
	if (cases_get(p->reg, p->id, &p->row, err) == -1)
		return -1;
	p->authority = channel_authority(p->o->authorities,
	    &p->row.cert.issuer);
	return case_view(&p->row, p->authority, &p->view, err);
}

static int
read_again(struct pass *p, struct err *err)
{
	let_go(p);
	return read_case(p, err);
}

/*
 * Another desk that has gone on with it meanwhile is no mistake: this one has
 * nothing to add.
 */
static int
wrote(struct pass *p, int rc, struct err *err)
{
	if (rc == 0) {
		p->moved = true;
		return 0;
	}
	if (err->code != ERR_CASE_MOVED && err->code != ERR_CASE_STATE)
		return -1;
	err_clear(err);
	return 0;
}

static int
lease(struct pass *p, struct err *err)
{
	int64_t now = moment(p);

	return cases_lease(p->reg, p->id, p->o->by, now, now + ROUNDS_LEASE,
	    &p->held, err);
}

/*
 * Another has the case.  What somebody typed for it has been used for nothing,
 * and they are told; else it goes on there.
 */
static int
not_held(struct pass *p, struct err *err)
{
	struct case_row row;

	if (p->o->only == 0 ||
	    (p->o->password == NULL && p->o->signer == NULL))
		return 0;
	if (cases_get(p->reg, p->id, &row, err) == 0) {
		(void)err_set(err, ERR_CASE_MOVED, row.number, "leased");
		case_row_clear(&row);
	}
	return -1;
}

/* --- asking for the status ------------------------------------------------------ */

/*
 * The answer that says it.  Where OCSP leaves the reason out and the list calls
 * it suspended, it is the list's: a revocation it proves when it shows one.
 */
static const struct status_way *
telling(const struct status_report *r)
{
	const struct status_way *ocsp = &r->ocsp;
	const struct status_way *list = r->delta.answered ? &r->delta : &r->crl;

	if (r->by == HOW_OCSP)
		return ocsp->status == STATUS_REVOKED && ocsp->reason < 0 &&
		    list->answered && list->status == STATUS_SUSPENDED ? list :
		    ocsp;
	return list->status == r->status ? list : &r->crl;
}

static int
write_status(struct pass *p, const struct status_report *r, struct err *err)
{
	const struct status_way *way = telling(r);
	const struct case_status s = {
		.by = way == &r->ocsp ? HOW_OCSP : HOW_CRL,
		.status = way->status,
		.this_update = way->this_update,
		.next_update = way->next_update,
		.revoked_at = way->revoked_at,
		.reason = way->reason,
		.url = way->url,
		.sha256 = way->sha256,
		.next_ask = next_question(p),
	};

	return wrote(p, case_status(p->reg, p->id, &s, moment(p), err), err);
}

/* Behind the others that are due, unless somebody has gone on with it. */
static int
come_later(struct pass *p, struct err *err)
{
	p->yielded = true;
	if (registry_begin(p->reg, err) == -1)
		return -1;
	if (case_unmoved(p->reg, p->id, p->row.nevents, err) == 0 &&
	    cases_put_off(p->reg, p->id, moment(p) + ROUNDS_FIRST, err) == 0)
		return registry_commit(p->reg, err);
	registry_rollback(p->reg);
	return wrote(p, -1, err);
}

/* Of a list that is kept nothing is learnt that was not known: a fresh one. */
static int
ask(struct pass *p, struct err *err)
{
	const struct status_options o = { .authority = p->authority,
	    .both = p->view.state == CASE_ACCEPTED, .fresh = true,
	    .silent = &p->silent,
	    .cancel = p->o->yield != NULL ? p->o->yield : p->o->cancel };
	struct status_about about = { .serial_len = 0 };
	struct status_report report = { .by = HOW_OCSP };
	struct err why = ERR_INIT;
	int rc;

	status_about_record(&about, &p->row.cert);
	rc = status_ask(p->net, p->reg, &about, &o, moment(p), &report, &why);
	if (rc == 0)
		rc = write_status(p, &report, err);
	else if (cancelled(p))
		rc = 0;
	else if (yields(p))
		rc = come_later(p, err);
	else
		rc = wrote(p, case_not_answered(p->reg, p->id, &why,
		    next_question(p), moment(p), err), err);
	status_report_clear(&report);
	status_about_clear(&about);
	return rc;
}

/* --- sending -------------------------------------------------------------------- */

/*
 * Why nothing was sent.  A queued case says so once and is looked at again now
 * and then; but a password or a PIN comes from a person, who then sends it too,
 * what has been tried too often is a person's to think about, and what has no way
 * and was not to go by itself is not tried again.
 */
static int
not_sent(struct pass *p, const struct err *why, struct err *err)
{
	int64_t now = moment(p), again = now + ROUNDS_LEASE;

	if (why->code == ERR_CHANNEL_PASSWORD ||
	    why->code == ERR_OFFICER_CARD || why->code == ERR_CASE_STATE ||
	    (why->code == ERR_NO_CHANNEL && p->view.next_try == 0))
		again = 0;
	if (p->view.state == CASE_SENT)
		again = next_question(p);
	else if (why->code == p->view.last_err.code && again == 0 &&
	    p->view.next_try == 0)
		return 0;
	return wrote(p, case_not_sent(p->reg, p->id, why, again, now, err),
	    err);
}

/* It was to be sent by one; what is left is people's, so it waits for them. */
static int
no_machine(struct pass *p, struct err *err)
{
	const struct err none = ERR_INIT;

	if (p->view.state != CASE_QUEUED || p->view.next_try == 0)
		return 0;
	return wrote(p, case_not_sent(p->reg, p->id, &none, 0, moment(p), err),
	    err);
}

static int
make_transaction(char hex[static 33], struct err *err)
{
	uint8_t bytes[16];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return err_errno(err, ERR_IO, "getrandom");
	text_hex(bytes, sizeof bytes, 0, hex, 33);
	return 0;
}

/*
 * Before anything goes out; not if somebody has gone on with the case since it
 * was read: they may have chosen another way.
 */
static int
note_sending(struct pass *p, const struct channel *c, const char *transaction,
    struct err *err)
{
	if (registry_begin(p->reg, err) == -1)
		return -1;
	if (case_unmoved(p->reg, p->id, p->row.nevents, err) == 0 &&
	    case_sending(p->reg, p->id, c->id, transaction, moment(p),
	    err) == 0)
		return registry_commit(p->reg, err);
	registry_rollback(p->reg);
	return -1;
}

/*
 * It is written down before and after.  Killed between, or without an answer,
 * the case has a transaction that is used again.
 */
static int
send_by(struct pass *p, const struct channel *c, struct channel_job *job,
    struct err *err)
{
	struct case_result_of result = { .result = RESULT_FAILED };
	struct err why = ERR_INIT;
	char transaction[33];

	memcpy(transaction, p->view.transaction, sizeof transaction);
	if (transaction[0] == '\0' && make_transaction(transaction, err) == -1)
		return -1;
	job->transaction = transaction;
	if (note_sending(p, c, transaction, err) == -1) {
		if (err->code != ERR_CASE_STATE)
			return wrote(p, -1, err);
		why = *err;
		err_clear(err);
		return not_sent(p, &why, err);
	}
	p->moved = true;
	c->send(job, &result);
	if (cancelled(p) && result.result == RESULT_FAILED && !result.unsent)
		return 0;
	/* One that an unwilling card kept here waits for whoever has the PIN. */
	if (result.retry_at == 0 && result.result == RESULT_FAILED &&
	    !(result.unsent && p->view.transaction[0] == '\0'))
		result.retry_at = moment(p) + rounds_pause(p->view.tries,
		    p->row.uid);
	return wrote(p, case_result(p->reg, p->id, &result, moment(p), err),
	    err);
}

static int
send_case(struct pass *p, struct err *err)
{
	const struct channel *c = channel_of(p->authority, &p->view);
	struct channel_job job = { .row = &p->row, .view = &p->view,
	    .authority = p->authority, .registry = p->reg, .net = p->net,
	    .password = p->o->password, .password_ref = p->o->password_ref,
	    .signer = p->o->signer, .cancel = p->o->cancel, .now = moment(p) };
	struct err why = ERR_INIT;

	if (c == NULL || p->authority == NULL) {
		err_set(&why, ERR_NO_CHANNEL, p->row.cert.issuer.shown, NULL);
		return not_sent(p, &why, err);
	}
	if (!c->machine)
		return no_machine(p, err);
	if (c->ready(&job, &why) == -1)
		return cancelled(p) ? 0 : not_sent(p, &why, err);
	return send_by(p, c, &job, err);
}

/* --- what is to be done ------------------------------------------------------------ */

/*
 * One that has no answer may have got there: the status is asked first, and it
 * is sent again only if that does not show it.
 */
static int
go_on_sent(struct pass *p, struct err *err)
{
	if (ask(p, err) == -1)
		return -1;
	if (cancelled(p) || p->yielded)
		return 0;
	if (read_again(p, err) == -1)
		return -1;
	if (p->view.state != CASE_SENT)
		return 0;
	if (lease(p, err) == -1)
		return -1;
	return p->held ? send_case(p, err) : not_held(p, err);
}

static int
go_on(struct pass *p, struct err *err)
{
	switch (p->view.state) {
	case CASE_QUEUED:
		return send_case(p, err);
	case CASE_SENT:
		return go_on_sent(p, err);
	case CASE_ON_PAPER:
	case CASE_ACCEPTED:
		return ask(p, err);
	case CASE_PUBLISHED:	/* whether it still is so */
		return p->o->only != 0 ? ask(p, err) : 0;
	case CASE_REFUSED:	/* another password, a file that was mended */
		return p->o->only != 0 ? send_case(p, err) : 0;
	default:
		return 0;
	}
}

/*
 * What stands in the registry of this one makes no sense, or no more fits there.
 * Nobody mends that by itself: it is said and put off, and does not keep the
 * others waiting.
 */
static int
put_off(struct pass *p, const struct err *why, struct err *err)
{
	log_err("a case", why);
	return cases_put_off(p->reg, p->id, moment(p) + ROUNDS_MAX, err);
}

/* As read_case; 1 when the case is damaged, and is not what somebody asked for. */
static int
take_up(struct pass *p, struct err *err)
{
	struct err why = ERR_INIT;

	if (read_case(p, &why) == 0)
		return 0;
	if (p->o->only == 0 && (why.code == ERR_BAD_DATA ||
	    why.code == ERR_REGISTRY_BROKEN))
		return put_off(p, &why, err) == -1 ? -1 : 1;
	*err = why;
	return -1;
}

static int
work_on(struct pass *p, int64_t id, struct err *err)
{
	struct err ignored = ERR_INIT, why;
	int rc;

	p->id = id;
	p->held = p->moved = p->yielded = false;
	if (lease(p, err) == -1)
		return -1;
	if (!p->held)
		return not_held(p, err);
	rc = take_up(p, err);
	if (rc == 0)
		rc = go_on(p, err);
	else if (rc == 1)
		rc = 0;
	if (rc == -1 && err->code == ERR_TOO_BIG && p->o->only == 0) {
		why = *err;
		err_clear(err);
		rc = put_off(p, &why, err);
	}
	let_go(p);
	/* Kept too long is better than an error that hides the first one. */
	(void)cases_release(p->reg, id, p->o->by, &ignored);
	if (p->moved && p->o->changed != NULL)
		p->o->changed(id, p->o->arg);
	return rc;
}

/* When the one that somebody asks for comes next, whatever others wait for. */
static int
own_next(const struct pass *p, int64_t *next, struct err *err)
{
	struct case_row row;

	if (cases_get(p->reg, p->o->only, &row, err) == -1)
		return -1;
	if (row.sum.open && row.sum.due != 0)
		*next = later(row.sum.due, moment(p));
	case_row_clear(&row);
	return 0;
}

int
rounds_run(struct registry *reg, struct net *net,
    const struct rounds_options *o, int64_t now, int64_t *next,
    struct err *err)
{
	struct pass p = { .reg = reg, .net = net, .o = o, .now = now,
	    .started = clock_mono_ms() };
	struct cases_count count;
	int64_t ids[AT_ONCE] = { o->only };
	size_t n = 1;

	*next = 0;
	if (leases_sweep(reg, err) == -1)
		return -1;
	if (o->only == 0 &&
	    cases_due(reg, o->by, now, ids, AT_ONCE, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n && !cancelled(&p) && !yields(&p); i++) {
		if (work_on(&p, ids[i], err) == -1)
			return -1;
	}
	if (o->only != 0)
		return own_next(&p, next, err);
	if (cases_count(reg, &count, err) == -1)
		return -1;
	/* What is due still is another desk's, waits, or did not fit. */
	if (count.due > moment(&p) && count.due <= moment(&p) + CASES_DUE_MAX)
		*next = count.due;
	else if (count.due != 0)
		*next = moment(&p) + (n == AT_ONCE ? 0 : ROUNDS_LEASE);
	return 0;
}
