/* The request goes to the authority, and the certificate comes back. */
#include "config.h"

#include <sys/random.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cert/der.h"
#include "renewal/run_inside.h"

#define RETRY_FIRST	60	/* seconds after no answer, doubled each time */
#define RETRY_DOUBLED	8

/* When to try again where nobody said. */
static int64_t
retry_of(const struct running *r)
{
	int n = r->view.tries < RETRY_DOUBLED ? r->view.tries : RETRY_DOUBLED;

	return clock_now() + ((int64_t)RETRY_FIRST << n);
}

/* --- it came --------------------------------------------------------------------------- */

/* The holder's first, then its issuers': what is written to the card later. */
static int
put_certs(struct running *r, const struct intake *in)
{
	struct buf all;
	size_t i;
	int rc;

	buf_init(&all, RENEWALS_PART_MAX);
	rc = buf_add(&all, in->der.data, in->der.len);
	for (i = 0; rc == 0 && i < in->nchain; i++)
		rc = buf_add(&all, in->chain[i].data, in->chain[i].len);
	if (rc == -1)
		(void)err_set(r->err, ERR_TOO_BIG, r->row.number, NULL);
	else
		rc = renewals_put_part(r->run->registry, r->id, RENEWAL_CERTS,
		    span_of(all.data, all.len), r->err);
	buf_clear(&all);
	return rc;
}

static enum step
keep_issued(struct running *r, const struct intake *in)
{
	json_t *o;

	if (registry_begin(r->run->registry, r->err) == -1)
		return STEP_BROKEN;
	if (put_certs(r, in) == -1) {
		registry_rollback(r->run->registry);
		return STEP_BROKEN;
	}
	o = json_object();
	json_object_set_new(o, "new", renewal_digest(in->cert->sha256));
	case_put_text(o, "serial", in->cert->serial_hex);
	case_put_time(o, "from", in->cert->not_before);
	case_put_time(o, "until", in->cert->not_after);
	return run_commit(r, RENEWAL_KIND_ISSUED, o);
}

/* -1 and why, when it is none that may go to the card. */
static int
look_through(struct running *r, struct span body, const char *from,
    struct intake *in, struct err *why)
{
	struct intake_wanted w = { .spki_sha256 = r->view.new_spki,
	    .authority = r->authority, .now = clock_now() };

	if (run_need_old(r, why) == -1)
		return -1;
	w.old = span_of(r->old.data, r->old.len);
	return intake(body, from, &w, in, why);
}

static enum step
take_in(struct running *r, struct span body, const char *from)
{
	struct err why = ERR_INIT;
	struct intake in;
	enum step s;

	if (look_through(r, body, from, &in, &why) == -1)
		/* It is the authority's fault, and a person's to tell it so. */
		return run_failed(r, &why, 0);
	s = keep_issued(r, &in);
	intake_clear(&in);
	return s;
}

/* Whoever comes with a file means that. */
struct span
run_brought(const struct running *r)
{
	return r->run->brought.len > 0 ? r->run->brought :
	    span_of(r->fetched.data, r->fetched.len);
}

/* A file that somebody brought says nothing of the authority if it is wrong. */
enum step
run_take_brought(struct running *r)
{
	struct err why = ERR_INIT;
	struct intake in;
	enum step s;

	if (r->run->brought.len == 0)
		return take_in(r, run_brought(r), r->authority->name);
	if (look_through(r, r->run->brought, _("what was brought"), &in,
	    &why) == -1) {
		*r->err = why;
		return run_end(r, RENEWAL_END_FAILED, r->view.next_try);
	}
	s = keep_issued(r, &in);
	intake_clear(&in);
	return s;
}

/*
 * Somebody has put it on the card already, with the issuer's own program: 1 and
 * the step, 0.
 */
static int
take_from_card(struct running *r, enum step *s)
{
	struct card_change c = { .kind = CHANGE_READ_CERT };
	struct card_changed got = { .der = { .data = NULL } };
	struct err why = ERR_INIT;
	const struct card_cert *there;
	struct intake in;
	int rc = 0;

	if (!run_card_here(r) ||
	    (there = run_find_cert_of(r, r->view.new_spki)) == NULL)
		return 0;
	memcpy(c.sha256, there->sha256, sizeof c.sha256);
	buf_init(&got.der, CERT_DER_MAX);
	if (card_hand_change(r->run->hand, r->card,
	    &r->card->tokens[r->token], &c, NULL, &got, &why) == 0 &&
	    look_through(r, span_of(got.der.data, got.der.len),
	    r->card->reader, &in, &why) == 0) {
		*s = keep_issued(r, &in);
		intake_clear(&in);
		rc = 1;
	}
	card_changed_clear(&got);
	return rc;
}

/* --- what it came to ----------------------------------------------------------------------- */

