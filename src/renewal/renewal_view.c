/*
 * What a renewal's events add up to: a function an event, in the order in which
 * they happened.  Nothing else decides a state.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "renewal/renewal_inside.h"

#define SENDING_LEASE	300	/* seconds until one that was cut off goes again */
#define KU_ALL		0x1ff

void
renewal_view_clear(struct renewal_view *v)
{
	free(v->why);
	memset(v, 0, sizeof *v);
}

bool
renewal_is_open(enum renewal_state s)
{
	return s != RENEWAL_DONE && s != RENEWAL_STOPPED;
}

/* --- fields ---------------------------------------------------------------------- */

/* A text into a place of bounded size; must: it has to be there. */
static int
take_text(const json_t *o, const char *name, bool must, char *out, size_t size)
{
	const char *text = NULL;

	if (case_field_text(o, name, &text) == -1)
		return -1;
	if (text == NULL)
		return must ? -1 : 0;
	if (strlen(text) >= size)
		return -1;
	snprintf(out, size, "%s", text);
	return 0;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ?
	    c - 'A' + 10 : -1;
}

static int
take_digest(const json_t *data, const char *name, uint8_t out[static 32])
{
	const char *text = NULL;
	size_t i;

	if (case_field_text(json_object_get(data, name), "sha256",
	    &text) == -1 || text == NULL || strlen(text) != 64)
		return -1;
	for (i = 0; i < 32; i++) {
		int hi = digit(text[2 * i]), lo = digit(text[2 * i + 1]);

		if (hi == -1 || lo == -1)
			return -1;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

static int
take_ekus(const json_t *list, struct renewal_plan *plan)
{
	size_t i, n = sizeof plan->eku / sizeof *plan->eku;
	const char *text;

	if (list == NULL)
		return 0;
	if (!json_is_array(list) || json_array_size(list) > n)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		text = json_string_value(json_array_get(list, i));
		if (text == NULL || strlen(text) >= sizeof plan->eku[i])
			return -1;
		snprintf(plan->eku[i], sizeof plan->eku[i], "%s", text);
	}
	return 0;
}

/* --- the key and the request -------------------------------------------------------- */

static int
kind_from_id(const char *id)
{
	enum key_kind kind = key_kind_from_id(id);

	return kind == KEY_KIND_NONE ? -1 : (int)kind;
}

static int
started(struct renewal_view *v, const struct case_event *e)
{
	struct renewal_plan *p = &v->plan;
	const json_t *old = json_object_get(e->data, "old");
	int64_t ku = 0;
	int kind = -1;

	if (take_text(e->data, "authority", false, p->authority,
	    sizeof p->authority) == -1 ||
	    take_text(e->data, "way", true, p->way, sizeof p->way) == -1 ||
	    take_text(e->data, "module", true, p->module,
	    sizeof p->module) == -1 ||
	    take_text(old, "key", false, p->old_key, sizeof p->old_key) == -1 ||
	    take_digest(e->data, "old", p->old_sha256) == -1 ||
	    case_field_word(e->data, "kind", kind_from_id, &kind) == -1 ||
	    kind == -1 || case_field_flag(e->data, "signed_by_old",
	    &p->signed_by_old) == -1 || case_field_flag(e->data, "elsewhere",
	    &p->elsewhere) == -1 ||
	    case_field_number(e->data, "ku", 0, KU_ALL, &ku) == -1 ||
	    take_ekus(json_object_get(e->data, "eku"), p) == -1)
		return -1;
	p->key = (enum key_kind)kind;
	p->ku = (unsigned)ku;
	v->state = RENEWAL_STARTED;
	v->started = e->at;
	return 0;
}

/* Before the certificate is here: another key is another request. */
static int
key(struct renewal_view *v, const struct case_event *e)
{
	if (v->state >= RENEWAL_ISSUED || v->transaction[0] != '\0')
		return -1;
	v->adopted = false;
	v->state = RENEWAL_STARTED;
	return take_text(e->data, "key", true, v->new_key,
	    sizeof v->new_key) == -1 ? -1 :
	    case_field_flag(e->data, "adopted", &v->adopted);
}

static int
key_made(struct renewal_view *v, const struct case_event *e)
{
	if (v->new_key[0] == '\0' || v->state != RENEWAL_STARTED)
		return -1;
	v->state = RENEWAL_KEY_MADE;
	err_clear(&v->last_err);
	return take_digest(e->data, "spki", v->new_spki);
}

static int
request_signed(struct renewal_view *v, const struct case_event *e)
{
	if (v->state != RENEWAL_KEY_MADE)
		return -1;
	v->state = RENEWAL_REQUEST_SIGNED;
	err_clear(&v->last_err);
	return take_digest(e->data, "request", v->request_sha256);
}

/* --- to the authority and back --------------------------------------------------------- */

static int
sending(struct renewal_view *v, const struct case_event *e)
{
	char transaction[sizeof v->transaction] = "";

	if (v->state != RENEWAL_REQUEST_SIGNED || take_text(e->data,
	    "transaction", true, transaction, sizeof transaction) == -1 ||
	    (v->transaction[0] != '\0' &&
	    strcmp(v->transaction, transaction) != 0))
		return -1;
	memcpy(v->transaction, transaction, sizeof transaction);
	v->tries++;
	v->unanswered++;
	/* If the desk dies now. */
	v->next_try = e->at + SENDING_LEASE;
	err_clear(&v->last_err);
	return 0;
}

static int
has_answered(struct renewal_view *v, enum renewal_result r, int64_t at)
{
	switch (r) {
	case RENEWAL_RESULT_SENT:
	case RENEWAL_RESULT_VERIFIED:
		v->unanswered = 0;
		if (v->sent == 0)
			v->sent = at;
		v->state = r == RENEWAL_RESULT_SENT ? RENEWAL_SENT :
		    RENEWAL_VERIFIED;
		return 0;
	case RENEWAL_RESULT_REFUSED:
		v->state = RENEWAL_STOPPED;
		v->ended = at;
		v->next_try = 0;
		return 0;
	case RENEWAL_RESULT_FAILED:
	case RENEWAL_RESULTS:
		break;
	}
	return 0;
}

static int
result(struct renewal_view *v, const struct case_event *e)
{
	struct err err = ERR_INIT;
	int64_t retry_at = 0;
	bool unsent = false;
	int r = -1;

	if (v->state < RENEWAL_REQUEST_SIGNED || v->state >= RENEWAL_ISSUED ||
	    case_field_word(e->data, "result", renewal_result_from_id,
	    &r) == -1 || r == -1)
		return -1;
	/* An answer without one says that it is not to be asked by any. */
	if (r != RENEWAL_RESULT_FAILED)
		v->reference[0] = '\0';
	if (case_field_err(e->data, "err", &err) == -1 ||
	    case_field_time(e->data, "retry_at", &retry_at) == -1 ||
	    case_field_flag(e->data, "unsent", &unsent) == -1 ||
	    take_text(e->data, "reference", false, v->reference,
	    sizeof v->reference) == -1)
		return -1;
	v->last_err = err;
	v->next_try = retry_at;
	if (unsent && v->unanswered > 0)
		v->unanswered--;
	return has_answered(v, (enum renewal_result)r, e->at);
}

static int
issued(struct renewal_view *v, const struct case_event *e)
{
	if (v->state < RENEWAL_KEY_MADE || v->state >= RENEWAL_ISSUED ||
	    take_digest(e->data, "new", v->new_sha256) == -1 ||
	    take_text(e->data, "serial", true, v->new_serial,
	    sizeof v->new_serial) == -1 ||
	    case_field_time(e->data, "from", &v->new_from) == -1 ||
	    case_field_time(e->data, "until", &v->new_until) == -1)
		return -1;
	v->state = RENEWAL_ISSUED;
	v->issued = e->at;
	v->next_try = 0;
	err_clear(&v->last_err);
	return 0;
}

/* --- on the card -------------------------------------------------------------------------- */

/*
 * Once the certificate is here a step may come again, and an earlier one after a
 * later one: what was on the card may have gone from it.
 */
static int
on_card(struct renewal_view *v, enum renewal_state state)
{
	if (v->state < RENEWAL_ISSUED)
		return -1;
	v->state = state;
	v->next_try = 0;
	err_clear(&v->last_err);
	return 0;
}

static int
written(struct renewal_view *v, const struct case_event *e)
{
	(void)e;
	return on_card(v, RENEWAL_WRITTEN);
}

static int
read_back(struct renewal_view *v, const struct case_event *e)
{
	(void)e;
	return on_card(v, RENEWAL_READ_BACK);
}

static int
tested(struct renewal_view *v, const struct case_event *e)
{
	v->tested = e->at;
	return on_card(v, RENEWAL_TESTED);
}

static int
registered(struct renewal_view *v, const struct case_event *e)
{
	(void)e;
	return v->tested == 0 ? -1 : on_card(v, v->old_dealt ?
	    RENEWAL_OLD_DEALT : RENEWAL_REGISTERED);
}

static int
old_removing(struct renewal_view *v, const struct case_event *e)
{
	(void)e;
	v->old_removing = true;
	return v->tested == 0 ? -1 : 0;
}

/* Also before the authority could be told: the card goes with its holder. */
static int
old_dealt(struct renewal_view *v, const struct case_event *e)
{
	v->old_kept = true;
	if (v->tested == 0 ||
	    case_field_flag(e->data, "kept", &v->old_kept) == -1)
		return -1;
	v->old_dealt = true;
	if (v->state == RENEWAL_REGISTERED)
		v->state = RENEWAL_OLD_DEALT;
	return 0;
}

/* --- trouble, and the end -------------------------------------------------------------------- */

static int
trouble(struct renewal_view *v, const struct case_event *e)
{
	int64_t retry_at = 0;

	if (case_field_err(e->data, "err", &v->last_err) == -1 ||
	    case_field_time(e->data, "retry_at", &retry_at) == -1)
		return -1;
	v->next_try = retry_at;
	return 0;
}

static int
stopped(struct renewal_view *v, const struct case_event *e)
{
	const char *why = NULL;

	if (case_field_text(e->data, "why", &why) == -1 ||
	    case_field_err(e->data, "err", &v->last_err) == -1)
		return -1;
	free(v->why);
	v->why = mem_strdup(why);
	v->state = RENEWAL_STOPPED;
	v->ended = e->at;
	v->next_try = 0;
	return 0;
}

static int
done(struct renewal_view *v, const struct case_event *e)
{
	if (v->state != RENEWAL_OLD_DEALT)
		return -1;
	v->state = RENEWAL_DONE;
	v->ended = e->at;
	v->next_try = 0;
	return 0;
}

/* --- all of them ------------------------------------------------------------------------ */

static const struct {
	const char	*word;
	int		(*apply)(struct renewal_view *,
			    const struct case_event *);
} kinds[RENEWAL_KINDS] = {
#define EVENT(symbol, word, apply) [RENEWAL_KIND_##symbol] = { word, apply },
#include "renewal/renewal.def"
#undef EVENT
};

const char *
renewal_kind_word(enum renewal_kind kind)
{
	return kinds[kind].word;
}

int
renewal_kind_of(const char *word)
{
	int i;

	for (i = 0; i < RENEWAL_KINDS; i++)
		if (strcmp(kinds[i].word, word) == 0)
			return i;
	return -1;
}

int
renewal_apply(struct renewal_view *v, const struct case_event *e)
{
	int kind = renewal_kind_of(e->kind);
	bool first = v->started == 0;

	if (kind == -1 || first != (kind == RENEWAL_KIND_STARTED) ||
	    !renewal_is_open(v->state))
		return -1;
	return kinds[kind].apply(v, e);
}

int
renewal_view(const struct renewal_row *row, struct renewal_view *v,
    struct err *err)
{
	size_t i;

	memset(v, 0, sizeof *v);
	for (i = 0; i < row->nevents; i++) {
		if (renewal_apply(v, &row->events[i]) == 0)
			continue;
		renewal_view_clear(v);
		return err_set(err, ERR_BAD_DATA, row->number,
		    "event %zu, %s", i + 1, row->events[i].kind);
	}
	if (row->nevents == 0)
		return err_set(err, ERR_BAD_DATA, row->number, "no events");
	snprintf(v->plan.order, sizeof v->plan.order, "%s",
	    row->order != NULL ? row->order : "");
	snprintf(v->plan.token, sizeof v->plan.token, "%s",
	    row->token != NULL ? row->token : "");
	/* A question that brought nothing new only moved the next one. */
	if (renewal_is_open(v->state) && v->next_try != 0 &&
	    row->sum.due > v->next_try)
		v->next_try = row->sum.due;
	return 0;
}

void
renewal_sum(const struct renewal_view *v, struct renewal_summary *sum)
{
	memset(sum, 0, sizeof *sum);
	snprintf(sum->state, sizeof sum->state, "%s",
	    renewal_state_id(v->state));
	sum->open = renewal_is_open(v->state);
	sum->due = sum->open ? v->next_try : 0;
}

bool
renewal_is_due(const struct renewal_summary *sum, int64_t now)
{
	/* An hour for desks whose clocks differ. */
	return sum->due != 0 && (sum->due <= now ||
	    sum->due > now + RENEWAL_LATER_MAX + 3600);
}