static bool
is_unsent(const struct way_outcome *out)
{
	return out->unsent || case_unsent(out->err.code);
}

static enum step
write_result(struct running *r, enum renewal_result result,
    const struct way_outcome *out, int64_t retry)
{
	json_t *o = json_object();

	case_put_text(o, "result", renewal_result_id(result));
	case_put_err(o, &out->err);
	case_put_text(o, "words", out->words);
	case_put_text(o, "reference", out->reference);
	case_put_time(o, "retry_at", retry);
	if (result == RENEWAL_RESULT_FAILED && is_unsent(out))
		json_object_set_new(o, "unsent", json_true());
	return run_add(r, RENEWAL_KIND_RESULT, o);
}

/* An answer that says nothing new moves the next question alone. */
static bool
is_news(const struct running *r, enum renewal_result result,
    const struct way_outcome *out)
{
	enum renewal_state state = result == RENEWAL_RESULT_SENT ?
	    RENEWAL_SENT : result == RENEWAL_RESULT_VERIFIED ?
	    RENEWAL_VERIFIED : r->view.state;

	return result == RENEWAL_RESULT_REFUSED || state != r->view.state ||
	    out->err.code != r->view.last_err.code ||
	    ((out->reference[0] != '\0' || result != RENEWAL_RESULT_FAILED) &&
	    strcmp(out->reference, r->view.reference) != 0);
}

static enum step
note_result(struct running *r, enum renewal_result result,
    const struct way_outcome *out, int64_t retry)
{
	if (is_news(r, result, out))
		return write_result(r, result, out, retry);
	return renewal_later(r->run->registry, &r->row, &r->view, retry,
	    r->err) == -1 ? STEP_BROKEN : STEP_ON;
}

static enum step
waits(struct running *r, enum renewal_result result,
    const struct way_outcome *out)
{
	if (note_result(r, result, out, out->retry_at) == STEP_BROKEN)
		return STEP_BROKEN;
	return run_end(r, out->retry_at == 0 ? RENEWAL_END_PERSON :
	    RENEWAL_END_WAIT, out->retry_at);
}

/* Whether the card, not the authority, was missing. */
static bool
is_of_card(const struct err *err)
{
	return err->code == ERR_CARD_REMOVED || err->code == ERR_READER_GONE ||
	    err->code == ERR_PIN_CANCELLED || err->code == ERR_CANCELLED;
}

static enum step
came_to_nothing(struct running *r, const struct way_outcome *out)
{
	int64_t retry = out->retry_at != 0 ? out->retry_at : retry_of(r);

	if (is_of_card(&out->err)) {
		/* Of what did not go out the authority has nothing. */
		if (is_unsent(out) && note_result(r, RENEWAL_RESULT_FAILED, out,
		    retry) == STEP_BROKEN)
			return STEP_BROKEN;
		return run_failed(r, &out->err, retry);
	}
	if (note_result(r, RENEWAL_RESULT_FAILED, out, retry) == STEP_BROKEN)
		return STEP_BROKEN;
	*r->err = out->err;
	return run_end(r, RENEWAL_END_FAILED, retry);
}

static enum step
take_outcome(struct running *r, const struct way_outcome *out)
{
	switch (out->result) {
	case WAY_SENT:
		return waits(r, RENEWAL_RESULT_SENT, out);
	case WAY_VERIFIED:
		return waits(r, RENEWAL_RESULT_VERIFIED, out);
	case WAY_ISSUED:
		return take_in(r, span_of(out->body.data, out->body.len),
		    r->authority->name);
	case WAY_REFUSED:
		return write_result(r, RENEWAL_RESULT_REFUSED, out, 0);
	case WAY_FAILED:
		break;
	}
	return came_to_nothing(r, out);
}

/* --- a sending -------------------------------------------------------------------------------- */

typedef void way_fn(const struct way_job *, struct way_outcome *);

/* What a way works with: all that is sealed, and both keys. */
static int
talk(struct running *r, way_fn *fn, struct way_outcome *out, struct err *err)
{
	struct registry *reg = r->run->registry;
	struct run_signer by_old, by_new;
	struct buf request, cms;
	struct way_job job = { .view = &r->view, .authority = r->authority,
	    .net = r->run->net, .orders = r->run->orders,
	    .cancel = r->run->cancel, .now = clock_now() };
	int rc = -1;

	buf_init(&request, RENEWALS_PART_MAX);
	buf_init(&cms, RENEWALS_PART_MAX);
	run_signer(&by_old, r, RENEWAL_PIN_REQUEST, run_old_key(r));
	run_signer(&by_new, r, RENEWAL_PIN_REQUEST, r->view.new_key);
	job.by_old = &by_old.out;
	job.by_new = &by_new.out;
	if (renewals_part(reg, r->id, RENEWAL_REQUEST, &request, err) != -1 &&
	    renewals_part(reg, r->id, RENEWAL_SIGNED, &cms, err) != -1) {
		job.request = span_of(request.data, request.len);
		job.signed_by_old = span_of(cms.data, cms.len);
		job.old = span_of(r->old.data, r->old.len);
		fn(&job, out);
		rc = 0;
	}
	buf_clear(&request);
	buf_clear(&cms);
	return rc;
}

static enum step
converse(struct running *r, way_fn *fn)
{
	struct way_outcome out = { .result = WAY_FAILED };
	enum step s = talk(r, fn, &out, r->err) == -1 ? STEP_BROKEN :
	    take_outcome(r, &out);

	way_outcome_clear(&out);
	return s;
}

static enum step
take_fetched(struct running *r, struct way_outcome *out)
{
	int64_t retry = out->retry_at != 0 ? out->retry_at : retry_of(r);

	if (out->result == WAY_ISSUED) {
		buf_clear(&r->fetched);
		r->fetched = out->body;
		buf_init(&out->body, RENEWALS_PART_MAX);
		return STEP_ON;
	}
	/* It was there when this began. */
	if (out->err.code == ERR_NONE)
		return run_end(r, RENEWAL_END_WAIT, retry);
	return run_failed(r, &out->err,
	    out->result == WAY_REFUSED ? 0 : retry);
}

static enum step
no_way(struct running *r)
{
	struct err why = ERR_INIT;

	(void)err_set(&why, ERR_RENEWAL_STATE,
	    _("the authority does not take requests that way any more"), "%s",
	    r->view.plan.way);
	return run_failed(r, &why, 0);
}

enum step
run_fetch(struct running *r)
{
	struct way_outcome out = { .result = WAY_FAILED };
	enum step s;

	if (!r->view.plan.elsewhere || run_brought(r).len > 0)
		return STEP_ON;
	if (r->way == NULL)
		return no_way(r);
	run_doing(r, DOING_ASK);
	s = talk(r, r->way->ask, &out, r->err) == -1 ? STEP_BROKEN :
	    take_fetched(r, &out);
	way_outcome_clear(&out);
	return s;
}

/*
 * Stands in the journal before anything is sent, so that whatever becomes of it
 * the same request goes under the same name.
 */
static enum step
write_sending(struct running *r)
{
	static const char digits[] = "0123456789abcdef";
	char text[33];
	uint8_t bytes[16];
	json_t *o;
	size_t i;

	snprintf(text, sizeof text, "%s", r->view.transaction);
	if (text[0] == '\0') {
		if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
			(void)err_errno(r->err, ERR_IO, "getrandom");
			return STEP_BROKEN;
		}
		for (i = 0; i < sizeof bytes; i++) {
			text[2 * i] = digits[bytes[i] >> 4];
			text[2 * i + 1] = digits[bytes[i] & 15];
		}
		text[32] = '\0';
	}
	o = json_object();
	case_put_text(o, "transaction", text);
	return run_add(r, RENEWAL_KIND_SENDING, o);
}

enum step
run_send(struct running *r)
{
	struct err why = ERR_INIT;
	enum step s;

	if (r->run->brought.len > 0)
		return run_take_brought(r);
	if (r->view.transaction[0] == '\0' && take_from_card(r, &s) == 1)
		return s;
	if (r->way == NULL)
		return no_way(r);
	/* It is people who carry it. */
	if (!r->way->machine)
		return run_end(r, RENEWAL_END_PERSON, 0);
	/* What both keys have to sign is not begun without them. */
	if ((r->way->by_old && run_card(r, &why) == -1) ||
	    run_need_old(r, &why) == -1)
		return run_failed(r, &why, 0);
	s = write_sending(r);
	if (s != STEP_ON)
		return s;
	r->asked = true;
	return converse(r, r->way->send);
}

enum step
run_ask(struct running *r)
{
	struct err why = ERR_INIT;
	enum step s;

	if (r->run->brought.len > 0)
		return run_take_brought(r);
	if (take_from_card(r, &s) == 1)
		return s;
	if (r->way == NULL)
		return no_way(r);
	if (r->asked)
		return run_end(r, RENEWAL_END_WAIT, r->view.next_try);
	if (run_need_old(r, &why) == -1)
		return run_failed(r, &why, 0);
	r->asked = true;
	return converse(r, r->way->ask);
}

bool
run_tell(struct running *r, struct way_outcome *out)
{
	struct err why = ERR_INIT;

	if (r->way == NULL || r->way->told == NULL) {
		out->result = WAY_SENT;
		return false;
	}
	if (talk(r, r->way->told, out, &why) == -1) {
		out->result = WAY_FAILED;
		out->err = why;
	}
	return true;
}
